"""The check's rehearsal: rows and customers of the first document, held against what the system says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from synccenter.check.findings import Look, add, depends
from synccenter.contract import catalogue
from synccenter.contract.asked import Demand, Demands, LooksAtBuyers, LooksAtRows, TellsDemands
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Finding, bad, good, look_at
from synccenter.contract.model import DocumentKind, InvoiceRow, LineKind, PaymentKind, Purpose
from synccenter.posting.targets import (
    Carried,
    Target,
    accounts_in,
    accounts_needed,
    carried_in,
    commission_target,
    line_target,
    payment_target,
    sold_on,
)
from synccenter.till import waiting
from synccenter.till.waiting import Sold, Use

BUYERS = 30
"""So many customers of receipts that wait are looked at; the others meet the same when they are sent, one by one."""


def demands(look: Look) -> Iterator[Finding]:
    """No account lands rows without the cost centre or project that it demands, or with one that it does not take."""
    connector = look.shop.connector()
    if not isinstance(connector, TellsDemands):
        return
    said = connector.demands(look.shop.today())
    if not said:
        return
    tills, own = [till.id for till in look.shop.sales.tills()], look.shop.description.capabilities.pays_in_rows
    carried = carried_in(look.rules, tills, pays_in_rows=own)
    uses, needed, wrong = accounts_in(look.rules), look.needed or accounts_needed(look.rules), False
    articles = sold_on(look.rules)
    for account in sorted(carried.keys() & said.keys()):
        demanding = _OF_ARTICLES if account in articles else _OF_ALL
        for problem in _clashes(
            account, uses.get(account, ""), said[account], carried[account], system=look.system, demanding=demanding
        ):
            wrong = True
            red = account in needed
            told = depends(problem, look.needed.get(account), red=red) if look.needed else problem
            yield (bad if red else look_at)(told, f"Konto {account}")
    if not wrong:
        yield good("Kostnadsställen och projekt passar kontona")


_OF_ALL = {Demand.NEEDED: ""}
_OF_ARTICLES = {**_OF_ALL, Demand.NEEDED_OF_ARTICLES: " Kontots standardvärde gäller inte rader med artikel."}
"""What is needed of rows on an account, with what is said of it besides."""


def _clashes(
    account: int, use: str, said: Demands, carried: set[Carried], *, system: str, demanding: Mapping[Demand, str]
) -> Iterator[Problem]:
    for what, demand, there in (
        ("kostnadsställe", said.cost_centre, {centre for centre, _ in carried}),
        ("projekt", said.project, {project for _, project in carried}),
    ):
        if demand in demanding and "" in there:
            note = demanding[demand]
            yield catalogue.DIMENSION_NEEDED.problem(account=account, use=use, what=what, system=system, note=note)
        elif demand is Demand.REFUSED and (some := sorted(there - {""})):
            names = ", ".join(some)
            yield catalogue.DIMENSION_REFUSED.problem(account=account, use=use, what=what, system=system, names=names)


def buyers(look: Look) -> Iterator[Finding]:
    """The cash customer, and the customers of receipts that wait, can be invoiced as the till sold."""
    connector, rules = look.shop.connector(), look.rules
    if rules.target != DocumentKind.INVOICE.value or not isinstance(connector, LooksAtBuyers):
        return
    waits = [one for after in look.unread() for one in waiting.buyers(look.shop.sales, after, BUYERS)]
    numbers = [number for number in dict.fromkeys([rules.cash_customer, *waits]) if number][:BUYERS]
    wrong = connector.look_at_buyers(numbers) if numbers else {}
    for number, problem in wrong.items():
        yield (bad if number == rules.cash_customer else look_at)(problem, f"Kund {number}")
    if numbers and not wrong:
        yield good(
            "Kontantkunden går att fakturera" if len(numbers) == 1 else f"{len(numbers)} kunder går att fakturera"
        )


def rows(look: Look) -> Iterator[Finding]:
    """What is sold without an article of its own (gift cards, deposits, tips), and money that went back by another
    method than was paid with, has what its row of an invoice needs.

    What waits is looked at, and gift cards before the first is sold, where the till takes them. Yellow: only what holds
    such a row waits, and the finding says how much that is.
    """
    connector = look.shop.connector()
    if look.rules.target != DocumentKind.INVOICE.value or not isinstance(connector, LooksAtRows):
        return
    needed = _rows_needed(look)
    wrong = False
    for (row, use), problem in zip(needed.items(), connector.look_at_rows(list(needed)), strict=True):
        if problem is not None:
            wrong = True
            yield look_at(depends(problem, use), f"{row.text}, konto {row.account} med {row.vat_rate} % moms")
    if needed and not wrong:
        yield good("Det som säljs utan egen artikel går att fakturera")


def _rows_needed(look: Look) -> dict[InvoiceRow, Use]:
    found: dict[InvoiceRow, Use] = {}
    for after in look.unread():
        for (sold, article), use in waiting.lines_by_article(look.shop.sales, after).items():
            with suppress(SyncError, ValueError):  # without an account: told by the steps of the till
                for row in _rows_of(look, sold, article):
                    found[row] = add(found.get(row), use)
        for method, use in waiting.given_back(look.shop.sales, after).items():
            with suppress(SyncError):  # as above
                back = payment_target(method, after.till, look.rules)
                row = InvoiceRow("", f"Tillbaka {back.text}", 1000, 0, 0, 0, back.account, goods=False)
                found[row] = add(found.get(row), use)
    if PaymentKind.GIFT_CARD in look.rules.kinds.values():
        card = line_target(LineKind.GIFT_CARD, 0, "", look.shop.today(), look.rules)
        found.setdefault(_row("", 0, card), Use(0, 0))
    return found


def _rows_of(look: Look, sold: Sold, article: str) -> Iterator[InvoiceRow]:
    """The rows that a kind of line becomes, but for goods with an article: those the till got from the register."""
    day, rules = look.shop.today(), look.rules
    target = line_target(LineKind(sold.kind), sold.rate, sold.group, day, rules)
    if not (article and target.purpose is Purpose.SALES):
        yield _row(article, sold.rate, target)
    earned = commission_target(sold.group, day, rules) if target.purpose is Purpose.AGENT else None
    if earned:
        yield _row("", 0, target)
        yield _row("", rules.agents[sold.group].vat, earned)


def _row(article: str, rate: int, target: Target) -> InvoiceRow:
    return InvoiceRow(article, target.text, 1000, 0, 0, rate, target.account, goods=target.purpose is Purpose.SALES)
