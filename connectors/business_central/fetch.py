"""Registers down: pages of the till's rows out of lists of Business Central's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TypeVar

from msgspec import Struct

from connectors.business_central import answers, registers
from connectors.business_central.books import MISSING, OURS, Books
from connectors.business_central.items import Items, changes
from connectors.wire.answers import taken
from connectors.wire.lists import Part
from synccenter.contract.connector import BadRow, Page
from synccenter.contract.model import Percent, Register, RegisterRow

T = TypeVar("T", bound=Struct)


class Fetching:
    """One fetch."""

    def __init__(self, books: Books, items: Items) -> None:
        self._books = books
        self._items = items
        self._settings = books.settings

    def pages(self, register: Register, since: str | None) -> Iterator[Page]:
        """See `FetchesRegisters.fetch`."""
        if register is Register.ACCOUNTS:
            return self._changes(changes(self._books, "accounts", answers.Account, since), registers.account, since)
        if register is Register.CUSTOMERS:
            return self._changes(
                changes(self._books, "customers", answers.CustomerRow, since), registers.customer, since
            )
        if register is Register.ARTICLES:
            return self._changes(self._items.changed(since), self._article, since)
        whole = {
            Register.GROUPS: self._groups,
            Register.BARCODES: self._barcodes,
            Register.STOCK: self._stock,
            Register.PRICES: self._prices,
        }
        return whole[register]()

    @cached_property
    def rates(self) -> Mapping[str, Percent]:
        """The VAT rate of each VAT product posting group."""
        return registers.rates(self._books.tax_groups, self._settings.vat_groups)

    # --- lists with a time of change ----------------------------------------------------------------------------

    def _changes(
        self,
        read: Iterator[tuple[Part[T], str]],
        row_of: Callable[[T], RegisterRow | None],
        since: str | None,
    ) -> Iterator[Page]:
        """The whole list, or what has changed since the cursor."""
        for part, cursor in read:
            page = _page(part, row_of)
            yield Page(
                page.rows, page.bad, cursor=(cursor or None) if part.last else None, full=page.full and since is None
            )

    def _article(self, row: answers.Item) -> RegisterRow:
        return registers.article(row, self.rates, self._settings.rounding)

    def _every_item(self, register: Register) -> Iterator[answers.ItemFacts]:
        return (one for part in self._items.parts(register) for one in part.rows)

    # --- lists that are read whole ------------------------------------------------------------------------------

    def _groups(self) -> Iterator[Page]:
        """Item categories, each with the VAT rate that most of its items have: the API has none for a category."""
        votes: dict[str, Counter[Percent]] = {}
        for one in self._every_item(Register.GROUPS):
            vat = self.rates.get(one.tax_group_code.upper())
            if vat is not None and one.item_category_code:
                votes.setdefault(one.item_category_code.upper(), Counter())[vat] += 1

        def group_of(row: answers.Category) -> RegisterRow:
            voted = votes.get(row.code.upper())
            return registers.group(row, voted.most_common(1)[0][0] if voted else 25)

        for part in self._books.parts("itemCategories", answers.Category):
            yield _page(part, group_of)

    def _barcodes(self) -> Iterator[Page]:
        """GTIN of the items, and the item references where our extension is."""
        more = self._books.extension
        seen = set[tuple[str, str]]()

        def first(row: RegisterRow | None) -> RegisterRow | None:
            key = (getattr(row, "code", ""), getattr(row, "article", ""))
            if row is None or key in seen:
                return None
            seen.add(key)
            return row

        whole, units = True, dict[str, str]()
        for codes in self._items.parts(Register.BARCODES):
            units |= {one.number.upper(): one.base_unit_of_measure_code.upper() for one in codes.rows if more}
            page = _page(codes, lambda row: first(registers.gtin(row)))
            whole = whole and (page.full or not codes.last)
            yield page if not more else Page(page.rows, page.bad)
        if more:
            for part in self._books.parts("itemReferences", answers.ItemReference, api=OURS):
                page = _page(part, lambda row: first(registers.reference(row, units.get(row.item_number.upper(), ""))))
                yield Page(page.rows, page.bad, full=page.full and whole)

    def _stock(self) -> Iterator[Page]:
        if self._books.extension:
            wanted = self._settings.locations
            for part in self._books.parts("locationStocks", answers.LocationStock, api=OURS):
                yield _page(part, lambda row: registers.stock_in(row, wanted))
            return
        for balances in self._items.balances():
            yield _page(balances, registers.stock)

    def _prices(self) -> Iterator[Page]:
        """The price lists of our extension. Without it there is nothing to tell, and the till keeps its own."""
        if not self._books.extension:
            yield Page((), notes=[f"Utan tillägget i Business Central hämtas inga {MISSING[Register.PRICES]}."])
            return
        items = {one.number.upper(): one for one in self._every_item(Register.PRICES)}
        today = self._books.session.clock().date()

        def price_of(row: answers.PriceLine) -> RegisterRow | None:
            item = items.get(row.item_number.upper())
            if item is None or not self._sold(row, item, today):
                return None
            return registers.price(row, item, self.rates, self._settings.rounding)

        for part in self._books.parts("priceListLines", answers.PriceLine, api=OURS):
            yield _page(part, price_of)

    def _sold(self, row: answers.PriceLine, item: answers.ItemFacts, today: date) -> bool:
        """Whether a price is one that the till can have: in kronor, in the item's own unit, and not over."""
        over = registers.day(row.ending_date)
        own_unit = row.unit_of_measure_code.upper() in {"", item.base_unit_of_measure_code.upper()}
        kronor = row.currency_code.upper() in {"", "SEK", self._books.setup.local_currency_code.upper()}
        return own_unit and kronor and (over is None or over >= today)


def _page(part: Part[T], row_of: Callable[[T], RegisterRow | None]) -> Page:
    """A page of ours from a page of theirs; `row_of` says None for what is not ours to take."""

    def bad_of(row: T, why: str) -> BadRow:
        key = str(getattr(row, "number", "") or getattr(row, "code", ""))
        article = str(getattr(row, "item_number", ""))
        return BadRow(key or article or "en rad utan nummer", why, key=key, article=article)

    rows, bad = taken(part.rows, row_of, bad_of)
    return Page(rows, [*part.bad, *bad], full=part.last and part.whole)
