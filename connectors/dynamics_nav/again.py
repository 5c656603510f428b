"""What NAV has refused before, looked at before it is tried again: nothing is written while the reason stands.

A refusal is noted in a file beside the ledger. When the same document comes again, NAV's own cards and set-up are read;
where they show that NAV would say the same, that is said without writing anything. What no page shows is tried, one
document of a cause in a run: the others wait for how it went, each at most some runs. Each try writes in NAV and takes
it away again, so it is made more and more seldom: a period that was closed for good costs some tries a day.

No invoice is posted whose payment would meet what another's payment has met: it would stand there unpaid.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from connectors.dynamics_nav.link import Link
from connectors.dynamics_nav.still import STILL, Case, Sale, pays_alike
from connectors.wire.kept import KeptFile, print_of
from synccenter.contract.errors import ErrorKind, Problem, SyncError
from synccenter.contract.model import Invoice

_MOST = 2000
"""Refusals that are noted: more cost a try each."""
_WAITS = timedelta(seconds=15)
"""So long those of a cause wait for the one that was tried: a run's time, and too short for anybody to mend it in."""

_PAYMENTS_WAIT = timedelta(minutes=5)
"""So long the payments of others wait for one that was refused: a long run's time."""

_SELDOM = 8
"""What no page shows is tried in one of so many runs at least: every two hours, at a run in fifteen minutes."""

_TURNS = 10
"""Of so many runs at least one tries a document that waits for another: its day or its text may be what differs."""


class Refused(Struct, frozen=True):
    """What NAV said of a document; `print` is that of the document, which may be another by now.

    `half`: something of it stands there already, so that it is gone on with and never begun anew. `waited`: runs since
    it was tried.
    """

    print: str
    problem: Problem
    half: bool = False
    waited: int = 0


class Tries(Struct, frozen=True):
    """How often a cause was tried in vain, and how many runs it has rested since."""

    vain: int = 0
    rested: int = 0

    @property
    def due(self) -> bool:
        """Twice in a row, and then after 1, 3 and 7 runs."""
        return self.rested + 1 >= min(1 << max(self.vain - 2, 0), _SELDOM)


class Noted(Struct):
    """The file. `settings`: the print of the settings that the refusals were met with; `tries` by cause."""

    settings: str = ""
    refused: dict[str, Refused] = {}
    tries: dict[str, Tries] = {}


class Again:
    """The refusals of one NAV."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._file = KeptFile(link.session.folder / "dynamics_nav_nekat.json", Noted)
        self._noted: Noted | None = None
        self._tried: dict[str, tuple[datetime, str]] = {}

    def ensure(self, document: Sale, *, half: bool = False) -> None:
        """Raise what NAV said of it the last time, when it would say so again. Reads only.

        `half`: it is gone on with; what is raised leaves it as unclear as it was.
        """
        known = self._known().refused.get(document.reference)
        if known is None or known.print != print_of(document) or known.half != half:
            if not half:
                self._ensure_payable(document)
            return
        if self._stands(document, known):
            raise SyncError(known.problem, uncertain=half)

    def _ensure_payable(self, document: Sale) -> None:
        """Raise what the payments of another invoice were refused for, when those of this one would be too."""
        if not isinstance(document, Invoice) or not document.payments:
            return
        for one in self._known().refused.values():
            if not (one.half and pays_alike(document, one.problem)):
                continue
            if self._just_tried(one.problem.cause, _PAYMENTS_WAIT) or self._shown(document, one.problem):
                raise SyncError(replace(one.problem, item=document.reference))

    def look_anew(self) -> None:
        """A person has looked over the settings: what was refused is tried at the next run."""
        if self._known().tries:
            self._known().tries.clear()
            self._keep()

    def refused(self, document: Sale, error: SyncError) -> None:
        """NAV has said no. What passes by itself is not noted, nor what concerns all, unless it came halfway."""
        problem = error.problem
        if problem.kind is ErrorKind.RETRY or (problem.passes and not error.uncertain):
            return
        tries, refused = self._known().tries, self._known().refused
        before = tries.get(problem.cause, Tries()).vain
        tries[problem.cause] = Tries(before + (0 if self._just_tried(problem.cause, _WAITS) else 1))
        self._tried[problem.cause] = self._link.session.clock(), document.reference
        refused.pop(document.reference, None)
        refused[document.reference] = Refused(print_of(document), problem, error.uncertain)
        while len(refused) > _MOST:
            del refused[next(iter(refused))]
        for cause in tries.keys() - {one.problem.cause for one in refused.values()}:
            del tries[cause]
        self._keep()

    def taken(self, document: Sale) -> None:
        """NAV has taken it, so those of its cause may go too."""
        known = self._known().refused.pop(document.reference, None)
        if known is not None:
            self._tried.pop(known.problem.cause, None)
            self._known().tries.pop(known.problem.cause, None)
            self._keep()

    def _stands(self, document: Sale, known: Refused) -> bool:
        if self._shown(document, known.problem):
            return True
        cause = known.problem.cause
        tried = self._just_tried(cause, _WAITS) and self._tried[cause][1] != document.reference
        if known.half or known.waited >= _TURNS:
            return False
        tries = self._known().tries.get(cause, Tries())
        if not tried and tries.due:
            return False
        if not tried:
            self._tried[cause] = self._link.session.clock(), ""  # the others of this run rest with it
            self._known().tries[cause] = replace(tries, rested=tries.rested + 1)
        self._known().refused[document.reference] = replace(known, waited=known.waited + 1)
        self._keep()
        return True

    def _just_tried(self, cause: str, within: timedelta) -> bool:
        at, _ = self._tried.get(cause, (None, ""))
        return at is not None and abs(self._link.session.clock() - at) <= within

    def _shown(self, document: Sale, problem: Problem) -> bool:
        """Whether NAV's pages show that it would say so again. One that may not be read shows nothing."""
        look = STILL.get(problem.code)
        try:
            return look is not None and look(Case(self._link, document, problem))
        except SyncError as error:
            if error.problem.kind is not ErrorKind.FIX_IN_BUSINESS_SYSTEM:
                raise
            return False

    # --- the file --------------------------------------------------------------------------------------------

    def _known(self) -> Noted:
        if self._noted is None:
            settings, noted = print_of(self._link.settings), self._file.read()
            self._noted = noted if noted and noted.settings == settings else Noted(settings, {})
        return self._noted

    def _keep(self) -> None:
        self._file.write(self._known())
