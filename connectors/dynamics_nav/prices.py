"""VAT rates and sales prices: what an article costs the kontantkund, and the price lists.

NAV's own rule (codeunit 7000 Sales Price Calc. Mgt.): of all prices that hold for the customer, its price group
and all customers on the day, the lowest counts; without any, the price on the item card does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property

from msgspec import Struct, field

from connectors.dynamics.prices import rate_of, thousandths, with_vat
from connectors.dynamics_nav import registers
from connectors.dynamics_nav.errors import VAT_UNKNOWN
from connectors.dynamics_nav.link import Link
from connectors.dynamics_nav.options import NavSettings
from connectors.dynamics_nav.refusals import NOT_FOUND
from connectors.wire.rows import Row, day, decimal, flag, option, text
from synccenter.contract.connector import BadRow
from synccenter.contract.model import Ore, Percent, Price, Thousandths

ALL_CUSTOMERS = "ALLA"
"""The price list of prices that hold for all customers."""

_TYPES = {"customer": "kund", "customerpricegroup": "grupp", "allcustomers": "alla"}


class SalesPrice(Struct, frozen=True):
    """A row of Sales Prices, in whole and half understood."""

    item: str
    kind: str
    code: str
    start: date
    end: date | None
    unit: str
    minimum: Thousandths
    price: Decimal
    has_vat: bool

    def holds(self, on: date) -> bool:
        """Whether it is valid on a day."""
        return self.start <= on and (self.end is None or on <= self.end)


OTHER_CURRENCY, VARIANT = "priser i annan valuta", "priser per variant"
CAMPAIGN, OTHER_UNIT = "kampanjpriser", "priser per annan enhet än försäljningsenheten"
_NAMED = 5


class LeftOut:
    """Prices that the till has no place for, counted by sort, with some of them named."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._names: dict[str, list[str]] = {}

    def add(self, sort: str, name: str) -> None:
        """One more."""
        self._counts[sort] = self._counts.get(sort, 0) + 1
        names = self._names.setdefault(sort, [])
        if name not in names and len(names) < _NAMED:
            names.append(name)

    def told(self) -> list[str]:
        """A sentence for each sort."""
        return [self._told(sort, names) for sort, names in sorted(self._names.items())]

    def _told(self, sort: str, names: list[str]) -> str:
        return f"Försäljningspriser: {self._counts[sort]} {sort} har ingen plats i kassan (t.ex. {', '.join(names)})."


