"""What a run tells while it works. The log and the windows listen; no step calls back up."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

import msgspec
from msgspec import Struct, field

from synccenter.contract.errors import Problem, Reach

NAMED = 3
"""So many of those that met one cause are named; the rest are counted, and the last one is named."""

CAUSES = 200
"""So many causes are kept apart in one run; further ones are held together by their code alone."""


class Report(Protocol):
    """Where rows of a run go."""

    def row(self, text: str) -> None:
        """Something done, with numbers a person can check."""
        ...

    def warning(self, text: str) -> None:
        """Something worth a look that stops nothing."""
        ...

    def error(self, problem: Problem) -> None:
        """A row that starts with FEL!"""
        ...

    def debug(self, text: str) -> None:
        """A row for the Debug log."""
        ...

    def progress(self, what: str, done: int, of: int | None) -> None:
        """How far long work has come; `of` None when that is not known."""
        ...


class Heard:
    """A report whose listeners may fail: that stops no run, and stands in the Debug log where it can be written."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def row(self, text: str) -> None:
        """See `Report.row`."""
        self._tell(lambda: self._report.row(text))

    def warning(self, text: str) -> None:
        """See `Report.warning`."""
        self._tell(lambda: self._report.warning(text))

    def error(self, problem: Problem) -> None:
        """See `Report.error`."""
        self._tell(lambda: self._report.error(problem))

    def debug(self, text: str) -> None:
        """See `Report.debug`."""
        with suppress(Exception):  # it was the last place to say it
            self._report.debug(text)

    def progress(self, what: str, done: int, of: int | None) -> None:
        """See `Report.progress`."""
        self._tell(lambda: self._report.progress(what, done, of))

    def _tell(self, say: Callable[[], None]) -> None:
        try:
            say()
        except Exception as error:  # noqa: BLE001 - the border between a run and those who hear of it
            self.debug("".join(traceback.format_exception(error)))


class Met(Struct):
    """A cause as a run met it: the first problem, how many met it, and the names of the first and the last of them."""

    first: Problem
    count: int = 0
    named: list[str] = field(default_factory=list)
    last: str = ""
    told: bool = False

    def add(self, item: str) -> None:
        """One more; the same once more is no more. Takes the same time and room however many there are."""
        if self.count and (item == self.last or item in self.named):
            return
        self.count += 1
        self.last = item
        if item and len(self.named) < NAMED:
            self.named.append(item)

    @property
    def problem(self) -> Problem:
        """As it is told: `Kvitto 1-17, Kvitto 1-18, Kvitto 1-19 och 26 850 till (sist Kvitto 2-993)`."""
        more = self.count - len(self.named)
        names = ", ".join(self.named)
        if more and self.named:
            counted = f"{more:,}".replace(",", "\N{NO-BREAK SPACE}")
            names += f" och {counted} till (sist {self.last})"
        return msgspec.structs.replace(self.first, item=names)


class Outcome(Struct):
    """What became of a run. `result`: ok, problems, refused, waiting (another till owns the sync), cancelled.

    `whole`: everything was looked at and tried, so that a problem which is not here has gone. `causes`: what went
    wrong, once for each cause, by its key. `remarks`: yellow, see `Assessment`. `assessed`: till, ledger and books were
    compared, so that what is not here is not so.
    """

    kind: str
    result: str = "ok"
    fetched: dict[str, int] = field(default_factory=dict)
    written: int = 0
    intended: int = 0
    sent: int = 0
    confirmed: int = 0
    waiting: int = 0
    parked: int = 0
    unknown: int = 0
    causes: dict[str, Met] = field(default_factory=dict)
    whole: bool = False
    remarks: tuple[Problem, ...] = ()
    assessed: bool = False

    @property
    def problems(self) -> list[Problem]:
        """Each cause once, with those that met it."""
        return [met.problem for met in self.causes.values()]

    def add(self, problem: Problem) -> Met:
        """Note a problem under its cause."""
        key = problem.cause if problem.cause in self.causes or len(self.causes) < CAUSES else problem.code
        met = self.causes.setdefault(key, Met(problem))
        met.add(problem.item)
        return met

    def tell(self, problem: Problem, report: Report) -> None:
        """Note a problem. One that reaches further than what met it is told at once; see `tell_rest`."""
        met = self.add(problem)
        if problem.reach is not Reach.ONE:
            _tell(met, report)

    def tell_rest(self, report: Report) -> None:
        """At the end of a run: one row for each cause, with all that met it."""
        for met in self.causes.values():
            _tell(met, report)

    @property
    def quiet(self) -> bool:
        """Nothing was new: nothing written, nothing sent."""
        return not (self.written or self.intended or self.sent or self.confirmed or self.causes)


def each_cause(problems: Iterable[Problem]) -> list[Problem]:
    """The first problem of each cause."""
    found: dict[str, Problem] = {}
    for one in problems:
        found.setdefault(one.cause, one)
    return list(found.values())


def _tell(met: Met, report: Report) -> None:
    if met.told:
        return
    met.told = True
    if met.first.needs_nobody or met.first.asks:
        report.warning(met.problem.sentence())
    else:
        report.error(met.problem)
