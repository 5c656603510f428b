"""*Kontrollera inställningar* for Bokio: one finding a step. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from connectors.bokio import answers
from connectors.bokio.books import Books
from connectors.bokio.errors import COMPANY_DIFFERS, COMPANY_UNKNOWN, FEATURE_NEEDED, SCOPE_MISSING, SYSTEM
from connectors.bokio.options import BokioSettings
from connectors.wire import clock
from synccenter.contract import catalogue
from synccenter.contract.connector import Session
from synccenter.contract.errors import SyncError
from synccenter.contract.finding import Finding, bad, good, look_at, until_refused

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

ATTACHING = {"/uploads": "uploads:read"}
"""What the Z report with its entry needs, where the shop wants that."""

_REFUSED = {SCOPE_MISSING.code, FEATURE_NEEDED.code, catalogue.NOT_ALLOWED.code}


def findings(session: Session[BokioSettings], connect: Callable[[], Books]) -> Iterator[Finding]:
    """Every step, until one cannot be taken."""
    return until_refused(_steps(session, connect))


def _steps(session: Session[BokioSettings], connect: Callable[[], Books]) -> Iterator[Finding]:
    books = connect()
    yield from _company(session, books)
    yield from clock.compared(books.http.server_time, session.clock(), SYSTEM)
    yield from _scopes(session, books)
    yield from _year(session, books)
    yield good("Bokio har varken lagersaldo, prislistor eller streckkoder: kassans egna behålls")


def _company(session: Session[BokioSettings], books: Books) -> Iterator[Finding]:
    """Whose books they are: by id, and by name where there is no organisation number for the program to compare."""
    company, wanted = books.company, session.settings.company_id
    if company.id.lower() != wanted.lower():
        raise COMPANY_UNKNOWN.error(company=wanted)
    there, number = company.name or "", company.organization_number or ""
    yield good(f"{SYSTEM} svarar för {', '.join(filter(None, (there, number))) or 'företaget'}")
    certain = number and session.org_number
    if not certain and there.casefold().strip() != session.company_name.casefold().strip():
        yield look_at(COMPANY_DIFFERS.problem(there=there, here=session.company_name))


def _scopes(session: Session[BokioSettings], books: Books) -> Iterator[Finding]:
    """One small read of each list: what is refused is a right that the token lacks."""
    wanted = WANTED | (ATTACHING if session.settings.attach_z else {})
    for lists, tell in ((NEEDED, bad), (wanted, look_at)):
        missing = [scope for path, scope in lists.items() if not _allowed(books, path)]
        if missing:
            yield tell(SCOPE_MISSING.problem(scopes=", ".join(missing)))
        else:
            yield good(f"API-token har rättigheterna {', '.join(lists.values())}")


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


def _year(session: Session[BokioSettings], books: Books) -> Iterator[Finding]:
    year = books.open_year(session.clock().date())
    method = "kontantmetoden" if year.accounting_method == "cash" else "faktureringsmetoden"
    yield good(f"Räkenskapsåret {year.start_date}–{year.end_date} är öppet ({method})")
    yield good(f"Kontoplanen går att läsa ({len(books.accounts)} konton)")
