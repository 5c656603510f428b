"""Reading Fortnox: lists page by page, and the facts that other requests need, each read once.

A `Books` object lives ten minutes at most: what it remembers is never older.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Generic, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct, field

from connectors.fortnox import answers
from connectors.fortnox.errors import (
    ACCOUNT_INACTIVE,
    ACCOUNT_MISSING,
    CUSTOMER_MISSING,
    DIMENSION_MISSING,
    PERIOD_LOCKED,
    SERIES_MISSING,
    SERIES_NOT_MANUAL,
    SYSTEM,
    YEAR_MISSING,
)
from connectors.fortnox.refusals import BAD_PARAMETER
from connectors.wire import lists
from connectors.wire.ahead import numbered
from connectors.wire.answers import NOT_JSON, decode, strange, tidy
from connectors.wire.http import Http, Parameters
from connectors.wire.limits import http_date
from connectors.wire.messages import Incoming
from synccenter.contract import catalogue
from synccenter.contract.connector import BadRow
from synccenter.contract.errors import SyncError

T = TypeVar("T")

PAGE_SIZE = 500
"""The most that the vendor gives (100 when left out)."""

OVERLAP = timedelta(minutes=10)
"""Changes are asked for from a little before the cursor: one may be stored after its time was set."""

_ONE_BY_ONE = 20
"""Articles of receipts are looked up one at a time; from this many on the whole list is cheaper."""

BY_HAND = "A"
"""Fortnox's own series for vouchers by hand."""

_YEAR_IN_ROWS = {"/accounts", "/voucherseries"}

_MOST_PAGES = 10_000
_DONE = "COMPLETED"


class Part(lists.Part[T], Generic[T], frozen=True):
    """A page of a list. `cursor` is the server's time when the first page was asked for, as `lastmodified` wants it; ""
    when untold."""

    cursor: str = ""


class Others(Struct):
    """Others' vouchers that have been read with their rows since a time, by id: no list has rows, so each costs a
    request."""

    since: datetime
    read: dict[str, answers.Voucher] = field(default_factory=dict)


