"""The strip of days: one row a till, one square a day, told apart by colour and by sign.

A square is as large as a finger wants it at every scaling, so the days scroll where the window is narrower than all of
them. The tills' names stand still beside them, and the latest days are in sight first.
"""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from datetime import date, timedelta
from tkinter import font, ttk

from synccenter.locale import _
from synccenter.ui import look
from synccenter.ui.status_data import DAYS, Day, Snapshot
from synccenter.ui.tooltip import Tooltip
from synccenter.ui.touchbar import Touchbar
from synccenter.ui.wording import weekday

GAP = 3
"""Pixels between two squares, at every scaling."""

STEP = look.TOUCH + GAP
"""From one square to the next, to the right and downwards."""

ROWS = 8
"""So many tills are asked room for; more are scrolled."""


def day_text(day: Day) -> str:
    """What a square means."""
    return {
        Day.NOTHING: _("ingen försäljning"),
        Day.BEFORE: _("före startdatumet, bokförs inte härifrån"),
        Day.BOOKED: _("bokfört"),
        Day.LEFT: _("lämnat, inte inläst"),
        Day.WAITING: _("väntar"),
        Day.DIFFERENCE: _("skillnad"),
        Day.STOPPED: _("stoppat"),
    }[day]


class Strip(ttk.Frame):
    """The squares, and a line that says what the mouse or the keyboard points at. What the signs mean stands in
    `legend`, beside the heading: below the squares it would take the room of a till."""

    def __init__(self, master: tk.Misc, on_day: Callable[[str, date], None], legend: tk.Misc) -> None:
        super().__init__(master)
        self._on_day = on_day
        self._snapshot: Snapshot | None = None
        self._at: tuple[int, int] = (0, DAYS - 1)
        self._latest = True
        self._canvases()
        self.pointed = ttk.Label(self, style="Note.TLabel")
        self.pointed.grid(row=2, column=0, columnspan=3, sticky="ew")
        look.wrapped(self.pointed)
        self._boxes: list[tuple[tk.Canvas, Day]] = []
        self._legend(legend)
        look.painted(self.canvas, self._paint)
        self.tip = Tooltip(self.names, self._whole_name)
        self._listen()

    def _canvases(self) -> None:
        """The names, and the days beside them with their two bars."""
        self.names = tk.Canvas(self, highlightthickness=0, takefocus=False, width=look.px(60), height=look.px(60))
        self.canvas = tk.Canvas(self, highlightthickness=0, takefocus=True, width=look.px(60), height=look.px(60))
        self.bar = Touchbar(self, self._down)
        self.across = Touchbar(self, self._along, across=True)
        self.canvas.configure(yscrollcommand=self.bar.set, xscrollcommand=self.across.set)
        self.rowconfigure(0, weight=1)
        self.columnconfigure(1, weight=1)
        self.names.grid(row=0, column=0, sticky="nsew")
        self.canvas.grid(row=0, column=1, sticky="nsew")
        self.bar.grid(row=0, column=2, sticky="ns")
        self.across.grid(row=1, column=1, sticky="ew")

    def _listen(self) -> None:
        self.bind("<Configure>", lambda _event: self._draw(), add="+")
        self.canvas.bind("<Configure>", lambda _event: self._keep_latest())
        self.canvas.bind("<Motion>", self._moved, add="+")
        self.canvas.bind("<Leave>", lambda _event: self.pointed.configure(text=""), add="+")
        self.canvas.bind("<Button-1>", self._clicked)
        for canvas in (self.names, self.canvas):
            canvas.bind("<MouseWheel>", lambda event: self._wheel(-1 if event.delta > 0 else 1))
            canvas.bind("<Button-4>", lambda _event: self._wheel(-1))
            canvas.bind("<Button-5>", lambda _event: self._wheel(1))
        self.canvas.bind("<FocusIn>", lambda _event: self._draw())
        self.canvas.bind("<FocusOut>", lambda _event: self._draw())
        for key, step in (("Left", (0, -1)), ("Right", (0, 1)), ("Up", (-1, 0)), ("Down", (1, 0))):
            self.canvas.bind(f"<{key}>", lambda _event, step=step: self._step(*step))  # type: ignore[misc]
        for key in ("Return", "space"):
            self.canvas.bind(f"<{key}>", lambda _event: self._open(*self._at))

    # --- scrolling -------------------------------------------------------------------------------------------

    def _down(self, *words: str) -> None:
        for canvas in (self.names, self.canvas):
            canvas.yview(*words)

    def _along(self, *words: str) -> None:
        self.canvas.xview(*words)
        self._latest = self.canvas.xview()[1] >= 1.0

    def _wheel(self, steps: int) -> None:
        """Through the tills where they are more than can be seen, else through the days."""
        if self.canvas.yview() != (0.0, 1.0):
            self._down("scroll", str(steps), "units")
        elif self.canvas.xview() != (0.0, 1.0):
            self._along("scroll", str(steps), "units")

    def _keep_latest(self) -> None:
        """The latest days stay in sight until a person has scrolled from them."""
        if self._latest:
            self.canvas.xview_moveto(1.0)

    def _into_sight(self, row: int, place: int) -> None:
        """Scroll until a square is seen whole: the keyboard must not wander out of the strip."""
        x, y = place * STEP, self._top() + row * STEP
        width, height = DAYS * STEP, self._top() + len(self._snapshot.tills if self._snapshot else ()) * STEP
        first, last = (part * width for part in self.canvas.xview())
        if not first <= x <= x + STEP <= last + GAP:
            self._along("moveto", str((x if x < first else x + STEP - (last - first)) / width))
        first, last = (part * height for part in self.canvas.yview())
        if not first <= y <= y + STEP <= last + GAP:
            self._down("moveto", str((y if y < first else y + STEP - (last - first)) / height))

    # --- drawing ---------------------------------------------------------------------------------------------

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot."""
        self._snapshot = snapshot
        rows = min(max(1, len(snapshot.tills)), ROWS)
        for canvas in (self.names, self.canvas):
            canvas.configure(height=self._top() + rows * STEP)
        self._draw()

    def _paint(self) -> None:
        for canvas in (self.names, self.canvas):
            look.grounded(canvas)
        for box, day in self._boxes:
            look.grounded(box)
            box.delete("all")
            square(box, (0, 0), look.px(13) - 1, day)
        self._draw()

    def _top(self) -> int:
        return look.px(18)

    def _legend(self, master: tk.Misc) -> None:
        side = look.px(13)
        for day in (Day.BOOKED, Day.LEFT, Day.WAITING, Day.DIFFERENCE, Day.STOPPED):
            box = tk.Canvas(master, width=side, height=side, highlightthickness=0, takefocus=False)
            box.pack(side="left")
            self._boxes.append((box, day))
            label = ttk.Label(master, text=day_text(day), style="Note.TLabel")
            label.pack(side="left", padx=(look.px(4), look.px(8)))

    def _left(self) -> int:
        """The room for the tills' names: what they need, at most a fifth of the width."""
        names = [name for _id, name in self._snapshot.tills] if self._snapshot else []
        needed = max((font.nametofont("TkDefaultFont").measure(name) for name in names), default=0) + look.px(12)
        return min(needed, max(look.px(60), self.winfo_width() // 5))

    def _whole_name(self, x: int, y: int) -> str:
        """A till's whole name, where it had to be shortened."""
        row = int(self.names.canvasy(y) - self._top()) // STEP
        if self._snapshot is None or x > self._left() or not 0 <= row < len(self._snapshot.tills):
            return ""
        name = self._snapshot.tills[row][1]
        return name if self._short(name) != name else ""

    def _short(self, name: str) -> str:
        return look.shortened(name, self._left() - look.px(8))

    def _draw(self) -> None:
        for canvas in (self.names, self.canvas):
            canvas.delete("all")
        if self._snapshot is None:
            return
        colours, top = look.palette(), self._top()
        first = self._snapshot.today - timedelta(days=DAYS - 1)
        for place in range(DAYS):
            day = first + timedelta(days=place)
            if day.weekday() == 0:
                text, x = f"{day.day}/{day.month}", place * STEP
                self.canvas.create_text(x, 0, text=text, anchor="nw", fill=colours.muted, font="JobsyncSmall")
        for row, (till, name) in enumerate(self._snapshot.tills):
            y, short = top + row * STEP, self._short(name)
            middle = y + look.TOUCH / 2
            self.names.create_text(0, middle, text=short, anchor="w", fill=colours.text, font="TkDefaultFont")
            for place in range(DAYS):
                state = self._snapshot.days.get((till, first + timedelta(days=place)), Day.NOTHING)
                square(self.canvas, (place * STEP, y), look.TOUCH - 1, state)
        high = top + len(self._snapshot.tills) * STEP
        self.names.configure(width=self._left(), scrollregion=(0, 0, self._left(), high))
        self.canvas.configure(scrollregion=(0, 0, DAYS * STEP, high))
        if self.canvas.focus_get() is self.canvas:
            row, place = self._at
            x, y = place * STEP, top + row * STEP
            end = look.TOUCH - 1
            self.canvas.create_rectangle(x, y, x + end, y + end, outline=colours.text, width=look.px(2))
        self._keep_latest()

    # --- pointing --------------------------------------------------------------------------------------------

    def _place(self, x: int, y: int) -> tuple[int, int] | None:
        if self._snapshot is None:
            return None
        row = int(self.canvas.canvasy(y) - self._top()) // STEP
        place = int(self.canvas.canvasx(x)) // STEP
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
        why = self._snapshot.whys.get((till, day))
        text = f"{name}, {weekday(day.weekday())} {day}: {day_text(state)}"
        self.pointed.configure(text=f"{text}. {why.text}" if why else text)

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
            self._into_sight(*self._at)
            self._tell(*self._at)

    def _open(self, row: int, place: int) -> None:
        if self._snapshot and row < len(self._snapshot.tills):
            self._draw()
            self._on_day(self._snapshot.tills[row][0], self._day(place))


def square(canvas: tk.Canvas, place: tuple[float, float], side: float, day: Day) -> None:
    """A day: a filled square with a sign of its own."""
    (x, y), colours = place, look.palette()
    fill = {
        Day.NOTHING: colours.blank,
        Day.BEFORE: colours.blank,
        Day.BOOKED: colours.green,
        Day.LEFT: colours.blue,
        Day.WAITING: colours.amber,
        Day.DIFFERENCE: colours.violet,
        Day.STOPPED: colours.red,
    }[day]
    canvas.create_rectangle(x, y, x + side + 1, y + side + 1, fill=fill, width=0)
    for points in _SIGNS[day]:
        scaled = [value for px, py in points for value in (x + px * side, y + py * side)]
        canvas.create_line(*scaled, fill=colours.ground, width=max(1.5, side / 9), capstyle="round", joinstyle="round")


_SIGNS: dict[Day, tuple[tuple[tuple[float, float], ...], ...]] = {
    Day.NOTHING: (),
    Day.BEFORE: (),
    Day.BOOKED: (((0.22, 0.52), (0.42, 0.72), (0.78, 0.3)),),
    Day.LEFT: (((0.5, 0.2), (0.5, 0.78)), ((0.28, 0.56), (0.5, 0.78), (0.72, 0.56))),
    Day.WAITING: (((0.5, 0.2), (0.5, 0.52), (0.74, 0.66)),),
    Day.DIFFERENCE: (((0.24, 0.38), (0.76, 0.38)), ((0.24, 0.62), (0.76, 0.62)), ((0.36, 0.84), (0.64, 0.16))),
    Day.STOPPED: (((0.27, 0.27), (0.73, 0.73)), ((0.27, 0.73), (0.73, 0.27))),
}
"""A tick, an arrow down, a clock's hands, an unequal sign, a cross."""
