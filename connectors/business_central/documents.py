"""Documents of ours made into bodies for Business Central. Pure: whatever must be looked up is handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from msgspec import Struct

from connectors.business_central.errors import TOO_LONG
from connectors.wire.answers import tidy
from synccenter.contract.model import (
    Customer,
    Invoice,
    InvoicePayment,
    InvoiceRow,
    Order,
    OrderLine,
    Ore,
    Percent,
    Posting,
    Voucher,
)

Body = dict[str, Any]

DOCUMENT_NO, EXTERNAL_NO, TEXT = 20, 35, 100
"""Document No. is Code[20], External Document No. Code[35], Description Text[100] (API v2.0)."""
ACCOUNT, CUSTOMER = "G_x002F_L_x0020_Account", "Customer"
"""How the account types are spelt in the default schema."""
PAYMENT = "Betalning"
"""What the text of a payment begins with, so that it is never taken for a voucher."""
_PLACES = Decimal("0.00001")
"""Business Central's own precision of a unit price (*Unit-Amount Rounding Precision*)."""


def in_kronor(amount: Ore) -> Decimal:
    """Öre -> kronor with two decimals, as they go out in JSON."""
    return Decimal(amount).scaleb(-2)


def code(reference: str, most: int = DOCUMENT_NO) -> str:
    """The reference as a *Code* field stores it: in capitals, without blanks around. Raises BC12 when it does not
    fit: cut off it would be another's."""
    stored = " ".join(reference.split()).upper()
    if not stored or len(stored) > most:
        raise TOO_LONG.error(item=reference, reference=reference, most=most)
    return stored


def described(reference: str, text: str) -> str:
    """A text that begins with the reference, by which it is found again: the ledger has no external number."""
    return tidy(text if carries(text, reference) else f"{reference} {text}", TEXT)


def carries(text: str, reference: str) -> bool:
    """Whether a text is that of this reference, not of a longer one."""
    there, ours = text.casefold(), reference.casefold()
    return there == ours or there.startswith(ours + " ")


class Sort(Struct, frozen=True):
    """A dimension that cost centres or projects are. `field`: the document's own for it, "" where it is not one of the
    two global dimensions."""

    project: bool
    code: str
    field: str = ""

    def of(self, row: InvoiceRow) -> str:
        """The value of a row."""
        return row.project if self.project else row.cost_centre

    def common(self, document: Invoice) -> str:
        """What all rows have alike and the document has a field for; "" when it must stand on each line."""
        values = {self.of(row) for row in document.rows}
        return values.pop() if self.field and len(values) == 1 else ""


# --- journal lines -------------------------------------------------------------------------------------------


def journal_lines(document: Voucher, dimension: Callable[[bool], str]) -> list[Body]:
    """The lines of a voucher. VAT has lines of its own, so none may be reckoned: see BC10 and BC19."""
    return [_line(document, posting, dimension) for posting in document.postings if posting.amount]


def _line(document: Voucher, posting: Posting, dimension: Callable[[bool], str]) -> Body:
    text = described(document.reference, posting.text or document.text)
    body = account_line(document.reference, document.date.isoformat(), posting.account, posting.amount, text)
    named = ((posting.cost_centre, dimension(False)), (posting.project, dimension(True)))
    sets = [{"code": what, "valueCode": value} for value, what in named if value and what]
    return body | ({"dimensionSetLines": sets} if sets else {})


def account_line(reference: str, day: str, account: int, amount: Ore, text: str) -> Body:
    """A line on a G/L account, without balancing account."""
    return {
        "accountType": ACCOUNT,
        "accountNumber": str(account),
        "postingDate": day,
        "documentNumber": code(reference),
        "externalDocumentNumber": code(reference, EXTERNAL_NO),
        "amount": in_kronor(amount),
        "description": text,
    }


# --- sales documents -----------------------------------------------------------------------------------------


def invoice(
    document: Invoice, taxes: Mapping[Percent, str], *, net: bool, location: str, sorts: Sequence[Sort]
) -> Body:
    """The body of POST /salesInvoices or /salesCreditMemos, lines with it. `net`: the customer's prices are without
    VAT. `location` is the id of the stock location. `sorts`: what cost centre and project are there."""
    credit = is_credit(document)
    day = document.date.isoformat()
    body: Body = {
        "customerNumber": document.customer,
        "externalDocumentNumber": code(document.reference, EXTERNAL_NO),
        "postingDate": day,
        "creditMemoDate" if credit else "invoiceDate": day,
        "dueDate": day,
    }
    on_lines = [sort for sort in sorts if not sort.common(document)]
    body |= {sort.field: sort.common(document) for sort in sorts if sort not in on_lines}
    sign = -1 if credit else 1
    lines = []
    for row in document.rows:
        sets = [{"code": sort.code, "valueCode": sort.of(row)} for sort in on_lines if sort.code and sort.of(row)]
        line = _sales_line(row, sign, taxes, net=net, location=location)
        lines.append(line | ({"dimensionSetLines": sets} if sets else {}))
    if document.rounding:
        rounding = InvoiceRow("", "Öresavrundning", 1000, document.rounding, 0, 0, document.rounding_account)
        lines.append(_sales_line(rounding, sign, taxes, net=net, location=""))
    return body | {"salesCreditMemoLines" if credit else "salesInvoiceLines": lines}


