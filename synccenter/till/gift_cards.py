"""Gift cards one by one, as the till has them: what each was sold for and what has been used of it. Reads only.

What is booked is the receipts' own lines and payments; this list stands beside account 2421 and says which cards the
debt is made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.model import Ore, Percent, kronor
from synccenter.till.facts import Facts
from synccenter.till.values import date_of, whole_number


class Card(NamedTuple):
    """One gift card. `left` is below 0 when more was used than sold. `single_purpose`: its debt is not on 2421."""

    number: str
    sold: Ore
    used: Ore
    first: date | None
    last: date | None
    single_purpose: bool = False

    @property
    def left(self) -> Ore:
        """What can still be used."""
        return self.sold - self.used

    @property
    def never_sold(self) -> bool:
        """Whether it has been used although the till has never sold it; money paid back onto a new card is no use."""
        return self.used > 0 and not self.sold

    @property
    def overdrawn(self) -> bool:
        """Whether more has been used than it was sold for."""
        return self.sold != 0 and self.left < 0

    @property
    def remarks(self) -> list[str]:
        """What there is to say of it, in Swedish."""
        notes = (
            (self.single_purpose, SINGLE_PURPOSE),
            (self.never_sold, NEVER_SOLD),
            (self.overdrawn, OVERDRAWN),
        )
        return [note for holds, note in notes if holds]

    @property
    def problem(self) -> Problem | None:
        """What the bookkeeper must look at: B34 or B36."""
        item = f"Presentkort {self.number}"
        if self.never_sold:
            return catalogue.GIFT_CARD_NEVER_SOLD.problem(item=item, card=self.number, used=kronor(self.used))
        if self.overdrawn:
            return catalogue.GIFT_CARD_OVERDRAWN.problem(
                item=item, card=self.number, sold=kronor(self.sold), used=kronor(self.used)
            )
        return None


NEVER_SOLD, OVERDRAWN, SINGLE_PURPOSE = "aldrig sålt i kassan", "mer använt än sålt", "enfunktionsvoucher"


class CardList(NamedTuple):
    """All cards, and what the receipts say is owed on them."""

    cards: list[Card]
    owed: Ore

    @property
    def listed(self) -> Ore:
        """What is left on the cards whose debt is on 2421."""
        return sum(card.left for card in self.cards if not card.single_purpose)

    @property
    def single_purpose(self) -> Ore:
        """What is left on enfunktionsvouchrar, with VAT."""
        return sum(card.left for card in self.cards if card.single_purpose)


def card_list(facts: Facts) -> CardList:
    """The list that stands beside account 2421."""
    return CardList(cards(facts), debt(facts))


def cards(facts: Facts) -> list[Card]:
    """Every gift card on a finished receipt, by number."""
    sql = (
        "SELECT g.card, g.event, SUM(g.amount), MIN(r.at), MAX(r.at),"
        " MAX(CASE WHEN l.kind='single_purpose' OR m.kind='single_purpose' THEN 1 ELSE 0 END)"
        " FROM gift_card g CROSS JOIN receipt r"
        " LEFT JOIN receipt_line l ON l.company=g.company AND l.till=g.till AND l.receipt=g.receipt AND l.row=g.row"
        " AND g.event='sold'"
        " LEFT JOIN receipt_payment p ON p.company=g.company AND p.till=g.till AND p.receipt=g.receipt AND p.row=g.row"
        " AND g.event='redeemed' LEFT JOIN payment_method m ON m.company=p.company AND m.code=p.method"
        " WHERE g.company=:company AND r.company=g.company AND r.till=g.till AND r.number=g.receipt"
        " AND r.state='finished' GROUP BY g.card, g.event ORDER BY g.card"
    )
    single: set[str] = set()
    found: dict[str, dict[str, tuple[Ore, str, str]]] = {}
    for card, event, amount, first, last, purpose in facts.database.query(sql, {"company": facts.company}):
        single |= {str(card)} if whole_number(purpose) else set()
        found.setdefault(str(card), {})[str(event)] = (whole_number(amount) or 0, str(first), str(last))
    result = []
    for number, events in found.items():
        days = [date_of(at, facts.zone) for _, first, last in events.values() for at in (first, last)]
        known = [day for day in days if day is not None]
        sold = events.get("sold", (0, "", ""))[0]
        used = events.get("redeemed", (0, "", ""))[0]
        result.append(Card(number, sold, used, min(known, default=None), max(known, default=None), number in single))
    return result


def taken_back_wrong(facts: Facts, rates: Mapping[tuple[str, str], Percent], since: date) -> list[Problem]:
    """B38 for each enfunktionsvoucher used since a day whose VAT was taken back at another rate than it was sold at.
    `rates`: by (payment method, till or "" for all) what the settings say; else it is that of the goods it paid."""
    sql = (
        "SELECT s.card, u.till, p.method, MAX(m.name), MIN(l.vat_rate), MIN(g.vat_rate), MAX(r.at)"
        " FROM gift_card s CROSS JOIN receipt_line l CROSS JOIN gift_card u CROSS JOIN receipt_payment p"
        " CROSS JOIN payment_method m CROSS JOIN receipt r CROSS JOIN receipt_line g"
        " WHERE s.company=:company AND s.event='sold' AND l.company=s.company AND l.till=s.till AND l.receipt=s.receipt"
        " AND l.row=s.row AND l.kind='single_purpose' AND u.company=s.company AND u.card=s.card AND u.event='redeemed'"
        " AND p.company=u.company AND p.till=u.till AND p.receipt=u.receipt AND p.row=u.row AND m.company=p.company"
        " AND m.code=p.method AND m.kind='single_purpose' AND r.company=u.company AND r.till=u.till"
        " AND r.number=u.receipt AND r.state='finished' AND g.company=u.company AND g.till=u.till"
        " AND g.receipt=u.receipt AND g.kind='goods' GROUP BY s.card, u.till, p.method ORDER BY s.card"
    )
    found = []
    for card, till, method, name, sold, goods, at in facts.database.query(sql, {"company": facts.company}):
        used = rates.get((str(method), str(till))) or rates.get((str(method), "")) or whole_number(goods) or 0
        day = date_of(str(at), facts.zone)
        if used != (whole_number(sold) or 0) and day and day >= since:
            item, called = f"Presentkort {card}", str(name or method)
            found.append(
                catalogue.VOUCHER_RATE_OTHER.problem(item=item, card=card, sold=sold, used=used, method=called)
            )
    return found


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
