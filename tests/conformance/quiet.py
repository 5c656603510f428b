"""Cases about a run that finds nothing: it asks little, and no question twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from synccenter.contract.model import DocumentKind, Register
from tests.conformance.codes import CODES, TABLES
from tests.conformance.job import UNITS, Trial
from tests.conformance.suite import Bench, Case, MovesCodes, Rig
from tests.worlds.fakes.server import Request


def cases(rig: Rig) -> Iterator[Case]:
    """What applies to this connector."""
    can = rig.description.capabilities
    if rig.server is not None and can.fetches and can.sends & {DocumentKind.VOUCHER, DocumentKind.INVOICE}:
        yield Case("quiet: a run with nothing new asks nothing twice", asks_once)


def asks_once(bench: Bench) -> None:
    asked = Counter(f"{one.method} {one.path} {sorted(one.query.items())} {one.body}" for one in quiet_run(bench))
    assert {question for question, count in asked.items() if count > 1} == set()


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
    for _ in range(2):  # what was changed in the cursor's own minutes comes once more
        bench.wait(900)
        before = len(bench.server.seen)
        outcome = trial.run()
    assert outcome.quiet, [one.sentence() for one in outcome.problems]
    return [one for one in bench.server.seen[before:] if "token" not in one.path]
