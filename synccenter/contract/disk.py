"""Writing a file whole or not at all, and for nobody else's eyes unless that is meant."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def write_atomically(path: Path, content: bytes, *, shared: bool = False) -> None:
    """Write a file so that a crash leaves either the old or the new one, whole.

    It is readable by its owner only, from the first byte on (on Windows the folder's rights decide). `shared`: another
    program is to read it, so the folder's custom decides; a file that was narrower stays so.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        temporary.unlink(missing_ok=True)  # left by a process of the same number that was killed
        created = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, _mode(path) if shared else 0o600)
        with open(created, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _replace(temporary, path)
    except OSError as error:  # told by the name that a person knows
        error.filename, error.filename2 = str(path), None
        raise
    finally:
        with contextlib.suppress(OSError):  # where nothing can be written nothing was left
            temporary.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # Windows cannot open a folder; NTFS journals the rename itself
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def try_to_write(folder: Path, size: int = 1) -> None:
    """Write a file of so many bytes in a folder and remove it again. Raises OSError: why that cannot be done.

    Not by `tempfile`: in a folder where nobody may write it tries two thousand million names on Windows, where
    `os.access` knows nothing of rights (CPython 3.13, `tempfile._mkstemp_inner`).
    """
    path = folder / f".{secrets.token_hex(8)}.tmp"
    created = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    try:
        with open(created, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(bytes(size))
    finally:
        path.unlink()


_BINARY = getattr(os, "O_BINARY", 0)


def _mode(path: Path) -> int:
    """As wide as the file that is there, else as wide as this computer makes files (umask)."""
    try:
        return stat.S_IMODE(path.stat().st_mode) & 0o666
    except OSError:
        return 0o666


def create_private(path: Path) -> None:
    """An empty file that only its owner may read, when there is none: for what opens it by name (SQLite). OSError."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600))


def own_folder(folder: Path) -> None:
    """A folder of ours alone: made so, or narrowed with the files in it; never widened. Raises OSError when it cannot
    be made. (On Windows it has the rights of the folder that it lies in.)"""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    elif os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) & _OTHERS:
        with contextlib.suppress(OSError):  # somebody else's
            for path in (folder, *(one for one in folder.iterdir() if one.is_file() and not one.is_symlink())):
                path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)


_OTHERS = 0o077


def read_patiently(path: Path) -> bytes:
    """What a small file holds; one that another program holds for a moment is waited for. Raises OSError."""
    return _patiently(path.read_bytes)


def _replace(temporary: Path, path: Path) -> None:
    """Rename over."""
    _patiently(lambda: temporary.replace(path))


def _patiently(act: Callable[[], T]) -> T:
    """Windows refuses for a moment while a virus scanner or a reader has the file open."""
    for pause in (0.02, 0.05, 0.1, 0.3, 0.5):
        try:
            return act()
        except PermissionError:
            time.sleep(pause)
    return act()
