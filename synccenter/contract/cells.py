"""Cells that a spreadsheet opens: text stays text, a number stays a number, nothing is run (CWE-1236).

OWASP's list (CSV Injection) is = + - @, tab and carriage return, and their full-width forms; programs that trim what
they read see past blanks and quotes, so we do too.
"""

from __future__ import annotations

import re
import unicodedata

from synccenter.contract.visible import one_line

_RUNS = frozenset("=+-@\N{MINUS SIGN}")
_QUOTES = "\"'`´«»‹›\N{LEFT SINGLE QUOTATION MARK}-\N{DOUBLE HIGH-REVERSED-9 QUOTATION MARK}"
_SKIPPED = re.compile(f"[\\s\ufeff\u200b-\u200f\u2060{_QUOTES}]*")
_NUMBER = re.compile(
    r"[+\-\N{MINUS SIGN}]?(?:\d+|\d{1,3}(?:[ .\u00a0\u2009\u202f]\d{3})+)(?:[.,]\d+)?[\s\u00a0]*(?:kr|öre|%)?",
    re.ASCII,
)


def defused(cell: str) -> str:
    """A cell as it may be written to CSV or laid on the clipboard: on one line, and with ' before what would be run."""
    text = one_line(cell.strip("\r\n\t")) if not cell.isprintable() else cell
    if _NUMBER.fullmatch(text):
        return text
    skipped = _SKIPPED.match(cell)
    start = skipped.end() if skipped else 0
    first = unicodedata.normalize("NFKC", cell[start : start + 1])[:1]
    return f"'{text}" if first in _RUNS and first else text
