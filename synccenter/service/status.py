"""What the program is doing and how things stand, as one frozen value. The icon, the menu and the windows show it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from msgspec import Struct

from synccenter.contract.errors import ErrorKind, Problem
from synccenter.run.report import Outcome, each_cause


class Situation(Enum):
    """What the icon shows. In this order: the first that holds wins."""

    ERROR = "error"
    SIGN_IN = "sign_in"
    WORKING = "working"
    PAUSED = "paused"
    OTHER_TILL = "other_till"
    OFFLINE = "offline"
    IDLE = "idle"


class Progress(Struct, frozen=True):
    """How far the work at hand has come; `of` is None when nobody knows how much there is."""

    what: str
    done: int
    of: int | None


class Status(Struct, frozen=True, kw_only=True):
    """How things stand. Times are aware, in the shop's zone; None: never, or not known.

    `ready`: somebody has been through the settings. `both_kinds`: the business system can be asked for changes
    only, so that *förändringar* and *allt* are two different things.
    """

    ready: bool = True
    company: str = ""
    system: str = ""
    both_kinds: bool = True
    working: str = ""
    progress: Progress | None = None
    queued: int = 0
    last_run: datetime | None = None
    last_good: datetime | None = None
    next_run: datetime | None = None
    paused_until: datetime | None = None
    problems: tuple[Problem, ...] = ()
    waiting: int = 0
    parked: int = 0
    unknown: int = 0
    remarks: tuple[Problem, ...] = ()
    """Yellow: something for a person to choose that stops nothing."""
    newer: str = ""
    """A version of the program that can be changed to."""
    reads_files: bool = False
    """The till gives journal files, which can be read in by hand."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that a person must do something about."""
        return tuple(one for one in self.problems if is_error(one))

    @property
    def passing(self) -> Problem | None:
        """What keeps things waiting and passes by itself: no contact, a file that another program holds."""
        return next((one for one in self.problems if not is_error(one) and not one.needs_nobody), None)

    @property
    def situation(self) -> Situation:
        """What to show of all this."""
        holds = {
            Situation.ERROR: any(is_error(one) and one.kind is not ErrorKind.SIGN_IN for one in self.problems),
            Situation.SIGN_IN: any(one.kind is ErrorKind.SIGN_IN for one in self.problems),
            Situation.WORKING: bool(self.working),
            Situation.PAUSED: self.paused_until is not None or not self.ready,
            Situation.OTHER_TILL: any(one.needs_nobody for one in self.problems),
            Situation.OFFLINE: self.passing is not None,
        }
        return next((situation for situation, true in holds.items() if true), Situation.IDLE)


class Ended(Struct, frozen=True):
    """A run is over. `manual`: a person asked for it, and is told how it went."""

    outcome: Outcome
    manual: bool


class Row(Struct, frozen=True):
    """A row that the run has just written to the log."""

    text: str
    mark: str = ""


def is_error(problem: Problem) -> bool:
    """Whether a person must act; what passes by itself is told but is no error."""
    return problem.kind not in {ErrorKind.RETRY, ErrorKind.WAIT, ErrorKind.NOTHING}


def distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each cause once, without those that nothing is to be done about."""
    return tuple(each_cause(one for one in problems if one.kind is not ErrorKind.NOTHING))
