"""The till's database as the shop has it open: what it lacks of the contract is told when it refuses a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.core.database import Database, Parameters, Row

_AMISS = (
    catalogue.TILL_TABLE_MISSING,
    catalogue.TILL_COLUMN_MISSING,
    catalogue.TILL_COLUMN_TYPE,
    catalogue.TILL_VIEW_BROKEN,
)
AMISS = frozenset(entry.code for entry in _AMISS)
"""The codes of what is wrong with a table or a view as a whole."""


class Till:
    """The till's database as the shop has it open: when it refuses a question it says what it lacks of the contract.

    An integrator's missing table or broken view is no bug of ours: K01, K02, K03 or K20, and not D04. It is looked for
    when a question is refused and not beforehand: a table that nobody asks for hinders nobody.
    """

    def __init__(self, database: Database) -> None:
        self._bare = database
        self.dialect = database.dialect

    def probe(self) -> list[Problem]:
        """All that keeps it from fulfilling the contract; empty when it does."""
        from synccenter.till.probe import probe  # noqa: PLC0415 - most commands never ask

        return probe(self._bare)

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """See `Database.query`."""
        with self._explained():
            return self._bare.query(sql, parameters)

    def stream(self, sql: str, parameters: Parameters | None = None) -> Iterator[Row]:
        """See `Database.stream`."""
        with self._explained():
            yield from self._bare.stream(sql, parameters)

    def among(self, select: str, equal: Any, column: str, values: Sequence[Any]) -> list[Row]:
        """See `Database.among`."""
        with self._explained():
            return self._bare.among(select, equal, column, values)

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        """See `Database.execute`."""
        with self._explained():
            return self._bare.execute(sql, parameters)

    def script(self, statements: Sequence[str]) -> None:
        """See `Database.script`."""
        self._bare.script(statements)

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> int:
        """See `Database.upsert`."""
        with self._explained():
            return self._bare.upsert(table, key, columns, rows)

    def transaction(self) -> Any:
        """See `Database.transaction`."""
        return self._bare.transaction()

    def columns(self, table: str) -> dict[str, str] | None:
        """See `Database.columns`."""
        return self._bare.columns(table)

    def stamp(self) -> str:
        """See `Database.stamp`."""
        return self._bare.stamp()

    def close(self) -> None:
        """See `Database.close`."""
        self._bare.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SyncError as error:
            if error.problem.code != catalogue.DATABASE_FAILED.code:
                raise
            if amiss := self._amiss():
                raise SyncError(_together(amiss)) from error
            raise

    def _amiss(self) -> list[Problem]:
        """What of its tables and views is not as agreed. A row that cannot be read makes no question fail."""
        try:
            return [problem for problem in self.probe() if problem.code in AMISS]
        except SyncError:  # it cannot answer that either just now
            return []


def _together(amiss: Sequence[Problem]) -> Problem:
    """The first, which names the others."""
    first, *others = amiss
    if not others:
        return first
    return replace(first, what=f"{first.what} Mer som saknas eller är fel: {', '.join(one.item for one in others)}.")
