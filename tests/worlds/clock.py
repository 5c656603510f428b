"""The one fake clock: it stands still until the test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class Clock:
    """Aware time, told in `zone`. Called, it is the clock that the program is handed; `seconds` is its stopwatch.

    `start` is an aware time, or a text in the shop's zone. `step` is how far it goes each time it is looked at.
    """

    def __init__(self, start: datetime | str = "2026-11-24 14:30:05", *, zone: tzinfo | None = None) -> None:
        self.now = datetime.fromisoformat(start).replace(tzinfo=STOCKHOLM) if isinstance(start, str) else start
        self.zone = zone or self.now.tzinfo
        self.step = timedelta()
        self._start = self.now

    def __call__(self) -> datetime:
        self._move(self.step)
        return self.now.astimezone(self.zone)

    def later(self, **span: float) -> None:
        """Move by real (not wall clock) time: `hours=1`, `seconds=-5`."""
        self._move(timedelta(**span))

    def seconds(self) -> float:
        """Since the test began, as a monotonic clock tells it."""
        return (self.now - self._start).total_seconds()

    def _move(self, span: timedelta) -> None:
        """By way of UTC: in the hour that comes twice, the time of day does not say which of the two it is."""
        self.now = (self.now.astimezone(UTC) + span).astimezone(self.zone)
