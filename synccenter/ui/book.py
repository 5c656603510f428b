"""A notebook with typed names for what we use of it."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

_MOST = 999


class Book(ttk.Notebook):
    """Pages with a title; Ctrl+Tab goes on."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master)
        self.enable_traversal()

    def show(self, page: tk.Widget) -> None:
        """Bring a page to the front."""
        self.tk.call(str(self), "select", str(page))

    @property
    def shown(self) -> str:
        """The path of the page in front."""
        return str(self.tk.call(str(self), "select"))

    def rename(self, page: tk.Widget, title: str, number: int = 0) -> None:
        """Another title, with how many there are; a shop with thousands of them has no less room for the other tabs."""
        many = f" ({number if number <= _MOST else f'{_MOST}+'})" if number else ""
        self.tk.call(str(self), "tab", str(page), "-text", title + many)
