"""A process that dies at a chosen statement, played within the test's own process: fast, and exact to the statement.

`Crash` is no Exception, so nothing in the program can catch and tell it; after it every statement raises it again,
so that nothing is tidied up either, as after kill -9.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from synccenter.core.database import Parameters, Row, SQLite


class Crash(BaseException):
    """The process is gone."""


class Fuse:
    """Burns at each step; at the end of it the process dies."""

    def __init__(self, steps: int | None) -> None:
        self.left = steps
        self.burnt = 0

    def burn(self) -> None:
        """One step more."""
        self.burnt += 1
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Crash


class DyingSQLite(SQLite):
    """A database whose process may die before or after any statement or commit."""

    def __init__(self, path: Path, fuse: Fuse) -> None:
        super().__init__(path)
        self._fuse = fuse

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        self._fuse.burn()
        return super().query(sql, parameters)

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        self._fuse.burn()
        touched = super().execute(sql, parameters)
        self._fuse.burn()
        return touched

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> int:
        self._fuse.burn()
        return super().upsert(table, key, columns, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._fuse.burn()
        with super().transaction():
            yield
            self._fuse.burn()
        self._fuse.burn()
