"""Whether a Z report agrees with its own receipts, for the proof: VAT, payment methods, rounding, lines. Reads only.

Summed by the database, like the rest of the proof. A total of a Z report that the till does not give (an empty
`z_vat` or `z_method`) is not compared.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from msgspec import Struct, field

from synccenter.contract.model import Ore
from synccenter.till.facts import Facts

ZKey: TypeAlias = tuple[str, int]
"""Till and Z number."""


class Agreement(Struct):
    """What the receipts of one Z report sum to, and where the stored totals say something else."""

    vat: Ore = 0
    paid: Ore = 0
    wrong: list[str] = field(default_factory=list)


_SPAN = "z.company=:company AND z.business_date BETWEEN :a AND :b"
_OWN = f"{_SPAN} AND r.company=z.company AND r.till=z.till AND r.z_number=z.number AND r.state='finished'"
# CROSS JOIN tells SQLite the order (see facts.py): the Z reports of the days, their receipts, and the parts of those.
_SOLD = (
    f" FROM z_report z CROSS JOIN receipt r CROSS JOIN {{part}} p WHERE {_OWN}"
    " AND p.company=r.company AND p.till=r.till AND p.receipt=r.number"
)


def agreements(facts: Facts, first: date, last: date) -> dict[ZKey, Agreement]:
    """By till and Z number, for the Z reports of some days."""
    span = {"company": facts.company, "a": first.isoformat(), "b": last.isoformat()}
    query = facts.database.query
    found: dict[ZKey, Agreement] = {}
    paid = _sums(
        query(f"SELECT z.till, z.number, p.method, SUM(p.amount){_sold('receipt_payment')}{_BY} p.method", span)
    )
    rates = f"SELECT z.till, z.number, p.vat_rate, SUM(p.vat), SUM(p.amount){_sold('receipt_line')}{_BY} p.vat_rate"
    sold = query(rates, span)
    vat = _sums([row[:4] for row in sold])
    lines = _sums([(*row[:3], row[4]) for row in sold])
    rounding = _sums(
        query(
            "SELECT z.till, z.number, '', SUM(r.rounding) FROM z_report z CROSS JOIN receipt r"
            f" WHERE {_OWN}{_BY} z.company",
            span,
        )
    )
    stored_vat = _sums(query(_stored("z_vat", "rate", "vat"), span))
    stored_paid = _sums(query(_stored("z_method", "method", "amount"), span))
    heads = query(f"SELECT z.till, z.number, z.rounding FROM z_report z WHERE {_SPAN}", span)
    for till, number, stored_rounding in heads:
        key = (str(till), int(number))
        one = found[key] = Agreement(sum(vat.get(key, {}).values()), sum(paid.get(key, {}).values()))
        rounded = rounding.get(key, {}).get("", 0)
        one.wrong += _differences("moms", stored_vat.get(key), vat.get(key, {}))
        one.wrong += _differences("betalsätt", stored_paid.get(key), paid.get(key, {}))
        if _whole(stored_rounding) != rounded:
            one.wrong.append("öresavrundningen")
        if sum(lines.get(key, {}).values()) + rounded != one.paid:
            one.wrong.append("rader och betalningar")
    return found


_BY = " GROUP BY z.till, z.number,"


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
        found.setdefault((str(till), int(str(number))), {})[str(name)] = _whole(amount)
    return found


def _whole(value: object) -> Ore:
    """An amount; one that cannot be read is told of by the reading itself, and here differs from everything."""
    text = str(value or 0)
    return int(text) if text.lstrip("-").isdigit() else -(10**15)


def _differences(what: str, stored: dict[str, Ore] | None, summed: dict[str, Ore]) -> list[str]:
    if not stored:
        return []
    names = sorted(stored.keys() | summed.keys())
    return [f"{what} {name}" for name in names if stored.get(name, 0) != summed.get(name, 0)]
