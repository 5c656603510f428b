"""The strip of days: one row a till, one square a day, told apart by colour and by sign."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from datetime import date, timedelta
from tkinter import ttk

from synccenter.locale import _
from synccenter.ui import look
from synccenter.ui.status_data import DAYS, Day, Snapshot
from synccenter.ui.wording import weekday


def day_text(day: Day) -> str:
    """What a square means."""
    return {
        Day.NOTHING: _("ingen försäljning"),
        Day.BOOKED: _("bokfört"),
        Day.WAITING: _("väntar"),
        Day.DIFFERENCE: _("skillnad"),
        Day.STOPPED: _("stoppat"),
    }[day]


class Strip(ttk.Frame):
    """The squares, a legend, and a line that says what the mouse or the keyboard points at."""

    def __init__(self, master: tk.Misc, on_day: Callable[[str, date], None]) -> None:
        super().__init__(master)
        self._on_day = on_day
        self._snapshot: Snapshot | None = None
        self._at: tuple[int, int] = (0, DAYS - 1)
        self.canvas = tk.Canvas(self, highlightthickness=0, background=look.palette().ground, takefocus=True)
        self.canvas.configure(height=look.px(60))
        self.canvas.pack(fill="x")
        line = ttk.Frame(self)
        line.pack(fill="x", pady=(look.px(2), 0))
        self.pointed = ttk.Label(line, style="Note.TLabel")
        self.pointed.pack(side="left")
        self._legend(line)
        self.canvas.bind("<Configure>", lambda _event: self._draw())
        self.canvas.bind("<Motion>", self._moved)
        self.canvas.bind("<Leave>", lambda _event: self.pointed.configure(text=""))
        self.canvas.bind("<Button-1>", self._clicked)
        self.canvas.bind("<FocusIn>", lambda _event: self._draw())
        self.canvas.bind("<FocusOut>", lambda _event: self._draw())
        for key, step in (("Left", (0, -1)), ("Right", (0, 1)), ("Up", (-1, 0)), ("Down", (1, 0))):
            self.canvas.bind(f"<{key}>", lambda _event, step=step: self._step(*step))  # type: ignore[misc]
        for key in ("Return", "space"):
            self.canvas.bind(f"<{key}>", lambda _event: self._open(*self._at))

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot."""
        self._snapshot = snapshot
        rows = max(1, len(snapshot.tills))
        self.canvas.configure(height=look.px(18) + rows * (self._pitch() + look.px(2)))
        self._draw()

    def _legend(self, master: tk.Misc) -> None:
        side = look.px(13)
        for day in (Day.STOPPED, Day.DIFFERENCE, Day.WAITING, Day.BOOKED):
            ttk.Label(master, text=day_text(day), style="Note.TLabel").pack(
                side="right", padx=(look.px(4), look.px(10))
            )
            box = tk.Canvas(
                master, width=side, height=side, highlightthickness=0, background=look.palette().ground, takefocus=False
            )
            box.pack(side="right")
            square(box, 0, 0, side - 1, day)

    def _pitch(self) -> int:
        wide = self.canvas.winfo_width() - self._left()
        return max(look.px(12), min(look.px(24), wide // DAYS)) if wide > 1 else look.px(18)

    def _left(self) -> int:
        names = [name for _id, name in self._snapshot.tills] if self._snapshot else []
        longest = max((len(name) for name in names), default=6)
        return look.px(16) + look.px(7) * min(longest, 16)

    def _draw(self) -> None:
        self.canvas.delete("all")
        if self._snapshot is None:
            return
        colours, pitch, left = look.palette(), self._pitch(), self._left()
        first = self._snapshot.today - timedelta(days=DAYS - 1)
        top = look.px(18)
        for place in range(DAYS):
            day = first + timedelta(days=place)
            if day.weekday() == 0:
                text = f"{day.day}/{day.month}"
                self.canvas.create_text(
                    left + place * pitch, 0, text=text, anchor="nw", fill=colours.muted, font="JobsyncSmall"
                )
        for row, (till, name) in enumerate(self._snapshot.tills):
            y = top + row * (pitch + look.px(2))
            self.canvas.create_text(0, y + pitch / 2, text=name[:18], anchor="w", fill=colours.text)
            for place in range(DAYS):
                state = self._snapshot.days.get((till, first + timedelta(days=place)), Day.NOTHING)
                square(self.canvas, left + place * pitch, y, pitch - look.px(3), state)
        if self.canvas.focus_get() is self.canvas:
            row, place = self._at
            x, y = left + place * pitch - 2, top + row * (pitch + look.px(2)) - 2
            self.canvas.create_rectangle(x, y, x + pitch + 1, y + pitch + 1, outline=colours.text, width=look.px(2))

    def _place(self, x: int, y: int) -> tuple[int, int] | None:
        if self._snapshot is None:
            return None
        row, place = (y - look.px(18)) // (self._pitch() + look.px(2)), (x - self._left()) // self._pitch()
        inside = 0 <= row < len(self._snapshot.tills) and 0 <= place < DAYS
        return (row, place) if inside else None

    def _day(self, place: int) -> date:
        assert self._snapshot is not None, "only squares that are drawn are pointed at"
        return self._snapshot.today - timedelta(days=DAYS - 1 - place)

    def _tell(self, row: int, place: int) -> None:
        assert self._snapshot is not None, "only squares that are drawn are pointed at"
        till, name = self._snapshot.tills[row]
        day = self._day(place)
        state = self._snapshot.days.get((till, day), Day.NOTHING)
        self.pointed.configure(text=f"{name}, {weekday(day.weekday())} {day}: {day_text(state)}")

    def _moved(self, event: tk.Event[tk.Canvas]) -> None:
        at = self._place(event.x, event.y)
        if at:
            self._tell(*at)
        else:
            self.pointed.configure(text="")

    def _clicked(self, event: tk.Event[tk.Canvas]) -> None:
        self.canvas.focus_set()
        at = self._place(event.x, event.y)
        if at:
            self._at = at
            self._open(*at)

    def _step(self, down: int, right: int) -> None:
        if self._snapshot and self._snapshot.tills:
            row = min(max(self._at[0] + down, 0), len(self._snapshot.tills) - 1)
            self._at = (row, min(max(self._at[1] + right, 0), DAYS - 1))
            self._draw()
            self._tell(*self._at)

    def _open(self, row: int, place: int) -> None:
        if self._snapshot and row < len(self._snapshot.tills):
            self._draw()
            self._on_day(self._snapshot.tills[row][0], self._day(place))


def square(canvas: tk.Canvas, x: float, y: float, side: float, day: Day) -> None:
    """A day: a filled square with a sign of its own."""
    colours = look.palette()
    fill = {
        Day.NOTHING: colours.blank,
        Day.BOOKED: colours.green,
        Day.WAITING: colours.amber,
        Day.DIFFERENCE: colours.violet,
        Day.STOPPED: colours.red,
    }[day]
    canvas.create_rectangle(x, y, x + side, y + side, fill=fill, width=0)
    for points in _SIGNS[day]:
        scaled = [value for px, py in points for value in (x + px * side, y + py * side)]
        canvas.create_line(*scaled, fill=colours.ground, width=max(1.5, side / 7), capstyle="round", joinstyle="round")


_SIGNS: dict[Day, tuple[tuple[tuple[float, float], ...], ...]] = {
    Day.NOTHING: (),
    Day.BOOKED: (((0.22, 0.52), (0.42, 0.72), (0.78, 0.3)),),
    Day.WAITING: (((0.5, 0.2), (0.5, 0.52), (0.74, 0.66)),),
    Day.DIFFERENCE: (((0.24, 0.38), (0.76, 0.38)), ((0.24, 0.62), (0.76, 0.62)), ((0.36, 0.84), (0.64, 0.16))),
    Day.STOPPED: (((0.27, 0.27), (0.73, 0.73)), ((0.27, 0.73), (0.73, 0.27))),
}
"""A tick, a clock's hands, an unequal sign, a cross."""
