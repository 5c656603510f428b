"""Changes that wait for a person: what the till has, what would come, and what was said about it.

Kept in the ledger, so that any till of the shop may answer. A proposal is known by its key and its new values: one
that was answered does not come again, and one that has changed asks anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract.model import Register
from synccenter.core.database import Row
from synccenter.journal.ledger import Ledger
from synccenter.journal.places import Kept

WAITING, ACCEPTED, KEPT = "waiting", "accepted", "kept"


class Proposal(Struct, frozen=True):
    """A change that is held. `old` and `new` are rows as they lie in the till's table; `old` None: it is not there.

    `state`: waiting, accepted (written), or kept (the till's own stays).
    """

    register: Register
    key: str
    cause: str
    old: list[Any] | None
    new: list[Any]
    state: str = WAITING

    @property
    def id(self) -> str:
        """What it is called on the command line: the same change has the same name, whenever it comes."""
        told = repr((self.register.value, self.key, self.new)).encode()
        return hashlib.blake2b(told, digest_size=5).hexdigest()

    @property
    def place(self) -> str:
        """Where in the ledger it lies."""
        return f"{self.register.value}:{self.id}"


class Held:
    """The proposals of one company."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._places = Kept(ledger, "held:")

    def all(self, register: Register | None = None) -> list[Proposal]:
        """All of them, in the order of registers and keys."""
        found = self._places.all(f"{register.value}:" if register else "")
        order = list(Register)
        proposals = [msgspec.json.decode(value, type=Proposal) for value in found.values()]
        return sorted(proposals, key=lambda one: (order.index(one.register), one.cause, one.key, str(one.new)))

    def waiting(self) -> list[Proposal]:
        """Those that nobody has answered."""
        return [one for one in self.all() if one.state == WAITING]

    def put(self, proposals: Iterable[Proposal]) -> None:
        """Remember these as they are now."""
        self._places.put({one.place: msgspec.json.encode(one).decode() for one in proposals})

    def drop(self, proposals: Collection[Proposal]) -> None:
        """What is no longer proposed."""
        if proposals:
            self._places.drop([one.place for one in proposals])

    def answer(self, proposals: Collection[Proposal], state: str, who: str) -> None:
        """A person's word, with its line in the history."""
        self.put(replace(one, state=state) for one in proposals)
        act = "accept" if state == ACCEPTED else "keep"
        for one in proposals:
            told = msgspec.json.encode({"old": one.old, "new": one.new}).decode()
            self._ledger.remember(who, act, f"{one.register.value}:{one.key}"[:100], told)


def as_list(row: Row | None) -> list[Any] | None:
    """A row of the till as it is kept."""
    return None if row is None else list(row)
