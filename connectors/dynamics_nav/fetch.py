"""Registers down. Items and customers by their date of change, stock by the entries' running number, the rest whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct, field

from connectors.dynamics_nav import registers
from connectors.dynamics_nav.codes import Codes
from connectors.dynamics_nav.items import BLANK, OVERLAP, ItemList, believable, changed_on
from connectors.dynamics_nav.kept import Kept
from connectors.dynamics_nav.link import Bound, Link
from connectors.dynamics_nav.prices import Items, Pricing, SalesPrice, Told, item_of
from connectors.wire.answers import tidy
from connectors.wire.rows import Row, decimal, text, whole
from synccenter.contract import catalogue
from synccenter.contract.connector import BadRow, Page
from synccenter.contract.model import Customer, Register, RegisterRow

_MOST_MARKS = 20_000
_CHUNK = 40
_CUSTOMER_WORDS = (
    "number",
    "name",
    "org_number",
    "address",
    "postal_code",
    "city",
    "email",
    "phone",
    "price_list",
    "blocked",
    "changed",
)


class Cursor(Struct):
    """What a fetch by date begins from: the latest date of change, and marks of the rows seen since the day before.

    A row that comes again unchanged because of the overlap is known by its mark and not handed on. Without marks
    (more rows than is worth keeping) it is handed on again, which does no harm.
    """

    at: date = BLANK
    prices: str = ""
    marks: list[str] = field(default_factory=list)


class Fetching:
    """The registers of one NAV."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._settings = link.settings
        self._pricing = Kept[str, Pricing](link.session.clock)
        self._items = ItemList(link)

    @property
    def pricing(self) -> Pricing:
        """VAT and prices, asked for anew in each run."""
        return self._pricing.get("", lambda: Pricing(self._link))

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        """See `FetchesRegisters.fetch`."""
        if self._link.session.cancelled():
            raise catalogue.CANCELLED.error()
        match register:
            case Register.ACCOUNTS:
                yield from self._whole("accounts", lambda row: _some(registers.account(row)), "Konto")
            case Register.GROUPS:
                yield from self._groups()
            case Register.ARTICLES:
                yield from self._articles(since)
            case Register.BARCODES:
                yield from self._barcodes()
            case Register.PRICES:
                yield from self._prices()
            case Register.STOCK:
                yield from self._stock(since)
            case Register.CUSTOMERS:
                yield from self._by_date(self._changed_customers, since, _customer, name="Kund")

    # --- by date of change -----------------------------------------------------------------------------------

    def _articles(self, since: str | None) -> Iterator[Page]:
        """With the kontantkund's price list, prices change without the item's date: then all items are compared."""
        pricing = self.pricing
        agreed: dict[str, list[SalesPrice]] = {}
        told = Told()
        if self._settings.price_source == "customer":
            agreed = pricing.for_cash_customer(self._link.session.clock().date(), told)
        unread = told.items
        mark = _mark(sorted(repr(one) for prices in agreed.values() for one in prices)) if agreed else ""
        by = self._settings.group_by

        def rows_of(row: Row) -> Iterable[RegisterRow]:
            if text(row, "number") in unread:
                raise ValueError("ett av kontantkundens priser gick inte att läsa")
            rate = pricing.rate(text(row, "vat_prod"))
            price = pricing.best(agreed.get(text(row, "number"), []), item_of(row, rate))
            price = pricing.card_price(row, rate) if price is None else price
            yield registers.article(row, registers.group_code(row, by), rate, price)

        yield from self._by_date(self._changed_items, since, rows_of, name="Artikel", prices=mark, told=told)

    def _changed_items(self, first: date | None) -> Iterator[list[Row]]:
        return self._items.since(first) if first else self._items.whole()

    def _changed_customers(self, first: date | None) -> Iterator[list[Row]]:
        where = [("changed", "ge", first)] if first else []
        return self._link.page("customers").rows(where, words=_CUSTOMER_WORDS)

    def _by_date(
        self,
        read: Callable[[date | None], Iterator[list[Row]]],
        since: str | None,
        rows_of: Callable[[Row], Iterable[RegisterRow]],
        *,
        name: str,
        prices: str = "",
        told: Told | None = None,
    ) -> Iterator[Page]:
        before = _cursor(since)
        delta = before is not None and before.prices == prices
        first = before.at - OVERLAP if before and delta and before.at > BLANK else None
        known = set(before.marks) if before and delta else set()
        latest = before.at if before and delta else BLANK
        marks: dict[date, list[str]] = {}
        pages = _looking_ahead(read(first))
        for page, last in pages:
            fresh: list[Row] = []
            for row in page:
                stamp, mark = changed_on(row), _mark({word: row[word] for word in row if word != "_"})
                latest = max(latest, stamp)
                marks.setdefault(stamp, []).append(mark)
                if mark not in known:
                    fresh.append(row)
            rows, wrong = _made(fresh, rows_of, name)
            cursor = self._next(believable(self._link, latest), prices, marks) if last else None
            bad, notes = (told.bad, told.notes) if told else ((), ())
            yield Page(rows, [*bad, *wrong], cursor=cursor, full=last and since is None, notes=notes)
            told = None

    def _next(self, latest: date, prices: str, marks: dict[date, list[str]]) -> str:
        kept = [mark for stamp, some in marks.items() if stamp >= latest - OVERLAP for mark in some]
        cursor = Cursor(latest, prices, kept if len(kept) <= _MOST_MARKS else [])
        return msgspec.json.encode(cursor).decode()

    # --- whole -----------------------------------------------------------------------------------------------

    def _whole(
        self, role: str, rows_of: Callable[[Row], Iterable[RegisterRow]], name: str, words: Sequence[str] = ()
    ) -> Iterator[Page]:
        for page, last in _looking_ahead(self._link.page(role).rows(words=words)):
            rows, bad = _made(page, rows_of, name)
            yield Page(rows, bad, full=last)

    def _groups(self) -> Iterator[Page]:
        """Categories, or product groups, with the VAT and the sales account that their items agree on."""
        by = self._settings.group_by
        bound = self._link.page("product_groups" if by == "product_group" else "categories")
        found = bound.every()
        rows: list[RegisterRow] = []
        bad: list[BadRow] = []
        common = _Common(self._items.shared(), by) if found and not bound.has("vat_prod") else None
        for row in found:
            try:
                code = text(row, "code")
                if by == "product_group" and text(row, "category"):
                    code = f"{text(row, 'category')}/{code}"
                vat, gen = (text(row, "vat_prod"), text(row, "gen_prod")) if common is None else common.of(code)
                rate = self.pricing.rate(vat) if vat else 25
                rows.append(registers.group(code, text(row, "name"), rate, self._account(gen)))
            except ValueError as error:
                bad.append(_bad(row, error, "Varugrupp"))
        yield Page(rows, bad, full=True)

    def _account(self, gen_prod: str) -> int:
        return self.pricing.sales_accounts.get(gen_prod.upper(), 0) if gen_prod else 0

    def _barcodes(self) -> Iterator[Page]:
        """From the register that the licence allows, and from GTIN. A code on two articles is given to both."""
        source = self._settings.barcodes
        seen: set[tuple[str, str]] = set()
        pages = list(self._barcode_pages(source))
        for number, (role, code, item) in enumerate(pages, 1):
            units = self._units() if role != "items" and self._link.page(role).has("unit") else {}
            codes = Codes((role, code, item), seen, units)
            read = (
                self._items.shared()
                if role == "items"
                else self._link.page(role).rows(words=("type", code, item, "unit"))
            )
            for page, last in _looking_ahead(read):
                rows, bad = _made(page, codes.of, "Streckkod")
                yield Page(rows, bad, full=last and number == len(pages), notes=codes.notes() if last else ())

    def _units(self) -> Mapping[str, str]:
        """The unit that each item is sold and priced in."""
        return {
            text(row, "number").upper(): (text(row, "unit") or text(row, "base_unit")).upper()
            for page in self._items.shared()
            for row in page
        }

    def _barcode_pages(self, source: str) -> Iterator[tuple[str, str, str]]:
        if source == "cross":
            yield "cross_references", "code", "item"
        elif source == "identifiers":
            yield "identifiers", "code", "item"
        if source == "gtin" or (self._settings.gtin and self._link.page("items").has("gtin")):
            yield "items", "gtin", "number"

    def _prices(self) -> Iterator[Page]:
        """Price lists. A company that does not use them need not publish them."""
        if not self._link.has("sales_prices") and self._settings.price_source != "customer":
            yield Page((), full=True)
            return
        told = Told()
        items: dict[str, Items] = {}
        for page in self._items.shared():
            for row in page:
                try:
                    items[text(row, "number")] = item_of(row, self.pricing.rate(text(row, "vat_prod")))
                except ValueError as error:
                    item = row.get("number")
                    told.unread(item if isinstance(item, str) else "", error)
        rows = list(self.pricing.lists(items, self._link.session.clock().date(), told))
        yield Page(rows, told.bad, full=True, notes=told.notes)

    # --- stock -----------------------------------------------------------------------------------------------

    def _stock(self, since: str | None) -> Iterator[Page]:
        """Open entries tell what is left; entries after the last one known tell which items to count again.

        The number is read before the balances, so that what is posted meanwhile is counted again next time.
        """
        bound = self._link.page("stock")
        if since is None or not since.isdigit():
            newest = bound.last("entry")
            cursor = whole(newest, "entry") if newest else 0
            rows, bad = self._balances(bound, ())
            yield Page(rows, bad, cursor=str(cursor), full=since is None)
            return
        changed: dict[str, set[str]] = {}
        cursor = int(since)
        for page in bound.rows([("entry", "gt", int(since))], words=("entry", "item", "location")):
            for row in page:
                cursor = max(cursor, whole(row, "entry"))
                changed.setdefault(text(row, "item"), set()).add(text(row, "location"))
        rows, bad = [], []
        names = sorted(changed)
        for start in range(0, len(names), _CHUNK):
            some = names[start : start + _CHUNK]
            counted, wrong = self._balances(bound, tuple(some))
            told, unread = {(one.article, one.location) for one in counted}, {one.article for one in wrong}
            rows += counted
            rows += [
                registers.stock(item, place, Decimal(0))
                for item in some
                for place in sorted(changed[item])
                if (item, place) not in told and item not in unread and self._wanted(place)
            ]
            bad += wrong
        yield Page(rows, bad, cursor=str(cursor))

    def _balances(self, bound: Bound, items: tuple[str, ...]) -> tuple[list[Any], list[BadRow]]:
        where: list[tuple[str, str, Any]] = [("is_open", "eq", True)]
        if items:
            where.append(("item", "eq", items))
        sums: dict[tuple[str, str], Decimal] = {}
        bad: list[BadRow] = []
        for page in bound.rows(where, words=("item", "location", "left")):
            for row in page:
                try:
                    key = (text(row, "item"), text(row, "location"))
                    sums[key] = sums.get(key, Decimal(0)) + decimal(row, "left")
                except ValueError as error:
                    bad.append(_bad(row, error, "Lagertransaktion"))
        unread = {one.article for one in bad}
        return [
            registers.stock(item, place, left)
            for (item, place), left in sums.items()
            if item not in unread and self._wanted(place)
        ], bad

    def _wanted(self, location: str) -> bool:
        wanted = {code.upper() for code in self._settings.locations}
        return not wanted or location.upper() in wanted


