"""*Kom i gång*: the settings as a guide. Each step is looked at before the next; the last page says what remains."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from tkinter import ttk
from typing import TYPE_CHECKING

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.locale import _
from synccenter.service import trial
from synccenter.service.trial import Facts
from synccenter.ui import look
from synccenter.ui.form import Page, Scroller
from synccenter.ui.places import place_of
from synccenter.ui.settings_layout import STEPS

if TYPE_CHECKING:
    from synccenter.ui.settings_window import SettingsWindow


class Guide(ttk.Frame):
    """The steps, one at a time, and their buttons in the bar of the window."""

    def __init__(self, master: tk.Misc, form: SettingsWindow) -> None:
        super().__init__(master)
        self._form = form
        self.step = 0
        self.passed: set[str] = set()
        """Steps that the person goes by although something in them remains."""

        self.heading = ttk.Label(self, style="Head.TLabel")
        self.heading.pack(anchor="w")
        self.progress = ttk.Label(self, style="Muted.TLabel", justify="left")
        self.progress.pack(fill="x", pady=(0, look.px(8)))
        look.wrapped(self.progress)
        self.deck = ttk.Frame(self)
        self.deck.pack(fill="both", expand=True)
        for title, groups in STEPS.items():
            footer = form.footer(title)
            form.pages[title] = Page(self.deck, form.draft, groups, form.changed, footer)
        self.last = Remaining(self.deck, self.go_to)
        self._buttons()
        if form.draft.value("safety.cutover") is None:
            form.draft.propose("safety.cutover", datetime.now(UTC).astimezone().date().isoformat())
            form.pages["Startdatum"].draw()
        self.show_step()

    def _buttons(self) -> None:
        form = self._form
        self.test_button = form.button(_("Testa anslutning"), form.acts.test)
        self.dry_button = form.button(_("Provkörning"), form.acts.dry_run)
        self.next_button = form.button(_("Nästa"), self.go_on, accent=True, side="right")
        self.pass_button = form.button(_("Fortsätt ändå"), self.go_by, side="right")
        self.back_button = form.button(_("Tillbaka"), self.go_back, side="right")
        for button in (self.pass_button, self.next_button):
            look.last_in_tab_order(button)

    @property
    def titles(self) -> list[str]:
        """The steps by their (Swedish) titles."""
        return list(self._form.pages)

    @property
    def at_the_end(self) -> bool:
        """Whether the last page is shown: what remains."""
        return self.step == len(self._form.pages)

    def show_step(self) -> None:
        """Show the step that it stands at."""
        for page in (*self._form.pages.values(), self.last):
            page.pack_forget()
        if self.at_the_end:
            self._show_last()
        else:
            self._show_page(self.titles[self.step])
        self.next_button.state(["!disabled"])
        self.pass_button.pack_forget()
        self.back_button.state(["!disabled" if self.step else "disabled"])
        for button in (self.test_button, self.dry_button):
            if self.at_the_end:
                button.pack(side="left", padx=(0, look.px(8)))
            else:
                button.pack_forget()

    def _show_page(self, title: str) -> None:
        page = self._form.pages[title]
        page.pack(fill="both", expand=True)
        self.heading.configure(text=_(title))
        self.progress.configure(text=_("Steg {n} av {of}").format(n=self.step + 1, of=len(self.titles)))
        self.next_button.configure(text=_("Nästa"))
        self._form.say(self._form.proposed if title == "Konton" else "")
        self.into_first_field()

    def into_first_field(self) -> None:
        """The keyboard in the first field of the step that is shown."""
        page = None if self.at_the_end else self._form.pages[self.titles[self.step]]
        if page is not None and page.fields:
            next(iter(page.fields.values())).focus_widget().focus_set()

    def _show_last(self) -> None:
        self.last.pack(fill="both", expand=True)
        self.heading.configure(text=_("Kontrollerar…"))
        self.progress.configure(text=_("Allt prövas mot kassan och affärssystemet. Inget skickas."))
        self.next_button.configure(text=_("Spara och synkronisera"))
        self._form.say("")
        self.last.fill((), ())
        form, typed = self._form, self._form.typed()
        form.look(lambda shop, _log: trial.remaining(shop, typed), self._show_remaining, self._show_trouble)

    def _show_remaining(self, found: tuple[Sequence[Problem], Sequence[Problem]]) -> None:
        if not self.at_the_end:
            return
        must, look_at = found
        if must:
            self.heading.configure(text=_("Det här återstår"))
            self.progress.configure(text=_("Klicka på en rad för att komma till fältet. Det går att spara ändå."))
        else:
            self.heading.configure(text=_("Klart"))
            self.progress.configure(text=_("Allt är rätt. Spara, så görs den första synkroniseringen medan du ser på."))
        self.last.fill(must, look_at)
        self.next_button.focus_set()

    def _show_trouble(self, problem: Problem) -> None:
        self._show_remaining(([problem], []))

    # --- going on ---------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """The next step, when this one is right: its fields by their rules, then what they point at."""
        if self.at_the_end:
            self._form.save()
            return
        title = self.titles[self.step]
        page = self._form.pages[title]
        complaints = self._form.draft.complaints(page.names)
        if complaints:
            page.complain(complaints)
            self._form.count(len(complaints))
            return
        self.next_button.state(["disabled"])
        self.pass_button.pack_forget()
        self._form.say(_("Kontrollerar…"))
        typed = self._form.typed()
        self._form.look(
            lambda shop, _log: trial.step(shop, typed, title),
            lambda problems: self._looked(title, problems),
            lambda problem: self._looked(title, [problem]),
        )

    def _looked(self, title: str, problems: Sequence[Problem]) -> None:
        if self.at_the_end or self.titles[self.step] != title:
            return  # the person went back meanwhile
        self.next_button.state(["!disabled"])
        if not problems or title in self.passed:
            self._go_forward()
            return
        first = problems[0]
        place = place_of(first, self._form.draft)
        page = self._form.pages[title]
        self._form.say(first.sentence(), bad=True)
        if place and place.name in page.names:
            page.point_at(place.name, first.what, place.row)
        self.pass_button.pack(side="right", padx=(look.px(8), 0), before=self.back_button)

    def corrected(self) -> None:
        """A field of the step was changed: it is looked at anew before anybody goes by it."""
        self.pass_button.pack_forget()
        if not self.at_the_end:
            self.passed.discard(self.titles[self.step])

    def go_by(self) -> None:
        """Leave a step as it is; what remains stands on the last page."""
        self.passed.add(self.titles[self.step])
        self._go_forward()

    def _go_forward(self) -> None:
        self.step += 1
        self.show_step()
        self._form.look_up()

    def go_back(self) -> None:
        """The step before."""
        self.step = max(0, self.step - 1)
        self.show_step()

    def go_to(self, problem: Problem) -> None:
        """The step and the field where a problem is put right."""
        place = place_of(problem, self._form.draft)
        for number, page in enumerate(self._form.pages.values()):
            if place and place.name in page.names:
                self.step = number
                self.show_step()
                self._form.say(problem.sentence(), bad=True)
                page.point_at(place.name, problem.what, place.row)
                return
        self._form.say(problem.sentence(), bad=True)

    def go_to_page(self, title: str) -> None:
        """The step of that title."""
        self.step = self.titles.index(title)
        self.show_step()


class Remaining(Scroller):
    """What remains to be done, each row a button that leads to its field."""

    def __init__(self, master: tk.Misc, go_to: Callable[[Problem], None]) -> None:
        super().__init__(master)
        self._go_to = go_to

    def fill(self, must: Sequence[Problem], look_at: Sequence[Problem]) -> None:
        """Show these: first what must be done, then what is worth a look."""
        for child in self.inside.winfo_children():
            child.destroy()
        self._rows(must)
        if look_at:
            head = ttk.Label(self.inside, text=_("Värt att titta på"), style="Title.TLabel")
            head.pack(anchor="w", pady=(look.px(12), 0))
        self._rows(look_at)

    def _rows(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            about = f"{problem.item}: " if problem.item else ""
            button = ttk.Button(
                self.inside,
                text=f"{about}{_(problem.title)}",
                style="Row.TButton",
                command=partial(self._go_to, problem),
            )
            button.pack(fill="x", pady=(look.px(8), 0))
            text = f"{problem.what} {_('Gör så här:')} {problem.fix}"
            note = ttk.Label(self.inside, text=text, style="Note.TLabel", justify="left")
            note.pack(fill="x", padx=look.px(12))
            look.wrapped(note)


_NONE_YET = {catalogue.DATABASE_MISSING.code}


class Found(ttk.Label):
    """On the first step: what stands in the till's database, or why it cannot be read."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, justify="left")
        look.wrapped(self)

    def show(self, facts: Facts, *, nothing_chosen: bool = False) -> None:
        """Tell it. `nothing_chosen`: nobody has pointed at a database yet, so that none is found is no error."""
        if not facts.companies and nothing_chosen and facts.problem and facts.problem.code in _NONE_YET:
            text = _("Här visas företag, kassor, betalsätt och varugrupper så snart kassans databas är vald.")
            self.configure(text=text, style="Muted.TLabel")
            return
        if not facts.companies:
            text = facts.problem.sentence() if facts.problem else _("Letar efter kassan…")
            self.configure(text=text, style="Error.TLabel" if facts.problem else "Muted.TLabel")
            return
        rows = [_("Företag: {names}").format(names=_listed([one.name for one in facts.companies]))]
        for text, names in (
            (_("Kassor: {names}"), [one.name or one.till for one in facts.tills]),
            (_("Betalsätt: {names}"), [name or code for code, name in facts.methods]),
            (_("Varugrupper: {names}"), [name or code for code, name in facts.groups]),
        ):
            if names:
                rows.append(text.format(names=_listed(names)))
        if facts.problem and not facts.tills:
            rows.append(facts.problem.sentence())
        self.configure(text="\n".join(rows), style="TLabel")


def found_line(facts: Facts) -> str:
    """The same in one line, for a window where the rest must be scrolled to."""
    names = ", ".join(one.name for one in facts.companies)
    told = _("Hittat i kassan: {companies}.").format(companies=names)
    return f"{told} {_('Kassor: {names}').format(names=_listed([one.name or one.till for one in facts.tills]))}"


MOST = 8
"""So many names are told of each."""


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST
    return ", ".join(names[:MOST]) + (_(" och {n} till").format(n=more) if more > 0 else "")
