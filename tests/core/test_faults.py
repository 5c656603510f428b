"""Called by its right name: every way in which a database or a disk refuses, provoked for real, by its code.

Tells of `core/faults.py`, `core/sqlite.py` and `core/server.py`.
"""

from __future__ import annotations

import errno
import gc
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synccenter.contract import catalogue
from synccenter.contract.errors import Entry, SyncError
from synccenter.core import faults
from synccenter.core.database import SQLite, connect
from synccenter.core.faults import disk_problem, of_disk, of_server, of_sqlite
from tests.places import PROJECT


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, which the test need not wait for."""
    taken: list[float] = []
    monkeypatch.setattr("synccenter.core.faults.time.sleep", taken.append)
    return taken


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(SyncError) as caught:
        work()
    return caught.value.problem.code


def a_till(path: Path, mode: str = "delete") -> Path:
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA journal_mode={mode}")
        db.execute("CREATE TABLE receipt (number INTEGER)")
        db.executemany("INSERT INTO receipt VALUES (?)", [(number,) for number in range(500)])
    db.close()
    return path


# --- SQLite, provoked -------------------------------------------------------------------------------------------


def test_a_file_that_another_writes_is_busy_and_not_damaged(tmp_path: Path, pauses: list[float]) -> None:
    path = a_till(tmp_path / "kassa.sqlite")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert code_of(lambda: faults.persist(lambda: SQLite(path, timeout=0), again=True)) == "D03"
    assert len(pauses) == faults.TRIES - 1, "whoever asked does not wait for it once more"
    other.execute("COMMIT")
    ours = SQLite(path, timeout=0)
    other.execute("BEGIN EXCLUSIVE")
    assert code_of(lambda: ours.query("SELECT 1 FROM receipt")) == "D03"
    other.close()
    assert ours.query("SELECT COUNT(*) FROM receipt") == [(500,)]
    ours.close()


def test_what_was_busy_for_a_moment_is_done_and_nobody_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_till(tmp_path / "kassa.sqlite")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(
        "synccenter.core.faults.time.sleep", lambda _seconds: other.in_transaction and other.execute("COMMIT")
    )
    ours = SQLite(path, timeout=0)
    assert ours.query("SELECT COUNT(*) FROM receipt") == [(500,)]
    other.execute("BEGIN EXCLUSIVE")
    with ours.transaction():
        ours.execute("DELETE FROM receipt WHERE number>10")
    assert ours.query("SELECT COUNT(*) FROM receipt") == [(11,)]
    ours.close()
    other.close()


@pytest.mark.parametrize("mode", ["delete", "wal", "truncate", "persist"])
def test_a_reader_in_the_till_is_no_hindrance_and_no_damage(tmp_path: Path, mode: str) -> None:
    """An open SELECT in the till was called damage, since the file was to be turned to WAL behind its back."""
    path = a_till(tmp_path / "kassa.sqlite", mode)
    reader = sqlite3.connect(path)
    walk = reader.execute("SELECT number FROM receipt")
    assert walk.fetchone()
    ours = SQLite(path, timeout=0)
    assert ours.query("SELECT COUNT(*) FROM receipt") == [(500,)]
    ours.close()
    reader.close()


@pytest.mark.parametrize("mode", ["delete", "wal", "truncate", "persist"])
def test_the_tills_file_keeps_its_journal_mode_and_its_bytes(tmp_path: Path, mode: str) -> None:
    path = a_till(tmp_path / "kassa.sqlite", mode)
    before, beside = path.read_bytes(), sorted(one.name for one in tmp_path.iterdir())
    ours = connect(str(path))
    ours.query("SELECT * FROM receipt")
    list(ours.stream("SELECT * FROM receipt"))
    ours.close()
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == beside
    ours = connect(str(path))
    ours.execute("DELETE FROM receipt")
    ours.close()
    assert path.read_bytes()[18:20] == before[18:20]  # the file format's write and read version: 1 legacy, 2 WAL
    assert not [one.name for one in tmp_path.iterdir() if one.name.endswith(("-wal", "-shm"))]


def test_our_own_file_is_in_wal_mode(tmp_path: Path) -> None:
    ours = SQLite(tmp_path / "journal.sqlite", ours=True)
    assert ours.query("PRAGMA journal_mode") == [("wal",)]
    ours.close()


def test_rows_are_not_held_open_while_they_are_used(tmp_path: Path) -> None:
    """Without WAL a reader would keep the till from writing a receipt for as long as the proof takes."""
    path = a_till(tmp_path / "kassa.sqlite")
    ours = connect(str(path))
    rows = ours.stream("SELECT number FROM receipt")
    next(rows)
    till = sqlite3.connect(path, timeout=0, isolation_level=None)
    till.execute("INSERT INTO receipt VALUES (501)")
    till.close()
    assert len(list(rows)) == 499
    ours.close()


def test_a_question_that_was_left_half_read_is_thrown_away_after_the_database_was_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    ours = SQLite(tmp_path / "journal.sqlite", ours=True)
    ours.script(["CREATE TABLE receipt (number INTEGER)", "INSERT INTO receipt VALUES (1), (2), (3)"])
    rows = ours.stream("SELECT number FROM receipt")
    assert next(rows) == (1,)
    ours.close()
    del rows
    gc.collect()
    assert complaints == []


def test_a_full_disk_is_full(tmp_path: Path) -> None:
    ours = SQLite(tmp_path / "kassa.sqlite")
    ours.execute("CREATE TABLE t (x)")
    ours.execute("PRAGMA max_page_count=3")
    assert code_of(lambda: ours.execute("INSERT INTO t VALUES (zeroblob(100000))")) == "L01"
    ours.close()


def test_a_disk_that_really_is_full_is_full(tmp_path: Path) -> None:
    """In a process of its own whose files may not grow."""
    script = """
