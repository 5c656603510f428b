"""What the books hold of invoices: the vouchers that eEkonomi makes of them and of their payments.

How the voucher of a payment tells what it pays is not in the vendor's description. It is known by its SourceId, or by a
word of its text that is the invoice's own reference. Where no voucher of these days is known so, payments are compared
by account, day and amount (`payments`): each must stand there, and each entry pays once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from connectors.formats.purposes import CLAIMS, NOT_BOOKED, OUTPUT_VAT, ROUNDING_ACCOUNT
from connectors.visma_eekonomi import answers, documents, registers
from connectors.visma_eekonomi.payments import Entry, Wanted, matched
from connectors.visma_eekonomi.values import ore
from connectors.visma_eekonomi.vouchers import posting
from synccenter.contract.model import Invoice, Posting, Purpose

_MANUAL = 2
_OF_INVOICES = {14, 15, 23, 24}
"""VoucherType by the vendor's description: what a person or we have made, and what is made of an invoice."""

BEFORE, AFTER = timedelta(days=10), timedelta(days=35)
"""So far from its invoice is a payment looked for that a person has moved to another day."""


class Case(Struct, eq=False):
    """An invoice that is ours, the document that it was, and the voucher that booked it (None: none of its own).

    `gone`: it names a voucher that is not there. `sold`: what its own voucher holds. `guessed`: what pays it by
    account, day and amount.
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

    @property
    def claims(self) -> set[int]:
        """The accounts of the claim on the customer: those of BAS, else the one that took the whole amount."""
        rows = [posting(row) for row in (self.made.rows if self.made else None) or ()]
        paying = {one.account for one in self.document.payments}
        if not rows or any(row.account in CLAIMS or row.account in paying for row in rows):
            return set(CLAIMS)
        total = (-1 if self.invoice.is_credit_invoice else 1) * abs(ore(self.invoice.total_amount))
        return {*CLAIMS, *(row.account for row in rows if row.amount == total)}


class Asks(Struct, frozen=True):
    """What is asked when it is needed: the voucher that an invoice names, whether a day's year has the cash method, and
    the vouchers of the days around."""

    voucher: Callable[[answers.Invoice], answers.Voucher | None]
    cash: Callable[[date], bool]
    around: Callable[[], Iterable[answers.Voucher]]


class Booking:
    """The books of some invoices. `listed`: every invoice of their days, whoever made it; `vouchers`: every voucher of
    them, None where the company's variant keeps no books."""

    def __init__(
        self,
        cases: Sequence[Case],
        listed: Iterable[answers.Invoice],
        vouchers: Sequence[answers.Voucher] | None,
        asks: Asks,
    ) -> None:
        self._cases = cases
        self._asks = asks
        self._keeps_books = vouchers is not None
        self._ids = {one.id for one in listed} | {one.invoice.id for one in cases}
        self._named = _names(cases, listed)
        self._money = {one.account for case in cases for one in case.document.payments}
        self._of: dict[str, dict[str, answers.Voucher]] = {}
        self._loose: dict[str, answers.Voucher] = {}
        self._whole = _whole(cases, listed, vouchers or ())
        for one in vouchers or ():
            self._take(one)
        for case in cases:
            self._find_own(case)
        self._claims = set(CLAIMS).union(*(case.claims for case in cases))
        self._find_payments()

    def _take(self, voucher: answers.Voucher) -> None:
        """A voucher is an invoice's by its SourceId, else by a word of its text, or nobody's that we know."""
        owner = voucher.source_id if voucher.source_id in self._ids else None
        owner = owner or next((self._named[word] for word in _words(voucher) if word in self._named), None)
        (self._of.setdefault(owner, {}) if owner else self._loose)[voucher.id] = voucher

    def _find_own(self, case: Case) -> None:
        own = self._of.get(case.invoice.id, {})
        named = case.invoice.voucher_id or ""
        made = own.get(named) or self._loose.get(named)
        case.made = made or next((one for one in own.values() if one.voucher_type in _OF_INVOICES), None)
        if case.made is None and named and self._keeps_books:
            case.made = self._asks.voucher(case.invoice)
            case.gone = case.made is None
        case.sold = tuple(_sold(case))
        if case.made is None and not case.gone and self._keeps_books and _may_be_paid_at_once(case.document):
            paying = self._paying(case)
            case.by_paying = not any(map(_closes_a_claim, paying)) and bool(
                paying or self._asks.cash(case.document.date)
            )

    def _paying(self, case: Case) -> list[answers.Voucher]:
        """The vouchers that are known to be of its payments. What else is made of an invoice (an accrual, say) touches
        no claims, no money and no VAT."""
        made = case.made.id if case.made else ""
        return [one for one in self._of.get(case.invoice.id, {}).values() if one.id != made and self._pays(one)]

    def _pays(self, voucher: answers.Voucher) -> bool:
        money = any(row.account_number in self._money or row.account_number in OUTPUT_VAT for row in voucher.rows or ())
        return voucher.voucher_type not in _OF_INVOICES and (money or _closes_a_claim(voucher))

    def _find_payments(self) -> None:
        """What is not known to be paid is looked for on the days around, else by account, day and amount."""
        some = [one for one in self._cases if (one.made or one.by_paying) and self._unpaid(one)]
        tied = any(self._pays(one) for own in self._of.values() for one in own.values())
        if some and tied:
            for voucher in self._asks.around():
                if voucher.id not in self._loose:
                    self._take(voucher)
            some = [one for one in some if self._unpaid(one)]
        for by_paying in (False, True):
            cases = [one for one in some if one.by_paying == by_paying]
            wanted = [one for case in cases for one in self._unpaid(case)]
            entries = self._entries(by_paying=by_paying, tied=tied) if wanted else ()
            found = matched(wanted, entries, self._whole, sums=not by_paying)
            for case in cases:
                case.guessed = found.get(case.invoice.id, [])

    def _unpaid(self, case: Case) -> list[Wanted]:
        """What it was paid with, by account, that no voucher known to be its own holds."""
        back = {one.account for one in documents.given_back(case.document)}
        paid = {one.account: one.amount for one in case.document.netted() if one.account not in back}
        left = Counter(paid)
        rows = [*case.sold, *(row for voucher in self._paying(case) for row in _paid(voucher, case))]
        for row in rows:
            if row.purpose is Purpose.PAYMENT and row.account in left:
                left[row.account] -= row.amount
        name, on = case.invoice.id, case.document.date
        return [Wanted(name, one, amount, on) for one, amount in sorted(left.items()) if amount * paid[one] > 0]

    def _entries(self, *, by_paying: bool, tied: bool) -> Iterator[Entry]:
        """What vouchers that nobody is known to own have on each account, beside a claim that they close. `tied`: one
        that names another source is another's."""
        for voucher in self._loose.values():
            on = registers.day(voucher.voucher_date)
            rows = [posting(row) for row in voucher.rows or ()]
            claims = sum(row.amount for row in rows if row.account in self._claims)
            manual = voucher.voucher_type == _MANUAL
            if on is None or voucher.voucher_type in _OF_INVOICES or (tied and voucher.source_id):
                continue
            if by_paying and (claims or manual):
                continue
            for row in rows:
                if row.account not in self._claims and (by_paying or row.amount * claims < 0):
                    yield Entry(row.account, row.amount, on, voucher)

    def of(self, case: Case) -> tuple[Posting, ...]:
        """What the books hold of an invoice by account. Without its voucher, and without the cash method, the invoice
        itself tells its VAT; when it does not, nothing is known."""
        paying = self._paying(case)
        if case.gone:
            return NOT_BOOKED
        if case.by_paying:
            vouchers = {one.id: one for one in (*paying, *(entry.voucher for entry in case.guessed)) if one}
            return _paid_at_once(vouchers.values(), case.document) or NOT_BOOKED
        sold = case.sold if case.made else _told(case.invoice)
        guessed = [Posting(one.account, one.amount, one.number, Purpose.PAYMENT) for one in case.guessed]
        return (*sold, *(row for one in paying for row in _paid(one, case)), *guessed)


