"""The proof's questions: gaps, states, the cut-over, and every Z report beside its receipts.

Tells of `till/facts.py`, `till/agreement.py`.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synccenter.contract.model import ReceiptState
from synccenter.core.database import Database
from tests.worlds.till import put_receipt, put_z, sales

MARCH_2, MARCH_3, MARCH_4 = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


def test_missing_numbers_are_told_as_spans(database: Database) -> None:
    for number in (2, 3, 7, 8, 9, 12):
        put_receipt(database, number)
    put_receipt(database, 5, till="2")
    assert sales(database).receipt_gaps("1", 1, 14) == [(1, 1), (4, 6), (10, 11), (13, 14)]
    assert sales(database).receipt_gaps("1", 7, 9) == []
    assert sales(database).receipt_gaps("9", 1, 3) == [(1, 3)]
    assert sales(database).receipt_gaps("1", 5, 4) == []
    put_z(database, 2, "2026-03-02", 1, 2, 0)
    assert sales(database).z_gaps("1", 1, 2) == [(1, 1)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(numbers=st.sets(st.integers(1, 40), max_size=25), first=st.integers(1, 40), length=st.integers(0, 40))
def test_gaps_are_exactly_the_numbers_that_are_not_there(
    sqlite: Database, numbers: set[int], first: int, length: int
) -> None:
    sqlite.execute("DELETE FROM receipt")
    sqlite.execute("DELETE FROM receipt_line")
    sqlite.execute("DELETE FROM receipt_payment")
    for number in numbers:
        put_receipt(sqlite, number)
    gaps = sales(sqlite).receipt_gaps("1", first, first + length)
    told = [number for start, end in gaps for number in range(start, end + 1)]
    assert told == [number for number in range(first, first + length + 1) if number not in numbers]


def test_states_are_counted_by_the_shops_own_day(database: Database) -> None:
    put_receipt(database, 1, at="2026-03-01T23:30:00Z")  # half past midnight on the 2nd in the shop
    put_receipt(database, 2, at="2026-03-02T23:30:00Z")  # already the 3rd
    put_receipt(database, 3, at="2026-03-02T00:00:00", state="cancelled")
    put_receipt(database, 4, at="2026-03-02T23:59:59+01:00", state="parked")
    put_receipt(database, 5, at="2026-03-01T23:59:59")
    put_receipt(database, 6, at="2026-03-02T12:00:00", state="voided")
    expected = {"finished": 1, "cancelled": 1, "parked": 1, "voided": 1}
    assert {state.value: count for state, count in sales(database).states("1", MARCH_2, MARCH_2).items()} == expected
    whole_spring = sales(database).states("1", date(2026, 2, 1), date(2026, 5, 1))
    assert whole_spring[ReceiptState.FINISHED] == 3
    assert sum(whole_spring.values()) == 6


def test_the_cut_over_finds_the_first_of_a_day(database: Database) -> None:
    put_receipt(database, 1, at="2026-03-02T12:00:00")
    put_receipt(database, 2, at="2026-03-02T23:30:00Z")  # the 3rd in the shop
    put_receipt(database, 3, at="2026-03-04T09:00:00")
    put_z(database, 1, "2026-03-02", 1, 1, 0)
    put_z(database, 2, "2026-03-04", 2, 3, 0)
    reader = sales(database)
    assert [reader.first_receipt_on("1", on) for on in (MARCH_2, MARCH_3, MARCH_4)] == [1, 2, 3]
    assert [reader.first_z_on("1", on) for on in (MARCH_2, MARCH_3, MARCH_4)] == [1, 2, 2]
    assert reader.first_receipt_on("1", date(2026, 3, 5)) is None
    assert reader.first_z_on("1", date(2026, 3, 5)) is None


def test_which_receipts_have_become_felslag(database: Database) -> None:
    put_receipt(database, 1)
    put_receipt(database, 2, state="voided")
    put_receipt(database, 3, state="voided")
    put_receipt(database, 9_000, state="voided")
    assert sales(database).voided_numbers("1", [1, 2, 9_000]) == {2, 9_000}
    assert sales(database).voided_numbers("1", []) == set()


def test_a_z_report_is_set_beside_its_receipts(database: Database) -> None:
    put_receipt(database, 1, amount=10_000, z_number=1)
    put_receipt(database, 2, amount=99_999, z_number=1, state="voided")
    put_receipt(database, 3, amount=5_000, state="parked")
    put_receipt(database, 4, amount=7_000, z_number=1, state="cancelled")
    put_receipt(database, 5, amount=3_000, z_number=1)
    put_receipt(database, 6, amount=4_000, z_number=2)
    put_receipt(database, 1, amount=77_000, z_number=1, till="2")
    put_z(database, 1, "2026-03-02", 1, 5, 13_000)
    put_z(database, 2, "2026-03-03", 6, 6, 4_100)
    put_z(database, 1, "2026-03-02", 1, 1, 77_000, till="2")
    one, other, two = sales(database).z_facts(MARCH_2, MARCH_3)
    assert (one.till, one.number, one.business_date) == ("1", 1, MARCH_2)
    assert (one.total, one.receipts_total, one.vat) == (13_000, 13_000, {25: 2_600})
    assert (one.receipts, one.finished, one.cancelled, one.parked, one.voided) == (5, 2, 1, 1, 1)
    assert (other.till, other.receipts_total) == ("2", 77_000)
    assert (two.total, two.receipts_total) == (4_100, 4_000)
    assert [fact.number for fact in sales(database).z_facts(MARCH_3, MARCH_3)] == [2]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE z_report SET total='mycket' WHERE number=1",
        "UPDATE receipt_payment SET amount=12.5 WHERE receipt=1",
        "UPDATE z_vat SET vat=0.5 WHERE z_number=1",
    ],
)
def test_a_sum_that_cannot_be_read_is_a_problem_of_that_z_report_only(sqlite: Database, change: str) -> None:
    put_receipt(sqlite, 1, z_number=1)
    put_receipt(sqlite, 2, z_number=2)
    put_z(sqlite, 1, "2026-03-02", 1, 1, 10_000)
    put_z(sqlite, 2, "2026-03-03", 2, 2, 10_000)
    sqlite.execute(change)
    broken, whole = sales(sqlite).z_facts(MARCH_2, MARCH_3)
    assert broken.problem is not None
    assert broken.problem.item == "Z 1-1"
    assert whole.problem is None
    assert whole.total == whole.receipts_total
