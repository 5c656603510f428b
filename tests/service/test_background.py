"""The background service: by the timetable and by hand, one run at a time, and what it tells.

Tells of `service/lane.py`, `service/memory.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.model import Document, Register
from synccenter.core.logs import Log
from synccenter.core.masking import Masker
from synccenter.journal.ownership import holder_now
from synccenter.run.report import Outcome
from synccenter.service.background import Event, Service
from synccenter.service.memory import Memory
from synccenter.service.status import Ended, Row, Situation, Status
from synccenter.shop import Shop
from tests.worlds.books import articles, not_reached
from tests.worlds.small_shop import World


class Day:
    """A service on a world, with a clock that only the test moves."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.heard: list[Event] = []
        self.opened = 0
        self.mailed: list[Outcome] = []
        self.alarms: list[Problem] = []
        self.service = Service(self._open, self.heard.append, watch=self, beat_seconds=3600)

    def after_run(self, shop: Shop, log: Log, outcome: Outcome) -> None:
        self.mailed.append(outcome)

    def beat(self, shop: Shop, log: Log) -> list[Problem]:
        return self.alarms

    def _open(self) -> tuple[Shop, Log]:
        self.opened += 1
        shop = self.world.shop()
        folder = self.world.folder / "Loggar"
        return shop, Log(folder, folder, dict, clock=shop.clock, keep_days=90, masker=Masker())

    def situation(self) -> Situation:
        """What the icon shows now."""
        return self.service.status.situation

    @property
    def ends(self) -> list[Ended]:
        return [event for event in self.heard if isinstance(event, Ended)]

    def until(self, look: Callable[[], Any], what: str = "") -> Any:
        end = time.monotonic() + 60  # only what never comes reaches it
        while not (answer := look()):
            assert time.monotonic() < end, f"{what}: {self.service.status}"
            time.sleep(0.005)
        return answer

    def settled(self) -> None:
        """Everything that was asked for is done."""
        done = threading.Event()
        self.service.do(lambda _shop, _log: None, lambda _none: done.set(), lambda _problem: done.set())
        assert done.wait(60)

    def beat_now(self, **later: float) -> None:
        self.world.later(**later)
        self.service._beat(None)
        self.settled()


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "Åsas butik")
    made.books.registers[Register.ARTICLES] = articles(300)
    return made


@pytest.fixture
def day(world: World) -> Iterator[Day]:
    world.trade(days=1, receipts=20)
    world.sql("DELETE FROM article")  # its articles are the business system's, and none is missed
    made = Day(world)
    yield made
    assert made.service.stop()


@pytest.fixture
def by_hand(day: Day) -> Day:
    """Nothing runs by itself."""
    day.world.settings("schedule.mode=manual")
    day.service.start()
    day.until(lambda: day.service.status.company, "första titten")
    return day


def test_a_run_that_is_due_at_the_start_is_made_and_tells_when_the_next_comes(day: Day) -> None:
    day.service.start()
    day.until(lambda: day.ends, "körningen")
    status = day.service.status
    assert not day.ends[0].manual
    assert status.situation is Situation.IDLE
    assert status.last_run == day.world.clock.now
    assert status.next_run is not None
    assert timedelta() < status.next_run - day.world.clock.now <= timedelta(minutes=15)
    assert status.company
    assert status.system == "Minnessystemet"
    assert status.both_kinds


def test_nothing_runs_again_before_its_time_and_then_it_does(day: Day) -> None:
    day.service.start()
    day.until(lambda: day.ends)
    day.beat_now(seconds=30)
    assert len(day.ends) == 1
    day.beat_now(minutes=15)
    assert len(day.ends) == 2


def test_a_new_z_report_starts_a_run_at_once(by_hand: Day) -> None:
    by_hand.world.settings("schedule.mode=times", "schedule.times=23:59", "schedule.everything_at=")
    by_hand.service.reload()
    by_hand.until(lambda: by_hand.ends, "försäljningen från innan")
    before = len(by_hand.ends)
    by_hand.beat_now(minutes=16)
    assert len(by_hand.ends) == before
    by_hand.world.trade(days=1, receipts=5, seed=2)
    by_hand.beat_now(seconds=30)
    assert len(by_hand.ends) == before + 1
    by_hand.beat_now(seconds=30)
    assert len(by_hand.ends) == before + 1


def test_asking_twice_for_the_same_is_asking_once_and_never_two_at_once(by_hand: Day) -> None:
    gate, inside, most = threading.Event(), [0], [0]

    def slow(document: Document, commit: Callable[[], None]) -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        gate.wait(10)
        commit()
        inside[0] -= 1

    by_hand.world.books.faults.append(slow)
    by_hand.service.sync(everything=False)
    by_hand.until(lambda: by_hand.service.status.working and inside[0], "att den arbetar")
    for _times in range(3):
        by_hand.service.sync(everything=False)
        by_hand.service.sync(everything=True)
    assert by_hand.service.status.queued == 2
    gate.set()
    by_hand.until(lambda: len(by_hand.ends) == 3, "alla tre")
    by_hand.settled()
    assert [ended.outcome.kind for ended in by_hand.ends] == ["förändringar", "förändringar", "allt"]
    assert all(ended.manual for ended in by_hand.ends)
    assert most[0] == 1
    assert by_hand.service.status.queued == 0
    assert len(by_hand.mailed) == 3


