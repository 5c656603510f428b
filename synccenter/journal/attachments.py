"""Pages that are to stand with their vouchers: which, how far each has come, and when it is tried again.

A page is wanted in the same transaction as its voucher is acknowledged, so that neither a kill nor a refusal between
the two forgets it. Nothing here ever touches the delivery itself: a page that cannot be put there blocks nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import msgspec
from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.model import Voucher
from synccenter.journal.delivery import COLUMNS, Delivery, Unit, delivery, encode
from synccenter.journal.ledger import Ledger

_problem = msgspec.json.Decoder(Problem)

AT_ONCE, FIRST_PAUSE, LONGEST_PAUSE = 3, 900.0, 86_400.0
"""What has failed is tried in the next run three times; then it rests a quarter of an hour, doubled each time, a day at
most (in seconds)."""


_NAMED = 3
"""So many of those that met one cause are named; the rest are counted."""


PAGED = frozenset({Unit.Z, Unit.DAY, Unit.CASH})
"""What is made from Z reports. A receipt's own voucher has no page: the Z report would lie there hundreds of times."""


def has_page(delivery: Delivery) -> bool:
    """Whether a Z report's page belongs with it."""
    return delivery.unit in PAGED and isinstance(delivery.document, Voucher)


class Stage(Enum):
    """Where a page is on its way."""

    WAITING = "waiting"
    DONE = "done"


class Wanted(Struct, frozen=True):
    """A page that is to stand with a voucher that was sent. `attempts`: how often it has been begun."""

    delivery: Delivery
    attempts: int
    stored: str
    doubtful: bool


class Attachments:
    """The pages of one company's vouchers."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def want(self, reference: str, *, doubtful: bool) -> None:
        """A page is to stand with this voucher. Call within `together()`; once is enough."""
        own = {"company": self._ledger.company, "reference": reference}
        if self._database.query("SELECT 1 FROM attachment WHERE company=:company AND reference=:reference", own):
            return
        self._database.execute(
            "INSERT INTO attachment (company, reference, state, attempts, stored, doubtful, rests)"
            " VALUES (:company, :reference, 'waiting', 0, '', :doubtful, 0)",
            {**own, "doubtful": int(doubtful)},
        )

    def due(self, route: str, limit: int) -> list[Wanted]:
        """What is to be tried now of a way: what is new first, then what has failed the least."""
        columns = ", ".join(f"d.{name.strip()}" for name in COLUMNS.split(","))
        select = self._database.dialect.first(
            f"SELECT {columns}, a.attempts, a.stored, a.doubtful FROM attachment a JOIN delivery d"
            " ON d.company=a.company AND d.reference=a.reference"
            " WHERE a.company=:company AND a.state='waiting' AND d.state='sent' AND d.route=:route"
            # One that rests longer than the longest was put there by a clock that has been set back since.
            " AND NOT (a.rests>:now AND a.rests<=:latest) ORDER BY a.attempts, a.reference",
            limit,
        )
        now = self._ledger.now()
        own = {"company": self._ledger.company, "route": route, "now": now, "latest": now + LONGEST_PAUSE}
        rows = self._database.query(select, own)
        return [Wanted(delivery(row[:-3]), row[-3], row[-2], bool(row[-1])) for row in rows]

    def begin(self, reference: str, settle: float) -> None:
        """It is tried now: written down before anything goes over the wire. Call within `together()`.

        Whatever becomes of us, it rests until what was set going must have come to its end (`settle`, seconds).
        """
        self._set(reference, "attempts=attempts+1, rests=:rests", rests=self._ledger.now() + settle)

    def keep(self, reference: str, stored: str) -> None:
        """The file lies there under this id, though not with its voucher yet."""
        with self._ledger.together():
            self._set(reference, "stored=:stored", stored=stored)

    def done(self, reference: str) -> None:
        """It stands with its voucher."""
        with self._ledger.together():
            self._set(reference, "state='done', problem=NULL")

    def failed(self, one: Wanted, problem: Problem, *, settle: float) -> None:
        """It could not be put there; it is tried again. `settle`: seconds until what was set going is at its end."""
        failures = one.attempts + 1 - AT_ONCE
        pause = min(FIRST_PAUSE * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE) if failures > 0 else 0.0
        rests = self._ledger.now() + max(settle, pause)
        with self._ledger.together():
            self._set(one.delivery.reference, "problem=:problem, rests=:rests", problem=encode(problem), rests=rests)

    def _set(self, reference: str, what: str, **values: object) -> None:
        self._database.execute(
            f"UPDATE attachment SET {what} WHERE company=:company AND reference=:reference",
            {"company": self._ledger.company, "reference": reference, **values},
        )

    def stuck(self) -> Sequence[tuple[str, Problem]]:
        """(reference, why) of what has been tried and does not stand there."""
        rows = self._database.query(
            "SELECT a.reference, a.problem FROM attachment a JOIN delivery d ON d.company=a.company"
            " AND d.reference=a.reference WHERE a.company=:company AND a.state='waiting' AND d.state='sent'"
            " AND a.problem IS NOT NULL ORDER BY a.attempts, a.reference",
            {"company": self._ledger.company},
        )
        return [(str(reference), _problem.decode(problem)) for reference, problem in rows]

    def stages(self) -> dict[Stage, int]:
        """How many there are of each stage."""
        rows = self._database.query(
            "SELECT state, COUNT(*) FROM attachment WHERE company=:company GROUP BY state",
            {"company": self._ledger.company},
        )
        return {Stage(state): int(count) for state, count in rows}


def not_attached(why: Problem, references: Sequence[str], system: str) -> Problem:
    """S81 for a cause and all that met it."""
    more = f" och {len(references) - _NAMED} till" if len(references) > _NAMED else ""
    return catalogue.NOT_ATTACHED.problem(
        item=", ".join(references[:_NAMED]) + more,
        count=len(references),
        system=system,
        why=f"{why.title[:1].lower()}{why.title[1:]}",
        fix=why.fix,
        detail=why.detail,
    )
