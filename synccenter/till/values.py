"""Values of the till's database, read strictly: what is not what the contract says is an error and never a guess.

SQLite keeps what it is given whatever the column says, and a view gives what it computes: so every value is looked
at, and a wrong one costs its own row.
"""

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

MOST = 10**15 - 1
"""The largest whole number that is believed, in öre ten thousand milliards of kronor: sums of it fit everywhere."""

FRACTION = "({column} BETWEEN 1 AND " + str(MOST) + " AND {column}<>CAST({column} AS bigint))"
"""SQL: a number that is not whole. It sorts among the whole ones and equals none of them."""

YEARS = range(2000, 2100)
"""The years that a sale can be from. A clock that shows another has not been set."""

ENUMS: dict[tuple[str, str], type[Enum]] = {
    ("receipt", "state"): ReceiptState,
    ("receipt_line", "kind"): LineKind,
    ("payment_method", "kind"): PaymentKind,
    ("cash_movement", "kind"): CashKind,
}
"""The columns whose text is one of a few words."""

NUMBERS = frozenset({"number", "receipt", "z_number", "order_number", "sequence"})
"""The whole numbers that name something: 1 or more."""

_WAITS = {
    "company": "Inget skickas förrän det är rättat; kassan går att använda som vanligt.",
    "till": "Det som hänger på raden väntar; allt annat skickas.",
    "payment_method": "Kvitton med betalsättet väntar; allt annat skickas.",
    "article_group": "Kvitton med varugruppen väntar; allt annat skickas.",
    "receipt": "Kvittot väntar; allt annat skickas.",
    "receipt_line": "Kvittot väntar; allt annat skickas.",
    "receipt_payment": "Kvittot väntar; allt annat skickas.",
    "z_report": "Z-rapporten väntar; allt annat skickas.",
    "z_vat": "Z-rapporten väntar; allt annat skickas.",
    "z_method": "Z-rapporten väntar; allt annat skickas.",
    "cash_movement": "Kassarörelsen och dess Z-rapport väntar; allt annat skickas.",
    "customer_order": "Ordern väntar; allt annat skickas.",
    "customer_order_line": "Ordern väntar; allt annat skickas.",
    "customer_change": "Kundändringen väntar; allt annat skickas.",
}
_ELSE = "Raden används inte; allt annat går som vanligt."


class Unreadable(Struct, frozen=True):
    """A numbered thing (receipt, Z report, order …) that cannot be understood. It waits; all others go on."""

    till: str
    number: int
    problem: Problem

    @classmethod
    def of(cls, what: str, till: str, number: int, error: SyncError) -> Unreadable:
        """Set aside because of an error; `what` is Kvitto or Z."""
        return cls(till, number, named(error.problem, f"{what} {till}-{number}"))


class _Wrong(ValueError):
    """A value that is not what its column promises."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


def integer(value: Any) -> int:
    """A whole number; a float never is one, since money must not have passed through a float."""
    if isinstance(value, int) and -MOST <= value <= MOST:
        return int(value)
    # Compared, and not made absolute first: that rounds, and overflows for 1E+999999999.
    if isinstance(value, Decimal) and value.is_finite() and -MOST <= value <= MOST and value == int(value):
        return int(value)
    raise _Wrong("ett heltal med högst 15 siffror" if isinstance(value, int) else "ett heltal")


def name_number(value: Any) -> int:
    """A whole number that names something."""
    found = integer(value)
    if found < 1:
        raise _Wrong("ett nummer från 1 och uppåt")
    return found


def between(least: int, most: int, value: Any) -> int:
    """A whole number that is no less and no more than these."""
    found = integer(value)
    if least <= found <= most:
        return found
    raise _Wrong(f"ett heltal från {least} till {most}")


def boolean(value: Any) -> bool:
    """0 or 1."""
    if isinstance(value, int | Decimal) and value in {0, 1}:
        return bool(value)
    raise _Wrong("0 eller 1")


def text(value: Any) -> str:
    """Text; a missing value is empty text, and a number where text is promised is its digits."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        raise _Wrong("text i UTF-8")
    if not isinstance(value, str | int):
        raise _Wrong("text")
    if "\0" in (found := str(value)):  # PostgreSQL and XML can hold no such text
        raise _Wrong("text utan nolltecken")
    return found


def word(value: Any) -> str:
    """Text that must be there."""
    if value is None:
        raise _Wrong("text")
    return text(value)


