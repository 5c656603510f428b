"""The smaller register files: groups, price lists and customers.

A row that cannot be used is named with file and line and skipped.
"""

from __future__ import annotations

import re
from datetime import date

from connectors.formats import columns
from connectors.formats.numbers import BadCell, price, quantity, vat_rate
from connectors.formats.register_reader import Content, Reader, Rules
from synccenter.contract.connector import BadRow
from synccenter.contract.model import ArticleGroup, Customer, Price, Register

_CUSTOMER_TEXTS = ("org_number", "address", "postal_code", "city", "email", "phone", "price_list")


_ALWAYS = date(2000, 1, 1)
"""The first day of a price without one: the same at every reading, so that reading again changes nothing."""


def groups(data: bytes, name: str, rules: Rules) -> Content:
    """A file of its own with the groups."""
    reader = Reader(data, name, columns.GROUP, rules)

    def make(cells: list[str]) -> ArticleGroup:
        code = reader.number(cells)
        label = reader.text(cells, "name") or code
        vat, account = reader.text(cells, "vat"), reader.text(cells, "account")
        if account and not (account.isascii() and account.isdigit() and 4 <= len(account) <= 8):
            raise BadCell(f"”{account}” är inget kontonummer")
        return ArticleGroup(code, label, vat_rate(vat) if vat else rules.vat_of_group(label), int(account or 0))

    return reader.content(Register.GROUPS, reader.all(make))


def prices(data: bytes, name: str, rules: Rules) -> Content:
    """A price list: article, price, and where given list, first day and least quantity."""
    reader = Reader(data, name, columns.PRICE, rules, needs=(("price", "net_price"),))
    net, field = reader.net, reader.price_field
    points, quantity_points = reader.points(field), reader.points("min_quantity")
    taken: set[tuple[str, str, date, int]] = set()

    def make(cells: list[str]) -> Price:
        article = reader.any_number(cells[reader.at["number"]])
        if not (money := reader.text(cells, field)):
            raise BadCell("pris saknas")
        vat, least = reader.text(cells, "vat"), reader.text(cells, "min_quantity")
        row = Price(
            price_list=reader.text(cells, "price_list"),
            article=article,
            valid_from=_day(reader.text(cells, "valid_from")) or _ALWAYS,
            price=price(money, points=points, vat_to_add=(vat_rate(vat) if vat else rules.default_vat) if net else 0),
            min_quantity=quantity(least, points=quantity_points) if least else 0,
        )
        if row.min_quantity < 0:
            raise BadCell(f"antalet ”{least}” är negativt")
        key = (row.price_list, row.article, row.valid_from, row.min_quantity)
        if key in taken:
            raise BadCell(f"artikel {article} har redan ett pris i samma prislista, från samma dag och antal")
        taken.add(key)
        return row

    rows = reader.all(make)
    reader.bad = [BadRow(bad.where, bad.why, article=bad.key) for bad in reader.bad]
    return reader.content(Register.PRICES, rows)


def customers(data: bytes, name: str, rules: Rules) -> Content:
    """Customers: only what a till needs is taken out of the file."""
    reader = Reader(data, name, columns.CUSTOMER, rules, needs=(("name", "first_name", "last_name"),))

    def make(cells: list[str]) -> Customer:
        number = reader.number(cells)
        person = f"{reader.text(cells, 'first_name')} {reader.text(cells, 'last_name')}".strip()
        label = reader.text(cells, "name") or person
        if not label:
            raise BadCell("kundens namn saknas")
        texts = {key: reader.text(cells, key) for key in _CUSTOMER_TEXTS}
        return Customer(number, label, **texts, active=reader.active(cells))

    return reader.content(Register.CUSTOMERS, reader.all(make))


def _day(text: str) -> date | None:
    """`2026-11-24`, `2026/11/24`, `2026.11.24` or `20261124`; None for an empty cell. A day or a month first is
    refused: `04/05/2026` may be either."""
    if not text:
        return None
    try:
        return date.fromisoformat(re.sub(r"[/.]", "-", text[:10]))
    except ValueError:
        raise BadCell(f"”{text[:40]}” är inget datum (skrivs som 2026-11-24)") from None
