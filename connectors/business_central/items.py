"""The list of items, read once for the registers that need it whole: groups, barcodes, price lists and stock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from connectors.business_central import answers
from connectors.business_central.books import Books
from connectors.wire.lists import Part
from synccenter.contract.model import Register

FRESH = timedelta(minutes=2)
"""So long is what was read for one register used for the others of the same run."""


class Items:
    """One reading of the items. Each register has it once: whoever asks again has begun a new run, and reads anew."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._read: Sequence[Part[answers.ItemFacts]] = ()
        self._read_at = books.session.clock()
        self._had: set[Register] = set()

    def parts(self, register: Register) -> Iterator[Part[answers.ItemFacts]]:
        """Page by page. What was not read to its end is not kept."""
        age = self._books.session.clock() - self._read_at
        if self._read and register not in self._had and timedelta(0) <= age <= FRESH:
            self._had.add(register)
            yield from self._read
            return
        self._read, began, read = (), self._books.session.clock(), list[Part[answers.ItemFacts]]()
        for part in self._books.parts("items", answers.ItemFacts):
            read.append(part)
            yield part
        self._read, self._read_at, self._had = read, began, {register}
