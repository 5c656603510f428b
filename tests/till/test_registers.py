"""Registers coming down: only what differs is written, and sales are never touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synccenter.contract.errors import SyncError
from synccenter.contract.model import (
    ROW_TYPE,
    Account,
    Article,
    ArticleGroup,
    Barcode,
    Customer,
    Price,
    Register,
    RegisterRow,
    Stock,
)
from synccenter.core.database import Database, connect
from synccenter.till import demo, schema
from synccenter.till import registers as registers_module
from synccenter.till.registers import PriceChange, Registers, Seen, Written
from synccenter.till.sales import Sales
from tests.worlds.till import STOCKHOLM, Listening, fingerprint

DAY = date(2026, 1, 1)
ROWS: dict[Register, tuple[RegisterRow, RegisterRow]] = {
    Register.ACCOUNTS: (Account(3001, "Försäljning 25 %"), Account(3001, "Försäljning")),
    Register.GROUPS: (ArticleGroup("10", "Mat", 12), ArticleGroup("10", "Mat", 6, 3053)),
    Register.ARTICLES: (Article("A", "Penna", "10", 25, 1990), Article("A", "Penna", "10", 25, 2090)),
    Register.BARCODES: (Barcode("2000000000015", "A"), Barcode("2000000000015", "B")),
    Register.PRICES: (Price("STAM", "A", DAY, 1790), Price("STAM", "A", DAY, 1690)),
    Register.STOCK: (Stock("A", "BUTIK", 5000), Stock("A", "BUTIK", 4000)),
    Register.CUSTOMERS: (Customer("1", "Åsa", city="Umeå"), Customer("1", "Åsa", city="Luleå")),
}


def retired(registers: Registers, register: Register, seen: Seen) -> int:
    """Take what a full fetch did not bring out of use, as it does after its last page; how many there were."""
    return registers.remove(register, registers.missing(register, seen))


def counts(written: Written) -> tuple[int, int, int]:
    return written.new, written.changed, written.unchanged


@pytest.mark.parametrize("register", list(Register))
def test_a_row_is_new_then_unchanged_then_changed(database: Database, register: Register) -> None:
    first, second = ROWS[register]
    registers = Registers(database, "1")
    assert counts(registers.write(register, [first])) == (1, 0, 0)
    assert counts(registers.write(register, [first])) == (0, 0, 1)
    assert counts(registers.write(register, [second])) == (0, 1, 0)
    assert counts(registers.write(register, [second])) == (0, 0, 1)
    assert registers.count(register) == 1
    assert Registers(database, "2").count(register) == 0


def test_every_register_has_its_rows_tested() -> None:
    assert {register: type(rows[0]) for register, rows in ROWS.items()} == ROW_TYPE


@pytest.mark.parametrize("register", list(Register))
def test_an_unchanged_page_takes_no_lock_and_writes_nothing(database: Database, register: Register) -> None:
    listening = Listening(database)
    registers = Registers(listening, "1")
    registers.write(register, [ROWS[register][0]])
    assert listening.transactions == 1
    listening.asked.clear()
    registers.write(register, [ROWS[register][0]])
    assert listening.transactions == 1
    assert all(sql.startswith("SELECT") for sql in listening.asked)


def test_the_till_can_hold_the_write_lock_during_an_unchanged_page(sqlite: Database) -> None:
    article = ROWS[Register.ARTICLES][0]
    Registers(sqlite, "1").write(Register.ARTICLES, [article])
    path = sqlite.query("SELECT file FROM pragma_database_list WHERE name='main'")[0][0]
    till = connect(path)
    before = till.query("PRAGMA data_version")
    with till.transaction():
        assert counts(Registers(sqlite, "1").write(Register.ARTICLES, [article])) == (0, 0, 1)
    assert till.query("PRAGMA data_version") == before
    till.close()


def test_only_the_rows_that_differ_are_written(database: Database) -> None:
    registers = Registers(database, "1")
    registers.write(Register.ARTICLES, [Article(str(number), "Vara", price=number) for number in range(1200)])
    page = [Article(str(number), "Vara", price=number + (number == 7)) for number in range(1201)]
    assert counts(registers.write(Register.ARTICLES, page)) == (1, 1, 1199)
    rows = database.query("SELECT price FROM article WHERE number IN ('7', '8', '1200') ORDER BY price")
    assert rows == [(8,), (8,), (1200,)]


def test_price_changes_are_told(database: Database) -> None:
    registers = Registers(database, "1")
    pen, renamed = Article("A", "Penna", price=1990), Article("A", "Kulspetspenna", price=1990)
    assert registers.write(Register.ARTICLES, [pen]).price_changes == []
    assert registers.write(Register.ARTICLES, [renamed]).price_changes == []
    dearer = registers.write(Register.ARTICLES, [Article("A", "Penna", price=2490)])
    assert dearer.price_changes == [PriceChange("A", "Penna", 1990, 2490)]
    registers.write(Register.PRICES, [ROWS[Register.PRICES][0]])
    cheaper = registers.write(Register.PRICES, [ROWS[Register.PRICES][1]])
    assert cheaper.price_changes == [PriceChange("A", "prislista STAM", 1790, 1690)]


def test_when_a_key_comes_twice_the_last_row_counts(database: Database) -> None:
    page = [Article("A", "Först"), Article("B", "Annan"), Article("A", "Sist")]
    assert counts(Registers(database, "1").write(Register.ARTICLES, page)) == (2, 0, 0)
    assert database.query("SELECT name FROM article WHERE number='A'") == [("Sist",)]


def test_an_article_may_be_in_a_group_that_nobody_knows(database: Database) -> None:
    assert Registers(database, "1").write(Register.ARTICLES, [Article("A", "Penna", "okänd")]).new == 1


def test_an_article_has_several_barcodes_and_prices(database: Database) -> None:
    registers = Registers(database, "1")
    registers.write(Register.BARCODES, [Barcode("1", "A"), Barcode("2", "A")])
    prices = [Price("STAM", "A", DAY, 100), Price("STAM", "A", date(2026, 4, 1), 95), Price("STAM", "A", DAY, 80, 6000)]
    assert registers.write(Register.PRICES, prices).new == 3
    assert counts(registers.write(Register.PRICES, prices)) == (0, 0, 3)
    assert (registers.count(Register.BARCODES), registers.count(Register.PRICES)) == (2, 3)


@pytest.mark.parametrize("register", [Register.ARTICLES, Register.CUSTOMERS, Register.ACCOUNTS])
def test_what_a_full_fetch_did_not_bring_is_taken_out_of_use(database: Database, register: Register) -> None:
    kept = ROWS[register][0]
    others: dict[Register, RegisterRow] = {
        Register.ARTICLES: Article("Z", "Utgången"),
        Register.CUSTOMERS: Customer("9", "Flyttad"),
        Register.ACCOUNTS: Account(9999, "Gammalt"),
    }
    gone = others[register]
    registers = Registers(database, "1")
    registers.write(register, [kept, gone])
    Registers(database, "2").write(register, [gone])
    seen = Seen()
    registers.write(register, [kept], seen)
    assert len(registers.missing(register, seen)) == 1
    assert retired(registers, register, seen) == 1
    assert retired(registers, register, seen) == 0
    assert registers.count(register) == 1
    assert Registers(database, "2").count(register) == 1
    assert counts(registers.write(register, [gone])) == (0, 1, 0)  # comes back into use
    assert registers.count(register) == 2


@pytest.mark.parametrize("register", [Register.BARCODES, Register.PRICES, Register.STOCK])
def test_barcodes_prices_and_stock_that_are_gone_are_deleted(database: Database, register: Register) -> None:
    registers = Registers(database, "1")
    registers.write(register, [ROWS[register][0]])
    kept = Seen()
    registers.write(register, [ROWS[register][0]], kept)
    assert retired(registers, register, kept) == 0
    assert retired(registers, register, Seen()) == 1
    assert registers.count(register) == 0


def test_groups_stay_since_old_receipts_are_posted_by_them(database: Database) -> None:
    registers = Registers(database, "1")
    registers.write(Register.GROUPS, [ROWS[Register.GROUPS][0]])
    assert retired(registers, Register.GROUPS, Seen()) == 0
    assert registers.count(Register.GROUPS) == 1


def test_many_are_retired_in_several_short_transactions(database: Database) -> None:
    listening = Listening(database)
    registers = Registers(listening, "1")
    registers.write(Register.STOCK, [Stock(str(number), "BUTIK", 0) for number in range(1200)])
    listening.transactions = 0
    assert retired(registers, Register.STOCK, Seen()) == 1200
    assert listening.transactions == 3


def test_registers_leave_sales_alone(database: Database) -> None:
    demo.build(database, seed=1, days=1, receipts=20, start=date(2026, 3, 2))
    before = fingerprint(database)
    registers = Registers(database, "1")
    for register, (first, second) in ROWS.items():
        registers.write(register, [first])
        registers.write(register, [second])
        retired(registers, register, Seen())
    assert fingerprint(database) == before
    assert Sales(database, "1", STOCKHOLM).last_receipt("1") > 0


_articles = st.lists(
    st.builds(
        Article,
        number=st.sampled_from(["1", "2", "3", "å", "Å", " 1"]),
        name=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
        price=st.integers(0, 10**12),
        active=st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(pages=st.lists(_articles, max_size=4))
def test_after_a_write_the_till_says_what_the_rows_say(sqlite: Database, pages: Sequence[Sequence[Article]]) -> None:
    sqlite.execute("DELETE FROM article")
    registers = Registers(sqlite, "1")
    wanted: dict[str, Article] = {}
    for page in pages:
        before = dict(wanted)
        wanted.update({article.number: article for article in page})
        written = registers.write(Register.ARTICLES, page)
        touched = {article.number for article in page}
        assert written.new == len(touched - before.keys())
        assert written.changed == sum(before[key] != wanted[key] for key in touched & before.keys())
    rows = sqlite.query("SELECT number, name, price, active FROM article")
    assert set(rows) == {(each.number, each.name, each.price, int(each.active)) for each in wanted.values()}


@given(mine=st.sets(st.integers(0, 10_000)), other=st.sets(st.integers(0, 10_000)), part=st.integers(1, 20))
def test_seen_knows_exactly_what_it_saw(mine: set[int], other: set[int], part: int) -> None:
    seen, here = Seen(), Seen()
    seen.add((str(number), "BUTIK") for number in [*mine, *mine])
    here.add((str(number), "BUTIK") for number in other)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registers_module, "PART", part)
        assert len(seen) == len(mine)
        assert seen.lacks(here) == {hash((str(number), "BUTIK")) for number in other - mine}


def test_pages_are_compared_one_by_one_and_written_together(database: Database) -> None:
    """An article may stand on two pages when the register changes while it is read: the last one counts."""
    listening = Listening(database)
    registers = Registers(listening, "1")
    batch = registers.batch()
    assert counts(batch.take(Register.ARTICLES, [Article("1", "Bröd", price=100), Article("2", "Ost")])) == (2, 0, 0)
    assert counts(batch.take(Register.BARCODES, [Barcode("731", "1")])) == (1, 0, 0)
    again = batch.take(Register.ARTICLES, [Article("1", "Bröd", price=120), Article("2", "Ost")])
    assert counts(again) == (0, 1, 1)
    assert again.price_changes == [PriceChange("1", "Bröd", 100, 120)]
    assert (len(batch), listening.transactions, registers.count(Register.ARTICLES)) == (3, 0, 0)
    batch.write()
    batch.write()
    assert (len(batch), listening.transactions) == (0, 1)
    assert counts(registers.write(Register.ARTICLES, [Article("1", "Bröd", price=120), Article("2", "Ost")])) == (
        0,
        0,
        2,
    )
    assert registers.count(Register.BARCODES) == 1


def test_a_page_that_says_what_the_till_has_takes_back_what_an_earlier_page_said(database: Database) -> None:
    registers = Registers(database, "1")
    registers.write(Register.ARTICLES, [Article("1", "Bröd", price=100)])
    batch = registers.batch()
    batch.take(Register.ARTICLES, [Article("1", "Bröd", price=120)])
    back = batch.take(Register.ARTICLES, [Article("1", "Bröd", price=100)])
    assert back.price_changes == [PriceChange("1", "Bröd", 120, 100)]
    batch.write()
    assert database.query("SELECT price FROM article") == [(100,)]


@pytest.mark.parametrize("order", [1, -1], ids=["in key order", "in another order"])
def test_a_page_without_news_is_unchanged_in_whatever_order_it_comes(database: Database, order: int) -> None:
    page = [Article(number, "Vara", active=number != "Å") for number in ("1", "10", "2", "A", "a", "Å", "å")][::order]
    registers = Registers(database, "1")
    registers.write(Register.ARTICLES, page)
    seen = Seen()
    assert counts(registers.write(Register.ARTICLES, page, seen)) == (0, 0, len(page))
    assert len(seen) == len(page) - 1, "the one that is not in use is not seen"


@pytest.mark.postgres
def test_postgresql_searches_for_each_key_of_a_page_also_without_statistics(postgres_url: str) -> None:
    """It took the whole company to be some hundred rows, and read all of it for each page: 8 seconds, not 2."""
    database = connect(postgres_url, schema="searches")
    schema.create(database)
    database.execute("ALTER TABLE article SET (autovacuum_enabled=off)")
    registers = Registers(database, "1")
    registers.write(Register.ARTICLES, [Article(f"{number:05}", "Vara") for number in range(5000)])
    read = "SELECT relname, pg_stat_get_xact_tuples_fetched(oid), pg_stat_get_xact_tuples_returned(oid) FROM pg_class"
    read += " WHERE oid IN (to_regclass('article'), to_regclass('article_pkey')) ORDER BY relname"
    with database.transaction():
        registers.write(Register.ARTICLES, [Article(f"{number:05}", "Vara") for number in range(100)])
        assert database.query(read) == [("article", 0, 0), ("article_pkey", 100, 100)]
    database.close()


@pytest.mark.postgres
def test_a_table_that_is_missing_is_told_as_the_server_says_it(postgres_url: str) -> None:
    database = connect(postgres_url, schema="missing")
    with pytest.raises(SyncError) as told:
        Registers(database, "1").write(Register.ARTICLES, [ROWS[Register.ARTICLES][0]])
    assert told.value.problem.code == "D04"
    with pytest.raises(SyncError) as told:
        database.upsert("article", ("number",), ("number", "name"), [("A", "Penna")])
    assert told.value.problem.code == "D04"
    schema.create(database)
    assert Registers(database, "1").write(Register.ARTICLES, [ROWS[Register.ARTICLES][0]]).new == 1
    database.close()


@pytest.mark.postgres
def test_postgresql_plans_each_page_for_the_table_as_it_is_now(postgres_url: str) -> None:
    """A plan kept from the first, empty pages made 100,000 articles take 50 seconds instead of 7."""
    database = connect(postgres_url, schema="plans")
    schema.create(database)
    for _ in range(12):
        Registers(database, "1").write(Register.ARTICLES, [ROWS[Register.ARTICLES][0]])
    assert database.query("SELECT COUNT(*) FROM pg_prepared_statements") == [(0,)]
    database.close()
