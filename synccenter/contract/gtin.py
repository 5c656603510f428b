"""EAN and its kin: the check digit (GS1 General Specifications 7.9)."""

from __future__ import annotations

LENGTHS = frozenset({8, 12, 13, 14})
"""GTIN-8, UPC-A, EAN-13 and the code of a carton."""


def is_gtin(code: str) -> bool:
    """Whether a code has the form of one: digits, as many as one has."""
    return len(code) in LENGTHS and code.isascii() and code.isdigit()


def checks(code: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return total % 10 == 0


def of_the_shop(code: str) -> bool:
    """Whether it is one that the shop has made itself (EAN-13 on 2, EAN-8 on 0 or 2): weight, price, own goods."""
    return (len(code) == 13 and code[0] == "2") or (len(code) == 8 and code[0] in "02")
