"""The values of SIE fields: amounts, dates, numbers. Each raises `BadFields` with a Swedish clause (5.9, 5.10)."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from connectors.formats.sie_text import BadFields, Field
from synccenter.contract.model import Ore
from synccenter.contract.org_number import org_digits

_AMOUNT = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,2}))?")
_ACCOUNT = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]{1,9}")


def text_at(fields: list[Field], at: int, what: str) -> str:
    """The field at a place; `what` names it in the error when it is missing."""
    if at >= len(fields):
        raise BadFields(f"{what} saknas i {fields[0]}")
    field = fields[at]
    if not isinstance(field, str):
        raise BadFields(f"där {what} skulle stå i {fields[0]} står en klammer")
    return field


def optional_text(fields: list[Field], at: int) -> str:
    """The field at a place, "" when it is left out."""
    field = fields[at] if at < len(fields) else ""
    return field if isinstance(field, str) else ""


def filled_text(fields: list[Field], at: int, what: str) -> str:
    """A field that must hold something."""
    text = text_at(fields, at, what)
    if not text.strip():
        raise BadFields(f"{what} saknas i {fields[0]}")
    return text


@lru_cache(maxsize=4096)
def amount(text: str) -> Ore:
    """`-128.5` -> -12850. Decimal point, at most two decimals, no plus sign, no blanks."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise BadFields(f"”{text}” är inget belopp (skrivs som -1234.50, med högst två decimaler)")
    sign, whole, part = match.groups()
    value = int(whole) * 100 + int((part or "0").ljust(2, "0"))
    return -value if sign else value


@lru_cache(maxsize=4096)
def day(text: str, what: str) -> date:
    """`20080518` as a date."""
    if len(text) == 8 and text.isascii() and text.isdigit():
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            pass
    raise BadFields(f"{what} ”{text}” är inget datum (skrivs som ÅÅÅÅMMDD)")


def account(text: str) -> int:
    """An account number: digits only (#KONTO, rule 2)."""
    if not _ACCOUNT.fullmatch(text):
        raise BadFields(f"”{text}” är inget kontonummer" if text.strip() else "kontonummer saknas")
    return int(text)


def number(text: str, what: str) -> int:
    """A whole number, possibly negative."""
    if not _NUMBER.fullmatch(text):
        raise BadFields(f"{what} ”{text}” är inget heltal")
    return int(text)


def objects(field: Field) -> tuple[tuple[int, str], ...]:
    """The pairs of an object list."""
    if isinstance(field, str):
        raise BadFields(f"där objektlistan {{}} skulle stå står ”{field}”")
    if not field:
        return ()
    if len(field) % 2:
        raise BadFields("objektlistan har ett dimensionsnummer utan objekt")
    return tuple((number(field[at], "dimensionsnumret"), field[at + 1]) for at in range(0, len(field), 2))


def org_number(text: str) -> str:
    """`556334-3689` from any of the forms in use: with or without hyphen and century, or as a VAT number."""
    digits = org_digits(text)
    return f"{digits[:6]}-{digits[6:]}" if len(digits) == 10 else text.strip()
