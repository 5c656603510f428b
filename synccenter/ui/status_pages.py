"""The pages of the status window: errors, what waits, runs, proof."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from datetime import date
from tkinter import ttk

from synccenter.contract.errors import KIND_TEXT, ErrorKind, Problem
from synccenter.contract.model import kronor
from synccenter.contract.visible import visible
from synccenter.journal.ledger import Delivery, State
from synccenter.locale import _
from synccenter.run.repair import state_name
from synccenter.run.who import Answer
from synccenter.service.status import is_error
from synccenter.truth.proven import ZProof
from synccenter.ui import look
from synccenter.ui.choices import Choices, Choose
from synccenter.ui.menu import Act
from synccenter.ui.status_data import Run, ZDetail
from synccenter.ui.table import Heading, Line, Table
from synccenter.ui.who_bar import WhoButton

RESULTS = {
    "ok": "utan fel",
    "problems": "med fel",
    "refused": "stoppad",
    "waiting": "väntade",
    "cancelled": "avbruten",
}
GOES_TO: dict[ErrorKind, tuple[str, Act]] = {
    ErrorKind.FIX_IN_SETTINGS: ("Öppna inställningar", Act.SETTINGS),
    ErrorKind.SIGN_IN: ("Öppna inställningar", Act.SETTINGS),
    ErrorKind.FIX_IN_BUSINESS_SYSTEM: ("Försök igen", Act.CHANGES),
    ErrorKind.RETRY: ("Försök igen", Act.CHANGES),
    ErrorKind.WAIT: ("Försök igen", Act.CHANGES),
    ErrorKind.NOTHING: ("Försök igen", Act.CHANGES),
    ErrorKind.CONTACT_CONSULTANT: ("Öppna dagens logg", Act.LOG),
    ErrorKind.OUR_BUG: ("Öppna dagens logg", Act.LOG),
    ErrorKind.CHOOSE: ("Öppna dagens logg", Act.LOG),
}
"""The button that goes to where an error is put right."""


def _is_red(problem: Problem, remarks: Sequence[Problem]) -> bool:
    return is_error(problem) and not problem.asks and problem not in remarks


class ErrorsPage(ttk.Frame):
    """What is wrong, what to do, and the button that goes there."""

    def __init__(
        self,
        master: tk.Misc,
        act: Callable[[Act], None],
        mend: Callable[[Problem], None],
        answered: Callable[[Answer], None],
    ) -> None:
        super().__init__(master, padding=look.px(8))
        self._act = act
        self._mend = mend
        self._problems: dict[str, Problem] = {}
        headings = (Heading(_("Fel"), 300, stretch=True), Heading(_("Gäller"), 160), Heading(_("Kod"), 60))
        self.table = Table(self, headings, height=4, on_select=self._select)
        self.table.pack(fill="both", expand=True)
        self.what = ttk.Label(self, justify="left")
        self.fix = ttk.Label(self, justify="left", style="Title.TLabel")
        self.who = ttk.Label(self, justify="left", style="Note.TLabel")
        for label in (self.what, self.fix, self.who):
            label.pack(anchor="w", fill="x", pady=(look.px(6), 0))
        self.button = ttk.Button(self, style="Accent.TButton")
        self.button.pack(anchor="w", pady=look.px(8))
        self.who_is_who = WhoButton(self, answered)
        self.bind("<Configure>", self._wrap)

    def _wrap(self, event: tk.Event[tk.Misc]) -> None:
        for label in (self.what, self.fix, self.who):
            label.configure(wraplength=event.width - look.px(24))

    def _go(self, act: Act, problem: Problem) -> None:
        if act is Act.SETTINGS:
            self._mend(problem)
        else:
            self._act(act)

    def fill(self, problems: Sequence[Problem], remarks: Sequence[Problem] = ()) -> None:
        """Show these, the yellow ones last; the first is opened."""
        self._problems = {str(number): problem for number, problem in enumerate([*problems, *remarks])}
        self.table.fill(
            [
                Line(key, (_(one.title), one.item, one.code), mark="red" if _is_red(one, remarks) else "amber")
                for key, one in self._problems.items()
            ]
        )
        if self._problems and not self.table.chosen():
            self.table.choose("0")
        self._select()

    def _select(self) -> None:
        chosen = self.table.chosen()
        problem = self._problems.get(chosen[0]) if chosen else None
        if problem is None:
            self.what.configure(text="" if self._problems else _("Det finns inga fel."))
            self.fix.configure(text="")
            self.who.configure(text="")
            self.button.pack_forget()
            self.who_is_who.show(None)
            return
        said = _(" Svaret löd: ”{words}”.").format(words=problem.detail) if problem.detail else ""
        self.what.configure(text=f"{problem.what}{said} {problem.then}".strip())
        self.fix.configure(text=_("Gör så här: {fix}").format(fix=problem.fix))
        kind = _(KIND_TEXT[problem.kind])
        self.who.configure(
            text=_("{kind} · Vem: {who} · Kod för support: {code}").format(
                kind=kind, who=_(problem.who), code=problem.code
            )
        )
        text, act = GOES_TO[problem.kind]
        self.button.configure(text=_(text), command=lambda: self._go(act, problem))
        self.button.pack(anchor="w", pady=look.px(8))
        self.who_is_who.show(problem)


class WaitingPage(ttk.Frame):
    """What has not been booked, why, and *Försök igen*."""

    def __init__(self, master: tk.Misc, retry: Callable[[list[str]], None], choose: Choose) -> None:
        super().__init__(master, padding=look.px(8))
        self._retry = retry
        self.table = Table(
            self,
            (
                Heading(_("Underlag"), 100),
                Heading(_("Datum"), 90),
                Heading(_("Belopp"), 100, number=True),
                Heading(_("Läge"), 120),
                Heading(_("Varför"), 260, stretch=True),
            ),
            height=6,
        )
        self.table.pack(fill="both", expand=True)
        bar = ttk.Frame(self)
        bar.pack(fill="x", pady=(look.px(8), 0))
        self.button = ttk.Button(bar, text=_("Försök igen"), style="Accent.TButton", command=self._again)
        self.button.pack(side="left")
        self.choices = Choices(bar, self.table.chosen, choose)
        self.note = ttk.Label(bar, style="Note.TLabel")
        self.note.pack(side="left", padx=look.px(10))

    def fill(self, deliveries: Sequence[Delivery]) -> None:
        """Show what the ledger holds."""
        self.table.fill([_waiting_line(one) for one in deliveries])
        self.choices.fill(deliveries)
        self.button.state(["!disabled" if deliveries else "disabled"])
        empty = _("Inget väntar, inget är stoppat.")
        self.note.configure(text="" if deliveries else empty)

    def _again(self) -> None:
        keys = self.table.chosen() or list(self.table.tree.get_children())
        self.note.configure(text=_("Försöker igen…"))
        self._retry(keys)


def _waiting_line(one: Delivery) -> Line:
    stopped = one.state in {State.REJECTED, State.UNKNOWN} and not (one.problem and one.problem.asks)
    why = f"{_(one.problem.title)} [{one.problem.code}]" if one.problem else ""
    cells = (one.reference, str(one.business_date), kronor(one.total), _(state_name(one)), why)
    sort = (one.reference, one.business_date, one.total, one.state.value, why)
    return Line(one.reference, cells, sort, "red" if stopped else "amber")


class RunsPage(ttk.Frame):
    """The last runs."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, padding=look.px(8))
        self.table = Table(
            self,
            (
                Heading(_("Start"), 165),
                Heading(_("Vad"), 110),
                Heading(_("Hur det gick"), 110),
                Heading(_("Skickade"), 80, number=True),
                Heading(_("Registerrader"), 100, number=True),
                Heading(_("Tid"), 70, number=True),
                Heading(_("Kassa"), 120, stretch=True),
            ),
            height=6,
        )
        self.table.pack(fill="both", expand=True)

    def fill(self, runs: Sequence[Run]) -> None:
        """Show these, newest first."""
        marks = {"problems": "red", "refused": "red", "waiting": "amber", "cancelled": "amber"}
        self.table.fill(
            [
                Line(
                    str(number),
                    (
                        f"{run.started:%Y-%m-%d %H:%M:%S}",
                        _(run.kind),
                        _(RESULTS.get(run.outcome, run.outcome)),
                        str(run.sent),
                        str(run.written),
                        f"{run.seconds:.1f} s".replace(".", ","),
                        run.holder,
                    ),
                    (run.started, run.kind, run.outcome, run.sent, run.written, run.seconds, run.holder),
                    marks.get(run.outcome, ""),
                )
                for number, run in enumerate(runs)
            ]
        )


