"""What somebody else has booked already is not booked by us as well: it waits for a person's one answer (T16).

Tells of `truth/already.py`.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.connector import Booked
from synccenter.contract.model import Invoice, Posting, Purpose, Voucher
from synccenter.journal.delivery import State
from synccenter.run.repair import Repair, state_name
from synccenter.truth.already import sums_of
from tests.worlds.small_shop import World


def booked(world: World) -> int:
    """How many vouchers stand in the books."""
    return sum(isinstance(one, Voucher) for many in world.books.vouchers.values() for one in many)


def by_hand(document: Voucher, number: int = 1, day: date | None = None) -> Booked:
    """The same sums per account, in one row each, as a person would book it."""
    sums = sums_of(document)
    rows = tuple(Posting(account, amount, purpose=Purpose.SALES) for account, amount in sums)
    on = day or document.date
    return Booked(reference="Dagskassa", external_id=f"hand-{number}", number=f"A{number}", date=on, postings=rows)


def sell(world: World, unit: str) -> list[Voucher]:
    """A day is sold; the vouchers that it will become."""
    world.settings(f"posting.unit={unit}")
    world.trade()
    twin = World(world.folder.parent / "tvilling")
    twin.settings(f"posting.unit={unit}")
    twin.trade()
    assert twin.run().result == "ok"
    return [one for many in twin.books.vouchers.values() for one in many if isinstance(one, Voucher)]


@pytest.mark.parametrize("unit", ["z", "receipt", "day"])
def test_a_voucher_of_the_same_day_and_sums_from_another_origin_waits(world: World, unit: str) -> None:
    vouchers = sell(world, unit)
    world.books.others = [by_hand(vouchers[0])]
    outcome = world.run()
    assert [one.code for one in outcome.problems] == ["T16"]
    assert world.report.errors == [], "a question is no FEL!"
    rows = [row for row in world.report.rows if row.startswith("OBS!") and "[T16]" in row]
    assert len(rows) == 1
    assert "A1" in rows[0]
    assert str(vouchers[0].date) in rows[0]
    assert (outcome.result, outcome.parked) == ("problems", 1)
    assert booked(world) == len(vouchers) - 1, "the others went"
    assert vouchers[0].reference not in world.books.vouchers


def test_another_way_has_booked_the_day_receipt_by_receipt(world: World) -> None:
    """Two tills' receipts stand there side by side, and their Z reports are to go: the day as a whole is the same."""
    receipts = sell(world, "receipt")
    assert len(receipts) > 4
    world.books.others = [by_hand(one, number) for number, one in enumerate(receipts)]
    world.settings("posting.unit=z")
    outcome = world.run()
    assert [one.code for one in outcome.problems] == ["T16"]
    assert (booked(world), outcome.parked) == (0, 2)
    answer(world, anyway=False)
    assert world.run().result == "ok"
    assert booked(world) == 0


def test_it_waits_until_somebody_answers_and_is_asked_once(world: World) -> None:
    vouchers = sell(world, "z")
    world.books.others = [by_hand(vouchers[0])]
    world.run()
    for everything in (False, True):
        world.later(days=10)
        asked = len(world.books.looked_through)
        outcome = world.run(everything=everything)
        assert "T16" in {one.code for one in outcome.problems}
        assert vouchers[0].reference not in world.books.vouchers
        assert len(world.books.looked_through) == asked
    shop = world.shop()
    (held,) = shop.ledger.in_state(State.REJECTED)
    assert state_name(held) == "finns redan"
    assert held.external_number == "A1"
    shop.close()


def answer(world: World, *, anyway: bool) -> None:
    shop = world.shop()
    repair = Repair(shop)
    for one in repair.chosen("", None, found=True):
        if anyway:
            repair.resend(one, "", insist=True)
        else:
            repair.booked(one, "")
    shop.close()


def test_booked_by_hand_has_the_number_as_its_note(world: World) -> None:
    vouchers = sell(world, "z")
    world.books.others = [by_hand(vouchers[0])]
    world.run()
    answer(world, anyway=False)
    outcome = world.run()
    assert outcome.result == "ok", outcome.problems
    assert vouchers[0].reference not in world.books.vouchers
    shop = world.shop()
    assert shop.ledger.history()[0][2:] == ("booked", vouchers[0].reference, "A1")
    shop.close()


def test_sent_anyway_it_is_not_asked_again(world: World) -> None:
    vouchers = sell(world, "z")
    world.books.others = [by_hand(vouchers[0])]
    world.run()
    answer(world, anyway=True)
    outcome = world.run()
    assert outcome.result == "ok", outcome.problems
    assert len(world.books.vouchers[vouchers[0].reference]) == 1


def test_trying_again_answers_no_question(world: World) -> None:
    vouchers = sell(world, "z")
    world.books.others = [by_hand(vouchers[0])]
    world.run()
    shop = world.shop()
    repair = Repair(shop)
    (one,) = repair.chosen("", None, found=True)
    with pytest.raises(Exception, match="T16"):
        repair.release(one, "")
    with pytest.raises(Exception, match="S15"):
        repair.resend(one, "", insist=False)
    shop.close()


