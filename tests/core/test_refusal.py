"""What the system refuses becomes a sentence with a code."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest

from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
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
