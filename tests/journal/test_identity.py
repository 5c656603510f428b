"""Till and ledger know each other: what changes is told in one sentence, nothing goes twice or is forgotten.

What a person answers moves places and covers (`journal/places.py`, `journal/renaming.py`).
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from synccenter.contract.model import Company, Order
from synccenter.journal.identity import acquaint, beginning, recognise, shop_mark
from synccenter.journal.ledger import State
from synccenter.journal.renaming import Renaming
from tests.worlds.small_shop import World

SALES = (
    "receipt", "receipt_line", "receipt_payment", "z_report", "z_vat", "z_method", "cash_movement",
    "customer_order", "customer_order_line",
)  # fmt: skip


def codes(world: World) -> list[str]:
    """What a run tells."""
    return [problem.code for problem in world.run().problems]


def say(world: World, act: str, *words: object) -> None:
    """As `jobsync identity …`."""
    shop = world.shop()
    now = acquaint(shop.ledger, shop.company)
    renaming = Renaming(shop.ledger, now, "Åsa@kassan")
    if act == "anew":
        till = str(words[0])
        renaming.anew(till, beginning(shop.sales, till, now.tills[till]), shop.today())
    else:
        getattr(renaming, act)(*words)
    shop.close()


def till_column(table: str) -> str:
    return "id" if table == "till" else "till"


def rename_till(world: World, old: str, new: str) -> None:
    for table in ("till", *SALES):
        world.sql(f"UPDATE {table} SET {till_column(table)}=:new WHERE {till_column(table)}=:old", new=new, old=old)


def rename_company(world: World, old: str, new: str) -> None:
    for (table,) in world.sql("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%'"):
        world.sql(f"UPDATE {table} SET company=:new WHERE company=:old", new=new, old=old)


@pytest.fixture(params=["receipt", "z", "day"])
def sold(world: World, request: pytest.FixtureRequest) -> World:
    """A day has been sold and sent, by each unit."""
    world.settings(f"posting.unit={request.param}")
    world.trade()
    assert world.run().result == "ok"
    return world


def test_nothing_has_changed(sold: World) -> None:
    assert codes(sold) == []


def test_a_new_company_id_stops_everything_until_a_person_says_that_it_is_the_same(sold: World) -> None:
    booked = dict(sold.books.vouchers)
    rename_company(sold, "1", "B1")
    assert codes(sold) == ["T01"]
    say(sold, "company", "1")
    assert codes(sold) == []
    assert sold.books.vouchers == booked


def test_a_new_company_id_is_recognised_by_a_ledger_from_before_there_were_identities(sold: World) -> None:
    sold.sql("DELETE FROM place WHERE name='identity'", sold.ledger)
    sold.sql("UPDATE company SET org_number=''")
    rename_company(sold, "1", "B1")
    assert codes(sold) in (["T01"], [])  # by day a ledger that old has no receipts to compare
    assert sold.books.doubled() == []


def test_another_company_with_the_same_id_stops_everything(sold: World) -> None:
    sold.sql("UPDATE company SET org_number='559999-0007', name='Grannen AB'")
    for table in SALES:
        sold.sql(f"DELETE FROM {table}")
    assert codes(sold) == ["T02"]


def test_a_corrected_organisation_number_is_the_same_company(sold: World) -> None:
    sold.sql("UPDATE company SET org_number='559999-0007'")
    assert codes(sold) == []


def test_a_till_with_a_new_id_waits_while_the_others_go_on(sold: World) -> None:
    booked = dict(sold.books.vouchers)
    rename_till(sold, "1", "01")
    assert codes(sold) == ["T03"]
    assert sold.books.vouchers == booked
    say(sold, "till", "1", "01")
    assert codes(sold) == []
    assert sold.books.vouchers == booked


def test_a_till_that_is_gone_is_told_until_it_is_closed(sold: World) -> None:
    sold.sql("DELETE FROM till WHERE id='2'")
    assert codes(sold) == ["T04"]
    assert codes(sold) == ["T04"]
    say(sold, "closed", "2")
    assert codes(sold) == []


def begin_anew(world: World, *, days: int) -> None:
    """Till 1 is replaced: the same sales, later, as the first that the new one has."""
    for table in ("receipt", "z_report", "cash_movement"):
        world.sql(f"UPDATE {table} SET at=replace(at, '2026-11-02', '2026-11-{2 + days:02d}') WHERE till='1'")
    world.sql(f"UPDATE z_report SET business_date='2026-11-{2 + days:02d}' WHERE till='1'")


def test_a_replaced_till_whose_numbers_begin_anew_is_told_at_once_and_sent_once_a_person_has_said_so(
    sold: World,
) -> None:
    first = {name: len(documents) for name, documents in sold.books.vouchers.items()}
    begin_anew(sold, days=3)
    assert codes(sold) == ["T05"]
    assert codes(sold) == ["T05"]
    assert {name: len(documents) for name, documents in sold.books.vouchers.items()} == first
    say(sold, "anew", "1")
    assert codes(sold) == []
    new = set(sold.books.vouchers) - set(first)
    assert new
    assert sold.books.doubled() == []
    assert codes(sold) == []


def test_a_till_put_back_from_a_copy_sends_what_is_new_from_there(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    world.run()
    last = int(world.sql("SELECT MAX(number) FROM receipt WHERE till='1'")[0][0])
    again = last - 2
    world.sql("UPDATE receipt SET at=replace(at, '2026-11-02', '2026-11-03') WHERE till='1' AND number>=:n", n=again)
    world.sql("UPDATE receipt SET state='finished' WHERE till='1' AND number>=:n", n=again)
    sent = set(world.books.vouchers)
    outcome = world.run()
    assert [problem.code for problem in outcome.problems][:1] == ["T06"]
    assert set(world.books.vouchers) == sent
    say(world, "anew", "1")
    world.run()
    new = set(world.books.vouchers) - sent
    assert {name for name in new if "K" not in name} <= {f"1b-{number}" for number in range(again, last + 1)}
    assert new
    assert world.books.doubled() == []


def take_order(world: World, number: int, day: int) -> None:
    at = f"2026-11-{day:02d}T10:00:00+01:00"
    world.sql("DELETE FROM customer_order WHERE till='1' AND number=:n", n=number)
    world.sql("DELETE FROM customer_order_line WHERE till='1' AND order_number=:n", n=number)
    world.sql(
        "INSERT INTO customer_order (company, till, number, at, customer) VALUES ('1', '1', :n, :at, '1001')",
        n=number,
        at=at,
    )
    world.sql(
        "INSERT INTO customer_order_line (company, till, order_number, row, article, text, quantity, amount, vat_rate)"
        " VALUES ('1', '1', :n, 1, '1001', 'Vara', 1000, 1000, 25)",
        n=number,
    )


def orders(world: World) -> dict[str, str]:
    """The orders in the business system, with the day each was taken."""
    there = world.books.vouchers.items()
    return {name: str(one.at.date()) for name, many in there for one in many if isinstance(one, Order)}


@pytest.mark.parametrize("how", ["replaced", "put back"])
def test_orders_of_a_till_that_begins_anew_go_up_too(world: World, how: str) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    for number in (101, 102, 103):
        take_order(world, number, 2)
    world.run()
    sent = orders(world)
    assert {"1-O101", "1-O102", "1-O103"} <= set(sent)
    if how == "replaced":
        world.sql("DELETE FROM customer_order WHERE till='1'")
        begin_anew(world, days=3)
        take_order(world, 1, 5)
    take_order(world, 103, 5)
    assert set(codes(world)) & {"T05", "T06"}
    assert orders(world) == sent, "nothing before somebody has answered"
    say(world, "anew", "1")
    assert codes(world) == []
    new = {name: day for name, day in orders(world).items() if name not in sent}
    assert new == {"1b-O103": "2026-11-05"} | ({"1b-O1": "2026-11-05"} if how == "replaced" else {})
    assert codes(world) == []


def test_orders_that_the_till_takes_away_when_they_are_delivered_are_no_new_till(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    take_order(world, 101, 2)
    world.run()
    world.sql("DELETE FROM customer_order")
    assert codes(world) == []
    take_order(world, 102, 3)
    assert codes(world) == []
    assert "1-O102" in orders(world)


def test_a_receipt_that_is_changed_among_others_is_no_new_till(sold: World) -> None:
    sold.sql("UPDATE receipt SET at=replace(at, '2026-11-02', '2026-11-03') WHERE till='1' AND number=5")
    shop = sold.shop()
    assert recognise(shop.sales, shop.ledger, shop.company).problems == ()
    shop.close()


def test_an_old_journal_may_be_taken_away(sold: World) -> None:
    shop = sold.shop()
    last = shop.sales.last_receipt("1")
    shop.close()
    sold.sql("UPDATE receipt SET number=number+:more WHERE till='1'", more=last)
    shop = sold.shop()
    assert recognise(shop.sales, shop.ledger, shop.company).problems == ()
    shop.close()


def test_two_shops_with_a_till_1_have_different_marks_and_a_shop_the_same_on_a_new_pc() -> None:
    one = Company("1", "Kaffe AB", "556334-3689", "Odenplan")
    other = Company("1", "Kaffe AB", "556334-3689", "Slussen")
    assert shop_mark(one) != shop_mark(other)
    assert shop_mark(one) == shop_mark(Company("1", "Kaffe i Stockholm AB", "5563343689", "ODENPLAN"))
    assert len(shop_mark(one)) == 3


def test_a_new_ledger_with_a_start_date_in_the_past_looks_everything_up(tmp_path: Path) -> None:
    """Moved to a new PC with only the till's file: what was booked from the old one is found, not booked again."""
    old = World(tmp_path / "gamla")
    old.strangers = True
    old.trade()
    old.run()
    booked = dict(old.books.vouchers)
    new = World(tmp_path / "nya")
    new.strangers = True
    new.books.vouchers.update(booked)
    new.till.write_bytes(old.till.read_bytes())
    outcome = new.run()
    assert outcome.sent == 0
    assert outcome.confirmed == len(booked)
    assert new.books.doubled() == []
    assert any("Journalen är ny" in row for row in new.report.rows)


