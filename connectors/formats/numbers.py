"""Numbers, VAT and yes/no as people write them in registers. Money is whole öre, quantities thousandths."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from synccenter.contract.model import Ore, Percent, Thousandths

_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]|kr|sek|[:,]-|€", re.IGNORECASE)
_COMMAS = re.compile(r"[1-9]\d{0,2}(?:,\d{3}){2,}(?:\.\d*)?|[1-9]\d{0,2},\d{3}\.\d*")
_POINTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d*)?|[1-9]\d{0,2}\.\d{3},\d*")
"""Thousands that no other reading fits: two marks of one sort, or the other mark after them."""

_LONE = re.compile(r"\d*[.,]\d*|\d+")
_UNSURE = re.compile(r"[1-9]\d{0,2}\.\d{3}")
"""A lone point with three digits after it: `1.250` is thousands in one file and `442.000` kronor in another."""

_SPLIT = re.compile(r"\d[\s\u00a0\u2007\u2009\u202f'’]+\d")
_BY_BLANKS = re.compile(r"\D*\d{1,3}(?:[\s\u00a0\u2007\u2009\u202f'’]\d{3})+(?!\d).*", re.DOTALL)
"""Digits with blanks between them are one number only when the blanks set thousands apart."""

_SIMPLE = re.compile(r"([0-9]{1,7})(?:[.,]([0-9][0-9]?))?")
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?E\+([0-9]{1,2})", re.IGNORECASE)
_UNIT = re.compile(r"(?<=\d)\s*(?:st|styck|pcs|kg|g|l|m|pkt|förp)\.?$", re.IGNORECASE)
_LARGEST = Decimal(10_000_000)

_FAILED = re.compile(r"#{2,}|#(?:N/A|[A-ZÅÄÖ]{3,}(?:/0)?[!?])", re.IGNORECASE)
"""What a spreadsheet shows where it has no value: `#N/A`, `#SAKNAS!`, `#VÄRDEFEL!`, `#REF!`, `#NAMN?`, `#####`."""

_NO = {"nej", "n", "no", "0", "false", "falskt", "falsk", "f", "av", "off"}
_YES = {"ja", "j", "y", "yes", "1", "true", "sant", "sann", "x", "på", "on"}

RATES: tuple[Percent, ...] = (25, 12, 6, 0)
_FREE = {"momsfri", "momsfritt", "utan moms", "ingen", "ingen moms"}


class BadCell(ValueError):
    """A cell that cannot be used; the text is a Swedish clause."""


def points_group(values: Iterable[str]) -> bool:
    """Whether a lone point with three digits after it sets thousands apart in this column.

    A lone comma never does: it is the decimal mark, always (`149,125` was once taken for 149 125 kr). `12,50` and
    `12.50` tell by themselves what a point is. `1.250` does not: beside numbers without any mark (`995`) it is one
    thousand two hundred and fifty, in a column where every number looks so it is decimals in fixed places.
    """
    comma = point = plain = unsure = 0
    for value in values:
        text = _BLANKS.sub("", value).lstrip("-")
        if "," in text:
            comma += not _COMMAS.fullmatch(text)
            point += bool(_COMMAS.fullmatch(text))
        elif "." not in text:
            plain += bool(text)
        elif _UNSURE.fullmatch(text):
            unsure += 1
        elif _POINTS.fullmatch(text):
            comma += 1
        else:
            point += 1
    return comma > point if comma != point else not unsure or bool(plain)


def number(text: str, *, points: bool = True) -> Decimal:
    """A number as people write it; thousands may be set apart by blanks, points or commas.

    `points`: whether a lone point with three digits after it sets thousands apart, as `points_group` says.
    """
    clean = _BLANKS.sub("", text).replace("−", "-").replace("–", "-")
    minus, plain = ("-", clean[1:]) if clean.startswith("-") else ("", clean)
    split = _SPLIT.search(text) and not _BY_BLANKS.fullmatch(text.strip())
    if split or not plain.isascii() or not any(digit.isdigit() for digit in plain):
        raise BadCell(f"”{text.strip()[:40]}” är inget tal")
    if _COMMAS.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _POINTS.fullmatch(plain) or (points and _UNSURE.fullmatch(plain)):
        plain = plain.replace(".", "").replace(",", ".")
    elif _LONE.fullmatch(plain):
        plain = plain.replace(",", ".")
    else:
        raise BadCell(f"”{text.strip()[:40]}” är inget tal")
    value = Decimal(minus + plain)
    if value.copy_abs() > _LARGEST:
        raise BadCell(f"”{text.strip()[:40]}” är orimligt stort")
    return value


def price(text: str, *, points: bool = True, vat_to_add: Percent = 0) -> Ore:
    """A price in öre, half up; `vat_to_add` is put on when the register holds prices without VAT."""
    simple = _SIMPLE.fullmatch(text)
    if simple is not None and not vat_to_add:
        kronor, part = simple.groups()
        return int(kronor) * 100 + (int(part) * (10 if len(part) == 1 else 1) if part else 0)
    value = number(text, points=points)
    if value < 0:
        raise BadCell(f"priset ”{text.strip()[:40]}” är negativt")
    return int((value * (100 + vat_to_add)).quantize(Decimal(1), ROUND_HALF_UP))


def quantity(text: str, *, points: bool = True) -> Thousandths:
    """A quantity in thousandths, half up; a unit after it is left out (`3 st`)."""
    if text.isascii() and text.isdigit() and len(text) < 8:
        return int(text) * 1000
    return int((number(_UNIT.sub("", text.strip()), points=points) * 1000).quantize(Decimal(1), ROUND_HALF_UP))


def vat_rate(text: str) -> Percent:
    """`25`, `25 %`, `25,00`, `0.25` or `momsfri` as a whole percent that exists in Sweden."""
    if text.strip().casefold() in _FREE:
        return 0
    clean = text.replace("%", "").strip()
    value = number(clean, points=False)
    if 0 < value < 1:
        value *= 100
    if value not in RATES:
        raise BadCell(f"momssatsen ”{text.strip()[:40]}” finns inte (25, 12, 6 eller 0)")
    return int(value)


def food_rate(on: date) -> Percent:
    """VAT on food: 6 % from 2026-04-01 to 2027-12-31, else 12 % (prop. 2025/26:55)."""
    return 6 if date(2026, 4, 1) <= on <= date(2027, 12, 31) else 12


def failed(text: str) -> bool:
    """Whether a cell is a spreadsheet's error and no value at all."""
    return text.startswith("#") and _FAILED.fullmatch(text.strip()) is not None


def rounded(text: str) -> bool:
    """Whether a spreadsheet has written a long number with an exponent: `7,31E+12`, `7E+12`."""
    return _SCIENTIFIC.fullmatch(text) is not None


def unrounded(text: str) -> str | None:
    """The digits behind `7,310865004703E+12` when all of them are there, else None: what is lost stays lost."""
    found = _SCIENTIFIC.fullmatch(text)
    if found is None or len(found[2] or "") != int(found[3]):
        return None
    return found[1] + (found[2] or "")


def yes(text: str) -> bool | None:
    """Whether a cell says yes; None when it says neither."""
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else None
