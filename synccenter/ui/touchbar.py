"""A scroll bar that a finger finds: forty pixels wide at every scaling, with a slim thumb drawn in the middle."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from synccenter.ui import look


class Touchbar(tk.Canvas):
    """Vertical. `command` is the `yview` of what it scrolls; hidden by its owner when there is nothing to scroll."""

    def __init__(self, master: tk.Misc, command: Callable[..., object]) -> None:
        super().__init__(master, width=look.TOUCH, highlightthickness=0, takefocus=False, borderwidth=0)
        self._command = command
        self._ends = (0.0, 1.0)
        self._held = 0.0
        self.bind("<Configure>", lambda _event: self._draw())
        self.bind("<Button-1>", self._pressed)
        self.bind("<B1-Motion>", self._dragged)
        look.painted(self, self._draw)

    def set(self, first: float, last: float) -> None:
        """As `yscrollcommand` tells it; at its place only while there is something to scroll."""
        self._ends = float(first), float(last)
        if self._ends[0] <= 0 and self._ends[1] >= 1:
            self.grid_remove()
        else:
            self.grid()
        self._draw()

    def _thumb(self) -> tuple[float, float]:
        """Top and bottom of the thumb, never shorter than a finger."""
        high = max(1, self.winfo_height())
        first, last = self._ends
        least = min(1.0, look.TOUCH / high)
        if last - first >= least:
            return first * high, last * high
        free = 1.0 - (last - first)
        top = first / free * (1.0 - least) if free > 0 else 0.0
        return top * high, (top + least) * high

    def _draw(self) -> None:
        colours = look.palette()
        self.configure(background=colours.ground)
        self.delete("all")
        top, bottom = self._thumb()
        half, middle = look.px(4), look.TOUCH / 2
        self.create_line(
            middle, top + half, middle, bottom - half, width=2 * half, capstyle="round", fill=colours.muted
        )

    def _pressed(self, event: tk.Event[tk.Canvas]) -> None:
        top, bottom = self._thumb()
        if top <= event.y <= bottom:
            self._held = event.y - top
        else:
            self._held = (bottom - top) / 2
            self._to(event.y - self._held)

    def _dragged(self, event: tk.Event[tk.Canvas]) -> None:
        self._to(event.y - self._held)

    def _to(self, top: float) -> None:
        now, bottom = self._thumb()
        room = max(1.0, self.winfo_height() - (bottom - now))
        shown = self._ends[1] - self._ends[0]
        self._command("moveto", max(0.0, min(1.0, top / room)) * (1.0 - shown))
