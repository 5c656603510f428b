"""The background service: runs by the timetable and by hand, one at a time, and tells how things stand.

Knows nothing of windows. Everything that touches the till or the ledger happens in one lane; the metronome only
drops a beat into it. `tell` hears `Status` (when it changed), `Row` and `Ended`, in the lane's thread.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

import msgspec
from filelock import FileLock, Timeout

from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import DocumentKind
from synccenter.core.cleaning import clean, say_that_it_leapt
from synccenter.core.database import is_server
from synccenter.core.logs import Log
from synccenter.core.refusal import problem_of
from synccenter.journal.ownership import Lease
from synccenter.run.engine import Engine, has_been_checked
from synccenter.run.express import newest_change
from synccenter.run.report import Outcome
from synccenter.service.doorbell import Doorbell
from synccenter.service.lane import LEAVING_SECONDS, Lane, OpenShop
from synccenter.service.memory import Memory
from synccenter.service.status import Ended, Progress, Row, Status, distinct
from synccenter.service.timetable import Metronome, Mode, due, paused
from synccenter.shop import Shop

T = TypeVar("T")
Event: TypeAlias = Status | Row | Ended

TITLES = {False: "Synkronisera förändringar", True: "Synkronisera allt"}
CUSTOMERS = "Kund ändrad i kassan"
SHOWN_EVERY = 0.2
"""Seconds between two signs of progress: no eye needs more."""

MOVED = timedelta(minutes=30)
"""A clock that is moved so far at once was set, and not corrected by a time server."""

_MINUTE = "%Y-%m-%d %H:%M"


class Watch(Protocol):
    """Who mails errors and sounds the alarm when nothing has succeeded for long."""

    def after_run(self, shop: Shop, log: Log, outcome: Outcome) -> None:
        """A run is over."""
        ...

    def beat(self, shop: Shop, log: Log) -> list[Problem]:
        """Called now and then; gives the problems that nobody else can see."""
        ...


class Service:
    """The sync of one data folder, in the background."""

    def __init__(
        self, open_shop: OpenShop, tell: Callable[[Event], None], *, watch: Watch | None = None, beat_seconds: int = 60
    ) -> None:
        self._tell = tell
        self._watch = watch
        self._lane = Lane("synk", open_shop)
        self._metronome = Metronome(self._beat, self._beat_failed, seconds=beat_seconds)
        self._cancel = threading.Event()
        self._leaving = False
        self._lock = threading.Lock()
        self._status = Status()
        self._asked: set[bool] = set()
        self._beating = False
        self._rung = False
        self._hurried = 0
        self._doorbell: Doorbell | None = None
        self._memory: Memory | None = None
        self._cleaned: date | None = None
        self._moved = False
        self._log: Log | None = None
        self.zone: tzinfo = UTC
        self._lease: Lease | None = None
        self._found: tuple[Problem, ...] = ()
        self._own: dict[str, Problem] = {}
        self.on_leap: Callable[[], None] = lambda: None
        """Called when the computer has slept or its clock was moved."""

    # --- what a person can ask for (from any thread) ---------------------------------------------------------

    def start(self) -> None:
        """Begin: the first look comes at once."""
        self._lane.start()
        self._metronome.start()

    @property
    def status(self) -> Status:
        """How things stand."""
        return self._status

    def log_path(self) -> Path | None:
        """Today's log file; None until the shop has been opened."""
        return self._log.path_today() if self._log else None

    def sync(self, *, everything: bool) -> None:
        """A run by hand, after what is going on. Asking twice for the same is asking once."""
        with self._lock:
            if everything in self._asked:
                return
            self._asked.add(everything)
        self._change(queued=len(self._asked))
        self._lane.submit(lambda shop, log: self._by_hand(shop, log, everything=everything), failed=self._broken)

    def cancel(self) -> None:
        """Stop the run at hand after the posting in flight; what waits is forgotten too."""
        self._cancel.set()
        with self._lock:
            self._asked.clear()

    def pause(self, until: datetime | None) -> None:
        """No runs by themselves until then; None: go on now. Survives a restart."""
        self._change(paused_until=until)
        self._lane.submit(lambda shop, log: self._remember_pause(shop, log, until), failed=self._broken)

    def do(
        self,
        work: Callable[[Shop, Log], T],
        done: Callable[[T], None] = lambda _: None,
        failed: Callable[[Problem], None] = lambda _: None,
    ) -> None:
        """Some other work with the shop, in its turn."""
        self._lane.submit(work, done, failed)

    def found_newer(self, version: str) -> None:
        """A newer version of the program was found; "": there is none any longer."""
        self._change(newer=version)

    def tell_of(self, what: str, problem: Problem | None) -> None:
        """The program itself is in some trouble, or no longer (None): shown beside what the shop is in."""
        if problem is not None:
            self._own[what] = problem
        else:
            self._own.pop(what, None)
        self._change(problems=self._problems())

    def reload(self, *, run: bool = False) -> None:
        """The settings were changed. `run`: a person waits for the first run with them."""
        self._lane.submit(lambda _shop, _log: self._let_lease_go(), failed=self._broken)
        self._lane.reopen()
        if run:
            self.sync(everything=False)
        self._metronome.nudge()

    def stop(self, timeout: float = LEAVING_SECONDS) -> bool:
        """Finish the posting in flight, let another till take over, close. False: it would not stop in time."""
        self._leaving = True
        self._cancel.set()
        self._metronome.stop()
        if self._doorbell:
            self._doorbell.stop()
        self._lane.submit(lambda _shop, _log: self._let_lease_go())
        return self._lane.stop(timeout)

    # --- the metronome's thread ------------------------------------------------------------------------------

    def _beat(self, leap: timedelta | None) -> None:
        if leap is not None:
            try:
                self.on_leap()
            except Exception as error:  # noqa: BLE001 - whoever hears of it may fail: the look comes all the same
                self._note(error)
            if abs(leap) >= MOVED:
                self._lane.submit(lambda shop, log: self._clock_moved(shop, log, leap))
        if not self._beating and not self._leaving:
            self._beating = True
            self._lane.submit(self._look, failed=self._broken)

    def _beat_failed(self, error: Exception) -> None:
        self._note(error)

    def _note(self, error: Exception) -> None:
        """In the Debug log, when the lane comes to it."""
        told = "".join(traceback.format_exception(error))
        self._lane.submit(lambda _shop, log: log.debug(told))

    # --- the doorbell's thread -------------------------------------------------------------------------------

    def _ring(self) -> None:
        """The till has written something. A run that is under way also asks by itself, between its pages."""
        if not (self._rung or self._leaving):
            self._rung = True
            self._lane.submit(self._hurry, failed=self._broken)

    # --- the lane's thread -----------------------------------------------------------------------------------

    def _look(self, shop: Shop, log: Log) -> None:
        """Is a run due? Then run. Otherwise only look how things stand."""
        self._beating = False
        self._log, self.zone = log, shop.zone
        if shop.is_outdated:  # its company is called something else, or the like: opened anew, as at a start
            self.reload()
            return
        try:
            self._clean_daily(shop, log)
            memory = self._remembered(shop)
            self._keep_lease(shop)
            self._listen(shop, memory)
            wanted = due(shop.clock(), memory.state(shop), memory.rule) if memory.ready else None
            if wanted and not self._leaving:
                self._run(shop, log, everything=wanted.everything, manual=False)
            else:
                self._hurry(shop, log)
                self._show(shop, log)
        except SyncError as error:
            self._trouble(log, error.problem)

    def _listen(self, shop: Shop, memory: Memory) -> None:
        """Listen to the till where the business system takes changed customers and anything runs by itself."""
        wanted = DocumentKind.CUSTOMER in shop.description.capabilities.sends if memory.ready else False
        wanted = wanted and memory.rule.mode is not Mode.MANUAL
        path = None if is_server(shop.till_address) else Path(shop.till_address)
        if self._doorbell and (not wanted or self._doorbell.path != path):
            self._doorbell.stop()
            self._doorbell = None
        if wanted and not self._doorbell and not self._leaving:
            self._doorbell = Doorbell(path, self._ring)
            self._doorbell.start()

    def _hurry(self, shop: Shop, log: Log) -> None:
        """Send the customers that were changed, if there are any and this till owns the sync."""
        self._rung = False
        if self._doorbell is None or self._leaving:
            return
        if (newest := newest_change(shop)) in {0, self._hurried} or not has_been_checked(shop):
            return
        if paused(shop.clock(), self._remembered(shop).state(shop)):
            return
        if self._lease is None:  # no run since the program started
            self._lease = self._taken(shop)
        if self._lease is None:
            return
        self._hurried = newest
        self._cancel.clear()
        shop.cancel.clear()
        self._change(working=CUSTOMERS)
        with log.section(CUSTOMERS):
            outcome = Engine(shop, _Telling(log, self), self._cancelled).send_customers()
            if outcome.problems:
                self._watched(log, "mejl", lambda watch: watch.after_run(shop, log, outcome))
        self._change(working="", progress=None)
        self._lease = self._taken(shop, outcome)
        self._show(shop, log)

    def _by_hand(self, shop: Shop, log: Log, *, everything: bool) -> None:
        with self._lock:
            wanted = everything in self._asked
            self._asked.discard(everything)
        if wanted and shop.is_outdated:
            self.reload()
            self.sync(everything=everything)
        elif wanted and not self._leaving:
            self._run(shop, log, everything=everything, manual=True)

    def _run(self, shop: Shop, log: Log, *, everything: bool, manual: bool) -> None:
        self._cancel.clear()
        shop.cancel.clear()
        self._change(working=TITLES[everything], progress=None, queued=len(self._asked))
        with log.section(TITLES[everything]):
            outcome = Engine(shop, _Telling(log, self), self._cancelled).run(everything=everything)
            self._watched(log, "mejl", lambda watch: watch.after_run(shop, log, outcome))
        self._change(working="", progress=None)
        try:
            self._remembered(shop).after_run(shop, outcome, everything=everything)
            self._lease = self._taken(shop, outcome)
            self._show(shop, log)
        except SyncError as error:
            self._trouble(log, error.problem, told=outcome.problems)
        self._say(Ended(outcome, manual))

    def _watched(self, log: Log, what: str, work: Callable[[Watch], None]) -> None:
        """Let the watch do its part. What fails there is said, once; the run and how things stand are whole without."""
        if self._watch is None:
            return
        try:
            work(self._watch)
        except Exception as error:  # noqa: BLE001 - the border to mail and alarms
            problem = problem_of(error)
            if self._own.get(what) != problem:
                log.error(problem)
                log.debug("".join(traceback.format_exception(error)))
            self.tell_of(what, problem)
        else:
            self.tell_of(what, None)

    def _cancelled(self) -> bool:
        return self._cancel.is_set() or self._leaving

    def _show(self, shop: Shop, log: Log) -> None:
        """Look how things stand, and tell when it has changed."""
        memory = self._remembered(shop)
        problems = [*memory.problems(shop), *shop.settings.problems, *([log.trouble] if log.trouble else [])]
        if memory.ready and not shop.is_empty:
            self._watched(log, "larm", lambda watch: problems.extend(watch.beat(shop, log)))
        self._found = tuple(problems)
        self._change(queued=len(self._asked), **memory.facts(shop), problems=self._problems())

    def _trouble(self, log: Log, problem: Problem, told: Iterable[Problem] = ()) -> None:
        """The till or the ledger cannot be read. It stands in the log once, however often it is seen; `told`: what the
        run has written there."""
        if all(one.cause != problem.cause for one in (*self._status.problems, *told)):
            log.error(problem)
        self._broken(problem)

    def _broken(self, problem: Problem) -> None:
        """Nothing could be opened at all, not even the log."""
        self._beating = False
        self._found = (problem,)
        self._change(ready=True, working="", progress=None, problems=self._problems())

    def _clock_moved(self, shop: Shop, log: Log, leap: timedelta) -> None:
        """Nobody knows which of the clocks is right: said, and no log is removed before the program is started anew."""
        self._moved = True
        now = shop.clock().astimezone(shop.zone)
        say_that_it_leapt(log, f"{now - leap:{_MINUTE}}", f"{now:{_MINUTE}}")

    def _clean_daily(self, shop: Shop, log: Log) -> None:
        if self._cleaned != shop.today() and not self._moved:
            self._cleaned = shop.today()
            clean(shop.folder, log, shop.today())

    def _remembered(self, shop: Shop) -> Memory:
        if self._memory is None or self._memory.shop is not shop:
            self._memory = Memory(shop)
        return self._memory

    def _remember_pause(self, shop: Shop, log: Log, until: datetime | None) -> None:
        self._remembered(shop).pause(shop, until)
        log.row(f"Pausad till {until.astimezone(shop.zone):%Y-%m-%d %H:%M}." if until else "Pausen är slut.")
        self._show(shop, log)
        self._metronome.nudge()

    # --- the lease: kept between the runs, so that the tills do not take turns ---------------------------------

    def _taken(self, shop: Shop, outcome: Outcome | None = None) -> Lease | None:
        """The lease, kept from now on; None when another till has it, as what was just done found out perhaps."""
        if outcome is not None and outcome.result == "waiting":
            return None
        with suppress(Timeout, SyncError), FileLock(shop.lock_path, timeout=0):
            lease = shop.lease()
            lease.acquire()
            return lease
        return None

    def _keep_lease(self, shop: Shop) -> None:
        if self._lease is not None:
            try:
                self._lease.ensure()
            except SyncError as error:  # another till was faster; the next run says so, in its log
                shop.debug(str(error))
                self._lease = None

    def _let_lease_go(self) -> None:
        if self._lease is not None:
            self._lease.release()
            self._lease = None

    # --- telling ---------------------------------------------------------------------------------------------

    def _change(self, **changes: object) -> None:
        with self._lock:
            before = self._status
            self._status = msgspec.structs.replace(before, **changes)
            changed = self._status != before
        if changed:
            self._say(self._status)

    def _say(self, event: Event) -> None:
        """Whoever hears may fail: that stops neither a run nor the next word."""
        try:
            self._tell(event)
        except Exception as error:  # noqa: BLE001 - the border between the service and those who hear of it
            self._note(error)

    def _problems(self) -> tuple[Problem, ...]:
        return distinct([*self._found, *list(self._own.values())])

    def progress(self, progress: Progress) -> None:
        """From the run's report."""
        self._change(progress=progress)

    def row(self, row: Row) -> None:
        """From the run's report."""
        self._say(row)


class _Telling:
    """A run's report: to the log, and to whoever watches."""

    def __init__(self, log: Log, service: Service) -> None:
        self._log = log
        self._service = service
        self._shown = 0.0

    def row(self, text: str) -> None:
        try:
            self._log.row(text)
        finally:  # a log that fails hides nothing from the window
            self._service.row(Row(text))

    def warning(self, text: str) -> None:
        try:
            self._log.warning(text)
        finally:
            self._service.row(Row(text, "OBS!"))

    def error(self, problem: Problem) -> None:
        try:
            self._log.error(problem)
        finally:
            self._service.row(Row(problem.sentence(), "FEL!"))

    def debug(self, text: str) -> None:
        self._log.debug(text)

    def progress(self, what: str, done: int, of: int | None) -> None:
        now = time.monotonic()
        if now - self._shown >= SHOWN_EVERY or done == of:
            self._shown = now
            self._service.progress(Progress(what, done, of))
