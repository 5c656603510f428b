"""Data folders to show: the demo company, new, synced or in trouble."""

from __future__ import annotations

import contextlib
import io
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors import REGISTRY
from synccenter.cli.main import open_shop, run
from synccenter.core.logs import Log
from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from synccenter.shop import Shop
from synccenter.till.demo_day import CLOSED

DAYS = 12


def last_day() -> date:
    """The demo's last day of trade: today when the shop has closed, else yesterday. In the shop's zone, which has
    another date than the machine's for an hour or two around midnight."""
    now = datetime.now(ZoneInfo("Europe/Stockholm"))
    return now.date() if now.time() > CLOSED else now.date() - timedelta(days=1)


def no_tray(_folder: Path) -> int:
    raise AssertionError("kommandot startar ingen ikon")


def command(folder: Path, *words: str) -> int:
    """A command of the program, without what it prints."""
    with contextlib.redirect_stdout(io.StringIO()):
        return run(REGISTRY, ["--data-dir", str(folder), *words], no_tray)


def demo(folder: Path, *, days: int = DAYS, sync: bool = True, receipts: int = 40) -> Path:
    """The demo company with trade until its last day; the schedule asks for no runs by itself."""
    start = last_day() - timedelta(days=days - 1)
    words = ["demo", "--days", str(days), "--receipts", str(receipts), "--start", start.isoformat()]
    assert command(folder, *words, *([] if sync else ["--no-sync"])) == 0
    assert command(folder, "settings", "set", "schedule.mode=manual") == 0
    return folder


def new(folder: Path) -> Path:
    """The demo's till before anybody has been through the settings."""
    demo(folder, days=1, sync=False)
    for path in folder.glob("settings*"):
        path.unlink()
    for path in folder.glob("*.ledger.sqlite*"):
        path.unlink()
    shutil.rmtree(folder / "Loggar")
    return folder


def opener(folder: Path) -> Callable[[], tuple[Shop, Log]]:
    return lambda: open_shop(folder, REGISTRY)


def without_account(folder: Path) -> Path:
    """A demo whose settings have lost the account for 12 % VAT: something is stopped, and new trade waits."""
    demo(folder, sync=False)
    shop, log = open_shop(folder, REGISTRY)
    rows = [row for row in shop.settings.posting.sales if row.rate != 12]
    shop.settings.set("posting.sales", rows)
    shop.settings.save()
    shop.close()
    log.close()
    command(folder, "sync")
    return folder


def settings_of() -> Settings:
    """Settings of nobody: all defaults."""
    return Settings(Path("ingen.toml"), sections(REGISTRY))
