"""Abilities of a connector that are asked when something is shown or checked: what lies to be collected, who is signed
in, and what would refuse the first document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Protocol, runtime_checkable

from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import InvoiceRow


@runtime_checkable
class LeavesToCollect(Protocol):
    """Ability: what is sent lies waiting for another program, and is not booked until that has read it in."""

    def uncollected(self, ids: Iterable[str]) -> frozenset[str]:
        """Which of these (`Sent.external_id`) nobody has read in yet. Quick: asked when a window is opened."""
        ...


@runtime_checkable
class TellsSignIn(Protocol):
    """Ability: tells how long the sign-in that is kept holds."""

    def signed_in(self) -> datetime | None:
        """Until when the key that is kept is good (it renews itself); None when nobody is signed in."""
        ...


class Demand(Enum):
    """What an account says of a cost centre or a project on its rows."""

    FREE = "free"
    NEEDED = "needed"
    NEEDED_OF_ARTICLES = "needed of articles"  # the system fills a standard value in on all rows but those of articles
    REFUSED = "refused"


class Demands(Struct, frozen=True):
    """What an account says of both."""

    cost_centre: Demand = Demand.FREE
    project: Demand = Demand.FREE


@runtime_checkable
class TellsDemands(Protocol):
    """Ability: which accounts demand a cost centre or a project, and which take none."""

    def demands(self, on: date) -> Mapping[int, Demands]:
        """By account, in the financial year that holds `on`. An account that is left out is free in both."""
        ...


@runtime_checkable
class LooksAtBuyers(Protocol):
    """Ability: customers are looked at as they stand in the business system, before an invoice to them is sent."""

    def look_at_buyers(self, numbers: Sequence[str]) -> Mapping[str, Problem]:
        """By number, what an invoice to that customer would be refused for, or booked wrongly by. Reads only.

        Who can be invoiced in kronor, with Swedish VAT and the till's own payments, is left out.
        """
        ...


@runtime_checkable
class LooksAtRows(Protocol):
    """Ability: rows of invoices need something in the business system (an article), and are looked at before."""

    def look_at_rows(self, rows: Sequence[InvoiceRow]) -> Sequence[Problem | None]:
        """For each row, what an invoice with it would be refused for; None where nothing is. Reads only."""
        ...


def refused_by(look: Callable[[], object]) -> Problem | None:
    """What a look at one thing is refused for; None when nothing is wrong with it. Raises what concerns more than that
    thing: no contact, no rights, cancelled."""
    try:
        look()
    except SyncError as error:
        if error.problem.stops or error.problem.code == catalogue.CANCELLED.code:
            raise
        return error.problem
    return None


def refused_among(numbers: Iterable[str], look: Callable[[str], object]) -> dict[str, Problem]:
    """By number, what each of those is refused for that something is wrong with (`LooksAtBuyers.look_at_buyers`)."""
    found = {number: refused_by(partial(look, number)) for number in numbers}
    return {number: problem for number, problem in found.items() if problem is not None}
