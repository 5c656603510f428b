"""*Kontrollera inställningar* for Business Central: one finding a step. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from connectors.business_central import registers
from connectors.business_central.books import Books
from connectors.business_central.customers import Customers
from connectors.business_central.errors import (
    COMPANY_DIFFERS,
    ENVIRONMENT_MISSING,
    ITEM_UNKNOWN,
    JOURNAL_BUSY,
    JOURNAL_NUMBERS,
    PAYMENTS_NEED_EXTENSION,
    SET_UP_LOOK,
    SYSTEM,
    VAT_UNKNOWN,
)
from connectors.business_central.journal import check_vat, general, number_series
from connectors.business_central.options import BusinessCentralSettings, online
from connectors.business_central.tenant import tenant_id
from connectors.wire import clock
from synccenter.contract import catalogue
from synccenter.contract.connector import Session
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Finding, bad, good, look_at

LISTS = {
    "accounts": "Kontoplan",
    "items": "Artiklar",
    "itemCategories": "Artikelkategorier",
    "customers": "Kunder",
    "generalLedgerEntries": "Redovisningstransaktioner",
    "salesInvoices": "Försäljningsfakturor",
    "salesCreditMemos": "Försäljningskreditnotor",
    "salesOrders": "Försäljningsorder",
    "paymentMethods": "Betalningssätt",
}
"""What is read, by its name in the API; that writing is allowed shows first when something is written."""


def findings(session: Session[BusinessCentralSettings], connect: Callable[[], Books]) -> Iterator[Finding]:
    """Every step, until one cannot be taken."""
    try:
        yield from _organisation(session)
        books = connect()
        yield from _company(session, books)
        yield from clock.compared(books.http.server_time, session.clock(), SYSTEM)
        yield from _rights(books)
        yield from _vat_groups(books)
        yield from _journal(books)
        yield from _payments(books)
        yield from _extension(books)
    except SyncError as error:
        if error.problem.code == catalogue.CANCELLED.code:
            raise
        problem = error.problem
        if problem.code == ENVIRONMENT_MISSING.code:
            problem = _environments(session, books)
        yield bad(problem)


def _organisation(session: Session[BusinessCentralSettings]) -> Iterator[Finding]:
    """That Entra knows the organisation, by whatever it is written as."""
    written = session.settings.tenant
    if written and online(session.settings):
        yield good(f"Organisationen {written} finns i Entra ({tenant_id(session)})")


def _company(session: Session[BusinessCentralSettings], books: Books) -> Iterator[Finding]:
    """Whose books they are: by id, and by name where there is no organisation number for the program to compare."""
    company = books.company
    number = books.information.tax_registration_number
    name = books.information.display_name or company.title
    yield good(f"{SYSTEM} svarar för {', '.join(filter(None, (name, number)))}")
    certain = number and session.org_number
    if not certain and name.casefold().strip() != session.company_name.casefold().strip():
        yield look_at(COMPANY_DIFFERS.problem(there=name, here=session.company_name))


def _environments(session: Session[BusinessCentralSettings], books: Books) -> Problem:
    """Which environments there are, where the sign-in may be told."""
    there = "(se administrationscentret)"
    if online(session.settings):
        try:
            there = ", ".join(one.name for one in books.environments) or there
        except SyncError as error:
            session.debug(f"Miljöerna gick inte att läsa: {error.problem.title}.")
    return ENVIRONMENT_MISSING.problem(environment=session.settings.environment, there=there)


def _rights(books: Books) -> Iterator[Finding]:
    """One small read of each list: what is refused is a right that is missing."""
    for name, title in LISTS.items():
        try:
            books.peek(name)
        except SyncError as error:
            if error.problem.code not in {"BC30", "BC47", catalogue.NOT_ALLOWED.code}:
                raise
            tell = bad if name in {"accounts", "generalLedgerEntries"} else look_at
            yield tell(error.problem, f"{title} går inte att läsa")
        else:
            yield good(f"{title} går att läsa")


def _vat_groups(books: Books) -> Iterator[Finding]:
    known = registers.rates(books.tax_groups, books.settings.vat_groups)
    unknown = sorted(one.code for one in books.tax_groups if one.code.upper() not in known)
    if unknown:
        yield look_at(VAT_UNKNOWN.problem(groups=", ".join(unknown)))
    else:
        yield good(f"Momssatsen är känd för {len(known)} momsgrupper")


def _journal(books: Books) -> Iterator[Finding]:
    """The journal is there, is ours alone, and reckons no VAT."""
    try:
        journal = general(books)
        code = journal.name
        yield good(f"Redovisningsjournalen {code} finns")
        journal.ready()
        series = number_series(books)
        if series:
            yield look_at(JOURNAL_NUMBERS.problem(journal=code, series=series))
        waiting = sorted({line.document_number for line in journal.lines()})
        if waiting:
            yield look_at(JOURNAL_BUSY.problem(journal=code, document=", ".join(waiting[:3])))
        else:
            yield good(f"Inget väntar i {code}")
        if check_vat(books):
            yield good(f"{code} räknar ingen egen moms")
        else:
            yield look_at(SET_UP_LOOK.problem(journal=code))
    except SyncError as error:
        if error.problem.code == catalogue.CANCELLED.code:
            raise
        yield bad(error.problem)


def _payments(books: Books) -> Iterator[Finding]:
    found = [f"{one.code} ({one.balancing_account_number})" for one in books.our_payment_journals]
    if found:
        yield good(f"Inbetalningsjournaler: {', '.join(found)}")
        if not books.posts_payments:
            yield look_at(PAYMENTS_NEED_EXTENSION.problem())
    if books.settings.payment_method:
        try:
            Customers(books).payment_method()
        except SyncError as error:
            if error.problem.code != ITEM_UNKNOWN.code:
                raise
            yield look_at(error.problem)
        else:
            yield good(f"Betalningssättet {books.settings.payment_method} finns")


def _extension(books: Books) -> Iterator[Finding]:
    problem = books.extension_problem
    if problem:
        yield look_at(problem, f"Tillägget för kassan: {problem.title}")
    else:
        yield good("Tillägget för kassan är installerat")
