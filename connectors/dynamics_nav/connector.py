"""The connector for Microsoft Dynamics NAV over OData V4, OData V3 or SOAP, whichever the server has.

Down: items, item categories or product groups, barcodes, sales prices, stock, customers, accounts. Up: receipts
as invoices and credit memos closed to zero, Z reports as journals, orders, customers. Everything is found again
by External Document No. (journals by Document No.), which is the till's reference in capitals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from connectors.dynamics.prices import org_number_of
from connectors.dynamics_nav import SPREE, registers
from connectors.dynamics_nav.again import Again
from connectors.dynamics_nav.buyers import Buyers
from connectors.dynamics_nav.checks import Checks
from connectors.dynamics_nav.customers import Customers
from connectors.dynamics_nav.demands import demands
from connectors.dynamics_nav.errors import SYSTEM
from connectors.dynamics_nav.fetch import Fetching
from connectors.dynamics_nav.journal import Journal
from connectors.dynamics_nav.link import Link
from connectors.dynamics_nav.options import NavSettings
from connectors.dynamics_nav.period import allowed
from connectors.dynamics_nav.poster import Poster
from connectors.dynamics_nav.reading import Reading
from connectors.dynamics_nav.roles import CREDIT, INVOICE, ORDER
from connectors.dynamics_nav.sales import Sales
from connectors.wire.answers import strange, tidy
from connectors.wire.rows import Row, day, flag, text, whole
from synccenter.contract import catalogue
from synccenter.contract.asked import Demands
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
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Finding
from synccenter.contract.model import Account, CustomerChange, Document, DocumentKind, Invoice, Order, Register, Voucher


class Nav:
    """See `Connector` and the abilities that follow from the capabilities."""

    def __init__(self, session: Session[NavSettings]) -> None:
        self._session = session
        self._link = Link(session)
        self._again = Again(self._link)

    @cached_property
    def _fetching(self) -> Fetching:
        return Fetching(self._link)

    @cached_property
    def _journal(self) -> Journal:
        return Journal(self._link, Poster(self._link))

    @cached_property
    def _sales(self) -> Sales:
        return Sales(self._link, Poster(self._link), self._journal)

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self._link, self._journal)

    @cached_property
    def _customers(self) -> Customers:
        return Customers(self._link)

    def check(self) -> Iterable[Finding]:
        """See `Connector.check`."""
        self._again.look_anew()
        return Checks(self._link).findings()

    def close(self) -> None:
        """See `Connector.close`."""
        self._link.close()

    # --- down ------------------------------------------------------------------------------------------------

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        """See `FetchesRegisters.fetch`."""
        return self._fetching.fetch(register, since)

    def accounts(self, on: date) -> Sequence[Account]:  # noqa: ARG002 - NAV has one chart of accounts
        """See `ListsFacts.accounts`."""
        with _understood():
            rows = self._link.page("accounts").every()
            found = (registers.account(row) or registers.heading(row) for row in rows)
            return [account for account in found if account]

    def demands(self, on: date) -> Mapping[int, Demands]:  # noqa: ARG002 - NAV has one chart of accounts
        """See `TellsDemands.demands`."""
        with _understood():
            return demands(self._link)

    def look_at_buyers(self, numbers: Sequence[str]) -> Mapping[str, Problem]:
        """See `LooksAtBuyers.look_at_buyers`."""
        with _understood():
            return Buyers(self._link).looked_at(numbers, INVOICE.draft) if self._link.has(INVOICE.draft) else {}

    def cost_centres(self) -> Sequence[Term]:
        """See `ListsBookkeeping.cost_centres`: values of global dimension 1."""
        return self._dimension(1)

    def projects(self) -> Sequence[Term]:
        """See `ListsBookkeeping.projects`: values of global dimension 2."""
        return self._dimension(2)

    def _dimension(self, number: int) -> Sequence[Term]:
        if not self._link.has("dimensions"):
            return []
        page = self._link.page("dimensions")
        rows = page.every([("global_number", "eq", number)] if page.has("global_number") else [])
        return [_term(row) for row in rows if not page.has("global_number") or whole(row, "global_number") == number]

    def bank_accounts(self) -> Sequence[BankAccount]:
        """See `ListsBookkeeping.bank_accounts`: payment methods with a balancing account."""
        if not self._link.has("payment_methods"):
            return []
        rows = self._link.page("payment_methods").every()
        found = [(text(row, "account"), f"{text(row, 'code')} {text(row, 'name')}") for row in rows]
        return [BankAccount(int(number), tidy(name, 100)) for number, name in found if number.isdigit()]

    def vat_codes(self) -> Sequence[Term]:
        """See `ListsBookkeeping.vat_codes`: the VAT product groups that hold for the till."""
        rates = self._fetching.pricing.known_rates()
        return [Term(group, f"{rate} %") for group, rate in sorted(rates.items())]

    def voucher_series(self) -> Sequence[Term]:
        """See `ListsBookkeeping.voucher_series`: NAV numbers by journal, so there are none to choose from."""
        return []

    def fiscal_years(self) -> Sequence[FiscalYear]:
        """See `ListsBookkeeping.fiscal_years`: from Accounting Periods, where that page is published."""
        if not self._link.has("periods"):
            return []
        rows = self._link.page("periods").every()
        starts = sorted(at for row in rows if flag(row, "new_year") and (at := day(row, "start")))
        closed = {day(row, "start") for row in rows if flag(row, "closed")}
        return [
            FiscalYear(start, date.fromordinal(following.toordinal() - 1), start in closed)
            for start, following in pairwise(starts)
        ]

    def locked_to(self) -> date | None:
        """See `ListsBookkeeping.locked_to`: before the first day that this user may post on, where NAV's pages tell it.

        A last day, and what no page tells, a refusal tells (NAV32).
        """
        with _understood():
            first, _ = allowed(self._link)
        return first - timedelta(days=1) if first else None

    # --- up --------------------------------------------------------------------------------------------------

    def send(self, document: Document) -> Sent:
        """See `SendsDocuments.send`."""
        self._not_cancelled(document)
        self._forget()
        with self._noted(document):
            match document:
                case Voucher():
                    return self._journal.send(document)
                case Invoice() | Order():
                    return self._sales.send(document)
                case CustomerChange():
                    return self._customers.send(document)

    def find(self, document: Document) -> Sequence[Found]:
        """See `SendsDocuments.find`."""
        self._not_cancelled(document)
        self._forget(SPREE)
        with _understood():
            match document:
                case Voucher():
                    return self._journal.find(document)
                case Invoice() | Order():
                    return self._sales.find(document)
                case CustomerChange():
                    return self._customers.find(document)

    def finish(self, document: Document, found: Found) -> Sent:
        """See `FinishesDocuments.finish`."""
        self._not_cancelled(document)
        self._forget()
        with self._noted(document, half=True):
            match document:
                case Voucher():
                    return self._journal.finish(document)
                case Invoice() | Order():
                    return self._sales.finish(document, found)
                case CustomerChange():
                    return self._customers.send(document)

    @contextmanager
    def _noted(self, document: Document, *, half: bool = False) -> Iterator[None]:
        """What NAV refuses is noted, and looked at before it is written once more."""
        sale = None if isinstance(document, CustomerChange) else document
        if sale:
            with _understood(uncertain=half):
                self._again.ensure(sale, half=half)
        try:
            with _understood(uncertain=True):
                yield
        except SyncError as error:
            self._sales.forget()
            if sale:
                self._again.refused(sale, error)
            raise
        if sale:
            self._again.taken(sale)

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """See `ReadsBack.read_back`. A month is asked for at once, and kept for two minutes."""
        with _understood():
            given = list(sent)
            for one in given:
                if isinstance(one.document, Voucher):
                    yield from self._journal.read_back(one.document)
            yield from self._reading.read_back(
                [one.document for one in given if isinstance(one.document, Invoice)], among_many=len(given) > 1
            )

    def vouchers(self, first: date, last: date, known: Collection[str]) -> Iterator[Booked]:  # noqa: ARG002 - the protocol's shape
        """See `ListsVouchers.vouchers`."""
        with _understood():
            yield from self._journal.vouchers(first, last)

    def documents(self, kind: DocumentKind, first: date, last: date) -> Iterator[Booked]:
        """See `ListsDocuments.documents`."""
        with _understood():
            if kind is DocumentKind.VOUCHER:
                yield from self._journal.documents(first, last)
            elif kind is DocumentKind.INVOICE:
                yield from self._sales.every((INVOICE, CREDIT), first, last)
            elif kind is DocumentKind.ORDER:
                yield from self._sales.every((ORDER,), first, last)

    def company(self) -> CompanyFacts:
        """See `TellsCompany.company`: by Company Information, where that page is published."""
        name = self._link.found().company or "företaget"
        if not self._link.has("company"):
            return CompanyFacts(name)
        with _understood():
            rows = self._link.page("company").every()
        number = org_number_of(text(rows[0], "org_number")) if rows else ""
        return CompanyFacts(name, number)

    def _forget(self, older: timedelta = timedelta.min) -> None:
        self._journal.forget(older)
        self._reading.forget(older)

    def _not_cancelled(self, document: Document) -> None:
        if self._session.cancelled():
            raise catalogue.CANCELLED.error(item=document.reference)


@contextmanager
def _understood(*, uncertain: bool = False) -> Iterator[None]:
    """A row that cannot be understood where it is needed, and not just one of many, is an answer that cannot be."""
    try:
        yield
    except (ValueError, KeyError, ArithmeticError) as error:
        what = f"en rad som inte går att förstå ({tidy(str(error), 100)})"
        raise strange(SYSTEM, what, uncertain=uncertain) from error


def _term(row: Row) -> Term:
    return Term(text(row, "code"), tidy(text(row, "name"), 50), not flag(row, "blocked"))
