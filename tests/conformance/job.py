"""Cases about the main job: the program's own documents, from a demo till, through the real engine, over a bad line.

The documents are composed by the real posting (returns, cash rounding, gift cards, a credit sale among them), the run
is the real one with till, ledger and lease, and the proof is read back. What a connector does with a document that the
suite made up by hand proves less: a look-up may go by something that only such a document has.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import cache, partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.connector import AnyDescription, Connector, Lookup, ReadsBack, ReversesVouchers, Session
from synccenter.contract.errors import Reach
from synccenter.contract.lists import ListsVouchers
from synccenter.contract.model import Document, DocumentKind, Invoice, Voucher
from synccenter.core.database import SQLite
from synccenter.journal.delivery import Delivery, State
from synccenter.posting.targets import accounts_in
from synccenter.run.engine import Engine
from synccenter.run.repair import Repair
from synccenter.run.report import Outcome
from synccenter.till.demo import build
from synccenter.truth.proof import prove
from synccenter.truth.proven import Proof
from synccenter.truth.standing import Standing, look_up
from tests.conformance.harm import OF_ENTRIES, Harm, suits
from tests.conformance.suite import Bench, Case, LeavesDrafts, Needs, Rig
from tests.worlds.data_folder import DataFolder
from tests.worlds.fakes.server import FOR_GOOD, Fault, Request
from tests.worlds.small_shop import Rows

DAY = date(2026, 11, 2)
LAST_YEAR = date(2025, 11, 3)
UNITS = {DocumentKind.VOUCHER: ("z", "receipt", "day"), DocumentKind.INVOICE: ("receipt",)}

FAULTS = (
    Fault.DROP_BEFORE,
    Fault.DROP_AFTER,
    Fault.HALF_BODY,
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.BUSY,
    Fault.WAIT_SECONDS,
    Fault.HTML,
    Fault.EMPTY,
    Fault.ELSEWHERE,
    Fault.FORBIDDEN,
    Fault.REFUSED,
)
BAD_RUNS, RUNS = 4, 9
AT_MOST = 3
"""POSTs that a refusal of everything may take: the courier believes it at the third document at the latest."""


class NoSettings(Struct, frozen=True):
    """The rig's connector has its settings from the rig."""


class Killed(BaseException):
    """The program was ended, between two steps."""


def cases(rig: Rig) -> Iterator[Case]:
    """What applies to this connector."""
    can = rig.description.capabilities
    for kind, units in UNITS.items():
        if kind not in can.sends:
            continue
        for unit in units:
            yield Case(
                f"main job, {kind.value} per {unit}: booked once, proven, and quiet then", partial(job, kind, unit)
            )
        name = f"main job, {kind.value}"
        yield Case(f"{name}: whatever becomes of it in the books is told the next night", partial(spoilt, kind))
        if can.lookup is Lookup.NONE:
            continue
        yield Case(f"{name}: killed before any of its steps nothing is doubled or lost", partial(killed, kind))
        yield Case(f"{name}: what stood there last year under its name is not ours", partial(last_year, kind))
        yield Case(f"{name}: one that stands there twice is told by look-up and proof", partial(doubled, kind))
        if kind is DocumentKind.VOUCHER:
            yield Case(f"{name}: what another has booked is not booked again until a person says so", booked_by_other)
            yield Case(f"{name}: a wrong one is reversed there and sent again", reversed_and_sent_again)
        if rig.server is not None:
            for fault in FAULTS:
                yield Case(
                    f"{name}: nothing is doubled or lost when now and then: {fault.value}", partial(faulty, fault, kind)
                )
        if rig.server is not None and kind is next(one for one in UNITS if one in can.sends):
            for code in rig.concerns_all:
                yield Case(f"{name}: {code} concerns everything and is met once", partial(met_once, code, kind))
    if rig.server is not None:
        yield Case("its errors reach as far as the business system means them to", reach)