import resource, signal, sys
from pathlib import Path
from synccenter.contract.errors import SyncError
from synccenter.core.database import SQLite
database = SQLite(Path(sys.argv[1]))
database.execute("CREATE TABLE t (x)")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
try:
    database.execute("INSERT INTO t VALUES (zeroblob(1000000))")
except SyncError as error:
    print(error.problem.code)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "k.sqlite")],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() in {"L01", "D26"}, done.stderr  # EFBIG is an I/O error to SQLite


@pytest.mark.parametrize(
    ("number", "code"), [(errno.ENOSPC, "L01"), (errno.EROFS, "D36"), (errno.EACCES, "D38"), (errno.EIO, None)]
)
@pytest.mark.parametrize(
    ("said", "otherwise"),
    [(sqlite3.SQLITE_IOERR_SHMSIZE, "D26"), (sqlite3.SQLITE_IOERR_WRITE, "D26"), (sqlite3.SQLITE_CANTOPEN, "D25")],
)
def test_when_sqlite_does_not_say_why_the_disk_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str | None, said: int, otherwise: str
) -> None:
    """A full disk where the ledger's file of shared memory could not be made was an ”I/O error” to support."""
    ours = SQLite(a_till(tmp_path / "kassa.sqlite"))

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    def fail() -> None:
        with ours._told():
            raise _sqlite_error(said)

    assert code_of(fail) == otherwise, "en disk som tar emot en fil"
    assert [path.name for path in tmp_path.iterdir()] == ["kassa.sqlite"], "inget ligger kvar"
    monkeypatch.setattr(faults, "try_to_write", refuse)
    assert code_of(fail) == (code or otherwise)
    ours.close()


def test_what_cannot_be_written_is_read_only_and_not_damaged(tmp_path: Path) -> None:
    path = a_till(tmp_path / "kassa.sqlite")
    ours = SQLite(path, read_only=True)
    assert code_of(lambda: ours.execute("DELETE FROM receipt")) == "D24"
    ours.close()


@pytest.mark.parametrize("what", ["a folder in its place", "a folder that is not there"])
def test_what_cannot_be_opened_is_not_damaged(tmp_path: Path, what: str) -> None:
    path = tmp_path / ("kassa.sqlite" if what == "a folder in its place" else "borta/kassa.sqlite")
    if what == "a folder in its place":
        path.mkdir()
    assert code_of(lambda: SQLite(path)) == "D25"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_rights_cannot_be_opened(tmp_path: Path) -> None:
    path = a_till(tmp_path / "kassa.sqlite")
    path.chmod(0)
    assert code_of(lambda: SQLite(path)) == "D25"