class Books:
    """What stands in Fortnox."""

    def __init__(self, http: Http, others: Others) -> None:
        self.http = http
        self._charts: dict[int, Mapping[int, answers.Account]] = {}
        self._series: dict[int, Sequence[answers.Series]] = {}
        self._customers: dict[str, answers.Buyer] = {}
        self._articles: dict[str, bool] = {}
        self.others = others

    # --- lists -----------------------------------------------------------------------------------------------

    def parts(self, path: str, name: str, row_type: type[T], parameters: Parameters | None = None) -> Iterator[Part[T]]:
        """A list, page by page, to the last row; the next pages are on their way meanwhile."""

        wanted = dict(parameters or {})

        def read(number: int) -> answers.Body:
            return self.http.get(path, answers.Body, {"limit": PAGE_SIZE, "page": number, **wanted})

        try:
            first = read(1)
        except SyncError as error:  # not every list's description names the year: its rows tell theirs themselves
            if error.problem.code != BAD_PARAMETER or path not in _YEAR_IN_ROWS or "financialyear" not in wanted:
                raise
            wanted.pop("financialyear")
            first = read(1)
        cursor = _asked_at(self.http.last_headers.get("Date", ""))
        meta = self._decoded(first, "MetaInformation", answers.Meta) if "MetaInformation" in first else answers.Meta()
        pages = min(meta.pages, _MOST_PAGES)
        got, steady = 0, True
        for number, body in enumerate(chain((first,), numbered(read, range(2, pages + 1))), 1):
            raws = self._decoded(body, name, list[msgspec.Raw])
            got += len(raws)
            now = self._decoded(body, "MetaInformation", answers.Meta) if "MetaInformation" in body else meta
            steady = steady and now.rows == meta.rows
            rows, bad = _rows(raws, row_type, (number - 1) * PAGE_SIZE)
            last = number >= pages
            yield Part(rows, bad, last, last and steady and meta.rows in {None, got}, cursor)

    def every(self, path: str, name: str, row_type: type[T], parameters: Parameters | None = None) -> list[T]:
        """All good rows of a list."""
        return [row for part in self.parts(path, name, row_type, parameters) for row in part.rows]

    def certain(self, path: str, name: str, row_type: type[T], parameters: Parameters | None = None) -> list[T]:
        """All rows of a list that decides whether something is sent (see `lists.certain`)."""
        return lists.certain(lambda: self.parts(path, name, row_type, parameters), self.http.host)

    def one(self, path: str, name: str, into: type[T], parameters: Parameters | None = None) -> T:
        """One object."""
        return self.opened(self.http.get(path, answers.Body, parameters), name, into)

    def one_or_none(self, path: str, name: str, into: type[T], parameters: Parameters | None = None) -> T | None:
        """One object, or None when it is gone."""
        body = self.http.get_or_none(path, answers.Body, parameters)
        return None if body is None else self.opened(body, name, into)

    def body(self, answer: Incoming) -> answers.Body:
        """The answer to a change that was no JSON. Raises N06, uncertain."""
        return decode(answer.body, answers.Body, host=self.http.host, uncertain=True)

    def opened(self, body: answers.Body, name: str, into: type[T], *, uncertain: bool = False) -> T:
        """The object under its name in an answer. Raises N06, uncertain when it answers a change."""
        try:
            return answers.decoded(body[name], into)
        except KeyError:
            raise strange(self.http.host, f"ett svar utan {name}", uncertain=uncertain) from None
        except NOT_JSON as error:
            raise strange(self.http.host, f"ett värde av fel sort ({error})", uncertain=uncertain) from None

    def _decoded(self, body: answers.Body, name: str, into: type[T]) -> T:
        if into == list[msgspec.Raw]:
            try:
                return msgspec.json.decode(body[name], type=into)
            except (KeyError, *NOT_JSON):
                raise strange(self.http.host, f"ett svar utan {name}") from None
        return self.opened(body, name, into)

    # --- facts -------------------------------------------------------------------------------------------------

    @cached_property
    def company(self) -> answers.Company:
        """The company."""
        return self.one("/companyinformation", "CompanyInformation", answers.Company)

    @cached_property
    def years(self) -> Sequence[answers.Year]:
        """The financial years."""
        return self.every("/financialyears", "FinancialYears", answers.Year)

    @cached_property
    def locked_to(self) -> date | None:
        """The last day that is locked."""
        there = self.one_or_none("/settings/lockedperiod", "LockedPeriod", answers.Locked)
        return day(there.end_date) if there else None

    @cached_property
    def cost_centres(self) -> Sequence[answers.CostCentre]:
        """The cost centres."""
        return self.every("/costcenters", "CostCenters", answers.CostCentre)

    @cached_property
    def projects(self) -> Sequence[answers.Project]:
        """The projects."""
        return self.every("/projects", "Projects", answers.Project)

    def chart(self, year: answers.Year) -> Mapping[int, answers.Account]:
        """The accounts of a financial year by number."""
        if year.id not in self._charts:
            rows = self.every("/accounts", "Accounts", answers.Account, {"financialyear": year.id})
            self._charts[year.id] = {row.number: row for row in rows if row.year in {None, year.id}}
        return self._charts[year.id]

    def series(self, year: answers.Year) -> Sequence[answers.Series]:
        """The voucher series of a financial year."""
        if year.id not in self._series:
            found = self.every("/voucherseries", "VoucherSeriesCollection", answers.Series, {"financialyear": year.id})
            self._series[year.id] = [one for one in found if one.year in {None, year.id}]
        return self._series[year.id]

    @cached_property
    def modes(self) -> Mapping[int, str]:
        """The modes of payment by their account."""
        found = self.every("/modesofpayments", "ModesOfPayments", answers.Mode)
        return {one.account_number: one.code for one in reversed(found)}

    def payment(self, number: str) -> answers.Payment:
        """A payment with its account and its voucher."""
        return self.one(f"/invoicepayments/{quote(number, safe='')}", "InvoicePayment", answers.Payment)

    def assert_customer(self, number: str) -> None:
        """There is such a customer. Raises F12."""
        self.buyer(number)

    def buyer(self, number: str) -> answers.Buyer:
        """A customer by number. Raises F12."""
        if number not in self._customers:
            there = self.one_or_none(f"/customers/{quote(number, safe='')}", "Customer", answers.Buyer)
            if there is None:
                raise CUSTOMER_MISSING.error(customer=number)
            self._customers[number] = there
        return self._customers[number]

    def assert_buyer(self, number: str) -> None:
        """A customer who can be invoiced as the till sold. Raises F12, D45, D46 or D47."""
        there = self.buyer(number)
        if not there.active:
            raise catalogue.BUYER_INACTIVE.error(customer=number, system=SYSTEM)
        if there.currency not in {"", "SEK"}:
            raise catalogue.BUYER_CURRENCY.error(customer=number, system=SYSTEM, currency=there.currency)
        if there.vat_type not in {"", "SEVAT"}:
            raise catalogue.BUYER_VAT.error(customer=number, system=SYSTEM, vat=there.vat_type)

    def years_of(self, first: date, last: date) -> Sequence[answers.Year]:
        """The financial years that have a day between these."""
        return [one for one in self.years if one.from_date <= last.isoformat() and first.isoformat() <= one.to_date]

    def year(self, on: date) -> answers.Year:
        """The financial year that holds a day. Raises F02."""
        for year in self.years_of(on, on):
            return year
        raise YEAR_MISSING.error(date=on)

    def open_year(self, on: date) -> answers.Year:
        """The financial year that holds a day that can be booked on. Raises F02 or F03."""
        year = self.year(on)
        if self.locked_to and on <= self.locked_to:
            raise PERIOD_LOCKED.error(date=on, to=self.locked_to)
        return year

    def assert_accounts(self, year: answers.Year, numbers: set[int]) -> None:
        """Every account can be booked on. Raises F04 or F05."""
        chart, named = self.chart(year), f"{year.from_date}–{year.to_date}"
        for number in sorted(numbers):
            if number not in chart:
                raise ACCOUNT_MISSING.error(account=number, year=named)
            if not chart[number].active:
                raise ACCOUNT_INACTIVE.error(account=number, year=named)

    def own_series(self, year: answers.Year) -> str:
        """The series for what the till sells, when the settings name none: the manual one that is called after the
        till (`F Kassa`, `K Dagskassa`), so that its numbers are its own; else that of vouchers by hand."""
        tills = [one.code for one in self.series(year) if one.manual and "kassa" in one.description.casefold()]
        return min(tills, default=BY_HAND)

    def assert_series(self, year: answers.Year, code: str) -> None:
        """Vouchers can be made in the series. Raises F06 or F07."""
        found = next((one for one in self.series(year) if one.code == code), None)
        if found is None:
            raise SERIES_MISSING.error(series=code, year=f"{year.from_date}–{year.to_date}")
        if not found.manual:
            raise SERIES_NOT_MANUAL.error(series=code)

    def has_article(self, number: str) -> bool:
        """Whether there is such an article. A search finds all that contain the number: compared here."""
        if number and number not in self._articles:
            if len(self._articles) < _ONE_BY_ONE:
                rows = self.every("/articles", "Articles", answers.Article, {"articlenumber": number})
            else:
                rows = self.every("/articles", "Articles", answers.Article)
            self._articles |= {row.article_number: True for row in rows}
            self._articles.setdefault(number, False)
        return self._articles.get(number, False)

    def assert_dimensions(self, cost_centres: set[str], projects: set[str]) -> None:
        """The cost centres and projects are there and active. Raises F08."""
        centres = {one.code for one in self.cost_centres if one.active} if cost_centres else set()
        open_ones = {one.project_number for one in self.projects if one.status != _DONE} if projects else set()
        for kind, wanted, known in (("Kostnadsställe", cost_centres, centres), ("Projekt", projects, open_ones)):
            for name in sorted(wanted - known):
                raise DIMENSION_MISSING.error(kind=kind, name=name)