class _Common:
    """The posting groups that most items of a group have."""

    def __init__(self, items: Iterable[list[Row]], by: str) -> None:
        self._votes: dict[str, dict[tuple[str, str], int]] = {}
        for page in items:
            for row in page:
                try:
                    code, pair = registers.group_code(row, by), (text(row, "vat_prod"), text(row, "gen_prod"))
                except ValueError:  # named when the articles come
                    continue
                votes = self._votes.setdefault(code, {})
                votes[pair] = votes.get(pair, 0) + 1

    def of(self, code: str) -> tuple[str, str]:
        """VAT product group and general product group."""
        votes = self._votes.get(code, {})
        return max(votes, key=lambda pair: votes[pair], default=("", ""))


def _customer(row: Row) -> Iterable[Customer]:
    yield registers.customer(row)


def _some(row: RegisterRow | None) -> Iterable[RegisterRow]:
    return () if row is None else (row,)


def _made(
    page: Sequence[Row], rows_of: Callable[[Row], Iterable[RegisterRow]], name: str
) -> tuple[list[RegisterRow], list[BadRow]]:
    """Rows of ours, and those that could not be made."""
    rows: list[RegisterRow] = []
    bad: list[BadRow] = []
    for row in page:
        try:
            rows += rows_of(row)
        except ValueError as error:
            bad.append(_bad(row, error, name))
    return rows, bad


def _bad(row: Row, error: ValueError, name: str) -> BadRow:
    """What could not be read, with its number: an item's parts (a barcode, an entry) are told by their item."""
    words = [row.get(word) for word in ("number", "code", "item")]
    number, code, item = [word if isinstance(word, str) else "" for word in words]
    known = tidy(number or code or item, 30)
    why = f"{str(error)[:1].upper()}{str(error)[1:]}."
    where = f"{name} {known}".strip()
    return BadRow(where, why, article=item) if item else BadRow(where, why, key=number or code)


def _mark(value: object) -> str:
    return hashlib.blake2b(repr(value).encode(), digest_size=6).hexdigest()


def _cursor(since: str | None) -> Cursor | None:
    if not since:
        return None
    try:
        return msgspec.json.decode(since, type=Cursor)
    except msgspec.MsgspecError:
        return None


def _looking_ahead(pages: Iterator[list[Row]]) -> Iterator[tuple[list[Row], bool]]:
    """Each page, and whether it is the last: for only the last may say that the register is whole."""
    before: list[Row] | None = None
    for page in pages:
        if before is not None:
            yield before, False
        before = page
    yield before or [], True
