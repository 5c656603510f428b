"""Lets a Z report go: once everything about it is known and ties, it and its receipts become the till's tables.

All of it in one transaction, so that whoever reads the till finds a Z report whole or not at all. Until then the Z
report waits with its reasons, and the others go on. What has been let go is never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.tillfiles import controls
from synccenter.tillfiles.interpret import Interpreted, Question, Unanswered, Untied, interpret
from synccenter.tillfiles.questions import WORDS, Book
from synccenter.tillfiles.store import Numbered, Store
from synccenter.tillfiles.tables import Closing, write
from synccenter.tillfiles.values import FileReceipt, FileZ


class Held(Struct, frozen=True):
    """A Z report that waits, and why."""

    till: Numbered
    z: FileZ
    problems: tuple[Problem, ...]
    untied: tuple[controls.Untied, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def make(self) -> str:
        """The make of the till."""
        return self.z.make or self.till.make


class Ready(Struct, frozen=True):
    """A Z report that ties. `warned`: the controls that do not, and are allowed not to for the make."""

    closing: Closing
    warned: tuple[controls.Untied, ...]


class Released(Struct):
    """What a round let go and what it did not. `warnings` were allowed for the make."""

    count: int = 0
    held: list[Held] = []
    warnings: list[str] = []
    proposals: list[tuple[str, str]] = []

    @property
    def problems(self) -> list[Problem]:
        """Why Z reports wait, each cause once."""
        return [problem for one in self.held for problem in one.problems]


def proposals(store: Store, held: Sequence[Held]) -> list[tuple[str, str]]:
    """(make, control) that may be set to *warn*: where total and VAT tie, and only that does not."""
    found: dict[tuple[str, str], None] = {}
    for one in held:
        failed = {wrong.control for wrong in one.untied}
        if failed and not failed & {"total", "vat"}:
            found.update(dict.fromkeys((one.make, control) for control in sorted(failed)))
    waits, book = {one.till.id for one in held}, Book(store.database)
    for till in store.tills():
        if till.id not in waits:  # all that was closed ties, so what is skipped was no sale
            skipped = [name for name in store.skips(till) if book.level(till.make, name) != "warn"]
            found.update(dict.fromkeys((till.make, control) for control in skipped))
    return list(found)


def release(store: Store, zone: ZoneInfo) -> Released:
    """Let every Z report go that may."""
    result = Released()
    for till in store.tills():
        for z in store.waiting(till.id):
            found = look(store, till, z)
            if isinstance(found, Held):
                result.held.append(found)
                continue
            _let_go(store, found, zone)
            item = f"Z {till.till}-{z.number}"
            result.warnings += [
                f"{item}, {one.what}: Z-rapporten säger {one.z}, kvittona {one.receipts}." for one in found.warned
            ]
            result.count += 1
    result.proposals = proposals(store, result.held)
    return result


LOOKED_AT = 100
"""So many waiting Z reports of a till a window looks through: a year of them may wait for the same answer."""


def waiting(store: Store) -> list[Held]:
    """What would wait now, and why, of the oldest of each till; nothing is changed."""
    found = [look(store, till, z) for till in store.tills() for z in store.waiting(till.id)[:LOOKED_AT]]
    return [one for one in found if isinstance(one, Held)]


def look(store: Store, till: Numbered, z: FileZ) -> Held | Ready:
    """Whether a Z report may be let go, and why not."""
    book = Book(store.database)
    make = z.make or till.make
    answers = book.answers(make)
    receipts, problems = [], []
    questions: dict[Question, None] = {}
    item = f"Z {till.till}-{z.number}"
    for one in store.receipts(till.id, z.number):
        try:
            receipts.append((one, interpret(one, answers)))
        except Unanswered as unanswered:
            questions.update(dict.fromkeys(unanswered.questions))
        except Untied as error:
            name = f"{till.till}-{one.number}"
            problems.append(catalogue.TILL_RECEIPT_UNTIED.problem(receipt=name, why=str(error), item=item))
    if questions or problems:
        asked = [_question(make, question, item) for question in questions]
        return Held(till, z, (*asked, *problems), questions=tuple(questions))
    found, receipts = _best(z, receipts, answers)
    wrong = [one for one in found if book.level(make, one.control) != "warn"]
    if wrong:
        return Held(till, z, tuple(_untied(item, make, one) for one in wrong), tuple(found))
    return Ready(Closing(till, z, receipts), tuple(found))


def _let_go(store: Store, ready: Ready, zone: ZoneInfo) -> None:
    closing, book = ready.closing, Book(store.database)
    make = closing.z.make or closing.till.make
    with store.database.transaction():
        texts = {text for _, one in closing.receipts for text, _ in one.payments}
        codes = {text: book.method(closing.till.company, make, text) for text in sorted(texts)}
        write(store, codes, closing, zone)


def _best(
    z: FileZ, receipts: list[tuple[FileReceipt, Interpreted]], answers: dict[Question, str]
) -> tuple[list[controls.Untied], list[tuple[FileReceipt, Interpreted]]]:
    """The controls that do not tie, with the signs of returns that tie best: makes differ."""
    found = list(controls.untied(z, receipts))
    if found and any(one.returned and one.total > 0 for one, _ in receipts):
        try:
            other = [(one, interpret(one, answers, as_written=True)) for one, _ in receipts]
        except Untied:
            return found, receipts
        if not (as_written := list(controls.untied(z, other))):
            return as_written, other
    return found, receipts


def _question(make: str, question: Question, item: str) -> Problem:
    kind, subject = question
    what, choices = WORDS[kind]
    return catalogue.TILL_QUESTION.problem(
        item=item, make=make, kind=kind, what=what, subject=subject, choices=", ".join(choices)
    )


def _untied(item: str, make: str, one: controls.Untied) -> Problem:
    return catalogue.TILL_Z_UNTIED.problem(
        item=item, z=one.z, receipts=one.receipts, what=one.what, control=one.control, make=make
    )
