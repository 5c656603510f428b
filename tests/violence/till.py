"""A till that goes on selling: a demo shop's days are played beforehand and revealed bit by bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from synccenter.contract.model import Register
from synccenter.core.database import Database, SQLite
from synccenter.till import schema
from synccenter.till.demo import build, open_shop
from synccenter.till.demo_shop import shop_on
from synccenter.till.registers import Registers
from synccenter.till.table import Table

START = date(2026, 3, 2)
COMPANY = "1"
PARTS = ((schema.RECEIPT_LINE, "receipt"), (schema.RECEIPT_PAYMENT, "receipt"), (schema.GIFT_CARD, "receipt"))
Z_PARTS = ((schema.Z_VAT, "z_number"), (schema.Z_METHOD, "z_number"), (schema.CASH_MOVEMENT, "z_number"))


class SellingTill:
    """Plays `days` days of `receipts` receipts on two tills into `database`, a step at a time.

    Some receipts come late: after higher numbers, but before their Z report.
    """

    def __init__(self, database: Database, pool: Path, *, seed: int, days: int, receipts: int) -> None:
        self.database = database
        self._pool = SQLite(pool)
        self._random = Random(seed)
        build(self._pool, seed=seed, days=days, receipts=receipts, start=START)
        self.company = str(self._pool.query("SELECT company FROM company")[0][0])
        schema.create(database)
        open_shop(database)
        Registers(database, self.company).write(Register.GROUPS, shop_on(START).groups)
        self._steps = self._play()
        self.done = False

    def sell(self, steps: int = 1) -> None:
        """Let some receipts (or a Z report) come."""
        for _ in range(steps):
            if next(self._steps, None) is None:
                self.done = True

    def close_up(self) -> None:
        """Everything that is left."""
        while not self.done:
            self.sell()

    def same_sales(self) -> bool:
        """Whether the tables of sales hold exactly what the till has sold: nobody else wrote there."""
        return all(self._rows(self._pool, table) == self._rows(self.database, table) for table in schema.SALES)

    def _play(self) -> Iterator[int]:
        for day in self._days():
            late: list[tuple[str, int]] = []
            for till, number in self._receipts(day):
                if self._random.random() < 0.1:
                    late.append((till, number))
                    continue
                yield self._reveal_receipt(till, number)
                if late and self._random.random() < 0.3:
                    yield self._reveal_receipt(*late.pop())
            for till, number in late:
                yield self._reveal_receipt(till, number)
            for till, z_number in self._reports(day):
                yield self._reveal_z(till, z_number)
            yield self._reveal_rest(day)

    def _days(self) -> list[str]:
        rows = self._pool.query("SELECT DISTINCT substr(at, 1, 10) FROM receipt ORDER BY 1")
        return [str(row[0]) for row in rows]

    def _receipts(self, day: str) -> list[tuple[str, int]]:
        sql = "SELECT till, number FROM receipt WHERE substr(at, 1, 10)=:day ORDER BY at, till, number"
        return [(str(till), int(number)) for till, number in self._pool.query(sql, {"day": day})]

    def _reports(self, day: str) -> list[tuple[str, int]]:
        sql = "SELECT till, number FROM z_report WHERE business_date=:day ORDER BY till, number"
        return [(str(till), int(number)) for till, number in self._pool.query(sql, {"day": day})]

    def _reveal_receipt(self, till: str, number: int) -> int:
        with self.database.transaction():
            self._copy(schema.RECEIPT, {"till": till, "number": number}, z_number=None)
            for table, column in PARTS:
                self._copy(table, {"till": till, column: number})
        return 1

    def _reveal_z(self, till: str, number: int) -> int:
        with self.database.transaction():
            self._copy(schema.Z_REPORT, {"till": till, "number": number})
            for table, column in Z_PARTS:
                self._copy(table, {"till": till, column: number})
            closed = "SELECT number FROM receipt WHERE till=:till AND z_number=:z"
            for (receipt,) in self._pool.query(closed, {"till": till, "z": number}):
                self.database.execute(
                    "UPDATE receipt SET z_number=:z WHERE company=:company AND till=:till AND number=:number",
                    {"z": number, "company": self.company, "till": till, "number": receipt},
                )
        return 1

    def _reveal_rest(self, day: str) -> int:
        with self.database.transaction():
            for table in (schema.CUSTOMER_ORDER, schema.CUSTOMER_CHANGE, schema.CUSTOMER_ORDER_LINE):
                here = {row[: len(table.key)] for row in self._rows(self.database, table)}
                rows = self._pool.query(f"SELECT {', '.join(table.names)} FROM {table.name}")
                at = table.names.index("at") if "at" in table.names else None
                new = [row for row in rows if at is None or str(row[at])[:10] <= day]
                fresh = [row for row in new if row[: len(table.key)] not in here]
                self.database.upsert(table.name, table.key, table.names, fresh)
        return 1

    def _copy(self, table: Table, where: Mapping[str, Any], **instead: Any) -> None:
        condition = " AND ".join(f"{name}=:{name}" for name in where)
        rows = self._pool.query(f"SELECT {', '.join(table.names)} FROM {table.name} WHERE {condition}", where)
        changed = [
            tuple(instead.get(name, value) for name, value in zip(table.names, row, strict=True)) for row in rows
        ]
        self.database.upsert(table.name, table.key, table.names, changed)

    @staticmethod
    def _rows(database: Database, table: Table) -> list[tuple[Any, ...]]:
        rows = database.query(f"SELECT {', '.join(table.names)} FROM {table.name} ORDER BY {', '.join(table.key)}")
        return [tuple(str(value) for value in row) for row in rows]

    def close(self) -> None:
        """Let go of the databases."""
        self._pool.close()
        self.database.close()
