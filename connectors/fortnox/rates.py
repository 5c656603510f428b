"""The VAT of every article, which their price lists do not tell: noted as the articles are read.

It is kept from run to run (`wire/noted.py`). A quiet run, which has just asked for the articles that have changed, then
knows the rest without reading the whole list once more for the price lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from connectors.fortnox import answers
from connectors.fortnox.books import Books, Part, changed_after
from connectors.fortnox.options import FortnoxSettings
from connectors.wire.kept import print_of
from connectors.wire.noted import Noted, NotedList
from synccenter.contract.connector import Session

FRESH = timedelta(minutes=2)
"""So long is what was read for the articles as good as asking once more."""
_MOST = 100_000
"""Articles that are kept; of a longer list the VAT is read again."""


class Rates:
    """The VAT of one company's articles."""

    def __init__(self, session: Session[FortnoxSettings]) -> None:
        self._clock = session.clock
        self._of = print_of((session.settings, session.org_number))
        self._list = NotedList(session.folder / "fortnox_moms.json", Noted[str, Decimal], session.clock, _MOST)
        self._read_at = session.clock() - 2 * FRESH

    def since(self, cursor: str | None) -> str | None:
        """From when changes are asked for: from where the file ends, when that is earlier."""
        noted = self._list.load(self._of)
        return min(cursor, noted.until) if cursor and noted else cursor

    def noting(self, books: Books, since: str | None) -> Iterator[Part[answers.Article]]:
        """The articles, all of them or those changed after a cursor, page by page; their VAT is noted."""
        rates, good, cursor = dict[str, Decimal](), True, ""
        for part in books.parts("/articles", "Articles", answers.Article, changed_after(since) if since else {}):
            good = good and not part.bad and (part.whole or not part.last)
            rates |= _rates(part)
            cursor = part.cursor
            yield part
        if self._list.take(self._of, since, cursor if good and cursor else None, rates):
            self._read_at = self._clock()

    def every(self, books: Books) -> Mapping[str, Decimal]:
        """The VAT of each article, as far as lists tell."""
        noted = self._list.load(self._of)
        if noted and not timedelta(0) <= self._clock() - self._read_at <= FRESH:
            list(self.noting(books, noted.until))
            noted = self._list.load(self._of)
        if noted:
            return noted.rows
        return {number: vat for part in self.noting(books, None) for number, vat in _rates(part).items()}


def _rates(part: Part[answers.Article]) -> dict[str, Decimal]:
    return {row.article_number: row.vat for row in part.rows if row.vat is not None}
