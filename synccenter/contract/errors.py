"""Errors, grouped by what to do about them. The only errors that cross layers.

Every error a person may meet is an `Entry` in a catalogue (`contract/catalogue/`, or the error table of a
connector). An entry is filled in with the concrete receipt, article, account or value and becomes a `Problem`;
the same sentences then stand in log, mail, toast and window. `SyncError` carries a problem through the code.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

import msgspec
from msgspec import Struct

from synccenter.contract.visible import visible


class ErrorKind(Enum):
    """What to do about an error."""

    RETRY = "retry"  # passes by itself: try again
    WAIT = "wait"  # asked to wait: try again later
    SIGN_IN = "sign_in"  # a person signs in again
    FIX_IN_BUSINESS_SYSTEM = "fix_in_business_system"
    FIX_IN_SETTINGS = "fix_in_settings"
    CONTACT_CONSULTANT = "contact_consultant"
    OUR_BUG = "our_bug"
    CHOOSE = "choose"  # nothing is wrong: a person says which it is to be, and until then it waits
    NOTHING = "nothing"  # somebody wanted it so


KIND_TEXT: dict[ErrorKind, str] = {
    ErrorKind.RETRY: "Går över av sig självt",
    ErrorKind.WAIT: "Vänta, försöket görs om",
    ErrorKind.SIGN_IN: "Logga in igen",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM: "Rättas i affärssystemet",
    ErrorKind.FIX_IN_SETTINGS: "Rättas i inställningarna",
    ErrorKind.CONTACT_CONSULTANT: "Kontakta konsulten",
    ErrorKind.OUR_BUG: "Fel i Sync Center",
    ErrorKind.CHOOSE: "Någon väljer",
    ErrorKind.NOTHING: "Inget att göra",
}


class Reach(Enum):
    """How far an error reaches: what else meets the same. Only if surely all others do is it more than `ONE`.

    What waits for an error that reaches further than one is without fault: it is not parked, the rest is not tried,
    and the next run tries one to see whether it is over.
    """

    ONE = "one"  # this document, row, register or setting: the others go on
    ALIKE = "alike"  # all documents, or the register, of the same kind: other kinds go on
    ALL = "all"  # everything, until somebody has put it right
    NOBODY = "nobody"  # everything, and it is nobody's fault: no contact, another till, cancelled


REACH_TEXT: dict[Reach, str] = {
    Reach.ONE: "Ett underlag eller en uppgift; allt annat går vidare",
    Reach.ALIKE: "Alla underlag av samma sort, eller hela registret; annat går vidare",
    Reach.ALL: "Allt; resten väntar, och nästa synkronisering prövar med ett",
    Reach.NOBODY: "Allt, men det är ingens fel; nästa synkronisering försöker igen",
}


_shown = lru_cache(2048)(visible)
"""Thirty thousand that wait have the same few sentences."""


class Problem(Struct, frozen=True):
    """An error as a person meets it. All texts are Swedish and complete sentences.

    `item` is what it concerns (a receipt, a Z report, an article, an account), "" when it concerns all.
    `detail` is the other program's own words, already masked; shown after our sentence. `cause` is the key by which
    log, mail, menu, toast and count hold problems for one: the code, and the values that make it another cause.
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
    reach: Reach = Reach.ONE
    cause: str = ""

    def __post_init__(self) -> None:
        """Whatever it was filled in with is one visible row. What an earlier version wrote down says no cause."""
        for name in _TEXTS:
            text = getattr(self, name)
            if (shown := _shown(text)) is not text:
                msgspec.structs.force_setattr(self, name, shown)
        if not self.cause:
            msgspec.structs.force_setattr(self, "cause", self.code)

    @property
    def passes(self) -> bool:
        """Whether the document that met it is without fault: it waits for the next run and is not parked."""
        return self.kind is ErrorKind.RETRY or self.reach is not Reach.ONE

    @property
    def stops(self) -> bool:
        """Whether nothing else is to be tried. What passes by itself is tried on: a server may break on one thing."""
        return self.reach in {Reach.ALL, Reach.NOBODY} and self.kind is not ErrorKind.RETRY

    @property
    def asks(self) -> bool:
        """Whether it is a question: yellow and no error, but nobody may take it for settled."""
        return self.kind is ErrorKind.CHOOSE

    @property
    def needs_nobody(self) -> bool:
        """Another till, running already, cancelled: told, but no error (no `FEL!`, no mail, not counted)."""
        return self.reach is Reach.NOBODY and self.kind is not ErrorKind.RETRY

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


_TEXTS = ("title", "what", "fix", "who", "then", "item", "detail", "cause")


class SyncError(Exception):
    """An error with its problem. Anything else that escapes a layer is a bug of ours.

    `uncertain` is True when a document may have been booked although no clear answer came: the ledger then
    holds it as *unknown* and looks it up before anything is sent again. `retry_after` is in seconds. `tried`: it passes
    by itself, but has been waited for long enough.
    """

    def __init__(self, problem: Problem, *, uncertain: bool = False, retry_after: float | None = None) -> None:
        super().__init__(problem.sentence())
        self.problem = problem
        self.uncertain = uncertain
        self.retry_after = retry_after
        self.tried = False


class Entry(Struct, frozen=True):
    """A row of the catalogue. Texts may hold `{names}` that are filled in when the error happens.

    `reach` is thought through for each: an account that is missing concerns one document, a company that is closed
    all. `cause`: which of the values make another cause, since another deed puts it right: the account, never the
    receipt or an amount.
    """

    code: str
    kind: ErrorKind
    reach: Reach
    title: str
    what: str
    fix: str
    who: str
    then: str = ""
    cause: tuple[str, ...] = ()

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
            reach=self.reach,
            cause="|".join([self.code, *(str(values.get(name, "")) for name in self.cause)]),
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
