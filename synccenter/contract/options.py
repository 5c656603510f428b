"""Declared options: one declaration draws the file, the command line and the window."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from msgspec import Struct


class Kind(Enum):
    """The kind of value an option holds; decides parsing, validation and the field in the window."""

    TEXT = "text"  # str
    CHOICE = "choice"  # str, one of `choices`
    NUMBER = "number"  # int
    SWITCH = "switch"  # bool
    ACCOUNT = "account"  # int, an account number 1000-9999 (or longer); 0: none
    DATE = "date"  # datetime.date, or None
    FILE = "file"  # str, a path to a file; "" for none
    FOLDER = "folder"  # str, a path to a folder; "" for the default
    ADDRESSES = "addresses"  # tuple[str, ...] of e-mail addresses
    TIMES = "times"  # tuple[str, ...] of "hh:mm"
    URL = "url"  # str
    SECRET = "secret"  # noqa: S105 - a kind, not a secret; never in the file: lives in the keychain under the option's full name
    TABLE = "table"  # tuple[dict, ...]: rows with the columns declared in `columns`


class Column(Struct, frozen=True):
    """A column of a TABLE option."""

    name: str
    label: str
    kind: Kind
    default: Any = ""
    choices: tuple[tuple[str, str], ...] = ()


class Option(Struct, frozen=True, kw_only=True):
    """A setting. `name` is unique within its section; `check` returns a Swedish sentence or None.

    `choices` are (value, Swedish label). `when` shows the field only if another option of the same section
    has one of the named values.
    """

    name: str
    label: str
    help: str
    kind: Kind = Kind.TEXT
    default: Any = ""
    choices: tuple[tuple[str, str], ...] = ()
    columns: tuple[Column, ...] = ()
    required: bool = False
    least: int | None = None
    most: int | None = None
    check: Callable[[Any], str | None] | None = None
    advanced: bool = False
    when: tuple[str, tuple[str, ...]] | None = None


class BadValue(ValueError):
    """A value that an option does not accept; the text is a Swedish sentence with what to write instead."""


_TRUE = {"ja", "true", "1", "på", "yes", "on"}
_FALSE = {"nej", "false", "0", "av", "no", "off"}
_MAIL = re.compile(r"[^@\s,;<>\"\x00-\x20]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_URL = re.compile(r"https?://[^\s/@]+(?:/[^\s@]*)?", re.IGNORECASE)
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?::00)?", re.ASCII)


def parse(option: Option, value: Any) -> Any:
    """The validated value of an option from a TOML value, or from text as typed by a person.

    Raises `BadValue` with a sentence that says what to write instead.
    """
    kind = option.kind
    if kind is Kind.SWITCH:
        result: Any = _switch(value)
    elif kind in {Kind.NUMBER, Kind.ACCOUNT}:
        result = _number(value)
        if kind is Kind.ACCOUNT and result and not 1000 <= result <= 99_999_999:
            raise BadValue(f"Skriv ett kontonummer med minst fyra siffror, inte ”{value}”.")
    elif kind is Kind.DATE:
        result = _date(value)
    elif kind is Kind.ADDRESSES:
        result = _list(value)
        for address in result:
            if not _MAIL.fullmatch(address):
                raise BadValue(f"”{address}” är ingen e-postadress. Skriv t.ex. butik@foretag.se.")
    elif kind is Kind.TIMES:
        result = tuple(_time(part) for part in _list(value))
    elif kind is Kind.TABLE:
        result = _table(option, value)
    else:
        result = _text(value)
        if kind is Kind.URL and result and not _URL.fullmatch(result):
            raise BadValue(f"Skriv en hel adress, t.ex. https://server.se/sökväg, inte ”{value}”.")
    _limits(option, result)
    return result


def _limits(option: Option, value: Any) -> None:
    nothing = value is None or value in ("", ()) or (option.kind is Kind.ACCOUNT and value == 0)
    if option.required and nothing:
        raise BadValue("Fältet får inte vara tomt.")
    if option.kind is Kind.CHOICE and value not in {key for key, _ in option.choices}:
        allowed = ", ".join(key for key, _ in option.choices)
        raise BadValue(f"”{value}” finns inte. Välj något av: {allowed}.")
    if option.kind is Kind.NUMBER:
        if option.least is not None and value < option.least:
            raise BadValue(f"Skriv ett tal som är minst {option.least}.")
        if option.most is not None and value > option.most:
            raise BadValue(f"Skriv ett tal som är högst {option.most}.")
    if option.check is not None:
        complaint = option.check(value)
        if complaint:
            raise BadValue(complaint)


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadValue(f"Skriv ja eller nej, inte ”{value}”.")


def _number(value: Any) -> int:
    if isinstance(value, bool):
        raise BadValue("Skriv ett heltal.")
    if isinstance(value, int):
        return value
    text = str(value).strip()
    if not text:
        return 0
    if not re.fullmatch(r"-?\d{1,12}", text):
        raise BadValue(f"Skriv ett heltal, inte ”{value}”.")
    return int(text)


def _date(value: Any) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    text = str(value).strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadValue(f"Skriv datumet som åååå-mm-dd, inte ”{value}”.") from None


def _time(text: str) -> str:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise BadValue(f"Skriv klockslaget som tt:mm, inte ”{text}”.")
    return f"{int(match[1]):02d}:{match[2]}"


def _text(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):  # a number written without quotes in the file
        return str(value)
    if not isinstance(value, str):
        raise BadValue(f"Skriv text, inte {value!r}.")
    text = value.strip()
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise BadValue("Skriv på en rad, utan radbrytning eller andra styrtecken.")
    return text


def _list(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in re.split(r"[,;\n]", value) if part.strip())
    if isinstance(value, time):
        value = [value]
    if isinstance(value, list | tuple) and all(isinstance(part, str | time) for part in value):
        value = [part.isoformat() if isinstance(part, time) else part for part in value]
        return tuple(part.strip() for part in value if part.strip())
    raise BadValue("Skriv en lista med komma emellan.")


def _table(option: Option, value: Any) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list | tuple):
        raise BadValue('Skriv en lista med rader, t.ex. [{method = "KORT", account = 1686}].')
    return tuple(_row(option, number, row) for number, row in enumerate(value, 1))


def _row(option: Option, number: int, row: Any) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise BadValue(f"Rad {number} ska ha fält, t.ex. {{account = 1910}}.")
    known = {column.name for column in option.columns}
    for name in row:
        if name not in known:
            raise BadValue(f"Rad {number}: fältet ”{name}” finns inte. Fälten är {', '.join(sorted(known))}.")
    result = {}
    for column in option.columns:
        field_option = Option(name=column.name, label=column.label, help="", kind=column.kind, choices=column.choices)
        try:
            result[column.name] = parse(field_option, row.get(column.name, column.default))
        except BadValue as bad:
            raise BadValue(f"Rad {number}, {column.label}: {bad}") from None
    return result
