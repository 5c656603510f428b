"""Whether what NAV refused a document for still stands, by its cards and its set-up: looks that only read.

Each look tells whether NAV would surely refuse it again; what no published page shows is not sure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from connectors.dynamics_nav import registers
from connectors.dynamics_nav.buyers import MAY_BE_INVOICED
from connectors.dynamics_nav.demands import MUST, MUST_NOT
from connectors.dynamics_nav.errors import LINE_VAT
from connectors.dynamics_nav.link import Link
from connectors.dynamics_nav.period import allowed
from connectors.dynamics_nav.refusals import (
    ACCOUNT_BLOCKED,
    CUSTOMER_BLOCKED,
    DIMENSION,
    DIRECT_POSTING,
    ITEM_BLOCKED,
    JOURNAL_MISSING,
    NOT_FOUND,
    PERIOD_CLOSED,
    SETUP_MISSING,
)
from connectors.wire.rows import Row, decimal, flag, option, text
from synccenter.contract.errors import Problem
from synccenter.contract.model import Hindered, Invoice, Order, Voucher

Sale = Invoice | Order | Voucher


class Case(Struct, frozen=True):
    """A document that NAV has refused, and what it said of it."""

    link: Link
    document: Sale
    problem: Problem


Look = Callable[[Case], bool]

_ACCOUNT = re.compile(r"(?:konto |”)(\d{2,20})\b", re.IGNORECASE)
_DIMENSION = re.compile(r"Dimension (\S+) (saknas|får inte finnas) på konto (\d+)")
_GROUPS = {"items": ("gen_prod", "vat_prod"), "customers": ("gen_bus", "vat_bus", "posting_group")}
_SETUPS = {"Bokföringsinställning": ("posting", "gen"), "Momsbokföringsinställning": ("vat", "vat")}


def _items_blocked(case: Case) -> bool:
    return case.link.page("items").has("blocked") and any(flag(row, "blocked") for row in _items(case))


def _customer_blocked(case: Case) -> bool:
    return case.link.page("customers").has("blocked") and any(
        option(row, "blocked") not in MAY_BE_INVOICED for row in _customer(case)
    )


def _account_hindered(case: Case) -> bool:
    found = _ACCOUNT.search(case.problem.what)
    rows = _rows(case.link, "accounts", [found[1]]) if found else []
    return any(not account or isinstance(account, Hindered) for account in map(registers.account, rows))


def _missing(case: Case) -> bool:
    """An article, the customer or an account that is not there. What else may be missing no page here shows."""
    if case.problem.what.startswith("Artikel "):
        there = {text(row, "number").upper() for row in _items(case)}
        return any(number.upper() not in there for number in _articles(case.document))
    if case.problem.what.startswith("Kund "):
        return not _customer(case)
    found = _ACCOUNT.search(case.problem.what)
    return found is not None and found[1] in _accounts(case.document) and not _rows(case.link, "accounts", [found[1]])


def _setup_missing(case: Case) -> bool:
    """A combination of the customer's and an article's groups that is not set up, in the table that NAV spoke of; or a
    group that a card lacks."""
    if _group_missing(case):
        return True
    named = next((kind for word, kind in _SETUPS.items() if case.problem.what.startswith(word)), None)
    customer = next(iter(_customer(case)), None)
    if named is None or customer is None:
        return False
    role, bus, prod = f"{named[0]}_setup", f"{named[1]}_bus", f"{named[1]}_prod"
    if not (case.link.has(role) and case.link.page("customers").has(bus) and case.link.page("items").has(prod)):
        return False
    there = {(text(row, "bus").upper(), text(row, "prod").upper()) for row in case.link.page(role).every()}
    groups = {text(row, prod).upper() for row in _items(case)}
    return any((text(customer, bus).upper(), group) not in there for group in groups)


def _group_missing(case: Case) -> bool:
    """Whether the card that NAV spoke of still has an empty posting group."""
    if "saknar" not in case.problem.what:
        return False
    if case.problem.what.startswith("Artikel "):
        role, rows = "items", _items(case)
    elif case.problem.what.startswith("Kund "):
        role, rows = "customers", _customer(case)
    else:
        return False
    shown = [word for word in _GROUPS[role] if case.link.page(role).has(word)]
    return any(not text(row, word) for row in rows for word in shown)


def _other_vat(case: Case) -> bool:
    """An article that the customer would get another rate for than it was sold at."""
    customer = next(iter(_customer(case)), None)
    if customer is None or not isinstance(case.document, Invoice) or not case.link.has("vat_setup"):
        return False
    group = text(customer, "vat_bus").upper()
    setup = [row for row in case.link.page("vat_setup").every() if text(row, "bus").upper() == group]
    rates = {text(row, "prod").upper(): decimal(row, "percent") for row in setup}
    there = {text(row, "number").upper(): rates.get(text(row, "vat_prod").upper()) for row in _items(case)}
    sold = [(row.article.upper(), row.vat_rate) for row in case.document.rows if row.article and row.goods]
    return any(there.get(article) not in {None, rate} for article, rate in sold)


def _period_closed(case: Case) -> bool:
    if isinstance(case.document, Order):
        return False
    first, last = allowed(case.link)
    on = case.document.date
    return (first is not None and on < first) or (last is not None and on > last)


def _dimension(case: Case) -> bool:
    """What the account demands of a dimension, or does not take."""
    found = _DIMENSION.search(case.problem.what)
    if not found or not case.link.has("default_dimensions"):
        return False
    dimension, what, account = found[1].upper(), found[2], found[3]
    for row in case.link.page("default_dimensions").every([("number", "eq", account)]):
        if (text(row, "number"), text(row, "dimension").upper()) != (account, dimension):
            continue
        # A default value is that of a row on the account itself: an article's row has its own, and the customer's.
        rule, value = option(row, "rule"), "" if _by_article(case.document, account) else text(row, "value")
        if (rule in MUST and not value) if what == "saknas" else (rule in MUST_NOT):
            return True
    return False


def _by_article(document: Sale, account: str) -> bool:
    rows = document.rows if isinstance(document, Invoice) else ()
    return any(row.article and row.goods and str(row.account) == account and not row.cost_centre for row in rows)


def pays_alike(document: Invoice, problem: Problem) -> bool:
    """Whether the payments of an invoice meet what those of another met: the journal's own, or an account's of both."""
    if problem.code == JOURNAL_MISSING.code:
        return True
    found = _ACCOUNT.search(problem.what)
    return found is not None and found[1] in {str(one.account) for one in document.netted()}


def _articles(document: Sale) -> list[str]:
    if isinstance(document, Invoice):
        return list(dict.fromkeys(row.article for row in document.rows if row.article and row.goods))
    if isinstance(document, Order):
        return list(dict.fromkeys(line.article for line in document.lines))
    return []


def _accounts(document: Sale) -> set[str]:
    if isinstance(document, Voucher):
        return {str(row.account) for row in document.postings}
    if isinstance(document, Order):
        return set()
    payments = {str(one.account) for one in document.payments}
    return payments | {str(row.account) for row in document.rows} | {str(document.rounding_account)}


def _items(case: Case) -> list[Row]:
    return _rows(case.link, "items", _articles(case.document))


def _customer(case: Case) -> list[Row]:
    if isinstance(case.document, Voucher):
        return []
    return _rows(case.link, "customers", [case.document.customer])


def _rows(link: Link, role: str, numbers: Sequence[str]) -> list[Row]:
    return link.page(role).numbered(numbers)


STILL: Mapping[str, Look] = {
    CUSTOMER_BLOCKED.code: _customer_blocked,
    ITEM_BLOCKED.code: _items_blocked,
    ACCOUNT_BLOCKED.code: _account_hindered,
    DIRECT_POSTING.code: _account_hindered,
    NOT_FOUND.code: _missing,
    SETUP_MISSING.code: _setup_missing,
    LINE_VAT.code: _other_vat,
    PERIOD_CLOSED.code: _period_closed,
    DIMENSION.code: _dimension,
}
"""By the code of the refusal."""
