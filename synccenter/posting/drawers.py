"""Which cash account each till has. An account stays with its till, whatever tills come and go. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count

from synccenter.contract.model import Till
from synccenter.posting.settings import CashRule

ONE_TILL = 1910
"""BAS 2026: 1910 Kassa; with several, one of 1911, 1912, 1913 … for each."""

EARLIER = (1910, 1911, 1912, 1913)
"""What versions before this gave the tills, in their order, in a shop that had chosen nothing."""


def cash_accounts(
    tills: Sequence[Till],
    rows: Sequence[CashRule],
    *,
    in_order: Sequence[int] = (),
    kept: Mapping[str, int],
    taken: Collection[int] = (),
) -> dict[str, int]:
    """Till -> cash account: its own row, else the one it has been `kept` on, else the next that nobody has.

    `in_order` are a person's accounts for tills without a row, in the tills' order; then those of BAS. `taken` are
    accounts that something else lands on.
    """
    ordered = sorted((till.id for till in tills), key=_order)
    chosen = {row.till: row.account for row in rows if row.account}
    found = {till: chosen.get(till) or chosen.get("") or kept.get(till, 0) for till in ordered}
    used = {*chosen.values(), *kept.values()}
    left = _left(in_order, single=len(ordered) == 1)
    for till in ordered:
        if not found[till]:
            found[till] = next(account for account in left if account not in used and account not in taken)
            used.add(found[till])
    return found


def _order(till: str) -> tuple[int, str, str]:
    """By number as far as it is one: a till 1 that is called 01 now keeps its turn, so that a ledger that is new gives
    nobody the account of another."""
    figures = till.lstrip("0")
    return len(figures), figures, till


def _left(in_order: Sequence[int], *, single: bool) -> Iterator[int]:
    """Accounts to give away, without end: a person's own, those of BAS, then five figures below 1911."""
    yield from in_order
    if single:
        yield ONE_TILL
    yield from range(1911, 1920)
    yield from count(19111)
