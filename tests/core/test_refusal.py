"""What the system refuses becomes a sentence with a code."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from pathlib import Path

import pytest

from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.core import faults, windows
from synccenter.core.database import SQLite
from synccenter.core.faults import disk_problem
from synccenter.core.refusal import problem_of


def windows_error(number: int, path: str = "C:\\Butik\\fil.db") -> OSError:
    """As Windows raises it: its own number beside the one of POSIX."""
    error = OSError(errno.EACCES, "Åtkomst nekad", path)
    error.winerror = number  # type: ignore[attr-defined, unused-ignore]
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/butik/a"), "L01"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "L01"),
        (windows_error(112), "L01"),
        (OSError(errno.EROFS, "Read-only file system", "/butik/a"), "D36"),
        (PermissionError(errno.EACCES, "Permission denied", "/butik/a"), "D38"),
        (windows_error(5), "D38"),
        (windows_error(32), "D37"),
        (windows_error(33), "D37"),
        (OSError(errno.EBUSY, "Device or resource busy", "/butik/a"), "D37"),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), "P03"),
        (OSError(errno.ENOSPC, "No space left on device", f"{tempfile.gettempdir()}/tmpabc"), "P03"),
        (OSError(errno.EIO, "Input/output error", "/butik/a"), "P06"),
        (OSError("utan nummer"), "P06"),
        (MemoryError(), "P15"),
        (SyncError(catalogue.NO_CUTOVER.problem()), "I04"),
        (ValueError("vår egen bugg"), "S10"),
    ],
)
def test_each_refusal_has_its_code(error: BaseException, code: str) -> None:
    problem = problem_of(error)
    assert problem.code == code
    assert problem.sentence().endswith(f"[{code}]")


def test_the_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "här är en mapp"
    folder.mkdir()
    with pytest.raises(OSError) as raised:  # noqa: PT011 - the kind of it is what is asked
        os.rmdir(tmp_path)  # noqa: PTH106 - as the system raises it
    assert str(tmp_path) in problem_of(raised.value).sentence()


@pytest.mark.parametrize(("number", "code"), [(0, "D38"), (5, "D38"), (32, "D37"), (33, "D37"), (19, "D36")])
def test_permission_denied_is_asked_about_once_more_on_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    """A file that another program held was ”Windows nekar Sync Center filen”, and a held till could not be opened."""
    path = tmp_path / "kassa.sqlite"
    ours = SQLite(path)
    monkeypatch.setattr(windows, "refusal", lambda asked: number if asked == str(path) else 0)
    assert disk_problem(tmp_path, PermissionError(errno.EACCES, "Permission denied", str(path))).code == code

    unopened = sqlite3.OperationalError("unable to open database file")
    unopened.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    with pytest.raises(SyncError) as caught, ours._told():
        raise unopened
    assert caught.value.problem.code == (code if number else "D25")
    ours.close()


def test_a_folder_where_nobody_may_write_is_told_at_the_first_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`tempfile` tried two thousand million names on Windows: `status`, `sync` and `proof` never came to an end."""
    tries: list[object] = []

    def refuse(path: object, *_: object) -> int:
        tries.append(path)
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)
    assert faults.of_folder(tmp_path) is catalogue.FILE_DENIED
    assert len(tries) == 1


def test_a_folder_that_takes_a_file_has_none_of_it_afterwards(tmp_path: Path) -> None:
    assert faults.of_folder(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
