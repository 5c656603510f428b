"""What the till's documents become in NAV: headers, lines, journal rows, under our words. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from msgspec.structs import replace

from connectors.dynamics_nav.errors import TOO_LONG
from connectors.wire.answers import tidy
from connectors.wire.rows import Row, decimal, text, whole
from synccenter.contract.model import Customer, Invoice, InvoicePayment, InvoiceRow, Order, Ore, Percent, Voucher

REFERENCE = 35
"""External Document No. is Code[35]: NAV stores it in capitals and without blanks around it."""
DOCUMENT_NO = 20


class Words:
    """How the wire spells NAV's options. `blank`: the blank one, where the server has shown how it spells it."""

    def __init__(self, *, encoded: bool, blank: str = "") -> None:
        self.account = "G_L_Account" if encoded else "G/L Account"
        self.credit_memo = "Credit_Memo" if encoded else "Credit Memo"
        self.blank = blank or ("_blank_" if encoded else " ")
        self.item, self.customer = "Item", "Customer"
        self.payment, self.refund, self.invoice = "Payment", "Refund", "Invoice"


def reference_of(reference: str, most: int = REFERENCE) -> str:
    """The reference as NAV stores it. Raises NAV14 when it does not fit: cut off it would be another's."""
    stored = " ".join(reference.split()).upper()
    if not stored or len(stored) > most:
        raise TOO_LONG.error(item=reference, reference=reference, most=most)
    return stored


def kronor(amount: Ore) -> Decimal:
    """Öre as kronor."""
    return Decimal(amount) / 100


def ore(row: Row, word: str) -> Ore:
    """An amount of a row in öre."""
    return int((decimal(row, word) * 100).quantize(Decimal(1), ROUND_HALF_UP))


# --- sales documents -----------------------------------------------------------------------------------------


def header(document: Invoice | Order, *, original: str = "", location: str = "") -> Row:
    """The header of an invoice, a credit memo or an order. `original` ties a credit memo to what it credits."""
    on = document.date if isinstance(document, Invoice) else document.at.date()
    values: Row = {
        "customer": document.customer,
        "gross_prices": True,
        "reference": reference_of(document.reference),
        "date": on,
        "document_date": on,
    }
    if isinstance(document, Invoice):
        values["payment_method"] = ""  # the till's payments pay it, whatever the customer's card says
    if location:
        values["location"] = location
    if original:
        values["your_reference"] = original[:REFERENCE]
    if isinstance(document, Invoice):
        first = next((row for row in document.rows if row.cost_centre or row.project), None)
        values |= {"centre": first.cost_centre, "project": first.project} if first else {}
    return values


def invoice_lines(document: Invoice, words: Words, *, closed: bool) -> list[Row]:
    """The lines of an invoice, or of a credit memo with its signs turned. `closed`: payments as lines, sum 0."""
    sign = -1 if document.credit else 1
    lines = [_invoice_line(row, words, sign) for row in document.rows]
    if document.rounding:
        lines.append(_account_line(words, document.rounding_account, "Öresavrundning", sign * document.rounding))
    if closed:  # the header's cost centre and project are of what was sold: a line takes them unless it says otherwise
        none = {"centre": "", "project": ""} if any(row.cost_centre or row.project for row in document.rows) else {}
        lines += [
            _account_line(words, payment.account, f"Betalt {payment.method}", -sign * payment.amount) | none
            for payment in document.netted()
        ]
    return lines


def _invoice_line(row: InvoiceRow, words: Words, sign: int) -> Row:
    dimensions = {"centre": row.cost_centre} if row.cost_centre else {}
    dimensions |= {"project": row.project} if row.project else {}
    if not row.article or not row.goods:
        return _account_line(words, row.account, row.text, sign * row.amount, row.vat_rate) | dimensions
    return _priced(words.item, row.article, row.text, row.quantity, sign * row.amount) | dimensions


