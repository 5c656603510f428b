"""Vouchers among the rows of a ledger: Dynamics lets a document number be used again and shows no transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")
Key = tuple[Hashable, int]
"""What counts of a row: its account, and its amount in öre."""


def vouchers(rows: Sequence[T], keys: Sequence[Key], wanted: Sequence[Key]) -> list[list[T]]:
    """The vouchers that these rows of one number and day are, when one of them has the rows `wanted`.

    Rows that are exactly so many times ours are so many; what was reversed, and what reverses it, are together
    nothing. Anything else is taken for one voucher, as it stands.
    """
    if nothing(keys) and not nothing(wanted):
        return []
    one, opposite = Counter(wanted), Counter((account, -amount) for account, amount in wanted)
    there = Counter(keys)
    turns = len(keys) // one.total() if wanted and len(keys) % one.total() == 0 else 0
    for reversals in range(turns // 2 + 1):
        copies = turns - reversals
        if copies and there == _times(one, copies) + _times(opposite, reversals):
            return _split(rows, keys, one, copies - reversals)
    return [list(rows)]


def alive(groups: Sequence[Sequence[T]], key_of: Callable[[Sequence[T]], Sequence[Key]]) -> list[Sequence[T]]:
    """Documents of one day without those that undo each other: one has exactly the opposite rows of the other."""
    left: list[Sequence[T]] = []
    for group in groups:
        keys = Counter(key_of(group))
        opposite = Counter((account, -amount) for account, amount in keys.elements())
        undone = next((one for one in left if Counter(key_of(one)) == opposite), None)
        if undone is None:
            left.append(group)
        else:
            left.remove(undone)
    return left


def nothing(keys: Sequence[Key]) -> bool:
    """Whether rows come to nothing on every account, as a document and its reversal do."""
    sums: Counter[Hashable] = Counter()
    for account, amount in keys:
        sums[account] += amount
    return not any(sums.values())


def _times(rows: Counter[Key], count: int) -> Counter[Key]:
    return Counter({key: number * count for key, number in rows.items() if count})


def _split(rows: Sequence[T], keys: Sequence[Key], one: Counter[Key], count: int) -> list[list[T]]:
    """So many vouchers of the rows `one`, each made of the first rows that are left."""
    found: list[list[T]] = []
    left = list(zip(keys, rows, strict=True))
    for _ in range(count):
        missing, taken, rest = Counter(one), [], []
        for key, row in left:
            if missing[key] > 0:
                missing[key] -= 1
                taken.append(row)
            else:
                rest.append((key, row))
        found.append(taken)
        left = rest
    return found
