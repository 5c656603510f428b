"""The ledger survives: an integrity check each day, a copy each week, a way back when the file is damaged.

A ledger that was put back, or that is gone, does not know what has been sent since. It is then *doubtful*:
everything is looked up in the business system before anything is sent again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from synccenter.core import catalogue
from synccenter.core.database import Database, SQLite
from synccenter.core.settings import write_atomically
from synccenter.sync.ledger import Ledger

DOUBTFUL = "doubtful"
"""The place that says that the ledger has lost its memory."""

COPY_EVERY = timedelta(days=7)
COPIES = 4
CHECK_EVERY = timedelta(days=1)
_MARK = "journal-finns.txt"


def check_intact(path: Path, now: datetime) -> None:
    """Raise D07 when the ledger's file is damaged. Looks at most once a day: a big file takes seconds."""
    if not path.exists():
        return
    stamp = path.with_name(path.name + ".checked")
    if stamp.exists() and timedelta() <= now - _time(stamp, now) < CHECK_EVERY:
        return
    database = SQLite(path)
    try:
        verdict = database.intact()
    finally:
        database.close()
    if verdict != "ok":
        copy = latest_copy(path)
        raise catalogue.LEDGER_DAMAGED.error(path=path, copy=copy.name if copy else "ingen", detail=verdict)
    write_atomically(stamp, now.isoformat().encode())


def _time(stamp: Path, now: datetime) -> datetime:
    try:
        return datetime.fromisoformat(stamp.read_text())
    except ValueError:
        return now - 2 * CHECK_EVERY


def keep_copy(database: Database, now: datetime) -> Path | None:
    """Copy the ledger when the last copy is a week old; the four newest are kept."""
    if not isinstance(database, SQLite):
        return None  # on a server, copies are the server's business
    latest = latest_copy(database.path)
    if latest and now - _copied(latest, now) < COPY_EVERY:
        return None
    target = database.path.with_name(f"{database.path.name}.{now:%Y%m%d}.copy")
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    database.backup(unfinished)
    unfinished.replace(target)
    for old in sorted(copies(database.path))[:-COPIES]:
        old.unlink(missing_ok=True)
    return target


def copies(path: Path) -> list[Path]:
    """All whole copies of a ledger, oldest first."""
    return sorted(path.parent.glob(f"{path.name}.????????.copy"))


def latest_copy(path: Path) -> Path | None:
    """The newest copy."""
    found = copies(path)
    return found[-1] if found else None


def _copied(copy: Path, now: datetime) -> datetime:
    return datetime.strptime(copy.name.split(".")[-2], "%Y%m%d").replace(tzinfo=now.tzinfo)


def restore(path: Path, now: datetime) -> Path | None:
    """Put the newest copy back; the damaged file is kept beside it. Returns the copy used, None when there was none.

    The caller opens the ledger afterwards and calls `make_doubtful`.
    """
    damaged = path.with_name(f"{path.name}.{now:%Y%m%d-%H%M%S}.damaged")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(damaged.with_name(damaged.name + suffix))
    path.with_name(path.name + ".checked").unlink(missing_ok=True)
    copy = latest_copy(path)
    if copy:
        write_atomically(path, copy.read_bytes())
    return copy


def make_doubtful(ledger: Ledger) -> None:
    """From now on everything is looked up before it is sent, until one whole collection has been made."""
    with ledger.together():
        ledger.doubt_waiting()
        ledger.set_place(DOUBTFUL, "1")


def remember_existence(ledger: Ledger, folder: Path, company: str) -> None:
    """Notice a ledger that was deleted: this data folder has sent before, yet the ledger is brand new."""
    mark = folder / _MARK
    known = mark.read_text(encoding="utf-8").splitlines() if mark.exists() else []
    if ledger.fresh and company in known:
        make_doubtful(ledger)
    if company not in known:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(mark, "\n".join([*known, company, ""]).encode())