def order_lines(document: Order, words: Words, *, net: bool = False) -> list[Row]:
    """The lines of an order; `net`: NAV adds the VAT to the prices of this customer's orders."""
    return [
        _priced(words.item, line.article, line.text, line.quantity, line.amount, line.vat_rate if net else 0)
        for line in document.lines
    ]


def _priced(kind: str, number: str, said: str, quantity: int, amount: Ore, vat: Percent = 0) -> Row:  # noqa: PLR0917
    """A line worth `amount`: the unit price, always positive, carries the discount that the till gave. `vat` is
    taken off the price.

    The sign of the quantity is that of the amount: a return on a receipt with sales is a negative quantity.
    """
    pieces = abs(Decimal(quantity) / 1000) or Decimal(1)
    price = (kronor(abs(amount)) * 100 / (100 + vat) / pieces).quantize(Decimal("0.00001"), ROUND_HALF_UP)
    return {
        "type": kind,
        "no": number,
        "text": tidy(said, 50) or number,
        "quantity": pieces if amount >= 0 else -pieces,
        "unit_price": price.normalize() if price != price.to_integral() else price.to_integral(),
    }


def _account_line(words: Words, account: int, said: str, amount: Ore, rate: Percent = 0) -> Row:
    """A line on an account, with its VAT rate: NAV would take the VAT group from the account's own card."""
    return _priced(words.account, str(account), said, 1000, amount) | {"rate": rate}


def text_line(said: str) -> Row:
    """A line that only says something: without type, so that NAV makes it a comment."""
    return {"text": tidy(said, 50)}


def applied_from(lines: Sequence[Row], entries: Sequence[Row]) -> list[Row]:
    """Each line of goods with the number of a stock entry that has as much left to return; without, as it was."""
    left = {whole(one, "entry"): decimal(one, "not_returned") for one in entries}
    items = {whole(one, "entry"): text(one, "item").upper() for one in entries}
    result: list[Row] = []
    for line in lines:
        number, pieces = text(line, "no").upper(), decimal(line, "quantity")
        fits = [one for one, item in items.items() if item == number and left[one] >= pieces > 0]
        applies = line.get("type") == "Item" and fits
        if applies:
            left[fits[0]] -= pieces
        result.append(line | {"applies_from": fits[0]} if applies else line)
    return result


def total_of(lines: Sequence[Row]) -> Ore:
    """The sum of lines as they stand in NAV, VAT included as the prices are."""
    return sum(_amount(line) for line in lines)


def _amount(line: Row) -> Ore:
    """As NAV reckoned it; from price and quantity where the page does not tell."""
    stored = ore(line, "amount")
    if stored:
        return stored
    exact = decimal(line, "quantity") * decimal(line, "unit_price") * (100 - decimal(line, "discount")) / 100
    return int((exact * 100).quantize(Decimal(1), ROUND_HALF_UP))


def goods_of(document: Invoice, lines: Sequence[Row]) -> Ore:
    """The worth of an invoice's lines without the payments that close it: its last lines, one for each."""
    count = len(document.rows) + (1 if document.rounding else 0)
    return total_of(lines[:count])


def same_line(wanted: Row, there: Row) -> bool:
    """Whether a line in NAV is the one that we would write."""
    return (
        text(wanted, "no").upper() == text(there, "no").upper()
        and decimal(wanted, "quantity") == decimal(there, "quantity")
        and _amount(wanted) == _amount(there)
    )


# --- journals ------------------------------------------------------------------------------------------------


def paid_as(document: Invoice, number: str) -> str:
    """The document number of an invoice's payments: the reference, or the posted invoice's own where it has no room."""
    stored = reference_of(document.reference)
    return stored if len(stored) <= DOCUMENT_NO else number


