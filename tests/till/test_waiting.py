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
    assert not waiting.rounded(facts, After("1", 0))
    database.execute("UPDATE receipt SET rounding=50 WHERE number=3")
    assert waiting.rounded(facts, After("1", 2))
    assert not waiting.rounded(facts, After("1", 3))
