"""Registers down: page by page from the connector into the till, each page in one short transaction.

*Förändringar* asks for what is new since the cursor; *allt* compares everything and takes out of use what the
business system no longer has. Between them a sweep compares whole, every few hours, what a delta does not tell of. The
cursor is kept only when the last page is written.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field

from synccenter.contract import catalogue
from synccenter.contract.connector import AnyDescription, BadRow, FetchesRegisters, Page
from synccenter.contract.errors import ErrorKind, Problem, SyncError
from synccenter.contract.model import REGISTER_NAMES, Customer, Register, RegisterRow, kronor
from synccenter.journal.agreed import CALLED, Agreed, base_of, merged
from synccenter.journal.held import Held
from synccenter.journal.ledger import Ledger
from synccenter.run.courier import PATIENCE, about
from synccenter.run.gatekeeper import Gate, today, told
from synccenter.run.report import Outcome, Report
from synccenter.run.unread import Unread
from synccenter.till.registers import Batch, PriceChange, Registers, Seen, Written

PRICES_TOLD = 3
"""So many new prices have a row each, so that a normal day's section stays short; the rest are counted."""

TOGETHER = 5000
"""Rows written in one transaction: some 10 ms on a PC of 2024.

A till that finds its database taken looks again after 1, 3, 8 and 18 ms (SQLite's busy handler). Short locks in close
succession may be met every time; a longer one with a longer rest after it is met once.
"""

SWEPT_AWAY = frozenset({Register.BARCODES, Register.PRICES})
"""What goes as soon as a whole list comes without it: it is scanned or charged, and no receipt points at it."""

TOLD = 10
"""Bad rows named one by one in the log; the rest are counted."""


