"""What the steps of the check share: what they look at, and how they tell what they found."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property

from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Finding, bad, look_at
from synccenter.contract.model import LineKind, ZReport, kronor
from synccenter.journal.delivery import State
from synccenter.posting.rules import Rules
from synccenter.posting.targets import line_target, payment_target, rounding_target
from synccenter.shop import Shop
from synccenter.till import waiting
from synccenter.till.waiting import After, Sold, Use

UNREADABLE = frozenset({catalogue.TILL_VALUE.code, catalogue.TILL_ROW_TWICE.code, catalogue.TILL_ROW_HOMELESS.code})
"""What is wrong with one row of the till."""


def parked_or_bad(problem: Problem, title: str) -> Finding:
    """Must be put right before the first sync; a row that cannot be read parks what hangs on it, and stops no more."""
    return look_at(problem, title) if problem.code in UNREADABLE else bad(problem, title)


def add(one: Use | None, more: Use) -> Use:
    """Both together."""
    return more if one is None else Use(one.receipts + more.receipts, one.amount + more.amount)


def depends(problem: Problem, use: Use | None, *, red: bool = False) -> Problem:
    """The problem with what waits for it, in receipts and kronor. `red`: it stops the first sync."""
    if use is None or not use.receipts:
        return replace(problem, then="Inget kvitto som väntar behöver det, så inget väntar.")
    receipts = "1 kvitto" if use.receipts == 1 else f"{use.receipts} kvitton"
    waits = f"{receipts} med {kronor(use.amount)} kr väntar på det"
    if red:
        rest = "Är inställningarna nya eller ändrade skickas inget förrän det är rättat; annars skickas allt annat."
        return replace(problem, then=f"{waits}. {rest}")
    return replace(problem, then=f"{waits}; allt annat skickas.")


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

    @cached_property
    def payments(self) -> dict[tuple[str, str], Use]:
        """What waits, by payment method and till."""
        found = {}
        for after in self.unread():
            for method, use in waiting.payments(self.shop.sales, after).items():
                found[method, after.till] = use
        return found

    @cached_property
    def sold(self) -> dict[Sold, Use]:
        """What waits, by kind of line, VAT rate and group."""
        found: dict[Sold, Use] = {}
        for after in self.unread():
            for sold, use in waiting.lines(self.shop.sales, after).items():
                found[sold] = add(found.get(sold), use)
        return found

    @cached_property
    def needed(self) -> dict[int, Use]:
        """The accounts that something waiting will land on, and how much of it there is."""
        found: dict[int, Use] = {}
        rules, today = self.rules, self.shop.today()
        for (method, till), use in self.payments.items():
            with suppress(SyncError):  # without an account: told by the steps of the till
                account = payment_target(method, till, rules).account
                found[account] = add(found.get(account), use)
        for sold, use in self.sold.items():
            with suppress(SyncError, ValueError):
                target = line_target(LineKind(sold.kind), sold.rate, sold.group, today, rules)
                for account in {target.account, target.vat_account} - {0}:
                    found[account] = add(found.get(account), use)
        for one in self.unread():
            if (use := waiting.rounded(self.shop.sales, one)).receipts:
                account = rounding_target(rules).account
                found[account] = add(found.get(account), use)
        return found

    def unread(self) -> list[After]:
        """For each till: the last receipt that waits no more, and the last Z report when those are what is sent."""
        by_receipt = self.rules.unit == "receipt"
        return [
            After(till.id, self.read_to("receipt", till.id), None if by_receipt else self.read_to("z", till.id))
            for till in self.shop.sales.tills()
        ]

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
