"""What is new in the till becomes intent in the ledger. Selected by number, never by a time window.

Per till a place says how far the numbers have been read. A number that is missing, or parked, when the place
passes it is awaited: it is looked for again in every run until it comes. Place, awaited numbers and intent are
written in one transaction, so that a crash at any point leaves nothing skipped and nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from itertools import takewhile
from math import inf
from typing import TypeAlias

import msgspec
from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.model import (
    CustomerChange,
    DocumentKind,
    Order,
    Receipt,
    ReceiptKey,
    ReceiptState,
    ZReport,
)
from synccenter.journal import customers
from synccenter.journal.compose import Composer
from synccenter.journal.delivery import CASH, RECEIPT, Awaited, Delivery, State, Unit
from synccenter.journal.ledger import Ledger
from synccenter.journal.printing import cash_print, late_cash, present, with_late
from synccenter.journal.reports import late_numbers
from synccenter.posting.rules import Rules
from synccenter.till import marks
from synccenter.till.sales import Sales
from synccenter.till.strays import strays
from synccenter.till.values import Unreadable

BATCH = 500
"""Receipts read and intended in one transaction."""

Z_LOOKED_BACK = 60
"""Z reports whose cash is looked at again in each run: some two months of a shop that closes once a day."""

LATE = 1000
"""How many numbers before the first one of a new shop may still come."""

SETTLING = timedelta(minutes=15)
"""A till may write a receipt or a Z report a row at a time: so long nothing is said about what does not add up yet."""

Numbered: TypeAlias = Receipt | ZReport | Order | CustomerChange | Unreadable
Read: TypeAlias = Callable[[str, int, int], Sequence[Numbered]]
"""(till, number, limit) -> what comes after that number, in order."""

Make: TypeAlias = Callable[[Numbered], Sequence[Delivery]]
"""What one of them becomes; nothing when it is from before the start date or stands in other deliveries."""

_UNDATED = frozenset({"order", "customer"})
"""What is read from its first number on, whenever that was."""

_MAY_SETTLE = frozenset(
    entry.code
    for entry in (
        catalogue.Z_DIFFERS,
        catalogue.Z_RECEIPT_MISSING,
        catalogue.Z_TOTALS_MISSING,
        catalogue.RECEIPT_UNBALANCED,
    )
)


class Scope(Struct, frozen=True):
    """What this route takes: from which day on, and which kinds of document. `now` is the shop's time.

    `doubtful`: the ledger has lost its memory, so everything is looked up in the business system first. `changed`:
    tills that are not what they were; nothing is collected from them until a person has said what they are.
    """

    cutover: date
    now: datetime
    kinds: frozenset[DocumentKind]
    doubtful: bool = False
    changed: frozenset[str] = frozenset()

    @property
    def today(self) -> date:
        """The shop's date."""
        return self.now.date()

    def settling(self, at: datetime) -> bool:
        """Whether something is so new that the till may still be writing it."""
        return abs(self.now - at) < SETTLING


