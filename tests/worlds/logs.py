"""A log to write in, and to read as the shop reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from synccenter.contract.errors import Problem
from synccenter.core.logs import Log
from synccenter.core.masking import Masker

HEADER = {
    "Företag": "Demobutiken AB",
    "Butik": "Storgatan 1",
    "Kassa": "KASSA-1",
    "Version": "0.1.0",
    "Integration": "Fortnox",
}


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
