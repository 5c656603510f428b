"""Everything that is Windows, with a harmless answer elsewhere. On Linux (for development) the same works by XDG.

`ctypes`, `winreg` and `msvcrt` are imported inside the functions that need them, on Windows only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import Any

import platformdirs

APP_NAME = "JobOffice Sync Center"
APP_ID = "JobOffice.SyncCenter"
"""The AppUserModelID: one group in the task bar for all windows of ours."""

_APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\StartupFolder"


_PERSONALIZE = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


class Autostart(Enum):
    """Whether the program starts with Windows."""

    ON = "on"
    OFF = "off"
    DISABLED_BY_WINDOWS = "disabled_by_windows"  # a person switched it off in the Task Manager


def data_folder() -> Path:
    """Where settings, ledger and logs lie when nothing else is said. It follows the user, not the program."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False, roaming=False))


def program() -> list[str]:
    """The command that starts this program again: the exe, or Python and the script."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, str(Path(sys.argv[0]).resolve())]


# --- The command line ------------------------------------------------------------------------------------------


def give_streams() -> None:
    """Give a windowed program the console that it was started from, or else nowhere to write.

    Windows starts such a program without standard streams unless its caller redirects them; those are kept.
    """
    if sys.platform == "win32":
        console = _attach_console() if None in (sys.stdin, sys.stdout, sys.stderr) else False
        reading, writing = ("CONIN$", "CONOUT$") if console else (os.devnull, os.devnull)
        for name, mode, path in (("stdin", "r", reading), ("stdout", "w", writing), ("stderr", "w", writing)):
            if getattr(sys, name) is None:
                setattr(sys, name, open(path, mode, encoding="utf-8", errors="replace"))  # noqa: PTH123, SIM115


if sys.platform == "win32":

    def _attach_console() -> bool:
        """The console of the program that started us; for a one-file program that is the boot loader's parent."""
        import ctypes  # noqa: PLC0415

        kernel = ctypes.windll.kernel32
        return bool(kernel.AttachConsole(-1) or kernel.AttachConsole(_parent_of(os.getppid())))

    def _parent_of(process: int) -> int:
        """The number of the process that started another; 0 when it cannot be known."""
        import ctypes  # noqa: PLC0415

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return 0
        facts = (ctypes.c_size_t * 6)()  # PROCESS_BASIC_INFORMATION; the last is InheritedFromUniqueProcessId
        failed = ctypes.windll.ntdll.NtQueryInformationProcess(handle, 0, facts, ctypes.sizeof(facts), None)
        ctypes.windll.kernel32.CloseHandle(handle)
        return 0 if failed else int(facts[5])


# --- Start with Windows --------------------------------------------------------------------------------------


def autostart() -> Autostart:
    """The state as Windows has it, also when a person changed it by hand."""
    if sys.platform == "win32":
        if not _startup_file().exists():
            return Autostart.OFF
        return Autostart.DISABLED_BY_WINDOWS if _switched_off(_startup_file().name) else Autostart.ON
    else:  # noqa: RET505 - mypy follows one platform at a time
        return Autostart.ON if _startup_file().exists() else Autostart.OFF


def set_autostart(on: bool, command: list[str] | None = None) -> None:
    """Put a start file in the Startup folder, or take it away. Raises OSError when Windows refuses."""
    path = _startup_file()
    if not on:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    command = command or program()
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


# --- The screen ------------------------------------------------------------------------------------------------


def be_dpi_aware() -> None:
    """Sharp windows at 125 to 200 %. To be called before Tk starts."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        try:
            ctypes.windll.shcore.SetProcessDpiAwareness(1)  # per system: Tk scales itself once, at its start
        except (AttributeError, OSError):  # Windows 7
            ctypes.windll.user32.SetProcessDPIAware()


def set_identity() -> None:
    """Our own group and icon in the task bar."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP_ID)


def prefers_dark() -> bool:
    """Whether the person has chosen dark windows: in Windows' settings, elsewhere by the GTK theme's name."""
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _PERSONALIZE) as key:
                return winreg.QueryValueEx(key, "AppsUseLightTheme")[0] == 0
        except FileNotFoundError:
            return False
    else:
        return "dark" in os.environ.get("GTK_THEME", "").lower()


# --- Files ------------------------------------------------------------------------------------------------------


def open_append(path: Path) -> int:
    """A file descriptor whose every write is appended whole, also between processes.

    The C runtime of Windows seeks and writes in two steps, so there the file is opened for FILE_APPEND_DATA
    alone. Others may read, write, rename and remove it meanwhile. Raises OSError.
    """
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415
        import msvcrt  # noqa: PLC0415

        create = ctypes.WinDLL("kernel32", use_last_error=True).CreateFileW
        create.restype = ctypes.c_void_p
        append, share_all, open_always, normal = 0x0004, 0x0007, 4, 0x80
        handle = create(str(path), append, share_all, None, open_always, normal, None)
        if handle is None or handle == ctypes.c_void_p(-1).value:
            raise ctypes.WinError(ctypes.get_last_error())
        return msvcrt.open_osfhandle(handle, os.O_APPEND)
    else:  # noqa: RET505 - mypy follows one platform at a time
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)


def show_folder(folder: Path, selected: Path | None = None) -> None:
    """Open a folder in the file manager, with one of its files selected where the system can."""
    if sys.platform == "win32":
        if selected is not None and selected.exists():
            subprocess.Popen(f'explorer /select,"{selected}"')  # noqa: S603 - explorer parses its line itself
        else:
            os.startfile(folder)  # noqa: S606
    else:
        _spawn(["xdg-open", str(folder)])


def open_text(path: Path) -> None:
    """Open a text file in Notepad; elsewhere in the program the person has chosen for text."""
    _spawn(["notepad.exe" if sys.platform == "win32" else "xdg-open", str(path)])


def _spawn(command: list[str]) -> None:
    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
