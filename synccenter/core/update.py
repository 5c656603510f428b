"""Updating: finds a newer exe beside the running one or on the shop's share, takes its place by rename, goes back.

Windows lets a running exe be renamed but not be overwritten. So the new file is copied beside the running one, checked
there, and the two change names; the running program goes on undisturbed under its old file until it is started anew.
Settings, ledger and log lie elsewhere (`windows.data_folder`) and are not touched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.core.signature import signer

PRODUCT = "JobOffice Sync Center"
KEPT = " (föregående)"
"""What the file that was replaced is called, so that one can go back."""

_STARTED = {"startup", "autostart"}
"""Names of the folder whose every file starts at log-on. The one above it, *Program*, is on the same disk."""

_ARRIVING = ".ny"
_HEAD = 4_000_000
"""The version resource stands in the boot loader, far within this."""

_FIXED = struct.Struct("<IIII")
_SIGNATURE = b"\xbd\x04\xef\xfe"
"""VS_FIXEDFILEINFO.dwSignature, 0xFEEF04BD."""


class Release(Struct, frozen=True):
    """A file of a version of this program."""

    path: Path
    version: tuple[int, ...]

    @property
    def text(self) -> str:
        """The version as it is written."""
        return ".".join(str(number) for number in self.version)


Signer = Callable[[Path], str | None]
"""Who has signed a file, when the signature is valid and trusted here; None otherwise."""


def running() -> Path | None:
    """The exe that runs; None when the program runs from its source."""
    return Path(sys.executable) if getattr(sys, "frozen", False) else None


def numbers(version: str) -> tuple[int, ...]:
    """`1.2.0` as (1, 2, 0)."""
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())


def release(path: Path) -> Release | None:
    """What a file says that it is; None when it is no exe of this program, or cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return None
    at = head.find(_SIGNATURE)
    if not head.startswith(b"MZ") or at < 0 or PRODUCT.encode("utf-16-le") not in head:
        return None
    _, _, upper, lower = _FIXED.unpack_from(head, at)
    return Release(path, (upper >> 16, upper & 0xFFFF, lower >> 16))


def newer(exe: Path, own_version: str, folders: Iterable[Path] = ()) -> Release | None:
    """The newest exe of this program beside `exe` or in `folders` that is newer than `own_version`."""
    own = numbers(own_version)
    found = [
        one
        for folder in (exe.parent, *folders)
        for path in _programs(folder)
        if path != exe and (one := release(path)) is not None and one.version > own
    ]
    return max(found, key=lambda one: one.version, default=None)


def _programs(folder: Path) -> list[Path]:
    """The exe files of a folder; a share that cannot be reached has none for now."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".exe")
    except OSError:
        return []


def install(wanted: Release, exe: Path, publisher: str = "", signed_by: Signer = signer) -> Path:
    """Put a newer file in the place of `exe`; where the file that was replaced is kept.

    Raises U01 when the file is not signed by `publisher` (when one is set) or changed under way, and U02 when Windows
    does not let the files change names; the old one is then still in its place.
    """
    kept = kept_beside(exe)
    arriving = kept.with_name(exe.name + _ARRIVING)
    with _told(exe):
        shutil.copyfile(wanted.path, arriving)
    try:
        _check(arriving, wanted, publisher, signed_by)
        with _told(exe):
            if kept != wanted.path:
                kept.unlink(missing_ok=True)
            exe.rename(kept)
            _take_place(arriving, exe, kept)
    finally:
        with suppress(OSError):
            arriving.unlink(missing_ok=True)
    return kept


def go_back(exe: Path) -> Release:
    """Give the file that was replaced its place again; the newer one is kept instead. Raises U02."""
    kept = kept_beside(exe)
    found = release(kept)
    if found is None:
        raise catalogue.UPDATE_FAILED.error(item=str(kept), detail="det finns ingen föregående version")
    aside = kept.with_name(exe.name + _ARRIVING)
    with _told(exe):
        exe.rename(aside)
        _take_place(kept, exe, aside)
        aside.rename(kept)
    return Release(exe, found.version)


def kept_beside(exe: Path) -> Path:
    """Where the version before lies: beside it, but never where Windows would start it too."""
    folder = exe.parent.parent if exe.parent.name.casefold() in _STARTED else exe.parent
    return folder / f"{exe.stem}{KEPT}{exe.suffix}"


def _take_place(new: Path, exe: Path, before: Path) -> None:
    """The place is empty; never leave it so."""
    try:
        new.rename(exe)
    except OSError:
        before.rename(exe)
        raise


def _check(arriving: Path, wanted: Release, publisher: str, signed_by: Signer) -> None:
    if _digest(arriving) != _digest(wanted.path) or (found := release(arriving)) is None:
        raise catalogue.UPDATE_REFUSED.error(item=str(wanted.path), why="Filen ändrades medan den kopierades")
    if found.version != wanted.version:
        raise catalogue.UPDATE_REFUSED.error(item=str(wanted.path), why="Filen har bytts ut sedan den hittades")
    if publisher and (name := signed_by(arriving)) != publisher:
        why = f"Den är signerad av ”{name}”, inte av ”{publisher}”" if name else "Den har ingen giltig signatur"
        raise catalogue.UPDATE_REFUSED.error(item=str(wanted.path), why=why)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _told(exe: Path) -> Iterator[None]:
    """The border: what the system says becomes U02."""
    try:
        yield
    except OSError as error:
        raise catalogue.UPDATE_FAILED.error(item=str(exe), detail=str(error)) from error


def start_anew(exe: Path, arguments: list[str]) -> None:
    """Start the exe as if by a double-click. PyInstaller would otherwise take it for a helper of this process."""
    environment = os.environ | {"PYINSTALLER_RESET_ENVIRONMENT": "1"}
    subprocess.Popen([str(exe), *arguments], env=environment, cwd=exe.parent, close_fds=True)  # noqa: S603
