"""Registers down, as a shop meets them; over OData V4 unless the story is about the wire."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from synccenter.contract.model import Account, Article, ArticleGroup, Barcode, Register, Stock
from tests.connectors.nav.shop import open_shop
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig, NavV3Rig, add_customer

WIRES = (NavRig, NavV3Rig, NavSoapRig)


@pytest.mark.parametrize("rig_type", WIRES)
def test_barcodes_come_from_cross_references_and_gtin_and_other_references_do_not(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.rig.seed(Register.BARCODES, 1)
        shop.books.add("cross_references", Item_No="A1", Cross_Reference_Type="Vendor", Cross_Reference_No="LEV-1")
        shop.books.rows("items")[0]["GTIN"] = "07350000000017"
        assert shop.rows(Register.BARCODES) == [Barcode("7350000000001", "A1"), Barcode("07350000000017", "A1")]
        assert shop.rows(Register.BARCODES, gtin=False) == [Barcode("7350000000001", "A1")]
        assert shop.rows(Register.BARCODES, barcodes="gtin") == [Barcode("07350000000017", "A1")]


def test_barcodes_come_from_identifiers_where_the_licence_has_those(tmp_path: Path) -> None:
    with open_shop(tmp_path, barcodes="identifiers", gtin=False) as shop:
        shop.books.add("identifiers", Code="123", Item_No="A2")
        assert shop.rows(Register.BARCODES) == [Barcode("123", "A2")]


def test_groups_get_the_vat_and_the_sales_account_that_their_items_agree_on(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.books.add("categories", Code="G1", Description="Livsmedel")
        shop.books.add("product_groups", Item_Category_Code="G1", Code="BRÖD", Description="Bröd")
        for item in shop.books.rows("items")[:2]:
            item |= {"VAT_Prod_Posting_Group": "MOMS6", "Product_Group_Code": "BRÖD"}
        assert shop.rows(Register.GROUPS) == [ArticleGroup("G1", "Livsmedel", 6, 3001)]
        assert shop.rows(Register.GROUPS, group_by="product_group") == [ArticleGroup("G1/BRÖD", "Bröd", 6, 3001)]
        groups = {article.group for article in shop.rows(Register.ARTICLES, group_by="product_group")}
        assert groups == {"G1/BRÖD", "G1"}


@pytest.mark.parametrize("rig_type", WIRES)
def test_stock_is_what_is_left_of_open_entries_by_location(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.rig.seed(Register.STOCK, 1)
        shop.rig.touch(Register.STOCK, 1)
        shop.rig.touch(Register.STOCK, 1)
        shop.books.rows("stock")[2] |= {"Location_Code": "LAGER", "Remaining_Quantity": Decimal("2.5")}
        assert set(shop.rows(Register.STOCK)) == {Stock("A1", "BUTIK", 10_000), Stock("A1", "LAGER", 2_500)}
        assert shop.rows(Register.STOCK, locations="lager") == [Stock("A1", "LAGER", 2_500)]


def test_a_sold_out_article_goes_to_zero_by_the_next_entry(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.rig.seed(Register.STOCK, 2)
        cursor = shop.cursor(Register.STOCK)
        shop.rig.touch(Register.STOCK, 1)
        for entry in shop.books.rows("stock"):
            if entry["Item_No"] == "A1":
                entry |= {"Open": False, "Remaining_Quantity": Decimal(0)}
        assert shop.rows(Register.STOCK, cursor) == [Stock("A1", "BUTIK", 0)]
        assert shop.rows(Register.STOCK, shop.cursor(Register.STOCK, cursor)) == []


def test_only_accounts_to_book_on_and_blocked_customers_are_out_of_use(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.books.tables["accounts"] = []
        for number, kind in (("3000", "Heading"), ("3001", "Posting"), ("3999", "End_Total"), ("X1", "Posting")):
            shop.books.add("accounts", No=number, Name="Konto", Account_Type=kind, Direct_Posting=True)
        assert shop.rows(Register.ACCOUNTS) == [Account(3001, "Konto")]
        for number, blocked in (("C1", "All"), ("C2", "Invoice"), ("C3", "Ship"), ("C4", " ")):
            add_customer(shop.books, number, number)
            shop.books.rows("customers")[-1]["Blocked"] = blocked
        active = {customer.number: customer.active for customer in shop.rows(Register.CUSTOMERS)}
        assert active == {"KONTANT": True, "C1": False, "C2": False, "C3": True, "C4": True}


def test_a_change_on_the_day_before_still_comes_and_what_has_come_does_not_come_again(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        cursor = shop.cursor(Register.ARTICLES)
        late = shop.books.rows("items")[1]
        late |= {"Description": "Sent ändrad", "Last_Date_Modified": date(2026, 11, 23)}
        assert [article.name for article in shop.rows(Register.ARTICLES, cursor)] == ["Sent ändrad"]
        assert shop.rows(Register.ARTICLES, shop.cursor(Register.ARTICLES, cursor)) == []


def test_a_date_of_change_far_ahead_does_not_hide_what_changes_until_then(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.books.rows("items")[0]["Last_Date_Modified"] = date.today() + timedelta(days=4000)  # noqa: DTZ011
        cursor = shop.cursor(Register.ARTICLES)
        changed = shop.books.rows("items")[1]
        changed |= {"Description": "Ny", "Last_Date_Modified": date.today() + timedelta(days=1)}  # noqa: DTZ011
        assert "Ny" in [article.name for article in shop.rows(Register.ARTICLES, cursor)]


def test_a_damaged_cursor_means_everything(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        assert len(shop.rows(Register.ARTICLES, "2026-11-01T00:00")) == 3


def test_pages_that_move_while_they_are_read_lose_nothing_that_stays(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.rig.seed(Register.ARTICLES, 50)
        pages = shop.connector().fetch(Register.ARTICLES, None)
        seen = {row.number for row in next(pages).rows if isinstance(row, Article)}
        shop.books.rows("items").insert(0, dict(shop.books.rows("items")[0], No="A0"))
        seen |= {row.number for page in pages for row in page.rows if isinstance(row, Article)}
        assert {f"A{number}" for number in range(1, 51)} <= seen


def test_v3_numbers_as_texts_and_dates_with_time_are_the_same_articles(tmp_path: Path) -> None:
    found = []
    for number, rig_type in enumerate(WIRES):
        with open_shop(tmp_path / str(number), rig_type) as shop:
            found.append(shop.rows(Register.ARTICLES))
    assert found[0] == found[1] == found[2]


def test_dimensions_payment_methods_and_years_are_offered(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        for number, code in ((1, "BUTIK"), (2, "MÄSSA"), (0, "ÖVRIGT")):
            shop.books.add("dimensions", Dimension_Code="D", Code=code, Name=code.title(), Global_Dimension_No=number)
        shop.books.add("payment_methods", Code="KORT", Description="Kort", Bal_Account_No="1686")
        for year in (2025, 2026, 2027):
            start = date(year, 1, 1)
            shop.books.add("periods", Starting_Date=start, New_Fiscal_Year=True, Closed=year == 2025)
        connector = shop.connector()
        assert [term.code for term in connector.cost_centres()] == ["BUTIK"]
        assert [term.code for term in connector.projects()] == ["MÄSSA"]
        assert [(one.account, one.name) for one in connector.bank_accounts()] == [(1686, "KORT Kort")]
        assert [(year.start.year, year.end, year.locked) for year in connector.fiscal_years()] == [
            (2025, date(2025, 12, 31), True),
            (2026, date(2026, 12, 31), False),
        ]
        assert {term.name for term in connector.vat_codes()} == {"25 %", "12 %", "6 %", "0 %"}
