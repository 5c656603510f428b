"""What the steps of the check share: what they look at, and how they tell what they found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from synccenter.contract import catalogue
from synccenter.contract.connector import Finding, Severity
from synccenter.contract.errors import Problem
from synccenter.contract.model import ZReport
from synccenter.journal.delivery import State
from synccenter.posting.rules import Rules
from synccenter.shop import Shop

UNREADABLE = frozenset({catalogue.TILL_VALUE.code, catalogue.TILL_ROW_TWICE.code, catalogue.TILL_ROW_HOMELESS.code})
"""What is wrong with one row of the till."""


def good(title: str) -> Finding:
    """A step that found nothing wrong."""
    return Finding(Severity.GREEN, title)


def look_at(title: str, problem: Problem) -> Finding:
    """Worth a look; stops nothing."""
    return Finding(Severity.YELLOW, title, problem)


def bad(title: str, problem: Problem) -> Finding:
    """Must be put right before the first sync; a row that cannot be read parks what hangs on it, and stops no more."""
    return Finding(Severity.YELLOW if problem.code in UNREADABLE else Severity.RED, title, problem)


class Look:
    """One look at a shop. What several steps need is read once."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    @property
    def system(self) -> str:
        """The business system's name, for people."""
        return self.shop.description.title

    @cached_property
    def rules(self) -> Rules:
        """The posting rules of today's settings."""
        return self.shop.rules()

    @cached_property
    def waiting_days(self) -> Sequence[date]:
        """The business dates that something waits for: in the ledger, or in the till after the last read number."""
        shop, days = self.shop, set[date]()
        for delivery in shop.ledger.in_state(State.PENDING, State.REJECTED):
            days.add(delivery.business_date)
        for till in shop.sales.tills():
            for z in shop.sales.z_after(till.id, self.read_to("z", till.id)):
                if isinstance(z, ZReport):
                    days.add(z.business_date)
        cutover = shop.settings.safety.cutover
        return sorted(day for day in days if cutover is not None and cutover <= day <= shop.today())

    def read_to(self, what: str, till: str) -> int:
        """The last number of a till that is no longer waiting: what has been read, or what the cut-over leaves out."""
        shop = self.shop
        places = [shop.ledger.place(f"{name}:{till}") for name in {what, "cash" if what == "z" else what}]
        known = [int(place) for place in places if place is not None]
        cutover = shop.settings.safety.cutover
        first = None
        if cutover is not None:
            first = shop.sales.first_number(till, what, cutover)
        last = shop.sales.last_receipt(till) if what == "receipt" else shop.sales.last_z(till)
        return max(known) if known else last if first is None else first - 1
