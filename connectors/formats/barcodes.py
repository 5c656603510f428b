"""Barcode cells of an article file: several per cell, several columns, and what spreadsheets do to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from connectors.formats.numbers import rounded
from synccenter.contract.connector import BadRow
from synccenter.contract.model import Barcode

_BETWEEN = re.compile(r"[|;,\s]+")
_CODE = re.compile(r"[0-9A-Za-z\-./$+%]{1,48}")  # what EAN, UPC, Code 39 and their kin can hold


class BarcodeCells:
    """Collects the barcodes of articles; a bad or doubled one is told and costs only itself."""

    def __init__(self, columns: Sequence[int]) -> None:
        self.columns = columns
        self.barcodes: list[Barcode] = []
        self.bad: list[BadRow] = []
        self._owner: dict[str, str] = {}

    def take(self, article: str, cells: Sequence[str], where: Callable[[int], str], line: int) -> None:
        """The barcodes on an article's row."""
        for column in self.columns:
            text = cells[column].strip()
            if not text:
                continue
            if text.isalnum():
                self._add(text, article, where, line)
            elif rounded(text):
                why = f"streckkoden ”{text}” är avrundad av ett kalkylprogram; formatera kolumnen som text"
                self.bad.append(BadRow(where(line), why))
            else:
                for code in _BETWEEN.split(text):
                    if code:
                        self._add(code, article, where, line)

    def _add(self, code: str, article: str, where: Callable[[int], str], line: int) -> None:
        owner = self._owner.get(code)
        if owner is None:
            if _CODE.fullmatch(code):
                self._owner[code] = article
                self.barcodes.append(Barcode(code, article))
            else:
                self.bad.append(BadRow(where(line), f"”{code[:40]}” är ingen streckkod"))
        elif owner != article:
            self.bad.append(BadRow(where(line), f"streckkoden {code} hör redan till artikel {owner}"))
