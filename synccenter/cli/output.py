"""What the command line prints: Swedish for people, JSON for programs; exit codes; the progress line."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import msgspec

from synccenter.contract.errors import Problem
from synccenter.contract.visible import ERROR_MARK, visible, visible_json
from synccenter.core.logs import WARNING_MARK, Log
from synccenter.run.report import Outcome


class Exit(IntEnum):
    """Exit codes, documented in docs/KOMMANDORADEN.md."""

    OK = 0
    DIFFERENCE = 1  # a row says FEL!, a question waits for an answer, or the proof is not 0
    USAGE = 2  # argparse's own code
    REFUSED = 3  # settings must be put right first
    WAITING = 4  # another till or program has the sync; or something waits for the next one
    CANCELLED = 5


EXIT_OF = {
    "ok": Exit.OK,
    "problems": Exit.DIFFERENCE,
    "refused": Exit.REFUSED,
    "waiting": Exit.WAITING,
    "cancelled": Exit.CANCELLED,
}


def exit_code(outcome: Outcome) -> Exit:
    """The exit code of a run."""
    return EXIT_OF[outcome.result]


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(visible_json(json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2)))


def say(text: str = "", mark: str = "") -> None:
    """One row for a person, whatever it was made of. `mark` (OK, OBS!, FEL!) is what only we write."""
    print(f"{mark} {visible(text)}" if mark else visible(text))


def tell(text: str, *, as_json: bool, **facts: Any) -> None:
    """What a command did: a sentence for a person, or the same with its facts for a program."""
    if as_json:
        print_json({"text": text, **facts})
    else:
        say(text)


def print_table(rows: Iterable[Iterable[object]], right: frozenset[int] = frozenset()) -> None:
    """Rows in columns; the columns in `right` are numbers and stand to the right."""
    table = [_cells(row) for row in rows]
    if not table:
        return
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        cells = [
            cell.rjust(widths[column]) if column in right else cell.ljust(widths[column])
            for column, cell in enumerate(row)
        ]
        print("  ".join(cells).rstrip())


def _cells(row: Iterable[object]) -> list[str]:
    """Our own mark may stand last; anywhere else it is somebody else's text."""
    cells = [str(cell) for cell in row]
    return [cell if cell == ERROR_MARK and n == len(cells) > 1 else visible(cell) for n, cell in enumerate(cells, 1)]


def print_problem(problem: Problem) -> None:
    """A problem on standard error, as it stands in the log."""
    print(f"{ERROR_MARK} {visible(problem.sentence())}", file=sys.stderr)


class Telling:
    """A run's report: to the log, to the screen, with a progress line on a terminal."""

    def __init__(self, log: Log, *, quiet: bool) -> None:
        self._log = log
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._shown = 0.0
        self._width = 0
        self.unsaid: OSError | None = None
        """Why rows could not be written where they were wanted."""

    def row(self, text: str) -> None:
        """See `Report.row`."""
        try:
            self._log.row(text)
        finally:  # a log that fails hides nothing from the screen
            self._print(text)

    def warning(self, text: str) -> None:
        """See `Report.warning`."""
        try:
            self._log.warning(text)
        finally:
            self._print(text, WARNING_MARK)

    def error(self, problem: Problem) -> None:
        """See `Report.error`."""
        try:
            self._log.error(problem)
        finally:
            if self._quiet:  # the answer is JSON, or nobody reads the rows: an error is told all the same
                print_problem(problem)
            self._print(problem.sentence(), ERROR_MARK)

    def debug(self, text: str) -> None:
        """See `Report.debug`."""
        self._log.debug(text)

    def progress(self, what: str, done: int, of: int | None) -> None:
        """At most five times a second, and only for a person."""
        now = time.monotonic()
        if not self._terminal or self._quiet or now - self._shown < 0.2:
            return
        self._shown = now
        text = visible(f"{what}: {done}" + (f" av {of}" if of else ""))
        print(f"\r{text.ljust(self._width)}", end="", file=sys.stderr, flush=True)
        self._width = len(text)

    def _print(self, text: str, mark: str = "") -> None:
        if self._width:
            print(f"\r{' ' * self._width}\r", end="", file=sys.stderr)
            self._width = 0
        if self._quiet:
            return
        try:
            say(text, mark)
        except BrokenPipeError:  # whoever read the screen has gone; the run goes on and the log has every row
            self._quiet = True
        except OSError as error:  # no room where the screen is written to: told when the run is over
            self._quiet, self.unsaid = True, error


class Collected(Telling):
    """A report that is kept, so that it can be given away as one JSON document."""

    def __init__(self, log: Log) -> None:
        super().__init__(log, quiet=True)
        self.rows: list[str] = []
        self.problems: list[Problem] = []

    def row(self, text: str) -> None:
        """See `Report.row`."""
        super().row(text)
        self.rows.append(text)

    def warning(self, text: str) -> None:
        """See `Report.warning`."""
        super().warning(text)
        self.rows.append(f"OBS! {text}")

    def error(self, problem: Problem) -> None:
        """See `Report.error`."""
        super().error(problem)
        self.problems.append(problem)
