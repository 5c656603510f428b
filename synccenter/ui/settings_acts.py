"""What the form can try out: *Testa anslutning*, *Skicka testmejl*, *Provkörning*, and sign-in."""

from __future__ import annotations

import tkinter as tk
import webbrowser
from collections.abc import Callable
from queue import Queue
from tkinter import ttk

from synccenter.check.books import wrong_company
from synccenter.contract import catalogue
from synccenter.contract.connector import SignsIn, TellsCompany
from synccenter.contract.errors import Problem, SyncError
from synccenter.core.logs import Log
from synccenter.locale import _, counted
from synccenter.service import trial
from synccenter.service.lane import Lane
from synccenter.service.trial import Typed
from synccenter.shop import Shop
from synccenter.ui import look
from synccenter.ui.host import Host
from synccenter.ui.results import Results


class Acts:
    """Each opens a window with rows; the work is done in the service's thread, after a run that goes on."""

    def __init__(self, window: tk.Toplevel, host: Host, typed: Callable[[], Typed]) -> None:
        self._window = window
        self._host = host
        self._typed = typed

    def buttons(self, bar: ttk.Frame) -> None:
        """The three, from the left."""
        for text, command in (
            (_("Testa anslutning"), self.test),
            (_("Skicka testmejl"), self.test_mail),
            (_("Provkörning"), self.dry_run),
        ):
            ttk.Button(bar, text=text, command=command).pack(side="left", padx=(0, look.px(8)))

    def test(self) -> None:
        """Every finding of the check."""
        results, typed, post = self._results(_("Testa anslutning")), self._typed(), self._host.post
        self._host.service.do(
            lambda shop, _log: trial.check(shop, typed),
            lambda found: post(lambda: results.findings(found)),
            lambda problem: post(lambda: results.problem(problem)),
        )

    def test_mail(self) -> None:
        """A mail at once."""
        results, typed, post = self._results(_("Skicka testmejl")), self._typed(), self._host.post
        sent = _("Mejlet är skickat till {to}. Titta även i skräpposten.")
        self._host.service.do(
            lambda shop, log: trial.send_test_mail(shop, log, typed),
            lambda to: post(lambda: results.done(sent.format(to=to), good=True)),
            lambda problem: post(lambda: results.problem(problem)),
        )

    def dry_run(self) -> None:
        """What would be fetched and sent; nothing is."""
        results, typed, post = self._results(_("Provkörning")), self._typed(), self._host.post

        def ended(problems: int) -> None:
            text = _("Inget skickades och inget ändrades.")
            if problems:
                text = counted("{n} fel hittades. ", "{n} fel hittades. ", problems).format(n=problems) + text
            results.done(text, good=not problems)

        self._host.service.do(
            lambda shop, log: trial.dry_run(shop, typed, _Rows(results, log, post)),
            lambda problems: post(lambda: ended(problems)),
            lambda problem: post(lambda: results.problem(problem)),
        )

    def sign_in(self) -> None:
        """In the browser. A lane of its own, since a person may take minutes."""
        SignInWindow(self._window, self._host, self._typed())

    def _results(self, title: str) -> Results:
        results = Results(self._window, title)
        if self._host.service.status.working:
            results.row(_("Väntar tills synkroniseringen som pågår är klar…"))
        return results


class _Rows:
    """A report whose rows are shown in a window."""

    def __init__(self, results: Results, log: Log, post: Callable[[Callable[[], None]], None]) -> None:
        self._results = results
        self._log = log
        self._post = post

    def row(self, text: str) -> None:
        self._post(lambda: self._results.row(text))

    def warning(self, text: str) -> None:
        self._post(lambda: self._results.row(text, "amber"))

    def error(self, problem: Problem) -> None:
        self._post(lambda: self._results.row(problem.sentence(), "red"))

    def debug(self, text: str) -> None:
        self._log.debug(text)

    def progress(self, what: str, done: int, of: int | None) -> None:
        del what, done, of  # a dry run is short


class SignInWindow:
    """Waits for the browser; the address may be pasted when the browser cannot come back by itself."""

    def __init__(self, master: tk.Misc, host: Host, typed: Typed) -> None:
        self._host = host
        self._pasted: Queue[str] = Queue()
        self._results = Results(master, _("Logga in"))
        self._results.row(_("Webbläsaren öppnas. Logga in där och kom tillbaka hit."))
        self._results.row(_("Kommer webbläsaren inte tillbaka av sig själv: klistra in dess adress nedan."))
        self._entry = ttk.Entry(self._results.window)
        self._entry.pack(fill="x", padx=look.px(16), pady=(0, look.px(12)))
        self._entry.bind("<Return>", lambda _event: self._paste())
        self._shop: Shop | None = None
        self._results.window.bind("<Destroy>", lambda _event: self._cancel())
        self._lane = Lane("inloggning", host.open_shop)
        self._lane.start()
        self._lane.submit(lambda shop, _log: self._sign_in(shop, typed), self._done, self._failed)

    def _sign_in(self, shop: Shop, typed: Typed) -> str:
        """Sign in; whose books it was. Raises B23 when they are another company's than the till's."""
        self._shop = shop
        with trial.trial(shop, typed) as other:
            connector = other.connector()
            if not isinstance(connector, SignsIn):
                raise catalogue.SYSTEM_UNKNOWN.error(system=other.description.title, known="")
            connector.sign_in(webbrowser.open, self._pasted)
            if problem := wrong_company(other):
                raise SyncError(problem)
            return connector.company().name if isinstance(connector, TellsCompany) else ""

    def _paste(self) -> None:
        if self._entry.get().strip():
            self._pasted.put(self._entry.get().strip())

    def _cancel(self) -> None:
        if self._shop is not None:
            self._shop.cancel.set()

    def _done(self, company: str) -> None:
        told = f"{_('Inloggningen är klar.')} {company}".strip()
        self._host.post(lambda: self._results.done(told, good=True))
        self._host.post(self._leave)

    def _failed(self, problem: Problem) -> None:
        self._host.post(lambda: self._results.problem(problem))
        self._host.post(self._leave)

    def _leave(self) -> None:
        self._lane.stop(2.0)
