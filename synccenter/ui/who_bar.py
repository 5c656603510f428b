"""The button under an error of *who is who* (T01–T06): a person's one answer, asked once more before it is given."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping
from tkinter import ttk

from synccenter.contract.errors import Problem
from synccenter.core.logs import Log
from synccenter.journal.safekeeping import taking_turns
from synccenter.locale import _
from synccenter.run.who import Answer, Who, answer_to
from synccenter.shop import Shop
from synccenter.ui import dialogs

SAYS: Mapping[str, str] = {
    "company-renamed": "Det är samma företag",
    "company-corrected": "Det är samma företag",
    "till-renamed": "Det är samma kassa",
    "till-closed": "Kassan är avvecklad",
    "till-new": "Kassan är ny eller utbytt",
}


class WhoButton(ttk.Button):
    """Seen when the chosen error asks who somebody is."""

    def __init__(self, master: tk.Misc, answered: Callable[[Answer], None]) -> None:
        super().__init__(master, style="Accent.TButton", command=self._say)
        self._answered = answered
        self._problem: Problem | None = None

    def show(self, problem: Problem | None) -> bool:
        """Be there for this problem; whether it is one of ours."""
        answer = answer_to(problem) if problem else None
        self._problem = problem if answer else None
        if answer is None:
            self.pack_forget()
            return False
        self.configure(text=_(SAYS[answer.act]))
        self.pack(side="left")
        return True

    def _say(self) -> None:
        answer = answer_to(self._problem) if self._problem else None
        if self._problem is None or answer is None:
            return
        words = (_(SAYS[answer.act]), _("Avbryt"))
        if dialogs.ask(self.winfo_toplevel(), words[0], self._problem.what, words, default=1) == 0:
            self._answered(answer)


def say(shop: Shop, log: Log, answer: Answer) -> None:
    """Do what the person said, with its row in the log. Raises S14 while another program runs."""
    with log.section("Vem är vem"), taking_turns(shop.lock_path):
        log.row(Who(shop).say(answer))
