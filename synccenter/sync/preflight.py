"""*Kontrollera inställningar*: everything that would stop the first sale, found before it is sent.

Reads only. Each finding says what to do. Red ones stop the first sync, and the first after a settings change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from synccenter.core import catalogue
from synccenter.core.connector import Connector, Description, Finding, ListsFacts, Severity
from synccenter.core.errors import Problem, SyncError
from synccenter.core.model import DocumentKind, PaymentMethod
from synccenter.posting.rules import Rules, accounts_in
from synccenter.till.probe import probe

if TYPE_CHECKING:
    from synccenter.sync.shop import Shop


def findings(shop: Shop) -> Iterator[Finding]:
    """Every step, green ones too, from the settings outwards to the business system."""
    problems = shop.settings.problems
    yield from _red("Inställningar", problems)
    yield from _red("Kassans databas", probe(shop.till))
    if shop.settings["safety.cutover"] is None:
        yield _bad("Startdatum", catalogue.NO_CUTOVER.problem())
    else:
        yield Finding(Severity.GREEN, f"Startdatum {shop.settings['safety.cutover']}")
    yield from _route(shop)
    rules = shop.rules()
    yield from _payments(rules, shop.sales.payment_methods())
    yield from _groups(rules, shop)
    try:
        connector = shop.connector()
    except SyncError as error:
        yield _bad(shop.description.title, error.problem)
        return
    yield from _system(shop, connector, rules)


def red(found: Iterable[Finding]) -> list[Problem]:
    """The problems that stop the sync."""
    return [finding.problem for finding in found if finding.severity is Severity.RED and finding.problem]


def _system(shop: Shop, connector: Connector, rules: Rules) -> Iterator[Finding]:
    try:
        yield from connector.check()
        if isinstance(connector, ListsFacts):
            yield from _accounts(rules, connector, shop.today(), shop.description)
    except SyncError as error:
        yield _bad(shop.description.title, error.problem)


def _route(shop: Shop) -> Iterator[Finding]:
    target = DocumentKind(shop.settings["posting.target"])
    if target not in shop.description.capabilities.sends:
        what = "betalda kundfakturor" if target is DocumentKind.INVOICE else "verifikationer"
        yield _bad("Skicka som", catalogue.TARGET_UNSUPPORTED.problem(system=shop.description.title, target=what))
    if problem := changed_system(shop):
        yield _bad("Affärssystem", problem)


def changed_system(shop: Shop) -> Problem | None:
    """I05 when the business system was changed without a new cut-over date."""
    route, cutover = shop.ledger.route(), shop.settings["safety.cutover"]
    if route is None or cutover is None or route[0] == shop.description.name or route[1] != cutover.isoformat():
        return None
    old = shop.registry[route[0]].title if route[0] in shop.registry else route[0]
    return catalogue.SYSTEM_CHANGED.problem(old=old, cutover=route[1], new=shop.description.title)


def _payments(rules: Rules, methods: Iterable[PaymentMethod]) -> Iterator[Finding]:
    for method in methods:
        for till in rules.cash_accounts:
            try:
                rules.payment_account(method.code, till)
            except SyncError as error:
                yield _bad(f"Betalsätt {method.name}", error.problem)
                break


def _groups(rules: Rules, shop: Shop) -> Iterator[Finding]:
    for group in rules.groups.values():
        try:
            rules.sales_accounts(group.vat_rate, group.code, shop.today())
        except SyncError as error:
            yield _bad(f"Varugrupp {group.name}", error.problem)


def _accounts(rules: Rules, connector: ListsFacts, today: date, system: Description) -> Iterator[Finding]:
    chart = {account.number: account for account in connector.accounts(today)}
    if not chart:
        return
    bad = 0
    for number, use in sorted(accounts_in(rules).items()):
        entry = (
            catalogue.ACCOUNT_MISSING
            if number not in chart
            else None
            if chart[number].active
            else catalogue.ACCOUNT_INACTIVE
        )
        if entry:
            bad += 1
            yield _bad(f"Konto {number}", entry.problem(account=number, use=use, system=system.title))
    if not bad:
        yield Finding(Severity.GREEN, "Alla konton finns i kontoplanen")


def _red(title: str, problems: Iterable[Problem]) -> Iterator[Finding]:
    found = [_bad(title, problem) for problem in problems]
    yield from found or [Finding(Severity.GREEN, title)]


def _bad(title: str, problem: Problem) -> Finding:
    # A value that cannot be read parks its own receipt; it must not stop all the others.
    severity = Severity.YELLOW if problem.code == catalogue.TILL_VALUE.code else Severity.RED
    return Finding(severity, title, problem)
