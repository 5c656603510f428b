"""What a database or a disk refuses with, called by its right name: by code, never by the class of the error.

SQLite: result codes (sqlite.org/rescode.html). PostgreSQL: SQLSTATE (its manual, appendix A); before one is signed in
libpq hands over words only. SQL Server: the number of the message (`sys.messages`), and ODBC's own SQLSTATE. Windows:
`winerror`; elsewhere `errno`. What passes by itself is tried again here before anybody is told.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from synccenter.contract import catalogue
from synccenter.contract.disk import try_to_write
from synccenter.contract.errors import Entry, Problem, SyncError
from synccenter.core import windows

T = TypeVar("T")

TRIES, FIRST_PAUSE = 3, 0.25
"""How often something that passes by itself is tried, and the seconds before the second time; then twice as many."""

_PASSING = (
    catalogue.DATABASE_BUSY,
    catalogue.DATABASE_DEADLOCK,
    catalogue.DATABASE_SLOW,
    catalogue.DATABASE_CROWDED,
    catalogue.FILE_IN_USE,
)
PASSING = frozenset(entry.code for entry in _PASSING)
"""The codes of what passes by itself."""


def persist(work: Callable[[], T], *, again: bool) -> T:
    """Do something that fails whole or not at all; `again`: try anew when what stopped it passes by itself.

    Within a transaction it is not tried again: the server has rolled the rest of it back. What `work` itself has waited
    for is not waited for once more.
    """
    try:
        return work()
    except SyncError as error:
        if not again or not _may_pass(error):
            raise
    import tenacity  # noqa: PLC0415 - only when something was busy

    time.sleep(FIRST_PAUSE)
    tries = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(TRIES - 1),
        wait=tenacity.wait_exponential(2 * FIRST_PAUSE),
        retry=tenacity.retry_if_exception(_may_pass),
        sleep=time.sleep,
        reraise=True,
    )
    try:
        return tries(work)
    except SyncError as error:
        error.tried = True
        raise


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, SyncError) and error.problem.code in PASSING and not error.tried


# --- SQLite -----------------------------------------------------------------------------------------------------

_SQLITE: Mapping[int, Entry] = {
    sqlite3.SQLITE_BUSY: catalogue.DATABASE_BUSY,
    sqlite3.SQLITE_LOCKED: catalogue.DATABASE_BUSY,
    sqlite3.SQLITE_PROTOCOL: catalogue.DATABASE_BUSY,
    sqlite3.SQLITE_PERM: catalogue.DATABASE_NO_RIGHT,
    sqlite3.SQLITE_AUTH: catalogue.DATABASE_NO_RIGHT,
    sqlite3.SQLITE_READONLY: catalogue.DATABASE_READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: catalogue.DATABASE_CANNOT_OPEN,
    sqlite3.SQLITE_IOERR: catalogue.DATABASE_DISK,
    sqlite3.SQLITE_FULL: catalogue.DISK_FULL,
    sqlite3.SQLITE_CORRUPT: catalogue.DATABASE_BROKEN,
    sqlite3.SQLITE_NOTADB: catalogue.DATABASE_BROKEN,
}
_SQLITE_EXTENDED: Mapping[int, Entry] = {
    # The folder, and not the file: a journal cannot be written beside it.
    sqlite3.SQLITE_READONLY_DIRECTORY: catalogue.DATABASE_READ_ONLY,
    sqlite3.SQLITE_IOERR_LOCK: catalogue.DATABASE_BUSY,
    sqlite3.SQLITE_IOERR_BLOCKED: catalogue.DATABASE_BUSY,
    sqlite3.SQLITE_IOERR_ACCESS: catalogue.DATABASE_CANNOT_OPEN,
}


def of_sqlite(error: BaseException) -> Entry:
    """What SQLite's result code means. An error without one is Python's own, and a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return catalogue.DATABASE_FAILED
    return _SQLITE_EXTENDED.get(code) or _SQLITE.get(code & 0xFF, catalogue.DATABASE_FAILED)


# --- servers ----------------------------------------------------------------------------------------------------

