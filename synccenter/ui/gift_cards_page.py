"""The page *Presentkort*: each card with what is left of it, beside the debt that the receipts say (2421)."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from datetime import date
from tkinter import ttk

from synccenter.contract.errors import Problem
from synccenter.contract.model import kronor
from synccenter.locale import _
from synccenter.till.gift_cards import Card, CardList
from synccenter.ui import look
from synccenter.ui.table import Heading, Line, Table


class GiftCardsPage(ttk.Frame):
    """Read anew each time it comes into sight: `look_up` asks for `show`, or for `failed`."""

    def __init__(self, master: tk.Misc, look_up: Callable[[], None]) -> None:
        super().__init__(master, padding=look.px(4))
        self._look_up = look_up
        self._found = CardList([], 0)
        bar = ttk.Frame(self)
        bar.pack(side="bottom", fill="x", pady=(look.px(6), 0))
        money = 92
        headings = (
            Heading(_("Kort"), 140),
            Heading(_("Sålt"), money, number=True),
            Heading(_("Använt"), money, number=True),
            Heading(_("Kvar"), money, number=True),
            Heading(_("Senast"), 96),
            Heading(_("Anmärkning"), 210, stretch=True),
        )
        self.table = Table(self, headings, empty=" ")
        self.table.pack(fill="both", expand=True)
        look.last_in_tab_order(bar)
        self.all = tk.BooleanVar(self, value=False)
        self.all_box = ttk.Checkbutton(bar, text=_("Visa alla kort"), variable=self.all, command=self._fill)
        self.all_box.pack(side="left")
        self.export_button = ttk.Button(bar, text=_("Exportera CSV…"), command=self.table.ask_and_export)
        self.export_button.pack(side="right")
        self.sentence = ttk.Label(bar, justify="left", style="Note.TLabel", text=_("Läser…"))
        self.sentence.pack(side="left", fill="x", expand=True, padx=look.px(10))
        look.wrapped(self.sentence)
        self.bind("<Map>", lambda _event: self._look_up())

    def refresh(self) -> None:
        """Something has happened; nothing is read for a page that nobody sees."""
        if self.winfo_viewable():
            self._look_up()

    def show(self, found: CardList) -> None:
        """The answer to `look_up`."""
        self._found = found
        self._fill()

    def _fill(self) -> None:
        found = self._found
        shown = [one for one in found.cards if self.all.get() or one.left or one.never_sold]
        none = _("Inget presentkort med nummer är sålt eller använt. Här står sedan varje kort, och vad som är kvar.")
        self.table.nothing.configure(text=_("Inget kort har något kvar.") if found.cards else none)
        self.table.fill([_line(one) for one in shown])
        self.export_button.state(["!disabled" if shown else "disabled"])
        right = found.listed == found.owed
        self.sentence.configure(
            text=" ".join(_sentences(found)), style="NoteGood.TLabel" if right else "NoteError.TLabel"
        )

    def failed(self, problem: Problem) -> None:
        """The till could not be read."""
        self.sentence.configure(text=problem.sentence(), style="NoteError.TLabel")


def _sentences(found: CardList) -> list[str]:
    told = []
    if found.single_purpose:
        text = _("Kvar på enfunktionsvouchrar, med moms: {amount} kr. Skulden utan moms står på 2429.")
        told.append(text.format(amount=kronor(found.single_purpose)))
    text = _("Kvar på korten: {listed} kr. Enligt kvittona (2421): {owed} kr.")
    told.append(text.format(listed=kronor(found.listed), owed=kronor(found.owed)))
    if found.listed < found.owed:
        text = _("Skillnad {amount} kr: kort som såldes utan nummer.")
    elif found.listed > found.owed:
        text = _("Skillnad {amount} kr: kort som inte står på kvittona.")
    else:
        return told
    told.append(text.format(amount=kronor(found.owed - found.listed)))
    return told


def _line(one: Card) -> Line:
    told = ", ".join(_(remark) for remark in one.remarks)
    last = one.last or date.min
    cells = (one.number, kronor(one.sold), kronor(one.used), kronor(one.left), str(one.last or ""), told)
    return Line(
        one.number,
        cells,
        (one.number, one.sold, one.used, one.left, last, told),
        "amber" if one.problem else "" if one.left else "muted",
    )
