"""The item list, read once for all registers that are made of it: whole once a day, between by the date of change.

What other registers need to know of the items is kept in a file beside the ledger. A quiet run then asks for what has
changed since the day before, once, and never for the whole list (over SOAP each card is some kilobytes).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from connectors.dynamics_nav.kept import Kept
from connectors.dynamics_nav.link import Link
from connectors.wire.kept import print_of
from connectors.wire.noted import Noted, NotedList
from connectors.wire.rows import Row, day

OVERLAP = timedelta(days=1)
"""`Last Date Modified` is a date without time: the day of the last fetch is asked for again, and the one before."""
BLANK = date(1900, 1, 1)

_MOST = 30_000
"""Items that are kept; a bigger list is read again for each register."""
_SHARED = ("number", "gtin", "category", "product_group", "vat_prod", "gen_prod", "unit", "base_unit")
_WORDS = (*_SHARED, "name", "blocked", "price", "price_has_vat", "changed")


class ItemList:
    """The items of one NAV."""

    def __init__(self, link: Link) -> None:
        self._link = link
        path = link.session.folder / "dynamics_nav_artiklar.json"
        self._list = NotedList(path, Noted[date, Row], link.session.clock, _MOST)
        self._noted: Noted[date, Row] | None = None
        self._fresh = Kept[str, bool](link.session.clock)
        self._asked = Kept[date, list[list[Row]]](link.session.clock)

    def shared(self) -> Iterator[list[Row]]:
        """All items, as far as other registers need to know of them."""
        if self._fresh.known("") is None or self._noted is None:
            noted = self._list.load(self._print())
            if noted is None:
                yield from self.whole()
                return
            since = noted.until - OVERLAP
            pages = list(self.since(since))
            self._asked.get(since, lambda: pages)  # the articles, which come next, need not ask the same
        assert self._noted is not None
        yield list(self._noted.rows.values())

    def whole(self) -> Iterator[list[Row]]:
        """All items, asked for now."""
        rows: dict[str, Row] = {}
        latest = BLANK
        for page in self._link.page("items").rows(words=_WORDS):
            latest = max(latest, *map(changed_on, page), BLANK)
            if len(rows) <= _MOST:
                rows.update(_shared(page))
            yield page
        self._hold(self._list.write(self._print(), believable(self._link, latest), rows))

    def since(self, first: date) -> Iterator[list[Row]]:
        """The items changed on a day or later; once more without asking when that was asked for just now."""
        asked = self._asked.known(first)
        self._asked.forget()
        latest, changed = BLANK, dict[str, Row]()
        for page in asked or self._link.page("items").rows([("changed", "ge", first)], words=_WORDS):
            latest = max(latest, *map(changed_on, page), BLANK)
            changed.update(_shared(page))
            yield page
        noted = self._noted or self._list.load(self._print())
        if noted is not None and first <= noted.until:
            self._hold(self._list.add(noted, max(noted.until, believable(self._link, latest)), changed))

    def _print(self) -> str:
        one = self._link.settings
        return print_of((self._link.found().company, one.address, one.soap_address, one.wire, one.services, one.fields))

    def _hold(self, noted: Noted[date, Row] | None) -> None:
        self._noted = noted
        self._fresh.forget()
        self._fresh.get("", lambda: True)


def changed_on(row: Row) -> date:
    """The day of a row's latest change."""
    try:
        return day(row, "changed") or BLANK
    except ValueError:
        return BLANK


def believable(link: Link, latest: date) -> date:
    """A date of change that lies ahead of the server's own time would hide what changes until then."""
    now = link.server_time()
    return latest if now is None else min(latest, now.date() + OVERLAP)


def _shared(page: list[Row]) -> dict[str, Row]:
    return {str(row.get("number")): {word: row[word] for word in _SHARED if word in row} for row in page}
