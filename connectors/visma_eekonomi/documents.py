"""Documents of ours made into bodies for eEkonomi. Pure: whatever must be looked up is handed in.

Lengths are the smaller where the vendor's two files differ (2020: TransactionText 50, YourReference 50). Amounts
have at most two decimals. Nothing is sent that the file calls read-only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from connectors.formats.quantities import split
from connectors.visma_eekonomi import answers
from connectors.visma_eekonomi.errors import (
    CUSTOMER_INCOMPLETE,
    CUSTOMER_NUMBER_LONG,
    POSTAL_CODE_LONG,
    TOTAL_WOULD_DIFFER,
)
from connectors.wire.answers import tidy
from synccenter.contract.model import (
    Customer,
    Invoice,
    InvoicePayment,
    InvoiceRow,
    Order,
    Ore,
    Percent,
    Posting,
    Thousandths,
    Voucher,
    kronor,
)

Body = dict[str, Any]

TRANSACTION_TEXT, REFERENCE, BUYER_REFERENCE, VOUCHER_TEXT, ROW_TEXT = 50, 50, 35, 1000, 200

CUSTOMER_NUMBER, POSTAL_CODE = 16, 10

PARTIAL, COMPLETE, ROUNDED = 1, 2, 3
"""PaymentType: part of the rest, all of the rest, and all of it with the difference as rounding."""

CUSTOMER_READ_ONLY = frozenset(
    {"Id", "PayToAccountId", "TermsOfPayment", "LastInvoiceDate", "ChangedUtc", "IsFutureInvoiceDateAllowed"}
)
"""What the vendor's file marks read-only: it is not written back."""


class Dimensions(Struct, frozen=True):
    """Fields to set by the name of a cost centre (`CostCenterItemId1` to 3) or project (`ProjectId`)."""

    cost_centres: Mapping[str, Body] = {}
    projects: Mapping[str, Body] = {}


class Item(Struct, frozen=True):
    """An article as an invoice row needs it."""

    id: str
    number: str
    rate: Percent


# --- vouchers ------------------------------------------------------------------------------------------------


def in_kronor(amount: Ore) -> Decimal:
    """Öre -> kronor with two decimals, as they go out in JSON."""
    return Decimal(amount).scaleb(-2)


def voucher_text(voucher: Voucher) -> str:
    """The text of a voucher. It begins with the reference, by which it is found again."""
    return tidy(f"{voucher.reference} {voucher.text}", VOUCHER_TEXT)


def is_voucher(text: str | None, reference: str) -> bool:
    """Whether a voucher's text is that of this reference, not of a longer one."""
    return (text or "") == reference or (text or "").startswith(reference + " ")


def voucher(document: Voucher, dimensions: Dimensions) -> Body:
    """The body of POST /vouchers."""
    body: Body = {
        "VoucherDate": document.date.isoformat(),
        "VoucherText": voucher_text(document),
        "Rows": [_voucher_row(row, dimensions) for row in document.postings if row.amount],
    }
    if document.series:
        body["NumberSeries"] = document.series
    return body


def _voucher_row(row: Posting, dimensions: Dimensions) -> Body:
    side = "DebitAmount" if row.amount > 0 else "CreditAmount"
    body: Body = {"AccountNumber": row.account, side: in_kronor(abs(row.amount))}
    text = tidy(row.text, TRANSACTION_TEXT)
    if text:
        body["TransactionText"] = text
    return body | _dimensions(row.cost_centre, row.project, dimensions)


def _dimensions(cost_centre: str, project: str, dimensions: Dimensions) -> Body:
    return {**dimensions.cost_centres.get(cost_centre, {}), **dimensions.projects.get(project, {})}


# --- invoices and orders ---------------------------------------------------------------------------------------


