"""Errors, grouped by what to do about them. The only errors that cross layers.

Every error a person may meet is an `Entry` in a catalogue (`contract/catalogue/`, or the error table of a
connector). An entry is filled in with the concrete receipt, article, account or value and becomes a `Problem`;
the same sentences then stand in log, mail, toast and window. `SyncError` carries a problem through the code.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class ErrorKind(Enum):
    """What to do about an error."""

    RETRY = "retry"  # passes by itself: try again
    WAIT = "wait"  # asked to wait: try again later
    SIGN_IN = "sign_in"  # a person signs in again
    FIX_IN_BUSINESS_SYSTEM = "fix_in_business_system"
    FIX_IN_SETTINGS = "fix_in_settings"
    CONTACT_CONSULTANT = "contact_consultant"
    OUR_BUG = "our_bug"


KIND_TEXT: dict[ErrorKind, str] = {
    ErrorKind.RETRY: "Går över av sig självt",
    ErrorKind.WAIT: "Vänta, försöket görs om",
    ErrorKind.SIGN_IN: "Logga in igen",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM: "Rättas i affärssystemet",
    ErrorKind.FIX_IN_SETTINGS: "Rättas i inställningarna",
    ErrorKind.CONTACT_CONSULTANT: "Kontakta konsulten",
    ErrorKind.OUR_BUG: "Fel i Sync Center",
}


class Problem(Struct, frozen=True):
    """An error as a person meets it. All texts are Swedish and complete sentences.

    `item` is what it concerns (a receipt, a Z report, an article, an account), "" when it concerns all.
    `detail` is the other program's own words, already masked; shown after our sentence.
    """

    code: str
    kind: ErrorKind
    title: str
    what: str
    fix: str
    who: str
    then: str
    item: str = ""
    detail: str = ""

    def sentence(self) -> str:
        """The one sentence for log, mail, toast and window; the code for support comes last."""
        about = f"{self.item}: " if self.item else ""
        parts = [
            f"{about}{self.title}.",
            self.what,
            f"Gör så här: {self.fix}",
            f"Vem: {self.who}.",
            self.then,
        ]
        if self.detail:
            parts.append(f"Svaret löd: ”{self.detail}”.")
        return " ".join(part for part in parts if part) + f" [{self.code}]"

    @property
    def same_as(self) -> str:
        """Problems with the same value here are one problem to a person (for grouping mail and toasts)."""
        return f"{self.code}|{self.item}|{self.what}"


class SyncError(Exception):
    """An error with its problem. Anything else that escapes a layer is a bug of ours.

    `uncertain` is True when a document may have been booked although no clear answer came: the ledger then
    holds it as *unknown* and looks it up before anything is sent again. `retry_after` is in seconds.
    """

    def __init__(self, problem: Problem, *, uncertain: bool = False, retry_after: float | None = None) -> None:
        super().__init__(problem.sentence())
        self.problem = problem
        self.uncertain = uncertain
        self.retry_after = retry_after


class Entry(Struct, frozen=True):
    """A row of the catalogue. Texts may hold `{names}` that are filled in when the error happens."""

    code: str
    kind: ErrorKind
    title: str
    what: str
    fix: str
    who: str
    then: str = ""

    def problem(self, *, item: str = "", detail: str = "", **values: object) -> Problem:
        """The entry filled in for one case."""
        return Problem(
            code=self.code,
            kind=self.kind,
            title=self.title.format(**values),
            what=self.what.format(**values),
            fix=self.fix.format(**values),
            who=self.who,
            then=self.then.format(**values),
            item=item,
            detail=detail,
        )

    def error(
        self,
        *,
        item: str = "",
        detail: str = "",
        uncertain: bool = False,
        retry_after: float | None = None,
        **values: object,
    ) -> SyncError:
        """The entry as an exception to raise."""
        return SyncError(self.problem(item=item, detail=detail, **values), uncertain=uncertain, retry_after=retry_after)
