"""The page *Journalfiler*: read a file in, and answer what the till's files do not say, once for each make of till."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import filedialog, ttk

from synccenter.contract.errors import Problem
from synccenter.contract.model import LINE_NAMES
from synccenter.core.logs import Log
from synccenter.locale import _, counted
from synccenter.shop import Shop
from synccenter.tillfiles.questions import WORDS, Answer
from synccenter.ui import look, till_files_acts
from synccenter.ui.dropdown import Dropdown
from synccenter.ui.host import Host
from synccenter.ui.results import Results
from synccenter.ui.status_data import TillFiles
from synccenter.ui.table import Heading, Line, Table

ANSWER_TEXT: dict[str, str] = {
    "cash": "Kontanter",
    "card": "Kort",
    "swish": "Swish",
    "invoice": "Faktura",
    "other": "Annat",
    "rounding": "Öresavrundning",
    **{kind.value: name for kind, name in LINE_NAMES.items()},
    "tax_free": "Momsfri försäljning",
    "25": "25 %",
    "12": "12 %",
    "6": "6 %",
    "0": "0 %",
}
QUESTION_TEXT: dict[str, str] = {
    "payment": "Betalsätt",
    "line": "Rad utan moms",
    "account": "Försäljningskontots moms",
}
FILES = (("Journalfiler", "*.xml *.csv *.se *.si"), ("*", "*"))


class TillFilesPage(ttk.Frame):
    """The questions, with an answer below; what waits for something else; and the files."""

    def __init__(self, master: tk.Misc, host: Host, changed: Callable[[], None]) -> None:
        super().__init__(master, padding=look.px(8))
        self._host = host
        self._changed = changed
        self._files = TillFiles("")
        self._doors()
        headings = (
            Heading(_("Kassans märke"), 160),
            Heading(_("Vad"), 170),
            Heading(_("Text i filen"), 260, stretch=True),
            Heading(_("Z som väntar"), 110, number=True),
        )
        self.table = Table(self, headings, height=5, on_select=self._offer)
        self.table.pack(fill="both", expand=True, pady=look.px(8))
        self._answering()
        self.said, self.note = (
            ttk.Label(self, style=style, wraplength=look.px(780), justify="left") for style in ("TLabel", "Note.TLabel")
        )
        self.said.pack(anchor="w", pady=(look.px(8), 0))
        self.note.pack(anchor="w")
        self._others()

    # --- building --------------------------------------------------------------------------------------------

    def _doors(self) -> None:
        bar = ttk.Frame(self)
        bar.pack(fill="x")
        for text, style, command in (
            (_("Läs in journalfil…"), "Accent.TButton", self.read),
            (_("Spara svaren…"), "TButton", self.keep),
            (_("Hämta svar…"), "TButton", self.take),
        ):
            ttk.Button(bar, text=text, style=style, command=command).pack(side="left", padx=(0, look.px(8)))
        self.folder = ttk.Label(bar, style="Muted.TLabel")
        self.folder.pack(side="left", padx=look.px(8))

    def _answering(self) -> None:
        bar = ttk.Frame(self)
        bar.pack(fill="x")
        ttk.Label(bar, text=_("Det är")).pack(side="left")
        self.word = Dropdown(bar, state="readonly", width=30)
        self.word.pack(side="left", padx=look.px(8))
        ttk.Label(bar, text=_("Eget konto (kan vara tomt)")).pack(side="left")
        self.account = ttk.Entry(bar, width=8)
        self.account.pack(side="left", padx=look.px(8))
        self.button = ttk.Button(bar, text=_("Svara"), command=self.answer)
        self.button.pack(side="left")

    def _others(self) -> None:
        bar = ttk.Frame(self)
        bar.pack(fill="x", pady=(look.px(8), 0))
        self.warn = ttk.Button(bar, text=_("Låt kontrollerna bara varna"), command=self.let_warn)
        self.seen = ttk.Button(bar, text=_("Jag har sett larmen"), command=self.see)

    # --- showing ---------------------------------------------------------------------------------------------

    def fill(self, files: TillFiles) -> None:
        """Show how it stands."""
        self._files = files
        self.folder.configure(text=files.folder)
        self.table.fill(
            [
                Line(
                    str(place),
                    (one.make, _(QUESTION_TEXT[one.what]), one.subject, str(one.waiting)),
                    (one.make, one.what, one.subject, one.waiting),
                    "amber",
                )
                for place, one in enumerate(files.questions)
            ]
        )
        if files.questions and not self.table.chosen():
            self.table.choose("0")
        rows = [*files.alarms, *files.others]
        if files.proposals:
            names = ", ".join(f"{control} ({make})" for make, control in files.proposals)
            rows.append(_("Försäljning och moms stämmer men inte {names}: kassor räknar olika.").format(names=names))
        self.note.configure(text="\n".join(rows[:6]) or ("" if files.questions else _("Inga frågor.")))
        for button, shown in ((self.warn, files.proposals), (self.seen, files.alarms)):
            if shown:
                button.pack(side="left", padx=(0, look.px(8)))
            else:
                button.pack_forget()
        self._offer()

    def _offer(self) -> None:
        """The answers there are to the chosen question."""
        chosen = self.table.chosen()
        one = self._files.questions[int(chosen[0])] if chosen else None
        words = [_(ANSWER_TEXT[word]) for word in WORDS[one.what][1]] if one else []
        self.word.configure(values=words)
        if self.word.get() not in words:
            self.word.set("")
        self.account.state(["!disabled" if one and one.what == "payment" else "disabled"])
        self.button.state(["!disabled" if one else "disabled"])

    # --- acting ----------------------------------------------------------------------------------------------

    def read(self) -> None:
        """*Läs in journalfil…*: choose files, see how it goes."""
        names = filedialog.askopenfilenames(parent=self, title=_("Läs in journalfil"), filetypes=FILES)
        if not names:
            return
        results, post = Results(self, _("Läs in journalfil")), self._host.post
        paths = [Path(name) for name in names]

        def ended(count: int) -> None:
            text = counted("{n} sak att se till.", "{n} saker att se till.", count).format(n=count)
            results.done(text if count else _("Filen är inläst."), good=not count)
            self._changed()

        self._host.service.do(
            lambda shop, log: till_files_acts.read_in(shop, log, paths, results, post),
            lambda count: post(lambda: ended(count)),
            lambda problem: post(lambda: results.problem(problem)),
        )

    def answer(self) -> None:
        """The chosen question's answer."""
        chosen = self.table.chosen()
        if not chosen:
            return
        one = self._files.questions[int(chosen[0])]
        words = {_(ANSWER_TEXT[word]): word for word in WORDS[one.what][1]}
        word, account = words.get(self.word.get(), ""), self.account.get().strip()
        if not word or (account and not (account.isdecimal() and 4 <= len(account) <= 6)):
            self.said.configure(text=_("Välj ett svar, och skriv kontot med siffror eller lämna det tomt."))
            return
        answer, number = Answer(one.make, one.what, one.subject, word), int(account or 0)
        self._do(lambda shop, log: till_files_acts.say(shop, log, answer, number))
        self.account.delete(0, "end")

    def let_warn(self) -> None:
        """What is proposed."""
        proposals = self._files.proposals
        self._do(lambda shop, log: till_files_acts.let_warn(shop, log, proposals))

    def see(self) -> None:
        """The alarms have been seen."""
        self._do(till_files_acts.see)

    def keep(self) -> None:
        """*Spara svaren…*: for the next shop with the same make of till."""
        name = filedialog.asksaveasfilename(parent=self, defaultextension=".json", initialfile="kassasvar.json")
        if name:
            said = _("{n} svar är sparade i {file}.")
            path = Path(name)
            self._do(lambda shop, _log: said.format(n=till_files_acts.keep(shop, path), file=path.name))

    def take(self) -> None:
        """*Hämta svar…*: what another shop has answered."""
        name = filedialog.askopenfilename(parent=self, filetypes=(("JSON", "*.json"), ("*", "*")))
        if name:
            self._do(lambda shop, log: till_files_acts.take(shop, log, Path(name)))

    def _do(self, work: Callable[[Shop, Log], str]) -> None:
        post = self._host.post
        self._host.service.do(
            work, lambda text: post(lambda: self._told(text)), lambda problem: post(lambda: self._failed(problem))
        )

    def _told(self, text: str) -> None:
        self._changed()
        self.said.configure(text=text)

    def _failed(self, problem: Problem) -> None:
        self.said.configure(text=problem.sentence())
