"""The check's steps in the business system, as far as its connector can tell: what would refuse the first sale."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from synccenter.check.findings import Look, depends
from synccenter.contract import catalogue
from synccenter.contract.connector import FiscalYear, ListsBookkeeping, ListsFacts, TellsCompany, Term
from synccenter.contract.errors import Entry, Problem
from synccenter.contract.finding import Finding, bad, good, look_at
from synccenter.contract.model import DocumentKind, Hindered, PaymentKind, Register
from synccenter.contract.org_number import org_digits
from synccenter.journal.attachments import Attachments, not_attached
from synccenter.posting.targets import accounts_in, accounts_needed, payment_target
from synccenter.shop import Shop

_NAMED = 5
"""So many articles are named; the rest are counted."""


def wrong_company(shop: Shop) -> Problem | None:
    """I20 when the books are another company's than the till's; numbers that are missing tell nothing.

    Asked before anything is fetched or sent. Raises what the business system answers when it does not tell.
    """
    connector = shop.connector()
    if not isinstance(connector, TellsCompany):
        return None
    there, here = connector.company(), shop.company
    numbers = {org_digits(there.org_number), org_digits(here.org_number)}
    if len(numbers) == 1 or "" in numbers:
        return None
    told = f"{there.name} ({there.org_number})"
    till = f"{here.name} ({here.org_number})"
    return catalogue.COMPANY_DIFFERS.problem(till=till, there=told, system=shop.description.title)


def company(look: Look) -> Iterator[Finding]:
    """The same company in till and books, by organisation number."""
    connector = look.shop.connector()
    if not isinstance(connector, TellsCompany):
        return
    there = connector.company()
    problem = wrong_company(look.shop)
    if problem:
        yield bad(problem, "Företag")
    elif there.name:
        yield good(f"Företag: {there.name}")


def accounts(look: Look) -> Iterator[Finding]:
    """Every account of the settings exists and is active. Red only for one that something waiting will land on."""
    connector = look.shop.connector()
    if not isinstance(connector, ListsFacts):
        return
    chart = {account.number: account for account in connector.accounts(look.shop.today())}
    if not chart:
        return
    wrong = 0
    needed = look.needed or accounts_needed(look.rules)  # before the first sale: what a common day needs
    for number, use in sorted(accounts_in(look.rules).items()):
        known = chart.get(number)
        if known is not None and known.active:
            continue
        wrong += 1
        entry = catalogue.ACCOUNT_MISSING if known is None else catalogue.ACCOUNT_INACTIVE
        why = known.why if isinstance(known, Hindered) else "är inaktivt"
        problem = entry.problem(account=number, use=use, system=look.system, why=why)
        # What lands on an account that is not there is refused, one by one: so a needed one stops before that.
        red = number in needed
        told = depends(problem, look.needed.get(number), red=red) if look.needed else problem
        yield (bad if red else look_at)(told, f"Konto {number}")
    if not wrong:
        yield good("Alla konton finns i kontoplanen")


def years(look: Look) -> Iterator[Finding]:
    """A financial year holds today and every day that waits, and none of those days is locked."""
    connector = look.shop.connector()
    if not isinstance(connector, ListsBookkeeping):
        return
    found, locked_to = connector.fiscal_years(), connector.locked_to()
    if not found:
        return
    wrong, missing = 0, set[int]()
    for day in sorted({*look.waiting_days, look.shop.today()}):
        year = next((one for one in found if one.start <= day <= one.end), None)
        if year is None and day.year not in missing:
            missing.add(day.year)  # one finding a year, not one a day
            wrong += 1
            yield bad(catalogue.YEAR_MISSING.problem(system=look.system, date=day), f"Räkenskapsår {day.year}")
    locked = [day for day in sorted({*look.waiting_days, look.shop.today()}) if _locked(day, found, locked_to)]
    if locked:
        wrong += 1
        until = f" till och med {locked_to}" if locked_to else ""
        days = f"{locked[0]}" if len(locked) == 1 else f"{locked[0]}–{locked[-1]} ({len(locked)} dagar)"
        yield bad(catalogue.PERIOD_LOCKED.problem(system=look.system, until=until, date=days), "Låst period")
    if not wrong:
        yield good(f"Räkenskapsåret är öppet{f', låst till och med {locked_to}' if locked_to else ''}")


def series(look: Look) -> Iterator[Finding]:
    """The voucher series exists and takes vouchers from outside."""
    connector, wanted = look.shop.connector(), look.rules.series
    if not wanted or not isinstance(connector, ListsBookkeeping):
        return
    found = {one.code: one for one in connector.voucher_series()}
    if not found:
        return
    title, one = f"Verifikationsserie {wanted}", found.get(wanted)
    if one is None:
        known = ", ".join(sorted(found))
        problem = catalogue.SERIES_MISSING.problem(series=wanted, system=look.system, known=known)
        certain = look.shop.description.capabilities.lists_all_series
        yield bad(problem, title) if certain else look_at(problem, title)
    elif not (one.active and one.manual):
        yield bad(catalogue.SERIES_NOT_MANUAL.problem(series=wanted, system=look.system), title)
    else:
        yield good(title)


def dimensions(look: Look) -> Iterator[Finding]:
    """Every cost centre and project of the settings exists and is active."""
    connector = look.shop.connector()
    centres = sorted({centre for centre, _ in look.rules.dimensions.values() if centre})
    projects = sorted({project for _, project in look.rules.dimensions.values() if project})
    if not (centres or projects) or not isinstance(connector, ListsBookkeeping):
        return
    wrong: list[Finding] = []
    if centres:
        wrong += _terms(look, catalogue.COST_CENTRE_MISSING, "Kostnadsställe", centres, connector.cost_centres())
    if projects:
        wrong += _terms(look, catalogue.PROJECT_MISSING, "Projekt", projects, connector.projects())
    yield from wrong or [good("Kostnadsställen och projekt finns")]


def _terms(look: Look, entry: Entry, title: str, wanted: Sequence[str], found: Sequence[Term]) -> list[Finding]:
    known = {one.code: one for one in found}
    wrong = []
    for code in wanted:
        one = known.get(code)
        if one is None or not one.active:
            why = "finns inte" if one is None else "är inaktivt"
            wrong.append(bad(entry.problem(code=code, why=why, system=look.system), f"{title} {code}"))
    return wrong


def vat_codes(look: Look) -> Iterator[Finding]:
    """Each VAT rate has an active VAT code, where the codes' names tell their rates."""
    connector = look.shop.connector()
    if not isinstance(connector, ListsBookkeeping):
        return
    names = [f"{one.code} {one.name}" for one in connector.vat_codes() if one.active]
    rates = sorted({rule.rate for rule in look.rules.sales if rule.rate}, reverse=True)
    missing = [rate for rate in rates if not any(re.search(rf"(?<!\d){rate}(?!\d)", name) for name in names)]
    if len(missing) == len(rates):
        return  # the names tell nothing
    for rate in missing:
        yield look_at(catalogue.VAT_CODE_MISSING.problem(system=look.system, rate=rate), "Momskoder")
    if not missing:
        yield good("Momskoder finns för alla momssatser")


