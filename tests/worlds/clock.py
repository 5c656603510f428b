"""A clock that stands still until it is moved, and a log to write in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from synccenter.contract.errors import Problem
from synccenter.core.logs import Log
from synccenter.core.masking import Masker

STOCKHOLM = ZoneInfo("Europe/Stockholm")
HEADER = {
    "Företag": "Demobutiken AB",
    "Butik": "Storgatan 1",
    "Kassa": "KASSA-1",
    "Version": "0.1.0",
    "Integration": "Fortnox",
}


class Clock:
    """Aware time in the shop's zone, moved by the test."""

    def __init__(self, now: str = "2026-11-24 14:30:05") -> None:
        self.now = datetime.fromisoformat(now).replace(tzinfo=STOCKHOLM)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: float) -> None:
        """Move by real (not wall clock) time."""
        self.now = (self.now.astimezone(ZoneInfo("UTC")) + timedelta(**step)).astimezone(STOCKHOLM)


def make_log(
    folder: Path,
    clock: Callable[[], datetime],
    *,
    masker: Masker | None = None,
    told: list[Problem] | None = None,
) -> Log:
    """A log as the program makes it; its spare folder lies beside."""
    heard: list[Problem] = [] if told is None else told
    return Log(
        folder,
        folder.parent / "reserv",
        lambda: HEADER,
        clock=clock,
        keep_days=90,
        masker=masker or Masker(),
        tell=heard.append,
    )


def rows_of(path: Path) -> list[str]:
    """The rows of a log as Notepad shows them."""
    text = path.read_bytes().decode("utf-8-sig")
    assert text.endswith("\r\n")
    rows = text.split("\r\n")[:-1]
    assert not any(break_ in row for row in rows for break_ in "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
    return rows
