"""A shop as it stands in a street: one till, the real engine, log, watchman and mail server; only time is played."""

from __future__ import annotations

import argparse
import re
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from connectors import REGISTRY
from synccenter.cli import running
from synccenter.cli.main import header
from synccenter.contract.connector import (
    BankAccount,
    Capabilities,
    CompanyFacts,
    Connector,
    Description,
    Finding,
    FiscalYear,
    Lookup,
    Session,
    Severity,
    Term,
)
from synccenter.contract.model import Account, DocumentKind, Register
from synccenter.contract.options import Kind, Option
from synccenter.core.database import SQLite
from synccenter.core.logs import Log, has_error, sections
from synccenter.core.secrets import FileVault, Keychain
from synccenter.shop import LEDGER_SUFFIX, Shop
from synccenter.till.demo import build
from tests.worlds.fakes import toy
from tests.worlds.fakes.toy_system import KEY, ToySystem
from tests.worlds.mail_servers import Inbox
from tests.worlds.session import Waiting
from tests.worlds.session import World as Surroundings
from tests.worlds.small_shop import Books, MemoryConnector

DAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Facts:
    """What the business system's lists tell."""

    company: CompanyFacts = field(default_factory=lambda: CompanyFacts("Demobutiken AB", "556677-8899"))
    accounts: list[Account] = field(default_factory=list)
    years: list[FiscalYear] = field(default_factory=lambda: [FiscalYear(date(2026, 1, 1), date(2026, 12, 31))])
    locked_to: date | None = None
    series: list[Term] = field(default_factory=list)
    cost_centres: list[Term] = field(default_factory=list)
    projects: list[Term] = field(default_factory=list)
    vat_codes: list[Term] = field(default_factory=list)
    bank_accounts: list[BankAccount] = field(default_factory=list)
    units: list[Term] = field(default_factory=lambda: [Term("st"), Term("kg"), Term("l")])
    check: Callable[[], None] = lambda: None
    fetch: Callable[[], None] = lambda: None


class BooksConnector(MemoryConnector):
    """The business system in memory, with lists to check against."""

    def __init__(self, books: Books, facts: Facts, session: Session) -> None:
        super().__init__(books, session)
        self.facts = facts
        self.session = session

    def check(self) -> list[Finding]:
        self.facts.check()
        return [Finding(Severity.GREEN, "Förbindelsen fungerar")]

    def fetch(self, register: Register, since: str | None) -> Any:
        self.facts.fetch()
        return super().fetch(register, since)

    def company(self) -> CompanyFacts:
        return self.facts.company

    def accounts(self, on: date) -> list[Account]:
        return self.facts.accounts

    def fiscal_years(self) -> list[FiscalYear]:
        return self.facts.years

    def locked_to(self) -> date | None:
        return self.facts.locked_to

    def voucher_series(self) -> list[Term]:
        return self.facts.series

    def cost_centres(self) -> list[Term]:
        return self.facts.cost_centres

    def projects(self) -> list[Term]:
        return self.facts.projects

    def vat_codes(self) -> list[Term]:
        return self.facts.vat_codes

    def bank_accounts(self) -> list[BankAccount]:
        return self.facts.bank_accounts

    def units(self) -> list[Term]:
        return self.facts.units


@dataclass(frozen=True)
class Ran:
    """What a run left behind: its section of the log, what stood on the screen, its exit code."""

    rows: list[str]
    screen: str
    code: int

    @property
    def errors(self) -> list[str]:
        """The `FEL!` rows."""
        return [row for row in self.rows if row.startswith("FEL!")]