def test_cancel_stops_after_the_posting_in_flight_and_forgets_what_waits(by_hand: Day) -> None:
    entered, gate = threading.Event(), threading.Event()

    def slow(document: Document, commit: Callable[[], None]) -> None:
        entered.set()
        gate.wait(10)
        commit()

    by_hand.world.books.faults.append(slow)
    by_hand.service.sync(everything=False)
    assert entered.wait(10)
    by_hand.service.sync(everything=True)
    by_hand.service.cancel()
    gate.set()
    by_hand.settled()
    assert [ended.outcome.result for ended in by_hand.ends] == ["cancelled"]
    assert by_hand.world.books.count() == 1
    assert by_hand.situation() is Situation.IDLE
    by_hand.service.sync(everything=False)
    by_hand.until(lambda: len(by_hand.ends) == 2)
    assert by_hand.ends[1].outcome.result == "ok"
    assert by_hand.world.books.doubled() == []


def test_a_pause_holds_back_the_timetable_but_not_a_person_and_survives_a_restart(day: Day) -> None:
    day.world.settings("schedule.mode=manual")
    day.service.start()
    day.until(lambda: day.service.status.company)
    day.service.pause(day.world.clock.now + timedelta(hours=2))
    assert day.situation() is Situation.PAUSED
    day.world.settings("schedule.mode=interval")
    day.service.reload()
    day.settled()
    assert day.ends == []
    day.service.sync(everything=False)
    day.until(lambda: day.ends)
    day.settled()

    again = Day(day.world)
    again.service.start()
    again.until(lambda: again.service.status.paused_until, "pausen efter omstart")
    again.beat_now(minutes=30)
    assert again.ends == []
    again.beat_now(hours=2)
    assert len(again.ends) == 1
    assert again.service.status.paused_until is None
    assert again.service.stop()


def test_going_on_ends_the_pause_at_once(by_hand: Day) -> None:
    by_hand.service.pause(by_hand.world.clock.now + timedelta(hours=2))
    by_hand.service.pause(None)
    by_hand.settled()
    assert by_hand.situation() is Situation.IDLE


def test_the_lease_is_kept_between_runs_and_let_go_at_the_end(day: Day) -> None:
    day.service.start()
    day.until(lambda: day.ends)
    day.settled()
    shop = day.world.shop()
    assert holder_now(shop.ledger.database, shop.company.id) == (shop.holder, True)
    day.service.stop()
    assert holder_now(shop.ledger.database, shop.company.id) == (shop.holder, False)
    shop.close()


def test_another_till_shows_as_such_and_is_no_error(by_hand: Day) -> None:
    shop = by_hand.world.shop()
    lease = shop.lease()
    lease.holder = "Kassa 2"
    lease.acquire()
    by_hand.service.sync(everything=False)
    by_hand.until(lambda: by_hand.ends)
    by_hand.settled()
    assert by_hand.situation() is Situation.OTHER_TILL
    assert by_hand.service.status.errors == ()
    lease.release()
    shop.close()
    by_hand.service.sync(everything=False)
    by_hand.until(lambda: len(by_hand.ends) == 2)
    by_hand.settled()
    assert by_hand.situation() is Situation.IDLE


def test_no_network_is_offline_not_an_error_and_is_tried_again_by_itself(day: Day) -> None:
    day.world.books.faults += [not_reached] * 50
    day.service.start()
    day.until(lambda: day.ends)
    day.settled()
    assert day.situation() is Situation.OFFLINE
    day.world.books.faults.clear()
    day.beat_now(minutes=16)
    assert day.situation() is Situation.IDLE
    assert day.world.books.doubled() == []


def test_what_is_stopped_is_an_error_until_it_is_booked_also_after_a_restart(by_hand: Day) -> None:
    by_hand.world.books.refuse = lambda _document: catalogue.NO_SALES_ACCOUNT.problem(
        group="Bröd", rate=12, date="2026-11-02"
    )
    by_hand.service.sync(everything=False)
    by_hand.until(lambda: by_hand.ends)
    by_hand.settled()
    assert by_hand.situation() is Situation.ERROR
    assert by_hand.service.status.parked
    again = Day(by_hand.world)
    again.service.start()
    again.until(lambda: again.service.status.situation is Situation.ERROR, "felet efter omstart")
    by_hand.world.books.refuse = lambda _document: None
    again.service.sync(everything=False)
    again.until(lambda: again.ends)
    again.settled()
    assert again.situation() is Situation.IDLE
    assert again.service.stop()


