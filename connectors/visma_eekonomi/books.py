"""Reading eEkonomi: lists page by page, and the facts that other requests need, each read once.

A `Books` object lives as long as the connector object, which is one run: what it remembers is never older.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import chain
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from connectors.visma_eekonomi import answers, documents, registers
from connectors.visma_eekonomi.errors import (
    ARTICLE_MISSING,
    BANK_ACCOUNT_MISSING,
    CUSTOMER_MISSING,
    DIMENSION_MISSING,
    OWN_ARTICLE_ACCOUNT,
    SUBSTITUTE_ACCOUNT,
    SYSTEM,
    VAT_DIFFERS,
    YEAR_MISSING,
)
from connectors.visma_eekonomi.refusals import NO_MODULE, REFUSALS, UNKNOWN
from connectors.wire import lists
from connectors.wire.ahead import numbered
from connectors.wire.answers import NOT_JSON, tidy
from connectors.wire.http import Http, Parameters
from synccenter.contract import catalogue
from synccenter.contract.asked import refused_by
from synccenter.contract.connector import BadRow, Session
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import InvoiceRow, Percent, Posting

T = TypeVar("T")

PAGE_SIZE = 1000
"""The most that the vendor allows (1 to 1,000; 50 when left out)."""

_MOST_PAGES = 10_000

_READINGS = 3
"""So many times is a list read that changes while it is: what is still not whole then comes with the next run."""

_ONE_BY_ONE = 20
"""Articles of receipts are looked up one at a time; from this many on the whole list is cheaper."""


_ORDERED = {"/articles", "/customers"}
"""Big lists that people change while they are read: in an order that a change does not move a row in."""

_FILTER_REFUSED = {catalogue.REFUSED_UNKNOWN.code, REFUSALS[2000].code, REFUSALS[6000].code, UNKNOWN.code}

NOT_INCLUDED = {catalogue.NOT_ALLOWED.code, NO_MODULE.code} | {REFUSALS[one].code for one in (4002, 4006, 4007, 4009)}
"""How a company that has no price lists or no books, or whose user may not see them, is told."""

_NOT_TOLD = {*NOT_INCLUDED, *_FILTER_REFUSED, REFUSALS[3000].code, catalogue.SERVER_ERROR.code}
"""What is nice to know is done without: the bank transactions."""

_NOT_IN_VARIANT = {NO_MODULE.code, REFUSALS[4009].code}


class Part(lists.Part[T], Generic[T], frozen=True):
    """A page of a list. `server_time` is the next cursor."""

    server_time: str = ""


class Books:
    """What stands in eEkonomi."""

    def __init__(self, http: Http, substitutes: Mapping[tuple[int, Percent], str], session: Session[Struct]) -> None:
        self.http = http
        self._session = session
        self._substitutes = substitutes
        self._customers: dict[str, answers.Customer] = {}
        self._items: dict[str, answers.Article | None] = {}
        self._charts: dict[str, list[answers.Account]] = {}

    # --- lists -----------------------------------------------------------------------------------------------

    def parts(self, path: str, row_type: type[T], parameters: Parameters | None = None) -> Iterator[Part[T]]:
        """A list, page by page, to the last row; the next pages are on their way meanwhile.

        Rows that go while it is read move the others up a place, over the edge of a page: it is read again then.
        """
        wanted: dict[str, str | int | bool] = {"$orderby": "Id"} if path in _ORDERED else {}
        wanted |= parameters or {}
        listing = self._first(path, wanted)

        def read(number: int) -> answers.Listing:
            return self._page(path, number, wanted)

        for turn in range(1, _READINGS + 1):
            first = listing.meta or answers.Meta()
            pages = min(first.total_number_of_pages, _MOST_PAGES)
            got, steady, again = 0, True, False
            for number, following in enumerate(chain((listing,), numbered(read, range(2, pages + 1))), 1):
                meta, data = following.meta or first, following.data or []
                got += len(data)
                steady = steady and meta.total_number_of_results == first.total_number_of_results
                whole = number >= pages and steady and first.total_number_of_results in {None, got}
                again = number >= pages and not whole and turn < _READINGS
                rows, bad = _decoded(data, row_type, number)
                yield Part(rows, bad, number >= pages and not again, whole, first.server_time_utc or "")
            if not again:
                return
            listing = read(1)

    def _page(self, path: str, number: int, wanted: Parameters) -> answers.Listing:
        paging: dict[str, str | int | bool] = {"$page": number, "$pagesize": PAGE_SIZE}
        return self.http.get(path, answers.Listing, {**paging, **wanted})

    def _first(self, path: str, wanted: dict[str, str | int | bool]) -> answers.Listing:
        """The first page. Where the server does not sort, or not by this filter, it is read as it comes, all of it."""
        for name in ("$orderby", "$filter"):
            if name in wanted:
                try:
                    return self._page(path, 1, wanted)
                except SyncError as error:
                    if error.problem.code not in _FILTER_REFUSED:
                        raise
                    del wanted[name]
        return self._page(path, 1, wanted)

    def every(self, path: str, row_type: type[T], parameters: Parameters | None = None) -> list[T]:
        """All good rows of a list, each once."""
        rows = [row for part in self.parts(path, row_type, parameters) for row in part.rows]
        return list({getattr(row, "id", "") or number: row for number, row in enumerate(rows)}.values())

    def matching(self, path: str, row_type: type[T], condition: str) -> Iterator[T]:
        """Rows by an OData filter; all rows when the filter is refused, so that "not there" is always certain.

        The caller compares for itself: a filter may match more than was meant. Raises N06 as `lists.certain` does.
        """
        rows = lists.certain(lambda: self.parts(path, row_type, {"$filter": condition}), SYSTEM, tries=1)
        yield from {getattr(row, "id", "") or number: row for number, row in enumerate(rows)}.values()

    # --- facts -------------------------------------------------------------------------------------------------

    @cached_property
    def company(self) -> answers.Company:
        """The company's settings."""
        return self.http.get("/companysettings", answers.Company)

    @cached_property
    def codings(self) -> Mapping[str, answers.Coding]:
        """The *artikelkonteringar* by id."""
        return {one.id: one for one in self.every("/articleaccountcodings", answers.Coding)}

    @cached_property
    def years(self) -> list[answers.Year]:
        """The financial years."""
        return self.every("/fiscalyears", answers.Year)

    @cached_property
    def bank_accounts(self) -> list[answers.BankAccount]:
        """The cash and bank accounts."""
        return self.every("/bankaccounts", answers.BankAccount)

    @cached_property
    def cost_centres(self) -> list[answers.CostCentre]:
        """The cost centres, in their three dimensions."""
        return self.every("/costcenters", answers.CostCentre)

    @cached_property
    def projects(self) -> list[answers.Project]:
        """The projects."""
        return self.every("/projects", answers.Project)

    @cached_property
    def vat_codes(self) -> list[answers.VatCode]:
        """The VAT codes. The vendor's file sends them whole, the newer description as a page."""
        either: Any = answers.VatCodes | list[answers.VatCode]
        found: answers.VatCodes | list[answers.VatCode] = self.http.get("/vatcodes", either)
        return found if isinstance(found, list) else found.data or []

    @cached_property
    def price_lists(self) -> Mapping[str, str]:
        """The price lists' names by id; none where the company's variant has none."""
        try:
            lists = self.every("/salespricelists", answers.PriceList)
        except SyncError as error:
            if error.problem.code not in NOT_INCLUDED:
                raise
            self._session.debug(f"Prislistor: {error.problem.title}.")
            return {}
        return {one.id: tidy(one.name or str(one.number or one.id), 50) for one in lists}

    @cached_property
    def terms_id(self) -> str:
        """The terms of payment that a new customer gets: the company's own, else the first for sales."""
        if self.company.terms_of_payment_id:
            return self.company.terms_of_payment_id
        terms = self.every("/termsofpayments", answers.Terms)
        return next((one.id for one in terms if one.available_for_sales is not False), "")

    def year(self, on: date) -> answers.Year:
        """The financial year that holds a day. Raises V10."""
        for year in self.years:
            start, end = registers.day(year.start_date), registers.day(year.end_date)
            if start and end and start <= on <= end:
                return year
        raise YEAR_MISSING.error(date=on)

    def chart(self, on: date) -> list[answers.Account]:
        """The accounts of the financial year that holds a day. Raises V10."""
        year = self.year(on)
        if year.id not in self._charts:
            self._charts[year.id] = self.every(f"/accounts/{year.id}", answers.Account)
        return self._charts[year.id]

    def customer(self, number: str) -> answers.Customer:
        """A customer by number. Raises V04."""
        if number not in self._customers:
            condition = f"CustomerNumber eq {registers.quoted(number)}"
            found = [
                one for one in self.matching("/customers", answers.Customer, condition) if one.customer_number == number
            ]
            if not found:
                raise CUSTOMER_MISSING.error(customer=number)
            self._customers[number] = found[0]
        return self._customers[number]

    def has_customer(self, number: str) -> answers.Customer | None:
        """A customer by number, as it is now."""
        self._customers.pop(number, None)
        try:
            return self.customer(number)
        except SyncError as error:
            if error.problem.code != CUSTOMER_MISSING.code:
                raise
            return None

    def item(self, row: InvoiceRow) -> documents.Item:
        """The article of a row, or what the settings put in its place. Raises V01, V02, V18 or V207.

        What is no sale of goods (a deposit, a gift card, what is sold for others) goes on the substitute of its
        account; without one, on the till's article only where that is booked there and has no stock.
        """
        own = self._article(row.article)
        instead = "" if own and row.goods else self._substitutes.get((row.account, row.vat_rate), "")
        stands = self._article(instead)
        found = stands or own
        if found is None:
            raise ARTICLE_MISSING.error(article=row.article or row.text or "?", account=row.account, rate=row.vat_rate)
        coding = self.codings.get(found.coding_id)
        there, name = registers.known_rate(coding) if coding else None, coding.name if coding else "?"
        on = (coding and registers.account_of(coding)) or "inget konto"
        if not (stands or row.goods):
            self._ensure_lands(row, found, there, on)
        if there != row.vat_rate:
            told = "okänd" if there is None else there
            raise VAT_DIFFERS.error(article=found.number, till=row.vat_rate, there=told, coding=name)
        if stands and on != row.account:
            raise SUBSTITUTE_ACCOUNT.error(article=found.number, account=row.account, there=on, coding=name)
        return documents.Item(found.id, found.number, row.vat_rate)

    def _ensure_lands(self, row: InvoiceRow, own: answers.Article, rate: Percent | None, on: int | str) -> None:
        """Raise V207 where a row that is no sale of goods would be one by the article that it carries."""
        if on != row.account:
            why = f"bokförs på {on}"
        elif rate != row.vat_rate:
            why = f"har {'okänd' if rate is None else f'{rate} %'} moms"
        elif own.is_stock:
            why = "har ett lagersaldo, som skulle minska"
        else:
            return
        raise OWN_ARTICLE_ACCOUNT.error(
            text=row.text, account=row.account, rate=row.vat_rate, article=own.number, why=why
        )

    def look_at_rows(self, rows: Sequence[InvoiceRow]) -> list[Problem | None]:
        """See `LooksAtRows.look_at_rows`."""
        return [refused_by(partial(self.item, row)) for row in rows]

    def _article(self, number: str) -> answers.Article | None:
        if number and number not in self._items and len(self._items) >= _ONE_BY_ONE:
            self._items = {
                one.number: one for one in self.every("/articles", answers.Article) if one.is_active is not False
            }
            self._items.setdefault(number, None)
        if number and number not in self._items:
            condition = f"Number eq {registers.quoted(number)}"
            found = [one for one in self.matching("/articles", answers.Article, condition) if one.number == number]
            self._items[number] = next((one for one in found if one.is_active is not False), None)
        return self._items.get(number)

    def articles_by_id(self, ids: Collection[str]) -> Mapping[str, answers.Article]:
        """The articles with these ids, in use or not: few one at a time, many by the whole list."""
        wanted = {one for one in ids if one}
        if len(wanted) > _ONE_BY_ONE:
            return {one.id: one for one in self.every("/articles", answers.Article) if one.id in wanted}
        found = [self.http.get_or_none(f"/articles/{one}", answers.Article) for one in sorted(wanted)]
        return {one.id: one for one in found if one}

    def bank_account(self, account: int, method: str) -> str:
        """The id of the cash or bank account with this account in the books. Raises V03."""
        for one in self.bank_accounts:
            if one.ledger_account_number == account and one.is_active is not False:
                return one.id
        raise BANK_ACCOUNT_MISSING.error(account=account, method=method)

    def banked(self, accounts: Collection[int], first: date, last: date) -> Mapping[str, str]:
        """Voucher -> invoice by the matched bank transactions of some accounts and days; also by the transaction, which
        may be the voucher's source. Empty where eEkonomi does not tell."""
        found: dict[str, str] = {}
        days = {
            "fromDate": (first - timedelta(days=1)).isoformat(),
            "toDate": (last + timedelta(days=1)).isoformat(),
        }
        for bank in [one for one in self.bank_accounts if one.ledger_account_number in accounts]:
            try:
                listed = self.every(f"/banktransactions/{bank.id}/matched", answers.BankTransaction, days)
            except SyncError as error:
                if error.problem.code not in _NOT_TOLD:
                    raise
                self._session.debug(f"Banktransaktioner: {error.problem.title}.")
                return found
            for one in listed:
                for row in one.rows or ():
                    found |= dict.fromkeys(filter(None, (row.payment_voucher_id, one.id)), row.source_id or "")
        return found

    def dimensions(self, cost_centres: set[str], projects: set[str]) -> documents.Dimensions:
        """The fields for these cost centres and projects. Raises V06."""
        centres: dict[str, documents.Body] = {}
        found: dict[str, documents.Body] = {}
        for centre in self.cost_centres if cost_centres else ():
            for item in centre.items or ():
                if item.is_active is not False:
                    centres.setdefault(item.short_name, {f"CostCenterItemId{centre.number or 1}": item.id})
        for project in self.projects if projects else ():
            if project.status != 2:
                found.setdefault(project.number, {"ProjectId": project.id})
        for kind, wanted, known in (("Kostnadsställe", cost_centres, centres), ("Projekt", projects, found)):
            for name in sorted(wanted - known.keys()):
                raise DIMENSION_MISSING.error(kind=kind, name=name)
        return documents.Dimensions(centres, found)

    def dimension_names(self) -> dict[str, str]:
        """What cost centres and projects are called, by id."""
        items = {one.id: one.short_name for centre in self.cost_centres for one in centre.items or ()}
        return items | {one.id: one.number for one in self.projects}

    def dimensions_of(self, rows: Iterable[Posting | InvoiceRow]) -> documents.Dimensions:
        """The fields for the cost centres and projects of some rows. Raises V06."""
        found = list(rows)
        return self.dimensions(
            {row.cost_centre for row in found if row.cost_centre}, {row.project for row in found if row.project}
        )

    def includes_vat(self, customer: answers.Customer) -> bool:
        """eEkonomi decides whether unit prices include VAT: for private persons, unless the company says not."""
        return bool(customer.is_private_person) and not self.company.show_prices_excl_vat_pc

    def hides_vouchers(self, error: SyncError) -> bool:
        """Whether a refusal says that the company's variant shows no vouchers."""
        return error.problem.code in _NOT_IN_VARIANT

    def lacks(self, error: SyncError) -> bool:
        """Whether a refusal says that the company's variant, or the user, does not have what was asked for."""
        return error.problem.code in NOT_INCLUDED


