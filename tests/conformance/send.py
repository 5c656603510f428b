"""Cases about documents going up: exactly once, whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.connector import Lookup, Sent
from synccenter.contract.model import CustomerChange, Document, DocumentKind, Invoice, Order, Voucher
from tests.conformance.suite import Bench, Case, Rig

_Rule = Callable[[Bench, DocumentKind], None]


def cases(rig: Rig) -> Iterator[Case]:
    """What applies to this connector."""
    can = rig.description.capabilities
    rules: list[tuple[str, _Rule]] = [
        ("is booked once", booked_once),
        ("two of them are two", two_are_two),
        ("a lost lease stops it before anything is changed", lost_lease),
        ("is not sent after Avbryt", cancelled_send),
        ("texts with Swedish letters, quotes and line breaks go through", hard_texts),
    ]
    if can.lookup is not Lookup.NONE:
        rules += [
            ("is not found before it is sent", not_found_before),
            ("is found afterwards", found_after),
            ("a longer reference with the same beginning is another", no_confusion),
            ("sent twice by hand it is found as one", twice_by_hand),
        ]
    if can.reads_back:
        rules.append(("is read back", read_back))
    for kind in DocumentKind:
        if kind in can.sends:
            for title, rule in rules:
                yield Case(f"{kind.value}: {title}", partial(_with, rule, kind))


def _with(rule: _Rule, kind: DocumentKind, bench: Bench) -> None:
    rule(bench, kind)


def sent(bench: Bench, kind: DocumentKind, number: int = 1) -> Sent:
    """Send and expect success."""
    outcome = bench.send(bench.rig.document(kind, number))
    assert outcome.error is None, outcome.error
    assert isinstance(outcome.value, Sent)
    assert outcome.value.external_id
    return outcome.value


def booked_once(bench: Bench, kind: DocumentKind) -> None:
    sent(bench, kind)
    assert bench.rig.books(bench.rig.document(kind)) == 1
    assert bench.world.guarded >= 1, "the lease is asked before a change"


def two_are_two(bench: Bench, kind: DocumentKind) -> None:
    first, second = sent(bench, kind, 1), sent(bench, kind, 2)
    assert first.external_id != second.external_id
    assert bench.rig.books(bench.rig.document(kind, 1)) == 1
    assert bench.rig.books(bench.rig.document(kind, 2)) == 1


def not_found_before(bench: Bench, kind: DocumentKind) -> None:
    assert bench.find(bench.rig.document(kind)) is None


def found_after(bench: Bench, kind: DocumentKind) -> None:
    first = sent(bench, kind)
    assert bench.find(bench.rig.document(kind)) == first
    assert bench.find(bench.rig.document(kind, 2)) is None


def no_confusion(bench: Bench, kind: DocumentKind) -> None:
    sent(bench, kind, 11)
    assert bench.find(bench.rig.document(kind, 1)) is None
    first = sent(bench, kind, 1)
    assert bench.find(bench.rig.document(kind, 1)) == first


def twice_by_hand(bench: Bench, kind: DocumentKind) -> None:
    document = bench.rig.document(kind)
    first = sent(bench, kind)
    again = bench.send(document)
    if again.error:  # a system that refuses the second is better still
        assert not again.error.uncertain
    found = bench.find(document)
    assert found is not None
    assert found in {first, again.value} if again.value else found == first


def read_back(bench: Bench, kind: DocumentKind) -> None:
    external_id = sent(bench, kind).external_id
    document = bench.rig.document(kind)
    booked = bench.booked(document, external_id)
    assert booked is not None
    assert booked.external_id == external_id
    if isinstance(document, Voucher):
        wanted = sorted((row.account, row.amount) for row in document.postings if row.amount)
        assert sorted((row.account, row.amount) for row in booked.postings) == wanted
        assert booked.date == document.date
    if isinstance(document, Invoice):
        assert booked.total == sum(payment.amount for payment in document.payments)
        assert booked.open == 0


def lost_lease(bench: Bench, kind: DocumentKind) -> None:
    bench.world.lost_lease = catalogue.LEASE_LOST.error(holder="KASSA 2")
    outcome = bench.send(bench.rig.document(kind))
    assert outcome.code == catalogue.LEASE_LOST.code
    assert outcome.error is not None
    assert not outcome.error.uncertain
    assert bench.rig.books(bench.rig.document(kind)) == 0


def cancelled_send(bench: Bench, kind: DocumentKind) -> None:
    connector = bench.open()
    bench.world.cancel.set()
    outcome = bench.send(bench.rig.document(kind), connector)
    assert outcome.code == catalogue.CANCELLED.code
    assert outcome.error is not None
    assert not outcome.error.uncertain
    assert bench.rig.books(bench.rig.document(kind)) == 0


def hard_texts(bench: Bench, kind: DocumentKind) -> None:
    text = "Räksmörgås & 'kaffe' \"à la carte\" #1;\r\n\t" + "lång " * 400
    document = _with_text(bench.rig.document(kind), text)
    outcome = bench.send(document)
    assert outcome.error is None, outcome.error
    assert bench.rig.books(document) == 1


def _with_text(document: Document, text: str) -> Document:
    """The document with this text wherever it has one."""
    if isinstance(document, CustomerChange):
        customer = replace(document.customer, name=text, address=text, city=text, phone=text)
        return replace(document, customer=customer)
    if isinstance(document, Order):
        return replace(document, lines=tuple(replace(line, text=text) for line in document.lines))
    if isinstance(document, Invoice):
        return replace(document, text=text, rows=tuple(replace(row, text=text) for row in document.rows))
    return replace(document, text=text, postings=tuple(replace(row, text=text) for row in document.postings))
