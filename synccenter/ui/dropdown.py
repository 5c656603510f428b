"""A field with a list to choose from, made for fingers: ttk's combobox with a `Droplist` for its own list."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Any

from synccenter.locale import _
from synccenter.ui import look
from synccenter.ui.droplist import Box, Droplist


class Dropdown(ttk.Combobox):
    """To type in, or only to choose in (`state="readonly"`). Tells of a choice by `<<ComboboxSelected>>`."""

    def __init__(self, master: tk.Misc, **options: Any) -> None:
        super().__init__(master, **options)
        self.list: Droplist | None = None
        self.bind("<Button-1>", self._pressed)
        self.bind("<Down>", lambda _event: self.open())
        self.bind("<F4>", lambda _event: self.open())
        self.bind("<Alt-F4>", lambda _event: None)  # shuts the window, as everywhere
        self.bind("<Key>", self._typed)

    def open(self) -> str:
        """Show the list."""
        if not self.instate(["disabled"]):
            values = self.tk.splitlist(self.cget("values"))
            texts = [str(one) for one in values] or [_("Inget att välja bland än.")]
            beside = Box(self.winfo_rootx(), self.winfo_rooty(), self.winfo_width(), self.winfo_height())
            self.focus_set()
            self.list = Droplist(self, texts, beside, self._chosen if values else lambda _row: None, self.current())
        return "break"

    def _pressed(self, event: tk.Event[tk.Misc]) -> str | None:
        """Anywhere where there is nothing to type, else on the arrow, which is as wide as a finger."""
        arrow = event.x >= self.winfo_width() - max(look.TOUCH, look.px(34))
        return self.open() if arrow or self.instate(["readonly"]) else None

    def _typed(self, event: tk.Event[tk.Misc]) -> None:
        """In a field that cannot be typed in, a letter opens the list there."""
        if self.instate(["readonly"]) and event.char and event.char.isprintable():
            self.open()
            if self.list is not None and self.list.winfo_exists():
                self.list.seek(event.char)

    def _chosen(self, row: int) -> None:
        self.current(row)
        self.icursor("end")
        if not self.instate(["readonly"]):
            self.selection_range(0, "end")
        self.event_generate("<<ComboboxSelected>>")
