"""Ledgers broken on purpose: the harness must notice each. Applied in the child, never in the program's own files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from synccenter.contract.errors import Problem
from synccenter.journal import ledger as ledger_module
from synccenter.journal.delivery import Delivery
from synccenter.journal.ledger import Ledger
from synccenter.journal.ownership import Lease
from synccenter.run.collect import Collector
from synccenter.run.courier import Courier


def sent_before_sending() -> None:
    """(a) Marked as sent before the wire is touched: what dies on the way is lost."""
    begin = Ledger.begin

    def marked(self: Ledger, reference: str, lease: Lease) -> bool:
        begun = begin(self, reference, lease)
        self.database.execute(
            "UPDATE delivery SET state='sent' WHERE company=:company AND reference=:reference",
            {"company": self.company, "reference": reference},
        )
        return begun

    Ledger.begin = marked  # type: ignore[method-assign]


def no_unknown_state() -> None:
    """(b) What was interrupted, or got no answer, is just sent again."""

    def resend(self: Ledger, problem: Problem) -> int:
        return self.database.execute(
            "UPDATE delivery SET state='pending' WHERE company=:company AND state='sending'", {"company": self.company}
        )

    Ledger.doubt_interrupted = resend  # type: ignore[method-assign]
    Ledger.doubt = Ledger.postpone  # type: ignore[method-assign]


def intent_after_the_wire() -> None:
    """(c) *Sending* is committed together with the answer, not before the wire is touched."""

    def lazily(self: Courier) -> None:
        for delivery in self._ours(ledger_module.State.PENDING, limit=500):
            self.lease.ensure()
            with self.ledger.together():
                self.ledger.begin(delivery.reference, self.lease)
                self.ledger.together = _already  # type: ignore[method-assign, assignment]
                try:
                    self._send(delivery)()
                finally:
                    del self.ledger.together

    Courier.send_waiting = lazily  # type: ignore[method-assign]


class _already:  # noqa: N801 - stands for a method
    """A transaction that is open already."""

    def __enter__(self) -> None:
        """Nothing to begin."""

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""


def place_before_cover() -> None:
    """(d) The place is committed in a transaction of its own, before the deliveries it has passed."""
    intended: list[Sequence[Delivery]] = []
    intend, numbers = Collector._intend, Collector._pass

    def put_off(self: Collector, deliveries: Sequence[Delivery]) -> None:
        intended.append(deliveries)

    def passed(self: Collector, *args: Any) -> int:
        count = numbers(self, *args)
        for deliveries in intended:
            for delivery in deliveries:
                with self._ledger.together():
                    intend(self, [delivery])
        intended.clear()
        return count

    Collector._intend = put_off  # type: ignore[method-assign]
    Collector._pass = passed  # type: ignore[method-assign, assignment]


SABOTAGE: dict[str, Callable[[], None]] = {
    "sent before sending": sent_before_sending,
    "no unknown state": no_unknown_state,
    "intent after the wire": intent_after_the_wire,
    "place before cover": place_before_cover,
}

FATAL: dict[str, dict[str, str]] = {
    "sent before sending": {"phase": "send"},
    "no unknown state": {"spent": "Shelf.send"},
    "intent after the wire": {"spent": "Shelf.send"},
    "place before cover": {"spent": "Collector._pass"},
}
"""Where a kill does the harm that the ledger, whole, is there to prevent."""


def apply(name: str) -> None:
    """Break the ledger of this process."""
    SABOTAGE[name]()
