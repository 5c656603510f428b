"""Rings when the till has written something, so that a changed customer goes up at once.

The till's file: the operating system wakes us when its folder is written to, and costs nothing while it is not;
that the file itself changed is seen by its size and time. A server gives no such sign: there the bell rings by itself
now and then. Whoever hears it asks the till one indexed question.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from synccenter.core.notice import Notice

LOOK_SECONDS = 30.0
"""How often we look for ourselves: at a server, and at a file whose disk tells nothing. Two wake-ups a minute; four
at a server, where whoever hears the bell wakes too."""

CALM_SECONDS = 0.25
"""The shortest time between two rings: a receipt is many writes, and a fetch of ours many more."""


class Doorbell:
    """Rings for one till. `path` is its SQLite file; None: it is on a server."""

    def __init__(self, path: Path | None, ring: Callable[[], None], *, look_seconds: float = LOOK_SECONDS) -> None:
        self.path = path
        self._ring = ring
        self._look_seconds = look_seconds
        self._stop = threading.Event()
        self._notice = Notice(path.parent if path else Path())
        self._thread = threading.Thread(target=self._listen, name="dörrklocka", daemon=True)
        self._known = self._written()

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more. Returns when the thread has ended. Once more does no harm."""
        if self._stop.is_set():
            return
        self._stop.set()
        self._notice.wake()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _listen(self) -> None:
        while not self._stop.is_set():
            self._notice.wait(self._look_seconds)
            written = self._written()
            if not self._stop.is_set() and (self.path is None or written != self._known):
                self._known = written
                self._ring()
                self._stop.wait(CALM_SECONDS)
        self._notice.close()

    def _written(self) -> tuple[tuple[int, int], ...]:
        """(size, time of change) of the file and of its log of writes."""
        found = []
        for name in (self.path, f"{self.path}-wal") if self.path else ():
            try:
                facts = os.stat(name)  # noqa: PTH116 - a name and a path
            except OSError:
                found.append((-1, 0))
            else:
                found.append((facts.st_size, facts.st_mtime_ns))
        return tuple(found)