DIFFERENT = {
    "another day": lambda one: replace(one, date=one.date + timedelta(days=1)),
    "another amount": lambda one: replace(
        one, postings=(replace(one.postings[0], amount=one.postings[0].amount + 1), *one.postings[1:])
    ),
    "another account": lambda one: replace(one, postings=(replace(one.postings[0], account=1999), *one.postings[1:])),
    "a draft": lambda one: replace(one, draft=True),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_what_is_not_the_same_stops_nothing(world: World, what: str) -> None:
    vouchers = sell(world, "z")
    world.books.others = [DIFFERENT[what](by_hand(vouchers[0]))]
    assert world.run().result == "ok"
    assert booked(world) == len(vouchers)


def test_one_voucher_for_the_whole_day_stands_for_all_its_receipts(world: World) -> None:
    vouchers = sell(world, "receipt")
    rows = tuple(row for one in vouchers for row in one.postings)
    world.books.others = [by_hand(replace(vouchers[0], postings=rows))]
    outcome = world.run()
    assert [one.code for one in outcome.problems] == ["T16"]
    assert outcome.parked == len(vouchers)
    assert booked(world) == 0


def test_a_voucher_for_each_receipt_stands_for_the_z_report(world: World) -> None:
    receipts = sell(world, "receipt")
    world.settings("posting.unit=day")
    world.books.others = [by_hand(one, number) for number, one in enumerate(receipts)]
    outcome = world.run()
    assert [one.code for one in outcome.problems] == ["T16"]
    assert booked(world) == 0


def test_two_sales_of_one_sum_need_two_vouchers_of_others(world: World) -> None:
    """A café sells many coffees: one that somebody has booked does not stand for all of them."""
    vouchers = sell(world, "receipt")
    world.books.others = [by_hand(vouchers[0])]
    assert world.run().parked == 1


def test_our_own_never_stand_in_the_way_of_each_other(world: World) -> None:
    """The same till sells the same things two days in a row, each sent in its own run within the first week."""
    sell(world, "receipt")
    assert world.run().result == "ok"
    assert world.books.looked_through, "the first sending looks"
    world.trade(seed=1)
    assert world.run().result == "ok"


@pytest.mark.parametrize(
    "change", ["posting.unit=day", "posting.target=invoice", "integration.system=other safety.cutover=2026-11-04"]
)
def test_a_change_of_the_way_looks_again_for_some_days_and_no_longer(world: World, change: str) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    assert world.run().result == "ok"
    world.later(days=20)
    world.trade()
    assert world.run().result == "ok"
    before = len(world.books.looked_through) + len(world.other.looked_through)
    world.settings(*change.split())
    world.trade()
    world.run()
    looked = len(world.books.looked_through) + len(world.other.looked_through)
    assert looked > before
    world.later(days=9)
    world.run()
    assert len(world.books.looked_through) + len(world.other.looked_through) == looked


def test_an_invoice_is_known_by_sales_vat_and_payments(world: World) -> None:
    world.settings("posting.unit=receipt", "posting.target=invoice")
    world.trade()
    twin = World(world.folder.parent / "tvilling")
    twin.settings("posting.unit=receipt", "posting.target=invoice")
    twin.trade()
    twin.run()
    invoice = next(one for many in twin.books.vouchers.values() for one in many if isinstance(one, Invoice))
    vat = sum(row.vat for row in invoice.rows)
    rows = [Posting(row.account, row.vat - row.amount) for row in invoice.rows]
    rows += [Posting(one.account, one.amount) for one in invoice.payments]
    rows += [Posting(2611, -vat), Posting(invoice.rounding_account or 3740, -invoice.rounding)]
    there = Booked(reference="Import", external_id="s", number="S1", date=invoice.date, postings=tuple(rows))
    world.books.others = [there]
    outcome = world.run()
    assert "T16" in {one.code for one in outcome.problems}
    assert invoice.reference not in world.books.vouchers


def test_books_that_cannot_be_looked_through_now_send_nothing_now(world: World) -> None:
    sell(world, "z")

    def refuse(*_: object) -> list[Booked]:
        raise catalogue.NO_NETWORK.error(host="bokforing.example")

    world.books.look_through = refuse
    outcome = world.run()
    assert outcome.result == "problems"
    assert booked(world) == 0
    world.books.look_through = lambda *_: None
    assert world.run().result == "ok"


def test_a_ledger_that_has_sent_before_is_not_asked_of_its_past(world: World) -> None:
    """A shop that takes this version into use has sent for years: nothing is looked through."""
    sell(world, "z")
    world.run()
    world.sql("DELETE FROM place WHERE name='already'", world.ledger)
    looked = len(world.books.looked_through)
    world.trade()
    assert world.run().result == "ok"
    assert len(world.books.looked_through) == looked
