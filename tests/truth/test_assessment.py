"""What it says is what is so: every way in which sales can be missing, changed or doubled is told by the next run.

Each is told once, by code, with exit (`result`) problems; and again by every run until it is mended or explained
(`truth/proven.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Voucher
from synccenter.run.repair import Repair
from synccenter.till.facts import Facts
from synccenter.till.gift_cards import Card, cards
from synccenter.truth.assessment import assess
from synccenter.truth.proof import prove
from tests.worlds.small_shop import DAY, World

UNITS = ("receipt", "z", "day")


@pytest.fixture(params=UNITS)
def sold(world: World, request: pytest.FixtureRequest) -> World:
    """A day has been sold and sent, by each unit."""
    world.settings(f"posting.unit={request.param}")
    world.trade()
    assert world.run().result == "ok"
    return world


def told(world: World) -> list[str]:
    outcome = world.run()
    assert (outcome.result == "ok") == (not outcome.problems)
    return sorted({problem.code for problem in outcome.problems})


def a_voucher(world: World) -> str:
    return next(name for name, (one, *_) in world.books.vouchers.items() if isinstance(one, Voucher))


def middle(world: World, state: str = "finished") -> int:
    """A receipt of till 1 that is neither first nor last."""
    rows = world.sql("SELECT number FROM receipt WHERE till='1' AND state=:state ORDER BY number", state=state)
    return int(rows[len(rows) // 2][0])


def test_a_reason_on_the_suspense_account_is_told_by_every_run_and_stops_nothing(world: World) -> None:
    """Yellow: an OBS row of the run and of *status*, until an account has been chosen; the run is a good one."""
    world.trade()
    world.sql(
        "INSERT INTO cash_movement (company, till, number, kind, at, amount, reason, z_number)"
        " SELECT company, till, 99, 'pay_out', at, 12500, 'Blommor till Anna', number FROM z_report WHERE till='1'"
    )
    for _ in range(2):
        outcome = world.run()
        assert outcome.result == "ok"
        assert [
            row for row in world.report.rows if row.startswith("OBS!") and "Blommor till Anna" in row and "[B06]" in row
        ]
    shop = world.shop()
    assert [(one.code, one.item) for one in assess(shop).remarks] == [("B06", "Orsak Blommor till Anna")]
    shop.close()


@pytest.mark.parametrize("unit", UNITS)
def test_what_is_sold_on_account_to_nobody_is_booked_and_told(world: World, unit: str) -> None:
    """A claim needs a debtor; but the till's receipt stands, and the bookkeeper is the one who can mend it."""
    world.settings(f"posting.unit={unit}", 'posting.payments=[{method="FAKTURA", account=1510}]')
    world.trade()
    world.sql("INSERT INTO payment_method (company, code, name, kind) VALUES ('1', 'FAKTURA', 'Faktura', 'invoice')")
    number = middle(world)
    world.sql("UPDATE receipt SET customer='' WHERE till='1' AND number=:n", n=number)
    world.sql("UPDATE receipt_payment SET method='FAKTURA' WHERE till='1' AND receipt=:n", n=number)
    world.sql("DELETE FROM z_method WHERE till='1'")
    world.sql(
        "INSERT INTO z_method (company, till, z_number, method, amount) SELECT r.company, r.till, r.z_number, p.method,"
        " SUM(p.amount) FROM receipt r JOIN receipt_payment p ON p.company=r.company AND p.till=r.till AND"
        " p.receipt=r.number WHERE r.till='1' AND r.state='finished' GROUP BY r.company, r.till, r.z_number, p.method"
    )
    for _ in range(2):
        assert world.run().result == "ok"
        assert [row for row in world.report.rows if "[B70]" in row and f"Kvitto 1-{number} är sålt på konto" in row]
    vouchers = [one for one, *_ in world.books.vouchers.values() if isinstance(one, Voucher)]
    claims = [row.text for one in vouchers for row in one.postings if row.account == 1510]
    assert len(claims) == 1
    assert f"1-{number} utan kund" in claims[0]
    world.sql("UPDATE receipt SET customer='4711' WHERE till='1' AND number=:n", n=number)
    shop = world.shop()
    assert not assess(shop).remarks
    shop.close()