def invoice(
    document: Invoice, customer_id: str, items: Iterable[Item], dimensions: Dimensions, *, includes_vat: bool
) -> Body:
    """The body of POST /customerinvoices; `items` are the articles of the rows and then of what was given back, in
    order. Raises V07.

    A credit invoice has positive rows and `IsCreditInvoice`. Rows carry VAT or not as eEkonomi will read them.
    """
    sign = -1 if document.credit else 1
    rows: list[Body] = []
    nets: dict[Percent, Ore] = {}
    back = [given_row(one, document) for one in given_back(document)]
    for row, item in zip([*document.rows, *back], items, strict=True):
        amount = sign * (row.amount if includes_vat else row.amount - row.vat)
        nets[item.rate] = nets.get(item.rate, 0) + amount
        where = _dimensions(row.cost_centre, row.project, dimensions)
        rows += [{"ArticleId": item.id, **part, **where} for part in parts(row.text, sign * row.quantity, amount)]
    wanted = rows_of(document)
    expected = wanted if includes_vat else sum(net + _vat(net, rate) for rate, net in nets.items())
    if not comes_to(document, expected, includes_vat=includes_vat):
        raise TOTAL_WOULD_DIFFER.error(till=kronor(wanted), there=kronor(expected), item=document.reference)
    about = f"Retur av {document.credit_of}" if document.credit_of else document.text
    return {
        "CustomerId": customer_id,
        "EuThirdParty": False,
        "IsCreditInvoice": document.credit,
        "InvoiceDate": document.date.isoformat(),
        **({} if document.owed else {"DueDate": document.date.isoformat()}),  # a debt is due by the customer's terms
        "RotReducedInvoicingType": 0,
        **references(document.reference, about),
        "Rows": rows,
    }


def given_back(document: Invoice) -> list[InvoicePayment]:
    """Money that went the other way than the sale did, by account: a banknote back on a card, say.

    eEkonomi takes no payment of the other sign. So it is a row of the invoice, on an article whose coding is that
    account: the invoice comes to so much more, and what was paid pays all of it.
    """
    sign = -1 if document.credit else 1
    return [one for one in _by_account(document) if sign * one.amount < 0]


def _by_account(document: Invoice) -> list[InvoicePayment]:
    """As `Invoice.netted`, but what comes to nothing stays: 30 öre in cash are closed by a payment of 0 as rounding."""
    sums: dict[int, InvoicePayment] = {}
    for one in document.payments:
        before = sums[one.account].amount if one.account in sums else 0
        sums[one.account] = InvoicePayment(one.method, one.account, before + one.amount)
    return list(sums.values())


def given_row(payment: InvoicePayment, document: Invoice) -> InvoiceRow:
    """Money given back, as a row on its account."""
    sign = -1 if document.credit else 1
    text = f"Tillbaka {payment.method}"
    return InvoiceRow("", text, sign * 1000, -payment.amount, 0, 0, payment.account, goods=False)


def rows_of(document: Invoice) -> Ore:
    """What the rows come to, never negative: what was sold, and what was given back."""
    sold = sum(row.amount for row in document.rows) - sum(one.amount for one in given_back(document))
    return abs(sold)


def comes_to(document: Invoice, total: Ore, *, includes_vat: bool) -> bool:
    """Whether an invoice of ours may come to this: its rows, or its rows rounded as the cash was. Where eEkonomi adds
    the VAT itself it rounds the sum and the till each row; the odd öre is closed as rounding (PaymentType 3)."""
    wanted = rows_of(document)
    slack = 0 if includes_vat else len(document.rows) // 2 + 1
    sign = -1 if document.credit else 1
    return total == wanted + sign * document.rounding or abs(total - wanted) <= slack


def references(reference: str, about: str = "") -> Body:
    """Where the reference stands so that a filter finds it."""
    body: Body = {"YourReference": reference}
    if len(reference) <= BUYER_REFERENCE:
        body["BuyersOrderReference"] = reference
    about = tidy(about, REFERENCE)
    return {**body, "OurReference": about} if about else body


