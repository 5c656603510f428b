"""What seems to stand in the books already (T16): the two answers, beside *Försök igen* under *Väntar*."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk
from typing import TypeAlias

from synccenter.contract.errors import SyncError
from synccenter.core.logs import Log
from synccenter.journal.ledger import Delivery
from synccenter.locale import _
from synccenter.run.repair import Repair
from synccenter.shop import Shop
from synccenter.ui import look

Choose: TypeAlias = Callable[[list[str], bool], None]
"""The references that were chosen, and whether they are sent anyway (else they are booked already)."""


class Choices(ttk.Frame):
    """Two buttons, seen while something asks. Nothing chosen in the table means all that asks."""

    def __init__(self, master: tk.Misc, chosen: Callable[[], list[str]], choose: Choose) -> None:
        super().__init__(master)
        self._chosen = chosen
        self._choose = choose
        self._asking: list[str] = []
        self.booked = ttk.Button(self, text=_("Finns redan, bokför inte"), command=lambda: self._say(anyway=False))
        self.anyway = ttk.Button(self, text=_("Skicka ändå"), command=lambda: self._say(anyway=True))
        for button in (self.booked, self.anyway):
            button.pack(side="left", padx=(look.px(8), 0))

    def fill(self, deliveries: Sequence[Delivery]) -> None:
        """Be there for those that ask."""
        self._asking = [one.reference for one in deliveries if one.problem and one.problem.asks]
        if self._asking:
            self.pack(side="left")
        else:
            self.pack_forget()

    def _say(self, *, anyway: bool) -> None:
        chosen = set(self._chosen())
        self._choose([one for one in self._asking if one in chosen or not chosen], anyway)


def answer(shop: Shop, log: Log, references: Sequence[str], *, anyway: bool) -> int:
    """Do what the person said; how many it concerned."""
    repair, done = Repair(shop), 0
    with log.section("Skickas ändå" if anyway else "Finns redan, bokförs inte"):
        for reference in references:
            delivery = shop.ledger.get(reference)
            if not (delivery.problem and delivery.problem.asks):
                continue
            try:
                if anyway:
                    repair.resend(delivery, "", insist=True)
                else:
                    repair.booked(delivery, "")
            except SyncError as error:
                log.error(error.problem)
                continue
            done += 1
            log.row(f"{reference}: {'skickas' if anyway else f'är bokfört som {delivery.external_number}'}.")
    return done