class ProofPage(ttk.Frame):
    """Till against books, per Z report; a chosen one is read back and laid out."""

    def __init__(self, master: tk.Misc, prove: Callable[[ZProof], None]) -> None:
        super().__init__(master, padding=look.px(8))
        self._prove = prove
        self._reports: dict[str, ZProof] = {}
        money = 96
        self.table = Table(
            self,
            (
                Heading(_("Kassa"), 60),
                Heading(_("Z"), 60, number=True),
                Heading(_("Datum"), 90),
                Heading(_("Kassan"), money, number=True),
                Heading(_("Skickat"), money, number=True),
                Heading(_("Bokfört"), money, number=True),
                Heading(_("Skillnad"), money, number=True),
                Heading(_("Anmärkning"), 140, stretch=True),
            ),
            height=5,
            on_select=self._select,
        )
        self.table.pack(fill="both", expand=True)
        self.sentence = ttk.Label(self, text=_("Välj en Z-rapport för att läsa tillbaka den ur bokföringen."))
        self.sentence.pack(anchor="w", pady=look.px(6))
        self.rows = Table(
            self,
            (
                Heading(_("Konto"), 80),
                Heading(_("Debet"), 110, number=True),
                Heading(_("Kredit"), 110, number=True),
                Heading(_("Text"), 260, stretch=True),
            ),
            height=5,
        )
        self.rows.pack(fill="both", expand=True)

    def fill(self, reports: Sequence[ZProof]) -> None:
        """Show these, newest first. What was read back stays with its report."""
        read = {key: one.booked for key, one in self._reports.items()}
        self._reports = {f"{one.till}:{one.number}": one for one in reversed(reports)}
        for key, one in self._reports.items():
            if one.booked is None and one.sent == one.total:
                one.booked = read.get(key)
        self._fill_table()

    def _fill_table(self) -> None:
        self.table.fill([_proof_line(key, one) for key, one in self._reports.items()])

    def choose(self, till: str, day: date) -> bool:
        """Select the Z report of a till's day. False when it has none."""
        fitting = (key for key, one in self._reports.items() if (one.till, one.business_date) == (till, day))
        key = next(fitting, None)
        if key is not None:
            self.table.choose(key)
        return key is not None

    def _select(self) -> None:
        chosen = self.table.chosen()
        if len(chosen) == 1 and chosen[0] in self._reports:
            self.sentence.configure(text=_("Läser…"), style="TLabel")
            self._prove(self._reports[chosen[0]])

    def show(self, detail: ZDetail) -> None:
        """The answer to `prove`."""
        one = detail.report
        key = f"{one.till}:{one.number}"
        if key in self._reports and self._reports[key].booked != one.booked:
            self._reports[key] = one
            self._fill_table()
        booked = kronor(one.booked) if one.booked is not None else _("ej läst")
        names = ", ".join(f"{d.reference} ({_(state_name(d))})" for d in detail.deliveries)
        text = _("Z {z} på kassa {till}: kassan {total} kr, skickat {sent}, bokfört {booked}, skillnad {difference}.")
        lines = [
            text.format(
                z=one.number,
                till=one.till,
                total=kronor(one.total),
                sent=kronor(one.sent),
                booked=booked,
                difference=kronor(one.difference),
            ),
            names,
            *detail.remarks,
        ]
        good = one.right and not detail.remarks
        style = "Good.TLabel" if good else "Error.TLabel"
        self.sentence.configure(text="\n".join(visible(line) for line in lines if line), style=style)
        self.rows.fill(
            [
                Line(
                    str(number),
                    (
                        str(row.account),
                        kronor(row.amount) if row.amount > 0 else "",
                        kronor(-row.amount) if row.amount < 0 else "",
                        row.text,
                    ),
                    (row.account, max(row.amount, 0), max(-row.amount, 0), row.text),
                )
                for number, row in enumerate(detail.postings)
            ]
        )

    def failed(self, problem: Problem) -> None:
        """The books could not be read."""
        self.sentence.configure(text=f"{problem.title}. {problem.what} {problem.fix}", style="Error.TLabel")


def _proof_line(key: str, one: ZProof) -> Line:
    booked = kronor(one.booked) if one.booked is not None else _("ej läst")
    note = _("OK") if one.right else one.note or (_("{n} kvitton väntar").format(n=one.waiting) if one.waiting else "")
    cells = (
        one.till,
        str(one.number),
        str(one.business_date),
        kronor(one.total),
        kronor(one.sent),
        booked,
        kronor(one.difference),
        note or _("stämmer inte"),
    )
    sort = (one.till, one.number, one.business_date, one.total, one.sent, one.booked or 0, one.difference, note)
    return Line(key, cells, sort, "" if one.right else "amber" if one.waiting else "red")
