"""Cases about abilities: they are read off the object, and what the description says of them is so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from synccenter.contract.connector import (
    Attaches,
    Connector,
    FetchesRegisters,
    ListsFacts,
    Lookup,
    ReadsBack,
    SendsDocuments,
    SignsIn,
    TellsCompany,
)
from synccenter.contract.model import DocumentKind
from tests.conformance.suite import Bench, Case, Rig

BOOKED = {DocumentKind.VOUCHER, DocumentKind.INVOICE}


def cases(rig: Rig) -> Iterator[Case]:
    """What applies to every connector."""
    rules: tuple[tuple[str, Callable[[Bench], None]], ...] = (
        ("what it says that it can, its object can", can_what_it_says),
        ("what it sends to the books it can read back", reads_back),
        ("it tells whose books they are", tells_company),
    )
    for title, rule in rules:
        yield Case(f"abilities: {title}", rule)


def can_what_it_says(bench: Bench) -> None:
    connector, can = bench.open(), bench.can
    assert isinstance(connector, Connector)
    assert isinstance(connector, FetchesRegisters) == bool(can.fetches)
    assert isinstance(connector, SendsDocuments) == bool(can.sends)
    assert isinstance(connector, SignsIn) == can.needs_sign_in
    assert can.delta <= can.fetches
    assert set(can.along.values()) <= can.fetches
    assert not set(can.along) & can.fetches, "who comes along is never asked for"
    assert isinstance(connector, Attaches) or not can.attaches
    assert can.lookup is not Lookup.BY_REFERENCE or can.settle_seconds >= 0


def reads_back(bench: Bench) -> None:
    if BOOKED & bench.can.sends:
        assert isinstance(bench.open(), ReadsBack)


def tells_company(bench: Bench) -> None:
    connector = bench.open()
    if not BOOKED & bench.can.sends:
        return
    assert isinstance(connector, TellsCompany), "the program compares it before anything is sent"
    facts = connector.company()
    there, here = ("".join(filter(str.isdigit, text)) for text in (facts.org_number, bench.world.org_number))
    assert there in {"", here}, "the rig's company is the till's"
    assert isinstance(connector, ListsFacts), "the accounts of the settings are looked for before the first sale"
