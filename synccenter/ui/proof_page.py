"""The page *Bevis*: till against books per Z report, gaps to explain, and one report laid out as a drill-down."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from tkinter import ttk
from typing import Protocol

from synccenter.contract.errors import Problem
from synccenter.contract.model import kronor
from synccenter.contract.visible import visible
from synccenter.locale import _, counted
from synccenter.run.repair import state_name
from synccenter.truth.proven import ZProof
from synccenter.ui import look
from synccenter.ui.dropdown import Dropdown
from synccenter.ui.more import MoreButton
from synccenter.ui.status_data import Question, Snapshot, ZDetail, is_before
from synccenter.ui.table import Heading, Line, Table

MONTHS = 14
"""So many months back may be read: this year and the year-end before it."""


class Deeds(Protocol):
    """What the page asks of the window around it."""

    def prove(self, report: ZProof) -> None:
        """Read one report back; the answer comes to `ProofPage.show`."""
        ...

    def prove_month(self, first: date) -> None:
        """Read the month that begins so back."""
        ...

    def explain(self, question: Question) -> None:
        """Ask for an explanation and keep it."""
        ...

    def month_packet(self, first: date) -> None:
        """Make the packet of the month that begins so."""
        ...

    def support_packet(self) -> None:
        """Make the packet for support."""
        ...

    def month_journal(self, first: date) -> None:
        """Write the till's sales of the month that begins so as a journal file."""
        ...

    def show_history(self) -> None:
        """Tell all that was done by hand."""
        ...

    def show_identity(self) -> None:
        """Tell which company and tills the ledger knows."""
        ...

    def open_delivery(self, reference: str) -> None:
        """Lay out one delivery."""
        ...

    def save_page(self, report: ZProof) -> None:
        """Make the page of one report, and show where it lies."""
        ...


