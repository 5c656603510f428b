"""What the buttons of the status window do: everything that the command line can do with what it shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from tkinter import filedialog
from typing import TYPE_CHECKING, TypeVar

from synccenter.contract.errors import ErrorKind, Problem
from synccenter.core import windows
from synccenter.core.logs import Log
from synccenter.locale import _
from synccenter.reports import month as monthly
from synccenter.reports.support import packet_of
from synccenter.service import trial
from synccenter.service.trial import Typed
from synccenter.shop import Shop
from synccenter.till.gift_cards import card_list
from synccenter.truth.proven import ZProof
from synccenter.ui import deliveries, more
from synccenter.ui.delivery_window import DeliveryWindow, act_text, question_of
from synccenter.ui.dialogs import ask_text
from synccenter.ui.errors_page import OF_CODE
from synccenter.ui.host import Host
from synccenter.ui.results import Results
from synccenter.ui.runs_page import rows_of_run
from synccenter.ui.sign_in import SignInWindow
from synccenter.ui.status_data import Question, Run, month_proof, z_detail

if TYPE_CHECKING:
    from synccenter.ui.status_window import StatusWindow

T = TypeVar("T")


class StatusDeeds:
    """Reading is done by the lane that looks, what changes anything by the service's own."""

    def __init__(self, window: StatusWindow, host: Host) -> None:
        self._window, self._host = window, host
        self._look, self._do, self._post = host.looker().submit, host.service.do, host.post

    # --- deliveries ------------------------------------------------------------------------------------------

    def open_delivery(self, reference: str) -> None:
        """Lay out one delivery."""
        DeliveryWindow(self._window.window, self._host, reference, self._window.refresh)

    def again(self, references: list[str]) -> None:
        """Make the stopped ones anew and send them, and what waits with them."""
        page = self._window.waiting
        self._do(
            lambda shop, log: deliveries.act(shop, log, "again", references, "Försök igen i statusfönstret"),
            failed=lambda problem: self._post(lambda: page.tell(problem.sentence())),
        )
        self._host.service.sync(everything=False)

    def booked(self, references: list[str]) -> None:
        """Mark as booked by hand, with a note."""
        question = f"{_counted(references)}. {question_of('booked')}"
        note = ask_text(self._window.window, act_text("booked"), question, _("Anteckning"))
        if note is None:
            return
        page = self._window.waiting
        self._do(
            lambda shop, log: deliveries.act(shop, log, "booked", references, note),
            lambda done: self._post(lambda: self._told([one.problem for one in done if one.problem])),
            lambda problem: self._post(lambda: page.tell(problem.sentence())),
        )

    def _told(self, problems: list[Problem]) -> None:
        self._window.waiting.tell(problems[0].sentence() if problems else "")
        self._window.refresh()

    # --- errors and runs -------------------------------------------------------------------------------------

    def mend(self, problem: Problem) -> None:
        """Go to where it is put right: the field in the settings, the browser for a sign-in, the list of gift cards."""
        if problem.code in OF_CODE:
            self._window.book.show(self._window.gift_cards)
        elif problem.kind is ErrorKind.SIGN_IN:
            self.sign_in()
        else:
            self._host.show_settings(problem=problem)

    def sign_in(self) -> None:
        """Straight from the padlock; what waited is sent as soon as somebody is signed in."""
        sync = partial(self._host.service.sync, everything=False)
        SignInWindow(self._window.window, self._host, Typed({}, {}), sync)

    def pass_on(self, problem: Problem) -> None:
        """*Skicka till bokföraren*."""
        page = self._window.errors
        page.tell(_("Skickar…"))
        sent = _("Skickat till {to}.")
        self._do(
            lambda shop, log: trial.pass_on(shop, log, problem),
            lambda to: self._post(lambda: page.tell(sent.format(to=to))),
            lambda wrong: self._post(lambda: page.tell(wrong.sentence())),
        )

    def show_run(self, run: Run) -> None:
        """A run as the log has it."""
        title = _("Körningen {start}").format(start=f"{run.started:%Y-%m-%d %H:%M:%S}")
        results = Results(self._window.window, title)

        def show(rows: list[str]) -> None:
            for row in rows or [_("Loggen för den här körningen finns inte kvar.")]:
                results.row(row, "red" if row.startswith("FEL!") else "")
            results.done(_("Så här står det i loggen."), good="FEL!" not in "".join(rows))

        self._tell_in(results, lambda shop, log: rows_of_run(shop, log, run), show)

    # --- the proof -------------------------------------------------------------------------------------------

    def prove(self, report: ZProof) -> None:
        """Read one report back."""
        page = self._window.proof
        self._look(
            lambda shop, _log: z_detail(shop, report.till, report.number, report.business_date),
            lambda detail: self._post(lambda: page.show(detail)) if detail else None,
            lambda problem: self._post(lambda: page.failed(problem)),
        )

    def prove_month(self, first: date) -> None:
        """Read the month that begins so back."""
        page = self._window.proof
        page.tell(_("Läser tillbaka månaden ur bokföringen…"))
        self._look(
            lambda shop, _log: month_proof(shop, first),
            lambda found: self._post(lambda: page.show_month(found.reports, found.text, good=found.clean)),
            lambda problem: self._post(lambda: page.tell(problem.sentence(), bad=True)),
        )

    def explain(self, question: Question) -> None:
        """A person's explanation of a gap, kept for ever."""
        text = f"{question.text}."
        note = ask_text(self._window.window, _("Förklara"), text, _("Förklaring"))
        if note is None:
            return
        page = self._window.proof
        self._do(
            lambda shop, log: deliveries.explain(shop, log, question.name, note),
            lambda _text: self._post(self._explained),
            lambda problem: self._post(lambda: page.tell(problem.sentence(), bad=True)),
        )

    def _explained(self) -> None:
        """What was red for it is asked again at once, as after the settings."""
        self._window.proof.tell(_("Förklaringen är sparad."), good=True)
        self._window.refresh()
        self._host.service.sync(everything=False)

    def list_gift_cards(self) -> None:
        """Read the list of gift cards."""
        page = self._window.gift_cards
        self._look(
            lambda shop, _log: card_list(shop.sales),
            lambda found: self._post(lambda: page.show(found)),
            lambda problem: self._post(lambda: page.failed(problem)),
        )

    def save_page(self, report: ZProof) -> None:
        """The Z report as a page with its vouchers, and its folder shown."""
        page = self._window.proof

        def make(shop: Shop, log: Log) -> Path:
            from synccenter.run.evidence import page_name, save_page_of_z  # noqa: PLC0415 - a library that draws pages

            path = shop.folder / "Z-rapporter" / page_name(report.till, report.number)
            return save_page_of_z(shop, log, report.till, report.number, path)

        self._do(
            make,
            lambda path: self._post(lambda: windows.show_folder(path.parent, path)),
            lambda problem: self._post(lambda: page.failed(problem)),
        )

    def month_packet(self, first: date) -> None:
        """Make the packet of the month that begins so, and show its folder."""
        self._make(lambda shop, log: _month(shop, log, first))

    def month_journal(self, first: date) -> None:
        """Ask where, then write the till's sales of the month as a journal file."""
        page, name = self._window.proof, f"kassan-{first:%Y-%m}.xml"
        path = filedialog.asksaveasfilename(parent=page, defaultextension=".xml", initialfile=name)
        if path:
            page.tell(_("Arbetar…"))
            self._do(
                lambda shop, log: more.write_journal(shop, log, first, Path(path)),
                lambda told: self._post(lambda: page.tell(told[0], bad=not told[1], good=told[1])),
                lambda problem: self._post(lambda: page.tell(problem.sentence(), bad=True)),
            )

    def show_history(self) -> None:
        """All that was done by hand."""
        results = Results(self._window.window, _("Gjort för hand"))

        def show(rows: list[str]) -> None:
            for row in rows:
                results.row(row)
            results.done(_("Gjort för hand") if rows else _("Inget är gjort för hand."), good=True)

        self._tell_in(results, lambda shop, _log: more.history(shop), show)

    def show_identity(self) -> None:
        """Company and tills as the ledger knows them, and what has changed."""
        results = Results(self._window.window, _("Företag och kassor"))

        def show(found: tuple[list[str], list[str]]) -> None:
            rows, changed = found
            for row in rows:
                results.row(row)
            for row in changed:
                results.row(row, "red")
            known = _("Så känner journalen dem.") if rows else _("Journalen har inte mött kassan än.")
            results.done(_("Något har ändrats i kassan.") if changed else known, good=not changed)

        self._tell_in(results, lambda shop, _log: more.who_is_who(shop), show)

    def _tell_in(self, results: Results, read: Callable[[Shop, Log], T], show: Callable[[T], None]) -> None:
        self._look(
            read,
            lambda found: self._post(lambda: show(found)),
            lambda problem: self._post(lambda: results.problem(problem)),
        )

    def support_packet(self) -> None:
        """Make the packet for support, and show its folder."""
        self._make(lambda shop, log: packet_of(shop, log, shop.folder / "Support"))

    def _make(self, make: Callable[[Shop, Log], Path]) -> None:
        page = self._window.proof
        page.tell(_("Arbetar…"))

        def done(path: Path) -> None:
            page.tell(_("Ligger i {path}.").format(path=path))
            windows.show_folder(path.parent if path.is_file() else path, path)

        self._do(
            make,
            lambda path: self._post(lambda: done(path)),
            lambda problem: self._post(lambda: page.tell(problem.sentence(), bad=True)),
        )


def _counted(references: list[str]) -> str:
    """Which deliveries: by name, and how many when they are several."""
    names = ", ".join(references[:3])
    if len(references) == 1:
        return names
    more = ", …" if len(references) > 3 else ""
    return _("{n} underlag ({names})").format(n=len(references), names=f"{names}{more}")


def _month(shop: Shop, log: Log, first: date) -> Path:
    target = shop.folder / "Månadspaket"
    with log.section(f"Månadspaket {first:%Y-%m}"):
        paths = monthly.write(monthly.make(shop, first), target)
        log.row(f"Månadspaketet ligger i {target}: {len(paths)} filer.")
    return target
