"""The folder that the one-file program unpacks itself into: marked while it is used, swept when it was left behind.

A program that is ended by force cannot remove its folder (about 60 MB). The next start does. A folder is in use as
long as its mark cannot be removed: the program that owns it holds the mark open, and Windows does not remove a file
that is held open. (Where it does, on Linux, there is no one-file program.)
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import IO

MARK = "i-bruk"
YOUNG = 600.0
"""Seconds. A folder without a mark may be one that is being unpacked at this moment."""

_held: list[IO[str]] = []


def own_folder() -> Path | None:
    """Where this program is unpacked; None when it is no one-file program."""
    folder = Path(getattr(sys, "_MEIPASS", ""))
    return folder if folder.name.startswith("_MEI") else None


def claim(folder: Path | None) -> None:
    """Mark the folder as used for as long as this process lives. A folder that cannot be written is not marked."""
    if folder is None:
        return
    try:
        _held.append((folder / MARK).open("w", encoding="utf-8"))
    except OSError:
        return


def sweep(own: Path | None, now: float | None = None) -> list[Path]:
    """Remove the folders beside `own` that nobody uses; those that were removed. What resists is left for next time."""
    if own is None:
        return []
    now = time.time() if now is None else now
    left = [folder for folder in own.parent.glob("_MEI*") if folder != own and _is_left(folder, now)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return [folder for folder in left if not folder.exists()]


def _is_left(folder: Path, now: float) -> bool:
    try:
        (folder / MARK).unlink()
    except FileNotFoundError:
        return now - folder.stat().st_mtime > YOUNG
    except OSError:  # held open by its owner
        return False
    return True
