"""Gift cards one by one: what is left of each is what was sold less what was used."""

from __future__ import annotations

from datetime import date

from synccenter.core.database import Database
from synccenter.till.gift_cards import Card, cards
from tests.worlds.till import put, put_receipt, sales


def test_each_card_has_what_was_sold_and_used_of_finished_receipts(database: Database) -> None:
    put_receipt(database, 1)
    put_receipt(database, 2, at="2026-03-05T12:00:00+01:00")
    put_receipt(database, 3, state="voided")
    for receipt, event, amount in ((1, "sold", 50_000), (2, "redeemed", 20_000), (3, "redeemed", 9_000)):
        put(database, "gift_card", till="1", receipt=receipt, row=1, card="A1", event=event, amount=amount)
    assert cards(sales(database)) == [Card("A1", 50_000, 20_000, date(2026, 3, 2), date(2026, 3, 5))]
    assert cards(sales(database))[0].left == 30_000