class ProofPage(ttk.Frame):
    """A list; a row that is opened takes its place, with a button back."""

    def __init__(self, master: tk.Misc, deeds: Deeds) -> None:
        super().__init__(master, padding=look.px(4))
        self._deeds = deeds
        self._reports: dict[str, ZProof] = {}
        self._questions: dict[str, Question] = {}
        self._left: frozenset[str] = frozenset()
        self._opened = ""
        self._asked = ""
        self._first: list[str] = []
        self._build_list()
        self._build_detail()
        self.list.pack(fill="both", expand=True)

    def _build_list(self) -> None:
        self.list = ttk.Frame(self)
        bar = ttk.Frame(self.list)
        bar.pack(side="bottom", fill="x", pady=(look.px(6), 0))
        self.note = ttk.Label(self.list, style="Note.TLabel", justify="left")
        look.wrapped(self.note)
        money = 92
        self.table = Table(
            self.list,
            (
                Heading(_("Kassa"), 60),
                Heading(_("Z"), 50, number=True),
                Heading(_("Datum"), 105),
                Heading(_("Kassan"), money, number=True),
                Heading(_("Skickat"), money, number=True),
                Heading(_("Bokfört"), money, number=True),
                Heading(_("Skillnad"), money, number=True),
                Heading(_("Läge"), 130, stretch=True),
            ),
            empty=_(
                "Ingen Z-rapport är tagen sedan startdatumet. Efter den första står den här, kassan mot bokföringen."
            ),
            on_select=self._told_whole,
            on_open=self.open,
        )
        self.table.pack(fill="both", expand=True)
        look.last_in_tab_order(bar)
        self.open_button = ttk.Button(bar, text=_("Visa"), style="Accent.TButton", command=self.open)
        self.month = Dropdown(bar, state="readonly", width=8)
        self.month_button = ttk.Button(
            bar, text=_("Läs tillbaka månaden"), command=lambda: self._for_month(self._deeds.prove_month)
        )
        self.packet_button = ttk.Button(
            bar, text=_("Månadspaket"), command=lambda: self._for_month(self._deeds.month_packet)
        )
        self.support_button = ttk.Button(bar, text=_("Supportpaket"), command=self._deeds.support_packet)
        self.more_button = MoreButton(
            bar,
            {
                _("Månaden som journalfil…"): lambda: self._for_month(self._deeds.month_journal),
                _("Gjort för hand"): self._deeds.show_history,
                _("Företag och kassor"): self._deeds.show_identity,
            },
        )
        of_month = (self.month, self.month_button, self.packet_button)
        for button in (self.open_button, *of_month, self.support_button, self.more_button):
            button.pack(side="left", padx=(0, look.px(8)))

    def _for_month(self, do: Callable[[date], None]) -> None:
        """Before anything is gathered there is no month to do it for."""
        if self.month.get():
            do(date.fromisoformat(f"{self.month.get()}-01"))

    def _build_detail(self) -> None:
        self.detail = ttk.Frame(self)
        bar = ttk.Frame(self.detail)
        bar.pack(fill="x", pady=(0, look.px(4)))
        self.back_button = ttk.Button(bar, text=_("‹ Alla"), command=self.back)
        self.back_button.pack(side="left")
        self.delivery_button = ttk.Button(bar, text=_("Underlaget"), command=self._open_delivery)
        self.delivery_button.pack(side="right")
        self.page_button = ttk.Button(bar, text=_("Som PDF"), command=self._save_page)
        self.page_button.pack(side="right", padx=look.px(8))
        self.sentence = ttk.Label(bar, justify="left")
        self.sentence.pack(side="left", fill="x", expand=True, padx=look.px(10))
        look.wrapped(self.sentence)
        self.rows = Table(
            self.detail,
            (
                Heading(_("Konto"), 80),
                Heading(_("Debet"), 110, number=True),
                Heading(_("Kredit"), 110, number=True),
                Heading(_("Text"), 260, stretch=True),
            ),
        )
        self.rows.pack(fill="both", expand=True)

    # --- the list --------------------------------------------------------------------------------------------

    def fill(self, snapshot: Snapshot) -> None:
        """Show these, newest first, below what is to be explained. What was read back stays with its report."""
        read = {key: one.booked for key, one in self._reports.items()}
        self._reports = {f"{one.till}:{one.number}": one for one in reversed(snapshot.reports)}
        self._questions = {one.name: one for one in snapshot.questions}
        self._left = snapshot.left_reports
        self._offer_months(snapshot.today)
        for key, one in self._reports.items():
            if one.booked is None and one.sent == one.total:
                one.booked = read.get(key)
        self._fill_table()

    def _offer_months(self, today: date) -> None:
        months = [today.replace(day=1)]
        while len(months) < MONTHS:
            months.append((months[-1] - timedelta(days=1)).replace(day=1))
        self.month.configure(values=[f"{one:%Y-%m}" for one in months])
        if not self.month.get():
            self.month.current(0)

    def _fill_table(self) -> None:
        open_ = [one for one in self._questions.values() if not one.explained]
        closed = [one for one in self._questions.values() if one.explained]
        lines = [_question_line(one) for one in open_]
        lines += [_proof_line(key, one, left=key in self._left) for key, one in self._reports.items()]
        self.table.fill(lines + [_question_line(one) for one in closed])
        self.open_button.state(["!disabled" if lines else "disabled"])

    def choose(self, till: str, day: date) -> bool:
        """Open the Z report of a till's day. False when it has none."""
        fitting = (key for key, one in self._reports.items() if (one.till, one.business_date) == (till, day))
        key = next(fitting, None)
        if key is not None:
            self.table.choose(key)
            self.open()
        return key is not None

    def open(self) -> None:
        """The chosen row: a report is read back and laid out, a gap is explained, what must be put right is told."""
        for key in (self.table.chosen() or self.table.tree.get_children())[:1]:
            question = self._questions.get(key)
            if question is not None and question.problem is not None:
                self.tell(question.problem.sentence(), bad=True)
            elif question is not None:
                self._deeds.explain(question)
            elif key in self._reports:
                self._opened = key
                self.sentence.configure(text=_("Läser tillbaka ur bokföringen…"), style="TLabel")
                self.rows.fill([])
                self.delivery_button.state(["disabled"])
                self.list.pack_forget()
                self.detail.pack(fill="both", expand=True)
                self.back_button.focus_set()
                self._deeds.prove(self._reports[key])

    def _told_whole(self) -> None:
        """What is asked is longer than its column: the chosen one is told whole."""
        for key in self.table.chosen()[:1]:
            question = self._questions.get(key)
            if question is not None and key != self._asked:
                self.tell(f"{question.text}: {question.explained}" if question.explained else f"{question.text}.")
            elif question is None and self._asked:
                self.tell("")
            self._asked = key if question is not None else ""

    def back(self) -> None:
        """To the list."""
        self.detail.pack_forget()
        self.list.pack(fill="both", expand=True)
        self.table.tree.focus_set()

    def tell(self, text: str, *, bad: bool = False, good: bool = False) -> None:
        """What became of what was asked for."""
        style = "NoteError.TLabel" if bad else "NoteGood.TLabel" if good else "Note.TLabel"
        self.note.configure(text=text, style=style)
        if text:
            self.note.pack(side="bottom", fill="x", pady=(look.px(4), 0), before=self.table)
        else:
            self.note.pack_forget()

    def show_month(self, reports: Sequence[ZProof], text: str, *, good: bool) -> None:
        """The answer to `prove_month`."""
        for one in reports:
            self._reports[f"{one.till}:{one.number}"] = one
        self._fill_table()
        self.tell(text, bad=not good, good=good)

    # --- one report ------------------------------------------------------------------------------------------

    def show(self, detail: ZDetail) -> None:
        """The answer to `prove`."""
        one = detail.report
        key = f"{one.till}:{one.number}"
        if key in self._reports and self._reports[key].booked != one.booked:
            self._reports[key] = one
            self._fill_table()
        self.sentence.configure(
            text="\n".join(visible(line) for line in _sentences(detail, left=key in self._left)),
            style="Good.TLabel" if one.right and not detail.remarks else "Error.TLabel",
        )
        self._first = [delivery.reference for delivery in detail.deliveries]
        self.delivery_button.state(["!disabled" if self._first else "disabled"])
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

    def _open_delivery(self) -> None:
        for reference in self._first[:1]:
            self._deeds.open_delivery(reference)

    def _save_page(self) -> None:
        if self._opened in self._reports:
            self._deeds.save_page(self._reports[self._opened])

    def failed(self, problem: Problem) -> None:
        """The books could not be read."""
        self.sentence.configure(text=f"{problem.title}. {problem.what} {problem.fix}", style="Error.TLabel")


