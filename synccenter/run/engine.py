"""One run: check, fetch, send, prove. Knows no connector by name.

A run never raises what a person can be told: it returns an `Outcome`, and everything worth telling has gone to
the report as it happened.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from synccenter.check import books, preflight
from synccenter.contract import catalogue
from synccenter.contract.connector import Connector, FetchesRegisters, HandsOver, ReadsBack, SendsDocuments
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Finding, Severity
from synccenter.contract.model import Register, kronor
from synccenter.core.faults import disk_problem, persist
from synccenter.journal import drawers, identity
from synccenter.journal.delivery import State
from synccenter.journal.ownership import Lease
from synccenter.journal.safekeeping import DOUBTFUL, count_run, keep_copy, make_doubtful, taking_turns
from synccenter.run.collect import Collector, Scope, void_keys
from synccenter.run.express import Express
from synccenter.run.fetch import Fetcher
from synccenter.run.remembered import remember
from synccenter.run.report import Heard, Outcome, Report
from synccenter.shop import Shop
from synccenter.till.opened import AMISS
from synccenter.truth.assessment import Assessment, add_books, assess, assess_all, night_is_due, read_again
from synccenter.truth.proof import prove
from synccenter.truth.proven import Proof

READ_BACK_AT_ONCE = 50
"""Deliveries of the days just sent whose books are read back at once; more are left to `jobsync proof`.

