"""A text file a day that several threads and processes append whole rows to. UTF-8 with BOM and CRLF (Notepad).

Rows are not forced to disk one by one (fsync): a log that costs the till its speed helps nobody.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from synccenter.contract.disk import create_private
from synccenter.core.rights import keep_private, private_folder
from synccenter.core.windows import open_append

END = "\r\n"
_BOM = "\ufeff"


class DayFile:
    """The files `<name> yyyy-mm-dd.log` of one folder. Every method raises OSError when the disk says no."""

    def __init__(self, folder: Path, name: str, head: Callable[[], str]) -> None:
        """`head` gives the text on top of each new file, without its last line break."""
        self.folder = folder
        self._name = name
        self._head = head
        self._descriptor: int | None = None
        self._day: date | None = None
        self._torn = False

    def path(self, day: date) -> Path:
        """The file of a day, whether it exists or not."""
        return self.folder / f"{self._name} {day.isoformat()}.log"

    def append(self, day: date, text: str, most: int | None = None, notice: str = "") -> None:
        """Append whole rows (each ending in CRLF) in one write.

        `most` is the greatest size in bytes: the rows that reach it are cut there and followed by `notice`,
        and later ones are left out, also when another process or an earlier start reached it.
        """
        descriptor = self._open(day)
        content = text.encode("utf-8", "backslashreplace")
        if most is not None:
            room = most - os.fstat(descriptor).st_size
            if room <= 0:
                return
            if len(content) > room:
                content = content[:room].decode("utf-8", "ignore").encode() + f"{END}{notice}{END}".encode()
        if self._torn:
            content = END.encode() + content
        self._write(descriptor, content)

    def close(self) -> None:
        """Let go of the file, so that it may be moved; the next row opens it again."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)

    def older(self, before: date) -> list[Path]:
        """Our own files of days earlier than `before`. A file of any other name is never among them."""
        pattern = re.compile(rf"{re.escape(self._name)} (\d{{4}}-\d\d-\d\d)\.log", re.ASCII)
        found = []
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            match = pattern.fullmatch(path.name)
            if match and _is_before(match[1], before) and path.is_file() and not path.is_symlink():
                found.append(path)
        return found

    def _write(self, descriptor: int, content: bytes) -> None:
        written = os.write(descriptor, content)
        try:
            while written < len(content):  # a disk that is filling up takes a part of it
                written += os.write(descriptor, content[written:])
        except OSError:
            self._torn = True
            raise
        self._torn = False

    def _open(self, day: date) -> int:
        if self._descriptor is not None and (day != self._day or os.fstat(self._descriptor).st_nlink == 0):
            self.close()  # a new day, or the file was removed under our feet
        if self._descriptor is None:
            path = self.path(day)
            if not path.exists():
                _create_whole(path, f"{_BOM}{self._head()}{END}".encode("utf-8", "backslashreplace"))
                self._torn = False
            self._descriptor, self._day = open_append(path), day
        return self._descriptor


def _is_before(text: str, day: date) -> bool:
    try:
        return date.fromisoformat(text) < day
    except ValueError:
        return False


def _create_whole(path: Path, content: bytes) -> None:
    """Create a file with its content at once; nothing happens when another process was first."""
    if not path.parent.is_dir():
        private_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        create_private(temporary)
        temporary.write_bytes(content)
        if sys.platform == "win32":
            temporary.rename(path)  # refuses when the file exists
        else:
            path.hardlink_to(temporary)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links; a full disk raises again here
        with suppress(FileExistsError), open(path, "xb", opener=_private) as file:
            file.write(content)
    finally:
        temporary.unlink(missing_ok=True)
    keep_private(path)  # in a folder that others may read


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
