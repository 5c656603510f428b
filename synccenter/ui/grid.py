"""A TABLE option as rows of fields that can be added and removed."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping
from tkinter import ttk
from typing import Any

from msgspec import Struct

from synccenter.contract.model import Account
from synccenter.contract.options import Kind, Option, Suggest
from synccenter.contract.values import as_text
from synccenter.locale import _
from synccenter.posting.spelling import code_of
from synccenter.service.trial import Facts
from synccenter.ui import look
from synccenter.ui.dropdown import Dropdown

LISTED = frozenset({"methods", "tills", "groups"})
"""Registers of the till whose entries a cell offers."""

WIDTHS = {Kind.NUMBER: 6, Kind.ACCOUNT: 9, Kind.DATE: 10}


class Grid(ttk.Frame):
    """Headings, rows, *Lägg till rad*. `changed` is called at every keystroke."""

    def __init__(self, master: tk.Misc, option: Option, value: Any, changed: Callable[[], None]) -> None:
        super().__init__(master)
        self.option = option
        self._changed = changed
        self._accounts: Mapping[int, Account] = {}
        self._facts = Facts()
        self._rows: list[_Row] = []
        self.wanted: ttk.Widget | None = None
        """The cell that a person is asked to fill in."""

        self._titles = [self._title(_(one.label)) for one in option.columns]
        self._add = ttk.Button(self, text=_("Lägg till rad"), command=self.add)
        for row in value:
            self._rows.append(_Row(self, option, row, self._typed, self._remove))
        self._lay()

    def _title(self, text: str) -> ttk.Label:
        """A heading in as many lines as it needs, each word in one piece."""
        room = max(look.px(84), *(look.wide(word, "JobsyncSmall") for word in text.split()))
        return ttk.Label(self, text=text, style="Note.TLabel", wraplength=room, justify="left")

    def rows(self) -> list[dict[str, Any]]:
        """What stands in it; rows without anything typed are none."""
        return [row.values(self._facts) for row in self._rows if not row.empty]

    def add(self) -> None:
        """A row more, with the keyboard in it."""
        self._rows.append(_Row(self, self.option, None, self._typed, self._remove))
        self._rows[-1].offer(self._facts)
        self._lay()
        self._rows[-1].cells[0].focus_set()
        self._changed()

    def begin(self, wanted: Mapping[str, str]) -> None:
        """The row that has these cells, or else a new one that begins with them."""
        fitting = (row for row in self._rows if row.has(wanted, self._facts))
        row = next(fitting, None)
        if row is None:
            row = _Row(self, self.option, None, self._typed, self._remove)
            self._rows.append(row)
            row.offer(self._facts)
            row.begin(wanted)
            self._lay()
        self.wanted = row.first_empty

    def show_suggestions(self, facts: Facts) -> None:
        """What the till has, to choose among."""
        self._facts = facts
        for row in self._rows:
            row.offer(facts)

    def show_accounts(self, accounts: Mapping[int, Account]) -> None:
        """Names beside the numbers."""
        self._accounts = accounts
        for row in self._rows:
            row.show_accounts(accounts, self._facts)

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
                title.grid(row=0, column=place, sticky="sw", padx=(0, look.px(6)))
            else:
                title.grid_remove()
        for number, row in enumerate(self._rows):
            row.lay(2 * number + 1)
        self._add.grid(row=2 * len(self._rows) + 1, column=0, columnspan=6, sticky="w", pady=look.px(4))


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

    def values(self, facts: Facts) -> dict[str, Any]:
        """Column -> text as typed; what the till has by its code."""
        return {
            column.name: _key(column, text.get(), facts)
            for column, text in zip(self.option.columns, self.texts, strict=True)
        }

    def has(self, wanted: Mapping[str, str], facts: Facts) -> bool:
        """Whether its cells are those wanted."""
        own = self.values(facts)
        return all(own.get(name) == code_of(text, facts.listed(self._suggest(name))) for name, text in wanted.items())

    def _suggest(self, name: str) -> Suggest | None:
        return next((column.suggest for column in self.option.columns if column.name == name), None)

    def begin(self, wanted: Mapping[str, str]) -> None:
        """Fill in these cells."""
        for column, text in zip(self.option.columns, self.texts, strict=True):
            if column.name in wanted:
                text.set(wanted[column.name])

    @property
    def first_empty(self) -> ttk.Widget:
        """The first cell with nothing in it that must not be empty; the first of all when there is none."""
        asked = zip(self.option.columns, self.texts, self.cells, strict=True)
        empty = [cell for column, text, cell in asked if column.kind is Kind.ACCOUNT and not text.get().strip()]
        return empty[0] if empty else self.cells[0]

    def offer(self, facts: Facts) -> None:
        """The till's own payment methods, tills and groups in the cells that name one."""
        for column, cell in zip(self.option.columns, self.cells, strict=True):
            if column.suggest in LISTED and isinstance(cell, Dropdown):
                cell.configure(values=[code for code, _name in facts.listed(column.suggest)])

    def lay(self, number: int) -> None:
        for place, cell in enumerate([*self.cells, self.button]):
            cell.grid(row=number, column=place, sticky="w", padx=(0, look.px(6)), pady=look.px(2))
        self.note.grid(row=number + 1, column=0, columnspan=len(self.cells) + 1, sticky="w")
        if not self.note.cget("text"):
            self.note.grid_remove()

    def destroy(self) -> None:
        for widget in [*self.cells, self.button, self.note]:
            widget.destroy()

    def show_accounts(self, accounts: Mapping[int, Account], facts: Facts) -> None:
        pairs = list(zip(self.option.columns, self.texts, strict=True))
        notes = [listed_note(column, text.get(), facts) for column, text in pairs if column.suggest in LISTED]
        notes += [account_note(text.get(), accounts) for column, text in pairs if column.kind is Kind.ACCOUNT]
        bad = [text for text, good in notes if text and not good]
        style = "NoteError.TLabel" if bad else "NoteGood.TLabel"
        text = " · ".join(bad or [text for text, _good in notes if text])
        self.note.configure(text=text, style=style)
        if text:
            self.note.grid()
        else:
            self.note.grid_remove()


def _cell(grid: Grid, column: Option, text: tk.StringVar) -> ttk.Widget:
    if column.kind is Kind.CHOICE:
        labels = [_(label) for _key, label in column.choices]
        width = max(len(label) for label in labels)
        return Dropdown(grid, textvariable=text, values=labels, state="readonly", width=min(width, 30))
    if column.suggest in LISTED:
        return Dropdown(grid, textvariable=text, width=11)
    return ttk.Entry(grid, textvariable=text, width=WIDTHS.get(column.kind, 14))


def _shown(column: Option, value: Any) -> str:
    if column.kind is Kind.CHOICE:
        return next((_(label) for key, label in column.choices if key == value), "")
    return as_text(column, value)


def _key(column: Option, text: str, facts: Facts) -> str:
    if column.suggest in LISTED:
        return code_of(text.strip(), facts.listed(column.suggest))
    if column.kind is Kind.CHOICE:
        return next((key for key, label in column.choices if _(label) == text), text)
    return text


def listed_note(column: Option, text: str, facts: Facts) -> tuple[str, bool]:
    """(what to say of a payment method, till or group, whether the till has it); its name when the code is another."""
    known = dict(facts.listed(column.suggest))
    code = code_of(text.strip(), known.items())
    if not known or not code:
        return "", True
    if code not in known:
        return _("”{text}” finns inte i kassan; välj i listan").format(text=code), False
    return (known[code] if known[code].casefold() != text.strip().casefold() else ""), True


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
