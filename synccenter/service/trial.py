"""A shop as it would be with settings that are not saved: for *Testa anslutning*, *Provkörning* and the guide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from queue import Queue
from typing import Any

from msgspec import Struct

from synccenter.check import preflight, steps
from synccenter.check.books import wrong_company
from synccenter.contract import catalogue
from synccenter.contract.asked import TellsSignIn
from synccenter.contract.connector import ListsBookkeeping, ListsFacts, OffersChoices, SignsIn, TellsCompany, Term
from synccenter.contract.errors import ErrorKind, Problem, SyncError
from synccenter.contract.finding import Finding, Severity
from synccenter.contract.model import Account, Company
from synccenter.contract.options import Kind, Suggest, options_of
from synccenter.core.logs import Log
from synccenter.core.secrets import Keychain
from synccenter.posting.settings import CashRule
from synccenter.reports.watch import Watchman
from synccenter.run.dryrun import DryRun
from synccenter.run.report import Report
from synccenter.shop import Shop
from synccenter.till.sales import companies


class Typed(Struct, frozen=True):
    """What stands in the form: values that differ from the file, and secrets (None: removed)."""

    values: Mapping[str, Any]
    secrets: Mapping[str, str | None]


class Facts(Struct, frozen=True):
    """What the form wants to know of the world. `problem`: why the till could not be read."""

    companies: tuple[Company, ...] = ()
    tills: tuple[CashRule, ...] = ()
    methods: tuple[tuple[str, str], ...] = ()
    groups: tuple[tuple[str, str], ...] = ()
    stored: frozenset[str] = frozenset()
    problem: Problem | None = None

    def listed(self, what: Suggest | None) -> tuple[tuple[str, str], ...]:
        """(code, name) of what the till has of something, for a field to offer."""
        if what == "tills":
            return tuple((till.till, till.name) for till in self.tills)
        return {"methods": self.methods, "groups": self.groups}.get(what or "", ())


class _Drafted(Keychain):
    """The keychain, with what was typed laid over it. Storing goes to the real one (a sign-in renews its tokens)."""

    def __init__(self, real: Keychain, typed: Mapping[str, str | None]) -> None:
        super().__init__(real.service, masker=real.masker)
        self._real = real
        self._typed = typed
        for value in typed.values():
            if value:
                self.masker.add(value)

    def get(self, name: str) -> str | None:
        """What was typed, else what is stored."""
        return self._typed[name] if name in self._typed else self._real.get(name)

    def set(self, name: str, value: str) -> None:
        """Into the real keychain."""
        self._real.set(name, value)

    def delete(self, name: str) -> None:
        """Out of the real keychain."""
        self._real.delete(name)


@contextmanager
def trial(shop: Shop, typed: Typed) -> Iterator[Shop]:
    """The same shop with other settings; nothing of them is saved."""
    other = Shop(shop.folder, shop.registry, _Drafted(shop.secrets, typed.secrets), debug=shop.debug)
    for name, value in typed.values.items():
        other.settings.set(name, value)
    other.cancel = shop.cancel
    try:
        yield other
    finally:
        other.close()


def sign_in(shop: Shop, typed: Typed, open_page: Callable[[str], object], pasted: Queue[str]) -> str:
    """Let a person sign in to the system of the form; whose books it was, "" when it does not tell.

    Raises B23 when they are another company's than the till's.
    """
    with trial(shop, typed) as other:
        connector = other.connector()
        if not isinstance(connector, SignsIn):
            raise catalogue.SYSTEM_UNKNOWN.error(system=other.description.title, known="")
        connector.sign_in(open_page, pasted)
        if problem := wrong_company(other):
            raise SyncError(problem)
        return connector.company().name if isinstance(connector, TellsCompany) else ""


def facts(shop: Shop, typed: Typed) -> Facts:
    """Companies and tills of the till's database, and which secrets are stored."""
    with trial(shop, typed) as other:
        stored, problem = _stored(other)
        try:
            found = tuple(companies(other.till))
        except SyncError as error:
            return Facts(stored=stored, problem=error.problem)
        try:
            methods = tuple((one.code, one.name) for one in other.sales.payment_methods())
            groups = tuple((one.code, one.name) for one in other.sales.groups())
            return Facts(found, tuple(other.drawers()), methods, groups, stored, problem)
        except SyncError as error:  # several companies, and none chosen yet
            return Facts(companies=found, stored=stored, problem=error.problem)


