"""From what a person wrote to the value of an option, and back: the same rules for file, command line and window.

Several values are written with comma, semicolon or line break between; blanks around them and empty parts do not
count. A blank never parts two values nor joins them: "1910 1911" is no account.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract.database_address import parted
from synccenter.contract.options import Kind, Option, S, options_of


class BadValue(ValueError):
    """A value that an option does not accept; the text is a Swedish sentence with what to write instead."""


_TRUE = {"ja", "true", "1", "på", "yes", "on"}
_FALSE = {"nej", "false", "0", "av", "no", "off"}
_MAIL = re.compile(r"[^@\s,;<>\"\x00-\x20]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_URL = re.compile(r"https?://[^\s/@]+(?:/[^\s@]*)?", re.IGNORECASE)
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)(?::00)?", re.ASCII)
_LAST_MINUTE = 24 * 60 - 1
_TABLE = 'Skriv en lista med rader, t.ex. [{method = "KORT", account = 1686}].'


def parse(option: Option, value: object) -> Any:
    """The validated value of an option from a TOML value, from text as typed by a person, or from such a value.

    Raises `BadValue` with a sentence that says what to write instead.
    """
    if option.kind is Kind.TABLE:
        result: object = _table(option, value)
    elif option.several:
        result = tuple(_item(option, part) for part in split(value))
        if option.kind is Kind.CHOICE:  # in the order they are declared, each once
            result = tuple(_member(option, key) for key, _ in option.choices if _member(option, key) in result)
    else:
        result = _item(option, value)
    _limits(option, result)
    return result


def split(value: object) -> tuple[str, ...]:
    """The parts of a list as written: in one text, as a TOML array, or a single value."""
    if isinstance(value, str):
        return tuple(part.strip() for part in re.split(r"[,;\n]", value) if part.strip())
    if isinstance(value, list | tuple):
        if any(isinstance(part, list | tuple) for part in value):
            raise BadValue("Skriv en lista med komma emellan.")
        return tuple(part for one in value for part in split(one))
    if isinstance(value, Enum):
        return (str(value.value),)
    if isinstance(value, time):
        return (value.isoformat(),)
    if isinstance(value, int) and not isinstance(value, bool):
        return (str(value),)
    raise BadValue("Skriv en lista med komma emellan.")


def decode(record: type[S], document: Mapping[str, object]) -> S:
    """A section's struct from its part of a settings file. Raises BadValue naming the option."""
    return _filled(record, document, lambda option: f"{option.name}: ", "")


def as_text(option: Option, value: object) -> str:
    """A value as it stands in the window and on the command line; `parse` takes it back."""
    if option.kind is Kind.TABLE:
        return "[" + ", ".join(row_text(option, row) for row in value) + "]" if isinstance(value, tuple) else "[]"
    if isinstance(value, tuple):
        return ", ".join(as_text(option, part) for part in value)
    if option.vaulted_as and isinstance(value, str):
        return parted(value)[0]
    if value is None or (option.kind is Kind.ACCOUNT and value == 0):
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return str(value.value if isinstance(value, Enum) else value)


def row_text(option: Option, row: Struct) -> str:
    """A row of a table as TOML, `{method = "KORT", account = 1686}`, without what is left empty."""
    found = [(column, getattr(row, column.attribute)) for column in option.columns]
    told = [(column, value) for column, value in found if as_text(column, value) or value != column.default]
    return "{" + ", ".join(f"{column.name} = {_toml(value)}" for column, value in told) + "}"


def plain(value: object) -> Any:
    """A value as TOML and JSON hold it: rows are tables, and nothing is left out but what is None."""
    return _without_none(msgspec.to_builtins(value, builtin_types=(date,)))


def _without_none(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_without_none(part) for part in value]
    if isinstance(value, dict):
        return {key: _without_none(part) for key, part in value.items() if part is not None}
    return value


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | date):
        return str(value)
    return msgspec.json.encode(plain(value)).decode()  # a text in JSON is a text in TOML


# --- one value -------------------------------------------------------------------------------------------


def _item(option: Option, value: object) -> Any:
    return _PARSERS.get(option.kind, _text)(option, value)


