"""Lets a Z report go: once everything about it is known and ties, it and its receipts become the till's tables.

All of it in one transaction, so that whoever reads the till finds a Z report whole or not at all. Until then the Z
report waits with its reasons, and the others go on. What has been let go is never changed.
"""

from __future__ import annotations

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


class Released(Struct):
    """What a round let go and what it did not. `warnings` were allowed for the make."""

    count: int = 0
    held: list[Held] = []
    warnings: list[str] = []

    @property
    def problems(self) -> list[Problem]:
        """Why Z reports wait, each cause once."""
        return [problem for one in self.held for problem in one.problems]

    @property
    def proposals(self) -> list[tuple[str, str]]:
        """(make, control) that may be set to *warn*: where total and VAT tie, and only that does not."""
        found: dict[tuple[str, str], None] = {}
        for one in self.held:
            failed = {wrong.control for wrong in one.untied}
            if failed and not failed & {"total", "vat"}:
                found.update(dict.fromkeys((one.z.make or one.till.make, control) for control in sorted(failed)))
        return list(found)


def release(store: Store, zone: ZoneInfo) -> Released:
    """Let every Z report go that may."""
    result = Released()
    for till in store.tills():
        for z in store.waiting(till.id):
            held = _one(store, till, z, zone, result.warnings)
            if held:
                result.held.append(held)
            else:
                result.count += 1
    return result


def _one(store: Store, till: Numbered, z: FileZ, zone: ZoneInfo, warnings: list[str]) -> Held | None:
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
        return Held(till, z, (*asked, *problems))
    found, receipts = _best(z, receipts, answers)
    wrong = [one for one in found if book.level(make, one.control) != "warn"]
    if wrong:
        return Held(till, z, tuple(_untied(item, make, one) for one in wrong), tuple(found))
    warnings += [f"{item}, {one.what}: Z-rapporten säger {one.z}, kvittona {one.receipts}." for one in found]
    with store.database.transaction():
        codes = {text: book.method(till.company, make, text) for _, one in receipts for text, _ in one.payments}
        write(store, codes, Closing(till, z, receipts), zone)
    return None


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
