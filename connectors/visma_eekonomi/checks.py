"""*Kontrollera inställningar* for eEkonomi: one finding a step. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from connectors.visma_eekonomi import answers, registers
from connectors.visma_eekonomi.address import SCOPES
from connectors.visma_eekonomi.books import Books
from connectors.visma_eekonomi.buyers import buyer
from connectors.visma_eekonomi.errors import (
    NO_BOOKS,
    NOT_ACTIVE,
    PRO_NEEDED,
    ROUNDING_ON,
    SCOPE_MISSING,
    SYSTEM,
    YEAR_LOCKED,
)
from connectors.visma_eekonomi.options import VismaSettings
from connectors.wire import clock
from connectors.wire.oauth import Tokens
from synccenter.contract import catalogue
from synccenter.contract.asked import refused_by
from synccenter.contract.connector import Session
from synccenter.contract.errors import SyncError
from synccenter.contract.finding import Finding, bad, good, look_at, until_refused
from synccenter.contract.model import InvoiceRow

_PRO = 5
_ACTIVE = 1


class Look(Struct, frozen=True):
    """What the steps look at."""

    session: Session[VismaSettings]
    books: Books
    tokens: Tokens


def findings(session: Session[VismaSettings], connect: Callable[[], tuple[Books, Tokens]]) -> Iterator[Finding]:
    """Every step, until one cannot be taken."""
    return until_refused(_steps(session, connect))


def _steps(session: Session[VismaSettings], connect: Callable[[], tuple[Books, Tokens]]) -> Iterator[Finding]:
    look = Look(session, *connect())
    for step in _STEPS:
        yield from step(look)


def _signed_in(look: Look) -> Iterator[Finding]:
    company = look.books.company
    yield good(f"Inloggad i {SYSTEM} hos {company.name or 'företaget'}")
    yield from clock.compared(look.books.http.server_time, look.session.clock(), SYSTEM)
    token = look.tokens.store.load()
    granted = (token.scope if token else "").split()
    missing = [scope for scope in SCOPES if scope not in granted and scope != "offline_access"]
    if granted and missing:
        yield bad(SCOPE_MISSING.problem(scopes=", ".join(missing)))
    elif granted:
        yield good("Inloggningen ger alla rättigheter som behövs")


def _active(look: Look) -> Iterator[Finding]:
    if look.books.company.company_status not in {None, _ACTIVE}:
        yield bad(NOT_ACTIVE.problem())


def _year(look: Look) -> Iterator[Finding]:
    today = look.session.clock().date()
    year = look.books.year(today)
    locked_to = registers.day(look.books.company.accounting_locked_to)
    if year.is_locked_for_accounting or (locked_to and locked_to >= today):
        yield bad(YEAR_LOCKED.problem(date=today))
    else:
        until = f", låst till och med {locked_to}" if locked_to else ""
        yield good(f"Räkenskapsåret {year.start_date[:10]}–{year.end_date[:10]} är öppet{until}")
    part = next(look.books.parts(f"/accounts/{year.id}", answers.Account))
    yield good(f"Kontoplanen går att läsa ({len(part.rows)}{'' if part.last else ' eller fler'} konton)")


def _vouchers(look: Look) -> Iterator[Finding]:
    """What the proof can see of the books."""
    try:
        look.books.http.get("/vouchers", answers.Listing, {"$page": 1, "$pagesize": 1})
        yield good("Verifikationerna går att läsa")
    except SyncError as error:
        if not look.books.hides_vouchers(error):
            raise
        yield look_at(NO_BOOKS.problem())


def _sales(look: Look) -> Iterator[Finding]:
    company = look.books.company
    if company.domestic_currency_rounding:
        yield look_at(ROUNDING_ON.problem())
    if look.session.settings.price_lists and company.product_variant not in {None, _PRO}:
        yield look_at(PRO_NEEDED.problem())
    try:
        active = [one for one in look.books.bank_accounts if one.is_active is not False]
        yield good(f"Kassa- och bankkonton går att läsa ({len(active)} st)")
    except SyncError as error:
        yield look_at(error.problem)
    if look.session.settings.price_customer:
        customer = look.books.customer(look.session.settings.price_customer)
        yield good(f"Priser hämtas enligt kund {customer.customer_number}")


def _substitutes(look: Look) -> Iterator[Finding]:
    """Each substitute is there and booked on its account with its VAT: a gift card never becomes income."""
    wrong = 0
    for row in look.session.settings.substitutes:
        try:
            look.books.item(InvoiceRow("", f"Ersättning för konto {row.account}", 1000, 0, 0, row.rate, row.account))
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                raise
            wrong += 1
            yield look_at(error.problem)
    if look.session.settings.substitutes and not wrong:
        yield good(f"Ersättningsartiklarna bokförs på sina konton ({len(look.session.settings.substitutes)} st)")


def _currency(look: Look) -> Iterator[Finding]:
    """The customer whose prices hold is one that can be invoiced in kronor."""
    number = look.session.settings.price_customer
    if number and (problem := refused_by(lambda: buyer(look.books, number))):
        yield look_at(problem)


_STEPS: tuple[Callable[[Look], Iterator[Finding]], ...] = (
    _signed_in,
    _active,
    _year,
    _vouchers,
    _sales,
    _substitutes,
    _currency,
)
