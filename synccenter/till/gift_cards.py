"""Gift cards one by one, as the till has them: what each was sold for and what has been used of it. Reads only.

What is booked is the receipts' own lines and payments; this list stands beside account 2421 and says which cards the
debt is made of.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from synccenter.contract.model import Ore
from synccenter.till.facts import Facts
from synccenter.till.values import date_of, whole_number


class Card(NamedTuple):
    """One gift card. `left` is below 0 when more was used than sold."""

    number: str
    sold: Ore
    used: Ore
    first: date | None
    last: date | None

    @property
    def left(self) -> Ore:
        """What can still be used."""
        return self.sold - self.used

    @property
    def never_sold(self) -> bool:
        """Whether it has been used although the till has never sold it."""
        return bool(self.used) and not self.sold


def cards(facts: Facts) -> list[Card]:
    """Every gift card on a finished receipt, by number."""
    sql = (
        "SELECT g.card, g.event, SUM(g.amount), MIN(r.at), MAX(r.at) FROM gift_card g JOIN receipt r"
        " ON r.company=g.company AND r.till=g.till AND r.number=g.receipt"
        " WHERE g.company=:company AND r.state='finished' GROUP BY g.card, g.event ORDER BY g.card"
    )
    found: dict[str, dict[str, tuple[Ore, str, str]]] = {}
    for card, event, amount, first, last in facts.database.query(sql, {"company": facts.company}):
        found.setdefault(str(card), {})[str(event)] = (whole_number(amount) or 0, str(first), str(last))
    result = []
    for number, events in found.items():
        days = [date_of(at, facts.zone) for _, first, last in events.values() for at in (first, last)]
        known = [day for day in days if day is not None]
        sold = events.get("sold", (0, "", ""))[0]
        used = events.get("redeemed", (0, "", ""))[0]
        result.append(Card(number, sold, used, min(known, default=None), max(known, default=None)))
    return result


def debt(facts: Facts) -> Ore:
    """What the receipts' own lines and payments say is owed on gift cards: what account 2421 has moved by."""
    own = {"company": facts.company}
    finished = (
        "JOIN receipt r ON r.company=p.company AND r.till=p.till AND r.number=p.receipt"
        " WHERE p.company=:company AND r.state='finished'"
    )
    sold = facts.database.query(f"SELECT SUM(p.amount) FROM receipt_line p {finished} AND p.kind='gift_card'", own)
    used = facts.database.query(
        "SELECT SUM(p.amount) FROM receipt_payment p JOIN payment_method m ON m.company=p.company AND m.code=p.method"
        f" {finished} AND m.kind='gift_card'",
        own,
    )
    return (whole_number(sold[0][0] or 0) or 0) - (whole_number(used[0][0] or 0) or 0)
