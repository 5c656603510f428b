"""Cases about documents going up: exactly once, whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial

from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.connector import (
    Booked,
    Delivered,
    FinishesDocuments,
    Lookup,
    ReadsBack,
    ReversesVouchers,
    Sent,
)
from synccenter.contract.lists import ListsDocuments
from synccenter.contract.model import CustomerChange, Document, DocumentKind, Invoice, Order, Voucher
from synccenter.truth.standing import Standing, compare, dimensions_untold
from tests.conformance.harm import OF_ENTRIES, Harm
from tests.conformance.suite import Bench, Case, KeepsCentres, LeavesDrafts, Rig
from tests.worlds.fakes.server import Fault, Reply

_Rule = Callable[[Bench, DocumentKind], None]
_READ_BACK = {DocumentKind.VOUCHER, DocumentKind.INVOICE}


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
    if rig.server is not None:
        rules.append(("a page that is nobody's answer leaves it unclear", unclear_page))
    if can.lookup is not Lookup.NONE:
        rules += [
            ("is not found before it is sent", not_found_before),
            ("is found afterwards", found_after),
            ("is listed with its reference on its day", listed),
            ("a longer reference with the same beginning is another", no_confusion),
            ("sent twice by hand it is found as often as it stands there", twice_by_hand),
        ]
    for kind in DocumentKind:
        if kind in can.sends:
            back = list(_READING) if kind in _READ_BACK else []
            back += [("is undone by its opposite, once", reversed_once)] if kind is DocumentKind.VOUCHER else []
            if kind is DocumentKind.INVOICE:
                back += _INVOICES
            for title, rule in [*rules, *back]:
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


def listed(bench: Bench, kind: DocumentKind) -> None:
    """By a ledger that has lost its memory, and does not know what it was called when it sent this."""
    connector = bench.open()
    document = bench.rig.document(kind)
    whole = bench.rig.description.capabilities.listed
    assert kind not in whole or isinstance(connector, ListsDocuments), "what is listed in full can be listed"
    if not isinstance(connector, ListsDocuments) or isinstance(document, CustomerChange):
        return
    on = document.at.date() if isinstance(document, Order) else document.date
    sent(bench, kind)
    near = list(connector.documents(kind, on, on))
    wanted = document.reference.casefold()  # some systems keep capitals only
    (one,) = [one for one in near if one.reference.partition(" ")[0].casefold() == wanted]
    assert one.date == on
    if isinstance(document, Invoice):
        assert one.total in {None, document.total}
    far = on - timedelta(days=40)
    assert list(connector.documents(kind, far, far + timedelta(days=2))) == []


def no_confusion(bench: Bench, kind: DocumentKind) -> None:
    sent(bench, kind, 11)
    assert bench.find(bench.rig.document(kind, 1)) is None
    first = sent(bench, kind, 1)
    assert bench.find(bench.rig.document(kind, 1)) == first


def twice_by_hand(bench: Bench, kind: DocumentKind) -> None:
    """Two of one document are found as two; a system that refuses the second, or takes it for the first, is better."""
    document = bench.rig.document(kind)
    first = sent(bench, kind)
    again = bench.send(document)
    if again.error:
        assert not again.error.uncertain
    verdict = bench.look_up(document)
    count = bench.rig.books(document)
    assert len(verdict.hits) == count
    assert (verdict.standing is Standing.DOUBLED) == (count > 1)
    assert first.external_id in {hit.external_id for hit in verdict.hits}


def read_back(bench: Bench, kind: DocumentKind) -> None:
    if not isinstance(bench.open(), ReadsBack):
        return
    external_id = sent(bench, kind).external_id
    document = bench.rig.document(kind)
    (booked,) = bench.read_back(document, external_id)
    assert booked.external_id == external_id
    assert booked.reference == document.reference
    if isinstance(document, Voucher):
        wanted = sorted((row.account, row.amount) for row in document.postings if row.amount)
        assert sorted((row.account, row.amount) for row in booked.postings) == wanted
        assert booked.date == document.date
    if isinstance(document, Invoice):
        assert booked.total == sum(payment.amount for payment in document.payments)
        assert booked.open == 0
        assert booked.date == document.date
        assert compare(document, booked) == ("", 0)


def _invoice(bench: Bench) -> Invoice:
    document = bench.rig.document(DocumentKind.INVOICE)
    assert isinstance(document, Invoice)
    assert len(document.payments) > 1, "the rig's invoice is paid in two ways"
    return document


def _stands(bench: Bench, document: Invoice) -> None:
    """Sent it stands there once, as it was sold, whoever asks."""
    outcome = bench.send(document)
    assert outcome.error is None, outcome.error
    assert bench.rig.books(document) == 1
    standing = bench.look_up(document).standing
    (booked,) = bench.read_back(document, outcome.value.external_id)
    assert compare(document, booked) == ("", 0)
    if not booked.draft:  # who leaves drafts for a person leaves something to go on with
        assert standing is Standing.OURS
        assert booked.open == document.owed


def on_account(bench: Bench, kind: DocumentKind) -> None:
    """What the customer owes is no payment: the debt is still there afterwards, all of it or what was not paid."""
    document = _invoice(bench)
    total = sum(one.amount for one in document.payments)
    _stands(bench, replace(document, payments=document.payments[:-1], owed=document.payments[-1].amount))
    _stands(bench, replace(document, reference=f"{document.reference}1", payments=(), owed=total))


def change_back(bench: Bench, kind: DocumentKind) -> None:
    """A banknote, its change and several rows of one method are one payment on the account."""
    document = _invoice(bench)
    last = document.payments[-1]
    more = (replace(last, amount=last.amount + 10000), replace(last, amount=-7500), replace(last, amount=-2500))
    _stands(bench, replace(document, payments=(*document.payments[:-1], *more)))


def cash_back(bench: Bench, kind: DocumentKind) -> None:
    """Cash handed out on a card stands on both accounts; who cannot book that says so before anything is booked."""
    document = _invoice(bench)
    first, *rest = document.payments
    others = sum(one.amount for one in rest)
    paid = (replace(first, amount=first.amount + others + 10000), replace(rest[-1], amount=-10000))
    document = replace(document, payments=paid)
    outcome = bench.send(document)
    if outcome.error is None:
        (booked,) = bench.read_back(document, outcome.value.external_id)
        assert compare(document, booked) == ("", 0)
        assert bench.rig.books(document) == 1
    else:
        assert not outcome.error.uncertain
        assert bench.rig.books(document) == 0
        assert outcome.error.problem.fix


_INVOICES: list[tuple[str, _Rule]] = [
    ("what is sold on account stays open", on_account),
    ("change back is netted", change_back),
    ("cash back on a card is booked, or refused before", cash_back),
]


def among_many(bench: Bench, kind: DocumentKind) -> None:
    """A list has pages: what stands on a later one, whichever end the list begins at, is there all the same."""
    others = max(bench.rig.page_size, 25) + 1
    _place_others(bench, kind, range(1000, 1000 + others))
    external_id = sent(bench, kind).external_id
    _place_others(bench, kind, range(5000, 5000 + others))
    document = bench.rig.document(kind)
    verdict = bench.look_up(document)
    assert [hit.external_id for hit in verdict.hits] == [external_id], verdict
    assert verdict.standing in {Standing.OURS, Standing.UNFINISHED}, "a draft may always be gone on with"
    if isinstance(bench.open(), ReadsBack):
        assert [one.external_id for one in bench.read_back(document)] == [external_id]


def _place_others(bench: Bench, kind: DocumentKind, numbers: Iterable[int]) -> None:
    for number in numbers:
        assert bench.rig.place(bench.rig.document(kind, number)), "a system holds many documents of one day"


def changed_there(bench: Bench, kind: DocumentKind) -> None:
    """Other amounts stand there under our reference: they are told as they stand there, not as they were meant."""
    connector, document = bench.open(), bench.rig.document(kind)
    other = _dearer(document)
    if not isinstance(connector, ReadsBack) or not bench.rig.place(other):
        return
    verdict = bench.look_up(document)
    if verdict.standing is Standing.UNFINISHED and isinstance(connector, FinishesDocuments):
        finished = bench.attempt(lambda: connector.finish(document, verdict.hits[0]))
        assert finished.error, "what is there is compared before anything is added to it"
    else:
        assert verdict.standing is Standing.DIFFERENT, verdict
    (booked,) = bench.read_back(document, verdict.hits[0].external_id)
    assert compare(other, booked) == ("", 0), booked


def _dearer(document: Document) -> Voucher | Invoice:
    """The same for twice the money; of an invoice the half that was not paid for is owed."""
    if isinstance(document, Voucher):
        return replace(document, postings=tuple(replace(row, amount=2 * row.amount) for row in document.postings))
    assert isinstance(document, Invoice)
    rows = tuple(replace(row, amount=2 * row.amount, vat=2 * row.vat) for row in document.rows)
    return replace(document, rows=rows, owed=document.owed + sum(row.amount for row in document.rows))


def draft_told(bench: Bench, kind: DocumentKind) -> None:
    """What waits there to be booked is told as a draft, by look-up and proof: it is not in the books."""
    document = bench.rig.document(kind)
    if not bench.rig.draft(document):
        return
    verdict = bench.look_up(document)
    assert verdict.hits, "a draft stands there"
    assert all(hit.draft or hit.unfinished for hit in verdict.hits), verdict.hits
    if isinstance(bench.open(), ReadsBack):
        assert all(one.draft for one in bench.read_back(document, verdict.hits[0].external_id))


def entries_read(bench: Bench, kind: DocumentKind) -> None:
    """Net, VAT or a payment that stands on another account, and a payment that is gone or doubled, are seen in the
    entries whatever the document says of itself; what nobody has touched is as it was."""
    if not isinstance(bench.open(), ReadsBack):
        return
    harms = [None, *sorted(OF_ENTRIES, key=lambda harm: harm.name)]
    sales = [bench.rig.document(kind, number) for number in range(1, len(harms) + 1)]
    there = [Delivered(one, sent(bench, kind, number).external_id) for number, one in enumerate(sales, 1)]
    if isinstance(bench.rig, LeavesDrafts):
        bench.rig.post_by_hand()
    done: dict[str, Harm] = {}
    for document, harm in zip(sales, harms, strict=True):
        assert isinstance(document, Voucher | Invoice)
        if harm and bench.rig.spoil(document, harm):
            done[document.reference] = harm
    assert len(done) >= 2, "books can be changed in more ways"
    connector = bench.open()
    assert isinstance(connector, ReadsBack)
    documents = {one.reference: one for one in sales if isinstance(one, Voucher | Invoice)}
    back = {one.reference: one for one in connector.read_back(there)}
    wrong = {
        reference
        for reference, document in documents.items()
        if reference not in back or compare(document, back[reference])[0]
    }
    unseen = {*bench.rig.unseen} & {*done.values()} if kind is DocumentKind.INVOICE else set()
    assert wrong == {reference for reference, harm in done.items() if harm not in unseen}, (wrong, done)


def centres_read(bench: Bench, kind: DocumentKind) -> None:
    """What stands on another cost centre than it was sent on is seen, where the books tell; and where they do not tell
    that is said. What nobody has touched is as it was."""
    if not isinstance(bench.rig, KeepsCentres) or not isinstance(bench.open(), ReadsBack):
        return
    sales = [_centred(bench.rig.document(kind, number), bench.rig.centre) for number in (1, 2)]
    outcomes = [bench.send(one) for one in sales]
    assert [one.error for one in outcomes] == [None, None]
    if isinstance(bench.rig, LeavesDrafts):
        bench.rig.post_by_hand()
    there = [Delivered(one, outcome.value.external_id) for one, outcome in zip(sales, outcomes, strict=True)]
    first, second = _ordered(bench, there)
    assert [compare(one, back) for one, back in zip(sales, (first, second), strict=True)] == [("", 0)] * 2
    if not first.dimensions:
        assert dimensions_untold(sales[0], first), "a voucher's cost centres are told"
        return
    bench.rig.recentre(sales[0])
    first, second = _ordered(bench, there)
    assert "kostnadsställe" in compare(sales[0], first)[0]
    assert compare(sales[1], second) == ("", 0)


def _centred(document: Document, centre: str) -> Voucher | Invoice:
    """All that is sold on one cost centre."""
    if isinstance(document, Voucher):
        rows = (replace(row, cost_centre=centre if row.account >= 3000 else "") for row in document.postings)
        return replace(document, postings=tuple(rows))
    assert isinstance(document, Invoice)
    return replace(document, rows=tuple(replace(row, cost_centre=centre) for row in document.rows))


def _ordered(bench: Bench, there: list[Delivered]) -> list[Booked]:
    connector = bench.open()
    assert isinstance(connector, ReadsBack)
    back = {one.reference: one for one in connector.read_back(there)}
    return [back[one.document.reference] for one in there]


_READING: tuple[tuple[str, _Rule], ...] = (
    ("is read back", read_back),
    ("is found and read back among many", among_many),
    ("is told as it stands there when its amounts are others", changed_there),
    ("is told as a draft while it is one", draft_told),
    ("is judged by its entries", entries_read),
    ("is judged by its cost centres", centres_read),
)


def reversed_once(bench: Bench, kind: DocumentKind) -> None:
    """The answer to the first try is lost; asked again it goes on from there, and from then on makes nothing more."""
    connector, document = bench.open(), bench.rig.document(kind)
    if not isinstance(connector, ReversesVouchers):
        return
    delivered = Delivered(document, sent(bench, kind).external_id)
    if bench.rig.server:
        bench.server.fail(Fault.DROP_AFTER, on=lambda request: request.method != "GET")
        lost = bench.attempt(lambda: connector.reverse(delivered))
        assert lost.error is not None
        assert lost.error.uncertain
    made, guarded = connector.reverse(delivered), bench.world.guarded
    assert guarded > 1, "the lease is asked before a change"
    assert connector.reverse(delivered) == connector.reverse(delivered) == made
    assert bench.world.guarded == guarded or not bench.rig.server, "what is reversed is not reversed again"
    assert bench.rig.books(document) == 0
    assert bench.find(document) is None
    assert bench.read_back(document, delivered.external_id) == []


def lost_lease(bench: Bench, kind: DocumentKind) -> None:
    bench.world.lost_lease = catalogue.LEASE_LOST.error(holder="KASSA 2")
    outcome = bench.send(bench.rig.document(kind))
    assert outcome.code == catalogue.LEASE_LOST.code
    assert outcome.error is not None
    assert not outcome.error.uncertain
    assert bench.rig.books(bench.rig.document(kind)) == 0


def unclear_page(bench: Bench, kind: DocumentKind) -> None:
    """A maintenance page, a firewall's refusal, an address that is gone for a while: none says what became of it."""
    page = b"<!DOCTYPE html><html><body>Underh\xc3\xa5ll</body></html>"
    for number, (status, body) in enumerate(((200, page), (403, page), (404, b""), (503, page)), 1):
        reply = Reply(status, body, {"Content-Type": "text/html"})
        bench.server.fail(reply, times=9, on=lambda request: request.method != "GET" and "token" not in request.path)
        outcome = bench.send(bench.rig.document(kind, number))
        bench.server.heal()
        assert outcome.error is not None
        assert outcome.error.uncertain, f"{status}: {outcome.error}"


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