_STATES: Mapping[str, Entry] = {
    "08": catalogue.DATABASE_UNREACHABLE,
    "28": catalogue.DATABASE_SIGN_IN,
    "53100": catalogue.DATABASE_FULL,
    "53300": catalogue.DATABASE_CROWDED,
    "53": catalogue.DATABASE_CROWDED,
    "54": catalogue.DATABASE_FAILED,
    "55P03": catalogue.DATABASE_BUSY,
    "57014": catalogue.DATABASE_SLOW,
    "57P": catalogue.DATABASE_UNREACHABLE,
    "58030": catalogue.DATABASE_DISK,
    "40": catalogue.DATABASE_DEADLOCK,
    "25006": catalogue.DATABASE_READ_ONLY,
    "25P03": catalogue.DATABASE_UNREACHABLE,  # we were suspended, and the server let go of us
    "25P04": catalogue.DATABASE_SLOW,
    "3D000": catalogue.DATABASE_UNKNOWN,
    "42501": catalogue.DATABASE_NO_RIGHT,
    "XX001": catalogue.DATABASE_SERVER_DAMAGED,
    "XX002": catalogue.DATABASE_SERVER_DAMAGED,
    # ODBC (learn.microsoft.com: ODBC error codes)
    "HYT": catalogue.DATABASE_SLOW,
    "IM002": catalogue.DATABASE_DRIVER,
    "IM003": catalogue.DATABASE_DRIVER,
    "01000": catalogue.DATABASE_DRIVER,  # unixODBC: "Can't open lib"
}
"""By SQLSTATE, or by the letters that it begins with; the longest wins."""

_NUMBERS: Mapping[Entry, tuple[int, ...]] = {
    catalogue.DATABASE_NO_RIGHT: (229, 230, 262, 297, 300, 916, 2571, 15247),
    catalogue.DATABASE_SIGN_IN: (18452, 18456, 18461, 18470, 18486, 18487, 18488),
    catalogue.DATABASE_UNKNOWN: (911, 4060),
    catalogue.DATABASE_DEADLOCK: (1205, 3960, 3961),
    catalogue.DATABASE_BUSY: (1222, 952, 922, 9001),
    catalogue.DATABASE_SLOW: (-2, 258, 8645),
    catalogue.DATABASE_CROWDED: (17809, 10928, 10929, 701),
    catalogue.DATABASE_READ_ONLY: (3906, 3908, 978, 3904),
    catalogue.DATABASE_FULL: (1101, 1105, 9002, 3257),
    catalogue.DATABASE_SERVER_DAMAGED: (605, 823, 824, 825, 3414, 5180, 8908, 926),
    catalogue.DATABASE_UNREACHABLE: (2, 53, 233, 10053, 10054, 10060, 10061, 11001, 17142, 6005, 40613),
}
_BY_NUMBER = {number: entry for entry, numbers in _NUMBERS.items() for number in numbers}

_WORDS: tuple[tuple[str, Entry], ...] = (
    (r"\bpg_hba\.conf\b.*(SSL|encryption|krypter)|\bSSL\b|certificate|\bTLS\b", catalogue.DATABASE_ENCRYPTION),
    # A role or a database that does not exist: with its name between quotes, also in a server that speaks Swedish.
    (
        r"\b(pg_hba\.conf|role|roll(en)?|user|password authentication|lösenordsautentisering\w*)\b",
        catalogue.DATABASE_SIGN_IN,
    ),
    (r"\b(database|databas(en)?) \"", catalogue.DATABASE_UNKNOWN),
    (r"too many (clients|connections)|connection slots|anslutningsplatser", catalogue.DATABASE_CROWDED),
    (r"Can't open lib|Data source name not found|ODBC Driver .* not found", catalogue.DATABASE_DRIVER),
    (r"login failed", catalogue.DATABASE_SIGN_IN),
)
"""What libpq and ODBC say before one is signed in, when there is no code to go by. The first that fits."""


def of_server(error: BaseException, *, connecting: bool = False) -> Entry:
    """What a server's code means. `error` is SQLAlchemy's; the driver's own is in its `orig`."""
    original: Any = getattr(error, "orig", None) or error
    if isinstance(original, ImportError):
        return catalogue.DATABASE_DRIVER
    text = str(original)
    state = getattr(original, "sqlstate", None) or (original.args[0] if _is_odbc(original) else "")
    found = (_number(text) if _is_odbc(original) else None) or _of_state(str(state or ""), text)
    if found is not None:
        return found
    if connecting or not state:
        words = next((entry for pattern, entry in _WORDS if re.search(pattern, text, re.IGNORECASE)), None)
        lost = connecting or bool(getattr(error, "connection_invalidated", False)) or "connect" in text.lower()
        return words if connecting and words else catalogue.DATABASE_UNREACHABLE if lost else catalogue.DATABASE_FAILED
    return catalogue.DATABASE_FAILED


