"""What a wrong view in the till's database would misreport for years is stopped at the first line."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synccenter.contract.errors import SyncError
from synccenter.contract.model import Line, LineKind, Payment
from synccenter.posting.controls import VAT_TOLERANCE, vat_within
from synccenter.posting.documents import receipt_invoice, receipt_voucher
from tests.posting.samples import book, goods, receipt, rules, z_of


def line(amount: int, vat: int, rate: int) -> Line:
    return Line(3, LineKind.GOODS, "A1", "Vara", "", 1000 if amount >= 0 else -1000, amount, vat, rate)


@pytest.mark.parametrize(
    ("amount", "vat", "rate"),
    [
        (10_000, 0, 25),  # no VAT at all
        (10_000, -2_000, 25),  # the sign turned
        (10_000, 12_000, 25),  # more than the amount
        (10_000, 2_500, 25),  # reckoned on the amount without VAT
        (10_000, 2_004, 25),  # more than rounding can explain
        (-10_000, 2_000, 25),
        (10_000, 1_071, 25),  # 12 %
        (10_600, 1_136, 6),  # food at last year's rate under this year's
        (5_000, 1, 0),
        (10, -1, 25),
    ],
)
def test_vat_that_is_not_that_of_its_rate_is_stopped_with_row_and_both_amounts(
    amount: int, vat: int, rate: int
) -> None:
    wrong = receipt([line(amount, vat, rate)], [Payment("KORT", amount)])
    for make in (receipt_voucher, receipt_invoice):
        with pytest.raises(SyncError, match="B30") as caught:
            make(wrong, rules(cash_customer="K1"))
        assert "Rad 3" in str(caught.value)
    with pytest.raises(SyncError, match="B30"):
        book([wrong])


@given(st.integers(-5_000_000, 5_000_000), st.sampled_from([25, 12, 6, 0]), st.integers(-VAT_TOLERANCE, VAT_TOLERANCE))
def test_whatever_way_a_till_rounds_its_vat_is_believed(amount: int, rate: int, off: int) -> None:
    exact = vat_within(amount, rate)
    shift = off if rate and abs(exact) > VAT_TOLERANCE else 0
    stored = exact + max(-2, min(2, shift))
    sale = receipt([line(amount, stored, rate)], [Payment("KORT", amount)])
    assert -sum(row.amount for row in receipt_voucher(sale, rules()).postings if row.account in {2611, 2621, 2631}) == (
        stored
    )


def test_a_return_at_the_rate_of_the_day_it_was_sold_is_right() -> None:
    """Food was 12 % until 2026-03-31; what is brought back in April is paid back with the VAT it was sold with."""
    mixed = receipt([line(10_600, 600, 6), line(-11_200, -1_200, 12)], [Payment("KORT", -600)])
    assert {row.account for row in receipt_voucher(mixed, rules()).postings} == {1686, 3002, 2621, 3003, 2631}


@pytest.mark.parametrize(("field", "table"), [("vat_totals", "z_vat"), ("method_totals", "z_method")])
def test_a_z_report_without_its_totals_is_stopped_not_believed(field: str, table: str) -> None:
    sales = [receipt([goods(12_500)], [Payment("KORT", 12_500)])]
    z = msgspec.structs.replace(z_of(sales), **{field: ()})
    with pytest.raises(SyncError, match="B31") as caught:
        book(sales, z=z)
    assert table in str(caught.value)


def test_the_sales_of_each_rate_are_compared_too() -> None:
    sales = [receipt([goods(12_500)], [Payment("KORT", 12_500)])]
    totals = tuple(msgspec.structs.replace(one, sales=one.sales + 1) for one in z_of(sales).vat_totals)
    with pytest.raises(SyncError, match=r"Försäljning 25 %.*B04"):
        book(sales, z=msgspec.structs.replace(z_of(sales), vat_totals=totals))
