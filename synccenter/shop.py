"""One shop, put together: settings, keychain, till, ledger and the chosen connector. Opened as they are needed."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from synccenter.contract import catalogue
from synccenter.contract.connector import AnyDescription, Connector, Registry, Session
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Company
from synccenter.core.database import Database, SQLite, connect, is_server
from synccenter.core.secrets import Keychain
from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from synccenter.core.sqlite import refuse_other_files
from synccenter.journal import drawers, identity
from synccenter.journal.compose import Composer
from synccenter.journal.ledger import Ledger
from synccenter.journal.ownership import Lease
from synccenter.journal.reports import Ground
from synccenter.journal.safekeeping import check_intact, forget_check, remember_existence
from synccenter.posting.rules import Rules, make_rules
from synccenter.posting.settings import CashRule
from synccenter.till.opened import Till
from synccenter.till.registers import Registers
from synccenter.till.sales import Sales, companies, unread_companies

if TYPE_CHECKING:
    from synccenter.tillfiles.store import Store

SETTINGS_FILE = "settings.toml"
LEDGER_SUFFIX = ".ledger.sqlite"
"""The ledger lies beside the till's file, so that another till can take over without doubling."""

LOG_FOLDER, SUPPORT_FOLDER, MONTH_FOLDER = "Loggar", "Support", "Månadspaket"
"""In the data folder, unless another is chosen."""

OUTBOX_FOLDER = "utkorg"
"""Mails that the server has not taken yet lie here, one file each."""

FILES_TILL, FILES_FOLDER = "journalkassa.sqlite", "journalfiler"
"""The embedded database of a till that only gives files, and the folder where they are dropped."""

BREATH = 5.0
"""Seconds that a till which another program holds, and which was waited for in vain, is not waited for again."""

LEDGER_SCHEMA = "jobsync"
"""On a server the ledger has a schema of its own, never the till's."""


