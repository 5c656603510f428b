"""The findings of *Kontrollera inställningar* for folders and files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct

from connectors.formats import file_errors
from connectors.formats.outbox import Outbox
from connectors.formats.sie_values import org_number
from synccenter.contract.connector import Finding, Session, Severity
from synccenter.contract.errors import SyncError


class Checks:
    """Makes findings; nothing escapes but what is a bug."""

    def __init__(self, session: Session[Struct]) -> None:
        self.session = session

    def tried(self, title: str, work: Callable[[], object]) -> Finding:
        """Green when the work succeeds, red with its problem when not."""
        try:
            work()
        except SyncError as error:
            return Finding(Severity.RED, title, error.problem)
        return Finding(Severity.GREEN, title)

    def org_number(self) -> Finding:
        """Whether the company's number is one. Whether the chart of accounts has the same is `company()`'s to tell."""
        title = "Organisationsnummer"
        ours = org_number(self.session.org_number)
        if not _is_org_number(ours):
            why = f"”{ours}” är inget organisationsnummer." if ours else "Företaget har inget organisationsnummer."
        else:
            return Finding(Severity.GREEN, title)
        return Finding(Severity.YELLOW, title, file_errors.ORG_NUMBER.problem(why=why))

    def waiting(self, outbox: Outbox, patience: timedelta) -> Finding:
        """Yellow when delivered files have not been read in for long."""
        title = "Inläsning i bokföringen"
        oldest = (self.session.clock() - patience).timestamp()
        try:
            late = [name for delivered, name in outbox.waiting() if delivered < oldest]
        except SyncError as error:
            return Finding(Severity.RED, title, error.problem)
        if not late:
            return Finding(Severity.GREEN, title)
        problem = file_errors.NOT_IMPORTED.problem(
            count=len(late), folder=outbox.folder, days=patience.days, oldest=late[0]
        )
        return Finding(Severity.YELLOW, title, problem)


def _is_org_number(text: str) -> bool:
    """Ten digits whose last is the Luhn check digit of the nine before (Skatteverket)."""
    digits = [int(sign) for sign in re.sub(r"[^0-9]", "", text)]
    if len(digits) != 10:
        return False
    doubled = [digit * 2 - 9 * (digit > 4) if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return sum(doubled) % 10 == 0
