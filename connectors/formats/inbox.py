"""The folder that register files come in: which file it is, and its content whole."""

from __future__ import annotations

from collections.abc import Sequence, Set
from fnmatch import fnmatch
from pathlib import Path

from connectors.formats import file_errors

_SUFFIXES = {".csv", ".txt", ".tsv", ".skv"}
_SHEETS = {".xlsx", ".xls", ".ods", ".xlsm"}
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
        entries = [entry for entry in folder.iterdir() if entry.is_file()]
        for suffixes in (_SUFFIXES, _SHEETS):  # a spreadsheet is told for what it is when it is all there is
            found = [
                (entry.stat().st_mtime_ns, entry.name)
                for entry in entries
                if any(_fits(entry, part, suffixes) for part in patterns)
            ]
            if found:
                return folder / max(found)[1]
    return None


def _fits(path: Path, pattern: str, suffixes: Set[str]) -> bool:
    if not fnmatch(path.name.casefold(), pattern.casefold()):
        return False
    return path.suffix.lower() in suffixes or path.suffix.lower() == Path(pattern).suffix.lower() != ""


def read_whole(path: Path, *, empty: bool = False) -> bytes:
    """The content of a file that nobody writes to meanwhile. Raises FIL03, FIL04 or FIL12.

    `empty`: one without anything in it is taken for what it is, and not for one that is being written.
    """
    with file_errors.told(path):
        before = path.stat()
        if before.st_size > _LARGEST:
            raise file_errors.FILE_TROUBLE.error(path=path, detail=f"{before.st_size >> 20} MB")
        data = path.read_bytes()
        after = path.stat()
    unfinished = not data.strip() and not empty
    if unfinished or len(data) != after.st_size or before.st_mtime_ns != after.st_mtime_ns:
        raise file_errors.FILE_BUSY.error(path=path)
    return data
