"""A ledger of five years is as fast as one of five days: no statement of a run reads it from end to end.

Tells of `journal/tables.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from synccenter import shop as shops
from synccenter.contract.model import Register
from synccenter.core.database import Parameters, Row, SQLite
from synccenter.run.repair import Repair
from synccenter.truth.proof import prove
from tests.worlds.books import articles, lost_after, lost_before
from tests.worlds.small_shop import World

LARGE = {"delivery", "covered", "receipt", "receipt_line", "receipt_payment", "article", "barcode"}
"""Tables that grow with the years, or hold a hundred thousand rows."""

WHOLE = {
    "article": "what a full comparison did not see is found by reading the register once",
    "barcode": "the same",
}
"""Tables that a full comparison, and nothing else, reads from end to end."""

_SCAN = re.compile(r"SCAN (\w+)|SEARCH (\w+) .*\(company=\?\)")
"""From end to end, or all of one company: in a till with one company that is the same."""
_FIRST = re.compile(r".* ORDER BY .* LIMIT \d+(\) AS p\d+)?", re.DOTALL)
"""The first rows in key order, when nothing has to be sorted for it: however many there are, only those are read.

Also when several such are asked in one statement. (`key IS NULL` is planned as a scan of a table whose key cannot be
NULL, and then not begun.)
"""


class Planned(SQLite):
    """Asks SQLite how it is going to run each statement before it runs it."""

    plans: dict[str, str]

    def _plan(self, sql: str, parameters: Any) -> None:
        plans = self.__dict__.setdefault("plans", {})
        if sql not in plans and sql.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
            plans[sql] = ""  # the plan of a plan is not asked for
            rows = self._db.execute(f"EXPLAIN QUERY PLAN {sql}", parameters or {}).fetchall()
            plans[sql] = "\n".join(str(row[3]) for row in rows)

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        self._plan(sql, parameters)
        return super().query(sql, parameters)

    def stream(self, sql: str, parameters: Parameters | None = None) -> Iterator[Row]:
        self._plan(sql, parameters)
        return super().stream(sql, parameters)

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        self._plan(sql, parameters)
        return super().execute(sql, parameters)

    def among(self, select: str, equal: object, column: str, values: Sequence[object]) -> list[Row]:
        for condition in ("BETWEEN ? AND ?", "IN (?,?)"):
            self._plan(f"{select} WHERE company=? AND {column} {condition}", (equal, "a", "b"))
        return super().among(select, equal, column, values)


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[Planned]:
    """All databases opened from now on, with the plans of what they ran."""
    opened: list[Planned] = []

    def planned(*arguments: object, **options: object) -> Planned:
        database = Planned(*arguments, **options)  # type: ignore[arg-type]
        opened.append(database)
        return database

    monkeypatch.setattr(shops, "SQLite", planned)
    monkeypatch.setattr(shops, "connect", lambda address, **_: planned(Path(address)))
    return opened


def scans(opened: list[Planned]) -> dict[str, set[str]]:
    """Large table -> the statements that read all of it."""
    found: dict[str, set[str]] = {}
    for database in opened:
        aliases = {"c": "covered", "d": "delivery", "r": "receipt", "p": "receipt_payment", "l": "receipt_line"}
        for sql, plan in database.__dict__.get("plans", {}).items():
            if _FIRST.fullmatch(sql) and "TEMP B-TREE" not in plan:
                continue
            for line in plan.splitlines():
                match = _SCAN.search(line)
                name = (match[1] or match[2]) if match else ""
                table = aliases.get(name, name)
                if table in LARGE:
                    found.setdefault(table, set()).add(sql)
    return found


@pytest.mark.parametrize("unit", ["receipt", "z", "day"])
def test_no_statement_of_a_run_scans_what_grows(world: World, plans: list[Planned], unit: str) -> None:
    world.trade(days=2)
    world.settings(f"posting.unit={unit}")
    world.books.registers = {Register.ARTICLES: articles(30)}
    world.books.faults = [lost_before, lost_after]
    assert world.run().sent
    world.later(hours=1)
    world.run()
    world.trade(days=1)
    world.books.registers = {Register.ARTICLES: articles(31, price=2000)}
    world.run()
    assert any("delivery" in sql for database in plans for sql in database.__dict__.get("plans", {}))
    assert scans(plans) == {}


def test_a_full_comparison_reads_the_register_once_and_no_sales(world: World, plans: list[Planned]) -> None:
    world.trade()
    world.books.registers = {Register.ARTICLES: articles(30)}
    world.run(everything=True)
    assert set(scans(plans)) <= set(WHOLE)


def test_the_proof_and_repairs_by_hand_search_too(world: World, plans: list[Planned]) -> None:
    world.trade(days=2)
    world.run()
    shop = world.shop()
    try:
        day = date(2026, 11, 2)
        assert prove(shop.sales, shop.ledger, day, day, books=None).reports
        reference = next(iter(shop.ledger.between(day, day))).reference
        assert shop.ledger.get(reference).reference == reference
        Repair(shop).explain("kvitto:1:5-5", "provlucka")
        shop.ledger.history()
        shop.ledger.runs(5, "ok")
    finally:
        shop.close()
    assert scans(plans) == {}


def test_a_scan_would_be_seen(world: World, plans: list[Planned]) -> None:
    world.trade()
    shop = world.shop()
    try:
        shop.ledger.database.query("SELECT COUNT(*) FROM delivery WHERE total>5")
    finally:
        shop.close()
    assert set(scans(plans)) == {"delivery"}
