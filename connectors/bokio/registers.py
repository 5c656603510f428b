"""Rows of Bokio made into rows of the till. Pure: no requests here.

A row that cannot be used raises `ValueError` with a Swedish reason and becomes a `BadRow`.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from connectors.bokio import answers
from connectors.wire.answers import tidy
from synccenter.contract.model import Account, Article, Customer, Ore, Percent

RATES = (25, 12, 6, 0)
"""Swedish VAT rates (mervärdesskattelagen 2023:200, chapter 9)."""

_MOST = 10_000_000
_UNITS = {
    "piece": "st",
    "hour": "tim",
    "day": "dag",
    "month": "mån",
    "kilogram": "kg",
    "gram": "g",
    "liter": "l",
    "meter": "m",
    "centimeter": "cm",
    "millimeter": "mm",
    "meterSquared": "m2",
    "meterCubic": "m3",
    "week": "v",
    "year": "år",
    "minute": "min",
    "ton": "ton",
}


def ore(amount: Decimal | None) -> Ore:
    """Kronor -> öre, half up; None is nothing. Raises `ValueError` when it cannot be an amount."""
    if amount is None:
        return 0
    if not (amount.is_finite() and abs(amount) < _MOST * 10):
        raise ValueError(f"beloppet {amount:.6g} är orimligt")
    return int((amount * 100).to_integral_value(ROUND_HALF_UP))


def day(text: str | None) -> date | None:
    """The day of a date, None when it is none."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def rate(number: Decimal | None) -> Percent:
    """A VAT rate. Raises `ValueError` when it is no Swedish one."""
    if number is None or number not in RATES:
        raise ValueError(f"{'okänd' if number is None else format(float(number), 'g')} % moms finns inte i Sverige")
    return int(number)


def account(row: answers.Account) -> Account:
    """An account."""
    return Account(row.account, tidy(row.name, 100))


def article(row: answers.Item, number_from: str) -> Article | None:
    """An article at its price with VAT; None for a text that is no goods.

    Its number is Bokio's id, or the first word of its text when the settings say that the shop writes it there.
    """
    if row.item_type != "salesItem":
        return None
    text = tidy(row.description, 200)
    number, name = row.id, text
    if number_from == "word":
        number, _, name = text.partition(" ")
    if not number:
        raise ValueError("artikeln har ingen text")
    vat_rate = rate(row.tax_rate)
    price = ore((row.unit_price or Decimal(0)) * (100 + vat_rate) / 100)
    if not 0 <= price <= _MOST * 100:
        raise ValueError("priset är orimligt")
    unit = _UNITS.get(row.unit_type or "", "st")
    return Article(tidy(number, 50), tidy(name or number, 50), vat_rate=vat_rate, price=price, unit=unit)


def customer(row: answers.Customer) -> Customer:
    """A customer, by Bokio's id."""
    contacts = row.contacts_details or []
    contact = next((one for one in contacts if one.is_default), contacts[0] if contacts else answers.Contact())
    address = row.address or answers.Address()
    return Customer(
        number=row.id,
        name=tidy(row.name, 50),
        org_number=tidy(row.org_number, 20),
        address=tidy(address.line1, 50),
        postal_code=tidy(address.postal_code, 10),
        city=tidy(address.city, 50),
        email=tidy(contact.email, 255),
        phone=tidy(contact.phone, 50),
    )
