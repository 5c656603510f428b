"""The connector for Fortnox, API v3.

Down: accounts, and the full way articles with barcodes and stock, and customers. Up: vouchers, found again by their
description, and the full way invoices and orders, found by `ExternalInvoiceReference1`, and customers. Cost centres,
projects, voucher series and financial years are listed for the settings and the check.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from queue import Queue

from connectors.fortnox import answers
from connectors.fortnox.address import ATTACHING, PRICES, TENANT, endpoints, tenant
from connectors.fortnox.attachments import Attachments
from connectors.fortnox.books import Books, Others, changed_after, day
from connectors.fortnox.checks import Look, findings
from connectors.fortnox.errors import MAY_NOT_ATTACH, MAY_NOT_READ_PRICES, SYSTEM, TENANT_UNKNOWN
from connectors.fortnox.invoices import Invoices
from connectors.fortnox.options import FortnoxSettings
from connectors.fortnox.orders import Customers, Orders
from connectors.fortnox.prices import Prices
from connectors.fortnox.rates import Rates
from connectors.fortnox.refusals import explain
from connectors.fortnox.registers import Registers
from connectors.fortnox.vouchers import Vouchers
from connectors.wire.answers import tidy
from connectors.wire.http import Http, Server
from connectors.wire.limits import Limit
from connectors.wire.messages import Timeouts
from connectors.wire.oauth import Tokens
from synccenter.contract.asked import Demand, Demands, refused_among
from synccenter.contract.connector import (
    Attachment,
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
from synccenter.contract.errors import Problem
from synccenter.contract.finding import Finding
from synccenter.contract.model import Account, CustomerChange, Document, DocumentKind, Invoice, Order, Register, Voucher

LIMIT = Limit(24, 4.9, shared="fortnox")
"""The vendor allows 25 in any 5 s, for each client and company, whichever of our programs asks. With the pacer's margin
this is 96 % of it, less the time of an answer; and one request may arrive late without a 429."""

FACTS_LAST = timedelta(minutes=10)
"""So long are financial years, accounts, series and the like taken for unchanged."""

OTHERS_LAST = timedelta(hours=4)
"""So long is a voucher of others, which costs a request, taken for what it was while its list says the same of it."""

_OTHER_YEAR = "Kontot hör till ett annat räkenskapsår än det som pågår."


class Fortnox:
    """See `Connector` and the abilities that follow from the capabilities."""

    def __init__(self, session: Session[FortnoxSettings]) -> None:
        self._session = session
        self._line: tuple[str, Tokens, Http] | None = None
        self._known: Books | None = None
        self._read_at = session.clock()
        self._rates = Rates(session)

    # --- connection ------------------------------------------------------------------------------------------

    def _connected(self) -> tuple[str, Tokens, Http]:
        """(the company that a service account is let in to, or ""; tokens; line), made when first asked for."""
        if self._line is None:
            settings, company = self._session.settings, tenant(self._session)
            tokens = Tokens(self._session, endpoints(self._session, company), machine=bool(company))
            seconds = float(settings.timeout)
            server = Server(
                system=SYSTEM,
                base=settings.api_address.rstrip("/") + "/3",
                limit=LIMIT,
                explain=explain,
                faults_are_final=True,  # Fortnox answers some refusals with 500 (recorded); the unknown stay unclear
                timeouts=Timeouts(connect=min(10.0, seconds), read=seconds, total=4 * seconds),
                default_wait=5.0,
            )
            self._line = company, tokens, Http(self._session, server, tokens)
        return self._line

    @property
    def _books(self) -> Books:
        """What stands in Fortnox. It is read anew now and then: the tray keeps a connector for days."""
        age = self._session.clock() - self._read_at
        if self._known is None or not timedelta(0) <= age <= FACTS_LAST:
            others = self._known.others if self._known else Others(self._session.clock())
            self._read_at = self._session.clock()
            if not timedelta(0) <= self._read_at - others.since <= OTHERS_LAST:
                others = Others(self._read_at)
            self._known = Books(self._connected()[2], others)
        return self._known

    def check(self) -> Iterable[Finding]:
        """See `Connector.check`."""

        def look() -> Look:
            company, tokens, _ = self._connected()
            return Look(self._session, self._books, tokens, bool(company))

        return findings(look)

    def sign_in(self, open_page: Callable[[str], object] | None = None, pasted: Queue[str] | None = None) -> None:
        """See `SignsIn.sign_in`. A service account is approved once: its company is kept, and no token is needed."""
        from connectors.wire.sign_in import SignIn  # noqa: PLC0415 - a browser and a local server: only to sign in

        by_person = Tokens(self._session, endpoints(self._session, ""))
        redirect = self._session.settings.redirect or FortnoxSettings().redirect
        try:
            SignIn(self._session, by_person, redirect).run(open_page, pasted)
        finally:
            by_person.close()
        self._session.secrets.delete(TENANT)
        self.close()
        if self._session.settings.account == "service" and not self._session.settings.tenant:
            number = self._books.company.database_number
            if number is None:
                raise TENANT_UNKNOWN.error()
            self._session.secrets.set(TENANT, str(number))
            self.close()

    def signed_in(self) -> datetime | None:
        """See `TellsSignIn.signed_in`."""
        return self._connected()[1].good_until()

    def sign_out(self) -> None:
        """See `SignsIn.sign_out`."""
        for name in ("token", TENANT):
            self._session.secrets.delete(name)
        self.close()

    def close(self) -> None:
        """See `Connector.close`. What is asked afterwards opens it again."""
        line, self._line, self._known = self._line, None, None
        if line:
            line[1].close()
            line[2].close()

    # --- registers down --------------------------------------------------------------------------------------

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        """See `FetchesRegisters.fetch`."""
        if register is Register.ACCOUNTS:
            return self._accounts(since)
        if register is Register.PRICES:
            return self._prices()
        found = Registers(self._books, self._rates, since, prices_with_vat=self._session.settings.prices_with_vat)
        return found.articles() if register is Register.ARTICLES else found.customers()

    def _prices(self) -> Iterator[Page]:
        """Price lists; what was not granted at the sign-in is told, and the till keeps what it has."""
        token = self._connected()[1].store.load()
        granted = (token.scope if token else "").split()
        if granted and PRICES not in granted:
            return iter((Page((), notes=(MAY_NOT_READ_PRICES.problem().sentence(),)),))
        return Prices(self._books, self._rates, prices_with_vat=self._session.settings.prices_with_vat).pages()

    def _accounts(self, since: str | None) -> Iterator[Page]:
        """The accounts of the financial year that is running."""
        today = self._session.clock().date()
        year_id, end, time = ((since or "") + "||").split("|")[:3]
        full = not time or end < today.isoformat()  # a new year has a chart of its own
        if full:
            year = self._books.year(today)
            year_id, end = str(year.id), year.to_date
        parameters = {"financialyear": year_id, **({} if full else changed_after(time))}
        for part in self._books.parts("/accounts", "Accounts", answers.Account, parameters):
            rows = [_account(row) for row in part.rows if row.year in {None, int(year_id)}]
            other = [row for row in part.rows if row.year not in {None, int(year_id)}]
            bad = [*part.bad, *(BadRow(f"Konto {row.number}", _OTHER_YEAR, key=str(row.number)) for row in other)]
            cursor = f"{year_id}|{end}|{part.cursor}" if part.last and part.cursor else None
            yield Page(rows, bad, cursor=cursor, full=full and part.whole)

    # --- documents up ------------------------------------------------------------------------------------------

    def send(self, document: Document) -> Sent:
        """See `SendsDocuments.send`."""
        match document:
            case Voucher():
                return Vouchers(self._books).send(document)
            case Invoice():
                return Invoices(self._books).send(document)
            case Order():
                return Orders(self._books).send(document)
            case CustomerChange():
                return Customers(self._books).send(document)

    def find(self, document: Document) -> Sequence[Found]:
        """See `SendsDocuments.find`."""
        match document:
            case Voucher():
                return Vouchers(self._books).find(document)
            case Invoice():
                return Invoices(self._books).find(document)
            case Order():
                return Orders(self._books).find(document)
            case CustomerChange():
                return Customers(self._books).find(document)

    def finish(self, document: Document, found: Found) -> Sent:
        """See `FinishesDocuments.finish`: an invoice that stands half done is booked and paid."""
        assert isinstance(document, Invoice), "only invoices take several requests"
        return Invoices(self._books).finish(document, found.external_id)

    def attach(self, sent: Delivered, file: Attachment, stored: Callable[[str], None]) -> None:
        """See `Attaches.attach`. What was not granted at the sign-in is not asked for."""
        books = self._books
        token = self._connected()[1].store.load()
        granted = (token.scope if token else "").split()
        missing = [scope for scope in ATTACHING if scope not in granted]
        if granted and missing:
            raise MAY_NOT_ATTACH.error(scopes=", ".join(missing))
        Attachments(books).attach(sent, file, stored)

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """See `ReadsBack.read_back`."""
        given = list(sent)
        books = self._books
        yield from Vouchers(books).read_back(
            [(one, one.document) for one in given if isinstance(one.document, Voucher)]
        )
        yield from Invoices(books).read_back(
            [(one, one.document) for one in given if isinstance(one.document, Invoice)]
        )

    def vouchers(self, first: date, last: date, known: Collection[str]) -> Iterator[Booked]:
        """See `ListsVouchers.vouchers`."""
        return Vouchers(self._books).every(first, last, known)

    def documents(self, kind: DocumentKind, first: date, last: date) -> Iterable[Booked]:
        """See `ListsDocuments.documents`: by their lists, which tell of a voucher no rows."""
        match kind:
            case DocumentKind.VOUCHER:
                return Vouchers(self._books).listed(first, last)
            case DocumentKind.INVOICE:
                return Invoices(self._books).every(first, last)
            case DocumentKind.ORDER:
                return Orders(self._books).every(first, last)
            case DocumentKind.CUSTOMER:
                return ()

    # --- facts -----------------------------------------------------------------------------------------------

    def company(self) -> CompanyFacts:
        """See `TellsCompany.company`."""
        there = self._books.company
        return CompanyFacts(there.company_name or "företaget", there.organization_number)

    def accounts(self, on: date) -> Sequence[Account]:
        """See `ListsFacts.accounts`."""
        return [_account(row) for row in self._books.chart(self._books.year(on)).values()]

    def demands(self, on: date) -> Mapping[int, Demands]:
        """See `TellsDemands.demands`."""
        chart = self._books.chart(self._books.year(on))
        return {number: _demands(row) for number, row in chart.items()}

    def look_at_buyers(self, numbers: Sequence[str]) -> Mapping[str, Problem]:
        """See `LooksAtBuyers.look_at_buyers`."""
        return refused_among(numbers, self._books.assert_buyer)

    def fiscal_years(self) -> Sequence[FiscalYear]:
        """See `ListsBookkeeping.fiscal_years`."""
        locked = self._books.locked_to
        years = ((day(one.from_date), day(one.to_date)) for one in self._books.years)
        return [FiscalYear(start, end, bool(locked and end <= locked)) for start, end in years if start and end]

    def locked_to(self) -> date | None:
        """See `ListsBookkeeping.locked_to`."""
        return self._books.locked_to

    def voucher_series(self) -> Sequence[Term]:
        """See `ListsBookkeeping.voucher_series`."""
        found = self._books.series(self._books.year(self._session.clock().date()))
        return [Term(one.code, tidy(one.description, 50), manual=one.manual) for one in found]

    def cost_centres(self) -> Sequence[Term]:
        """See `ListsBookkeeping.cost_centres`."""
        return [Term(one.code, tidy(one.description, 50), one.active) for one in self._books.cost_centres]

    def projects(self) -> Sequence[Term]:
        """See `ListsBookkeeping.projects`."""
        found = self._books.projects
        return [Term(one.project_number, tidy(one.description, 50), one.status != "COMPLETED") for one in found]

    def vat_codes(self) -> Sequence[Term]:
        """See `ListsBookkeeping.vat_codes`: Fortnox lists none."""
        return ()

    def bank_accounts(self) -> Sequence[BankAccount]:
        """See `ListsBookkeeping.bank_accounts`: vouchers need none."""
        return ()


def _demands(row: answers.Account) -> Demands:
    return Demands(_demand(row.cost_center_settings), _demand(row.project_settings))


def _demand(settings: str) -> Demand:
    return {"MANDATORY": Demand.NEEDED, "NOTALLOWED": Demand.REFUSED}.get(settings.upper(), Demand.FREE)


def _account(row: answers.Account) -> Account:
    return Account(row.number, tidy(row.description, 100) or f"Konto {row.number}", row.active)
