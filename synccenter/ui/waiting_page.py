"""The page *Väntar*: what has not been booked, why, what is in it, and what a person may do."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from tkinter import ttk
from typing import Protocol

from synccenter.contract.model import kronor
from synccenter.journal.ledger import Delivery, State
from synccenter.locale import _
from synccenter.run.repair import state_name
from synccenter.ui import look
from synccenter.ui.choices import Choices, Choose
from synccenter.ui.table import Heading, Line, Table


class Deeds(Protocol):
    """What the page asks of the window around it."""

    def again(self, references: list[str]) -> None:
        """Send these again."""
        ...

    def booked(self, references: list[str]) -> None:
        """Mark these as booked by hand."""
        ...

    def open_delivery(self, reference: str) -> None:
        """Lay out one."""
        ...


class WaitingPage(ttk.Frame):
    """Double click or *Visa* opens one; *Försök igen* concerns all that are chosen, or all there are. What is marked as
    booked is never sent, so that is done only with what a person has chosen."""

    def __init__(self, master: tk.Misc, deeds: Deeds, choose: Choose) -> None:
        super().__init__(master, padding=look.px(4))
        self._deeds = deeds
        bar = ttk.Frame(self)
        bar.pack(side="bottom", fill="x", pady=(look.px(6), 0))
        self.table = Table(
            self,
            (
                Heading(_("Underlag"), 110),
                Heading(_("Datum"), 105),
                Heading(_("Belopp"), 110, number=True),
                Heading(_("Läge"), 130),
                Heading(_("Varför"), 260, stretch=True),
            ),
            empty=_("Inget väntar, inget är stoppat. Det som inte går att bokföra hamnar här, med skälet."),
            on_open=self._open,
        )
        self.table.pack(fill="both", expand=True)
        look.last_in_tab_order(bar)
        self.button = ttk.Button(bar, text=_("Försök igen"), style="Accent.TButton", command=self._all_again)
        self.open_button = ttk.Button(bar, text=_("Visa"), command=self._open)
        self.booked_button = ttk.Button(bar, text=_("Märk som bokförd…"), command=self._booked)
        for button in (self.button, self.open_button, self.booked_button):
            button.pack(side="left", padx=(0, look.px(8)))
        self.choices = Choices(bar, self.table.chosen, choose)
        self.note = ttk.Label(self, style="Note.TLabel", justify="left")
        look.wrapped(self.note)

    def fill(self, deliveries: Sequence[Delivery]) -> None:
        """Show what the ledger holds."""
        self.table.fill([_line(one) for one in deliveries])
        self.choices.fill(deliveries)
        for button in (self.button, self.open_button, self.booked_button):
            button.state(["!disabled" if deliveries else "disabled"])
        self.tell("")

    def tell(self, text: str) -> None:
        """What became of it."""
        self.note.configure(text=text)
        if text:
            self.note.pack(side="bottom", fill="x", before=self.table)
        else:
            self.note.pack_forget()

    def _chosen(self) -> list[str]:
        return self.table.chosen() or list(self.table.tree.get_children())

    def _all_again(self) -> None:
        self.tell(_("Försöker igen…"))
        self._deeds.again(self._chosen())

    def _booked(self) -> None:
        chosen = self.table.chosen() or [*self.table.tree.get_children()]
        if len(chosen) > 1 and not self.table.chosen():
            self.tell(_("Markera först det som är bokfört för hand. Ctrl+A markerar alla."))
        else:
            self._deeds.booked(chosen)

    def _open(self) -> None:
        for reference in self._chosen()[:1]:
            self._deeds.open_delivery(reference)


def _line(one: Delivery) -> Line:
    stopped = one.state in {State.REJECTED, State.UNKNOWN} and not (one.problem and one.problem.asks)
    why = f"{_(one.problem.title)} [{one.problem.code}]" if one.problem else _("tas vid nästa synkronisering")
    cells = (one.reference, str(one.business_date), kronor(one.total), _(state_name(one)), why)
    sort = (one.reference, one.business_date, one.total, one.state.value, why)
    return Line(one.reference, cells, sort, "red" if stopped else "amber")
