"""Rows of published pages and tables, whatever wire they come over: OData V3, V4 or SOAP.

A client (`Tables`) gives rows as they came; the readers here make values of them, since the wires differ: a date
is `2026-11-24`, `2026-11-24T00:00:00` or `/Date(…)/`, a decimal is a number or a text. They raise `ValueError`
with a Swedish clause, so that one bad row is named and skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

from connectors.wire.answers import tidy

Row: TypeAlias = dict[str, Any]
Value: TypeAlias = str | int | bool | Decimal | date


class Field(Struct, frozen=True):
    """A field of a page. `length` is its greatest number of characters, 0 when the server does not tell."""

    name: str
    kind: str = "Edm.String"
    length: int = 0


class Service(Struct, frozen=True):
    """A published page. `lines` is the service of its sub-page, reached by `lines_name`."""

    name: str
    fields: Mapping[str, Field]
    key: tuple[str, ...] = ()
    lines_name: str = ""
    lines: Service | None = None


class Where(Struct, frozen=True):
    """A condition. `op` is eq, ge, gt or le; a tuple of texts means any of them (eq). Conditions are and-ed."""

    field: str
    op: str
    value: Value | tuple[str, ...]


class Tables(Protocol):
    """A client that reads and writes published pages."""

    def names(self) -> Sequence[str]:
        """What is published, as far as the server tells."""
        ...

    def service(self, name: str) -> Service | None:
        """A published page with its fields; None when there is none of that name."""
        ...

    def pages(
        self, service: Service, where: Sequence[Where] = (), *, fields: Sequence[str] = (), last_by: str = ""
    ) -> Iterator[list[Row]]:
        """Rows, page by page; only the one with the greatest `last_by` when that is given."""
        ...

    def create(self, service: Service, values: Row) -> Row:
        """A new row; the row as it became."""
        ...

    def create_many(self, service: Service, rows: Sequence[Row]) -> None:
        """New rows. An error after the first of them is uncertain."""
        ...

    def update(self, service: Service, row: Row, values: Row) -> Row:
        """Change a row that was read. When somebody was before us it is read again, once."""
        ...

    def delete(self, service: Service, row: Row) -> None:
        """Take a row away."""
        ...

    def lines(self, service: Service, header: Row) -> list[Row]:
        """The lines of a document, in order."""
        ...

    def all_lines(self, service: Service, like: Row) -> Mapping[str, list[Row]] | None:
        """The lines of all documents of the same sort as `like`, by document; None where only one can be asked for."""
        ...

    def add_lines(self, service: Service, header: Row, rows: Sequence[Row], start: int) -> list[Row]:
        """More lines; `start` is how many there are already. The new ones as they became."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


_NO_DATE = date(1, 1, 1)
_SLASH_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_SIGNS = re.compile(r"[^0-9a-zåäö]+", re.IGNORECASE)


def text(row: Row, name: str) -> str:
    """A text or a code; "" when empty."""
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return tidy(str(value), 250)
    raise ValueError(f"fältet {name} är ingen text")


def decimal(row: Row, name: str) -> Decimal:
    """A number; 0 when empty."""
    value = row.get(name)
    if value is None or value == "":
        return Decimal(0)
    known = isinstance(value, str | int | float | Decimal) and not isinstance(value, bool)
    try:
        number = Decimal(str(value).strip() if known else "?")
    except InvalidOperation:
        raise ValueError(f"fältet {name} är inget tal ({tidy(str(value), 30)})") from None
    # copy_abs: abs() rounds, and overflows for 1E+999999999.
    if not number.is_finite() or number.copy_abs() >= 10**12:
        raise ValueError(f"fältet {name} är orimligt stort")
    return number


def whole(row: Row, name: str) -> int:
    """A whole number."""
    return int(decimal(row, name))


def flag(row: Row, name: str) -> bool:
    """Yes or no; no when empty."""
    value = row.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, str) and value.strip().lower() in {"true", "false", "1", "0", ""}:
        return value.strip().lower() in {"true", "1"}
    raise ValueError(f"fältet {name} är varken ja eller nej")


def day(row: Row, name: str) -> date | None:
    """A date; None for the blank one (0001-01-01)."""
    value = row.get(name)
    if value is None or value == "":
        return None
    slashed = _SLASH_DATE.fullmatch(value) if isinstance(value, str) else None
    try:
        if slashed:
            found = datetime.fromtimestamp(int(slashed[1]) / 1000, UTC).date()
        else:
            found = date.fromisoformat(str(value)[:10])
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"fältet {name} är inget datum ({tidy(str(value), 30)})") from None
    return None if found <= _NO_DATE else found


def option(row: Row, name: str) -> str:
    """An option's value without blanks and signs, in lower case: `G/L Account` and `G_L_Account` are `glaccount`.

    The blank option (`_blank_`, `_x0020_`, a blank) is "".
    """
    value = text(row, name)
    plain = _SIGNS.sub("", re.sub(r"_x[0-9A-Fa-f]{4}_", "", value)).lower()
    return "" if plain == "blank" else plain
