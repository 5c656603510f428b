"""Where in a run a process was when it was killed: one byte of shared memory, written as the run goes on."""

from __future__ import annotations

import mmap
import os
import signal
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from connectors.files import FileConnector
from synccenter.core.logs import Log
from synccenter.journal.compose import Composer
from synccenter.journal.ledger import Ledger
from synccenter.run import engine
from synccenter.run.collect import Collector
from synccenter.run.courier import Courier
from synccenter.run.fetch import Fetcher
from tests.violence.shelf import Shelf

NAMES = ("start", "check", "fetch", "map", "intend", "look up", "send", "acknowledge", "log", "prove", "finish")

_WHERE: tuple[tuple[type, str, str], ...] = (
    (engine.Engine, "_checked", "check"),
    (Fetcher, "fetch", "fetch"),
    (Collector, "collect", "map"),
    (Composer, "receipt", "map"),
    (Composer, "z", "map"),
    (Composer, "day", "map"),
    (Collector, "_pass", "intend"),
    (Ledger, "intend", "intend"),
    (Ledger, "set_place", "intend"),
    (Courier, "resolve", "look up"),
    # What is neither sending nor logging here is marking, acknowledging and committing both.
    (Courier, "send_waiting", "acknowledge"),
    (Shelf, "send", "send"),
    (FileConnector, "send", "send"),
    (Ledger, "acknowledge", "acknowledge"),
    (Log, "row", "log"),
    (Log, "error", "log"),
    (Log, "debug", "log"),
    (engine.Engine, "_prove", "prove"),
    (engine.Engine, "_finish", "finish"),
)


class Place:
    """The byte. The parent reads it after the child is dead."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(b"\0")
        self._file = path.open("r+b")
        self._memory = mmap.mmap(self._file.fileno(), 1)

    def read(self) -> str:
        """The phase."""
        return NAMES[self._memory[0]]

    def clear(self) -> None:
        """Before a new child."""
        self._memory[0] = 0

    def watch(self, fatal: str = "", spent: str = "") -> None:
        """From now on this process writes where it is, and is killed as soon as it comes to the phase `fatal`, or has
        done what the method `spent` ("Shelf.send") does."""
        for owner, method, phase in _WHERE:
            dies = (phase == fatal, f"{owner.__name__}.{method}" == spent)
            setattr(owner, method, self._told(getattr(owner, method), NAMES.index(phase), *dies))

    def _told(self, method: Callable[..., Any], phase: int, before_it: bool, after_it: bool) -> Callable[..., Any]:
        memory = self._memory

        @wraps(method)
        def told(*args: Any, **kwargs: Any) -> Any:
            before = memory[0]
            memory[0] = phase
            if before_it:
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return method(*args, **kwargs)
            finally:
                if after_it:
                    os.kill(os.getpid(), signal.SIGKILL)
                memory[0] = before

        return told
