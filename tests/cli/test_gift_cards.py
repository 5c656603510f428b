"""The list of gift cards stands beside account 2421, card by card; one that was never sold is told.

Tells of `cli/gift_cards.py`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from synccenter.check import preflight
from synccenter.cli.gift_cards import show
from tests.worlds.counter import CounterWorld, Row


@pytest.fixture
def shop(tmp_path: Path) -> CounterWorld:
    world = CounterWorld(tmp_path / "butik").open("1")
    world.sell(1, "2026-11-02T10:00:00", Row(50_000, 0, "gift_card"))
    world.sell(2, "2026-11-02T11:00:00", Row(20_000, 25), pay="PRESENTKORT")
    world.sell(3, "2026-11-02T12:00:00", Row(5_000, 25), pay="PRESENTKORT")
    world.close(1, "2026-11-02")
    events = ((1, "A1", "sold", 50_000), (2, "A1", "redeemed", 20_000), (3, "B7", "redeemed", 5_000))
    for receipt, card, event, amount in events:
        world.sql(
            "INSERT INTO gift_card VALUES ('1', '1', :r, 1, :card, :event, :amount)",
            r=receipt,
            card=card,
            event=event,
            amount=amount,
        )
    return world


def listed(world: CounterWorld, capsys: Any) -> tuple[str, int]:
    opened = world.shop()
    code = show(opened, None, argparse.Namespace(json=False))  # type: ignore[arg-type]
    opened.close()
    return capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " "), int(code)


def test_the_cards_make_up_the_debt_that_was_booked(shop: CounterWorld, capsys: Any) -> None:
    shop.run()
    text, code = listed(shop, capsys)
    assert code == 0
    assert "Kvar på korten: 250,00 kr. Enligt kvittona (2421): 250,00 kr." in text
    assert shop.balances()[2421] == -25_000
    assert next(row for row in text.splitlines() if row.startswith("B7")).endswith("aldrig sålt i kassan")


def test_a_card_sold_without_a_number_is_a_difference_that_is_shown(shop: CounterWorld, capsys: Any) -> None:
    shop.sell(4, "2026-11-03T10:00:00", Row(10_000, 0, "gift_card"), z=2)
    text, code = listed(shop, capsys)
    assert code != 0
    assert "Skillnad 100,00 kr" in text


def test_the_check_tells_of_a_card_that_was_never_sold(shop: CounterWorld) -> None:
    opened = shop.shop()
    told = [one.problem.sentence() for one in preflight.findings(opened) if one.problem and one.problem.code == "B34"]
    opened.close()
    assert len(told) == 1
    assert "Presentkort B7 är använt för 50,00 kr" in told[0]


def test_every_run_tells_of_cards_never_sold_and_overdrawn_and_of_no_others(shop: CounterWorld) -> None:
    shop.sell(4, "2026-11-03T10:00:00", Row(60_000, 25), pay="PRESENTKORT", z=2)
    shop.sell(5, "2026-11-03T11:00:00", Row(-3_000, 25), pay="PRESENTKORT", z=2)
    shop.close(2, "2026-11-03")
    for receipt, card, amount in ((4, "A1", 60_000), (5, "NYTT", -3_000)):  # the last: paid back onto a new card
        shop.sql(
            "INSERT INTO gift_card VALUES ('1', '1', :r, 1, :card, 'redeemed', :amount)",
            r=receipt,
            card=card,
            amount=amount,
        )
    opened = shop.shop()
    checked = {one.problem.item: one.problem.code for one in preflight.findings(opened) if one.problem}
    opened.close()
    assert (checked["Presentkort A1"], checked["Presentkort B7"]) == ("B36", "B34")
    assert "Presentkort NYTT" not in checked
    for _ in range(2):
        outcome = shop.run()
        assert outcome.result == "ok"
        told = {one.item: one for one in outcome.remarks}
        assert (told["Presentkort A1"].code, told["Presentkort B7"].code) == ("B36", "B34")
        assert "är sålt för 500,00 kr men använt för 800,00 kr" in told["Presentkort A1"].sentence()
        assert "Presentkort NYTT" not in told


def test_single_purpose_vouchers_are_listed_but_are_no_debt_on_2421(tmp_path: Path, capsys: Any) -> None:
    world = CounterWorld(tmp_path / "butik").open("1")
    world.sell(1, "2026-11-02T10:00:00", Row(10_600, 6, "single_purpose"))
    world.close(1, "2026-11-02")
    world.sql("INSERT INTO gift_card VALUES ('1', '1', 1, 1, 'E5', 'sold', 10600)")
    text, code = listed(world, capsys)
    assert code == 0
    assert "Kvar på korten: 0,00 kr. Enligt kvittona (2421): 0,00 kr." in text
    assert next(row for row in text.splitlines() if row.startswith("E5")).endswith("enfunktionsvoucher")


def test_a_voucher_used_at_another_rate_than_it_was_sold_at_is_told_until_the_rate_is_set(tmp_path: Path) -> None:
    world = CounterWorld(tmp_path / "butik").open("1")
    world.sql("INSERT INTO payment_method VALUES ('1', 'BOK', 'Bokcheck', 'single_purpose')")
    world.sell(1, "2026-11-02T10:00:00", Row(10_600, 6, "single_purpose"))
    world.sell(2, "2026-11-02T11:00:00", Row(10_600, 25), pay="BOK")
    world.sell(3, "2026-11-02T12:00:00", Row(10_600, 6, "single_purpose"))
    world.sell(4, "2026-11-02T13:00:00", Row(10_600, 6), pay="BOK")
    world.close(1, "2026-11-02")
    for receipt, card, event in ((1, "E5", "sold"), (2, "E5", "redeemed"), (3, "E6", "sold"), (4, "E6", "redeemed")):
        world.sql(
            "INSERT INTO gift_card VALUES ('1', '1', :r, 1, :card, :event, 10600)", r=receipt, card=card, event=event
        )
    (told,) = [one for one in world.run().remarks if one.code == "B38"]
    assert "Presentkort E5 såldes med 6 % moms, men när det användes togs 25 % tillbaka" in told.sentence()
    assert "ange momssatsen som Bokcheck säljs med" in told.sentence()
    world.settings("posting.payments=[{method='BOK', vat=6}]")
    assert not [one for one in world.run().remarks if one.code == "B38"]
