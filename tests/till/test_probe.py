"""The probe tells an integrator in Swedish what is missing or wrong."""

from __future__ import annotations

import pytest

from synccenter.core.database import Database
from synccenter.till import schema
from synccenter.till.probe import probe
from tests.worlds.till import put, put_receipt


def test_an_empty_database_lacks_every_table_by_name(empty: Database) -> None:
    problems = probe(empty)
    assert [problem.item for problem in problems] == [table.name for table in schema.CONTRACT]
    assert {problem.code for problem in problems} == {"K01"}
    assert "Tabellen eller vyn ”receipt” finns inte." in [problem.what for problem in problems]


def test_a_missing_column_is_named(database: Database) -> None:
    database.execute("ALTER TABLE receipt DROP COLUMN cashier")
    (problem,) = probe(database)
    assert (problem.code, problem.item) == ("K02", "receipt.cashier")
    assert problem.what == "Kolumnen ”cashier” saknas i ”receipt”."


@pytest.mark.parametrize(
    ("table", "column", "declared", "wanted"),
    [
        ("receipt_payment", "amount", "REAL", "heltal"),
        ("receipt_line", "article", "INTEGER", "text"),
        ("z_report", "business_date", "TIMESTAMP", "datum (2026-04-01)"),
        ("article", "active", "REAL", "heltal, 0 eller 1"),
        ("receipt", "at", "INTEGER", "tid (2026-04-01T14:30:00)"),
    ],
)
def test_a_wrong_type_is_named_with_the_right_one(
    empty: Database, table: str, column: str, declared: str, wanted: str
) -> None:
    schema.create(empty)
    columns = next(each.columns for each in schema.CONTRACT if each.name == table)
    plain = {"text": "TEXT", "integer": "BIGINT", "date": "DATE", "datetime": "TEXT", "boolean": "SMALLINT"}
    types = {each.name: plain[each.type] for each in columns} | {column: declared}
    empty.execute(f"DROP TABLE {table}")
    empty.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in types.items())})")
    (problem,) = probe(empty)
    assert (problem.code, problem.item) == ("K03", f"{table}.{column}")
    assert f"ska vara {wanted} men är " in problem.what
    assert declared.split(maxsplit=1)[0].lower() in problem.what.lower()


def test_views_do_in_place_of_tables(database: Database) -> None:
    put_receipt(database, 1)
    for table in ("receipt", "receipt_line", "z_report"):
        database.execute(f"ALTER TABLE {table} RENAME TO own_{table}")
        database.execute(f"CREATE VIEW {table} AS SELECT * FROM own_{table}")
    assert probe(database) == []


def test_a_view_that_computes_kronor_is_found_out_by_its_values(database: Database) -> None:
    put_receipt(database, 1, amount=1250)
    names = [name for name in schema.RECEIPT_PAYMENT.names if name != "amount"]
    database.execute("ALTER TABLE receipt_payment RENAME TO own_payment")
    database.execute(
        f"CREATE VIEW receipt_payment AS SELECT {', '.join(names)}, amount / 100.0 AS amount FROM own_payment"
    )
    (problem,) = probe(database)
    assert problem.code in {"K03", "K04"}
    assert "amount" in problem.what
    assert "heltal" in problem.what


def test_a_sum_that_a_view_makes_a_decimal_type_is_still_a_whole_number(database: Database) -> None:
    put_receipt(database, 1, amount=1250)
    names = [name for name in schema.RECEIPT_PAYMENT.names if name != "amount"]
    database.execute("ALTER TABLE receipt_payment RENAME TO own_payment")
    grouped = ", ".join(names)
    database.execute(
        f"CREATE VIEW receipt_payment AS SELECT {grouped}, SUM(amount) AS amount FROM own_payment GROUP BY {grouped}"
    )
    assert probe(database) == []


def test_what_sqlite_lets_through_is_found_by_reading(sqlite: Database) -> None:
    put_receipt(sqlite, 1, amount="12,50", state="klart", at="igår")
    put(sqlite, "article", number="1", name="Penna", active=7)
    problems = {problem.what.partition(" Raden är ")[0] for problem in probe(sqlite)}
    assert "amount i receipt_payment innehåller ”12,50”, som inte är ett heltal." in problems
    assert "state i receipt innehåller ”klart”, som inte är något av finished, cancelled, parked, voided." in problems
    assert "at i receipt innehåller ”igår”, som inte är en tid som 2026-04-01T14:30:00 (år 2000–2099)." in problems
    assert "active i article innehåller ”7”, som inte är 0 eller 1." in problems


def test_the_newest_rows_are_looked_at_too(sqlite: Database) -> None:
    for number in range(1, 450):
        put(sqlite, "receipt", till="1", number=number, state="finished", at="2026-03-02T12:00:00")
    sqlite.execute("UPDATE receipt SET state='ok' WHERE number=449")
    assert [problem.code for problem in probe(sqlite)] == ["K04"]


def test_a_view_that_does_not_run_is_named_with_the_databases_own_words(database: Database) -> None:
    if database.dialect.name != "sqlite":
        pytest.skip("a server keeps a table from being dropped under a view")
    database.execute("ALTER TABLE z_vat RENAME TO own")
    database.execute("CREATE VIEW z_vat AS SELECT * FROM own")
    database.execute("DROP TABLE own")
    (problem,) = probe(database)
    assert (problem.code, problem.item, problem.detail) == ("K20", "z_vat", "no such table: main.own")
