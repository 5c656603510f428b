"""References: the same document has the same name for ever, and no two have one."""

from __future__ import annotations

from datetime import date

import pytest

from synccenter.contract.model import ReceiptKey
from synccenter.posting.names import Name, Names


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


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("K4D-1-4711", ("k4d", "1", "4711")),
        ("1-Z57", ("", "1", "z57")),
        ("K4D-1-Z57-1030 Z-rapport 57", ("k4d", "1", "z57-1030")),
        ("K4D-1-Z57B-R2", ("k4d", "1", "z57b")),
        ("K4D-D20261126-2 Dagen", ("k4d", "", "d20261126")),
        ("D20261126", ("", "", "d20261126")),
        ("ABC-4711", ("", "abc", "4711")),
        ("k4d-kassa-1-o12", ("k4d", "kassa", "1-o12")),
        ("Dagskassa 26 nov", ("", "", "")),
        ("", ("", "", "")),
    ],
)
def test_a_name_is_taken_apart_whoever_gave_it(text: str, read: tuple[str, str, str]) -> None:
    assert Name.read(text) == read


def test_a_shops_own_names_are_those_of_its_mark_and_its_tills_of_today() -> None:
    names = Names(shop="K4D", tills={"1": "1b"})
    own = {text for text in ("K4D-1b-7", "K4D-1-7", "K4E-1b-7", "1b-7", "K4D-D20261126") if names.own(text, ["1", "2"])}
    assert own == {"K4D-1b-7", "K4D-D20261126"}
