"""Documents of ours made into bodies for Bokio. Pure: whatever must be looked up is handed in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.bokio import answers, registers
from connectors.wire.answers import tidy
from synccenter.contract.model import Invoice, InvoiceRow, Ore, Posting, Voucher

Body = dict[str, Any]
TagOf = Callable[[int, str], str]
"""The id of a tag, of a dimension (1 cost centre, 6 project) and a name."""

TITLE, DESCRIPTION = 200, 200
"""The vendor names no longest title or row; so many characters are shown whole in its lists."""

_PLACES = Decimal("0.0001")


def in_kronor(amount: Ore) -> Decimal:
    """Öre -> kronor with two decimals, as they go out in JSON."""
    return Decimal(amount).scaleb(-2)


# --- vouchers ------------------------------------------------------------------------------------------------


def title(reference: str, text: str) -> str:
    """A title that begins with the reference, by which it is found again."""
    return tidy(text if carries(text, reference) else f"{reference} {text}", TITLE)


def carries(text: str | None, reference: str) -> bool:
    """Whether a title is that of this reference, not of a longer one."""
    return (text or "") == reference or (text or "").startswith(reference + " ")


def journal_entry(document: Voucher, tag_of: TagOf) -> Body:
    """The body of POST /journal-entries."""
    return {
        "title": title(document.reference, document.text),
        "date": document.date.isoformat(),
        "items": [_row(posting, tag_of) for posting in document.postings if posting.amount],
    }


def _row(posting: Posting, tag_of: TagOf) -> Body:
    amount = in_kronor(abs(posting.amount))
    debit, credit = (amount, Decimal(0)) if posting.amount > 0 else (Decimal(0), amount)
    body: Body = {"account": posting.account, "debit": debit, "credit": credit}
    named = ((1, posting.cost_centre), (6, posting.project))
    tags = [{"tagId": tag_of(dimension, name), "weight": 1} for dimension, name in named if name]
    return body | {"tags": tags} if tags else body


def payout_title(reference: str) -> str:
    """The title of the journal entry by which the money of a credit note was given back.

    It begins otherwise than a voucher's, so that it is never taken for one.
    """
    return f"Utbetalning {reference}"


def payout(document: Invoice, receivables: int) -> Body:
    """Money given back on a credit note: the claim against what it was paid with."""
    given = -sum(payment.amount for payment in document.payments)
    rows = (Posting(receivables, given), *(Posting(one.account, one.amount) for one in document.payments))
    return {
        "title": title(payout_title(document.reference), document.text),
        "date": document.date.isoformat(),
        "items": [_row(row, _no_tag) for row in rows if row.amount],
    }


def _no_tag(_dimension: int, _name: str) -> str:
    return ""


# --- invoices ------------------------------------------------------------------------------------------------


def invoice(document: Invoice, customer_id: str, automatic: Collection[int]) -> Body:
    """The body of POST /invoices."""
    day = document.date.isoformat()
    return {
        "type": "invoice",
        "customerRef": {"id": customer_id},
        "orderNumberReference": document.reference,
        "currency": "SEK",
        "invoiceDate": day,
        "dueDate": day,
        "lineItems": lines(document, 1, automatic),
    }


def credit_note(document: Invoice, note_id: str, automatic: Collection[int]) -> Body:
    """The body of PUT /credit-notes/ID: the rows of the return instead of those of the whole invoice."""
    day = document.date.isoformat()
    return {
        "id": note_id,
        "orderNumberReference": document.reference,
        "currency": "SEK",
        "creditDate": day,
        "dueDate": day,
        "lineItems": lines(document, -1, automatic),
    }


def lines(document: Invoice, sign: int, automatic: Collection[int]) -> list[Body]:
    """The rows, each once with its whole amount: `unitPrice` is without VAT and has four decimals, so that the sum
    with VAT comes out to the öre. A credit note's rows are positive (`sign` -1). Cash rounding is a row of its own.
    """
    rows: list[InvoiceRow] = [row for row in document.rows if row.amount or row.text]
    if document.rounding:
        rounding = InvoiceRow("", "Öresavrundning", 1000, document.rounding, 0, 0, document.rounding_account)
        rows.append(rounding)
    return [_line(row, sign, automatic) for row in rows]


def _line(row: InvoiceRow, sign: int, automatic: Collection[int]) -> Body:
    body: Body = {
        "description": tidy(_described(row), DESCRIPTION),
        "itemType": "salesItem",
        "productType": "goods",
        "unitType": "piece",
        "quantity": 1,
        "unitPrice": _net(sign * row.amount, row.vat_rate),
        "taxRate": row.vat_rate,
    }
    return body if row.account in automatic or not row.account else body | {"bookkeepingAccountNumber": row.account}


def _described(row: InvoiceRow) -> str:
    if row.quantity in {0, 1000}:
        return row.text or row.article or "-"
    quantity = f"{row.quantity / 1000:g}".replace(".", ",")
    return f"{quantity} × {row.text or row.article}"


def _net(amount: Ore, rate: int) -> Decimal:
    return (in_kronor(amount) * 100 / (100 + rate)).quantize(_PLACES, ROUND_HALF_UP)


def total_of(rows: Iterable[answers.Line]) -> Ore:
    """What rows come to with VAT. Counted by ourselves: the vendor's `totalAmount` is without VAT in its examples.

    Raises `ValueError` when an amount cannot be one.
    """
    total = Decimal(0)
    for row in rows:
        if row.unit_price is not None:
            quantity = Decimal(1) if row.quantity is None else row.quantity
            total += quantity * row.unit_price * (100 + (row.tax_rate or Decimal(0))) / 100
    return registers.ore(total)
