"""*Visa status*: the one window that answers "is everything all right?"."""

from __future__ import annotations

import tkinter as tk
from collections import Counter
from datetime import date
from tkinter import ttk
from typing import TYPE_CHECKING

from synccenter.contract.errors import Problem
from synccenter.contract.visible import visible
from synccenter.locale import _, counted
from synccenter.run.who import Answer
from synccenter.service.status import Ended, Row, Situation, Status
from synccenter.ui import choices, icons, look, who_bar
from synccenter.ui.book import Book
from synccenter.ui.errors_page import ErrorsPage
from synccenter.ui.gift_cards_page import GiftCardsPage
from synccenter.ui.held_page import HeldPage, answer
from synccenter.ui.host import Host
from synccenter.ui.menu import Act
from synccenter.ui.overview_page import OverviewPage
from synccenter.ui.proof_page import ProofPage
from synccenter.ui.runs_page import RunsPage
from synccenter.ui.status_data import Snapshot, gather
from synccenter.ui.status_deeds import StatusDeeds
from synccenter.ui.waiting_page import WaitingPage
from synccenter.ui.wording import PROGRAM, headline, moment, next_run

if TYPE_CHECKING:
    from synccenter.ui.till_files_page import TillFilesPage

WIDTH, HEIGHT = 880, 640
ICON = 44


