"""The connector for Visma eEkonomi (Spiris Bokföring & Fakturering), eAccounting API v2.

Down: labels as groups, articles with VAT and account by their coding, barcodes, stock, prices, customers,
accounts. Up: vouchers, paid invoices and credit invoices, orders, customers. A voucher is found again by its
text, an invoice and an order by *YourReference*, a customer by its number.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from queue import Queue
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from connectors.visma_eekonomi import answers, buyers, registers
from connectors.visma_eekonomi.address import place
from connectors.visma_eekonomi.books import NOT_INCLUDED, Books, Part
from connectors.visma_eekonomi.checks import findings
from connectors.visma_eekonomi.errors import PRO_NEEDED, SYSTEM
from connectors.visma_eekonomi.options import VismaSettings
from connectors.visma_eekonomi.said import explain, wait_hint
from connectors.visma_eekonomi.sales import Sales
from connectors.wire.answers import taken, tidy
from connectors.wire.http import Http, Server
from connectors.wire.limits import Limit
from connectors.wire.messages import Timeouts
from connectors.wire.oauth import Tokens
from synccenter.contract.asked import Demands, refused_among
from synccenter.contract.connector import (
    BadRow,
    BankAccount,
    Booked,
    CompanyFacts,
    Delivered,
    FiscalYear,
    Found,
    Page,
    Sent,
    Session,
    Term,
)
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Finding
from synccenter.contract.model import Account, Document, DocumentKind, InvoiceRow, Percent, Register, RegisterRow

T = TypeVar("T")

LIMIT = Limit(580, 60.0, shared="eekonomi")
"""The vendor allows 600 a minute for each client and end point."""

_ID = re.compile(r"(?<=/)(?:[0-9A-Fa-f]{8}-[0-9A-Fa-f-]{27}|\d+)(?=/|$)")

FACTS_LAST = timedelta(minutes=10)
"""So long are financial years, codings, bank accounts and the like taken for unchanged."""

OVERLAP = timedelta(minutes=2)
"""Changes are asked for from a little before the cursor: one may be stored after its time was set."""

_SHARED_ROWS = 20_000
"""Articles kept for the registers that are made of the same answers; a bigger register is read again."""


class _ArticlePass(Struct):
    """The answers of one reading of the articles, for each register once."""

    since: str | None
    parts: list[Part[answers.Article]]
    served: set[Register]


class Visma:
    """See `Connector` and the abilities that follow from the capabilities."""

    def __init__(self, session: Session[VismaSettings]) -> None:
        self._session = session
        self._rounding = session.settings.rounding
        self._price_customer = session.settings.price_customer
        self._pass: _ArticlePass | None = None
        self._known: Books | None = None
        self._read_at = session.clock()

    # --- connection ------------------------------------------------------------------------------------------

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(self._session, place(self._session).endpoints, timeouts=self._timeouts)

    @property
    def _timeouts(self) -> Timeouts:
        seconds = float(self._session.settings.timeout)
        return Timeouts(connect=min(10.0, seconds), read=seconds, total=4 * seconds)

    @cached_property
    def _http(self) -> Http:
        server = Server(
            system=SYSTEM,
            base=place(self._session).api,
            limit=LIMIT,
            pace_key=end_point,
            explain=explain,
            wait_hint=wait_hint,
            timeouts=self._timeouts,
            default_wait=15.0,
        )
        return Http(self._session, server, self._tokens)

    @property
    def _books(self) -> Books:
        """What stands in eEkonomi. It is read anew now and then: the tray keeps a connector for days."""
        age = self._session.clock() - self._read_at
        if self._known is None or not timedelta(0) <= age <= FACTS_LAST:
            rows = self._session.settings.substitutes
            substitutes: dict[tuple[int, Percent], str] = {(row.account, row.rate): row.article for row in rows}
            self._known = Books(self._http, substitutes, self._session)
            self._read_at = self._session.clock()
        return self._known

    @property
    def _sales(self) -> Sales:
        return Sales(self._books)

    def check(self) -> Iterable[Finding]:
        """See `Connector.check`."""
        return findings(self._session, lambda: (self._books, self._tokens))

    def sign_in(self, open_page: Callable[[str], object] | None = None, pasted: Queue[str] | None = None) -> None:
        """See `SignsIn.sign_in`."""
        redirect = self._session.settings.redirect or VismaSettings().redirect
        from connectors.wire.sign_in import SignIn  # noqa: PLC0415 - a browser and a local server: only to sign in

        SignIn(self._session, self._tokens, redirect).run(open_page, pasted)

    def signed_in(self) -> datetime | None:
        """See `TellsSignIn.signed_in`."""
        return self._tokens.good_until()

    def sign_out(self) -> None:
        """See `SignsIn.sign_out`."""
        self._tokens.sign_out()

    def close(self) -> None:
        """See `Connector.close`."""
        for name in ("_http", "_tokens"):
            if name in self.__dict__:
                self.__dict__[name].close()

    # --- registers down --------------------------------------------------------------------------------------

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        """See `FetchesRegisters.fetch`."""
        match register:
            case Register.ACCOUNTS:
                return self._accounts(since)
            case Register.GROUPS:
                return self._groups(since)
            case Register.PRICES:
                return self._prices(since)
            case Register.CUSTOMERS:
                return self._changes("/customers", answers.Customer, self._customer, since, _customer_number)
            case _:
                return self._articles(since)

    def _articles(self, since: str | None) -> Iterator[Page]:
        """Articles, and in the same answers their barcodes and stock."""
        start, customer_id = self._article_cursor(since)
        for part in self._article_parts(Register.ARTICLES, start, customer_id):
            cursor = f"{part.server_time}|{self._price_customer}|{customer_id}" if part.server_time else None
            page = _page(part, self._article(), lambda row: row.number, cursor, full=start is None)
            yield replace(page, also=_along(part.rows))

    def _article_cursor(self, since: str | None) -> tuple[str | None, str]:
        """Since when, and whose prices: (None, id) when the customer is another than the cursor's."""
        time, _, customer = (since or "").partition("|")
        number, _, customer_id = customer.partition("|")
        if since and number == self._price_customer:
            return time, customer_id
        return None, self._books.customer(self._price_customer).id if self._price_customer else ""

    def _article_parts(
        self, register: Register, since: str | None, customer_id: str
    ) -> Iterator[Part[answers.Article]]:
        """The articles, from the answers that another register has just been made of when there are such."""
        kept, self._pass = self._pass, None
        if kept and kept.since == since and register not in kept.served:
            kept.served.add(register)
            self._pass = kept if self._another_wants(register) else None
            yield from kept.parts
            return
        parameters = {"customerId": customer_id} if customer_id else {}
        parts: list[Part[answers.Article]] = []
        rows = 0
        for part in self._books.parts("/articles", answers.Article, parameters | _changed_after(since)):
            rows += len(part.rows)
            if since is None and rows <= _SHARED_ROWS:
                parts.append(part)
            yield part
        if since is None and rows <= _SHARED_ROWS and self._another_wants(register):
            self._pass = _ArticlePass(since, parts, {register})

    def _another_wants(self, register: Register) -> bool:
        """Whether a register that comes later is made of the articles too."""
        return register is Register.GROUPS or (register is Register.ARTICLES and self._session.settings.price_lists)

    def _article(self) -> Callable[[answers.Article], RegisterRow]:
        """How the articles of a page are made."""
        books, rounding, discounted = self._books, self._rounding, bool(self._price_customer)
        return lambda row: registers.article(row, books.codings, rounding, discounted=discounted)

    def _all_articles(self, register: Register) -> Iterator[answers.Article]:
        _, customer_id = self._article_cursor(None)
        for part in self._article_parts(register, None, customer_id):
            yield from part.rows

    def _groups(self, since: str | None) -> Iterator[Page]:
        """Labels carry no time of change: the cursor is what they looked like."""
        labels: list[answers.Label] = []
        for part in self._books.parts("/articlelabels", answers.Label):
            labels += (label for label in part.rows if label.id and label.name)
        seen = hashlib.sha256(repr(sorted((one.id, one.name, one.description) for one in labels)).encode())
        cursor = seen.hexdigest()[:32]
        if cursor == since:
            yield Page((), cursor=cursor)
            return
        by_label: dict[str | None, list[answers.Article]] = {}
        for row in self._all_articles(Register.GROUPS) if labels else ():
            for label in row.article_labels or ():
                by_label.setdefault(label.id, []).append(row)
        codings = self._books.codings if labels else {}
        rows = [registers.group(label, by_label.get(label.id, ()), codings) for label in labels]
        yield Page(rows, cursor=cursor, full=since is None and part.whole and not part.bad)

    def _customer(self, row: answers.Customer) -> RegisterRow:
        lists = self._books.price_lists if self._session.settings.price_lists else {}
        return registers.customer(row, lists)

    def _accounts(self, since: str | None) -> Iterator[Page]:
        """The accounts of the financial year that is running; of a new one from its first day."""
        today = self._session.clock().date()
        year_id, end, time = ((since or "") + "||").split("|")[:3]
        if since and end >= today.isoformat():
            path, parameters = "/accounts", _changed_after(time, "ModifiedUtc")
        else:
            year = self._books.year(today)
            year_id, end, since = year.id, year.end_date[:10], None
            path, parameters = f"/accounts/{year_id}", {}
        for part in self._books.parts(path, answers.Account, parameters):
            cursor = f"{year_id}|{end}|{part.server_time}" if part.server_time else None
            yield _page(part, lambda row: _account(row, year_id), lambda row: str(row.number), cursor, full=not since)

    def _prices(self, since: str | None) -> Iterator[Page]:
        """Price lists, where the company's variant has them and the shop wants them."""
        if not self._session.settings.price_lists:
            yield Page((), cursor=since, full=since is None)
            return
        numbers: dict[str, tuple[str, Percent | None]] = {}

        def price(row: answers.PriceRow) -> RegisterRow:
            if not numbers:
                numbers.update(self._rates())
            return registers.price(row, self._books.price_lists, numbers, self._rounding)

        def article(row: answers.PriceRow) -> str:
            return numbers.get(row.article_id, (row.article_id, None))[0]

        try:
            yield from self._changes("/salespricelists/prices", answers.PriceRow, price, since, article)
        except SyncError as error:
            if error.problem.code not in NOT_INCLUDED:
                raise
            yield Page((), cursor=since, notes=(f"Prislistor: {PRO_NEEDED.title}. {error.problem.title}.",))

    def _rates(self) -> Iterator[tuple[str, tuple[str, Percent | None]]]:
        for row in self._all_articles(Register.PRICES):
            coding = self._books.codings.get(row.coding_id)
            yield row.id, (row.number, registers.known_rate(coding) if coding else None)

    def _changes(
        self,
        path: str,
        row_type: type[T],
        row_of: Callable[[T], RegisterRow | None],
        since: str | None,
        name_of: Callable[[T], str],
    ) -> Iterator[Page]:
        """A list by its ChangedUtc."""
        for part in self._books.parts(path, row_type, _changed_after(since)):
            yield _page(part, row_of, name_of, part.server_time or None, full=since is None)

    # --- documents up ------------------------------------------------------------------------------------------

    def send(self, document: Document) -> Sent:
        """See `SendsDocuments.send`."""
        return self._sales.send(document)

    def find(self, document: Document) -> Sequence[Found]:
        """See `SendsDocuments.find`."""
        return self._sales.find(document)

    def finish(self, document: Document, found: Found) -> Sent:
        """See `FinishesDocuments.finish`: an invoice whose payments an interruption cut short is paid."""
        return self._sales.finish(document, found)

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """See `ReadsBack.read_back`."""
        return self._sales.read_back(sent)

    def vouchers(self, first: date, last: date, known: Collection[str]) -> Iterator[Booked]:  # noqa: ARG002 - the protocol's shape
        """See `ListsVouchers.vouchers`."""
        return self._sales.vouchers(first, last)

    def documents(self, kind: DocumentKind, first: date, last: date) -> Iterable[Booked]:
        """See `ListsDocuments.documents`."""
        return self._sales.listed(kind, first, last)

    # --- facts -----------------------------------------------------------------------------------------------

    def company(self) -> CompanyFacts:
        """See `TellsCompany.company`."""
        there = self._books.company
        return CompanyFacts(there.name or "företaget", there.corporate_identity_number or "")

    def accounts(self, on: date) -> Sequence[Account]:
        """See `ListsFacts.accounts`."""
        return [registers.account(row) for row in self._books.chart(on) if str(row.number).isdigit()]

    def demands(self, on: date) -> Mapping[int, Demands]:
        """See `TellsDemands.demands`. eEkonomi's accounts demand nothing, and some take none."""
        return {int(row.number): registers.demands(row) for row in self._books.chart(on) if str(row.number).isdigit()}

    def look_at_buyers(self, numbers: Sequence[str]) -> Mapping[str, Problem]:
        """See `LooksAtBuyers.look_at_buyers`."""
        return refused_among(numbers, partial(buyers.buyer, self._books))

    def look_at_rows(self, rows: Sequence[InvoiceRow]) -> Sequence[Problem | None]:
        """See `LooksAtRows.look_at_rows`."""
        return self._books.look_at_rows(rows)

    def fiscal_years(self) -> Sequence[FiscalYear]:
        """See `ListsBookkeeping.fiscal_years`."""
        years = ((registers.day(one.start_date), registers.day(one.end_date), one) for one in self._books.years)
        return [
            FiscalYear(start, end, bool(one.is_locked_for_accounting)) for start, end, one in years if start and end
        ]

    def locked_to(self) -> date | None:
        """See `ListsBookkeeping.locked_to`."""
        return registers.day(self._books.company.accounting_locked_to)

    def voucher_series(self) -> Sequence[Term]:
        """See `ListsBookkeeping.voucher_series`. No end point lists them: they are read off this year's vouchers."""
        year = self._books.year(self._session.clock().date())
        part = next(self._books.parts(f"/vouchers/{year.id}", answers.Voucher))
        return [Term(code) for code in sorted({row.number_series for row in part.rows if row.number_series})]

    def cost_centres(self) -> Sequence[Term]:
        """See `ListsBookkeeping.cost_centres`."""
        items = [item for centre in self._books.cost_centres for item in centre.items or ()]
        return [Term(one.short_name, tidy(one.name, 50), one.is_active is not False) for one in items]

    def projects(self) -> Sequence[Term]:
        """See `ListsBookkeeping.projects`."""
        return [Term(one.number, tidy(one.name, 50), one.status != 2) for one in self._books.projects]

    def vat_codes(self) -> Sequence[Term]:
        """See `ListsBookkeeping.vat_codes`."""
        return [Term(one.code or one.id, tidy(one.description, 100)) for one in self._books.vat_codes]

    def bank_accounts(self) -> Sequence[BankAccount]:
        """See `ListsBookkeeping.bank_accounts`."""
        rows = self._books.bank_accounts
        return [BankAccount(one.ledger_account_number, tidy(one.name, 100), one.is_active is not False) for one in rows]


