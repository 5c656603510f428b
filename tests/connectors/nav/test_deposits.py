"""What is no goods stands on its account in NAV and takes nothing from the stock; payments are netted by account."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from synccenter.contract.model import InvoicePayment, InvoiceRow
from tests.connectors.nav.shop import open_shop
from tests.connectors.nav.test_sales import receipt
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
def test_a_deposit_goes_to_its_account_although_it_carries_the_article(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type, posting="leave") as shop:
        document = receipt(shop)
        bottle = InvoiceRow("A1", "Läsk", 2000, 10000, 2000, 25, 3001)
        deposit = InvoiceRow("A1", "Pant", 2000, 200, 40, 25, 2421, goods=False)
        paid = replace(document.payments[0], amount=10200)
        shop.connector().send(replace(document, rows=(bottle, deposit), payments=(paid,), rounding=0))
        (made,) = shop.books.rows("invoices")
        lines = [(one.get("Type"), one.get("No")) for one in made["_lines"] if one.get("No")]
        assert ("Item", "A1") in lines
        assert ("G_L_Account", "2421") in lines
        assert lines.count(("Item", "A1")) == 1, "two bottles sold are two bottles"


def test_change_back_is_netted_on_its_account(tmp_path: Path) -> None:
    with open_shop(tmp_path, NavRig) as shop:
        document = receipt(shop)
        total = sum(one.amount for one in document.payments)
        handed = (InvoicePayment("KONTANT", 1910, total + 10000), InvoicePayment("VÄXEL", 1910, -10000))
        document = replace(document, payments=handed)
        assert document.netted() == [InvoicePayment("KONTANT", 1910, total)]
        shop.connector().send(document)
        (posted,) = shop.books.rows("posted_invoices")
        assert posted["Remaining_Amount"] == 0
