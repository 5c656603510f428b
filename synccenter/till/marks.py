"""What a till's last receipts and Z reports are recognised by: number and time of sale. Reads only.

A receipt's time never changes, whatever becomes of it afterwards, so two databases that have the same numbers with
the same times are the same till; a till put back from a copy, or replaced, has other times under used numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from synccenter.till.facts import AMOUNT
from synccenter.till.sales import Sales
from synccenter.till.values import MOST, number_of, spans

What = Literal["receipt", "z_report", "customer_order"]
Marks = Mapping[int, str]
"""Number -> time of sale, as the till wrote it."""


def newest(sales: Sales, what: What, till: str, limit: int) -> dict[int, str]:
    """The marks of the newest receipts (finished ones), Z reports or orders of a till."""
    finished = " AND state='finished'" if what == "receipt" else ""
    select = f"SELECT number, at FROM {what} WHERE company=:company AND till=:till{finished} ORDER BY number DESC"
    dialect = sales.database.dialect
    rows = sales.database.query(dialect.first(select, limit), {"company": sales.company, "till": till})
    return {number: at for number, at in _marks(rows).items() if at}


def present(sales: Sales, what: What, till: str, numbers: Sequence[int]) -> dict[int, str]:
    """The marks that the till has now under some numbers; those that do not exist are left out, "" cannot be read."""
    found: dict[int, str] = {}
    for condition, wanted in spans("number", numbers):
        sql = f"SELECT number, at FROM {what} WHERE company=:company AND till=:till AND {condition}"
        rows = sales.database.query(sql, {"company": sales.company, "till": till})
        found |= {number: at for number, at in _marks(rows).items() if number in wanted}
    return found


def tills_with_receipts(sales: Sales) -> list[str]:
    """Every till that has a receipt or a Z report, whether or not it stands among the tills."""
    sql = "SELECT till FROM receipt WHERE company=:company UNION SELECT till FROM z_report WHERE company=:company"
    return sorted(str(row[0]) for row in sales.database.query(sql, {"company": sales.company}))


def unsent(sales: Sales, till: str, after: int) -> tuple[int, int]:
    """(how many finished receipts after a number, their sum in öre)."""
    sql = (
        f"SELECT COUNT(DISTINCT r.number), COALESCE(SUM({AMOUNT.format('p.amount')}), 0) FROM receipt r"
        " LEFT JOIN receipt_payment p"
        " ON p.company=r.company AND p.till=r.till AND p.receipt=r.number"
        " WHERE r.company=:company AND r.till=:till AND r.number>:after AND r.state='finished'"
    )
    row = sales.database.query(sql, {"company": sales.company, "till": till, "after": after})[0]
    return int(row[0]), int(row[1])


def dated_before(sales: Sales, till: str, first: int, last: int, day: date) -> list[int]:
    """Finished receipts between two numbers whose written date is before a day, at most a thousand of them."""
    select = (
        "SELECT number FROM receipt WHERE company=:company AND till=:till AND number BETWEEN :first AND :last"
        " AND state='finished' AND at<:day ORDER BY number"
    )
    values = {"company": sales.company, "till": till, "first": first, "last": last, "day": day.isoformat()}
    rows = sales.database.query(sales.database.dialect.first(select, 1000), values)
    return [row[0] for row in rows if isinstance(row[0], int)]


def changed_since(sales: Sales, place: int, latest: str) -> int:
    """The first number up to a place under which a customer was changed later than a time; 0 when there is none."""
    sql = "SELECT MIN(sequence) FROM customer_change WHERE company=:company AND sequence<=:place AND at>:latest"
    values = {"company": sales.company, "place": place, "latest": latest}
    return number_of(sales.database.query(f"{sql} AND at<'3'", values)[0][0]) or 0


def latest_change(sales: Sales, place: int) -> str:
    """The latest time of a changed customer up to a number, as the till wrote it; "" when there is none."""
    sql = "SELECT MAX(at) FROM customer_change WHERE company=:company AND sequence<=:place AND at<'3'"
    return str(sales.database.query(sql, {"company": sales.company, "place": place})[0][0] or "")


def _marks(rows: Iterable[Sequence[object]]) -> dict[int, str]:
    """What is no number is somebody else's to tell about; a time that cannot be read is ""."""
    return {
        number: str(at) if _WRITTEN.match(str(at)) else "" for key, at in rows if (number := number_of(key)) is not None
    }


_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", re.ASCII)


def first_number(sales: Sales, till: str) -> int:
    """The lowest receipt number of a till, 0 when it has none."""
    sql = f"SELECT MIN(number) FROM receipt WHERE company=:company AND till=:till AND number BETWEEN 1 AND {MOST}"
    return int(sales.database.query(sql, {"company": sales.company, "till": till})[0][0] or 0)
