"""Purchases from the drawer and, by choice, cash beside cards: vouchers of their own, each once, the sums the same.

Tells of `journal/reports.py`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from synccenter.truth.proof import prove
from tests.worlds.counter import CounterWorld, Row

BOUGHT = '{reason="Kaffe", account=5460, purchase=true, vat=12}'


@pytest.fixture
def shop(tmp_path: Path) -> CounterWorld:
    world = CounterWorld(tmp_path / "butik").open("1")
    world.sell(1, "2026-11-02T10:00:00", Row(10_000, 25), pay="KONTANT")
    world.sell(2, "2026-11-02T11:00:00", Row(20_000, 25))
    world.sell(3, "2026-11-02T12:00:00", Row(30_000, 25), pay=[("KORT", 20_000), ("KONTANT", 10_000)])
    world.cash(1, "pay_out", "2026-11-02T13:00:00", 5_600, "Kaffe")
    world.cash(2, "pay_out", "2026-11-02T14:00:00", 700, "Pizza till Kalle")
    world.close(1, "2026-11-02")
    return world


def clean(world: CounterWorld) -> bool:
    opened = world.shop()
    day = date(2026, 11, 2)
    try:
        return prove(opened.sales, opened.ledger, day, day, books=None).clean
    finally:
        opened.close()


@pytest.mark.parametrize("unit", ["receipt", "z", "day"])
def test_a_purchase_has_its_vat_and_a_voucher_of_its_own_once(shop: CounterWorld, unit: str) -> None:
    shop.settings(f"posting.cash_movements=[{BOUGHT}]", f"posting.unit={unit}")
    assert shop.run().result == "ok"
    assert shop.balances("1-U1") == {1910: -5_600, 5460: 5_000, 2641: 600}
    assert shop.vouchers()["1-U1"].text == "1-U1 Kaffe ur kassa 1"
    assert shop.balances()[2999] == 700, "a free-text reason parks nothing"
    shop.settings("posting.cash_movements=[]")
    shop.run()
    assert not shop.books.doubled()
    assert clean(shop)


def test_a_reason_that_becomes_a_purchase_while_its_z_report_waits_is_booked_once(shop: CounterWorld) -> None:
    shop.sql("UPDATE receipt_line SET vat=0 WHERE receipt=2")
    shop.run()
    assert shop.vouchers() == {}
    shop.settings(f"posting.cash_movements=[{BOUGHT}]")
    shop.sql("UPDATE receipt_line SET vat=4000 WHERE receipt=2")
    shop.run()
    assert set(shop.vouchers()) == {"1-Z1", "1-U1"}
    assert shop.balances()[1910] == 10_000 + 10_000 - 5_600 - 700


@pytest.mark.parametrize(("unit", "names"), [("z", {"1-Z1", "1-Z1B"}), ("day", {"D20261102", "D20261102B"})])
def test_cash_and_cards_may_have_a_voucher_each(shop: CounterWorld, unit: str, names: set[str]) -> None:
    shop.settings(f"posting.unit={unit}", "posting.split_cash=ja")
    assert shop.run().result == "ok"
    assert set(shop.vouchers()) == names
    cards = max(names)
    assert shop.balances(cards) == {1686: 20_000, 3001: -16_000, 2611: -4_000}
    assert shop.balances()[1910] == 20_000 - 6_300
    assert clean(shop)
    shop.run()
    assert shop.books.sends == 2


def test_a_half_that_waits_is_sent_also_when_the_halves_have_been_given_up(shop: CounterWorld) -> None:
    shop.settings("posting.split_cash=ja")
    shop.sql("UPDATE receipt_line SET vat=0 WHERE receipt=2")
    shop.sql("UPDATE z_vat SET vat=vat-4000")
    shop.run()
    assert set(shop.vouchers()) == {"1-Z1"}
    shop.settings("posting.split_cash=nej")
    shop.sql("UPDATE receipt_line SET vat=4000 WHERE receipt=2")
    shop.sql("UPDATE z_vat SET vat=vat+4000")
    shop.run()
    assert set(shop.vouchers()) == {"1-Z1", "1-Z1B"}
    assert clean(shop)
