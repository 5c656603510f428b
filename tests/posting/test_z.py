"""A Z report and a day as one voucher each; what the till stored must be what its receipts say."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synccenter.contract.errors import SyncError
from synccenter.contract.model import CashKind, CashMovement, Payment, Posting, Receipt, ReceiptKey, ReceiptState
from synccenter.posting.documents import cash_voucher, day_voucher, receipt_voucher
from synccenter.posting.rows import cash_postings, merged
from synccenter.posting.shares import Closed, Share, shares
from tests.posting.samples import STOCKHOLM, book, by_account, goods, receipt, rules, z_of

DAY = date(2026, 11, 2)
NOON = datetime(2026, 11, 2, 12, tzinfo=STOCKHOLM)


def sales() -> list[Receipt]:
    return [
        receipt([goods(12_500)], [Payment("KORT", 12_500)], number=1),
        receipt([goods(10_600, 6, group="LIV")], [Payment("KONTANT", 10_600)], number=2),
        receipt([goods(9_900)], [Payment("KORT", 9_900)], number=3, state=ReceiptState.VOIDED),
        receipt([goods(1_049)], [Payment("KONTANT", 1_000)], number=4, rounding=-49),
    ]


def test_a_z_report_is_the_sum_of_its_finished_receipts() -> None:
    receipts = sales()
    voucher = book(receipts)
    expected: dict[int, int] = {}
    for one in receipts:
        if one.state is ReceiptState.FINISHED:
            for account, amount in by_account(receipt_voucher(one, rules())).items():
                expected[account] = expected.get(account, 0) + amount
    assert by_account(voucher) == expected
    assert voucher.reference == "1-Z1"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"total": 24_101}, "Totalt"),
        ({"rounding": -48}, "Öresavrundning"),
    ],
)
def test_a_z_report_that_differs_by_one_ore_is_stopped(change: dict[str, object], word: str) -> None:
    receipts = sales()
    z = msgspec.structs.replace(z_of(receipts), **change)
    with pytest.raises(SyncError, match="B04") as caught:
        book(receipts, z=z)
    assert word in str(caught.value)


def test_a_missing_receipt_is_named() -> None:
    receipts = sales()
    z = z_of(receipts)
    with pytest.raises(SyncError, match=r"kvitto 2 finns inte.*B09"):
        book([one for one in receipts if one.number != 2], z=z)


def test_receipts_sent_one_by_one_are_left_out_of_the_z_voucher() -> None:
    receipts = sales()
    voucher = book(receipts, without=[ReceiptKey("1", 1)])
    assert 1686 not in by_account(voucher)


def test_pay_ins_pay_outs_and_the_counted_difference_have_rows_of_their_own() -> None:
    cash = [
        CashMovement("1", 1, CashKind.FLOAT, NOON, 200_000),
        CashMovement("1", 2, CashKind.PAY_IN, NOON, 50_000, "växel"),
        CashMovement("1", 3, CashKind.PAY_OUT, NOON, 300_000, "Bankinsättning"),
        CashMovement("1", 4, CashKind.COUNTED, NOON, 199_000, expected=200_000),
    ]
    rows = cash_postings(cash, rules())
    sums: dict[int, int] = {}
    for row in rows:
        sums[row.account] = sums.get(row.account, 0) + row.amount
    assert sums == {1911: 50_000 - 300_000 - 1_000, 1914: 300_000, 1919: -50_000, 3790: 1_000}
    voucher = cash_voucher("1-K1", Share(DAY, True, (Closed(z_of(sales()), (), cash),)), rules())
    assert by_account(voucher) == sums
    assert voucher.text == "1-K1 Kassarörelser Z 1 kassa 1"


def test_without_a_counted_amount_there_is_no_difference() -> None:
    assert cash_postings([CashMovement("1", 1, CashKind.COUNTED, NOON, 5, expected=None)], rules()) == []


def test_a_reason_that_nobody_has_chosen_an_account_for_goes_to_the_suspense_account() -> None:
    rows = cash_postings([CashMovement("1", 1, CashKind.PAY_OUT, NOON, 100, "Pizza")], rules())
    assert [(row.account, row.amount, row.text) for row in rows] == [
        (1911, -100, "OBS Uttag Pizza"),
        (2999, 100, "OBS Uttag Pizza"),
    ]


def test_a_day_is_all_its_z_reports() -> None:
    first = sales()
    second = [receipt([goods(5_000)], [Payment("KONTANT", 5_000)], till="2")]
    closed = [Closed(z_of(first), first, ()), Closed(z_of(second, till="2"), second, ())]
    share = shares(DAY, closed, DAY, lambda _: True)[0]
    voucher = day_voucher("D20261102", share, rules())
    assert by_account(voucher)[1912] == 5_000
    assert voucher.text == "D20261102 Dagskassa 1-Z1 1-4, 2-Z1 1"


_amounts = st.integers(min_value=-500_000, max_value=500_000)
_lines = st.lists(st.tuples(_amounts, st.sampled_from([25, 12, 6, 0])), min_size=1, max_size=8)


@given(st.lists(_lines, min_size=1, max_size=6), st.sampled_from(["KORT", "SWISH", "KONTANT"]))
def test_whatever_was_sold_every_voucher_balances_and_the_z_equals_its_receipts(
    baskets: list[list[tuple[int, int]]], method: str
) -> None:
    receipts = []
    for number, basket in enumerate(baskets, 1):
        lines = [goods(amount, rate, row=row) for row, (amount, rate) in enumerate(basket, 1)]
        total = sum(line.amount for line in lines)
        rounding = 0
        if method == "KONTANT":
            rest = total % 100
            rounding = (100 - rest) if rest >= 50 else -rest
        receipts.append(receipt(lines, [Payment(method, total + rounding)], number=number, rounding=rounding))
    whole = book(receipts)
    assert sum(row.amount for row in whole.postings) == 0
    singles: dict[int, int] = {}
    for one in receipts:
        voucher = receipt_voucher(one, rules())
        assert sum(row.amount for row in voucher.postings) == 0
        for account, amount in by_account(voucher).items():
            singles[account] = singles.get(account, 0) + amount
    assert {k: v for k, v in singles.items() if v} == {k: v for k, v in by_account(whole).items() if v}


@given(st.lists(st.tuples(st.sampled_from([1910, 3001, 2611]), _amounts), max_size=20))
def test_merging_never_changes_a_sum(rows: list[tuple[int, int]]) -> None:
    together = merged(Posting(account, amount) for account, amount in rows)
    for account in (1910, 3001, 2611):
        assert sum(one.amount for one in together if one.account == account) == sum(a for k, a in rows if k == account)
    assert all(one.amount for one in together)