def payment_rows(document: Invoice, number: str, words: Words) -> Iterator[Row]:
    """The rows that close a posted invoice to zero with the payment methods used.

    NAV takes a payment of a customer's with the sign of one only (codeunit 11: *must be negative*), and applies nothing
    that would make a document larger. What went back to the customer of what was paid with another method (500 kr by
    card for 400 kr, 100 kr in cash back) is therefore taken from that method, by a row between the two accounts.
    """
    paid, moved = _given_back(document)
    shared: Row = {
        "date": document.date,
        "document_type": words.refund if document.credit else words.payment,
        "document": paid_as(document, number),
        "reference": reference_of(document.reference),
        "bal_type": words.account,
    }
    applied: Row = {
        "account_type": words.customer,
        "account": document.customer,
        "applies_type": words.credit_memo if document.credit else words.invoice,
        "applies": number,
    }
    for one in paid:
        said = tidy(f"Kvitto {document.reference} {one.method}", 50)
        yield shared | applied | {"text": said, "amount": kronor(-one.amount), "bal_account": str(one.account)}
    said = tidy(f"Kvitto {document.reference} tillbaka", 50)
    for source, account, amount in moved:
        between: Row = {"account_type": words.account, "account": str(source), "bal_account": str(account)}
        yield shared | between | _without_vat(words) | {"text": said, "amount": kronor(amount)}


def _given_back(document: Invoice) -> tuple[list[InvoicePayment], list[tuple[int, int, Ore]]]:
    """What pays it, all with its own sign; (from account, to account, amount) of what went back by another method."""
    sign, netted = -1 if document.credit else 1, document.netted()
    paid = [one for one in netted if one.amount * sign > 0]
    moved: list[tuple[int, int, Ore]] = []
    beyond: list[InvoicePayment] = []
    for back in (one for one in netted if one.amount * sign < 0):
        left = back.amount
        for turn, one in enumerate(paid):
            taken = sign * min(abs(left), abs(one.amount))
            if taken:
                paid[turn] = replace(one, amount=one.amount - taken)
                left += taken
                moved.append((one.account, back.account, taken))
        if left:  # more went back than was paid: NAV says what it thinks of that
            beyond.append(replace(back, amount=left))
    return [one for one in (*paid, *beyond) if one.amount], moved


def _without_vat(words: Words) -> Row:
    """Nothing for NAV to reckon VAT by: the posting groups of the account's card are blanked."""
    return {"gen_type": words.blank, "gen_bus": "", "gen_prod": "", "vat_bus": "", "vat_prod": ""}


def voucher_rows(document: Voucher, words: Words) -> Iterator[Row]:
    """The rows of a voucher. VAT has rows of its own, so NAV must not reckon any: the posting groups are blanked."""
    for posting in document.postings:
        if not posting.amount:
            continue
        row: Row = {
            "date": document.date,
            "document": reference_of(document.reference, DOCUMENT_NO),
            "reference": reference_of(document.reference),
            "account_type": words.account,
            "account": str(posting.account),
            "text": tidy(posting.text or document.text, 50),
            **_without_vat(words),
            "amount": kronor(posting.amount),
        }
        if posting.cost_centre:
            row["centre"] = posting.cost_centre
        if posting.project:
            row["project"] = posting.project
        yield row


def row_key(row: Row) -> tuple[str, str, Ore]:
    """What tells journal rows of one document apart, as far as the books care."""
    balance = text(row, "bal_account")
    return text(row, "account").upper(), balance.upper(), ore(row, "amount")


# --- customers -----------------------------------------------------------------------------------------------

_CUSTOMER = ("name", "org_number", "address", "postal_code", "city", "email", "phone")


def customer_values(customer: Customer, lengths: Mapping[str, int]) -> dict[str, str]:
    """A customer's fields as they fit into NAV."""
    return {word: tidy(str(getattr(customer, word)), lengths[word]) for word in _CUSTOMER}


def customer_changes(values: Mapping[str, str], there: Row) -> dict[str, Any]:
    """What differs. What the till does not know ("") never empties a field in NAV."""
    return {
        word: value
        for word, value in values.items()
        if word in there and value and text(there, word).casefold() != value.casefold()
    }
