"""Reading what the till has sold, on every kind of database.

Tells of `till/values.py`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from synccenter.contract.errors import SyncError
from synccenter.contract.model import (
    CashKind,
    Customer,
    CustomerChange,
    LineKind,
    MethodTotal,
    Order,
    OrderLine,
    Receipt,
    ReceiptKey,
    ReceiptState,
    VatTotal,
    ZReport,
)
from synccenter.core.database import Database, SQLite
from synccenter.till import schema
from synccenter.till.sales import Sales, Unreadable, companies, unread_companies
from synccenter.till.strays import strays
from tests.places import PROJECT
from tests.worlds.till import STOCKHOLM, Listening, fingerprint, put, put_receipt, put_z, sales

SOURCE = PROJECT / "synccenter"


def test_the_shop_tells_what_it_has(database: Database) -> None:
    put(database, "company", company="2", name="Andra AB")
    put(database, "company", name="Första AB", org_number="556677-8899", store="Torget", fiscal_year_start=7)
    put(database, "till", id="1", name="Kassa 1", store="Torget")
    put(database, "payment_method", code="KORT", name="Kort", kind="card")
    put(database, "article_group", code="10", name="Mat", vat_rate=12, sales_account=3052)
    assert [(company.id, company.fiscal_year_start) for company in companies(database)] == [("1", 7), ("2", 1)]
    assert [till.name for till in sales(database).tills()] == ["Kassa 1"]
    assert [method.kind.value for method in sales(database).payment_methods()] == ["card"]
    assert [group.sales_account for group in sales(database).groups()] == [3052]
    assert sales(database, "2").tills() == []


def test_a_receipt_comes_whole(database: Database) -> None:
    key = {"till": "1", "receipt": 7}
    put(
        database,
        "receipt",
        till="1",
        number=7,
        state="finished",
        at="2026-03-02T12:30:05+01:00",
        z_number=3,
        customer="1001",
        rounding=10,
        return_till="2",
        return_number=5,
        cashier="AL",
    )
    put(database, "receipt_line", row=2, kind="deposit", text="Pant", amount=-100, **key)
    put(database, "receipt_line", row=1, kind="goods", article="A", amount=-990, vat=-198, vat_rate=25, **key)
    put(database, "receipt_payment", row=1, method="KONTANT", amount=-1080, **key)
    (receipt,) = sales(database).receipts_after("1", 0)
    assert isinstance(receipt, Receipt)
    assert receipt.key == ReceiptKey("1", 7)
    assert receipt.at == datetime(2026, 3, 2, 12, 30, 5, tzinfo=STOCKHOLM)
    assert (receipt.z_number, receipt.customer, receipt.cashier) == (3, "1001", "AL")
    assert receipt.return_of == ReceiptKey("2", 5)
    assert [(line.row, line.kind, line.amount) for line in receipt.lines] == [
        (1, LineKind.GOODS, -990),
        (2, LineKind.DEPOSIT, -100),
    ]
    assert receipt.total == -1080 == sum(line.amount for line in receipt.lines) + receipt.rounding


def test_receipts_come_in_order_a_batch_at_a_time(database: Database) -> None:
    for number in (3, 1, 12, 2, 10):
        put_receipt(database, number)
    put_receipt(database, 4, till="2")
    put_receipt(database, 5, company="2")
    assert [receipt.number for receipt in sales(database).receipts_after("1", 1, limit=3)] == [2, 3, 10]
    assert [receipt.number for receipt in sales(database).receipts_numbered("1", [12, 1, 99])] == [1, 12]
    assert sales(database).last_receipt("1") == 12
    assert sales(database).last_receipt("3") == 0


def test_numbers_far_apart_are_found_without_reading_what_lies_between(database: Database) -> None:
    for number in (1, 500, 100_000):
        put_receipt(database, number, amount=number)
    listening = Listening(database)
    found = Sales(listening, "1", STOCKHOLM).receipts_numbered("1", [100_000, 1])
    assert [(receipt.number, isinstance(receipt, Receipt) and receipt.total) for receipt in found] == [
        (1, 1),
        (100_000, 100_000),
    ]
    assert not any("BETWEEN" in sql for sql in listening.asked)


def test_a_batch_takes_three_statements(database: Database) -> None:
    for number in range(1, 41):
        put_receipt(database, number)
    listening = Listening(database)
    assert len(Sales(listening, "1", STOCKHOLM).receipts_after("1", 0)) == 40
    assert len(listening.asked) == 3


def test_a_row_that_comes_twice_is_told_at_the_end_of_a_batch_too(tmp_path: Path) -> None:
    """The second of the two lies beyond the batch: the first alone would have been a receipt like any other."""
    database = SQLite(tmp_path / "vyer.sqlite")
    schema.create(database)
    for number in (1, 2, 3):
        put_receipt(database, number)
    database.script(
        ("ALTER TABLE receipt RENAME TO r", "CREATE VIEW receipt AS SELECT * FROM r UNION ALL SELECT * FROM r")
    )
    found = sales(database).receipts_after("1", 0, 1)
    assert [type(one) for one in found] == [Unreadable]
    assert [one.number for one in sales(database).receipts_after("1", 1, 2)] == [2]
    database.close()


def test_the_receipts_of_a_z_report(database: Database) -> None:
    put_receipt(database, 1, z_number=1)
    put_receipt(database, 2, z_number=2)
    put_receipt(database, 3, z_number=1, state="voided")
    put_receipt(database, 4)
    assert [receipt.number for receipt in sales(database).receipts_of_z("1", 1)] == [1, 3]


@pytest.mark.parametrize(
    ("stored", "local"),
    [
        ("2026-07-01T14:00:00", "2026-07-01T14:00:00+02:00"),  # no offset: the shop's own time
        ("2026-01-01T14:00:00", "2026-01-01T14:00:00+01:00"),
        ("2026-07-01T22:30:00Z", "2026-07-02T00:30:00+02:00"),
        ("2026-07-01 14:00:00.250", "2026-07-01T14:00:00.250000+02:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),  # the second time the clock shows 02:30
    ],
)
def test_times_come_out_in_the_shops_zone(sqlite: Database, stored: str, local: str) -> None:
    put_receipt(sqlite, 1, at=stored)
    (receipt,) = sales(sqlite).receipts_after("1", 0)
    assert isinstance(receipt, Receipt)
    assert receipt.at.isoformat() == local


def test_a_view_with_a_real_timestamp_is_read(empty: Database) -> None:
    if empty.dialect.name != "postgresql":
        assert empty.query("SELECT 1") == [(1,)]  # SQLite has no such type
        return
    from synccenter.till import schema

    schema.create(empty)
    put_receipt(empty, 1, at="2026-03-02T12:00:00+01:00")
    empty.execute("ALTER TABLE receipt ALTER COLUMN at TYPE timestamptz USING at::timestamptz")
    (receipt,) = sales(empty).receipts_after("1", 0)
    assert isinstance(receipt, Receipt)
    assert receipt.at == datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert sales(empty).states("1", date(2026, 3, 2), date(2026, 3, 2))[ReceiptState.FINISHED] == 1
    assert sales(empty).first_receipt_on("1", date(2026, 3, 2)) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE receipt SET state='ok' WHERE number=2", "state i receipt innehåller ”ok”"),
        ("UPDATE receipt SET at='2026-02-30' WHERE number=2", "at i receipt innehåller ”2026-02-30”"),
        ("UPDATE receipt_line SET amount=12.5 WHERE receipt=2", "amount i receipt_line innehåller ”12.5”"),
        ("UPDATE receipt_payment SET amount='x' WHERE receipt=2", "amount i receipt_payment innehåller ”x”"),
    ],
)
def test_a_value_that_cannot_be_read_sets_one_receipt_aside(sqlite: Database, change: str, told: str) -> None:
    for number in (1, 2, 3):
        put_receipt(sqlite, number)
    sqlite.execute(change)
    first, second, third = sales(sqlite).receipts_after("1", 0)
    assert isinstance(first, Receipt)
    assert isinstance(third, Receipt)
    assert isinstance(second, Unreadable)
    assert (second.till, second.number, second.problem.code) == ("1", 2, "K04")
    assert second.problem.item == "Kvitto 1-2"
    assert told in second.problem.what


@pytest.mark.parametrize("number", ["A17", -3, 0, 2**62, b"8", 1.5])
def test_a_receipt_without_a_number_stops_nobody_and_is_told(sqlite: Database, number: object) -> None:
    put(sqlite, "till", id="1")
    for one in (1, 2, 3):
        put_receipt(sqlite, one)
    sqlite.execute("UPDATE receipt SET number=:n WHERE number=2", {"n": number})
    reader = sales(sqlite)
    assert [one.number for one in reader.receipts_after("1", 0)] == [1, 3]
    (problem, *_) = strays(reader, date(2026, 1, 1), lambda _till: False)
    assert problem.code == "K04"
    assert problem.item.startswith("Kvitto till=1, number=")
    assert "number i receipt innehåller ”" in problem.what
    assert reader.last_receipt("1") == 3


def test_rows_of_no_till_and_no_company_are_told_once_each(database: Database) -> None:
    """Not those of a till that was read before, or that sold nothing since the start date: it was taken away."""
    put(database, "company", name="Butiken")
    put(database, "till", id="1")
    put(database, "till", id="3")
    for till in ("0", "1", "2", "3", "4"):
        put_receipt(database, 1, till=till)
    put_receipt(database, 1, till="5", at="2025-12-31T12:00:00")
    put_receipt(database, 1, company="9")
    wrong = strays(sales(database), date(2026, 1, 1), lambda till: till == "4")
    found = [(problem.code, problem.what) for problem in wrong]
    assert {code for code, _ in found} == {"D21"}
    assert sorted(what.partition(" Raden")[0].partition("innehåller ")[2] for _, what in found) == [
        "”0”, som inte finns i tabellen till.",
        "”2”, som inte finns i tabellen till.",
        "”9”, som inte finns i tabellen company.",
    ]


def test_a_z_report_comes_with_its_totals(database: Database) -> None:
    put_z(database, 1, "2026-03-02", 1, 10, 50_000)
    put_z(database, 2, "2026-03-03", 11, 20, 70_000)
    put_z(database, 1, "2026-03-02", 1, 10, 90_000, till="2")
    assert [z.number for z in sales(database).z_after("1", 0)] == [1, 2]
    (z,) = sales(database).z_numbered("1", [2])
    assert isinstance(z, ZReport)
    assert (z.business_date, z.first_receipt, z.last_receipt, z.total) == (date(2026, 3, 3), 11, 20, 70_000)
    assert z.vat_totals == (VatTotal(25, 70_000, 14_000),)
    assert z.method_totals == (MethodTotal("KORT", 70_000),)
    assert sales(database).last_z("1") == 2
    assert sales(database).last_z("9") == 0


def test_a_broken_z_report_is_set_aside(sqlite: Database) -> None:
    put_z(sqlite, 1, "2026-03-02", 1, 10, 50_000)
    put_z(sqlite, 2, "2026-03-03", 11, 20, 70_000)
    sqlite.execute("UPDATE z_vat SET vat='mycket' WHERE z_number=1")
    broken, whole = sales(sqlite).z_after("1", 0)
    assert isinstance(broken, Unreadable)
    assert broken.problem.item == "Z 1-1"
    assert isinstance(whole, ZReport)


def test_cash_that_is_no_sale(database: Database) -> None:
    def move(number: int, kind: str, amount: int, **more: int | str) -> None:
        at = "2026-03-02T19:00:00"
        put(database, "cash_movement", till="1", number=number, kind=kind, at=at, amount=amount, **more)

    move(2, "counted", 199_000, expected=200_000, z_number=1)
    move(1, "pay_out", 5_000, reason="Frimärken", z_number=1)
    move(3, "float", 200_000)
    out, counted = sales(database).cash_of_z("1", 1)
    assert (out.kind, out.reason, out.expected) == (CashKind.PAY_OUT, "Frimärken", None)
    assert (counted.kind, counted.amount, counted.expected) == (CashKind.COUNTED, 199_000, 200_000)


def test_orders_and_customers_taken_at_the_till(database: Database) -> None:
    at = "2026-03-02T14:00:00"
    put(database, "customer_order", till="1", number=4, at=at, customer="1001")
    line = {"article": "A", "text": "Bord", "quantity": 1000, "amount": 500_000, "vat_rate": 25}
    put(database, "customer_order_line", till="1", order_number=4, row=1, **line)
    put(database, "customer_change", sequence=8, at=at, number="1001", name="Åsa", city="Umeå")
    (order,) = sales(database).orders_after("1", 3)
    assert isinstance(order, Order)
    assert (order.reference, order.customer) == ("1-O4", "1001")
    assert order.lines == (OrderLine("A", "Bord", 1000, 500_000, 25),)
    assert sales(database).orders_after("1", 4) == []
    (change,) = sales(database).customer_changes_after(7)
    assert isinstance(change, CustomerChange)
    assert (change.sequence, change.customer) == (8, Customer("1001", "Åsa", city="Umeå"))
    assert change.at == datetime(2026, 3, 2, 14, tzinfo=STOCKHOLM)
    assert sales(database).customer_changes_after(8) == []


def test_reading_leaves_no_trace(database: Database) -> None:
    put_receipt(database, 1, z_number=1)
    put_z(database, 1, "2026-03-02", 1, 1, 10_000)
    before = fingerprint(database)
    reader = sales(database)
    reader.receipts_after("1", 0)
    reader.z_facts(date(2026, 1, 1), date(2026, 12, 31))
    reader.states("1", date(2026, 1, 1), date(2026, 12, 31))
    assert fingerprint(database) == before


def test_only_the_demo_can_write_sales() -> None:
    """No statement that writes stands in any other file that can reach a till (SKVFS 2014:9 chapter 6 section 1)."""
    writes = re.compile(r"\b(INSERT|UPDATE|DELETE|MERGE|REPLACE|ALTER|DROP|TRUNCATE)\s|upsert\(|\.execute\(", re.ASCII)
    reading = {
        "sales.py",
        "facts.py",
        "values.py",
        "probe.py",
        "strays.py",
        "demo_day.py",
        "demo_shop.py",
        "demo_basket.py",
    }
    for name in reading:
        assert not writes.search((SOURCE / "till" / name).read_text(encoding="utf-8")), name
    importers = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(r"schema\.(RECEIPT|Z_|CASH_|GIFT_|CUSTOMER_)", path.read_text(encoding="utf-8"))
    ]
    assert sorted(importers) == [
        "till/demo.py",
        "till/facts.py",
        "till/sales.py",
        "till/strays.py",
        "tillfiles/tables.py",
    ]


@pytest.mark.parametrize("month", [0, 13, -1])
def test_a_financial_year_that_begins_in_no_month_is_refused_where_it_is_read(database: Database, month: int) -> None:
    put(database, "company", name="Butiken AB", org_number="", store="", fiscal_year_start=month)
    assert companies(database) == []
    (problem,) = unread_companies(database).values()
    assert problem.code == "K04"
    assert "ett heltal från 1 till 12" in problem.what


@pytest.mark.parametrize("store", [b"Hj\xf6rnan", "a\0b"])
def test_a_stores_name_that_cannot_be_read_is_left_empty_and_told(tmp_path: Path, store: object) -> None:
    database = SQLite(tmp_path / "kassa.sqlite")  # a server takes no such text
    schema.create(database)
    put(database, "company", name="Butiken AB", org_number="556677-8899", store=store, fiscal_year_start=1)
    (company,) = companies(database)
    assert (company.name, company.store) == ("Butiken AB", "")
    assert unread_companies(database) == {}
    problem = Sales(database, company.id, STOCKHOLM).unread()["company", company.id]
    assert problem.code == "K04"
    assert problem.then.startswith("Butikens namn lämnas tomt; allt annat går som vanligt.")
    database.close()


@pytest.mark.parametrize("z", [1.5, 0.5, b"1", "1A", 10**17])
def test_cash_whose_z_number_is_none_makes_its_reports_wait_and_is_told(tmp_path: Path, z: object) -> None:
    database = SQLite(tmp_path / "kassa.sqlite")
    schema.create(database)
    put(database, "company", name="Butiken AB", org_number="", store="", fiscal_year_start=1)
    put(database, "till", id="1", name="", store="")
    put(
        database,
        "cash_movement",
        till="1",
        number=1,
        at="2026-03-02T12:00:00",
        kind="pay_in",
        amount=50_000,
        z_number=z,
    )
    read = Sales(database, "1", STOCKHOLM)
    with pytest.raises(SyncError) as waits:
        read.cash_of_z("1", 1)
    assert waits.value.problem.code == "K04"
    assert "z_number i cash_movement" in " ".join(
        problem.what for problem in strays(read, date(2026, 1, 1), lambda _till: True)
    )
    database.close()
