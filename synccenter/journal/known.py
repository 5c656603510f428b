"""What the ledger knows to stand in the books, or to be on its way there: to tell it from what others have booked."""

from __future__ import annotations

from datetime import date

from synccenter.journal.delivery import State
from synccenter.journal.ledger import Ledger

AND = "|"
"""Between the ids of a delivery that stands there as several vouchers."""


def has_sent(ledger: Ledger) -> bool:
    """Whether any sales have ever come into the books."""
    for state in (State.SENT, State.MANUAL):
        select = (
            "SELECT reference FROM delivery WHERE company=:company AND state=:state"
            " AND kind IN ('voucher', 'invoice') ORDER BY attempts"
        )
        values = {"company": ledger.company, "state": state.value}
        if ledger.database.query(ledger.database.dialect.first(select, 1), values):
            return True
    return False


def there(ledger: Ledger, first: date, last: date) -> tuple[set[str], set[str]]:
    """(ids in the business system, references) of what was sent, may have been sent, or is held for what it is.

    By business date.
    """
    rows = ledger.database.query(
        "SELECT reference, external_id, state FROM delivery WHERE company=:company"
        " AND business_date BETWEEN :first AND :last",
        {"company": ledger.company, "first": first.isoformat(), "last": last.isoformat()},
    )
    ids = {one for row in rows for one in str(row[1] or "").split(AND) if one}
    return ids, {str(row[0]) for row in rows if row[2] not in {State.PENDING.value, State.REJECTED.value}}


def acted(ledger: Ledger, act: str) -> set[str]:
    """The references of what a person has done something with."""
    rows = ledger.database.query(
        "SELECT DISTINCT reference FROM history WHERE company=:company AND act=:act",
        {"company": ledger.company, "act": act},
    )
    return {str(row[0]) for row in rows}


def first_sent(ledger: Ledger, till: str, below: int, first: date, last: date) -> int | None:
    """The lowest receipt number below another that a delivery of some days accounts for; None where none is."""
    own = "c.company=:company AND c.what='receipt' AND c.till=:till AND c.number<:below"
    joined = "FROM covered c JOIN delivery d ON d.company=c.company AND d.reference=c.reference"
    values: dict[str, object] = {"company": ledger.company, "till": till, "below": below}
    newest = f"SELECT d.business_date {joined} WHERE {own} ORDER BY c.number DESC"
    before = ledger.database.query(ledger.database.dialect.first(newest, 1), values)
    if not before or not first.isoformat() <= str(before[0][0])[:10] <= last.isoformat():
        return None  # as good as always, and asked of one row
    days = "d.business_date BETWEEN :first AND :last"
    values |= {"first": first.isoformat(), "last": last.isoformat()}
    return int(ledger.database.query(f"SELECT MIN(c.number) {joined} WHERE {own} AND {days}", values)[0][0])
