"""The connector for Bokio, Company API v1.

Down: accounts, articles, customers. Up: journal entries, paid invoices and credit notes. An entry is found again by
its title, an invoice by `orderNumberReference`. Bokio has no stock, price lists, barcodes, article numbers or
customer numbers, and tells of no change: every register is read whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from msgspec.structs import replace

from connectors.bokio import answers, registers
from connectors.bokio.books import Books
from connectors.bokio.checks import findings
from connectors.bokio.errors import NOT_SET_UP, SYSTEM, TOKEN_REFUSED, explain_for
from connectors.bokio.invoices import Invoices
from connectors.bokio.options import ADDRESS, BokioSettings
from connectors.bokio.uploads import Uploads
from connectors.bokio.vouchers import Vouchers
from connectors.wire.answers import taken, tidy
from connectors.wire.http import Http, Server
from connectors.wire.limits import Limit
from connectors.wire.lists import Part
from connectors.wire.messages import Timeouts
from synccenter.contract.asked import refused_among
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
from synccenter.contract.model import Account, Document, DocumentKind, Invoice, Register, RegisterRow, Voucher

T = TypeVar("T")

LIMIT = Limit(190, 60.0, shared="bokio")
"""The vendor allows 200 in any 60 seconds for each token (docs.bokio.se/reference/rate-limits)."""

FACTS_LAST = timedelta(minutes=10)
"""So long are chart, financial years, customers and tags taken for unchanged."""


class Token:
    """Signs requests in with the company's private token: an `Authority`."""

    def __init__(self, token: str) -> None:
        self._token = token

    def headers(self) -> Mapping[str, str]:
        """See `Authority.headers`."""
        return {"Authorization": f"Bearer {self._token}"}

    def renew(self, refused: Mapping[str, str]) -> None:  # noqa: ARG002 - the protocol's shape
        """See `Authority.renew`: a person makes a new one in Bokio."""
        raise TOKEN_REFUSED.error()