def _names(cases: Sequence[Case], listed: Iterable[answers.Invoice]) -> dict[str, str]:
    """Whose the references are: ours, and those of others that begin as ours do. Of an invoice that a person made the
    reference is somebody's name, which may stand in any text."""
    ours = {one.document.reference: one.invoice.id for one in cases}
    begin = {one.rpartition("-")[0] for one in ours} - {""}
    others = {one.your_reference: one.id for one in listed if (one.your_reference or "").rpartition("-")[0] in begin}
    return {name: one for name, one in others.items() if name} | ours


def _closes_a_claim(voucher: answers.Voucher) -> bool:
    return any(row.account_number in CLAIMS for row in voucher.rows or ())


def _whole(cases: Iterable[Case], listed: Iterable[answers.Invoice], vouchers: Iterable[answers.Voucher]) -> set[date]:
    """The days whose paid invoices are all among the cases."""
    ours = {one.invoice.id for one in cases}
    paid = [one for one in listed if one.id not in ours and not ore(one.remaining_amount)]
    others = {registers.day(one.invoice_date) for one in paid}
    days = {registers.day(one.voucher_date) for one in vouchers}
    return {day for day in days - others if day}


def _words(voucher: answers.Voucher) -> Sequence[str]:
    """What a voucher that eEkonomi made says of what it is about."""
    if voucher.voucher_type == _MANUAL:
        return ()
    return [word.strip(".:;()") for word in (voucher.voucher_text or "").replace(",", " ").split()]