def test_nothing_to_tell(sold: World) -> None:
    assert told(sold) == []
    assert sold.run().quiet


CHANGES = {
    "ett annat betalsätt": "UPDATE receipt_payment SET method='SWISH' WHERE till='1' AND receipt=:n",
    "en annan varugrupp": "UPDATE receipt_line SET group_code='annan' WHERE till='1' AND receipt=:n",
    "momsen flyttad": "UPDATE receipt_line SET vat=vat+1 WHERE till='1' AND receipt=:n",
    "en annan kund": "UPDATE receipt SET customer='4711' WHERE till='1' AND number=:n",
    "en annan dag": "UPDATE receipt SET at='2026-11-03T10:00:00+01:00' WHERE till='1' AND number=:n",
    "vara blir presentkort": "UPDATE receipt_line SET kind='gift_card' WHERE till='1' AND receipt=:n",
    "en retur av ett annat": "UPDATE receipt SET return_till='1', return_number=1 WHERE till='1' AND number=:n",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_receipt_that_was_changed_after_it_was_sent(sold: World, what: str) -> None:
    sold.sql(CHANGES[what], n=middle(sold))
    assert "T12" in told(sold)
    assert "T12" in told(sold)  # it does not become silent
    shop = sold.shop()
    assert "T12" in {problem.code for problem in assess(shop).problems}  # nor by a restart
    Repair(shop).explain(f"ändrat:1:{middle(sold)}", "rättat för hand, verifikation A 17")
    shop.close()
    assert "T12" not in told(sold)


def test_a_receipt_that_is_gone(sold: World) -> None:
    for table, column in (("receipt_line", "receipt"), ("receipt_payment", "receipt"), ("receipt", "number")):
        sold.sql(f"DELETE FROM {table} WHERE till='1' AND {column}=:n", n=middle(sold))
    assert {"T10", "T12"} & set(told(sold))


def test_a_receipt_that_was_cancelled_and_is_finished_after_all(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    number = middle(world)
    world.sql("UPDATE receipt SET state='cancelled' WHERE till='1' AND number=:n", n=number)
    world.run()
    world.sql("UPDATE receipt SET state='finished' WHERE till='1' AND number=:n", n=number)
    assert "T14" in told(world)


@pytest.mark.parametrize("unit", UNITS)
def test_numbers_that_are_missing_are_told_by_the_run_itself(world: World, unit: str) -> None:
    """Case t20: receipt 3 and Z 2 are missing, and the sync said OK."""
    world.settings(f"posting.unit={unit}")
    world.trade()
    world.trade()
    world.trade()
    for table, column in (("z_vat", "z_number"), ("z_method", "z_number"), ("z_report", "number")):
        world.sql(f"DELETE FROM {table} WHERE till='1' AND {column}=2")
    assert "T10" in told(world)


def test_what_was_explained_is_not_told_again(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    number = middle(world)
    for table, column in (("receipt_line", "receipt"), ("receipt_payment", "receipt"), ("receipt", "number")):
        world.sql(f"DELETE FROM {table} WHERE till='1' AND {column}=:n", n=number)
    world.sql("DELETE FROM z_report")
    world.sql("UPDATE receipt SET z_number=NULL")
    assert "T10" in told(world)
    shop = world.shop()
    Repair(shop).explain(f"kvitto:1:{number}-{number}", "utbildning")
    shop.close()
    assert "T10" not in told(world)


def test_a_z_report_whose_date_is_moved(sold: World) -> None:
    sold.sql("UPDATE z_report SET business_date='2026-11-03' WHERE till='1'")
    assert "T12" in told(sold)


def count_cash(world: World) -> None:
    world.sql(
        "INSERT INTO cash_movement (company, till, number, kind, at, amount, reason, z_number, expected)"
        " VALUES ('1', '1', 9001, 'counted', '2026-11-02T21:00:00+01:00', 149000, '', 1, 150000)"
    )


def test_cash_that_is_counted_after_the_z_report_was_sent_is_a_document_of_its_own(sold: World) -> None:
    before = dict(sold.books.vouchers)
    count_cash(sold)
    assert told(sold) == []
    (new,) = set(sold.books.vouchers) - set(before)
    (document,) = sold.books.vouchers[new]
    assert isinstance(document, Voucher)
    assert document.date == DAY
    assert sorted(abs(posting.amount) for posting in document.postings) == [1000, 1000]
    assert sold.run().quiet


def late(world: World) -> list[Voucher]:
    """The vouchers of cash that was counted late."""
    there = world.books.vouchers.values()
    return [
        one for many in there for one in many if isinstance(one, Voucher) and {p.amount for p in one.postings} <= LATE
    ]


LATE = {-1000, 1000, -1100, 1100}


@pytest.mark.parametrize("corrected", [False, True])
def test_late_cash_that_is_refused_goes_when_its_cause_is_mended(sold: World, corrected: bool) -> None:
    """Refused by the business system (a period is closed, say), then taken: as the till has it by then."""
    count_cash(sold)
    sold.books.refuse = lambda _document: catalogue.UNEXPECTED.problem()
    assert told(sold)
    assert late(sold) == []
    if corrected:
        sold.sql("UPDATE cash_movement SET amount=amount-100 WHERE number=9001")
    sold.books.refuse = lambda _document: None
    assert told(sold) == []
    (document,) = late(sold)
    assert {abs(posting.amount) for posting in document.postings} == {1100 if corrected else 1000}
    assert sold.run().quiet


def test_late_cash_that_cannot_be_read_is_told_and_goes_when_it_can(sold: World) -> None:
    count_cash(sold)
    sold.sql("UPDATE cash_movement SET amount='tio' WHERE number=9001")
    assert told(sold)
    sold.sql("UPDATE cash_movement SET amount=149000 WHERE number=9001")
    assert told(sold) == []
    assert len(late(sold)) == 1


@pytest.mark.parametrize(
    "how", ["UPDATE cash_movement SET amount=amount+100 WHERE till='1'", "DELETE FROM cash_movement WHERE till='1'"]
)
def test_cash_that_is_changed_or_taken_away_after_it_was_sent(sold: World, how: str) -> None:
    count_cash(sold)
    sold.run()
    sold.sql(how)
    assert "T12" in told(sold)


def test_a_voucher_that_is_gone_or_changed_in_the_books_is_told_the_next_night(sold: World) -> None:
    name = a_voucher(sold)
    del sold.books.vouchers[name]
    sold.later(days=1)
    assert "T13" in told(sold)
    assert "T13" in told(sold)  # kept until the books are read again
    shop = sold.shop()
    assert "T13" in {problem.code for problem in assess(shop).problems}
    shop.close()


def test_what_was_put_right_in_the_books_is_told_no_longer_without_a_night(sold: World) -> None:
    name = a_voucher(sold)
    (there,) = (sold.books.vouchers.pop(name),)
    sold.later(days=1)
    assert told(sold) == ["T13"], "one cause, one row: the Z report is not told of as well"
    sold.books.vouchers[name] = there
    assert told(sold) == []


def test_what_a_person_changed_in_the_books_and_means_is_marked_by_hand(sold: World) -> None:
    name = a_voucher(sold)
    shop = sold.shop()
    with pytest.raises(SyncError, match="S16"):
        Repair(shop).booked(shop.ledger.get(name), "rätt är den")
    shop.close()
    del sold.books.vouchers[name]
    sold.later(days=1)
    assert told(sold) == ["T13"]
    shop = sold.shop()
    Repair(shop).booked(shop.ledger.get(name), "bokförd på annat sätt, A 99")
    shop.close()
    assert told(sold) == []


def test_a_draft_is_not_booked(sold: World) -> None:
    name = a_voucher(sold)
    sold.books.drafts.add(name)
    sold.later(days=1)
    assert told(sold) == ["T17"]
    assert told(sold) == ["T17"]
    sold.books.drafts.clear()
    assert told(sold) == []


def test_a_voucher_that_stands_twice_in_the_books_is_told_the_next_night(sold: World) -> None:
    name = a_voucher(sold)
    sold.books.vouchers[name] *= 2
    sold.later(days=1)
    assert "S30" in told(sold)


def test_what_no_run_has_taken_is_known_at_start(sold: World) -> None:
    sold.trade()
    shop = sold.shop()
    assert assess(shop).unsent > 0
    shop.close()
    sold.run()
    shop = sold.shop()
    assert assess(shop).unsent == 0
    shop.close()


def test_a_quiet_run_finds_again_what_it_found_without_reading_it_all_again(
    sold: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    proofs: list[object] = []

    def counted(*words: Any, **more: Any) -> object:
        proofs.append(words)
        return prove(*words, **more)

    def counted_cards(sales: Facts) -> list[Card]:
        proofs.append(sales)
        return cards(sales)

    sold.sql(CHANGES["en annan kund"], n=middle(sold))
    assert "T12" in told(sold)
    monkeypatch.setattr("synccenter.truth.assessment.prove", counted)
    monkeypatch.setattr("synccenter.truth.assessment.cards", counted_cards)
    assert "T12" in told(sold)
    assert proofs == [], "nobody has written in the till"
    shop = sold.shop()
    assert "T12" in {problem.code for problem in assess(shop).problems}
    shop.close()
    assert proofs, "at start everything is looked at"


@pytest.mark.parametrize("what", CHANGES)
def test_whoever_writes_in_the_till_between_two_quiet_runs_is_seen(sold: World, what: str) -> None:
    assert told(sold) == []
    assert told(sold) == []
    sold.sql(CHANGES[what], n=middle(sold))
    assert "T12" in told(sold)


def test_what_a_person_has_explained_is_heard_in_a_quiet_run(sold: World) -> None:
    sold.sql(CHANGES["en annan kund"], n=middle(sold))
    assert told(sold) == ["T12"]
    assert told(sold) == ["T12"]
    shop = sold.shop()
    Repair(shop).explain(f"ändrat:1:{middle(sold)}", "rättat")
    shop.close()
    assert told(sold) == []


@pytest.mark.parametrize("closed", [True, False], ids=["with its Z report", "before any Z report"])
def test_the_first_receipts_of_a_till_are_gone(world: World, closed: bool) -> None:
    """No hole is left in the numbers: only the ledger knows that they were."""
    world.settings("posting.unit=receipt")
    world.trade(days=2)
    if not closed:
        world.sql("UPDATE receipt SET z_number=NULL WHERE till='1'")
        for table in ("z_report", "z_vat", "z_method", "cash_movement"):
            world.sql(f"DELETE FROM {table} WHERE till='1'")
    assert world.run().result == "ok"
    last = world.sql("SELECT MAX(number) FROM receipt WHERE till='1' AND z_number=1")[0][0] if closed else 1
    for table, column in (("receipt_line", "receipt"), ("receipt_payment", "receipt"), ("receipt", "number")):
        world.sql(f"DELETE FROM {table} WHERE till='1' AND {column}<={last}")
    for table, column in (("z_vat", "z_number"), ("z_method", "z_number"), ("z_report", "number")):
        world.sql(f"DELETE FROM {table} WHERE till='1' AND {column}=1")
    assert set(told(world)) >= {"T10", "T12"}
    world.later(days=60)
    assert not {"T10", "T12"} & set(told(world)), "an old journal may have been laid aside"


@pytest.mark.parametrize(("days", "red"), [(1, ["S30"]), (-9, ["S30"]), (30, [])])
def test_what_was_sent_is_booked_once_more_on_another_day(sold: World, days: int, red: list[str]) -> None:
    name = a_voucher(sold)
    (one,) = sold.books.vouchers[name]
    assert isinstance(one, Voucher)
    sold.books.vouchers[name].append(replace(one, date=one.date + timedelta(days=days)))
    sold.later(days=1)
    assert told(sold) == red
    sold.books.vouchers[name].append(turned(one))  # the remedy: the other one is taken back
    assert told(sold) == []


@pytest.mark.parametrize("days", [0, 2])
def test_what_was_sent_is_taken_back_in_the_books(sold: World, days: int) -> None:
    name = a_voucher(sold)
    (one,) = sold.books.vouchers[name]
    assert isinstance(one, Voucher)
    back = turned(replace(one, date=one.date + timedelta(days=days)))
    sold.books.vouchers[name].append(back)
    sold.later(days=1)
    assert told(sold) == ["T13"]
    sold.books.vouchers[name].remove(one)
    assert told(sold) == ["T13"], "and now it is gone as well"


def turned(one: Voucher) -> Voucher:
    return replace(one, postings=tuple(replace(row, amount=-row.amount) for row in one.postings))
