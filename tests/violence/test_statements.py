"""Every statement of whole runs, as the databases see them: none writes to the sales, and none waits for the wire."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from synccenter.contract.connector import Booked, Delivered
from synccenter.contract.model import Register
from synccenter.core.database import SQLite
from synccenter.run.dryrun import DryRun
from synccenter.run.repair import Repair
from synccenter.till import schema
from synccenter.truth.proof import prove
from tests.worlds.books import MemoryConnector, articles, lost_after
from tests.worlds.small_shop import DAY, Rows, World

SALES = {table.name for table in schema.SALES}
WRITES = re.compile(
    r"^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO|DROP|ALTER|CREATE)\b[^(]*?\b(\w+)", re.IGNORECASE
)


class Watched:
    """Traces every statement of every connection of this process."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, str]] = []
        self.connections: list[sqlite3.Connection] = []

    def connect(self, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection = sqlite3.Connection(*args, **kwargs)
        name = str(args[0])
        connection.set_trace_callback(lambda sql: self.statements.append((name, sql)))
        self.connections.append(connection)
        return connection

    def in_transaction(self) -> bool:
        """Whether any connection holds a transaction open at this moment."""
        for connection in self.connections:
            try:
                if connection.in_transaction:
                    return True
            except sqlite3.ProgrammingError:
                continue
        return False


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    watch = Watched()
    monkeypatch.setattr(sqlite3, "connect", watch.connect)
    return watch


def everything(world: World) -> None:
    """Runs of every unit, faults, proof, dry run, and work by hand."""
    for unit in ("receipt", "z", "day"):
        world.settings(f"posting.unit={unit}")
        world.books.registers[Register.ARTICLES] = articles(30, price=len(unit) * 100)
        world.books.faults = [lost_after]
        world.run(everything=True)
        world.run()
    shop = world.shop()
    prove(shop.sales, shop.ledger, DAY, shop.today(), books=None)
    DryRun(shop, Rows()).run()
    sent = next(one for one in shop.ledger.between(DAY, shop.today()) if one.total)
    Repair(shop).resend(sent, "", insist=True)
    shop.close()
    world.run()


def test_no_statement_of_any_kind_writes_to_the_sales(world: World, watched: Watched) -> None:
    world.trade(days=2)
    watched.statements.clear()
    everything(world)
    till = [sql for name, sql in watched.statements if name.split("?")[0].endswith("kassa.sqlite")]
    written = {match[1].lower() for sql in till if (match := WRITES.match(sql))}
    assert len(till) > 100
    assert written & SALES == set()
    assert written == {"article"}, "the registers are what is written in the till's database"


def test_the_audit_would_notice_a_write(world: World, watched: Watched) -> None:
    world.trade()
    watched.statements.clear()
    database = SQLite(world.till)
    database.execute("UPDATE receipt SET rounding=0 WHERE number=-1")
    database.close()
    assert {match[1] for _, sql in watched.statements if (match := WRITES.match(sql))} == {"receipt"}


def test_no_transaction_is_open_while_the_business_system_is_asked(
    world: World, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def noted(method: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(self: MemoryConnector, *args: Any) -> Any:
            asked.append(watched.in_transaction())
            return method(self, *args)

        return wrapper

    def pages(self: MemoryConnector, register: Register, since: str | None) -> Iterator[Any]:
        for page in fetch(self, register, since):
            asked.append(watched.in_transaction())
            yield page

    def rows(self: MemoryConnector, sent: Iterable[Delivered]) -> Iterator[Booked]:
        for booked in read_back(self, sent):
            asked.append(watched.in_transaction())
            yield booked

    fetch, read_back = MemoryConnector.fetch, MemoryConnector.read_back
    monkeypatch.setattr(MemoryConnector, "fetch", pages)
    monkeypatch.setattr(MemoryConnector, "read_back", rows)
    for name in ("check", "send", "find"):
        monkeypatch.setattr(MemoryConnector, name, noted(getattr(MemoryConnector, name)))
    world.trade(days=2)
    everything(world)
    assert len(asked) > 30
    assert not any(asked)


def test_the_ledger_lies_beside_the_till_and_never_in_it(world: World) -> None:
    world.trade()
    world.run()
    tables = {str(row[0]) for row in world.sql("SELECT name FROM sqlite_master WHERE type='table'")}
    assert tables == {table.name for table in schema.CONTRACT}
    assert (world.folder / "kassa.sqlite.ledger.sqlite").exists()
