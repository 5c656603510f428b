"""The cash account that each till has been booked on: it stays with the till from the first use on."""

from __future__ import annotations

from collections.abc import Mapping

from synccenter.journal.ledger import Ledger
from synccenter.posting.drawers import EARLIER

_DRAWER = "drawer:"
"""Place names of the tills' cash accounts."""


def kept(ledger: Ledger) -> dict[str, int]:
    """Till -> the cash account that it has been booked on."""
    rows = ledger.database.query(
        "SELECT name, value FROM place WHERE company=:company AND name LIKE :prefix",
        {"company": ledger.company, "prefix": f"{_DRAWER}%"},
    )
    return {str(name).removeprefix(_DRAWER): int(value) for name, value in rows}


def keep(ledger: Ledger, accounts: Mapping[str, int]) -> None:
    """An account stays with its till from now on."""
    known = kept(ledger)
    for till, account in accounts.items():
        if known.get(till) != account:
            ledger.set_place(f"{_DRAWER}{till}", str(account))


def move(ledger: Ledger, old: str, new: str) -> None:
    """A till has another name: its account follows, whatever the new name was given meanwhile."""
    account = ledger.place(f"{_DRAWER}{old}")
    if account is not None:
        ledger.set_place(f"{_DRAWER}{new}", account)
        ledger.forget_place(f"{_DRAWER}{old}")


def of_earlier_version(ledger: Ledger) -> tuple[int, ...]:
    """What the tills were given in their order by a version that kept nothing; () in a shop that has booked nothing."""
    select = "SELECT number FROM covered WHERE company=:company ORDER BY company, what, till, number"
    found = ledger.database.dialect.first(select, 1)
    return EARLIER if ledger.database.query(found, {"company": ledger.company}) else ()
