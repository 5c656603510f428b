"""What is parked, read in the light: without its documents, so that thirty thousand cost no more than a glance."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec
from msgspec import Struct

from synccenter.contract.errors import Problem
from synccenter.journal.delivery import State, Unit
from synccenter.journal.ledger import Ledger

_problem = msgspec.json.Decoder(Problem)


class Held(Struct, frozen=True):
    """A delivery that does not go on, and why. `refused`: it was made, and the business system said no."""

    reference: str
    unit: Unit
    problem: Problem
    refused: bool


def held(
    ledger: Ledger,
    states: Collection[State] = (State.REJECTED,),
    *,
    route: str | None = None,
    unit: Unit | None = None,
) -> Iterator[Held]:
    """Deliveries in these states that have a problem: the least tried first, then in the order of the till.

    `route`, `unit`: see `Ledger.in_state`.
    """
    where = ",".join(f"'{state.value}'" for state in states)
    values = {"company": ledger.company}
    select = (
        "SELECT reference, unit, problem, CASE WHEN document IS NULL THEN 0 ELSE 1 END FROM delivery"
        f" WHERE company=:company AND state IN ({where}) AND problem IS NOT NULL"
    )
    if route is not None:
        select += " AND route=:route"
        values["route"] = route
    if unit is not None:
        select += " AND unit=:unit"
        values["unit"] = unit.value
    rows = ledger.database.query(f"{select} ORDER BY attempts, created, business_date, till, number, reference", values)
    return (Held(row[0], Unit(row[1]), _problem.decode(row[2]), bool(row[3])) for row in rows)


def waiting(ledger: Ledger, *, route: str) -> set[str]:
    """The references of what is to be sent this way."""
    rows = ledger.database.query(
        "SELECT reference FROM delivery WHERE company=:company AND state='pending' AND route=:route",
        {"company": ledger.company, "route": route},
    )
    return {str(row[0]) for row in rows}


def elsewhere(ledger: Ledger, *, route: str) -> Sequence[tuple[str, int]]:
    """(business system, how many) of what does not go on and was meant for another one."""
    rows = ledger.database.query(
        "SELECT route, COUNT(*) FROM delivery WHERE company=:company AND state IN ('pending','rejected','unknown')"
        " AND route<>:route GROUP BY route ORDER BY route",
        {"company": ledger.company, "route": route},
    )
    return [(str(other), int(count)) for other, count in rows]
