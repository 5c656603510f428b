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
from synccenter.core import autostart, windows
from synccenter.core.update import Release, numbers, release, running


class Found(Struct):
    """What was seen: sentences about what was mended, and problems that a person must decide."""

    mended: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def look_after(exe: Path | None, version: str, starts: list[str]) -> Found:
    """Look, and mend. `exe` is the running file, None from source (nothing to look after), and `starts` its command."""
    found = Found()
    if exe is None:
        return found
    if folder := passing_folder(exe):
        found.problems.append(catalogue.IN_ARCHIVE.problem(folder=folder))
        return found  # nothing may be led to a file that is gone tomorrow
    try:
        startup, shortcuts = autostart.startup_folder(), autostart.shortcuts()
    except OSError:  # Windows does not say: then nothing of ours lies there either
        return found
    own = Release(exe, numbers(version))
    _copies(own, startup, found)
    target = shortcuts.pop(autostart.own_shortcut(), None)
    for path, started in shortcuts.items():
        _made_by_hand(path, started, own, starts, found, needed=target is None and exe.parent != startup)
    if target is not None:
        _shortcut(target, own, startup, starts, found)
    return found


def command(folder: Path) -> list[str]:
    """How this program is started again with a data folder."""
    own = [] if folder == windows.data_folder() else ["--data-dir", str(folder.resolve())]
    return [*windows.program(), *own]


def start_with_windows(on: bool, folder: Path) -> None:
    """What a person has ticked. Raises P05 when Windows refuses, P08 where the program lies in a passing folder, P12
    when it lies in the Startup folder itself and is not to start."""
    exe = running()
    if on and exe is not None and (passing := passing_folder(exe)):
        raise catalogue.IN_ARCHIVE.error(folder=passing)
    by_hand = _by_hand()
    if on and by_hand and not autostart.own_shortcut().exists():
        for path in by_hand:
            autostart.allow(path)
        return
    autostart.set_autostart(on, command(folder))
    if on:
        return
    for path in by_hand:
        if path == exe:
            raise catalogue.LIES_IN_STARTUP.error(path=path)
        try:
            path.unlink()
        except OSError as error:
            raise catalogue.AUTOSTART_REFUSED.error(folder=path.parent, detail=error.strerror or str(error)) from error


def _by_hand() -> list[Path]:
    try:
        return autostart.put_there_by_hand()
    except OSError:  # told when the shortcut is to be changed
        return []


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


def _made_by_hand(path: Path, target: Path, own: Release, starts: list[str], found: Found, *, needed: bool) -> None:
    """A shortcut that a person has put in the Startup folder. One that starts this file may stay while it is `needed`:
    nothing else starts it. One to an older file, or to none, gives place to ours."""
    other, same = release(target), _same(target, own.path)
    if (other is None and not (path.stem.startswith(windows.APP_NAME) and not target.exists())) or (same and needed):
        return  # another program's, or as it should be
    if other is not None and other.version > own.version:
        found.problems.append(_newer(other, own))
    elif other is not None and other.version == own.version and not same:
        found.problems.append(catalogue.SHORTCUT_ELSEWHERE.problem(path=target, own=own.path))
    else:
        try:
            path.unlink()
        except OSError as error:
            detail = error.strerror or str(error)
            found.problems.append(catalogue.AUTOSTART_REFUSED.problem(folder=path.parent, detail=detail))
            return
        text = f"Genvägen {path.name} i Autostart startade {target} och är borttagen."
        if needed:
            _mend(found, f"{text} Nu startar den vanliga genvägen {own.path}.", starts)
        else:
            found.mended.append(text)


def _shortcut(target: Path, own: Release, startup: Path, starts: list[str], found: Found) -> None:
    """Our shortcut starts this file, or is mended; beside a copy of the program itself it is one start too many."""
    if own.path.parent == startup:
        _mend(found, f"Genvägen i Autostart är borttagen: programmet ligger självt där ({own.path}).", on=False)
        return
    if _same(target, own.path):
        return
    other = release(target)
    if other is None and target.exists():
        return  # a person's own: a script around the program
    if other is None:
        _mend(found, f"Genvägen i Autostart startade {target}, som inte finns. Nu startar den {own.path}.", starts)
    elif other.version < own.version:
        old = f"{target}, version {other.text}"
        _mend(found, f"Genvägen i Autostart startade {old}. Nu startar den {own.path}, version {own.text}.", starts)
    elif other.version > own.version:
        found.problems.append(_newer(other, own))
    else:
        found.problems.append(catalogue.SHORTCUT_ELSEWHERE.problem(path=target, own=own.path))


def _mend(found: Found, text: str, starts: list[str] | None = None, *, on: bool = True) -> None:
    try:
        autostart.set_autostart(on, starts)
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
