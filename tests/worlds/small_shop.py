"""A small shop and a business system in memory with fault switches, for tests of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from synccenter.contract import catalogue
from synccenter.contract.connector import (
    Booked,
    Capabilities,
    Connector,
    Description,
    Finding,
    Lookup,
    Page,
    Sent,
    Session,
    Severity,
)
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import (
    Article,
    Document,
    DocumentKind,
    Invoice,
    Register,
    RegisterRow,
    Voucher,
)
from synccenter.core.database import SQLite
from synccenter.core.secrets import FileVault, Keychain
from synccenter.run.engine import Engine
from synccenter.run.report import Outcome
from synccenter.shop import Shop
from synccenter.till import schema
from synccenter.till.demo import build

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY = date(2026, 11, 2)


@dataclass
class Books:
    """The business system: what stands in it, and how it misbehaves.

    `faults` are taken one per send: a callable that may raise before or after `commit()` is called.
    """

    vouchers: dict[str, list[Document]] = field(default_factory=dict)
    faults: list[Callable[[Document, Callable[[], None]], None]] = field(default_factory=list)
    registers: dict[Register, Sequence[RegisterRow]] = field(default_factory=dict)
    refuse: Callable[[Document], Problem | None] = lambda _document: None
    sends: int = 0
    finds: int = 0

    def count(self) -> int:
        """How many documents stand there."""
        return sum(len(documents) for documents in self.vouchers.values())

    def doubled(self) -> list[str]:
        """References that stand there more than once."""
        return [reference for reference, documents in self.vouchers.items() if len(documents) > 1]


class MemoryConnector:
    """Speaks with `Books`."""

    def __init__(self, books: Books, session: Session) -> None:
        self._books = books
        self._session = session

    def check(self) -> Iterable[Finding]:
        return [Finding(Severity.GREEN, "Förbindelsen fungerar")]

    def close(self) -> None:
        """Nothing to let go of."""

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        rows = self._books.registers.get(register, ())
        cursor = str(hash(tuple(rows)))
        if since == cursor:
            yield Page((), cursor=cursor)
        else:
            yield Page(rows, cursor=cursor, full=True)

    def send(self, document: Document) -> Sent:
        self._session.guard()
        self._books.sends += 1
        problem = self._books.refuse(document)
        if problem:
            raise SyncError(problem)

        def commit() -> None:
            self._books.vouchers.setdefault(document.reference, []).append(document)

        if self._books.faults:
            self._books.faults.pop(0)(document, commit)
        else:
            commit()
        return Sent(f"id-{document.reference}", f"V{self._books.count()}")

    def find(self, document: Document) -> Sent | None:
        self._books.finds += 1
        return Sent(f"id-{document.reference}") if self._books.vouchers.get(document.reference) else None

    def booked(self, document: Document, external_id: str) -> Booked | None:
        found = self._books.vouchers.get(document.reference)
        if not found:
            return None
        first = found[0]
        if isinstance(first, Voucher):
            return Booked(external_id, postings=tuple(p for one in found for p in one.postings))  # type: ignore[union-attr]
        assert isinstance(first, Invoice)
        return Booked(external_id, total=sum(row.amount for row in first.rows) + first.rounding)


def lost_before(_document: Document, _commit: Callable[[], None]) -> None:
    """The request never arrived, and we cannot know that."""
    raise catalogue.ANSWER_LOST.error(uncertain=True)


def lost_after(_document: Document, commit: Callable[[], None]) -> None:
    """It was booked, but the answer was lost."""
    commit()
    raise catalogue.ANSWER_LOST.error(uncertain=True)


def not_reached(_document: Document, _commit: Callable[[], None]) -> None:
    """The network is down: certain that nothing was booked."""
    raise catalogue.NO_NETWORK.error(host="bokforing.example")


@dataclass
class Rows:
    """A report that remembers."""

    rows: list[str] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    debugs: list[str] = field(default_factory=list)

    def row(self, text: str) -> None:
        self.rows.append(text)

    def warning(self, text: str) -> None:
        self.rows.append(f"OBS! {text}")

    def error(self, problem: Problem) -> None:
        self.errors.append(problem)

    def debug(self, text: str) -> None:
        self.debugs.append(text)

    def progress(self, what: str, done: int, of: int | None) -> None:
        assert done >= 0
        assert what
        assert of is None or of >= 0


class World:
    """A data folder with a till, a business system in memory, and a clock that stands still until moved."""

    def __init__(self, folder: Path, *, lookup: Lookup = Lookup.BY_REFERENCE, settle: float = 0.0) -> None:
        self.folder = folder
        self.books = Books()
        self.other = Books()
        self.now = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
        self.tick = False
        self.lookup = lookup
        self.settle = settle
        self.report = Rows()
        self.registry = {"memory": self._describe("memory", self.books), "other": self._describe("other", self.other)}
        folder.mkdir(parents=True, exist_ok=True)
        self.settings("integration.system=memory", f"safety.cutover={DAY}")

    def _describe(self, name: str, books: Books) -> Description:
        def opened(session: Session) -> Connector:
            return MemoryConnector(books, session)

        return Description(
            name=name,
            title={"memory": "Minnessystemet", "other": "Det andra systemet"}[name],
            options=(),
            capabilities=Capabilities(
                fetches=frozenset({Register.ARTICLES}),
                delta=frozenset({Register.ARTICLES}),
                sends=frozenset(DocumentKind),
                lookup=self.lookup,
                settle_seconds=self.settle,
                reads_back=True,
            ),
            open=opened,
        )

    @property
    def till_path(self) -> Path:
        return self.folder / "kassa.sqlite"

    def trade(self, *, days: int = 1, receipts: int = 20, seed: int = 1) -> None:
        """Let the demo play the till."""
        database = SQLite(self.till_path)
        build(database, seed=seed, days=days, receipts=receipts, start=DAY)
        database.close()

    def empty_till(self) -> SQLite:
        """A till with the contract's tables and nothing in them."""
        database = SQLite(self.till_path)
        schema.create(database)
        return database

    def shop(self) -> Shop:
        shop = Shop(self.folder, self.registry, Keychain("test", FileVault(self.folder / "valv.json")), now=self._clock)
        shop.debug = self.report.debug
        return shop

    def _clock(self) -> datetime:
        """Stands still, or goes a millisecond each time it is looked at."""
        if self.tick:
            self.now += timedelta(milliseconds=1)
        return self.now

    def settings(self, *pairs: str) -> None:
        shop = self.shop()
        for pair in pairs:
            name, _, value = pair.partition("=")
            shop.settings.set(name, value)
        shop.settings.save()
        shop.close()

    def run(self, *, everything: bool = False, cancelled: Callable[[], bool] = lambda: False) -> Outcome:
        """One run, as if the program had just started."""
        self.report = Rows()
        shop = self.shop()
        try:
            return Engine(shop, self.report, cancelled).run(everything=everything)
        finally:
            shop.close()

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def sql(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """Play the till, or look into it."""
        database = SQLite(self.till_path)
        try:
            if statement.lstrip().upper().startswith("SELECT"):
                return list(database.query(statement, values))
            database.execute(statement, values)
            return []
        finally:
            database.close()


def articles(count: int, *, price: int = 1000) -> list[Article]:
    return [Article(str(number), f"Vara {number}", price=price) for number in range(1, count + 1)]
