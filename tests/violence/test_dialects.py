"""SQL Server cannot be run here: every statement of the ledger and the lease is parsed by its grammar instead.

Taken from real work, not from a list: a ledger on SQLite does everything, and each statement that it would have
sent to SQL Server is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
import sqlglot
from sqlglot.errors import ErrorLevel

from synccenter.contract import catalogue
from synccenter.contract.connector import Sent
from synccenter.contract.model import DocumentKind, Posting, ReceiptKey, Voucher
from synccenter.core.database import SQLite
from synccenter.core.dialects import Dialect, Parameters, Row, SQLServer
from synccenter.journal import tables
from synccenter.journal.delivery import Awaited, Cover, Delivery, State, Unit
from synccenter.journal.ledger import Ledger, companies_in
from synccenter.journal.ownership import Lease, holder_now

RESERVED = (
    "add all alter and any as asc authorization backup begin between break browse bulk by cascade case "
    "check checkpoint close clustered coalesce collate column commit compute constraint contains "
    "containstable continue convert create cross current current_date current_time current_timestamp "
    "current_user cursor database dbcc deallocate declare default delete deny desc disk distinct "
    "distributed double drop dump else end errlvl escape except exec execute exists exit external fetch "
    "file fillfactor for foreign freetext freetexttable from full function goto grant group having "
    "holdlock identity identity_insert identitycol if in index inner insert intersect into is join key "
    "kill left like lineno load merge national nocheck nonclustered not null nullif of off offsets on "
    "open opendatasource openquery openrowset openxml option or order outer over percent pivot plan "
    "precision primary print proc procedure public raiserror read readtext reconfigure references "
    "replication restore restrict return revert revoke right rollback rowcount rowguidcol rule save "
    "schema securityaudit select semantickeyphrasetable semanticsimilaritydetailstable "
    "semanticsimilaritytable session_user set setuser shutdown some statistics system_user table "
    "tablesample textsize then to top tran transaction trigger truncate try_convert tsequal union unique "
    "unpivot update updatetext use user values varying view waitfor when where while with within "
    "writetext "
)
"""Reserved words of Transact-SQL (Microsoft Learn, "Reserved Keywords (Transact-SQL)")."""


class Doubling(SQLite):
    """SQLite that keeps what SQL Server would have been sent."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.sent: list[str] = []
        self.own: set[str] = set()
        """Forms of SQLite's that have their counterpart in `sent` already."""
        self._server = SQLServer()
        self.dialect: Dialect = _Noting(self)

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        self._note(sql)
        return super().query(sql, parameters)

    def stream(self, sql: str, parameters: Parameters | None = None) -> Iterator[Row]:
        self._note(sql)
        return super().stream(sql, parameters)

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        self._note(sql)
        return super().execute(sql, parameters)

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> int:
        self.sent.append(self._server.upsert(table, key, columns, self._server.values(columns, len(rows), "?")))
        return super().upsert(table, key, columns, rows)

    def _note(self, sql: str) -> None:
        if sql not in self.own and "pragma_" not in sql and not sql.startswith(("CREATE", "PRAGMA")):
            server, own = self._server, Dialect()
            said = sql.replace(own.now_expression, server.now_expression)
            said = re.sub(r" LIMIT (\d+)$", lambda match: f" {server.limit_clause.format(n=match[1])}", said)
            self.sent.append(said)


class _Noting(Dialect):
    """SQLite's forms to run, SQL Server's to keep."""

    def __init__(self, database: Doubling) -> None:
        self._database = database

    def insert_missing(self, table: str, key: Sequence[str], columns: Sequence[str]) -> str:
        self._database.sent.append(SQLServer().insert_missing(table, key, columns))
        own = super().insert_missing(table, key, columns)
        self._database.own.add(own)
        return own

    def locked(self, table: str, where: str, columns: str) -> str:
        columns_there = columns.replace(self.now_expression, SQLServer.now_expression)
        self._database.sent.append(SQLServer().locked(table, where, columns_there))
        return super().locked(table, where, columns)


