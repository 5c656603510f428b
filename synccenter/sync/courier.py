"""Hands deliveries to the business system, each exactly once.

Intent is committed before the wire is touched. An unclear answer makes a delivery *unknown*; it is looked up
before anything is sent again. One that is refused is parked with its reason, and the rest go on.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import date, datetime

from msgspec import Struct, field

from synccenter.core import catalogue
from synccenter.core.connector import Description, Lookup, SendsDocuments, Sent
from synccenter.core.errors import ErrorKind, Problem, SyncError
from synccenter.core.model import kronor
from synccenter.sync.compose import Composer
from synccenter.sync.ledger import Delivery, Ledger, State, Unit
from synccenter.sync.ownership import Lease
from synccenter.sync.report import Outcome, Report

PATIENCE = 3
"""Failures in a row after which the business system is taken to be away; the rest waits for the next run."""

_WITH_MONEY = frozenset({Unit.RECEIPT, Unit.Z, Unit.DAY})

_PASSING = frozenset({ErrorKind.RETRY, ErrorKind.WAIT, ErrorKind.SIGN_IN})
_STOPPING = frozenset({ErrorKind.WAIT, ErrorKind.SIGN_IN})


class _Stop(Exception):
    """Nothing more is sent in this run."""


class Courier(Struct):
    """Sends for one route. `clock` is aware; `cancelled` is asked between deliveries."""

    ledger: Ledger
    lease: Lease
    connector: SendsDocuments
    description: Description
    composer: Composer
    report: Report
    outcome: Outcome
    clock: Callable[[], datetime]
    cancelled: Callable[[], bool]
    failures: int = 0
    days: set[date] = field(default_factory=set)
    receipts: dict[str, list[Delivery]] = field(default_factory=dict)

    def deliver(self) -> None:
        """Clear up what is unclear, then remake what is parked, then send what waits."""
        self.lease.ensure()
        interrupted = self.ledger.doubt_interrupted(catalogue.ANSWER_LOST.problem())
        if interrupted:
            self.report.row(f"{interrupted} underlag avbröts mitt i sändningen förra gången och slås upp först.")
        try:
            self.resolve()
            self.remake_parked()
            self.send_waiting()
        except _Stop:
            self._tell_receipts()
            self.report.row("Resten väntar till nästa synkronisering.")

    # --- what is unclear --------------------------------------------------------------------------------------

    def resolve(self) -> None:
        """Look unknown deliveries up; what is not there is sent again once it cannot come any more."""
        for delivery in self.ledger.in_state(State.UNKNOWN, limit=5000):
            self._stop_if_cancelled()
            self.lease.ensure()
            if self.description.capabilities.lookup is Lookup.NONE:
                problem = catalogue.CANNOT_LOOK_UP.problem(
                    item=delivery.reference, system=self.description.title, reference=delivery.reference
                )
                if delivery.problem != problem:
                    self.ledger.doubt(delivery.reference, problem)
                self._tell(problem)
                continue
            self._look_up(delivery)

    def _look_up(self, delivery: Delivery) -> None:
        assert delivery.document is not None, "only what has been sent can be unknown"
        try:
            found = self.connector.find(delivery.document)
        except SyncError as error:
            self._failed(error.problem, delivery)
            return
        self.failures = 0
        if found:
            self.ledger.acknowledge(delivery.reference, found)
            self.outcome.confirmed += 1
            self.report.row(f"{_name(delivery)} fanns redan i {self.description.title}{_as(found)}; skickas inte igen.")
        elif self._age(delivery) >= self.description.capabilities.settle_seconds:
            self.ledger.postpone(delivery.reference, None)
            self.report.row(f"{_name(delivery)} finns inte i {self.description.title} och skickas igen.")
        else:
            self.report.row(f"{_name(delivery)} väntar på besked från {self.description.title}.")

    def _age(self, delivery: Delivery) -> float:
        """Seconds since it became unclear; a clock that was set back counts as no time at all."""
        return max(0.0, self.clock().timestamp() - delivery.changed)

    # --- what is parked ---------------------------------------------------------------------------------------

    def remake_parked(self) -> None:
        """Map parked deliveries anew: released by itself when the cause is gone."""
        for delivery in self.ledger.in_state(State.REJECTED, limit=1000):
            self._stop_if_cancelled()
            made = self.composer.again(delivery)
            if made.state is State.REJECTED:
                with self.ledger.together():
                    self.ledger.remake(made)
                self._tell(made.problem or catalogue.UNEXPECTED.problem(item=delivery.reference))
            else:
                with self.ledger.together():
                    self.ledger.remake(made)

    # --- what waits -------------------------------------------------------------------------------------------

    def send_waiting(self) -> None:
        """Send everything pending. The acknowledgement of one and the mark of the next share a commit."""
        settle: Callable[[], None] | None = None
        tried: set[str] = set()
        waiting = self.ledger.counts().get(State.PENDING, 0)
        try:
            while batch := [d for d in self.ledger.in_state(State.PENDING) if d.reference not in tried]:
                for delivery in batch:
                    tried.add(delivery.reference)
                    self._stop_if_cancelled()
                    self.lease.ensure()
                    with self.ledger.together():
                        done, settle = settle, None
                        if done:
                            done()
                        begun = self.ledger.begin(delivery.reference, self.lease)
                    if not begun:
                        raise catalogue.LEASE_LOST.error(holder=self.lease.current_holder())
                    settle = self._send(delivery)
                    self.report.progress("Skickar", len(tried), waiting)
        finally:
            if settle:
                settle()
        self._tell_receipts()

    def _send(self, delivery: Delivery) -> Callable[[], None]:
        """Send one; what to write in the ledger about it."""
        assert delivery.document is not None, "a pending delivery has its document"
        try:
            sent = self.connector.send(delivery.document)
        except SyncError as error:
            return self._not_sent(delivery, error)
        except Exception as error:  # noqa: BLE001 - a bug in one connector must not stop the rest
            self.report.debug("".join(traceback.format_exception(error)))
            problem = catalogue.UNEXPECTED.problem(item=_name(delivery), detail=f"{type(error).__name__}: {error}")
            return self._not_sent(delivery, SyncError(problem, uncertain=True))
        self.failures = 0
        self.outcome.sent += 1
        self.days.add(delivery.business_date)
        money = f"{kronor(delivery.total)} kr " if delivery.unit in _WITH_MONEY else ""
        row = f"{_name(delivery)}: {money}skickat till {self.description.title}{_as(sent)}."
        if delivery.unit is Unit.RECEIPT:
            self.receipts.setdefault(delivery.till, []).append(delivery)
            self.report.debug(row)
        else:
            self.report.row(row)
        return lambda: self.ledger.acknowledge(delivery.reference, sent)

    def _tell_receipts(self) -> None:
        """Receipts sent one by one are told of together: a good day stays a short section."""
        for till, sent in sorted(self.receipts.items()):
            numbers = [delivery.number for delivery in sent]
            span = f"{min(numbers)}–{max(numbers)}" if len(numbers) > 1 else f"{numbers[0]}"
            total = kronor(sum(delivery.total for delivery in sent))
            system = self.description.title
            self.report.row(f"Kassa {till}: {len(sent)} kvitton ({span}), {total} kr skickade till {system}.")
        self.receipts.clear()

    def _not_sent(self, delivery: Delivery, error: SyncError) -> Callable[[], None]:
        problem = _about(error.problem, _name(delivery))
        if problem.code == catalogue.LEASE_LOST.code:
            # The delivery is the new owner's now: it looks it up. Touching it here would be a second opinion.
            raise error
        if problem.code == catalogue.CANCELLED.code:
            self.ledger.postpone(delivery.reference, None)
            raise _Stop
        if error.uncertain:
            self.ledger.doubt(delivery.reference, problem)
            self._failed(problem, delivery)
        elif problem.kind in _PASSING:
            self.ledger.postpone(delivery.reference, problem)
            self._failed(problem, delivery)
        else:
            self.ledger.reject(delivery.reference, problem)
            self.failures = 0
            self._tell(problem)
        return lambda: None

    def _failed(self, problem: Problem, delivery: Delivery) -> None:
        """Tell of it; stop when the business system is away or asks us to wait."""
        self._tell(_about(problem, _name(delivery)) if problem.kind not in _STOPPING else problem)
        self.failures += 1
        if problem.kind in _STOPPING or self.failures >= PATIENCE:
            raise _Stop

    def _tell(self, problem: Problem) -> None:
        self.outcome.problems.append(problem)
        self.report.error(problem)

    def _stop_if_cancelled(self) -> None:
        if self.cancelled():
            self._tell(catalogue.CANCELLED.problem())
            self.outcome.result = "cancelled"
            raise _Stop


def _name(delivery: Delivery) -> str:
    """What a person calls it."""
    names = {
        "receipt": f"Kvitto {delivery.till}-{delivery.number}",
        "z": f"Z {delivery.number} kassa {delivery.till} ({delivery.business_date})",
        "day": f"Dagen {delivery.business_date}",
        "cash": f"Kassarörelser Z {delivery.number} kassa {delivery.till}",
        "order": f"Order {delivery.till}-{delivery.number}",
        "customer": f"Kundändring {delivery.reference}",
    }
    return names[delivery.unit.value]


def _as(sent: Sent) -> str:
    return f" som {sent.number or sent.external_id}" if sent.number or sent.external_id else ""


def _about(problem: Problem, item: str) -> Problem:
    """The problem with what it concerns, unless the connector has said so already."""
    if problem.item:
        return problem
    return Problem(
        problem.code,
        problem.kind,
        problem.title,
        problem.what,
        problem.fix,
        problem.who,
        problem.then,
        item,
        problem.detail,
    )