def test_an_alarm_of_the_watch_is_an_error(by_hand: Day) -> None:
    by_hand.alarms.append(catalogue.NOTHING_FOR_LONG.problem(last="aldrig"))
    by_hand.beat_now(seconds=30)
    assert by_hand.situation() is Situation.ERROR


def test_a_till_that_cannot_be_read_is_told_in_status_and_log_once_and_heals_by_itself(by_hand: Day) -> None:
    away = by_hand.world.till.with_name("borta.sqlite")
    by_hand.world.settings(f"general.till_database={away}")
    by_hand.service.reload()
    by_hand.beat_now(seconds=30)
    by_hand.beat_now(seconds=30)
    assert by_hand.situation() is Situation.ERROR
    log = by_hand.service.log_path()
    assert log is not None
    assert log.read_text(encoding="utf-8-sig").count("FEL!") == 1
    by_hand.world.settings("general.till_database=")
    by_hand.service.reload()
    by_hand.beat_now(seconds=30)
    assert by_hand.situation() is Situation.IDLE


def test_settings_that_another_program_held_are_used_when_it_lets_go(
    by_hand: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synccenter.contract.disk.time.sleep", lambda _seconds: None)
    read, held = Path.read_bytes, by_hand.world.folder / "settings.toml"

    def refuse(path: Path) -> bytes:
        if path == held:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    by_hand.service.reload()
    by_hand.beat_now(seconds=30)
    assert [problem.code for problem in by_hand.service.status.problems] == ["D38"]
    monkeypatch.setattr(Path, "read_bytes", read)
    by_hand.beat_now(seconds=30)
    by_hand.until(lambda: not by_hand.service.status.problems, "inställningarna")


def test_a_full_disk_that_the_run_told_of_is_not_told_again_when_the_run_is_remembered(
    by_hand: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise catalogue.DISK_FULL.error(item="kassa.sqlite.ledger.sqlite")

    by_hand.world.books.refuse = lambda _document: catalogue.DISK_FULL.problem()
    monkeypatch.setattr(Memory, "after_run", full)
    by_hand.service.sync(everything=False)
    by_hand.until(lambda: by_hand.ends)
    assert by_hand.situation() is Situation.ERROR
    log = by_hand.service.log_path()
    assert log is not None
    assert log.read_text(encoding="utf-8-sig").count("FEL!") == 1


def test_before_anybody_has_been_through_the_settings_nothing_runs_and_nothing_is_made(tmp_path: Path) -> None:
    world = World(tmp_path / "ny")
    for path in world.folder.glob("settings*"):
        path.unlink()
    day = Day(world)
    day.service.start()
    day.until(lambda: not day.service.status.ready, "ingen inställning")
    assert day.ends == []
    assert day.situation() is Situation.PAUSED
    assert not list(world.folder.glob("*.sqlite*"))
    assert day.service.stop()


@pytest.mark.parametrize("leap", [timedelta(days=1), timedelta(days=31), timedelta(hours=-1)])
def test_a_clock_that_is_moved_while_it_runs_is_told_takes_no_log_and_sends_nothing_twice(
    day: Day, leap: timedelta
) -> None:
    old = day.world.folder / "Loggar" / f"JobOffice Sync Center {day.world.clock().date() - timedelta(days=90)}.log"
    old.parent.mkdir(parents=True, exist_ok=True)
    old.write_text("rad", encoding="utf-8")
    day.service.start()
    day.until(lambda: day.ends, "första körningen")
    there = day.world.books.count()
    assert there
    day.world.clock.now += leap
    day.service._beat(leap)
    day.settled()
    runs = len(day.ends)
    day.beat_now(hours=1)
    assert len(day.ends) > runs
    assert "[P13]" in "".join(path.read_text("utf-8-sig") for path in old.parent.glob("*.log"))
    assert old.exists()
    assert (day.world.books.count(), day.world.books.doubled()) == (there, [])


def test_progress_and_rows_are_told_and_the_working_status_ends(by_hand: Day) -> None:
    by_hand.service.sync(everything=True)
    by_hand.until(lambda: by_hand.ends)
    by_hand.settled()
    assert any(isinstance(event, Row) and "300" in event.text for event in by_hand.heard)
    working = [event for event in by_hand.heard if isinstance(event, Status) and event.working]
    assert working
    assert any(status.progress for status in working)
    assert by_hand.service.status.working == ""


def test_status_is_told_only_when_it_changed(by_hand: Day) -> None:
    by_hand.beat_now(seconds=30)
    told = len(by_hand.heard)
    for _times in range(3):
        by_hand.beat_now(seconds=30)
    assert len(by_hand.heard) == told


def test_a_run_started_by_hand_while_it_leaves_is_not_begun(by_hand: Day) -> None:
    assert by_hand.service.stop()
    by_hand.service.sync(everything=False)
    assert by_hand.ends == []
