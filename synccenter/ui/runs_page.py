"""The page *Senaste körningar*: the last runs, each of which can be opened and read."""

from __future__ import annotations

import re
import tkinter as tk
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tkinter import ttk

from synccenter.core.logs import Log
from synccenter.locale import _
from synccenter.shop import Shop
from synccenter.ui import look
from synccenter.ui.status_data import Run
from synccenter.ui.table import Heading, Line, Table

RESULTS = {
    "ok": "utan fel",
    "problems": "med fel",
    "refused": "stoppad",
    "waiting": "väntade",
    "cancelled": "avbruten",
}
MARKS = {"problems": "red", "refused": "red", "waiting": "amber", "cancelled": "amber"}
_MOMENT = re.compile(r"^(\d\d:\d\d:\d\d) |\((\d\d:\d\d:\d\d)\)\s*$")


class RunsPage(ttk.Frame):
    """Newest first. Double click or *Visa* opens one."""

    def __init__(self, master: tk.Misc, show: Callable[[Run], None]) -> None:
        super().__init__(master, padding=look.px(4))
        self._show = show
        self._runs: dict[str, Run] = {}
        bar = ttk.Frame(self)
        bar.pack(side="bottom", fill="x", pady=(look.px(6), 0))
        self.button = ttk.Button(bar, text=_("Visa"), command=self._open)
        self.button.pack(side="left")
        self.table = Table(
            self,
            (
                Heading(_("Start"), 180),
                Heading(_("Vad"), 110),
                Heading(_("Hur det gick"), 105),
                Heading(_("Skickade"), 90, number=True),
                Heading(_("Register"), 90, number=True),
                Heading(_("Tid"), 70, number=True),
                Heading(_("Kassa"), 110, stretch=True),
            ),
            empty=_("Ingen synkronisering är gjord än. Här står sedan varje körning och hur den gick."),
            on_open=self._open,
        )
        self.table.pack(fill="both", expand=True)
        look.last_in_tab_order(bar)

    def fill(self, runs: Sequence[Run]) -> None:
        """Show these, newest first."""
        self._runs = {str(number): run for number, run in enumerate(runs)}
        self.table.fill([_line(key, run) for key, run in self._runs.items()])
        self.button.state(["!disabled" if runs else "disabled"])

    def _open(self) -> None:
        for key in (self.table.chosen() or list(self._runs))[:1]:
            self._show(self._runs[key])


def _line(key: str, run: Run) -> Line:
    cells = (
        f"{run.started:%Y-%m-%d %H:%M}",
        _(run.kind),
        _(RESULTS.get(run.outcome, run.outcome)),
        str(run.sent),
        str(run.written),
        f"{run.seconds:.1f} s".replace(".", ","),
        run.holder,
    )
    sort = (run.started, run.kind, run.outcome, run.sent, run.written, run.seconds, run.holder)
    return Line(key, cells, sort, MARKS.get(run.outcome, ""))


def rows_of_run(_shop: Shop, log: Log, run: Run) -> list[str]:
    """What the log says of a run: its rows from start to end. In the thread that may read."""
    found: list[str] = []
    day = run.started.date()
    while day <= (run.started + timedelta(seconds=run.seconds)).date():
        found += _rows(_of_day(log.path_today(), day), run, day)
        day += timedelta(days=1)
    return found


def _of_day(today: Path, day: object) -> Path:
    return today.with_name(re.sub(r"\d{4}-\d\d-\d\d", str(day), today.name))


def _rows(path: Path, run: Run, day: date) -> list[str]:
    if not path.exists():
        return []
    first = run.started.replace(tzinfo=None, microsecond=0)
    last = run.started.replace(tzinfo=None) + timedelta(seconds=run.seconds + 1)
    found = []
    for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines():
        match = _MOMENT.search(line)
        if match and first <= datetime.combine(day, time.fromisoformat(match[1] or match[2])) <= last:
            found.append(line)
    return found