def _switch(_option: Option, value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadValue(f"Skriv ja eller nej, inte ”{value}”.")


def _number(_option: Option, value: object) -> int:
    text = str(value).strip()
    if isinstance(value, bool):
        raise BadValue("Skriv ett heltal.")
    if not text:
        return 0
    if not re.fullmatch(r"-?\d{1,12}", text, re.ASCII):
        raise BadValue(f"Skriv ett heltal, inte ”{value}”.")
    return int(text)


def _account(option: Option, value: object) -> int:
    text = "" if isinstance(value, bool) else str(value).strip()
    if not option.several and (text in {"", "0"}) and not isinstance(value, bool):
        return 0
    if re.fullmatch(r"[1-9]\d{3,7}", text, re.ASCII):
        return int(text)
    if option.several:
        raise BadValue(f"”{value}” är inget kontonummer. Skriv komma mellan kontona, t.ex. 1910, 1911.")
    raise BadValue(f"Skriv ett kontonummer med minst fyra siffror, inte ”{value}”.")


def _date(_option: Option, value: object) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    text = str(value).strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadValue(f"Skriv datumet som åååå-mm-dd, inte ”{value}”.") from None


def _clock(option: Option, value: object) -> str:
    text = value.isoformat() if isinstance(value, time) else str(value).strip()
    if not text:
        return ""
    match = _CLOCK.fullmatch(text)
    minute = int(match[1]) * 60 + int(match[2]) if match else -1
    if match is None or minute > (_LAST_MINUTE if option.most is None else option.most):
        raise BadValue(f"Skriv klockslaget som tt:mm, inte ”{text}”.")
    return f"{int(match[1]):02d}:{match[2]}"


def _text(_option: Option, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):  # a number written without quotes in the file
        return str(value)
    if not isinstance(value, str):
        raise BadValue(f"Skriv text, inte {value!r}.")
    text = value.strip()
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise BadValue("Skriv på en rad, utan radbrytning eller andra styrtecken.")
    return text


def _address(_option: Option, value: object) -> str:
    text = str(value).strip()
    if text and not _MAIL.fullmatch(text):
        raise BadValue(f"”{text}” är ingen e-postadress. Skriv t.ex. butik@foretag.se.")
    return text


def _url(option: Option, value: object) -> str:
    text = _text(option, value)
    if text and not (_URL.fullmatch(text) and _has_place(text)):
        raise BadValue(f"Skriv en hel adress, t.ex. https://server.se/sökväg, inte ”{parted(text)[0]}”.")
    return text


def _has_place(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a bracket that is no IPv6 address, a port that is none
        return False


def _choice(option: Option, value: object) -> object:
    return _member(option, str(value.value) if isinstance(value, Enum) else _text(option, value))


def _member(option: Option, key: str) -> object:
    if key not in {known for known, _ in option.choices}:
        allowed = ", ".join(known for known, _ in option.choices)
        raise BadValue(f"”{key}” finns inte. Välj {'bland' if option.several else 'något av'}: {allowed}.")
    return option.enum(key) if option.enum else key


def _path(option: Option, value: object) -> str:
    """As a person pastes it: Windows' *Kopiera som sökväg* puts it in quotation marks."""
    text = str(_text(option, value)).strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' else text


_PARSERS: Mapping[Kind, Callable[[Option, object], object]] = {
    Kind.SWITCH: _switch,
    Kind.AUTOSTART: _switch,
    Kind.NUMBER: _number,
    Kind.ACCOUNT: _account,
    Kind.DATE: _date,
    Kind.CLOCK: _clock,
    Kind.ADDRESS: _address,
    Kind.URL: _url,
    Kind.CHOICE: _choice,
    Kind.FILE: _path,
    Kind.FOLDER: _path,
}
"""The kinds that are more than a text."""


def _limits(option: Option, value: Any) -> None:
    nothing = value is None or value in ("", ()) or (option.kind is Kind.ACCOUNT and value == 0)
    if option.required and nothing:
        raise BadValue("Fältet får inte vara tomt.")
    if option.kind is Kind.NUMBER:
        for one in value if option.several else (value,):
            if option.least is not None and one < option.least:
                raise BadValue(f"Skriv ett tal som är minst {option.least}.")
            if option.most is not None and one > option.most:
                raise BadValue(f"Skriv ett tal som är högst {option.most}.")
    if option.check is not None:
        complaint = option.check(value)
        if complaint:
            raise BadValue(complaint)


# --- rows ------------------------------------------------------------------------------------------------


def _table(option: Option, value: object) -> tuple[Struct, ...]:
    if isinstance(value, str):
        try:
            value = tomllib.loads(f"x = {value.strip() or '[]'}")["x"]
        except (ValueError, OverflowError, RecursionError):  # TOMLDecodeError is a ValueError
            raise BadValue(_TABLE) from None
    if not isinstance(value, list | tuple):
        raise BadValue(_TABLE)
    return tuple(_row(option, number, row) for number, row in enumerate(value, 1))


def _row(option: Option, number: int, row: object) -> Struct:
    if option.row is None:
        raise TypeError(f"{option.name} is no table")
    if isinstance(row, Struct):
        row = plain(row)
    if not isinstance(row, Mapping):
        raise BadValue(f"Rad {number} ska ha fält, t.ex. {{account = 1910}}.")
    return _filled(option.row, row, lambda column: f"Rad {number}, {column.label}: ", f"Rad {number}: ")


def _filled(record: type[S], document: Mapping[str, object], where: Callable[[Option], str], place: str) -> S:
    """The struct of these fields; `where` and `place` say whose a complaint is."""
    options = options_of(record)
    known = {name: option for option in options for name in (*option.renamed_from, option.name)}
    for name in document:
        if name not in known:
            names = ", ".join(sorted(option.name for option in options))
            raise BadValue(f"{place}fältet ”{name}” finns inte. Fälten är {names}.")
    found = {}
    for name, option in known.items():  # the name of today comes after its earlier ones, and wins
        if name in document:
            try:
                found[option.attribute] = parse(option, document[name])
            except BadValue as bad:
                raise BadValue(f"{where(option)}{bad}") from None
    return replace(record(), **found)
