"""A small window with the rows of a test: what was looked at, what is wrong, and what to do."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Sequence
from tkinter import ttk

from synccenter.contract.cells import defused
from synccenter.contract.errors import Problem
from synccenter.contract.finding import Finding, Severity
from synccenter.contract.visible import visible
from synccenter.locale import _
from synccenter.ui import look
from synccenter.ui.touchbar import Touchbar

MARKS = {Severity.GREEN: "✓", Severity.YELLOW: "!", Severity.RED: "✕"}
COLOURS = {Severity.GREEN: "green", Severity.YELLOW: "amber", Severity.RED: "red"}


class Results:
    """Rows come as they are found; a person may copy them."""

    def __init__(self, master: tk.Misc, title: str) -> None:
        self.window = look.child_window(master, title, 640, 420)
        frame = ttk.Frame(self.window, padding=look.px(16))
        frame.pack(fill="both", expand=True)
        self.head = ttk.Label(frame, text=_("Arbetar…"), style="Title.TLabel")
        self.head.pack(anchor="w")
        bar = ttk.Frame(frame)
        bar.pack(side="bottom", fill="x", pady=(look.px(10), 0))
        self.below = ttk.Frame(frame)
        """Room between the rows and the buttons, for a field."""

        self.below.pack(side="bottom", fill="x")
        self.button = ttk.Button(bar, text=_("Stäng"), command=self.window.destroy)
        self.button.pack(side="right")
        ttk.Button(bar, text=_("Kopiera"), command=self.copy).pack(side="right", padx=look.px(8))
        rows = ttk.Frame(frame)
        rows.pack(fill="both", expand=True, pady=(look.px(8), 0))
        self._text(rows)
        look.last_in_tab_order(self.below)
        look.last_in_tab_order(bar)
        self.button.focus_set()

    def _text(self, frame: ttk.Frame) -> None:
        self.text = tk.Text(
            frame,
            wrap="word",
            relief="flat",
            font="TkTextFont",
            padx=look.px(10),
            pady=look.px(8),
            spacing3=look.px(4),
            highlightthickness=0,
            state="disabled",
            cursor="arrow",
        )
        scroll = Touchbar(frame, self.text.yview)
        self.text.configure(yscrollcommand=scroll.set)
        self.text.grid(row=0, column=0, sticky="nsew")
        scroll.grid(row=0, column=1, sticky="ns")
        frame.rowconfigure(0, weight=1)
        frame.columnconfigure(0, weight=1)
        look.painted(self.text, self._paint)

    def _paint(self) -> None:
        colours = look.palette()
        self.text.configure(background=colours.card, foreground=colours.text)
        for colour in COLOURS.values():
            self.text.tag_configure(colour, foreground=getattr(colours, colour))

    @property
    def gone(self) -> bool:
        """Whether the person has closed it."""
        return not self.window.winfo_exists()

    def row(self, text: str, colour: str = "") -> None:
        """One row more."""
        if self.gone:
            return
        self.text.configure(state="normal")
        self.text.insert("end", f"{visible(text)}\n", (colour,) if colour else ())
        self.text.configure(state="disabled")
        self.text.see("end")

    def working(self, text: str) -> None:
        """How far it has come, on top."""
        if not self.gone:
            self.head.configure(text=text)

    def done(self, text: str, *, good: bool) -> None:
        """The last word, on top."""
        if not self.gone:
            self.head.configure(
                text=visible(text),
                style="Title.TLabel",
                foreground=look.palette().green if good else look.palette().red,
            )

    def findings(self, found: Sequence[Finding]) -> None:
        """The rows of a check."""
        for finding in found:
            self.row(f"{MARKS[finding.severity]}  {_(finding.title)}", COLOURS[finding.severity])
            if finding.problem:
                self.row(f"    {finding.problem.sentence()}")
        bad = sum(1 for finding in found if finding.severity is Severity.RED)
        text = _("Allt är rätt.") if not bad else _("{n} av {of} behöver rättas.").format(n=bad, of=len(found))
        self.done(text, good=not bad)
        first = self.text.tag_ranges("red") or self.text.tag_ranges("amber")
        self.text.see("1.0")
        if first:
            self.text.see(str(first[0]))

    def problem(self, problem: Problem) -> None:
        """It could not be done."""
        self.row(problem.sentence(), "red")
        self.done(problem.title, good=False)

    def copy(self) -> None:
        """Everything to the clipboard."""
        self.window.clipboard_clear()
        rows = [str(self.head.cget("text")), *self.text.get("1.0", "end").strip().split("\n")]
        self.window.clipboard_append("\n".join(defused(row) for row in rows))
