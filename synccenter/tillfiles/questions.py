"""What the files do not say is asked once for each make of till: what a payment text is, and what a 0 % line is.

The answers, and how strict each control is, can be taken to the next shop as a file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.core.database import Database
from synccenter.till import schema
from synccenter.tillfiles.controls import CONTROLS
from synccenter.tillfiles.interpret import ACCOUNT_ANSWERS, LINE_ANSWERS, PAYMENT_ANSWERS, Answers, Question, What

WORDS: dict[What, tuple[str, tuple[str, ...]]] = {
    "payment": ("betalsättet", PAYMENT_ANSWERS),
    "line": ("raden utan moms", LINE_ANSWERS),
    "account": ("försäljningskontot (momssatsen)", ACCOUNT_ANSWERS),
}
"""What is asked about, in Swedish, and the answers there are."""

Level: TypeAlias = Literal["stop", "warn"]


class Answer(Struct, frozen=True):
    """What a make of till means by a text."""

    make: str
    what: What
    subject: str
    answer: str


class Control(Struct, frozen=True):
    """How strict a control is for a make of till."""

    make: str
    control: str
    level: Level


class Taken(Struct, frozen=True):
    """Everything that the next shop with the same make needs: what `jobsync till answers` writes and reads."""

    answers: list[Answer]
    controls: list[Control]


class Book:
    """The answers and controls of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def answers(self, make: str) -> dict[Question, str]:
        """What has been answered for a make."""
        sql = "SELECT what, subject, answer FROM file_answer WHERE make=:make"
        return {(row[0], row[1]): row[2] for row in self._database.query(sql, {"make": make})}

    def answer(self, one: Answer) -> None:
        """Remember an answer. Raises J12 when it is none of those that there are, or is given otherwise already."""
        what, choices = WORDS[one.what]
        if one.answer not in choices:
            why = f"”{one.answer}” är inget svar på vad {what} är; det kan vara {', '.join(choices)}"
            raise catalogue.TILL_ANSWER_BAD.error(why=why)
        row = (one.make, one.what, one.subject, one.answer)
        self._database.upsert("file_answer", ("make", "what", "subject"), ("make", "what", "subject", "answer"), [row])

    def level(self, make: str, control: str) -> Level:
        """How strict a control is for a make: *stop* unless somebody has said *warn*."""
        sql = "SELECT level FROM file_control WHERE make=:make AND control=:control"
        rows = self._database.query(sql, {"make": make, "control": control})
        return "warn" if rows and rows[0][0] == "warn" else "stop"

    def set_level(self, one: Control) -> None:
        """Remember how strict a control is. Raises J12 for one that does not exist."""
        if one.control not in CONTROLS:
            why = f"”{one.control}” är ingen kontroll; det finns {', '.join(CONTROLS)}"
            raise catalogue.TILL_ANSWER_BAD.error(why=why)
        row = (one.make, one.control, one.level)
        self._database.upsert("file_control", ("make", "control"), ("make", "control", "level"), [row])

    def method(self, company: str, make: str, text: str) -> str:
        """The code of the payment method that a make's text is; it is laid down when it is new."""
        kind = self.answers(make)["payment", text]
        for code in (text, f"{text} ({make})"):
            sql = "SELECT kind FROM payment_method WHERE company=:company AND code=:code"
            rows = self._database.query(sql, {"company": company, "code": code})
            if rows and rows[0][0] != kind:
                continue  # another make means something else by the same text
            row = (company, code, text, kind)
            self._database.upsert("payment_method", schema.PAYMENT_METHOD.key, schema.PAYMENT_METHOD.names, [row])
            return code
        return f"{text} ({kind})"

    def taken(self) -> Taken:
        """Everything, for the next shop."""
        answers = self._database.query("SELECT make, what, subject, answer FROM file_answer ORDER BY 1, 2, 3")
        levels = self._database.query("SELECT make, control, level FROM file_control ORDER BY 1, 2")
        return Taken([Answer(*row) for row in answers], [Control(*row) for row in levels])

    def take(self, path: Path) -> Taken:
        """Take over what another shop has answered. Raises J12; then nothing is taken."""
        try:
            taken = msgspec.json.decode(path.read_bytes(), type=Taken)
        except (OSError, msgspec.MsgspecError) as error:
            raise catalogue.TILL_ANSWER_BAD.error(why=f"filen {path} går inte att läsa: {error}") from error
        with self._database.transaction():
            for answer in taken.answers:
                self.answer(answer)
            for control in taken.controls:
                self.set_level(control)
        return taken


__all__ = ["WORDS", "Answer", "Answers", "Book", "Control", "Level", "Taken"]