def test_a_new_ledger_finds_what_a_ledger_without_marks_has_sent(tmp_path: Path) -> None:
    old = World(tmp_path / "gamla")
    old.trade()
    old.run()
    new = World(tmp_path / "nya")
    new.strangers = True
    new.books.vouchers.update(old.books.vouchers)
    new.till.write_bytes(old.till.read_bytes())
    outcome = new.run()
    assert outcome.sent == 0
    assert outcome.problems
    assert new.books.doubled() == []


@pytest.mark.parametrize("unit", ["receipt", "z"])
def test_a_sale_dated_before_the_start_at_a_later_number_is_parked_not_passed_over(world: World, unit: str) -> None:
    """The till's clock was in 2020 for a day."""
    world.settings(f"posting.unit={unit}")
    world.trade()
    last = int(world.sql("SELECT MAX(number) FROM receipt WHERE till='1' AND state='finished'")[0][0])
    world.sql("UPDATE receipt SET at='2020-01-01T10:00:00+01:00' WHERE till='1' AND number=:n", n=last)
    if unit == "z":
        world.trade()
        world.sql("UPDATE z_report SET business_date='2020-01-01' WHERE till='1' AND number=2")
    outcome = world.run()
    assert "T07" in [problem.code for problem in outcome.problems]
    shop = world.shop()
    parked = shop.ledger.in_state(State.REJECTED)
    assert [one.problem.code for one in parked if one.problem] == ["T07"]
    shop.close()
    world.clock.later(days=timedelta(days=1).days)
    assert "T07" in codes(world)  # it does not become silent
