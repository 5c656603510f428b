"""What a quiet run asks a NAV for: requests and bytes per published page, on the fake NAV.

`python -m benchmarks.nav_quiet [items] [soap|v4]`. Every item has a barcode and a price, its card all the fields of the
page; one fetch of everything, a day later one by a new program with nothing new.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.dynamics_nav.connector import Nav
from connectors.dynamics_nav.options import NavSettings
from synccenter.contract.model import Register
from tests.worlds.fakes.nav_pages import PageDef
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig, add_customer, add_item
from tests.worlds.session import Surroundings, decoded

_FILLED: dict[str, Any] = {"Edm.Decimal": Decimal("0.00"), "Edm.Boolean": False, "Edm.Int32": 0, "Edm.String": "TEXT"}


def fill(row: dict[str, Any], page: PageDef) -> None:
    """Give a row the fields that a card shows whether anybody has filled them in or not."""
    for name, column in page.columns.items():
        if name not in row and column.kind in _FILLED:
            row[name] = _FILLED[column.kind]


def stock_up(rig: NavRig, items: int) -> None:
    """A company with so many items, a tenth as many customers."""
    books = rig.nav.books
    long_ago = books.today - timedelta(days=30)
    for number in range(10, items + 10):
        add_item(books, number)
        books.rows("items")[-1]["Last_Date_Modified"] = long_ago
        books.add(
            "cross_references",
            Item_No=f"A{number}",
            Cross_Reference_Type="Bar_Code",
            Cross_Reference_No=f"73500000{number:05d}",
        )
        books.add(
            "sales_prices", Item_No=f"A{number}", Sales_Type="Customer_Price_Group", Sales_Code="BUTIK",
            Starting_Date=date(2026, 1, 1), Unit_Price=Decimal(60), Price_Includes_VAT=False,
        )  # fmt: skip
        if number % 10 == 0:
            add_customer(books, f"C{number}", f"Kund {number}")
            books.rows("customers")[-1]["Last_Date_Modified"] = long_ago
    card = next(page for page in rig.nav.pages.values() if page.table == "items")
    for row in books.rows("items"):
        fill(row, card)


def run(rig: NavRig, cursors: dict[Register, str | None]) -> tuple[dict[Register, str | None], Counter[str], int]:
    """One fetch of all registers by a program of its own: cursors, requests by page, bytes."""
    connector = Nav(rig.world.session(decoded(NavSettings, dict(rig.values()))))
    before, sent = len(rig.nav.seen), rig.nav.sent_bytes
    connector.accounts(rig.world.clock().date())
    found = {one: list(connector.fetch(one, cursors.get(one)))[-1].cursor for one in Register}
    connector.close()
    asked = Counter(one.path.rpartition("/")[2] for one in rig.nav.seen[before:])
    return found, asked, rig.nav.sent_bytes - sent


def main() -> None:
    """Print both runs."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    wire = sys.argv[2] if len(sys.argv) > 2 else "soap"
    with tempfile.TemporaryDirectory() as folder:
        rig = {"soap": NavSoapRig, "v4": NavRig}[wire](Surroundings(Path(folder)))
        rig.nav.v4.page_size = 1000
        stock_up(rig, items)
        cursors: dict[Register, str | None] = {}
        for turn in ("första", "tyst", "tyst"):
            cursors, asked, size = run(rig, cursors)
            print(f"{turn}: {sum(asked.values())} frågor, {size / 1e6:.2f} MB  {dict(asked)}")
            rig.world.clock.later(seconds=900)
        rig.close()


if __name__ == "__main__":
    main()
