"""Rows of NAV's pages made into rows of the till's registers. Each raises ValueError with a Swedish clause."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from connectors.dynamics.prices import BLOCKED_WHOLLY, org_number_of, thousandths
from connectors.wire.answers import tidy
from connectors.wire.rows import Row, flag, option, text
from synccenter.contract.model import (
    Account,
    Article,
    ArticleGroup,
    Barcode,
    Customer,
    Hindered,
    Ore,
    Percent,
    Stock,
)


def article(row: Row, group: str, rate: Percent, price: Ore) -> Article:
    """An article."""
    number = text(row, "number")
    if not number:
        raise ValueError("artikelnumret saknas")
    unit = text(row, "unit") or text(row, "base_unit") or "st"
    return Article(
        number=number,
        name=tidy(text(row, "name"), 50) or number,
        group=group,
        vat_rate=rate,
        price=price,
        unit=tidy(unit, 10).lower(),
        active=not flag(row, "blocked"),
    )


def group_code(row: Row, by: str) -> str:
    """The group of an item: its category, or category and product group (a product group's key holds both)."""
    category = text(row, "category")
    if by == "category":
        return category
    product_group = text(row, "product_group")
    return f"{category}/{product_group}" if category and product_group else product_group or category


def group(code: str, name: str, rate: Percent, account: int) -> ArticleGroup:
    """An article group."""
    if not code:
        raise ValueError("koden saknas")
    return ArticleGroup(code, tidy(name, 50) or code, rate, account)


def barcode(row: Row, *, code: str, item: str) -> Barcode | None:
    """A barcode; None when the row holds none (a cross reference to a vendor, an item without GTIN)."""
    scanned, number = text(row, code), text(row, item)
    if not scanned or not number:
        return None
    return Barcode(tidy(scanned, 50), number)


def is_barcode(row: Row) -> bool:
    """Whether a cross reference is a barcode (Cross-Reference Type)."""
    return option(row, "type") in {"barcode", "streckkod", "3"}


def customer(row: Row) -> Customer:
    """A customer."""
    number = text(row, "number")
    if not number:
        raise ValueError("kundnumret saknas")
    return Customer(
        number=number,
        name=tidy(text(row, "name"), 50) or number,
        org_number=org_number_of(text(row, "org_number")),
        address=tidy(text(row, "address"), 50),
        postal_code=tidy(text(row, "postal_code"), 20),
        city=tidy(text(row, "city"), 50),
        email=tidy(text(row, "email"), 80),
        phone=tidy(text(row, "phone"), 50),
        price_list=text(row, "price_list"),
        active=option(row, "blocked") not in BLOCKED_WHOLLY,
    )


_BOOKED_ON, _SUMS = {"", "posting", "bokföring", "konto"}, {"total", "endtotal", "summa", "tillsumma"}
"""*Account Type* (table 15), in English and Swedish."""


def account(row: Row) -> Account | None:
    """An account that can be booked on; None for headings and sums."""
    number, kind = text(row, "number"), option(row, "type")
    if not number.isdigit() or kind not in _BOOKED_ON:
        return None
    direct = row.get("direct")
    usable = direct is None or str(direct).strip().lower() not in {"false", "0", "no"}
    blocked = flag(row, "blocked")
    name = tidy(text(row, "name"), 100)
    if usable and not blocked:
        return Account(int(number), name)
    return Hindered(int(number), name, False, "är spärrat" if blocked else "tillåter inte direktbokföring")


def heading(row: Row) -> Hindered | None:
    """A heading or a sum of the chart of accounts, which nothing can be booked on; None for any other row."""
    number, kind = text(row, "number"), option(row, "type")
    if not number.isdigit() or kind in _BOOKED_ON:
        return None
    why = "är ett summakonto" if kind in _SUMS else "är ett rubrikkonto"
    return Hindered(int(number), tidy(text(row, "name"), 100), False, why)


def stock(item: str, location: str, quantity: Decimal) -> Stock:
    """A balance."""
    return Stock(item, location, thousandths(quantity))


LONG_AGO = date(2000, 1, 1)
"""What a price without a starting date is valid from."""
