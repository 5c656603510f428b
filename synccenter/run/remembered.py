"""What a till's last run found wrong and nothing else tells of: the wrong company, a refused sign-in, a bad register.

What is wrong with a document, and how till, ledger and books stand, the ledger and the assessment tell by themselves.
The rest every run keeps, whoever began it, so that icon, window and `status` say after a restart what the log said.
"""

from __future__ import annotations

import msgspec

from synccenter.contract.errors import Problem
from synccenter.journal.delivery import State
from synccenter.run.parked import stopped
from synccenter.run.report import Outcome
from synccenter.shop import Shop
from synccenter.truth.assessment import Assessment, is_of_assessment

_problems = msgspec.json.Decoder(tuple[Problem, ...])


def remember(shop: Shop, outcome: Outcome, assessment: Assessment | None) -> None:
    """Keep what nothing else tells, in place of what the run before left. Nothing is written when nothing is new."""
    if shop.is_empty:
        return
    told = {one.cause for one in stopped(shop.ledger, (State.REJECTED, State.UNKNOWN))}
    told |= {one.cause for one in assessment.problems} if assessment else set()
    left = [one for one in outcome.problems if one.cause not in told and not is_of_assessment(one)]
    text = msgspec.json.encode(left).decode()
    if (shop.ledger.place(_place(shop)) or "[]") != text:
        shop.ledger.set_place(_place(shop), text)


def found_before(shop: Shop) -> tuple[Problem, ...]:
    """What the last run of this till found: memory is never greener, nor redder."""
    text = shop.ledger.place(_place(shop))
    return tuple(one for one in _problems.decode(text) if not is_of_assessment(one)) if text else ()


def _place(shop: Shop) -> str:
    return f"service:problems:{shop.holder}"
