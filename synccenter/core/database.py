"""Connections: an SQLite file by default; PostgreSQL or SQL Server when the address says so.

Statements are written once, with `:name` parameters, and run on all three. What differs between the three
(upsert, page, row lock, the server's clock) is asked of the connection's dialect. What a database says when it
refuses is made into our words in `faults.py`, by its code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from synccenter.core.dialects import Dialect, Parameters, PostgreSQL, Row, SQLServer
from synccenter.core.faults import masked
from synccenter.core.sqlite import SQLite

__all__ = [
    "Database",
    "Dialect",
    "Parameters",
    "PostgreSQL",
    "Row",
    "SQLServer",
    "SQLite",
    "connect",
    "is_server",
    "masked",
]


class Database(Protocol):
    """A connection for one thread. Outside `transaction()` every statement commits by itself."""

    dialect: Dialect

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """All rows of a SELECT."""
        ...

    def stream(self, sql: str, parameters: Parameters | None = None) -> Iterator[Row]:
        """The rows of a SELECT, fetched as they are used."""
        ...

    def among(self, select: str, equal: Any, column: str, values: Sequence[Any]) -> list[Row]:
        """The rows of `select` (without WHERE) whose `company` equals `equal` and whose `column` is one of `values`.

        For hundreds of values: bound by place, since a name for each makes SQLite look them up one after another.
        Rows that lie between the values may come as well.
        """
        ...

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        """Run a statement; the number of rows it touched."""
        ...

    def script(self, statements: Sequence[str]) -> None:
        """Run statements without parameters, all or none."""
        ...

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> int:
        """Insert or update rows; unchanged rows are not written. The number of rows that were."""
        ...

    def transaction(self) -> Any:
        """A context manager: commits at the end, rolls back on an exception. Takes the write lock at once."""
        ...

    def columns(self, table: str) -> dict[str, str] | None:
        """Column names and declared types of a table or view; None when there is none."""
        ...

    def stamp(self) -> str:
        """The same as long as nobody has written, and another when somebody has; "" where that cannot be told."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


def is_server(address: str) -> bool:
    """Whether an address names a database server and not a file."""
    return "://" in address and not address.startswith("sqlite:")


def connect(
    address: str, *, password: str | None = None, read_only: bool = False, schema: str | None = None
) -> Database:
    """Open a database: a file's path, or `postgresql://user@host/name`, or `mssql://user@host/name`."""
    if is_server(address):
        from synccenter.core.server import Server  # noqa: PLC0415 - only when a server is used

        return Server(address, password, schema)
    path = Path(address.removeprefix("sqlite:///"))
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    return SQLite(path, read_only=read_only)
