"""By hand: a person's one answer when company or till is not what it was. By command and by button the same."""

from __future__ import annotations

import getpass
import re
import socket
from collections.abc import Callable, Mapping

from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.journal.identity import Identity, acquaint, beginning
from synccenter.journal.renaming import Renaming
from synccenter.journal.safekeeping import count_renamed
from synccenter.shop import Shop

_COMMAND = re.compile(r"”jobsync identity ([a-z-]+) ?([^”]*)”")
"""The command that a remedy names."""


class Answer(Struct, frozen=True):
    """What a person says: the act of `jobsync identity`, and what it is about (the old id, or the till; the new id)."""

    act: str
    about: str = ""
    new: str = ""


def answer_to(problem: Problem) -> Answer | None:
    """The answer that a problem's remedy names; None where there is none of this kind."""
    named = _COMMAND.search(problem.fix)
    if named is None or named[1] == "show":
        return None
    act, words = named.groups()
    if act != "till-renamed":
        return Answer(act, words)
    old = problem.cause.partition("|")[2]  # an id may hold spaces
    return Answer(act, old, words.removeprefix(old).strip())


class Who:
    """Makes what a person has said so in the ledger, and tells it in one sentence. Raises T08 or T09."""

    def __init__(self, shop: Shop, note: str = "") -> None:
        self._shop = shop
        self._note = note
        self._person = f"{getpass.getuser()}@{socket.gethostname()}"

    def say(self, answer: Answer) -> str:
        """Do it."""
        acts: Mapping[str, Callable[[Answer], str]] = {
            "company-renamed": self._company_renamed,
            "company-corrected": self._company_corrected,
            "till-renamed": self._till_renamed,
            "till-closed": self._till_closed,
            "till-new": self._till_new,
        }
        return acts[answer.act](answer)

    def _company_renamed(self, answer: Answer) -> str:
        company = self._shop.company
        Renaming(self._shop.ledger, Identity(company.id), self._person, self._note).company(answer.about)
        count_renamed(self._shop.folder, answer.about, company.id)
        return f"Företaget {answer.about} är {company.id} ({company.name}); dess historia följer med."

    def _company_corrected(self, _answer: Answer) -> str:
        company = self._shop.company
        self._renaming(acquaint(self._shop.ledger, company)).corrected(company.org_number)
        return f"{company.name} har organisationsnummer {company.org_number}."

    def _till_renamed(self, answer: Answer) -> str:
        self._renaming(self._knowing(answer.about)).till(answer.about, answer.new)
        return f"Kassa {answer.about} heter nu {answer.new}; dess historia följer med."

    def _till_closed(self, answer: Answer) -> str:
        self._renaming(self._knowing(answer.about)).closed(answer.about)
        return f"Kassa {answer.about} är avvecklad."

    def _till_new(self, answer: Answer) -> str:
        till, now = answer.about, self._knowing(answer.about)
        first = beginning(self._shop.sales, till, now.tills[till])
        self._renaming(now).anew(till, first, self._shop.today())
        return f"Kassa {till}: kvitton från {first.receipts} och Z-rapporter från {first.reports} är nya och skickas."

    def _renaming(self, now: Identity) -> Renaming:
        return Renaming(self._shop.ledger, now, self._person, self._note)

    def _knowing(self, till: str) -> Identity:
        now = acquaint(self._shop.ledger, self._shop.company)
        if till not in now.tills:
            raise catalogue.TILL_UNKNOWN.error(till=till, known=", ".join(sorted(now.tills)) or "inga")
        return now
