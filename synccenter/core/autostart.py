"""Start with Windows: the shortcut in the Startup folder. On Linux (for development) an entry of XDG's autostart."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any

import platformdirs

from synccenter.contract import catalogue
from synccenter.core.windows import APP_NAME, program

_APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\StartupFolder"


class Autostart(Enum):
    """Whether the program starts with Windows."""

    ON = "on"
    OFF = "off"
    DISABLED_BY_WINDOWS = "disabled_by_windows"  # a person switched it off in the Task Manager
    UNKNOWN = "unknown"  # the Startup folder cannot be looked into


def autostart() -> Autostart:
    """The state as Windows has it, also when a person changed it by hand."""
    try:
        return _looked_up()
    except OSError:
        return Autostart.UNKNOWN


def _looked_up() -> Autostart:
    starting = [_startup_file()] if _startup_file().exists() else put_there_by_hand()
    if not starting:
        return Autostart.OFF
    return Autostart.DISABLED_BY_WINDOWS if all(_switched_off(path.name) for path in starting) else Autostart.ON


def put_there_by_hand() -> list[Path]:
    """What else in the Startup folder starts this exe: shortcuts that a person has made, and last itself, when it lies
    there. Raises OSError."""
    exe = Path(program()[0])
    if len(program()) > 1:  # from source: Python is nobody's to look after
        return []
    others = [path for path, started in shortcuts().items() if started == exe and path != _startup_file()]
    return [*others, exe] if exe.parent == startup_folder() else others


def set_autostart(on: bool, command: list[str] | None = None) -> None:
    """Put a start file in the Startup folder, or take it away. Raises P05 when the system refuses."""
    folder: Path | str = "Autostart"
    try:
        folder = startup_folder()
        _set(command or program(), on=on)
    except OSError as error:
        detail = error.strerror or str(error)
        raise catalogue.AUTOSTART_REFUSED.error(folder=folder, detail=detail) from error


def startup_folder() -> Path:
    """Where Windows looks for what starts at log-on. Raises OSError."""
    return _startup_file().parent


def allow(path: Path) -> None:
    """Let what lies in the Startup folder start again, when a person has switched it off in the Task Manager."""
    _forget_switched_off(path.name)


def own_shortcut() -> Path:
    """Where the shortcut lies that the settings make, if there is one. Raises OSError."""
    return _startup_file()


def shortcuts() -> dict[Path, Path]:
    """All shortcuts in the Startup folder, a person's own too, and the file that each starts. What cannot be read is
    left out. Raises OSError."""
    found: dict[Path, Path] = {}
    if sys.platform == "win32":
        for path in sorted(startup_folder().glob("*.lnk")):
            with suppress(OSError):
                found[path] = Path(_read_shortcut(path))
    return found


def _set(command: list[str], *, on: bool) -> None:
    path = _startup_file()
    if not on:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        _make_shortcut(path, command)
        _forget_switched_off(path.name)
    else:
        quoted = " ".join(_desktop_quote(part) for part in command)
        path.write_text(f"[Desktop Entry]\nType=Application\nName={APP_NAME}\nExec={quoted}\n", encoding="utf-8")


def _startup_file() -> Path:
    if sys.platform == "win32":
        return _known_folder("B97D20BB-F46A-4C97-BA10-5E3608430854") / f"{APP_NAME}.lnk"  # FOLDERID_Startup
    else:  # noqa: RET505 - mypy follows one platform at a time
        return Path(platformdirs.user_config_dir()) / "autostart" / "joboffice-sync-center.desktop"


def _desktop_quote(part: str) -> str:
    """Quoting of the Exec key (Desktop Entry Specification 1.5, "The Exec key")."""
    for character in '\\"`$':
        part = part.replace(character, "\\" + character)
    return '"' + part.replace("\\", "\\\\").replace("%", "%%") + '"'


if sys.platform == "win32":

    def _known_folder(identifier: str) -> Path:
        import ctypes  # noqa: PLC0415
        import uuid  # noqa: PLC0415

        identity = (ctypes.c_ubyte * 16)(*uuid.UUID(identifier).bytes_le)
        found = ctypes.c_wchar_p()
        failed = ctypes.windll.shell32.SHGetKnownFolderPath(ctypes.byref(identity), 0, None, ctypes.byref(found))
        if failed or not found.value:
            raise OSError(f"SHGetKnownFolderPath {identifier}: {failed & 0xFFFFFFFF:#x}")
        folder = Path(found.value)
        ctypes.windll.ole32.CoTaskMemFree(found)
        return folder

    def _switched_off(name: str) -> bool:
        """The first byte of the value is even when a start file may run, odd when it was switched off."""
        import winreg  # noqa: PLC0415

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _APPROVED) as key:
                value, _ = winreg.QueryValueEx(key, name)
        except FileNotFoundError:
            return False
        return bool(value) and bool(value[0] & 1)

    def _forget_switched_off(name: str) -> None:
        import winreg  # noqa: PLC0415

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _APPROVED, access=winreg.KEY_SET_VALUE) as key:
                winreg.DeleteValue(key, name)
        except FileNotFoundError:
            return

    def _make_shortcut(path: Path, command: list[str]) -> None:
        """A .lnk through IShellLinkW and IPersistFile, called by their place in the interface's table."""
        from ctypes import c_void_p, c_wchar_p  # noqa: PLC0415

        with _ShellLink() as link:
            link.call(20, "SetPath", c_wchar_p(command[0]))
            link.call(11, "SetArguments", c_wchar_p(subprocess.list2cmdline(command[1:])))
            link.call(9, "SetWorkingDirectory", c_wchar_p(str(Path(command[0]).parent)))
            with link.query("0000010B-0000-0000-C000-000000000046") as file:  # IPersistFile
                file.call(6, "Save", c_wchar_p(str(path)), c_void_p(1))

    def _read_shortcut(path: Path) -> str:
        import ctypes  # noqa: PLC0415
        from ctypes import c_int, c_void_p, c_wchar_p  # noqa: PLC0415

        with _ShellLink() as link:
            with link.query("0000010B-0000-0000-C000-000000000046") as file:  # IPersistFile
                file.call(5, "Load", c_wchar_p(str(path)), c_int(0))
            target = ctypes.create_unicode_buffer(1024)
            link.call(3, "GetPath", ctypes.cast(target, c_wchar_p), c_int(len(target)), c_void_p(None), c_int(4))
        return target.value

    class _Interface:
        """A COM interface pointer; `call` raises OSError unless the answer is S_OK."""

        def __init__(self) -> None:
            import ctypes  # noqa: PLC0415

            self.pointer = ctypes.c_void_p()

        def call(self, index: int, name: str, *arguments: object) -> None:
            import ctypes  # noqa: PLC0415

            table = ctypes.cast(self.pointer, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
            kinds: list[Any] = [type(value) for value in arguments]
            method = ctypes.WINFUNCTYPE(ctypes.c_long, ctypes.c_void_p, *kinds)
            answer = method(table[index])(self.pointer, *arguments)
            if answer < 0:
                raise OSError(f"{name}: {answer & 0xFFFFFFFF:#x}")

        def query(self, identifier: str) -> _Interface:
            import ctypes  # noqa: PLC0415

            other = _Interface()
            self.call(0, "QueryInterface", _guid(identifier), ctypes.pointer(other.pointer))
            return other

        def __enter__(self) -> _Interface:
            return self

        def __exit__(self, *_: object) -> None:
            import ctypes  # noqa: PLC0415

            table = ctypes.cast(self.pointer, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
            ctypes.WINFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)(table[2])(self.pointer)

    class _ShellLink(_Interface):
        def __init__(self) -> None:
            import ctypes  # noqa: PLC0415

            super().__init__()
            ole = ctypes.windll.ole32
            ole.CoInitialize(None)
            answer = ole.CoCreateInstance(
                _guid("00021401-0000-0000-C000-000000000046"),  # ShellLink
                None,
                1,  # CLSCTX_INPROC_SERVER
                _guid("000214F9-0000-0000-C000-000000000046"),  # IShellLinkW
                ctypes.byref(self.pointer),
            )
            if answer:
                raise OSError(f"CoCreateInstance: {answer & 0xFFFFFFFF:#x}")

    def _guid(identifier: str) -> object:
        import ctypes  # noqa: PLC0415
        import uuid  # noqa: PLC0415

        return ctypes.pointer((ctypes.c_ubyte * 16)(*uuid.UUID(identifier).bytes_le))

else:

    def _switched_off(_name: str) -> bool:
        return False

    def _forget_switched_off(_name: str) -> None:
        return
