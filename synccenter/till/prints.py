"""The print of a receipt, a Z report or a cash movement: changes whenever anything does that a posting comes from.

What does not change what is booked stands outside: the receipt's state and its Z report (both are told of by
themselves), texts and the cashier. Reads only, as the rows lie: a value that cannot be read has its print too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from synccenter.till.sales import Sales

_OF_TILL = "company=:company AND till=:till"
_RECEIPT = (
    "SELECT number, at, customer, rounding, return_till, return_number"
    f" FROM receipt WHERE {_OF_TILL} AND number BETWEEN :first AND :last ORDER BY number"
)
_LINES = (
    "SELECT receipt, row, kind, article, group_code, quantity, amount, vat_rate, vat, discount"
    f" FROM receipt_line WHERE {_OF_TILL} AND receipt BETWEEN :first AND :last ORDER BY receipt, row"
)
_PAYMENTS = (
    "SELECT receipt, row, method, amount"
    f" FROM receipt_payment WHERE {_OF_TILL} AND receipt BETWEEN :first AND :last ORDER BY receipt, row"
)


class ZPrint(NamedTuple):
    """A Z report's print, and that of each of its cash movements by number."""

    number: int
    report: str
    cash: dict[str, str]


def receipt_prints(sales: Sales, till: str, first: int, last: int) -> Iterator[tuple[int, str]]:
    """(number, print) of the receipts between two numbers, in number order."""
    span = {"company": sales.company, "till": till, "first": first, "last": last}
    lines = _Following(sales.database.stream(_LINES, span))
    payments = _Following(sales.database.stream(_PAYMENTS, span))
    for head in sales.database.stream(_RECEIPT, span):
        yield head[0], _print(head, *lines.of(head[0]), *payments.of(head[0]))


def z_prints(sales: Sales, till: str, first: int, last: int) -> Iterator[ZPrint]:
    """The prints of the Z reports between two numbers, in number order."""
    span = {"company": sales.company, "till": till, "first": first, "last": last}
    heads = (
        "SELECT number, business_date, total, rounding FROM z_report"
        f" WHERE {_OF_TILL} AND number BETWEEN :first AND :last ORDER BY number"
    )
    moved = (
        "SELECT z_number, number, kind, amount, reason, expected FROM cash_movement"
        f" WHERE {_OF_TILL} AND z_number BETWEEN :first AND :last ORDER BY z_number, number"
    )
    cash = _Following(sales.database.stream(moved, span))
    for head in sales.database.stream(heads, span):
        yield ZPrint(head[0], _print(head), {str(row[1]): _print(row[1:]) for row in cash.of(head[0])})


class _Following:
    """The rows that belong to each number, from a stream in number order."""

    def __init__(self, rows: Iterable[tuple[object, ...]]) -> None:
        self._groups = groupby(rows, key=lambda row: row[0])
        self._next = next(self._groups, None)
        self._rows: list[tuple[object, ...]] = []

    def of(self, number: object) -> list[tuple[object, ...]]:
        """Those of a number; those of earlier numbers, which have no head, are passed."""
        while self._next is not None and _before(self._next[0], number):
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != number:
            return []
        rows = list(self._next[1])
        self._next = next(self._groups, None)
        return rows


def _before(one: object, other: object) -> bool:
    return isinstance(one, int) and isinstance(other, int) and one < other


def _print(*rows: tuple[object, ...]) -> str:
    return hashlib.blake2b(repr([tuple(row) for row in rows]).encode("utf-8", "replace"), digest_size=8).hexdigest()
