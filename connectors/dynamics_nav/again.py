"""What NAV has refused before, looked at before it is tried again: nothing is written while the reason stands.

A refusal is noted in a file beside the ledger. When the same document comes again, NAV's own cards and set-up are read;
where they show that NAV would say the same, that is said without writing anything. What no page shows is tried, one
document of a cause in a run: the others wait for how it went, each at most some runs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from connectors.dynamics_nav.link import Link
from connectors.dynamics_nav.still import STILL, Case, Sale
from connectors.wire.kept import KeptFile, print_of
from synccenter.contract.errors import ErrorKind, Problem, SyncError

_MOST = 2000
"""Refusals that are noted: more cost a try each."""
_WAITS = timedelta(seconds=15)
"""So long those of a cause wait for the one that was tried: a run's time, and too short for anybody to mend it in."""

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


class Noted(Struct):
    """The file. `settings`: the print of the settings that the refusals were met with."""

    settings: str = ""
    refused: dict[str, Refused] = {}


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
            return
        if self._stands(document, known):
            raise SyncError(known.problem, uncertain=half)

    def refused(self, document: Sale, error: SyncError) -> None:
        """NAV has said no. What passes by itself is not noted, nor what was no answer of NAV's."""
        problem = error.problem
        if problem.passes:
            return
        self._tried[problem.cause] = self._link.session.clock(), document.reference
        refused = self._known().refused
        refused.pop(document.reference, None)
        refused[document.reference] = Refused(print_of(document), problem, error.uncertain)
        while len(refused) > _MOST:
            del refused[next(iter(refused))]
        self._keep()

    def taken(self, document: Sale) -> None:
        """NAV has taken it, so those of its cause may go too."""
        known = self._known().refused.pop(document.reference, None)
        if known is not None:
            self._tried.pop(known.problem.cause, None)
            self._keep()

    def _stands(self, document: Sale, known: Refused) -> bool:
        if self._shown(document, known.problem):
            return True
        at, by = self._tried.get(known.problem.cause, (None, ""))
        tried = at is not None and by != document.reference and abs(self._link.session.clock() - at) <= _WAITS
        if known.half or not tried or known.waited >= _TURNS:
            return False
        self._known().refused[document.reference] = replace(known, waited=known.waited + 1)
        self._keep()
        return True

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
