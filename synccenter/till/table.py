"""A table of the till's contract as data, and the statements that create it in each database."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from synccenter.core.database import Dialect

ColumnType: TypeAlias = Literal["text", "integer", "date", "datetime", "boolean"]
"""What a column holds: `date` is 2026-04-01, `datetime` ISO 8601 text with or without offset, `boolean` 0 or 1."""

_SQLITE: dict[ColumnType, str] = {
    "text": "TEXT",
    "integer": "INTEGER",
    "date": "TEXT",
    "datetime": "TEXT",
    "boolean": "INTEGER",
}
_POSTGRESQL: dict[ColumnType, str] = {
    "text": "TEXT",
    "integer": "BIGINT",
    "date": "DATE",
    "datetime": "TEXT",
    "boolean": "SMALLINT",
}
_SQL_SERVER: dict[ColumnType, str] = {
    "text": "NVARCHAR(400)",
    "integer": "BIGINT",
    "date": "DATE",
    "datetime": "VARCHAR(40)",
    "boolean": "SMALLINT",
}
_SQL_SERVER_KEY_TEXT = "NVARCHAR(60) COLLATE Latin1_General_100_BIN2"
"""A key in SQL Server holds at most 900 bytes, and article a1 is not article A1."""


class Column(Struct, frozen=True):
    """A column. `doc` is Swedish: it stands in docs/KASSAN.md for the one who writes the view.

    `least` and `most` are what a whole number may be; any other is as wrong as a text.
    """

    name: str
    type: ColumnType
    doc: str
    nullable: bool = False
    default: str | int | None = None
    least: int | None = None
    most: int | None = None


class Table(Struct, frozen=True):
    """A table (or view) of the contract. The first column of `key` is always the company."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def ddl(self, dialect: Dialect) -> list[str]:
        """The statements that create the table and its indexes."""
        columns = [self._column(column, dialect) for column in self.columns]
        # SQLite keeps the rows in key order without a second tree: half the size and half the writes.
        tail = " WITHOUT ROWID" if dialect.name == "sqlite" else ""
        body = ", ".join([*columns, f"PRIMARY KEY ({', '.join(self.key)})"])
        statements = [f"CREATE TABLE {self.name} ({body}){tail}"]
        for index in self.indexes:
            name = f"ix_{self.name}_{'_'.join(index[1:])}"
            statements.append(f"CREATE INDEX {name} ON {self.name} ({', '.join(index)})")
        return statements

    def _column(self, column: Column, dialect: Dialect) -> str:
        parts = [column.name, self._type(column, dialect)]
        if not column.nullable:
            parts.append("NOT NULL")
        if column.default is not None:
            parts.append(
                f"DEFAULT {column.default}" if isinstance(column.default, int) else f"DEFAULT '{column.default}'"
            )
        return " ".join(parts)

    def _type(self, column: Column, dialect: Dialect) -> str:
        if dialect.name == "postgresql":
            return _POSTGRESQL[column.type]
        if dialect.name == "sqlite":
            return _SQLITE[column.type]
        indexed = {name for index in self.indexes for name in index} | set(self.key)
        return _SQL_SERVER_KEY_TEXT if column.type == "text" and column.name in indexed else _SQL_SERVER[column.type]

    def markdown(self) -> str:
        """The table as it stands in docs/KASSAN.md."""
        rows = [f"### `{self.name}`", "", self.doc, "", "| Kolumn | Typ | Betydelse |", "|---|---|---|"]
        for column in self.columns:
            kind = f"{column.type}, får vara NULL" if column.nullable else column.type
            key = " 🔑" if column.name in self.key else ""
            rows.append(f"| `{column.name}`{key} | {kind} | {column.doc} |")
        return "\n".join(rows)
