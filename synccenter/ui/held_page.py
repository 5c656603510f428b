"""The page *Register*: changes that wait for a person, with before and after, and the two answers."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from synccenter.contract.model import REGISTER_NAMES
from synccenter.core.logs import Log
from synccenter.journal.held import Proposal
from synccenter.locale import _
from synccenter.run.approval import Approval
from synccenter.run.gatekeeper import discreetly, in_words
from synccenter.shop import Shop
from synccenter.till.gate import CAUSE_TEXT, Cause
from synccenter.ui import look
from synccenter.ui.table import Heading, Line, Table

Answer = Callable[[list[str], bool], None]
"""The ids that were chosen, and whether they are accepted."""


class HeldPage(ttk.Frame):
    """What the gate holds. Nothing chosen means all of it."""

    def __init__(self, master: tk.Misc, answer: Answer) -> None:
        super().__init__(master, padding=look.px(4))
        self._answer = answer
        headings = (
            Heading(_("Register"), 110),
            Heading(_("Ändring"), 360, stretch=True),
            Heading(_("Varför"), 300, stretch=True),
        )
        self.table = Table(self, headings, height=6)
        self.table.pack(fill="both", expand=True)
        bar = ttk.Frame(self)
        bar.pack(fill="x", pady=(look.px(6), 0))
        self.accept = ttk.Button(bar, text=_("Godkänn"), style="Accent.TButton", command=lambda: self._say(True))
        self.keep = ttk.Button(bar, text=_("Behåll det gamla"), command=lambda: self._say(False))
        for button in (self.accept, self.keep):
            button.pack(side="left", padx=(0, look.px(8)))
        self.note = ttk.Label(bar, style="Note.TLabel")
        self.note.pack(side="left", padx=look.px(10))

    def fill(self, proposals: Sequence[Proposal]) -> None:
        """Show these."""
        self.table.fill([_line(one) for one in proposals])
        for button in (self.accept, self.keep):
            button.state(["!disabled" if proposals else "disabled"])
        self.note.configure(
            text=_("Välj rader, eller svara för alla.") if proposals else _("Inget väntar på godkännande.")
        )

    def _say(self, accepted: bool) -> None:
        self._answer(self.table.chosen(), accepted)


def _line(one: Proposal) -> Line:
    cells = (_(REGISTER_NAMES[one.register]), in_words(one), _(CAUSE_TEXT[Cause(one.cause)]))
    return Line(one.id, cells, mark="amber")


def answer(shop: Shop, log: Log, ids: Sequence[str], *, accepted: bool) -> int:
    """Do what the person said; how many changes it concerned."""
    approval = Approval(shop)
    chosen = approval.chosen(ids)
    with log.section("Registerändringar godkända" if accepted else "Registerändringar avvisade"):
        if accepted:
            approval.accept(chosen)
        else:
            approval.keep(chosen)
        for one in chosen:
            log.row(f"{REGISTER_NAMES[one.register]}: {discreetly(one)}")
    return len(chosen)
