"""Lists that come in pages: what a page is, and when it is certain that all of a list has been read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from msgspec import Struct

from connectors.wire.answers import strange
from synccenter.contract.connector import BadRow

T = TypeVar("T")

_TRIES = 3
_MOVES = "en lista som ändras medan den läses"


class Part(Struct, Generic[T], frozen=True):
    """A page of a list. `whole` on the last one: nothing moved meanwhile, so that together they are all there is."""

    rows: list[T]
    bad: list[BadRow]
    last: bool
    whole: bool


def certain(read: Callable[[], Iterable[Part[T]]], host: str, tries: int = _TRIES) -> list[T]:
    """All rows of a list that decides whether something is sent, so that "not there" is always certain: a list whose
    rows moved between its pages is read again. Raises N06 where a row cannot be read, or it does not come to rest."""
    for _ in range(tries):
        parts = list(read())
        for bad in (bad for part in parts for bad in part.bad):
            raise strange(host, f"{bad.where}: {bad.why}")
        if parts[-1].whole:
            return [row for part in parts for row in part.rows]
    raise strange(host, _MOVES)
