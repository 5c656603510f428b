"""A Z report over several days: each sale on its own day, once, whatever the shop books by; and one start date.

Tells of `journal/reports.py` and `posting/shares.py`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from synccenter.run.repair import Repair
from synccenter.truth.proof import prove
from tests.worlds.counter import CounterWorld, Row

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 30)


@pytest.fixture
def shop(tmp_path: Path) -> CounterWorld:
    """The till was not closed over the month's end; a night at the bar; money to the bank on the Saturday."""
    world = CounterWorld(tmp_path / "butik").open("1")
    world.settings("safety.cutover=2026-10-01")
    world.sell(1, "2026-10-30T10:00:00", Row(100_000, 25))
    world.sell(2, "2026-10-31T10:00:00", Row(200_000, 25))
    world.sell(3, "2026-11-02T10:00:00", Row(10_000, 25))
    world.cash(1, "pay_out", "2026-10-31T18:00:00", 50_000, "Bankinsättning")
    world.close(1, "2026-11-02")
    world.sell(4, "2026-11-05T20:00:00", Row(5_000, 12), z=2)
    world.sell(5, "2026-11-06T00:40:00", Row(5_000, 12), z=2)
    world.close(2, "2026-11-05", at="2026-11-06T01:00:00")
    return world


def clean(world: CounterWorld, first: date, last: date) -> bool:
    shop = world.shop()
    books = shop.connector()
    try:
        return prove(shop.sales, shop.ledger, first, last, books=books).clean  # type: ignore[arg-type]
    finally:
        shop.close()


def vat_by_month(world: CounterWorld) -> dict[int, int]:
    sums: dict[int, int] = {}
    for voucher in world.vouchers().values():
        vat = sum(row.amount for row in voucher.postings if row.account in {2611, 2621, 2631})
        sums[voucher.date.month] = sums.get(voucher.date.month, 0) - vat
    return {month: vat for month, vat in sums.items() if vat}


@pytest.mark.parametrize(
    ("unit", "names"),
    [
        ("z", {"1-Z1", "1-Z1-1030", "1-Z1-1031", "1-Z2"}),
        ("day", {"D20261102", "D20261030", "D20261031", "D20261105"}),
        ("receipt", {"1-1", "1-2", "1-3", "1-4", "1-5", "1-K1"}),
    ],
)
def test_octobers_vat_is_octobers_and_the_proof_is_green(shop: CounterWorld, unit: str, names: set[str]) -> None:
    shop.settings(f"posting.unit={unit}")
    assert shop.run().result == "ok"
    assert set(shop.vouchers()) == names
    assert vat_by_month(shop) == {10: 60_000, 11: 2_000 + 1_072}
    assert shop.balances() == {
        1686: 320_000,
        1910: -50_000,
        1914: 50_000,
        3001: -248_000,
        2611: -62_000,
        3002: -8_928,
        2621: -1_072,
    }
    for first, last in ((OCTOBER, NOVEMBER), (date(2026, 11, 2), date(2026, 11, 2)), (date(2026, 11, 5),) * 2):
        assert clean(shop, first, last)
    shop.run()
    assert shop.books.sends == len(names)


def test_a_sale_after_midnight_stays_with_its_evening_when_the_z_report_says_so(shop: CounterWorld) -> None:
    shop.run()
    assert shop.vouchers()["1-Z2"].date == date(2026, 11, 5)
    assert shop.vouchers()["1-Z1-1031"].text == "1-Z1-1031 Z-rapport 1 kassa 1 kvitto 2"


@pytest.mark.parametrize("unit", ["z", "day", "receipt"])
@pytest.mark.parametrize("cutover", ["2026-10-31", "2026-11-01", "2026-11-02", "2026-11-06"])
def test_the_start_date_means_the_same_whatever_the_shop_books_by(shop: CounterWorld, unit: str, cutover: str) -> None:
    shop.settings(f"posting.unit={unit}", f"safety.cutover={cutover}")
    assert shop.run().result == "ok"
    sold = {"2026-10-31": 220_000, "2026-11-01": 20_000, "2026-11-02": 20_000, "2026-11-06": 5_000}[cutover]
    assert shop.balances()[1686] == sold
    assert min(voucher.date for voucher in shop.vouchers().values()) >= date.fromisoformat(cutover)
    assert clean(shop, date.fromisoformat(cutover), NOVEMBER)


@pytest.mark.parametrize("unit", ["z", "day"])
def test_a_parked_z_report_over_several_days_is_parted_when_it_is_whole_again(shop: CounterWorld, unit: str) -> None:
    shop.settings(f"posting.unit={unit}")
    shop.sql("UPDATE receipt_line SET amount='tolv' WHERE receipt=2")
    assert shop.run().parked == 1
    assert not clean(shop, OCTOBER, NOVEMBER)
    shop.sql("UPDATE receipt_line SET amount=200000 WHERE receipt=2")
    shop.run()
    assert vat_by_month(shop) == {10: 60_000, 11: 2_000 + 1_072}
    assert clean(shop, OCTOBER, NOVEMBER)
    assert not shop.books.doubled()


def test_one_day_of_a_z_report_is_parked_alone_and_sent_when_its_line_is_right(shop: CounterWorld) -> None:
    shop.sql("UPDATE receipt_line SET vat=0 WHERE receipt=2")
    shop.sql("UPDATE z_vat SET vat=vat-40000 WHERE z_number=1")
    assert [problem.code for problem in shop.run().problems] == ["B30"]
    assert set(shop.vouchers()) == {"1-Z1", "1-Z1-1030", "1-Z2"}
    shop.sql("UPDATE receipt_line SET vat=40000 WHERE receipt=2")
    shop.sql("UPDATE z_vat SET vat=vat+40000 WHERE z_number=1")
    shop.run()
    assert vat_by_month(shop) == {10: 60_000, 11: 2_000 + 1_072}
    assert shop.balances()[1914] == 50_000


def test_what_an_earlier_version_booked_on_one_day_is_parted_when_a_person_sends_it_again(shop: CounterWorld) -> None:
    """The old voucher of 2 November held October's sales too; sent again they come to their own days."""
    shop.sql("UPDATE receipt SET at='2026-11-02T10:00:00' WHERE z_number=1")
    shop.sql("UPDATE cash_movement SET at='2026-11-02T18:00:00'")
    shop.run()
    assert set(shop.vouchers()) == {"1-Z1", "1-Z2"}
    shop.sql("UPDATE receipt SET at='2026-10-30T10:00:00' WHERE number=1")
    shop.sql("UPDATE receipt SET at='2026-10-31T10:00:00' WHERE number=2")
    opened = shop.shop()

    repair = Repair(opened)
    repair.resend(opened.ledger.get("1-Z1"), "rättar dagen", insist=True)
    opened.close()
    shop.run()
    fresh = shop.vouchers().keys() - {"1-Z1", "1-Z2"}
    assert fresh == {"1-Z1-R2", "1-Z1-1030", "1-Z1-1031"}
    assert sum(shop.balances(*fresh).get(account, 0) for account in (2611,)) == -62_000
