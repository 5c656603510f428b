"""When to run. `due` decides, purely, from a persisted last run; the library `schedule` is only the metronome.

All arithmetic is done in UTC: Python compares two times of the same zone by their wall clock, which is wrong in
the hour that comes twice. Runs at even intervals lie on a grid in UTC; runs at times of day on the shop's clock.
A time that summer time skips is run an hour later, one that comes twice is run once.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as clock_time
from enum import Enum
from zoneinfo import ZoneInfo

import schedule
from msgspec import Struct

from synccenter.core.sections import Schedule

RETRY = timedelta(minutes=15)
"""How soon a run that failed as a whole is tried again, whatever the rule says."""

FUTURE = timedelta(minutes=2)
"""A last run that lies further ahead than this was written by a clock that went wrong, and is not believed."""

LONGEST_PAUSE = timedelta(hours=48)

SPREAD_TIMES = 240
SPREAD_EVERYTHING = 1800
"""Seconds over which shops with the same time of day are spread out."""

LEAP = 15.0
"""Seconds that the two clocks may go apart, or a beat be late, before it counts as sleep or a moved clock."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Mode(Enum):
    """How runs are planned."""

    INTERVAL = "interval"
    TIMES = "times"
    MANUAL = "manual"


class Rule(Struct, frozen=True, kw_only=True):
    """The section `schedule`, understood. `opens` and `closes` are minutes of the day and bind intervals only.

    `offset` (seconds) is the shop's own: the same every day, different from other shops'.
    """

    mode: Mode = Mode.INTERVAL
    minutes: int = 15
    times: tuple[clock_time, ...] = ()
    weekdays: frozenset[int] = frozenset(range(7))
    opens: int = 0
    closes: int = 1440
    after_z: bool = True
    everything_at: clock_time | None = None
    offset: int = 0
    zone: tzinfo = ZoneInfo("Europe/Stockholm")

    @classmethod
    def from_settings(cls, section: Schedule, *, org_number: str, zone: tzinfo) -> Rule:
        """From the section `schedule`. The organisation number decides the shop's offset."""
        return cls(
            mode=Mode(section.mode),
            minutes=section.minutes,
            times=tuple(sorted(clock_time.fromisoformat(text) for text in set(section.times))),
            weekdays=frozenset(DAYS.index(day) for day in section.weekdays),
            opens=_minute(section.opens or "00:00"),
            closes=_minute(section.closes or "24:00"),
            after_z=section.after_z,
            everything_at=clock_time.fromisoformat(section.everything_at) if section.everything_at else None,
            offset=shop_offset(org_number),
            zone=zone,
        )


class State(Struct, frozen=True, kw_only=True):
    """What is remembered between starts. Times are aware; None: never.

    `last_run`: when the last run started, of whatever kind, by hand or not. `last_everything`: the last full
    compare. `failed`: that the last run came to nothing (no network, the till's database away). `z_waiting`:
    that a Z report newer than the last run lies in the till. `paused_until`: as chosen in the menu.
    """

    last_run: datetime | None = None
    last_everything: datetime | None = None
    failed: bool = False
    z_waiting: bool = False
    paused_until: datetime | None = None


class Due(Struct, frozen=True):
    """That a run should start now; `everything`: the daily full compare."""

    everything: bool = False


def due(now: datetime, state: State, rule: Rule) -> Due | None:
    """Whether a run should start now. However many runs were missed, one makes up for them."""
    now = now.astimezone(UTC)
    if rule.mode is Mode.MANUAL or paused(now, state):
        return None
    last = _believed(now, state.last_run)
    today = _is_workday(now, rule)
    if today and _everything_due(now, state, rule):
        return Due(everything=True)
    if rule.after_z and state.z_waiting and (last is None or not state.failed or now - last >= RETRY):
        return Due()
    if today and _planned(now, last, rule):
        return Due()
    if today and state.failed and last is not None and now - last >= RETRY and _is_open(now, rule):
        return Due()
    return None


