"""Cost centres and projects of an invoice, as NAV's ledger entries tell them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from synccenter.contract.model import Invoice
from synccenter.truth.standing import compare, dimensions_untold
from tests.connectors.nav.shop import Shop, open_shop
from tests.connectors.nav.test_coding import MUG, hide
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig
from tests.worlds.lookups import booked_in

AT_HORN = replace(MUG, rows=(replace(MUG.rows[0], cost_centre="HORN", project="JUL"),))


def why(shop: Shop, document: Invoice, external_id: str) -> str:
    there = booked_in(shop.connector(), document, external_id)
    assert there
    assert there.dimensions
    return compare(document, there)[0]


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
@pytest.mark.parametrize("way", [{}, {"closing": "rows"}], ids=["journal", "rows"])
@pytest.mark.parametrize(("number", "what"), [(1, "kostnadsställe: HORN"), (2, "projekt: JUL")])
def test_one_that_is_taken_off_is_seen(
    tmp_path: Path, rig_type: type[NavRig], way: dict[str, Any], number: int, what: str
) -> None:
    with open_shop(tmp_path, rig_type, **way) as shop:
        sent = shop.connector().send(AT_HORN)
        assert why(shop, AT_HORN, sent.external_id) == ""
        for row in shop.books.rows("entries"):
            row[f"Global_Dimension_{number}_Code"] = ""
        assert f"annat {what} har 0,00 kr i stället för 80,00 kr" in why(shop, AT_HORN, sent.external_id)


def test_a_gift_card_bought_and_used_on_one_receipt_keeps_its_cost_centre(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        card = replace(AT_HORN.rows[0], article="", text="Presentkort", vat=0, vat_rate=0, account=2421)
        paid = replace(MUG.payments[0], method="PRESENTKORT", account=2421)
        both = replace(AT_HORN, rows=(AT_HORN.rows[0], card), payments=(*MUG.payments, paid))
        assert why(shop, both, shop.connector().send(both).external_id) == ""


def test_a_page_that_does_not_show_them_is_said_not_to_be_read(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        hide(shop, "entries", "Global_Dimension_1_Code")
        sent = shop.connector().send(AT_HORN)
        there = booked_in(shop.connector(), AT_HORN, sent.external_id)
        assert there
        assert (compare(AT_HORN, there), dimensions_untold(AT_HORN, there)) == (("", 0), True)