class Fetcher(Struct):
    """Fetches all registers of one connector for one company.

    `between` pages goes what cannot wait for the rest. `stopped`: that has met what everything would meet.
    """

    registers: Registers
    ledger: Ledger
    connector: FetchesRegisters
    description: AnyDescription
    wanted: frozenset[Register]
    report: Report
    outcome: Outcome
    cancelled: Callable[[], bool]
    ensure_ours: Callable[[], None]
    now: datetime
    sweep_every: timedelta
    settings_mark: str
    between: Callable[[], None] = lambda: None
    stopped: Callable[[], bool] = lambda: False
    accept_removals: bool = False
    unread: Unread = field(default_factory=Unread)
    renamed: dict[str, str] = field(default_factory=dict)

    def fetch(self, *, everything: bool) -> None:
        """All registers, in the order in which they depend on each other.

        One that fails does not stop the rest, unless it met what all would meet; then the others wait for the next run.
        """
        self._each(everything=everything)
        self.tell_held()

    def _each(self, *, everything: bool) -> None:
        failures = 0
        for register in Register:
            if register not in self.wanted or register not in self.description.capabilities.fetches:
                continue
            if self.cancelled() or self.stopped():
                return
            try:
                self._one(register, everything=everything)
                failures = 0
            except SyncError as error:
                if error.problem.code in {catalogue.LEASE_LOST.code, catalogue.CANCELLED.code}:
                    raise
                failures += error.problem.kind is ErrorKind.RETRY
                self._problem(about(error.problem, REGISTER_NAMES[register]))
                if error.problem.stops or failures >= PATIENCE:
                    self.outcome.whole = False
                    self.report.row("Resten av registren hämtas vid nästa synkronisering.")
                    return
            except Exception as error:  # noqa: BLE001 - a bug in one connector must not stop the sending
                self.report.debug("".join(traceback.format_exception(error)))
                what = type(error).__name__
                name = REGISTER_NAMES[register]
                self._problem(catalogue.UNEXPECTED.problem(item=name, detail=f"{what}: {error}", error=what))

    def tell_held(self) -> None:
        """What waits for a person, whether it came in this run or before."""
        for problem in told(self._held):
            self._problem(problem)

    @property
    def _held(self) -> Held:
        return Held(self.ledger)

    def _problem(self, problem: Problem) -> None:
        self.outcome.tell(problem, self.report)

    def _one(self, register: Register, *, everything: bool) -> None:
        """One register, and those whose rows come along with it."""
        capabilities = self.description.capabilities
        registers = [register]
        registers += [one for one, by in capabilities.along.items() if by is register and one in self.wanted]
        had = self.ledger.place(self._sweep_place(register)) is not None
        sweeps = not everything and self._sweep_is_due(register)
        counts = {one: self._count(one, takes_away=everything or (had and one in SWEPT_AWAY)) for one in registers}
        since = self._since(registers) if register in capabilities.delta and not (everything or sweeps) else None
        page = Page(())
        batch = self.registers.batch(lambda one, old, new: counts[one].gate.judge(one, old, new))
        for page in self.connector.fetch(register, since):
            self._take(register, page, counts, batch)
            if len(batch) >= TOGETHER:
                self.ensure_ours()
                batch.write()
            self.between()
            if self.cancelled():
                raise catalogue.CANCELLED.error()
        self.ensure_ours()
        for count in counts.values():
            count.gate.whole = page.full
            for written in count.gate.release(batch, count.seen):
                count.add(0, written)
                self._tell_prices(written.price_changes, count)
        batch.write()
        self._settle(counts)
        for one, count in counts.items() if page.full else ():
            if count.seen is not None:
                self._retire(one, count)
        if since is None or page.full:
            self._swept(register)
        for alias, known in self.renamed.items() if register is Register.ARTICLES else ():
            self.report.warning(f"Artikel {alias} är {known} i kassan: numren skiljer sig bara i nollor.")
        for one in registers:
            counts[one].gate.close()
            held = counts[one].gate.held_keys
            Agreed(self.ledger).put(customer for customer in counts[one].agreed if customer.number not in held)
            if page.cursor is not None and page.cursor != since:
                self.ledger.set_place(self._place(one), page.cursor)
            self._tell(one, counts[one], quietly=sweeps)

    def _sweep_is_due(self, register: Register) -> bool:
        """Whether it is to be compared whole: our settings read its rows otherwise than when it last was, or a delta
        does not tell all of it and a sweep's time has passed. A clock that went back is no reason to wait.

        What has never been swept counts from now: the first fetch is whole by itself and takes nothing away.
        """
        if register not in self.description.capabilities.delta:
            return False  # it comes whole each time
        last = self.ledger.place(self._sweep_place(register))
        if last is None:
            self._swept(register)
            return False
        at, _, mark = last.partition(" ")
        late = not 0 <= self.now.timestamp() - float(at) < self.sweep_every.total_seconds()
        return mark != self.settings_mark or (late and register in self.description.capabilities.swept)

    def _swept(self, register: Register) -> None:
        self.ledger.set_place(self._sweep_place(register), f"{self.now.timestamp()} {self.settings_mark}")

    def _sweep_place(self, register: Register) -> str:
        return f"swept:{self.description.name}:{register.value}"

    def _count(self, register: Register, *, takes_away: bool) -> _Count:
        # Only a full comparison takes rows out of use: the first sync of a shop must not empty its till.
        frame = today(self.registers, self.now.date())
        gate = Gate(register, self.registers, self._held, frame, self.renamed)
        return _Count(gate, seen=Seen() if takes_away else None)

    def _settle(self, counts: Mapping[Register, _Count]) -> None:
        """Barcodes that several articles claim; an owner whose article came along has let go of what it left out."""
        count, articles = counts.get(Register.BARCODES), counts.get(Register.ARTICLES)
        if count is None:
            return
        fetched = articles.gate.numbers if articles else None

        def gone(owner: str) -> bool:
            one = Seen()
            one.add([owner])
            return count.gate.whole or (fetched is not None and not fetched.lacks(one))

        count.gate.settle(gone)

    def _place(self, register: Register) -> str:
        return f"register:{self.description.name}:{register.value}"

    def _since(self, registers: Sequence[Register]) -> str | None:
        """Where all of them have been read to; None when one of them is new."""
        places = {self.ledger.place(self._place(one)) for one in registers}
        return places.pop() if len(places) == 1 else None

    def _take(self, register: Register, page: Page, counts: Mapping[Register, _Count], batch: Batch) -> None:
        for one, count in counts.items():
            rows = count.gate.page(page.rows if one is register else page.also.get(one, ()))
            if one is Register.CUSTOMERS:
                rows = self._merged(rows, count)
            written = batch.take(one, rows, count.seen)
            count.add(len(rows), written)
            self._tell_prices(written.price_changes, count)
        count = counts[register]
        for bad in page.bad:
            self._take_bad(register, bad, count)
        for note in page.notes:
            self.report.warning(note)
        self.report.progress(REGISTER_NAMES[register], count.fetched, None)

    def _merged(self, rows: Sequence[RegisterRow], count: _Count) -> Sequence[RegisterRow]:
        """Customers with what the till alone has changed; see `journal/agreed.py`."""
        theirs = [row for row in rows if isinstance(row, Customer)]
        bases = Agreed(self.ledger).of([one.number for one in theirs])
        ours = {one.number: one for one in self.registers.now(Register.CUSTOMERS, theirs) if isinstance(one, Customer)}
        found: list[RegisterRow] = []
        for one in theirs:
            base, here = bases.get(one.number), ours.get(one.number)
            if base != base_of(one):
                count.agreed.append(one)
            if base is None or here is None:
                found.append(one)
                continue
            customer, both = merged(one, here, base)
            if both:
                what = ", ".join(CALLED[name] for name in both)
                self.report.warning(f"Kund {one.number}: {what} är ändrat på båda håll; affärssystemets gäller.")
            found.append(customer)
        return found

    def _take_bad(self, register: Register, bad: BadRow, count: _Count) -> None:
        """A row that could not be read is not gone: the till keeps what it has of it."""
        self.unread.add(register, bad)
        count.bad += 1
        if count.bad <= TOLD:
            self.report.warning(f"{bad.where}: {bad.why.rstrip('.')}. Kassan behåller det den har.")
        else:
            self.report.debug(f"Gick inte att läsa: {bad.where}: {bad.why}")

    def _retire(self, register: Register, count: _Count) -> None:
        assert count.seen is not None
        if why := self.unread.keeps_all(register):
            self.report.warning(f"{REGISTER_NAMES[register]}: {why}. Därför tas inget ur bruk den här gången.")
            return
        gone = self.registers.missing(register, count.seen, self.unread.keys(register), self.unread.articles(register))
        if gone and count.gate.may_go(gone, self.registers.count(register), accepted=self.accept_removals):
            count.retired = self.registers.remove(register, gone)

    def _tell_prices(self, changes: Sequence[PriceChange], count: _Count) -> None:
        """The first ones in the log, all others in Debug; none are kept in memory."""
        for change in changes:
            count.prices += 1
            told = f"{change.article} {change.name} {kronor(change.old)} → {kronor(change.new)} kr."
            (self.report.row if count.prices <= PRICES_TOLD else self.report.debug)(f"Nytt pris: {told}")

    def _tell(self, register: Register, count: _Count, *, quietly: bool) -> None:
        """What became of a register; a sweep that found nothing is told in Debug."""
        name = REGISTER_NAMES[register]
        self.outcome.fetched[register.value] = count.fetched
        self.outcome.written += count.new + count.changed + count.retired
        if count.prices > PRICES_TOLD:
            self.report.row(f"… och {count.prices - PRICES_TOLD} nya priser till (se Debug-loggen).")
        if count.bad > TOLD:
            more = f"{count.bad - TOLD} rader till i {name.lower()}"
            self.report.warning(f"… och {more} gick inte att läsa (se Debug-loggen).")
        if count.retired or count.new or count.changed or (count.fetched and not quietly):
            parts = [f"{number(count.fetched)} hämtade", f"{number(count.new)} nya", f"{number(count.changed)} ändrade"]
            if count.retired:
                parts.append(f"{number(count.retired)} tagna ur bruk")
            if count.gate.waiting:
                parts.append(f"{number(count.gate.waiting)} väntar på godkännande")
            self.report.row(f"{name}: {', '.join(parts)}.")
        else:
            self.report.debug(f"{name}: inget nytt{' i hela listan' * quietly}.")


class _Count(Struct):
    gate: Gate
    seen: Seen | None = None
    fetched: int = 0
    new: int = 0
    changed: int = 0
    retired: int = 0
    bad: int = 0
    prices: int = 0
    agreed: list[Customer] = field(default_factory=list)

    def add(self, fetched: int, written: Written) -> None:
        self.fetched += fetched
        self.new += written.new
        self.changed += written.changed


def number(value: int) -> str:
    """`2707` -> `2 707`."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")
