"""Completeness is shown, not believed: gaps, and for each Z report till, sent, booked and difference.

Everything is counted from the till's own rows and from the ledger's record of what was intended for each single
receipt; what the books hold is read back from the business system where it can answer. Anything but 0 öre is red.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeAlias

from msgspec import Struct, field

from synccenter.core.connector import Booked, ReadsBack
from synccenter.core.model import Invoice, Ore, Posting, ReceiptKey, ReceiptState, Voucher
from synccenter.sync.ledger import DONE, Delivery, Ledger, State
from synccenter.till.facts import ReceiptTotal
from synccenter.till.sales import Sales

_DONE = {state.value for state in DONE}


class ZProof(Struct):
    """One Z report: what the till stored, what was sent of it, what the books hold. `booked` None: not read."""

    till: str
    number: int
    business_date: date
    total: Ore
    receipts_total: Ore
    sent: Ore = 0
    booked: Ore | None = None
    waiting: int = 0
    note: str = ""

    @property
    def difference(self) -> Ore:
        """Till minus books (or minus sent when the books were not read)."""
        return self.total - (self.sent if self.booked is None else self.booked)

    @property
    def right(self) -> bool:
        """Whether till, receipts, sent and books agree to the öre."""
        return self.difference == 0 and self.total == self.receipts_total == self.sent


class Gap(Struct, frozen=True):
    """Numbers that do not exist. `explained` is a person's note, "" when nobody has explained it."""

    till: str
    what: str  # 'kvitto' or 'Z'
    first: int
    last: int
    explained: str = ""

    @property
    def name(self) -> str:
        """What it is called when a person explains it."""
        return f"{self.what}:{self.till}:{self.first}-{self.last}"


class Deviation(Struct, frozen=True):
    """A receipt that the till and the ledger no longer agree on, with the correction a bookkeeper would make."""

    key: ReceiptKey
    reference: str
    sent: Ore
    now: Ore
    voided: bool
    correction: tuple[Posting, ...] = ()


class BookedDifference(Struct, frozen=True):
    """A delivery whose rows in the books are not the ones that were sent."""

    reference: str
    number: str
    why: str
    amount: Ore


class Proof(Struct):
    """The proof of a period."""

    first: date
    last: date
    reports: list[ZProof] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    states: dict[str, dict[str, int]] = field(default_factory=dict)
    deviations: list[Deviation] = field(default_factory=list)
    books: list[BookedDifference] = field(default_factory=list)
    waiting: int = 0
    parked: int = 0
    unknown: int = 0
    read_back: bool = False

    @property
    def clean(self) -> bool:
        """Whether every öre is explained."""
        return (
            all(report.right for report in self.reports)
            and all(gap.explained for gap in self.gaps)
            and not (self.deviations or self.books or self.waiting or self.parked or self.unknown)
        )

    def total(self) -> tuple[Ore, Ore, Ore | None]:
        """(till, sent, booked) summed over the Z reports."""
        booked = None
        if self.read_back:
            booked = sum(report.booked or 0 for report in self.reports)
        return sum(report.total for report in self.reports), sum(report.sent for report in self.reports), booked


Corrector: TypeAlias = Callable[[ReceiptKey], tuple[Posting, ...]]
"""Gives the postings that would take a voided receipt out of the books again."""

Cover: TypeAlias = tuple[int, str, Ore, str]
"""Receipt number, reference, intended amount, state of the delivery."""


def prove(
    sales: Sales, ledger: Ledger, first: date, last: date, *, books: ReadsBack | None, correct: Corrector | None = None
) -> Proof:
    """The proof of the days from first to last. `books` None: do not read back."""
    proof = Proof(first, last, read_back=books is not None)
    found: dict[tuple[str, int], ZProof] = {}
    for facts in sales.z_facts(first, last):
        if facts.business_date is not None:
            report = ZProof(facts.till, facts.number, facts.business_date, facts.total, facts.receipts_total)
            if facts.problem:
                report.note = facts.problem.title
            found[facts.till, facts.number] = report
            proof.reports.append(report)
    share: dict[str, list[tuple[ZProof, Ore]]] | None = None if books is None else {}
    for till in sales.tills():
        _receipts(proof, sales, ledger, till.id, found=found, share=share, correct=correct)
        _gaps(proof, sales, ledger, till.id)
        proof.states[till.id] = {
            state.value: count for state, count in sales.states(till.id, first, last).items() if count
        }
    _waiting(proof, ledger)
    if books is not None and share is not None:
        _deliveries(proof, ledger, books, share)
    return proof