def _vat(net: Ore, rate: Percent) -> Ore:
    return (abs(net) * rate + 50) // 100 * (1 if net >= 0 else -1)


def parts(text: str, quantity: Thousandths, amount: Ore) -> Iterator[Body]:
    """An amount as rows of quantity times unit price, exact to the öre although a unit price has two decimals."""
    for part in split(text, quantity, amount):
        text = tidy(part.text, ROW_TEXT)
        yield {"Text": text, "Quantity": Decimal(part.quantity).scaleb(-3), "UnitPrice": in_kronor(part.unit)}


class Payment(Struct, frozen=True):
    """A payment as it is to be made: `amount` in öre, never negative, and its PaymentType."""

    method: str
    account: int
    amount: Ore
    kind: int


def payments(document: Invoice, total: Ore) -> list[Payment]:
    """The payments of an invoice of `total`, in the order in which they are made; whole kronor last.

    They are taken together per account, so that what remains tells how far an interrupted sending came. When
    they do not add up to the total (cash rounding), the last one closes the invoice with the rest as rounding.
    What was sold on account is not paid: the invoice stays open for it.
    """
    sign = -1 if document.credit else 1
    sums = [InvoicePayment(one.method, one.account, sign * one.amount) for one in _by_account(document)]
    ordered = sorted((one for one in sums if one.amount > 0), key=lambda one: (one.amount % 100 == 0, one.account))
    if total and not ordered and not document.owed:  # 30 öre in cash: nothing is paid, all of it is rounding
        ordered = sums[:1]
    paid = sum(one.amount for one in ordered)
    last = PARTIAL if document.owed else COMPLETE if paid == total else ROUNDED
    kinds = [PARTIAL] * (len(ordered) - 1) + [last]
    return [Payment(one.method, one.account, one.amount, kind) for one, kind in zip(ordered, kinds, strict=False)]


def left_open(document: Invoice, total: Ore) -> Ore:
    """What remains of an invoice of `total` when all has been paid that was paid, never negative."""
    return total - sum(one.amount for one in payments(document, total)) if document.owed else 0


def still_to_pay(document: Invoice, total: Ore, remaining: Ore) -> list[Payment] | None:
    """The payments left when so much of the total remains; None when no point of our sequence leaves that."""
    if remaining <= left_open(document, total):  # less than we leave: the customer has paid since
        return []
    left = total
    todo = payments(document, total)
    for number, payment in enumerate(todo):
        if remaining == left:
            return todo[number:]
        left -= payment.amount
    return None


def order(document: Order, customer_id: str, items: Iterable[Item], *, includes_vat: bool) -> Body:
    """The body of POST /orders."""
    rows: list[Body] = []
    for line, item in zip(document.lines, items, strict=True):
        amount = line.amount if includes_vat else round(Decimal(line.amount * 100) / (100 + item.rate))
        for part in parts(line.text, line.quantity, amount):
            rows.append({"LineNumber": len(rows) + 1, "ArticleId": item.id, **_ORDER_ROW, **part})
    return {
        "CustomerId": customer_id,
        "CurrencyCode": "SEK",
        "EuThirdParty": False,
        "OrderDate": document.at.date().isoformat(),
        "Status": 2,
        "RotReducedInvoicingType": 0,
        "ReverseChargeOnConstructionServices": False,
        "YourReference": document.reference,
        "Rows": rows,
    }


_ORDER_ROW = {"IsTextRow": False, "IsWorkCost": False, "EligibleForReverseChargeOnVat": False}


# --- customers -----------------------------------------------------------------------------------------------


def _fields(customer: Customer) -> dict[str, tuple[str, int]]:
    """What the till knows besides the telephone, as eEkonomi calls it, and how much of it the till holds."""
    return {
        "Name": (customer.name, 50),
        "CorporateIdentityNumber": (customer.org_number, 20),
        "InvoiceAddress1": (customer.address, 50),
        "InvoicePostalCode": (customer.postal_code, POSTAL_CODE),
        "InvoiceCity": (customer.city, 50),
        "EmailAddress": (customer.email, 255),
    }


