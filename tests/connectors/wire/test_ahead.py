"""Pages come in order however the answers come, and no more than a few are ever on their way."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.wire import ahead
from connectors.wire.limits import Limit, Pacer
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from tests.worlds.session import NoSettings
from tests.worlds.session import Surroundings as Wire


class Slow:
    """A server whose first answers are slow, and whose later ones wait until three are asked for at once."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.together = threading.Barrier(3, timeout=30)
        self.under_way = 0
        self.most = 0

    def read(self, number: int) -> int:
        with self.lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        if number < ahead.SLOW:
            time.sleep(2 * ahead.PATIENCE)
        else:
            self.together.wait()
        with self.lock:
            self.under_way -= 1
        return number


@settings(deadline=None, max_examples=25)
@given(count=st.integers(0, 12), at_once=st.integers(1, 5))
def test_pages_come_in_order(count: int, at_once: int) -> None:
    assert list(ahead.numbered(lambda number: number * 2, range(count), at_once)) == [n * 2 for n in range(count)]


def test_a_slow_server_is_asked_for_several_pages_and_no_more_than_allowed() -> None:
    server = Slow()
    assert list(ahead.numbered(server.read, range(15), 3)) == list(range(15))
    assert server.most == 3


def test_a_fast_server_is_read_in_turn_with_the_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "PATIENCE", 60.0)
    asked: list[int] = []

    def read(number: int) -> int:
        asked.append(number)
        return number

    pages = ahead.numbered(read, range(10))
    assert [next(pages), next(pages)] == [0, 1]
    assert asked == [0, 1]


@pytest.mark.parametrize("patience", [-1.0, 60.0], ids=["slow server", "fast server"])
def test_an_error_comes_where_its_page_would_have_come_and_ends_the_reading(
    monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    monkeypatch.setattr(ahead, "PATIENCE", patience)
    asked: list[int] = []

    def read(number: int) -> int:
        asked.append(number)
        if number == 2:
            raise catalogue.CANCELLED.error()
        return number

    pages = ahead.numbered(read, range(1000))
    taken = [next(pages), next(pages)]
    with pytest.raises(SyncError):
        next(pages)
    assert taken == [0, 1]
    assert max(asked) < 20
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("page")]


def test_threads_together_keep_the_limit(tmp_path: Path) -> None:
    """Twenty threads, five requests in ten seconds: in every window at most five places are given away."""
    wire = Wire(tmp_path)
    places: list[float] = []

    class Noted(Pacer):
        def pause(self, seconds: float) -> None:
            places.append(seconds)

    pacer = Noted(wire.session(NoSettings()), Limit(5, 10.0))
    threads = [threading.Thread(target=pacer.wait_for, args=("",)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    at = sorted([0.0] * (20 - len(places)) + places)
    assert len(places) == 15
    for number in range(len(at) - 5):
        assert at[number + 5] - at[number] >= 10.0
    wire.clock.later(seconds=300)
    places.clear()
    pacer.wait_for("")
    assert places == []


def test_a_clock_that_is_set_back_makes_nobody_wait_for_it(tmp_path: Path) -> None:
    wire = Wire(tmp_path)
    pacer = Pacer(wire.session(NoSettings()), Limit(2, 10.0))
    for _ in range(2):
        pacer.wait_for("")
    wire.clock.later(seconds=-3600)
    pacer.wait_for("")
    assert wire.cancel.waits == []
