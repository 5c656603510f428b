"""Article files: articles, and the groups, barcodes and stock that stand in the same file, read once for all."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import TypeAlias

from connectors.formats import columns
from connectors.formats.barcodes import BarcodeCells
from connectors.formats.numbers import BadCell, price, quantity, vat_rate
from connectors.formats.register_reader import Content, Reader, Rules
from synccenter.contract.connector import BadRow
from synccenter.contract.model import Article, ArticleGroup, Ore, Percent, Register, Stock

NEEDS = (("name",), ("price", "net_price"))
"""Without these an article cannot be sold."""

_NAMED = 5
"""So many groups are named in a row of the log."""

_OFTEN = ("group", "vat", "unit", "deposit", "active", "inactive")
_Repeated: TypeAlias = tuple[str, Percent, str, Ore, bool]


class _Articles(Reader):
    def __init__(self, data: bytes, name: str, rules: Rules) -> None:
        super().__init__(data, name, columns.ARTICLE, rules, NEEDS)
        self.points_of = {name: self.points(name) for name in (self.price_field, "deposit", "stock")}
        self.price_points = self.points_of[self.price_field]
        missing = len(self.table.headers)  # every row gets an empty cell at its end, for the fields the table lacks
        self.once = itemgetter(*(self.at.get(name, missing) for name in ("number", "name", "name2", self.price_field)))
        self.often = itemgetter(*(self.at.get(name, missing) for name in _OFTEN))
        self.repeated: dict[tuple[str, ...], _Repeated] = {}
        self.groups: dict[str, tuple[str, dict[Percent, int]]] = {}
        self.articles: list[Article] = []
        self.stock: list[Stock] = []
        self.bad_stock: list[BadRow] = []
        self.codes = BarcodeCells(columns.barcode_columns(self.table.headers, rules.mapping), self.mends)
        self.guessed: dict[Percent, dict[str, int]] = {}
        self.priced = False
        self.owed = 0

    def read(self) -> Content:
        self.each(self._article, self._take)
        content = self.content(Register.ARTICLES, self.articles)
        content.notes[Register.ARTICLES] += self._guesses()
        if "group" in self.at:
            content.rows[Register.GROUPS] = [_group(code, name, rates) for code, (name, rates) in self.groups.items()]
        if self.codes.columns:
            content.rows[Register.BARCODES] = self.codes.barcodes
            content.bad[Register.BARCODES] = self.codes.bad
        if "stock" in self.at:
            content.rows[Register.STOCK] = self.stock
            content.bad[Register.STOCK] = self.bad_stock
            if self.owed:
                content.notes[Register.STOCK] = [f"{self.name}: {self.owed} lagersaldon är negativa."]
        return content

    def _take(self, article: Article, cells: list[str], line: int) -> None:
        self.articles.append(article)
        if self.codes.columns:
            self.codes.take(article.number, cells, self.where(line), line)
        if "stock" in self.at:
            self._take_stock(article.number, cells, line)
        if article.group:
            known = self.groups.get(article.group)
            if known is None:
                known = self.groups[article.group] = (self.text(cells, "group_name") or article.group, {})
            known[1][article.vat_rate] = known[1].get(article.vat_rate, 0) + 1

    def _article(self, cells: list[str]) -> Article:
        cells.append("")
        number, name, name2, money = self.once(cells)
        number = self.new_number(number)
        key = self.often(cells)
        repeated = self.repeated.get(key)
        if repeated is None:
            repeated = self.repeated[key] = self._repeated(*key, active=self.active(cells))
        group, rate, unit, deposit, active = repeated
        name = self.clean(name, "name")
        if name2:
            name = f"{name} {self.clean(name2, 'name2')}".strip()
        if not name:
            raise BadCell("namn saknas")
        amount = 0
        if money and not money.isspace():
            amount = price(money, points=self.price_points, vat_to_add=rate if self.net else 0)
            self.priced = True
        if not key[1].strip():
            groups = self.guessed.setdefault(rate, {})
            groups[group] = groups.get(group, 0) + 1
        return Article(number, name, group, rate, amount, deposit, unit, active)

    def _repeated(self, group: str, vat: str, unit: str, deposit: str, *_flags: str, active: bool) -> _Repeated:
        """What is the same for many articles, worked out once."""
        group = self.clean(group, "group")
        rate = vat_rate(vat) if vat.strip() else self.rules.vat_of_group(group)
        money = price(deposit, points=self.points_of["deposit"]) if deposit.strip() else 0
        return group, rate, self.clean(unit, "unit") or "st", money, active

    def _guesses(self) -> list[str]:
        """What stands in the till though the file does not say so: VAT by the settings, prices of nothing."""
        told = []
        for rate, groups in sorted(self.guessed.items()):
            names = sorted(groups, key=lambda name: (-groups[name], name))
            shown = ", ".join(name or "utan varugrupp" for name in names[:_NAMED]) + (" …" if names[_NAMED:] else "")
            told.append(f"{self.name}: {sum(groups.values())} artiklar utan moms i filen får {rate} % ({shown}).")
        if self.articles and not self.priced:
            told.append(f"{self.name}: alla priser är tomma; en ny artikel utan pris säljs till öppet pris.")
        return told

    def _take_stock(self, article: str, cells: list[str], line: int) -> None:
        text = cells[self.at["stock"]].strip()
        try:
            if text:
                amount = quantity(text, points=self.points_of["stock"])
                self.stock.append(Stock(article, self.text(cells, "location"), amount))
                self.owed += amount < 0
        except BadCell as bad:
            self.bad_stock.append(BadRow(self.where(line), f"lagersaldot: {bad}", article=article))


def _group(code: str, name: str, rates: Mapping[Percent, int]) -> ArticleGroup:
    """A group out of the article file; its rate is the one that most of its articles have."""
    return ArticleGroup(code, name, max(rates, key=lambda rate: (rates[rate], rate)))


def articles(data: bytes, name: str, rules: Rules) -> Content:
    """Articles, and the groups, barcodes and stock that stand in the same file."""
    return _Articles(data, name, rules).read()