class Collector:
    """Collects what is new for one company."""

    def __init__(
        self,
        sales: Sales,
        ledger: Ledger,
        composer: Composer,
        rules: Rules,
        scope: Scope,
        *,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        """`alive` is called between batches: whoever holds the lease renews it there."""
        self._sales = sales
        self._ledger = ledger
        self._composer = composer
        self._rules = rules
        self._scope = scope
        self._alive = alive
        self._reads: dict[str, Read] = {
            "receipt": sales.receipts_after,
            "z": sales.z_after,
            "cash": sales.z_after,
            "order": sales.orders_after,
            "customer": lambda _till, sequence, limit: sales.customer_changes_after(sequence, limit),
        }
        self.problems: list[Problem] = []
        self._firsts: dict[str, float] = {}
        self.complete = True
        """Whether everything that the till has was taken: nothing unreadable, no day still open."""

    def collect(self, cancelled: Callable[[], bool]) -> int:
        """Intend everything new; the number of deliveries. What could not be read stands in `problems`."""
        count = 0
        if DocumentKind.CUSTOMER in self._scope.kinds:  # first: an order may be for a customer made at the till
            count += self.collect_customers()
        tills = [till.id for till in self._sales.tills() if till.id not in self._scope.changed]
        self.complete = not self._scope.changed
        waits = self._scope.doubtful and self._scope.changed  # half a day is not what was sent as a whole one
        if self._rules.unit == "day" and not waits:
            count += self._days(tills)
        for till in tills:
            if cancelled():
                self.complete = False
                break
            if self._rules.unit == "receipt":
                count += self._numbers(till, "receipt", self._one_receipt)
                if DocumentKind.VOUCHER in self._scope.kinds:
                    count += self._numbers(till, "cash", self._one_cash)
            elif self._rules.unit == "z":
                count += self._numbers(till, "z", self._one_z)
            if DocumentKind.VOUCHER in self._scope.kinds:
                count += self._late_cash(till)
            if DocumentKind.ORDER in self._scope.kinds:
                count += self._numbers(till, "order", self._one_other)
        self._tell(*strays(self._sales, self._scope.cutover, self._ledger.has_read))
        return count

    def collect_customers(self) -> int:
        """Intend the customers that were changed, and nothing else; the number of deliveries."""
        customers.read_again(self._sales, self._ledger)
        return self._numbers("", customers.PLACE, self._one_other)

    def _tell(self, *problems: Problem) -> None:
        """Something waits that no delivery can wait for."""
        self.complete = self.complete and not problems
        self.problems += problems

    def _intend(self, deliveries: Sequence[Delivery]) -> None:
        self.problems += [one.problem for one in deliveries if one.state is State.REJECTED and one.problem]
        deliveries = self._composer.printed(deliveries)
        if self._scope.doubtful:
            deliveries = [
                msgspec.structs.replace(one, state=State.UNKNOWN) if one.state is State.PENDING else one
                for one in deliveries
            ]
        self._ledger.intend(deliveries)

    # --- numbered things: receipts, Z reports, orders, changed customers --------------------------------------

    def _numbers(self, till: str, what: str, make: Make) -> int:
        """Read on from the place, and look again for what is awaited."""
        came, count = self._came(till, what), 0
        for start in range(0, len(came), BATCH):
            self._alive()
            count += self._pass(till, what, came[start : start + BATCH], make)
        while (after := self._place(till, what)) is not None:
            self._alive()
            batch = self._reads[what](till, after, BATCH)
            if not batch:
                break
            count += self._pass(till, what, batch, make)
        return count

    def _pass(self, till: str, what: str, batch: Sequence[Numbered], make: Make) -> int:
        """Intend what is ready and move the place: all in one transaction."""
        if not batch:
            return 0
        made = {one.number: make(one) for one in self._ripe(what, batch)}
        reports = [one for one in batch if isinstance(one, ZReport)]
        young = {z.number for z in reports if self._unsettled([z], made.get(z.number, ()))}
        deliveries = self._wanted([one for number, found in made.items() if number not in young for one in found])
        with self._ledger.together():
            self._intend(deliveries)
            self._move(till, what, made.keys() - young, max(one.number for one in batch))
            if what == customers.PLACE:
                customers.remember(self._sales, self._ledger)
        return len(deliveries)

    def _ripe(self, what: str, batch: Sequence[Numbered]) -> list[Numbered]:
        """Those whose time has come. The others are awaited, and what is wrong with them is told in each run."""
        ripe = []
        for one in batch:
            if not _later(one, what):
                ripe.append(one)
            elif isinstance(one, Unreadable):
                self._tell(one.problem)
            elif isinstance(one, Receipt) and _blank(one) and not self._scope.settling(one.at):
                at = f"{one.at:%Y-%m-%d %H:%M}"
                self._tell(catalogue.RECEIPT_WITHOUT_ROWS.problem(item=f"Kvitto {one.key}", at=at))
        return ripe

    def _unsettled(self, reports: Sequence[ZReport], made: Sequence[Delivery]) -> bool:
        """Whether what was made of Z reports does not add up, but is so new that rows may still come."""
        if not any(one.problem is not None and one.problem.code in _MAY_SETTLE for one in made):
            return False
        young = any(self._scope.settling(z.at) for z in reports)
        self.complete = self.complete and not young
        return young

    def _move(self, till: str, what: str, done: AbstractSet[int], top: int) -> None:
        """Remember how far the numbers have been read; those passed that are not done are awaited."""
        place = self._place(till, what)
        awaited = self._ledger.awaited(till, what)
        if place is None:
            return
        if self._ledger.place(_name(till, what)) is None:
            awaited += self._late(till, what, place)
        if top > place:
            awaited = [*awaited, Awaited(till, what, place + 1, top)]
            self._ledger.set_place(_name(till, what), str(top))
        left = _without(_joined(awaited), done)
        if left != self._ledger.awaited(till, what):
            self._ledger.set_awaited(till, what, left)

    def _came(self, till: str, what: str) -> list[Numbered]:
        """What was awaited and is there now."""
        came: list[Numbered] = []
        for span in self._ledger.awaited(till, what):
            after = span.first - 1
            while after < span.last and (batch := self._reads[what](till, after, min(BATCH, span.last - after))):
                came += self._ripe(what, [one for one in batch if one.number <= span.last])
                after = batch[-1].number
        return came

    def _place(self, till: str, what: str) -> int | None:
        """The number read so far; before the first run the one before the first that is ours; None without any."""
        place = self._ledger.place(_name(till, what))
        if place is not None:
            return int(place)
        first = self._first(till, what)
        return None if first is None else first - 1

    def _first(self, till: str, what: str) -> int | None:
        """The first number since the cut-over. Those just before it that cannot be read may be as new as it is."""
        read = self._reads[what]
        if what in _UNDATED:
            return next((one.number for one in read(till, 0, 1)), None)
        receipts = what == "receipt"
        first = self._sales.first_number(till, "receipt" if receipts else "z", self._scope.cutover)
        end = first or (self._sales.last_receipt if receipts else self._sales.last_z)(till) + 1
        before = [one for one in read(till, max(0, end - 1 - LATE), LATE) if one.number < end]
        unread = list(takewhile(lambda one: isinstance(one, Unreadable), reversed(before)))
        return unread[-1].number if unread else first

    def _late(self, till: str, what: str, place: int) -> list[Awaited]:
        """Numbers just before the first one that may still come: missing, or parked since before the cut-over."""
        if what in _UNDATED:
            return []
        receipts = what == "receipt"
        first = max(1, place - LATE + 1)
        gaps = (self._sales.receipt_gaps if receipts else self._sales.z_gaps)(till, first, place)
        before = self._sales.receipts_after(till, first - 1, LATE) if receipts else []
        parked = [one.number for one in before if one.number <= place and _later(one, what)]
        return [Awaited(till, what, *gap) for gap in [*gaps, *((number, number) for number in parked)]]

    def _wanted(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Those that nothing else accounts for already."""
        taken = {
            what: self._ledger.covered((c.key for one in deliveries for c in one.covers if c.what == what), what)
            for what in (RECEIPT, CASH)
        }
        return [one for one in deliveries if not any(cover.key in taken[cover.what] for cover in one.covers)]

    def _one_receipt(self, receipt: Numbered) -> Sequence[Delivery]:
        if isinstance(receipt, Unreadable):
            return [self._composer.receipt(receipt, self._scope.today)]
        if not isinstance(receipt, Receipt) or receipt.state is not ReceiptState.FINISHED:
            return []
        day = receipt.at.date()
        made = self._composer.receipt(receipt, day)
        if day >= self._scope.cutover:
            return [made]
        return [self._composer.too_early(made, day)] if receipt.number > self._first_of(receipt.till) else []

    def _first_of(self, till: str) -> float:
        """The lowest receipt number from the start date on: a later number with an earlier date has a wrong one."""
        if till not in self._firsts:
            first = self._sales.first_receipt_on(till, self._scope.cutover)
            self._firsts[till] = inf if first is None else first
        return self._firsts[till]

    def _one_z(self, z: Numbered) -> Sequence[Delivery]:
        if not isinstance(z, ZReport | Unreadable):
            return []
        return [*self._composer.z(z), *(self._early(z) if isinstance(z, ZReport) else ())]

    def _early(self, z: ZReport) -> Sequence[Delivery]:
        """Receipts of a Z report that are dated before the start date although their numbers come after it: parked."""
        first = max(z.first_receipt, int(min(self._first_of(z.till), z.last_receipt)) + 1)
        numbers = marks.dated_before(self._sales, z.till, first, z.last_receipt, self._scope.cutover)
        if not numbers:
            return []
        found = self._sales.receipts_numbered(z.till, numbers)
        # One that cannot be read keeps its Z report waiting instead.
        return [one for receipt in found if isinstance(receipt, Receipt) for one in self._one_receipt(receipt)]

    def _one_cash(self, z: Numbered) -> Sequence[Delivery]:
        return self._composer.cash(z) if isinstance(z, ZReport) else []

    def _one_other(self, one: Numbered) -> Sequence[Delivery]:
        if not isinstance(one, Order | CustomerChange) or one.at.date() < self._scope.cutover:
            return []
        return [self._composer.other(one)]

    # --- days -------------------------------------------------------------------------------------------------

    def _days(self, tills: Sequence[str]) -> int:
        """One delivery per day that is over: every till has closed, or midnight has passed."""
        count = 0
        new: dict[date, list[ZReport]] = {}
        for till in tills:
            fresh = self._fresh_z(till)
            count += self._pass(till, "z", [z for z in fresh if isinstance(z, Unreadable)], self._one_z)
            alone = self._alone([z for z in fresh if isinstance(z, ZReport)])
            count += self._pass(till, "z", alone, self._one_z)
            for z in fresh:
                if isinstance(z, ZReport) and z not in alone:
                    new.setdefault(z.business_date, []).append(z)
        for day in sorted(new):
            if day > self._scope.today:
                self._tell_future(day, new[day])
            elif day < self._scope.today or not any(self._open(till) for till in tills):
                count += self._one_day(new[day])
            else:
                self.complete = False
        return count

    def _fresh_z(self, till: str) -> list[Numbered]:
        """Z reports that no place has passed, and those awaited that have come."""
        fresh = self._came(till, "z")
        after = self._place(till, "z")
        while after is not None and (batch := self._sales.z_after(till, after, BATCH)):
            fresh += batch
            after = batch[-1].number
        return fresh

    def _alone(self, reports: Sequence[ZReport]) -> list[ZReport]:
        """Those that no day is to hold: from before the cut-over, in another delivery, or not readable whole."""
        owned = self._ledger.covered((ReceiptKey(z.till, z.number) for z in reports), CASH)
        return [
            z
            for z in reports
            if z.business_date < self._scope.cutover
            or ReceiptKey(z.till, z.number) in owned
            or self._composer.hindrance(z)
        ]

    def _one_day(self, reports: Sequence[ZReport]) -> int:
        deliveries = [*self._composer.day(reports), *(one for z in reports for one in self._early(z))]
        if self._unsettled(reports, deliveries):
            return 0
        self._alive()
        with self._ledger.together():
            self._intend(deliveries)
            for till in {z.till for z in reports}:
                done = {z.number for z in reports if z.till == till}
                self._move(till, "z", done, max(done))
        return len(deliveries)

    def _tell_future(self, day: date, reports: Sequence[ZReport]) -> None:
        self.complete = False
        for z in reports:
            item = f"Z {z.number} kassa {z.till}"
            self.problems.append(catalogue.FUTURE_DATE.problem(item=item, day=day, today=self._scope.today))

    def _open(self, till: str) -> bool:
        """Whether a till has receipts that no Z report has closed."""
        last = self._sales.z_numbered(till, [self._sales.last_z(till)])
        closed = last[0].last_receipt if last and isinstance(last[0], ZReport) else 0
        return any(
            isinstance(one, Receipt) and one.z_number is None and one.state is ReceiptState.FINISHED
            for one in self._sales.receipts_after(till, closed, BATCH)
        )

    # --- cash that comes after its Z report ---------------------------------------------------------------------

    def _late_cash(self, till: str) -> int:
        """Cash counted, paid in or out after the Z report was sent, as shops do: a document of its own."""
        last = self._sales.last_z(till)
        span = max(1, last - Z_LOOKED_BACK), last
        sent = {number: text for number, _, text in self._ledger.prints(till, CASH, *span) if text}
        unsent = self._unsent_late(till)
        count = 0
        for number, looks in present(self._sales, CASH, till, *span) if sent else ():
            if number in unsent and number in sent:  # it was never sent, so the till may still change it
                before = with_late(cash_print(sent[number]), cash_print(looks), unsent[number])
                if before != cash_print(sent[number]):
                    sent[number] = before.text()
                    self._ledger.set_print(CASH, ReceiptKey(till, number), sent[number])
            late = late_cash(cash_print(sent[number]), cash_print(looks)) if number in sent else []
            z = self._sales.z_numbered(till, [number])[0] if late else None
            if not isinstance(z, ZReport):
                continue
            made = self._composer.late_cash(z, late)
            with self._ledger.together():
                self._intend([made])
                self._ledger.set_print(CASH, ReceiptKey(till, number), looks)
            count += 1
        return count

    def _unsent_late(self, till: str) -> dict[int, list[str]]:
        """Late cash that is not booked yet: the movements, by their Z report."""
        found: dict[int, list[str]] = {}
        for one in self._ledger.in_state(State.REJECTED, State.PENDING, State.UNKNOWN, unit=Unit.CASH):
            if one.till == till and not one.source:
                found.setdefault(one.number, []).extend(late_numbers(self._ledger, one.reference))
        return found


def _name(till: str, what: str) -> str:
    """What a place is called in the ledger."""
    return f"{what}:{till}" if till else what


def _later(one: Numbered, what: str) -> bool:
    """Whether its time has not come: parked, without its lines as yet, or unreadable and no delivery meanwhile."""
    if isinstance(one, Receipt):
        return one.state is ReceiptState.PARKED or _blank(one)
    # Only receipts and Z reports are deliveries from the first, also when they cannot be read: they hold money.
    return isinstance(one, Unreadable) and what in {"cash", *_UNDATED}


def _blank(receipt: Receipt) -> bool:
    return receipt.state is ReceiptState.FINISHED and not receipt.lines and not receipt.payments


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


def _without(spans: Sequence[Awaited], numbers: AbstractSet[int]) -> list[Awaited]:
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
