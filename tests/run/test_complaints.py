"""What the users of other integrations complain of most: a test for each. The sources stand in docs/PROVEN.md."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import Article, CustomerChange, Document, Order, Register, Voucher
from synccenter.journal.delivery import State
from synccenter.run.repair import Repair
from synccenter.service.timetable import Mode, Rule, due
from synccenter.service.timetable import State as Remembered
from synccenter.till import schema
from synccenter.truth.proof import prove
from tests.worlds.books import MemoryConnector, articles, lost_after, lost_before, not_reached
from tests.worlds.small_shop import DAY, World

LOCKED = Problem("X", catalogue.NO_SALES_ACCOUNT.kind, "Perioden är låst", "", "lås upp.", "Bokföraren", "")


def booked(world: World) -> Counter[int]:
    """Account -> öre in the books."""
    sums: Counter[int] = Counter()
    for documents in world.books.vouchers.values():
        for document in documents:
            for row in document.postings if isinstance(document, Voucher) else ():
                sums[row.account] += row.amount
    return sums


# --- duplicates after a time-out -------------------------------------------------------------------------------


def test_after_a_time_out_it_is_looked_up_before_anything_is_sent_again(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    world.books.faults = [lost_after, lost_after]
    world.run()
    sends = world.books.sends
    outcome = world.run()
    assert outcome.confirmed == 2
    assert world.books.sends - sends == outcome.sent
    assert world.books.doubled() == []


def test_one_receipt_belongs_to_one_delivery_by_a_key_in_the_database_not_by_code_alone(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    world.run()
    shop = world.shop()
    sent = shop.ledger.in_state(State.SENT)[0]
    with pytest.raises(SyncError, match="UNIQUE"), shop.ledger.together():
        shop.ledger.intend([sent])
    shop.close()


def test_cash_of_a_z_report_is_never_booked_twice_when_the_unit_is_changed(world: World) -> None:
    for order in (("receipt", "z"), ("z", "receipt"), ("receipt", "day"), ("day", "receipt")):
        here = World(world.folder.parent / "-".join(order))
        here.settings(f"posting.unit={order[0]}")
        here.trade()
        here.run()
        before = booked(here)
        here.settings(f"posting.unit={order[1]}")
        assert here.run().result == "ok"
        assert booked(here) == before, order


@pytest.mark.parametrize(
    ("before", "after"),
    [("receipt", "z"), ("z", "receipt"), ("receipt", "day"), ("day", "receipt"), ("z", "day"), ("day", "z")],
)
def test_a_lost_ledger_and_another_way_of_booking_stop_for_a_person_and_double_nothing(
    world: World, before: str, after: str
) -> None:
    world.settings(f"posting.unit={before}")
    world.trade()
    world.run()
    stood = booked(world)
    for path in world.folder.glob("*.ledger.sqlite*"):
        path.unlink()
    world.settings(f"posting.unit={after}")
    for _ in range(3):
        outcome = world.run()
        assert "S18" in {problem.code for problem in outcome.problems}
        assert booked(world) == stood
    world.settings(f"posting.unit={before}")


def test_the_route_that_was_left_never_hides_the_present_one(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade(receipts=700)
    world.books.faults = [not_reached] * 3
    world.run()
    world.settings("integration.system=other", "safety.cutover=2026-11-03")
    world.trade()
    world.later(days=1)
    world.run()
    assert len(world.other.vouchers) > 5


def test_an_old_answer_by_hand_never_overrules_what_a_run_has_found_out_meanwhile(world: World) -> None:
    world.trade()
    world.books.faults = [lost_after]
    world.run()
    shop = world.shop()
    unknown = shop.ledger.in_state(State.UNKNOWN)[0]
    assert world.run().confirmed == 1  # the timer's run, while a person looks at the list
    with pytest.raises(SyncError, match="S16"):
        Repair(shop).resend(unknown, "den saknas", insist=True)
    shop.close()
    world.run()
    assert world.books.doubled() == []


def test_a_person_who_says_that_it_is_missing_is_told_when_it_is_not(world: World) -> None:
    world.trade()
    world.books.faults = [lost_after]
    world.run()
    shop = world.shop()
    with pytest.raises(SyncError, match="S15"):
        Repair(shop).resend(shop.ledger.in_state(State.UNKNOWN)[0], "den saknas", insist=False)
    shop.close()


# --- double posting by two routes ------------------------------------------------------------------------------


def test_what_waits_for_the_old_system_is_never_sent_to_the_new_one_by_itself(world: World) -> None:
    world.trade()
    world.books.faults = [lost_after, not_reached]
    world.run()
    world.settings("integration.system=other", "safety.cutover=2026-11-03")
    outcome = world.run()
    assert "S17" in {problem.code for problem in outcome.problems}
    assert world.other.vouchers == {}
    shop = world.shop()
    lost = next(one for one in shop.ledger.in_state(State.UNKNOWN))
    waits = next(one for one in shop.ledger.in_state(State.PENDING))
    with pytest.raises(SyncError, match="S05"):
        Repair(shop).resend(lost, "", insist=False)
    Repair(shop).resend(waits, "fanns inte i det gamla", insist=False)
    shop.close()
    world.run()
    assert list(world.other.vouchers) == [waits.reference]


# --- missing receipts and days ---------------------------------------------------------------------------------


def test_a_receipt_made_in_the_closing_minute_with_a_wrong_clock_is_not_missed(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    world.run()
    world.trade()
    number = world.sql("SELECT MIN(number) FROM receipt WHERE till='1' AND state='finished' AND at>'2026-11-03'")[0][0]
    at = "2026-11-02T18:59:59+01:00"  # earlier than what has been sent
    world.sql("UPDATE receipt SET at=:at WHERE till='1' AND number=:n", at=at, n=number)
    world.run()
    assert f"1-{number}" in world.books.vouchers


def test_the_very_first_receipt_of_a_shop_may_come_after_the_second(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    parts = (("receipt", "number"), ("receipt_line", "receipt"), ("receipt_payment", "receipt"))
    for table, column in parts:
        world.sql(f"UPDATE {table} SET company='borta' WHERE till='1' AND {column}=1")
    world.run()
    for table, _ in parts:
        world.sql(f"UPDATE {table} SET company=(SELECT company FROM company) WHERE company='borta'")
    world.run()
    assert "1-1" in world.books.vouchers


def test_a_z_report_that_comes_late_into_a_gap_is_sent_whatever_the_unit(world: World) -> None:
    for unit in ("z", "day"):
        here = World(world.folder.parent / unit)
        here.settings(f"posting.unit={unit}")
        here.trade(days=3)
        parts = (("z_report", "number"), ("z_vat", "z_number"), ("z_method", "z_number"))
        for table, column in parts:
            here.sql(f"UPDATE {table} SET company='borta' WHERE till='1' AND {column}=2")
        here.run()
        for table, _ in parts:
            here.sql(f"UPDATE {table} SET company=(SELECT company FROM company) WHERE company='borta'")
        here.run()
        shop = here.shop()
        assert prove(shop.sales, shop.ledger, DAY, date(2026, 11, 4), books=None).clean, unit
        shop.close()


def test_a_receipt_whose_lines_have_not_arrived_yet_is_waited_for(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    number = world.sql("SELECT MAX(number) FROM receipt WHERE till='1' AND state='finished'")[0][0]
    for table in ("receipt_line", "receipt_payment"):
        world.sql(f"UPDATE {table} SET receipt=-1 WHERE till='1' AND receipt=:n", n=number)
    world.run()
    assert f"1-{number}" not in world.books.vouchers
    for table in ("receipt_line", "receipt_payment"):
        world.sql(f"UPDATE {table} SET receipt=:n WHERE till='1' AND receipt=-1", n=number)
    world.run()
    assert f"1-{number}" in world.books.vouchers


# --- one bad record stops all ----------------------------------------------------------------------------------


def test_a_bad_receipt_a_bad_order_and_a_bad_article_stop_nobody_else(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    finished = world.sql("SELECT COUNT(*) FROM receipt WHERE state='finished'")[0][0]
    world.sql("UPDATE receipt_line SET vat_rate=17 WHERE till='1' AND receipt=1 AND kind='goods'")
    world.sql("UPDATE customer_order SET at='i går'")
    world.books.registers[Register.ARTICLES] = [Article("99", "För dyr", price=2**70), *articles(3)]
    outcome = world.run()
    codes = {problem.code for problem in outcome.problems}
    assert {"B19", "K04", "S10"} <= codes
    receipts = [one for one in world.books.vouchers if one.count("-") == 1 and one[2:].isdigit()]
    assert len(receipts) == int(str(finished)) - 1
    assert outcome.parked == 1


def test_a_parked_order_and_a_parked_customer_are_tried_again_too(world: World) -> None:
    world.trade()
    world.books.refuse = lambda document: LOCKED if isinstance(document, Order | CustomerChange) else None
    assert world.run().parked == 2
    world.books.refuse = lambda _document: None
    assert world.run().parked == 0
    assert world.run().quiet


def test_a_customer_and_a_receipt_never_share_a_reference(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    world.sql("UPDATE till SET id='K1' WHERE id='1'")
    for table in schema.SALES:
        if "till" in table.names:
            world.sql(f"UPDATE {table.name} SET till='K1' WHERE till='1'")
    world.sql("UPDATE customer_change SET number='1', sequence=1")
    outcome = world.run()
    assert outcome.result == "ok"
    assert {"K1-1", "KUND1-1"} <= world.books.vouchers.keys()


def test_a_bug_in_a_look_up_leaves_one_unclear_and_the_rest_go_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.trade(days=3)
    world.books.faults = [lost_after]

    def buggy(self: MemoryConnector, document: Document) -> None:
        raise KeyError(document.reference)

    monkeypatch.setattr(MemoryConnector, "find", buggy)
    world.run()
    world.trade()
    outcome = world.run()
    assert outcome.unknown == 1
    assert outcome.sent > 1


@pytest.mark.slow
def test_a_thousand_parked_ones_do_not_hide_the_one_that_can_be_released(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade(receipts=1300)
    world.sql("UPDATE receipt_line SET vat_rate=17 WHERE till='1' AND kind='goods'")
    parked = world.run().parked
    assert parked > 500
    last = world.sql("SELECT MAX(receipt) FROM receipt_line WHERE till='1' AND vat_rate=17 AND row=1")[0][0]
    state = world.sql("SELECT state FROM receipt WHERE till='1' AND number=:n", n=last)[0][0]
    world.sql("UPDATE receipt_line SET vat_rate=25, vat=amount/5 WHERE till='1' AND receipt=:n", n=last)
    world.run()
    assert (f"1-{last}" in world.books.vouchers) == (state == "finished")


# --- silent stop -----------------------------------------------------------------------------------------------


def test_the_last_good_run_is_remembered_and_missed_runs_are_made_once(world: World) -> None:
    world.trade()
    world.run()
    shop = world.shop()
    good = shop.ledger.runs(1, "ok")[0]
    shop.close()
    rule = Rule(mode=Mode.INTERVAL, minutes=15)
    last = datetime.fromtimestamp(good[0], UTC)
    after_a_week = last + timedelta(days=7)
    assert due(after_a_week, Remembered(last_run=last), rule) is not None
    assert due(after_a_week + timedelta(seconds=1), Remembered(last_run=after_a_week), rule) is None


@pytest.mark.parametrize("days", [-400, 400])
def test_a_clock_that_was_wrong_for_a_while_does_not_silence_anything(world: World, days: int) -> None:
    world.trade()
    world.later(days=days)
    world.run()
    world.later(days=-days)
    world.trade()
    assert world.run().result == "ok"
    shop = world.shop()
    assert prove(shop.sales, shop.ledger, DAY, date(2026, 11, 4), books=None).clean
    shop.close()


def test_what_became_unclear_while_the_clock_was_ahead_is_not_left_for_a_year(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    world = World(tmp_path_factory.mktemp("butik"), settle=60)
    world.trade()
    world.later(days=365)
    world.books.faults = [lost_before]
    world.run()
    world.later(days=-365)
    assert world.run().unknown == 1
    world.later(seconds=61)
    assert world.run().unknown == 0
    assert world.books.doubled() == []


# --- token and permission --------------------------------------------------------------------------------------


def test_a_lost_sign_in_stops_the_run_says_so_and_loses_nothing(world: World) -> None:
    world.trade(days=3)

    def signed_out(_document: Document) -> Problem:
        return catalogue.SIGN_IN_NEEDED.problem(system="Minnessystemet")

    world.books.refuse = signed_out
    outcome = world.run()
    assert world.books.sends == 1
    assert [problem.code for problem in outcome.problems] == [catalogue.SIGN_IN_NEEDED.code]
    assert outcome.waiting == outcome.intended
    world.books.refuse = lambda _document: None
    assert world.run().result == "ok"


# --- unclear or late errors ------------------------------------------------------------------------------------


def test_a_missing_account_keeps_what_needs_it_and_nothing_else(world: World) -> None:
    world.settings("posting.card_account=0", "posting.unit=receipt")
    world.trade()
    outcome = world.run()
    assert {problem.code for problem in outcome.problems} == {"B01"}
    (cards,) = world.sql("SELECT COUNT(*) FROM receipt_payment WHERE method='KORT'")
    assert 0 < outcome.parked <= cards[0]
    assert world.books.sends > 0
    sentence = outcome.problems[0].sentence()
    assert "Gör så här: " in sentence
    assert "Vem: " in sentence


# --- old days cannot be sent again after fixing the chart ------------------------------------------------------


def test_a_day_that_was_parked_is_mapped_anew_with_todays_accounts(world: World) -> None:
    world.trade()
    world.books.refuse = lambda _document: LOCKED
    world.run()
    world.books.refuse = lambda _document: None
    world.settings("posting.card_account=1580")
    before = world.sql("SELECT * FROM receipt_line")
    assert world.run().result == "ok"
    assert booked(world)[1580] > 0
    assert 1686 not in booked(world)
    assert world.sql("SELECT * FROM receipt_line") == before


@pytest.mark.parametrize("problem", [LOCKED, catalogue.NO_NETWORK.problem(host="x")])
def test_what_waited_is_made_anew_so_a_receipt_voided_meanwhile_is_never_sent(world: World, problem: Problem) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    world.books.refuse = lambda _document: problem
    world.run()
    world.sql("UPDATE receipt SET state='voided' WHERE till='1' AND number=1")
    world.books.refuse = lambda _document: None
    world.run()
    assert "1-1" not in world.books.vouchers
    shop = world.shop()
    assert shop.ledger.get("1-1").state is State.EMPTY
    shop.close()


# --- rounding --------------------------------------------------------------------------------------------------


def test_rounding_is_kept_per_receipt_and_a_krona_is_an_error_never_hidden(world: World) -> None:
    world.trade(receipts=60)
    world.run()
    stored = world.sql("SELECT SUM(rounding) FROM receipt WHERE state='finished'")[0][0]
    assert booked(world)[3740] == -int(str(stored))
    world.settings("posting.unit=receipt")
    world.trade()
    number = world.sql("SELECT MAX(number) FROM receipt WHERE till='1' AND state='finished'")[0][0]
    world.sql("UPDATE receipt SET rounding=rounding+100 WHERE till='1' AND number=:n", n=number)
    world.sql("UPDATE receipt_payment SET amount=amount+100 WHERE till='1' AND receipt=:n AND row=1", n=number)
    outcome = world.run()
    assert "B07" in {problem.code for problem in outcome.problems}
    assert f"1-{number}" not in world.books.vouchers


# --- several tills mixed ---------------------------------------------------------------------------------------


def test_each_tills_cash_lands_on_its_own_account(world: World) -> None:
    world.trade(receipts=60)
    world.run()
    for till, account in (("1", 1911), ("2", 1912)):
        cash = world.sql(
            "SELECT SUM(p.amount) FROM receipt_payment p JOIN receipt r ON r.till=p.till AND r.number=p.receipt"
            " WHERE p.method='KONTANT' AND r.state='finished' AND p.till=:t",
            t=till,
        )[0][0]
        moved = world.sql(
            "SELECT SUM(CASE kind WHEN 'pay_in' THEN amount WHEN 'pay_out' THEN -amount WHEN 'counted'"
            " THEN amount-expected ELSE 0 END) FROM cash_movement WHERE till=:t",
            t=till,
        )[0][0]
        assert booked(world)[account] == int(str(cash)) + int(str(moved))


# --- cash difference -------------------------------------------------------------------------------------------


def test_a_cash_difference_comes_only_from_a_counted_amount(world: World) -> None:
    world.trade()
    world.sql("UPDATE cash_movement SET amount=expected-500 WHERE kind='counted' AND till='1'")
    world.sql("DELETE FROM cash_movement WHERE kind='counted' AND till='2'")
    world.run()
    assert booked(world)[3790] == 500


# --- voids not carried over ------------------------------------------------------------------------------------


def test_a_void_after_sending_is_told_and_counted_and_nothing_is_corrected_by_itself(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    for statement in ("DELETE FROM z_report", "UPDATE receipt SET z_number=NULL"):
        world.sql(statement)
    world.run()
    number = world.sql("SELECT MAX(number) FROM receipt WHERE till='1' AND state='finished'")[0][0]
    world.sql("UPDATE receipt SET state='voided' WHERE till='1' AND number=:n", n=number)
    sends = world.books.sends
    outcome = world.run()
    assert [problem.code for problem in outcome.problems] == ["S09"]
    assert world.books.sends == sends
    shop = world.shop()
    deviation = prove(shop.sales, shop.ledger, DAY, DAY, books=None).deviations[0]
    assert (deviation.voided, deviation.now) == (True, 0)
    shop.close()


# --- one way only ----------------------------------------------------------------------------------------------


def test_the_direction_of_each_register_is_chosen(world: World) -> None:
    world.empty_till().close()
    world.trade(receipts=3)
    world.books.registers[Register.ARTICLES] = articles(3, price=777)
    world.settings("integration.registers=customers")
    world.run(everything=True)
    assert world.sql("SELECT COUNT(*) FROM article WHERE price=777")[0][0] == 0
    world.settings("integration.registers=articles")
    world.run(everything=True)
    assert world.sql("SELECT COUNT(*) FROM article WHERE price=777")[0][0] == 3


# --- recovery by deleting a whole series -----------------------------------------------------------------------


def test_one_day_is_sent_again_in_the_tills_own_series_without_touching_the_others(world: World) -> None:
    world.settings("posting.series=K")
    world.trade(days=3)
    world.run()
    second = DAY + timedelta(days=1)
    for reference in ("1-Z2", "2-Z2"):
        del world.books.vouchers[reference]
    shop = world.shop()
    repair = Repair(shop)
    for delivery in repair.chosen("", second):
        if delivery.reference in {"1-Z2", "2-Z2"}:
            repair.resend(delivery, "serien raderades", insist=False)
    shop.close()
    before = world.books.sends
    world.run()
    assert world.books.sends - before == 2
    vouchers = [one for found in world.books.vouchers.values() for one in found if isinstance(one, Voucher)]
    assert {one.series for one in vouchers} == {"K"}
    assert {"1-Z2-R2", "2-Z2-R2"} <= world.books.vouchers.keys()
    assert booked(world).total() == 0
