"""The page *Översikt*: the strip of days, and what the day that is pointed at says of itself."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from datetime import date
from tkinter import ttk

from synccenter.locale import _
from synccenter.ui import look
from synccenter.ui.status_data import Day, Snapshot
from synccenter.ui.strip import Strip, day_text
from synccenter.ui.wording import weekday


def nothing_yet() -> str:
    """What stands there before there is anything to show."""
    return _("Inget är sålt sedan startdatumet. Varje dag får en ruta när den har en Z-rapport.")


class OverviewPage(ttk.Frame):
    """A click on a day tells of it here; its button leads to the proof, or to what waits."""

    def __init__(
        self, master: tk.Misc, open_day: Callable[[str, date], None], open_delivery: Callable[[str], None]
    ) -> None:
        super().__init__(master, padding=look.px(4))
        self._open_day, self._open_delivery = open_day, open_delivery
        self._snapshot: Snapshot | None = None
        self._shown: tuple[str, date] | None = None
        head = ttk.Frame(self)
        head.pack(fill="x")
        ttk.Label(head, text=_("De senaste 35 dagarna"), style="Title.TLabel").pack(side="left", padx=(0, look.px(16)))
        bar = ttk.Frame(self)
        bar.pack(side="bottom", fill="x", pady=(look.px(6), 0))
        self.day = ttk.Label(self, style="Title.TLabel")
        self.why = ttk.Label(self, justify="left", text=nothing_yet())
        self.why.pack(side="bottom", anchor="w", fill="x")
        self.day.pack(side="bottom", anchor="w")
        self.strip = Strip(self, self.show_day, head)
        self.strip.pack(fill="x", pady=look.px(4))
        look.last_in_tab_order(bar)
        self.proof_button = ttk.Button(bar, text=_("Öppna beviset"), command=self._to_proof)
        self.delivery_button = ttk.Button(bar, text=_("Visa underlaget"), command=self._to_delivery)
        self.bind("<Configure>", lambda event: self.why.configure(wraplength=event.width - look.px(24)))

    def fill(self, snapshot: Snapshot) -> None:
        """Show a snapshot; the worst of the latest days tells of itself at once."""
        self._snapshot = snapshot
        self.strip.show(snapshot)
        if self._shown is None and snapshot.whys:
            worst = max(snapshot.whys, key=lambda key: (list(Day).index(snapshot.days.get(key, Day.NOTHING)), key[1]))
            self.show_day(*worst)
        elif self._shown is not None:
            self.show_day(*self._shown)
        elif not snapshot.days:
            self.why.configure(text=nothing_yet())

    def show_day(self, till: str, day: date) -> None:
        """What a square says."""
        if self._snapshot is None:
            return
        self._shown = (till, day)
        name = dict(self._snapshot.tills).get(till, till)
        state = self._snapshot.days.get((till, day), Day.NOTHING)
        why = self._snapshot.whys.get((till, day))
        self.day.configure(text=f"{name}, {weekday(day.weekday())} {day}: {day_text(state)}")
        self.why.configure(text=why.text if why else "")
        for button, wanted in (
            (self.proof_button, state is not Day.NOTHING),
            (self.delivery_button, why is not None and why.reference != ""),
        ):
            if wanted:
                button.pack(side="left", padx=(0, look.px(8)))
            else:
                button.pack_forget()

    def _to_proof(self) -> None:
        if self._shown:
            self._open_day(*self._shown)

    def _to_delivery(self) -> None:
        why = self._snapshot.whys.get(self._shown) if self._snapshot and self._shown else None
        if why:
            self._open_delivery(why.reference)