def accounts(shop: Shop, typed: Typed) -> tuple[Account, ...]:
    """The chart of accounts of the business system; empty when it cannot tell."""
    with trial(shop, typed) as other:
        connector = other.connector()
        return tuple(connector.accounts(other.today())) if isinstance(connector, ListsFacts) else ()


def series(shop: Shop, typed: Typed) -> tuple[Term, ...]:
    """The voucher series that vouchers can be made in from outside; empty when the business system cannot tell."""
    with trial(shop, typed) as other:
        connector = other.connector()
        found = connector.voucher_series() if isinstance(connector, ListsBookkeeping) else ()
        return tuple(one for one in found if one.active and one.manual)


def choices(shop: Shop, typed: Typed) -> Mapping[str, Sequence[Term]]:
    """By setting of the business system: what it gives to choose among. What cannot be asked yet is left out."""
    found: dict[str, Sequence[Term]] = {}
    with trial(shop, typed) as other:
        connector, described = other.connector(), other.description
        if not isinstance(connector, OffersChoices):
            return found
        for option in options_of(described.settings):
            if option.suggest == "system":
                with suppress(SyncError):
                    found[f"{described.name}.{option.name}"] = connector.choices(option.name)
    return found


def check(shop: Shop, typed: Typed) -> list[Finding]:
    """*Testa anslutning*: every finding of the check."""
    with trial(shop, typed) as other:
        try:
            return list(preflight.findings(other))
        except SyncError as error:
            return [Finding(Severity.RED, error.problem.title, error.problem)]


def remaining(shop: Shop, typed: Typed) -> tuple[list[Problem], list[Problem]]:
    """What must be done before anything is sent, and what is worth a look."""
    found = check(shop, typed)
    must = [one.problem for one in found if one.problem is not None and one.severity is Severity.RED]
    return must, [one.problem for one in found if one.problem is not None and one.severity is not Severity.RED]


def step(shop: Shop, typed: Typed, title: str) -> list[Problem]:
    """What keeps a step of the guide from being done."""
    with trial(shop, typed) as other:
        try:
            return steps.problems_of(other, title)
        except SyncError as error:
            return [error.problem]


class SignedIn(Struct, frozen=True):
    """Who the books are open for. `until` None: nobody is signed in. `company` "": it could not be asked."""

    system: str
    until: datetime | None = None
    company: str = ""
    trouble: Problem | None = None


def signed_in(shop: Shop, typed: Typed) -> SignedIn | None:
    """The sign-in as a card shows it; None for a business system that nobody signs in to."""
    with trial(shop, typed) as other:
        if not other.description.capabilities.needs_sign_in:
            return None
        title, connector = other.description.title, other.connector()
        until = connector.signed_in() if isinstance(connector, TellsSignIn) else None
        if until is None or not isinstance(connector, TellsCompany):
            return SignedIn(title, until)
        try:
            there = connector.company()
        except SyncError as error:
            return SignedIn(title, until, trouble=error.problem)
        name = f"{there.name} ({there.org_number})" if there.org_number else there.name
        return SignedIn(title, until.astimezone(other.zone), name)


def sign_out(shop: Shop, log: Log, typed: Typed) -> None:
    """Forget the sign-in here, and at the business system where it can be told."""
    with trial(shop, typed) as other:
        connector = other.connector()
        if isinstance(connector, SignsIn):
            connector.sign_out()
            with log.section("Inloggning"):
                log.row(f"Utloggad ur {other.description.title}.")


def pass_on(shop: Shop, log: Log, problem: Problem) -> str:
    """*Skicka till bokföraren*: who got it."""
    return Watchman().pass_on(shop, log, problem)


def dry_run(shop: Shop, typed: Typed, report: Report) -> int:
    """*Provkörning*: the number of problems; every row goes to the report."""
    with trial(shop, typed) as other:
        return DryRun(other, report).run()


def send_test_mail(shop: Shop, log: Log, typed: Typed) -> str:
    """*Skicka testmejl* at once; who got it. Raises E01 and E02."""
    with trial(shop, typed) as other:
        problem = Watchman().send_test(other, log)
        if problem is not None:
            raise SyncError(problem)
        return ", ".join(other.settings.mail.to)


def _stored(shop: Shop) -> tuple[frozenset[str], Problem | None]:
    names = [
        f"{section.name}.{option.name}"
        for section in shop.settings.sections.values()
        for option in section.options
        if option.kind is Kind.SECRET
    ]
    try:
        return frozenset(name for name in names if shop.secrets.get(name)), None
    except SyncError as error:
        return frozenset(), error.problem if error.problem.kind is not ErrorKind.RETRY else None
