"""*Kontrollera inställningar*: everything that would stop the first sale, found before it is sent.

Reads only. Each finding names the thing and says what to do. Red ones stop the first sync, and the first after a
settings change or at a new year. A step that fails is a finding of its own and does not stop the others.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from synccenter.check import books as preflight_books
from synccenter.check import machine as preflight_machine
from synccenter.check import rehearsal as preflight_rehearsal
from synccenter.check import till as preflight_till
from synccenter.check.findings import Look, parked_or_bad
from synccenter.contract import catalogue
from synccenter.contract.errors import ErrorKind, Problem, SyncError
from synccenter.contract.finding import Finding, Severity, bad, good, look_at
from synccenter.contract.model import DocumentKind
from synccenter.shop import Shop

Step = Callable[[Look], Iterator[Finding]]

_GOES_ON = frozenset({catalogue.SETTINGS_BROKEN.code, catalogue.PASSWORD_IN_ADDRESS.code})
"""What is wrong with the settings file and hinders nothing."""

_OUT_OF_REACH = frozenset({ErrorKind.RETRY, ErrorKind.WAIT, ErrorKind.SIGN_IN, ErrorKind.CONTACT_CONSULTANT})
"""After a red finding of these kinds the business system cannot answer further questions."""

_TILL: tuple[tuple[str, Step], ...] = (
    ("Betalsätt", preflight_till.payments),
    ("Varugrupper", preflight_till.groups),
    ("In- och utbetalningar", preflight_till.reasons),
    ("Momssatser", preflight_till.rates),
    ("Moms på kvitton", preflight_till.vat),
    ("Z-rapporternas summor", preflight_till.z_totals),
    ("Presentkort", preflight_till.gift_cards),
    ("Enfunktionsvouchrar", preflight_till.voucher_rates),
)
_BOOKS: tuple[tuple[str, Step], ...] = (
    ("Företag", preflight_books.company),
    ("Konton", preflight_books.accounts),
    ("Räkenskapsår", preflight_books.years),
    ("Verifikationsserie", preflight_books.series),
    ("Kostnadsställen och projekt", preflight_books.dimensions),
    ("Konton och kostnadsställen", preflight_rehearsal.demands),
    ("Momskoder", preflight_books.vat_codes),
    ("Kassa- och bankkonton", preflight_books.bank_accounts),
    ("Kunder", preflight_rehearsal.buyers),
    ("Rader utan artikel", preflight_rehearsal.rows),
    ("Artiklar på kvitton", preflight_books.articles),
    ("Z-rapporter som bilagor", preflight_books.pages),
)
_MACHINE: tuple[tuple[str, Step], ...] = (
    ("Disk", preflight_machine.disk),
    ("Mapp för loggfiler", preflight_machine.log_folder),
    ("Filernas rättigheter", preflight_machine.privacy),
    ("Tidszon", preflight_machine.zone),
    ("Lösenordsvalv", preflight_machine.keychain),
    ("E-post", preflight_machine.mail),
)


def findings(shop: Shop) -> Iterator[Finding]:
    """Every step, green ones too, from the settings outwards to the business system. A problem is told once."""
    told: set[tuple[str, str]] = set()
    for finding in _all(shop):
        if finding.problem is None:
            yield finding
        elif (about := (finding.problem.cause, finding.problem.item)) not in told:
            told.add(about)
            yield finding


def red(found: Iterable[Finding]) -> list[Problem]:
    """The problems that stop the sync."""
    return [finding.problem for finding in found if finding.severity is Severity.RED and finding.problem]


def _all(shop: Shop) -> Iterator[Finding]:
    look = Look(shop)
    problems = shop.settings.problems
    yield from findings_of("Inställningar", problems)
    if any(problem.code == catalogue.SETTINGS_NO_COPY.code for problem in problems):
        return  # nothing is set: whatever else is missing follows from that
    yield from tried(look, _MACHINE)
    found = list(tried(look, (("Kassans databas", till),)))
    yield from found
    if red(found):
        return
    yield from tried(look, (("Sync Centers journal", preflight_machine.clock), ("Affärssystem", route), *_TILL))
    yield from _system(look)


def tried(look: Look, steps: Iterable[tuple[str, Step]]) -> Iterator[Finding]:
    """The findings of steps; one that cannot be taken is a finding of its own."""
    for title, step in steps:
        try:
            yield from step(look)
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                raise
            yield parked_or_bad(error.problem, title)
        except Exception as error:  # noqa: BLE001 - a bug of one connector must not hide the other findings
            look.shop.debug("".join(traceback.format_exception(error)))
            what = type(error).__name__
            yield bad(catalogue.UNEXPECTED.problem(item=title, detail=f"{what}: {error}", error=what), title)


def till(look: Look) -> Iterator[Finding]:
    """The till's database is there and is what it should be, and one company in it is chosen."""
    yield from findings_of("Kassans databas", look.shop.till.probe())
    look.shop.company  # noqa: B018 - raises when none or several fit


def _system(look: Look) -> Iterator[Finding]:
    """The connector's own check; then what its lists tell, unless it is out of reach."""
    reached = True
    for finding in tried(look, ((look.system, own_check),)):
        problem = finding.problem
        if finding.severity is Severity.RED and problem is not None and problem.kind in _OUT_OF_REACH:
            reached = False
        yield finding
    if reached:
        yield from tried(look, _BOOKS)


def own_check(look: Look) -> Iterator[Finding]:
    """The connector's own check. Red is what hinders the way that sales are sent; the other way is yellow."""
    target = look.shop.settings.posting.target
    for finding in look.shop.connector().check():
        if finding.problem is None or finding.only_for is None:
            yield finding
        else:
            yield replace(finding, severity=Severity.RED if finding.only_for.value == target else Severity.YELLOW)


def route(look: Look) -> Iterator[Finding]:
    """From when, as what, and to which business system."""
    shop = look.shop
    if shop.settings.safety.cutover is None:
        yield bad(catalogue.NO_CUTOVER.problem(), "Startdatum")
    else:
        yield good(f"Startdatum {shop.settings.safety.cutover}")
    target = DocumentKind(shop.settings.posting.target)
    if target not in shop.description.capabilities.sends:
        what = "betalda kundfakturor" if target is DocumentKind.INVOICE else "verifikationer"
        yield bad(catalogue.TARGET_UNSUPPORTED.problem(system=look.system, target=what), "Skicka som")
    if problem := changed_system(shop):
        yield bad(problem, "Affärssystem")


def changed_system(shop: Shop) -> Problem | None:
    """I05 when the business system was changed without a new cut-over date."""
    route, cutover = shop.ledger.route(), shop.settings.safety.cutover
    if route is None or cutover is None or route[0] == shop.description.name or route[1] != cutover.isoformat():
        return None
    old = shop.registry[route[0]].title if route[0] in shop.registry else route[0]
    return catalogue.SYSTEM_CHANGED.problem(old=old, cutover=route[1], new=shop.description.title)


def findings_of(title: str, problems: Iterable[Problem]) -> Iterator[Finding]:
    """A finding for each problem, or a green one."""
    found = [_till_or_settings(title, problem) for problem in problems]
    yield from found or [good(title)]


def _till_or_settings(title: str, problem: Problem) -> Finding:
    # A broken settings file stops nothing: its last good copy is in use, and the run tells of it.
    return look_at(problem, title) if problem.code in _GOES_ON else parked_or_bad(problem, title)
