"""One cause is one row and one count, stops no more than it must, and is gone by itself when it has gone."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest

from connectors.visma_eekonomi.refusals import MODULE, REFUSALS
from synccenter.contract import catalogue
from synccenter.contract.errors import Entry, Problem
from synccenter.contract.model import CustomerChange, Document, Order, Register
from synccenter.core.database import SQLite
from synccenter.journal.delivery import State
from synccenter.run import parked
from synccenter.run.parked import TRIALS
from synccenter.run.report import CAUSES, NAMED, Outcome
from tests.worlds.books import MemoryConnector, lost_before
from tests.worlds.small_shop import World

INACTIVE = REFUSALS[4004]
ACCOUNT = REFUSALS[3002].problem(detail="Account 3001", about="", said=3002)


def refuse_all(problem: Problem) -> Callable[[Document], Problem]:
    return lambda _document: problem


def some_receipt(world: World) -> int:
    """The number of a receipt of till 1 that is neither the first nor the last."""
    found = world.sql("SELECT number FROM receipt WHERE till='1' AND state='finished' ORDER BY number")
    return int(found[len(found) * 2 // 3][0])


@pytest.fixture
def receipts(world: World) -> World:
    """A shop that sends each receipt, with a good hundred that wait."""
    world.settings("posting.unit=receipt")
    world.trade(receipts=100)
    world.sql("DELETE FROM customer_change")
    return world


# --- what concerns everything ----------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [INACTIVE, MODULE, REFUSALS[4003], catalogue.CLIENT_REFUSED], ids=lambda e: e.code)
def test_a_closed_company_is_asked_once_a_run_parks_nothing_and_is_told_once(receipts: World, entry: Entry) -> None:
    books = receipts.books
    books.refuse = refuse_all(entry.problem(system="M", why="x"))
    for run in (1, 2, 3):
        outcome = receipts.run()
        assert books.sends == run
        assert (outcome.parked, len(outcome.problems), len(receipts.report.errors)) == (0, 1, 1)
        assert outcome.waiting > 99
        assert not outcome.whole
    books.refuse = lambda _document: None
    outcome = receipts.run()
    assert (outcome.result, outcome.waiting) == ("ok", 0)
    assert books.doubled() == []
    sent = [name for name in books.vouchers if re.fullmatch(r"1-\d+", name)]
    assert sent == sorted(sent, key=lambda name: int(name[2:])), "still in the order in which the till made them"


def test_a_closed_company_is_asked_once_when_something_is_looked_up(
    receipts: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipts.books.faults = [lost_before] * 2
    receipts.run()
    finds = 0

    def closed(self: MemoryConnector, document: Document) -> None:
        nonlocal finds
        finds += 1
        raise INACTIVE.error()

    monkeypatch.setattr(MemoryConnector, "find", closed)
    sends = receipts.books.sends
    outcome = receipts.run()
    assert (finds, receipts.books.sends - sends, outcome.unknown) == (1, 0, 2)
    assert [problem.code for problem in outcome.problems] == ["V404"]


def test_a_closed_company_is_asked_for_one_register_and_one_document(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.trade()
    world.sql("DELETE FROM customer_change")
    described = world.registry["memory"]
    every = msgspec.structs.replace(described.capabilities, fetches=frozenset(Register))
    world.registry["memory"] = msgspec.structs.replace(described, capabilities=every)
    asked: list[Register] = []

    def closed(self: MemoryConnector, register: Register, since: str | None) -> None:
        asked.append(register)
        raise INACTIVE.error()

    monkeypatch.setattr(MemoryConnector, "fetch", closed)
    world.books.refuse = refuse_all(INACTIVE.problem())
    outcome = world.run()
    assert len(asked) == 1
    assert world.books.sends == 1
    assert len(world.report.errors) == 1
    assert (outcome.parked, outcome.whole) == (0, False)


def test_a_closed_company_is_asked_once_when_customers_go_first(world: World) -> None:
    world.trade()
    world.books.refuse = refuse_all(INACTIVE.problem())
    outcome = world.run()
    assert world.books.sends == 1, "the changed customer; then neither registers nor receipts"
    assert (outcome.parked, len(world.report.errors), outcome.fetched) == (0, 1, {})


def test_what_all_of_one_kind_meet_stops_that_kind_alone(world: World) -> None:
    world.trade(days=3)
    attested = REFUSALS[4033].problem()
    world.books.refuse = lambda one: None if isinstance(one, Order | CustomerChange) else attested
    outcome = world.run()
    kinds = [document for found in world.books.vouchers.values() for document in found]
    assert any(isinstance(one, Order) for one in kinds), "orders go on"
    assert world.books.sends == 1 + len(kinds)
    assert (outcome.parked, len(world.report.errors)) == (0, 1)
    world.books.refuse = lambda _document: None
    assert world.run().waiting == 0


# --- one row, one count ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_thousand_bad_receipts_are_one_row_and_cost_no_writing_in_the_next_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.settings("posting.unit=receipt")
    world.trade(receipts=2000)
    world.sql("UPDATE receipt_payment SET amount=amount+1 WHERE row=1")
    outcome = world.run()
    assert outcome.parked > 1900
    (problem,) = world.report.errors
    assert problem.code == "B03"
    assert problem.item.startswith("Kvitto 1-1, ")
    assert " till (sist Kvitto " in problem.item
    assert len(outcome.causes["B03"].named) == NAMED
    assert outcome.causes["B03"].count == outcome.parked
    assert len(world.report.rows) < 30

    written: list[str] = []
    execute = SQLite.execute

    def counted(self: SQLite, sql: str, values: dict[str, object] | None = None) -> int:
        written.append(sql)
        return execute(self, sql, values or {})

    monkeypatch.setattr(SQLite, "execute", counted)
    again = world.run()
    assert again.causes["B03"].count == outcome.parked
    assert world.report.errors == [problem]
    assert len(written) < 30, "nothing has changed, so nothing is written"


def test_noting_a_problem_takes_the_same_room_and_time_however_many_there_are() -> None:
    outcome = Outcome("allt")
    for number in range(100_000):
        outcome.add(catalogue.NO_PAYMENT_ACCOUNT.problem(item=f"Kvitto 1-{number}", method="PRESENT"))
    (met,) = outcome.causes.values()
    assert (met.count, len(met.named), met.last) == (100_000, NAMED, "Kvitto 1-99999")
    assert met.problem.item == (
        "Kvitto 1-0, Kvitto 1-1, Kvitto 1-2 och 99\N{NO-BREAK SPACE}997 till (sist Kvitto 1-99999)"
    )


def test_causes_without_end_are_held_together_by_their_code() -> None:
    outcome = Outcome("allt")
    for number in range(10_000):
        outcome.add(catalogue.NO_PAYMENT_ACCOUNT.problem(item=f"Kvitto 1-{number}", method=f"X{number}"))
    assert len(outcome.causes) == CAUSES + 1
    assert sum(met.count for met in outcome.causes.values()) == 10_000


def test_two_accounts_are_two_causes_and_two_rows(receipts: World) -> None:
    def by_number(document: Document) -> Problem:
        return catalogue.ACCOUNT_MISSING.problem(account=3000 + len(document.reference) % 2, use="", system="M")

    receipts.books.refuse = by_number
    receipts.run()
    assert {problem.cause for problem in receipts.report.errors} == {"B10|3000", "B10|3001"}


# --- released by itself ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_was_refused_is_tried_with_a_few_and_released_in_the_run_in_which_it_is_mended(receipts: World) -> None:
    books = receipts.books
    books.refuse = refuse_all(ACCOUNT)
    stopped = receipts.run().parked
    assert stopped > 99
    for _ in range(3):
        sends = books.sends
        assert receipts.run().parked == stopped
        assert books.sends - sends == TRIALS
        assert len(receipts.report.errors) == 1
    books.refuse = lambda _document: None
    outcome = receipts.run()
    assert (outcome.result, outcome.parked, receipts.report.errors) == ("ok", 0, [])
    assert books.doubled() == []


def test_one_that_stays_bad_never_hides_the_others_of_its_cause(receipts: World) -> None:
    books = receipts.books
    books.refuse = refuse_all(ACCOUNT)
    receipts.run()
    books.refuse = lambda one: ACCOUNT if one.reference.endswith("7") else None
    outcome = receipts.run()
    assert 0 < outcome.parked < 30
    sevens = receipts.sql("SELECT COUNT(*) FROM receipt WHERE state='finished' AND number%10=7")[0][0]
    assert outcome.parked == sevens


@pytest.mark.slow
def test_a_change_of_settings_or_everything_by_hand_tries_all(receipts: World) -> None:
    receipts.books.refuse = refuse_all(ACCOUNT)
    stopped = receipts.run().parked
    sends = receipts.books.sends
    receipts.settings("posting.card_account=1580")
    receipts.run()
    assert receipts.books.sends - sends == stopped
    receipts.run(everything=True)
    assert receipts.books.sends - sends == 2 * stopped


def test_more_than_are_looked_at_in_a_run_come_in_turns(receipts: World, monkeypatch: pytest.MonkeyPatch) -> None:
    receipts.sql("UPDATE receipt_payment SET amount=amount+1 WHERE row=1")
    stopped = receipts.run().parked
    monkeypatch.setattr(parked, "AT_ONCE", 30)
    number = some_receipt(receipts)
    receipts.sql("UPDATE receipt_payment SET amount=amount-1 WHERE row=1 AND till='1' AND receipt=:n", n=number)
    runs = 0
    while f"1-{number}" not in receipts.books.vouchers:
        runs += 1
        assert runs < 12
        outcome = receipts.run()
        assert outcome.causes["B03"].count >= stopped - 1, "all that is parked is counted, whosever turn it was"
    receipts.sql("UPDATE receipt_payment SET amount=amount-1 WHERE row=1 AND NOT (till='1' AND receipt=:n)", n=number)
    assert receipts.run().parked == 0, "one that can be made shows that the cause is mended for all"


def test_a_settings_change_releases_all_in_one_run_even_when_they_come_in_turns(
    receipts: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parked, "AT_ONCE", 5)
    receipts.sql("UPDATE receipt_payment SET amount=amount+1 WHERE row=1")
    receipts.run()
    receipts.run()
    receipts.sql("UPDATE receipt_payment SET amount=amount-1 WHERE row=1")
    receipts.settings("posting.rounding_account=3741")
    outcome = receipts.run()
    assert "B03" not in {problem.code for problem in outcome.problems}


def test_a_voided_receipt_among_the_parked_is_let_go_as_nothing(receipts: World) -> None:
    receipts.books.refuse = refuse_all(ACCOUNT)
    receipts.run()
    number = some_receipt(receipts)
    receipts.sql("UPDATE receipt SET state='voided' WHERE till='1' AND number=:n", n=number)
    receipts.run()
    shop = receipts.shop()
    assert shop.ledger.get(f"1-{number}").state is State.EMPTY
    shop.close()
