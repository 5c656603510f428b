"""The days that NAV lets this user post on, where the pages that tell are published (118 and 119)."""

from __future__ import annotations

from datetime import date

from connectors.dynamics_nav.link import Link
from connectors.wire.rows import Row, day, text

Span = tuple[date | None, date | None]


def allowed(link: Link) -> Span:
    """The first and the last day; None for what is not bounded, or not told.

    NAV's rule (codeunit 11, DateNotAllowed): the user's own span when there is one, else the company's. *Accounting
    Periods* (page 100) tell nothing of it: they close a year for its result, and what is posted there is an adjustment.
    """
    user = link.settings.user.upper()
    if not (user and link.has("ledger_setup") and link.has("user_setup")):
        return None, None
    own = [row for row in link.page("user_setup").every() if text(row, "user").upper() in {user, user.split("\\")[-1]}]
    spans = [_span(row) for row in (*own, *link.page("ledger_setup").every())]
    return next((span for span in spans if any(span)), (None, None))


def _span(row: Row) -> Span:
    return day(row, "from"), day(row, "to")
