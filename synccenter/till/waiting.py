"""What the till has sold that is not handed over yet, by what it will land on. Reads only; summed by the database."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from synccenter.contract.model import Ore
from synccenter.core.database import Row
from synccenter.till.facts import Facts

_MOST = 10**15
"""An amount beyond this is no amount: its own receipt tells."""


class Use(NamedTuple):
    """So many receipts, and what they come to."""

    receipts: int
    amount: Ore


class Sold(NamedTuple):
    """A kind of line: `kind` as the till writes it."""

    kind: str
    rate: int
    group: str


class After(NamedTuple):
    """Where a till has been read to: receipts after a number, or (with `z`) those no Z report up to it has closed."""

    till: str
    receipt: int
    z: int | None = None


def payments(facts: Facts, after: After) -> dict[str, Use]:
    """By payment method."""
    rows = _rows(facts, after, "receipt_payment", "p.method")
    return {str(method): _use(count, amount) for method, count, amount in rows}


def lines(facts: Facts, after: After) -> dict[Sold, Use]:
    """By kind, VAT rate and article group."""
    rows = _rows(facts, after, "receipt_line", "p.kind, p.vat_rate, p.group_code")
    return {
        Sold(str(kind), rate, str(group)): _use(count, amount)
        for kind, rate, group, count, amount in rows
        if isinstance(rate, int)
    }


def lines_by_article(facts: Facts, after: After) -> dict[tuple[Sold, str], Use]:
    """As `lines`, and by the article that they carry; "" for none."""
    rows = _rows(facts, after, "receipt_line", "p.kind, p.vat_rate, p.group_code, p.article")
    return {
        (Sold(str(kind), rate, str(group)), str(article)): _use(count, amount)
        for kind, rate, group, article, count, amount in rows
        if isinstance(rate, int)
    }


def rounded(facts: Facts, after: After) -> Use:
    """Those of them that were rounded."""
    where, values = _where(facts, after)
    select = (
        f"SELECT COUNT(DISTINCT r.number), SUM(p.amount) FROM receipt r CROSS JOIN receipt_payment p WHERE {where}"
        " AND r.rounding<>0 AND p.company=r.company AND p.till=r.till AND p.receipt=r.number"
    )
    count, amount = facts.database.query(select, values)[0]
    return _use(count, amount or 0)


def given_back(facts: Facts, after: After) -> dict[str, Use]:
    """By payment method, what went the other way than the sale did: 100 kr in cash on 500 kr by card for 400 kr."""
    where, values = _where(facts, after)
    of_receipt = (
        "SELECT SUM(q.amount) FROM receipt_payment q WHERE q.company=r.company AND q.till=r.till AND q.receipt=r.number"
    )
    select = (
        "SELECT p.method, COUNT(DISTINCT r.number), SUM(p.amount) FROM receipt r CROSS JOIN receipt_payment p"
        f" CROSS JOIN payment_method m WHERE {where} AND p.company=r.company AND p.till=r.till AND p.receipt=r.number"
        " AND m.company=p.company AND m.code=p.method AND m.kind NOT IN ('invoice', 'single_purpose')"
        f" AND ({of_receipt}) * ({of_receipt} AND q.method=p.method) < 0 GROUP BY p.method ORDER BY p.method"
    )
    return {str(method): _use(count, amount) for method, count, amount in facts.database.query(select, values)}


def vouchers_used(facts: Facts, after: After, most: int) -> list[int]:
    """The receipts that were paid with an enfunktionsvoucher; at most so many."""
    where, values = _where(facts, after)
    select = (
        "SELECT DISTINCT r.number FROM receipt r CROSS JOIN receipt_payment p CROSS JOIN payment_method m"
        f" WHERE {where} AND p.company=r.company AND p.till=r.till AND p.receipt=r.number AND m.company=p.company"
        " AND m.code=p.method AND m.kind='single_purpose' ORDER BY r.number"
    )
    return [int(number) for (number,) in facts.database.query(facts.database.dialect.first(select, most), values)]


def buyers(facts: Facts, after: After, most: int) -> list[str]:
    """The customers they were sold to by name, by number; at most so many."""
    where, values = _where(facts, after)
    select = f"SELECT DISTINCT r.customer FROM receipt r WHERE {where} AND r.customer<>'' ORDER BY r.customer"
    return [str(number) for (number,) in facts.database.query(facts.database.dialect.first(select, most), values)]


def _rows(facts: Facts, after: After, part: str, by: str) -> list[Row]:
    where, values = _where(facts, after)
    return facts.database.query(
        f"SELECT {by}, COUNT(DISTINCT r.number), SUM(p.amount) FROM receipt r CROSS JOIN {part} p WHERE {where}"
        f" AND p.company=r.company AND p.till=r.till AND p.receipt=r.number GROUP BY {by}",
        values,
    )


def _where(facts: Facts, after: After) -> tuple[str, dict[str, object]]:
    values: dict[str, object] = {"company": facts.company, "till": after.till, "receipt": after.receipt}
    where = "r.company=:company AND r.till=:till AND r.state='finished' AND r.number>:receipt"
    if after.z is not None:
        where += " AND (r.z_number IS NULL OR r.z_number>:z)"
        values["z"] = after.z
    return where, values


def _use(count: int, amount: object) -> Use:
    """An amount that is none is told by its own receipt."""
    if not isinstance(amount, int | Decimal):
        return Use(int(count), 0)
    return Use(int(count), int(amount) if abs(int(amount)) < _MOST else 0)
