"""Cases about what is known before the first document is sent: what accounts demand, and who can be invoiced."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from synccenter.contract.asked import Demand, LooksAtBuyers, LooksAtRows, TellsDemands
from synccenter.contract.model import DocumentKind, Invoice
from tests.conformance.suite import Bench, Case, Rig, SetsDemands, TroublesBuyers

ACCOUNT = 3740
"""Rounding: nobody thinks of its dimensions."""


def cases(rig: Rig) -> Iterator[Case]:
    """What applies to this connector."""
    yield Case("rehearsal: who tells what accounts demand, or looks at customers, is tried", tried)
    if isinstance(rig, SetsDemands):
        for what in ("cost_centre", "project"):
            for demand in (Demand.NEEDED, Demand.NEEDED_OF_ARTICLES, Demand.REFUSED):
                yield Case(f"rehearsal: an account says of {what}: {demand.value}", partial(demanded, what, demand))
    if DocumentKind.INVOICE in rig.description.capabilities.sends:
        yield Case("rehearsal: rows in order are no trouble, and one that is is not sent", rows)
    if isinstance(rig, TroublesBuyers) and DocumentKind.INVOICE in rig.description.capabilities.sends:
        yield Case("rehearsal: a customer in order is no trouble", good_buyer)
        for code in rig.troubles():
            yield Case(f"rehearsal: a customer that is {code} is told before, and not invoiced", partial(buyer, code))


def tried(bench: Bench) -> None:
    connector = bench.open()
    assert isinstance(connector, TellsDemands) == isinstance(bench.rig, SetsDemands)
    assert isinstance(connector, LooksAtBuyers) == isinstance(bench.rig, TroublesBuyers)


def demanded(what: str, demand: Demand, bench: Bench) -> None:
    assert isinstance(bench.rig, SetsDemands)
    if not bench.rig.demand(ACCOUNT, what, demand):
        return
    connector = bench.open()
    assert isinstance(connector, TellsDemands)
    said = connector.demands(bench.world.clock().date())
    assert getattr(said[ACCOUNT], what) is demand
    others = [one for number, one in said.items() if number != ACCOUNT]
    assert all(one.cost_centre is one.project is Demand.FREE for one in others)


def good_buyer(bench: Bench) -> None:
    document = bench.rig.document(DocumentKind.INVOICE)
    connector = bench.open()
    assert isinstance(document, Invoice)
    assert isinstance(connector, LooksAtBuyers)
    assert dict(connector.look_at_buyers([document.customer])) == {}


def buyer(code: str, bench: Bench) -> None:
    document = bench.rig.document(DocumentKind.INVOICE)
    assert isinstance(document, Invoice)
    assert isinstance(bench.rig, TroublesBuyers)
    bench.rig.troubles()[code]()
    connector = bench.open()
    assert isinstance(connector, LooksAtBuyers)
    found = connector.look_at_buyers([document.customer])
    assert {number: one.code for number, one in found.items()} == {document.customer: code}
    assert document.customer in found[document.customer].what
    sent = bench.send(document)
    assert sent.code == code
    assert sent.error
    assert not sent.error.uncertain
    assert bench.rig.books(document) == 0, "nothing is booked that is known to be refused"


def rows(bench: Bench) -> None:
    document = bench.rig.document(DocumentKind.INVOICE)
    connector = bench.open()
    assert isinstance(document, Invoice)
    if not isinstance(connector, LooksAtRows):
        return  # whatever has no article goes on its account
    assert not any(connector.look_at_rows(document.rows))
    debt = replace(document.rows[0], article="", text="Presentkort", vat=0, vat_rate=0, account=2421, goods=False)
    (problem,) = connector.look_at_rows([debt])
    assert problem, "an account that nothing is set up for"
    sent = bench.send(replace(document, rows=(debt,)))
    assert sent.code == problem.code
    assert bench.rig.books(document) == 0, "nothing is booked that is known to be refused"
