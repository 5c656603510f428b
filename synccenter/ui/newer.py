"""Looks now and then for a newer version of the program, and changes to it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

from synccenter import __version__
from synccenter.core import update
from synccenter.core.trust import Trust
from synccenter.core.update import Offer

FIRST_LOOK = 20.0
"""Seconds after the start: not in the way of the icon."""

EVERY = 3600.0


class Newer:
    """A thread of its own: a share that is away may keep it waiting for half a minute."""

    def __init__(
        self,
        folders: Callable[[], list[Path]],
        found: Callable[[Offer], None],
        trust: Callable[[Path], Trust],
        exe: Path | None = None,
        failed: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        """`folders`: where to look besides the program's own. `found` is called in the thread, once a version that may
        take our place by the rule that `trust` gives; `failed` when a look went wrong, the same trouble once."""
        self._folders = folders
        self._trust = trust
        self._found = found
        self._failed = failed
        self._trouble = ""
        self._exe = exe or update.running()
        self._stopping = threading.Event()
        self._told: Offer | None = None

    def start(self) -> None:
        """Begin; a program that runs from its source has nothing to look for."""
        if self._exe is not None:
            threading.Thread(target=self._run, name="nyare version", daemon=True).start()

    def stop(self) -> None:
        """No more looks."""
        self._stopping.set()

    @property
    def offer(self) -> Offer | None:
        """What was found last."""
        return self._told

    def change(self) -> None:
        """Change to what was found last, judged anew. Raises U01 and U02."""
        if self._exe is not None and self._told is not None:
            update.install(self._told, self._trust(self._exe))

    def start_anew(self) -> None:
        """Start the program that now lies in the place of this one, as this one was started."""
        if self._exe is not None:
            update.start_anew(self._exe, sys.argv[1:])

    def _run(self) -> None:
        wait = FIRST_LOOK
        while not self._stopping.wait(wait):
            self.try_to_look()
            wait = EVERY

    def try_to_look(self) -> None:
        """Look once; a look that goes wrong is told, and the next is made all the same."""
        try:
            self.look()
        except Exception as error:  # noqa: BLE001 - the border of the thread
            if repr(error) != self._trouble:
                self._failed(error)
            self._trouble = repr(error)
        else:
            self._trouble = ""

    def look(self) -> None:
        """Look once."""
        if self._exe is None:
            return
        found = update.newer(__version__, self._trust(self._exe), self._folders())
        if found is not None and found.judgement.accepted and found != self._told:
            self._told = found
            self._found(found)
