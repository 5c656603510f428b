"""Rate limits: obeyed before they are hit, and the waits that servers ask for.

Time comes in from outside (`Session.clock`) and waiting is done by `Session.cancel`, so that a person's
*Avbryt* ends a wait and tests need not wait at all.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from connectors.wire.window import OwnTimes, SharedTimes, Times
from synccenter.contract import catalogue
from synccenter.contract.connector import Session

_MARGIN = 0.1
"""Seconds: requests do not all take the same time to arrive."""

_SOON = 0.01
"""Seconds: an answer that comes as quickly has told nothing new."""

_FAR = 20
"""So many windows ahead may a place be taken at most: by many threads that wait for theirs."""


class Limit(Struct, frozen=True):
    """At most `requests` in any `seconds`. Declare a little less than the vendor says: clocks differ.

    `shared`: the name under which all programs of the data folder count together, "" when each counts for itself.
    """

    requests: int
    seconds: float
    shared: str = ""


class Pacer:
    """Keeps each key under its limit (a sliding window) and holds it back after a server asked to wait.

    For many threads: each takes its place in the window before it waits for it.
    """

    def __init__(self, session: Session[Struct], limit: Limit | None) -> None:
        self._session = session
        self._limit = limit
        self._times: dict[str, Times] = {}
        self._holds: dict[str, tuple[float, float]] = {}
        self._latest = 0.0
        self._lock = threading.Lock()

    def wait_for(self, key: str) -> float:
        """Return when a request with this key may go out: the place that it has taken. Raises S06 when cancelled."""
        with self._lock:
            now = self._now()
            if now < self._latest - _MARGIN:  # the clock was set back: what was noted by it says nothing
                self._times.clear()
            self._latest = now
            at = self._place(key, now)
        if at > now:
            self.pause(at - now)
        return at

    def answered(self, key: str, at: float) -> None:
        """The request that took this place has its answer, or none will come: it arrived there by now at the latest.

        A line that had to be opened first, or a busy computer, makes it arrive later than it was meant to; what follows
        must be counted from then on.
        """
        with self._lock:
            now = self._now()
            if self._limit is None or now - at < _SOON:
                return
            with self._window(key, self._limit).held() as times:
                if at in times and now <= at + _FAR * self._limit.seconds:
                    times.remove(at)
                    later = sorted([*times, now])
                    times.clear()
                    times.extend(later)

    def _place(self, key: str, now: float) -> float:
        """When the next request may go out; from then on the place is taken."""
        at = now + self._held(key, now)
        if self._limit is None:
            return at
        with self._window(key, self._limit).held() as times:
            for time in [one for one in times if not 0 <= one <= now + _FAR * self._limit.seconds]:
                times.remove(time)  # by a clock that has been set back since, or no time at all
            if len(times) == self._limit.requests:
                at = max(at, times[0] + self._limit.seconds + _MARGIN)
            times.append(at)
        return at

    def _window(self, key: str, limit: Limit) -> Times:
        if key not in self._times:
            name = f"{limit.shared}{'-' + hashlib.blake2b(key.encode(), digest_size=4).hexdigest() if key else ''}.pace"
            path = self._session.folder / name
            self._times[key] = SharedTimes(path, limit.requests) if limit.shared else OwnTimes(limit.requests)
        return self._times[key]

    def _held(self, key: str, now: float) -> float:
        """Seconds left of what a server asked for."""
        since, seconds = self._holds.get(key, (now, 0.0))
        if now < since:  # the clock was set back: count anew
            since = now
            self._holds[key] = (since, seconds)
        return max(0.0, since + seconds - now)

    def hold(self, key: str, seconds: float) -> None:
        """A server asked for `seconds` of silence."""
        with self._lock:
            self._holds[key] = (self._now(), seconds)

    def pause(self, seconds: float) -> None:
        """Wait. Raises S06 when cancelled meanwhile."""
        if self._session.cancel.wait(seconds):
            raise catalogue.CANCELLED.error()

    def _now(self) -> float:
        return self._session.clock().timestamp()


def retry_after(headers: Mapping[str, str], now: Callable[[], datetime], name: str = "Retry-After") -> float | None:
    """Seconds to wait by the Retry-After header (RFC 9110, 10.2.3), or the vendor's own: a number or an HTTP date.

    A date counts from the server's own Date header when there is one: our clock may be wrong.
    """
    value = headers.get(name, "").strip()
    if value.isdigit():
        return float(value[:6])
    at = http_date(value)
    if at is None:
        return None
    return max(0.0, (at - (http_date(headers.get("Date", "")) or now())).total_seconds())


def http_date(value: str) -> datetime | None:
    """An HTTP date, aware, or None when it is none."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - 10 ms: only when a server names a time

    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError, IndexError):  # what hostile dates have brought out of it
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
