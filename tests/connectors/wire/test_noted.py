"""A long list is known from run to run: what has changed is asked for, and what cannot be known is read anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.wire.noted import HOLDS, Noted, NotedList
from tests.worlds.clock import Clock

ALL = {"A1": 25, "A2": 12}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def found(tmp_path: Path, clock: Clock) -> NotedList[str, int]:
    return NotedList(tmp_path / "lista.json", Noted[str, int], clock, 3)


def test_what_has_changed_is_added_to_what_was_read(found: NotedList[str, int]) -> None:
    assert found.take("butiken", None, "10:00", dict(ALL))
    assert found.take("butiken", "10:00", "10:15", {"A2": 6, "A3": 0})
    noted = found.load("butiken")
    assert noted
    assert (noted.until, noted.rows) == ("10:15", {"A1": 25, "A2": 6, "A3": 0})


def test_nothing_new_is_as_good_as_asking_and_writes_nothing(found: NotedList[str, int], tmp_path: Path) -> None:
    found.take("butiken", None, "10:00", dict(ALL))
    written = (tmp_path / "lista.json").stat().st_mtime_ns
    assert found.take("butiken", "10:00", "10:15", {})
    assert (tmp_path / "lista.json").stat().st_mtime_ns == written
    noted = found.load("butiken")
    assert noted
    assert noted.until == "10:00"


def test_what_was_asked_for_from_later_on_leaves_a_hole_and_is_not_added(found: NotedList[str, int]) -> None:
    found.take("butiken", None, "10:00", dict(ALL))
    assert not found.take("butiken", "10:15", "10:30", {"A3": 0})
    noted = found.load("butiken")
    assert noted
    assert noted.rows == ALL


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found, _clock: found.take("butiken", "10:00", None, {}),
        lambda found, _clock: found.take("butiken", None, "11:00", {f"A{one}": 25 for one in range(4)}),
        lambda _found, clock: clock.later(seconds=HOLDS + 1),
    ],
    ids=["a row could not be read", "there are more than are kept", "a day and a half has gone"],
)
def test_it_is_read_anew_when(
    found: NotedList[str, int], clock: Clock, spoil: Callable[[NotedList[str, int], Clock], object]
) -> None:
    found.take("butiken", None, "10:00", dict(ALL))
    assert found.load("butiken")
    assert not spoil(found, clock)
    assert found.load("butiken") is None


def test_another_company_has_a_list_of_its_own(found: NotedList[str, int]) -> None:
    found.take("butiken", None, "10:00", dict(ALL))
    assert found.load("grannen") is None
