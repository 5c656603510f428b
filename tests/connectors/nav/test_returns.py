"""Returns: a credit memo says what it credits, takes the cost back where NAV can, and is closed by the refund."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from synccenter.contract.finding import Severity
from synccenter.contract.model import Invoice, InvoicePayment, InvoiceRow
from tests.connectors.nav.shop import Shop, open_shop
from tests.connectors.nav.test_sales import lines_of, receipt, returned
from tests.worlds.fakes.nav_pages import Column
from tests.worlds.fakes.nav_rig import DAY, NavRig, NavSoapRig, NavV3Rig
from tests.worlds.lookups import booked_in, found_in


def without_your_reference(shop: Shop) -> None:
    page = shop.nav.pages["SalesCreditMemo"]
    columns = {name: one for name, one in page.columns.items() if name != "Your_Reference"}
    shop.nav.publish({**shop.nav.pages, "SalesCreditMemo": replace(page, columns=columns)})


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
def test_a_credit_memo_is_closed_by_the_refund_and_never_applied_to_the_closed_invoice(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        invoice = shop.connector().send(receipt(shop))
        memo = shop.connector().send(returned(shop))
        (posted,) = shop.books.rows("posted_credit_memos")
        assert "Applies_to_Doc_No" not in posted
        assert posted["Remaining_Amount"] == 0
        left = {one["Document_No"]: one["Remaining_Amt_LCY"] for one in shop.books.rows("customer_entries")}
        assert left == {invoice.number: 0, memo.number: 0}, "the invoice stands as it was"


@pytest.mark.parametrize("rig_type", [NavRig, NavV3Rig])
def test_without_the_field_the_original_stands_in_a_line_and_the_check_says_so(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type, posting="leave") as shop:
        assert any("Er referens" in one.title for one in shop.findings())
        without_your_reference(shop)
        (finding,) = [one for one in shop.findings() if one.problem and one.problem.code == "NAV17"]
        assert finding.severity is Severity.YELLOW
        assert "Your_Reference" in (finding.problem.what if finding.problem else "")
        document = returned(shop)
        sent = shop.connector().send(document)
        (memo,) = shop.books.rows("credit_memos")
        assert [one.get("Description") for one in memo["_lines"]][-1] == "Retur av K1-1"
        assert found_in(shop.connector(), document) == sent, "the line is known again"
        booked = booked_in(shop.connector(), document, sent.external_id)
        assert booked is not None
        assert booked.total == -10000


def test_goods_are_tied_to_the_stock_entry_of_the_sale_where_both_pages_show_the_fields(tmp_path: Path) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        stock = shop.nav.pages["ItemLedgerEntries"]
        columns = {
            **stock.columns,
            "External_Document_No": Column("External_Document_No", length=35),
            "Shipped_Qty_Not_Returned": Column("Shipped_Qty_Not_Returned", "Edm.Decimal"),
        }
        shop.nav.publish({**shop.nav.pages, "ItemLedgerEntries": replace(stock, columns=columns)})
        entry(shop, 11, "A1", "K1-1", 1)
        entry(shop, 12, "A1", "K1-1", 3)
        entry(shop, 13, "A1", "K1-9", 9)
        rows = (
            InvoiceRow("A1", "Vara 1", -3000, -30000, -6000, 25, 3001),
            InvoiceRow("A1", "Vara 1", -1000, -10000, -2000, 25, 3001),
            InvoiceRow("A1", "Vara 1", -1000, -10000, -2000, 25, 3001),
            InvoiceRow("", "Presentkort", -1000, -5000, 0, 0, 2421),
        )
        payments = (InvoicePayment("KORT", 1686, -55000),)
        document = Invoice("k1-2", DAY, "KONTANT", rows, payments, credit=True, credit_of="k1-1")
        sent = shop.connector().send(document)
        (memo,) = shop.books.rows("credit_memos")
        tied = [one.get("Appl_from_Item_Entry") for one in memo["_lines"]]
        assert tied == [12, 11, None, None, None], "as much as was sold, and no more"
        assert found_in(shop.connector(), document) == sent


def entry(shop: Shop, number: int, item: str, reference: str, left: int) -> dict[str, Any]:
    return shop.books.add(
        "stock", Entry_No=number, Item_No=item, External_Document_No=reference, Open=False,
        Shipped_Qty_Not_Returned=Decimal(left), Remaining_Quantity=Decimal(0), Location_Code="BUTIK",
    )  # fmt: skip


def test_a_return_whose_original_is_unknown_to_nav_names_the_receipt(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.connector().send(returned(shop))
        (memo,) = shop.books.rows("posted_credit_memos")
        assert memo["Your_Reference"] == "K1-1"
        assert lines_of(memo) == [("Item", "A1", Decimal(1), Decimal(100))]