def wanted(customer: Customer) -> Body:
    """The fields of a new customer."""
    fields = {name: tidy(value, most) for name, (value, most) in _fields(customer).items()}
    phone = tidy(customer.phone, 50)
    fields["MobilePhone" if is_mobile(phone) else "Telephone"] = phone
    return {**{name: value for name, value in fields.items() if value}, "IsActive": customer.active}


def is_mobile(phone: str) -> bool:
    """Swedish mobile numbers begin with 07 (PTS, the numbering plan)."""
    digits = "".join(character for character in phone.replace("(0)", "") if character.isdigit() or character == "+")
    return digits.startswith(("07", "+467", "00467"))


def difference(customer: Customer, there: answers.Whole) -> Body:
    """What the till has otherwise than it was given from there, None for what was emptied.

    A field that the till holds shortened, or a mobile number that it shows as the telephone, is not a change. An
    emptied e-mail or telephone is one; anything else that is empty at the till is left alone. The till has one number,
    and shows the telephone before the mobile number: what was typed there is the one that it shows next.
    """
    found: Body = {}
    for name, (value, most) in _fields(customer).items():
        ours = tidy(value, most)
        if ours != tidy(there.get(name), most) and (ours or name == "EmailAddress"):
            found[name] = ours or None
    phone, shown = tidy(customer.phone, 50), "Telephone" if there.get("Telephone") else "MobilePhone"
    if phone != tidy(there.get(shown), 50):
        if phone and is_mobile(phone) and shown == "Telephone":
            found["Telephone"] = None
        found[("MobilePhone" if is_mobile(phone) else "Telephone") if phone else shown] = phone or None
    if customer.active != (there.get("IsActive") is not False):
        found["IsActive"] = customer.active
    return found


def ensure_fits(customer: Customer, *, new: bool) -> None:
    """Raise V20 or V21 for what eEkonomi has no room for, where cutting it off would make another of it."""
    if new and len(customer.number) > CUSTOMER_NUMBER:
        raise CUSTOMER_NUMBER_LONG.error(customer=customer.number, most=CUSTOMER_NUMBER)
    postal_code = tidy(customer.postal_code, 100)
    if len(postal_code) > POSTAL_CODE:
        raise POSTAL_CODE_LONG.error(customer=customer.number, postal_code=postal_code, most=POSTAL_CODE)


def same(customer: Customer, there: answers.Whole) -> bool:
    """Whether eEkonomi already has it so."""
    return not difference(customer, there)


def changed(customer: Customer, there: answers.Whole) -> Body:
    """The whole customer to write back: all that was read, with what the till has changed on top."""
    body = {**there, **difference(customer, there)}
    return {name: value for name, value in body.items() if value is not None and name not in CUSTOMER_READ_ONLY}


def created(customer: Customer, terms_id: str) -> Body:
    """A new customer. Raises V05 when something is missing that eEkonomi insists on."""
    needed = {"namn": customer.name, "postnummer": customer.postal_code, "ort": customer.city}
    missing = [word for word, value in needed.items() if not value.strip()]
    if missing:
        raise CUSTOMER_INCOMPLETE.error(customer=customer.number, missing=" och ".join(missing))
    return {
        "CustomerNumber": customer.number,
        "TermsOfPaymentId": terms_id,
        "IsPrivatePerson": is_private(customer.org_number),
        **wanted(customer),
    }


def is_private(org_number: str) -> bool:
    """A personal number has a month as third and fourth digit; an organisation number at least 20 (SKV 709)."""
    digits = "".join(character for character in org_number if character.isdigit())[-10:]
    return len(digits) < 10 or int(digits[2:4]) < 20