def _sales_line(row: InvoiceRow, sign: int, taxes: Mapping[Percent, str], *, net: bool, location: str) -> Body:
    amount, off = sign * row.amount, row.vat_rate if net else 0
    if row.article and row.goods:
        body = _priced("Item", row.article, row.text, quantity=row.quantity, amount=amount, off=off)
        return body | ({"locationId": location} if location else {})
    body = _priced("Account", str(row.account), row.text, quantity=1000, amount=amount, off=off)
    tax = taxes.get(row.vat_rate, "")
    return body | ({"taxCode": tax} if tax else {})


def _priced(kind: str, number: str, text: str, *, quantity: int, amount: Ore, off: Percent = 0) -> Body:
    """A line worth `amount`: the unit price, always positive, carries the discount that the till gave. `off`: that
    VAT rate is taken off the price. The sign of the quantity is that of the amount."""
    pieces = abs(Decimal(quantity) / 1000) or Decimal(1)
    price = (in_kronor(abs(amount)) * 100 / (100 + off) / pieces).quantize(_PLACES, ROUND_HALF_UP)
    return {
        "lineType": kind,
        "lineObjectNumber": number,
        "description": tidy(text, TEXT) or number,
        "quantity": pieces if amount >= 0 else -pieces,
        "unitPrice": price,
    }


def order(document: Order, location: str) -> Body:
    """The body of POST /salesOrders, lines with it: an order may have its prices with VAT."""
    day = document.at.date().isoformat()
    return {
        "customerNumber": document.customer,
        "externalDocumentNumber": code(document.reference, EXTERNAL_NO),
        "orderDate": day,
        "postingDate": day,
        "pricesIncludeTax": True,
        "salesOrderLines": [_order_line(line, location) for line in document.lines],
    }


def _order_line(line: OrderLine, location: str) -> Body:
    if not line.article:
        return {"lineType": "Comment", "description": tidy(line.text, TEXT) or "-"}
    body = _priced("Item", line.article, line.text, quantity=line.quantity, amount=line.amount)
    return body | ({"locationId": location} if location else {})


def is_credit(document: Invoice) -> bool:
    """Whether it becomes a credit memo: money goes back. An exchange for something dearer is an invoice."""
    return document.total < 0


# --- payments ------------------------------------------------------------------------------------------------


def split(document: Invoice) -> tuple[list[InvoicePayment], list[Posting]]:
    """(payments that close the invoice, postings of what goes beyond it).

    What is owed is no payment. Only what is paid can be applied to an invoice: where another account gives money back
    (a gift card of 200 for 150, 50 in cash), it is closed with its own amount and the rest goes from one account to
    the other.
    """
    left, closing, beyond = document.total - document.owed, list[InvoicePayment](), list[Posting]()
    for one in document.netted():
        part = max(0, min(one.amount, left))
        left -= part
        if part:
            closing.append(InvoicePayment(one.method, one.account, part))
        if one.amount != part:
            beyond.append(Posting(one.account, one.amount - part))
    return closing, beyond


def payment_text(document: Invoice, method: str) -> str:
    """The text of a payment's line."""
    return tidy(f"{PAYMENT} {document.reference} {method}", TEXT)


def payment(document: Invoice, one: InvoicePayment, invoice_id: str) -> Body:
    """The body of a customer payment, applied to its invoice."""
    return {
        "customerNumber": document.customer,
        "postingDate": document.date.isoformat(),
        "documentNumber": code(document.reference),
        "externalDocumentNumber": code(document.reference, EXTERNAL_NO),
        "amount": in_kronor(-one.amount),
        "appliesToInvoiceId": invoice_id,
        "description": payment_text(document, one.method),
    }


def payout_lines(document: Invoice) -> list[Body]:
    """The lines by which the money of a credit memo is given back: the customer against what it was paid with."""
    day, reference = document.date.isoformat(), document.reference
    rows = document.netted()
    given = -sum(one.amount for one in rows)
    claim = account_line(reference, day, 0, given, payment_text(document, ""))
    claim |= {"accountType": CUSTOMER, "accountNumber": document.customer}
    return [
        claim,
        *(account_line(reference, day, one.account, one.amount, payment_text(document, one.method)) for one in rows),
    ]


def transfer_lines(document: Invoice, beyond: list[Posting]) -> list[Body]:
    """The lines of what goes from one payment account to another."""
    day = document.date.isoformat()
    return [
        account_line(document.reference, day, one.account, one.amount, payment_text(document, "mellan betalsätt"))
        for one in beyond
    ]


# --- customers -----------------------------------------------------------------------------------------------

LENGTHS = {"displayName": 100, "addressLine1": 100, "postalCode": 20, "city": 30, "email": 80, "phoneNumber": 30}


def customer(one: Customer, vat_number: str) -> Body:
    """A customer's fields as they fit, those that the till knows. What the till leaves empty is left alone there."""
    fields = {
        "displayName": one.name,
        "addressLine1": one.address,
        "postalCode": one.postal_code,
        "city": one.city,
        "email": one.email,
        "phoneNumber": one.phone,
        "taxRegistrationNumber": vat_number,
    }
    texts = {name: tidy(value, LENGTHS.get(name, 50)) for name, value in fields.items()}
    return {name: value for name, value in texts.items() if value}
