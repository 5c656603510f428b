"""What NAV and Business Central share: vouchers told apart among the rows of one number."""

from __future__ import annotations

import pytest

from connectors.dynamics.ledger import nothing, vouchers

OURS = [("1910", 100), ("3001", -80), ("2611", -20)]
BACK = [(account, -amount) for account, amount in OURS]
OTHER = [("1910", 50), ("3001", -50)]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([], 0),
        (OURS, 1),
        (OURS * 2, 2),
        (OURS * 3, 3),
        (OURS + BACK, 0),
        (OURS * 2 + BACK, 1),
        (OURS * 3 + BACK, 2),
        (OURS + OTHER, 1),
        (OTHER + [(account, -amount) for account, amount in OTHER], 0),
    ],
)
def test_rows_of_one_number_are_as_many_vouchers_as_they_make(rows: list[tuple[str, int]], wanted: int) -> None:
    found = vouchers(list(range(len(rows))), rows, OURS)
    assert len(found) == wanted
    for one in found if rows[: len(OURS)] == OURS and len(rows) % len(OURS) == 0 else ():
        assert sorted(rows[place] for place in one) == sorted(OURS)


def test_a_document_that_comes_to_nothing_is_not_taken_for_reversed() -> None:
    even = [("1910", 100), ("1910", -100)]
    assert nothing(even)
    assert len(vouchers([0, 1], even, even)) == 1
