"""*Kontrollera inställningar* for Bokio: one finding a step. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from connectors.bokio import answers
from connectors.bokio.books import Books
from connectors.bokio.errors import FEATURE_NEEDED, SCOPE_MISSING, SYSTEM
from synccenter.contract import catalogue
from synccenter.contract.connector import Finding, Session, Severity
from synccenter.contract.errors import Problem, SyncError

NEEDED = {
    "/chart-of-accounts": "chart-of-accounts:read",
    "/fiscal-years": "fiscal-years:read",
    "/journal-entries": "journal-entries:read",
}
"""What every shop needs, by the list that shows it. That writing is allowed shows first when something is written."""

WANTED = {
    "/items": "items:read",
    "/customers": "customers:read",
    "/invoices": "invoices:read",
    "/credit-notes": "credit-notes:read",
    "/tag-groups": "tags:read",
}
"""What registers, invoices and cost centres need."""

_REFUSED = {SCOPE_MISSING.code, FEATURE_NEEDED.code, catalogue.NOT_ALLOWED.code}


def findings(session: Session[Struct], connect: Callable[[], Books]) -> Iterator[Finding]:
    """Every step, until one cannot be taken."""
    try:
        books = connect()
        yield from _company(books)
        yield from _scopes(books)
        yield from _year(session, books)
        yield _green("Bokio har varken lagersaldo, prislistor eller streckkoder: kassans egna behålls")
    except SyncError as error:
        if error.problem.code == catalogue.CANCELLED.code:
            raise
        yield _finding(Severity.RED, error.problem)


def _company(books: Books) -> Iterator[Finding]:
    company = books.company
    number = f", {company.organization_number}" if company.organization_number else ""
    yield _green(f"{SYSTEM} svarar för {company.name or 'företaget'}{number}")


def _scopes(books: Books) -> Iterator[Finding]:
    """One small read of each list: what is refused is a right that the token lacks."""
    for lists, severity in ((NEEDED, Severity.RED), (WANTED, Severity.YELLOW)):
        missing = [scope for path, scope in lists.items() if not _allowed(books, path)]
        if missing:
            yield _finding(severity, SCOPE_MISSING.problem(scopes=", ".join(missing)))
        else:
            yield _green(f"API-token har rättigheterna {', '.join(lists.values())}")


def _allowed(books: Books, path: str) -> bool:
    try:
        if path == "/chart-of-accounts":
            books.chart()
        else:
            next(books.parts(path, answers.Ref))
    except SyncError as error:
        if error.problem.code in _REFUSED:
            return False
        raise
    return True


def _year(session: Session[Struct], books: Books) -> Iterator[Finding]:
    year = books.open_year(session.clock().date())
    method = "kontantmetoden" if year.accounting_method == "cash" else "faktureringsmetoden"
    yield _green(f"Räkenskapsåret {year.start_date}–{year.end_date} är öppet ({method})")
    yield _green(f"Kontoplanen går att läsa ({len(books.accounts)} konton)")


def _green(title: str) -> Finding:
    return Finding(Severity.GREEN, title)


def _finding(severity: Severity, problem: Problem) -> Finding:
    return Finding(severity, problem.title, problem)