class Shop:
    """Everything of one data folder. For one thread: each thread opens its own."""

    def __init__(
        self,
        folder: Path,
        registry: Registry,
        secrets: Keychain,
        *,
        now: Callable[[], datetime] | None = None,
        debug: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.folder = folder
        self.registry = registry
        self.secrets = secrets
        self.debug = debug
        self.settings = Settings.load(folder / SETTINGS_FILE, sections(registry), secrets)
        self.zone = ZoneInfo(self.settings.general.time_zone)
        self.guard: Callable[[], None] = lambda: None
        self.cancel = threading.Event()
        self._now = now
        self._till: Till | None = None
        self._held: tuple[SyncError, float] | None = None
        self._ledger: Ledger | None = None
        self._company: Company | None = None
        self._connector: Connector | None = None

    def clock(self) -> datetime:
        """Now, in the shop's zone."""
        return self._now().astimezone(self.zone) if self._now else datetime.now(self.zone)

    def today(self) -> date:
        """The shop's date."""
        return self.clock().date()

    @property
    def holder(self) -> str:
        """What this till is called when several share a database; the tail tells two of the same name apart."""
        name = self.settings.general.till_id or socket.gethostname()
        tail = hashlib.blake2b(f"{socket.gethostname()}|{self.folder.resolve()}".encode(), digest_size=2).hexdigest()
        return f"{name} #{tail}"

    @property
    def reads_files(self) -> bool:
        """Whether the till gives files, which we keep in a database of our own with the till's tables."""
        return self.settings.general.till_source == "journal"

    @property
    def is_empty(self) -> bool:
        """Whether the till gives files and none has been read: nobody knows yet whose trade it is."""
        return self.reads_files and not companies(self.till)

    @property
    def files_folder(self) -> Path:
        """Where the till's files are dropped; the folder of our own is made when nobody has chosen one."""
        if self.settings.general.journal_folder:
            return Path(self.settings.general.journal_folder)
        folder = self.folder / FILES_FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def files(self) -> Store:
        """What has been read out of the till's files. Raises J13 when the till has a database of its own."""
        if not self.reads_files:
            raise catalogue.TILL_SOURCE_TABLES.error()
        return _store(self.till)

    @property
    def till_address(self) -> str:
        """The till's database: a file in the data folder unless the settings say otherwise."""
        if self.reads_files:
            return str(self.folder / FILES_TILL)
        return str(self.settings.general.till_database or self.folder / "kassa.sqlite")

    @property
    def till(self) -> Till:
        """The till's database, opened once."""
        if self._till is None:
            if self._held and time.monotonic() - self._held[1] < BREATH:
                raise self._held[0]
            missing = not is_server(self.till_address) and not Path(self.till_address).exists()
            if missing and not self.reads_files:
                raise catalogue.DATABASE_MISSING.error(item=self.till_address)
            if not is_server(self.till_address):
                refuse_other_files(Path(self.till_address))
            try:
                self._till = Till(self.connect_till())
            except SyncError as error:
                self._held = (error, time.monotonic()) if error.tried else None
                raise
        return self._till

    def connect_till(self) -> Database:
        """A connection of its own to the till's database; a file is made when there is none."""
        database = connect(self.till_address, password=self._till_password())
        if self.reads_files:
            _store(database)  # lays down the tables that are missing
        return database

    def _till_password(self) -> str | None:
        """The password of a database server. Without a keychain there is none: Windows sign-in needs none either."""
        if not is_server(self.till_address):
            return None
        typed = self.settings.passwords.get("general.till_password")
        if typed:  # it was written into an address that is not saved yet
            self.secrets.masker.add(typed)
            return typed
        try:
            return self.secrets.get("general.till_password")
        except SyncError as error:
            self.debug(str(error))
            return None

    @property
    def company(self) -> Company:
        """The chosen company; the only one when none is chosen. Raises I09, or K04 when its row cannot be read."""
        if self._company is None:
            found, unread = companies(self.till), unread_companies(self.till)
            wanted = self.settings.general.company
            if unread and (wanted in unread or not wanted):
                raise SyncError(unread.get(wanted) or next(iter(unread.values())))
            fitting = [one for one in found if one.id == wanted] if wanted else found
            if len(fitting) != 1:
                names = ", ".join(f"{one.id} ({one.name})" for one in found) or "inget"
                raise catalogue.COMPANY_UNKNOWN.error(
                    company=wanted or "(inget valt)",
                    found=names,
                )
            self._company = fitting[0]
        return self._company

    @property
    def is_outdated(self) -> bool:
        """Whether the till says something else of its company than when it was opened, or has it no longer; or settings
        that another program held can be read."""
        if self.settings.can_be_read_again:
            return True
        if self._company is None:
            return False
        try:
            return self._company not in companies(self.till)
        except SyncError:  # busy just now: whoever reads it next tells
            return False

    @property
    def sales(self) -> Sales:
        """The till's sales, read-only."""
        return Sales(self.till, self.company.id, self.zone)

    @property
    def registers(self) -> Registers:
        """The till's registers."""
        return Registers(self.till, self.company.id)

    @property
    def ledger_path(self) -> Path | None:
        """The ledger's file; None when it lives on a server."""
        if is_server(self.till_address):
            return None
        till = Path(self.till_address)
        return till.with_name(till.name + LEDGER_SUFFIX)

    @property
    def lock_path(self) -> Path:
        """Two programs on one PC take turns by this file."""
        path = self.ledger_path
        return path.with_name(path.name + ".lock") if path else self.folder / "sync.lock"

    @property
    def ledger(self) -> Ledger:
        """The ledger, opened and brought to the present version once. Raises D07 when its file is damaged."""
        if self._ledger is None:
            path = self.ledger_path
            if path:
                check_intact(path, self.clock())
            ledger = self._open_ledger()
            remember_existence(ledger, self.folder, self.company.id)
            self._ledger = ledger
        return self._ledger

    def _open_ledger(self) -> Ledger:
        company = self.company.id
        database = self._ledger_database()
        try:
            return Ledger(database, company, self.clock)
        except SyncError as error:
            database.close()
            self.distrust_after(error)
            raise

    def _ledger_database(self) -> Database:
        path = self.ledger_path
        if path is None:
            return connect(self.till_address, password=self._till_password(), schema=LEDGER_SCHEMA)
        return SQLite(path, ours=True)

    @contextmanager
    def owned(self, *, release: bool = False) -> Iterator[Lease]:
        """The right to send, for as long as a run takes: it guards the wire and fences the ledger. Raises S01.

        `release`: let it go afterwards, when nothing stays running that would keep it.
        """
        lease = self.lease()
        lease.acquire()
        self.guard, self.ledger.fence = lease.guard, lease.claim
        try:
            yield lease
        finally:
            self.guard = self.ledger.fence = lambda: None
            if release:
                lease.release()

    def distrust_after(self, error: SyncError) -> None:
        """When the ledger's file turned out to be damaged, the next start looks it through and says D07."""
        path = self.ledger_path
        if path and error.problem.code == catalogue.DATABASE_BROKEN.code and error.problem.item == str(path):
            forget_check(path)

    def lease(self) -> Lease:
        """The right to send, not yet taken."""
        return Lease(self.ledger.database, self.company.id, self.holder, float(self.settings.safety.lease_seconds))

    @property
    def cutover(self) -> date:
        """The first day that is booked. Raises I04 when nobody has chosen it."""
        chosen = self.settings.safety.cutover
        if chosen is None:
            raise catalogue.NO_CUTOVER.error()
        return chosen

    @property
    def description(self) -> AnyDescription:
        """The chosen business system, with what the settings let it do. Raises I07."""
        name = self.settings.integration.system
        if name not in self.registry:
            raise catalogue.SYSTEM_UNKNOWN.error(system=name, known=", ".join(self.registry))
        found = self.registry[name]
        return found.within(self.settings.of(found))

    def connector(self) -> Connector:
        """The chosen connector, opened once."""
        if self._connector is None:
            self._connector = self.open_connector(self.description)
        return self._connector

    def open_connector(self, description: AnyDescription) -> Connector:
        """Any connector of the registry, with its own options and its own part of the keychain."""
        return description.open(
            Session(
                settings=self.settings.of(description),
                company_name=self.company.name,
                org_number=self.company.org_number,
                fiscal_year_start=self.company.fiscal_year_start,
                secrets=self.secrets.within(description.name),
                clock=self.clock,
                debug=self.debug,
                folder=self.folder,
                cancel=self.cancel,
                guard=self._guarded,
            )
        )

    def _guarded(self) -> None:
        """Asks whoever guards at that moment: a run sets `guard` after the connector was opened."""
        self.guard()

    @property
    def mails_waiting(self) -> int:
        """How many mails the server has not taken yet."""
        return len(list((self.folder / OUTBOX_FOLDER).glob("*.eml")))

    def rules(self) -> Rules:
        """The posting rules of today's settings."""
        sales, section = self.sales, self.settings.posting
        kept = drawers.kept(self.ledger)
        if not kept and not section.cash_accounts:
            section = msgspec.structs.replace(section, cash_accounts=drawers.of_earlier_version(self.ledger))
        tills, methods = sales.tills(), sales.payment_methods()
        return make_rules(section, tills, methods, sales.groups(), kept, unread=sales.unread())

    def drawers(self) -> list[CashRule]:
        """The tills by name with their cash accounts."""
        accounts = self.rules().cash_accounts
        return [CashRule(till.id, till.name, accounts.get(till.id, 0)) for till in self.sales.tills()]

    def composer(self, rules: Rules | None = None) -> Composer:
        """What makes deliveries for the chosen business system by the rules."""
        return Composer(
            Ground(
                sales=self.sales,
                rules=msgspec.structs.replace(rules or self.rules(), names=identity.names(self.ledger, self.company)),
                ledger=self.ledger,
                route=self.description.name,
                today=self.today(),
                cutover=self.settings.safety.cutover or date.min,
            )
        )

    def close(self) -> None:
        """Let go of everything that was opened."""
        if self._connector is not None:
            self._connector.close()
        if self._ledger is not None:
            self._ledger.database.close()
        if self._till is not None:
            self._till.close()
        self._connector = self._ledger = self._till = None


def _store(database: Database) -> Store:
    from synccenter.tillfiles.store import Store  # noqa: PLC0415 - only for tills that give files

    return Store(database)
