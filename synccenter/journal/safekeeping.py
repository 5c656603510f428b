"""The ledger survives: an integrity check each day, a copy each week, a way back when the file is damaged.

A ledger that was put back, or that is gone, does not know what has been sent since. It is then *doubtful*:
everything is looked up in the business system before anything is sent again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from synccenter.contract import catalogue
from synccenter.contract.disk import write_atomically
from synccenter.contract.errors import SyncError
from synccenter.core.database import Database, SQLite
from synccenter.journal.ledger import Ledger, companies_in

DOUBTFUL = "doubtful"
"""The place that says that the ledger has lost its memory."""

COPY_EVERY = timedelta(days=7)
COPIES = 4
CHECK_EVERY = timedelta(days=1)
ACQUAINTED = "acquainted"
"""The place that says that a data folder has met this ledger: it is not new."""

_MARK = "journal-finns.txt"
_COUNTED, _RUNS = "journal-körningar.json", "runs"
"""How many runs there have been: the file in the data folder, and the place in the ledger."""


def check_intact(path: Path, now: datetime) -> None:
    """Raise D07 when the ledger's file is damaged. Looks at most once a day: a big file takes seconds."""
    if not path.exists():
        return
    stamp = _stamp(path)
    if stamp.exists() and timedelta() <= now - _time(stamp, now) < CHECK_EVERY:
        return
    verdict = _verdict(path)
    if verdict != "ok":
        copy = latest_copy(path, now)
        raise catalogue.LEDGER_DAMAGED.error(path=path, copy=copy.name if copy else "ingen", detail=verdict)
    write_atomically(stamp, now.isoformat().encode())


def forget_check(path: Path) -> None:
    """Have the next start look the file through again."""
    _stamp(path).unlink(missing_ok=True)


def _stamp(path: Path) -> Path:
    return path.with_name(path.name + ".checked")


def _verdict(path: Path) -> str:
    """'ok', or what is wrong with the file; one that is no database at all cannot even be opened."""
    try:
        database = SQLite(path, ours=True)
    except SyncError as error:
        if error.problem.code != catalogue.DATABASE_BROKEN.code:
            raise
        return error.problem.detail
    try:
        return database.intact()
    finally:
        database.close()


def _time(stamp: Path, now: datetime) -> datetime:
    try:
        return datetime.fromisoformat(stamp.read_text())
    except ValueError:
        return now - 2 * CHECK_EVERY


def keep_copy(database: Database, now: datetime) -> Path | None:
    """Copy the ledger when the last copy is a week old; the four newest are kept. A damaged copy is none: D07."""
    if not isinstance(database, SQLite):
        return None  # on a server, copies are the server's business
    latest = latest_copy(database.path, now)
    if latest and timedelta() <= now - _copied(latest, now) < COPY_EVERY:
        return None
    target = database.path.with_name(f"{database.path.name}.{now:%Y%m%d}.copy")
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    database.backup(unfinished)
    verdict = _verdict(unfinished)
    if verdict != "ok":
        unfinished.unlink()
        forget_check(database.path)
        name = latest.name if latest else "ingen"
        raise catalogue.LEDGER_DAMAGED.error(path=database.path, copy=name, detail=verdict)
    unfinished.replace(target)
    for old in copies(database.path, now)[:-COPIES]:
        old.unlink(missing_ok=True)
    return target


def copies(path: Path, now: datetime | None = None) -> list[Path]:
    """All whole copies of a ledger, oldest first; those that a wrong clock has dated in the future before all."""
    found = sorted(path.parent.glob(f"{path.name}.????????.copy"))
    return found if now is None else sorted(found, key=lambda one: (_copied(one, now) <= now, one.name))


def latest_copy(path: Path, now: datetime | None = None) -> Path | None:
    """The newest copy."""
    found = copies(path, now)
    return found[-1] if found else None


def _copied(copy: Path, now: datetime) -> datetime:
    return datetime.strptime(copy.name.split(".")[-2], "%Y%m%d").replace(tzinfo=now.tzinfo)


def restore(path: Path, now: datetime) -> Path | None:
    """Put the newest copy back; the damaged file is kept beside it. Returns the copy used, None when there was none.

    The copy is made doubtful before it takes the ledger's place: at no moment is there a ledger that has
    forgotten what was sent and does not know it. Nobody else may have the ledger open.
    """
    copy = latest_copy(path, now)
    ready = path.with_name(path.name + ".restoring")
    ready.unlink(missing_ok=True)
    if copy:
        write_atomically(ready, copy.read_bytes())
        _make_file_doubtful(ready, now)
    forget_check(path)
    damaged = path.with_name(f"{path.name}.{now:%Y%m%d-%H%M%S}.damaged")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(damaged.with_name(damaged.name + suffix))
    if copy:
        ready.replace(path)
    return copy


@contextmanager
def taking_turns(lock: Path) -> Iterator[None]:
    """Alone on this PC with the ledger, so that no run goes on in a file that was laid aside. Raises S14."""
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise catalogue.ALREADY_RUNNING.error() from None


def _make_file_doubtful(path: Path, now: datetime) -> None:
    database = SQLite(path, ours=True)
    try:
        for company in companies_in(database):
            make_doubtful(Ledger(database, company, lambda: now))
        database.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file that is moved
    finally:
        database.close()


def make_doubtful(ledger: Ledger) -> None:
    """From now on everything is looked up before it is sent, until one whole collection has been made."""
    with ledger.together():
        ledger.doubt_waiting()
        ledger.set_place(DOUBTFUL, "1")


def remember_existence(ledger: Ledger, folder: Path, company: str) -> None:
    """Notice a ledger that was deleted: this data folder has sent before, yet the ledger does not know it."""
    mark = folder / _MARK
    known = mark.read_text(encoding="utf-8").splitlines() if mark.exists() else []
    if ledger.place(ACQUAINTED) is None:
        with ledger.together():
            if company in known:
                ledger.doubt_waiting()
                ledger.set_place(DOUBTFUL, "1")
            ledger.set_place(ACQUAINTED, "1")
    if company not in known:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(mark, "\n".join([*known, company, ""]).encode())


def count_run(ledger: Ledger, folder: Path) -> None:
    """Count a run in the ledger and in the data folder, before anything is sent.

    A ledger that has counted fewer runs than the data folder is an older copy that somebody has put back by hand: it
    does not know what has been sent since, so it becomes doubtful.
    """
    path = folder / _COUNTED
    known = _counted(path)
    there, here = int(ledger.place(_RUNS) or 0), known.get(ledger.company, 0)
    if there < here:
        make_doubtful(ledger)
    known[ledger.company] = max(there, here) + 1
    ledger.set_place(_RUNS, str(known[ledger.company]))
    write_atomically(path, json.dumps(known, ensure_ascii=False).encode())


def count_renamed(folder: Path, old: str, new: str) -> None:
    """A company has another id: its runs are those of the old one, so that an older copy is known for what it is."""
    path = folder / _COUNTED
    known = _counted(path)
    known[new] = known.pop(old, 0)  # runs that were refused until a person had answered count for nothing
    write_atomically(path, json.dumps(known, ensure_ascii=False).encode())


def _counted(path: Path) -> dict[str, int]:
    """Runs by company; none where nothing can be read: the ledger's own count goes on."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(company): int(count) for company, count in found.items()}
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        return {}
