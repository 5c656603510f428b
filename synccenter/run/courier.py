"""Hands deliveries to the business system, each exactly once.

Intent is committed before the wire is touched. An unclear answer makes a delivery *unknown*; it is looked up
before anything is sent again. One that is refused is parked with its reason, and the rest go on.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NoReturn

import msgspec
from msgspec import Struct, field

from synccenter.contract import catalogue
from synccenter.contract.connector import AnyDescription, Booked, FinishesDocuments, Lookup, SendsDocuments, Sent
from synccenter.contract.errors import Entry, Problem, Reach, SyncError
from synccenter.contract.model import Document, DocumentKind, Invoice, Order, Ore, Voucher, kronor
from synccenter.journal import known
from synccenter.journal.attachments import Attachments, has_page
from synccenter.journal.compose import Composer
from synccenter.journal.delivery import Delivery, State, Unit
from synccenter.journal.ledger import Ledger
from synccenter.journal.ownership import Lease
from synccenter.journal.parked import elsewhere, waiting
from synccenter.journal.reports import document_renamed
from synccenter.run.parked import Parked
from synccenter.run.report import Outcome, Report
from synccenter.truth.already import Already
from synccenter.truth.earlier import Earlier
from synccenter.truth.standing import Standing, Verdict, look_up, near

BATCH = 500

AT_MOST = 20_000
"""Deliveries looked through in one run."""

PATIENCE = 3
"""Failures in a row after which the business system is taken to be away; the rest waits for the next run."""

_WITH_MONEY = frozenset({Unit.RECEIPT, Unit.Z, Unit.DAY})


class _Stop(Exception):
    """Nothing more is sent in this run."""


class Tries(Struct):
    """What a run has tried, whoever tried it. `failures` are those in a row; `stopped`: nothing more is sent.

    `held`: the kinds of document of which nothing more is sent, since one has met what they all would meet.
    """

    tried: set[str] = field(default_factory=set)
    failures: int = 0
    stopped: bool = False
    held: set[DocumentKind] = field(default_factory=set)


class Courier(Struct):
    """Sends for one route. `clock` is aware; `cancelled` is asked between deliveries.

    `between`: what goes first is sent there. `only`: deliveries made from nothing else. `waited`: what waits since an
    earlier run. `unasked`: kinds of document that cannot be looked up in this run.
    """

    ledger: Ledger
    lease: Lease
    connector: SendsDocuments
    description: AnyDescription
    composer: Composer
    parked: Parked
    already: Already
    report: Report
    outcome: Outcome
    clock: Callable[[], datetime]
    cancelled: Callable[[], bool]
    between: Callable[[], None] = lambda: None
    only: Unit | None = None
    tries: Tries = field(default_factory=Tries)
    days: set[date] = field(default_factory=set)
    looked_up: dict[str, int] = field(default_factory=dict)
    receipts: dict[str, list[tuple[int, Ore]]] = field(default_factory=dict)
    waited: set[str] = field(default_factory=set)
    unasked: set[DocumentKind] = field(default_factory=set)

    def prepare(self) -> None:
        """Before the new is collected: note what was interrupted, map anew what is parked or waits."""
        self.lease.ensure()
        with self.ledger.together():
            interrupted = self.ledger.doubt_interrupted(catalogue.ANSWER_LOST.problem())
            if self.lease.took_over_from:
                self.ledger.doubt_anew()
        if interrupted:
            self.report.row(f"{interrupted} underlag avbröts mitt i sändningen förra gången och slås upp först.")
        self._tell_foreign()
        self.look()

    def look(self) -> None:
        """Let go what is parked and can be sent, and note what waits since earlier runs."""
        self.parked.look(self.tries.tried, self.only, self._going)
        self.waited = waiting(self.ledger, route=self.description.name)

    def deliver(self) -> None:
        """Clear up what is unclear, then send what waits."""
        try:
            if not self.tries.stopped:
                self.resolve()
                self.send_what_is_new()
                while self.parked.more(self._going):
                    self.send_what_is_new()
        except _Stop:
            self.tries.stopped = True
            self.outcome.whole = False
            self._tell_receipts()
            self.report.row("Resten väntar till nästa synkronisering.")
        finally:
            for reference, problem in self.parked.problems():
                self.tries.tried.add(reference)
                self._tell(problem)

    def _going(self) -> bool:
        """Whether to go on. Raises S02 when the lease is lost."""
        self.lease.ensure()
        return not self.cancelled()

    def _ours(self, *states: State, limit: int) -> list[Delivery]:
        """Deliveries of this route that this run has not tried: those of a system that the shop has left wait for a
        person."""
        kinds = frozenset(DocumentKind) - self.tries.held
        found = self.ledger.in_state(*states, limit=limit, route=self.description.name, unit=self.only, kinds=kinds)
        return [one for one in found if one.reference not in self.tries.tried]

    def _tell_foreign(self) -> None:
        """What was meant for another business system is never sent to this one by itself (promise 7)."""
        for route, count in elsewhere(self.ledger, route=self.description.name):
            self._tell(catalogue.OTHER_ROUTE_WAITS.problem(count=count, old=route, new=self.description.title))

    # --- what is unclear --------------------------------------------------------------------------------------

    def resolve(self) -> None:
        """Look unknown deliveries up; what is not there is sent again once it cannot come any more."""
        unclear = self._ours(State.UNKNOWN, limit=AT_MOST)
        earlier = Earlier(self.connector, self.composer, unclear, self.description.capabilities.listed)
        for delivery in unclear:
            if delivery.kind in self.unasked:
                continue
            self._stop_if_cancelled()
            self.lease.ensure()
            if self.description.capabilities.lookup is Lookup.NONE:
                problem = catalogue.CANNOT_LOOK_UP.problem(
                    item=delivery.reference, system=self.description.title, reference=delivery.reference
                )
                if delivery.problem != problem:
                    with self.ledger.together():
                        self.ledger.doubt(delivery.reference, problem)
                self._tell(problem)
                continue
            self._look_up(delivery, earlier)
        for what, count in self.looked_up.items():
            self.report.row(f"{count} underlag slogs upp i {self.description.title}: {what}.")
        self.looked_up.clear()

    def _looked_up(self, delivery: Delivery, row: str, what: str) -> None:
        """What was never sent from here (a new ledger, or one put back) is told of together: there may be thousands."""
        if delivery.changed:
            self.report.row(row)
            return
        self.looked_up[what] = self.looked_up.get(what, 0) + 1
        self.report.debug(row)

    def _look_up(self, delivery: Delivery, earlier: Earlier) -> None:
        assert delivery.document is not None, "only what has been sent can be unknown"
        age = self._age(delivery)  # a "not found" is as old as the question, however long the answer took
        try:
            verdict = self._asked(delivery, delivery.document, earlier)
            sent = self._there(delivery, verdict)
            before = earlier.of(delivery) if verdict.standing is Standing.MISSING else None
            if before:
                self._hold(delivery, catalogue.SENT_BEFORE, [before])
                return
            if verdict.standing is Standing.MISSING:
                verdict = self._elsewhere(delivery, earlier)
        except SyncError as error:
            self._not_found_out(delivery, error.problem)
            return
        except Exception as error:  # noqa: BLE001 - a bug in one connector must not stop the rest
            self._not_found_out(delivery, self._unexpected(delivery, error))
            return
        self.tries.failures = 0
        if sent is None and verdict.standing is not Standing.MISSING:
            problem = self._for_a_person(delivery, verdict)
            if delivery.problem != problem:
                with self.ledger.together():
                    self.ledger.note(delivery.reference, problem)
            self._tell(problem)
            return
        name, system = _name(delivery), self.description.title
        settled = age >= self.description.capabilities.settle_seconds
        with self.ledger.together():
            if sent:
                self._acknowledge(delivery, sent, doubtful=not delivery.changed)
            elif settled:
                self.ledger.postpone(delivery.reference, None)
            elif age < 0:  # the clock was set back: wait anew, not until it has caught up
                self.ledger.doubt(delivery.reference, delivery.problem)
        if sent:
            self.outcome.confirmed += 1
            self.days.add(delivery.business_date)
            self._looked_up(delivery, f"{name} fanns redan i {system}{_as(sent)}; skickas inte igen.", "fanns redan")
        elif settled:
            self._remake(msgspec.structs.replace(delivery, state=State.PENDING, problem=None))
            self._looked_up(delivery, f"{name} finns inte i {system} och skickas igen.", "fanns inte och skickas")
        else:
            self.outcome.whole = False
            self.report.row(f"{name} väntar på besked från {system}.")

    def _asked(self, delivery: Delivery, document: Document, earlier: Earlier) -> Verdict:
        """How it stands there: by the list of all these days where that says it all, else looked up by itself."""
        if not earlier.may_stand(delivery, document.reference):
            return Verdict(Standing.MISSING)
        return earlier.stands(delivery) or look_up(self.connector, document)

    def _there(self, delivery: Delivery, verdict: Verdict) -> Sent | None:
        """The document as it stands there, gone on with where it was cut short; None unless there is one of it."""
        assert delivery.document is not None, "only what has been sent can be unknown"
        if verdict.standing is Standing.UNFINISHED and isinstance(self.connector, FinishesDocuments):
            return self.connector.finish(delivery.document, verdict.hits[0])
        if verdict.standing is Standing.OURS:
            return Sent(verdict.hits[0].external_id, verdict.hits[0].number)
        return None

    def _for_a_person(self, delivery: Delivery, verdict: Verdict) -> Problem:
        """What a person has to judge: it stays unknown until then."""
        words = {
            "item": _name(delivery),
            "reference": delivery.reference,
            "system": self.description.title,
        }
        if verdict.standing is Standing.DOUBLED:
            return catalogue.FOUND_DOUBLED.problem(count=len(verdict.hits), numbers=verdict.numbers, **words)
        if verdict.standing is Standing.DIFFERENT:
            return catalogue.FOUND_DIFFERENT.problem(why=verdict.why, **words)
        return catalogue.FOUND_UNREAD.problem(numbers=verdict.numbers, **words)

    def _elsewhere(self, delivery: Delivery, earlier: Earlier) -> Verdict:
        """A ledger that lost its memory cannot know how the shop booked before: by receipt, Z report or day."""
        document = delivery.document
        if delivery.changed or not isinstance(document, Voucher | Invoice | Order):
            return Verdict(Standing.MISSING)
        names = self.composer.other_names(delivery)
        own = {one.reference for one in self.ledger.some(names)}  # another document of this very ledger
        for reference in (one for one in names if one not in own and earlier.may_stand(delivery, one)):
            found = self.connector.find(document_renamed(document, reference))
            if found if isinstance(document, Order) else near(document, found):
                return Verdict(Standing.DIFFERENT, why=f"försäljningen står redan där som {reference}")
        return Verdict(Standing.MISSING)

    def _not_found_out(self, delivery: Delivery, problem: Problem) -> None:
        """The look-up failed: it stays unknown. Only what reaches further than this one stops the others."""
        if problem.code == catalogue.CANCELLED.code:
            self._cancel()
        problem = about(problem, _name(delivery))
        if problem.reach is Reach.ALIKE:
            self.unasked.add(delivery.kind)
            self.outcome.whole = False
        if problem.passes:
            self._failed(problem)
        else:
            self._tell(problem)

    def _age(self, delivery: Delivery) -> float:
        """Seconds since it became unclear; negative when the clock was set back."""
        return self.clock().timestamp() - delivery.changed

    # --- what waits -------------------------------------------------------------------------------------------

    def _anew(self, batch: list[Delivery]) -> list[Delivery]:
        """Those to send, made anew when they wait since an earlier run: a receipt may have been voided meanwhile."""
        old = [one for one in batch if one.reference in self.waited]
        if not old:
            return batch
        made = {one.reference: one for one in self.composer.all_again(old)}
        with self.ledger.together():
            for before in old:
                now = made[before.reference]
                same = (now.document, now.state, now.total) == (before.document, before.state, before.total)
                if not same or now.gives:
                    self.ledger.remake(now)
                if now.state is State.REJECTED and now.problem:
                    self._tell(now.problem)
        batch = [made.get(one.reference, one) for one in batch]
        return [one for one in batch if one.state is State.PENDING]

    def _remake(self, delivery: Delivery) -> Delivery:
        made = self.composer.again(delivery)
        if made is delivery:  # the till has nothing to make it from now
            return made
        same = (made.document, made.state, made.total) == (delivery.document, delivery.state, delivery.total)
        if not same or made.gives:
            with self.ledger.together():
                self.ledger.remake(made)
        return made

    def send_what_is_new(self) -> None:
        """Send everything pending but what somebody else has booked already, which waits for a person."""
        if self.only is None and self.already.watching() is not None:
            self._set_aside()
        self.send_waiting()

    def _set_aside(self) -> None:
        waiting = self._anew(self._ours(State.PENDING, limit=AT_MOST))
        try:
            found = list(self.already.among(waiting, self.connector))
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                self._cancel()
            self._tell(error.problem)  # nothing goes while nobody knows whether it is there
            raise _Stop from error
        for one in found:
            self._hold(one.delivery, catalogue.ALREADY_THERE, one.vouchers)

    def _hold(self, delivery: Delivery, entry: Entry, there: Sequence[Booked]) -> None:
        """It seems to stand there already: it waits for a person's answer."""
        first = there[0]
        number = " och ".join(one.number or one.external_id for one in there)
        problem = entry.problem(
            item=_name(delivery),
            reference=delivery.reference,
            system=self.description.title,
            number=number,
            day=first.date or delivery.business_date,
            text=first.reference,
        )
        with self.ledger.together():
            ids = known.AND.join(one.external_id for one in there)
            self.ledger.hold(delivery.reference, problem, Sent(ids, number))
        self.tries.tried.add(delivery.reference)
        self._tell(problem)

    def send_waiting(self) -> None:
        """Send everything pending. The acknowledgement of one and the mark of the next share a commit."""
        settle: Callable[[], None] | None = None
        tried = self.tries.tried
        waiting = self.ledger.counts().get(State.PENDING, 0)
        try:
            while batch := self._ours(State.PENDING, limit=BATCH):
                for delivery in self._anew(batch):
                    if delivery.kind in self.tries.held:
                        continue
                    self.between()
                    tried.add(delivery.reference)
                    self._stop_if_cancelled()
                    self.lease.ensure()
                    with self.ledger.together():
                        if settle:
                            settle()
                        begun = self.ledger.begin(delivery.reference, self.lease)
                    settle = None
                    settle = self._send(delivery) if begun else None
                    self.report.progress("Skickar", len(tried), max(waiting, len(tried)))
        finally:
            if settle:
                with self.ledger.together():
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
            return self._not_sent(delivery, SyncError(self._unexpected(delivery, error), uncertain=True))
        self.tries.failures = 0
        self.parked.taken(delivery.reference)
        self.outcome.sent += 1
        self.days.add(delivery.business_date)
        money = f"{kronor(delivery.total)} kr " if delivery.unit in _WITH_MONEY else ""
        row = f"{_name(delivery)}: {money}skickat till {self.description.title}{_as(sent)}."
        if delivery.unit is Unit.RECEIPT:
            self.receipts.setdefault(delivery.till, []).append((delivery.number, delivery.total))
            self.report.debug(row)
        else:
            self.report.row(row)
        return lambda: self._acknowledge(delivery, sent)

    def _acknowledge(self, delivery: Delivery, sent: Sent, *, doubtful: bool = False) -> None:
        """It stands there; its page, where the shop wants one, is wanted from the same moment on."""
        self.ledger.acknowledge(delivery.reference, sent)
        if self.description.capabilities.attaches and has_page(delivery):
            Attachments(self.ledger).want(delivery.reference, doubtful=doubtful)

    def _tell_receipts(self) -> None:
        """Receipts sent one by one are told of together: a good day stays a short section."""
        for till, sent in sorted(self.receipts.items()):
            numbers = [number for number, _ in sent]
            span = f"{min(numbers)}–{max(numbers)}" if len(numbers) > 1 else f"{numbers[0]}"
            total = kronor(sum(amount for _, amount in sent))
            system = self.description.title
            self.report.row(f"Kassa {till}: {len(sent)} kvitton ({span}), {total} kr skickade till {system}.")
        self.receipts.clear()

    def _unexpected(self, delivery: Delivery, error: Exception) -> Problem:
        self.report.debug("".join(traceback.format_exception(error)))
        what = type(error).__name__
        return catalogue.UNEXPECTED.problem(item=_name(delivery), detail=f"{what}: {error}", error=what)

    def _not_sent(self, delivery: Delivery, error: SyncError) -> Callable[[], None]:
        problem = about(error.problem, _name(delivery), delivery.reference)
        if error.uncertain and not problem.item:  # whatever else it concerns, this one is unclear
            problem = msgspec.structs.replace(problem, item=_name(delivery))
        if problem.code == catalogue.LEASE_LOST.code:
            # The delivery is the new owner's now: it looks it up. Touching it here would be a second opinion.
            raise error
        with self.ledger.together():
            if error.uncertain:
                self.ledger.doubt(delivery.reference, problem)
            elif problem.code == catalogue.CANCELLED.code:
                self.ledger.postpone(delivery.reference, None, untried=True)
            elif problem.passes:
                self.ledger.postpone(delivery.reference, problem, untried=problem.stops)
            else:
                self.ledger.reject(delivery.reference, problem)
        if problem.code == catalogue.CANCELLED.code:
            self._cancel()
        if problem.reach is Reach.ALIKE:
            self.tries.held.add(delivery.kind)
            self.outcome.whole = False
        if error.uncertain or problem.passes:
            self._failed(problem)
        else:
            self.tries.failures = 0
            self._tell(problem)
        return lambda: None

    def _failed(self, problem: Problem) -> None:
        """Tell of it, and stop at what concerns everything.

        What passes by itself may still concern this one alone (a server may break on one document): it is believed
        to be everything's when it comes `PATIENCE` times in a row.
        """
        self._tell(problem)
        self.tries.failures += 1
        if problem.stops or self.tries.failures >= PATIENCE:
            raise _Stop

    def _tell(self, problem: Problem) -> None:
        self.outcome.tell(problem, self.report)

    def _stop_if_cancelled(self) -> None:
        if self.cancelled():
            self._cancel()

    def _cancel(self) -> NoReturn:
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
        "purchase": f"Inköp {delivery.number} ur kassa {delivery.till}",
        "order": f"Order {delivery.till}-{delivery.number}",
        "customer": f"Kundändring {delivery.reference}",
    }
    return names[delivery.unit.value]


def _as(sent: Sent) -> str:
    return f" som {sent.number or sent.external_id}" if sent.number or sent.external_id else ""


def about(problem: Problem, item: str, reference: str = "") -> Problem:
    """The problem with what it concerns: the delivery that met it, by the name that people have for it, unless it
    concerns all or is about something else."""
    if problem.reach is not Reach.ONE:
        return msgspec.structs.replace(problem, item="")
    return msgspec.structs.replace(problem, item=item) if problem.item in {"", reference} else problem
