"""What the form can try out: *Testa anslutning*, *Skicka testmejl*, *Provkörning*, and sign-in."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from synccenter.contract.errors import Problem
from synccenter.core.logs import Log
from synccenter.locale import _, counted
from synccenter.service import trial
from synccenter.service.trial import Typed
from synccenter.ui import look
from synccenter.ui.host import Host
from synccenter.ui.results import Results
from synccenter.ui.sign_in import SignInWindow


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

    def sign_in(self, done: Callable[[], None] = lambda: None) -> None:
        """In the browser. A lane of its own, since a person may take minutes."""
        SignInWindow(self._window, self._host, self._typed(), done)

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