@pytest.mark.parametrize(
    "damage", [lambda raw: b"inte en databas" * 500, lambda raw: raw[:100] + b"\xff" * (len(raw) - 100)]
)
def test_only_what_sqlite_calls_damaged_is_damaged(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = a_till(tmp_path / "kassa.sqlite")
    path.write_bytes(damage(path.read_bytes()))

    def read() -> None:
        SQLite(path).query("SELECT * FROM receipt")

    assert code_of(read) == "D02"


def test_a_table_that_is_missing_is_a_question_that_was_refused(tmp_path: Path) -> None:
    ours = SQLite(a_till(tmp_path / "kassa.sqlite"))
    assert code_of(lambda: ours.query("SELECT * FROM finns_inte")) == "D04"
    ours.close()


_NAMES = [name for name in dir(sqlite3) if name.startswith("SQLITE_") and isinstance(getattr(sqlite3, name), int)]


@pytest.mark.parametrize("name", [one for one in _NAMES if one.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))])
def test_every_kind_of_busy_is_busy(name: str) -> None:
    assert of_sqlite(_sqlite_error(getattr(sqlite3, name))) is catalogue.DATABASE_BUSY


@pytest.mark.parametrize(
    "name",
    [one for one in _NAMES if one.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_FULL"))],
)
def test_nothing_else_is_damage(name: str) -> None:
    assert of_sqlite(_sqlite_error(getattr(sqlite3, name))) is not catalogue.DATABASE_BROKEN


def _sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.DatabaseError("ett annat språks ord")
    error.sqlite_errorcode = code
    return error


# --- PostgreSQL, provoked ---------------------------------------------------------------------------------------


@pytest.fixture
def server(postgres_url: str) -> str:
    return postgres_url


def _as(url: str, user: str) -> str:
    return url.replace("postgres@", f"{user}@")


@pytest.mark.postgres
def test_who_may_not_is_told_what_right_is_missing(server: str) -> None:
    owner = connect(server, schema="ratt")
    owner.script(["CREATE TABLE kvitto (x BIGINT)", "DROP ROLE IF EXISTS lasare", "CREATE ROLE lasare LOGIN"])
    owner.script(["GRANT USAGE ON SCHEMA ratt TO lasare"])
    reader = connect(_as(server, "lasare"), schema="ratt")
    assert code_of(lambda: reader.query("SELECT * FROM kvitto")) == "D23"
    assert code_of(lambda: reader.execute("DELETE FROM kvitto")) == "D23"
    assert code_of(lambda: connect(_as(server, "lasare"), schema="ny")) == "D23"
    reader.close()
    owner.close()


@pytest.mark.postgres
def test_who_is_unknown_and_what_is_unknown_and_what_is_not_encrypted(server: str) -> None:
    assert code_of(lambda: connect(_as(server, "ingen"))) == "D28"
    assert code_of(lambda: connect(server.rsplit("/", 1)[0] + "/finns_inte")) == "D30"
    assert code_of(lambda: connect(server + "?sslmode=require")) == "D29"
    assert code_of(lambda: connect("postgresql://postgres@127.0.0.1:1/postgres")) == "D05"


@pytest.mark.postgres
def test_a_database_that_may_only_be_read_and_one_that_takes_too_long(server: str, pauses: list[float]) -> None:
    ours = connect(server, schema="las")
    ours.execute("CREATE TABLE t (x BIGINT)")
    ours.execute("SET default_transaction_read_only=on")
    assert code_of(lambda: ours.execute("INSERT INTO t VALUES (1)")) == "D24"
    ours.execute("SET statement_timeout=20")
    assert code_of(lambda: ours.query("SELECT pg_sleep(5)")) == "D32"
    assert len(pauses) == faults.TRIES - 1
    ours.close()


@pytest.mark.postgres
def test_a_row_that_another_holds_is_busy(server: str, pauses: list[float]) -> None:
    ours, other = connect(server, schema="upptagen"), connect(server, schema="upptagen")
    ours.execute("CREATE TABLE t (x BIGINT)")
    ours.execute("INSERT INTO t VALUES (1)")
    ours.execute("SET lock_timeout=50")
    with other.transaction():
        other.execute("UPDATE t SET x=2")
        assert code_of(lambda: ours.execute("UPDATE t SET x=3")) == "D03"
    assert len(pauses) == faults.TRIES - 1
    ours.close()
    other.close()


@pytest.mark.postgres
def test_two_that_wait_for_each_other_are_a_deadlock(server: str) -> None:
    ours, other = connect(server, schema="laste"), connect(server, schema="laste")
    ours.script(["CREATE TABLE t (x BIGINT, y BIGINT)", "INSERT INTO t VALUES (1, 0)", "INSERT INTO t VALUES (2, 0)"])
    for one in (ours, other):
        one.execute("SET deadlock_timeout=50")
    met, codes = threading.Barrier(2), []

    def cross(one: Any, first: int, then: int) -> None:
        try:
            with one.transaction():
                one.execute("UPDATE t SET y=y+1 WHERE x=:x", {"x": first})
                met.wait(10)
                one.execute("UPDATE t SET y=y+1 WHERE x=:x", {"x": then})
        except SyncError as error:
            codes.append(error.problem.code)

    threads = [threading.Thread(target=cross, args=args) for args in ((ours, 1, 2), (other, 2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["D31"]
    ours.close()
    other.close()


@pytest.mark.postgres
def test_a_day_that_python_has_not_costs_its_row_and_not_the_question(server: str) -> None:
    ours = connect(server, schema="dagar")
    ours.execute("CREATE TABLE t (d DATE, at TIMESTAMPTZ)")
    ours.execute("INSERT INTO t VALUES ('infinity', '-infinity'), ('2026-11-02', '2026-11-02T12:00:00+01:00')")
    (strange, plain) = ours.query("SELECT d, at FROM t ORDER BY d DESC")
    assert strange == ("infinity", "-infinity")
    assert [str(one)[:10] for one in plain] == ["2026-11-02", "2026-11-02"]
    ours.close()


# --- by code alone: what no server here can say -----------------------------------------------------------------


class _Driver(Exception):
    """What psycopg raises: words in any language, and a SQLSTATE."""

    def __init__(self, sqlstate: str | None, words: str) -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("state", "entry"),
    [
        ("42501", catalogue.DATABASE_NO_RIGHT),
        ("28P01", catalogue.DATABASE_SIGN_IN),
        ("28000", catalogue.DATABASE_SIGN_IN),
        ("3D000", catalogue.DATABASE_UNKNOWN),
        ("40001", catalogue.DATABASE_DEADLOCK),
        ("40P01", catalogue.DATABASE_DEADLOCK),
        ("55P03", catalogue.DATABASE_BUSY),
        ("57014", catalogue.DATABASE_SLOW),
        ("25006", catalogue.DATABASE_READ_ONLY),
        ("53100", catalogue.DATABASE_FULL),
        ("53300", catalogue.DATABASE_CROWDED),
        ("57P01", catalogue.DATABASE_UNREACHABLE),
        ("08006", catalogue.DATABASE_UNREACHABLE),
        ("XX001", catalogue.DATABASE_SERVER_DAMAGED),
        ("58030", catalogue.DATABASE_DISK),
        ("42P01", catalogue.DATABASE_FAILED),
        ("22003", catalogue.DATABASE_FAILED),
    ],
)
def test_a_sqlstate_says_what_it_is_in_whatever_language(state: str, entry: Entry) -> None:
    assert of_server(_Driver(state, "kunde inte; connection; SQL")) is entry


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ('FATAL:  role "anna" does not exist', catalogue.DATABASE_SIGN_IN),
        ('FATALT:  rollen "anna" existerar inte', catalogue.DATABASE_SIGN_IN),
        ('FATAL:  password authentication failed for user "anna"', catalogue.DATABASE_SIGN_IN),
        ('FATALT:  lösenordsautentisering misslyckades för användare "anna"', catalogue.DATABASE_SIGN_IN),
        ('FATAL:  database "kassa" does not exist', catalogue.DATABASE_UNKNOWN),
        ('FATALT:  databasen "kassa" existerar inte', catalogue.DATABASE_UNKNOWN),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "anna", SSL off', catalogue.DATABASE_ENCRYPTION),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.9", no encryption', catalogue.DATABASE_ENCRYPTION),
        ("server does not support SSL, but SSL was required", catalogue.DATABASE_ENCRYPTION),
        ("FATAL:  sorry, too many clients already", catalogue.DATABASE_CROWDED),
        ("Connection refused", catalogue.DATABASE_UNREACHABLE),
        ("FATAL:  the database system is starting up", catalogue.DATABASE_UNREACHABLE),
    ],
)
def test_before_one_is_signed_in_there_are_only_words(words: str, entry: Entry) -> None:
    assert of_server(_Driver(None, f"connection failed: {words}"), connecting=True) is entry


