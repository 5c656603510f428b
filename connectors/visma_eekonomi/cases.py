"""An invoice of ours and its document, and what its own voucher and those of its payments say of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from connectors.formats.purposes import CLAIMS, OUTPUT_VAT, ROUNDING_ACCOUNT
from connectors.visma_eekonomi import answers, documents, registers
from connectors.visma_eekonomi.payments import Beside, Entry, beside
from connectors.visma_eekonomi.values import ore
from connectors.visma_eekonomi.vouchers import posting
from synccenter.contract.model import Invoice, Ore, Percent, Posting, Purpose

UNREAD = "betalningarna (en annan betalning samma dag kan lika gärna vara den)"
UNREAD_SALE = "försäljningen (en annan fakturas verifikation samma dag kan lika gärna vara den)"

_VAT_ACCOUNTS: Mapping[Percent, int] = {25: 2611, 12: 2621, 6: 2631}
"""BAS 2026: *utgående moms* of sales within Sweden, by rate."""


class Case(Struct, eq=False):
    """An invoice that is ours, the document that it was, and the voucher that booked it (None: none of its own).

    `gone`: it names a voucher that is not there, or has none though the books have. `sold`: what its own voucher
    holds. `guessed`: what pays it by account, day and amount. `unsure`, `sale_unsure`: that, or its own voucher,
    may as well be another's.
    """

    invoice: answers.Invoice
    document: Invoice
    made: answers.Voucher | None = None
    gone: bool = False
    names: Mapping[str, str] = {}
    """Of cost centres and projects, by id."""
    by_paying: bool = False
    """The year has the cash method (*kontantmetoden*), by which it is booked when it is paid."""
    sold: tuple[Posting, ...] = ()
    guessed: list[Entry] = []
    unsure: bool = False
    sale_unsure: bool = False

    @property
    def unread(self) -> tuple[str, ...]:
        """What of it may as well be another's."""
        return (UNREAD_SALE,) * self.sale_unsure + (UNREAD,) * self.unsure

    @property
    def total(self) -> Ore:
        """What it comes to, a credit invoice negative."""
        return (-1 if self.invoice.is_credit_invoice else 1) * abs(ore(self.invoice.total_amount))

    @property
    def at_once(self) -> bool:
        """Whether it is booked when it is paid and the vouchers of its payments tell all of it."""
        return self.by_paying and may_be_paid_at_once(self.document)

    @property
    def told(self) -> bool:
        """Whether its vouchers tell all that there is of its payments: not on an account that is sold on too, when both
        are in one voucher."""
        both = {one.account for one in self.document.netted()} & {row.account for row in self.document.rows}
        return self.made is not None or (self.by_paying and not both)

    @property
    def claims(self) -> set[int]:
        """The accounts of the claim on the customer: those of BAS, else the one that took the whole amount."""
        rows = [posting(row) for row in (self.made.rows if self.made else None) or ()]
        paying = {one.account for one in self.document.payments}
        if not rows or any(row.account in CLAIMS or row.account in paying for row in rows):
            return set(CLAIMS)
        return {*CLAIMS, *(row.account for row in rows if row.amount == self.total)}


def closes_a_claim(voucher: answers.Voucher) -> bool:
    """Whether a voucher has anything on a claim on customers."""
    return any(row.account_number in CLAIMS for row in voucher.rows or ())


def claim_in(voucher: answers.Voucher) -> Entry | None:
    """What a voucher of an invoice puts on the customer, with what was sold beside it."""
    on, rows = registers.day(voucher.voucher_date), [posting(row) for row in voucher.rows or ()]
    sold = beside((row.account, row.amount) for row in rows if row.account not in CLAIMS)
    claim = sum(row.amount for row in rows if row.account in CLAIMS)
    return Entry(0, claim, on, voucher, sold) if on and claim else None


