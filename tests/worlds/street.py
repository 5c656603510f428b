"""A shop as it stands in a street: one till, the real engine, log, watchman and mail server; only time is played."""

from __future__ import annotations

import argparse
import re
import shutil
import time
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from connectors import REGISTRY
from synccenter.cli import running
from synccenter.cli.main import header
from synccenter.contract.connector import (
    Lookup,
)
from synccenter.contract.model import DocumentKind
from synccenter.core.database import SQLite
from synccenter.core.logs import Log, has_error, sections
from synccenter.shop import Shop
from synccenter.till.demo import build
from tests.worlds.books import Books, Facts, describe
from tests.worlds.clock import Clock
from tests.worlds.data_folder import DataFolder
from tests.worlds.fakes import toy
from tests.worlds.fakes.toy_system import KEY, ToySystem
from tests.worlds.mail_servers import Inbox
from tests.worlds.session import Surroundings, Waiting

DAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


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


class Store(DataFolder):
    """A data folder and everything around it: log, mail server, command line, lists in the business system."""

    def __init__(self, folder: Path, inbox: Inbox, port: int, *, system: str = "memory", lookup: Lookup | None = None):
        self.inbox = inbox
        self.facts = Facts()
        self.books = Books(facts=self.facts)
        self.toy: ToySystem | None = None
        self.seeds = 0
        memory = describe(self.books, lookup=lookup or Lookup.BY_REFERENCE, sends=frozenset({DocumentKind.VOUCHER}))
        registry = {"memory": memory, "toy": toy.DESCRIPTION, **REGISTRY}
        super().__init__(folder, registry, Clock(NOW))
        self.settings(
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
            self.toy.world.server_clock.now = self.clock.now
            self.settings(f"toy.address={self.toy.address}", "toy.timeout=1")
            self.secret("toy.key", KEY)
        if system == "files":
            for name in ("in", "ut"):
                (folder / name).mkdir()
            self.settings(f"files.folder_in={folder / 'in'}", f"files.folder_out={folder / 'ut'}")
            (folder / "in" / "artiklar.csv").write_text(
                "Artikelnr;Namn;Pris inkl moms\n1;Kaffe;25,00\n2;Bulle;20,00\n", "utf-8"
            )

    # --- the shop's doings -----------------------------------------------------------------------------------

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

    def shop(self) -> Shop:
        shop = super().shop()
        shop.cancel = Waiting()
        return shop

    def open(self) -> tuple[Shop, Log]:
        """As the command line does."""
        shop = self.shop()
        own = self.folder / "Loggar"
        log = Log(
            Path(shop.settings.general.log_folder or own),
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
        self.meet(shop)
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
