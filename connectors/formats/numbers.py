"""Numbers, VAT and yes/no as people write them in registers. Money is whole öre, quantities thousandths."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from synccenter.contract.model import Ore, Percent, Thousandths

_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]|kr|sek|:-|€", re.IGNORECASE)
_GROUPED = {",": re.compile(r"-?\d{1,3}(?:,\d{3})+"), ".": re.compile(r"-?\d{1,3}(?:\.\d{3})+")}
_PLAIN = {
    ",": re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d*)(?:,\d*)?"),
    ".": re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d*)(?:\.\d*)?"),
}
_SIMPLE = {",": re.compile(r"([0-9]{1,7})(?:,([0-9][0-9]?))?"), ".": re.compile(r"([0-9]{1,7})(?:\.([0-9][0-9]?))?")}
_STRAY = re.compile(r"-?\d+[.,]\d{1,2}")
"""One mark and one or two digits after it: decimals, whatever mark the rest of the column has."""
_ROUNDED = re.compile(r"[0-9][.,][0-9]+E\+[0-9]+", re.IGNORECASE)
_LARGEST = Decimal(10_000_000)
_OTHER = {",": ".", ".": ","}

_NO = {"nej", "n", "no", "0", "false", "falskt", "falsk", "f", "av", "off"}
_YES = {"ja", "j", "y", "yes", "1", "true", "sant", "sann", "x", "på", "on"}

RATES: tuple[Percent, ...] = (25, 12, 6, 0)
_FREE = {"momsfri", "momsfritt", "utan moms", "ingen", "ingen moms"}


class BadCell(ValueError):
    """A cell that cannot be used; the text is a Swedish clause."""


def decimal_mark(values: Iterable[str]) -> str:
    """The decimal mark of a column, `,` or `.`.

    `12,50` and `.900` tell by themselves. `1.250` does not: beside numbers without any mark (`995`) it is one
    thousand two hundred and fifty, in a column where every number looks so it is decimals in fixed places.
    """
    votes = {",": 0, ".": 0}
    unsure = {",": 0, ".": 0}
    plain = 0
    for value in values:
        text = _BLANKS.sub("", value)
        comma, point = text.rfind(","), text.rfind(".")
        if comma < 0 and point < 0:
            plain += bool(text)
        elif comma >= 0 and point >= 0:
            votes["," if comma > point else "."] += 1
        else:
            mark = "," if comma >= 0 else "."
            if not _GROUPED[mark].fullmatch(text):
                votes[mark] += 1
            elif text.count(mark) > 1:
                votes[_OTHER[mark]] += 1
            else:
                unsure[mark] += 1
    if votes[","] != votes["."]:
        return "," if votes[","] > votes["."] else "."
    if unsure[","] != unsure["."]:
        mark = "," if unsure[","] > unsure["."] else "."
        return _OTHER[mark] if plain else mark
    return ","


def number(text: str, mark: str) -> Decimal:
    """A number with the column's decimal mark; thousands may be set apart by blanks or the other mark."""
    clean = _BLANKS.sub("", text).replace("−", "-").replace("–", "-")
    if not any(sign.isdigit() for sign in clean) or not clean.isascii():
        raise BadCell(f"”{text.strip()[:40]}” är inget tal")
    if not _PLAIN[mark].fullmatch(clean):
        if not _STRAY.fullmatch(clean):
            raise BadCell(f"”{text.strip()[:40]}” är inget tal")
        mark = _OTHER[mark]
    value = Decimal(clean.replace(_OTHER[mark], "").replace(mark, "."))
    if abs(value) > _LARGEST:
        raise BadCell(f"”{text.strip()[:40]}” är orimligt stort")
    return value


def price(text: str, mark: str, vat_to_add: Percent = 0) -> Ore:
    """A price in öre, half up; `vat_to_add` is put on when the register holds prices without VAT."""
    simple = _SIMPLE[mark].fullmatch(text)
    if simple is not None and not vat_to_add:
        kronor, part = simple.groups()
        return int(kronor) * 100 + (int(part) * (10 if len(part) == 1 else 1) if part else 0)
    value = number(text, mark)
    if value < 0:
        raise BadCell(f"priset ”{text.strip()[:40]}” är negativt")
    return int((value * (100 + vat_to_add)).quantize(Decimal(1), ROUND_HALF_UP))


def quantity(text: str, mark: str) -> Thousandths:
    """A quantity in thousandths, half up."""
    if text.isascii() and text.isdigit() and len(text) < 8:
        return int(text) * 1000
    return int((number(text, mark) * 1000).quantize(Decimal(1), ROUND_HALF_UP))


def vat_rate(text: str) -> Percent:
    """`25`, `25 %`, `25,00`, `0.25` or `momsfri` as a whole percent that exists in Sweden."""
    if text.strip().casefold() in _FREE:
        return 0
    clean = text.replace("%", "").strip()
    value = number(clean, "." if "." in clean else ",")
    if 0 < value < 1:
        value *= 100
    if value not in RATES:
        raise BadCell(f"momssatsen ”{text.strip()[:40]}” finns inte (25, 12, 6 eller 0)")
    return int(value)


def food_rate(on: date) -> Percent:
    """VAT on food: 6 % from 2026-04-01 to 2027-12-31, else 12 % (prop. 2025/26:55)."""
    return 6 if date(2026, 4, 1) <= on <= date(2027, 12, 31) else 12


def rounded(text: str) -> bool:
    """Whether a spreadsheet has rounded a long number for good: `7,31E+12`."""
    return _ROUNDED.fullmatch(text) is not None


def yes(text: str) -> bool | None:
    """Whether a cell says yes; None when it says neither."""
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else None
