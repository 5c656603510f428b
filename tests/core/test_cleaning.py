"""A clock that leaps removes no logs."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from synccenter.core.cleaning import FILE, TRIED_DAYS, clean
from tests.worlds.clock import Clock
from tests.worlds.logs import make_log


class Office:
    """Logs of every day of a year, and the program started day by day."""

    def __init__(self, folder: Path) -> None:
        self.data, self.logs = folder / "data", folder / "data" / "Loggar"
        self.logs.mkdir(parents=True)
        for back in range(60):
            day = date(2026, 11, 24) - timedelta(days=back)
            (self.logs / f"JobOffice Sync Center {day}.log").write_text("rad")

    def start(self, day: date) -> int:
        """The program starts; how many of the first logs are left."""
        log = make_log(self.logs, Clock(f"{day} 08:00:00"))
        clean(self.data, log, day)
        log.close()
        first = date(2026, 11, 24) - timedelta(days=59)
        return sum((self.logs / f"JobOffice Sync Center {first + timedelta(days=n)}.log").exists() for n in range(60))

    def told(self) -> int:
        return sum("[P13]" in path.read_text("utf-8-sig") for path in self.logs.glob("*.log"))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


TODAY = date(2026, 11, 25)


@pytest.mark.parametrize("wrong", [date(2035, 1, 1), date(2027, 11, 25), date(2099, 12, 31)])
def test_a_leap_into_the_future_removes_nothing_and_is_told_once(office: Office, wrong: date) -> None:
    assert office.start(TODAY) == 60
    assert office.start(wrong) == 60
    assert office.start(wrong) == 60
    assert office.start(wrong + timedelta(days=1)) == 60
    assert office.told() == 2  # once for each such day
    assert office.start(TODAY + timedelta(days=1)) == 60


@pytest.mark.parametrize("days", [6, 30, 31])
def test_a_leap_of_a_week_or_a_month_removes_nothing_either(office: Office, days: int) -> None:
    """A month ahead and back took a month's logs. Nobody is told: a shop on holiday looks the same."""
    office.start(TODAY + timedelta(days=40))
    left = office.start(TODAY + timedelta(days=41))
    assert left < 60
    wrong = TODAY + timedelta(days=41 + days)
    assert office.start(wrong) == left
    assert office.told() == 0
    assert office.start(wrong + timedelta(days=1)) == left
    assert office.start(TODAY + timedelta(days=42)) == left - 1


@pytest.mark.parametrize("closed", [1, 3, 5])
def test_a_weekend_or_easter_is_no_leap(office: Office, closed: int) -> None:
    for n in range(1, 59, closed):
        left = office.start(TODAY + timedelta(days=n))
    assert left < 60 - 59 + 31 + closed


def test_a_leap_back_and_forth_removes_nothing(office: Office) -> None:
    office.start(TODAY)
    assert office.start(date(2000, 1, 1)) == 60
    assert office.start(date(2000, 1, 1)) == 60
    assert office.told() == 1
    assert office.start(TODAY) == 60
    assert office.start(TODAY - timedelta(days=1)) == 60
    assert office.told() == 1, "what was logged meanwhile can be read, and nothing is told again"
    for n in range(1, TRIED_DAYS + 1):
        office.start(TODAY + timedelta(days=n))
    assert office.told() == 0


def test_a_clock_that_was_ahead_for_long_is_told_when_it_is_put_right_and_then_believed(
    office: Office,
) -> None:
    for n in range(TRIED_DAYS + 1):
        office.start(date(2030, 1, 1) + timedelta(days=n))
    told = office.told()
    for n in range(TRIED_DAYS + 2):
        office.start(TODAY + timedelta(days=n))
    assert office.told() == told + TRIED_DAYS
    assert office.start(TODAY + timedelta(days=40)) < 60


def test_after_a_long_closure_old_logs_go_when_the_clock_has_gone_right_for_a_while(office: Office) -> None:
    office.start(TODAY)
    again = TODAY + timedelta(days=200)
    left = [office.start(again + timedelta(days=n)) for n in range(TRIED_DAYS + 2)]
    assert left[TRIED_DAYS - 1] == 60
    assert left[-1] == 0


def test_day_by_day_they_go_as_they_grow_old(office: Office) -> None:
    for n in range(60):
        left = office.start(TODAY + timedelta(days=n))
    assert left == 31
    assert office.told() == 0


def test_a_note_that_cannot_be_read_is_written_anew(office: Office) -> None:
    (office.data / FILE).write_text("{")
    assert office.start(TODAY) == 60
    assert office.start(date(2035, 1, 1)) == 60
