"""*Finns redan, bokför inte*: what somebody else has booked already is not booked by us as well.

Before the first sending, and around a change of the way (another system, invoices for vouchers, by day for by
receipt), the same sales may stand in the books from another origin: an SIE import, another link, a person. A voucher
of the same day with the same sums per account is such a one. Whatever is found waits for a person's one answer.
Asked at those moments only, and of those days only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TypeAlias

import msgspec
from msgspec import Struct

from synccenter.contract.connector import Booked
from synccenter.contract.lists import ListsVouchers
from synccenter.contract.model import Document, Invoice, Voucher
from synccenter.journal import known
from synccenter.journal.delivery import Delivery
from synccenter.journal.ledger import Ledger
from synccenter.shop import Shop

AROUND = timedelta(days=7)
"""So many days after the first sending, or after a change of the way, another origin may still be booking."""

ANYWAY = "anyway"
"""What a person's *skicka ändå* is called in the history."""

_PLACE = "already"
_VAT, _ANY_VAT = range(2610, 2640), 26

Sums: TypeAlias = tuple[tuple[int, int], ...]
"""(account, öre) of all accounts whose sum is not 0, in order."""


class _Watch(Struct):
    """The way in use, and the last day that another origin may have booked (None: nobody else does)."""

    way: str
    until: date | None = None


class There(Struct, frozen=True):
    """A delivery that somebody else seems to have booked, and by which vouchers."""

    delivery: Delivery
    vouchers: tuple[Booked, ...]


class Already:
    """Looks through the books for one shop. `way`: what a change of it makes them worth looking through again."""

    def __init__(self, ledger: Ledger, way: str, today: date) -> None:
        self._ledger = ledger
        self._way = way
        self._today = today
        self._read: dict[date, list[Booked]] = {}

    def watching(self) -> date | None:
        """The last day that is looked through; None when nothing is. Remembers the way at its first use."""
        text = self._ledger.place(_PLACE)
        watch = msgspec.json.decode(text, type=_Watch) if text else None
        if watch is not None and watch.way == self._way:
            return watch.until
        new = _Watch(self._way)
        if watch is not None or not known.has_sent(self._ledger):
            new.until = self._today + AROUND
        self._ledger.set_place(_PLACE, msgspec.json.encode(new).decode())
        return new.until

    def among(self, waiting: Iterable[Delivery], books: object) -> Iterator[There]:
        """Those of the deliveries that stand in the books from another origin. `books` is the connector."""
        until = self.watching()
        if until is None or not isinstance(books, ListsVouchers):
            return
        by_day: dict[date, list[Delivery]] = {}
        answered = known.acted(self._ledger, ANYWAY)
        for one in waiting:
            document = one.document
            if isinstance(document, Voucher | Invoice) and document.date <= until and one.reference not in answered:
                by_day.setdefault(document.date, []).append(one)
        self._look_through(sorted(by_day), books)
        for day, some in sorted(by_day.items()):
            yield from matches(some, self._others(day, some))

    def _look_through(self, days: Sequence[date], books: ListsVouchers) -> None:
        """Read the days that have not been, neighbours together."""
        for first, last in _spans([day for day in days if day not in self._read]):
            span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
            self._read |= {day: [] for day in span}
            ids, _ = known.there(self._ledger, first - AROUND, last + AROUND)
            for one in books.vouchers(first, last, ids):
                if one.date in self._read and one.date in span and not one.draft:
                    self._read[one.date].append(one)

    def _others(self, day: date, waiting: Sequence[Delivery]) -> list[Booked]:
        """What stands there on a day and is not ours, by its id or by its reference."""
        own = {one.reference for one in waiting}
        ids, references = known.there(self._ledger, day - AROUND, day + AROUND)
        return [
            one
            for one in self._read[day]
            if one.external_id not in ids
            and (one.reference.partition(" ")[0] not in references or one.reference.partition(" ")[0] in own)
        ]


def already_of(shop: Shop) -> Already:
    """For a shop as its settings are now."""
    posting = shop.settings.posting
    return Already(shop.ledger, f"{shop.description.name}|{posting.target}|{posting.unit}", shop.today())


def matches(waiting: Sequence[Delivery], others: Sequence[Booked]) -> Iterator[There]:
    """Each delivery of one day with what has its sums: one voucher each, else one for many, else many."""
    left = list(others)
    alone: list[Delivery] = []
    for delivery in waiting:
        sums = sums_of(delivery.document)
        found = next((one for one in left if sums and _sums_there(one, delivery) == sums), None)
        if found is None:
            alone.append(delivery)
        else:
            left.remove(found)
            yield There(delivery, (found,))
    for group in _groups(alone):
        whole = _added(sums_of(one.document) for one in group)
        found = next((one for one in left if whole and _sums_there(one, group[0]) == whole), None)
        if found is not None:
            left.remove(found)
            yield from (There(one, (found,)) for one in group)
            alone = [one for one in alone if one not in group]
    for group in [*([one] for one in alone), *_groups(alone)]:
        several = _many_for(group, left)
        if several and all(one in alone for one in group):
            left = [one for one in left if one not in several]
            alone = [one for one in alone if one not in group]
            yield from (There(one, several) for one in group)


def _many_for(group: Sequence[Delivery], left: Sequence[Booked]) -> tuple[Booked, ...]:
    """Several that together are what some deliveries are together: receipts for Z reports."""
    accounts = {account for one in group for account in _accounts(one.document)}
    within = [one for one in left if {account for account, _ in _sums_there(one, group[0])} <= accounts]
    whole = _added(sums_of(one.document) for one in group)
    same = len(within) > 1 and _added(_sums_there(one, group[0]) for one in within) == whole
    return tuple(within) if same else ()


def _groups(alone: Sequence[Delivery]) -> list[list[Delivery]]:
    """What another link may have booked as one: the day, or a till's day."""
    tills: dict[str, list[Delivery]] = {}
    for one in alone:
        tills.setdefault(one.till, []).append(one)
    groups = [list(alone), *(tills.values() if len(tills) > 1 else ())]
    return [group for group in groups if len(group) > 1]


def sums_of(document: Document | None) -> Sums:
    """What a document comes to by account. The business system chooses an invoice's VAT accounts: they are one."""
    if isinstance(document, Voucher):
        return _summed((posting.account, posting.amount) for posting in document.postings)
    if not isinstance(document, Invoice):
        return ()
    rows = [(row.account, row.vat - row.amount) for row in document.rows]
    vat = (_ANY_VAT, -sum(row.vat for row in document.rows))
    rounding = (document.rounding_account, -document.rounding)
    return _summed([*rows, vat, rounding, *((one.account, one.amount) for one in document.payments)])


def _accounts(document: Document | None) -> set[int]:
    """The accounts that a document books on, also where nothing is left on them."""
    if isinstance(document, Voucher):
        return {posting.account for posting in document.postings}
    return {account for account, _ in sums_of(document)}


def _sums_there(one: Booked, delivery: Delivery) -> Sums:
    invoice = isinstance(delivery.document, Invoice)
    return _summed((_ANY_VAT if invoice and row.account in _VAT else row.account, row.amount) for row in one.postings)


def _added(parts: Iterable[Sums]) -> Sums:
    return _summed(row for sums in parts for row in sums)


def _summed(rows: Iterable[tuple[int, int]]) -> Sums:
    sums = Counter[int]()
    for account, amount in rows:
        sums[account] += amount
    return tuple(sorted((account, amount) for account, amount in sums.items() if amount))


def _spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days in order as spans, without reading over more than a week of others."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and day - spans[-1][1] <= AROUND:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans
