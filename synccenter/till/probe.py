"""Compares a till's database with the contract, and says in Swedish what the integrator has to mend.

Tables and views are alike. Declared types are compared first; then some rows are read, since SQLite stores what
it is given whatever the column says, and a view may compute decimals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from typing import Any

from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.core.database import Database, Parameters, Row
from synccenter.till import schema
from synccenter.till.table import Column, ColumnType, Table
from synccenter.till.values import Reading

_AMISS = (
    catalogue.TILL_TABLE_MISSING,
    catalogue.TILL_COLUMN_MISSING,
    catalogue.TILL_COLUMN_TYPE,
    catalogue.TILL_VIEW_BROKEN,
)
AMISS = frozenset(entry.code for entry in _AMISS)
"""The codes of what is wrong with a table or a view as a whole."""

SAMPLE = 200
"""Rows read from either end of each table."""

_WANTED: dict[ColumnType, str] = {
    "text": "text",
    "integer": "heltal",
    "date": "datum (2026-04-01)",
    "datetime": "tid (2026-04-01T14:30:00)",
    "boolean": "heltal, 0 eller 1",
}

_WORDS: dict[ColumnType, tuple[str, ...]] = {
    "text": ("char", "text", "clob", "string"),
    # Decimal types may hold whole numbers (a sum in a view); the sample tells.
    "integer": ("int", "numeric", "decimal"),
    "date": ("date", "char", "text"),
    "datetime": ("date", "time", "char", "text"),
    "boolean": ("int", "bit", "numeric", "decimal"),
}


def probe(database: Database) -> list[Problem]:
    """All that keeps the database from fulfilling the contract; empty when it does."""
    return [problem for table in schema.CONTRACT for problem in _table(database, table)]


def _table(database: Database, table: Table) -> list[Problem]:
    """What is wrong with one. A view may be there and yet not run: what it is made of has been renamed or is gone."""
    try:
        return _there(database, table)
    except SyncError as error:
        if error.problem.code != catalogue.DATABASE_FAILED.code:
            raise
        return [catalogue.TILL_VIEW_BROKEN.problem(item=table.name, table=table.name, detail=error.problem.detail)]


def _there(database: Database, table: Table) -> list[Problem]:
    declared = database.columns(table.name)
    if declared is None:
        return [catalogue.TILL_TABLE_MISSING.problem(item=table.name, table=table.name)]
    types = {name.lower(): kind for name, kind in declared.items()}
    problems = [found for column in table.columns if (found := _column(table, column, types, database.dialect.name))]
    return problems or _sample(database, table)


def _column(table: Table, column: Column, types: dict[str, str], dialect: str) -> Problem | None:
    item = f"{table.name}.{column.name}"
    kind = types.get(column.name)
    if kind is None:
        return catalogue.TILL_COLUMN_MISSING.problem(item=item, table=table.name, column=column.name)
    if _fits(column.type, kind.lower(), dialect):
        return None
    return catalogue.TILL_COLUMN_TYPE.problem(
        item=item, table=table.name, column=column.name, wanted=_WANTED[column.type], found=kind
    )


def _fits(wanted: ColumnType, declared: str, dialect: str) -> bool:
    if not declared:  # a computed column of a view in SQLite has no declared type
        return True
    if wanted == "boolean" and dialect == "sqlite" and "bool" in declared:
        return True
    if wanted == "date" and "time" in declared:
        return False
    return any(word in declared for word in _WORDS[wanted]) and not (wanted == "integer" and "interval" in declared)


def _sample(database: Database, table: Table) -> list[Problem]:
    """One problem for each column that holds a value the contract does not know."""
    reading = Reading(table, UTC)
    problems: dict[str, Problem] = {}
    for direction in ("", " DESC"):
        order = ", ".join(f"{name}{direction}" for name in table.key)
        select = f"SELECT {reading.names} FROM {table.name} ORDER BY {order}"
        for row in database.query(database.dialect.first(select, SAMPLE)):
            for name, problem in reading.wrong(row).items():
                problems.setdefault(name, problem)
    return list(problems.values())


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
