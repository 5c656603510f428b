"""*Öppna inställningar*: the whole form in pages; at the first start the same form as a guide in steps."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from tkinter import ttk
from typing import Any, TypeVar

from synccenter.contract import catalogue
from synccenter.contract.connector import Term
from synccenter.contract.errors import Problem
from synccenter.contract.model import Account
from synccenter.contract.options import Kind
from synccenter.contract.values import as_text
from synccenter.core import autostart, installation
from synccenter.core.logs import Log
from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from synccenter.locale import _
from synccenter.posting.proposal import propose
from synccenter.service import trial
from synccenter.service.trial import Facts, Typed
from synccenter.shop import SETTINGS_FILE, Shop
from synccenter.ui import look
from synccenter.ui.book import Book
from synccenter.ui.dialogs import ask
from synccenter.ui.draft import Draft
from synccenter.ui.form import Page
from synccenter.ui.guide import Found, Guide, found_line
from synccenter.ui.host import Host
from synccenter.ui.menu import Act
from synccenter.ui.places import place_of
from synccenter.ui.settings_acts import Acts
from synccenter.ui.settings_layout import PAGES
from synccenter.ui.sign_in import SignInCard
from synccenter.ui.wording import PROGRAM

WIDTH, HEIGHT = 800, 660
LOOK_AFTER_MS = 400
NOT_STARTING = frozenset(
    entry.code for entry in (catalogue.AUTOSTART_REFUSED, catalogue.IN_ARCHIVE, catalogue.LIES_IN_STARTUP)
)
"""All is saved but the start with Windows."""
"""So long after the last keystroke the till is asked again."""

SEEN_IN_THE_TILL = frozenset(
    {
        "integration.system",
        "general.till_source",
        "general.till_database",
        "general.till_password",
        "general.company",
    }
)
"""What decides what is found in the till and the business system."""

T = TypeVar("T")


class SettingsWindow:
    """One window; made anew each time it is opened, so that it always shows what is saved."""

    def __init__(self, host: Host) -> None:
        self._host = host
        path = host.folder / SETTINGS_FILE
        self._settings = Settings.load(path, sections(host.registry))
        self.guide = not path.exists()
        self._show_real_autostart()
        self.draft = Draft(self._settings)
        self._facts = Facts()
        self._accounts: Mapping[int, Account] = {}
        self.proposed = ""
        self._mending = False
        self._later = ""
        self.closed = False
        self._busy = False
        self.window = tk.Toplevel(host.root(), class_="Jobsync")
        self.window.withdraw()
        title = _("Kom i gång") if self.guide else _("Inställningar")
        self.window.title(f"{title} – {PROGRAM}")
        look.place_window(self.window, WIDTH, HEIGHT)
        self.acts = Acts(self.window, host, self.typed)
        self._found: Found | None = None
        self._card: SignInCard | None = None
        self.pages: dict[str, Page] = {}
        self._build()
        self._bind()
        self.look_up()

    # --- building --------------------------------------------------------------------------------------------

    def _build(self) -> None:
        frame = ttk.Frame(self.window, padding=look.px(16))
        frame.pack(fill="both", expand=True)
        for problem in self._settings.problems:
            label = ttk.Label(frame, text=problem.sentence(), style="Error.TLabel", justify="left")
            label.pack(fill="x", pady=(0, look.px(8)))
            look.wrapped(label)
        self.bar = ttk.Frame(frame)
        self.bar.pack(side="bottom", fill="x", pady=(look.px(12), 0))
        self.note = ttk.Label(frame, style="Note.TLabel", justify="left")
        self.note.pack(side="bottom", fill="x", pady=(look.px(6), 0))
        look.wrapped(self.note)
        if self.guide:
            self.steps = Guide(frame, self)
            self.steps.pack(fill="both", expand=True)
        else:
            self._build_book(frame)
        look.last_in_tab_order(self.bar)

    def _build_book(self, frame: ttk.Frame) -> None:
        self.book = Book(frame)
        self.book.pack(fill="both", expand=True)
        for title, groups in PAGES.items():
            page = Page(self.book, self.draft, groups, self.changed, self.footer(title))
            self.pages[title] = page
            self.book.add(page, text=_(title))
        self.acts.buttons(self.bar)
        leave = self.button(_("Avbryt"), self.cancel, side="right")
        self.button(_("Spara"), self.save, accent=True, side="right")
        look.last_in_tab_order(leave)

    def button(self, text: str, command: Any, *, accent: bool = False, side: Any = "left") -> ttk.Button:
        """A button in the bar at the bottom."""
        button = ttk.Button(self.bar, text=text, command=command, style="Accent.TButton" if accent else "TButton")
        button.pack(side=side, padx=(0, look.px(8)) if side == "left" else (look.px(8), 0))
        return button

    def _bind(self) -> None:
        self.window.protocol("WM_DELETE_WINDOW", self.cancel)
        self.window.bind("<Escape>", lambda _event: self.cancel())
        self.window.bind("<Control-s>", lambda _event: self.save())
        self.window.bind("<FocusIn>", lambda event: self._focused(event.widget))
        self.window.bind("<MouseWheel>", lambda event: self._wheel(-1 if event.delta > 0 else 1))
        self.window.bind("<Button-4>", lambda _event: self._wheel(-1))
        self.window.bind("<Button-5>", lambda _event: self._wheel(1))

    def _focused(self, widget: tk.Misc) -> None:
        for page in self.pages.values():
            page.focused(widget)

    def _wheel(self, steps: int) -> None:
        for page in self.pages.values():
            if page.winfo_viewable():
                page.wheel(steps)

    def footer(self, title: str) -> Any:
        """What stands below the fields of a page."""
        return {
            "Kassan": self._found_label,
            "Affärssystem": self._sign_in_button,
            "Integration": self._sign_in_button,
            "Konton": self._propose_button,
        }.get(title)

    def _found_label(self, frame: ttk.Frame) -> None:
        self._found = Found(frame)
        self._found.pack(fill="x", pady=look.px(12))
        self._show_found()

    def _sign_in_button(self, frame: ttk.Frame) -> None:
        system = self._host.registry.get(self.draft.value("integration.system"))
        if system is not None and self.draft.chosen(system).capabilities.needs_sign_in:
            card = SignInCard(frame, lambda: self.acts.sign_in(self._signed_in), self._sign_out)
            card.pack(fill="x", pady=look.px(8))
            self._card = card
            self._signed_in()

    def _sign_out(self) -> None:
        """After the question: nothing is fetched or sent until somebody signs in again."""
        question = _("Inget hämtas och inget skickas förrän någon har loggat in igen.")
        if ask(self.window, _("Logga ut"), question, (_("Logga ut"), _("Avbryt")), default=1) == 0:
            typed = self.typed()
            self._host.service.do(
                lambda shop, log: trial.sign_out(shop, log, typed),
                lambda _none: self._host.post(lambda: None if self.closed else self._signed_in()),
                lambda problem: self._host.post(
                    lambda: None if self.closed else self.say(problem.sentence(), bad=True)
                ),
            )

    def _signed_in(self) -> None:
        """Ask who is signed in; the card shows it."""
        typed = self.typed()
        self.look(
            lambda shop, _log: trial.signed_in(shop, typed),
            lambda found: self._card.show(found) if self._card else None,
            lambda problem: self.say(problem.sentence(), bad=True),
        )

    def _propose_button(self, frame: ttk.Frame) -> None:
        button = ttk.Button(frame, text=_("Föreslå konton"), command=self.propose)
        button.pack(anchor="w", pady=look.px(8))

    def _show_real_autostart(self) -> None:
        """The tick shows what Windows will do, also when a person changed it by hand; what was saved, where Windows
        does not say."""
        if (now := autostart.autostart()) is not autostart.Autostart.UNKNOWN:
            self._settings.set("general.autostart", now is autostart.Autostart.ON)

    # --- what is typed ---------------------------------------------------------------------------------------

    def typed(self) -> Typed:
        """What stands in the form, for trying it out."""
        return Typed(dict(self.draft.values()), dict(self.draft.secrets))

    def changed(self, name: str) -> None:
        """A field was typed in: what the form shows beside the fields may be another now."""
        self.say("")
        if self.guide:
            self.steps.corrected()
        if name in SEEN_IN_THE_TILL or self.draft.option(name).kind in {Kind.FILE, Kind.FOLDER}:
            if self._later:
                self.window.after_cancel(self._later)
            self._later = self.window.after(LOOK_AFTER_MS, self.look_up)

    def say(self, text: str, *, bad: bool = False) -> None:
        """The line above the buttons."""
        self.note.configure(text=text, style="NoteError.TLabel" if bad else "Note.TLabel")

    def look(
        self, work: Callable[[Shop, Log], T], done: Callable[[T], None], failed: Callable[[Problem], None]
    ) -> None:
        """Look at something in another thread; the answer comes to this window, unless it is gone."""

        def shown(show: Callable[[Any], None]) -> Callable[[Any], None]:
            return lambda answer: self._host.post(lambda: None if self.closed else show(answer))

        self._host.looker().submit(work, shown(done), shown(failed))

    def look_up(self) -> None:
        """Ask the till and the business system, in another thread, for what the form shows beside the fields."""
        self._later, typed = "", self.typed()
        self.look(lambda shop, _log: trial.facts(shop, typed), self._show_facts, lambda _problem: None)
        self.look(lambda shop, _log: trial.accounts(shop, typed), self._show_accounts, lambda _problem: None)
        self.look(lambda shop, _log: trial.series(shop, typed), self._show_series, lambda _problem: None)
        self.look(lambda shop, _log: trial.choices(shop, typed), self._show_choices, lambda _problem: None)

    def _show_facts(self, found: Facts) -> None:
        self._facts = found
        for page in self.pages.values():
            page.show_facts(found)
        self._show_found()
        if self.guide and self.steps.step == 0 and found.tills:
            self.note.configure(text=found_line(found), style="NoteGood.TLabel")
        self._propose_in_guide()

    def _show_found(self) -> None:
        if self._found is not None and self._found.winfo_exists():
            self._found.show(self._facts, nothing_chosen=not self.draft.value("general.till_database"))

    def _show_accounts(self, found: tuple[Account, ...]) -> None:
        self._accounts = {account.number: account for account in found}
        for page in self.pages.values():
            page.show_accounts(self._accounts)
        self._propose_in_guide()

    def _show_series(self, found: tuple[Term, ...]) -> None:
        for page in self.pages.values():
            page.show_series(found)

    def _show_choices(self, found: Mapping[str, Sequence[Term]]) -> None:
        for page in self.pages.values():
            page.show_choices(found)

    def _propose_in_guide(self) -> None:
        """As soon as the tills are known, and again when they or the chart are others; never over what was typed."""
        if self.guide and self._facts.tills:
            proposal = propose(self._facts.tills, self._accounts.values())
            self._fill_in({f"posting.{short}": value for short, value in proposal.items()}, self.draft.propose)

    def propose(self) -> None:
        """Fill in the accounts that fit the till and the chart of accounts."""
        proposal = propose(self._facts.tills, self._accounts.values())
        self._fill_in({f"posting.{short}": value for short, value in proposal.items()}, self.draft.put)

    def _fill_in(self, proposal: Mapping[str, Any], put: Callable[[str, Any], object]) -> None:
        free = {name for name in proposal if put == self.draft.put or not self.draft.touched(name)}
        changed = [name for name in free if self.draft.value(name) != proposal[name]]
        for name in free:
            put(name, proposal[name])
        if changed:
            self.pages["Konton"].draw()
        source = _("kontoplanen") if self._accounts else _("BAS")
        self.proposed = _("Kontona är föreslagna ur {source}.").format(source=source)
        if self.pages["Konton"].winfo_viewable():
            self.say(self.proposed)

    # --- saving and closing ----------------------------------------------------------------------------------

    def save(self) -> None:
        """Save when everything is right; otherwise go to what is not. What waited is tried again at once."""
        complaints = self.draft.complaints()
        if complaints:
            self._go_to(complaints)
            return
        if not self._busy:
            self._busy = True
            self.say(_("Sparar…"))
            post, typed = self._host.post, self.typed()
            self._host.looker().submit(
                lambda shop, log: self._save(shop, log, typed),
                lambda _none: post(self._saved),
                lambda problem: post(lambda: self._not_saved(problem)),
            )

    def _save(self, shop: Shop, log: Log, typed: Typed) -> None:
        """In the lane's thread: the form waits."""
        self.draft.save(shop.secrets)
        with log.section("Inställningar ändrade"):
            for name, value in typed.values.items():
                log.row(f"{name} = {as_text(self.draft.option(name), value)}")
            for name in typed.secrets:
                log.row(f"{name} är ändrad i lösenordsvalvet.")
        self._set_autostart()

    def _set_autostart(self) -> None:
        """Last, since Windows may refuse it (P05), or the file be gone tomorrow (P08): the rest is saved by then."""
        on = bool(self.draft.value("general.autostart"))
        if on != (autostart.autostart() is autostart.Autostart.ON):
            installation.start_with_windows(on, self._host.folder)

    def _saved(self) -> None:
        self._close()
        self._host.settings_saved(run=self.guide or self._mending or bool(self._host.service.status.errors))
        if self.guide:
            self._host.act(Act.STATUS)

    def _not_saved(self, problem: Problem) -> None:
        self._busy = False
        if problem.code in NOT_STARTING:
            self._host.settings_saved(run=False)
        self.say(problem.sentence(), bad=True)

    def _go_to(self, complaints: Mapping[str, str]) -> None:
        for title, page in self.pages.items():
            if any(name in complaints for name in page.names):
                self._show_page(title)
                page.complain(complaints)
                break
        self.count(len(complaints))

    def _show_page(self, title: str) -> None:
        if self.guide:
            self.steps.go_to_page(title)
        else:
            self.book.show(self.pages[title])

    def count(self, number: int) -> None:
        """How many fields are not right."""
        text = _("Ett fält behöver rättas.") if number == 1 else _("{n} fält behöver rättas.").format(n=number)
        self.say(text, bad=True)

    def cancel(self) -> None:
        """Close; what is not saved is asked about."""
        if self.may_close():
            self._close()

    def may_close(self) -> bool:
        """Whether the form may go: nothing is unsaved, or the person lets it go."""
        if self.closed or not self.draft.changed:
            return True
        answer = ask(
            self.window,
            _("Spara ändringarna?"),
            _("Du har ändrat inställningar som inte är sparade."),
            (_("Spara"), _("Spara inte"), _("Fortsätt redigera")),
        )
        if answer == 0:
            self.save()
        return answer == 1

    def _close(self) -> None:
        self.closed = True
        self.window.destroy()

    def show(self, page: str = "", problem: Problem | None = None) -> None:
        """In front, with a page of that (Swedish) title, or at the field where a problem is put right."""
        place = place_of(problem, self.draft) if problem else None
        if place:
            page = place.page
        if page in self.pages and not self.guide:
            self.book.show(self.pages[page])
        look.to_front(self.window)
        if self.guide:
            self.steps.into_first_field()
        else:
            self._into_first_field()
        if place and problem and page in self.pages:
            self._mending = True
            self.say(problem.sentence(), bad=True)
            self.pages[page].point_at(place.name, problem.what, place.row)

    def _into_first_field(self) -> None:
        """The keyboard in the first field of the page that is shown."""
        for page in self.pages.values():
            if str(page) == self.book.shown and page.fields:
                next(iter(page.fields.values())).focus_widget().focus_set()
