"""The gift cards in the status window, as `jobsync giftcards` lists them (`ui/gift_cards_page.py`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.core.database import SQLite
from synccenter.service.status import Status
from tests.ui import worlds
from tests.ui.inside import Inside
from tests.ui.test_mending import status

pytestmark = pytest.mark.screen

Open = Callable[[Path], Inside]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A demo whose own cards are forgotten, and three sold and used by hand."""
    folder = worlds.demo(tmp_path / "butik", days=1, receipts=20)
    database = SQLite(folder / "kassa.sqlite")
    database.execute("DELETE FROM gift_card")
    for row, (card, event, amount) in enumerate(
        (("A1", "sold", 50_000), ("A1", "redeemed", 20_000), ("B2", "sold", 10_000), ("B2", "redeemed", 10_000),
         ("C3", "redeemed", 5_000))
    ):  # fmt: skip
        database.execute(
            "INSERT INTO gift_card SELECT company, till, number, :row, :card, :event, :amount FROM receipt"
            " WHERE till='1' AND number=1",
            {"row": 90 + row, "card": card, "event": event, "amount": amount},
        )
    database.close()
    return folder


def rows(window: Any) -> dict[str, list[str]]:
    tree = window.gift_cards.table.tree
    return {row: [str(one).replace("\N{NO-BREAK SPACE}", "") for one in tree.item(row, "values")[:6]]
            for row in tree.get_children()}  # fmt: skip


def test_each_card_with_what_is_left_beside_the_debt_and_saved_for_a_spreadsheet(
    inside: Open, shop: Path, tmp_path: Path
) -> None:
    app = inside(shop)
    window = status(app)
    window.book.show(window.gift_cards)
    app.until(lambda: rows(window), "korten")
    shown = rows(window)
    assert list(shown) == ["A1", "C3"]
    assert shown["A1"][1:4] == ["500,00", "200,00", "300,00"]
    assert shown["C3"][3:] == ["-50,00", str(worlds.last_day()), "aldrig sålt i kassan"]
    assert window.gift_cards.table.tree.item("C3", "tags") == ("amber",)
    told = window.gift_cards.sentence.cget("text").replace("\N{NO-BREAK SPACE}", " ")
    assert told.startswith("Kvar på korten: 250,00 kr. Enligt kvittona (2421): ")
    assert "Skillnad" in told
    window.gift_cards.all_box.invoke()
    assert rows(window)["B2"][3] == "0,00"
    window.gift_cards.table.export(tmp_path / "kort.csv")
    assert "A1;500,00;200,00;300,00;" in (tmp_path / "kort.csv").read_text("utf-8-sig")


def test_an_error_about_a_card_leads_there_and_no_card_says_what_will_come(inside: Open, shop: Path) -> None:
    database = SQLite(shop / "kassa.sqlite")
    database.execute("DELETE FROM gift_card")
    database.close()
    app = inside(shop)
    window = status(app, "errors")
    problem: Problem = catalogue.GIFT_CARD_NEVER_SOLD.problem(item="Presentkort C3", card="C3", used="50,00")
    window.heard(Status(problems=(problem,)))
    app.settle(0.05)
    assert window.errors.button.cget("text") == "Visa presentkorten"
    window.errors.button.invoke()
    app.until(lambda: "sedan varje kort" in window.gift_cards.table.nothing.cget("text"), "vad som kommer")
    assert window.book.shown == str(window.gift_cards)
    assert window.gift_cards.export_button.instate(["disabled"])
