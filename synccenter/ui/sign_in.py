"""Sign-in: a card that says who is signed in to which company and until when; a window that waits for the browser."""

from __future__ import annotations

import tkinter as tk
import webbrowser
from collections.abc import Callable
from queue import Queue
from tkinter import ttk

from synccenter.contract.errors import Problem
from synccenter.locale import _
from synccenter.service import trial
from synccenter.service.lane import Lane
from synccenter.service.trial import SignedIn, Typed
from synccenter.shop import Shop
from synccenter.ui import look
from synccenter.ui.host import Host
from synccenter.ui.results import Results
from synccenter.ui.wording import moment


class SignInCard(ttk.Frame):
    """Stands on the page of the business system. `sign_in` opens the window; `show` comes with what is known."""

    def __init__(self, master: tk.Misc, sign_in: Callable[[], None], sign_out: Callable[[], None]) -> None:
        super().__init__(master, style="Card.TFrame", padding=look.px(12))
        self.text = ttk.Label(self, text=_("Läser inloggningen…"), justify="left", wraplength=look.px(420))
        self.text.pack(side="left", fill="x", expand=True)
        look.wrapped(self.text, self, look.px(340))
        self.button = ttk.Button(self, text=_("Logga in"), style="Accent.TButton", command=sign_in)
        self.button.pack(side="right")
        self.out_button = ttk.Button(self, text=_("Logga ut"), command=sign_out)

    def show(self, found: SignedIn | None) -> None:
        """Who, to which company, until when."""
        if found is None or not self.winfo_exists():
            return
        self.text.configure(text=card_text(found))
        self.button.configure(text=_("Logga in igen") if found.until else _("Logga in"))
        if found.until:
            self.out_button.pack(side="right", padx=look.px(8))
        else:
            self.out_button.pack_forget()


def card_text(found: SignedIn) -> str:
    """The card in words."""
    if found.until is None:
        return _("Ingen är inloggad i {system}.").format(system=_(found.system))
    rows = [_("Inloggad i {system}.").format(system=_(found.system))]
    if found.company:
        rows = [_("Inloggad i {system}: {company}.").format(system=_(found.system), company=found.company)]
    rows.append(_("Gäller till {until} och förnyas av sig självt.").format(until=moment(found.until)))
    if found.trouble:
        rows.append(found.trouble.sentence())
    return "\n".join(rows)


class SignInWindow:
    """Waits for the browser; the address may be pasted when the browser cannot come back by itself."""

    def __init__(self, master: tk.Misc, host: Host, typed: Typed, done: Callable[[], None]) -> None:
        self._host = host
        self._told = done
        self._pasted: Queue[str] = Queue()
        self._results = Results(master, _("Logga in"))
        self._results.row(_("Webbläsaren öppnas. Logga in där och kom tillbaka hit."))
        self._results.row(_("Kommer webbläsaren inte tillbaka av sig själv: klistra in dess adress nedan."))
        row = ttk.Frame(self._results.below)
        row.pack(fill="x", pady=(look.px(8), 0))
        ttk.Label(row, text=_("Adress")).pack(side="left", padx=(0, look.px(8)))
        self.entry = ttk.Entry(row)
        self.entry.pack(side="left", fill="x", expand=True)
        ttk.Button(row, text=_("Klar"), command=self._paste).pack(side="left", padx=(look.px(8), 0))
        self.entry.bind("<Return>", lambda _event: self._paste())
        self._shop: Shop | None = None
        self._results.window.bind("<Destroy>", lambda _event: self._cancel())
        self._lane = Lane("inloggning", host.open_shop)
        self._lane.start()
        self._lane.submit(lambda shop, _log: self._sign_in(shop, typed), self._done, self._failed)

    def _sign_in(self, shop: Shop, typed: Typed) -> str:
        self._shop = shop
        return trial.sign_in(shop, typed, webbrowser.open, self._pasted)

    def _paste(self) -> None:
        if self.entry.get().strip():
            self._pasted.put(self.entry.get().strip())

    def _cancel(self) -> None:
        if self._shop is not None:
            self._shop.cancel.set()

    def _done(self, company: str) -> None:
        told = f"{_('Inloggningen är klar.')} {company}".strip()
        self._host.post(lambda: self._results.done(told, good=True))
        self._host.post(self._told)
        self._host.post(self._leave)

    def _failed(self, problem: Problem) -> None:
        self._host.post(lambda: self._results.problem(problem))
        self._host.post(self._leave)

    def _leave(self) -> None:
        self._lane.stop(2.0)
