"""What is done with a till's files from the window: in the service's thread, one at a time with its runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from synccenter.contract.errors import Problem
from synccenter.core.logs import Log
from synccenter.journal.safekeeping import taking_turns
from synccenter.locale import _
from synccenter.run.report import Outcome
from synccenter.run.till_files import give_answer, import_files, released_line
from synccenter.shop import Shop
from synccenter.tillfiles.questions import Answer, Book, Control
from synccenter.tillfiles.release import release
from synccenter.ui.results import Results

Post = Callable[[Callable[[], None]], None]


class Telling:
    """A report whose rows are shown in a window and written in the log."""

    def __init__(self, results: Results, log: Log, post: Post) -> None:
        self._results = results
        self._log = log
        self._post = post

    def row(self, text: str) -> None:
        """See `Report.row`."""
        self._log.row(text)
        self._post(lambda: self._results.row(text))

    def warning(self, text: str) -> None:
        """See `Report.warning`."""
        self._log.warning(text)
        self._post(lambda: self._results.row(text, "amber"))

    def error(self, problem: Problem) -> None:
        """See `Report.error`."""
        self._log.error(problem)
        self._post(lambda: self._results.row(problem.sentence(), "red"))

    def debug(self, text: str) -> None:
        """See `Report.debug`."""
        self._log.debug(text)

    def progress(self, what: str, done: int, of: int | None) -> None:
        """See `Report.progress`."""
        del of
        self._post(lambda: self._results.working(_("{what}: {done} kvitton…").format(what=what, done=done)))


def read_in(shop: Shop, log: Log, paths: Sequence[Path], results: Results, post: Post) -> int:
    """Read files; how many things there are to see to."""
    outcome, telling = Outcome("journalfil"), Telling(results, log, post)
    with taking_turns(shop.lock_path), log.section("Läs in journalfil"):
        import_files(shop, paths, telling, outcome)
        outcome.tell_rest(telling)
    return len(outcome.causes)


def say(shop: Shop, log: Log, answer: Answer, account: int) -> str:
    """Remember an answer and let go what waited for nothing else; what that was."""
    text = f"{answer.subject} är {answer.answer} för {answer.make}."
    return _done(shop, log, text, lambda: give_answer(shop, answer, account))


def let_warn(shop: Shop, log: Log, proposals: Sequence[tuple[str, str]]) -> str:
    """Controls that only warn from now on, for their makes."""
    book = Book(shop.files.database)

    def change() -> None:
        for make, control in proposals:
            book.set_level(Control(make, control, "warn"))

    text = " ".join(f"Kontrollen {control} är warn för {make}." for make, control in proposals)
    return _done(shop, log, text, change)


def see(shop: Shop, log: Log) -> str:
    """A person has seen the alarms."""
    return _done(shop, log, "Larmen är märkta som sedda.", shop.files.see_alarms)


def keep(shop: Shop, path: Path) -> int:
    """All answers in a file for the next shop; how many."""
    taken = Book(shop.files.database).taken()
    path.write_bytes(msgspec.json.format(msgspec.json.encode(taken)) + b"\n")
    return len(taken.answers)


def take(shop: Shop, log: Log, path: Path) -> str:
    """The answers of another shop."""
    return _done(shop, log, f"Svaren är hämtade ur {path.name}.", lambda: Book(shop.files.database).take(path))


def _done(shop: Shop, log: Log, text: str, change: Callable[[], object]) -> str:
    with taking_turns(shop.lock_path), log.section("Journalfiler: svar"):
        change()
        log.row(text)
        line = released_line(release(shop.files, shop.zone))
        log.row(line)
    return f"{text} {line}"
