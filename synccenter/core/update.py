"""Updating: finds a newer exe beside the running one or on the shop's share, takes its place by rename, goes back.

Windows lets a running exe be renamed but not be overwritten. So the new file is copied beside the running one, checked
there, and the two change names; the running program goes on undisturbed under its old file until it is started anew.
Which file may take its place is known by `core/trust.py`.
Settings, ledger and log lie elsewhere (`windows.data_folder`) and are not touched.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.core.trust import Judgement, Trust, digest_of, refused

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


class Offer(Struct, frozen=True):
    """A release that was found, and what is known of its file."""

    release: Release
    judgement: Judgement


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


def newer(own_version: str, trust: Trust, folders: Iterable[Path] = ()) -> Offer | None:
    """What to offer of what lies beside the program and in `folders` and is newer than `own_version`.

    The newest that may take its place; when none may, the newest of all, which says why.
    """
    exe, own = trust.exe, numbers(own_version)
    found = [
        one
        for folder in (exe.parent, *folders)
        for path in _programs(folder)
        if path != exe and (one := release(path)) is not None and one.version > own
    ]
    best: Offer | None = None
    for one in sorted(found, key=lambda one: one.version, reverse=True):
        with suppress(OSError):  # gone or locked since it was seen
            offer = Offer(one, trust.judge(one.path))
            if offer.judgement.accepted:
                return offer
            best = best or offer
    return best


def _programs(folder: Path) -> list[Path]:
    """The exe files of a folder; a share that cannot be reached has none for now."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".exe")
    except OSError:
        return []


def install(wanted: Offer, trust: Trust) -> Path:
    """Put a newer file in the place of the program; where the file that was replaced is kept.

    The copy that is going to run is judged again before it takes the place and once it is there. Raises U01 when it is
    not to be trusted or changed under way, and U02 when Windows does not let the files change names; the old one is
    then still in its place.
    """
    exe, kept = trust.exe, kept_beside(trust.exe)
    arriving = kept.with_name(exe.name + _ARRIVING)
    with _told(exe):
        shutil.copyfile(wanted.release.path, arriving)
    try:
        _check(arriving, wanted, trust)
        with _told(exe):
            trust.remember(exe)
            if kept != wanted.release.path:
                kept.unlink(missing_ok=True)
            exe.rename(kept)
            _take_place(arriving, exe, kept, wanted.judgement.digest)
    finally:
        with suppress(OSError):
            arriving.unlink(missing_ok=True)
    return kept


def before(trust: Trust) -> Offer:
    """The version that was replaced, and whether it may come back. Raises U02 when there is none."""
    kept = kept_beside(trust.exe)
    found = release(kept)
    if found is None:
        raise catalogue.UPDATE_FAILED.error(item=str(kept), detail="det finns ingen föregående version")
    with _told(kept):
        return Offer(found, trust.judge(kept))


def go_back(trust: Trust) -> Release:
    """Give the file that was replaced its place again; the newer one is kept instead. Raises U01 and U02."""
    exe, offer = trust.exe, before(trust)
    kept = offer.release.path
    aside = kept.with_name(exe.name + _ARRIVING)
    if not offer.judgement.accepted:
        raise refused(offer.judgement)
    with _told(exe):
        trust.remember(exe)
        exe.rename(aside)
        _take_place(kept, exe, aside, offer.judgement.digest)
        aside.rename(kept)
    return Release(exe, offer.release.version)


def kept_beside(exe: Path) -> Path:
    """Where the version before lies: beside it, but never where Windows would start it too."""
    folder = exe.parent.parent if exe.parent.name.casefold() in _STARTED else exe.parent
    return folder / f"{exe.stem}{KEPT}{exe.suffix}"


def _take_place(new: Path, exe: Path, before: Path, digest: str) -> None:
    """The place is empty; never leave it so, nor with something else than what was judged."""
    try:
        new.rename(exe)
        if (found := digest_of(exe)) != digest:
            raise catalogue.UPDATE_REFUSED.error(
                item=str(exe), why="Filen byttes ut medan den lades på plats", digest=found
            )
    except (OSError, SyncError):
        exe.unlink(missing_ok=True)
        before.rename(exe)
        raise


def _check(arriving: Path, wanted: Offer, trust: Trust) -> None:
    """The copy is what was offered, and may take our place as it is now."""
    with _told(arriving):
        found, there = trust.judge(arriving), release(arriving)
    place = str(wanted.release.path)
    if there is None or there.version != wanted.release.version or found.digest != wanted.judgement.digest:
        raise catalogue.UPDATE_REFUSED.error(
            item=place, why="Filen har bytts ut sedan den hittades", digest=found.digest
        )
    if not found.accepted:
        raise refused(replace(found, path=wanted.release.path))


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
