"""Text from outside can neither begin a row, act on a terminal, turn the reading direction, nor speak for us.

Also in the way out that every error takes: `contract/errors.py`.
"""

from __future__ import annotations

import json
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.visible import visible, visible_json

NASTY = st.text(
    st.one_of(
        st.sampled_from("FEL! \r\n\t\x1b[]\x07\x9b\x85\u2028\u2029\u202e\u2066\u200b\u200f\ufeff\u3164\x00;=\"'<"),
        st.characters(),
    ),
    max_size=60,
)
"""What a till or a server may hold; lone surrogates too."""


def acts(text: str) -> list[str]:
    """The characters of a row that do something, or are not seen."""
    kinds = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return [f"{ord(one):04x}" for one in text if unicodedata.category(one) in kinds]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Kaffe\r\nFEL! Allt är borta", "Kaffe ⏎ FEL ! Allt är borta"),
        ("a\u2028b\u2029c\x85d\x0be", "a ⏎ b ⏎ c ⏎ d ⏎ e"),
        ("\x1b[31mröd\x1b[0m \x9b2J", "\\u001b[31mröd\\u001b[0m \\u009b2J"),
        ("kvitto\u202etxt.exe", "kvitto\\u202etxt.exe"),
        ("F\u200bEL!", "F\\u200bEL!"),
        ("ＦＥＬ！ FEL﹗", "FEL ! FEL !"),
        ("Räksmörgås 50\u00a0kr – ”god” ☕️", "Räksmörgås 50\u00a0kr – ”god” ☕️"),
    ],
)
def test_what_is_seen(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_character_that_acts_is_forgotten() -> None:
    every = (chr(code) for code in range(0x110000))
    assert [f"{ord(one):04x}" for one in every if acts(one) and acts(visible(f"a{one}b"))] == []


@given(NASTY)
def test_nothing_acts_and_nothing_forges_and_it_is_done_once(text: str) -> None:
    row = visible(text)
    assert acts(row) == []
    assert "FEL!" not in unicodedata.normalize("NFKC", row)
    assert visible(row) == row


@given(NASTY)
def test_every_text_of_an_error_is_one_row_however_it_came_about(text: str) -> None:
    made = catalogue.MAIL_FAILED.problem(server=text, item=text, detail=text)
    kept = msgspec.json.encode(made).decode().replace("Mejlet", "Me\\u001bjlet")  # by an earlier version, in the ledger
    for problem in (made, msgspec.json.decode(kept, type=Problem)):
        assert acts(problem.sentence()) == []
        assert "FEL!" not in problem.sentence()


@given(NASTY)
def test_json_says_the_same_and_nothing_acts(text: str) -> None:
    plain = json.dumps({"namn": [text]}, ensure_ascii=False, indent=2)
    shown = visible_json(plain)
    assert json.loads(shown) == json.loads(plain)
    assert acts(shown.replace("\n", "")) == []
