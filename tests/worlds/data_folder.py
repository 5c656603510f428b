"""A shop's data folder: its till, its settings and its clock. What the small shop and the street have in common."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from synccenter.contract.connector import AnyDescription
from synccenter.contract.errors import SyncError
from synccenter.core.database import SQLite
from synccenter.core.secrets import FileVault, Keychain
from synccenter.journal import identity
from synccenter.shop import LEDGER_SUFFIX, Shop
from tests.worlds.clock import Clock


class DataFolder:
    """One till, one ledger, one settings file; time stands still until it is moved."""

    def __init__(self, folder: Path, registry: dict[str, AnyDescription], clock: Clock) -> None:
        self.folder = folder
        self.registry = registry
        self.clock = clock
        self.strangers = False
        """Till and ledger meet for the first time at the first run."""
        self.vault: Any = FileVault(folder / "valv.json")
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def till(self) -> Path:
        return self.folder / "kassa.sqlite"

    @property
    def ledger(self) -> Path:
        return self.till.with_name(self.till.name + LEDGER_SUFFIX)

    def shop(self) -> Shop:
        """The folder opened, as the program opens it at its start."""
        return Shop(self.folder, self.registry, Keychain("butiken", self.vault), now=self.clock)

    def meet(self, shop: Shop) -> None:
        """Till and ledger have met before, unless they are `strangers`: no marks, no doubts."""
        if self.strangers or not self.till.exists() or self.ledger.exists():
            return
        with suppress(SyncError):  # a till that cannot be read is the engine's to tell of
            identity.keep(shop.ledger, identity.Identity(shop.company.id, shop.company.org_number))

    def settings(self, *pairs: str) -> None:
        """As `jobsync settings set name=value ...`."""
        shop = self.shop()
        for pair in pairs:
            name, _, value = pair.partition("=")
            shop.settings.set(name, value)
        shop.settings.save()
        shop.close()

    def later(self, **span: float) -> None:
        """Time passes."""
        self.clock.later(**span)

    def sql(self, statement: str, path: Path | None = None, **values: object) -> list[tuple[Any, ...]]:
        """Play the till, or look into it (or into the database at `path`)."""
        database = SQLite(path or self.till)
        try:
            if statement.lstrip().upper().startswith("SELECT"):
                return list(database.query(statement, values))
            database.execute(statement, values)
            return []
        finally:
            database.close()
