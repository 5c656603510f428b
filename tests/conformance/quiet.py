"""Cases about a run that finds nothing: it asks little, and no question twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from synccenter.contract.connector import Connector, Found, SendsDocuments, Session
from synccenter.contract.model import Document, DocumentKind, Register
from tests.conformance.codes import CODES, TABLES
from tests.conformance.job import UNITS, Trial
from tests.conformance.suite import Bench, Case, LeavesDrafts, MovesCodes, Rig
from tests.worlds.fakes.server import Request


def cases(rig: Rig) -> Iterator[Case]:
    """What applies to this connector."""
    can = rig.description.capabilities
    if rig.server is not None and can.fetches and can.sends & {DocumentKind.VOUCHER, DocumentKind.INVOICE}:
        yield Case("quiet: a run with nothing new asks nothing twice", asks_once)
    for kind in (DocumentKind.VOUCHER, DocumentKind.INVOICE):
        if kind in can.listed & can.sends:
            name = f"quiet: a ledger that has lost its memory knows its {kind.value}s again without a look-up for each"
            yield Case(name, partial(known_again, kind))


def asks_once(bench: Bench) -> None:
    """No question twice, and no list twice: what is made of the same list shares one reading of it."""
    run = quiet_run(bench)
    asked = Counter(f"{one.method} {one.path} {sorted(one.query.items())} {one.body}" for one in run)
    assert {question for question, count in asked.items() if count > 1} == set()
    one_row = str(bench.rig.values().get("cash_customer") or "\0")
    lists = Counter(one.path for one in run if not _goes_on(one) and one_row not in f"{one.query} {one.body}")
    assert {path for path, count in lists.items() if count > 1} == set()


def _goes_on(one: Request) -> bool:
    """Whether it is for the next page of a list."""
    return "$skiptoken" in one.query or one.query.get("page", "1") != "1" or b"bookmarkKey>" in bytes(one.body or b"")


class Counting(Trial):
    """A shop whose connector tells what is looked up by itself."""

    looked_up: list[str]

    def _open(self, session: Session[Any]) -> Connector:
        connector = super()._open(session)
        assert isinstance(connector, SendsDocuments)
        find = connector.find

        def counted(document: Document) -> Sequence[Found]:
            self.looked_up.append(document.reference)
            return find(document)

        setattr(connector, "find", counted)  # noqa: B010 - a method, for the length of a case
        return connector


def known_again(kind: DocumentKind, bench: Bench) -> None:
    """By lists, and by what is read back of all together. (Counted, since thousands of look-ups are hours.)"""
    trial = Trial(bench, kind, "receipt")
    trial.run()
    trial.post_by_hand()
    sent = len(trial.sent())
    assert sent > 5
    bench.wait(600)
    again = Counting(bench, kind, "receipt", "ny dator")
    again.looked_up = []
    outcome = again.run()
    assert (outcome.confirmed, outcome.sent) == (sent, 0), [one.sentence() for one in outcome.problems]
    assert again.looked_up == []
    ids, known = ({one.reference: one.external_id for one in of.deliveries()} for of in (trial, again))
    assert known == ids or isinstance(bench.rig, LeavesDrafts), "a draft may have another number than what it became"


def quiet_run(bench: Bench) -> Sequence[Request]:
    """What a run asks of a shop whose registers are down and whose day is sent, when nothing has happened but time."""
    trial = Trial(bench, next(one for one in UNITS if one in bench.can.sends), down=True)
    for table in TABLES:
        trial.data.sql(f"DELETE FROM {table}")
    bench.rig.seed(Register.ARTICLES, 3)
    if isinstance(bench.rig, MovesCodes):
        for number, code in CODES.items():
            bench.rig.put_code(number, code)
    trial.run()
    trial.post_by_hand()
    before = 0
    for _ in range(2):  # what was changed in the cursor's own minutes comes once more, or hours where no zone is told
        bench.wait(4500)
        before = len(bench.server.seen)
        outcome = trial.run()
    assert outcome.quiet, [one.sentence() for one in outcome.problems]
    return [one for one in bench.server.seen[before:] if "token" not in one.path]
