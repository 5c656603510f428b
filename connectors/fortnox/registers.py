"""Articles and customers down: lists only, single objects where a list lacks what the till must know.

Lists do not say whether a row is active, so the inactive ones are asked for by themselves: of what has changed when
something has, else of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import TypeVar
from urllib.parse import quote

from connectors.fortnox import answers
from connectors.fortnox.books import Books, Part, changed_after
from connectors.fortnox.rates import Rates
from connectors.wire.answers import taken, tidy
from connectors.wire.http import Parameters
from synccenter.contract.connector import BadRow, Page
from synccenter.contract.model import Article, Barcode, Customer, Ore, Percent, Register, RegisterRow, Stock

T = TypeVar("T")

RATES = (25, 12, 6, 0)
"""Swedish VAT rates (mervärdesskattelagen 2023:200, chapter 9)."""

_MOST = 10_000_000
"""The greatest price or quantity that is taken for one: kronor, or pieces."""


class Registers:
    """The registers that Fortnox has of articles and customers, read once: since a cursor, or all of it."""

    def __init__(self, books: Books, rates: Rates, since: str | None, *, prices_with_vat: bool) -> None:
        self._books = books
        self._rates = rates
        self._since = since
        self._with_vat = prices_with_vat

    def articles(self) -> Iterator[Page]:
        """Articles, and in the same answers their barcodes and balances."""
        for part in self._rates.noting(self._books, self._articles_since):
            rows, bad = taken(part.rows, self._article, lambda row, why: _bad(row.article_number, why))
            good = {row.number for row in rows if isinstance(row, Article)}
            of_good = [row for row in part.rows if row.article_number in good]
            also: Mapping[Register, Sequence[RegisterRow]] = {
                Register.BARCODES: [Barcode(tidy(row.ean, 50), row.article_number) for row in of_good if row.ean],
                Register.STOCK: [one for row in of_good if (one := stock(row))],
            }
            yield self._page(part, rows, [*part.bad, *bad], also)

    def customers(self) -> Iterator[Page]:
        """Customers."""
        changed = changed_after(self._since) if self._since else {}
        for part in self._books.parts("/customers", "Customers", answers.Customer, changed):
            rows, bad = taken(part.rows, self._customer, lambda row, why: _bad(row.customer_number, why))
            yield self._page(part, rows, [*part.bad, *bad], {})

    def _page(
        self,
        part: Part[T],
        rows: Sequence[RegisterRow],
        bad: Sequence[BadRow],
        also: Mapping[Register, Sequence[RegisterRow]],
    ) -> Page:
        full = self._since is None and part.whole
        return Page(rows, bad, cursor=(part.cursor or None) if part.last else None, full=full, also=also)

    def _article(self, row: answers.Article) -> RegisterRow:
        rate = vat_rate(row.vat if row.vat is not None else self._vat_of(row.article_number))
        return Article(
            number=row.article_number,
            name=tidy(row.description, 50),
            vat_rate=rate,
            price=price(row.sales_price, rate, with_vat=self._with_vat),
            unit=tidy(row.unit, 10) or "st",
            active=row.article_number not in self._inactive_articles,
        )

    def _vat_of(self, number: str) -> Decimal:
        """The VAT of an article whose row in the list has none."""
        whole = self._books.one_or_none(f"/articles/{quote(number, safe='')}", "Article", answers.Article)
        if whole is None or whole.vat is None:
            raise ValueError("artikeln har ingen moms i Fortnox")
        return whole.vat

    def _customer(self, row: answers.Customer) -> RegisterRow:
        return Customer(
            number=row.customer_number,
            name=tidy(row.name, 50),
            org_number=tidy(row.organisation_number, 20),
            address=tidy(row.address1, 50),
            postal_code=tidy(row.zip_code, 10),
            city=tidy(row.city, 50),
            email=tidy(row.email, 255),
            phone=tidy(row.phone, 50),
            active=row.customer_number not in self._inactive_customers,
        )

    @cached_property
    def _articles_since(self) -> str | None:
        return self._rates.since(self._since)

    @cached_property
    def _inactive_articles(self) -> set[str]:
        rows = self._books.every("/articles", "Articles", answers.Article, _inactive(self._articles_since))
        return {row.article_number for row in rows}

    @cached_property
    def _inactive_customers(self) -> set[str]:
        rows = self._books.every("/customers", "Customers", answers.Customer, _inactive(self._since))
        return {row.customer_number for row in rows}


def _inactive(since: str | None) -> Parameters:
    return {**(changed_after(since) if since else {}), "filter": "inactive"}


def _bad(number: str, why: str) -> BadRow:
    return BadRow(tidy(number, 50), why, key=number)


def vat_rate(percent: Decimal) -> Percent:
    """A VAT rate. Raises `ValueError` when it is no Swedish one."""
    if percent not in RATES:
        raise ValueError(f"momssatsen {percent} % finns inte i Sverige")
    return int(percent)


def price(amount: Decimal, rate: Percent, *, with_vat: bool) -> Ore:
    """A price as öre with VAT, half up. Raises `ValueError` when it cannot be one."""
    if not amount.is_finite() or not 0 <= amount <= _MOST:
        raise ValueError(f"priset {amount:.6g} är orimligt")
    gross = amount if with_vat else amount * (100 + rate) / 100
    return int((gross * 100).to_integral_value(ROUND_HALF_UP))


def stock(row: answers.Article) -> Stock | None:
    """An article's balance, when Fortnox tells of one."""
    quantity = row.quantity_in_stock
    if quantity is None or not quantity.is_finite() or quantity.copy_abs() > _MOST:
        return None
    return Stock(row.article_number, "", int((quantity * 1000).to_integral_value(ROUND_HALF_UP)))
