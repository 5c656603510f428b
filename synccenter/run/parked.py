"""What is parked is released by itself when its cause has gone, and costs next to nothing while it has not.

A parked document is made anew from the till and compared with what the ledger holds; nothing is written while
nothing has changed. That is done

- for **all** that is parked when what documents are made by has changed (`digest`: the settings, and the till's
  groups and payment methods), in *Synkronisera allt*, and when the ledger has lost its memory;
- else for a **bounded number in turns** (`AT_ONCE`): what is mended in the till is seen at once in a shop where
  little is parked, and within some runs where thousands are. One that can be made shows that its cause is mended,
  and all others of that cause are made anew in the same run.

What the **business system refused** can be made, so only sending shows whether the cause has gone. `TRIALS` of each
cause are sent in a run, the least tried first. Each that is taken lets `TRIALS` more of its cause follow, until
none is taken or all are: an account that is laid up releases four thousand receipts in one run, and one that is not
costs a few questions and not four thousand.
"""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from synccenter.contract.errors import Problem
from synccenter.journal.compose import Composer
from synccenter.journal.delivery import Delivery, State, Unit
from synccenter.journal.ledger import Ledger
from synccenter.journal.parked import Held, held
from synccenter.run.report import Outcome
from synccenter.shop import Shop

AT_ONCE = 2000
"""Receipts made anew in a run, without cause to make all: some 0.3 s."""

WEIGHT = 20
"""A Z report or a day counts as so many receipts."""

TRIALS = 10
"""Refused ones of each cause that are sent in a run to see whether it has gone."""

BATCH = 500


class Parked:
    """What is parked on one route. What still stands when the run ends is in `problems`."""

    def __init__(self, ledger: Ledger, composer: Composer, route: str, digest: str, *, everything: bool) -> None:
        self._ledger = ledger
        self._composer = composer
        self._route = route
        self._digest = digest
        self._everything = everything
        self._stands: dict[str, Held] = {}
        self._refused: dict[str, deque[str]] = {}
        self._trials: dict[str, str] = {}
        self._tried: Counter[str] = Counter()
        self._won: Counter[str] = Counter()
        self._mended: set[str] = set()

    def look(self, tried: set[str], unit: Unit | None, go_on: Callable[[], bool]) -> None:
        """Make anew what is due, and let go what can be sent. `go_on` is asked between portions."""
        found = held(self._ledger, route=self._route, unit=unit)
        self._stands = {one.reference: one for one in found if one.reference not in tried}
        for one in self._stands.values():
            if one.refused and not one.problem.asks:
                self._refused.setdefault(one.problem.cause, deque()).append(one.reference)
        place = f"mapped:{self._route}"
        everything = self._everything or self._ledger.place(place) != self._digest
        due = self._asking_nobody() if everything else self._turn()
        whole = self._make(due, go_on, freely=everything)
        if self._mended and not everything:
            rest = [one.reference for one in self._stands.values() if not one.refused]
            seen = set(due)
            self._make(
                [name for name in rest if name not in seen and self._stands[name].problem.cause in self._mended], go_on
            )
        if everything and whole and unit is None and self._ledger.place(place) != self._digest:
            self._ledger.set_place(place, self._digest)

    def taken(self, reference: str) -> None:
        """The business system has taken it: its cause may have gone for the others too."""
        cause = self._trials.pop(reference, None)
        if cause is not None:
            self._won[cause] += 1

    def more(self, go_on: Callable[[], bool]) -> bool:
        """Let more go of the causes of which some were taken; False when there are none."""
        won, self._won = self._won, Counter()
        due: list[str] = []
        for cause, count in won.items():
            refused = self._refused.get(cause, deque())
            room = count * TRIALS
            while refused and room:
                if (reference := refused.popleft()) in self._stands:
                    due.append(reference)
                    room -= 1
        return bool(due) and self._make(due, go_on, freely=True)

    def problems(self) -> Iterator[tuple[str, Problem]]:
        """(reference, why) of what stays parked."""
        return ((one.reference, one.problem) for one in self._stands.values())

    def _asking_nobody(self) -> list[str]:
        """What goes on by itself: all but what waits for a person's answer."""
        return [name for name, one in self._stands.items() if not one.problem.asks]

    def _turn(self) -> list[str]:
        """The next ones in turn; all when they are few."""
        names = self._asking_nobody()
        weights = [1 if self._stands[name].unit in _LIGHT else WEIGHT for name in names]
        if sum(weights) <= AT_ONCE:
            return names
        place = f"parked:{self._route}"
        start = int(self._ledger.place(place) or 0) % len(names)
        turn, weight = 0, 0
        while weight < AT_ONCE:
            weight += weights[(start + turn) % len(names)]
            turn += 1
        self._ledger.set_place(place, str(start + turn))
        # What was refused is tried least tried first, whosever turn it is.
        trials = [name for refused in self._refused.values() for name in list(refused)[:TRIALS]]
        return list(dict.fromkeys([*trials, *((names + names)[start : start + turn])]))

    def _make(self, references: Sequence[str], go_on: Callable[[], bool], *, freely: bool = False) -> bool:
        """Make some anew; False when it was broken off. `freely`: what was refused is sent again, all of it."""
        for start in range(0, len(references), BATCH):
            if not go_on():
                return False
            old = self._ledger.some(references[start : start + BATCH])
            made = self._composer.all_again(old)
            with self._ledger.together():
                for before, now in zip(old, made, strict=True):
                    self._judge(before, now, freely=freely)
        return True

    def _judge(self, old: Delivery, made: Delivery, *, freely: bool) -> None:
        if made is old or old.problem is None:  # the till has nothing to make it from now
            return
        cause, refused = old.problem.cause, old.document is not None
        if made.state is State.REJECTED and made.problem is not None:
            if refused or made.gives or (made.problem, made.total) != (old.problem, old.total):
                self._ledger.remake(made)
                self._stands[old.reference] = Held(old.reference, old.unit, made.problem, refused=False)
            return
        if refused and not freely and made.document == old.document and not made.gives:
            if self._tried[cause] >= TRIALS:
                return
            self._tried[cause] += 1
        self._ledger.remake(made)
        self._stands.pop(old.reference, None)
        if refused:
            self._trials[old.reference] = cause
        else:
            self._mended.add(cause)


_LIGHT = frozenset({Unit.RECEIPT, Unit.ORDER, Unit.CUSTOMER})


def digest_of(shop: Shop) -> str:
    """Changes whenever something does by which documents are made: the settings, and the till's own registers."""
    sections = ("general", "integration", "posting", "safety", shop.description.name)
    text = repr([sorted(shop.settings.section(section).items()) for section in sections]) + repr(shop.rules())
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def stopped(ledger: Ledger, states: Iterable[State] = (State.REJECTED,)) -> list[Problem]:
    """Why deliveries do not go on: each cause once, with those that met it."""
    found = Outcome("")
    for one in held(ledger, tuple(states)):
        found.add(one.problem if one.problem.item else msgspec.structs.replace(one.problem, item=one.reference))
    return found.problems
