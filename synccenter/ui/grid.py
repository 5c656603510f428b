"""A TABLE option as rows of fields that can be added and removed."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping
from tkinter import ttk
from typing import Any

from msgspec import Struct

from synccenter.contract.model import Account
from synccenter.contract.options import Kind, Option
from synccenter.contract.values import as_text
from synccenter.locale import _
from synccenter.ui import look

WIDTHS = {Kind.NUMBER: 6, Kind.ACCOUNT: 9, Kind.DATE: 11}


class Grid(ttk.Frame):
    """Headings, rows, *Lägg till rad*. `changed` is called at every keystroke."""

    def __init__(self, master: tk.Misc, option: Option, value: Any, changed: Callable[[], None]) -> None:
        super().__init__(master)
        self.option = option
        self._changed = changed
        self._accounts: Mapping[int, Account] = {}
        self._rows: list[_Row] = []
        self._titles = [ttk.Label(self, text=_(one.label), style="Note.TLabel") for one in option.columns]
        self._add = ttk.Button(self, text=_("Lägg till rad"), command=self.add)
        for row in value:
            self._rows.append(_Row(self, option, row, self._typed, self._remove))
        self._lay()

    def rows(self) -> list[dict[str, Any]]:
        """What stands in it; rows without anything typed are none."""
        return [row.values() for row in self._rows if not row.empty]

    def add(self) -> None:
        """A row more, with the keyboard in it."""
        self._rows.append(_Row(self, self.option, None, self._typed, self._remove))
        self._lay()
        self._rows[-1].cells[0].focus_set()
        self._changed()

    def show_accounts(self, accounts: Mapping[int, Account]) -> None:
        """Names beside the numbers."""
        self._accounts = accounts
        for row in self._rows:
            row.show_accounts(accounts)

    def _typed(self) -> None:
        self._changed()
        self.show_accounts(self._accounts)

    def _remove(self, row: _Row) -> None:
        self._rows.remove(row)
        row.destroy()
        self._lay()
        self._changed()

    def _lay(self) -> None:
        for place, title in enumerate(self._titles):
            if self._rows:
                title.grid(row=0, column=place, sticky="w", padx=(0, look.px(6)))
            else:
                title.grid_remove()
        for number, row in enumerate(self._rows, 1):
            row.lay(number)
        self._add.grid(row=len(self._rows) + 1, column=0, columnspan=6, sticky="w", pady=look.px(4))


class _Row:
    """One row: its cells, a button, and a note about its accounts."""

    def __init__(
        self,
        grid: Grid,
        option: Option,
        row: Struct | None,
        typed: Callable[[], None],
        remove: Callable[[_Row], None],
    ) -> None:
        self.option = option
        self.texts: list[tk.StringVar] = []
        self.cells: list[ttk.Widget] = []
        for column in option.columns:
            value = column.default if row is None else getattr(row, column.attribute)
            text = tk.StringVar(grid, _shown(column, value))
            text.trace_add("write", lambda *_: typed())
            self.texts.append(text)
            self.cells.append(_cell(grid, column, text))
        self.button = ttk.Button(grid, text="✕", width=2, command=lambda: remove(self))
        self.note = ttk.Label(grid, style="Note.TLabel")

    @property
    def empty(self) -> bool:
        """Whether nothing was typed in any cell that has no default."""
        blank = [_shown(column, column.default) for column in self.option.columns]
        return [text.get().strip() for text in self.texts] == blank

    def values(self) -> dict[str, Any]:
        """Column -> text as typed."""
        return {
            column.name: _key(column, text.get()) for column, text in zip(self.option.columns, self.texts, strict=True)
        }

    def lay(self, number: int) -> None:
        for place, cell in enumerate([*self.cells, self.button, self.note]):
            cell.grid(row=number, column=place, sticky="w", padx=(0, look.px(6)), pady=look.px(2))

    def destroy(self) -> None:
        for widget in [*self.cells, self.button, self.note]:
            widget.destroy()

    def show_accounts(self, accounts: Mapping[int, Account]) -> None:
        notes = [
            account_note(text.get(), accounts)
            for column, text in zip(self.option.columns, self.texts, strict=True)
            if column.kind is Kind.ACCOUNT
        ]
        bad = [text for text, good in notes if text and not good]
        style = "NoteError.TLabel" if bad else "NoteGood.TLabel"
        text = " · ".join(bad or [text for text, _good in notes if text])
        self.note.configure(text=text, style=style)


def _cell(grid: Grid, column: Option, text: tk.StringVar) -> ttk.Widget:
    if column.kind is Kind.CHOICE:
        labels = [_(label) for _key, label in column.choices]
        width = max(len(label) for label in labels)
        return ttk.Combobox(grid, textvariable=text, values=labels, state="readonly", width=min(width, 30))
    return ttk.Entry(grid, textvariable=text, width=WIDTHS.get(column.kind, 16))


def _shown(column: Option, value: Any) -> str:
    if column.kind is Kind.CHOICE:
        return next((_(label) for key, label in column.choices if key == value), "")
    return as_text(column, value)


def _key(column: Option, text: str) -> str:
    if column.kind is Kind.CHOICE:
        return next((key for key, label in column.choices if _(label) == text), text)
    return text


def account_note(text: str, accounts: Mapping[int, Account]) -> tuple[str, bool]:
    """(what to say of an account number, whether it is good); "" when the chart is not known."""
    if not accounts or not str(text).strip().isdigit():
        return "", True
    account = accounts.get(int(text))
    if account is None:
        return _("{number} finns inte i kontoplanen").format(number=text), False
    if not account.active:
        return _("{name} (inaktivt)").format(name=account.name), False
    return account.name, True
