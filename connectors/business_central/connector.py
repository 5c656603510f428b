"""The connector for Business Central, API v2.0.

Down: every register; price lists, item references and stock per location where our extension is installed. Up:
vouchers through a general journal, paid invoices and credit memos, orders, customers. A voucher is found by the text of
its entries, a sales document by `externalDocumentNumber`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from queue import Queue

from connectors.business_central import address, answers, buyers, registers
from connectors.business_central.books import Books
from connectors.business_central.checks import findings
from connectors.business_central.customers import Customers
from connectors.business_central.errors import SYSTEM
from connectors.business_central.explain import explain_for
from connectors.business_central.fetch import Fetching
from connectors.business_central.invoices import Invoices
from connectors.business_central.items import Items
from connectors.business_central.options import BusinessCentralSettings, online
from connectors.business_central.orders import Orders
from connectors.business_central.tenant import tenant_id
from connectors.business_central.vouchers import Vouchers
from connectors.dynamics.prices import org_number_of
from connectors.dynamics.sign_in import plain_fingerprint
from connectors.wire.answers import tidy
from connectors.wire.http import Authority, Http, Server
from connectors.wire.limits import Limit
from connectors.wire.messages import Timeouts
from connectors.wire.oauth import Tokens
from synccenter.contract.asked import refused_among
from synccenter.contract.connector import (
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
from synccenter.contract.model import Account, Document, DocumentKind, Invoice, Order, Register, Voucher

LIMIT = Limit(5_800, 300.0)
"""The vendor allows 6,000 OData requests in any 5 minutes for each user (operational limits, online)."""
AT_ONCE = 5
"""Requests on their way at the same time, for each user (the same page)."""

FACTS_LAST = timedelta(minutes=10)
"""So long are chart, set-up, journals and the like taken for unchanged."""


class BusinessCentral:
    """See `Connector` and the abilities that follow from the capabilities."""

    def __init__(self, session: Session[BusinessCentralSettings]) -> None:
        self._session = session
        self._line: tuple[Authority | None, Http] | None = None
        self._known: Books | None = None
        self._read_at = session.clock()

    # --- connection --------------------------------------------------------------------------------------------

    def _connected(self) -> tuple[Authority | None, Http]:
        if self._line is None:
            settings, seconds = self._session.settings, float(self._session.settings.timeout)
            timeouts = Timeouts(connect=min(10.0, seconds), read=seconds, total=4 * seconds)
            server = Server(
                system=SYSTEM,
                base=address.root(settings),
                limit=LIMIT,
                at_once=AT_ONCE,
                explain=explain_for(settings, SYSTEM),
                timeouts=timeouts,
                default_wait=60.0,
                plain_http=settings.plain_http and not online(settings),
                handshake=address.handshake(self._session),
                fingerprint=plain_fingerprint(settings.fingerprint),
            )
            authority = address.authority(self._session, timeouts)
            self._line = authority, Http(self._session, server, authority)
        return self._line

    @property
    def _books(self) -> Books:
        """What stands there. It is read anew now and then: the tray keeps a connector for days."""
        age = self._session.clock() - self._read_at
        if self._known is None or not timedelta(0) <= age <= FACTS_LAST:
            self._known = Books(self._session, self._connected()[1])
            self._items = Items(self._known)
            self._read_at = self._session.clock()
        self._known.ensure_company()
        return self._known

    def check(self) -> Iterable[Finding]:
        """See `Connector.check`."""
        return findings(self._session, lambda: Books(self._session, self._connected()[1]))

    def close(self) -> None:
        """See `Connector.close`. What is asked afterwards opens it again."""
        line, self._line, self._known = self._line, None, None
        if line:
            if isinstance(line[0], Tokens):
                line[0].close()
            line[1].close()

    # --- registers down ----------------------------------------------------------------------------------------

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        """See `FetchesRegisters.fetch`."""
        return Fetching(self._books, self._items).pages(register, since)

    # --- documents up ------------------------------------------------------------------------------------------

    def send(self, document: Document) -> Sent:
        """See `SendsDocuments.send`."""
        books = self._books
        if isinstance(document, Voucher):
            return Vouchers(books).send(document)
        if isinstance(document, Invoice):
            return Invoices(books).send(document)
        if isinstance(document, Order):
            return Orders(books).send(document)
        return Customers(books).send(document)

    def find(self, document: Document) -> Sequence[Found]:
        """See `SendsDocuments.find`."""
        books = self._books
        if isinstance(document, Voucher):
            return Vouchers(books).find(document)
        if isinstance(document, Invoice):
            return Invoices(books).find(document)
        if isinstance(document, Order):
            return Orders(books).find(document)
        return Customers(books).find(document)

    def finish(self, document: Document, found: Found) -> Sent:
        """See `FinishesDocuments.finish`."""
        if isinstance(document, Voucher):
            return Vouchers(self._books).finish(document, found)
        assert isinstance(document, Invoice), "others take one request"
        return Invoices(self._books).finish(document, found)

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """See `ReadsBack.read_back`."""
        given = [(one, one.document) for one in sent]
        yield from Vouchers(self._books).read_back([(one, d) for one, d in given if isinstance(d, Voucher)])
        yield from Invoices(self._books).read_back([(one, d) for one, d in given if isinstance(d, Invoice)])

    def reverse(self, sent: Delivered) -> Sent:
        """See `ReversesVouchers.reverse`."""
        return Vouchers(self._books).reverse(sent)

    def vouchers(self, first: date, last: date, known: Collection[str]) -> Iterator[Booked]:  # noqa: ARG002 - the protocol's shape
        """See `ListsVouchers.vouchers`."""
        return Vouchers(self._books).every(first, last)

    def documents(self, kind: DocumentKind, first: date, last: date) -> Iterable[Booked]:
        """See `ListsDocuments.documents`."""
        match kind:
            case DocumentKind.VOUCHER:
                return Vouchers(self._books).documents(first, last)
            case DocumentKind.INVOICE:
                return Invoices(self._books).every(first, last)
            case DocumentKind.ORDER:
                return Orders(self._books).every(first, last)
            case DocumentKind.CUSTOMER:
                return ()

    # --- facts -------------------------------------------------------------------------------------------------

    def company(self) -> CompanyFacts:
        """See `TellsCompany.company`: by its id, whatever it is called."""
        books = self._books
        name = books.information.display_name or books.company.title
        return CompanyFacts(tidy(name, 100) or "företaget", org_number_of(books.information.tax_registration_number))

    def accounts(self, on: date) -> Sequence[Account]:  # noqa: ARG002 - the protocol's shape
        """See `ListsFacts.accounts`. Business Central has one chart for all years."""
        return registers.chart(self._books.accounts)

    def look_at_buyers(self, numbers: Sequence[str]) -> Mapping[str, Problem]:
        """See `LooksAtBuyers.look_at_buyers`."""
        return refused_among(numbers, partial(buyers.ensure, self._books))

    def fiscal_years(self) -> Sequence[FiscalYear]:
        """See `ListsBookkeeping.fiscal_years`: from one *Nytt räkenskapsår* to the next."""
        return registers.fiscal_years(self._books.periods)

    def locked_to(self) -> date | None:
        """See `ListsBookkeeping.locked_to`: the day before *Tillåt bokföring från*."""
        first = registers.day(self._books.setup.allow_posting_from)
        return first - timedelta(days=1) if first else None

    def voucher_series(self) -> Sequence[Term]:
        """See `ListsBookkeeping.voucher_series`. A journal has no series: the till's own number is used."""
        return ()

    def cost_centres(self) -> Sequence[Term]:
        """See `ListsBookkeeping.cost_centres`."""
        return [Term(one.code, tidy(one.display_name, 100)) for one in self._books.dimension_values(project=False)]

    def projects(self) -> Sequence[Term]:
        """See `ListsBookkeeping.projects`."""
        return [Term(one.code, tidy(one.display_name, 100)) for one in self._books.dimension_values(project=True)]

    def choices(self, setting: str) -> Sequence[Term]:
        """See `OffersChoices.choices`: organisations, environments, companies, journals, payment methods, locations
        and dimensions."""
        books = Books(self._session, self._connected()[1])
        if setting == "tenant":
            return self._tenants(books)
        if setting == "environment":
            return [Term(one.name) for one in books.environments]
        if setting == "company_id":
            return [Term(one.id, tidy(one.title, 100)) for one in books.companies]
        books.ensure_company()
        lists: Mapping[str, Callable[[], Sequence[answers.Coded]]] = {
            "journal": lambda: books.journals,
            "payment_method": lambda: books.payment_methods,
            "sales_location": lambda: books.locations,
        }
        rows = lists.get(setting, lambda: books.every("dimensions", answers.Dimension))()
        return [Term(one.code, tidy(one.display_name, 100)) for one in rows]

    def _tenants(self, books: Books) -> Sequence[Term]:
        """The id of the organisation that is written; without one those that whoever is signed in may see."""
        written = self._session.settings.tenant
        if written:
            return [Term(tenant_id(self._session), tidy(written, 100))]
        return [Term(one) for one in sorted({one.aad_tenant_id for one in books.environments if one.aad_tenant_id})]

    def vat_codes(self) -> Sequence[Term]:
        """See `ListsBookkeeping.vat_codes`: the VAT product posting groups, with the rate that each is taken for."""
        known = registers.rates(self._books.tax_groups, self._session.settings.vat_groups)
        return [
            Term(one.code, f"{tidy(one.display_name, 80)} ({known[one.code.upper()]} %)")
            for one in self._books.tax_groups
            if one.code.upper() in known
        ]

    def bank_accounts(self) -> Sequence[BankAccount]:
        """See `ListsBookkeeping.bank_accounts`: those that have a payment journal of ours."""
        return [
            BankAccount(int(one.balancing_account_number), one.code)
            for one in self._books.our_payment_journals
            if one.balancing_account_number.isdigit()
        ]


class ByPerson(BusinessCentral):
    """Where a person signs in."""

    def sign_in(self, open_page: Callable[[str], object] | None = None, pasted: Queue[str] | None = None) -> None:
        """See `SignsIn.sign_in`."""
        from connectors.wire.sign_in import SignIn  # noqa: PLC0415 - a browser and a local server: only to sign in

        seconds = float(self._session.settings.timeout)
        tokens = address.tokens(self._session, Timeouts(read=seconds, total=4 * seconds))
        redirect = self._session.settings.redirect or BusinessCentralSettings().redirect
        try:
            SignIn(self._session, tokens, redirect).run(open_page, pasted)
        finally:
            tokens.close()
        self.close()

    def signed_in(self) -> datetime | None:
        """See `TellsSignIn.signed_in`."""
        tokens = self._connected()[0]
        assert isinstance(tokens, Tokens), "a person has tokens"
        return tokens.good_until()

    def sign_out(self) -> None:
        """See `SignsIn.sign_out`."""
        self._session.secrets.delete("token")
        self.close()