@pytest.mark.parametrize(
    ("state", "words", "entry"),
    [
        (
            "42000",
            "The SELECT permission was denied on the object (229) (SQLExec)",
            catalogue.DATABASE_NO_RIGHT,
        ),
        ("28000", "Login failed for user 'anna'. (18456) (SQLDriverConnect)", catalogue.DATABASE_SIGN_IN),
        ("42000", 'Cannot open database "kassa" requested by the login. (4060)', catalogue.DATABASE_UNKNOWN),
        ("40001", "Transaction (Process ID 57) was deadlocked (1205) (SQLExecDirectW)", catalogue.DATABASE_DEADLOCK),
        ("42000", "Lock request time out period exceeded. (1222)", catalogue.DATABASE_BUSY),
        ("HYT00", "Query timeout expired (0) (SQLExecDirectW)", catalogue.DATABASE_SLOW),
        ("HYT01", "Connection timeout expired (0)", catalogue.DATABASE_SLOW),
        ("25000", "Failed to update database because it is read-only. (3906)", catalogue.DATABASE_READ_ONLY),
        ("42000", "Could not allocate space for object 't' in database 'k' (1105)", catalogue.DATABASE_FULL),
        ("42000", "The transaction log for database 'k' is full (9002)", catalogue.DATABASE_FULL),
        ("HY000", "SQL Server detected a logical consistency-based I/O error (824)", catalogue.DATABASE_SERVER_DAMAGED),
        ("08001", "SSL Provider: The certificate chain was not trusted. (-2146893019)", catalogue.DATABASE_ENCRYPTION),
        ("08S01", "Communication link failure (10054)", catalogue.DATABASE_UNREACHABLE),
        ("IM002", "Data source name not found and no default driver specified (0)", catalogue.DATABASE_DRIVER),
        ("42S02", "Invalid object name 'receipt'. (208)", catalogue.DATABASE_FAILED),
    ],
)
def test_sql_server_says_a_number(state: str, words: str, entry: Entry) -> None:
    assert of_server(Exception(state, f"[{state}] [Microsoft][ODBC Driver 18][SQL Server]{words}")) is entry


