"""Rows of Business Central made into rows of the till. Pure: each raises ValueError with a Swedish clause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from connectors.business_central import answers
from connectors.business_central.options import VatGroup
from connectors.dynamics.prices import (
    BLOCKED_WHOLLY,
    RATES,
    org_number_of,
    rate_of,
    thousandths,
    with_vat,
)
from connectors.wire.answers import tidy
from synccenter.contract.connector import FiscalYear
from synccenter.contract.model import Account, Article, ArticleGroup, Barcode, Customer, Hindered, Percent, Price, Stock

LONG_AGO = date(2000, 1, 1)
"""What a price without a starting date is valid from."""
LATE = datetime(9000, 1, 1, tzinfo=UTC)

_RATE = re.compile(r"(?<!\d)(25|12|6|0)(?!\d)")
_NO_VAT = re.compile(r"momsfri|no vat|utan moms|ingen moms", re.IGNORECASE)


def rates(groups: Iterable[answers.TaxGroup], told: Iterable[VatGroup]) -> Mapping[str, Percent]:
    """The rate of each VAT product posting group: as the settings say, else as its code or its name does."""
    found: dict[str, Percent] = {}
    for group in groups:
        for text in (group.code, group.display_name):
            named = _RATE.search(text)
            if named:
                found[group.code.upper()] = int(named[1])
                break
            if _NO_VAT.search(text):
                found[group.code.upper()] = 0
                break
    return found | {row.group.upper(): row.rate for row in told if row.rate in RATES}


def rate(group: str, known: Mapping[str, Percent]) -> Percent:
    """The rate of an item's group."""
    if group.upper() not in known:
        raise ValueError(f"momsgruppen {group or '(tom)'} har ingen känd momssats")
    return rate_of(Decimal(known[group.upper()]))


def moment(text: str) -> datetime:
    """A point in time; of one that cannot be read it is not known how late it is."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = LATE
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(text: str) -> date | None:
    """A date; None for the blank one (0001-01-01)."""
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return None if found.year < 1000 else found


_BOOKED_ON = {"", "Posting", answers.BLANK}
"""*Account Type* that is neither a heading nor a sum."""


def account(row: answers.Account) -> Account | None:
    """An account that can be booked on; None for headings and sums, and for codes that are no number."""
    if not row.number:
        raise ValueError("kontonumret saknas")
    if not row.number.isdigit() or row.account_type not in _BOOKED_ON:
        return None
    return Account(int(row.number), tidy(row.display_name, 100), active=row.direct_posting and not row.blocked)


def chart(rows: Iterable[answers.Account]) -> list[Account]:
    """The accounts that can be booked on, and those that could be, with what hinders them; headings and sums too."""
    listed = [(row, account(row)) for row in rows if row.number.isdigit()]
    return [one if one and one.active else _hindered(row) for row, one in listed]


def _hindered(row: answers.Account) -> Hindered:
    if row.account_type not in _BOOKED_ON:
        why = "är ett summakonto" if row.account_type.startswith(("Total", "End")) else "är ett rubrikkonto"
    else:
        why = "är spärrat" if row.blocked else "tillåter inte direktbokföring"
    return Hindered(int(row.number), tidy(row.display_name, 100), False, why)


def group(row: answers.Category, vat: Percent) -> ArticleGroup:
    """An item category."""
    if not row.code:
        raise ValueError("koden saknas")
    return ArticleGroup(row.code, tidy(row.display_name, 50) or row.code, vat)


def article(row: answers.Item, known: Mapping[str, Percent], rounding: str) -> Article:
    """An item at its price with VAT."""
    if not row.number:
        raise ValueError("artikelnumret saknas")
    vat = rate(row.tax_group_code, known)
    return Article(
        number=row.number,
        name=tidy(row.display_name, 50) or row.number,
        group=row.item_category_code,
        vat_rate=vat,
        price=with_vat(row.unit_price, vat, has_vat=row.price_includes_tax, rounding=rounding),
        unit=tidy(row.base_unit_of_measure_code, 10).lower() or "st",
        active=not row.blocked,
    )


def customer(row: answers.CustomerRow) -> Customer:
    """A customer. The API does not tell the price group."""
    if not row.number:
        raise ValueError("kundnumret saknas")
    return Customer(
        number=row.number,
        name=tidy(row.display_name, 50) or row.number,
        org_number=org_number_of(row.tax_registration_number),
        address=tidy(row.address_line1, 50),
        postal_code=tidy(row.postal_code, 20),
        city=tidy(row.city, 50),
        email=tidy(row.email, 80),
        phone=tidy(row.phone_number, 50),
        active=row.blocked.lower() not in BLOCKED_WHOLLY,
    )


def gtin(row: answers.ItemFacts) -> Barcode | None:
    """The item's own barcode, None without one."""
    return Barcode(tidy(row.gtin, 50), row.number) if row.gtin and row.number else None


def reference(row: answers.ItemReference, unit: str) -> Barcode | None:
    """A barcode among the item references; None for one of another unit than `unit`, which the till sells in."""
    if not row.reference_number or not row.item_number or row.unit_of_measure_code.upper() not in {"", unit}:
        return None
    return Barcode(tidy(row.reference_number, 50), row.item_number)


def stock(row: answers.ItemStock) -> Stock | None:
    """The balance of an item over all locations; None for services."""
    return Stock(row.number, "", thousandths(row.inventory)) if row.type == "Inventory" else None


def stock_in(row: answers.LocationStock, wanted: Iterable[str]) -> Stock | None:
    """The balance in one of the wanted locations (all when none is named)."""
    codes = {code.upper() for code in wanted}
    if codes and row.location_code.upper() not in codes:
        return None
    return Stock(row.item_number, row.location_code, thousandths(row.quantity))


def price(row: answers.PriceLine, item: answers.ItemFacts, known: Mapping[str, Percent], rounding: str) -> Price:
    """A price of a price list, in the item's own unit."""
    vat = rate(item.tax_group_code, known)
    return Price(
        price_list=row.price_list_code,
        article=row.item_number,
        valid_from=day(row.starting_date) or LONG_AGO,
        price=with_vat(row.unit_price, vat, has_vat=row.price_includes_tax, rounding=rounding),
        min_quantity=thousandths(row.minimum_quantity),
    )


def fiscal_years(periods: Iterable[answers.Period]) -> list[FiscalYear]:
    """The financial years: each begins with a period that says so and ends the day before the next one does."""
    rows = sorted(((start, one) for one in periods if (start := day(one.starting_date))), key=lambda pair: pair[0])
    begins = [(start, one) for start, one in rows if one.new_fiscal_year]
    found: list[FiscalYear] = []
    for place, (start, one) in enumerate(begins):
        following = begins[place + 1][0] if place + 1 < len(begins) else None
        if following:
            found.append(FiscalYear(start, following - timedelta(days=1), locked=one.closed))
    return found
