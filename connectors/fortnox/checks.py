"""*Kontrollera inställningar* for Fortnox: one finding a step. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from connectors.fortnox import answers
from connectors.fortnox.address import PRICES, needed, scopes
from connectors.fortnox.books import Books
from connectors.fortnox.errors import (
    MAY_NOT_ATTACH,
    MAY_NOT_READ_PRICES,
    PERIOD_LOCKED,
    SCOPE_MISSING,
    SERIES_NOT_MANUAL,
    SIGN_IN_OLD,
    SYSTEM,
    WAREHOUSE_ON,
)
from connectors.fortnox.options import FortnoxSettings
from connectors.wire import clock
from connectors.wire.oauth import Tokens
from synccenter.contract.connector import Session
from synccenter.contract.errors import SyncError
from synccenter.contract.finding import Finding, bad, good, look_at, until_refused

_LIFE = timedelta(days=45)
"""So long does a refresh token live that nobody uses (fortnox.se/developer); each use gives a new one."""
_EARLY = timedelta(days=10)


class Look(Struct, frozen=True):
    """What the steps look at."""

    session: Session[FortnoxSettings]
    books: Books
    tokens: Tokens
    service: bool


def findings(look: Callable[[], Look]) -> Iterator[Finding]:
    """Every step, until one cannot be taken."""
    return until_refused(_steps(look))


def _steps(look: Callable[[], Look]) -> Iterator[Finding]:
    there = look()
    for step in _STEPS:
        yield from step(there)


def _sign_in_lasts(look: Look) -> Iterator[Finding]:
    """Looked at before anything is asked, since asking renews it."""
    token = look.tokens.store.load()
    if look.service:
        yield good("Servicekontot är godkänt: inget att förnya")
    elif token and token.refresh:
        renewed = datetime.fromtimestamp(token.expires_at, tz=look.session.clock().tzinfo) - timedelta(hours=1)
        left = renewed + _LIFE - look.session.clock()
        if left < _EARLY:
            yield look_at(SIGN_IN_OLD.problem(days=max(0, left.days)))


def _signed_in(look: Look) -> Iterator[Finding]:
    yield good(f"Inloggad i {SYSTEM} hos {look.books.company.company_name or 'företaget'}")
    yield from clock.compared(look.books.http.server_time, look.session.clock(), SYSTEM)
    token = look.tokens.store.load()
    granted = (token.scope if token else "").split()
    settings = look.session.settings
    missing = [scope for scope in scopes(settings) if scope not in granted]
    without = [scope for scope in needed(settings) if scope in missing]
    if granted and without:
        yield bad(SCOPE_MISSING.problem(scopes=", ".join(without)))
    elif granted and missing:
        files = [scope for scope in missing if scope != PRICES]
        if files:
            yield look_at(MAY_NOT_ATTACH.problem(scopes=", ".join(files)))
        if PRICES in missing:
            yield look_at(MAY_NOT_READ_PRICES.problem())
    elif granted:
        yield good("Inloggningen ger alla rättigheter som behövs, och inga andra frågades det efter")


def _year(look: Look) -> Iterator[Finding]:
    today = look.session.clock().date()
    year, locked_to = look.books.year(today), look.books.locked_to
    if locked_to and locked_to >= today:
        yield bad(PERIOD_LOCKED.problem(date=today, to=locked_to))
    else:
        until = f", låst till och med {locked_to}" if locked_to else ""
        yield good(f"Räkenskapsåret {year.from_date}–{year.to_date} är öppet{until}")
    chart = look.books.chart(year)
    active = sum(account.active for account in chart.values())
    yield good(f"Kontoplanen går att läsa ({len(chart)} konton, {active} aktiva)")


def _series(look: Look) -> Iterator[Finding]:
    found = look.books.series(look.books.year(look.session.clock().date()))
    manual = [one.code for one in found if one.manual]
    if manual:
        yield good(f"Manuella verifikationsserier: {', '.join(manual)}")
    else:
        codes = ", ".join(one.code for one in found) or "–"
        yield bad(SERIES_NOT_MANUAL.problem(series=codes))


def _dimensions(look: Look) -> Iterator[Finding]:
    try:
        centres, projects = len(look.books.cost_centres), len(look.books.projects)
    except SyncError as error:  # they are wanted only where the settings name one
        if error.problem.stops:
            raise
        yield look_at(error.problem)
        return
    yield good(f"Kostnadsställen ({centres} st) och projekt ({projects} st) går att läsa")


def _full_way(look: Look) -> Iterator[Finding]:
    """Each area is asked for by itself, so that a licence or a right that is missing is told by its name."""
    if look.session.settings.way != "full":
        return
    for path, name in _AREAS:
        try:
            look.books.http.get(f"/{path}", answers.Body, {"limit": 1})
        except SyncError as error:
            if error.problem.stops:
                raise
            yield bad(error.problem, f"{name}: {error.problem.title}")
        else:
            yield good(f"{name} går att läsa")


def _warehouse(look: Look) -> Iterator[Finding]:
    """Fortnox tells only those who have a right to its warehouse; invoices are marked as ready in either case."""
    settings = look.session.settings
    if settings.way != "full":
        return
    try:
        there = look.books.http.get(settings.api_address.rstrip("/") + "/api/warehouse/tenants-v4", answers.Warehouse)
    except SyncError as error:
        if error.problem.stops:
            raise
        yield good("Fortnox säger inte om lagermodulen är på; är den det klarmarkeras fakturorna")
        return
    if there.activated:
        yield look_at(WAREHOUSE_ON.problem())
    else:
        yield good("Lagermodulen är inte på")


_AREAS = (
    ("articles", "Artiklar"),
    ("customers", "Kunder"),
    ("orders", "Ordrar"),
    ("invoices", "Fakturor"),
    ("invoicepayments", "Inbetalningar"),
)

_STEPS: tuple[Callable[[Look], Iterator[Finding]], ...] = (
    _sign_in_lasts,
    _signed_in,
    _year,
    _series,
    _dimensions,
    _full_way,
    _warehouse,
)
