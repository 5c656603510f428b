"""*Provkörning*: shows what would be fetched and sent. Asks the business system, changes nothing anywhere."""

from __future__ import annotations

from collections import Counter

from synccenter.check import preflight
from synccenter.contract.connector import FetchesRegisters
from synccenter.contract.errors import SyncError
from synccenter.contract.model import REGISTER_NAMES, Receipt, ReceiptState, Register, Voucher, ZReport, kronor
from synccenter.journal.compose import Composer
from synccenter.journal.ledger import Delivery
from synccenter.posting.rules import Rules
from synccenter.run.fetch import number
from synccenter.run.report import Report
from synccenter.shop import Shop

SHOWN = 5
"""Vouchers shown in full."""


class DryRun:
    """One dry run of one shop."""

    def __init__(self, shop: Shop, report: Report) -> None:
        self._shop = shop
        self._report = report

    def run(self) -> int:
        """Show everything; the number of problems found."""
        problems = preflight.red(preflight.findings(self._shop))
        for problem in problems:
            self._report.error(problem)
        try:
            return len(problems) + self._shown()
        except SyncError as error:
            if all(one.cause != error.problem.cause for one in problems):
                raise
            return len(problems)  # what stands in the way has been told

    def _shown(self) -> int:
        """Show what would come down and what would go up; how much of it cannot."""
        connector, count = self._shop.connector(), 0
        if isinstance(connector, FetchesRegisters):
            self._registers(connector)
        if self._shop.settings.safety.cutover is None:
            return count
        for delivery in self._deliveries(self._shop.rules()):
            if delivery.problem:
                count += 1
                self._report.error(delivery.problem)
        return count

    def _registers(self, connector: FetchesRegisters) -> None:
        for register in Register:
            if register not in self._shop.description.capabilities.fetches:
                continue
            rows = Counter({register: 0})
            try:
                for page in connector.fetch(register, None):
                    rows[register] += len(page.rows)
                    rows.update({one: len(also) for one, also in page.also.items()})
            except SyncError as error:
                self._report.error(error.problem)
                continue
            for one, count in rows.items():
                here = self._shop.registers.count(one)
                self._report.row(f"{REGISTER_NAMES[one]}: {number(count)} skulle hämtas; kassan har {number(here)}.")

    def _deliveries(self, rules: Rules) -> list[Delivery]:
        """What is new since the last run, as it would be sent."""
        shop = self._shop
        composer = shop.composer(rules)
        made: list[Delivery] = []
        for till in shop.sales.tills():
            made += self._of_till(composer, till.id, receipts=rules.unit == "receipt")
        shown = 0
        total = sum(delivery.total for delivery in made)
        self._report.row(f"{len(made)} underlag på {kronor(total)} kr skulle skickas till {shop.description.title}.")
        for delivery in made:
            if isinstance(delivery.document, Voucher) and shown < SHOWN:
                shown += 1
                self._report.row(f"{delivery.document.text}:")
                for posting in delivery.document.postings:
                    side = "debet" if posting.amount > 0 else "kredit"
                    self._report.row(f"  {posting.account} {side} {kronor(abs(posting.amount))} {posting.text}")
        if rules.unit == "day":
            self._report.row("Z-rapporterna ovan skulle slås ihop till ett underlag per dag.")
        return made

    def _of_till(self, composer: Composer, till: str, *, receipts: bool) -> list[Delivery]:
        shop = self._shop
        cutover = shop.cutover
        what = "receipt" if receipts else "z"
        place = shop.ledger.place(f"{what}:{till}")
        first = shop.sales.first_number(till, what, cutover)
        if place is None and first is None:
            return []
        after = int(place) if place is not None else (first or 1) - 1
        if receipts:
            return [
                composer.receipt(one, one.at.date())
                for one in shop.sales.receipts_after(till, after)
                if isinstance(one, Receipt) and one.state is ReceiptState.FINISHED
            ]
        reports = [z for z in shop.sales.z_after(till, after) if isinstance(z, ZReport)]
        return [one for z in reports for one in composer.z(z)]
