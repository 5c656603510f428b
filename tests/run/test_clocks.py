"""Midnight, summer time and clocks that go wrong, as a whole run meets them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from synccenter.contract.model import Voucher
from synccenter.core.database import SQLite
from synccenter.journal.delivery import State
from synccenter.till.demo import open_shop
from synccenter.truth.proof import prove
from tests.worlds.small_shop import World

COMPANY = "(SELECT company FROM company)"


def opened(world: World, now: datetime, cutover: str) -> World:
    database = SQLite(world.till)
    open_shop(database)
    database.close()
    world.clock.now = now
    world.settings(f"safety.cutover={cutover}", "posting.unit=receipt")
    return world


def sell(world: World, number: int, at: str, amount: int = 1000, z: int | None = None) -> None:
    world.sql(
        "INSERT INTO receipt (company, till, number, state, at, rounding, z_number)"
        f" VALUES ({COMPANY}, '1', :n, 'finished', :at, 0, :z)",
        n=number,
        at=at,
        z=z,
    )
    world.sql(
        "INSERT INTO receipt_line (company, till, receipt, row, kind, quantity, amount, vat, vat_rate)"
        f" VALUES ({COMPANY}, '1', :n, 1, 'goods', 1000, :a, :v, 25)",
        n=number,
        a=amount,
        v=amount // 5,
    )
    world.sql(
        "INSERT INTO receipt_payment (company, till, receipt, row, method, amount)"
        f" VALUES ({COMPANY}, '1', :n, 1, 'KORT', :a)",
        n=number,
        a=amount,
    )


def close(world: World, z: int, day: str, first: int, last: int, total: int) -> None:
    world.sql(
        "UPDATE receipt SET z_number=:z WHERE number BETWEEN :first AND :last AND till='1'", z=z, first=first, last=last
    )
    world.sql(
        "INSERT INTO z_report (company, till, number, at, business_date, first_receipt, last_receipt, total, rounding)"
        f" VALUES ({COMPANY}, '1', :z, :at, :day, :first, :last, :total, 0)",
        z=z,
        at=f"{day}T23:59:00",
        day=day,
        first=first,
        last=last,
        total=total,
    )
    if total:
        world.sql(f"INSERT INTO z_vat VALUES ({COMPANY}, '1', :z, 25, :total, :vat)", z=z, total=total, vat=total // 5)
        world.sql(f"INSERT INTO z_method VALUES ({COMPANY}, '1', :z, 'KORT', :total)", z=z, total=total)


def days(world: World) -> dict[str, date]:
    """Reference -> the day it is booked on."""
    return {
        reference: one.date
        for reference, found in world.books.vouchers.items()
        for one in found
        if isinstance(one, Voucher)
    }


def test_a_receipt_is_booked_on_the_shops_day_on_both_sides_of_midnight(world: World) -> None:
    opened(world, datetime(2026, 11, 3, 12, tzinfo=UTC), "2026-11-02")
    sell(world, 1, "2026-11-02T23:59:59+01:00")
    sell(world, 2, "2026-11-02T23:00:01+00:00")  # the same minute, in UTC: the third of November here
    assert world.run().result == "ok"
    assert days(world) == {"1-1": date(2026, 11, 2), "1-2": date(2026, 11, 3)}


def test_a_run_that_midnight_falls_into_sends_all_once(world: World) -> None:
    opened(world, datetime(2026, 11, 2, 22, 59, 59, tzinfo=UTC), "2026-11-02")
    for number in range(1, 6):
        sell(world, number, f"2026-11-02T23:5{number}:00+01:00")

    def tick(_document: object, commit: object) -> None:
        world.later(seconds=1)
        assert callable(commit)
        commit()

    world.books.faults = [tick] * 5
    assert world.run().sent == 5
    assert set(days(world).values()) == {date(2026, 11, 2)}
    assert world.run().quiet


@pytest.mark.parametrize(
    ("day", "times"),
    [
        ("2026-10-25", ("02:30:00+02:00", "02:10:00+01:00", "02:59:59+01:00")),  # the hour that comes twice
        ("2026-03-29", ("01:59:59+01:00", "03:00:00+02:00", "03:30:00+02:00")),  # the hour that is left out
    ],
)
def test_the_nights_of_summer_time_lose_and_double_nothing(world: World, day: str, times: tuple[str, ...]) -> None:
    opened(world, datetime.fromisoformat(f"{day}T12:00:00+00:00"), day)
    for number, at in enumerate(times, start=1):
        sell(world, number, f"{day}T{at}")
    close(world, 1, day, 1, 3, 3000)
    assert world.run().sent == 3
    assert set(days(world).values()) == {date.fromisoformat(day)}
    assert world.run().quiet
    shop = world.shop()
    assert prove(shop.sales, shop.ledger, date.fromisoformat(day), date.fromisoformat(day), books=None).clean
    shop.close()


def test_times_without_offset_in_the_hour_that_comes_twice_are_all_sent(world: World) -> None:
    opened(world, datetime(2026, 10, 25, 12, tzinfo=UTC), "2026-10-25")
    for number, at in enumerate(("02:50:00", "02:10:00", "02:20:00"), start=1):
        sell(world, number, f"2026-10-25T{at}")
    assert world.run().sent == 3


def test_z_reports_whose_dates_go_backwards_are_all_booked_by_day(world: World) -> None:
    """A till whose clock was corrected: Z 1 is dated after Z 2."""
    opened(world, datetime(2026, 11, 10, 12, tzinfo=UTC), "2026-11-02")
    world.settings("posting.unit=day")
    for number, day in ((1, "2026-11-05"), (2, "2026-11-03"), (3, "2026-11-04")):
        sell(world, number, f"{day}T12:00:00+01:00")
        close(world, number, day, number, number, 1000)
    assert world.run().sent == 3
    assert set(world.books.vouchers) == {"D20261103", "D20261104", "D20261105"}
    assert world.run().quiet


def test_a_z_report_whose_date_is_put_right_is_released_by_itself(world: World) -> None:
    opened(world, datetime(2026, 11, 3, 12, tzinfo=UTC), "2026-11-02")
    world.settings("posting.unit=z")
    sell(world, 1, "2026-11-02T12:00:00+01:00")
    close(world, 1, "2030-01-01", 1, 1, 1000)
    assert {problem.code for problem in world.run().problems} == {"K07"}
    world.sql("UPDATE z_report SET business_date='2026-11-02'")
    assert world.run().result == "ok"
    shop = world.shop()
    sent = shop.ledger.get("1-Z1")
    assert (sent.state, sent.business_date) == (State.SENT, date(2026, 11, 2))
    shop.close()
