"""What a person has said about who is who becomes so in the ledger: a company or a till has another id, or began anew.

Each is one transaction with its line in the history. Nothing that was sent is forgotten: its rows are moved.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeAlias

from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.journal import drawers
from synccenter.journal.identity import Beginning, Identity, KnownTill, keep
from synccenter.journal.ledger import Ledger

_OF_COMPANY = (
    "UPDATE delivery SET company=:new WHERE company=:old",
    "UPDATE covered SET company=:new WHERE company=:old",
    "DELETE FROM place WHERE company=:new",
    "UPDATE place SET company=:new WHERE company=:old",
    "DELETE FROM awaited WHERE company=:new",
    "UPDATE awaited SET company=:new WHERE company=:old",
    "UPDATE route SET company=:new WHERE company=:old",
    "UPDATE run SET company=:new WHERE company=:old",
    "UPDATE attachment SET company=:new WHERE company=:old",
    # The history is append-only: what persons have said is said once more, of the new name.
    (
        "INSERT INTO history (company, at, who, act, reference, note)"
        " SELECT :new, at, who, act, reference, note FROM history WHERE company=:old ORDER BY id"
    ),
)

_READ_ON = ("receipt", "cash", "z", "order")
"""What a till's numbers are read on by: each has a place and spans that are awaited."""

Wanted: TypeAlias = Callable[[str, int], bool]
"""(unit, number) -> whether it is meant."""


class Renaming(Struct, frozen=True):
    """A person's word. `who` and `note` stand in the history."""

    ledger: Ledger
    identity: Identity
    who: str
    note: str = ""

    def company(self, old: str) -> None:
        """The company of this ledger is the one that was called `old`: its past is ours. Raises T08."""
        if self.ledger.used():
            raise catalogue.ALREADY_MET.error(item=self.ledger.company)
        new = self.ledger.company
        with self.ledger.together():
            for statement in _OF_COMPANY:
                names = {name: value for name, value in (("new", new), ("old", old)) if f":{name}" in statement}
                self.ledger.database.execute(statement, names)
            self._remember(f"company:{old}", f"{old} heter nu {new}")

    def corrected(self, org_number: str) -> None:
        """The organisation number in the till was corrected: it is the same company."""
        with self.ledger.together():
            self.identity.org_number = org_number
            keep(self.ledger, self.identity)
            self._remember("company", f"organisationsnumret är {org_number}")

    def till(self, old: str, new: str) -> None:
        """Till `old` is called `new`. Its references go on as before."""
        with self.ledger.together():
            self._move(old, new, lambda _unit, _number: True)
            for what in _READ_ON:
                self._move_place(what, old, new)
            drawers.move(self.ledger, old, new)
            for name, note in self.ledger.explanations().items():
                if f":{old}:" in name:
                    self.ledger.remember(self.who, "explain", name.replace(f":{old}:", f":{new}:", 1), note)
            was = self.identity.tills.pop(old, KnownTill())
            was.name = was.name or old
            self.identity.tills[new] = was
            keep(self.ledger, self.identity)
            self._remember(f"till:{old}", f"kassa {old} heter nu {new}")

    def closed(self, till: str) -> None:
        """A till is gone for good, and all of it was sent."""
        with self.ledger.together():
            self.identity.tills.pop(till, None)
            keep(self.ledger, self.identity)
            self._remember(f"till:{till}", f"kassa {till} är avvecklad")

    def anew(self, till: str, first: Beginning, on: date) -> None:
        """What a till sells from `first` is new although the numbers have been used.

        What was sent under those numbers is laid aside under another name of the till; new references differ.
        """
        receipts, reports, orders = first
        was = self.identity.tills.setdefault(till, KnownTill())
        was.anew += 1

        def used_again(unit: str, number: int) -> bool:
            if unit == "order":
                return 0 < orders <= number
            return number >= {"receipt": receipts, "movement": 0}.get(unit, reports)

        with self.ledger.together():
            self._move(till, f"{till} (före {on}, {was.anew})", used_again)
            self._begin_at("receipt", till, receipts)
            self._begin_at("cash", till, reports)
            self._begin_at("z", till, reports)
            if orders:
                self._begin_at("order", till, orders)
            was.name = f"{was.name.rstrip(_LETTERS) or till}{_letter(was.anew)}"
            was.receipts = {number: at for number, at in was.receipts.items() if number < receipts}
            was.reports = {number: at for number, at in was.reports.items() if number < reports}
            was.orders = {number: at for number, at in was.orders.items() if number < orders}
            keep(self.ledger, self.identity)
            self._remember(f"till:{till}", f"kassa {till} börjar om från kvitto {receipts}")

    # --- within ----------------------------------------------------------------------------------------------

    def _remember(self, what: str, words: str) -> None:
        self.ledger.remember(self.who, "identity", what, self.note or words)

    def _begin_at(self, what: str, till: str, number: int) -> None:
        """Read a till's numbers on from a number."""
        name = f"{what}:{till}"
        self.ledger.set_awaited(till, what, [one for one in self.ledger.awaited(till, what) if one.last < number])
        if self.ledger.place(name) is None:
            return
        if number <= 1:
            self.ledger.forget_place(name)
        else:
            self.ledger.set_place(name, str(number - 1))

    def _move_place(self, what: str, old: str, new: str) -> None:
        value, awaited = self.ledger.place(f"{what}:{old}"), self.ledger.awaited(old, what)
        if value is not None:
            self.ledger.set_place(f"{what}:{new}", value)
            self.ledger.forget_place(f"{what}:{old}")
        self.ledger.set_awaited(new, what, [type(one)(new, what, one.first, one.last) for one in awaited])
        self.ledger.set_awaited(old, what, [])

    def _move(self, old: str, new: str, wanted: Wanted) -> None:
        """Let rows of a till belong to another name: its covers, its deliveries, and what they are made from."""
        self._move_covers(old, new, wanted)
        for reference, unit, till, number, source in self._deliveries_of(old):
            kind = "receipt" if unit == "receipt" else "z"
            moved = [[new if key == old and wanted(kind, one) else key, one] for key, one in json.loads(source)]
            self.ledger.database.execute(
                "UPDATE delivery SET till=:till, source=:source WHERE company=:company AND reference=:reference",
                {
                    "company": self.ledger.company,
                    "reference": reference,
                    "till": new if till == old and wanted(unit, number) else till,
                    "source": json.dumps(moved, ensure_ascii=False, separators=(",", ":")),
                },
            )

    def _move_covers(self, old: str, new: str, wanted: Wanted) -> None:
        company = self.ledger.company
        covers = self.ledger.database.query(
            "SELECT what, number FROM covered WHERE company=:company AND till=:old", {"company": company, "old": old}
        )
        for what, number in covers:
            if wanted(what, number):
                self.ledger.database.execute(
                    "UPDATE covered SET till=:new"
                    " WHERE company=:company AND what=:what AND till=:old AND number=:number",
                    {"company": company, "what": what, "old": old, "new": new, "number": number},
                )

    def _deliveries_of(self, till: str) -> Iterable[tuple[str, str, str, int, str]]:
        rows = self.ledger.database.query(
            "SELECT reference, unit, till, number, source FROM delivery WHERE company=:company"
            " AND (till=:till OR source LIKE :within)",
            {"company": self.ledger.company, "till": till, "within": f"%{json.dumps(till, ensure_ascii=False)}%"},
        )
        return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


_LETTERS = "bcdefghijklmnopqrstuvwxyz"


def _letter(times: int) -> str:
    """`b` for the second life of a till, `c` for the third."""
    return _LETTERS[min(times, len(_LETTERS)) - 1]
