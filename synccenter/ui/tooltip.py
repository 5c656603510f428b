"""The whole of a text that had to be shortened, beside the mouse."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from synccenter.ui import look

TextAt = Callable[[int, int], str]
"""What to tell of a place in the widget; "" for nothing."""


class Tooltip:
    """One for each widget; the mouse asks it."""

    def __init__(self, widget: tk.Misc, text_at: TextAt) -> None:
        self._widget, self._text_at = widget, text_at
        self._text = ""
        self._window: tk.Toplevel | None = None
        widget.bind("<Motion>", lambda event: self.point(event.x, event.y), add="+")
        widget.bind("<Leave>", lambda _event: self.hide(), add="+")
        widget.bind("<Button>", lambda _event: self.hide(), add="+")

    @property
    def shown(self) -> str:
        """What it says at this moment."""
        return self._text

    def point(self, x: int, y: int) -> None:
        """The mouse has come there."""
        text = self._text_at(x, y)
        if text == self._text:
            return
        self.hide()
        self._text = text
        if text:
            self._show(x, y)

    def hide(self) -> None:
        """Away with it."""
        self._text = ""
        if self._window is not None:
            self._window.destroy()
            self._window = None

    def _show(self, x: int, y: int) -> None:
        window = tk.Toplevel(self._widget)
        window.wm_overrideredirect(True)
        window.configure(background=look.palette().line)
        ttk.Label(window, text=self._text, padding=look.px(6), wraplength=look.px(420)).pack(padx=1, pady=1)
        left, top = self._widget.winfo_rootx() + x + look.px(12), self._widget.winfo_rooty() + y + look.px(16)
        window.update_idletasks()
        left = min(left, window.winfo_screenwidth() - window.winfo_reqwidth())
        window.geometry(f"+{left}+{top}")
        self._window = window
