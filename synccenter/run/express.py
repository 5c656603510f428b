"""Customers changed at the till go up first: before everything else in a run, and between its pages and documents.

In the lane and under the lease of whoever calls, so that nothing else is sent meanwhile: the same intent in the
ledger, the same courier, only for customers.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from synccenter.contract.connector import SendsDocuments
from synccenter.contract.model import DocumentKind
from synccenter.journal.compose import Composer
from synccenter.journal.delivery import Unit
from synccenter.journal.ownership import Lease
from synccenter.journal.safekeeping import DOUBTFUL
from synccenter.run.collect import Collector, Scope
from synccenter.run.courier import Courier, Tries
from synccenter.run.parked import Parked, digest_of
from synccenter.run.report import Outcome, Report
from synccenter.shop import Shop
from synccenter.truth.already import already_of

ASK_SECONDS = 0.25
"""The shortest time between two questions to the till: pages and documents may follow each other faster."""


def newest_change(shop: Shop) -> int:
    """The latest change of a customer, when it is not in the ledger yet; else 0. One look into two indexes."""
    if DocumentKind.CUSTOMER not in shop.description.capabilities.sends:
        return 0
    last = shop.sales.last_customer_change()
    return last if last > int(shop.ledger.place("customer") or 0) else 0


class Express:
    """For one run, and for what goes up between two runs."""

    def __init__(
        self,
        shop: Shop,
        lease: Lease,
        report: Report,
        outcome: Outcome,
        cancelled: Callable[[], bool],
        *,
        everything: bool = False,
    ) -> None:
        """`everything`: what is parked is made anew and tried, all of it."""
        self._shop = shop
        self._lease = lease
        self._report = report
        self._outcome = outcome
        self._cancelled = cancelled
        self._everything = everything
        self._asked = 0.0
        self._newest = 0
        self.tries = Tries()
        """Shared with the run's own courier: what was tried once waits for the next run."""

    def between(self) -> None:
        """Called between pages and documents: ask the till, and send what has changed."""
        if time.monotonic() - self._asked >= ASK_SECONDS:
            self.send()

    def news(self) -> bool:
        """Whether a customer was changed that is not in the ledger yet."""
        return newest_change(self._shop) > 0

    def send(self) -> None:
        """Send the customers that were changed. Raises S02 when the lease is lost."""
        shop = self._shop
        self._asked = time.monotonic()
        if self.tries.stopped or self._cancelled() or (newest := newest_change(shop)) in {0, self._newest}:
            return
        self._newest = newest  # one that cannot be read is not tried again and again
        if shop.ledger.place(DOUBTFUL) is not None:
            return  # a ledger that has lost its memory looks everything up first, in its turn
        connector = shop.connector()
        if not isinstance(connector, SendsDocuments):
            return
        rules = shop.rules()
        composer = shop.composer(rules)
        self._lease.ensure()
        scope = Scope(shop.cutover, shop.clock(), frozenset({DocumentKind.CUSTOMER}))
        collector = Collector(shop.sales, shop.ledger, composer, rules, scope, alive=self.alive)
        while count := collector.collect_customers():
            self._outcome.intended += count
        for problem in collector.problems:
            self._outcome.tell(problem, self._report)
        courier = self.courier(connector, composer, only=Unit.CUSTOMER)
        courier.look()
        courier.deliver()
        self._asked = time.monotonic()

    def alive(self) -> None:
        """The lease is ours and renewed in good time, however long something takes. Raises S02."""
        self._lease.ensure()

    def courier(self, connector: SendsDocuments, composer: Composer, *, only: Unit | None = None) -> Courier:
        """What sends in this run: the customers alone (`only`), or everything, with customers let in between."""
        parked = Parked(
            self._shop.ledger,
            composer,
            self._shop.description.name,
            digest_of(self._shop),
            everything=self._everything or self._shop.ledger.place(DOUBTFUL) is not None,
        )
        return Courier(
            ledger=self._shop.ledger,
            lease=self._lease,
            connector=connector,
            description=self._shop.description,
            composer=composer,
            parked=parked,
            already=already_of(self._shop),
            report=self._report,
            outcome=self._outcome,
            clock=self._shop.clock,
            cancelled=self._cancelled,
            between=(lambda: None) if only else self.between,
            only=only,
            tries=self.tries,
        )