def _may_be_paid_at_once(document: Invoice) -> bool:
    """Whether payments' vouchers can tell sales from payments: not what is owed, nor an account that is both."""
    paying = {one.account for one in document.netted()}
    return bool(paying) and not document.owed and not paying & {row.account for row in document.rows}


def _paid_at_once(vouchers: Iterable[answers.Voucher], document: Invoice) -> tuple[Posting, ...]:
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


def _told(invoice: answers.Invoice) -> tuple[Posting, ...]:
    vat = invoice.total_vat_amount_invoice_currency
    vat = invoice.total_vat_amount if vat is None else vat
    if vat is None:
        return ()
    sign = -1 if invoice.is_credit_invoice else 1
    total = invoice.total_amount_invoice_currency
    total = invoice.total_amount if total is None else total
    rest = abs(ore(total)) - ore(invoice.total_roundings) - abs(ore(vat))
    return (
        Posting(0, -sign * abs(ore(vat)), purpose=Purpose.VAT),
        Posting(0, -sign * rest, purpose=Purpose.SALES),
    )


def _sold(case: Case) -> Iterator[Posting]:
    """Its own voucher without the claim. A quick invoice has the payment in it; money given back is there always."""
    claims, document = case.claims, case.document
    rows = [posting(row, case.names) for row in (case.made.rows if case.made else None) or ()]
    pays = {one.account for one in documents.given_back(document)}
    if not any(row.account in claims for row in rows):
        pays |= {one.account for one in document.payments}
    for row in rows:
        if row.account not in claims:
            yield replace(row, purpose=_purpose(row, pays, document))


def _paid(voucher: answers.Voucher, case: Case) -> Iterator[Posting]:
    """The voucher of a payment without the claim that it closes. By the cash method a part of what was sold is in it
    too, when the rest is owed: then only what was paid is read off it."""
    claims = case.claims
    mixed = case.made is None and not _closes_a_claim(voucher)
    money = {one.account for one in case.document.payments}
    for row in map(posting, voucher.rows or ()):
        rounding = row.account == (case.document.rounding_account or ROUNDING_ACCOUNT)
        if row.account in money if mixed else row.account not in claims:
            purpose = Purpose.ROUNDING if rounding else Purpose.PAYMENT
            yield replace(row, text=_number(voucher), purpose=purpose)


def _number(voucher: answers.Voucher) -> str:
    return voucher.number_and_number_series or ""
