"""One delivery laid out: what is in it, why it waits, what has been done with it, and what a person may do."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from functools import partial
from tkinter import ttk

from synccenter.contract.errors import Problem
from synccenter.contract.model import kronor
from synccenter.journal.ledger import State
from synccenter.locale import _
from synccenter.run.by_hand import Done
from synccenter.ui import deliveries, look
from synccenter.ui.deliveries import Detail
from synccenter.ui.dialogs import ask, ask_text
from synccenter.ui.host import Host
from synccenter.ui.table import Heading, Line, Table

WIDTH, HEIGHT = 760, 560

ACTS = {
    State.REJECTED: ("again", "booked"),
    State.UNKNOWN: ("again", "booked"),
    State.PENDING: ("again", "booked"),
    State.SENT: ("resend", "reverse"),
    State.MANUAL: ("resend",),
}


def act_text(act: str) -> str:
    """What the button says."""
    return {
        "again": _("Skicka igen"),
        "booked": _("Märk som bokförd…"),
        "resend": _("Skicka om…"),
        "reverse": _("Vänd verifikationen…"),
    }[act]


class DeliveryWindow:
    """Belongs to the status window. `changed` is called when a person has done something."""

    def __init__(self, master: tk.Misc, host: Host, reference: str, changed: Callable[[], None]) -> None:
        self._host, self._reference, self._changed = host, reference, changed
        self.window = look.child_window(master, _("Underlag {reference}").format(reference=reference), WIDTH, HEIGHT)
        frame = ttk.Frame(self.window, padding=look.px(16))
        frame.pack(fill="both", expand=True)
        self.head = ttk.Label(frame, style="Title.TLabel", text=reference)
        self.head.pack(anchor="w")
        self.why = ttk.Label(frame, text=_("Läser…"), justify="left")
        self.why.pack(fill="x", pady=look.px(6))
        look.wrapped(self.why)
        self.bar = ttk.Frame(frame)
        self.bar.pack(side="bottom", fill="x", pady=(look.px(8), 0))
        self.close_button = ttk.Button(self.bar, text=_("Stäng"), command=self.window.destroy)
        self.close_button.pack(side="right")
        self.note = ttk.Label(frame, style="Note.TLabel", justify="left")
        self.note.pack(side="bottom", fill="x", pady=(look.px(6), 0))
        look.wrapped(self.note)
        self.table = Table(
            frame,
            (
                Heading(_("Konto"), 80),
                Heading(_("Debet"), 110, number=True),
                Heading(_("Kredit"), 110, number=True),
                Heading(_("Text"), 260, stretch=True),
            ),
            empty=_("Underlaget går inte att göra än. Det görs om ur kassan så snart felet är rättat."),
        )
        self.table.pack(fill="both", expand=True)
        look.last_in_tab_order(self.bar)
        self.buttons: dict[str, ttk.Button] = {}
        self.close_button.focus_set()
        self.look_up()

    def look_up(self) -> None:
        """Read it, in another thread."""
        post = self._host.post
        self._host.looker().submit(
            lambda shop, _log: deliveries.detail(shop, self._reference),
            lambda found: post(lambda: self._show(found)),
            lambda problem: post(lambda: self._tell(problem.sentence(), bad=True)),
        )

    def _show(self, found: Detail) -> None:
        if not self.window.winfo_exists():
            return
        one = found.delivery
        state = deliveries.standing(one, left=found.left)
        parts = [one.reference, str(one.business_date), f"{kronor(one.total)} kr", state]
        parts += [one.external_number or one.external_id] if one.external_id else []
        self.window.title(_("Underlag {reference}").format(reference=one.reference))
        self.head.configure(text=" · ".join(parts))
        told = [_why(found), *(f"{at} {what}, {who}: {note}" for at, who, what, note in found.history)]
        self.why.configure(
            text="\n".join(line for line in told if line), style="Error.TLabel" if one.problem else "TLabel"
        )
        rows = deliveries.rows_of(one)
        self.table.fill([Line(str(number), cells) for number, cells in enumerate(rows)])
        for button in self.buttons.values():
            button.destroy()
        self.buttons = {}
        for name in ACTS.get(one.state, ()):
            if name == "reverse" and not found.reverses:
                continue
            button = ttk.Button(self.bar, text=act_text(name), command=partial(self.act, name))
            button.pack(side="left", padx=(0, look.px(8)))
            self.buttons[name] = button

    def act(self, name: str) -> None:
        """Do what a button says, after its question."""
        note = ""
        if name != "again":
            answer = ask_text(self.window, act_text(name), question_of(name), _("Anteckning"))
            if answer is None:
                return
            note = answer
        self._do(name, note, insist=False)

    def _do(self, name: str, note: str, *, insist: bool) -> None:
        post, references = self._host.post, [self._reference]
        self._tell(_("Arbetar…"))
        self._host.service.do(
            lambda shop, log: deliveries.act(shop, log, name, references, note, insist=insist),
            lambda done: post(lambda: self._done(name, note, done)),
            lambda problem: post(lambda: self._failed(name, note, problem)),
        )

    def _done(self, name: str, note: str, done: list[Done]) -> None:
        failed = [one.problem for one in done if one.problem]
        if failed:
            self._failed(name, note, failed[0])
            return
        if name in {"again", "resend"}:
            self._host.service.sync(everything=False)
        self._tell(done[0].text if done else _("Skickas nu."))
        if done and done[0].now:
            self._reference = done[0].now
        self.look_up()
        self._changed()

    def _failed(self, name: str, note: str, problem: Problem) -> None:
        self._tell(problem.sentence(), bad=True)
        if name == "resend" and "--insist" in problem.fix and self.window.winfo_exists():
            question = f"{problem.what} {_('Skickas det ändå kan det bli bokfört två gånger.')}"
            if ask(self.window, _(problem.title), question, (_("Skicka ändå"), _("Avbryt")), default=1) == 0:
                self._do(name, note, insist=True)

    def _tell(self, text: str, *, bad: bool = False) -> None:
        if self.window.winfo_exists():
            self.note.configure(text=text, style="NoteError.TLabel" if bad else "Note.TLabel")


def question_of(act: str) -> str:
    """What is asked before it is done."""
    return {
        "booked": _("Skickas aldrig härifrån. Skriv var det är bokfört, t.ex. verifikationens nummer."),
        "resend": _("Underlaget görs om från kassan och skickas under en ny referens. Skriv varför."),
        "reverse": _("Verifikationen bokförs tvärtom i affärssystemet. Skriv varför."),
    }[act]


def _why(found: Detail) -> str:
    one = found.delivery
    if one.problem:
        return one.problem.sentence()
    if found.left:
        return _("Filen är lämnad men inte inläst. Läs in den i bokföringsprogrammet; då blir den bokförd.")
    if one.state in deliveries.WAITS:
        return _("Tas vid nästa synkronisering.")
    return ""
