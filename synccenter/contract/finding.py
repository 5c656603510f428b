"""What *Kontrollera inställningar* finds: a row for each thing that was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import DocumentKind


class Severity(Enum):
    """How bad a finding is. RED stops the first sync."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Finding(Struct, frozen=True):
    """A row of *Kontrollera inställningar*: what was looked at, and what is wrong when not green.

    `only_for`: what is wrong hinders nothing but documents of this kind. The program makes it red where the shop has
    chosen to send its sales so, and yellow elsewhere; a connector does not know what was chosen.
    """

    severity: Severity
    title: str
    problem: Problem | None = None
    only_for: DocumentKind | None = None


def good(title: str) -> Finding:
    """A step that found nothing wrong."""
    return Finding(Severity.GREEN, title)


def look_at(problem: Problem, title: str = "") -> Finding:
    """Worth a look; stops nothing."""
    return Finding(Severity.YELLOW, title or problem.title, problem)


def bad(problem: Problem, title: str = "") -> Finding:
    """Must be put right before the first sync."""
    return Finding(Severity.RED, title or problem.title, problem)


def until_refused(steps: Iterable[Finding]) -> Iterator[Finding]:
    """What the steps find, and what stopped them; that a person has cancelled them is no finding."""
    try:
        yield from steps
    except SyncError as error:
        if error.problem.code == catalogue.CANCELLED.code:
            raise
        yield bad(error.problem)
