"""What the system refuses, as a problem: a full disk, a read-only file, a file that another program holds.

The border of everything that a person starts (`jobsync.py`, the command line, the main thread, the lanes) tells by it.
What the codes mean is known by `core/faults.py`.
"""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from synccenter.contract import catalogue
from synccenter.contract.errors import Entry, Problem, SyncError
from synccenter.core.faults import of_disk


def problem_of(error: BaseException) -> Problem:
    """What a person is told of it. Anything that the system did not refuse is a bug of ours (S10)."""
    if isinstance(error, SyncError):
        return error.problem
    if isinstance(error, OSError):
        return _refused(error)
    if isinstance(error, MemoryError):
        return catalogue.MEMORY_FULL.problem()
    what = type(error).__name__
    return catalogue.UNEXPECTED.problem(detail=f"{what}: {error}", error=what)


def _refused(error: OSError) -> Problem:
    path, words = str(error.filename or ""), error.strerror or str(error)
    entry = of_disk(error)
    if _is_temporary(error, path, entry):
        return catalogue.NO_TEMPORARY.problem(folder=_temporary(), detail=words)
    if entry is not None:
        return entry.problem(item=path, detail="" if entry is catalogue.DISK_FULL else words)
    about = f" ({path})" if path else ""
    number = f"{error.errno} {getattr(error, 'winerror', None) or ''}"
    return catalogue.SYSTEM_REFUSED.problem(about=about, detail=words, error=number)


def _is_temporary(error: OSError, path: str, entry: Entry | None) -> bool:
    """`tempfile` found no folder to use, or a file in it could not be made."""
    if "usable temporary directory" in str(error):
        return True
    missing = error.errno == errno.ENOENT or entry is catalogue.DISK_FULL
    return missing and bool(path) and Path(path).parent == Path(_temporary())  # deeper lies what a person put there


def _temporary() -> str:
    """The folder of temporary files, also while it cannot be used."""
    return tempfile.tempdir or os.environ.get("TMPDIR") or os.environ.get("TEMP") or "/tmp"  # noqa: S108 - told, not used
