"""Completeness is shown, not believed: gaps, and for each Z report till, sent, booked and difference.

Everything is counted from the till's own rows and from the ledger's record of what was intended for each single
receipt; what the books hold is read back from the business system where it can answer. Anything but 0 öre is red.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TypeAlias

import msgspec
from msgspec import Struct, field

from synccenter.contract.connector import Booked, Delivered, ReadsBack
from synccenter.contract.errors import Problem
from synccenter.contract.model import CustomerChange, Invoice, Order, Ore, Posting, ReceiptKey, ReceiptState, Voucher
from synccenter.journal.delivery import CASH, DONE, RECEIPT, Awaited, Delivery, State, encode, vat_of
from synccenter.journal.known import first_sent
from synccenter.journal.ledger import Ledger
from synccenter.journal.printing import changed, present
from synccenter.posting.controls import VAT_TOLERANCE
from synccenter.till.agreement import agreements
from synccenter.till.facts import ReceiptTotal
from synccenter.till.sales import LIMIT, Sales, Unreadable
from synccenter.till.strays import strays
from synccenter.truth.proven import (
    BookedDifference,
    Deviation,
    Gap,
    Proof,
    ZChange,
    ZProof,
    deviation_name,
    numbering,
)
from synccenter.truth.standing import (
    MOVED,
    comes_to,
    compare,
    dimensions_untold,
    moved,
    payments_untold,
    total_of,
    vat_per_rate,
    vat_rounded,
)

_FINISHED = ReceiptState.FINISHED.value

READ_AT_ONCE = 5_000
"""Deliveries whose books are read back together: enough to make use of whole pages, few enough for the memory."""


JOURNAL_KEPT = timedelta(days=34)
"""So long back a till has its receipts at hand."""

Corrector: TypeAlias = Callable[[ReceiptKey], tuple[Posting, ...]]
"""Gives the postings that would take a voided receipt out of the books again."""

Cover: TypeAlias = tuple[int, str, Ore]
"""Receipt number, reference of the delivery, intended amount."""


def prove(
    sales: Sales,
    ledger: Ledger,
    first: date,
    last: date,
    *,
    books: ReadsBack | None,
    correct: Corrector | None = None,
    changed: Collection[str] = (),
) -> Proof:
    """The proof of the days from first to last. `books` None: do not read back.

    `changed`: tills that are not what they were; nothing can be said of them until a person has answered.
    """
    proof = Proof(first, last, read_back=books is not None)
    found = _reports(proof, sales)
    share = _Share(ledger, ledger.vat_sent(first, last), None if books is None else {}, unsent=ledger.on_their_way())
    proof.reports = [report for report in proof.reports if report.till not in changed]
    for till in sorted({till.id for till in sales.tills()} | {report.till for report in proof.reports} - {*changed}):
        if till in changed:
            continue
        numbers = _Numbers(sales, ledger, till, proof, found)
        numbers.compare(share, correct)
        numbers.changes(share)
        numbers.gaps()
        proof.states[till] = {state.value: count for state, count in sales.states(till, first, last).items() if count}
    _waiting(proof, ledger)
    route = ledger.route()
    since = date.fromisoformat(route[1]) if route else first
    proof.unread += [*strays(sales, since, ledger.has_read), *_set_aside(sales, ledger)]
    proof.vat_sent = share.vat
    if books is not None and share.by_reference is not None:
        _deliveries(proof, ledger, books, share.by_reference)
    return proof


def _set_aside(sales: Sales, ledger: Ledger) -> list[Problem]:
    """Orders and changed customers that are awaited because they cannot be read."""
    reads: list[tuple[str, str, Callable[[int, int], Sequence[Order | CustomerChange | Unreadable]]]] = [
        (till.id, "order", partial(sales.orders_after, till.id)) for till in sales.tills()
    ]
    reads.append(("", "customer", sales.customer_changes_after))
    found: list[Problem] = []
    for till, what, read in reads:
        for span in ledger.awaited(till, what):
            awaited = read(span.first - 1, min(LIMIT, span.last - span.first + 1))
            found += [one.problem for one in awaited if isinstance(one, Unreadable) and one.number <= span.last]
    return found


def _reports(proof: Proof, sales: Sales) -> dict[tuple[str, int], ZProof]:
    """The Z reports of the period, each beside its own receipts."""
    own = agreements(sales, proof.first, proof.last, VAT_TOLERANCE)
    found: dict[tuple[str, int], ZProof] = {}
    for facts in sales.z_facts(proof.first, proof.last, beside_receipts=False):
        day = facts.business_date or proof.first
        agreement = own.get((facts.till, facts.number))
        report = ZProof(facts.till, facts.number, day, facts.total, agreement.paid if agreement else 0)
        if facts.problem:
            report.note = facts.problem.what
        elif agreement and agreement.wrong:
            report.note = f"Z-rapporten och dess kvitton är oense om {', '.join(agreement.wrong)}"
        proof.vat_till += agreement.vat if agreement else 0
        proof.leaning += agreement.leaning if agreement else []
        found[facts.till, facts.number] = report
        proof.reports.append(report)
    return found


class _Share(Struct):
    """What has been sent of the period: the VAT of each delivery until it has been counted, and (when the books are
    read back) what each delivery holds of which Z report."""

    ledger: Ledger
    sent: dict[str, Ore]
    by_reference: dict[str, list[tuple[ZProof, Ore]]] | None
    vat: Ore = 0
    unsent: set[str] = field(default_factory=set)

    def done(self, reference: str) -> bool:
        """Whether a delivery stands in the books. One of another day is looked up: a Z report may hold several."""
        if reference in self.sent:
            return True
        if reference in self.unsent:
            return False
        one = self.ledger.get(reference)
        if one.state in DONE:
            self.sent[reference] = vat_of(encode(one.document))
            return True
        self.unsent.add(reference)
        return False

    def add(self, reference: str, report: ZProof, amount: Ore) -> None:
        """A receipt that was sent."""
        report.sent += amount
        vat = self.sent[reference]
        if vat:
            self.vat += vat
            self.sent[reference] = 0
        if self.by_reference is not None:
            self.by_reference.setdefault(reference, []).append((report, amount))


class _Numbers:
    """The receipts of one till, number by number."""

    def __init__(
        self, sales: Sales, ledger: Ledger, till: str, proof: Proof, found: dict[tuple[str, int], ZProof]
    ) -> None:
        self._sales = sales
        self._ledger = ledger
        self._till = till
        self._proof = proof
        self._found = found
        self._notes = ledger.explanations()
        self._span = self._with_gone(sales.receipt_span(till, proof.first, proof.last))
        self._missing_z: set[int] = set()
        self._awaited: dict[str, list[Awaited]] = {}
        self._by_report = ledger.place(f"receipt:{till}") is None

    def _with_gone(self, span: tuple[int, int] | None) -> tuple[int, int] | None:
        """The till's numbers, from the first one that was sent: what was taken away before all others leaves no hole.

        Of the last days only: older journals may have been laid aside.
        """
        since = max(self._proof.first, self._proof.last - JOURNAL_KEPT)
        first = first_sent(self._ledger, self._till, span[0], since, self._proof.last) if span else None
        return (first, span[1]) if span and first is not None else span

    def compare(self, share: _Share, correct: Corrector | None) -> None:
        """Every receipt of the till beside what was intended for it."""
        for (till, number), one in self._found.items():
            if till == self._till and (self._awaits("z", number) or self._awaits("cash", number)):
                one.deviates = True
        if self._span is None:
            return
        sure = self._sales.closed_for_sure(self._till)
        route = self._ledger.route()
        before = self._sales.sold_before(self._till, *self._span, date.fromisoformat(route[1])) if route else {}
        totals = self._sales.receipt_totals(self._till, *self._span)
        for receipt, cover in _side_by_side(totals, self._ledger.covers(self._till, *self._span)):
            done = cover is not None and share.done(cover[1])
            finished = receipt is not None and receipt.state == _FINISHED
            if cover is not None and done and (receipt is None or not finished or receipt.total != cover[2]):
                self._deviates(receipt, cover, correct)
            if receipt is None or not finished:
                continue
            report = self._found.get((self._till, receipt.z_number or 0))
            if cover is None and receipt.number not in before:
                self._passed(receipt)
            if cover is None and receipt.number in before:
                if report is not None:
                    report.before += receipt.total
                    self._proof.vat_till -= before[receipt.number]
            elif report is None:
                self._without_report(receipt, sure, done=done)
            elif cover is not None and done:
                share.add(cover[1], report, cover[2])
            else:
                report.waiting += 1

    def _deviates(self, receipt: ReceiptTotal | None, cover: Cover, correct: Corrector | None) -> None:
        number, reference, amount = cover
        finished = receipt is not None and receipt.state == ReceiptState.FINISHED.value
        now = receipt.total if receipt is not None and finished else 0
        if amount == now:
            return
        report = self._found.get((self._till, (receipt.z_number if receipt else None) or 0))
        if report is not None:
            report.deviates = True
        key = ReceiptKey(self._till, number)
        voided = receipt is not None and receipt.state == ReceiptState.VOIDED.value
        correction = correct(key) if correct and voided else ()
        note = self._notes.get(deviation_name(key), "")
        self._proof.deviations.append(Deviation(key, reference, amount, now, voided, "", correction, note))

    def _awaits(self, what: str, number: int) -> bool:
        """Whether the collection looks for a number again in each run: its time has not come, or it has told of it."""
        if what not in self._awaited:
            self._awaited[what] = self._ledger.awaited(self._till, what)
        return any(span.first <= number <= span.last for span in self._awaited[what])

    def _passed(self, receipt: ReceiptTotal) -> None:
        """A sale in no delivery: still to come, unless the collection has gone by it."""
        place, what = (receipt.z_number, "z") if self._by_report else (receipt.number, "receipt")
        read = self._ledger.place(f"{what}:{self._till}")
        key = ReceiptKey(self._till, receipt.number)
        awaited = self._awaits(what, place or 0)
        if read is None or place is None or place > int(read) or awaited or self._notes.get(deviation_name(key)):
            return
        found = self._sales.receipts_numbered(self._till, [receipt.number]) if len(self._proof.forgotten) < 100 else []
        if not any(isinstance(one, Unreadable) for one in found):  # what cannot be read is told of as that
            self._proof.forgotten.append((key, receipt.total))

    def changes(self, share: _Share) -> None:
        """What was sent looks as it did, row by row; a receipt whose amount differs has been told of already."""
        told = {one.key.number for one in self._proof.deviations if one.key.till == self._till}
        for number, reference, what in self._changed(RECEIPT, self._span):
            if number not in told and share.done(reference):
                key = ReceiptKey(self._till, number)
                note = self._notes.get(deviation_name(key), "")
                self._proof.deviations.append(Deviation(key, reference, 0, 0, False, what, explained=note))
        reports = [report.number for report in self._proof.reports if report.till == self._till]
        span = (min(reports), max(reports)) if reports else None
        for number, reference, what in self._changed(CASH, span):
            if share.done(reference):
                change = ZChange(self._till, number, reference, what)
                note = self._notes.get(change.name, "")
                self._proof.z_changes.append(ZChange(self._till, number, reference, what, note))

    def _changed(self, what: str, span: tuple[int, int] | None) -> Iterator[tuple[int, str, str]]:
        """(number, reference, what is different) for what the till still has."""
        if span is None:
            return
        now = iter(present(self._sales, what, self._till, *span))
        number, looks = next(now, (None, ""))
        for sent, reference, looked in self._ledger.prints(self._till, what, *span):
            while number is not None and number < sent:
                number, looks = next(now, (None, ""))
            if number == sent and (different := changed(what, looked or "", looks)):
                yield sent, reference, different

    def _without_report(self, receipt: ReceiptTotal, sure: int, *, done: bool) -> None:
        """A sale in no Z report of the period: of another day, or of one that does not exist, or forgotten."""
        if receipt.z_number is not None:
            self._missing_z.add(receipt.z_number)
        elif receipt.number <= sure and not done:
            self._proof.unclosed += 1

    def gaps(self) -> None:
        """Numbers that do not exist, also at the edges of the period."""
        reports = [report for report in self._proof.reports if report.till == self._till]
        spans: list[tuple[str, int, int]] = []
        if self._span:
            before = self._sales.receipt_before(self._till, self._span[0])
            first = self._span[0] if before is None else before + 1
            spans += [("kvitto", *gap) for gap in self._sales.receipt_gaps(self._till, first, self._span[1])]
        if reports:
            numbers = [report.number for report in reports]
            # The report before the period's first must be there too, else the chain is broken at the edge.
            first = max(min(numbers) - 1, self._sales.first_z(self._till))
            spans += [("Z", *gap) for gap in self._sales.z_gaps(self._till, first, max(numbers))]
        named = sorted(self._missing_z)
        found = self._sales.z_numbered(self._till, named)
        self._proof.unread += [z.problem for z in found if isinstance(z, Unreadable)]
        there = {z.number for z in found}
        spans += [("Z", number, number) for number in named if number not in there]
        for what, first, last in dict.fromkeys(spans):
            gap = Gap(self._till, what, first, last)
            note = self._notes.get(gap.name) or self._notes.get(numbering(what, self._till), "")
            self._proof.gaps.append(Gap(self._till, what, first, last, note))


def _side_by_side(
    totals: Iterable[ReceiptTotal], covers: Iterable[Cover]
) -> Iterator[tuple[ReceiptTotal | None, Cover | None]]:
    """Merge two streams in number order."""
    left, right = iter(totals), iter(covers)
    receipt, cover = next(left, None), next(right, None)
    while receipt is not None or cover is not None:
        if cover is None or (receipt is not None and receipt.number < cover[0]):
            yield receipt, None
            receipt = next(left, None)
        elif receipt is None or cover[0] < receipt.number:
            yield None, cover
            cover = next(right, None)
        else:
            yield receipt, cover
            receipt, cover = next(left, None), next(right, None)


def _waiting(proof: Proof, ledger: Ledger) -> None:
    """What is still on its way."""
    counts = ledger.counts(proof.first, proof.last)
    proof.waiting = counts.get(State.PENDING, 0) + counts.get(State.SENDING, 0)
    proof.parked = counts.get(State.REJECTED, 0)
    proof.unknown = counts.get(State.UNKNOWN, 0)


def _deliveries(proof: Proof, ledger: Ledger, books: ReadsBack, share: dict[str, list[tuple[ZProof, Ore]]]) -> None:
    """What the books say of what was sent."""
    for report in proof.reports:
        report.booked = 0
    of_days = list(ledger.between(proof.first, proof.last))
    names = {one.reference for one in of_days}
    # A Z report of the period may hold sales of other days, in deliveries of theirs.
    others = [ledger.get(reference) for reference in share if reference not in names]
    done = [one for one in (*of_days, *others) if one.state in DONE]
    for start in range(0, len(done), READ_AT_ONCE):
        part = done[start : start + READ_AT_ONCE]
        there = _read_back(part, books)
        for delivery in part:
            hits = there.get(delivery.reference, [])
            found = _differs(delivery, hits)
            if found:
                proof.books.append(found)
            elif hits:
                proof.untaken += not hits[0].taken
                proof.vat_rounded += _vat_rounded(delivery, hits[0])
                proof.not_read += [(what, delivery.reference) for what in _unread(delivery, hits[0])]
            for number, (report, amount) in enumerate(share.get(delivery.reference, [])):
                report.booked = (report.booked or 0) + amount - (found.amount if found and number == 0 else 0)
                report.deviates = report.deviates or found is not None


def books_of(deliveries: Iterable[Delivery], books: ReadsBack) -> list[BookedDifference]:
    """Those of some deliveries that do not stand in the books as they were sent."""
    done = [one for one in deliveries if one.state in DONE]
    there = _read_back(done, books)
    return [found for one in done if (found := _differs(one, there.get(one.reference, [])))]


def _read_back(part: Sequence[Delivery], books: ReadsBack) -> dict[str, list[Booked]]:
    """What the books hold of some deliveries, by reference."""
    sent = [
        Delivered(one.document, one.external_id)
        for one in part
        if one.state is State.SENT and isinstance(one.document, Voucher | Invoice)
    ]
    found: dict[str, list[Booked]] = {}
    for booked in books.read_back(sent) if sent else ():
        found.setdefault(booked.reference, []).append(booked)
    return found


def _vat_rounded(delivery: Delivery, there: Booked) -> list[tuple[str, Ore]]:
    """(reference, with the VAT rate where the books tell, öre more in the books) of an invoice that differs by rounding
    only: also when the rates' differences come to nothing together."""
    if not isinstance(delivery.document, Invoice):
        return []
    rates = vat_per_rate(delivery.document, there)
    if rates:
        return [(f"{delivery.reference} {rate} %", more) for rate, more in rates.items()]
    more = vat_rounded(delivery.document, there)
    return [(delivery.reference, more)] if more else []


