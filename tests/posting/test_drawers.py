"""An account stays with its till: adding, removing and renaming tills moves nobody's cash."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from synccenter.contract.model import Till
from synccenter.posting.drawers import EARLIER, cash_accounts
from synccenter.posting.settings import CashRule


def tills(*names: str) -> list[Till]:
    return [Till(name, f"Kassa {name}") for name in names]


def test_one_till_has_1910_and_several_have_1911_and_on() -> None:
    assert cash_accounts(tills("1"), (), kept={}) == {"1": 1910}
    assert cash_accounts(tills("1", "2", "3"), (), kept={}) == {"1": 1911, "2": 1912, "3": 1913}


def test_a_till_that_is_added_first_in_order_moves_nobody() -> None:
    first = cash_accounts(tills("2", "3"), (), kept={})
    assert first == {"2": 1911, "3": 1912}
    assert cash_accounts(tills("1", "2", "3"), (), kept=first) == {"1": 1913, "2": 1911, "3": 1912}
    alone = cash_accounts(tills("1"), (), kept={})
    assert cash_accounts(tills("1", "2"), (), kept=alone) == {"1": 1910, "2": 1911}


def test_a_till_that_is_written_with_zeros_now_keeps_its_turn() -> None:
    assert cash_accounts(tills("01", "2", "3"), (), kept={}) == {"01": 1911, "2": 1912, "3": 1913}
    assert cash_accounts(tills("1", "002", "10"), (), kept={}) == {"1": 1911, "002": 1912, "10": 1913}


def test_a_persons_row_wins_and_what_something_else_lands_on_is_left_out() -> None:
    rows = [CashRule("6", "Baren", 1915)]
    found = cash_accounts(tills("2", "3", "4", "5", "6"), rows, kept={}, taken={1914})
    assert found == {"2": 1911, "3": 1912, "4": 1913, "5": 1916, "6": 1915}


def test_accounts_of_an_earlier_version_are_kept_by_the_tills_that_had_them() -> None:
    assert cash_accounts(tills("1", "2"), (), in_order=EARLIER, kept={}) == {"1": 1910, "2": 1911}
    assert cash_accounts(tills("1", "2", "3"), (), in_order=(1920, 1921), kept={}) == {"1": 1920, "2": 1921, "3": 1911}


@given(st.lists(st.integers(1, 60).map(str), unique=True, min_size=1, max_size=40), st.randoms())
def test_however_many_tills_come_no_two_share_and_none_moves(names: list[str], random: object) -> None:
    kept: dict[str, int] = {}
    for count in range(1, len(names) + 1):
        found = cash_accounts(tills(*names[:count]), (), kept=kept, taken={1914})
        assert len(set(found.values())) == len(found)
        assert kept.items() <= found.items()
        assert 1914 not in found.values()
        kept = found
