"""The VAT of every article, which their price lists do not tell: noted as the articles are read.

It stands in a file beside the ledger, made anew by every comparison of everything. A quiet run, which has just asked
for the articles that have changed, then knows the rest without reading the whole list once more for the price lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from connectors.fortnox import answers
from connectors.fortnox.books import Books, Part, changed_after
from connectors.fortnox.options import FortnoxSettings
from connectors.wire.kept import KeptFile, print_of
from synccenter.contract.connector import Session

FRESH = timedelta(minutes=2)
"""So long is what was read for the articles as good as asking once more."""
_HOLDS = 36 * 3600
"""Seconds that the file holds: every night's comparison of everything makes it anew."""
_MOST = 100_000
"""Articles that are kept; of a longer list the VAT is read again."""


class Noted(Struct, frozen=True):
    """The file. `of`: the print of whose articles they are; `at`: when all of them were read; `cursor`: what has been
    changed since is not in it."""

    of: str
    at: float
    cursor: str
    rates: dict[str, Decimal]


class Rates:
    """The VAT of one company's articles."""

    def __init__(self, session: Session[FortnoxSettings]) -> None:
        self._clock = session.clock
        self._of = print_of((session.settings, session.org_number))
        self._file = KeptFile(session.folder / "fortnox_moms.json", Noted)
        self._read_at = session.clock() - 2 * FRESH

    def since(self, cursor: str | None) -> str | None:
        """From when changes are asked for: from where the file ends, when that is earlier."""
        noted = self._load()
        return min(cursor, noted.cursor) if cursor and noted else cursor

    def noting(self, books: Books, since: str | None) -> Iterator[Part[answers.Article]]:
        """The articles, all of them or those changed after a cursor, page by page; their VAT is noted."""
        rates, good, cursor = dict[str, Decimal](), True, ""
        for part in books.parts("/articles", "Articles", answers.Article, changed_after(since) if since else {}):
            good = good and not part.bad and (part.whole or not part.last)
            rates |= _rates(part)
            cursor = part.cursor
            yield part
        noted = self._load()
        if not good or not cursor or len(rates) > _MOST:
            self._file.forget()
        elif since is None:
            self._file.write(Noted(self._of, self._clock().timestamp(), cursor, rates))
            self._read_at = self._clock()
        elif noted and since <= noted.cursor:
            self._file.write(replace(noted, cursor=cursor, rates=noted.rates | rates))
            self._read_at = self._clock()

    def every(self, books: Books) -> Mapping[str, Decimal]:
        """The VAT of each article, as far as lists tell."""
        noted = self._load()
        if noted and not timedelta(0) <= self._clock() - self._read_at <= FRESH:
            list(self.noting(books, noted.cursor))
            noted = self._load()
        if noted:
            return noted.rates
        return {number: vat for part in self.noting(books, None) for number, vat in _rates(part).items()}

    def _load(self) -> Noted | None:
        """What the file has, when it is of this company and not too old."""
        noted, now = self._file.read(), self._clock().timestamp()
        return noted if noted and noted.of == self._of and abs(now - noted.at) < _HOLDS else None


def _rates(part: Part[answers.Article]) -> dict[str, Decimal]:
    return {row.article_number: row.vat for row in part.rows if row.vat is not None}
