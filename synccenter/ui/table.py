"""A table that sorts by its headings, copies to the clipboard and is saved as CSV."""

from __future__ import annotations

import csv
import io
import tkinter as tk
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from tkinter import filedialog, ttk
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract.cells import defused
from synccenter.contract.visible import visible
from synccenter.locale import _
from synccenter.ui import look
from synccenter.ui.droplist import Box, Droplist
from synccenter.ui.tooltip import Tooltip
from synccenter.ui.touchbar import Touchbar


class Heading(Struct, frozen=True):
    """A column: what it is called, how wide at 100 %, and whether it holds numbers."""

    text: str
    width: int
    number: bool = False
    stretch: bool = False


class Line(Struct, frozen=True):
    """A row: `key` is its own, `sort` what each cell is sorted by (the text itself when empty), `mark` its colour."""

    key: str
    cells: tuple[str, ...]
    sort: tuple[Any, ...] = ()
    mark: str = ""


_GAP = "\N{NO-BREAK SPACE}" * 3
CELLS = "SunValleyBodyFont"
TITLES = "SunValleyCaptionFont"
MARKS = ("red", "amber", "green", "violet", "muted")


class Table(ttk.Frame):
    """A tree view with its scroll bar and its two buttons. Ctrl+C copies, Ctrl+A selects all."""

    def __init__(
        self,
        master: tk.Misc,
        headings: Sequence[Heading],
        *,
        height: int = 3,
        empty: str = "",
        on_select: Callable[[], None] = lambda: None,
        on_open: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(master)
        self._headings = headings
        self._lines: list[Line] = []
        self._sorted: tuple[int, bool] | None = None
        self._empty = empty
        whole, shown = [str(n) for n in range(len(headings))], [f"shown{n}" for n in range(len(headings))]
        self.tree = ttk.Treeview(self, columns=[*whole, *shown], show="headings", height=height)
        self.tree.configure(displaycolumns=shown)  # each cell is kept whole, beside as much as there is room for
        for number, heading in enumerate(headings):
            anchor: Any = "e" if heading.number else "w"
            column = shown[number]
            self.tree.column(whole[number], width=0, minwidth=0)
            self.tree.heading(column, text=_shown(heading.text, heading), anchor=anchor)
            self.tree.heading(column, command=partial(self.sort, number))
            self.tree.column(
                column, width=look.px(heading.width), minwidth=look.px(40), anchor=anchor, stretch=heading.stretch
            )
        self._widths: list[int] = []
        self._needs: list[int] = []
        look.painted(self, self._paint)
        self._bar = Touchbar(self, self.tree.yview)
        self.tree.configure(yscrollcommand=self._bar.set)
        self.nothing = ttk.Label(self, text=empty, style="Muted.TLabel", justify="center")
        look.wrapped(self.nothing, self, look.px(40))
        self.tree.bind("<Configure>", lambda event: self._fit(event.width), add="+")
        self.tip = Tooltip(self.tree, self._whole_at)
        self.tree.grid(row=0, column=0, sticky="nsew")
        self._bar.grid(row=0, column=1, sticky="ns")
        self.rowconfigure(0, weight=1)
        self.columnconfigure(0, weight=1)
        self.tree.bind("<ButtonRelease-1>", lambda _event: self._shorten(), add="+")  # a column was made wider
        self.tree.bind("<<TreeviewSelect>>", lambda _event: on_select())
        self.tree.bind("<Double-1>", lambda _event: on_open())
        self.tree.bind("<Return>", lambda _event: on_open())
        self._keys()

    def _fit(self, width: int) -> None:
        """All columns in sight. Where there is not room for what they ask, those that may stretch give way first."""
        room = width - look.px(4)
        asked = [look.px(heading.width) for heading in self._headings]
        if self._needs and sum(asked) > room:  # no wider than what stands in it, so that those that lack room get it
            asked = [min(both) for both in zip(asked, self._needs, strict=True)]
        elastic = [number for number, heading in enumerate(self._headings) if heading.stretch]
        spare = (room - sum(asked)) // max(1, len(elastic))
        for number in elastic:
            left = spare if spare > 0 else min(0, room - sum(asked))
            asked[number] = max(min(asked[number], look.px(80)), asked[number] + left)
        share = min(1.0, room / sum(asked))
        for number, one in enumerate(asked):
            self.tree.column(_place(number), width=int(one * share))
        self._shorten()

    def _measure(self) -> None:
        """How wide each column would have to be for all that stands in it. A column made wider by hand stays so."""
        columns = zip(*(line.cells for line in self._lines), strict=True)
        needs = [_needed(heading, cells) for heading, cells in zip(self._headings, columns, strict=False)]
        if needs != self._needs:
            self._needs = needs
            self._fit(self.tree.winfo_width())

    def _shorten(self) -> None:
        """Where the columns have other widths than before: a cell that is wider than its own ends with an ellipsis."""
        widths = [int(self.tree.column(_place(number), "width")) for number in range(len(self._headings))]
        if widths != self._widths:
            self._widths = widths
            for line in self._lines:
                self.tree.item(line.key, values=self._values(line))

    def _values(self, line: Line) -> list[str]:
        """Each cell whole, and after that each as it is shown."""
        room = zip(line.cells, self._headings, self._widths, strict=False)  # no widths before it is first drawn
        shown = [_shown(_within(cell, heading, width), heading) for cell, heading, width in room]
        return [*(_shown(cell, heading) for cell, heading in zip(line.cells, self._headings, strict=True)), *shown]

    def _paint(self) -> None:
        for mark in MARKS:
            self.tree.tag_configure(mark, foreground=getattr(look.palette(), mark))

    def _whole_at(self, x: int, y: int) -> str:
        """The whole of a cell that is too narrow for it."""
        row, place = self.tree.identify_row(y), self.tree.identify_column(x)
        if not row or not place:
            return ""
        whole, shown = str(self.tree.set(row, int(place[1:]) - 1)), str(self.tree.set(row, place))
        return whole.strip() if whole != shown else ""

    def _keys(self) -> None:
        self.tree.bind("<Control-c>", lambda _event: self.copy())
        self.tree.bind("<Control-a>", lambda _event: self.select_all())
        self.tree.bind("<Button-3>", lambda event: self._open_menu(event.x_root, event.y_root))
        self.tree.bind("<Shift-F10>", lambda _event: self._open_menu(self.tree.winfo_rootx(), self.tree.winfo_rooty()))

    def _open_menu(self, x: int, y: int) -> None:
        acts: dict[str, Callable[[], object]] = {
            f"{_('Kopiera')}  (Ctrl+C)": self.copy,
            f"{_('Markera alla')}  (Ctrl+A)": self.select_all,
            _("Exportera CSV…"): self.ask_and_export,
        }
        Droplist(self.tree, list(acts), Box(x, y, 0, 0), lambda row: list(acts.values())[row]())

    def fill(self, lines: Sequence[Line]) -> None:
        """Show these rows; order and selection are kept."""
        chosen = set(self.tree.selection())
        self._lines = [replace(line, cells=tuple(visible(cell) for cell in line.cells)) for line in lines]
        self.tree.delete(*self.tree.get_children())
        for line in self._lines:
            self.tree.insert("", "end", iid=line.key, values=self._values(line), tags=(line.mark,) if line.mark else ())
        self._measure()
        if self._sorted is not None:
            self._order(*self._sorted)
        self.tree.selection_set([line.key for line in self._lines if line.key in chosen])
        if self._lines or not self._empty:
            self.nothing.place_forget()
        else:
            self.nothing.place(relx=0.5, rely=0.5, anchor="center")

    def sort(self, column: int) -> None:
        """By a column; the same again turns the order."""
        down = self._sorted == (column, False)
        self._sorted = (column, down)
        self._order(column, down)

    def _order(self, column: int, down: bool) -> None:
        self._lines.sort(key=lambda line: line.sort[column] if line.sort else line.cells[column], reverse=down)
        for place, line in enumerate(self._lines):
            self.tree.move(line.key, "", place)
        for number, heading in enumerate(self._headings):
            arrow = (" ▾" if down else " ▴") if number == column else ""
            self.tree.heading(_place(number), text=_shown(heading.text + arrow, heading))

    def chosen(self) -> list[str]:
        """The keys of the selected rows."""
        return list(self.tree.selection())

    def choose(self, key: str) -> None:
        """Select a row and bring it into sight."""
        if self.tree.exists(key):
            self.tree.selection_set(key)
            self.tree.focus(key)
            self.tree.see(key)

    def select_all(self) -> str:
        """All rows."""
        self.tree.selection_set(self.tree.get_children())
        return "break"

    def copy(self) -> str:
        """The selected rows (all when none is) to the clipboard, with headings, as a spreadsheet takes them."""
        wanted = set(self.chosen())
        rows = [line.cells for line in self._lines if not wanted or line.key in wanted]
        self.clipboard_clear()
        text = io.StringIO()
        csv.writer(text, delimiter="\t", lineterminator="\n").writerows([self._titles(), *map(_defused, rows)])
        self.clipboard_append(text.getvalue().rstrip("\n"))
        return "break"

    def ask_and_export(self) -> None:
        """Ask where, then write."""
        name = filedialog.asksaveasfilename(
            parent=self, defaultextension=".csv", filetypes=[("CSV", "*.csv")], initialfile="sync-center.csv"
        )
        if name:
            self.export(Path(name))

    def export(self, path: Path) -> None:
        """All rows as CSV that a Swedish Excel opens: semicolons, and a mark that says UTF-8."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(self._titles())
            writer.writerows(_defused(line.cells) for line in self._lines)

    def _titles(self) -> tuple[str, ...]:
        return tuple(heading.text for heading in self._headings)


def _place(number: int) -> str:
    """A column that is shown, as Tk calls it."""
    return f"#{number + 1}"


def _needed(heading: Heading, cells: Iterable[str]) -> int:
    """The least width of a column that shows all of it, and the arrow of its order."""
    title = look.wide(_shown(f"{heading.text} ▾", heading), TITLES) + look.px(20)
    return max(title, look.wide(_shown(max(cells, key=len), heading), CELLS) + look.px(16))


def _within(text: str, heading: Heading, width: int) -> str:
    """As much of a cell as its column has room for."""
    return look.shortened(text, width - look.px(14) - look.wide(_shown("", heading), CELLS), CELLS)


def _shown(text: str, heading: Heading) -> str:
    """A number keeps its distance from the column to its right."""
    return f"{text}{_GAP}" if heading.number else text


def _defused(cells: Iterable[str]) -> list[str]:
    """Cells for a spreadsheet: nothing is run, and an amount without the space between its thousands is a number."""
    return [defused(cell.replace("\N{NO-BREAK SPACE}", "")) for cell in cells]
