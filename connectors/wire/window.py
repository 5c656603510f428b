"""The latest requests under a limit: when each went out, or will.

A vendor counts by company, not by program: the icon, a command beside it and a program that was started again at once
share one window, in a small file of the data folder. Where that file cannot be had each counts for itself.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

import filelock

from synccenter.contract.disk import create_private

_LOCK_SECONDS = 2.0


class Times(Protocol):
    """Seconds since 1970, oldest first; at most as many as the limit allows."""

    def held(self) -> AbstractContextManager[deque[float]]:
        """The times, to look at and add to; nobody else does meanwhile."""
        ...


class OwnTimes:
    """Known to this object alone."""

    def __init__(self, size: int) -> None:
        self._times: deque[float] = deque(maxlen=size)

    @contextmanager
    def held(self) -> Iterator[deque[float]]:
        """See `Times.held`."""
        yield self._times


class SharedTimes:
    """Known to every program that uses the same data folder."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self._size = size
        self._alone = OwnTimes(size)
        self._lock = filelock.FileLock(path.with_name(path.name + ".lock"), thread_local=False)

    @contextmanager
    def held(self) -> Iterator[deque[float]]:
        """See `Times.held`."""
        with self._alone.held() as own:
            if not self._locked():
                yield own
                return
            try:
                if there := self._read():
                    own.clear()
                    own.extend(there)
                yield own
                self._write(own)
            finally:
                self._lock.release()

    def _locked(self) -> bool:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=_LOCK_SECONDS)
        except (filelock.Timeout, OSError):
            return False
        return True

    def _read(self) -> list[float]:
        try:
            raw = self._path.read_bytes()
        except OSError:
            return []
        whole = raw[: len(raw) // 8 * 8]
        return [time for (time,) in struct.iter_unpack("<d", whole)][-self._size :]

    def _write(self, times: deque[float]) -> None:
        with suppress(OSError):
            create_private(self._path)
            self._path.write_bytes(struct.pack(f"<{len(times)}d", *times))
