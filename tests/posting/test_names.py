"""References: the same document has the same name for ever, and no two have one."""

from __future__ import annotations

from datetime import date

from synccenter.contract.model import ReceiptKey
from synccenter.posting.names import Names


def test_a_shop_without_a_mark_keeps_the_names_that_it_always_had() -> None:
    assert Names().receipt(ReceiptKey("1", 4711)) == "1-4711"


def test_two_shops_with_a_till_1_share_no_name_under_their_marks() -> None:
    assert Names(shop="K4D").receipt(ReceiptKey("1", 4711)) == "K4D-1-4711"
    assert Names(shop="K4D").receipt(ReceiptKey("1", 4711)) != Names(shop="K4E").receipt(ReceiptKey("1", 4711))


def test_a_till_that_began_anew_uses_no_old_name_again() -> None:
    names = Names(shop="K4D", tills={"1": "1b"})
    assert names.receipt(ReceiptKey("1", 1)) == "K4D-1b-1"
    assert names.receipt(ReceiptKey("2", 1)) == "K4D-2-1"


def test_documents_of_every_kind_are_told_apart() -> None:
    names = Names()
    day = date(2026, 11, 26)
    every = [names.receipt(ReceiptKey("1", 57)), names.z("1", 57), names.cash("1", 57), names.day(day, 1)]
    assert every == ["1-57", "1-Z57", "1-K57", "D20261126"]
    assert names.day(day, 2) == "D20261126-2"