class Trial:
    """One shop whose business system is the rig's, sending documents of one kind."""

    def __init__(
        self, bench: Bench, kind: DocumentKind, unit: str = "", folder: str = "butik", *, down: bool = False
    ) -> None:
        """`down`: registers come down too."""
        self.bench, self.kind, self.unit, self.down = bench, kind, unit or UNITS[kind][0], down
        self.guarded = 0
        self.kill_at = 0
        self.data = DataFolder(bench.world.folder / folder, {"rig": self._described()}, bench.world.clock)
        shutil.copy(_till(), self.data.till)
        target = "invoice" if kind is DocumentKind.INVOICE else "voucher"
        common = [f"safety.cutover={DAY}", f"posting.unit={self.unit}", f"posting.target={target}"]
        self.data.settings("integration.system=rig", *common)
        own = bench.rig.prepare(self._needs())
        self.data.settings(*(f"{name}={value}" for name, value in own.items()))

    def _described(self) -> AnyDescription:
        base = self.bench.rig.description
        sends = replace(base.capabilities, sends=frozenset({self.kind}))
        if not self.down:
            sends = replace(sends, fetches=frozenset(), delta=frozenset(), along={})
        return replace(base, name="rig", settings=NoSettings, capabilities=sends, open=self._open, chosen=None)

    def _open(self, session: Session[Any]) -> Connector:
        """The rig's connector; the run's lease is asked before each change, and the program killed there if wanted."""

        def guard() -> None:
            session.guard()
            self.bench.world.guard()
            self.guarded += 1
            if self.guarded == self.kill_at:
                raise Killed

        world = self.bench.session()
        connector = self.bench.rig.description.open(replace(world, guard=guard))
        self.bench.opened.append(connector)
        return connector

    def _needs(self) -> Needs:
        shop = self.data.shop()
        try:
            accounts = frozenset(accounts_in(shop.rules()))
        finally:
            shop.close()
        rows = self.data.sql("SELECT DISTINCT article, vat_rate FROM receipt_line WHERE kind='goods'")
        buyers = self.data.sql("SELECT DISTINCT customer FROM receipt WHERE customer<>''")
        articles = {str(article): int(rate) for article, rate in rows}
        return Needs(self.kind, accounts, articles, frozenset(str(number) for (number,) in buyers))

    def run(self, *, everything: bool = False) -> Outcome:
        """One run of the program, from its start to its end."""
        report = Rows()
        shop = self.data.shop()
        shop.debug = self.bench.world.debug_rows.append
        try:
            return Engine(shop, report).run(everything=everything)
        finally:
            shop.close()

    def answer(self, reference: str) -> None:
        """A person says that what was found there is another sale."""
        shop = self.data.shop()
        try:
            repair = Repair(shop)
            repair.resend(shop.ledger.get(reference), "", insist=True)
        finally:
            shop.close()

    def until_quiet(self, heal: Callable[[], None] = lambda: None) -> None:
        """Run after run, time passing, the faults healed after some of them: in the end nothing is left to do."""
        outcome = Outcome("")
        for turn in range(RUNS):
            if turn == BAD_RUNS:
                heal()
            outcome = self.run()
            self.bench.wait(600 + self.bench.can.settle_seconds)
            if turn >= BAD_RUNS and not (outcome.waiting or outcome.parked or outcome.unknown):
                return
        left = [(one.reference, one.state.value, one.problem and one.problem.sentence()) for one in self.deliveries()]
        raise AssertionError(f"never got through: {[one for one in left if one[1] not in {'sent', 'empty'}][:3]}")

    def post_by_hand(self) -> None:
        """A person posts what sending left as drafts."""
        if isinstance(self.bench.rig, LeavesDrafts):
            self.bench.rig.post_by_hand()

    def deliveries(self) -> list[Delivery]:
        """Everything in the ledger."""
        shop = self.data.shop()
        try:
            return list(shop.ledger.between(DAY, date(2026, 12, 31)))
        finally:
            shop.close()

    def sent(self) -> list[Document]:
        """The documents that the ledger holds as sent."""
        return [one.document for one in self.deliveries() if one.state is State.SENT and one.document]

    def proof(self) -> Proof:
        """The proof of all days, read back."""
        shop = self.data.shop()
        try:
            connector = shop.connector()
            books = connector if isinstance(connector, ReadsBack) else None
            assert books, "what is sent can be read back"
            return prove(shop.sales, shop.ledger, DAY, date(2026, 11, 24), books=books)
        finally:
            shop.close()

    def assert_right(self) -> None:
        """Every document of the till stands in the books once, and the proof says so."""
        self.post_by_hand()
        documents = self.sent()
        assert documents
        for document in documents:
            assert self.bench.rig.books(document) == 1, f"{document.reference}: {self.bench.rig.books(document)} times"
        proof = self.proof()
        assert not proof.books, proof.books
        assert proof.clean, proof


def job(kind: DocumentKind, unit: str, bench: Bench) -> None:
    trial = Trial(bench, kind, unit)
    outcome = trial.run()
    if isinstance(bench.rig, LeavesDrafts):
        assert [one.code for one in outcome.problems] == [catalogue.DRAFT_WAITS.code], "a draft is not booked"
    else:
        assert outcome.result == "ok", [one.sentence() for one in outcome.problems]
    trial.assert_right()
    bench.wait(600)
    again = trial.run()
    assert (again.sent, again.result) == (0, "ok"), [one.sentence() for one in again.problems]