@pytest.mark.parametrize("address", ["postgresql://u@h:abc/x", "postgresql://u@h:/:/x", "foo://x", "mssql://u@h:x/y"])
def test_an_address_that_is_none_is_told_before_anything_is_asked(address: str) -> None:
    assert code_of(lambda: connect(address)) == catalogue.DATABASE_ADDRESS.code


@pytest.mark.parametrize(
    ("number", "entry"),
    [
        (errno.ENOSPC, catalogue.DISK_FULL),
        (errno.EROFS, catalogue.FILE_READ_ONLY),
        (errno.EACCES, catalogue.FILE_DENIED),
        (errno.EPERM, catalogue.FILE_DENIED),
        (errno.EBUSY, catalogue.FILE_IN_USE),
        (errno.EIO, None),
    ],
)
def test_a_disk_says_a_number(tmp_path: Path, number: int, entry: Entry | None) -> None:
    error = OSError(number, os.strerror(number), str(tmp_path / "utkorg"))
    assert of_disk(error) is entry
    assert disk_problem(tmp_path, error).code == (entry.code if entry else "L03")


@pytest.mark.parametrize(
    ("windows", "entry"),
    [
        (5, catalogue.FILE_DENIED),
        (32, catalogue.FILE_IN_USE),
        (33, catalogue.FILE_IN_USE),
        (112, catalogue.DISK_FULL),
        (1312, catalogue.NO_LOGON_SESSION),
    ],
)
def test_windows_says_a_number(tmp_path: Path, windows: int, entry: Entry) -> None:
    error = OSError(errno.EACCES, "Åtkomst nekad")
    error.winerror = windows  # type: ignore[attr-defined]
    assert disk_problem(tmp_path, error).code == entry.code
