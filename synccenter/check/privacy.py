"""Which files are ours alone, and that nobody else on the computer may read them; those of an earlier version too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from synccenter.core import rights
from synccenter.core.database import is_server
from synccenter.core.dayfile import DayFile
from synccenter.core.logs import DEBUG_NAME, NAME
from synccenter.shop import FILES_TILL, LOG_FOLDER, MONTH_FOLDER, OUTBOX_FOLDER, SUPPORT_FOLDER, Shop

_OWN_FOLDERS = (LOG_FOLDER, OUTBOX_FOLDER, SUPPORT_FOLDER, MONTH_FOLDER)
_OWN_FILES = (
    "settings*.toml",
    "stadat.json",
    "mejlat.json",
    "sync-center.instance.json",
    "dynamics_nav_tjanster.json",
    "journal-*.*",
    f"{FILES_TILL}*",
)


def keep_private(shop: Shop) -> list[Path]:
    """Narrow what others may read, and never widen anything; what others can still read afterwards.

    The till's own database is not ours to narrow: the till may run as somebody else.
    """
    return [path for path in _ours(shop) if not rights.keep_private(path)]


def _ours(shop: Shop) -> Iterator[Path]:
    folder = shop.folder
    if not _shared_with_till(shop):
        yield folder
    for pattern in _OWN_FILES:
        yield from folder.glob(pattern)
    for name in _OWN_FOLDERS:
        if (folder / name).is_dir():
            yield folder / name
            yield from (path for path in (folder / name).iterdir() if path.is_file())
    if chosen := shop.settings.general.log_folder:
        yield from _logs(Path(chosen))
    if ledger := shop.ledger_path:
        yield from (path for path in ledger.parent.glob(f"{ledger.name}*") if path.suffix != ".lock")


def _shared_with_till(shop: Shop) -> bool:
    """Whether the till's own database lies in our folder."""
    till = Path(shop.till_address)
    return not is_server(shop.till_address) and not shop.reads_files and till.parent == shop.folder and till.exists()


def _logs(folder: Path) -> Iterator[Path]:
    """Our logs in a folder that somebody has chosen, which is not ours itself."""
    for name in (NAME, DEBUG_NAME):
        try:
            yield from DayFile(folder, name, str).older(date.max)
        except OSError:  # a share that is away
            return
