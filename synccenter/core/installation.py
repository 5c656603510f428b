"""The installation looks after itself: which program starts with Windows, and is it this one?

At each start of the exe: the shortcut's target, copies and older versions in the Startup folder, a zip or a temporary
folder that the exe runs from. What can be mended without asking is mended and told in the log; the rest is a problem.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from msgspec import Struct, field

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.core import autostart
from synccenter.core.update import Release, numbers, release


class Found(Struct):
    """What was seen: sentences about what was mended, and problems that a person must decide."""

    mended: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def look_after(exe: Path | None, version: str, command: list[str]) -> Found:
    """Look, and mend. `exe` is the running file, None from source (nothing to look after); `command` starts it."""
    found = Found()
    if exe is None:
        return found
    if folder := passing_folder(exe):
        found.problems.append(catalogue.IN_ARCHIVE.problem(folder=folder))
        return found  # nothing may be led to a file that is gone tomorrow
    try:
        startup = autostart.startup_folder()
    except OSError:  # Windows does not say: then nothing of ours lies there either
        return found
    own = Release(exe, numbers(version))
    _copies(own, startup, found)
    _shortcut(own, startup, command, found)
    return found


def passing_folder(exe: Path) -> Path | None:
    """The folder that a file is about to vanish with: a zip that was looked into, a temporary folder. Else None."""
    for folder in exe.parents:
        if folder.suffix.lower() in {".zip", ".7z", ".rar"}:  # Explorer opens them as %TEMP%\Temp1_name.zip
            return folder
    own = exe.resolve()
    return exe.parent if any(own.is_relative_to(folder) for folder in _temporary_folders()) else None


def _temporary_folders() -> list[Path]:
    """As the system names them. `tempfile.gettempdir` looks for one that can be written in: when none can it takes the
    folder that the program was started in, or raises."""
    return [Path(os.environ[name]).resolve() for name in ("TMP", "TEMP", "TMPDIR") if os.environ.get(name)]


def _copies(own: Release, startup: Path, found: Found) -> None:
    """Other exe files of ours in the Startup folder start at log-on too. Older and equal ones are moved out of it."""
    for path in sorted(startup.glob("*.exe")) if startup.is_dir() else ():
        other = release(path)
        if other is None or path == own.path:
            continue
        if other.version > own.version:
            found.problems.append(_newer(other, own))
            continue
        try:
            place = _free(startup.parent / path.name)
            path.rename(place)
        except OSError as error:
            detail = error.strerror or str(error)
            found.problems.append(catalogue.SECOND_COPY.problem(path=path, version=other.text, detail=detail))
        else:
            found.mended.append(f"{path.name} {other.text} låg i mappen Autostart och är flyttad till {place}.")


def _shortcut(own: Release, startup: Path, command: list[str], found: Found) -> None:
    """Our shortcut starts this file, or is mended; beside a copy of the program itself it is one start too many."""
    target = autostart.target()
    if target is None:
        return
    if own.path.parent == startup:
        _mend(found, f"Genvägen i Autostart är borttagen: programmet ligger självt där ({own.path}).", on=False)
        return
    if _same(target, own.path):
        return
    other = release(target)
    if other is None and target.exists():
        return  # a person's own: a script around the program
    if other is None:
        _mend(found, f"Genvägen i Autostart startade {target}, som inte finns. Nu startar den {own.path}.", command)
    elif other.version < own.version:
        old = f"{target}, version {other.text}"
        _mend(found, f"Genvägen i Autostart startade {old}. Nu startar den {own.path}, version {own.text}.", command)
    elif other.version > own.version:
        found.problems.append(_newer(other, own))
    else:
        found.problems.append(catalogue.SHORTCUT_ELSEWHERE.problem(path=target, own=own.path))


def _mend(found: Found, text: str, command: list[str] | None = None, *, on: bool = True) -> None:
    try:
        autostart.set_autostart(on, command)
    except SyncError as error:
        found.problems.append(error.problem)
    else:
        found.mended.append(text)


def _newer(other: Release, own: Release) -> Problem:
    return catalogue.NEWER_ELSEWHERE.problem(own=own.text, path=other.path, version=other.text)


def _same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.samefile(other)
    return one == other


def _free(place: Path) -> Path:
    """A name that nothing has yet."""
    for number in range(2, 100):
        if not place.exists():
            break
        place = place.with_name(f"{place.stem.rsplit(' – ', 1)[0]} – {number}{place.suffix}")
    return place
