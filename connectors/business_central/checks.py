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
from synccenter.contract import catalogue
from synccenter.contract.connector import Finding, Session, Severity
from synccenter.contract.errors import Problem, SyncError

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
        yield Finding(Severity.RED, problem.title, problem)


def _organisation(session: Session[BusinessCentralSettings]) -> Iterator[Finding]:
    """That Entra knows the organisation, by whatever it is written as."""
    written = session.settings.tenant
    if written and online(session.settings):
        yield _green(f"Organisationen {written} finns i Entra ({tenant_id(session)})")


def _company(session: Session[BusinessCentralSettings], books: Books) -> Iterator[Finding]:
    """Whose books they are: by id, and by name where there is no organisation number for the program to compare."""
    company = books.company
    number = books.information.tax_registration_number
    name = books.information.display_name or company.title
    yield _green(f"{SYSTEM} svarar för {', '.join(filter(None, (name, number)))}")
    certain = number and session.org_number
    if not certain and name.casefold().strip() != session.company_name.casefold().strip():
        yield _yellow(COMPANY_DIFFERS.problem(there=name, here=session.company_name))


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
            severity = Severity.RED if name in {"accounts", "generalLedgerEntries"} else Severity.YELLOW
            yield Finding(severity, f"{title} går inte att läsa", error.problem)
        else:
            yield _green(f"{title} går att läsa")


def _vat_groups(books: Books) -> Iterator[Finding]:
    known = registers.rates(books.tax_groups, books.settings.vat_groups)
    unknown = sorted(one.code for one in books.tax_groups if one.code.upper() not in known)
    if unknown:
        yield _yellow(VAT_UNKNOWN.problem(groups=", ".join(unknown)))
    else:
        yield _green(f"Momssatsen är känd för {len(known)} momsgrupper")


def _journal(books: Books) -> Iterator[Finding]:
    """The journal is there, is ours alone, and reckons no VAT."""
    try:
        journal = general(books)
        code = journal.name
        yield _green(f"Redovisningsjournalen {code} finns")
        journal.ready()
        series = number_series(books)
        if series:
            yield _yellow(JOURNAL_NUMBERS.problem(journal=code, series=series))
        waiting = sorted({line.document_number for line in journal.lines()})
        if waiting:
            yield _yellow(JOURNAL_BUSY.problem(journal=code, document=", ".join(waiting[:3])))
        else:
            yield _green(f"Inget väntar i {code}")
        if check_vat(books):
            yield _green(f"{code} räknar ingen egen moms")
        else:
            yield _yellow(SET_UP_LOOK.problem(journal=code))
    except SyncError as error:
        if error.problem.code == catalogue.CANCELLED.code:
            raise
        yield Finding(Severity.RED, error.problem.title, error.problem)


def _payments(books: Books) -> Iterator[Finding]:
    found = [f"{one.code} ({one.balancing_account_number})" for one in books.our_payment_journals]
    if found:
        yield _green(f"Inbetalningsjournaler: {', '.join(found)}")
        if not books.posts_payments:
            yield _yellow(PAYMENTS_NEED_EXTENSION.problem())
    if books.settings.payment_method:
        try:
            Customers(books).payment_method()
        except SyncError as error:
            if error.problem.code != ITEM_UNKNOWN.code:
                raise
            yield _yellow(error.problem)
        else:
            yield _green(f"Betalningssättet {books.settings.payment_method} finns")


def _extension(books: Books) -> Iterator[Finding]:
    problem = books.extension_problem
    if problem:
        yield Finding(Severity.YELLOW, f"Tillägget för kassan: {problem.title}", problem)
    else:
        yield _green("Tillägget för kassan är installerat")


def _green(title: str) -> Finding:
    return Finding(Severity.GREEN, title)


def _yellow(problem: Problem) -> Finding:
    return Finding(Severity.YELLOW, problem.title, problem)
