"""A page of the settings, drawn from declared options. Scrolls when it is higher than the window."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from tkinter import ttk

from synccenter.contract.connector import Term
from synccenter.contract.model import Account
from synccenter.contract.options import Kind
from synccenter.locale import _
from synccenter.service.trial import Facts
from synccenter.ui import look
from synccenter.ui.draft import Draft
from synccenter.ui.fields import AccountField, Field, SecretField, SeriesField, SuggestField, TableField, make_field
from synccenter.ui.settings_layout import Group, filled
from synccenter.ui.touchbar import Touchbar


class Scroller(ttk.Frame):
    """A frame that scrolls; `inside` is where things go."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master)
        self.canvas = tk.Canvas(self, highlightthickness=0)
        look.painted(self.canvas, lambda: look.grounded(self.canvas))
        self.bar = Touchbar(self, self.canvas.yview)
        self.canvas.configure(yscrollcommand=self.bar.set)
        self.columnconfigure(0, weight=1)
        # The bar's room is kept while there is nothing to scroll: texts that wrap would need the bar at one width and
        # not at the other, and Tk would lay them out for ever.
        self.columnconfigure(1, minsize=look.TOUCH)
        self.rowconfigure(0, weight=1)
        self.canvas.grid(row=0, column=0, sticky="nsew")
        self.bar.grid(row=0, column=1, sticky="ns")
        self.inside = ttk.Frame(self.canvas, padding=(look.px(16), look.px(8)))
        item = self.canvas.create_window(0, 0, window=self.inside, anchor="nw")
        self.inside.bind("<Configure>", lambda _event: self.canvas.configure(scrollregion=self.canvas.bbox("all")))
        self.canvas.bind("<Configure>", lambda event: self.canvas.itemconfigure(item, width=event.width))

    def focused(self, widget: tk.Misc) -> None:
        """The keyboard has come to a widget; follow it."""
        if isinstance(widget, tk.Widget) and str(widget).startswith(f"{self.inside}."):
            self.into_sight(widget)

    def wheel(self, steps: int) -> None:
        """Scroll, unless everything is in sight."""
        if self.canvas.yview() != (0.0, 1.0):
            self.canvas.yview_scroll(steps, "units")

    def into_sight(self, widget: tk.Widget) -> None:
        """Scroll until a widget is seen: the keyboard must not wander out of the window."""
        self.update_idletasks()
        height = max(1, self.inside.winfo_height())
        top = widget.winfo_rooty() - self.inside.winfo_rooty()
        seen, low = (part * height for part in self.canvas.yview())
        margin = look.px(40)
        if top < seen:
            self.canvas.yview_moveto(max(0, top - margin) / height)
        elif top + widget.winfo_height() > low:
            self.canvas.yview_moveto((top + widget.winfo_height() + margin - (low - seen)) / height)