class Told(Struct):
    """What reading the sales prices had to tell: rows that could not be read, and what has no place in the till."""

    bad: list[BadRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def unread(self, item: str, error: ValueError) -> None:
        """A price that could not be read: the till keeps those it has of the item."""
        self.bad.append(BadRow(f"Pris på {item[:20]}", f"{error}.", article=item))

    @property
    def items(self) -> frozenset[str]:
        """The items with a price that could not be read."""
        return frozenset(one.article for one in self.bad)


class Items(Struct, frozen=True):
    """What prices need to know of an item: its VAT rate and the units that it may be sold in."""

    rate: Percent
    units: frozenset[str]


class Pricing:
    """VAT and prices for one run."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._settings = link.settings
        self.rounding = self._settings.rounding

    # --- the kontantkund -------------------------------------------------------------------------------------

    @cached_property
    def cash_customer(self) -> Row:
        """The kontantkund's row. Raises NAV09 when none is chosen, NAV44 when it is not there."""
        number = self._settings.cash_customer
        if not number:
            raise VAT_UNKNOWN.error(why="ingen kontantkund är vald")
        rows = self._link.page("customers").every([("number", "eq", number)])
        if not rows:
            raise NOT_FOUND.error(item=f"Kontantkund {number}", detail="", about=f"Kund {number} finns inte. ")
        return rows[0]

    @cached_property
    def _bus_group(self) -> str:
        return self._settings.vat_group or text(self.cash_customer, "vat_bus")

    @cached_property
    def _typed_rates(self) -> dict[str, Percent]:
        return {row.group.upper(): row.rate for row in self._settings.vat_rates}

    @cached_property
    def _rates(self) -> dict[str, Percent | str]:
        """VAT product group -> rate, or what is wrong with it."""
        rates: dict[str, Percent | str] = dict(self._typed_rates)
        if rates:
            return rates
        bus = self._bus_group
        for row in self._link.page("vat_setup").every():
            try:
                if text(row, "bus").upper() == bus.upper():
                    rates[text(row, "prod").upper()] = rate_of(decimal(row, "percent"))
            except ValueError as error:
                rates[str(row.get("prod") or "").upper()] = str(error)
        if not rates:
            raise VAT_UNKNOWN.error(why=f"momsgruppen ”{bus}” har inga rader i Momsbokföringsinställning")
        return rates

    def known_rates(self) -> dict[str, Percent]:
        """VAT product group -> rate, of those that can be used."""
        return {group: rate for group, rate in self._rates.items() if isinstance(rate, int)}

    def rate(self, vat_group: str) -> Percent:
        """The rate of an item's VAT product group. Raises ValueError."""
        rate = self._rates.get(vat_group.upper(), f"momsgruppen ”{vat_group}” finns inte för kassan")
        if not isinstance(rate, str):
            return rate
        raise ValueError(rate)

    @cached_property
    def sales_accounts(self) -> dict[str, int]:
        """General product group -> sales account, where General Posting Setup is published and has one."""
        if not self._link.has("posting_setup") or not self._settings.cash_customer:
            return {}
        bus = text(self.cash_customer, "gen_bus").upper()
        rows = self._link.page("posting_setup").every()
        found = [(text(row, "prod").upper(), text(row, "sales_account")) for row in rows if _is(row, "bus", bus)]
        return {prod: int(number) for prod, number in found if number.isdigit()}

    # --- prices ----------------------------------------------------------------------------------------------

    def card_price(self, row: Row, rate: Percent) -> Ore:
        """The price on the item card."""
        has_vat = flag(row, "price_has_vat")
        return with_vat(_told_price(row), rate, has_vat=has_vat, rounding=self.rounding)

    def sales_prices(self, told: Told) -> list[SalesPrice]:
        """All usable rows of Sales Prices: in kronor, without variant, no campaigns.

        `told` gets what cannot be read, and how many rows there were of what the till has no place for.
        """
        found: list[SalesPrice] = []
        left_out = LeftOut()
        kronor = {"", (self._settings.currency or NavSettings().currency).upper()}
        for page in self._link.page("sales_prices").rows():
            for row in page:
                try:
                    if text(row, "currency").upper() not in kronor:
                        left_out.add(OTHER_CURRENCY, text(row, "currency"))
                    elif text(row, "variant"):
                        left_out.add(VARIANT, text(row, "item"))
                    elif option(row, "type") not in _TYPES:
                        left_out.add(CAMPAIGN, text(row, "code"))
                    else:
                        found += _sales_price(row)
                except ValueError as error:
                    item = row.get("item")
                    told.unread(item if isinstance(item, str) else "", error)
        told.notes += left_out.told()
        return found

    def for_cash_customer(self, on: date, told: Told) -> dict[str, list[SalesPrice]]:
        """By item: the prices for one piece that hold for the kontantkund on a day."""
        number = text(self.cash_customer, "number").upper()
        price_group = text(self.cash_customer, "price_list").upper()
        ours = {("kund", number), ("alla", "")} | ({("grupp", price_group)} if price_group else set())
        found: dict[str, list[SalesPrice]] = {}
        for one in self.sales_prices(told):
            code = "" if one.kind == "alla" else one.code.upper()
            if (one.kind, code) in ours and one.holds(on) and one.minimum <= 1000:
                found.setdefault(one.item, []).append(one)
        return found

    def best(self, prices: list[SalesPrice], item: Items) -> Ore | None:
        """The lowest that is per a unit the item is sold in; None when there is none."""
        gross = [self.gross(one, item.rate) for one in prices if one.unit in item.units]
        return min(gross, default=None)

    def gross(self, one: SalesPrice, rate: Percent) -> Ore:
        """A sales price including VAT."""
        return with_vat(one.price, rate, has_vat=one.has_vat, rounding=self.rounding)

    def lists(self, items: dict[str, Items], today: date, told: Told) -> Iterator[Price]:
        """The price lists: a price group's code, `KUND <number>` for one customer's own, `ALLA` for everybody's."""
        lowest: dict[tuple[str, str, date, Thousandths], Ore] = {}
        left_out = LeftOut()
        for one in self.sales_prices(told):
            item = items.get(one.item)
            if item is None or (one.end is not None and one.end < today):
                continue
            if one.unit not in item.units:
                left_out.add(OTHER_UNIT, f"{one.item} per {one.unit}")
                continue
            try:
                price = self.gross(one, item.rate)
            except ValueError as error:
                told.unread(one.item, error)
                continue
            name = {"alla": ALL_CUSTOMERS, "kund": f"KUND {one.code}"}.get(one.kind, one.code)
            key = (name, one.item, one.start, one.minimum)
            lowest[key] = min(price, lowest.get(key, price))
        told.notes += left_out.told()
        for (name, article, start, minimum), price in lowest.items():
            yield Price(name, article, start, price, minimum)


def item_of(row: Row, rate: Percent) -> Items:
    """What prices need of an item's row."""
    return Items(rate, frozenset({"", text(row, "unit").upper() or text(row, "base_unit").upper()}))


def _told_price(row: Row) -> Decimal:
    """A price as it stands in NAV. Raises ValueError when none does: that is no price of 0."""
    if row.get("price") in {None, ""}:
        raise ValueError("priset är tomt")
    return decimal(row, "price")


def _sales_price(row: Row) -> Iterator[SalesPrice]:
    kind = _TYPES.get(option(row, "type"))
    item = text(row, "item")
    if kind is None or not item:  # campaigns are not the till's
        return
    yield SalesPrice(
        item,
        kind,
        text(row, "code"),
        day(row, "from") or registers.LONG_AGO,
        day(row, "to"),
        text(row, "unit").upper(),
        thousandths(decimal(row, "minimum")),
        _told_price(row),
        flag(row, "has_vat"),
    )


def _is(row: Row, word: str, value: str) -> bool:
    return text(row, word).upper() == value
