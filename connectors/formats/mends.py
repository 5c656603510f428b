"""What a spreadsheet did to numbers and barcodes, undone where nothing is lost, and told by sort."""

from __future__ import annotations

import re

from connectors.formats.numbers import unrounded
from synccenter.contract.gtin import checks

_FLOAT = re.compile(r"([0-9]+)[.,]0+")
_FRACTION = re.compile(r"[0-9]+[.,][0-9]*[1-9][0-9]*")
_SCANNER = re.compile(r"\][A-Za-z][0-9]")
"""The symbology identifier that a scanner may put in front (ISO/IEC 15424)."""

_FLOATED = "slutade på ”.0” som ett kalkylprogram sätter dit, och lästes utan"
_QUOTED = "började med ett kalkylprograms apostrof, och lästes utan"
_SPREAD = "stod med exponent men hade alla siffror kvar, och skrevs ut"
_ZERO = "hade mist sin nolla i början, och fick tillbaka den"
_SCANNED = "hade ett skannertecken framför, och lästes utan"


class Mends:
    """Mends the cells of one file and remembers what it did."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._done: dict[tuple[str, str], tuple[int, str]] = {}

    def number(self, text: str, line: int, *, floats: bool) -> str:
        """An article or customer number; `floats` says that the whole column went through a spreadsheet."""
        mended = self._common("nummer", text, line)
        if floats and (found := _FLOAT.fullmatch(mended)):
            mended = self._note("nummer", _FLOATED, line, mended, found[1])
        return mended

    def barcode(self, text: str, line: int) -> str:
        """A barcode, which never has decimals."""
        what = "streckkoder"
        plain = "".join(sign for sign in text if sign.isprintable()).strip()
        plain = _SCANNER.sub("", plain, count=1) if plain.startswith("]") else plain
        if plain != text:
            text = self._note(what, _SCANNED, line, text, plain)
        text = self._common(what, text, line)
        if len(text) > 8 and (found := _FLOAT.fullmatch(text)):
            text = self._note(what, _FLOATED, line, text, found[1])
        if len(text) == 11 and text.isascii() and text.isdigit() and checks("0" + text):
            text = self._note(what, _ZERO, line, text, "0" + text)
        return text

    def told(self) -> list[str]:
        """A sentence for each sort of mending."""
        return [
            f"{self._file}: {count} {what} {how}, t.ex. {example}."
            for (what, how), (count, example) in self._done.items()
        ]

    def _common(self, what: str, text: str, line: int) -> str:
        if text.startswith(("'", "’")):
            text = self._note(what, _QUOTED, line, text, text[1:].strip())
        if digits := unrounded(text):
            text = self._note(what, _SPREAD, line, text, digits)
        return text

    def _note(self, what: str, how: str, line: int, was: str, now: str) -> str:
        count, example = self._done.get((what, how), (0, ""))
        shown = "".join(sign for sign in was if sign.isprintable())
        self._done[what, how] = (count + 1, example or f"rad {line}: {shown} blev {now}")
        return now


def floated(text: str) -> bool | None:
    """Whether a number looks as if a spreadsheet had made it a decimal; None when it tells nothing of its column.

    `10.1` beside `10.0` says that the points are the shop's own.
    """
    if _FLOAT.fullmatch(text):
        return True
    return False if _FRACTION.fullmatch(text) else None
