"""When Sync Center runs by itself: the rule as a cashier understands it, whatever the clock does."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from synccenter.service.timetable import (
    RETRY,
    Due,
    Metronome,
    Mode,
    Rule,
    State,
    due,
    next_run,
    paused,
    shop_offset,
    tomorrow,
)
from tests.worlds.clock import STOCKHOLM
from tests.worlds.waiting import until


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM, fold=fold)


QUARTER = Rule(minutes=15)
EVENING = Rule(mode=Mode.TIMES, times=(clock_time(20, 30),))


def ran(moment: str) -> State:
    return State(last_run=at(moment))


def test_every_quarter() -> None:
    state = ran("2026-11-24 14:02:00")
    assert due(at("2026-11-24 14:14:59"), state, QUARTER) is None
    assert due(at("2026-11-24 14:15:00"), state, QUARTER) == Due()
    assert next_run(at("2026-11-24 14:05:00"), state, QUARTER) == at("2026-11-24 14:15:00")


def test_at_a_time_of_day_and_once() -> None:
    assert due(at("2026-11-24 20:29:59"), ran("2026-11-23 20:30:05"), EVENING) is None
    assert due(at("2026-11-24 20:30:00"), ran("2026-11-23 20:30:05"), EVENING) == Due()
    assert due(at("2026-11-24 20:45:00"), ran("2026-11-24 20:30:05"), EVENING) is None
    assert next_run(at("2026-11-24 20:45:00"), ran("2026-11-24 20:30:05"), EVENING) == at("2026-11-25 20:30:00")


def test_runs_missed_in_sleep_are_made_up_for_by_one() -> None:
    morning = at("2026-11-27 08:00:00")
    for rule in (QUARTER, EVENING):
        assert due(morning, ran("2026-11-24 14:00:00"), rule) == Due()
        assert due(morning + timedelta(seconds=30), State(last_run=morning), rule) is None


def test_only_on_the_chosen_days() -> None:
    rule = replace(QUARTER, weekdays=frozenset({0, 1, 2, 3, 4}))
    saturday = at("2026-11-28 12:00:00")
    assert due(saturday, ran("2026-11-20 12:00:00"), rule) is None
    assert next_run(saturday, ran("2026-11-27 12:00:00"), rule) == at("2026-11-30 00:00:00")
    assert due(saturday, ran("2026-11-20 12:00:00"), replace(EVENING, weekdays=rule.weekdays)) is None


def test_opening_hours_bind_the_interval_and_are_made_up_for_in_the_morning() -> None:
    rule = replace(QUARTER, opens=9 * 60, closes=18 * 60, minutes=60)
    state = ran("2026-11-24 18:00:00")
    assert due(at("2026-11-24 23:00:00"), state, rule) is None
    assert due(at("2026-11-25 09:00:00"), state, rule) == Due()
    assert next_run(at("2026-11-24 19:00:00"), state, rule) == at("2026-11-25 09:00:00")
    assert due(at("2026-11-24 18:00:00"), ran("2026-11-24 17:00:00"), rule) == Due()


def test_a_shop_open_past_midnight_belongs_to_the_day_it_opened() -> None:
    friday_night = replace(QUARTER, opens=18 * 60, closes=3 * 60, weekdays=frozenset({4}))
    state = ran("2026-11-20 18:00:00")
    assert due(at("2026-11-28 02:00:00"), state, friday_night) == Due()
    assert due(at("2026-11-28 18:30:00"), state, friday_night) is None
    assert due(at("2026-11-27 02:00:00"), state, friday_night) is None


def test_by_hand_only_means_never() -> None:
    rule = replace(QUARTER, mode=Mode.MANUAL, everything_at=clock_time(3, 30))
    state = State(z_waiting=True, failed=True)
    assert due(at("2026-11-24 12:00:00"), state, rule) is None
    assert next_run(at("2026-11-24 12:00:00"), state, rule) is None


def test_a_z_report_is_sent_at_once_also_after_closing_time() -> None:
    rule = replace(QUARTER, opens=9 * 60, closes=18 * 60, weekdays=frozenset({0}))
    state = State(last_run=at("2026-11-24 18:00:00"), z_waiting=True)
    assert due(at("2026-11-24 18:12:00"), state, rule) == Due()
    assert due(at("2026-11-24 18:12:00"), state, replace(rule, after_z=False)) is None
    tried = State(last_run=at("2026-11-24 18:12:00"), z_waiting=True, failed=True)
    assert due(at("2026-11-24 18:13:00"), tried, rule) is None
    assert due(at("2026-11-24 18:27:00"), tried, rule) == Due()


def test_everything_is_compared_once_a_night_and_counts_as_a_run() -> None:
    rule = replace(QUARTER, everything_at=clock_time(3, 30), opens=9 * 60, closes=18 * 60)
    state = State(last_run=at("2026-11-24 18:00:00"), last_everything=at("2026-11-24 03:30:01"))
    assert due(at("2026-11-25 03:29:59"), state, rule) is None
    assert due(at("2026-11-25 03:30:00"), state, rule) == Due(everything=True)
    done = State(last_run=at("2026-11-25 03:30:00"), last_everything=at("2026-11-25 03:30:00"))
    assert due(at("2026-11-25 03:31:00"), done, rule) is None
    assert due(at("2026-11-25 08:00:00"), state, rule) == Due(everything=True)  # the till was off at night
    failed = State(last_run=at("2026-11-25 08:00:00"), last_everything=state.last_everything, failed=True)
    assert due(at("2026-11-25 08:01:00"), failed, rule) is None
    assert due(at("2026-11-25 08:15:00"), failed, rule) == Due(everything=True)


def test_a_run_that_came_to_nothing_is_tried_again_soon() -> None:
    state = State(last_run=at("2026-11-24 20:30:00"), failed=True)
    assert due(at("2026-11-24 20:44:59"), state, EVENING) is None
    assert due(at("2026-11-24 20:45:00"), state, EVENING) == Due()
    assert next_run(at("2026-11-24 20:31:00"), state, EVENING) == at("2026-11-24 20:45:00")


def test_a_pause_holds_and_one_from_a_wrong_clock_does_not() -> None:
    now = at("2026-11-24 14:00:00")
    half_an_hour = State(last_run=at("2026-11-24 12:00:00"), z_waiting=True, paused_until=at("2026-11-24 14:30:00"))
    assert paused(now, half_an_hour)
    assert due(now, half_an_hour, QUARTER) is None
    assert next_run(now, half_an_hour, QUARTER) == at("2026-11-24 14:30:00")
    assert due(at("2026-11-24 14:30:00"), half_an_hour, QUARTER) == Due()
    assert due(now, State(paused_until=at("2029-01-01 00:00:00")), QUARTER) == Due()


@pytest.mark.parametrize(
    "now", ["2026-11-24 00:30:00", "2026-11-24 23:59:59", "2026-03-28 12:00:00", "2026-10-24 12:00:00"]
)
def test_until_tomorrow_ends_at_six(now: str) -> None:
    end = tomorrow(at(now), STOCKHOLM)
    assert (end.hour, end.minute, end.date()) == (6, 0, at(now).date() + timedelta(days=1))


def test_in_the_spring_night_a_skipped_time_is_run_an_hour_later() -> None:
    rule = replace(EVENING, times=(clock_time(2, 30),))
    state = ran("2026-03-28 02:30:00")
    assert due(at("2026-03-29 01:59:59"), state, rule) is None
    assert next_run(at("2026-03-29 01:00:00"), state, rule) == at("2026-03-29 03:30:00")
    assert due(at("2026-03-29 03:30:00"), state, rule) == Due()


def test_in_the_autumn_night_a_doubled_time_is_run_once() -> None:
    rule = replace(EVENING, times=(clock_time(2, 30),))
    first = at("2026-10-25 02:30:00", fold=0)
    assert due(first, ran("2026-10-24 02:30:00"), rule) == Due()
    for later in (at("2026-10-25 02:30:00", fold=1), at("2026-10-25 02:31:00", fold=1), at("2026-10-25 12:00:00")):
        assert due(later, State(last_run=first), rule) is None


def test_in_the_autumn_night_the_quarters_go_on() -> None:
    moment = at("2026-10-25 01:50:00").astimezone(UTC)
    state, runs = State(last_run=moment), 0
    for _ in range(3 * 60):
        moment += timedelta(minutes=1)
        if due(moment.astimezone(STOCKHOLM), state, QUARTER):
            runs, state = runs + 1, State(last_run=moment.astimezone(STOCKHOLM))
    assert runs == 12


@given(hours=st.integers(1, 100_000), rule=st.sampled_from([QUARTER, EVENING]))
def test_a_last_run_in_the_future_never_silences(hours: int, rule: Rule) -> None:
    now = at("2026-11-24 14:00:00")
    assert due(now, State(last_run=now + timedelta(hours=hours)), rule) == Due()


def test_a_clock_that_is_corrected_by_seconds_starts_no_second_run() -> None:
    now = at("2026-11-24 14:00:00")
    assert due(now, State(last_run=now + timedelta(seconds=20)), QUARTER) is None


RULES = st.builds(
    Rule,
    mode=st.sampled_from([Mode.INTERVAL, Mode.TIMES]),
    minutes=st.integers(1, 1440),
    times=st.lists(st.times().map(lambda moment: moment.replace(second=0, microsecond=0)), min_size=1, max_size=3).map(
        lambda times: tuple(sorted(set(times)))
    ),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(frozenset),
    opens=st.integers(0, 1439),
    closes=st.integers(1, 1440),
    after_z=st.booleans(),
    everything_at=st.none() | st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    offset=st.integers(0, 86399),
    zone=st.just(STOCKHOLM),
)
NOWS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC).astimezone(STOCKHOLM)
)
AGES = st.none() | st.integers(-600, 30 * 86400)


@given(rule=RULES, now=NOWS, age=AGES, full_age=AGES, failed=st.booleans(), pause=st.none() | st.integers(-9999, 99999))
@settings(max_examples=300, deadline=None)
def test_the_next_run_is_the_first_moment_that_is_due(
    rule: Rule, now: datetime, age: int | None, full_age: int | None, failed: bool, pause: int | None
) -> None:
    def ago(seconds: int | None) -> datetime | None:
        return None if seconds is None else (now.astimezone(UTC) - timedelta(seconds=seconds)).astimezone(STOCKHOLM)

    state = State(
        last_run=ago(age),
        last_everything=ago(full_age),
        failed=failed,
        paused_until=ago(None if pause is None else -pause),
    )
    coming = next_run(now, state, rule)
    assert coming is not None
    assert due(coming, state, rule) is not None
    if coming.astimezone(UTC) > now.astimezone(UTC):
        assert due(now, state, rule) is None
        wait = coming.astimezone(UTC) - now.astimezone(UTC)
        for part in (0.01, 0.25, 0.5, 0.75, 0.9):
            assert due(now.astimezone(UTC) + wait * part, state, rule) is None
        assert due(coming.astimezone(UTC) - timedelta(seconds=1), state, rule) is None


@given(rule=RULES, now=NOWS)
@settings(max_examples=200, deadline=None)
def test_a_run_that_was_just_made_is_never_due_again_at_once(rule: Rule, now: datetime) -> None:
    just = State(last_run=now, last_everything=now)
    assert due(now, just, rule) is None
    later = next_run(now, just, rule)
    assume(later is not None)
    assert later is not None
    assert later.astimezone(UTC) > now.astimezone(UTC)
    assert later.astimezone(UTC) - now.astimezone(UTC) <= timedelta(days=8, hours=2)


def test_ten_thousand_shops_do_not_ring_at_the_same_second() -> None:
    rules = [replace(QUARTER, offset=shop_offset(f"55{number:08d}")) for number in range(10_000)]
    seconds = [rule.offset % 900 for rule in rules]
    assert max(seconds.count(second) for second in range(900)) < 40  # 11 on average
    now = at("2026-11-24 14:00:00")
    starts = {next_run(now, State(last_run=now), rule) for rule in rules[:200]}
    assert len(starts) > 150
    assert shop_offset("556677-8899") == shop_offset("5566778899")


def test_the_rule_is_read_from_the_settings() -> None:
    values = Settings(Path(), sections({}))
    values.set("schedule.mode", "times")
    values.set("schedule.times", "20.30, 8:05")
    values.set("schedule.weekdays", "mon, sun")
    values.set("schedule.opens", "07:30")
    rule = Rule.from_settings(values.schedule, org_number="5566778899", zone=STOCKHOLM)
    assert rule == Rule(
        mode=Mode.TIMES,
        minutes=15,
        times=(clock_time(8, 5), clock_time(20, 30)),
        weekdays=frozenset({0, 6}),
        opens=450,
        closes=1440,
        after_z=True,
        everything_at=clock_time(3, 30),
        offset=shop_offset("5566778899"),
        zone=STOCKHOLM,
    )
    values.set("schedule.everything_at", "")
    assert Rule.from_settings(values.schedule, org_number="", zone=STOCKHOLM).everything_at is None


# --- The metronome -------------------------------------------------------------------------------------------


class Wall:
    """The real time, moved: the metronome beats by itself, so a clock that stands still does not serve here."""

    def __init__(self) -> None:
        self.shift = 0.0

    def __call__(self) -> float:
        return time.time() + self.shift


@pytest.mark.slow
def test_the_metronome_beats_survives_an_error_and_stops() -> None:
    beats: list[timedelta | None] = []
    errors: list[Exception] = []

    def beat(leap: timedelta | None) -> None:
        beats.append(leap)
        if len(beats) == 1:
            raise ValueError("första slaget")

    metronome = Metronome(beat, errors.append, seconds=1)
    metronome.start()
    until(lambda: len(beats) >= 3)
    metronome.stop()
    count = len(beats)
    assert [str(error) for error in errors] == ["första slaget"]
    assert not any(beats)
    time.sleep(1.2)
    assert len(beats) == count


def test_a_nudge_is_answered_at_once() -> None:
    beats: list[timedelta | None] = []
    metronome = Metronome(beats.append, lambda _: None, seconds=600)
    metronome.start()
    until(lambda: len(beats) == 1)
    metronome.nudge()
    until(lambda: len(beats) == 2)
    metronome.stop()
    assert beats == [None, None]


@pytest.mark.parametrize("shift", [-6 * 3600.0, 6 * 3600.0])
@pytest.mark.slow
def test_a_clock_that_is_moved_is_noticed_and_brings_no_silence(shift: float) -> None:
    wall, beats = Wall(), list[timedelta | None]()
    metronome = Metronome(beats.append, lambda _: None, seconds=1, wall=wall)
    metronome.start()
    until(lambda: len(beats) >= 1)
    wall.shift = shift
    until(lambda: any(beats))
    until(lambda: not beats[-1])
    metronome.stop()
    [moved] = [leap for leap in beats if leap is not None]
    assert round(moved.total_seconds()) == shift


@pytest.mark.slow
def test_schedules_own_clock_set_back_an_hour_brings_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    class Back(datetime):
        back = timedelta()

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) - cls.back

    monkeypatch.setattr("schedule.datetime.datetime", Back)
    beats: list[timedelta | None] = []
    metronome = Metronome(beats.append, lambda _: None, seconds=1)
    metronome.start()
    until(lambda: len(beats) >= 2)
    Back.back = timedelta(hours=1)
    before = len(beats)
    until(lambda: len(beats) >= before + 2, 5)
    metronome.stop()


@pytest.mark.slow
def test_idle_costs_at_most_ten_wake_ups_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[timedelta | None] = []
    metronome = Metronome(beats.append, lambda _: None, seconds=6)
    waits: list[float] = []
    real = metronome._wake.wait

    def wait(timeout: float | None = None) -> bool:
        waits.append(timeout or 0.0)
        return real(timeout)

    monkeypatch.setattr(metronome._wake, "wait", wait)
    metronome.start()
    until(lambda: len(beats) >= 2, 15)
    metronome.stop()
    assert len(waits) <= 3
    assert all(seconds > 5 for seconds in waits[:1])


def test_a_retry_is_no_closer_than_it_says() -> None:
    assert timedelta(minutes=15) == RETRY
