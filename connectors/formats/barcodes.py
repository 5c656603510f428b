"""Barcode cells of an article file: several per cell, several columns, and what spreadsheets do to them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.formats.mends import Mends
from connectors.formats.numbers import rounded, unrounded
from synccenter.contract.connector import BadRow
from synccenter.contract.model import Barcode

_BETWEEN = re.compile(r"[|;,]+|[^\S\x1c-\x1f]+")
"""Between codes; the separators of a scanner (0x1C to 0x1F) belong to their code."""
_AROUND = " \t\r\n\u00a0"
_CODE = re.compile(r"[0-9A-Za-z\-./$+%]{1,48}")  # what EAN, UPC, Code 39 and their kin can hold


class BarcodeCells:
    """Collects the barcodes of articles. A bad one is told and costs only itself: its article keeps those it has.

    A code on two articles is given to both: who decides knows which of them are in use.
    """

    def __init__(self, columns: Sequence[int], mends: Mends) -> None:
        self.columns = columns
        self.barcodes: list[Barcode] = []
        self.bad: list[BadRow] = []
        self._mends = mends

    def take(self, article: str, cells: Sequence[str], where: str, line: int) -> None:
        """The barcodes on an article's row."""
        codes: dict[str, None] = {}
        for column in self.columns:
            text = cells[column].strip(_AROUND)
            if not text:
                continue
            parts = [text] if text.isalnum() or unrounded(text) else _BETWEEN.split(text)
            if rounded(text) and not unrounded(text):
                why = f"streckkoden ”{text}” är avrundad av ett kalkylprogram; formatera kolumnen som text"
                self.bad.append(BadRow(where, why, article=article))
                continue
            codes |= dict.fromkeys(self._mends.barcode(code, line) for code in parts if code)
        for code in codes:
            if _CODE.fullmatch(code):
                self.barcodes.append(Barcode(code, article))
            else:
                shown = "".join(sign for sign in code[:40] if sign.isprintable())
                self.bad.append(BadRow(where, f"”{shown}” är ingen streckkod", article=article))
