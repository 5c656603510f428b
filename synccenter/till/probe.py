"""Compares a till's database with the contract, and says in Swedish what the integrator has to mend.

Tables and views are alike. Declared types are compared first; then some rows are read, since SQLite stores what
it is given whatever the column says, and a view may compute decimals.
"""

from __future__ import annotations

from datetime import UTC

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.core.database import Database
from synccenter.till import schema
from synccenter.till.table import Column, ColumnType, Table
from synccenter.till.values import Reading

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
