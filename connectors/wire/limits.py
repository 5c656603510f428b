"""Rate limits: obeyed before they are hit, and the waits that servers ask for.

Time comes in from outside (`Session.clock`) and waiting is done by `Session.cancel`, so that a person's
*Avbryt* ends a wait and tests need not wait at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from msgspec import Struct

from synccenter.core import catalogue
from synccenter.core.connector import Session

_MARGIN = 0.1
"""Seconds: requests do not all take the same time to arrive."""


class Limit(Struct, frozen=True):
    """At most `requests` in any `seconds`. Declare a little less than the vendor says: clocks differ."""

    requests: int
    seconds: float


class Pacer:
    """Keeps each key under its limit (a sliding window) and holds it back after a server asked to wait."""

    def __init__(self, session: Session, limit: Limit | None) -> None:
        self._session = session
        self._limit = limit
        self._times: dict[str, deque[float]] = {}
        self._holds: dict[str, tuple[float, float]] = {}

    def wait_for(self, key: str) -> None:
        """Return when a request with this key may go out. Raises S06 when cancelled."""
        since, seconds = self._holds.pop(key, (0.0, 0.0))
        passed = max(0.0, self._now() - since)
        if seconds > passed:
            self.pause(seconds - passed)
        if self._limit is None:
            return
        times = self._times.setdefault(key, deque(maxlen=self._limit.requests))
        if len(times) == self._limit.requests:
            age = self._now() - times.popleft()
            window = self._limit.seconds + _MARGIN
            if 0 <= age < window:  # a negative age: the clock was set back, so it says nothing
                self.pause(window - age)
        times.append(self._now())

    def hold(self, key: str, seconds: float) -> None:
        """A server asked for `seconds` of silence."""
        self._holds[key] = (self._now(), seconds)

    def pause(self, seconds: float) -> None:
        """Wait. Raises S06 when cancelled meanwhile."""
        if self._session.cancel.wait(seconds):
            raise catalogue.CANCELLED.error()

    def _now(self) -> float:
        return self._session.clock().timestamp()


def retry_after(headers: Mapping[str, str], now: Callable[[], datetime]) -> float | None:
    """Seconds to wait by the Retry-After header (RFC 9110, 10.2.3): a number or an HTTP date.

    A date counts from the server's own Date header when there is one: our clock may be wrong.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value[:6])
    at = http_date(value)
    if at is None:
        return None
    return max(0.0, (at - (http_date(headers.get("Date", "")) or now())).total_seconds())


def http_date(value: str) -> datetime | None:
    """An HTTP date, aware, or None when it is none."""
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