class Store:
    """A data folder and everything around it."""

    def __init__(self, folder: Path, inbox: Inbox, port: int, *, system: str = "memory", lookup: Lookup | None = None):
        self.folder = folder
        self.inbox = inbox
        self.now = NOW
        self.books = Books()
        self.facts = Facts()
        self.toy: ToySystem | None = None
        self.vault: Any = FileVault(folder / "valv.json")
        self.seeds = 0
        self.registry: Mapping[str, Description] = {
            "memory": self._memory(lookup or Lookup.BY_REFERENCE),
            "toy": toy.DESCRIPTION,
            **REGISTRY,
        }
        folder.mkdir(parents=True)
        self.set(
            f"integration.system={system}",
            f"safety.cutover={DAY}",
            "mail.server=127.0.0.1",
            f"mail.port={port}",
            "mail.encryption=none",
            "mail.sign_in=none",
            "mail.to=agare@butik.se",
        )
        if system == "toy":
            self.toy = ToySystem(Surroundings(folder))
            self.set(f"toy.address={self.toy.address}", "toy.timeout=1")
            self.secret("toy.key", KEY)
        if system == "files":
            for name in ("in", "ut"):
                (folder / name).mkdir()
            self.set(f"files.folder_in={folder / 'in'}", f"files.folder_out={folder / 'ut'}")
            (folder / "in" / "artiklar.csv").write_text("Artikelnr;Namn;Pris\n1;Kaffe;25,00\n2;Bulle;20,00\n", "utf-8")

    def _memory(self, lookup: Lookup) -> Description:
        def opened(session: Session) -> Connector:
            return BooksConnector(self.books, self.facts, session)

        return Description(
            name="memory",
            title="Minnessystemet",
            options=(Option(name="key", label="Nyckel", kind=Kind.SECRET, help="Nyckel."),),
            capabilities=Capabilities(
                fetches=frozenset({Register.ARTICLES}),
                sends=frozenset({DocumentKind.VOUCHER}),
                lookup=lookup,
                reads_back=True,
                lists_all_series=True,
            ),
            open=opened,
        )

    # --- the shop's doings -----------------------------------------------------------------------------------

    @property
    def till(self) -> Path:
        return self.folder / "kassa.sqlite"

    @property
    def ledger(self) -> Path:
        return self.till.with_name(self.till.name + LEDGER_SUFFIX)

    def trade(self, receipts: int = 12, *, tills: int = 1) -> None:
        """Another day of trade, on one till unless the story needs two."""
        self.seeds += 1
        database = SQLite(self.till)
        build(database, seed=self.seeds, days=1, receipts=receipts * (2 if tills == 1 else 1), start=DAY)
        database.close()
        if tills == 1:
            for table, column in (
                ("receipt", "till"), ("receipt_line", "till"), ("receipt_payment", "till"), ("z_report", "till"),
                ("z_vat", "till"), ("z_method", "till"), ("cash_movement", "till"), ("till", "id"),
            ):  # fmt: skip
                self.sql(f"DELETE FROM {table} WHERE {column}='2'")

    def sql(self, statement: str, path: Path | None = None) -> Sequence[tuple[Any, ...]]:
        """Play the till, or look into it."""
        database = SQLite(path or self.till)
        try:
            if statement.lstrip().upper().startswith("SELECT"):
                return list(database.query(statement))
            database.execute(statement)
            return []
        finally:
            database.close()

    def set(self, *pairs: str) -> None:
        shop = self.shop()
        for pair in pairs:
            name, _, value = pair.partition("=")
            shop.settings.set(name, value)
        shop.settings.save()
        shop.close()

    def secret(self, name: str, value: str) -> None:
        """Into the keychain."""
        shop = self.shop()
        shop.secrets.set(name, value)
        shop.close()

    def taken_by(self, holder: str) -> None:
        """Another till has the sync for some minutes to come."""
        self.sql(f"UPDATE lease SET holder='{holder}', expires={time.time() + 300}", self.ledger)

    def check_again(self) -> None:
        """As at a new year: the next run looks at everything first."""
        self.sql("DELETE FROM place WHERE name LIKE 'checked%'", self.ledger)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def shop(self) -> Shop:
        keychain = Keychain("butiken", self.vault)
        shop = Shop(self.folder, self.registry, keychain, now=lambda: self.now)
        shop.cancel = Waiting()
        return shop

    def open(self) -> tuple[Shop, Log]:
        """As the command line does."""
        shop = self.shop()
        own = self.folder / "Loggar"
        log = Log(
            Path(shop.settings["general.log_folder"] or own),
            own,
            lambda: header(shop),
            clock=shop.clock,
            keep_days=90,
            masker=shop.secrets.masker,
        )
        shop.debug = log.debug
        return shop, log

    def sync(self, capsys: Any, *, everything: bool = False) -> Ran:
        """`jobsync sync`, with its log and its mails."""
        self.later(minutes=15)
        shop, log = self.open()
        capsys.readouterr()
        arguments = argparse.Namespace(json=False, dry_run=False, all=everything, accept_removals=False)
        try:
            code = running.sync(shop, log, arguments)
        finally:
            shop.close()
            log.close()
        screen = capsys.readouterr()
        section = sections(log.path_today().read_text("utf-8"))[-1]
        return Ran(section.split("\n"), screen.out + screen.err, int(code))

    def debug_log(self) -> str:
        """Today's Debug log."""
        shop, log = self.open()
        text = log.debug_path_today().read_text("utf-8")
        shop.close()
        log.close()
        return text

    # --- what is judged --------------------------------------------------------------------------------------

    def mails(self) -> list[EmailMessage]:
        """The mails that came since the last question."""
        new = list(self.inbox.mails)
        self.inbox.mails.clear()
        return new

    def booked(self) -> dict[str, int]:
        """Reference -> how often it stands in the books, for what was sold (cash vouchers are not)."""
        return {name: count for name, count in self._booked().items() if re.fullmatch(r"\d+-Z?\d+", name)}

    def _booked(self) -> dict[str, int]:
        if self.toy is not None:
            found: dict[str, int] = {}
            for sale in self.toy.sales:
                found[sale["reference"]] = found.get(sale["reference"], 0) + 1
            return found
        files = self.folder / "ut"
        if files.exists():
            return {path.name.rpartition(" ")[2].removesuffix(".si"): 1 for path in files.glob("*.si")}
        return {reference: len(documents) for reference, documents in self.books.vouchers.items()}

    def sold(self, unit: str = "z") -> AbstractSet[str]:
        """What must stand in the books, once each."""
        if unit == "receipt":
            rows = self.sql("SELECT till, number FROM receipt WHERE state='finished'")
            return {f"{till}-{number}" for till, number in rows}
        return {f"{till}-Z{number}" for till, number in self.sql("SELECT till, number FROM z_report")}

    def keep(self) -> None:
        """Lay a copy of the till and the ledger aside."""
        for path in (self.till, self.ledger):
            self.sql("SELECT 1", path)
            shutil.copyfile(path, path.with_suffix(".kept"))

    def put_back(self, path: Path) -> None:
        """The copy takes the file's place again."""
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(path.with_suffix(".kept"), path)

    def close(self) -> None:
        if self.toy is not None:
            self.toy.close()


def attached_log(mail: EmailMessage) -> str:
    """The log in a mail."""
    parts = [part for part in mail.iter_attachments() if str(part.get_filename()).endswith(".log")]
    assert len(parts) == 1
    return str(parts[0].get_content()).replace("\r\n", "\n")


def failed_section_first(log: str) -> bool:
    """Whether the first section after the header holds a FEL! row."""
    pieces = sections(log)
    return len(pieces) > 1 and has_error(pieces[1])
