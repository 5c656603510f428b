"""*Öppna inställningar*: the whole form in pages; at the first start the same form as a guide in steps."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Mapping
from datetime import date
from tkinter import ttk
from typing import Any

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.model import Account
from synccenter.contract.values import as_text
from synccenter.core import autostart, installation, update, windows
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
from synccenter.ui.host import Host
from synccenter.ui.settings_acts import Acts
from synccenter.ui.settings_layout import PAGES, STEPS
from synccenter.ui.wording import PROGRAM

WIDTH, HEIGHT = 800, 660


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
        self._proposed = ""
        self.closed = False
        self._busy = False
        self.window = tk.Toplevel(host.root(), class_="Jobsync")
        self.window.withdraw()
        title = _("Kom i gång") if self.guide else _("Inställningar")
        self.window.title(f"{title} – {PROGRAM}")
        look.place_window(self.window, WIDTH, HEIGHT)
        self.acts = Acts(self.window, host, self.typed)
        self.pages: dict[str, Page] = {}
        self._build()
        self._bind()
        self.look_up()

    # --- building --------------------------------------------------------------------------------------------

    def _build(self) -> None:
        frame = ttk.Frame(self.window, padding=look.px(16))
        frame.pack(fill="both", expand=True)
        for problem in self._settings.problems:
            label = ttk.Label(frame, text=problem.sentence(), style="Error.TLabel", wraplength=look.px(740))
            label.pack(anchor="w", pady=(0, look.px(8)))
        self.bar = ttk.Frame(frame)
        self.bar.pack(side="bottom", fill="x", pady=(look.px(12), 0))
        self.note = ttk.Label(frame, style="Note.TLabel")
        self.note.pack(side="bottom", anchor="w", pady=(look.px(6), 0))
        if self.guide:
            self._build_guide(frame)
        else:
            self._build_book(frame)

    def _build_book(self, frame: ttk.Frame) -> None:
        self.book = Book(frame)
        self.book.pack(fill="both", expand=True)
        for title, groups in PAGES.items():
            page = Page(self.book, self.draft, groups, self._changed, self._footer(title))
            self.pages[title] = page
            self.book.add(page, text=_(title))
        self.acts.buttons(self.bar)
        self._button(_("Avbryt"), self.cancel, side="right")
        self._button(_("Spara"), self.save, accent=True, side="right")

    def _build_guide(self, frame: ttk.Frame) -> None:
        self.step = 0
        self.heading = ttk.Label(frame, style="Head.TLabel")
        self.heading.pack(anchor="w")
        self.progress = ttk.Label(frame, style="Muted.TLabel")
        self.progress.pack(anchor="w", pady=(0, look.px(8)))
        self.deck = ttk.Frame(frame)
        self.deck.pack(fill="both", expand=True)
        for title, groups in STEPS.items():
            self.pages[title] = Page(self.deck, self.draft, groups, self._changed, self._footer(title))
        self.test_button = self._button(_("Testa anslutning"), self.acts.test)
        self.dry_button = self._button(_("Provkörning"), self.acts.dry_run)
        self.next_button = self._button(_("Nästa"), self.go_on, accent=True, side="right")
        self.back_button = self._button(_("Tillbaka"), self.go_back, side="right")
        if self.draft.value("safety.cutover") is None:
            self.draft.propose("safety.cutover", date.today().isoformat())  # noqa: DTZ011 - a proposal on the person's clock
            self.pages["Startdatum"].draw()
        self._show_step()

    def _button(self, text: str, command: Any, *, accent: bool = False, side: Any = "left") -> ttk.Button:
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

    def _footer(self, title: str) -> Any:
        footers = {"Affärssystem": self._sign_in_button, "Integration": self._sign_in_button}
        return footers.get(title) or (self._propose_button if title == "Konton" else None)

    def _sign_in_button(self, frame: ttk.Frame) -> None:
        system = self._host.registry.get(self.draft.value("integration.system"))
        if system is not None and system.capabilities.needs_sign_in:
            text = _("Logga in") if self.guide else _("Logga in igen")
            ttk.Button(frame, text=text, command=self.acts.sign_in).pack(anchor="w", pady=look.px(8))

    def _propose_button(self, frame: ttk.Frame) -> None:
        button = ttk.Button(frame, text=_("Föreslå konton"), command=self.propose)
        button.pack(anchor="w", pady=look.px(8))

    def _show_real_autostart(self) -> None:
        """The tick shows what Windows will do, also when a person changed it by hand."""
        self._settings.set("general.autostart", autostart.autostart() is autostart.Autostart.ON)

    # --- what is typed ---------------------------------------------------------------------------------------

    def typed(self) -> Typed:
        """What stands in the form, for trying it out."""
        return Typed(dict(self.draft.values()), dict(self.draft.secrets))

    def _changed(self, name: str) -> None:
        self.note.configure(text="")
        if name == "integration.system":
            self.window.after_idle(self.look_up)

    def look_up(self) -> None:
        """Ask the till and the business system, in another thread, for what the form shows beside the fields."""
        typed, post, lane = self.typed(), self._host.post, self._host.looker()
        lane.submit(lambda shop, _log: trial.facts(shop, typed), lambda found: post(lambda: self._show_facts(found)))
        lane.submit(
            lambda shop, _log: trial.accounts(shop, typed), lambda found: post(lambda: self._show_accounts(found))
        )

    def _show_facts(self, found: Facts) -> None:
        if self.closed:
            return
        first = self._facts == Facts()
        self._facts = found
        for page in self.pages.values():
            page.show_facts(found)
        if self.guide and first and found.problem is None:
            self.propose()

    def _show_accounts(self, found: tuple[Account, ...]) -> None:
        if self.closed:
            return
        self._accounts = {account.number: account for account in found}
        for page in self.pages.values():
            page.show_accounts(self._accounts)

    def propose(self) -> None:
        """Fill in the accounts that fit the till and the chart of accounts."""
        proposal = propose(self._facts.tills, self._accounts.values())
        for short, value in proposal.items():
            self.draft.put(f"posting.{short}", value)
        self.pages["Konton"].draw()
        source = _("kontoplanen") if self._accounts else _("BAS")
        self._proposed = _("Kontona är föreslagna ur {source}.").format(source=source)
        if self.pages["Konton"].winfo_viewable():
            self.note.configure(text=self._proposed, style="Note.TLabel")

    # --- the guide -------------------------------------------------------------------------------------------

    def _show_step(self) -> None:
        titles = list(self.pages)
        for page in self.pages.values():
            page.pack_forget()
        title = titles[self.step]
        self.pages[title].pack(fill="both", expand=True)
        self.heading.configure(text=_(title))
        text = _("Steg {n} av {of}").format(n=self.step + 1, of=len(titles))
        self.progress.configure(text=text)
        last = self.step == len(titles) - 1
        self.next_button.configure(text=_("Spara och synkronisera") if last else _("Nästa"))
        self.back_button.state(["!disabled" if self.step else "disabled"])
        self.note.configure(text=self._proposed if title == "Konton" else "", style="Note.TLabel")
        for button in (self.test_button, self.dry_button):
            if last:
                button.pack(side="left", padx=(0, look.px(8)))
            else:
                button.pack_forget()
        fields = self.pages[title].fields
        if fields:
            next(iter(fields.values())).focus_widget().focus_set()

    def go_on(self) -> None:
        """The next step, when this one is right."""
        page = list(self.pages.values())[self.step]
        complaints = self.draft.complaints(page.names)
        if complaints:
            page.complain(complaints)
            self._count(len(complaints))
        elif self.step == len(self.pages) - 1:
            self.save()
        else:
            self.step += 1
            self._show_step()
            self.look_up()

    def go_back(self) -> None:
        """The step before."""
        self.step = max(0, self.step - 1)
        self._show_step()

    # --- saving and closing ----------------------------------------------------------------------------------

    def save(self) -> None:
        """Save when everything is right; otherwise go to what is not."""
        complaints = self.draft.complaints()
        if complaints:
            self._go_to(complaints)
            return
        if not self._busy:
            self._busy = True
            self.note.configure(text=_("Sparar…"), style="Note.TLabel")
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
        on, exe = bool(self.draft.value("general.autostart")), update.running()
        if on == (autostart.autostart() is autostart.Autostart.ON):
            return
        if on and exe is not None and (folder := installation.passing_folder(exe)):
            raise catalogue.IN_ARCHIVE.error(folder=folder)
        own = [] if self._host.folder == windows.data_folder() else ["--data-dir", str(self._host.folder.resolve())]
        autostart.set_autostart(on, [*windows.program(), *own])

    def _saved(self) -> None:
        self._close()
        self._host.settings_saved(run=self.guide)

    def _not_saved(self, problem: Problem) -> None:
        self._busy = False
        if problem.code in {catalogue.AUTOSTART_REFUSED.code, catalogue.IN_ARCHIVE.code}:
            self._host.settings_saved(run=False)  # all but the start with Windows
        self.note.configure(text=problem.sentence(), style="NoteError.TLabel", wraplength=look.px(740))

    def _go_to(self, complaints: Mapping[str, str]) -> None:
        for number, (title, page) in enumerate(self.pages.items()):
            if any(name in complaints for name in page.names):
                if self.guide:
                    self.step = number
                    self._show_step()
                else:
                    self.book.show(self.pages[title])
                page.complain(complaints)
                break
        self._count(len(complaints))

    def _count(self, number: int) -> None:
        text = _("Ett fält behöver rättas.") if number == 1 else _("{n} fält behöver rättas.").format(n=number)
        self.note.configure(text=text, style="NoteError.TLabel")

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

    def show(self, page: str = "") -> None:
        """In front, with a page of that (Swedish) title."""
        if page in self.pages and not self.guide:
            self.book.show(self.pages[page])
        look.to_front(self.window)
