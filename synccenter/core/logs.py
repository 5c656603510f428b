"""The log a cashier can read: one file a day and one for support (Debug), a section a run, `FEL!` for an error.

Described in docs/LOGGEN.md. The rule that data cannot forge a row is kept here and in `contract/visible.py`: every
row starts with a time or one of our own marks, and the mark `FEL!` is written by `error` only.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.visible import ERROR_MARK, visible
from synccenter.core.dayfile import END, DayFile
from synccenter.core.masking import Masker

NAME = "JobOffice Sync Center"
DEBUG_NAME = "JobOffice Sync Center Debug"
WARNING_MARK = "OBS!"

DEBUG_LIMIT = 20 * 1024 * 1024
"""Bytes of Debug log a day."""

ROW_LIMIT = 8_000
DEBUG_ROW_LIMIT = 64_000
RETRY_AFTER = timedelta(seconds=60)
"""How often a folder that could not be written to is tried again (and at each new section)."""

_RULE = "----"
_FULL = f"{WARNING_MARK} Debug-loggen är full för i dag; resten av dagen skrivs inte här."


class Log:
    """The day's two files. May be used from many threads. Never raises because of a disk."""

    def __init__(
        self,
        folder: Path,
        fallback_folder: Path,
        header: Callable[[], Mapping[str, str]],
        *,
        clock: Callable[[], datetime],
        keep_days: int,
        masker: Masker,
        tell: Callable[[Problem], None] = lambda _problem: None,
    ) -> None:
        """`header` gives label and value on top of each new file (Företag, Butik, Kassa, Version, Integration).

        `clock` gives aware time in the shop's zone. `tell` hears once when the folder cannot be written to;
        it must not log.
        """
        self.keep_days = keep_days
        self.masker = masker
        self._clock = clock
        self._header = header
        self._tell = tell
        self._lock = threading.RLock()
        self._plain = _Target(DayFile(folder, NAME, self._head), DayFile(fallback_folder, NAME, self._head))
        self._debug = _Target(DayFile(folder, DEBUG_NAME, self._head), DayFile(fallback_folder, DEBUG_NAME, self._head))
        self._section: str | None = None

    @property
    def trouble(self) -> Problem | None:
        """Why the log cannot be written where it should; None while all is well."""
        return self._plain.trouble

    @contextmanager
    def section(self, title: str) -> Iterator[None]:
        """A run, or another piece of work, under a ruled line of its own."""
        with self._lock:
            outer, self._section = self._section, self._clean(title)
            now = self._clock()
            for target in (self._plain, self._debug):
                target.rule_due = True
                target.retry_now()
            self._write(self._plain, now, self._bridge(self._plain, now))
        try:
            yield
        finally:
            with self._lock:
                self._section = outer
                self._plain.close()
                self._debug.close()

    def row(self, text: str) -> None:
        """What was done, in Swedish, with numbers that a person can check."""
        self._line(self._plain, "", self._clean(text))

    def warning(self, text: str) -> None:
        """Worth a look, but nothing stopped."""
        self._line(self._plain, WARNING_MARK, self._clean(text))

    def error(self, problem: Problem) -> None:
        """A `FEL!` row with the problem's sentence; it stands in the Debug log as well."""
        sentence = self._clean(problem.sentence())
        self._line(self._plain, ERROR_MARK, sentence)
        self._line(self._debug, ERROR_MARK, sentence)

    def debug(self, text: str) -> None:
        """For support: requests, answers, reasons. Masked; limited to 20 MB a day."""
        self._line(self._debug, "", self._clean(text, DEBUG_ROW_LIMIT))

    def path_today(self) -> Path:
        """Where today's log is being written: the fallback's while the chosen folder cannot be used."""
        return self._plain.current.path(self._clock().date())

    def debug_path_today(self) -> Path:
        """Where today's Debug log is being written."""
        return self._debug.current.path(self._clock().date())

    def clean(self) -> int:
        """Remove our own files older than `keep_days`; returns how many. A file in use waits until next time."""
        before, removed = self._clock().date() - timedelta(days=self.keep_days), 0
        for target in (self._plain, self._debug):
            for files in (target.chosen, target.fallback):
                try:
                    old = files.older(before)
                except OSError as error:
                    self.debug(f"Gamla loggar i {files.folder} gick inte att se: {error}")
                    continue
                for path in old:
                    try:
                        path.unlink()
                        removed += 1
                    except OSError as error:
                        self.debug(f"{path.name} gick inte att ta bort: {error}")
        return removed

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._plain.close()
            self._debug.close()

    def _clean(self, text: str, most: int = ROW_LIMIT) -> str:
        clean = visible(self.masker.mask(text)).strip()
        return clean if len(clean) <= most else f"{clean[:most]} … ({len(clean) - most} tecken till)"

    def _line(self, target: _Target, mark: str, clean: str) -> None:
        with self._lock:
            now = self._clock()
            self._write(target, now, self._bridge(target, now) + stamped(mark, clean, now))

    def _bridge(self, target: _Target, now: datetime) -> str:
        """What must stand between the row before and this one: a section's line, midnight, summer time."""
        before, target.before = target.before, now
        if self._section is not None and (target.rule_due or (before is not None and before.date() != now.date())):
            continued = "" if target.rule_due else " (fortsättning)"
            target.rule_due = False
            return self._rule(now, continued)
        if before is not None and before.utcoffset() != now.utcoffset():
            season = "sommartid" if now.dst() else "vintertid"
            return stamped("", f"Klockan är omställd till {season}.", now)
        return ""

    def _rule(self, now: datetime, continued: str = "") -> str:
        rule = f"{_RULE} {now:%Y-%m-%d %H:%M:%S} {self._section}{continued} "
        return f"{END}{rule.ljust(100, '-')}{END}"

    def _head(self) -> str:
        rows = [f"{label + ':':<13}{self._clean(value)}" for label, value in self._header().items()]
        return END.join([NAME, *rows])

    def _write(self, target: _Target, now: datetime, text: str) -> None:
        problem = target.write(now, text, DEBUG_LIMIT if target is self._debug else None)
        other = (self._plain if target is self._debug else self._debug).trouble
        if problem is not None and (other is None or other.cause != problem.cause):
            self._tell(problem)


