"""What the program's windows show, told in words: which are open, what stands in them, and where.

For the support packet, and for whoever tests the program from outside: a field is asked, not read off a picture.
What is hidden behind dots is told as dots.
"""

from __future__ import annotations

import tkinter as tk
from collections.abc import Iterator
from contextlib import suppress
from tkinter import ttk
from typing import Any, TypeAlias

from msgspec import Struct

Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, width and height, in pixels of the screen."""


class Part(Struct, frozen=True, omit_defaults=True):
    """A widget that can be seen, or a part of one: a tab, a row of a table."""

    kind: str
    box: Box
    text: str = ""
    value: str = ""
    state: tuple[str, ...] = ()
    """As ttk has it: focus, selected, disabled, alternate …"""

    open: bool = True
    """Nothing covers its middle: a click there reaches it."""


class Window(Struct, frozen=True):
    """A window that is open. `box` is what lies inside its frame; `front`: it has the keyboard."""

    title: str
    box: Box
    front: bool
    parts: list[Part]


def windows(root: tk.Misc) -> list[Window]:
    """The windows that can be seen. Main thread only."""
    found = []
    for widget in _below(root):
        if isinstance(widget, tk.Toplevel) and widget.winfo_viewable():
            parts = [part for one in _below(widget) if one.winfo_viewable() for part in _parts(one)]
            focus = widget.focus_displayof()
            front = focus is not None and focus.winfo_toplevel() is widget
            found.append(Window(str(widget.title()), _box(widget), front, parts))
    return found


def _below(widget: tk.Misc) -> Iterator[tk.Misc]:
    for child in widget.winfo_children():
        yield child
        yield from _below(child)


def _parts(widget: tk.Misc) -> Iterator[Part]:
    box = _box(widget)
    yield Part(widget.winfo_class(), box, _text(widget), _value(widget), _state(widget), open=_is_open(widget, box))
    if isinstance(widget, ttk.Notebook):
        yield from _tabs(widget, box)
    elif isinstance(widget, ttk.Treeview):
        yield from _rows(widget, box)


def _box(widget: tk.Misc) -> Box:
    return widget.winfo_rootx(), widget.winfo_rooty(), widget.winfo_width(), widget.winfo_height()


def _is_open(widget: tk.Misc, box: Box) -> bool:
    left, top, width, height = box
    with suppress(KeyError):  # a widget that Tk made for itself, such as the list of a combobox
        return widget.winfo_containing(left + width // 2, top + height // 2) is widget
    return False


def _text(widget: tk.Misc) -> str:
    with suppress(tk.TclError):
        return str(widget.cget("text"))
    return ""


def _value(widget: Any) -> str:
    if isinstance(widget, tk.Text):
        return str(widget.get("1.0", "end-1c"))
    if isinstance(widget, tk.Canvas):
        canvas: Any = widget
        texts = [str(canvas.itemcget(item, "text")) for item in canvas.find_all() if str(canvas.type(item)) == "text"]
        return "\n".join(texts)
    if isinstance(widget, tk.Entry | ttk.Entry):  # a ttk.Combobox too
        value = str(widget.get())
        return "•" * len(value) if str(widget.cget("show")) else value
    return ""


def _state(widget: tk.Misc) -> tuple[str, ...]:
    if isinstance(widget, ttk.Widget):
        return tuple(str(one) for one in widget.state() or ())
    return ("focus",) if widget.focus_displayof() is widget else ()


def _tabs(book: Any, box: Box) -> Iterator[Part]:
    left, top, width, _ = box
    chosen = book.index("current")
    for number, tab in enumerate(book.tabs()):
        ours = [x for x in range(0, width, 4) if _tab_at(book, x) == number]
        if ours:
            place = (left + ours[0], top, ours[-1] - ours[0] + 4, 28)
            state = ("selected",) if number == chosen else ()
            yield Part("Tab", place, str(book.tab(tab, "text")), state=state)


def _tab_at(book: Any, x: int) -> int:
    with suppress(tk.TclError):
        return int(book.index(f"@{x},14"))
    return -1


def _rows(table: ttk.Treeview, box: Box) -> Iterator[Part]:
    for item in table.get_children():
        place = table.bbox(item)
        if place:
            x, y, width, height = (int(one) for one in place)
            state = ("selected",) if item in table.selection() else ()
            values = " | ".join(str(one) for one in _whole(table, item))
            yield Part("Row", (box[0] + x, box[1] + y, width, height), values, state=state)


def _whole(table: ttk.Treeview, item: str) -> list[Any]:
    """The cells of a row whole: what is shown of them follows after."""
    values = list(table.item(item, "values"))
    shown = table.cget("displaycolumns")
    return values if shown == ("#all",) else values[: len(table.cget("columns")) - len(shown)]
