"""A card's number is masked wherever it stands; the numbers that a shop lives by are not."""

from __future__ import annotations

import pytest

from synccenter.core.cards import CARD, without_cards
from synccenter.core.masking import Masker

CARDS = (
    "4111111111111111", "5555555555554444", "378282246310005", "30569309025904", "38520000023237", "6011111111111117",
    "3530111333300000", "4222222222222", "6304000000000000", "4111 1111 1111 1111", "4111-1111-1111-1111",
    "3782 822463 10005", "3056 930902 5904", "4111\u00a01111\u00a01111\u00a01111", "6759649826438453",
)  # fmt: skip
NONE = (
    "7310865004703", "4006381333931", "5701234567899", "2012345678900", "07310865004703", "4012345678901"[:12],
    "20261124143000", "1234567890", "3001 3002 3003", "1001 1002 1003 1004", "0000000000000000", "1 234 567 890,50",
    "0.4111111111111111",
)  # fmt: skip


@pytest.mark.parametrize("number", CARDS)
def test_a_cards_number_is_masked_in_any_surroundings(number: str) -> None:
    for text in (number, f"kort {number}, 125,00 kr", f'{{"pan":"{number}"}}', f"Kortnr.{number}x", f"({number})"):
        assert without_cards(text) == text.replace(number, CARD)
        assert number not in Masker().mask(text)


@pytest.mark.parametrize("number", NONE)
def test_article_numbers_times_and_lists_are_left_alone(number: str) -> None:
    assert without_cards(f"nr {number} i listan") == f"nr {number} i listan"
