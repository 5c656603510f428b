"""The demo's days: the same seed the same day, everything a believable day holds, and every öre adds up.

Tells of `till/demo_day.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synccenter.contract.errors import SyncError
from synccenter.contract.model import (
    Article,
    CashKind,
    LineKind,
    MethodTotal,
    Receipt,
    ReceiptState,
    Register,
    VatTotal,
    ZReport,
)
from synccenter.core.database import Database, connect
from synccenter.posting.controls import vat_within
from synccenter.till import demo, demo_basket, demo_day
from synccenter.till.demo_basket import cash_rounding, discount_in_kronor
from synccenter.till.demo_shop import COMPANY, ean_digit, luhn_digit, shop_on, vat_rate_on
from synccenter.till.registers import Registers
from tests.worlds.till import fingerprint, put, sales

MONDAY = date(2026, 3, 2)
FINISHED = ReceiptState.FINISHED


def build(database: Database, days: int = 1, receipts: int = 300, start: date = MONDAY, seed: int = 7) -> None:
    demo.build(database, seed=seed, days=days, receipts=receipts, start=start)


def receipts_of(database: Database) -> list[Receipt]:
    found = [receipt for till in ("1", "2") for receipt in sales(database).receipts_after(till, 0, 10_000)]
    assert all(isinstance(receipt, Receipt) for receipt in found)
    return [receipt for receipt in found if isinstance(receipt, Receipt)]


def z_reports_of(database: Database) -> list[ZReport]:
    return [z for till in ("1", "2") for z in sales(database).z_after(till, 0) if isinstance(z, ZReport)]


def test_the_same_seed_gives_the_same_day_on_every_database(database: Database, tmp_path: Path) -> None:
    other = connect(str(tmp_path / "other.db"))
    build(database, days=2, receipts=40)
    build(other, days=2, receipts=40)
    assert receipts_of(database) == receipts_of(other)
    assert z_reports_of(database) == z_reports_of(other)
    other.close()


def test_another_seed_gives_another_day(sqlite: Database, tmp_path: Path) -> None:
    other = connect(str(tmp_path / "other.db"))
    build(sqlite, seed=1)
    build(other, seed=2)
    assert fingerprint(sqlite) != fingerprint(other)
    other.close()


def test_a_day_holds_all_that_a_shops_day_holds(sqlite: Database) -> None:
    summary = demo.build(sqlite, seed=7, days=1, receipts=300, start=MONDAY)
    assert (summary.receipts, summary.tills, summary.z_reports, summary.articles) == (300, 2, 2, 120)
    receipts = receipts_of(sqlite)
    assert len(receipts) == 300
    states = Counter(receipt.state for receipt in receipts)
    assert states == {FINISHED: 297, ReceiptState.CANCELLED: 1, ReceiptState.PARKED: 1, ReceiptState.VOIDED: 1}
    lines = [line for receipt in receipts if receipt.state is FINISHED for line in receipt.lines]
    assert {line.vat_rate for line in lines} == {25, 12, 6, 0}
    assert {line.kind for line in lines} == set(LineKind)
    assert any(line.discount and "Rabatt" in line.text and "%" in line.text for line in lines)
    methods = {payment.method for receipt in receipts for payment in receipt.payments}
    assert methods == {"KONTANT", "KORT", "SWISH", "PRESENTKORT"}
    assert any(receipt.rounding for receipt in receipts)
    assert any(payment.amount < 0 for receipt in receipts if receipt.total > 0 for payment in receipt.payments)
    assert {till.id for till in sales(sqlite).tills()} == {"1", "2"}
    assert len(sales(sqlite).orders_after("1", 0)) == 1
    assert len(sales(sqlite).customer_changes_after(0)) == 1


def test_a_return_is_tied_to_its_original_and_mirrors_it(sqlite: Database) -> None:
    build(sqlite)
    receipts = {receipt.key: receipt for receipt in receipts_of(sqlite)}
    (back,) = [receipt for receipt in receipts.values() if receipt.return_of]
    assert back.return_of is not None
    original = receipts[back.return_of]
    assert original.at < back.at
    assert [(line.article, -line.amount, -line.vat) for line in back.lines] == [
        (line.article, line.amount, line.vat) for line in original.lines
    ]
    assert back.total < 0


def test_a_gift_card_is_sold_without_vat_and_used_later(sqlite: Database) -> None:
    build(sqlite)
    cards = sqlite.query("SELECT till, receipt, row, card, event, amount FROM gift_card")
    (sold,) = [card for card in cards if card[4] == "sold"]
    used = [card for card in cards if card[4] == "redeemed"]
    assert 0 < sum(card[5] for card in used) <= sold[5]
    assert {card[3] for card in used} == {sold[3]}
    receipts = {(receipt.till, receipt.number): receipt for receipt in receipts_of(sqlite)}
    line = receipts[sold[0], sold[1]].lines[sold[2] - 1]
    assert (line.kind, line.vat, line.vat_rate, line.amount) == (LineKind.GIFT_CARD, 0, 0, sold[5])
    for till, number, row, card, _, amount in used:
        payment = receipts[till, number].payments[row - 1]
        assert (payment.method, payment.amount, payment.reference) == ("PRESENTKORT", amount, card)
        assert receipts[till, number].at > receipts[sold[0], sold[1]].at


@pytest.mark.parametrize("seed", range(5))
def test_every_receipt_balances_and_rounds_cash_only(sqlite: Database, seed: int) -> None:
    build(sqlite, days=2, seed=seed)
    for receipt in receipts_of(sqlite):
        lines = sum(line.amount for line in receipt.lines)
        if receipt.state in {ReceiptState.CANCELLED, ReceiptState.PARKED}:
            assert (receipt.payments, receipt.rounding) == ((), 0)
            continue
        assert lines + receipt.rounding == receipt.total, receipt
        cash = [payment.amount for payment in receipt.payments if payment.method == "KONTANT"]
        assert sum(cash) % 100 == 0
        assert -49 <= receipt.rounding <= 50
        assert cash or not receipt.rounding
        for line in receipt.lines:
            assert line.vat == vat_within(line.amount, line.vat_rate)


@pytest.mark.parametrize("seed", range(5))
def test_every_z_report_is_the_sum_of_its_receipts(sqlite: Database, seed: int) -> None:
    build(sqlite, days=2, seed=seed)
    reports = z_reports_of(sqlite)
    assert len(reports) == 4
    for z in reports:
        closed = [receipt for receipt in sales(sqlite).receipts_of_z(z.till, z.number) if isinstance(receipt, Receipt)]
        sold = [receipt for receipt in closed if receipt.state is FINISHED]
        assert z.total == sum(receipt.total for receipt in sold) == sum(total.amount for total in z.method_totals)
        assert z.rounding == sum(receipt.rounding for receipt in sold)
        assert z.total == sum(total.sales for total in z.vat_totals) + z.rounding
        assert list(z.vat_totals) == _vat(sold)
        assert list(z.method_totals) == _methods(sold)
        assert {receipt.at.date() for receipt in closed} == {z.business_date}
    assert all(fact.total == fact.receipts_total for fact in sales(sqlite).z_facts(MONDAY, MONDAY + timedelta(days=1)))


def _vat(sold: Sequence[Receipt]) -> list[VatTotal]:
    lines = [line for receipt in sold for line in receipt.lines]
    return [
        VatTotal(
            rate,
            sum(line.amount for line in lines if line.vat_rate == rate),
            sum(line.vat for line in lines if line.vat_rate == rate),
        )
        for rate in sorted({line.vat_rate for line in lines})
    ]


def _methods(sold: Sequence[Receipt]) -> list[MethodTotal]:
    totals: Counter[str] = Counter()
    for receipt in sold:
        for payment in receipt.payments:
            totals[payment.method] += payment.amount
    return [MethodTotal(method, totals[method]) for method in sorted(totals)]


def test_cash_movements_explain_the_drawer(sqlite: Database) -> None:
    build(sqlite, days=4)
    differences = []
    for z in z_reports_of(sqlite):
        cash = sales(sqlite).cash_of_z(z.till, z.number)
        moves = {move.kind: move for move in cash}
        tips = sum(move.amount for move in cash if move.reason == "Dricks")
        taken = sum(total.amount for total in z.method_totals if total.method == "KONTANT")
        paid_in = moves[CashKind.PAY_IN].amount if CashKind.PAY_IN in moves else 0
        to_bank = moves[CashKind.PAY_OUT]
        assert to_bank.reason == "Bankinsättning"
        counted = moves[CashKind.COUNTED]
        assert counted.expected == moves[CashKind.FLOAT].amount + taken + paid_in - to_bank.amount - tips
        differences.append(counted.amount - counted.expected)
    assert any(differences)
    assert not all(differences)
    assert all(abs(difference) <= 2000 for difference in differences)


def test_a_second_call_adds_days_and_numbers_go_on(database: Database) -> None:
    build(database, days=2, receipts=30)
    again = demo.build(database, seed=7, days=1, receipts=30, start=MONDAY)
    assert again.first_day == again.last_day == MONDAY + timedelta(days=2)
    for till in ("1", "2"):
        assert sales(database).last_z(till) == 3
        assert sales(database).receipt_gaps(till, 1, sales(database).last_receipt(till)) == []
    assert len(receipts_of(database)) == 90


@pytest.mark.parametrize("receipts", [1, 2, 3, 10])
def test_a_small_day_adds_up_too(sqlite: Database, receipts: int) -> None:
    summary = demo.build(sqlite, seed=3, days=3, receipts=receipts, start=MONDAY)
    assert len(receipts_of(sqlite)) == summary.receipts == 3 * receipts
    for fact in sales(sqlite).z_facts(MONDAY, summary.last_day):
        assert fact.total == fact.receipts_total
    for z in z_reports_of(sqlite):
        kinds = [move.kind for move in sales(sqlite).cash_of_z(z.till, z.number)]
        assert kinds.count(CashKind.FLOAT) == kinds.count(CashKind.COUNTED) == 1


def test_the_shop_is_open_from_nine_to_seven_whatever_the_clocks_do(sqlite: Database) -> None:
    build(sqlite, days=2, receipts=100, start=date(2026, 3, 28))  # summer time begins on the 29th
    receipts = receipts_of(sqlite)
    assert all(time(9) <= receipt.at.time() <= time(19) for receipt in receipts)
    offsets = {(receipt.at.date().day, receipt.at.utcoffset()) for receipt in receipts}
    assert offsets == {(28, timedelta(hours=1)), (29, timedelta(hours=2))}


def test_food_went_to_six_per_cent_on_the_first_of_april_2026(sqlite: Database) -> None:
    build(sqlite, days=2, start=date(2026, 3, 31))
    rates = {
        (receipt.at.date().isoformat(), line.group, line.vat_rate)
        for receipt in receipts_of(sqlite)
        for line in receipt.lines
        if line.group in {"10", "30"} and line.kind is LineKind.GOODS
    }
    assert rates == {
        ("2026-03-31", "10", 12),
        ("2026-04-01", "10", 6),
        ("2026-03-31", "30", 12),
        ("2026-04-01", "30", 12),
    }
    assert vat_rate_on("10", 12, date(2027, 12, 31)) == 6
    assert vat_rate_on("10", 12, date(2028, 1, 1)) == 12
    assert {group.vat_rate for group in sales(sqlite).groups() if group.code == "10"} == {6}


def test_a_shops_own_register_is_sold_with_its_deposit(sqlite: Database) -> None:
    own = [Article("85001", "Öl", "Öl", 25, 1890, deposit=200), Article("85002", "Slut", price=0)]
    summary = demo.build(sqlite, seed=1, days=1, receipts=40, start=MONDAY, articles=own)
    assert (summary.articles, summary.skipped_articles) == (2, 1)
    assert Registers(sqlite, "1").count(Register.ARTICLES) == 0  # that register is not the demo's to write
    for receipt in receipts_of(sqlite):
        goods = [line for line in receipt.lines if line.kind is LineKind.GOODS and len(receipt.lines) > 1]
        deposits = [line for line in receipt.lines if line.kind is LineKind.DEPOSIT]
        assert all(line.amount == line.quantity * 200 // 1000 for line in deposits)
        assert all(line.vat_rate == 25 and line.vat > 0 for line in deposits if line.amount > 0)
        assert not deposits or len(deposits) == len(goods)
    assert any(line.kind is LineKind.DEPOSIT for receipt in receipts_of(sqlite) for line in receipt.lines)


def test_the_deposit_carries_the_vat_of_its_goods() -> None:
    beer = Article("85001", "Öl", "Öl", 25, 1890, deposit=100)
    line = demo_basket.deposit_line(beer, 2000)
    assert (line.amount, line.vat, line.vat_rate) == (200, 40, 25)


def test_a_shops_own_register_keeps_its_own_vat_rates(sqlite: Database) -> None:
    own = [Article("1", "Skruv", "10", 25, 1990)]  # group 10 is food in the demo's shop, not in this one
    demo.build(sqlite, seed=1, days=1, receipts=20, start=date(2026, 4, 1), articles=own)
    lines = [line for receipt in receipts_of(sqlite) for line in receipt.lines if line.kind is LineKind.GOODS]
    assert {line.vat_rate for line in lines} == {25}


def test_a_register_without_anything_to_sell_is_told(sqlite: Database) -> None:
    with pytest.raises(SyncError, match="K06"):
        demo.build(sqlite, seed=1, days=1, receipts=10, start=MONDAY, articles=[Article("1", "Slut")])


def test_made_up_sales_never_enter_a_real_till(database: Database) -> None:
    put(database, "company", company="1", name="Riktiga Butiken AB")
    before = fingerprint(database)
    with pytest.raises(SyncError, match="Riktiga Butiken AB"):
        build(database)
    assert fingerprint(database) == before


def test_numbers_in_the_shop_have_right_check_digits() -> None:
    shop = shop_on(MONDAY)
    assert COMPANY.org_number == "556677-8899"
    assert ean_digit("400638133393") == 1  # GS1's own example
    assert luhn_digit("202100548") == 9  # Skatteverket: 202100-5489
    for barcode in shop.barcodes:
        assert len(barcode.code) == 13
        assert ean_digit(barcode.code[:-1]) == int(barcode.code[-1])
    for number in (customer.org_number for customer in shop.customers if customer.org_number):
        digits = number.replace("-", "")
        assert luhn_digit(digits[:-1]) == int(digits[-1])
    assert len({barcode.code for barcode in shop.barcodes}) == len(shop.barcodes) > len(shop.articles)
    assert len(shop.articles) == 120
    assert len(shop.customers) == 20


@given(st.integers(-10_000_000, 10_000_000))
def test_cash_rounds_to_the_nearest_krona_and_returns_mirror_sales(amount: int) -> None:
    rounded = amount + cash_rounding(amount)
    assert rounded % 100 == 0
    assert abs(rounded - amount) <= 50
    assert cash_rounding(-amount) == -cash_rounding(amount)
    if abs(amount) % 100 == 50:
        assert abs(rounded) > abs(amount)


@given(st.integers(-10_000_000, 10_000_000), st.sampled_from([25, 12, 6, 0]))
def test_vat_is_the_nearest_oere(amount: int, rate: int) -> None:
    vat = vat_within(amount, rate)
    assert abs(vat * (100 + rate) - amount * rate) * 2 <= 100 + rate
    assert vat_within(-amount, rate) == -vat


def test_a_discount_in_kronor_becomes_a_per_cent() -> None:
    assert discount_in_kronor(24_900, 2_000) == (1_999, "Rabatt 8,03 %")


@pytest.mark.parametrize(
    ("clock", "last"),
    [
        ("2026-11-04T00:05", date(2026, 11, 3)),
        ("2026-11-04T08:59", date(2026, 11, 3)),
        ("2026-11-04T19:12", date(2026, 11, 3)),
        ("2026-11-04T19:13", date(2026, 11, 4)),
        ("2026-11-04T23:59", date(2026, 11, 4)),
    ],
)
@pytest.mark.parametrize("start", [date(2026, 11, 2), date(2026, 11, 4), date(2031, 1, 1)])
def test_the_demo_never_trades_in_the_future(sqlite: Database, clock: str, last: date, start: date) -> None:
    now = datetime.fromisoformat(clock).replace(tzinfo=demo_day.ZONE)
    for days in (2, 5):
        first, count = demo.days_to_play(sqlite, start, days, now)
        assert count == 2 or days == 5
        summary = demo.build(sqlite, seed=1, days=count, receipts=10, start=first)
        assert summary.last_day <= last
        at = sqlite.query("SELECT MAX(at) FROM receipt")[0][0], sqlite.query("SELECT MAX(at) FROM z_report")[0][0]
        assert max(datetime.fromisoformat(one) for one in at) < now
        start = first
    assert demo.days_to_play(sqlite, start, 1, now)[1] == 0
    assert demo.days_to_play(sqlite, start, 1, now + timedelta(days=1))[1] == 1
