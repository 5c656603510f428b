"""Prices: VAT by the posting groups, rounded up as the original does; the kontantkund's price list."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.dynamics.prices import with_vat
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Article, Price, Register
from tests.connectors.nav.shop import Shop, open_shop
from tests.worlds.fakes.server import Reply

nets = st.decimals(min_value=0, max_value=99_999, places=2)


@given(nets, st.sampled_from((25, 12, 6, 0)))
def test_rounded_up_a_price_is_whole_kronor_and_never_less_than_it_was(net: Decimal, rate: int) -> None:
    exact = net * (100 + rate)
    price = with_vat(net, rate, has_vat=False, rounding="krona_up")
    assert price % 100 == 0
    assert -0.5 <= price - exact < 100


@given(nets, st.sampled_from((25, 12, 6, 0)))
def test_unrounded_a_price_is_right_to_the_ore(net: Decimal, rate: int) -> None:
    assert abs(with_vat(net, rate, has_vat=False, rounding="none") - net * (100 + rate)) <= Decimal("0.5")


@given(nets, st.sampled_from(("krona_up", "krona", "none")))
def test_a_price_that_nav_holds_with_vat_is_left_alone(gross: Decimal, rounding: str) -> None:
    assert with_vat(gross, 25, has_vat=True, rounding=rounding) == int(gross * 100)


def test_79_60_without_vat_is_100_kronor_and_80_is_100_too(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.rig.seed(Register.ARTICLES, 2)
        shop.books.rows("items")[1]["Unit_Price"] = Decimal(80)
        assert [article.price for article in shop.rows(Register.ARTICLES)] == [10000, 10000]
        assert [article.price for article in shop.rows(Register.ARTICLES, rounding="none")] == [9950, 10000]


def test_the_vat_is_that_of_the_kontantkunds_group_whatever_others_have(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.rig.seed(Register.ARTICLES, 2)
        shop.books.rows("items")[0]["VAT_Prod_Posting_Group"] = "MOMS6"
        shop.books.rows("items")[1]["VAT_Prod_Posting_Group"] = "OKÄND"
        pages = list(shop.connector().fetch(Register.ARTICLES, None))
        assert [row.vat_rate for page in pages for row in page.rows if isinstance(row, Article)] == [6]
        (bad,) = [bad for page in pages for bad in page.bad]
        assert bad.where == "Artikel A2"
        assert "OKÄND" in bad.why


def test_without_kontantkund_and_rates_the_till_keeps_its_articles(tmp_path: Path) -> None:
    with open_shop(tmp_path, cash_customer="") as shop:
        with pytest.raises(SyncError) as caught:
            shop.rows(Register.ARTICLES)
        assert caught.value.problem.code == "NAV09"
        rates = ({"group": "moms25", "rate": 12},)
        assert {article.vat_rate for article in shop.rows(Register.ARTICLES, vat_rates=rates)} == {12}


def priced(shop: Shop, **values: Any) -> None:
    """A row of Sales Prices on A1."""
    row = {"Item_No": "A1", "Sales_Type": "All_Customers", "Sales_Code": "", "Unit_Price": Decimal(60)}
    shop.books.add("sales_prices", **{**row, **values})


def price_of(shop: Shop) -> int:
    """What A1 costs in the till."""
    articles: list[Article] = shop.rows(Register.ARTICLES, price_source="customer", rounding="none")
    return next(article.price for article in articles if article.number == "A1")


CARD = 9950


@pytest.mark.parametrize(
    ("values", "price"),
    [
        ({}, 7500),
        ({"Sales_Type": "Customer_Price_Group", "Sales_Code": "BUTIK"}, 7500),
        ({"Sales_Type": "Customer", "Sales_Code": "KONTANT"}, 7500),
        ({"Price_Includes_VAT": True}, 6000),
        ({"Currency_Code": "SEK", "Unit_of_Measure_Code": "ST"}, 7500),
        ({"Sales_Type": "Customer_Price_Group", "Sales_Code": "GROSSIST"}, CARD),
        ({"Sales_Type": "Customer", "Sales_Code": "C1"}, CARD),
        ({"Sales_Type": "Campaign", "Sales_Code": "REA"}, CARD),
        ({"Starting_Date": date(2026, 11, 25)}, CARD),
        ({"Ending_Date": date(2026, 11, 23)}, CARD),
        ({"Ending_Date": date(2026, 11, 24)}, 7500),
        ({"Currency_Code": "EUR"}, CARD),
        ({"Variant_Code": "BLÅ"}, CARD),
        ({"Unit_of_Measure_Code": "KARTONG"}, CARD),
        ({"Minimum_Quantity": Decimal(10)}, CARD),
    ],
    ids=str,
)
def test_the_kontantkunds_price_list(tmp_path: Path, values: dict[str, Any], price: int) -> None:
    with open_shop(tmp_path) as shop:
        priced(shop, **values)
        assert price_of(shop) == price


def test_of_several_prices_the_lowest_holds_as_in_nav(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        priced(shop)
        priced(shop, Sales_Type="Customer", Sales_Code="KONTANT", Unit_Price=Decimal(72))
        assert price_of(shop) == 7500


def test_a_new_price_in_the_list_comes_down_though_the_item_is_untouched(tmp_path: Path) -> None:
    with open_shop(tmp_path, price_source="customer", rounding="none") as shop:
        priced(shop)
        cursor = shop.cursor(Register.ARTICLES)
        assert shop.rows(Register.ARTICLES, cursor) == []
        shop.books.rows("sales_prices")[0]["Unit_Price"] = Decimal(50)
        assert [row.price for row in shop.rows(Register.ARTICLES, cursor) if row.number == "A1"] == [6250]


def test_a_price_list_per_group_one_for_all_and_one_for_a_customer(tmp_path: Path) -> None:
    with open_shop(tmp_path, rounding="none") as shop:
        priced(shop)
        priced(shop, Sales_Type="Customer_Price_Group", Sales_Code="VIP", Starting_Date=date(2026, 12, 1))
        priced(shop, Sales_Type="Customer", Sales_Code="C1", Minimum_Quantity=Decimal("2.5"))
        priced(shop, Ending_Date=date(2020, 1, 1))
        assert set(shop.rows(Register.PRICES)) == {
            Price("ALLA", "A1", date(2000, 1, 1), 7500),
            Price("VIP", "A1", date(2026, 12, 1), 7500),
            Price("KUND C1", "A1", date(2000, 1, 1), 7500, 2500),
        }


def test_prices_that_the_till_has_no_place_for_are_counted_and_named_never_dropped_in_silence(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        priced(shop)
        for variant in ("RÖD", "BLÅ"):
            priced(shop, Variant_Code=variant)
        priced(shop, Currency_Code="EUR")
        priced(shop, Unit_of_Measure_Code="KRT")
        priced(shop, Sales_Type="Campaign", Sales_Code="JUL")
        pages = list(shop.connector().fetch(Register.PRICES, None))
        assert len([row for page in pages for row in page.rows]) == 1
        said = " ".join(note for page in pages for note in page.notes)
        assert not [bad for page in pages for bad in page.bad], "what has no place is no row that went missing"
        assert "2 priser per variant" in said
        assert "1 priser i annan valuta har ingen plats i kassan (t.ex. EUR)" in said
        assert "1 priser per annan enhet än försäljningsenheten har ingen plats i kassan (t.ex. A1 per KRT)" in said
        assert "1 kampanjpriser har ingen plats i kassan (t.ex. JUL)" in said
        shop.values = {**shop.values, "price_source": "customer"}
        articles = list(shop.connector().fetch(Register.ARTICLES, None))
        assert any("variant" in note for page in articles for note in page.notes)


def test_a_price_that_is_not_there_is_no_price_of_nothing(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        item = {"No": "A1", "Description": "Vara", "Unit_Price": None, "VAT_Prod_Posting_Group": "MOMS25"}
        body = json.dumps({"value": [item | {"Last_Date_Modified": "2026-11-01"}]}).encode()
        answer = Reply(200, body, {"Content-Type": "application/json"})
        shop.nav.fail(answer, on=lambda one: one.path.endswith("/articles"))
        (page,) = shop.connector().fetch(Register.ARTICLES, None)
        assert ([bad.key for bad in page.bad], list(page.rows)) == (["A1"], [])
        assert page.bad[0].why == "Priset är tomt."
