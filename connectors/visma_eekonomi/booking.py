"""What the books hold of invoices: the vouchers that eEkonomi makes of them and of their payments.

How the voucher of a payment tells what it pays is not in the vendor's description. It is known by its SourceId, or by a
word of its text that is the invoice's own reference, or by the matched bank transactions, which name an invoice and
its voucher. Where no voucher of these days is known so, payments are compared by account, day and amount (`payments`):
each must stand there, and each entry pays once. What may as well be another's is told as not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import Enum
from typing import TypeAlias

from msgspec import Struct

from connectors.formats.purposes import CLAIMS, NOT_BOOKED, OUTPUT_VAT, ROUNDING_ACCOUNT
from connectors.formats.sales_accounts import REVENUE
from connectors.visma_eekonomi import answers, documents, registers
from connectors.visma_eekonomi.cases import (
    Case,
    claim_in,
    closes_a_claim,
    part_of,
    rows_paid,
    rows_paid_at_once,
    rows_sold,
    rows_told,
)
from connectors.visma_eekonomi.payments import MANUAL, Entry, Others, Wanted, entries_of, matched
from connectors.visma_eekonomi.values import ore
from connectors.visma_eekonomi.vouchers import posting
from synccenter.contract.model import Ore, Posting, Purpose

_OF_INVOICES = {14, 15, 23, 24}
"""VoucherType by the vendor's description: what is made of an invoice."""


class Method(Enum):
    """BookkeepingMethod of a financial year, by the vendor's description."""

    INVOICING = 0
    CASH = 1
    NONE = 2


BEFORE, AFTER = timedelta(days=10), timedelta(days=35)
"""So far from its invoice is a payment looked for that a person has moved to another day."""


class Asks(Struct, frozen=True):
    """What is asked when it is needed: the voucher that an invoice names, how a day's year keeps its books (None: not
    known), the vouchers of the days around, and voucher -> invoice by the bank transactions of some accounts."""

    voucher: Callable[[answers.Invoice], answers.Voucher | None]
    method: Callable[[date], Method | None]
    around: Callable[[], Iterable[answers.Voucher]]
    banked: Callable[[Collection[int]], Mapping[str, str]]


