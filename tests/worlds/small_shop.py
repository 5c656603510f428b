"""A small shop for tests of the engine: a till, the business system in memory, and a report that remembers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from synccenter.contract.connector import Lookup
from synccenter.contract.errors import Problem
from synccenter.contract.model import Register
from synccenter.core.database import SQLite
from synccenter.run.engine import Engine
from synccenter.run.report import Outcome
from synccenter.shop import Shop
from synccenter.till import schema
from synccenter.till.demo import build
from tests.worlds.books import Books, describe
from tests.worlds.clock import Clock
from tests.worlds.data_folder import DataFolder

DAY = date(2026, 11, 2)
_ARTICLES = frozenset({Register.ARTICLES})


@dataclass
class Rows:
    """A report that remembers."""

    rows: list[str] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    debugs: list[str] = field(default_factory=list)

    def row(self, text: str) -> None:
        self.rows.append(text)

    def warning(self, text: str) -> None:
        self.rows.append(f"OBS! {text}")

    def error(self, problem: Problem) -> None:
        self.errors.append(problem)

    def debug(self, text: str) -> None:
        self.debugs.append(text)

    def progress(self, what: str, done: int, of: int | None) -> None:
        assert done >= 0
        assert what
        assert of is None or of >= 0


class World(DataFolder):
    """A data folder with a till, a business system in memory, and a clock that stands still until moved."""

    def __init__(
        self,
        folder: Path,
        *,
        lookup: Lookup = Lookup.BY_REFERENCE,
        settle: float = 0.0,
        fetches: frozenset[Register] = _ARTICLES,
    ) -> None:
        self.books = Books()
        self.other = Books()
        self.report = Rows()
        registry = {
            "memory": describe(self.books, lookup=lookup, settle=settle, fetches=fetches),
            "other": describe(self.other, "other", "Det andra systemet", lookup=lookup, settle=settle),
        }
        super().__init__(folder, registry, Clock(datetime(2026, 11, 20, 8, 0, tzinfo=UTC)))
        self.settings("integration.system=memory", f"safety.cutover={DAY}")

    def trade(self, *, days: int = 1, receipts: int = 20, seed: int = 1) -> None:
        """Let the demo play the till."""
        database = SQLite(self.till)
        build(database, seed=seed, days=days, receipts=receipts, start=DAY)
        database.close()

    def empty_till(self) -> SQLite:
        """A till with the contract's tables and nothing in them."""
        database = SQLite(self.till)
        schema.create(database)
        return database

    def shop(self) -> Shop:
        shop = super().shop()
        shop.debug = self.report.debug
        return shop

    def run(self, *, everything: bool = False, cancelled: Callable[[], bool] = lambda: False) -> Outcome:
        """One run, as if the program had just started."""
        self.report = Rows()
        shop = self.shop()
        self.meet(shop)
        try:
            return Engine(shop, self.report, cancelled).run(everything=everything)
        finally:
            shop.close()