def faulty(fault: Fault, kind: DocumentKind, bench: Bench) -> None:
    """Every other change meets the fault: first the second one, then the first."""
    trial = Trial(bench, kind)
    bench.server.fail(fault, times=FOR_GOOD, on=_every_other())
    trial.until_quiet(heal=bench.server.heal)
    trial.assert_right()


def _every_other() -> Callable[[Request], bool]:
    met = 0

    def matches(request: Request) -> bool:
        nonlocal met
        if not writes(request):
            return False
        met += 1
        return met % 2 == 0 or met in {1, 5}

    return matches


def writes(request: Request) -> bool:
    """Whether a request changes something in the books."""
    return "token" not in request.path and request.method != "GET"


def killed(kind: DocumentKind, bench: Bench) -> None:
    trial = Trial(bench, kind)
    for step in range(1, 60):
        trial.guarded, trial.kill_at = 0, step
        try:
            trial.run()
        except Killed:
            bench.wait(600 + bench.can.settle_seconds)
            continue
        break
    trial.kill_at = 0
    trial.until_quiet()
    trial.assert_right()


def last_year(kind: DocumentKind, bench: Bench) -> None:
    """Somebody's document of last year says the same when our first one is cut short: ours is booked beside it."""
    trial = Trial(bench, kind)
    trial.kill_at = 1
    try:
        trial.run()
    except Killed:
        pass
    else:
        raise AssertionError("nothing was changed without asking for the lease")
    trial.kill_at = 0
    interrupted = [one.document for one in trial.deliveries() if one.state is State.SENDING and one.document]
    for document in interrupted:
        assert isinstance(document, Voucher | Invoice)
        assert bench.rig.books(document) == 0
        assert bench.rig.place(replace(document, date=LAST_YEAR)), "any system can hold a document of last year"
        assert bench.rig.books(document) == 1
    trial.until_quiet()
    trial.post_by_hand()
    assert interrupted
    for document in interrupted:
        assert bench.rig.books(document) == 2, "the till's own is booked beside it"
        assert bench.look_up(document).standing is Standing.OURS or _left_as_draft(bench, document)
    assert trial.proof().clean


def _left_as_draft(bench: Bench, document: Document) -> bool:
    """A draft that a person posts can always be gone on with, so it is found as one that may be unfinished."""
    verdict = bench.look_up(document)
    return verdict.standing is Standing.UNFINISHED and len(verdict.hits) == 1


def doubled(kind: DocumentKind, bench: Bench) -> None:
    """A second one of a document that we sent, made by somebody else."""
    trial = Trial(bench, kind)
    trial.until_quiet()
    document = trial.sent()[0]
    if not bench.rig.place(document):
        return  # a system that cannot hold two of one document needs no alarm
    verdict = look_up(bench.open(), document)  # type: ignore[arg-type]
    assert (verdict.standing, len(verdict.hits)) == (Standing.DOUBLED, 2)
    told = [one for one in trial.proof().books if one.doubled]
    assert [one.reference for one in told] == [document.reference]
    assert " och " in told[0].number, "both numbers are told"


RED = {catalogue.NOT_IN_THE_BOOKS.code, catalogue.DRAFT_WAITS.code, catalogue.Z_UNEXPLAINED.code}


def spoilt(kind: DocumentKind, bench: Bench) -> None:
    """Each harm is done to another document; the night tells of every one, and of nothing else."""
    trial = Trial(bench, kind, "receipt")
    trial.until_quiet()
    trial.post_by_hand()
    bench.wait(86400)
    assert not RED & {one.code for one in trial.run().problems}
    left = [one for one in trial.sent() if isinstance(one, Voucher | Invoice)]
    done: dict[str, Harm] = {}
    for harm in [one for one in Harm if one not in OF_ENTRIES]:  # those are read back in `send.py`
        document = next((one for one in left if suits(one, harm)), None)
        assert document or kind is DocumentKind.VOUCHER, f"the demo sells nothing for {harm}"
        if document and bench.rig.spoil(document, harm):
            done[document.reference] = harm
            left.remove(document)
    assert len(done) >= 3, "books can be changed in more ways"
    bench.wait(86400)
    outcome = trial.run()
    assert outcome.result == "problems"
    assert RED & {one.code for one in outcome.problems}, [one.sentence() for one in outcome.problems]
    seen = {one.reference for one in trial.proof().books}
    unseen = {harm for reference, harm in done.items() if reference not in seen}
    known = {*bench.rig.unseen} & {*done.values()} if kind is DocumentKind.INVOICE else set()
    assert unseen == known, f"unseen: {unseen}, {trial.proof().books}"
    assert seen <= {*done}, "and of nothing else"


