"""Rows of eEkonomi become rows of the till: prices, VAT, groups, stock."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.visma_eekonomi import answers, registers
from synccenter.contract.model import Article, ArticleGroup, Barcode, Percent, Register, Stock
from synccenter.till.registers import _PLANS

RATES = st.sampled_from(registers.RATES)
PRICES = st.integers(0, 10_000_000)


def coding(percent: float | None = 0.25, text: str = "", account: int = 3001) -> answers.Coding:
    return answers.Coding(
        "c1", "Varor", text, percent, domestic_sales_subject_to_vat_account_number=account,
        domestic_sales_vat_exempt_account_number=3004,
    )  # fmt: skip


def row(**fields: object) -> answers.Article:
    return answers.Article("a1", "100", "Kaffe", "c1", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rounding", "exact", "shown"),
    [
        ("none", 1234, 1234),
        ("nearest", 1249, 1200),
        ("nearest", 1250, 1300),
        ("up", 1201, 1300),
        ("up", 1200, 1200),
        ("ninety", 1234, 1290),
        ("ninety", 1290, 1290),
        ("ninety", 1291, 1390),
        ("ninety", 0, 0),
    ],
)
def test_a_price_is_rounded_as_the_shop_wants(rounding: str, exact: int, shown: int) -> None:
    assert registers.ROUNDINGS[rounding](exact) == shown


@given(PRICES, st.sampled_from(sorted(registers.ROUNDINGS)))
def test_rounding_is_stable_and_moves_a_price_less_than_a_krona(price: int, rounding: str) -> None:
    rounded = registers.ROUNDINGS[rounding](price)
    assert abs(rounded - price) < 100
    assert registers.ROUNDINGS[rounding](rounded) == rounded
    if rounding in {"up", "ninety"}:
        assert rounded >= price


@given(PRICES, RATES)
def test_vat_is_added_to_the_nearest_ore(net: int, rate: Percent) -> None:
    assert abs(registers.with_vat(net, rate) * 100 - net * (100 + rate)) <= 50


@given(st.integers(0, 1_000_000_000))
def test_kronor_with_two_decimals_are_ore_exactly(amount: int) -> None:
    assert registers.ore(Decimal(f"{amount // 100}.{amount % 100:02}")) == amount


@pytest.mark.parametrize("said", ["0.145", "0.1450000001"])
def test_an_amount_with_more_decimals_is_rounded_half_up(said: str) -> None:
    assert registers.ore(Decimal(said)) == 15
    assert registers.ore(-Decimal(said)) == -15


def test_the_gross_price_is_taken_as_it_stands_and_counted_when_it_is_missing() -> None:
    assert registers.price_of(Decimal(80), Decimal("99.9"), 25, rounding="none") == 9990
    assert registers.price_of(Decimal(80), None, 25, rounding="none") == 10000
    assert registers.price_of(Decimal("79.92"), Decimal(0), 12, rounding="ninety") == 8990


@pytest.mark.parametrize("price", ["1e300", "1e400", "-1", "10000001.0", '"NaN"', '"sNaN"', '"-Infinity"'])
def test_an_unreasonable_price_is_refused(price: str) -> None:
    said = msgspec.json.decode(
        f'{{"SalesPriceListId": "l", "ArticleId": "a", "NetPrice": {price}}}', type=answers.PriceRow
    )
    with pytest.raises(ValueError, match="orimligt"):
        registers.price_of(said.net_price, None, 25, rounding="none")


@pytest.mark.parametrize(
    ("percent", "text", "rate"),
    [
        (0.25, "", 25),
        (25.0, "", 25),
        (0.12, "", 12),
        (6.0, "", 6),
        (0.0, "", 0),
        (None, "25 %", 25),
        (None, "Momsfri", 0),
    ],
)
def test_the_rate_is_read_in_every_form_it_is_sent(percent: float | None, text: str, rate: int) -> None:
    assert registers.rate_of(coding(percent, text)) == rate


def test_a_rate_that_sweden_does_not_have_makes_a_bad_row() -> None:
    with pytest.raises(ValueError, match="24 % moms"):
        registers.article(row(gross_price=Decimal(1)), {"c1": coding(24.0)}, "none", discounted=False)
    with pytest.raises(ValueError, match="artikelkontering"):
        registers.article(row(gross_price=Decimal(1)), {}, "none", discounted=False)


def test_an_article_gets_its_label_vat_and_unit() -> None:
    labels = [answers.Label("2", "Varmt"), answers.Label("1", "Dryck")]
    article = registers.article(
        row(gross_price=Decimal(25), article_labels=labels, unit_abbreviation="st"),
        {"c1": coding(0.12)},
        "none",
        discounted=False,
    )
    assert article == Article("100", "Kaffe", "Dryck", 12, 2500)


def test_a_customers_discount_is_in_the_price() -> None:
    article = row(net_price=Decimal(80), gross_price=Decimal(100), net_price_with_discount=Decimal(72))
    assert registers.article(article, {"c1": coding()}, "none", discounted=True).price == 9000
    assert registers.article(article, {"c1": coding()}, "none", discounted=False).price == 10000


def test_barcodes_are_taken_once_and_empty_ones_not() -> None:
    codes = [answers.Barcode("7310"), answers.Barcode(" 7310 "), answers.Barcode(""), answers.Barcode(None)]
    assert list(registers.barcodes(row(barcodes=codes))) == [Barcode("7310", "100")]


def test_stock_is_in_thousandths_and_services_have_none() -> None:
    assert registers.stock(row(stock_balance=Decimal("12.5"))) == Stock("100", "", 12500)
    assert registers.stock(row(stock_balance=Decimal(-3))) == Stock("100", "", -3000)
    assert registers.stock(row()) is None
    assert registers.stock(row(stock_balance=Decimal(1), is_service_article=True)) is None
    assert registers.stock(row(stock_balance=Decimal("NaN"))) is None


def test_a_group_has_the_vat_and_account_that_its_articles_agree_on() -> None:
    codings = {"c1": coding(0.12, account=3002), "c2": coding(0.25, account=3001)}
    label = answers.Label("1", "Dryck", "Drycker av alla slag")
    other = answers.Article("a2", "101", "Vin", "c2")
    assert registers.group(label, [row()], codings) == ArticleGroup("Dryck", "Drycker av alla slag", 12, 3002)
    assert registers.group(label, [row(), other], codings) == ArticleGroup("Dryck", "Drycker av alla slag", 25, 0)
    assert registers.group(label, [], codings).sales_account == 0


def test_an_account_that_is_blocked_for_manual_booking_cannot_be_used() -> None:
    blocked = answers.Account("1510", "Kundfordringar", is_blocked_for_manual_booking=True)
    assert not registers.account(blocked).active
    assert registers.account(answers.Account(1910, "Kassa")).number == 1910
    with pytest.raises(ValueError, match="inget tal"):
        registers.account(answers.Account("19x0", "Kassa"))


@pytest.mark.parametrize(
    ("cursor", "asked"),
    [
        ("2026-11-24T09:00:00Z", "2026-11-24T08:58:00Z"),
        ("2026-11-24T09:00:00.1234567Z", "2026-11-24T08:58:00Z"),
        ("2026-11-24T09:00:00", "2026-11-24T08:58:00Z"),
        ("2026-11-24T10:00:00+01:00", "2026-11-24T08:58:00Z"),
        ("nonsense", "1970-01-01T00:00:00Z"),
    ],
)
def test_changes_are_asked_for_from_a_little_before_in_utc(cursor: str, asked: str) -> None:
    from connectors.visma_eekonomi.connector import OVERLAP

    assert registers.after(cursor, OVERLAP) == asked


def test_a_quote_in_a_filter_is_doubled() -> None:
    assert registers.quoted("O'Hara") == "'O''Hara'"


def test_a_blocked_account_reaches_the_till_as_one_that_is_not_active() -> None:
    row = registers.account(answers.Account("1510", "Kundfordringar", is_blocked_for_manual_booking=True))
    assert not row.active
    assert _PLANS[Register.ACCOUNTS].values_of(row) == (1510, "Kundfordringar", False)
