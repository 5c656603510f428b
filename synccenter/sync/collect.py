"""What is new in the till becomes intent in the ledger. Selected by number, never by a time window.

Per till a place says how far the numbers have been read. A number that is missing, or parked, when the place
passes it is awaited: it is looked for again in every run until it comes. Place, awaited numbers and intent are
written in one transaction, so that a crash at any point leaves nothing skipped and nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import msgspec
from msgspec import Struct

from synccenter.core.model import DocumentKind, Receipt, ReceiptKey, ReceiptState, ZReport
from synccenter.posting.rules import Rules
from synccenter.sync.compose import Composer
from synccenter.sync.ledger import Awaited, Delivery, Ledger, State
from synccenter.till.sales import Sales
from synccenter.till.values import Unreadable

BATCH = 500
"""Receipts read and intended in one transaction."""


class Scope(Struct, frozen=True):
    """What this route takes: from which day on, and which kinds of document. `today` is the shop's date.

    `doubtful`: the ledger has lost its memory, so everything is looked up in the business system first.
    """

    cutover: date
    today: date
    kinds: frozenset[DocumentKind]
    doubtful: bool = False


class Collector:
    """Collects what is new for one company."""

    def __init__(self, sales: Sales, ledger: Ledger, composer: Composer, rules: Rules, scope: Scope) -> None:
        self._sales = sales
        self._ledger = ledger
        self._composer = composer
        self._rules = rules
        self._scope = scope

    def collect(self, cancelled: Callable[[], bool]) -> int:
        """Intend everything new; the number of deliveries."""
        count = 0
        tills = [till.id for till in self._sales.tills()]
        if self._rules.unit == "day":
            count += self._days(tills)
        for till in tills:
            if cancelled():
                break
            if self._rules.unit == "receipt":
                count += self._numbers(till, "receipt", self._receipts_after, self._one_receipt)
                if DocumentKind.VOUCHER in self._scope.kinds:
                    count += self._numbers(till, "cash", self._sales.z_after, self._one_cash)
            elif self._rules.unit == "z":
                count += self._numbers(till, "z", self._sales.z_after, self._one_z)
            if DocumentKind.ORDER in self._scope.kinds:
                count += self._orders(till)
        if DocumentKind.CUSTOMER in self._scope.kinds:
            count += self._customers()
        return count

    def _intend(self, deliveries: Sequence[Delivery]) -> None:
        if self._scope.doubtful:
            deliveries = [
                msgspec.structs.replace(one, state=State.UNKNOWN) if one.state is State.PENDING else one
                for one in deliveries
            ]
        self._ledger.intend(deliveries)

    # --- numbered things: receipts and Z reports --------------------------------------------------------------

    def _numbers(
        self,
        till: str,
        what: str,
        read: Callable[[str, int, int], Sequence[Receipt | ZReport | Unreadable]],
        make: Callable[[Receipt | ZReport | Unreadable], Delivery | None],
    ) -> int:
        """Read on from the place, and look again for what is awaited."""
        count = self._awaited(till, what, read, make)
        place = self._ledger.place(f"{what}:{till}")
        after = int(place) if place is not None else self._start(till, what)
        while after is not None:
            batch = read(till, after, BATCH)
            if not batch:
                break
            missing: list[Awaited] = []
            for one in batch:
                if one.number > after + 1:
                    missing.append(Awaited(till, what, after + 1, one.number - 1))
                if _parked(one):
                    missing.append(Awaited(till, what, one.number, one.number))
                after = one.number
            deliveries = self._wanted(batch, make)
            with self._ledger.together():
                self._intend(deliveries)
                if missing:
                    self._ledger.set_awaited(till, what, _joined([*self._ledger.awaited(till, what), *missing]))
                self._ledger.set_place(f"{what}:{till}", str(after))
            count += len(deliveries)
        return count

    def _awaited(
        self,
        till: str,
        what: str,
        read: Callable[[str, int, int], Sequence[Receipt | ZReport | Unreadable]],
        make: Callable[[Receipt | ZReport | Unreadable], Delivery | None],
    ) -> int:
        spans = self._ledger.awaited(till, what)
        came: list[Receipt | ZReport | Unreadable] = []
        for span in spans:
            batch = read(till, span.first - 1, BATCH)
            came += [one for one in batch if one.number <= span.last and not _parked(one)]
        if not came:
            return 0
        deliveries = self._wanted(came, make)
        with self._ledger.together():
            self._intend(deliveries)
            self._ledger.set_awaited(till, what, _without(spans, {one.number for one in came}))
        return len(deliveries)

    def _start(self, till: str, what: str) -> int | None:
        """The number before the first on or after the cut-over date; None while there is none."""
        find = self._sales.first_receipt_on if what == "receipt" else self._sales.first_z_on
        first = find(till, self._scope.cutover)
        return None if first is None else first - 1

    def _wanted(
        self,
        batch: Iterable[Receipt | ZReport | Unreadable],
        make: Callable[[Receipt | ZReport | Unreadable], Delivery | None],
    ) -> list[Delivery]:
        deliveries = [delivery for one in batch if (delivery := make(one)) is not None]
        taken = self._ledger.covered(cover.key for delivery in deliveries for cover in delivery.covers)
        return [delivery for delivery in deliveries if not any(cover.key in taken for cover in delivery.covers)]

    def _receipts_after(self, till: str, number: int, limit: int) -> Sequence[Receipt | Unreadable]:
        return self._sales.receipts_after(till, number, limit)

    def _one_receipt(self, receipt: Receipt | ZReport | Unreadable) -> Delivery | None:
        if isinstance(receipt, Unreadable):
            return self._composer.receipt(receipt, self._scope.today)
        if not isinstance(receipt, Receipt) or receipt.state is not ReceiptState.FINISHED:
            return None
        day = receipt.at.date()
        return self._composer.receipt(receipt, day) if day >= self._scope.cutover else None

    def _one_z(self, z: Receipt | ZReport | Unreadable) -> Delivery | None:
        if isinstance(z, Unreadable):
            return self._composer.z(z, self._scope.today)
        if not isinstance(z, ZReport) or z.business_date < self._scope.cutover:
            return None
        return self._composer.z(z, z.business_date)

    def _one_cash(self, z: Receipt | ZReport | Unreadable) -> Delivery | None:
        if not isinstance(z, ZReport) or z.business_date < self._scope.cutover:
            return None
        return self._composer.cash(z)

    # --- days -------------------------------------------------------------------------------------------------

    def _days(self, tills: Sequence[str]) -> int:
        """One delivery per day that is over: every till has closed, or midnight has passed."""
        new: dict[date, list[ZReport]] = {}
        for till in tills:
            place = self._ledger.place(f"z:{till}")
            after = int(place) if place is not None else self._start(till, "z")
            if after is not None:
                for z in self._sales.z_after(till, after, BATCH):
                    if isinstance(z, ZReport) and z.business_date >= self._scope.cutover:
                        new.setdefault(z.business_date, []).append(z)
        count = 0
        for day in sorted(new):
            if day > self._scope.today or (day == self._scope.today and any(self._open(till) for till in tills)):
                break
            part = self._ledger.parts_of_day(day) + 1
            delivery = self._composer.day(day, new[day], part)
            with self._ledger.together():
                self._intend([delivery])
                for z in new[day]:
                    self._ledger.set_place(f"z:{z.till}", str(z.number))
            count += 1
        return count

    def _open(self, till: str) -> bool:
        """Whether a till has receipts that no Z report has closed."""
        last = self._sales.z_numbered(till, [self._sales.last_z(till)])
        closed = last[0].last_receipt if last and isinstance(last[0], ZReport) else 0
        return any(
            isinstance(one, Receipt) and one.z_number is None and one.state is ReceiptState.FINISHED
            for one in self._sales.receipts_after(till, closed, BATCH)
        )

    # --- orders and customers ---------------------------------------------------------------------------------

    def _orders(self, till: str) -> int:
        place = self._ledger.place(f"order:{till}")
        orders = self._sales.orders_after(till, int(place or 0))
        deliveries = [self._composer.other(one) for one in orders if one.at.date() >= self._scope.cutover]
        if orders:
            with self._ledger.together():
                self._intend(deliveries)
                self._ledger.set_place(f"order:{till}", str(orders[-1].number))
        return len(deliveries)

    def _customers(self) -> int:
        changes = self._sales.customer_changes_after(int(self._ledger.place("customer") or 0))
        deliveries = [self._composer.other(one) for one in changes if one.at.date() >= self._scope.cutover]
        if changes:
            with self._ledger.together():
                self._intend(deliveries)
                self._ledger.set_place("customer", str(changes[-1].sequence))
        return len(deliveries)


def _parked(one: Receipt | ZReport | Unreadable) -> bool:
    return isinstance(one, Receipt) and one.state is ReceiptState.PARKED


def _joined(spans: Sequence[Awaited]) -> list[Awaited]:
    """Spans in order, neighbours joined."""
    result: list[Awaited] = []
    for span in sorted(spans, key=lambda one: one.first):
        if result and span.first <= result[-1].last + 1:
            last = max(result[-1].last, span.last)
            result[-1] = Awaited(span.till, span.what, result[-1].first, last)
        else:
            result.append(span)
    return result


def _without(spans: Sequence[Awaited], numbers: set[int]) -> list[Awaited]:
    """Spans with some numbers taken out."""
    result: list[Awaited] = []
    for span in spans:
        first = span.first
        for number in sorted(one for one in numbers if span.first <= one <= span.last):
            if number > first:
                result.append(Awaited(span.till, span.what, first, number - 1))
            first = number + 1
        if first <= span.last:
            result.append(Awaited(span.till, span.what, first, span.last))
    return result


def void_keys(sales: Sales, ledger: Ledger, till: str) -> list[ReceiptKey]:
    """Receipts that were intended and have since become *felslag*: only possible until their Z report.

    Looks at what was intended after the place `void:<till>`, and moves that place to the last closed receipt.
    """
    place = int(ledger.place(f"void:{till}") or 0)
    intended = ledger.covered_after(till, place)
    voided = sales.voided_numbers(till, list(intended)) if intended else set()
    last = sales.z_numbered(till, [sales.last_z(till)])
    if last and isinstance(last[0], ZReport) and last[0].last_receipt > place:
        ledger.set_place(f"void:{till}", str(last[0].last_receipt))
    return [ReceiptKey(till, number) for number in sorted(voided)]