def stamped(mark: str, clean: str, now: datetime) -> str:
    """A whole row: the time first, or the mark first and the time last."""
    return (f"{mark} {clean} ({now:%H:%M:%S})" if mark else f"{now:%H:%M:%S} {clean}") + END


class _Target:
    """A chosen folder's file, and where its rows go while that folder cannot be written to."""

    def __init__(self, chosen: DayFile, fallback: DayFile) -> None:
        self.chosen = chosen
        self.fallback = fallback
        self.trouble: Problem | None = None
        self.before: datetime | None = None
        self.rule_due = False
        self._tried: datetime | None = None
        self._lost = 0

    @property
    def current(self) -> DayFile:
        return self.fallback if self.trouble else self.chosen

    def close(self) -> None:
        for files in (self.chosen, self.fallback):
            with suppress(OSError):  # a network drive that is gone: there is nothing left to let go of
                files.close()

    def retry_now(self) -> None:
        self._tried = None

    def write(self, now: datetime, text: str, most: int | None) -> Problem | None:
        """Write rows where it can be done. Returns the problem when it is new."""
        if self.trouble and self._tried and abs(now - self._tried) < RETRY_AFTER:
            self._spare(now.date(), text, most)
            return None
        self._tried = now
        try:
            self.chosen.append(now.date(), self._back(now) + text, most, _FULL)
        except OSError as error:
            return self._fall_back(now, text, most, error)
        self.trouble, self._lost = None, 0
        return None

    def _back(self, now: datetime) -> str:
        if self.trouble is None:
            return ""
        told = f"Loggen skrivs här igen. Under tiden skrevs den i {visible(str(self.fallback.path(now.date())))}"
        if self._lost:
            told += f"; {self._lost} rader kunde inte skrivas alls"
        return stamped(WARNING_MARK, f"{told}.", now)

    def _fall_back(self, now: datetime, text: str, most: int | None, error: OSError) -> Problem | None:
        new = self.trouble is None
        folder, fallback = self.chosen.folder, self.fallback.folder
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            self.trouble = catalogue.DISK_FULL.problem(item=str(folder))
        else:
            self.trouble = catalogue.LOG_FOLDER.problem(folder=folder, fallback=fallback, detail=error.strerror or "")
        if new:
            told = stamped(ERROR_MARK, visible(self.trouble.sentence()), now)
            # A section's line stays first, so that the row belongs to the section that met the trouble.
            rule = text.index(END, len(END)) + len(END) if text.startswith(f"{END}{_RULE} ") else 0
            text = text[:rule] + told + text[rule:]
        self._spare(now.date(), text, most)
        return self.trouble if new else None

    def _spare(self, day: date, text: str, most: int | None) -> None:
        try:
            self.fallback.append(day, text, most, _FULL)
        except OSError:
            self._lost += text.count(END)  # told as soon as a row can be written again


def sections(text: str) -> list[str]:
    """A log file's text cut before each section's line; the first piece is the header."""
    pieces: list[list[str]] = [[]]
    for line in text.removeprefix("\ufeff").replace(END, "\n").split("\n"):
        if line.startswith(f"{_RULE} "):
            pieces.append([])
        pieces[-1].append(line)
    return ["\n".join(piece).strip() for piece in pieces]


def has_error(section: str) -> bool:
    """Whether a section has a `FEL!` row."""
    return any(line.startswith(ERROR_MARK) for line in section.split("\n"))