A shop that sends each receipt would else read the whole day back four times an hour.
"""


_RESULTS = {
    catalogue.OTHER_TILL_OWNS.code: "waiting",
    catalogue.LEASE_LOST.code: "waiting",
    catalogue.ALREADY_RUNNING.code: "waiting",
    catalogue.CANCELLED.code: "cancelled",
}


class Engine:
    """Runs the sync of one shop. One object per thread."""

    def __init__(self, shop: Shop, report: Report, cancelled: Callable[[], bool] = lambda: False) -> None:
        self._shop = shop
        self._report = Heard(report)
        self._cancelled = cancelled
        self._recognised = identity.Recognised()
        self._assessment: Assessment | None = None

    def run(self, *, everything: bool, accept_removals: bool = False, release: bool = False) -> Outcome:
        """One run, from taking the lease to the line that says how it went.

        `release`: see `Shop.owned`.
        """
        outcome = Outcome("allt" if everything else "förändringar")
        started = self._shop.clock().timestamp()

        def steps(lease: Lease) -> None:
            if lease.took_over_from:
                self._report.row(f"Den här kassan har tagit över synkroniseringen från {lease.took_over_from}.")
            self._steps(lease, outcome, everything=everything, accept_removals=accept_removals)
            keep_copy(self._shop.ledger.database, self._shop.clock())

        def files() -> None:
            if not self._shop.reads_files:
                return
            from synccenter.run.till_files import read_till_files  # noqa: PLC0415 - only for tills that give files

            read_till_files(self._shop, self._report, outcome)

        self._alone(outcome, steps, release=release, first=files)
        self._finish(outcome, started)
        try:
            remember(self._shop, outcome, self._assessment)
        except SyncError as error:  # the ledger's database is away: the run has told of it
            self._report.debug(str(error))
        return outcome

    def send_customers(self) -> Outcome:
        """Send the customers that were changed at the till, and nothing else. For the till that owns the sync.

        No run of the timetable: it leaves no row among the runs, and what fails waits for the next one.
        """
        outcome = Outcome("kunder")

        def steps(lease: Lease) -> None:
            if has_been_checked(self._shop):
                express = self._express(lease, outcome)
                if express.news() and self._recognise(outcome) and self._right_company(outcome):
                    express.send()

        self._alone(outcome, steps, release=False)
        outcome.tell_rest(self._report)
        return outcome

    def _alone(
        self,
        outcome: Outcome,
        steps: Callable[[Lease], None],
        *,
        release: bool,
        first: Callable[[], None] = lambda: None,
    ) -> None:
        """Do something with the lease; whatever goes wrong is told. `first`: before anybody asks whose till it is.

        What passes by itself (a deadlock, another's lock) is begun again before anybody is told: a run can always be.
        """

        def once() -> None:
            with taking_turns(self._shop.lock_path):
                first()
                with self._shop.owned(release=release) as lease:
                    count_run(self._shop.ledger, self._shop.folder)
                    steps(lease)

        try:
            persist(once, again=True)
        except SyncError as error:
            self._shop.distrust_after(error)
            for problem in self._explained(error.problem):
                self._stop(outcome, _RESULTS.get(error.problem.code, "problems"), problem)
        except OSError as error:
            self._report.debug("".join(traceback.format_exception(error)))
            self._stop(outcome, "problems", disk_problem(self._shop.folder, error))
        except Exception as error:  # noqa: BLE001 - the last border: told to a person, with all details in Debug
            self._report.debug("".join(traceback.format_exception(error)))
            what = type(error).__name__
            problem = catalogue.UNEXPECTED.problem(detail=f"{what}: {error}", error=what)
            self._stop(outcome, "problems", problem)

    def _steps(self, lease: Lease, outcome: Outcome, *, everything: bool, accept_removals: bool) -> None:
        for problem in self._shop.settings.problems:
            self._tell(outcome, problem)
        if not self._recognise(outcome):
            return
        connector = self._shop.connector()
        if not self._checked(outcome):
            return
        if self._shop.reads_files:
            from synccenter.run.till_files import explain_numbers  # noqa: PLC0415 - only for tills that give files

            explain_numbers(self._shop)
        outcome.whole = True
        express = self._express(lease, outcome, everything=everything)
        express.tries.stopped = not self._right_company(outcome)
        express.send()
        if isinstance(connector, FetchesRegisters) and not express.tries.stopped:
            self._fetch(connector, lease, outcome, express, everything=everything, accept_removals=accept_removals)
            if self._shop.reads_files:
                from synccenter.run.till_files import write_registers  # noqa: PLC0415 - only for tills that give files

                write_registers(self._shop, self._report, outcome)
        if isinstance(connector, SendsDocuments):
            days = self._send(connector, outcome, express)
            if days:
                self._prove(connector, *days)
            self._assess(connector, outcome)
            if not express.tries.stopped and self._shop.description.capabilities.attaches:
                from synccenter.run.attach import Attacher  # noqa: PLC0415 - only in shops that want pages

                Attacher(self._shop, lease, self._report, self._cancelled).attach(connector)
        if self._cancelled() and outcome.result == "ok":
            self._stop(outcome, "cancelled", catalogue.CANCELLED.problem())

    def _recognise(self, outcome: Outcome) -> bool:
        """Whether till and ledger know each other; what has changed is told. False: nothing may be done."""
        shop = self._shop
        self._recognised = identity.recognise(shop.sales, shop.ledger, shop.company)
        for problem in self._recognised.problems:
            self._tell(outcome, problem)
        if self._recognised.stop:
            outcome.result = "refused"
        else:
            self._meet()
        return not self._recognised.stop

    def _meet(self) -> None:
        """Till and ledger meet: from now on they know each other.

        A ledger that is new while the start date has passed may have a predecessor: everything is looked up first.
        """
        shop = self._shop
        if identity.known(shop.ledger) is not None:
            return
        new = not shop.ledger.used()
        identity.acquaint(shop.ledger, shop.company)
        cutover = shop.settings.safety.cutover
        if new and cutover and cutover < shop.today():
            make_doubtful(shop.ledger)

    def _express(self, lease: Lease, outcome: Outcome, *, everything: bool = False) -> Express:
        return Express(self._shop, lease, self._report, outcome, self._cancelled, everything=everything)

    # --- check ------------------------------------------------------------------------------------------------

    def _right_company(self, outcome: Outcome) -> bool:
        """Whether the books are the till's company's, before anything is fetched or sent: the one place for it.

        Where that cannot be found out nothing is: it waits for the next run.
        """
        try:
            problem = books.wrong_company(self._shop)
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                raise
            problem = error.problem
        if problem:
            self._tell(outcome, problem)
            outcome.whole = False
        return problem is None

    def _checked(self, outcome: Outcome) -> bool:
        """Check before the first sync, after a change of settings and at a new year; refuse on red."""
        if has_been_checked(self._shop):
            return True
        found = list(preflight.findings(self._shop))
        problems = preflight.red(found)
        if not problems:
            self._shop.ledger.set_place(*_checked_mark(self._shop))
            self._report.row(checked_line(found))
            return True
        for problem in problems:
            self._tell(outcome, problem)
        outcome.result = "refused"
        self._report.row(catalogue.CHECK_RED.problem(count=len(problems)).what + " Inget skickas förrän de är rättade.")
        return False

    # --- fetch ------------------------------------------------------------------------------------------------

    def _fetch(
        self,
        connector: FetchesRegisters,
        lease: Lease,
        outcome: Outcome,
        express: Express,
        *,
        everything: bool,
        accept_removals: bool,
    ) -> None:
        Fetcher(
            registers=self._shop.registers,
            ledger=self._shop.ledger,
            connector=connector,
            description=self._shop.description,
            wanted=frozenset(self._shop.settings.integration.registers or Register),
            report=self._report,
            outcome=outcome,
            cancelled=self._cancelled,
            ensure_ours=lease.ensure,
            now=self._shop.clock(),
            sweep_every=timedelta(hours=self._shop.settings.integration.sweep_hours),
            settings_mark=_digest(self._shop, self._shop.description.name),
            between=express.between,
            stopped=lambda: express.tries.stopped,
            accept_removals=accept_removals,
        ).fetch(everything=everything)

    # --- send -------------------------------------------------------------------------------------------------

    def _send(self, connector: SendsDocuments, outcome: Outcome, express: Express) -> tuple[date, date] | None:
        """Collect and send; the first and last day that something was sent for."""
        shop = self._shop
        cutover = shop.cutover
        self._remember_route(cutover)
        rules = shop.rules()
        drawers.keep(shop.ledger, rules.cash_accounts)
        composer = shop.composer(rules)
        doubtful = shop.ledger.place(DOUBTFUL) is not None
        sends = shop.description.capabilities.sends
        scope = Scope(cutover, shop.clock(), sends, doubtful, self._recognised.changed)
        courier = express.courier(connector, composer)
        courier.prepare()
        collector = Collector(shop.sales, shop.ledger, composer, rules, scope, alive=express.alive)
        intended = collector.collect(self._cancelled)
        outcome.intended += intended
        if doubtful and intended:
            self._report.row("Journalen är ny eller återställd: allt slås upp i affärssystemet innan något skickas.")
        for problem in collector.problems:
            self._tell(outcome, problem)
        identity.remember(shop.sales, shop.ledger, shop.company, self._recognised.changed)
        if doubtful and collector.complete:
            shop.ledger.forget_places(DOUBTFUL)
        courier.deliver()
        if isinstance(connector, HandsOver) and not express.tries.stopped and not self._cancelled():
            self._hand_over(connector, outcome)
        return (min(courier.days), max(courier.days)) if courier.days else None

    def _hand_over(self, connector: HandsOver, outcome: Outcome) -> None:
        """What has been collected goes out; what hinders it is told, and what was sent is proved all the same."""
        try:
            for name in connector.hand_over():
                self._report.row(f"Lämnad: {name}")
        except SyncError as error:
            if error.problem.code in _RESULTS:
                raise
            self._tell(outcome, error.problem)

    def _remember_route(self, cutover: date) -> None:
        route = (self._shop.description.name, cutover.isoformat())
        if self._shop.ledger.route() != route:
            self._shop.ledger.set_route(*route)

    # --- prove ------------------------------------------------------------------------------------------------

    def _assess(self, connector: Connector, outcome: Outcome) -> None:
        """Say first what a person would find by looking: the last days, and once a night everything and the books."""
        if night_is_due(self._shop) and not self._cancelled():
            found = assess_all(
                self._shop, connector if isinstance(connector, ReadsBack) else None, self._recognised.changed
            )
        else:
            if isinstance(connector, ReadsBack):
                self._read_again(connector)
            quiet = not (outcome.intended or outcome.sent or outcome.confirmed)
            found = assess(self._shop, self._recognised.changed, quiet=quiet)
        outcome.assessed, self._assessment = True, found
        for problem in found.problems:
            self._tell(outcome, problem)
        outcome.remarks = found.remarks
        for problem in found.remarks:
            self._report.warning(problem.sentence())

    def _read_again(self, books: ReadsBack) -> None:
        """What was red in the books is looked at again. A system that is away now leaves it as it was known."""
        try:
            read_again(self._shop, books)
        except SyncError as error:
            self._report.debug(str(error))

    def _prove(self, connector: Connector, first: date, last: date) -> None:
        few = self._shop.ledger.count_between(first, last) <= READ_BACK_AT_ONCE
        there = connector if isinstance(connector, ReadsBack) and few else None
        proof = prove(self._shop.sales, self._shop.ledger, first, last, books=there)
        if there is not None:
            add_books(self._shop, proof)
        self._report.row(proof_line(proof))

    def _finish(self, outcome: Outcome, started: float) -> None:
        """The last line, the count of what waits, and the run in the ledger."""
        try:
            self._voided(outcome)
            self._count(outcome)
        except SyncError as error:
            for problem in self._explained(error.problem):
                self._stop(outcome, "problems", problem)
            return
        finally:
            outcome.tell_rest(self._report)
        if outcome.result == "ok" and outcome.causes:
            outcome.result = "problems"
        self._report.row(last_line(outcome, self._shop.clock().timestamp() - started))
        try:
            self._record(outcome, started)
        except SyncError as error:
            self._stop(outcome, "problems", error.problem)
            outcome.tell_rest(self._report)

    def _count(self, outcome: Outcome) -> None:
        counts = self._shop.ledger.counts()
        outcome.waiting = counts.get(State.PENDING, 0) + counts.get(State.SENDING, 0)
        outcome.parked = counts.get(State.REJECTED, 0)
        outcome.unknown = counts.get(State.UNKNOWN, 0)

    def _record(self, outcome: Outcome, started: float) -> None:
        self._shop.ledger.record_run(
            self._shop.holder,
            outcome.kind,
            started,
            outcome.result,
            {
                "sent": outcome.sent,
                "written": outcome.written,
                "waiting": outcome.waiting,
                "parked": outcome.parked,
                "unknown": outcome.unknown,
                "fetched": outcome.fetched,
                "problems": [problem.code for problem in outcome.problems],
                "whole": outcome.whole,
            },
        )

    def _voided(self, outcome: Outcome) -> None:
        if outcome.result in {"waiting", "refused"}:
            return
        for till in self._shop.sales.tills():
            for key in void_keys(self._shop.sales, self._shop.ledger, till.id):
                owner = self._shop.ledger.covered([key]).get(key, "")
                delivery = self._shop.ledger.get(owner)
                if delivery.state not in {State.SENT, State.MANUAL}:
                    continue
                problem = catalogue.VOIDED_AFTER_SENDING.problem(
                    item=f"Kvitto {key}",
                    amount=kronor(delivery.total),
                    number=delivery.external_number or delivery.reference,
                )
                self._tell(outcome, problem)

    def _tell(self, outcome: Outcome, problem: Problem) -> None:
        outcome.tell(problem, self._report)

    def _explained(self, problem: Problem) -> list[Problem]:
        """What a till that does not keep the contract lacks, each by itself."""
        if problem.code not in AMISS:
            return [problem]
        try:
            return self._shop.till.probe() or [problem]
        except SyncError:
            return [problem]

    def _stop(self, outcome: Outcome, result: str, problem: Problem) -> None:
        outcome.result = result
        outcome.whole = False
        self._tell(outcome, problem)


def checked_line(found: Sequence[Finding]) -> str:
    """`Inställningarna är kontrollerade: 14 steg utan fel, 1 att titta på (se Kontrollera inställningar).`"""
    yellow = sum(finding.severity is Severity.YELLOW for finding in found)
    look = f", {yellow} att titta på (se Kontrollera inställningar)" if yellow else ""
    return f"Inställningarna är kontrollerade: {len(found) - yellow} steg utan fel{look}."


def proof_line(proof: Proof) -> str:
    """`Bevis: kassan 45 123,00 kr, skickat …, bokfört …, skillnad 0,00 kr.`"""
    till, sent, booked = proof.total()
    parts = [f"kassan {kronor(till)} kr", f"skickat {kronor(sent)} kr"]
    if booked is not None:
        parts.append(f"bokfört {kronor(booked)} kr")
    parts.append(f"skillnad {kronor(till - (sent if booked is None else booked))} kr")
    return f"Bevis {proof.first}–{proof.last}: {', '.join(parts)}."


def last_line(outcome: Outcome, seconds: float) -> str:
    """How it went, in one line."""
    if outcome.result == "ok" and outcome.quiet:
        text = "Inget nytt. Inget skickades och inget ändrades."
    else:
        words = {
            "ok": "Klart",
            "problems": "Klart, men med fel",
            "refused": "Stoppad",
            "waiting": "Väntar",
            "cancelled": "Avbruten",
        }
        text = f"{words[outcome.result]}: {outcome.sent} skickade, {outcome.written} registerrader skrivna."
    left = []
    if outcome.waiting:
        left.append(f"{outcome.waiting} väntar")
    if outcome.parked:
        left.append(f"{outcome.parked} stoppade")
    if outcome.unknown:
        left.append(f"{outcome.unknown} väntar på besked")
    tail = f" Kvar: {', '.join(left)}." if left else ""
    took = f"{seconds:.1f}".replace(".", ",")
    return f"{text}{tail} Det tog {took} s."


def has_been_checked(shop: Shop) -> bool:
    """Whether the settings were checked as they are now."""
    place, mark = _checked_mark(shop)
    return shop.ledger.place(place) == mark


def _checked_mark(shop: Shop) -> tuple[str, str]:
    """Where it stands that the settings were checked, and what stands there."""
    return f"checked:{shop.holder}", f"{shop.today().year}:{_digest(shop, *_LOOKED_AT, shop.description.name)}"


_LOOKED_AT = ("general", "integration", "posting", "safety")


def _digest(shop: Shop, *sections: str) -> str:
    """Changes whenever a setting of these sections does."""
    text = repr([sorted(shop.settings.section(section).items()) for section in sections])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
