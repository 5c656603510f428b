"""What the status window shows, gathered in one go by a thread that may read the till and the ledger."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.asked import LeavesToCollect
from synccenter.contract.connector import ReadsBack
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import Posting, Voucher, kronor
from synccenter.contract.visible import visible
from synccenter.core.logs import Log
from synccenter.journal.held import Held, Proposal
from synccenter.journal.ledger import Delivery, State
from synccenter.locale import _
from synccenter.reports.month import month_of
from synccenter.shop import Shop
from synccenter.tillfiles.interpret import What
from synccenter.truth.assessment import add_books
from synccenter.truth.corrections import corrector
from synccenter.truth.proof import prove
from synccenter.truth.proven import Proof, ZProof, deviation_name

DAYS = 35
RUNS = 100


class Day(Enum):
    """How a till's day stands. The worst of its parts is shown."""

    NOTHING = "nothing"
    BEFORE = "before"
    """Sold before the start date: somebody else has booked it."""

    BOOKED = "booked"
    LEFT = "left"
    """Handed over as a file that nobody has read in yet."""

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
    what: What
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


class Why(Struct, frozen=True):
    """What a square says of itself: why it is not booked, and what to do. `reference` is what leads on, or ""."""

    text: str
    reference: str = ""


class Question(Struct, frozen=True):
    """What a proof finds beside its Z reports: a gap, something changed after it was sent, a sale in no delivery. A
    person may explain it, unless it has a `problem`: then it must be put right, and the problem says how."""

    name: str
    till: str
    text: str
    explained: str = ""
    problem: Problem | None = None


class Snapshot(Struct, frozen=True):
    """Everything of the window at one moment. `days` by (till, day); a day that is not there has no trade."""

    today: date
    tills: tuple[tuple[str, str], ...] = ()
    days: dict[tuple[str, date], Day] = {}
    runs: tuple[Run, ...] = ()
    open: tuple[Delivery, ...] = ()
    held: tuple[Proposal, ...] = ()
    reports: tuple[ZProof, ...] = ()
    whys: dict[tuple[str, date], Why] = {}
    left: frozenset[str] = frozenset()
    """References that lie as files which nobody has read in yet."""

    left_reports: frozenset[str] = frozenset()
    """The Z reports of those, as `till:number`."""

    questions: tuple[Question, ...] = ()
    till_files: TillFiles | None = None


class ZDetail(Struct, frozen=True):
    """The proof of one Z report with the postings of its document. `report.booked` is None when nothing can be read."""

    report: ZProof
    deliveries: tuple[Delivery, ...]
    postings: tuple[Posting, ...]
    remarks: tuple[str, ...]
    notes: tuple[str, ...] = ()


