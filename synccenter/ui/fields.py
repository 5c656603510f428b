"""One field for each kind of option: a widget, and what stands beside it while it is typed in."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from tkinter import filedialog, ttk
from typing import Any

from synccenter.contract.connector import Term
from synccenter.contract.model import Account
from synccenter.contract.options import Kind, Option
from synccenter.contract.values import as_text, split
from synccenter.contract.visible import visible
from synccenter.core import autostart
from synccenter.locale import _
from synccenter.service.trial import Facts
from synccenter.ui import look
from synccenter.ui.dropdown import Dropdown
from synccenter.ui.grid import Grid, account_note

Changed = Callable[[Any], str]
"""Hears what was typed and gives the complaint."""


class Field(ttk.Frame):
    """Label, widget, and below it the complaint, or else the help."""

    def __init__(self, master: tk.Misc, option: Option, value: Any, changed: Changed) -> None:
        super().__init__(master)
        self.option = option
        self._changed = changed
        self._silent = True
        self._stored = False
        self.columnconfigure(1, weight=1)
        self.label = ttk.Label(self, text=_(option.label), wraplength=look.px(180), justify="left")
        self.label.grid(row=0, column=0, sticky="nw", pady=(look.px(7), 0))
        self.columnconfigure(0, minsize=look.px(200))
        self.widget = self.build(value)
        self.note = ttk.Label(self, style="Note.TLabel", text=self.hint(), wraplength=look.px(480), justify="left")
        look.wrapped(self.note, self, look.px(220))
        self.arrange()
        self._silent = False

    sticky = "ew"

    def arrange(self) -> None:
        """Widget to the right of the label, the note below it."""
        self.widget.grid(row=0, column=1, sticky=self.sticky)
        self.note.grid(row=1, column=1, sticky="w", pady=(look.px(2), 0))

    def build(self, value: Any) -> ttk.Widget:
        """The widget, filled in."""
        raise NotImplementedError

    def raw(self) -> Any:
        """What stands in it."""
        raise NotImplementedError

    def typed(self) -> None:
        """Something changed: check it and say so beside the field."""
        if not self._silent:
            self.label.configure(style="TLabel")
            self.complain(self._changed(self.raw()))

    def complain(self, complaint: str) -> None:
        """Show what is wrong, or the help again."""
        style = "NoteError.TLabel" if complaint else "Note.TLabel"
        self.note.configure(text=_(complaint) or self.hint(), style=style)

    def mark(self, why: str) -> None:
        """Here an error is put right: the label stands out until something is typed."""
        self.complain(why)
        self.label.configure(style="Error.TLabel")

    def hint(self) -> str:
        """What stands below the widget while all is well."""
        return _(self.option.help)

    def focus_widget(self) -> tk.Widget:
        """Where the keyboard goes when the field is asked for."""
        return self.widget


class EntryField(Field):
    """Text in one line, for most kinds."""

    WIDTHS: Mapping[Kind, int] = {Kind.NUMBER: 8, Kind.ACCOUNT: 10, Kind.DATE: 12, Kind.CLOCK: 8}

    def build(self, value: Any) -> ttk.Widget:
        """See `Field.build`."""
        self.text = tk.StringVar(self, as_text(self.option, value))
        self.text.trace_add("write", lambda *_: self.typed())
        narrow = None if self.option.several else self.WIDTHS.get(self.option.kind)
        self.sticky = "w" if narrow else "ew"
        return ttk.Entry(self, textvariable=self.text, width=narrow or 30)

    def raw(self) -> str:
        """See `Field.raw`."""
        return self.text.get()


class PathField(EntryField):
    """A file or folder, with *Bläddra*."""

    def build(self, value: Any) -> ttk.Widget:
        """See `Field.build`."""
        box = ttk.Frame(self)
        box.columnconfigure(0, weight=1)
        self.text = tk.StringVar(self, as_text(self.option, value))
        self.text.trace_add("write", lambda *_: self.typed())
        self.entry = ttk.Entry(box, textvariable=self.text)
        self.entry.grid(row=0, column=0, sticky="ew")
        ttk.Button(box, text=_("Bläddra…"), command=self._browse).grid(row=0, column=1, padx=(look.px(8), 0))
        return box

    def _browse(self) -> None:
        if self.option.kind is Kind.FOLDER:
            chosen = filedialog.askdirectory(parent=self, initialdir=self.text.get() or None)
        else:
            chosen = filedialog.askopenfilename(parent=self)
        if chosen:
            self.text.set(chosen)

    def focus_widget(self) -> tk.Widget:
        """See `Field.focus_widget`."""
        return self.entry


class AccountField(EntryField):
    """An account number, or several; their names stand below once the chart of accounts is known."""

    accounts: Mapping[int, Account] = {}

    def show_accounts(self, accounts: Mapping[int, Account]) -> None:
        """The chart of accounts has come."""
        self.accounts = accounts
        self.typed_account()

    def typed_account(self) -> None:
        """Name beside the number; inactive and missing ones stand out."""
        notes = [account_note(part, self.accounts) for part in split(self.raw())]
        bad = [text for text, good in notes if not good]
        named = bad or [text for text, _good in notes if text]
        if named:
            style = "NoteError.TLabel" if bad else "NoteGood.TLabel"
            self.note.configure(text=" · ".join([*named, _(self.option.help)]), style=style)

    def complain(self, complaint: str) -> None:
        """See `Field.complain`."""
        super().complain(complaint)
        if not complaint:
            self.typed_account()


class ChoiceField(Field):
    """One of several."""

    sticky = "w"

    def build(self, value: Any) -> ttk.Widget:
        """See `Field.build`."""
        self._choices = self.choices()
        labels = [label for _key, label in self._choices]
        self.box = Dropdown(
            self, values=labels, state="readonly", width=min(42, max(24, *(len(text) for text in labels), 0))
        )
        keys = [key for key, _label in self._choices]
        if value in keys:
            self.box.current(keys.index(value))
        self.box.bind("<<ComboboxSelected>>", lambda _event: self._chosen())
        return self.box

    def choices(self) -> Sequence[tuple[str, str]]:
        """(value, label)."""
        return [(key, _(label)) for key, label in self.option.choices]

    def _chosen(self) -> None:
        self.box.selection_clear()
        self.typed()

    def raw(self) -> str:
        """See `Field.raw`."""
        place = self.box.current()
        return self._choices[place][0] if place >= 0 else ""


class SwitchField(Field):
    """Yes or no."""

    sticky = "w"

    def build(self, value: Any) -> ttk.Widget:
        """See `Field.build`."""
        self.on = tk.BooleanVar(self, bool(value))
        return ttk.Checkbutton(self, variable=self.on, text=_("Ja"), command=self.typed)

    def raw(self) -> bool:
        """See `Field.raw`."""
        return self.on.get()


class AutostartField(SwitchField):
    """Start with Windows; says so when Windows itself has it switched off."""

    def hint(self) -> str:
        """See `Field.hint`."""
        if autostart.autostart() is autostart.Autostart.DISABLED_BY_WINDOWS:
            return _("Avstängt i Windows Aktivitetshanteraren. Kryssa i och spara för att slå på det igen.")
        return super().hint()


class SecretField(Field):
    """A secret: never shown, only replaced or removed."""

    def build(self, value: Any) -> ttk.Widget:
        """See `Field.build`."""
        box = ttk.Frame(self)
        box.columnconfigure(0, weight=1)
        self.text = tk.StringVar(self, value or "")
        self.text.trace_add("write", lambda *_: self.typed())
        self.entry = ttk.Entry(box, textvariable=self.text, show="•")
        self.entry.grid(row=0, column=0, sticky="ew")
        self.remove = ttk.Button(box, text=_("Ta bort"), command=self._remove)
        return box

    def raw(self) -> str:
        """See `Field.raw`."""
        return self.text.get()

    def show_stored(self, *, stored: bool) -> None:
        """Whether there is one in the keychain."""
        self._stored = stored
        if stored:
            self.remove.grid(row=0, column=1, padx=(look.px(8), 0))
        self.complain("")

    def hint(self) -> str:
        """See `Field.hint`."""
        kept = _("Sparad i lösenordsvalvet. Skriv bara för att byta den.")
        return kept if self._stored and not self.text.get() else _(self.option.help)

    def _remove(self) -> None:
        self.text.set("")
        self._changed(None)
        self._stored = False
        self.remove.grid_remove()
        self.note.configure(text=_("Tas bort när du sparar."), style="NoteError.TLabel")

    def focus_widget(self) -> tk.Widget:
        """See `Field.focus_widget`."""
        return self.entry


class SeveralField(Field):
    """Several of a few: weekdays, registers."""

    sticky = "w"

    def build(self, value: Any) -> ttk.Widget:
        """See `Field.build`."""
        box = ttk.Frame(self)
        chosen = set(split(value))
        self.boxes: dict[str, tk.BooleanVar] = {}
        self._beside = 0
        self._ticks: list[ttk.Checkbutton] = []
        for key, label in self.option.choices:
            self.boxes[key] = tk.BooleanVar(self, key in chosen or (not chosen and self.option.empty_is_all))
            self._ticks.append(ttk.Checkbutton(box, text=_(label), variable=self.boxes[key], command=self.typed))
        self._lay(4)
        self.bind("<Configure>", lambda event: self._lay(self._across(event.width)), add="+")
        return box

    def _across(self, width: int) -> int:
        """How many stand beside each other: four, or as many as there is room for."""
        widest = max(one.winfo_reqwidth() for one in self._ticks) + look.px(10)
        return max(1, min(4, (width - look.px(200)) // widest))

    def _lay(self, across: int) -> None:
        if across == self._beside:
            return
        self._beside = across
        for place, one in enumerate(self._ticks):
            one.grid(row=place // across, column=place % across, sticky="w", padx=(0, look.px(10)))

    def raw(self) -> list[str]:
        """See `Field.raw`."""
        ticked = [key for key, on in self.boxes.items() if on.get()]
        return [] if self.option.empty_is_all and len(ticked) == len(self.boxes) else ticked


class SuggestField(Field):
    """A text, with what was found in the till, or in the business system, to choose among."""

    sticky = "w"

    def build(self, value: Any) -> ttk.Widget:
        """See `Field.build`."""
        self.text = tk.StringVar(self, value)
        self._names: dict[str, str] = {}
        self.box = Dropdown(self, textvariable=self.text, width=40)
        self.text.trace_add("write", lambda *_: self.typed())
        return self.box

    def show_suggestions(self, facts: Facts) -> None:
        """What the till holds."""
        if self.option.suggest != "companies":
            return
        companies = facts.companies
        self._offer({visible(f"{one.name} ({one.id})"): one.id for one in companies})
        found = visible(", ".join(f"{one.name}, {one.store}".strip(", ") for one in companies))
        if found:
            text = _("Hittat i kassan: {companies}.").format(companies=found)
            self.note.configure(text=text, style="NoteGood.TLabel")

    def show_choices(self, terms: Sequence[Term]) -> None:
        """What the business system gives to choose among."""
        self._offer({visible(f"{one.name} ({one.code})" if one.name else one.code): one.code for one in terms})

    def _offer(self, names: dict[str, str]) -> None:
        """Values by what people read; what stands there already is shown by its name."""
        self._names = names
        self.box.configure(values=list(names))
        by_id = {key: text for text, key in names.items()}
        if self.text.get() in by_id:
            self._silent = True
            self.text.set(by_id[self.text.get()])
            self._silent = False

    def raw(self) -> str:
        """See `Field.raw`."""
        return self._names.get(self.text.get(), self.text.get())


class SeriesField(Field):
    """A voucher series: those that the business system lets vouchers be made in, to choose among or to write."""

    sticky = "w"

    def build(self, value: Any) -> ttk.Widget:
        """See `Field.build`."""
        self.text = tk.StringVar(self, value)
        self._codes: dict[str, str] = {}
        self.box = Dropdown(self, textvariable=self.text, width=40)
        self.text.trace_add("write", lambda *_: self.typed())
        return self.box

    def show_series(self, found: Sequence[Term]) -> None:
        """What the business system has; the series that is set is shown with its name."""
        self._codes = {visible(f"{one.code} – {one.name}" if one.name else one.code): one.code for one in found}
        self.box.configure(values=list(self._codes))
        by_code = {code: text for text, code in self._codes.items()}
        if self.text.get() in by_code:
            self._silent = True
            self.text.set(by_code[self.text.get()])
            self._silent = False

    def raw(self) -> str:
        """See `Field.raw`."""
        return self._codes.get(self.text.get(), self.text.get())


class TableField(Field):
    """Rows of a TABLE option, below the label over the whole width."""

    def arrange(self) -> None:
        """See `Field.arrange`."""
        self.note.grid(row=0, column=1, sticky="w", pady=(look.px(7), 0))
        self.widget.grid(row=1, column=0, columnspan=2, sticky="ew", pady=look.px(4))

    def build(self, value: Any) -> ttk.Widget:
        """See `Field.build`."""
        self.grid_widget = Grid(self, self.option, value, self.typed)
        return self.grid_widget

    def raw(self) -> list[dict[str, Any]]:
        """See `Field.raw`."""
        return self.grid_widget.rows()

    def show_accounts(self, accounts: Mapping[int, Account]) -> None:
        """The chart of accounts has come."""
        self.grid_widget.show_accounts(accounts)

    def show_suggestions(self, facts: Facts) -> None:
        """What the till holds."""
        self.grid_widget.show_suggestions(facts)

    def begin(self, row: Mapping[str, str]) -> None:
        """A row that begins with these cells, and the keyboard in the next."""
        self.grid_widget.begin(row)

    def focus_widget(self) -> tk.Widget:
        """See `Field.focus_widget`."""
        return self.grid_widget.wanted or self.grid_widget


_BY_KIND: Mapping[Kind, type[Field]] = {
    Kind.CHOICE: ChoiceField,
    Kind.SWITCH: SwitchField,
    Kind.AUTOSTART: AutostartField,
    Kind.ACCOUNT: AccountField,
    Kind.FILE: PathField,
    Kind.FOLDER: PathField,
    Kind.SECRET: SecretField,
    Kind.TABLE: TableField,
}
_SEVERAL: Mapping[Kind, type[Field]] = {Kind.CHOICE: SeveralField, Kind.ACCOUNT: AccountField}
"""Several of other kinds are typed with commas between."""


def make_field(master: tk.Misc, option: Option, value: Any, changed: Changed) -> Field:
    """The field that fits an option."""
    if option.suggest in {"companies", "system"} and not option.several:
        kind: type[Field] = SuggestField
    elif option.suggest == "series":
        kind = SeriesField
    elif option.several:
        kind = _SEVERAL.get(option.kind, EntryField)
    else:
        kind = _BY_KIND.get(option.kind, EntryField)
    return kind(master, option, value, changed)
