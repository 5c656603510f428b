"""The contract with the till: declared once, the same in three databases and in the integrator's document."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum

import pytest
import sqlglot
from sqlglot.errors import ErrorLevel

from synccenter.contract.model import (
    Article,
    Barcode,
    CashKind,
    Customer,
    LineKind,
    PaymentKind,
    Price,
    ReceiptState,
    Register,
    RegisterRow,
    Stock,
)
from synccenter.core.database import Database, SQLServer
from synccenter.till import demo, schema
from synccenter.till.probe import probe
from synccenter.till.registers import Registers, Seen
from synccenter.till.sales import Sales, companies
from synccenter.till.table import Table
from tests.places import PROJECT
from tests.worlds.till import STOCKHOLM, SpeaksSQLServer

ROWS: dict[Register, RegisterRow] = {
    Register.ARTICLES: Article("A1", "Penna"),
    Register.BARCODES: Barcode("2000000000015", "A1"),
    Register.PRICES: Price("STAM", "A1", date(2026, 1, 1), 900),
    Register.STOCK: Stock("A1", "BUTIK", 5000),
    Register.CUSTOMERS: Customer("1", "Kund"),
}


@pytest.mark.parametrize("table", schema.CONTRACT, ids=lambda table: table.name)
def test_everything_is_keyed_on_the_company_first(table: Table) -> None:
    assert table.key[0] == "company"
    assert set(table.key) <= set(table.names)
    assert all(index[0] == "company" and set(index) <= set(table.names) for index in table.indexes)


@pytest.mark.parametrize("table", schema.CONTRACT, ids=lambda table: table.name)
def test_the_integrators_document_says_what_the_contract_says(table: Table) -> None:
    assert table.markdown() in (PROJECT / "docs" / "KASSAN.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("receipt_line", "kind", LineKind),
        ("payment_method", "kind", PaymentKind),
        ("cash_movement", "kind", CashKind),
        ("receipt", "state", ReceiptState),
    ],
)
def test_the_contract_names_every_value_that_the_program_knows(table: str, column: str, values: type[Enum]) -> None:
    (declared,) = (one for one in schema.CONTRACT if one.name == table)
    (doc,) = (one.doc for one in declared.columns if one.name == column)
    assert [one.value for one in values if one.value not in re.findall(r"\w+", doc)] == []


def test_a_created_till_fulfils_the_contract(database: Database) -> None:
    assert probe(database) == []
    schema.create(database)  # a second time is harmless


@pytest.mark.parametrize("table", schema.CONTRACT, ids=lambda table: table.name)
def test_sql_server_understands_the_tables(table: Table) -> None:
    for statement in table.ddl(SQLServer()):
        assert _parsed(statement) == "Create"


def test_a_key_of_sql_server_holds_within_900_bytes() -> None:
    for table in schema.CONTRACT:
        types = {column.name: column.type for column in table.columns}
        for key in (table.key, *table.indexes):
            assert sum(120 if types[name] == "text" else 8 for name in key) <= 900


def test_sql_server_understands_all_that_is_asked(sqlite: Database) -> None:
    demo.build(sqlite, seed=1, days=2, receipts=30, start=date(2026, 3, 2))
    database = SpeaksSQLServer(sqlite)
    _ask_everything(database)
    kinds = {_parsed(sql) for sql in database.asked}
    assert kinds == {"Select", "Merge", "Update", "Delete"}


def _ask_everything(database: SpeaksSQLServer) -> None:
    assert [company.id for company in companies(database)] == ["1"]
    sales = Sales(database, "1", STOCKHOLM)
    assert sales.tills()
    assert sales.payment_methods()
    assert sales.groups()
    assert len(sales.receipts_after("1", 0, 5)) == 5
    assert len(sales.receipts_numbered("1", [1, 2, 9])) == 3
    assert sales.receipts_of_z("1", 1)
    assert sales.z_after("1", 0)
    assert sales.z_numbered("1", [1])
    assert sales.cash_of_z("1", 1)
    assert sales.orders_after("1", 0)
    assert sales.customer_changes_after(0)
    assert sales.receipt_gaps("1", 1, sales.last_receipt("1") + 1)
    assert sales.z_gaps("1", 1, sales.last_z("1")) == []
    assert sales.states("1", date(2026, 3, 1), date(2026, 3, 9))
    assert sales.z_facts(date(2026, 3, 1), date(2026, 3, 9))
    assert sales.voided_numbers("1", range(1, 60))
    assert sales.first_receipt_on("1", date(2026, 3, 2)) == 1
    assert sales.first_z_on("1", date(2026, 3, 2)) == 1
    assert probe(database) == []
    registers = Registers(database, "1")
    for register, row in ROWS.items():
        assert registers.write(register, [row]).new == 1 or register is Register.BARCODES
        assert registers.count(register)
        registers.remove(register, registers.missing(register, Seen()))


def _parsed(sql: str) -> str:
    """The kind of a T-SQL statement; a statement that cannot be parsed raises."""
    named = re.sub(r":(\w+)", r"@\1", sql)
    tree = sqlglot.parse_one(named, read="tsql", error_level=ErrorLevel.RAISE)
    return type(tree).__name__
