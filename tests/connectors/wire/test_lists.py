"""Tells of `wire/lists.py`: a list that decides whether something is sent is whole, or an error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.wire.lists import Part, certain
from synccenter.contract.connector import BadRow
from synccenter.contract.errors import SyncError


class Reading:
    """A list of two pages whose rows move while it is read, so many times."""

    def __init__(self, moves: int, bad: tuple[BadRow, ...] = ()) -> None:
        self.turns = 0
        self._moves = moves
        self._bad = [*bad]

    def __call__(self) -> Iterator[Part[int]]:
        self.turns += 1
        yield Part([1, 2], [], last=False, whole=False)
        yield Part([3], self._bad, last=True, whole=self.turns > self._moves)


def test_a_list_that_moves_is_read_until_it_rests() -> None:
    read = Reading(moves=2)
    assert certain(read, "Boken") == [1, 2, 3]
    assert read.turns == 3


@pytest.mark.parametrize(
    ("read", "words"),
    [(Reading(moves=3), "ändras medan den läses"), (Reading(0, (BadRow("4711", "Datum saknas."),)), "4711")],
)
def test_what_may_be_missing_is_never_called_missing(read: Reading, words: str) -> None:
    with pytest.raises(SyncError, match=words) as told:
        certain(read, "Boken")
    assert told.value.problem.code == "N06"
