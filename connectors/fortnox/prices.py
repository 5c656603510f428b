"""Price lists beyond the preselected one, whose prices are the articles' own.

Fortnox does not tell when a price was changed, so the whole list is read, five hundred prices a request, and only in
shops that have more than one price list. Nor does it tell the VAT of a price's article (`rates.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from connectors.fortnox import answers
from connectors.fortnox.books import Books
from connectors.fortnox.rates import Rates
from connectors.fortnox.registers import price, vat_rate
from connectors.wire.answers import tidy
from synccenter.contract.connector import BadRow, Page
from synccenter.contract.model import Percent, Price

ALWAYS = date(2000, 1, 1)
"""Fortnox's prices have no first day: they are those of today."""

_MOST_PIECES = Decimal(1_000_000)


class Prices:
    """The prices of all lists but the preselected one."""

    def __init__(self, books: Books, rates: Rates, *, prices_with_vat: bool) -> None:
        self._books = books
        self._rates = rates
        self._with_vat = prices_with_vat

    def pages(self) -> Iterator[Page]:
        """Page by page. One empty page where there is one price list only: the till keeps what lists it has."""
        lists = self._books.every("/pricelists", "PriceLists", answers.PriceList)
        others = {one.code for one in lists if not one.pre_selected}
        if not others or not any(one.pre_selected for one in lists):
            yield Page(())
            return
        rates = {} if self._with_vat else self._rates.every(self._books)
        for part in self._books.parts("/prices", "Prices", answers.Price):
            rows: list[Price] = []
            bad = list(part.bad)
            for row in part.rows:
                if row.price_list not in others:
                    continue
                try:
                    rows.append(self._price(row, rates))
                except ValueError as error:
                    why = str(error)[:1].upper() + str(error)[1:] + "."
                    where = f"{tidy(row.article_number, 50)} i prislista {tidy(row.price_list, 50)}"
                    bad.append(BadRow(where, why, article=row.article_number))
            yield Page(rows, bad, full=part.whole)

    def _price(self, row: answers.Price, rates: Mapping[str, Decimal]) -> Price:
        if row.price is None:
            raise ValueError("priset saknas")
        if not row.from_quantity.is_finite() or not 0 <= row.from_quantity <= _MOST_PIECES:
            raise ValueError(f"antalet {row.from_quantity:.6g} är orimligt")
        rate: Percent = 0
        if not self._with_vat:
            known = rates.get(row.article_number)
            if known is None:
                raise ValueError("artikeln har ingen moms i Fortnox")
            rate = vat_rate(known)
        least = int((row.from_quantity * 1000).to_integral_value(ROUND_HALF_UP))
        amount = price(row.price, rate, with_vat=self._with_vat)
        return Price(tidy(row.price_list, 50), row.article_number, ALWAYS, amount, least)
