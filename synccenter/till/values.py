"""Values of the till's database, read strictly: what is not what the contract says is an error and never a guess."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import CashKind, LineKind, PaymentKind, ReceiptState
from synccenter.core.database import Row
from synccenter.till.table import Column, Table

E = TypeVar("E", bound=Enum)

BATCH = 1000
"""Most numbers in one IN list."""


ENUMS: dict[tuple[str, str], type[Enum]] = {
    ("receipt", "state"): ReceiptState,
    ("receipt_line", "kind"): LineKind,
    ("payment_method", "kind"): PaymentKind,
    ("cash_movement", "kind"): CashKind,
}
"""The columns whose text is one of a few words."""


class Unreadable(Struct, frozen=True):
    """A receipt or Z report with a value that cannot be understood. It waits; all others go on."""

    till: str
    number: int
    problem: Problem

    @classmethod
    def of(cls, what: str, till: str, number: int, error: SyncError) -> Unreadable:
        """Set aside because of an error; `what` is Kvitto or Z."""
        return cls(till, number, msgspec.structs.replace(error.problem, item=f"{what} {till}-{number}"))


class _Wrong(ValueError):
    """A value that is not what its column promises."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


def integer(value: Any) -> int:
    """A whole number; a float never is one, since money must not have passed through a float."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    raise _Wrong("ett heltal")


def between(least: int, most: int, value: Any) -> int:
    """A whole number that is no less and no more than these."""
    found = integer(value)
    if least <= found <= most:
        return found
    raise _Wrong(f"ett heltal från {least} till {most}")


def boolean(value: Any) -> bool:
    """0 or 1."""
    if value in {0, 1}:
        return bool(value)
    raise _Wrong("0 eller 1")


def text(value: Any) -> str:
    """Text; a missing value is empty text, and a number where text is promised is its digits."""
    if value is None:
        return ""
    if isinstance(value, str | int):
        return str(value)
    raise _Wrong("text")


def moment(value: Any, zone: tzinfo) -> datetime:
    """An aware time in the shop's zone; a time without offset is the shop's own."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise _Wrong("en tid som 2026-04-01T14:30:00") from error
    if not isinstance(value, datetime):
        raise _Wrong("en tid som 2026-04-01T14:30:00")
    return value.astimezone(zone) if value.tzinfo else value.replace(tzinfo=zone)


def day(value: Any) -> date:
    """A date."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _Wrong("ett datum som 2026-04-01") from error


def one_of(kind: type[E], value: Any) -> E:
    """A member of an enumeration by its value."""
    try:
        return kind(value)
    except ValueError as error:
        raise _Wrong("något av " + ", ".join(str(member.value) for member in kind)) from error


def whole_number(value: Any) -> int | None:
    """A whole number, or None when it is none."""
    try:
        return integer(value)
    except _Wrong:
        return None


def date_of(value: Any, zone: tzinfo) -> date | None:
    """The shop's date of a time, or None when it is none."""
    try:
        return moment(value, zone).date()
    except _Wrong:
        return None


def number_of(table: Table, value: Any) -> int:
    """The number in a key. Raises SyncError (K04): without its number a row cannot even be set aside."""
    found = whole_number(value)
    if found is None:
        raise catalogue.TILL_VALUE.error(table=table.name, column="number", value=value, wanted="ett heltal")
    return found


class Reading:
    """Reads rows of one table, and knows which column it was when a value is wrong."""

    def __init__(self, table: Table, zone: tzinfo) -> None:
        self.table = table
        self.columns = tuple(column for column in table.columns if column.name != "company")
        self.names = ", ".join(column.name for column in self.columns)
        self._decoders = [_decoder(column, zone, ENUMS.get((table.name, column.name))) for column in self.columns]

    def wrong(self, row: Row) -> dict[str, Problem]:
        """What is wrong with the row, by column."""
        problems = {}
        for column, decode, value in zip(self.columns, self._decoders, row, strict=True):
            try:
                decode(value)
            except _Wrong as error:
                problems[column.name] = catalogue.TILL_VALUE.problem(
                    table=self.table.name, column=column.name, value=value, wanted=error.wanted
                )
        return problems

    def values(self, row: Row) -> list[Any]:
        """The row's values as Python values. Raises SyncError (K04) for the first that is wrong."""
        try:
            return [decode(value) for decode, value in zip(self._decoders, row, strict=True)]
        except _Wrong:
            raise SyncError(next(iter(self.wrong(row).values()))) from None


def _decoder(column: Column, zone: tzinfo, enum: type[Enum] | None) -> Callable[[Any], Any]:
    plain: dict[str, Callable[[Any], Any]] = {
        "integer": integer,
        "boolean": boolean,
        "text": text,
        "date": day,
        "datetime": lambda value: moment(value, zone),
    }
    decode = plain[column.type] if enum is None else partial(one_of, enum)
    if column.least is not None and column.most is not None:
        decode = partial(between, column.least, column.most)
    return (lambda value: None if value is None else decode(value)) if column.nullable else decode


def spans(column: str, numbers: Sequence[int]) -> Iterator[tuple[str, set[int]]]:
    """SQL conditions that together hold all numbers, with the numbers meant by each.

    Numbers that lie close are read as a span, which every database does fastest; the rest by list.
    """
    ordered = sorted({int(number) for number in numbers})
    for start in range(0, len(ordered), BATCH):
        part = ordered[start : start + BATCH]
        if part[-1] - part[0] < 2 * len(part):
            yield f"{column} BETWEEN {part[0]} AND {part[-1]}", set(part)
        else:
            yield f"{column} IN ({','.join(map(str, part))})", set(part)
