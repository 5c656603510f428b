"""The support packet: one zip for a stranger's eyes. No secrets, no customers."""

from __future__ import annotations

import platform
import re
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from importlib import metadata
from pathlib import Path

from synccenter import __version__
from synccenter.core.dayfile import DayFile
from synccenter.core.logs import DEBUG_NAME, NAME
from synccenter.core.masking import Masker, without_people

DAYS = 7
"""How many days of logs go along."""

FILE_LIMIT = 30 * 1024 * 1024
"""Bytes of one log that go along: its end, where the trouble is."""


def make_packet(
    target: Path,
    *,
    now: datetime,
    log_folders: tuple[Path, ...],
    settings_file: Path,
    texts: Mapping[str, str],
    masker: Masker,
    people: Callable[[], Iterator[str]] | None = None,
) -> Path:
    """Write `Sync Center support yyyy-mm-dd hhmm.zip` into the folder `target` and return its path.

    `texts` are further files by name, e.g. the last findings and a summary of the ledger. `people` gives names
    that the till knows (customers), to be removed wherever they stand. Raises OSError when it cannot be written.
    """
    names = _Names(people() if people else iter(()))
    path = target / f"Sync Center support {now:%Y-%m-%d %H%M}.zip"
    target.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".tmp")

    def clean(text: str) -> str:
        return names.remove(without_people(masker.mask(text)))

    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as packet:
            packet.writestr("versioner.txt", _versions(now))
            for name, text in texts.items():
                packet.writestr(name, clean(text))
            if settings_file.exists():
                packet.writestr(settings_file.name, clean(settings_file.read_text("utf-8", "replace")))
            for number, folder in enumerate(log_folders):
                for log in _logs(folder, now.date()):
                    with packet.open(f"loggar{number or ''}/{log.name}", "w", force_zip64=True) as inside:
                        for row in _rows(log):
                            inside.write(clean(row).encode())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


_WORD = re.compile(r"[\w&'-]+")


class _Names:
    """Names known to the till. A single short word is left, since it may be any word."""

    def __init__(self, names: Iterator[str]) -> None:
        self._by_first_word: dict[str, list[str]] = {}
        for name in {name.strip().casefold() for name in names}:
            first = _WORD.search(name)
            if first is not None and (" " in name or len(name) >= 6):
                self._by_first_word.setdefault(first[0], []).append(name[first.start() :])
        for same in self._by_first_word.values():
            same.sort(key=len, reverse=True)

    def remove(self, text: str) -> str:
        pieces, end = [], 0
        for word in _WORD.finditer(text):
            start, first = word.start(), word[0].casefold()
            names = self._by_first_word.get(first) or self._by_first_word.get(first.removesuffix("s"), [])
            for name in names if start >= end else ():
                if text[start : start + len(name)].casefold() == name:
                    pieces += [text[end:start], "<kund>"]
                    end = start + len(name)
                    break
        return "".join(pieces) + text[end:]


def _logs(folder: Path, today: date) -> Iterator[Path]:
    for name in (NAME, DEBUG_NAME):
        files = DayFile(folder, name, str)
        for back in range(DAYS):
            path = files.path(today - timedelta(days=back))
            if path.is_file():
                yield path


def _rows(log: Path) -> Iterator[str]:
    """Rows of a log; of a very big one its end."""
    with log.open("rb") as file:
        skip = max(0, log.stat().st_size - FILE_LIMIT)
        file.seek(skip)
        if skip:
            file.readline()
        for row in file:
            yield row.decode("utf-8", "replace")


def _versions(now: datetime) -> str:
    rows = [
        f"Tid: {now.isoformat(timespec='seconds')}",
        f"Sync Center: {__version__}",
        f"Python: {sys.version}",
        f"System: {platform.platform()}",
        f"Ett program (exe): {'ja' if getattr(sys, 'frozen', False) else 'nej'}",
    ]
    packages = sorted(f"{item.name} {item.version}" for item in metadata.distributions() if item.name)
    return "\r\n".join([*rows, "", *dict.fromkeys(packages)]) + "\r\n"
