"""What a run tells while it works. The log and the windows listen; no step calls back up."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct, field

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem

OFFLINE = frozenset(
    entry.code
    for entry in (
        catalogue.NO_NETWORK,
        catalogue.TIMED_OUT,
        catalogue.SERVER_ERROR,
        catalogue.CONNECTION_LOST,
        catalogue.PROXY_FAILED,
        catalogue.DATABASE_UNREACHABLE,
    )
)
OTHER_TILL = frozenset({catalogue.OTHER_TILL_OWNS.code, catalogue.LEASE_LOST.code})
NO_ERROR = frozenset({catalogue.CANCELLED.code, catalogue.ALREADY_RUNNING.code})
"""What a run may end with that is nobody's problem."""


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


class Outcome(Struct):
    """What became of a run. `result`: ok, problems, refused, waiting (another till owns the sync), cancelled.

    `whole`: everything was looked at and tried, so that a problem which is not here has gone.
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
    problems: list[Problem] = field(default_factory=list)
    whole: bool = False

    def add(self, problem: Problem) -> bool:
        """Note a problem. False when the same one is noted already: it is told once a run."""
        if any(one.same_as == problem.same_as for one in self.problems):
            return False
        self.problems.append(problem)
        return True

    @property
    def quiet(self) -> bool:
        """Nothing was new: nothing written, nothing sent."""
        return not (self.written or self.intended or self.sent or self.confirmed or self.problems)
