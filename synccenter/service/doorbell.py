"""Rings when the till has written something, so that a changed customer goes up at once.

The till's file: the operating system wakes us when its folder is written to, and costs nothing while it is not;
that the file itself changed is seen by its size and time. A server gives no such sign: there the bell rings by itself
now and then. Whoever hears it asks the till one indexed question.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from synccenter.core.notice import Notice

SERVER_SECONDS, FILE_SECONDS = 30.0, 60.0
"""How often the bell rings by itself: for a server, and for a disk that tells nothing. Each ring is two wake-ups."""

AGAIN_SECONDS = (0.25, 0.5)
"""When the bell rings again after a write. A write is told of when it begins; what was written can be read when it is
committed, which on a slow disk is later. It is also calm: a receipt is many writes, and a fetch of ours many more.
"""


class Doorbell:
    """Rings for one till. `path` is its SQLite file; None: it is on a server."""

    def __init__(self, path: Path | None, ring: Callable[[], None], *, look_seconds: float = 0.0) -> None:
        self.path = path
        self._ring = ring
        self._look_seconds = look_seconds or (FILE_SECONDS if path else SERVER_SECONDS)
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
        rang = time.monotonic()
        while not self._stop.is_set():
            self._notice.wait(self._look_seconds)
            if self._written() != self._known:
                self._ring_again_and_again()
            elif time.monotonic() - rang > 0.9 * self._look_seconds and not self._stop.is_set():
                self._ring()
            else:  # another file in the folder
                continue
            rang = time.monotonic()
        self._notice.close()

    def _ring_again_and_again(self) -> None:
        for pause in (*AGAIN_SECONDS, 0.0):
            if self._stop.is_set():
                return
            self._known = self._written()
            self._ring()
            self._stop.wait(pause)

    def _written(self) -> tuple[tuple[int, int], ...]:
        """(size, time of change) of the file and of its log of writes."""
        found = []
        for path in (self.path, self.path.with_name(f"{self.path.name}-wal")) if self.path else ():
            try:
                facts = path.stat()
            except OSError:
                found.append((-1, 0))
            else:
                found.append((facts.st_size, facts.st_mtime_ns))
        return tuple(found)
