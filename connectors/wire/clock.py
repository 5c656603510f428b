"""The computer's clock against a server's: documents are dated by ours, and changes are asked for by theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from synccenter.contract import catalogue
from synccenter.contract.finding import Finding, good, look_at

SKEW_SECONDS = 120
"""Less than this happens on a healthy network."""


def compared(theirs: datetime | None, ours: datetime, system: str) -> Iterator[Finding]:
    """Whether the clocks agree (`Http.server_time`, just now); nothing where the server does not say."""
    if theirs is None:
        return
    seconds = round(abs((ours - theirs).total_seconds()))
    if seconds > SKEW_SECONDS:
        yield look_at(catalogue.CLOCK_WRONG.problem(seconds=seconds, other=system))
    else:
        yield good("Datorns klocka går rätt")
