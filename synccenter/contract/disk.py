"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path


def write_atomically(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file so that a crash leaves either the old or the new one, whole.

    `private`: readable by its owner only, from the first byte on (on Windows the folder's rights decide).
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        temporary.unlink(missing_ok=True)  # left by a process of the same number that was killed
        created = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600 if private else 0o666)
        with open(created, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # Windows cannot open a folder; NTFS journals the rename itself
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


_BINARY = getattr(os, "O_BINARY", 0)


def _replace(temporary: Path, path: Path) -> None:
    """Rename over; Windows refuses for a moment while a virus scanner or a reader has the file open."""
    for pause in (0.02, 0.05, 0.1, 0.3, 0.5):
        try:
            temporary.replace(path)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    temporary.replace(path)
