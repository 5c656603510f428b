"""The item list is read whole once a day; what a quiet run asks for is what has changed, and each list once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.dynamics_nav import items
from synccenter.contract.model import Article, ArticleGroup, Barcode, Price, Register
from tests.connectors.nav.shop import Shop, open_shop
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig, NavV3Rig, add_item

WIRES = (NavRig, NavV3Rig, NavSoapRig)
OF_ITEMS = (Register.GROUPS, Register.ARTICLES, Register.BARCODES, Register.PRICES)
DAY = 24 * 3600


def run(shop: Shop, cursors: dict[Register, str | None], **values: Any) -> dict[Register, list[Any]]:
    """A run of a program of its own: the rows by register; `cursors` go on. Nothing: all is compared."""
    connector = shop.connector(**values)
    found: dict[Register, list[Any]] = {}
    for register in Register:
        pages = list(connector.fetch(register, cursors.get(register)))
        found[register] = [row for page in pages for row in page.rows]
        cursors[register] = pages[-1].cursor
    return found


def asked(shop: Shop, before: int) -> Counter[str]:
    return Counter(one.path.rpartition("/")[2] for one in shop.nav.seen[before:])


@pytest.mark.parametrize("rig_type", WIRES)
def test_a_quiet_run_asks_for_each_list_once(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        for row in shop.books.rows("items"):
            row["Last_Date_Modified"] -= timedelta(days=30)
        add_item(shop.books, 4)
        cursors: dict[Register, str | None] = {}
        run(shop, cursors)
        for _ in range(2):
            shop.world.clock.later(seconds=900)
            before, sent = len(shop.nav.seen), shop.nav.sent_bytes
            found = run(shop, cursors)
            times = asked(shop, before)
            assert times.pop("Customer") == 2, "what has changed of them, and the kontantkund's own card"
            assert set(times.values()) == {1}, times
            assert found[Register.ARTICLES] == []
            assert shop.nav.sent_bytes - sent < 12_000


@pytest.mark.parametrize("rig_type", WIRES)
def test_an_item_that_is_new_or_changed_is_known_to_every_register(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.books.add("categories", Code="G1", Description="Grupp")
        cursors: dict[Register, str | None] = {}
        run(shop, cursors)
        shop.world.clock.later(seconds=3 * DAY / 4)
        add_item(shop.books, 9)
        shop.books.rows("items")[-1]["GTIN"] = "7310000000093"
        for row in shop.books.rows("items"):
            row |= {"VAT_Prod_Posting_Group": "MOMS12", "Last_Date_Modified": shop.books.today}
        shop.books.add(
            "sales_prices",
            Item_No="A9",
            Sales_Type="All_Customers",
            Sales_Code="",
            Starting_Date=shop.books.today,
            Unit_Price=100,
            Price_Includes_VAT=False,
        )
        found = run(shop, cursors)
        assert {row.vat_rate for row in found[Register.GROUPS] if isinstance(row, ArticleGroup)} == {12}
        assert "A9" in {row.number for row in found[Register.ARTICLES] if isinstance(row, Article)}
        assert Barcode("7310000000093", "A9") in found[Register.BARCODES]
        assert [row.price for row in found[Register.PRICES] if isinstance(row, Price)] == [11200]


def test_every_night_the_list_is_made_anew(tmp_path: Path) -> None:
    with open_shop(tmp_path, NavSoapRig) as shop:
        for row in shop.books.rows("items"):
            row["GTIN"] = f"731000000000{row['No'][1:]}"
        cursors: dict[Register, str | None] = {}
        assert len(run(shop, cursors)[Register.BARCODES]) == 3
        shop.books.rows("items").pop()
        shop.books.rows("items")[0]["GTIN"] = ""  # by a job that leaves the date of change as it was
        shop.books.rows("items")[0]["Last_Date_Modified"] -= timedelta(days=30)
        shop.world.clock.later(seconds=DAY)
        assert len(run(shop, {})[Register.BARCODES]) == 1


def test_a_list_that_is_too_old_or_anothers_is_not_believed(tmp_path: Path) -> None:
    with open_shop(tmp_path, gtin=True, barcodes="gtin") as shop:
        for row in shop.books.rows("items"):
            row |= {"GTIN": f"731000000000{row['No'][1:]}", "Last_Date_Modified": shop.books.today - timedelta(days=9)}
        assert len(shop.rows(Register.BARCODES)) == 3
        shop.books.rows("items").pop()
        assert len(shop.rows(Register.BARCODES)) == 3, "seen at night"
        other = ({"role": "items", "field": "GTIN", "name": "Description"},)
        assert len(shop.rows(Register.BARCODES, fields=other)) == 2, "other settings: all is asked for"
        shop.world.clock.later(seconds=2 * DAY)
        assert len(shop.rows(Register.BARCODES)) == 2
        (tmp_path / "dynamics_nav_artiklar.json").write_bytes(b"{")
        assert len(shop.rows(Register.BARCODES)) == 2


def test_a_list_that_is_too_long_to_keep_is_read_as_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "_MOST", 2)
    with open_shop(tmp_path, barcodes="gtin") as shop:
        for row in shop.books.rows("items"):
            row["GTIN"] = f"731000000000{row['No'][1:]}"
        found = run(shop, {})
        assert len(found[Register.ARTICLES]) == len(found[Register.BARCODES]) == 3
        assert not list(tmp_path.rglob("dynamics_nav_artiklar.json"))
