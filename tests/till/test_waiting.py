"""till/waiting.py: what is not handed over yet, summed by what it lands on."""

from __future__ import annotations

from synccenter.core.database import Database
from synccenter.till import waiting
from synccenter.till.waiting import After, Sold, Use
from tests.worlds.till import put_receipt, sales


def test_receipts_after_a_number_or_not_closed_by_a_z_report_that_was_read(database: Database) -> None:
    for number, z in ((1, 1), (2, 2), (3, None)):
        put_receipt(database, number, 1000 * number, z_number=z)
    put_receipt(database, 4, 9000, state="voided")
    put_receipt(database, 5, 9000, till="2")
    facts = sales(database)
    assert waiting.payments(facts, After("1", 1)) == {"KORT": Use(2, 5000)}
    assert waiting.payments(facts, After("1", 0, z=2)) == {"KORT": Use(1, 3000)}
    assert waiting.lines(facts, After("1", 0)) == {Sold("goods", 25, ""): Use(3, 6000)}
    assert waiting.rounded(facts, After("1", 0)) == Use(0, 0)
    database.execute("UPDATE receipt SET rounding=50 WHERE number=3")
    assert waiting.rounded(facts, After("1", 2)) == Use(1, 3000)
    assert waiting.rounded(facts, After("1", 3)) == Use(0, 0)


def test_what_went_the_other_way_than_the_sale_did(database: Database) -> None:
    """Cash back on a card; a banknote and the change on it are one payment, and a return is a sale's opposite."""
    put_receipt(database, 1, 10000)
    put_receipt(database, 2, 8000)
    put_receipt(database, 3, -5000)
    sql = "INSERT INTO receipt_payment (company, till, receipt, row, method, amount) VALUES ('1', '1', ?, ?, ?, ?)"
    for values in ((1, 2, "KONTANT", -2000), (2, 2, "KORT", -1000), (3, 2, "KONTANT", 500)):
        database.execute(sql.replace("?", "{}").format(values[0], values[1], f"'{values[2]}'", values[3]))
    kinds = "INSERT INTO payment_method (company, code, name, kind) VALUES ('1', '{0}', '{0}', '{1}')"
    for code, kind in (("KORT", "card"), ("KONTANT", "cash")):
        database.execute(kinds.format(code, kind))
    facts = sales(database)
    assert waiting.given_back(facts, After("1", 0)) == {"KONTANT": Use(2, -1500)}
    assert waiting.given_back(facts, After("1", 1)) == {"KONTANT": Use(1, 500)}
    assert waiting.given_back(facts, After("1", 3)) == {}