def _decoded(data: list[msgspec.Raw], row_type: type[T], page: int) -> tuple[list[T], list[BadRow]]:
    rows: list[T] = []
    bad: list[BadRow] = []
    decoder = msgspec.json.Decoder(row_type)
    for number, raw in enumerate(data, 1):
        try:
            rows.append(decoder.decode(raw))
        except msgspec.ValidationError as error:
            name = _name_in(raw)
            bad.append(BadRow(_where(name, page, number), _why(str(error)), key=_key_of(name)))
    return rows, bad


class _Name(Struct, rename="pascal"):
    number: object = None
    customer_number: object = None
    name: object = None


def _name_in(raw: msgspec.Raw) -> _Name:
    try:
        return msgspec.json.decode(raw, type=_Name)
    except NOT_JSON:
        return _Name()


def _where(name: _Name, page: int, number: int) -> str:
    """What a person may look for: its number or name, and where in the list it stood."""
    place = f"rad {(page - 1) * PAGE_SIZE + number} i listan"
    words = (name.number, name.customer_number, name.name)
    known = next((tidy(word, 50) for word in words if isinstance(word, str) and word.strip()), "")
    return f"{known} ({place})" if known else place


def _key_of(name: _Name) -> str:
    """The number of a row that could not be read, by which the till keeps what it has of it."""
    words = (name.customer_number, name.number)
    return next((str(word) for word in words if isinstance(word, str | int) and str(word).strip()), "")


def _why(error: str) -> str:
    """msgspec's reason in Swedish."""
    field = re.search(r"at `\$\.?([^`]*)`", error)
    missing = re.search(r"missing required field `(\w+)`", error)
    if missing:
        return f"Fältet {missing[1]} saknas."
    return f"Fältet {field[1]} har ett värde av fel typ." if field and field[1] else "Raden har fel form."