def part_of(document: Invoice, amount: Ore | None = None) -> Beside:
    """What is booked as sold, in debit: all of it, or with a payment of so much by the cash method the same part of
    each row."""
    total = sum(row.amount for row in document.rows) or 1
    amount = total if amount is None else amount
    rows = [(row.account, row.vat - row.amount) for row in document.rows]
    rows += [(_VAT_ACCOUNTS[row.vat_rate], -row.vat) for row in document.rows if row.vat_rate in _VAT_ACCOUNTS]
    return {key: round(Fraction(sold * amount, total)) for key, sold in beside(rows).items()}


def may_be_paid_at_once(document: Invoice) -> bool:
    """Whether payments' vouchers can tell sales from payments: not what is owed, nor an account that is both."""
    paying = {one.account for one in document.netted()}
    return bool(paying) and not document.owed and not paying & {row.account for row in document.rows}


def rows_paid_at_once(vouchers: Iterable[answers.Voucher], document: Invoice) -> tuple[Posting, ...]:
    """An invoice booked by the vouchers of its payments; empty where these hold payments only."""
    paying = {one.account for one in document.payments}
    rows = [replace(posting(row), text=_number(one)) for one in vouchers for row in one.rows or ()]
    if all(row.account in paying for row in rows):
        return ()
    return tuple(replace(row, purpose=_purpose(row, paying, document)) for row in rows)


def _purpose(row: Posting, paying: set[int], document: Invoice) -> Purpose:
    if row.account in OUTPUT_VAT:
        return Purpose.VAT
    if row.account == (document.rounding_account or ROUNDING_ACCOUNT):
        return Purpose.ROUNDING
    return Purpose.PAYMENT if row.account in paying else Purpose.SALES


def rows_told(case: Case) -> tuple[Posting, ...]:
    """What an invoice itself tells of its VAT and the rest, without money given back; () when it does not. The VAT of
    an exchange may have the other sign than its total."""
    invoice = case.invoice
    vat = invoice.total_vat_amount_invoice_currency
    vat = invoice.total_vat_amount if vat is None else vat
    if vat is None:
        return ()
    sign = -1 if invoice.is_credit_invoice else 1
    total = invoice.total_amount_invoice_currency
    total = invoice.total_amount if total is None else total
    owed = abs(ore(vat)) if ore(vat) * ore(total) >= 0 else -abs(ore(vat))
    back = abs(sum(one.amount for one in documents.given_back(case.document)))
    rest = abs(ore(total)) - ore(invoice.total_roundings) - owed - back
    return (
        Posting(0, -sign * owed, purpose=Purpose.VAT),
        Posting(0, -sign * rest, purpose=Purpose.SALES),
    )


def rows_sold(case: Case) -> Iterator[Posting]:
    """Its own voucher without the claim. A quick invoice has the payment in it; money given back is there always."""
    claims, document = case.claims, case.document
    rows = [posting(row, case.names) for row in (case.made.rows if case.made else None) or ()]
    pays = {one.account for one in documents.given_back(document)}
    if not any(row.account in claims for row in rows):
        pays |= {one.account for one in document.payments}
    for row in rows:
        if row.account not in claims:
            yield replace(row, purpose=_purpose(row, pays, document))


def rows_paid(voucher: answers.Voucher, case: Case) -> Iterator[Posting]:
    """The voucher of a payment without the claim that it closes. By the cash method a part of what was sold is in it
    too, when the rest is owed: then only what was paid is read off it."""
    claims = case.claims
    mixed = case.made is None and not closes_a_claim(voucher)
    money = {one.account for one in case.document.payments}
    for row in map(posting, voucher.rows or ()):
        rounding = row.account == (case.document.rounding_account or ROUNDING_ACCOUNT)
        if row.account in money if mixed else row.account not in claims:
            purpose = Purpose.ROUNDING if rounding else Purpose.PAYMENT
            yield replace(row, text=_number(voucher), purpose=purpose)


def _number(voucher: answers.Voucher) -> str:
    return voucher.number_and_number_series or ""
