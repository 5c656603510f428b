"""Registers down: page by page from the connector into the till, each page in one short transaction.

*Förändringar* asks for what is new since the cursor; *allt* compares everything and takes out of use what the
business system no longer has. The cursor is kept only when the last page is written.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable

from msgspec import Struct

from synccenter.core import catalogue
from synccenter.core.connector import Description, FetchesRegisters, Page
from synccenter.core.errors import Problem, SyncError
from synccenter.core.model import Register, kronor
from synccenter.sync.ledger import Ledger
from synccenter.sync.report import Outcome, Report
from synccenter.till.registers import PriceChange, Registers, Seen

REGISTER_NAMES: dict[Register, str] = {
    Register.ACCOUNTS: "Konton",
    Register.GROUPS: "Varugrupper",
    Register.ARTICLES: "Artiklar",
    Register.BARCODES: "Streckkoder",
    Register.PRICES: "Prislistor",
    Register.STOCK: "Lagersaldo",
    Register.CUSTOMERS: "Kunder",
}

SHRINK_LIMIT = 0.5
"""A register that loses more than this part at once is taken for a broken export until a person says otherwise."""

SHRINK_LEAST = 20
"""Registers smaller than this may lose anything: a shop with ten customers may drop six."""

TOLD = 10
"""Bad rows and changed prices named one by one in the log; the rest are counted."""


class Fetcher(Struct):
    """Fetches all registers of one connector for one company."""

    registers: Registers
    ledger: Ledger
    connector: FetchesRegisters
    description: Description
    wanted: frozenset[Register]
    report: Report
    outcome: Outcome
    cancelled: Callable[[], bool]
    ensure_ours: Callable[[], None]
    accept_removals: bool = False

    def fetch(self, *, everything: bool) -> None:
        """All registers, in the order in which they depend on each other. One that fails does not stop the rest."""
        for register in Register:
            if register not in self.wanted or register not in self.description.capabilities.fetches:
                continue
            if self.cancelled():
                return
            try:
                self._one(register, everything=everything)
            except SyncError as error:
                if error.problem.code in {catalogue.LEASE_LOST.code, catalogue.CANCELLED.code}:
                    raise
                self._told(error.problem)
            except Exception as error:  # noqa: BLE001 - one register's hostile row must not stop the sales
                self.report.debug("".join(traceback.format_exception(error)))
                detail = f"{type(error).__name__}: {error}"
                self._told(catalogue.UNEXPECTED.problem(item=REGISTER_NAMES[register], detail=detail))

    def _told(self, problem: Problem) -> None:
        self.outcome.problems.append(problem)
        self.report.error(problem)

    def _one(self, register: Register, *, everything: bool) -> None:
        place = f"register:{self.description.name}:{register.value}"
        delta = register in self.description.capabilities.delta and not everything
        since = self.ledger.place(place) if delta else None
        # Only a full comparison takes rows out of use: the first sync of a shop must not empty its till.
        count = _Count(seen=Seen() if everything else None)
        page = Page(())
        for page in self.connector.fetch(register, since):
            self.ensure_ours()
            self._write(register, page, count)
            if self.cancelled():
                raise catalogue.CANCELLED.error()
        if page.full and count.seen is not None:
            self._retire(register, count)
        if page.cursor is not None and page.cursor != since:
            self.ledger.set_place(place, page.cursor)
        self._tell(register, count)

    def _write(self, register: Register, page: Page, count: _Count) -> None:
        if page.rows:
            written = self.registers.write(register, page.rows)
            count.add(len(page.rows), written.new, written.changed)
            count.prices += written.price_changes
            if count.seen is not None:
                count.seen.add(page.rows)
        for bad in page.bad:
            count.bad += 1
            if count.bad <= TOLD:
                self.report.warning(f"{bad.where}: {bad.why} Raden hoppas över.")
            else:
                self.report.debug(f"Hoppas över: {bad.where}: {bad.why}")
        self.report.progress(REGISTER_NAMES[register], count.fetched, None)

    def _retire(self, register: Register, count: _Count) -> None:
        assert count.seen is not None
        before = self.registers.count(register)
        kept = count.fetched
        if before >= SHRINK_LEAST and kept < before * SHRINK_LIMIT and not self.accept_removals:
            raise catalogue.REGISTER_SHRANK.error(register=REGISTER_NAMES[register], before=before, after=kept)
        count.retired = self.registers.retire(register, count.seen)

    def _tell(self, register: Register, count: _Count) -> None:
        name = REGISTER_NAMES[register]
        self.outcome.fetched[register.value] = count.fetched
        self.outcome.written += count.new + count.changed + count.retired
        for change in count.prices[:TOLD]:
            self.report.row(
                f"Nytt pris: {change.article} {change.name} {kronor(change.old)} → {kronor(change.new)} kr."
            )
        if len(count.prices) > TOLD:
            self.report.row(f"… och {len(count.prices) - TOLD} nya priser till (se Debug-loggen).")
            for change in count.prices[TOLD:]:
                self.report.debug(f"Nytt pris: {change.article} {kronor(change.old)} -> {kronor(change.new)}")
        if count.bad > TOLD:
            self.report.warning(f"… och {count.bad - TOLD} rader till i {name.lower()} hoppas över (se Debug-loggen).")
        if count.fetched or count.retired:
            parts = [f"{number(count.fetched)} hämtade", f"{number(count.new)} nya", f"{number(count.changed)} ändrade"]
            if count.retired:
                parts.append(f"{number(count.retired)} tagna ur bruk")
            self.report.row(f"{name}: {', '.join(parts)}.")
        else:
            self.report.debug(f"{name}: inget nytt.")


class _Count(Struct):
    seen: Seen | None = None
    fetched: int = 0
    new: int = 0
    changed: int = 0
    retired: int = 0
    bad: int = 0
    prices: list[PriceChange] = []

    def add(self, fetched: int, new: int, changed: int) -> None:
        self.fetched += fetched
        self.new += new
        self.changed += changed


def number(value: int) -> str:
    """`2707` -> `2 707`."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")
