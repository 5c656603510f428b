"""What else a process may be killed in: opening a ledger of an earlier version, putting it back, saving settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from synccenter.core.database import SQLite
from synccenter.journal import tables
from synccenter.journal.ledger import Ledger
from synccenter.journal.safekeeping import restore

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
LEDGER = "kassa.sqlite.ledger.sqlite"
GROWN = 200
"""Statements of the made-up version: enough of them that a kill lands between."""


def grow() -> None:
    """Pretend that this program knows a version more than the ledger in the file."""
    tables.MIGRATIONS[tables.VERSION + 1] = tuple(
        f"ALTER TABLE delivery ADD COLUMN extra{number} {{text}}" for number in range(GROWN)
    )
    tables.VERSION += 1


def migrate(folder: Path) -> None:
    """Open the ledger of an earlier version."""
    grow()
    database = SQLite(folder / LEDGER)
    Ledger(database, "1", lambda: NOW)
    database.close()


def put_back(folder: Path) -> None:
    """Put the copy back."""
    restore(folder / LEDGER, NOW)


def save_settings(folder: Path) -> None:
    """Change the settings over and over."""
    from tests.violence.nursery import open_shop  # the nursery imports this file

    shop = open_shop(folder)
    for days in range(1, 2000):
        shop.settings.set("general.log_days", days)
        shop.settings.save()


CHORES: dict[str, Callable[[Path], None]] = {
    "migrate": migrate,
    "put back": put_back,
    "save settings": save_settings,
}