def work(database: Doubling) -> None:
    """All that a ledger and a lease can do."""
    day, at = date(2026, 11, 2), datetime(2026, 11, 3, tzinfo=UTC)
    ledger = Ledger(database, "1", lambda: at)
    lease = Lease(database, "1", "kassa 1", 60.0)
    lease.acquire()
    ledger.fence = lease.claim
    lease._until = 0.0
    lease.ensure()
    voucher = Voucher("1-1", day, "1-1 Kvitto", (Posting(1910, 100), Posting(3001, -100)))
    one = Delivery(
        reference="1-1", unit=Unit.RECEIPT, till="1", number=1, business_date=day, kind=DocumentKind.VOUCHER,
        route="x", source=(ReceiptKey("1", 1),), document=voucher, covers=(Cover("1", 1, 100),), total=100,
    )  # fmt: skip
    with ledger.together():
        ledger.intend([one])
        ledger.set_place("receipt:1", "1")
        ledger.set_awaited("1", "receipt", [Awaited("1", "receipt", 2, 3)])
    with ledger.together():
        ledger.remake(one)
        assert ledger.begin("1-1", lease)
    problem = catalogue.ANSWER_LOST.problem()
    ledger.doubt("1-1", problem)
    ledger.doubt_anew()
    ledger.doubt_interrupted(problem)
    ledger.doubt_waiting()
    ledger.reject("1-1", problem)
    ledger.postpone("1-1", None)
    assert ledger.set_by_hand("1-1", State.MANUAL, (State.REJECTED,), who="a", act="booked", note="")
    ledger.acknowledge("1-1", Sent("id"))
    ledger.covered([ReceiptKey("1", 1)])
    ledger.covered_after("1", 0)
    list(ledger.covers("1", 1, 2))
    ledger.in_state(State.PENDING)
    ledger.counts()
    ledger.get("1-1")
    list(ledger.between(day, day))
    ledger.count_between(day, day)
    ledger.parts_of_day(day)
    ledger.awaited("1", "receipt")
    ledger.forget_places("doubt")
    ledger.set_route("x", "2026-11-02")
    ledger.route()
    ledger.record_run("kassa 1", "allt", 0.0, "ok", {})
    ledger.runs(5, "ok")
    ledger.remember("a", "explain", "x", "")
    ledger.history()
    ledger.explanations()
    assert ledger.set_by_hand("1-1", State.SENT, (State.MANUAL,), who="a", act="booked", note="")
    assert ledger.replace(ledger.get("1-1"), msgspec.structs.replace(one, reference="1-1-R2"), "a", "")
    companies_in(database)
    holder_now(database, "1")
    lease.release()


@pytest.fixture
def sent(tmp_path: Path) -> list[str]:
    """Every statement, as SQL Server would have had it."""
    database = Doubling(tmp_path / "journal.sqlite")
    try:
        work(database)
    except Exception:
        database.close()
        raise
    database.close()
    return sorted(set(database.sent))


def parsed(statement: str) -> None:
    named = re.sub(r":(\w+)", r"@\1", statement).replace("?", "@p")
    sqlglot.parse_one(named, read="tsql", error_level=ErrorLevel.RAISE)


def test_every_statement_of_ledger_and_lease_is_transact_sql(sent: list[str]) -> None:
    assert len(sent) > 35
    for statement in sent:
        parsed(statement)
        assert " LIMIT " not in statement
        assert "ON CONFLICT" not in statement
        assert "julianday" not in statement


def test_every_table_is_transact_sql_and_no_name_is_a_reserved_word() -> None:
    names: set[str] = set()
    for statement in tables.statements("mssql", 0):
        if statement.startswith(("CREATE TABLE", "CREATE INDEX")):
            parsed(statement)
            names |= set(re.findall(r"(?:TABLE |INDEX |ON |\(|, )(\w+)", statement))
    assert {"delivery", "covered", "lease", "first", "last", "at", "place"} <= names
    assert {name.lower() for name in names - {"PRIMARY"}} & set(RESERVED.split()) == set()


def test_the_forms_are_the_right_ones_for_sql_server(sent: list[str]) -> None:
    whole = "\n".join(sent)
    assert "MERGE INTO place WITH (HOLDLOCK) AS t" in whole
    assert "FROM lease WITH (UPDLOCK, HOLDLOCK, ROWLOCK) WHERE" in whole
    assert "WHERE NOT EXISTS (SELECT 1 FROM lease WITH (UPDLOCK, HOLDLOCK) WHERE" in whole
    assert re.search(r"ORDER BY [\w, ]+ OFFSET 0 ROWS FETCH NEXT 500 ROWS ONLY", whole)
    assert "SYSUTCDATETIME()" in whole
    assert tables.LOCK["mssql"][0].startswith("EXEC sp_getapplock")


def test_keys_and_indexes_fit_in_sql_server() -> None:
    """A clustered key holds at most 900 bytes, a nonclustered one 1,700 (Microsoft Learn, CREATE INDEX)."""
    size = {"NVARCHAR(400)": 800, "NVARCHAR(100)": 200, "BIGINT": 8, "FLOAT": 8}
    for statement in tables.statements("mssql", 0):
        key = re.search(r"PRIMARY KEY \(([\w, ]+)\)", statement)
        if key and statement.startswith("CREATE TABLE"):
            types = dict(re.findall(r"(\w+) (NVARCHAR\(\d+\)|BIGINT|FLOAT)", statement))
            assert sum(size[types[name.strip()]] for name in key[1].split(",")) <= 900, statement