class StatusWindow:
    """One window for the life of the program: closing hides it."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._status = host.service.status
        self.window = tk.Toplevel(host.root(), class_="Jobsync")
        self.window.withdraw()
        self.window.title(_("Status – {program}").format(program=PROGRAM))
        self.window.protocol("WM_DELETE_WINDOW", self.hide)
        self.window.bind("<Escape>", lambda _event: self.hide())
        self.window.bind("<F5>", lambda _event: self.refresh())
        look.place_window(self.window, WIDTH, HEIGHT)
        self.deeds = StatusDeeds(self, host)
        self._images: dict[Situation, tk.PhotoImage] = {}
        frame = ttk.Frame(self.window, padding=(look.px(12), look.px(8)))
        frame.pack(fill="both", expand=True)
        self._now(frame)
        self._pages(frame)
        self._show_status()

    # --- building --------------------------------------------------------------------------------------------

    def _now(self, master: tk.Misc) -> None:
        top = ttk.Frame(master)
        top.pack(fill="x")
        top.columnconfigure(1, weight=1)
        self.icon = ttk.Label(top)
        self.icon.grid(row=0, column=0, rowspan=2, padx=(0, look.px(12)))
        self.head = ttk.Label(top, style="Head.TLabel")
        self.head.grid(row=0, column=1, sticky="sw")
        self.sub = ttk.Label(top, style="Muted.TLabel")
        self.sub.grid(row=1, column=1, sticky="nw")
        look.wrapped(self.head, top, look.px(ICON + 190))
        look.wrapped(self.sub, top, look.px(ICON + 190))
        self.sync = ttk.Button(
            top, text=_("Synkronisera nu"), style="Accent.TButton", command=lambda: self._host.act(Act.CHANGES)
        )
        self.sync.grid(row=0, column=2, rowspan=2)
        self.cancel = ttk.Button(top, text=_("Avbryt"), command=self._cancel)
        self.work = ttk.Frame(master)
        self.work.pack(fill="x")
        self.bar = ttk.Progressbar(self.work, mode="determinate")
        self.doing = ttk.Label(self.work, style="Note.TLabel", justify="left")
        look.wrapped(self.doing)

    def _pages(self, master: tk.Misc) -> None:
        self.book = Book(master)
        self.book.pack(fill="both", expand=True, pady=(look.px(4), 0))
        mend, deeds = self.deeds.mend, self.deeds
        self.overview = OverviewPage(self.book, self._open_day, deeds.open_delivery)
        self.strip = self.overview.strip
        self.errors = ErrorsPage(self.book, self._host.act, mend, self._answered, deeds.pass_on)
        self.waiting = WaitingPage(self.book, deeds, self._choose)
        self.held = HeldPage(self.book, self._answer)
        self.runs = RunsPage(self.book, deeds.show_run)
        self.proof = ProofPage(self.book, deeds)
        self.gift_cards = GiftCardsPage(self.book, deeds.list_gift_cards)
        for page, text in (
            (self.overview, _("Översikt")),
            (self.errors, _("Fel")),
            (self.waiting, _("Väntar")),
            (self.held, _("Register")),
            (self.runs, _("Senaste körningar")),
            (self.proof, _("Bevis")),
            (self.gift_cards, _("Presentkort")),
        ):
            self.book.add(page, text=text)
        self.files: TillFilesPage | None = None

    # --- showing ---------------------------------------------------------------------------------------------

    def show(self, page: str = "") -> None:
        """In front, with fresh numbers."""
        self._status = self._host.service.status
        self._show_status()
        if page == "journal":
            self.book.show(self._files_page())
        elif page == "errors" or (not page and self._status.errors):
            self.book.show(self.errors)
        elif not page and not self.window.winfo_viewable():
            self.book.show(self.overview)
        look.to_front(self.window)
        self.refresh()

    def hide(self) -> None:
        """Out of sight; the program goes on, and what the window looked through is let go of."""
        self.window.withdraw()
        self._host.looker().reopen()

    def heard(self, event: Status | Row | Ended) -> None:
        """Something happened."""
        if isinstance(event, Row):
            self._say(f"{event.mark} {event.text}".strip()[:160])
        elif isinstance(event, Ended):
            self.refresh()
        else:
            before, self._status = self._status, event
            counts = ("waiting", "parked", "unknown", "problems", "ready")
            if any(getattr(before, name) != getattr(event, name) for name in counts):
                self.refresh()
            self._show_status()

    def refresh(self) -> None:
        """Gather anew, in another thread; nothing is gathered for a window that nobody sees."""
        if self.window.state() != "withdrawn" and self._status.ready:
            post = self._host.post
            self._host.looker().submit(
                gather,
                lambda snapshot: post(lambda: self._show_snapshot(snapshot)),
                lambda problem: post(lambda: self._show_trouble(problem)),
            )

    def _show_status(self) -> None:
        status = self._status
        situation = status.situation
        if situation not in self._images:
            self._images[situation] = look.photo(self.window, icons.picture(situation, look.px(ICON)))
        self.icon.configure(image=self._images[situation])
        self.head.configure(text=headline(status))
        self.sub.configure(text=self._facts(status))
        self.errors.fill(status.problems, status.remarks)
        self.book.rename(self.errors, _("Fel"), len(status.errors))
        self._show_work(status)

    def _facts(self, status: Status) -> str:
        parts = [_("Senast {last}").format(last=moment(status.last_run))]
        if status.paused_until is None:
            parts.append(next_run(status))
        else:
            parts.append(_("pausad till {until}").format(until=moment(status.paused_until)))
        if status.waiting:
            parts.append(_("{n} väntar").format(n=status.waiting))
        if status.parked:
            parts.append(counted("{n} stoppat", "{n} stoppade", status.parked).format(n=status.parked))
        if status.unknown:
            parts.append(counted("{n} oklart", "{n} oklara", status.unknown).format(n=status.unknown))
        if status.company:
            parts.append(visible(f"{status.company} → {_(status.system)}"))
        return " · ".join(parts)

    def _show_work(self, status: Status) -> None:
        if not status.working:
            self.cancel.grid_remove()
            self.sync.grid()
            self.sync.state(["disabled" if status.queued else "!disabled"])
            self.bar.stop()
            if self.bar.winfo_manager():
                self.bar.pack_forget()
                self._say("")
            self._offer(status)
            return
        self.sync.grid_remove()
        self.cancel.grid(row=0, column=2, rowspan=2)
        self.doing.pack(fill="x")
        self.bar.pack(fill="x", before=self.doing)
        progress = status.progress
        if progress is None or not progress.of:
            self.bar.configure(mode="indeterminate")
            self.bar.start(40)
            known = (
                f"{progress.what}: {progress.done}" if progress and progress.done else progress.what if progress else ""
            )
            self.doing.configure(text=known or _(status.working))
        else:
            self.bar.stop()
            self.bar.configure(mode="determinate", maximum=progress.of, value=progress.done)
            self.doing.configure(
                text=_("{what}: {done} av {of}").format(what=progress.what, done=progress.done, of=progress.of)
            )

    def _offer(self, status: Status) -> None:
        """The one thing to do now: the settings, the sign-in, or a run."""
        text, deed = _("Synkronisera nu"), lambda: self._host.act(Act.CHANGES)
        if not status.ready:
            text, deed = _("Gör inställningarna"), lambda: self._host.act(Act.SETTINGS)
        elif status.situation is Situation.SIGN_IN:
            text, deed = _("Logga in"), self.deeds.sign_in
        self.sync.configure(text=text, command=deed)

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self.overview.fill(snapshot)
        self.errors.count(Counter(one.problem.cause for one in snapshot.open if one.problem))
        self.waiting.fill(snapshot.open)
        self.book.rename(self.waiting, _("Väntar"), len(snapshot.open))
        self.held.fill(snapshot.held)
        self.book.rename(self.held, _("Register"), len(snapshot.held))
        if snapshot.till_files is not None:
            page = self._files_page()
            page.fill(snapshot.till_files)
            self.book.rename(page, _("Journalfiler"), len(snapshot.till_files.questions))
        self.runs.fill(snapshot.runs)
        self.proof.fill(snapshot)
        self.gift_cards.refresh()

    def _files_page(self) -> TillFilesPage:
        """The page for a till of files, made when there is such a till."""
        if self.files is None:
            from synccenter.ui.till_files_page import TillFilesPage  # noqa: PLC0415 - only for tills that give files

            self.files = TillFilesPage(self.book, self._host, self.refresh)
            self.book.add(self.files, text=_("Journalfiler"))
            self.book.hide(self.gift_cards)  # such files name no cards
        return self.files

    def _show_trouble(self, problem: Problem) -> None:
        self._say(f"{problem.title}. {problem.what}")

    def _say(self, text: str) -> None:
        """The line below the head; it takes no room while it says nothing."""
        self.doing.configure(text=text)
        if text:
            self.doing.pack(fill="x")
        else:
            self.doing.pack_forget()
            self.work.configure(height=1)

    # --- acting ----------------------------------------------------------------------------------------------

    def _cancel(self) -> None:
        self._host.service.cancel()
        self._say(_("Avbryter efter det underlag som skickas just nu…"))

    def _open_day(self, till: str, day: date) -> None:
        if self.proof.choose(till, day):
            self.book.show(self.proof)

    def _answered(self, answer: Answer) -> None:
        service = self._host.service
        service.do(lambda shop, log: who_bar.say(shop, log, answer))
        service.sync(everything=False)

    def _choose(self, references: list[str], anyway: bool) -> None:
        service = self._host.service
        service.do(lambda shop, log: choices.answer(shop, log, references, anyway=anyway))
        service.sync(everything=False)

    def _answer(self, ids: list[str], accepted: bool) -> None:
        service = self._host.service
        service.do(lambda shop, log: answer(shop, log, ids, accepted=accepted))
        service.sync(everything=False)