_Paid: TypeAlias = tuple[date, Ore]


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
        self._makes = {one.voucher_id for one in listed} | {one.invoice.voucher_id for one in cases}
        self._of: dict[str, dict[str, answers.Voucher]] = {}
        self._loose: dict[str, answers.Voucher] = {}
        self._books_invoices = any(one.voucher_id for one in listed) or any(map(_of_an_invoice, vouchers or ()))
        self._others, self._unnamed = _others(cases, listed, vouchers or ())
        self._banked: Mapping[str, str] = {}
        for one in vouchers or ():
            self._take(one)
        for case in cases:
            self._find_own(case)
        if self._keeps_books:
            self._find_unnamed()
        for case in cases:
            self._find_way(case)
        self._claims = set(CLAIMS).union(*(case.claims for case in cases))
        self._find_payments()

    def _take(self, voucher: answers.Voucher) -> None:
        """A voucher is an invoice's by its SourceId, by its bank transaction, else by a word of its text, or nobody's
        that we know."""
        told = (voucher.source_id, self._banked.get(voucher.id), self._banked.get(voucher.source_id or ""))
        owner = next((one for one in told if one in self._ids), None)
        owner = owner or next((self._named[word] for word in _words(voucher) if word in self._named), None)
        (self._of.setdefault(owner, {}) if owner else self._loose)[voucher.id] = voucher

    def _find_own(self, case: Case) -> None:
        own = self._of.get(case.invoice.id, {})
        named = case.invoice.voucher_id or ""
        made = own.get(named) or self._loose.get(named)
        case.made = made or next((one for one in own.values() if self._is_sale(one) or _opens(one, case)), None)
        if case.made is None and named and self._keeps_books:
            case.made = self._asks.voucher(case.invoice)
            case.gone = case.made is None

    def _find_unnamed(self) -> None:
        """Where an invoice and its voucher say nothing of each other: by day and amount, one voucher each."""
        some = [one for one in self._cases if not (one.made or one.gone)]
        wanted = [Wanted(one.invoice.id, 0, one.total, one.document.date, part_of(one.document)) for one in some]
        makes = self._makes | {one.made.id for one in self._cases if one.made}
        sold_on = {row.account for one in some for row in one.document.rows}
        loose = [
            one for one in self._loose.values() if one.id not in makes and (self._is_sale(one) or _sells(one, sold_on))
        ]
        got = matched(wanted, filter(None, map(claim_in, loose)), self._unnamed, sums=False)
        for case in some:
            for entry in got.found.get(case.invoice.id, [])[:1]:
                case.made = entry.voucher
            case.sale_unsure = bool(case.made) and case.invoice.id in got.unsure
        self._makes |= {one.made.id for one in self._cases if one.made}

    def _find_way(self, case: Case) -> None:
        """Without a voucher of its own an invoice is booked when it is paid, by the cash method, or not at all."""
        case.sold = tuple(rows_sold(case))
        if case.made or case.gone or not self._keeps_books:
            return
        paying = self._paying(case)
        closes = any(map(closes_a_claim, paying))
        method = self._asks.method(case.document.date)
        case.by_paying = not closes and bool(case.document.netted()) and bool(paying or method is Method.CASH)
        case.gone = method is Method.INVOICING and not case.by_paying and self._books_invoices

    def _paying(self, case: Case) -> list[answers.Voucher]:
        """The vouchers that are known to be of its payments. What else is made of an invoice (an accrual, say) touches
        no claims, no money and no VAT."""
        made = case.made.id if case.made else ""
        return [one for one in self._of.get(case.invoice.id, {}).values() if one.id != made and self._pays(one)]

    def _is_sale(self, voucher: answers.Voucher) -> bool:
        """Whether a voucher is what eEkonomi has made of an invoice itself: one says so, or its type does and it holds
        more than a payment, or it puts what was sold on a customer."""
        accounts = {row.account_number for row in voucher.rows or ()}
        more = accounts - {*self._money, *CLAIMS, ROUNDING_ACCOUNT}
        sold = any(one in OUTPUT_VAT or one in REVENUE for one in more)
        made = voucher.voucher_type != MANUAL and sold and closes_a_claim(voucher)
        return voucher.id in self._makes or bool(voucher.voucher_type in _OF_INVOICES and more) or made

    def _pays(self, voucher: answers.Voucher) -> bool:
        money = any(row.account_number in self._money or row.account_number in OUTPUT_VAT for row in voucher.rows or ())
        return not self._is_sale(voucher) and (money or closes_a_claim(voucher))

    def _find_payments(self) -> None:
        """What is not known to be paid is looked for on the days around, else by account, day and amount. Where that
        leaves a doubt the bank transactions are asked for."""
        some = self._with_unpaid(self._cases)
        if some and self._tied():
            some = self._look_around()
        if not self._match(some) or self._tied():
            return
        self._banked = self._asks.banked({one.account for case in some for one in self._unpaid(case)})
        if self._banked:
            self._take_again(list(self._loose.values()))
            self._match(self._look_around() if self._tied() else some)

    def _look_around(self) -> list[Case]:
        if self._with_unpaid(self._cases):
            self._take_again(self._asks.around())
        return self._with_unpaid(self._cases)

    def _match(self, some: Sequence[Case]) -> bool:
        """By account, day and amount; whether there is a doubt."""
        tied, doubt = self._tied(), False
        for case in self._cases:
            case.guessed, case.unsure = [], False
        for by_paying in (False, True):
            cases = [one for one in some if one.by_paying == by_paying]
            wanted = [one for case in cases for one in self._unpaid(case)]
            entries = self._entries(by_paying=by_paying, tied=tied) if wanted else ()
            got = matched(wanted, entries, self._others, sums=not by_paying)
            for case in cases:
                case.guessed = got.found.get(case.invoice.id, [])
                case.unsure = bool(case.guessed) and (tied or case.invoice.id in got.unsure)
            doubt = doubt or got.doubt
        return doubt

    def _with_unpaid(self, cases: Iterable[Case]) -> list[Case]:
        return [one for one in cases if (one.made or one.by_paying or one.gone) and self._unpaid(one)]

    def _tied(self) -> bool:
        """Whether any voucher says which invoice it pays."""
        return any(self._pays(one) for own in self._of.values() for one in own.values())

    def _take_again(self, vouchers: Iterable[answers.Voucher]) -> None:
        known = {name for own in self._of.values() for name in own}
        for voucher in vouchers:
            if voucher.id not in known:
                self._loose.pop(voucher.id, None)
                self._take(voucher)

    def _unpaid(self, case: Case) -> list[Wanted]:
        """What it was paid with, by account, that no voucher known to be its own holds."""
        back = {one.account for one in documents.given_back(case.document)}
        paid = {one.account: one.amount for one in case.document.netted() if one.account not in back}
        left = Counter(paid)
        rows = [*case.sold, *(row for voucher in self._paying(case) for row in rows_paid(voucher, case))]
        for row in rows:
            if row.purpose is Purpose.PAYMENT and row.account in left:
                left[row.account] -= row.amount
        name, on = case.invoice.id, case.document.date
        return [
            Wanted(name, one, amount, on, part_of(case.document, amount) if case.by_paying else {})
            for one, amount in sorted(left.items())
            if amount * paid[one] > 0
        ]

    def _entries(self, *, by_paying: bool, tied: bool) -> Iterator[Entry]:
        """What vouchers that nobody is known to own have beside a claim that they close, or by the cash method on the
        accounts of payments. `tied`: one that eEkonomi made would be known too, so only a person's is looked at."""
        for voucher in self._loose.values():
            on = registers.day(voucher.voucher_date)
            manual = voucher.voucher_type == MANUAL
            if on is None or self._is_sale(voucher) or (tied and (voucher.source_id or not manual)):
                continue
            rows = [posting(row) for row in voucher.rows or ()]
            claims = sum(row.amount for row in rows if row.account in self._claims)
            if by_paying and (claims or manual):
                continue
            paying = {row.account for row in rows} - self._claims - {ROUNDING_ACCOUNT}
            for one in entries_of(voucher, on, self._money if by_paying else paying):
                if by_paying or one.amount * claims < 0:
                    yield one

    def of(self, case: Case) -> tuple[Posting, ...]:
        """What the books hold of an invoice by account. Without its voucher, and without the cash method, the invoice
        itself tells its VAT; when it does not, nothing is known."""
        paying = self._paying(case)
        if case.gone:
            return NOT_BOOKED
        if case.at_once:
            vouchers = {one.id: one for one in (*paying, *(entry.voucher for entry in case.guessed)) if one}
            return rows_paid_at_once(vouchers.values(), case.document) or NOT_BOOKED
        sold = case.sold if case.made else rows_told(case)
        guessed = [Posting(one.account, one.amount, one.number, Purpose.PAYMENT) for one in case.guessed]
        return (*sold, *(row for one in paying for row in rows_paid(one, case)), *guessed)


