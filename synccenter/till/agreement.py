"""Whether a Z report agrees with its own receipts, for the proof: VAT, payment methods, rounding, lines. Reads only.

Summed by the database, like the rest of the proof. Totals that the till does not give (an empty `z_vat` or
`z_method` beside sales) are a fault of their own: without them nothing is compared.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, TypeAlias

from msgspec import Struct, field

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.model import Ore, Percent, kronor
from synccenter.till.facts import AMOUNT, Facts
from synccenter.till.values import MOST, number_of, whole_number

ZKey: TypeAlias = tuple[str, int]
"""Till and Z number."""


class Agreement(Struct):
    """What the receipts of one Z report sum to, and where the stored totals say something else."""

    vat: Ore = 0
    paid: Ore = 0
    wrong: list[str] = field(default_factory=list)
    leaning: list[Problem] = field(default_factory=list)
    """Yellow: VAT of a rate that is more off than rounding can be, although each line is within some öre (B37)."""


LEANS_FROM = 5
"""Of so many lines it can be said that their VAT leans."""


_SPAN = "z.company=:company AND z.business_date BETWEEN :a AND :b"
_OWN = f"{_SPAN} AND r.company=z.company AND r.till=z.till AND r.z_number=z.number AND r.state='finished'"
# CROSS JOIN tells SQLite the order (see facts.py): the Z reports of the days, their receipts, and the parts of those.
_SOLD = (
    f" FROM z_report z CROSS JOIN receipt r CROSS JOIN {{part}} p WHERE {_OWN}"
    " AND p.company=r.company AND p.till=r.till AND p.receipt=r.number"
)


class OddLine(NamedTuple):
    """A line whose stored VAT is not that of its rate and amount."""

    receipt: int
    row: int
    rate: Percent
    amount: Ore
    vat: Ore


def odd_vat_lines(facts: Facts, till: str, after: int, tolerance: Ore, limit: int = 20) -> list[OddLine]:
    """The first lines of finished receipts after a number whose VAT is off by more than some öre."""
    sql = (
        "SELECT p.receipt, p.row, p.vat_rate, p.amount, p.vat FROM receipt r"
        " JOIN receipt_line p ON p.company=r.company AND p.till=r.till AND p.receipt=r.number"
        " WHERE r.company=:company AND r.till=:till AND r.number>:after AND r.state='finished'"
        f" AND {_odd(tolerance)} ORDER BY p.receipt, p.row"
    )
    own = {"company": facts.company, "till": till, "after": after}
    rows = facts.database.query(facts.database.dialect.first(sql, limit), own)
    return [OddLine(*map(_whole, row)) for row in rows]


def _odd(tolerance: Ore) -> str:
    """As `posting.controls.vat_is_believable` says it, for the database."""
    return (
        f"p.vat BETWEEN -{MOST} AND {MOST} AND p.amount BETWEEN -{MOST} AND {MOST} AND"
        f" (ABS(p.vat*(100+p.vat_rate)-p.amount*p.vat_rate)>{int(tolerance)}*(100+p.vat_rate) OR p.vat*p.amount<0"
        " OR ABS(p.vat)>ABS(p.amount) OR (p.vat_rate=0 AND p.vat<>0))"
    )


def agreements(facts: Facts, first: date, last: date, tolerance: Ore) -> dict[ZKey, Agreement]:
    """By till and Z number, for the Z reports of some days. `tolerance`: öre that a line's VAT may be off."""
    span = {"company": facts.company, "a": first.isoformat(), "b": last.isoformat()}
    query = facts.database.query
    found: dict[ZKey, Agreement] = {}
    paid = _sums(
        query(f"SELECT z.till, z.number, p.method, {_sum('p.amount')}{_sold('receipt_payment')}{_BY} p.method", span)
    )
    rates = f"SELECT z.till, z.number, p.vat_rate, {_sum('p.vat')}, {_sum('p.amount')}, COUNT(*){_sold('receipt_line')}"
    sold = query(f"{rates}{_BY} p.vat_rate", span)
    vat = _sums([row[:4] for row in sold])
    lines = _sums([(*row[:3], row[4]) for row in sold])
    leaning = _leaning(sold)
    rounding = _sums(
        query(
            f"SELECT z.till, z.number, '', {_sum('r.rounding')} FROM z_report z CROSS JOIN receipt r"
            f" WHERE {_OWN}{_BY} z.company",
            span,
        )
    )
    odd = _sums(
        query(
            f"SELECT z.till, z.number, '', COUNT(*){_sold('receipt_line')} AND {_odd(tolerance)}{_BY} z.company", span
        )
    )
    stored_vat = _sums(query(_stored("z_vat", "rate", "vat"), span))
    stored_sales = _sums(query(_stored("z_vat", "rate", "sales"), span))
    stored_paid = _sums(query(_stored("z_method", "method", "amount"), span))
    heads = query(f"SELECT z.till, z.number, z.rounding FROM z_report z WHERE {_SPAN}", span)
    for till, number, stored_rounding in heads:
        if (own := number_of(number)) is None:
            continue
        key = (str(till), own)
        one = found[key] = Agreement(sum(vat.get(key, {}).values()), sum(paid.get(key, {}).values()))
        rounded = rounding.get(key, {}).get("", 0)
        one.leaning += leaning.get(key, [])
        one.wrong += _differences("moms", "z_vat", stored_vat.get(key, {}), vat.get(key, {}))
        one.wrong += _differences("försäljning", "z_vat", stored_sales.get(key, {}), lines.get(key, {}))
        one.wrong += _differences("betalsätt", "z_method", stored_paid.get(key, {}), paid.get(key, {}))
        if strange := odd.get(key, {}).get(""):
            one.wrong.append(f"momsen på {strange} kvittorader")
        if _whole(stored_rounding) != rounded:
            one.wrong.append("öresavrundningen")
        if sum(lines.get(key, {}).values()) + rounded != one.paid:
            one.wrong.append("rader och betalningar")
    return found