def _receipts(
    proof: Proof,
    sales: Sales,
    ledger: Ledger,
    till: str,
    *,
    found: dict[tuple[str, int], ZProof],
    share: dict[str, list[tuple[ZProof, Ore]]] | None,
    correct: Corrector | None,
) -> None:
    """Every receipt of the till beside what was intended for it."""
    numbers = sales.receipt_span(till, proof.first, proof.last)
    if numbers is None:
        return
    totals = sales.receipt_totals(till, *numbers)
    for receipt, cover in _side_by_side(totals, ledger.covers(till, *numbers)):
        report = found.get((till, receipt.z_number or 0))
        finished = receipt.state == ReceiptState.FINISHED.value
        if cover is None:
            if finished and report is not None:
                report.waiting += 1
            continue
        _, reference, amount, state = cover
        done = state in _DONE
        if not finished or amount != receipt.total:
            key = ReceiptKey(till, receipt.number)
            voided = receipt.state == ReceiptState.VOIDED.value
            if done or voided:
                correction = correct(key) if correct and voided else ()
                proof.deviations.append(
                    Deviation(key, reference, amount, receipt.total if finished else 0, voided, correction)
                )
        if report is None or not finished:
            continue
        if done:
            report.sent += amount
            if share is not None:
                share.setdefault(reference, []).append((report, amount))
        else:
            report.waiting += 1


def _side_by_side(
    totals: Iterable[ReceiptTotal], covers: Iterable[Cover]
) -> Iterator[tuple[ReceiptTotal, Cover | None]]:
    """Every receipt with its cover; both come in number order. A cover without a receipt is passed over."""
    waiting = iter(covers)
    cover = next(waiting, None)
    for receipt in totals:
        number = receipt.number
        while cover is not None and cover[0] < number:
            cover = next(waiting, None)
        yield receipt, cover if cover is not None and cover[0] == number else None


def _gaps(proof: Proof, sales: Sales, ledger: Ledger, till: str) -> None:
    notes = ledger.explanations()
    reports = [report for report in proof.reports if report.till == till]
    numbers = sales.receipt_span(till, proof.first, proof.last)
    spans: list[tuple[str, int, int]] = []
    if numbers:
        spans += [("kvitto", *gap) for gap in sales.receipt_gaps(till, *numbers)]
    if reports:
        z_numbers = [report.number for report in reports]
        # The report before the period's first must be there too, else the chain is broken at the edge.
        first = max(min(z_numbers) - 1, sales.first_z(till))
        spans += [("Z", *gap) for gap in sales.z_gaps(till, first, max(z_numbers))]
    for what, first, last in spans:
        gap = Gap(till, what, first, last)
        proof.gaps.append(Gap(till, what, first, last, notes.get(gap.name, "")))


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
    for delivery in ledger.between(proof.first, proof.last):
        if delivery.state not in DONE:
            continue
        difference = _read_back(proof, delivery, books) if delivery.state is State.SENT else 0
        for number, (report, amount) in enumerate(share.get(delivery.reference, [])):
            report.booked = (report.booked or 0) + amount - (difference if number == 0 else 0)


def _read_back(proof: Proof, delivery: Delivery, books: ReadsBack) -> Ore:
    """What the books lack of a delivery, in öre; 0 when they hold exactly what was sent."""
    document = delivery.document
    if not isinstance(document, Voucher | Invoice):
        return 0
    booked = books.booked(document, delivery.external_id)
    if booked is None:
        why, amount = "finns inte längre i bokföringen", delivery.total
    else:
        why, amount = _compare(document, booked)
    if why:
        number = (booked.number if booked else "") or delivery.external_number or delivery.external_id
        proof.books.append(BookedDifference(delivery.reference, number, why, amount))
    return amount if why else 0


def _compare(document: Voucher | Invoice, booked: Booked) -> tuple[str, Ore]:
    """(what differs, by how much); ("", 0) when nothing does."""
    if isinstance(document, Invoice):
        total = sum(row.amount for row in document.rows) + document.rounding
        if booked.total is not None and booked.total != total:
            return "fakturans belopp är ett annat", total - booked.total
        return ("fakturan är inte helt betald", booked.open) if booked.open else ("", 0)
    sums: dict[int, Ore] = {}
    for posting in document.postings:
        sums[posting.account] = sums.get(posting.account, 0) + posting.amount
    for posting in booked.postings:
        sums[posting.account] = sums.get(posting.account, 0) - posting.amount
    wrong = {account: amount for account, amount in sums.items() if amount}
    if not wrong:
        return "", 0
    accounts = ", ".join(str(account) for account in sorted(wrong))
    debit = sum(posting.amount for posting in document.postings if posting.amount > 0)
    debit -= sum(posting.amount for posting in booked.postings if posting.amount > 0)
    return f"annat belopp på konto {accounts}", debit or sum(abs(amount) for amount in wrong.values()) // 2
