"""Which accounts an invoice's sales should stand on: by the *artikelkontering* of the articles of its rows.

The coding is as it is now, and the voucher as it was booked then. An article or coding that has been changed since says
nothing about then, unless an earlier voucher has the article where it is coded now. What cannot be judged so is told as
not read, neither right nor wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from msgspec import Struct

from connectors.formats.sales_accounts import apart, as_sold, net_of
from connectors.visma_eekonomi import answers, documents, registers
from connectors.visma_eekonomi.books import Books
from connectors.visma_eekonomi.cases import Case
from connectors.visma_eekonomi.values import ore
from synccenter.contract.connector import rounding_of
from synccenter.contract.model import Ore, Posting

UNREAD = "försäljningens konton (artikeln eller dess kontering är ändrad sedan fakturan bokfördes)"

_AT_ONCE = timedelta(minutes=1)
"""An article that is changed so soon after its voucher is changed by the sale (its stock), not coded anew."""


class Coded(Struct, frozen=True):
    """What an invoice's sales should come to by account, credit negative; `unread`: that cannot be told."""

    postings: tuple[Posting, ...] = ()
    unread: tuple[str, ...] = ()


class _Row(Struct, frozen=True):
    """A row of an invoice: the account of its article now, its net in debit, and when that was last changed."""

    article: str
    account: int
    net: Decimal
    changed: datetime | None


class Coding:
    """The coding of some invoices. What stands as the till itself names the accounts is not asked about."""

    def __init__(self, books: Books, cases: Iterable[tuple[Case, Sequence[Posting]]]) -> None:
        self._books = books
        self._stood: dict[str, datetime] = {}
        """When an article was first seen booked on the account that it has now."""
        self._of: dict[str, Coded] = {}
        booked = [(one, net_of(rows)) for one, rows in cases if one.made or one.at_once]
        odd = [(one, net) for one, net in booked if not as_sold(one.document, net)]
        seen = booked if odd else []
        ids = {row.article_id or "" for one, _ in seen for row in one.invoice.rows or ()}
        self._articles = books.articles_by_id(ids)
        rows_of = {one.invoice.id: list(self._rows(one)) for one, _ in seen}
        for one, net in seen:
            if not apart(one.document, net, _sums(rows_of[one.invoice.id])):
                at = _booked_at(one)
                self._stood |= {
                    row.article: min(self._stood.get(row.article, at), at) for row in rows_of[one.invoice.id]
                }
        for one, net in odd:
            self._of[one.invoice.id] = self._judged(one, net, rows_of[one.invoice.id])

    def of(self, case: Case) -> Coded:
        """What the coding says of an invoice's sales."""
        return self._of.get(case.invoice.id, Coded())

    def _rows(self, case: Case) -> Iterator[_Row]:
        """The rows by their articles; money given back is no sale."""
        back = {one.account for one in documents.given_back(case.document)}
        sign = -1 if not case.invoice.is_credit_invoice else 1
        for row in case.invoice.rows or ():
            article = self._articles.get(row.article_id or "")
            coding = self._books.codings.get(article.coding_id) if article else None
            account = registers.account_of(coding) if coding else 0
            if account in back:
                continue
            rate = (registers.known_rate(coding) if coding else None) or 0
            amount = Decimal(ore(row.unit_price)) * (row.quantity or 0) * (1 - (row.discount_percentage or 0))
            net = amount * 100 / (100 + rate) if case.invoice.includes_vat else amount
            yield _Row(row.article_id or "", account, sign * net, _changed(article, coding))

    def _judged(self, case: Case, net: Mapping[int, Ore], rows: Sequence[_Row]) -> Coded:
        wanted = _sums(rows)
        if not apart(case.document, net, wanted):
            return Coded()
        booked = _booked_at(case)
        unsure = [row for row in rows if self._may_be_coded_anew(row, booked)]
        for account, amount in wanted.items():
            short = abs(amount - net.get(account, 0))
            may = sum(abs(row.net) for row in unsure if row.account == account)
            if unsure and short > rounding_of(case.document) and short <= may + rounding_of(case.document):
                return Coded(unread=(UNREAD,))
        if not rows or not all(row.account for row in rows):
            return Coded(unread=(UNREAD,))
        return Coded(tuple(Posting(account, round(amount)) for account, amount in wanted.items()))

    def _may_be_coded_anew(self, row: _Row, booked: datetime) -> bool:
        if row.changed is not None and row.changed <= booked + _AT_ONCE:
            return False
        return self._stood.get(row.article, booked) >= booked


def _sums(rows: Iterable[_Row]) -> dict[int, Decimal]:
    sums: dict[int, Decimal] = {}
    for row in rows:
        sums[row.account] = sums.get(row.account, Decimal(0)) + row.net
    return sums


def _changed(article: answers.Article | None, coding: answers.Coding | None) -> datetime | None:
    """When article or coding was last changed; None when that is not told."""
    told = [registers.moment(one.changed_utc) for one in (article, coding) if one]
    known = [one for one in told if one]
    return max(known) if len(known) == 2 else None


def _booked_at(case: Case) -> datetime:
    """When the voucher was made; the end of its day where that is not told."""
    made = case.made
    told = registers.moment(made.created_utc if made else None) or registers.moment(case.invoice.created_utc)
    return told or datetime.combine(case.document.date, time.max, UTC)