def _leaning(sold: list[tuple[object, ...]]) -> dict[ZKey, list[Problem]]:
    """The VAT of each Z report and rate that is off by more than an öre a line: no way of rounding to the öre, not even
    always downwards, makes so much. A line that is off by more than some öre is told of by itself (B30)."""
    found: dict[ZKey, list[Problem]] = {}
    for till, number, *values in sold:
        own, (rate, vat, amount, lines) = number_of(number), map(_whole, values)
        off = abs(vat * (100 + rate) - amount * rate)
        if own is None or not rate or lines < LEANS_FROM or off <= lines * (100 + rate):
            continue
        problem = catalogue.VAT_LEANS.problem(
            item=f"Z {own} kassa {till}",
            lines=lines,
            rate=rate,
            vat=kronor(vat),
            expected=kronor(round(amount * rate / (100 + rate))),
        )
        found.setdefault((str(till), own), []).append(problem)
    return found


_BY = " GROUP BY z.till, z.number,"


def _sum(amount: str) -> str:
    return f"SUM({AMOUNT.format(amount)})"


def _sold(part: str) -> str:
    return _SOLD.format(part=part)


def _stored(table: str, name: str, amount: str) -> str:
    return (
        f"SELECT z.till, z.number, p.{name}, p.{amount} FROM z_report z JOIN {table} p"
        f" ON p.company=z.company AND p.till=z.till AND p.z_number=z.number WHERE {_SPAN}"
    )


def _sums(rows: list[tuple[object, ...]]) -> dict[ZKey, dict[str, Ore]]:
    found: dict[ZKey, dict[str, Ore]] = {}
    for till, number, name, amount in rows:
        if (own := number_of(number)) is not None:
            found.setdefault((str(till), own), {})[str(name)] = _whole(amount)
    return found


def _whole(value: object) -> Ore:
    """An amount; one that cannot be read is told of by the reading itself, and here differs from everything."""
    found = whole_number(value or 0)
    return -(10**15) if found is None else found


def _differences(what: str, table: str, stored: dict[str, Ore], summed: dict[str, Ore]) -> list[str]:
    if not stored and summed:
        return [f"{what} (tabellen {table} är tom)"]
    names = sorted(stored.keys() | summed.keys())
    return [f"{what} {name}" for name in names if stored.get(name, 0) != summed.get(name, 0)]