def moment(value: Any, zone: tzinfo) -> datetime:
    """An aware time in the shop's zone; a time without offset is the shop's own."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(found, datetime) and found.year in YEARS:
            return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        pass
    raise _Wrong(f"en tid som 2026-04-01T14:30:00 (år {YEARS[0]}–{YEARS[-1]})")


def day(value: Any) -> date:
    """A date."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        found = None
    if isinstance(found, datetime):
        found = found.date()
    if isinstance(found, date) and found.year in YEARS:
        return found
    raise _Wrong(f"ett datum som 2026-04-01 (år {YEARS[0]}–{YEARS[-1]})")


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


def number_of(value: Any) -> int | None:
    """The number in a key, or None when it is none."""
    try:
        return name_number(value)
    except _Wrong:
        return None


def date_of(value: Any, zone: tzinfo) -> date | None:
    """The shop's date of a time, or None when it is none."""
    try:
        return moment(value, zone).date()
    except _Wrong:
        return None


def shown(value: Any) -> str:
    """A value as a sentence can hold it: short, on one line, with bytes that are no text made visible."""
    if value is None:
        return "NULL"
    found = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    found = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in found[:61])
    return f"{found[:60]}…" if len(found) > 60 else found


def named(problem: Problem, item: str) -> Problem:
    """The problem as that of a thing."""
    return msgspec.structs.replace(problem, item=item)


class Reading:
    """Reads rows of one table, and knows which row and column it was when a value is wrong."""

    def __init__(self, table: Table, zone: tzinfo, *, whole: bool = False) -> None:
        """`whole`: the company too, which else is asked for and not read."""
        self.table = table
        self.columns = tuple(column for column in table.columns if whole or column.name != "company")
        self.names = ", ".join(column.name for column in self.columns)
        self._decoders = [_decoder(column, zone, table) for column in self.columns]
        names = [column.name for column in self.columns]
        self._key = [(name, names.index(name)) for name in table.key if name in names]

    def row_name(self, row: Row) -> str:
        """The row's key: `till=1, receipt=8, row=2`."""
        return ", ".join(f"{name}={shown(row[index])}" for name, index in self._key)

    def wrong(self, row: Row) -> dict[str, Problem]:
        """What is wrong with the row, by column."""
        problems = {}
        for column, decode, value in zip(self.columns, self._decoders, row, strict=True):
            try:
                decode(value)
            except _Wrong as error:
                problems[column.name] = self._problem(row, column.name, value, error.wanted)
        return problems

    def values(self, row: Row) -> list[Any]:
        """The row's values as Python values. Raises SyncError (K04) for the first that is wrong."""
        try:
            return [decode(value) for decode, value in zip(self._decoders, row, strict=True)]
        except _Wrong:
            raise SyncError(next(iter(self.wrong(row).values()))) from None

    def all_values(self, rows: Sequence[Row]) -> list[list[Any]]:
        """Rows that belong together. Raises K04, and D20 when two of them have the same key."""
        found = [self.values(row) for row in rows]
        self.check_once(rows)
        return found

    def check_once(self, rows: Sequence[Row]) -> None:
        """Raises D20 when two rows have the same key: a view without one may give a row twice."""
        if len(rows) < 2:
            return
        seen = set()
        for row in rows:
            key = tuple(row[index] for _, index in self._key)
            if key in seen:
                raise self.twice(row)
            seen.add(key)

    def twice(self, row: Row) -> SyncError:
        """D20 for a row whose key another has too."""
        then = _WAITS.get(self.table.name, _ELSE)
        return catalogue.TILL_ROW_TWICE.error(table=self.table.name, row=self.row_name(row), then=then)

    def _problem(self, row: Row, column: str, value: Any, wanted: str) -> Problem:
        return catalogue.TILL_VALUE.problem(
            table=self.table.name,
            column=column,
            value=shown(value),
            wanted=wanted,
            row=self.row_name(row),
            then=_WAITS.get(self.table.name, _ELSE),
        )


def _decoder(column: Column, zone: tzinfo, table: Table) -> Callable[[Any], Any]:
    enum = ENUMS.get((table.name, column.name))
    plain: dict[str, Callable[[Any], Any]] = {
        "integer": name_number if column.name in NUMBERS else integer,
        "boolean": boolean,
        "text": word if column.default is None else text,
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
