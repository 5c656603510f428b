"""What a till's last receipts and Z reports are recognised by (till/marks.py)."""

from __future__ import annotations

from datetime import date

from synccenter.till import marks
from tests.worlds.small_shop import World


def test_the_newest_are_the_marks_and_an_unreadable_time_is_none(world: World) -> None:
    world.trade()
    shop = world.shop()
    newest = marks.newest(shop.sales, "receipt", "1", 5)
    assert len(newest) == 5
    assert marks.present(shop.sales, "receipt", "1", [*newest]) == newest
    last = max(newest)
    world.sql("UPDATE receipt SET at='i går' WHERE till='1' AND number=:n", n=last)
    assert marks.present(shop.sales, "receipt", "1", [*newest])[last] == ""
    assert last not in marks.newest(shop.sales, "receipt", "1", 5)
    assert marks.tills_with_receipts(shop.sales) == ["1", "2"]
    shop.close()


def test_what_is_dated_before_a_day_is_found_by_its_number(world: World) -> None:
    world.trade()
    world.sql("UPDATE receipt SET at='2020-01-01T10:00:00+01:00', state='finished' WHERE till='1' AND number=7")
    shop = world.shop()
    assert marks.dated_before(shop.sales, "1", 1, 100, date(2026, 11, 2)) == [7]
    assert marks.dated_before(shop.sales, "1", 8, 100, date(2026, 11, 2)) == []
    count, amount = marks.unsent(shop.sales, "1", 0)
    assert count > 5
    assert amount > 0
    shop.close()
