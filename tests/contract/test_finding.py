"""Tells of `contract/finding.py`: a row of the check, and what ends one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from synccenter.contract import catalogue
from synccenter.contract.errors import Entry, SyncError
from synccenter.contract.finding import Finding, Severity, bad, good, look_at, until_refused


def _steps(entry: Entry) -> Iterator[Finding]:
    yield good("Kontoplanen går att läsa")
    raise entry.error()


def test_what_stops_a_check_is_its_last_finding() -> None:
    first, last = until_refused(_steps(catalogue.NO_CUTOVER))
    assert (first.severity, first.problem) == (Severity.GREEN, None)
    assert last.severity is Severity.RED
    assert last.problem
    assert last.problem.code == catalogue.NO_CUTOVER.code


def test_a_cancelled_check_found_nothing_wrong() -> None:
    with pytest.raises(SyncError) as told:
        list(until_refused(_steps(catalogue.CANCELLED)))
    assert told.value.problem.code == catalogue.CANCELLED.code


def test_a_finding_is_called_as_its_problem_unless_it_has_a_title() -> None:
    problem = catalogue.NO_CUTOVER.problem()
    assert look_at(problem).title == problem.title
    assert bad(problem, "Startdatum") == Finding(Severity.RED, "Startdatum", problem)
