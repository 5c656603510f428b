"""The tills' cash accounts over the life of a shop: kept at the first run, shown with their names, migrated.

Tells of `journal/drawers.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from synccenter.check import preflight
from tests.worlds.counter import CounterWorld, Row


def shop_with(tmp_path: Path, *tills: str) -> CounterWorld:
    return CounterWorld(tmp_path / "butik").open(*tills)


def sell(world: CounterWorld, till: str, number: int) -> None:
    world.sell(number, f"2026-11-{number + 1:02d}T10:00:00", Row(10_000, 25), pay="KONTANT", till=till, z=number)
    world.cash(number, "pay_out", f"2026-11-{number + 1:02d}T20:00:00", 4_000, "Bankinsättning", till=till, z=number)
    world.close(number, f"2026-11-{number + 1:02d}", till=till)


@pytest.mark.slow
def test_a_new_till_never_moves_the_others_and_its_cash_sales_and_movements_agree(tmp_path: Path) -> None:
    world = shop_with(tmp_path, "2", "3", "6")
    world.settings('posting.payments=[{method="KONTANT", till="6", account=1915}]')
    for till in ("2", "3", "6"):
        sell(world, till, 1)
    world.run()
    assert world.balances() == {1911: 6_000, 1912: 6_000, 1915: 6_000, 1914: 12_000, 3001: -24_000, 2611: -6_000}
    world.put_up("1", "Baren")
    for till, number in (("1", 1), ("2", 2), ("3", 2)):
        sell(world, till, number)
    world.run()
    cash = {account: amount for account, amount in world.balances().items() if account in range(1910, 1920)}
    assert cash == {1911: 12_000, 1912: 12_000, 1913: 6_000, 1915: 6_000, 1914: 24_000}
    opened = world.shop()
    titles = [finding.title for finding in preflight.findings(opened)]
    opened.close()
    assert "Kontanter: Baren 1913, Kassa 2 1911, Kassa 3 1912, Kassa 6 1915" in titles


def test_a_shop_that_has_booked_with_an_earlier_version_keeps_its_accounts(tmp_path: Path) -> None:
    world = shop_with(tmp_path, "1", "2")
    world.settings("posting.cash_accounts=1910,1911")
    sell(world, "1", 1)
    sell(world, "2", 1)
    world.run()
    ledger = world.ledger
    world.sql("DELETE FROM place WHERE name LIKE 'drawer:%'", ledger)  # as an earlier version left it
    world.settings("posting.cash_accounts=")
    sell(world, "2", 2)
    world.run()
    world.put_up("0")
    sell(world, "0", 1)
    world.run()
    cash = {account: amount for account, amount in world.balances().items() if account in {1910, 1911, 1912}}
    assert cash == {1910: 6_000, 1911: 12_000, 1912: 6_000}
