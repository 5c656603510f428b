"""One run: check, fetch, send, prove. Told as the shop meets it.

Tells of `run/engine.py`, `run/collect.py`, `run/courier.py`, `run/fetch.py`, `run/report.py`,
`journal/compose.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from synccenter.contract import catalogue
from synccenter.contract.connector import Found, Lookup
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import Document, DocumentKind, Invoice, Register, Voucher
from synccenter.journal.ledger import State
from synccenter.posting.rules import make_rules
from synccenter.posting.targets import payment_target
from tests.worlds.books import MemoryConnector, articles, lost_after, lost_before, not_reached
from tests.worlds.small_shop import DAY, World

SALES = ("receipt", "receipt_line", "receipt_payment", "z_report", "z_vat", "z_method", "cash_movement", "gift_card")


def vouchers(world: World, prefix: str = "") -> dict[str, Voucher]:
    return {
        reference: one
        for reference, documents in world.books.vouchers.items()
        for one in documents
        if isinstance(one, Voucher) and prefix in reference
    }


def sums(world: World) -> dict[int, int]:
    """Account -> sum in the books."""
    result: dict[int, int] = {}
    for voucher in vouchers(world).values():
        for row in voucher.postings:
            result[row.account] = result.get(row.account, 0) + row.amount
    return {account: amount for account, amount in result.items() if amount}


def test_a_day_is_booked_and_every_account_agrees_with_the_tills_own_rows(world: World) -> None:
    world.trade(days=2, receipts=40)
    outcome = world.run()
    assert outcome.result == "ok"
    assert len(vouchers(world, "-Z")) == 4
    paid = dict[object, object](
        world.sql(
            "SELECT p.method, SUM(p.amount) FROM receipt_payment p JOIN receipt r ON r.till=p.till"
            " AND r.number=p.receipt WHERE r.state='finished' AND r.z_number IS NOT NULL GROUP BY p.method"
        )
    )
    vat = world.sql(
        "SELECT SUM(l.vat) FROM receipt_line l JOIN receipt r ON r.till=l.till AND r.number=l.receipt"
        " WHERE r.state='finished'"
    )[0][0]
    booked = sums(world)
    assert booked[1686] == paid["KORT"]
    assert booked[1930] == paid["SWISH"]
    assert booked[2611] + booked.get(2621, 0) + booked.get(2631, 0) == -int(str(vat))
    assert sum(booked.values()) == 0


def test_a_second_run_sends_nothing_writes_nothing_and_says_so(world: World) -> None:
    world.trade()
    world.books.registers[Register.ARTICLES] = articles(30)
    world.run()
    sends, before = world.books.sends, world.sql("SELECT * FROM article")
    outcome = world.run()
    assert outcome.quiet
    assert world.books.sends == sends
    assert world.sql("SELECT * FROM article") == before
    assert world.report.rows[-1].startswith("Inget nytt.")


def test_sales_tables_are_never_written(world: World) -> None:
    world.trade()
    before = {table: world.sql(f"SELECT * FROM {table}") for table in SALES}
    world.run()
    world.run(everything=True)
    assert {table: world.sql(f"SELECT * FROM {table}") for table in SALES} == before


@pytest.mark.parametrize("unit", ["receipt", "z", "day"])
def test_whatever_the_unit_the_sums_on_every_account_are_the_same(world: World, unit: str) -> None:
    world.trade(days=2, receipts=30)
    world.settings(f"posting.unit={unit}")
    assert world.run().result == "ok"
    by_z = World(world.folder.parent / "annan")
    by_z.trade(days=2, receipts=30)
    assert by_z.run().result == "ok"
    assert sums(world) == sums(by_z)


def test_each_receipt_can_be_a_paid_invoice(world: World) -> None:
    world.trade()
    world.settings("posting.target=invoice", "posting.cash_customer=KONTANT")
    assert world.run().result == "ok"
    invoices = [one for found in world.books.vouchers.values() for one in found if isinstance(one, Invoice)]
    finished = world.sql("SELECT COUNT(*) FROM receipt WHERE state='finished'")[0][0]
    assert len(invoices) == finished
    for invoice in invoices:
        assert sum(row.amount for row in invoice.rows) + invoice.rounding == sum(one.amount for one in invoice.payments)
    assert vouchers(world, "-K"), "pay-outs and the counted difference go as vouchers of their own"


def test_an_answer_lost_after_booking_is_looked_up_and_never_sent_again(world: World) -> None:
    world.trade()
    world.books.faults = [lost_after]
    first = world.run()
    assert first.result == "problems"
    assert first.unknown == 1
    second = world.run()
    assert second.confirmed == 1
    assert world.books.doubled() == []
    assert world.run().quiet


def test_an_answer_lost_before_booking_is_sent_again_exactly_once(world: World) -> None:
    world.trade()
    world.books.faults = [lost_before]
    world.run()
    world.run()
    assert world.books.doubled() == []
    assert world.run().quiet
    assert len(vouchers(world, "-Z")) == 2


def test_a_not_found_is_not_believed_while_the_business_system_may_still_book(tmp_path_world: World) -> None:
    world = tmp_path_world
    world.trade()
    world.books.faults = [lost_before]
    world.run()
    sends = world.books.sends
    assert world.run().unknown == 1
    assert world.books.sends == sends
    world.later(seconds=91)
    assert world.run().unknown == 0
    assert world.books.doubled() == []


def test_a_not_found_is_as_old_as_the_question_however_long_the_answer_takes(
    tmp_path_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = tmp_path_world
    world.trade()
    world.books.faults = [lost_before]
    world.run()
    sends, find = world.books.sends, MemoryConnector.find

    def slowly(self: MemoryConnector, document: Document) -> Sequence[Found]:
        there = find(self, document)
        world.later(seconds=91)
        return there

    monkeypatch.setattr(MemoryConnector, "find", slowly)
    assert world.run().unknown == 1
    assert world.books.sends == sends


@pytest.fixture
def tmp_path_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("butik"), settle=90)


def test_a_system_that_cannot_look_up_stops_for_a_person_and_the_rest_go_on(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    world = World(tmp_path_factory.mktemp("butik"), lookup=Lookup.NONE)
    world.trade()
    world.books.faults = [lost_after]
    world.run()
    outcome = world.run()
    assert outcome.unknown == 1
    assert [problem.code for problem in outcome.problems] == ["S04"]
    assert world.books.doubled() == []
    assert len(vouchers(world, "-Z")) == 2


def test_one_bad_z_is_parked_and_released_by_itself_when_the_cause_is_gone(world: World) -> None:
    world.trade(days=2)
    bad = Problem("X", catalogue.NO_SALES_ACCOUNT.kind, "Kontot är spärrat", "", "öppna kontot.", "Bokföraren", "")
    world.books.refuse = lambda document: bad if document.reference == "1-Z1" else None
    outcome = world.run()
    assert outcome.parked == 1
    assert set(vouchers(world, "-Z")) == {"1-Z2", "2-Z1", "2-Z2"}
    assert world.report.errors[0].item.startswith("Z 1 kassa 1")
    assert world.run().parked == 1
    world.books.refuse = lambda _document: None
    assert world.run().result == "ok"
    assert "1-Z1" in vouchers(world)


def test_a_missing_account_parks_and_a_changed_setting_maps_anew_without_touching_the_till(world: World) -> None:
    world.trade()
    world.run()
    world.settings("posting.card_account=1580")
    world.trade()
    world.sql("UPDATE payment_method SET kind='other' WHERE code='SWISH'")
    parked = world.run()
    assert parked.result == "problems"
    assert {problem.code for problem in parked.problems} == {"B01"}
    world.settings("posting.payments=[{method='SWISH', account=1680}]")
    assert world.run().result == "ok"
    assert 1680 in sums(world)
    assert 1580 in sums(world)


def test_a_dead_network_leaves_everything_waiting_and_stops_after_three(world: World) -> None:
    world.trade(days=5)
    world.books.faults = [not_reached] * 50
    outcome = world.run()
    assert world.books.sends == 3
    assert outcome.waiting == outcome.intended
    assert outcome.unknown == 0
    world.books.faults = []
    assert world.run().result == "ok"
    assert world.books.doubled() == []


def test_a_document_that_always_fails_never_blocks_the_rest(world: World) -> None:
    world.trade(days=5)

    def stubborn(document: Document) -> Problem | None:
        return catalogue.SERVER_ERROR.problem(host="x", status=500) if document.reference == "1-Z1" else None

    world.books.refuse = stubborn
    world.run()
    world.run()
    assert len(vouchers(world, "-Z")) == 9


def test_nothing_is_sent_before_the_cut_over_date(world: World) -> None:
    world.trade(days=3)
    world.settings("safety.cutover=2026-11-04")
    world.run()
    assert {one.date for one in vouchers(world).values()} == {date(2026, 11, 4)}


def test_without_a_cut_over_date_nothing_is_sent_and_it_says_what_to_do(world: World) -> None:
    world.trade()
    world.settings("safety.cutover=")
    outcome = world.run()
    assert outcome.result == "refused"
    assert "I04" in {problem.code for problem in outcome.problems}
    assert world.books.sends == 0


def test_changing_business_system_asks_for_a_new_cut_over(world: World) -> None:
    world.trade()
    world.run()
    world.settings("integration.system=other")
    world.trade()
    assert {problem.code for problem in world.run().problems} == {"I05"}
    assert world.other.sends == 0
    world.settings("safety.cutover=2026-11-03")
    assert world.run().result == "ok"
    assert world.other.sends
    assert all(documents[0].reference not in world.books.vouchers for documents in world.other.vouchers.values())


def test_a_parked_receipt_is_sent_when_it_is_finished_although_its_number_has_passed(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    world.run()
    till, number = world.sql("SELECT till, number FROM receipt WHERE state='parked'")[0]
    assert f"{till}-{number}" not in world.books.vouchers
    world.sql("UPDATE receipt SET state='finished' WHERE till=:till AND number=:number", till=till, number=number)
    world.sql("DELETE FROM receipt_payment WHERE till=:till AND receipt=:number", till=till, number=number)
    world.sql(
        "INSERT INTO receipt_payment (company, till, receipt, row, method, amount) SELECT company, till, receipt, 1,"
        " 'KORT', SUM(amount) FROM receipt_line WHERE till=:till AND receipt=:number GROUP BY company, till, receipt",
        till=till,
        number=number,
    )
    world.run()
    assert f"{till}-{number}" in world.books.vouchers


def test_a_receipt_that_comes_late_into_a_gap_is_sent(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    number = world.sql("SELECT MAX(number)-3 FROM receipt WHERE till='1'")[0][0]
    world.sql("UPDATE receipt SET company='undan' WHERE till='1' AND number=:number", number=number)
    world.run()
    assert f"1-{number}" not in world.books.vouchers
    world.sql("UPDATE receipt SET company='1' WHERE company='undan'")
    state = world.sql("SELECT state FROM receipt WHERE till='1' AND number=:number", number=number)[0][0]
    world.run()
    assert (f"1-{number}" in world.books.vouchers) == (state == "finished")


def test_changing_the_unit_never_sends_a_receipt_twice(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    world.run()
    world.settings("posting.unit=z")
    world.trade()
    assert world.run().result == "ok"
    single = {reference for reference in vouchers(world) if "-Z" not in reference and "-K" not in reference}
    twice = World(world.folder.parent / "bara z")
    twice.trade()
    twice.trade()
    twice.run()
    assert single
    assert sums(world)[3001] == sums(twice)[3001]
    assert sums(world)[1686] == sums(twice)[1686]


def test_a_void_after_sending_is_told_with_the_receipt_and_never_corrected_by_itself(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    world.sql("DELETE FROM z_report")
    world.sql("UPDATE receipt SET z_number=NULL")
    world.run()
    number = int(str(world.sql("SELECT MAX(number) FROM receipt WHERE till='1' AND state='finished'")[0][0]))
    world.sql("UPDATE receipt SET state='voided' WHERE till='1' AND number=:number", number=number)
    shop = world.shop()
    shop.ledger.set_place("void:1", str(number - 1))
    shop.close()
    sends = world.books.sends
    outcome = world.run()
    assert [problem.code for problem in outcome.problems] == ["S09"]
    assert world.report.errors[0].item == f"Kvitto 1-{number}"
    assert world.books.sends == sends


def test_cancel_between_deliveries_keeps_what_was_sent_and_the_rest_waits(world: World) -> None:
    world.trade(days=3)
    asked = iter(range(1000))
    outcome = world.run(cancelled=lambda: next(asked) > 6)
    assert outcome.result == "cancelled"
    assert world.run().result == "ok"
    assert world.books.doubled() == []
    assert len(vouchers(world, "-Z")) == 6


def test_a_register_that_shrinks_by_half_is_not_believed(world: World) -> None:
    world.empty_till().close()
    world.trade(receipts=3)
    world.books.registers[Register.ARTICLES] = articles(100)
    world.run(everything=True)
    active = "SELECT COUNT(*) FROM article WHERE active=1"
    before = world.sql(active)
    world.books.registers[Register.ARTICLES] = articles(10)
    assert "S11" in {problem.code for problem in world.run(everything=True).problems}
    assert world.sql(active) == before


def test_an_empty_z_report_is_nothing_to_book_and_is_not_red(world: World) -> None:
    world.trade()
    world.sql(
        "INSERT INTO z_report (company, till, number, at, business_date, first_receipt, last_receipt, total, rounding)"
        " SELECT company, till, 2, '2026-11-02T20:00:00+01:00', '2026-11-02', 0, 0, 0, 0 FROM z_report WHERE till='1'"
    )
    assert world.run().result == "ok"
    shop = world.shop()
    assert shop.ledger.get("1-Z2").state is State.EMPTY
    shop.close()


def test_a_receipt_with_an_unreadable_value_is_parked_and_named(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    world.sql("UPDATE receipt_line SET amount='tolv kronor' WHERE till='1' AND receipt=2 AND row=1")
    outcome = world.run()
    assert [problem.code for problem in outcome.problems if problem.code == "K04"]
    assert outcome.sent > 5


def test_the_rules_of_the_shop_come_from_its_settings(world: World) -> None:
    world.trade()
    shop = world.shop()
    rules = shop.rules()
    assert rules == make_rules(
        shop.settings.posting, shop.sales.tills(), shop.sales.payment_methods(), shop.sales.groups()
    )
    assert payment_target("KONTANT", "2", rules).account == 1912
    with pytest.raises(SyncError):
        shop.ledger.get("finns inte")
    shop.close()


def test_orders_and_changed_customers_go_up_once_the_customers_first(world: World) -> None:
    world.trade()
    world.clock.step = timedelta(milliseconds=1)
    world.run()
    kinds = [type(one[0]).__name__ for one in world.books.vouchers.values()]
    assert kinds.count("Order") == 1
    assert kinds.count("CustomerChange") >= 1
    assert kinds.index("CustomerChange") < kinds.index("Order")
    assert DocumentKind.ORDER in world.registry["memory"].capabilities.sends
    assert world.run().quiet


def test_a_deleted_ledger_is_noticed_and_nothing_is_doubled(world: World) -> None:
    world.trade()
    world.run()
    for path in world.folder.glob("*.ledger.sqlite*"):
        path.unlink()
    outcome = world.run()
    assert outcome.confirmed == outcome.intended > 0
    assert world.books.doubled() == []
    assert world.run().quiet


def test_the_day_is_sent_as_one_voucher_and_a_late_z_as_its_second_part(world: World) -> None:
    world.settings("posting.unit=day")
    world.trade()
    world.sql("UPDATE z_report SET number=number+50 WHERE till='2'")
    for table, column in (("z_vat", "z_number"), ("z_method", "z_number"), ("receipt", "z_number")):
        world.sql(f"UPDATE {table} SET {column}={column}+50 WHERE till='2'")
    world.sql("UPDATE z_report SET business_date='2026-11-21' WHERE till='2'")
    world.run()
    assert list(vouchers(world)) == ["D20261102"]
    world.sql("UPDATE z_report SET business_date=:day WHERE till='2'", day=DAY.isoformat())
    world.run()
    assert list(vouchers(world)) == ["D20261102", "D20261102-2"]


def test_a_z_report_dated_in_the_future_is_parked(world: World) -> None:
    world.trade()
    world.sql("UPDATE z_report SET business_date='2030-01-01' WHERE till='2'")
    outcome = world.run()
    assert "K07" in {problem.code for problem in outcome.problems}
    assert set(vouchers(world, "-Z")) == {"1-Z1"}
