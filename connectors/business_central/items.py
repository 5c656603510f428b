"""The list of items, read once for the registers that are made of it.

What groups, barcodes and price lists need to know of the items is kept from run to run (`wire/noted.py`): a quiet run
asks for what has changed, once, for all of them. A balance changes without the item's time of change: where our
extension is not there, to tell of stock by itself, the list is read whole once a run, and tells when nothing changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from connectors.business_central import answers, registers
from connectors.business_central.books import Books
from connectors.wire.kept import print_of
from connectors.wire.lists import Part
from connectors.wire.noted import Noted, NotedList
from synccenter.contract.model import Register

T = TypeVar("T", bound=Struct)

FRESH = timedelta(minutes=2)
"""So long is what was read for one register used for the others of the same run."""
OVERLAP = timedelta(minutes=2)
"""So much before the cursor is asked for: what was written while we read may carry an earlier time."""
_CURSOR = "%Y-%m-%dT%H:%M:%SZ"
_MOST = 30_000
"""Items that are kept; a bigger list is read again."""


def changes(books: Books, name: str, row_type: type[T], since: str | None) -> Iterator[tuple[Part[T], str]]:
    """A list, or what has changed since the cursor; with each page the next cursor, the server's time at the start."""
    began, where = "", f"lastModifiedDateTime gt {since}" if since else ""
    for part in books.parts(name, row_type, where):
        at = books.http.server_time
        began = began or ((at.astimezone(UTC) - OVERLAP).strftime(_CURSOR) if at else "")
        yield part, began or since or ""


def _of_articles(part: Part[Any]) -> Part[answers.ItemFacts]:
    bad = [replace(one, key="", article=one.key) for one in part.bad]
    return Part([*part.rows], bad, part.last, part.whole)


class Items:
    """The items of one company. Each register has a reading once: whoever asks again has begun a new run."""

    def __init__(self, books: Books) -> None:
        self._books = books
        path = books.session.folder / "business_central_artiklar.json"
        self._list = NotedList(path, Noted[str, answers.ItemFacts], books.session.clock, _MOST)
        self._of = print_of(books.settings)
        self._read: Sequence[Part[answers.ItemFacts]] = ()
        self._read_at = books.session.clock()
        self._had: set[Register] = set()
        self._asked: tuple[str, Sequence[tuple[Part[answers.Item], str]]] | None = None

    def parts(self, register: Register) -> Iterator[Part[answers.ItemFacts]]:
        """Page by page, all items. What was not read to its end is not kept."""
        if self._read and register not in self._had and self._is_fresh():
            self._had.add(register)
            yield from self._read
            return
        self._read, began, read = (), self._books.session.clock(), list[Part[answers.ItemFacts]]()
        for part in self._every():
            read.append(part)
            yield part
        self._read, self._read_at, self._had = read, began, {register}

    def balances(self) -> Iterator[Part[answers.ItemStock]]:
        """All items with their balances, as they are read for the other registers too where they tell of stock."""
        for part in self.parts(Register.STOCK):
            rows = [row for row in part.rows if isinstance(row, answers.ItemStock)]
            yield Part(rows, part.bad, part.last, part.whole)

    def changed(self, since: str | None) -> Iterator[tuple[Part[answers.Item], str]]:
        """See `changes`. What the other registers have just asked for is not asked for once more."""
        asked, self._asked = self._asked, None
        if asked and since and asked[0] <= since and self._is_fresh():
            yield from asked[1]
            return
        yield from self._noting(since)

    def _is_fresh(self) -> bool:
        return timedelta(0) <= self._books.session.clock() - self._read_at <= FRESH

    def _every(self) -> Iterator[Part[answers.ItemFacts]]:
        if not self._books.extension:
            yield from self._with_balances()
            return
        noted = self._list.load(self._of)
        if noted is None:
            yield from self._whole(answers.ItemFacts)
            return
        self._asked = noted.until, list(self._noting(noted.until))
        noted = self._list.load(self._of)
        if noted is None:  # a row of those that have changed cannot be read: all of them say which are there
            yield from self._whole(answers.ItemFacts)
        else:
            yield Part(list(noted.rows.values()), [], last=True, whole=True)

    def _whole(self, row_type: type[answers.ItemFacts]) -> Iterator[Part[answers.ItemFacts]]:
        """All of them now. What cannot be read is an article's here, whose barcodes and balance are not gone."""
        for part in self._books.parts("items", row_type):
            yield _of_articles(part)

    def _with_balances(self) -> Iterator[Part[answers.ItemFacts]]:
        """All of them now. That none has changed since the latest of their changes needs no question then."""
        latest, cursor, good = datetime(2000, 1, 1, tzinfo=UTC), "", True
        for part, began in changes(self._books, "items", answers.ItemStock, None):
            good = good and not part.bad and (part.whole or not part.last)
            latest = max([latest, *(registers.moment(row.last_modified_date_time) for row in part.rows)])
            cursor = began
            yield _of_articles(part)
        if good and cursor:
            since = (latest.astimezone(UTC) + timedelta(seconds=1)).strftime(_CURSOR)
            self._asked = since, [(Part([], [], last=True, whole=True), cursor)]

    def _noting(self, since: str | None) -> Iterator[tuple[Part[answers.Item], str]]:
        """What is asked for, noted in the file."""
        rows, good, cursor = dict[str, answers.ItemFacts](), True, ""
        for part, began in changes(self._books, "items", answers.Item, since):
            good = good and not part.bad and (part.whole or not part.last)
            if len(rows) <= _MOST:
                rows |= {row.id: row.facts for row in part.rows}
            cursor = began
            yield part, began
        self._list.take(self._of, since, cursor if good and cursor else None, rows)