def gather(shop: Shop, _log: Log) -> Snapshot:
    """The last 35 days without asking the business system, so that it is quick and costs nobody anything."""
    today = shop.today()
    if shop.is_empty:
        return Snapshot(today=today, till_files=_till_files(shop))
    first = today - timedelta(days=DAYS - 1)
    proof = prove(shop.sales, shop.ledger, first, today, books=None)
    deliveries = list(shop.ledger.between(first, today))
    left = _left(shop, deliveries)
    return Snapshot(
        today=today,
        tills=tuple((till.id, visible(till.name)) for till in shop.sales.tills()),
        days=days_of(proof, deliveries, left),
        runs=tuple(_run(shop, row) for row in shop.ledger.runs(RUNS)),
        open=tuple(shop.ledger.in_state(State.REJECTED, State.UNKNOWN, State.PENDING, State.SENDING)),
        held=tuple(Held(shop.ledger).waiting()),
        reports=tuple(proof.reports),
        whys=whys_of(proof, deliveries, left),
        left=left,
        left_reports=frozenset(
            f"{till}:{number}" for one in deliveries if one.reference in left for till, number in _reports_of(one)
        ),
        questions=tuple(questions_of(proof)),
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


def _left(shop: Shop, deliveries: Iterable[Delivery]) -> frozenset[str]:
    """What was sent as a file that nobody has read in yet. What cannot be asked at this moment is not told."""
    sent = {one.external_id: one.reference for one in deliveries if one.state is State.SENT and one.external_id}
    try:
        connector = shop.connector()
        names = connector.uncollected(sent) if isinstance(connector, LeavesToCollect) else ()
    except SyncError as error:
        shop.debug(f"Statusfönstret: {error}")
        return frozenset()
    return frozenset(sent[name] for name in names)


def _reports_of(delivery: Delivery) -> set[tuple[str, int]]:
    return {(delivery.till, delivery.number)} | {(key.till, key.number) for key in delivery.source}


def questions_of(proof: Proof) -> Iterator[Question]:
    """What is to be explained or put right beside the Z reports, the unexplained first."""
    found: list[Question] = []
    for gap in proof.gaps:
        numbers = f"{gap.first}–{gap.last}" if gap.last > gap.first else f"{gap.first}"
        found.append(
            Question(
                gap.name,
                gap.till,
                _("Lucka: {what} {numbers} saknas i kassan").format(what=gap.what, numbers=numbers),
                gap.explained,
            )
        )
    for one in proof.deviations:
        what = _("är felslag") if one.voided else one.what or _("är ändrat")
        text = _("Kvitto {key} {what} i kassan efter att det skickats som {reference}")
        text = text.format(key=one.key, what=what, reference=one.reference)
        found.append(Question(one.name, one.key.till, text, one.explained))
    for change in proof.z_changes:
        text = _("Z {number}, skickad som {reference}: {what}")
        text = text.format(number=change.number, reference=change.reference, what=change.what)
        found.append(Question(change.name, change.till, text, change.explained))
    found += _not_in_any(proof)
    return iter(sorted(found, key=lambda question: bool(question.explained)))


def _not_in_any(proof: Proof) -> Iterator[Question]:
    """Sales that stand in no delivery: those that cannot be read, those that were passed by, those never closed."""
    unread = [*proof.unread, *([catalogue.NOT_CLOSED.problem(count=proof.unclosed)] if proof.unclosed else [])]
    for number, problem in enumerate(unread):
        about = f"{problem.item}: " if problem.item else ""
        yield Question(f"fel:{number}", "", f"{about}{_(problem.title)}", problem=problem)
    told = {problem.item for problem in unread}
    for key, amount in proof.forgotten:
        if f"Kvitto {key}" not in told:
            text = _("Kvitto {key} på {amount} kr är klart i kassan men finns inte i något underlag")
            yield Question(deviation_name(key), key.till, text.format(key=key, amount=kronor(amount)))


def whys_of(proof: Proof, deliveries: Iterable[Delivery], left: Container[str]) -> dict[tuple[str, date], Why]:
    """Why a day is not booked, and what to do: the worst first, as in `days_of`."""
    found: dict[tuple[str, date], Why] = {}
    ranked = sorted(deliveries, key=lambda one: one.state not in {State.REJECTED, State.UNKNOWN})
    for one in ranked:
        if one.state in {State.REJECTED, State.UNKNOWN, State.PENDING, State.SENDING}:
            text = _("Tas vid nästa synkronisering.")
            if one.problem:
                fix = _("Gör så här: {fix}").format(fix=one.problem.fix)
                text = f"{_(one.problem.title)}. {fix} {_('Vem: {who}.').format(who=_(one.problem.who))}"
        elif one.reference in left:
            text = _("SIE-filen är lämnad men inte inläst. Läs in den i bokföringsprogrammet.")
        else:
            continue
        for till in _tills_of(one):
            found.setdefault((till, one.business_date), Why(text, one.reference))
    for report in proof.reports:
        if not report.right:
            told = report.note or _("Skillnad {amount} kr. Öppna beviset för att se varför.").format(
                amount=kronor(report.difference)
            )
            found.setdefault((report.till, report.business_date), Why(told))
    return found


def _tills_of(delivery: Delivery) -> set[str]:
    return {delivery.till} | {key.till for key in delivery.source} - {""}


def is_before(report: ZProof) -> bool:
    """Whether all of it was sold before the start date, so that nothing of it is sent."""
    return bool(report.before) and report.before == report.total and not report.sent


def days_of(
    proof: Proof, deliveries: Iterable[Delivery], left: Container[str] = frozenset()
) -> dict[tuple[str, date], Day]:
    """The strip: for each till and day the worst of what its Z reports and deliveries say."""
    found: dict[tuple[str, date], Day] = {}
    known = {one.reference: one for one in deliveries}

    def worst(till: str, day: date, state: Day) -> None:
        before = found.get((till, day), Day.NOTHING)
        found[till, day] = max(before, state, key=list(Day).index)

    for report in proof.reports:
        state = Day.BOOKED if report.right else Day.WAITING if report.waiting else Day.DIFFERENCE
        if report.right and is_before(report):
            state = Day.BEFORE
        worst(report.till, report.business_date, state)
    for delivery in known.values():
        for till in _tills_of(delivery):
            if delivery.reference in left:
                worst(till, delivery.business_date, Day.LEFT)
            if delivery.state in {State.REJECTED, State.UNKNOWN}:
                worst(till, delivery.business_date, Day.STOPPED)
            elif delivery.state in {State.PENDING, State.SENDING}:
                worst(till, delivery.business_date, Day.WAITING)
    for deviation in proof.deviations:
        if deviation.reference in known:
            worst(deviation.key.till, known[deviation.reference].business_date, Day.DIFFERENCE)
    return found


def remarks_of(proof: Proof) -> tuple[str, ...]:
    """What is still to be explained or put right beside the Z reports, as sentences."""
    rows = [f"{one.text}." for one in questions_of(proof) if not one.explained]
    return (*rows, *(f"{one.reference} ({one.number}): {one.why}." for one in proof.books))


def z_detail(shop: Shop, till: str, number: int, day: date) -> ZDetail | None:
    """The proof of one Z report, read back from the business system where it can answer."""
    connector = shop.connector()
    books = connector if isinstance(connector, ReadsBack) else None
    proof = prove(shop.sales, shop.ledger, day, day, books=books, correct=corrector(shop))
    add_books(shop, proof)
    report = next((one for one in proof.reports if (one.till, one.number) == (till, number)), None)
    if report is None:
        return None
    deliveries = tuple(
        one for one in shop.ledger.between(day, day) if one.state is not State.REPLACED and _of(one, till, number)
    )
    postings = [p for one in deliveries if isinstance(one.document, Voucher) for p in one.document.postings]
    return ZDetail(
        report, deliveries, tuple(postings), remarks_of(proof), (*proof.vat_rounding(), *proof.not_read_back())
    )


class MonthProof(Struct, frozen=True):
    """A whole month read back."""

    reports: tuple[ZProof, ...]
    text: str
    clean: bool


def month_proof(shop: Shop, first: date) -> MonthProof:
    """The month that begins so, until today at most, read back from the business system where it can answer."""
    connector = shop.connector()
    last = min(month_of(first)[1], shop.today())
    books = connector if isinstance(connector, ReadsBack) else None
    proof = prove(shop.sales, shop.ledger, first, last, books=books, correct=corrector(shop))
    add_books(shop, proof)
    till, sent, booked = proof.total()
    told = _("{month}: kassan {till} kr, skickat {sent} kr, bokfört {booked}.").format(
        month=f"{first:%Y-%m}",
        till=kronor(till),
        sent=kronor(sent),
        booked=_("ej läst") if booked is None else _("{amount} kr").format(amount=kronor(booked)),
    )
    why = (
        (
            _("Varje öre är förklarad, utom det som inte kunde läsas tillbaka.")
            if proof.not_read
            else _("Varje öre är förklarad.")
        )
        if proof.clean
        else _("Något behöver förklaras: ") + " ".join(remarks_of(proof)[:3])
    )
    told = f"{told} {why}"
    return MonthProof(tuple(proof.reports), told, proof.clean)


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