def next_run(now: datetime, state: State, rule: Rule) -> datetime | None:
    """When the next run starts by itself, in the shop's zone: `now` when one is due, None when never."""
    now = now.astimezone(UTC)
    moments = sorted({moment for moment in _moments(now, state, rule) if moment >= now})
    return next((moment.astimezone(rule.zone) for moment in moments if due(moment, state, rule)), None)


def paused(now: datetime, state: State) -> bool:
    """Whether a person's pause holds. One of more than two days comes from a clock that was wrong."""
    until = state.paused_until
    return until is not None and timedelta() < until.astimezone(UTC) - now.astimezone(UTC) <= LONGEST_PAUSE


def tomorrow(now: datetime, zone: tzinfo) -> datetime:
    """The end of the pause *till i morgon*: six in the morning."""
    return _at(now.astimezone(zone).date() + timedelta(days=1), clock_time(6), zone).astimezone(zone)


def shop_offset(org_number: str) -> int:
    """A stable number of seconds within a day for a company, so that shops do not all call at the same second."""
    digits = "".join(character for character in org_number if character.isalnum())
    return int.from_bytes(hashlib.sha256(digits.encode()).digest()[:4]) % 86400


def _believed(now: datetime, last: datetime | None) -> datetime | None:
    """A persisted time, unless the clock was wrong when it was written."""
    if last is None or last.astimezone(UTC) > now + FUTURE:
        return None
    return min(last.astimezone(UTC), now)


def _planned(now: datetime, last: datetime | None, rule: Rule) -> bool:
    if rule.mode is Mode.TIMES:
        slot = _latest(now, rule.times, rule, rule.offset % SPREAD_TIMES)
        return slot is not None and (last is None or last < slot)
    return _is_open(now, rule) and (last is None or _slot(last, rule) < _slot(now, rule))


def _everything_due(now: datetime, state: State, rule: Rule) -> bool:
    if rule.everything_at is None:
        return False
    last = _believed(now, state.last_everything)
    ran = _believed(now, state.last_run)
    if state.failed and ran is not None and now - ran < RETRY:
        return False
    slot = _latest(now, (rule.everything_at,), rule, rule.offset % SPREAD_EVERYTHING)
    return slot is not None and (last is None or last < slot)


def _slot(moment: datetime, rule: Rule) -> int:
    """The number of the interval that a moment lies in."""
    return int(moment.timestamp() - rule.offset) // (rule.minutes * 60)


def _latest(now: datetime, times: tuple[clock_time, ...], rule: Rule, spread: int) -> datetime | None:
    """The latest planned time that has come, on a workday of the past week."""
    today = now.astimezone(rule.zone).date()
    for back in range(-1, 8):
        day = today - timedelta(days=back)
        if day.weekday() in rule.weekdays:
            for at in reversed(times):
                slot = _at(day, at, rule.zone) + timedelta(seconds=spread)
                if slot <= now:
                    return slot
    return None