class Bokio:
    """See `Connector` and the abilities that follow from the methods."""

    def __init__(self, session: Session[BokioSettings]) -> None:
        self._session = session
        self._known: Books | None = None
        self._read_at = session.clock()

    # --- connection --------------------------------------------------------------------------------------------

    @cached_property
    def _http(self) -> Http:
        settings = self._session.settings
        token = self._session.secrets.get("token") or ""
        needed = {"Företagets id": settings.company_id, "API-token": token}
        missing = [label for label, value in needed.items() if not value]
        if missing:
            raise NOT_SET_UP.error(missing=", ".join(missing))
        seconds = float(settings.timeout)
        server = Server(
            system=SYSTEM,
            base=(settings.address or ADDRESS).rstrip("/"),
            limit=LIMIT,
            explain=explain_for(settings.company_id),
            timeouts=Timeouts(connect=min(10.0, seconds), read=seconds, total=4 * seconds),
            wait_headers=("Bokio-RateLimit-RetryAfter", "X-Bokio-RateLimit-RetryAfter"),
            default_wait=15.0,
        )
        return Http(self._session, server, Token(token))

    @property
    def _books(self) -> Books:
        """What stands in Bokio. It is read anew now and then: the tray keeps a connector for days."""
        age = self._session.clock() - self._read_at
        if self._known is None or not timedelta(0) <= age <= FACTS_LAST:
            self._known = Books(self._http, f"/companies/{self._session.settings.company_id}")
            self._read_at = self._session.clock()
        return self._known

    @property
    def _vouchers(self) -> Vouchers:
        return Vouchers(self._books)

    @property
    def _invoices(self) -> Invoices:
        settings = self._session.settings
        return Invoices(self._books, settings.automatic_accounts, settings.receivables)

    def check(self) -> Iterable[Finding]:
        """See `Connector.check`."""
        return findings(self._session, lambda: self._books)

    def close(self) -> None:
        """See `Connector.close`."""
        if "_http" in self.__dict__:
            self._http.close()

    # --- registers down ----------------------------------------------------------------------------------------

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:  # noqa: ARG002 - the protocol's shape
        """See `FetchesRegisters.fetch`. Always the whole register: Bokio does not tell what has changed."""
        if register is Register.ACCOUNTS:
            yield _page(self._books.chart(), registers.account)
        elif register is Register.CUSTOMERS:
            for customers in self._books.parts("/customers", answers.Customer):
                yield _page(customers, registers.customer)
        else:
            yield from self._articles()

    def _articles(self) -> Iterator[Page]:
        """Articles. By the word that the shop has written there two may have one number: the second is told."""
        number_from = self._session.settings.number_from
        met = set[str]()

        def made(row: answers.Item) -> RegisterRow | None:
            article = registers.article(row, number_from)
            if article and article.number in met:
                raise ValueError(f"artikelnumret {article.number} finns redan")
            met.update({article.number} if article else ())
            return article

        for part in self._books.parts("/items", answers.Item):
            page = _page(part, made)
            unknown = number_from == "word"  # Bokio's id is then no key of the till
            yield replace(page, bad=[replace(one, key="") for one in page.bad]) if unknown else page

    # --- documents up ------------------------------------------------------------------------------------------

    def send(self, document: Document) -> Sent:
        """See `SendsDocuments.send`."""
        if isinstance(document, Voucher):
            return self._vouchers.send(document)
        assert isinstance(document, Invoice), "the description names no other kind"
        return self._invoices.send(document)

    def find(self, document: Document) -> Sequence[Found]:
        """See `SendsDocuments.find`."""
        if isinstance(document, Voucher):
            return self._vouchers.find(document.reference)
        assert isinstance(document, Invoice), "the description names no other kind"
        return self._invoices.find(document)

    def finish(self, document: Document, found: Found) -> Sent:
        """See `FinishesDocuments.finish`."""
        assert isinstance(document, Invoice), "only invoices take several requests"
        return self._invoices.finish(document, found)

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """See `ReadsBack.read_back`."""
        given = [(one, one.document) for one in sent]
        yield from self._vouchers.read_back([(one, d) for one, d in given if isinstance(d, Voucher)])
        yield from self._invoices.read_back([(one, d) for one, d in given if isinstance(d, Invoice)])

    def attach(self, sent: Delivered, file: Attachment, stored: Callable[[str], None]) -> None:  # noqa: ARG002 - put in one step: there is no id to keep in between
        """See `Attaches.attach`."""
        Uploads(self._books).attach(sent, file)

    def vouchers(self, first: date, last: date, known: Collection[str]) -> Iterator[Booked]:  # noqa: ARG002 - the protocol's shape
        """See `ListsVouchers.vouchers`."""
        return self._vouchers.every(first, last)

    def documents(self, kind: DocumentKind, first: date, last: date) -> Iterable[Booked]:
        """See `ListsDocuments.documents`."""
        return (self._vouchers if kind is DocumentKind.VOUCHER else self._invoices).every(first, last)

    def reverse(self, sent: Delivered) -> Sent:
        """See `ReversesVouchers.reverse`."""
        return self._vouchers.reverse(sent)

    # --- facts -------------------------------------------------------------------------------------------------

    def company(self) -> CompanyFacts:
        """See `TellsCompany.company`."""
        there = self._books.company
        return CompanyFacts(tidy(there.name, 100) or "företaget", tidy(there.organization_number, 20))

    def accounts(self, on: date) -> Sequence[Account]:  # noqa: ARG002 - the protocol's shape
        """See `ListsFacts.accounts`. Bokio has one chart for all years."""
        return [registers.account(row) for row in self._books.accounts]

    def look_at_buyers(self, numbers: Sequence[str]) -> Mapping[str, Problem]:
        """See `LooksAtBuyers.look_at_buyers`: who is not there, or is there twice. A customer of Bokio's has neither a
        currency nor a VAT of its own, and is never closed."""
        return refused_among(numbers, self._books.customer)

    def fiscal_years(self) -> Sequence[FiscalYear]:
        """See `ListsBookkeeping.fiscal_years`."""
        years = ((registers.day(one.start_date), registers.day(one.end_date), one) for one in self._books.years)
        return [FiscalYear(start, end, one.status == "closed") for start, end, one in years if start and end]

    def locked_to(self) -> date | None:
        """See `ListsBookkeeping.locked_to`. Bokio does not tell of its period locks."""
        return None

    def voucher_series(self) -> Sequence[Term]:
        """See `ListsBookkeeping.voucher_series`. Bokio has one series and chooses it itself."""
        return ()

    def cost_centres(self) -> Sequence[Term]:
        """See `ListsBookkeeping.cost_centres`: the tags of SIE's dimension 1."""
        return [Term(tag.name or tag.id) for tag in self._books.tags(1)]

    def projects(self) -> Sequence[Term]:
        """See `ListsBookkeeping.projects`: the tags of SIE's dimension 6."""
        return [Term(tag.name or tag.id) for tag in self._books.tags(6)]

    def vat_codes(self) -> Sequence[Term]:
        """See `ListsBookkeeping.vat_codes`. Bokio does not tell of any."""
        return ()

    def bank_accounts(self) -> Sequence[BankAccount]:
        """See `ListsBookkeeping.bank_accounts`. Which accounts may take a payment Bokio does not tell."""
        return ()


def _page(part: Part[T], row_of: Callable[[T], RegisterRow | None]) -> Page:
    """A page of ours from a page of theirs; `row_of` says None for what is not ours to take."""

    def bad_of(row: T, why: str) -> BadRow:
        name = str(getattr(row, "description", "") or getattr(row, "name", ""))
        return BadRow(tidy(name, 50) or "en rad utan namn", why, key=str(getattr(row, "id", "")))

    rows, bad = taken(part.rows, row_of, bad_of)
    return Page(rows, [*part.bad, *bad], full=part.last and part.whole)
