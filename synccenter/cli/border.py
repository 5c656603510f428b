"""The border of the command line: what a command could not do, what was interrupted, and how letters are written."""

from __future__ import annotations

import codecs
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from synccenter.cli.output import EXIT_OF, Exit, print_json, print_problem
from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.core import windows
from synccenter.shop import Shop

_LIKENESS = "jobsync-likeness"
_ALIKE = {
    "”": '"',
    "“": '"',
    "’": "'",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "→": "->",
    "⏎": "|",
    "\N{NARROW NO-BREAK SPACE}": " ",
}
"""What our own sentences are written with and a Windows console's code page (850) has not."""

_WAITING = {catalogue.OTHER_TILL_OWNS.code, catalogue.ALREADY_RUNNING.code}


def use_encodings(*, as_json: bool) -> None:
    """People's text in the encoding of whoever reads it: the terminal's own, a Windows console's code page when it goes
    through a pipe. JSON is UTF-8 (RFC 8259). What a code page has no letter for becomes its likeness, or `?`; never an
    error."""
    codecs.register_error(_LIKENESS, _likeness)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a test may have put something else there
            piped = windows.console_encoding() or _windows_utf8()
            own = None if stream.isatty() or not piped else piped
            stream.reconfigure(encoding="utf-8" if as_json and stream is sys.stdout else own, errors=_LIKENESS)


def _likeness(error: UnicodeError) -> tuple[str, int]:
    """Letters that an encoding has not, as `codecs` asks for them."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_ALIKE.get(letter, "?") for letter in lacking), error.end


def _windows_utf8() -> str:
    """Windows' default for a pipe is a code page that neither a console nor a program expects."""
    return "utf-8" if sys.platform == "win32" else ""


def told(problem: Problem, *, as_json: bool) -> int:
    """Tell why a command came to nothing; the exit code."""
    if as_json:
        with suppress(OSError):  # where the answer was to be written may be what is full
            print_json({"error": problem})
    print_problem(problem)
    return EXIT_OF["waiting" if problem.code in _WAITING else "problems"]


def told_cancelled(*, as_json: bool) -> int:
    """Ctrl+C outside a sync."""
    if as_json:
        print_json({"result": "cancelled"})
    sys.stderr.write("Avbrutet.\n")
    return Exit.CANCELLED


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Ctrl+C, and whatever else asks a command to end, ends it through its `finally`s and its row in the log."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handling(interrupt):
        yield


@contextmanager
def interruptible(shop: Shop) -> Iterator[Callable[[], bool]]:
    """While a sync runs Ctrl+C ends it in order: what is on its way is finished, the rest is left for the next run.

    Gives what the engine asks. Pressing once more ends at once; the ledger is made to bear that too.
    """
    asked = threading.Event()

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        shop.cancel.set()
        sys.stderr.write("\nAvbryter: det som skickas just nu görs klart. Ctrl+C en gång till avbryter genast.\n")

    with _handling(interrupt):
        yield asked.is_set


@contextmanager
def _handling(interrupt: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Signals come to the main thread only; elsewhere nobody can ask for anything."""
    main = threading.current_thread() is threading.main_thread()
    before = {number: signal.signal(number, interrupt) for number in _signals()} if main else {}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _signals() -> tuple[signal.Signals, ...]:
    """Ctrl+C, Ctrl+Break, and what a scheduler sends."""
    extra = getattr(signal, "SIGBREAK", None)
    return (signal.SIGINT, signal.SIGTERM, *([extra] if extra else []))
