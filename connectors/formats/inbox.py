"""The folder that register files come in: which file it is, and its content whole."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from connectors.formats import file_errors

_SUFFIXES = {".csv", ".txt", ".tsv", ".skv"}
_LARGEST = 1 << 30


def newest(folder: Path, patterns: Sequence[str]) -> Path | None:
    """The file whose name fits one of the patterns (`artiklar*`, `varor*`); of several the one changed last.

    Upper and lower case are the same. A pattern without an ending fits text files only; the path of a file fits
    that file. Raises FIL01 when the folder cannot be reached.
    """
    for part in patterns:
        if Path(part).is_absolute():
            return Path(part)
    with file_errors.told(folder):
        found = [
            (entry.stat().st_mtime_ns, entry.name)
            for entry in folder.iterdir()
            if any(_fits(entry, part) for part in patterns) and entry.is_file()
        ]
    return folder / max(found)[1] if found else None


def _fits(path: Path, pattern: str) -> bool:
    if not fnmatch(path.name.casefold(), pattern.casefold()):
        return False
    return path.suffix.lower() in _SUFFIXES or path.suffix.lower() == Path(pattern).suffix.lower() != ""


def read_whole(path: Path) -> bytes:
    """The content of a file that nobody writes to meanwhile. Raises FIL03, FIL04 or FIL12."""
    with file_errors.told(path):
        before = path.stat()
        if before.st_size > _LARGEST:
            raise file_errors.FILE_TROUBLE.error(path=path, detail=f"{before.st_size >> 20} MB")
        data = path.read_bytes()
        after = path.stat()
    if not data.strip() or len(data) != after.st_size or before.st_mtime_ns != after.st_mtime_ns:
        raise file_errors.FILE_BUSY.error(path=path)
    return data
