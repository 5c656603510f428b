"""Rows of the till's sales that nothing else would meet: without a number, of no till, of no company. Reads only.

A receipt is found by its number, and its rows by the receipt's: a row whose number is text, missing or below 1 is
found by nobody, and neither is one of a till that does not exist. Each question here is a look into the end of an
index, so that all of them together cost a run nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.core.database import Row
from synccenter.till import schema
from synccenter.till.facts import WORDS
from synccenter.till.sales import Sales
from synccenter.till.table import Table
from synccenter.till.values import FRACTION, MOST, Reading, shown

SHOWN = 20
"""Rows of one table that are told one by one."""

_NUMBERED = tuple(table for table in schema.SALES if table.name in WORDS)
"""The tables of sales that are read; `gift_card` is not, so nothing hangs on its rows."""


def strays(sales: Sales, since: date, has_read: Callable[[str], bool]) -> list[Problem]:
    """What cannot be read in the till and belongs to no receipt, Z report, order or change that could wait for it.

    A till that is not among the tills (any more) is a fault only when it has sold something `since` the start date,
    and was never read before: one that was taken away is told by identity.
    """
    found: dict[str, Problem] = {}
    known, companies = [till.id for till in sales.tills()], _companies(sales)
    retired = [till for till in _others(sales, known) if has_read(till) or _sold_last(sales, till) < since.isoformat()]
    for table in _NUMBERED:
        reading = Reading(table, sales.zone)
        if table.key[1] == "till":
            for till in known:
                _numberless(sales, reading, table.key[2], {"company": sales.company, "till": till})
            _homeless(sales, table, "till", [*known, *retired], found)
        else:
            _numberless(sales, reading, table.key[1], {"company": sales.company})
        _homeless(sales, table, "company", companies, found)
    cash = Reading(schema.CASH_MOVEMENT, sales.zone)
    for till in known:
        _numberless(sales, cash, "z_number", {"company": sales.company, "till": till}, fractions=True)
    return [*sales.unread().values(), *sales.aside.values(), *found.values()]


def _others(sales: Sales, known: Sequence[str]) -> list[str]:
    """Tills that have receipts and do not stand among the tills, by a look for each."""
    found: list[str] = []
    sql = "SELECT till FROM receipt WHERE company=:company AND till>:after ORDER BY till"
    after = ""
    while rows := sales.database.query(
        sales.database.dialect.first(sql, 1), {"company": sales.company, "after": after}
    ):
        after = rows[0][0]
        if not isinstance(after, str):
            break  # SQLite sorts what is no text last
        if after not in known:
            found.append(after)
    return found


def _sold_last(sales: Sales, till: str) -> str:
    """The latest time of a till's receipts, as it is written."""
    sql = "SELECT MAX(at) FROM receipt WHERE company=:company AND till=:till"
    return shown(sales.database.query(sql, {"company": sales.company, "till": till})[0][0])


def _numberless(
    sales: Sales, reading: Reading, column: str, within: dict[str, str], *, fractions: bool = False
) -> None:
    """Rows whose number is none. SQLite sorts text and blobs after all numbers, NULL before them.

    `fractions`: those that are not whole as well, where nobody reads through all numbers.
    """
    ends = [f"{column}<1", f"{column}>{MOST}", *([FRACTION.format(column=column)] if fractions else [])]
    if column in reading.table.key:
        ends.append(f"{column} IS NULL")
    where = " AND ".join(f"{name}=:{name}" for name in within)
    for row in _rows(sales, reading, [f"{where} AND {end}" for end in ends], column, within):
        sales.set_aside(reading, row)


def _homeless(sales: Sales, table: Table, column: str, known: Sequence[str], found: dict[str, Problem]) -> None:
    """Rows of a till or a company that the till's database does not have; each such value is told once."""
    reading = Reading(table, sales.zone, whole=True)
    names = {f"k{number}": value for number, value in enumerate(sorted(known))}
    ends = list(names)
    holes = [f"{column}<:{ends[0]}", f"{column}>:{ends[-1]}"] if ends else [f"{column}>''"]
    holes += [f"{column}>:{one} AND {column}<:{other}" for one, other in pairwise(ends)]
    holes.append(f"{column} IS NULL")
    if column == "till":
        holes, names = [f"company=:company AND {hole}" for hole in holes], names | {"company": sales.company}
    for row in _rows(sales, reading, holes, column, names):
        value = shown(row[reading.table.key.index(column)])
        found.setdefault(f"{column}={value}", _homeless_problem(table, column, value, reading.row_name(row)))


def _rows(sales: Sales, reading: Reading, where: Sequence[str], order: str, parameters: dict[str, str]) -> list[Row]:
    """The first rows of each of these places in an index, in one question."""
    select = f"SELECT {reading.names} FROM {reading.table.name} WHERE"
    parts = [sales.database.dialect.first(f"{select} {one} ORDER BY {order}", SHOWN) for one in where]
    parts = [f"SELECT * FROM ({part}) AS p{number}" for number, part in enumerate(parts)]
    return sales.database.query(" UNION ALL ".join(parts), parameters)


def _homeless_problem(table: Table, column: str, value: str, row: str) -> Problem:
    return catalogue.TILL_ROW_HOMELESS.problem(
        item=f"{WORDS[table.name]} {row}", table=table.name, column=column, value=value, row=row
    )


def _companies(sales: Sales) -> list[str]:
    return [row[0] for row in sales.database.query("SELECT company FROM company") if isinstance(row[0], str)]
