"""A list to choose from that opens above the window, with rows for fingers: Tk's own have twenty pixels."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from contextlib import suppress
from tkinter import ttk
from typing import Any

from msgspec import Struct

from synccenter.ui import look
from synccenter.ui.touchbar import Touchbar

MOST = 8
"""So many rows are seen at once."""

FONT = "SunValleyBodyFont"
_TASK_BAR = 48
_STYLE = "Droplist.Treeview"


class Box(Struct, frozen=True):
    """A place on the screen, in pixels."""

    left: int
    top: int
    width: int
    height: int


def spot(beside: Box, width: int, rows: int, row: int, screen: Box) -> tuple[int, int, int]:
    """Left, top and number of rows of a list: below what it belongs to, or above where there is more room, and never
    beyond the edge of the screen. `row`: the height of one."""
    below = (screen.top + screen.height - beside.top - beside.height) // row
    above = (beside.top - screen.top) // row
    fit = max(1, min(rows, MOST, max(below, above)))
    under = below >= fit
    top = beside.top + beside.height if under else beside.top - fit * row
    return max(screen.left, min(beside.left, screen.left + screen.width - width)), top, fit


class Droplist(tk.Toplevel):
    """An open list. Mouse and keyboard are its own until a row is chosen, or until it is let be: by Escape, by a
    click elsewhere, by another program, or as its owner is moved. `choose` hears the number of the row."""

    def __init__(
        self, owner: tk.Misc, texts: Sequence[str], beside: Box, choose: Callable[[int], object], marked: int = 0
    ) -> None:
        super().__init__(owner, class_="Droplist")
        self.withdraw()
        self.wm_overrideredirect(True)
        self._owner, self._texts, self._choose = owner, texts, choose
        self._place = owner.winfo_rootx(), owner.winfo_rooty()
        self._held = str(self.tk.call("grab", "current", str(self)))
        self._open = True
        style = ttk.Style(self)
        style.layout(_STYLE, [("Treeview.treearea", {"sticky": "nswe"})])
        self._row = int(style.lookup(_STYLE, "rowheight"))
        self._shape(beside)
        self._fill(marked)
        self._listen()
        look.painted(self, lambda: self.tk.call(str(self), "configure", "-background", look.palette().line))
        self.wm_transient(owner.winfo_toplevel())
        self.wm_attributes("-topmost", True)
        self.deiconify()
        self.lift()

    def _shape(self, beside: Box) -> None:
        """As wide as its field, or as its longest row."""
        across, down = look.screen(self)
        screen = Box(0, 0, across, down - look.px(_TASK_BAR))
        if not (0 <= beside.left < across and 0 <= beside.top < down):  # on another screen than the first
            screen = Box(self.winfo_vrootx(), self.winfo_vrooty(), self.winfo_vrootwidth(), self.winfo_vrootheight())
        longest = max(look.wide(text, FONT) for text in self._texts) + look.px(24)
        scrolls = len(self._texts) > MOST
        width = min(max(beside.width, longest + (look.TOUCH if scrolls else 0)), screen.width)
        left, top, self._rows = spot(beside, width, len(self._texts), self._row, screen)
        self.geometry(f"{width}x{self._rows * self._row + 2}+{left}+{top}")

    def _fill(self, marked: int) -> None:
        frame = ttk.Frame(self)
        frame.pack(fill="both", expand=True, padx=1, pady=1)
        self.tree: Any = ttk.Treeview(frame, columns="text", show="", height=1, selectmode="browse", style=_STYLE)
        self.tree.column("text", width=1, stretch=True)
        if self._rows < len(self._texts):
            bar = Touchbar(frame, self.tree.yview)
            self.tree.configure(yscrollcommand=bar.set)
            bar.grid(row=0, column=1, sticky="ns")
        self.tree.grid(row=0, column=0, sticky="nsew")
        frame.rowconfigure(0, weight=1)
        frame.columnconfigure(0, weight=1)
        for number, text in enumerate(self._texts):
            self.tree.insert("", "end", iid=str(number), values=(text,))
        self.mark(marked)

    def _listen(self) -> None:
        tree = self.tree
        tree.bind("<Map>", lambda _event: self._begin())
        tree.bind("<Key>", self._pressed)
        tree.bind("<Motion>", lambda event: self._point(event.y))
        tree.bind("<Button-1>", lambda event: self._point(event.y))
        tree.bind("<ButtonRelease-1>", lambda event: self._take(tree.identify_row(event.y)))
        for button in (1, 2, 3):
            self.bind(f"<Button-{button}>", self._clicked)
        if self.tk.call("tk", "windowingsystem") == "win32":  # elsewhere the grab itself takes the keyboard from a row
            tree.bind("<FocusOut>", lambda _event: self.close(keyboard=False))
        top = self._owner.winfo_toplevel()
        self._tags = top.bindtags()
        top.bindtags((*self._tags, f"above{self}"))
        for event in ("<Configure>", "<Unmap>"):
            self.bind_class(f"above{self}", event, lambda _event: self._moved())

    def _begin(self) -> None:
        """The list can be seen: what is done from now on is done in it."""
        try:
            self.grab_set_global()
        except tk.TclError:  # another program has the mouse
            self.grab_set()
        self.tree.focus_force()
        self.tree.yview_moveto(0)  # it was marked before it had its height
        self.mark(self.marked)

    # --- what a person does ----------------------------------------------------------------------------------

    def mark(self, number: int) -> None:
        """The row that Enter takes, brought into sight."""
        if self._texts:
            row = str(max(0, min(number, len(self._texts) - 1)))
            self.tree.selection_set(row)
            self.tree.focus(row)
            self.tree.see(row)

    @property
    def marked(self) -> int:
        """The number of that row; -1 where there is none."""
        return int((self.tree.selection() or ("-1",))[0])

    def seek(self, letter: str) -> None:
        """The next row that begins so, from the top again after the last."""
        order = [*range(self.marked + 1, len(self._texts)), *range(self.marked + 1)]
        begins = (one for one in order if self._texts[one].casefold().startswith(letter.casefold()))
        self.mark(next(begins, self.marked))

    def _pressed(self, event: tk.Event[tk.Misc]) -> str:
        whole, key = len(self._texts), event.keysym
        steps = {"Up": -1, "Down": 1, "Prior": -self._rows, "Next": self._rows, "Home": -whole, "End": whole}
        if key in {"Return", "KP_Enter"}:
            self._take(str(self.marked))
        elif key in {"Tab", "ISO_Left_Tab"}:
            owner, back = self._owner, key != "Tab" or bool(int(event.state) & 1)
            self._take(str(self.marked))
            if owner.winfo_exists():
                owner.event_generate("<<PrevWindow>>" if back else "<<NextWindow>>")
        elif key in {"Escape", "F4"}:
            self.close()
        elif key in steps:
            self.mark(self.marked + steps[key])
        elif event.char and event.char.isprintable():
            self.seek(event.char)
        return "break"

    def _point(self, y: int) -> str:
        row = self.tree.identify_row(y)
        if row:
            self.tree.selection_set(row)
        return "break"

    def _take(self, row: str) -> None:
        """A row is chosen. What hears of it may take the field itself away."""
        if row and self._open:
            self.close()
            self._choose(int(row))

    def _clicked(self, event: tk.Event[tk.Misc]) -> None:
        x, y = event.x_root - self.winfo_rootx(), event.y_root - self.winfo_rooty()
        if not (0 <= x < self.winfo_width() and 0 <= y < self.winfo_height()):
            self.close()

    def _moved(self) -> None:
        if not self._owner.winfo_viewable() or (self._owner.winfo_rootx(), self._owner.winfo_rooty()) != self._place:
            self.close()

    def close(self, *, keyboard: bool = True) -> None:
        """Away with it. `keyboard`: back to the owner; not when the person has gone to another program."""
        if not self._open:
            return
        self._open = False
        self._owner.winfo_toplevel().bindtags(self._tags)
        self.grab_release()
        with suppress(tk.TclError):  # the dialog that had it may have gone
            if self._held:
                self.tk.call("grab", self._held)
        if keyboard:
            self._owner.focus_force()
        self.destroy()
