"""One who hears, and fails, never stops the others: the run is made, its place is kept, and the icon comes to rest.

Tells of `service/background.py`, `cli/running.py`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from synccenter.core.logs import Log
from synccenter.service.background import Service
from synccenter.service.status import Ended, Row, Status
from tests.service.test_background import Day, by_hand, day, world

__all__ = ["by_hand", "day", "world"]


def full(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def odd(*_: object, **__: object) -> Any:
    raise RuntimeError("en lyssnare som inte orkar")


def debugged(day: Day) -> str:
    day.settled()
    folder = day.world.folder / "Loggar"
    return "".join(path.read_text("utf-8-sig") for path in folder.glob("*Debug*"))


def sync(day: Day) -> None:
    day.service.sync(everything=False)
    day.settled()


@pytest.mark.parametrize("what", [Status, Row, Ended])
def test_a_window_that_fails_stops_no_run(by_hand: Day, what: type) -> None:
    heard = by_hand.service._tell

    def tell(event: Any) -> None:
        if isinstance(event, what):
            odd()
        heard(event)

    by_hand.service._tell = tell
    sync(by_hand)
    assert by_hand.world.books.vouchers
    assert not by_hand.service.status.working
    assert not by_hand.service.status.errors
    assert [outcome.result for outcome in by_hand.mailed] == ["ok"]
    assert "en lyssnare som inte orkar" in debugged(by_hand)


@pytest.mark.parametrize("fails", [full, odd])
def test_mail_that_fails_stops_neither_the_end_of_the_run_nor_the_next(by_hand: Day, fails: Callable[..., Any]) -> None:
    by_hand.after_run = fails  # type: ignore[method-assign]
    sync(by_hand)
    assert len(by_hand.ends) == 1, "the icon hears that it is over"
    assert not by_hand.service.status.working
    assert by_hand.service._lease is not None, "and the lease is kept"
    assert by_hand.service.status.errors, "what failed is said"
    sync(by_hand)
    assert len(by_hand.ends) == 2


@pytest.mark.parametrize("fails", [full, odd])
def test_a_watch_that_fails_hides_nothing_of_how_things_stand(by_hand: Day, fails: Callable[..., Any]) -> None:
    sync(by_hand)
    by_hand.beat = fails  # type: ignore[method-assign]
    by_hand.beat_now(minutes=1)
    status = by_hand.service.status
    assert status.company
    assert status.last_good is not None
    assert status.errors, "what failed is said"


def test_a_log_that_fails_stops_no_run(by_hand: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("row", "warning", "error"):
        monkeypatch.setattr(Log, name, odd)
    sync(by_hand)
    assert by_hand.world.books.vouchers
    assert len(by_hand.ends) == 1
    assert by_hand.ends[0].outcome.result == "ok"
    assert not by_hand.service.status.working


def test_a_leap_of_the_clock_that_cannot_be_told_does_not_stop_the_look(by_hand: Day) -> None:
    by_hand.service.on_leap = odd
    by_hand.service._beat(timedelta(hours=2))
    by_hand.settled()
    assert not by_hand.service._beating
    assert "en lyssnare som inte orkar" in debugged(by_hand)


def test_a_service_without_anybody_to_mail_is_whole(day: Day) -> None:
    day.service = Service(day._open, day.heard.append, beat_seconds=3600)
    day.world.settings("schedule.mode=manual")
    day.service.start()
    sync(day)
    assert len(day.ends) == 1
