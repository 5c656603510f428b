"""Puts the Z report, as a page, with the voucher that it became: after everything else, and blocking nothing.

What is wanted stands in the ledger (`journal/attachments.py`) and is begun there before anything goes over the wire.
Whatever goes wrong is one yellow row for each cause, never a fault of the voucher.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import partial

from msgspec import Struct, field

from synccenter.contract import catalogue
from synccenter.contract.connector import Attaches, Attachment, Connector, Delivered
from synccenter.contract.errors import Problem, Reach, SyncError
from synccenter.journal.attachments import Attachments, Wanted, not_attached
from synccenter.journal.ownership import Lease
from synccenter.run.report import Report
from synccenter.shop import Shop

AT_MOST = 500
"""Pages put there in one run; after a year's catching up the next runs take the rest."""

PATIENCE = 3
"""Failures in a row after which the rest waits for the next run."""


class _Met(Struct):
    """A cause, and those that met it."""

    problem: Problem
    items: list[str] = field(default_factory=list)


class Attacher(Struct):
    """For one run."""

    shop: Shop
    lease: Lease
    report: Report
    cancelled: Callable[[], bool]
    done: int = 0
    met: dict[str, _Met] = field(default_factory=dict)

    def attach(self, connector: Connector) -> None:
        """Try everything that is due."""
        description = self.shop.description
        if not description.capabilities.attaches or not isinstance(connector, Attaches):
            return
        attachments, failures = Attachments(self.shop.ledger), 0
        for one in attachments.due(description.name, AT_MOST):
            if self.cancelled() or failures >= PATIENCE:
                break
            problem = self._one(connector, attachments, one)
            failures = failures + 1 if problem else 0
            if problem and problem.reach is not Reach.ONE:
                break  # all others would meet the same
        self._tell()

    def _one(self, connector: Attaches, attachments: Attachments, one: Wanted) -> Problem | None:
        """Try one; what was wrong."""
        self.lease.ensure()
        delivery, settle = one.delivery, self.shop.description.capabilities.settle_seconds
        with self.shop.ledger.together():
            attachments.begin(delivery.reference, settle)
        try:
            self._put(connector, attachments, one)
        except SyncError as error:
            if error.problem.code in {catalogue.CANCELLED.code, catalogue.LEASE_LOST.code}:
                raise
            problem, certain = error.problem, not error.uncertain
        except Exception as error:  # noqa: BLE001 - a bug of one page must not stop the run
            self.report.debug("".join(traceback.format_exception(error)))
            what = type(error).__name__
            problem = catalogue.UNEXPECTED.problem(item=delivery.reference, detail=f"{what}: {error}", error=what)
            certain = False
        else:
            attachments.done(delivery.reference)
            self.done += 1
            return None
        attachments.failed(one, problem, settle=0.0 if certain else settle)
        self.met.setdefault(problem.cause, _Met(problem)).items.append(delivery.reference)
        return problem

    def _put(self, connector: Attaches, attachments: Attachments, one: Wanted) -> None:
        from synccenter.run.evidence import page_of  # noqa: PLC0415 - only in shops that want pages

        delivery = one.delivery
        assert delivery.document is not None, "what was sent has its document"
        file = Attachment(
            name=f"{delivery.reference}.pdf",
            data=page_of(self.shop, delivery),
            tried=one.attempts > 0,
            stored=one.stored,
            doubtful=one.doubtful,
        )
        stored = partial(attachments.keep, delivery.reference)
        connector.attach(Delivered(delivery.document, delivery.external_id), file, stored)

    def _tell(self) -> None:
        """One row for what went well, one for each cause."""
        system = self.shop.description.title
        if self.done:
            self.report.row(f"{self.done} Z-rapporter är bifogade till sina verifikationer i {system}.")
        for met in self.met.values():
            self.report.warning(not_attached(met.problem, met.items, system).sentence())