def _unread(delivery: Delivery, there: Booked) -> tuple[str, ...]:
    """What the books could not tell of a delivery."""
    if not isinstance(delivery.document, Voucher | Invoice):
        return ()
    payments = ("betalningarna",) if payments_untold(delivery.document, there) else ()
    centres = ("kostnadsställen och projekt",) if dimensions_untold(delivery.document, there) else ()
    return (*payments, *centres, *there.unread)


def _differs(delivery: Delivery, there: Sequence[Booked]) -> BookedDifference | None:
    """How a delivery stands in the books otherwise than it was sent; None when it stands there exactly so."""
    document = delivery.document
    if delivery.state is not State.SENT or not isinstance(document, Voucher | Invoice):
        return None
    hits = [one for one in there if one.external_id == delivery.external_id or _carries(document, one)]
    back = [one for one in hits if _is_opposite(document, one)]
    kept = [one for one in hits if one not in back]
    left = len(kept) - len(back)
    draft = False
    if not hits:
        why, amount = "finns inte längre i bokföringen", delivery.total or total_of(document)
    elif left < 1:
        why, amount = "är vänd i bokföringen", delivery.total or total_of(document)
    elif left > 1 or (back and any(compare(document, one)[0] for one in kept)):
        extra = sum(total_of(document) if one.total is None else one.total for one in kept[1 + len(back) :])
        why, amount = f"står {len(hits)} gånger i bokföringen", -extra
    elif back:
        return None  # doubled, and the other one taken back: what is left is what was sent
    else:
        why, amount = compare(document, hits[0])
        why = why or moved(document.date, hits[0])
        if hits[0].draft and not why:
            why, amount, draft = "ligger som utkast och är inte bokfört", delivery.total or total_of(document), True
    if not why:
        return None
    numbers = " och ".join(one.number or one.external_id for one in hits)
    number = numbers or delivery.external_number or delivery.external_id
    return BookedDifference(delivery.reference, number, why, amount, len(hits) if left > 0 else 1, draft)


def _carries(document: Voucher | Invoice, one: Booked) -> bool:
    """Whether what carries its reference is it, or another of it: on its day, or by amount on a day near to it.

    A voucher of last year that says the same is another's.
    """
    if one.date in {None, document.date}:
        return True
    return abs(one.date - document.date) <= MOVED and abs(comes_to(one) or 0) == abs(total_of(document)) > 0


def _is_opposite(document: Voucher | Invoice, one: Booked) -> bool:
    """Whether it takes a voucher back account by account."""
    if not isinstance(document, Voucher) or not one.postings:
        return False
    back = msgspec.structs.replace(document, postings=tuple(_turned(row) for row in document.postings))
    return not compare(back, one)[0] and bool(compare(document, one)[0])


def _turned(row: Posting) -> Posting:
    return msgspec.structs.replace(row, amount=-row.amount)
