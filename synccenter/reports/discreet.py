"""What leaves the shop in a packet: nothing of a customer, whoever wrote the row and whenever.

The Debug rows of this version are made of what may be shown (`contract/shown.py`). Those of an earlier one hold whole
bodies, and a traceback holds the value that broke something: both are cut down here. Customers of the till are taken
out by what the till knows of them; what else looks like a person is taken out by its form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from synccenter.contract.shown import shown_address
from synccenter.core.masking import Masker, without_people

_OLD_BODIES = re.compile(r"(\d+ B upp, \d+ B ner) [<>] .*")
_ADDRESS = re.compile(r"https?://[^\s”\"<>]+\?[^\s”\"<>]+")
_TRACEBACK = "Traceback (most recent call last):"
_RAISED = re.compile(
    r"(?<= ⏎ )((?:\w+\.)*\w+(?:Error|Exception|Warning|Exit|Interrupt|Timeout|Problem)\w*): .*?(?= ⏎ |$)"
)


_CUSTOMERS_VALUE = re.compile(r"( i customer(?:_change)? innehåller ”).*?(”, som inte är )")
"""K04 says what a cell holds; of a customer that stays in the shop."""


class Discretion:
    """Cleans the rows of a packet. `people`: texts that belong to the till's customers."""

    def __init__(self, masker: Masker, people: Iterable[str] = ()) -> None:
        self._masker = masker
        self._names = _Names(people)

    def clean(self, text: str) -> str:
        """A row, or a text of several, that a stranger may read."""
        text = _OLD_BODIES.sub(r"\1 (innehållet visas inte)", text)
        if _TRACEBACK in text:
            text = _RAISED.sub(r"\1", text)
        text = _CUSTOMERS_VALUE.sub(r"\1<borttaget>\2", text)
        text = _ADDRESS.sub(lambda found: shown_address(found[0]), text)
        return self._names.remove(without_people(self._masker.mask(text)))


_WORD = re.compile(r"[\w&'-]+")


class _Names:
    """Texts known to the till. A single short word is left, since it may be any word."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first_word: dict[str, list[str]] = {}
        for name in {name.strip().casefold() for name in names}:
            first = _WORD.search(name)
            if first is not None and (" " in name or len(name) >= 6):
                self._by_first_word.setdefault(first[0], []).append(name[first.start() :])
        for same in self._by_first_word.values():
            same.sort(key=len, reverse=True)

    def remove(self, text: str) -> str:
        pieces, end = [], 0
        for word in _WORD.finditer(text):
            start, first = word.start(), word[0].casefold()
            names = self._by_first_word.get(first) or self._by_first_word.get(first.removesuffix("s"), [])
            for name in names if start >= end else ():
                if text[start : start + len(name)].casefold() == name:
                    pieces += [text[end:start], "<kund>"]
                    end = start + len(name)
                    break
        return "".join(pieces) + text[end:]
