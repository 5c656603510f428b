"""The findings of *Kontrollera inställningar* for folders and files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct

from connectors.formats import file_errors
from connectors.formats.outbox import Outbox
from connectors.formats.sie_values import org_number
from synccenter.contract.connector import Session
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Finding, bad, good, look_at

_LOOKED_THROUGH = 300
"""So many of the latest copies are read by the check."""


class Checks:
    """Makes findings; nothing escapes but what is a bug."""

    def __init__(self, session: Session[Struct]) -> None:
        self.session = session

    def tried(self, title: str, work: Callable[[], object], tell: Callable[[Problem, str], Finding] = bad) -> Finding:
        """Good when the work succeeds; when not, its problem by `tell`: `bad` only when all sending depends on it."""
        try:
            work()
        except SyncError as error:
            return tell(error.problem, title)
        return good(title)

    def org_number(self) -> Finding:
        """Whether the company's number is one. Whether the chart of accounts has the same is `company()`'s to tell."""
        title = "Organisationsnummer"
        ours = org_number(self.session.org_number)
        if not _is_org_number(ours):
            why = f"”{ours}” är inget organisationsnummer." if ours else "Företaget har inget organisationsnummer."
        else:
            return good(title)
        return look_at(file_errors.ORG_NUMBER.problem(why=why), title)

    def waiting(self, outbox: Outbox, patience: timedelta) -> Finding:
        """Yellow when delivered files have not been read in for long."""
        title = "Inläsning i bokföringen"
        oldest = (self.session.clock() - patience).timestamp()
        try:
            late = [name for delivered, name in outbox.waiting() if delivered < oldest]
        except SyncError as error:
            return look_at(error.problem, title)
        if not late:
            return good(title)
        problem = file_errors.NOT_IMPORTED.problem(
            count=len(late), folder=outbox.folder, days=patience.days, oldest=late[0]
        )
        return look_at(problem, title)

    def archive(self, outbox: Outbox) -> Finding:
        """Yellow when a copy of what was delivered is damaged: it cannot be compared, and nothing else waits for it."""
        title = "Arkivkopior"
        try:
            damaged = outbox.damaged(_LOOKED_THROUGH)
        except SyncError as error:
            return look_at(error.problem, title)
        if not damaged:
            return good(title)
        files = ", ".join(damaged[:3]) + (f" och {len(damaged) - 3} till" if len(damaged) > 3 else "")
        problem = file_errors.ARCHIVE_DAMAGED.problem(file=files, archive=outbox.archive)
        return look_at(problem, title)


def _is_org_number(text: str) -> bool:
    """Ten digits whose last is the Luhn check digit of the nine before (Skatteverket)."""
    digits = [int(sign) for sign in re.sub(r"[^0-9]", "", text)]
    if len(digits) != 10:
        return False
    doubled = [digit * 2 - 9 * (digit > 4) if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return sum(doubled) % 10 == 0
