"""The page *Fel*: what is wrong, what to do, the button that goes there, and *Skicka till bokföraren*."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from tkinter import ttk

from synccenter.contract import catalogue
from synccenter.contract.errors import KIND_TEXT, ErrorKind, Problem
from synccenter.locale import _, counted
from synccenter.run.who import Answer
from synccenter.service.status import is_error
from synccenter.ui import look
from synccenter.ui.menu import Act
from synccenter.ui.table import Heading, Line, Table
from synccenter.ui.who_bar import WhoButton

GOES_TO: dict[ErrorKind, tuple[str, Act]] = {
    ErrorKind.FIX_IN_SETTINGS: ("Öppna inställningar", Act.SETTINGS),
    ErrorKind.SIGN_IN: ("Logga in", Act.SETTINGS),
    ErrorKind.FIX_IN_BUSINESS_SYSTEM: ("Försök igen", Act.CHANGES),
    ErrorKind.RETRY: ("Försök igen", Act.CHANGES),
    ErrorKind.WAIT: ("Försök igen", Act.CHANGES),
    ErrorKind.NOTHING: ("Försök igen", Act.CHANGES),
    ErrorKind.CONTACT_CONSULTANT: ("Öppna dagens logg", Act.LOG),
    ErrorKind.OUR_BUG: ("Öppna dagens logg", Act.LOG),
    ErrorKind.CHOOSE: ("Öppna dagens logg", Act.LOG),
}
"""The button that goes to where an error is put right."""

OF_CODE = {
    entry.code: "Visa presentkorten" for entry in (catalogue.GIFT_CARD_NEVER_SOLD, catalogue.GIFT_CARD_OVERDRAWN)
}
"""The words on it for errors that are told of on a page of the status window; `mend` opens it."""


def _is_red(problem: Problem, remarks: Sequence[Problem]) -> bool:
    return is_error(problem) and not problem.asks and problem not in remarks


class ErrorsPage(ttk.Frame):
    """The rows, and below them the chosen one in full. `mend` opens the field, `pass_on` mails it."""

    def __init__(
        self,
        master: tk.Misc,
        act: Callable[[Act], None],
        mend: Callable[[Problem], None],
        answered: Callable[[Answer], None],
        pass_on: Callable[[Problem], None] = lambda _problem: None,
    ) -> None:
        super().__init__(master, padding=look.px(4))
        self._act = act
        self._mend = mend
        self._pass_on = pass_on
        self._problems: dict[str, Problem] = {}
        self._met: Mapping[str, int] = {}
        self._shown: tuple[Sequence[Problem], Sequence[Problem]] = ((), ())
        self.bar = ttk.Frame(self)
        self.bar.pack(side="bottom", fill="x", pady=(look.px(6), 0))
        self.button = ttk.Button(self.bar, style="Accent.TButton")
        self.send_button = ttk.Button(self.bar, text=_("Skicka till bokföraren"))
        self.who_is_who = WhoButton(self.bar, answered)
        self.sent = ttk.Label(self.bar, style="Note.TLabel", justify="left")
        look.wrapped(self.sent)
        self.who = ttk.Label(self, justify="left", style="Note.TLabel")
        self.fix = ttk.Label(self, justify="left", style="Title.TLabel")
        self.what = ttk.Label(self, justify="left")
        for label in (self.who, self.fix, self.what):
            label.pack(side="bottom", anchor="w", fill="x", pady=(look.px(6), 0))
        headings = (Heading(_("Fel"), 300, stretch=True), Heading(_("Gäller"), 160), Heading(_("Kod"), 80))
        empty = _("Det finns inga fel. När något behöver göras står det här, med vad, hur och vem.")
        self.table = Table(self, headings, height=3, on_select=self._select, empty=empty)
        self.table.pack(fill="both", expand=True)
        look.last_in_tab_order(self.bar)
        self.bind("<Configure>", self._wrap)

    def _wrap(self, event: tk.Event[tk.Misc]) -> None:
        for label in (self.what, self.fix, self.who):
            label.configure(wraplength=event.width - look.px(24))

    def _go(self, act: Act, problem: Problem) -> None:
        if act is Act.SETTINGS:
            self._mend(problem)
        else:
            self._act(act)

    def fill(self, problems: Sequence[Problem], remarks: Sequence[Problem] = ()) -> None:
        """Show these, the yellow ones last; the first is opened."""
        self._shown = (problems, remarks)
        self._problems = {str(number): problem for number, problem in enumerate([*problems, *remarks])}
        self.table.fill(
            [
                Line(
                    key, (_(one.title), self._concerns(one), one.code), mark="red" if _is_red(one, remarks) else "amber"
                )
                for key, one in self._problems.items()
            ]
        )
        if self._problems and not self.table.chosen():
            self.table.choose("0")
        self._select()

    def count(self, met: Mapping[str, int]) -> None:
        """How many documents each cause has met, as the ledger has them."""
        if met != self._met:
            self._met = met
            self.fill(*self._shown)

    def _concerns(self, problem: Problem) -> str:
        """What it concerns: named when it is one, counted when they are many."""
        number = self._met.get(problem.cause, 0)
        if number > 1 or (number and not problem.item):
            return counted("{n} underlag", "{n} underlag", number).format(n=number)
        return problem.item

    def tell(self, text: str) -> None:
        """What became of the mail."""
        self.sent.configure(text=text)

    def _select(self) -> None:
        chosen = self.table.chosen()
        problem = self._problems.get(chosen[0]) if chosen else None
        self.sent.configure(text="")
        if problem is None:
            for label in (self.what, self.fix, self.who):
                label.configure(text="")
            for widget in (self.button, self.send_button, self.sent):
                widget.pack_forget()
            self.who_is_who.show(None)
            return
        said = _(" Svaret löd: ”{words}”.").format(words=problem.detail) if problem.detail else ""
        about = f"{problem.item}: " if problem.item else ""
        self.what.configure(text=f"{about}{problem.what}{said} {problem.then}".strip())
        self.fix.configure(text=_("Gör så här: {fix}").format(fix=problem.fix))
        kind = _(KIND_TEXT[problem.kind])
        self.who.configure(
            text=_("{kind} · Vem: {who} · Kod för support: {code}").format(
                kind=kind, who=_(problem.who), code=problem.code
            )
        )
        text, act = GOES_TO[problem.kind]
        if problem.code in OF_CODE:
            text, act = OF_CODE[problem.code], Act.SETTINGS
        self.button.configure(text=_(text), command=lambda: self._go(act, problem))
        self.send_button.configure(command=lambda: self._pass_on(problem))
        for widget in (self.button, self.send_button):
            widget.pack(side="left", padx=(0, look.px(8)))
        self.who_is_who.show(problem)
        self.sent.pack(side="left", fill="x", expand=True)
