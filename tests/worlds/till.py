"""A till to read from: rows put in as the till itself would, and a fingerprint of all sales."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from synccenter.core.database import Database, Parameters, Row, SQLServer
from synccenter.till import schema
from synccenter.till.sales import Sales

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_TABLES = {table.name: table for table in schema.CONTRACT}


def put(database: Database, table: str, **values: Any) -> None:
    """Put one row into a table; columns left out get their default or an empty value of their type."""
    row = {"company": "1", **values}
    for column in _TABLES[table].columns:
        if column.name not in row and not column.nullable and column.default is None:
            row[column.name] = {"integer": 0, "text": "", "boolean": 1}[column.type]
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    assert database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", row) == 1


def put_receipt(
    database: Database, number: int, amount: Any = 10_000, at: str = "2026-03-02T12:00:00+01:00", **head: Any
) -> None:
    """A receipt on till 1 with one line and one payment."""
    head = {"till": "1", "state": "finished", **head}
    key = {"till": head["till"], "company": head.get("company", "1"), "receipt": number, "row": 1}
    put(database, "receipt", number=number, at=at, **head)
    put(database, "receipt_line", kind="goods", amount=amount, quantity=1000, vat=2000, vat_rate=25, **key)
    put(database, "receipt_payment", method="KORT", amount=amount, **key)


def put_z(
    database: Database, number: int, day: str, first: int, last: int, total: int, *,
    till: str = "1", company: str = "1", vat: int | None = None,
) -> None:  # fmt: skip
    """A Z report whose sales are all at 25 %, paid by card."""
    at = f"{day}T19:10:00+01:00"
    span = {"first_receipt": first, "last_receipt": last}
    key = {"till": till, "company": company}
    put(database, "z_report", number=number, at=at, business_date=day, total=total, **span, **key)
    put(database, "z_vat", z_number=number, rate=25, sales=total, vat=total // 5 if vat is None else vat, **key)
    put(database, "z_method", z_number=number, method="KORT", amount=total, **key)


def sales(database: Database, company: str = "1") -> Sales:
    return Sales(database, company, STOCKHOLM)


def fingerprint(database: Database) -> str:
    """A hash of every value in every table of sales."""
    digest = hashlib.sha256()
    for table in schema.SALES:
        digest.update(table.name.encode())
        sql = f"SELECT {', '.join(table.names)} FROM {table.name} ORDER BY {', '.join(table.key)}"
        for row in database.query(sql):
            digest.update(repr(row).encode())
    return digest.hexdigest()


class Listening:
    """Passes everything on to a database and remembers what was asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.dialect = database.dialect
        self.asked: list[str] = []
        self.transactions = 0

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        self.asked.append(sql)
        return self._database.query(sql, parameters)

    def stream(self, sql: str, parameters: Parameters | None = None) -> Iterator[Row]:
        self.asked.append(sql)
        return self._database.stream(sql, parameters)

    def stamp(self) -> str:
        return self._database.stamp()

    def among(self, select: str, equal: Any, column: str, values: Sequence[Any]) -> list[Row]:
        self.asked.append(select)
        return self._database.among(select, equal, column, values)

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        self.asked.append(sql)
        return self._database.execute(sql, parameters)

    def script(self, statements: Sequence[str]) -> None:
        self.asked.extend(statements)
        self._database.script(statements)

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> int:
        self.asked.append(self.dialect.upsert(table, key, columns, self.dialect.values(columns, len(rows), "?")))
        return self._database.upsert(table, key, columns, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.transactions += 1
        with self._database.transaction():
            yield

    def columns(self, table: str) -> dict[str, str] | None:
        return self._database.columns(table)

    def close(self) -> None:
        self._database.close()


class SpeaksSQLServer(Listening):
    """Notes what SQL Server would be asked; an SQLite file answers."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.dialect = SQLServer()

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        self.asked.append(sql)
        spoken = re.sub(r"OFFSET 0 ROWS FETCH NEXT (\d+) ROWS ONLY", r"LIMIT \1", sql)
        return self._database.query(spoken, parameters)
