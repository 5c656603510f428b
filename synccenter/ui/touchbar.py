"""A scroll bar that a finger finds: forty pixels thick at every scaling, with a slim thumb drawn in the middle."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from synccenter.ui import look


class Touchbar(tk.Canvas):
    """Vertical, or `across`. `command` is the `yview` (`xview`) of what it scrolls; it takes no room while there is
    nothing to scroll."""

    def __init__(self, master: tk.Misc, command: Callable[..., object], *, across: bool = False) -> None:
        super().__init__(
            master, width=look.TOUCH, height=look.TOUCH, highlightthickness=0, takefocus=False, borderwidth=0
        )
        self._command, self._across = command, across
        self._ends = (0.0, 1.0)
        self._held = 0.0
        self.bind("<Configure>", lambda _event: self._draw())
        self.bind("<Button-1>", self._pressed)
        self.bind("<B1-Motion>", self._dragged)
        look.painted(self, self._draw)

    def set(self, first: float, last: float) -> None:
        """As `yscrollcommand` (`xscrollcommand`) tells it; at its place only while there is something to scroll."""
        self._ends = float(first), float(last)
        if self._ends[0] <= 0 and self._ends[1] >= 1:
            self.grid_remove()
        else:
            self.grid()
        self._draw()

    def _long(self) -> int:
        return max(1, self.winfo_width() if self._across else self.winfo_height())

    def _along(self, event: tk.Event[tk.Canvas]) -> int:
        return event.x if self._across else event.y

    def _thumb(self) -> tuple[float, float]:
        """Where the thumb begins and ends, never shorter than a finger."""
        long = self._long()
        first, last = self._ends
        least = min(1.0, look.TOUCH / long)
        if last - first >= least:
            return first * long, last * long
        free = 1.0 - (last - first)
        begin = first / free * (1.0 - least) if free > 0 else 0.0
        return begin * long, (begin + least) * long

    def _draw(self) -> None:
        colours = look.palette()
        self.configure(background=colours.ground)
        self.delete("all")
        begin, end = self._thumb()
        half, middle = look.px(4), look.TOUCH / 2
        ends = ((begin + half, middle), (end - half, middle))
        points = ends if self._across else tuple((y, x) for x, y in ends)
        self.create_line(*points, width=2 * half, capstyle="round", fill=colours.muted)

    def _pressed(self, event: tk.Event[tk.Canvas]) -> None:
        (begin, end), at = self._thumb(), self._along(event)
        if begin <= at <= end:
            self._held = at - begin
        else:
            self._held = (end - begin) / 2
            self._to(at - self._held)

    def _dragged(self, event: tk.Event[tk.Canvas]) -> None:
        self._to(self._along(event) - self._held)

    def _to(self, begin: float) -> None:
        now, end = self._thumb()
        room = max(1.0, self._long() - (end - now))
        shown = self._ends[1] - self._ends[0]
        self._command("moveto", max(0.0, min(1.0, begin / room)) * (1.0 - shown))
