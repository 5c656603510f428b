"""Changed customers are read on by a running number of the till; a till put back from a copy gives its numbers again.

Told from what is merely old by the time of the change: behind the place there is nothing newer than what has been
read. What is newer is read from there again. Nobody is asked: a customer that is sent twice is the same customer.
"""

from __future__ import annotations

from synccenter.journal.ledger import Ledger
from synccenter.till import marks
from synccenter.till.sales import Sales

PLACE = "customer"
_LATEST = "customer:latest"
"""The latest time of a change that has been read, as the till wrote it."""


def read_again(sales: Sales, ledger: Ledger) -> None:
    """Move the place back to before the first number that has been used again."""
    place, latest = int(ledger.place(PLACE) or 0), ledger.place(_LATEST)
    first = marks.changed_since(sales, place, latest) if place and latest else 0
    if not first:
        return
    with ledger.together():
        used = {"company": ledger.company, "first": first}
        found = "SELECT reference FROM delivery WHERE company=:company AND unit='customer' AND number>=:first"
        for (name,) in ledger.database.query(found, used):
            ledger.database.execute(
                "UPDATE delivery SET reference=:aside WHERE company=:company AND reference=:name",
                {"company": ledger.company, "name": name, "aside": f"{name} (före {ledger.now():.0f})"},
            )
        ledger.set_awaited("", PLACE, [one for one in ledger.awaited("", PLACE) if one.last < first])
        ledger.set_place(PLACE, str(first - 1))


def remember(sales: Sales, ledger: Ledger) -> None:
    """With the place, in the transaction that moves it: the latest time of what has been read. A place that had moved
    alone would make all of it look like numbers that are used again."""
    latest, before = marks.latest_change(sales, int(ledger.place(PLACE) or 0)), ledger.place(_LATEST) or ""
    if latest > before:
        ledger.set_place(_LATEST, latest)