def day(text: str) -> date | None:
    """A day of Fortnox, None when it is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def changed_after(cursor: str) -> Mapping[str, str]:
    """The parameter for what changed after a cursor, and a little before it."""
    since = datetime.strptime(cursor, "%Y-%m-%d %H:%M").replace(tzinfo=UTC) - OVERLAP
    return {"lastmodified": since.strftime("%Y-%m-%d %H:%M")}


def _asked_at(header: str) -> str:
    """The server's time in UTC. In which zone `lastmodified` is reckoned is not documented: UTC is behind the Swedish
    one, so at worst a change of the last hours is told twice."""
    at = http_date(header)
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at else ""


class _Name(Struct, rename="pascal", frozen=True):
    """What a row that cannot be read may be called by."""

    number: object = ""
    article_number: object = ""
    customer_number: object = ""
    description: object = ""
    name: object = ""


def _rows(raws: Sequence[msgspec.Raw], row_type: type[T], before: int) -> tuple[list[T], list[BadRow]]:
    rows: list[T] = []
    bad: list[BadRow] = []
    for place, raw in enumerate(raws, before + 1):
        try:
            rows.append(answers.decoded(raw, row_type))
        except msgspec.MsgspecError as error:
            key, called = _called(raw)
            where = f"rad {place} i listan"
            why = f"Raden har fel form ({tidy(str(error), 150)})."
            bad.append(BadRow(f"{called} ({where})" if called else where, why, key=key))
    return rows, bad


def _called(raw: msgspec.Raw) -> tuple[str, str]:
    """(the number, what a person may look for) of a row that could not be read."""
    try:
        name = answers.decoded(raw, _Name)
    except NOT_JSON:
        return "", ""
    keys = (name.number, name.article_number, name.customer_number)
    key = next((str(word) for word in keys if isinstance(word, str | int) and word != ""), "")
    words = (key, name.name, name.description)
    return key, next((tidy(word, 50) for word in words if isinstance(word, str) and word), "")