def _sentences(detail: ZDetail, *, left: bool) -> list[str]:
    one = detail.report
    booked = _("lämnat, inte inläst") if left else kronor(one.booked) if one.booked is not None else _("ej läst")
    names = ", ".join(f"{d.reference} ({_(state_name(d))})" for d in detail.deliveries)
    text = _("Z {z} på kassa {till}: kassan {total} kr, skickat {sent}, bokfört {booked}, skillnad {difference}.")
    told = text.format(
        z=one.number,
        till=one.till,
        total=kronor(one.total),
        sent=kronor(one.sent),
        booked=booked,
        difference=kronor(one.difference),
    )
    return [line for line in (f"{told} {names}".strip(), *detail.remarks, *detail.notes) if line]


def _proof_line(key: str, one: ZProof, *, left: bool) -> Line:
    booked = _("lämnat") if left else kronor(one.booked) if one.booked is not None else _("ej läst")
    waits = counted("{n} kvitto väntar", "{n} kvitton väntar", one.waiting).format(n=one.waiting) if one.waiting else ""
    fine = _("inte inläst") if left else _("före startdatumet") if is_before(one) else _("OK")
    note = fine if one.right else one.note or waits
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


def _question_line(one: Question) -> Line:
    told = f"{one.text}: {one.explained}" if one.explained else one.text
    cells = (one.till, "", "", "", "", "", "", told)
    return Line(one.name, cells, (one.till, 0, date.min, 0, 0, 0, 0, told), "muted" if one.explained else "red")
