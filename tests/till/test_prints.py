"""The print of a receipt and of a Z report: changes with what is booked, and with nothing else (`till/prints.py`)."""

from __future__ import annotations

import pytest

from synccenter.till.prints import receipt_prints, z_prints
from tests.worlds.small_shop import World


def receipt_three(world: World) -> str:
    shop = world.shop()
    found = dict(receipt_prints(shop.sales, "1", 2, 4))
    shop.close()
    assert sorted(found) == [2, 3, 4]
    return found[3]


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ("UPDATE receipt_line SET amount=amount+1 WHERE till='1' AND receipt=3", True),
        ("UPDATE receipt_payment SET method='X' WHERE till='1' AND receipt=3", True),
        ("DELETE FROM receipt_line WHERE till='1' AND receipt=3", True),
        ("UPDATE receipt SET customer='9' WHERE till='1' AND number=3", True),
        ("UPDATE receipt_line SET amount=amount+1 WHERE till='1' AND receipt<>3", False),
        ("UPDATE receipt SET z_number=NULL, cashier='Åsa'", False),
        ("UPDATE receipt_line SET text='annan text'", False),
    ],
)
def test_a_print_changes_with_what_is_booked(world: World, statement: str, seen: bool) -> None:
    world.trade()
    before = receipt_three(world)
    world.sql(statement)
    assert (receipt_three(world) != before) is seen


def test_a_value_that_cannot_be_read_has_its_print_too(world: World) -> None:
    world.trade()
    world.sql("UPDATE receipt_line SET amount='åtta' WHERE till='1' AND receipt=3")
    assert receipt_three(world)


def test_a_z_report_and_each_of_its_cash_movements_have_their_prints(world: World) -> None:
    world.trade()
    shop = world.shop()
    (before,) = z_prints(shop.sales, "1", 1, 1)
    world.sql("UPDATE z_report SET business_date='2026-11-03' WHERE till='1'")
    world.sql("UPDATE cash_movement SET z_number=1 WHERE till='1'")
    (after,) = z_prints(shop.sales, "1", 1, 1)
    shop.close()
    assert before.report != after.report
    assert before.cash.items() <= after.cash.items()
