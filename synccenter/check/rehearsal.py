"""The check's rehearsal: rows and customers of the first document, held against what the system says of them."""

from __future__ import annotations

from collections.abc import Iterator

from synccenter.check.findings import Look, depends
from synccenter.contract import catalogue
from synccenter.contract.asked import Demand, Demands, LooksAtBuyers, TellsDemands
from synccenter.contract.errors import Problem
from synccenter.contract.finding import Finding, bad, good, look_at
from synccenter.contract.model import DocumentKind
from synccenter.posting.targets import Carried, accounts_in, accounts_needed, carried_in
from synccenter.till import waiting

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
    carried = carried_in(look.rules, [till.id for till in look.shop.sales.tills()])
    uses, needed, wrong = accounts_in(look.rules), look.needed or accounts_needed(look.rules), False
    for account in sorted(carried.keys() & said.keys()):
        for problem in _clashes(account, uses.get(account, ""), said[account], carried[account], look.system):
            wrong = True
            told = bad if account in needed else look_at
            yield told(depends(problem, look.needed.get(account)) if look.needed else problem, f"Konto {account}")
    if not wrong:
        yield good("Kostnadsställen och projekt passar kontona")


def _clashes(account: int, use: str, said: Demands, carried: set[Carried], system: str) -> Iterator[Problem]:
    for what, demand, there in (
        ("kostnadsställe", said.cost_centre, {centre for centre, _ in carried}),
        ("projekt", said.project, {project for _, project in carried}),
    ):
        if demand is Demand.NEEDED and "" in there:
            yield catalogue.DIMENSION_NEEDED.problem(account=account, use=use, what=what, system=system)
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