class Page(Scroller):
    """Groups of fields. What `when` hides and what is *advanced* and folded is not drawn."""

    def __init__(
        self,
        master: tk.Misc,
        draft: Draft,
        groups: Sequence[Group],
        changed: Callable[[str], None],
        footer: Callable[[ttk.Frame], None] | None = None,
    ) -> None:
        super().__init__(master)
        self._footer = footer
        self._draft = draft
        self._groups = groups
        self._changed = changed
        self.fields: dict[str, Field] = {}
        self._unfolded = False
        self._facts: Facts | None = None
        self._accounts: Mapping[int, Account] = {}
        self._series: Sequence[Term] = ()
        self._choices: Mapping[str, Sequence[Term]] = {}
        self.draw()

    @property
    def names(self) -> list[str]:
        """All options of the page, shown or not."""
        return [name for _group, names in filled(self._groups, self._draft) for name in names]

    def draw(self) -> None:
        """Draw the fields that count now."""
        top = self.canvas.yview()[0]
        for child in self.inside.winfo_children():
            child.destroy()
        self.fields = {}
        folded = 0
        for group, names in filled(self._groups, self._draft):
            folded += self._draw_group(group, names)
        if self._footer:
            self._footer(self.inside)
        if folded or self._unfolded:
            text = _("Visa färre") if self._unfolded else _("Visa fler inställningar ({n})").format(n=folded)
            ttk.Button(self.inside, text=text, command=self._fold).pack(anchor="w", pady=look.px(12))
        self.update_idletasks()
        self.canvas.yview_moveto(top)
        if self._facts:
            self.show_facts(self._facts)
        if self._accounts:
            self.show_accounts(self._accounts)
        self.show_series(self._series)
        self.show_choices(self._choices)

    def _draw_group(self, group: Group, declared: Sequence[str]) -> int:
        """The number of options left out because they are folded away."""
        names = [name for name in declared if self._draft.visible(name)]
        all_ = self._unfolded or group.unfolded
        shown = [name for name in names if all_ or not self._draft.option(name).advanced]
        if group.title and (shown or group.lead):
            label = ttk.Label(self.inside, text=_(group.title), style="Title.TLabel")
            label.pack(anchor="w", pady=(look.px(12), look.px(2)))
        if group.lead:
            lead = ttk.Label(self.inside, text=_(group.lead), wraplength=look.px(660), justify="left")
            look.wrapped(lead)
            lead.pack(anchor="w", fill="x", pady=(0, look.px(6)))
        for name in shown:
            self._draw_field(name)
        return len(names) - len(shown)

    def _draw_field(self, name: str) -> None:
        option = self._draft.option(name)
        value = self._draft.secrets.get(name) if option.kind is Kind.SECRET else self._draft.value(name)
        field = make_field(self.inside, option, value, lambda raw: self._typed(name, raw))
        field.pack(fill="x", pady=look.px(5))
        self.fields[name] = field

    def _typed(self, name: str, raw: object) -> str:
        if self._draft.option(name).kind is Kind.SECRET:
            self._draft.put_secret(name, None if raw is None else str(raw))
            self._changed(name)
            return ""
        complaint = self._draft.put(name, raw)
        self._changed(name)
        if not complaint and self._decides(name):
            self.after_idle(lambda: self._draw_again(name))
        return complaint

    def _draw_again(self, name: str) -> None:
        """After a choice that other fields depend on; the keyboard stays where it was."""
        self.draw()
        if name in self.fields:
            self.fields[name].focus_widget().focus_set()

    def _decides(self, name: str) -> bool:
        """Whether other fields of the page come and go with this one."""
        section, _, short = name.partition(".")
        if name == "integration.system":
            return True
        return any(option.when and option.when[0] == short for option in self._draft.options(section))

    def unfold(self) -> None:
        """Show what is seldom needed too."""
        if not self._unfolded:
            self._fold()

    def _fold(self) -> None:
        self._unfolded = not self._unfolded
        self.draw()

    def complain(self, complaints: Mapping[str, str]) -> None:
        """Show what is wrong, unfold when it is hidden, and put the keyboard in the first."""
        if any(name in self.names and name not in self.fields for name in complaints):
            self.unfold()
        wrong = [name for name in self.fields if name in complaints]
        for name in wrong:
            self.fields[name].complain(complaints[name])
        if wrong:
            widget = self.fields[wrong[0]].focus_widget()
            widget.focus_set()
            self.into_sight(widget)

    def point_at(self, name: str, why: str, row: Mapping[str, str]) -> None:
        """Mark a field, with the reason beside it and the keyboard in it; a table gets the row that is wanted."""
        if name in self.names and name not in self.fields:
            self.unfold()
        field = self.fields.get(name)
        if field is None:
            return
        if isinstance(field, TableField) and row:
            field.begin(row)
        field.mark(why)
        widget = field.focus_widget()
        widget.focus_set()
        self.into_sight(widget)

    def show_facts(self, facts: Facts) -> None:
        """What was found in the till and in the keychain."""
        self._facts = facts
        for name, field in self.fields.items():
            if isinstance(field, SuggestField | TableField):
                field.show_suggestions(facts)
            elif isinstance(field, SecretField):
                field.show_stored(stored=name in facts.stored and self._draft.secrets.get(name, "") is not None)

    def show_series(self, series: Sequence[Term]) -> None:
        """The voucher series of the business system."""
        self._series = series
        for field in self.fields.values():
            if isinstance(field, SeriesField):
                field.show_series(series)

    def show_choices(self, found: Mapping[str, Sequence[Term]]) -> None:
        """What the business system gives to choose among, by setting."""
        self._choices = found
        for name, field in self.fields.items():
            if isinstance(field, SuggestField) and name in found:
                field.show_choices(found[name])

    def show_accounts(self, accounts: Mapping[int, Account]) -> None:
        """The chart of accounts."""
        self._accounts = accounts
        for field in self.fields.values():
            if isinstance(field, AccountField | TableField):
                field.show_accounts(accounts)