def reversed_and_sent_again(bench: Bench) -> None:
    if not isinstance(bench.open(), ReversesVouchers):
        return
    trial = Trial(bench, DocumentKind.VOUCHER)
    trial.until_quiet()
    reference = trial.sent()[0].reference
    shop = trial.data.shop()
    Repair(shop).reverse(shop.ledger.get(reference), "fel konto för kort")
    shop.close()
    assert [one.reference for one in trial.proof().books] == [reference], "it is missing until it is sent again"
    shop = trial.data.shop()
    Repair(shop).resend(shop.ledger.get(reference), "rätt konto", insist=False)
    shop.close()
    trial.until_quiet()
    trial.assert_right()
    assert f"{reference}-R2" in {document.reference for document in trial.sent()}


def booked_by_other(bench: Bench) -> None:
    """Before the first sending a voucher of the same day and the same sums stands there, by an import or by hand."""
    twin = Trial(bench, DocumentKind.VOUCHER)
    twin.kill_at = 1
    with suppress(Killed):
        twin.run()
    (meant,) = [one.document for one in twin.deliveries() if one.state is State.SENDING]
    assert isinstance(meant, Voucher)
    trial = Trial(bench, DocumentKind.VOUCHER, folder="butik två")
    if not isinstance(bench.open(), ListsVouchers):
        return
    text = f"Import {meant.reference.rpartition('-')[2]}"
    if not bench.rig.place(replace(meant, reference=text, text="Dagskassa")):
        return
    outcome = trial.run()
    told = {one.code for one in outcome.problems} - {catalogue.DRAFT_WAITS.code}
    assert told == {catalogue.ALREADY_THERE.code}, outcome.problems
    assert (outcome.parked, bench.rig.books(meant)) == (1, 0)
    (held,) = [one for one in trial.deliveries() if one.state is State.REJECTED]
    assert held.external_number
    trial.answer(held.reference)
    trial.until_quiet()
    trial.assert_right()


def met_once(code: str, kind: DocumentKind, bench: Bench) -> None:
    trial = Trial(bench, kind, "receipt")
    bench.server.fail(bench.rig.refusals()[code], times=FOR_GOOD, on=writes)
    before = sum(map(writes, bench.server.seen))
    outcome = trial.run()
    made = sum(map(writes, bench.server.seen)) - before
    assert code in {one.code for one in outcome.problems}
    renewed = bench.rig.refusals()[code].status == 401  # the same one is tried again with a fresh token
    assert made == 1 or (renewed and made == 2), f"{made} changes were tried"
    assert outcome.parked == 0, "no document is parked for what is not its fault"
    assert outcome.waiting > 1
    bench.server.heal()
    trial.until_quiet()
    trial.assert_right()


def reach(bench: Bench) -> None:
    """What the entry says of its reach is what the rig knows of the business system."""
    far = {entry.code for entry in bench.rig.description.errors if entry.reach is not Reach.ONE}
    assert far & set(bench.rig.refusals()) == set(bench.rig.concerns_all)


@cache
def _till() -> Path:
    """A day of trade, made once: goods handed back, cash rounded, gift cards sold and used, a credit sale."""
    path = Path(mkdtemp(prefix="konformitet-")) / "kassa.sqlite"
    database = SQLite(path)
    build(database, seed=1, days=1, receipts=16, start=DAY)
    _sell_on_credit(database)
    database.close()
    return path


def _sell_on_credit(database: SQLite) -> None:
    """One receipt that was paid by card is on account instead, in its Z report too."""
    row = database.query(
        "SELECT r.company, r.till, r.number, r.z_number, p.amount FROM receipt r JOIN receipt_payment p"
        " ON p.company=r.company AND p.till=r.till AND p.receipt=r.number"
        " WHERE r.state='finished' AND r.z_number IS NOT NULL AND p.method='KORT' AND p.amount>0"
        " ORDER BY r.till, r.number LIMIT 1"
    )[0]
    company, till, number, z_number, amount = row
    key: Mapping[str, Any] = {"company": company, "till": till, "z": z_number, "amount": amount, "number": number}
    of_receipt = "company=:company AND till=:till AND receipt=:number"
    of_z = "company=:company AND till=:till AND z_number=:z"
    for statement in (
        "INSERT INTO payment_method (company, code, name, kind) VALUES (:company, 'KONTO', 'På konto', 'invoice')",
        f"UPDATE receipt_payment SET method='KONTO' WHERE {of_receipt} AND method='KORT'",
        f"UPDATE z_method SET amount=amount-:amount WHERE {of_z} AND method='KORT'",
        "INSERT INTO z_method (company, till, z_number, method, amount) VALUES (:company, :till, :z, 'KONTO', :amount)",
    ):
        database.execute(statement, {name: value for name, value in key.items() if f":{name}" in statement})