def _at(day: date, at: clock_time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _is_workday(now: datetime, rule: Rule) -> bool:
    """A shop that is open past midnight is still in the day it opened."""
    local = now.astimezone(rule.zone)
    past_midnight = rule.mode is Mode.INTERVAL and rule.closes < rule.opens
    night = past_midnight and local.hour * 60 + local.minute <= rule.closes
    return (local.date() - timedelta(days=night)).weekday() in rule.weekdays


def _is_open(now: datetime, rule: Rule) -> bool:
    """Opening hours bind intervals only, the closing minute included."""
    if rule.mode is not Mode.INTERVAL or _open_minutes(rule) == 1440:
        return True
    local = now.astimezone(rule.zone)
    since = (local.hour * 3600 + local.minute * 60 + local.second - rule.opens * 60) % 86400
    return _opening_spread(rule) <= since < (_open_minutes(rule) + 1) * 60


def _open_minutes(rule: Rule) -> int:
    return (rule.closes - rule.opens) % 1440 or 1440


def _opening_spread(rule: Rule) -> int:
    """Seconds after opening, so that not all shops start at the stroke of nine."""
    return rule.offset % max(1, min(rule.minutes, 15, _open_minutes(rule) // 2) * 60)


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _moments(now: datetime, state: State, rule: Rule) -> Iterator[datetime]:
    """Every moment of the coming week at which the answer of `due` may turn."""
    yield now
    starts = [now]
    if state.paused_until is not None:
        starts.append(state.paused_until.astimezone(UTC))
    if state.last_run is not None:
        starts.append(state.last_run.astimezone(UTC) + RETRY)
    today = now.astimezone(rule.zone).date()
    for day in (today + timedelta(days=ahead) for ahead in range(9)):
        midnight = _at(day, clock_time(), rule.zone)
        opening = _at(day, clock_time(rule.opens // 60 % 24, rule.opens % 60), rule.zone)
        closing = _at(day, clock_time(rule.closes // 60 % 24, rule.closes % 60), rule.zone)
        starts += [midnight, opening + timedelta(seconds=_opening_spread(rule)), closing + timedelta(minutes=1)]
        for at in rule.times:
            yield _at(day, at, rule.zone) + timedelta(seconds=rule.offset % SPREAD_TIMES)
        if rule.everything_at is not None:
            yield _at(day, rule.everything_at, rule.zone) + timedelta(seconds=rule.offset % SPREAD_EVERYTHING)
    for start in starts:
        yield start
        yield datetime.fromtimestamp((_slot(start, rule) + 1) * rule.minutes * 60 + rule.offset, UTC)


class Metronome:
    """Calls back every `seconds`, in a thread of its own, and notices sleep and a clock that was moved.

    `beat(leap)` hears how far the clock was moved since the last beat, nothing when the computer slept (on Linux sleep
    looks as a clock that was moved), None when neither. What it raises goes to `failed`; the beats go on. The wait is
    by the monotonic clock and never longer than `seconds`, so a clock set back brings no silence.
    """

    def __init__(
        self,
        beat: Callable[[timedelta | None], None],
        failed: Callable[[Exception], None],
        *,
        seconds: int = 30,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._beat = beat
        self._failed = failed
        self._seconds = seconds
        self._wall = wall
        self._monotonic = monotonic
        self._seen = (wall(), monotonic())
        self._scheduler = schedule.Scheduler()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="metronom", daemon=True)

    def start(self) -> None:
        """Begin; the first beat comes at once."""
        self._thread.start()

    def nudge(self) -> None:
        """Beat now: settings were changed, or a pause ended."""
        self._wake.set()

    def stop(self, timeout: float = 5.0) -> None:
        """Stop, and wait for a beat that is being made."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self) -> None:
        self._beat_now()
        while not self._stop.is_set():
            idle = self._scheduler.idle_seconds or 0.0
            woken = self._wake.wait(min(max(idle, 0.0), self._seconds))
            self._wake.clear()
            if self._stop.is_set():
                return
            if woken or self._monotonic() - self._seen[1] >= self._seconds:
                self._beat_now()
            else:
                self._scheduler.run_pending()

    def _beat_now(self) -> None:
        """Beat, and plan anew: `schedule` plans by the naive wall clock and would fall silent when that is set back."""
        self._scheduler.clear()
        self._scheduler.every(self._seconds).seconds.do(self._once)
        self._scheduler.run_all()

    def _once(self) -> None:
        wall, monotonic = self._wall() - self._seen[0], self._monotonic() - self._seen[1]
        moved = wall - monotonic if abs(wall - monotonic) > LEAP else 0.0
        leap = timedelta(seconds=moved) if moved or monotonic > self._seconds + LEAP else None
        start = (self._wall(), self._monotonic())
        try:
            self._beat(leap)
        except Exception as error:  # noqa: BLE001 - the border of the thread: a beat that fails must not be the last
            self._failed(error)
        now = self._monotonic()
        self._seen = (start[0] + now - start[1], now)  # a long beat is no leap; a clock moved meanwhile is one
