"""An SQLite file: the till's own by default, and the ledger beside it."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from synccenter.contract import catalogue
from synccenter.contract.disk import create_private
from synccenter.contract.errors import Entry, SyncError
from synccenter.core.dialects import Dialect, Parameters, Row
from synccenter.core.faults import of_file, of_folder, of_sqlite, persist
from synccenter.core.rights import keep_all_private

SQLITE_ROWS = 500
"""Rows per VALUES list; measured best in the harness (house.md: 500-row VALUES beats executemany)."""

CHECKPOINT_PAGES = 300
"""Pages after which the log goes into the file: well before the 1,000 at which the till's own commit would do it."""

_HEADER = 100
"""Bytes of a file's header: the change counter is among them."""

BUSY_SECONDS = 10.0
"""How long SQLite itself waits for another's lock, in each of the tries (see `faults.persist`)."""


def _decoded(raw: bytes) -> str | bytes:
    """Text as SQLite has it. Bytes that are no UTF-8 stay bytes: one bad text must not break the whole question."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


_BEGINS = b"SQLite format 3\0"
"""The first bytes of every database file (sqlite.org/fileformat.html, 1.3.1); a file of no bytes is an empty one."""


def refuse_other_files(path: Path) -> None:
    """Tell a folder, and a file that is no database, which a person has pointed at by mistake, from a damaged one."""
    if path.is_dir():
        raise catalogue.TILL_IS_A_FOLDER.error(item=str(path))
    with suppress(OSError), path.open("rb") as file:  # what cannot be read is told of when it is opened
        begins = file.read(len(_BEGINS))
        if begins not in (b"", _BEGINS):
            raise catalogue.NOT_A_DATABASE.error(item=str(path))


class SQLite:
    """An SQLite file. What is committed survives a power cut (synchronous FULL).

    `ours`: a file of our own, kept in WAL mode. Any other keeps the journal mode that its owner has chosen, and
    nothing is left beside it that was not there.
    """

    def __init__(
        self, path: Path, *, ours: bool = False, read_only: bool = False, timeout: float | None = None
    ) -> None:
        self.dialect = Dialect()
        self.path = path
        if read_only and not path.exists():
            raise catalogue.DATABASE_MISSING.error(item=str(path))
        if ours and not read_only:
            with suppress(OSError):  # SQLite says it better
                create_private(path)
        with self._told():
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
                uri=True,
                isolation_level=None,
                timeout=BUSY_SECONDS if timeout is None else timeout,
                cached_statements=256,
            )
            self._db.text_factory = _decoded
        try:
            self._wal = persist(partial(self._prepare, ours=ours and not read_only), again=True)
        except SyncError:
            self._db.close()
            raise
        if ours:
            keep_all_private(path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm"))

    def _prepare(self, *, ours: bool) -> bool:
        """Whether the file is in WAL mode. Reads its first page: what is no database is told at once."""
        with self._told():
            (mode,) = self._db.execute("PRAGMA journal_mode").fetchone()
            if ours and mode != "wal":
                (mode,) = self._db.execute("PRAGMA journal_mode=WAL").fetchone()
            self._db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            self._db.execute("PRAGMA synchronous=FULL")
            if ours:
                self._db.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
            self._db.execute("PRAGMA foreign_keys=ON")
        return str(mode) == "wal"

    @property
    def _alone(self) -> bool:
        """Outside a transaction: a statement that failed has done nothing, and may be tried again."""
        return not self._db.in_transaction

    def query(self, sql: str, parameters: Parameters | None = None) -> list[Row]:
        """See `Database.query`."""

        def ask() -> list[Row]:
            with self._told():
                return self._db.execute(sql, parameters or {}).fetchall()

        return persist(ask, again=self._alone)

    def stream(self, sql: str, parameters: Parameters | None = None) -> Iterator[Row]:
        """See `Database.stream`. Without WAL a reader keeps the till from writing, so the rows are fetched first."""
        if not self._wal:
            yield from self.query(sql, parameters)
            return
        with self._told():
            # Through `chain`: a question that is left half read would close its cursor when it is thrown away, and by
            # then the database may be closed.
            yield from chain(self._db.execute(sql, parameters or {}))

    def among(self, select: str, equal: Any, column: str, values: Sequence[Any]) -> list[Row]:
        """See `Database.among`."""
        found: list[Row] = []
        with self._told():
            for start in range(0, len(values), SQLITE_ROWS):
                part = values[start : start + SQLITE_ROWS]
                # A page mostly holds neighbours: one walk along the key costs half of as many searches.
                most = 2 * len(part)
                sql = f"{select} WHERE company=? AND {column} BETWEEN ? AND ? LIMIT {most}"
                rows = self._db.execute(sql, (equal, min(part), max(part))).fetchall()
                if len(rows) == most:
                    sql = f"{select} WHERE company=? AND {column} IN ({','.join('?' * len(part))})"
                    rows = self._db.execute(sql, (equal, *part)).fetchall()
                found += rows
        return found

    def stamp(self) -> str:
        """See `Database.stamp`. By the file and its log: size, time, and the counter that each commit moves."""
        parts: list[str] = []
        for suffix in ("", "-wal", "-journal"):
            try:
                with self.path.with_name(self.path.name + suffix).open("rb") as file:
                    about = os.fstat(file.fileno())
                    parts.append(f"{about.st_size}:{about.st_mtime_ns}:{file.read(_HEADER).hex()}")
            except FileNotFoundError:
                parts.append("")
            except OSError:
                return ""
        return hashlib.blake2b("|".join(parts).encode(), digest_size=16).hexdigest()

    def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        """See `Database.execute`."""

        def run() -> int:
            with self._told():
                return self._db.execute(sql, parameters or {}).rowcount

        return persist(run, again=self._alone)

    def script(self, statements: Sequence[str]) -> None:
        """See `Database.script`."""
        with self.transaction():
            for statement in statements:
                self.execute(statement)

    def upsert(self, table: str, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]) -> int:
        """See `Database.upsert`."""
        touched = 0
        with self._told():
            for start in range(0, len(rows), SQLITE_ROWS):
                part = rows[start : start + SQLITE_ROWS]
                sql = self.dialect.upsert(table, key, columns, self.dialect.values(columns, len(part), "?"))
                touched += self._db.execute(sql, list(chain.from_iterable(part))).rowcount
        return touched

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Database.transaction`. IMMEDIATE: a deferred lock could fail in the middle."""
        persist(partial(self._plain, "BEGIN IMMEDIATE"), again=True)
        try:
            yield
            persist(partial(self._plain, "COMMIT"), again=True)  # one that was busy has left it open
        except BaseException:
            if self._db.in_transaction:  # a full disk has rolled back already
                self._db.execute("ROLLBACK")
            raise

    def _plain(self, sql: str) -> None:
        with self._told():
            self._db.execute(sql)

    def columns(self, table: str) -> dict[str, str] | None:
        """See `Database.columns`."""
        rows = self.query("SELECT name, type FROM pragma_table_info(:table)", {"table": table})
        return dict(rows) or None

    def backup(self, target: Path) -> None:
        """Copy the whole database, also while it is used."""
        create_private(target)
        other = sqlite3.connect(target)
        try:
            self._db.backup(other)
        finally:
            other.close()

    def intact(self) -> str:
        """'ok', or what SQLite says is wrong with the file."""
        try:
            return str(self._db.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.DatabaseError as error:
            if of_sqlite(error).code != catalogue.DATABASE_BROKEN.code:
                raise of_sqlite(error).error(item=str(self.path), detail=str(error)) from error
            return str(error)

    def close(self) -> None:
        """See `Database.close`."""
        self._db.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The border: SQLite's errors become ours, by their code."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._why(of_sqlite(error)).error(item=str(self.path), detail=str(error)) from error

    def _why(self, entry: Entry) -> Entry:
        """SQLite says no more than ”disk I/O error” of a disk that was full, or ”unable to open” of one that is
        read-only, when the files beside the database cannot be made, and of a file that another program holds: the
        system itself knows."""
        vague = entry in {catalogue.DATABASE_DISK, catalogue.DATABASE_CANNOT_OPEN}
        return (of_file(self.path) or of_folder(self.path.parent) if vague else None) or entry
