"""A long list of a business system's that is known from run to run, so that a quiet run asks for its changes only.

What other registers need to know of its rows stands in a file beside the ledger, made anew by every comparison of
everything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from connectors.wire.kept import KeptFile

C = TypeVar("C", str, date)
V = TypeVar("V")

HOLDS = 36 * 3600
"""Seconds that the file holds: every night's comparison of everything makes it anew."""


class Noted(Struct, Generic[C, V], frozen=True):
    """The file: the rows by number or id. `of`: the print of the settings that they were read with; `at`: when all of
    them were; `until`: what has changed since is not in it."""

    of: str
    at: float
    until: C
    rows: dict[str, V]


class NotedList(Generic[C, V]):
    """One list of one company. `most`: a longer one is not kept, but read again."""

    def __init__(self, path: Path, kind: type[Noted[C, V]], clock: Callable[[], datetime], most: int) -> None:
        self._most = most
        self._file: KeptFile[Noted[C, V]] = KeptFile(path, kind)
        self._clock = clock

    def load(self, of: str) -> Noted[C, V] | None:
        """What the file has, when it is of this company and not too old."""
        noted = self._file.read()
        return noted if noted and noted.of == of and abs(self._clock().timestamp() - noted.at) < HOLDS else None

    def write(self, of: str, until: C, rows: dict[str, V]) -> Noted[C, V] | None:
        """All there is, read now; None when that is more than is kept."""
        if len(rows) > self._most:
            self._file.forget()
            return None
        noted = Noted(of, self._clock().timestamp(), until, rows)
        self._file.write(noted)
        return noted

    def add(self, noted: Noted[C, V], until: C, changed: dict[str, V]) -> Noted[C, V]:
        """What has changed up to a time. Nothing at all costs no writing: the same is asked for once more."""
        if not changed:
            return noted
        more = replace(noted, until=until, rows=noted.rows | changed)
        if more != noted:
            self._file.write(more)
        return more

    def take(self, of: str, since: C | None, until: C | None, rows: dict[str, V]) -> bool:
        """What was asked for, all of it or what has changed `since`; `until` None: it cannot be known what is there, or
        from when on to ask. Whether the file is as good as asking now."""
        noted = self.load(of)
        if until is None:
            self._file.forget()
        elif since is None:
            return self.write(of, until, rows) is not None
        elif noted and since <= noted.until:
            self.add(noted, until, rows)
            return True
        return False
