"""*Mer…* on the page *Bevis*: what is seldom asked for, in a list, and what each choice gathers."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from tkinter import ttk

from synccenter.core.logs import Log
from synccenter.journal.identity import known, recognise
from synccenter.locale import _
from synccenter.reports.month import month_of
from synccenter.run.by_hand import ACT_NAMES
from synccenter.shop import Shop
from synccenter.tillfiles.export import export
from synccenter.ui.droplist import Box, Droplist


class MoreButton(ttk.Button):
    """Opens a list of what can be done, by its names."""

    def __init__(self, master: tk.Misc, acts: Mapping[str, Callable[[], object]]) -> None:
        super().__init__(master, text=_("Mer…"), command=self._open)
        self._acts = acts

    def _open(self) -> None:
        beside = Box(self.winfo_rootx(), self.winfo_rooty(), self.winfo_width(), self.winfo_height())
        acts = list(self._acts.values())
        Droplist(self, list(self._acts), beside, lambda row: acts[row]())


def history(shop: Shop) -> list[str]:
    """All that was done by hand, as `jobsync ledger history` tells it."""
    return [
        f"{datetime.fromtimestamp(at, shop.zone):%Y-%m-%d %H:%M}  {ACT_NAMES.get(act, act)}  {about}  {who}  {note}"
        for at, who, act, about, note in shop.ledger.history()
    ]


def who_is_who(shop: Shop) -> tuple[list[str], list[str]]:
    """Company and tills as the ledger knows them, and what has changed, as `jobsync identity show` tells it."""
    now, changed = known(shop.ledger), recognise(shop.sales, shop.ledger, shop.company)
    rows = []
    if now is not None:
        number = now.org_number or _("inget organisationsnummer")
        rows.append(f"{now.name} ({number}), id {now.company}")
        told = _("Kassa {till}: senaste kvitto {receipt}, senaste Z {report}.")
        rows += [
            told.format(till=till, receipt=max(was.receipts, default=0), report=max(was.reports, default=0))
            for till, was in sorted(now.tills.items())
        ]
    return rows, [problem.sentence() for problem in changed.problems]


def write_journal(shop: Shop, log: Log, first: date, path: Path) -> tuple[str, bool]:
    """The till's own sales of a month as a journal file: what is told of it, and whether all of it could be read."""
    found = export(shop.sales, shop.company, month_of(first), path, now=shop.clock())
    text = _("{path}: {receipts} kvitton och {reports} Z-rapporter.")
    told = text.format(path=path, receipts=found.receipts, reports=found.z_reports)
    if found.left_out:
        told += _(" {n} gick inte att läsa och är inte med.").format(n=found.left_out)
    with log.section("Kassans försäljning som journalfil"):
        log.row(told)
    return told, not found.left_out