def end_point(path: str) -> str:
    """What the limit counts by: the path, whatever the ids in it."""
    return _ID.sub("*", path)


def _changed_after(since: str | None, field: str = "ChangedUtc") -> dict[str, str]:
    return {"$filter": f"{field} gt {registers.after(since, OVERLAP)}"} if since else {}


def _page(
    part: Part[T],
    row_of: Callable[[T], RegisterRow | None],
    name_of: Callable[[T], str],
    cursor: str | None,
    *,
    full: bool,
) -> Page:
    """A page of ours from a page of theirs; `row_of` says None for what is not ours to take."""

    def bad_of(row: T, why: str) -> BadRow:
        key = name_of(row)
        if isinstance(row, answers.PriceRow):
            return BadRow(f"Pris på {tidy(key, 50)}", why, article=key)
        return BadRow(tidy(key, 50), why, key=key)

    rows, bad = taken(part.rows, row_of, bad_of)
    return Page(rows, [*part.bad, *bad], cursor=cursor if part.last else None, full=full and part.whole)


def _along(rows: Iterable[answers.Article]) -> Mapping[Register, Sequence[RegisterRow]]:
    """What else stands in the articles. A balance that cannot be one is left out; its article is still good."""
    codes: list[RegisterRow] = []
    balances: list[RegisterRow] = []
    for row in rows:
        codes += registers.barcodes(row)
        balance = registers.stock(row)
        if balance is not None:
            balances.append(balance)
    return {Register.BARCODES: codes, Register.STOCK: balances}


def _account(row: answers.Account, year_id: str) -> RegisterRow | None:
    return registers.account(row) if row.fiscal_year_id in {None, year_id} else None


def _customer_number(row: answers.Customer) -> str:
    return row.customer_number
