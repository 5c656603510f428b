"""What the status window shows, gathered in one go by a thread that may read the till and the ledger."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from msgspec import Struct

from synccenter.contract.connector import ReadsBack
from synccenter.contract.model import Posting, Voucher
from synccenter.contract.visible import visible
from synccenter.core.logs import Log
from synccenter.journal.held import Held, Proposal
from synccenter.journal.ledger import Delivery, State
from synccenter.shop import Shop
from synccenter.truth.corrections import corrector
from synccenter.truth.proof import prove
from synccenter.truth.proven import Proof, ZProof

DAYS = 35
RUNS = 100


class Day(Enum):
    """How a till's day stands. The worst of its parts is shown."""

    NOTHING = "nothing"
    BOOKED = "booked"
    WAITING = "waiting"
    DIFFERENCE = "difference"
    STOPPED = "stopped"


class Run(Struct, frozen=True):
    """A run of the ledger."""

    started: datetime
    seconds: float
    kind: str
    holder: str
    outcome: str
    sent: int
    written: int


class Asked(Struct, frozen=True):
    """A question that the till's files do not answer, and how many Z reports wait for it."""

    make: str
    what: str
    subject: str
    waiting: int


class TillFiles(Struct, frozen=True):
    """How a till of files stands: what is asked, what waits for something else, which controls may be let warn, and
    alarms that nobody has seen."""

    folder: str
    questions: tuple[Asked, ...] = ()
    others: tuple[str, ...] = ()
    proposals: tuple[tuple[str, str], ...] = ()
    alarms: tuple[str, ...] = ()


class Snapshot(Struct, frozen=True):
    """Everything of the window at one moment. `days` by (till, day); a day that is not there has no trade."""

    today: date
    tills: tuple[tuple[str, str], ...] = ()
    days: dict[tuple[str, date], Day] = {}
    runs: tuple[Run, ...] = ()
    open: tuple[Delivery, ...] = ()
    held: tuple[Proposal, ...] = ()
    reports: tuple[ZProof, ...] = ()
    remarks: tuple[str, ...] = ()
    till_files: TillFiles | None = None


class ZDetail(Struct, frozen=True):
    """The proof of one Z report with the postings of its document. `report.booked` is None when nothing can be read."""

    report: ZProof
    deliveries: tuple[Delivery, ...]
    postings: tuple[Posting, ...]
    remarks: tuple[str, ...]


def gather(shop: Shop, _log: Log) -> Snapshot:
    """The last 35 days without asking the business system, so that it is quick and costs nobody anything."""
    today = shop.today()
    if shop.is_empty:
        return Snapshot(today=today, till_files=_till_files(shop))
    first = today - timedelta(days=DAYS - 1)
    proof = prove(shop.sales, shop.ledger, first, today, books=None)
    deliveries = list(shop.ledger.between(first, today))
    return Snapshot(
        today=today,
        tills=tuple((till.id, visible(till.name)) for till in shop.sales.tills()),
        days=days_of(proof, deliveries),
        runs=tuple(_run(shop, row) for row in shop.ledger.runs(RUNS)),
        open=tuple(shop.ledger.in_state(State.REJECTED, State.UNKNOWN, State.PENDING, State.SENDING)),
        held=tuple(Held(shop.ledger).waiting()),
        reports=tuple(proof.reports),
        remarks=remarks_of(proof),
        till_files=_till_files(shop) if shop.reads_files else None,
    )


def _till_files(shop: Shop) -> TillFiles:
    from synccenter.tillfiles.release import proposals, waiting  # noqa: PLC0415 - only for tills that give files

    held = waiting(shop.files)
    asked = Counter((one.make, *question) for one in held for question in one.questions)
    others = [problem.sentence() for one in held if not one.questions for problem in one.problems]
    return TillFiles(
        folder=str(shop.files_folder),
        questions=tuple(Asked(*key, count) for key, count in sorted(asked.items())),
        others=tuple(others),
        proposals=tuple(proposals(shop.files, held)),
        alarms=tuple(problem.sentence() for problem in shop.files.alarms()),
    )


def days_of(proof: Proof, deliveries: Iterable[Delivery]) -> dict[tuple[str, date], Day]:
    """The strip: for each till and day the worst of what its Z reports and deliveries say."""
    found: dict[tuple[str, date], Day] = {}
    known = {one.reference: one for one in deliveries}

    def worst(till: str, day: date, state: Day) -> None:
        before = found.get((till, day), Day.NOTHING)
        found[till, day] = max(before, state, key=list(Day).index)

    for report in proof.reports:
        state = Day.BOOKED if report.right else Day.WAITING if report.waiting else Day.DIFFERENCE
        worst(report.till, report.business_date, state)
    for delivery in known.values():
        for till in {delivery.till} | {key.till for key in delivery.source} - {""}:
            if delivery.state in {State.REJECTED, State.UNKNOWN}:
                worst(till, delivery.business_date, Day.STOPPED)
            elif delivery.state in {State.PENDING, State.SENDING}:
                worst(till, delivery.business_date, Day.WAITING)
    for deviation in proof.deviations:
        if deviation.reference in known:
            worst(deviation.key.till, known[deviation.reference].business_date, Day.DIFFERENCE)
    return found


def remarks_of(proof: Proof) -> tuple[str, ...]:
    """Gaps and deviations as sentences."""
    rows = []
    for gap in proof.gaps:
        numbers = f"{gap.first}–{gap.last}" if gap.last > gap.first else f"{gap.first}"
        why = f"förklarad: {gap.explained}" if gap.explained else "saknas i kassan"
        rows.append(f"Lucka: {gap.what} {numbers} på kassa {gap.till} {why}.")
    for one in proof.deviations:
        what = "är felslag" if one.voided else "är ändrat"
        rows.append(f"Kvitto {one.key} {what} i kassan efter att det skickats som {one.reference}.")
    rows += [row for _, row in proof.more()]
    rows += [f"{one.reference} ({one.number}): {one.why}." for one in proof.books]
    return tuple(rows)


def z_detail(shop: Shop, till: str, number: int, day: date) -> ZDetail | None:
    """The proof of one Z report, read back from the business system where it can answer."""
    connector = shop.connector()
    books = connector if isinstance(connector, ReadsBack) else None
    proof = prove(shop.sales, shop.ledger, day, day, books=books, correct=corrector(shop))
    report = next((one for one in proof.reports if (one.till, one.number) == (till, number)), None)
    if report is None:
        return None
    deliveries = tuple(
        one for one in shop.ledger.between(day, day) if one.state is not State.REPLACED and _of(one, till, number)
    )
    postings = [p for one in deliveries if isinstance(one.document, Voucher) for p in one.document.postings]
    return ZDetail(report, deliveries, tuple(postings), remarks_of(proof))


def _of(delivery: Delivery, till: str, number: int) -> bool:
    return (delivery.till, delivery.number) == (till, number) or any(
        (key.till, key.number) == (till, number) for key in delivery.source
    )


def _run(shop: Shop, row: Any) -> Run:
    started, finished, kind, holder, outcome, summary = row
    told = json.loads(summary)
    return Run(
        started=datetime.fromtimestamp(started, shop.zone),
        seconds=finished - started,
        kind=kind,
        holder=holder,
        outcome=outcome,
        sent=int(told.get("sent", 0)),
        written=int(told.get("written", 0)),
    )