def bank_accounts(look: Look) -> Iterator[Finding]:
    """For paid invoices: each payment lands on an active cash or bank account."""
    connector, rules = look.shop.connector(), look.rules
    if rules.target != DocumentKind.INVOICE.value or not isinstance(connector, ListsBookkeeping):
        return
    if not rules.cash_customer:
        yield bad(catalogue.NO_CASH_CUSTOMER.problem(), "Kontantkund")
    known = {one.account for one in connector.bank_accounts() if one.active}
    if not known or not look.shop.description.capabilities.pays_bank_accounts:
        return
    used = {
        payment_target(method, till, rules).account: f"betalsätt {rules.method_names.get(method, method)}"
        for method, kind in rules.kinds.items()
        for till in rules.cash_accounts
        if kind is not PaymentKind.INVOICE  # a debt, which the invoice leaves open
    }
    wrong = sorted((account, use) for account, use in used.items() if account not in known)
    for account, use in wrong:
        problem = catalogue.NOT_BANK_ACCOUNT.problem(account=account, use=use, system=look.system)
        yield bad(problem, f"Konto {account}")
    if not wrong:
        yield good("Alla betalningar har ett kassa- eller bankkonto")


def articles(look: Look) -> Iterator[Finding]:
    """Articles on waiting receipts that the register from the business system does not hold; where they are invoiced,
    those that it has taken out of use too."""
    if not look.shop.registers.holds(Register.ARTICLES):
        return  # no register has come down yet
    sales, in_use = look.shop.sales, look.rules.target == DocumentKind.INVOICE.value
    found = sorted(
        {
            article
            for till in sales.tills()
            for article in sales.unknown_articles(till.id, look.read_to("receipt", till.id), in_use=in_use)
        }
    )
    if not found:
        return
    first = ", ".join(found[:_NAMED]) + (" …" if len(found) > _NAMED else "")
    problem = catalogue.ARTICLES_UNKNOWN.problem(count=len(found), first=first, system=look.system)
    yield look_at(problem, "Artiklar på kvitton")


def pages(look: Look) -> Iterator[Finding]:
    """Z reports that could not be put with their vouchers: one finding for each reason."""
    if not look.shop.description.capabilities.attaches:
        return
    met: dict[str, tuple[Problem, list[str]]] = {}
    for reference, problem in Attachments(look.shop.ledger).stuck():
        met.setdefault(problem.cause, (problem, []))[1].append(reference)
    for problem, references in met.values():
        yield look_at(not_attached(problem, references, look.system), "Z-rapporter som bilagor")


def _locked(day: date, years: Sequence[FiscalYear], locked_to: date | None) -> bool:
    in_locked_year = any(one.locked and one.start <= day <= one.end for one in years)
    return in_locked_year or (locked_to is not None and day <= locked_to)
