"""What a document was made from is recognised, and what is different is named (`journal/printing.py`)."""

from __future__ import annotations

from synccenter.journal.delivery import CASH, RECEIPT
from synccenter.journal.printing import CashPrint, cash_print, changed, late_cash
from tests.worlds.small_shop import World

BEFORE = CashPrint("a", {"1": "x", "2": "y"})


def test_what_is_different_is_named() -> None:
    assert changed(RECEIPT, "", "b") == ""  # from before there were prints
    assert changed(RECEIPT, "a", "a") == ""
    assert "betalningar" in changed(RECEIPT, "a", "b")
    assert changed(CASH, BEFORE.text(), CashPrint("b", {"1": "x", "2": "y"}).text()) == "datum eller summa är ändrade"
    assert changed(CASH, BEFORE.text(), CashPrint("a", {"1": "x"}).text()) == "kassarörelse 2 är borttagen"
    assert changed(CASH, BEFORE.text(), CashPrint("a", {"1": "z", "2": "y"}).text()) == "kassarörelse 1 är ändrad"


def test_cash_that_was_only_added_is_late_and_no_change() -> None:
    now = CashPrint("a", {"1": "x", "2": "y", "7": "z"})
    assert changed(CASH, BEFORE.text(), now.text()) == ""
    assert late_cash(BEFORE, now) == ["7"]
    assert late_cash(BEFORE, CashPrint("b", {"1": "x", "2": "y", "7": "z"})) == []
    assert cash_print(now.text()) == now


def test_every_cover_of_a_run_has_its_print(world: World) -> None:
    world.trade()
    world.run()
    assert world.sql("SELECT COUNT(*) FROM covered WHERE print IS NULL OR print=''", world.ledger) == [(0,)]