def _names(cases: Sequence[Case], listed: Iterable[answers.Invoice]) -> dict[str, str]:
    """Whose the references are: ours, and those of others that begin as ours do. Of an invoice that a person made the
    reference is somebody's name, which may stand in any text."""
    ours, begin = {one.document.reference: one.invoice.id for one in cases}, _beginnings(cases)
    others = {one.your_reference: one.id for one in listed if _beginning(one.your_reference) in begin}
    return {name: one for name, one in others.items() if name} | ours


def _beginnings(cases: Iterable[Case]) -> set[str]:
    return {_beginning(one.document.reference) for one in cases} - {""}


def _beginning(reference: str | None) -> str:
    """What the references of a till have in common: all but the number."""
    return (reference or "").rpartition("-")[0]


def _opens(voucher: answers.Voucher, case: Case) -> bool:
    """Whether a voucher puts all that an invoice comes to on the customer."""
    claim = claim_in(voucher)
    return claim is not None and claim.amount == case.total != 0


def _sells(voucher: answers.Voucher, sold_on: Collection[int]) -> bool:
    """Whether a voucher that eEkonomi made has anything on the accounts that were sold on."""
    return voucher.voucher_type != MANUAL and any(row.account_number in sold_on for row in voucher.rows or ())


def _of_an_invoice(voucher: answers.Voucher) -> bool:
    """Whether eEkonomi has made it of an invoice, or of the payment of one."""
    made = voucher.voucher_type != MANUAL
    return voucher.voucher_type in _OF_INVOICES or (made and closes_a_claim(voucher))


def _others(
    cases: Sequence[Case], listed: Iterable[answers.Invoice], vouchers: Iterable[answers.Voucher]
) -> tuple[Others, Others]:
    """What is known of the payments of invoices that are not among the cases, whole or in part; and of those invoices
    that name no voucher."""
    ours, begin = {one.invoice.id for one in cases}, _beginnings(cases)
    paid, parts, unnamed = Counter[_Paid](), Counter[_Paid](), Counter[_Paid]()
    for one in listed:
        on, sign = registers.day(one.invoice_date), -1 if one.is_credit_invoice else 1
        if one.id in ours or on is None:
            continue
        total = abs(ore(one.total_amount))
        if amount := total - abs(ore(one.remaining_amount)):
            (parts if _beginning(one.your_reference) in begin else paid)[on, sign * amount] += 1
        if not one.voucher_id:
            unnamed[on, sign * total] += 1
    days = {registers.day(one.voucher_date) for one in vouchers}
    whole = {day for day in days - {on for on, _ in (*paid, *parts)} if day}
    return Others(paid, whole, parts), Others(unnamed)


def _words(voucher: answers.Voucher) -> Sequence[str]:
    """What a voucher that eEkonomi made says of what it is about."""
    if voucher.voucher_type == MANUAL:
        return ()
    return [word.strip(".:;()") for word in (voucher.voucher_text or "").replace(",", " ").split()]