def _is_odbc(error: Any) -> bool:
    """pyodbc's errors hold (SQLSTATE, words)."""
    return len(error.args) > 1 and isinstance(error.args[0], str) and len(error.args[0]) == 5


def _number(text: str) -> Entry | None:
    """`[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Transaction … (1205) (SQLExecDirectW)`."""
    for number in re.findall(r"\((-?\d+)\)", text):
        if int(number) in _BY_NUMBER:
            return _BY_NUMBER[int(number)]
    return None


def _of_state(state: str, text: str) -> Entry | None:
    if state[:2] in {"08", "28"} and re.search(r"SSL|certificate|encrypt", text, re.IGNORECASE):
        return catalogue.DATABASE_ENCRYPTION
    return next((_STATES[state[:size]] for size in (5, 3, 2) if state[:size] in _STATES), None)


def masked(text: str) -> str:
    """Without the passwords that stand in addresses and connection strings."""
    text = re.sub(r"(://[^:/@\s]*):\S+@", r"\1:***@", text)
    return _NAMED_PASSWORD.sub(r"\1***", text)


_NAMED_PASSWORD = re.compile(
    r"(?i)((?:\b|%3B|%3F|%26)(?:pwd|password)(?:\s*=\s*|%3D))(?:\{(?:[^}]|\}\})*\}|'[^']*'|(?:(?!%3B)[^;&\s])+)"
)


# --- disks ------------------------------------------------------------------------------------------------------

_WINDOWS: Mapping[int, Entry] = {
    5: catalogue.FILE_DENIED,  # ERROR_ACCESS_DENIED
    19: catalogue.FILE_READ_ONLY,  # ERROR_WRITE_PROTECT
    32: catalogue.FILE_IN_USE,  # ERROR_SHARING_VIOLATION
    33: catalogue.FILE_IN_USE,  # ERROR_LOCK_VIOLATION
    39: catalogue.DISK_FULL,  # ERROR_HANDLE_DISK_FULL
    112: catalogue.DISK_FULL,  # ERROR_DISK_FULL
    1312: catalogue.NO_LOGON_SESSION,  # ERROR_NO_SUCH_LOGON_SESSION
}
_ERRNO: Mapping[int, Entry] = {
    errno.ENOSPC: catalogue.DISK_FULL,
    getattr(errno, "EDQUOT", errno.ENOSPC): catalogue.DISK_FULL,
    errno.EROFS: catalogue.FILE_READ_ONLY,
    errno.EACCES: catalogue.FILE_DENIED,
    errno.EPERM: catalogue.FILE_DENIED,
    errno.EBUSY: catalogue.FILE_IN_USE,
    getattr(errno, "ETXTBSY", errno.EBUSY): catalogue.FILE_IN_USE,
}


def of_disk(error: BaseException) -> Entry | None:
    """What a file system's or Windows' code means; None for one that says nothing more than that it failed. ”Permission
    denied” is asked about once more: to Python so is a file that another program holds."""
    number, path = getattr(error, "winerror", None), getattr(error, "filename", None)
    entry = _WINDOWS.get(number or 0) or _ERRNO.get(getattr(error, "errno", None) or 0)
    if entry is catalogue.FILE_DENIED and path and (known := of_file(Path(os.fsdecode(path)))):
        return known
    return entry


def of_file(path: Path) -> Entry | None:
    """What Windows itself says when a file is opened to be changed: held by another program, not allowed. None when it
    lets it be opened, says nothing that is known here, and elsewhere."""
    return _WINDOWS.get(windows.refusal(str(path)))


_ROOM = 65_536
"""Bytes that a disk is asked to take: more than the file of shared memory that SQLite makes beside a database."""


def of_folder(folder: Path) -> Entry | None:
    """What a disk itself says when a file is written there and removed again: full, read-only, not allowed. None when
    it takes one, or says nothing more than that it failed."""
    try:
        try_to_write(folder, _ROOM)
    except OSError as error:
        return of_disk(error)
    return None


def disk_problem(folder: Path, error: OSError) -> Problem:
    """Why one of our own files cannot be read or written; L03 when the system says no more."""
    entry, place = of_disk(error), str(error.filename or folder)
    detail = error.strerror or str(error)
    if entry is None:
        return catalogue.DATA_FOLDER.problem(folder=folder, detail=detail)
    return entry.problem(item=place, detail="" if entry is catalogue.DISK_FULL else detail)
