"""Everything that is Windows, with a harmless answer elsewhere. On Linux (for development) the same works by XDG.

`ctypes`, `winreg` and `msvcrt` are imported inside the functions that need them, on Windows only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import platformdirs

from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError

APP_NAME = "JobOffice Sync Center"
APP_ID = "JobOffice.SyncCenter"
"""The AppUserModelID: one group in the task bar for all windows of ours."""

_WARNING, _YES_NO, _ON_TOP, _YES = 0x30, 0x04, 0x50000, 6
"""MB_ICONWARNING, MB_YESNO, MB_SETFOREGROUND with MB_TOPMOST, IDYES."""

_PERSONALIZE = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


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


def console_encoding() -> str:
    """The code page that a Windows console reads a pipe by; "" elsewhere and where there is no console."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        page = int(ctypes.windll.kernel32.GetConsoleOutputCP())
        return f"cp{page}" if page else ""
    else:  # noqa: RET505 - mypy follows one platform at a time
        return ""


# --- Before there is a window -----------------------------------------------------------------------------------


def say(title: str, text: str) -> None:
    """A message in the system's own box, on top of everything; without Windows on standard error."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        ctypes.windll.user32.MessageBoxW(None, text, title, _WARNING | _ON_TOP)
    else:
        sys.stderr.write(f"{title}: {text}\n")


def confirm(title: str, text: str) -> bool:
    """The same with *Ja* and *Nej*; without Windows the answer is no."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        return int(ctypes.windll.user32.MessageBoxW(None, text, title, _WARNING | _ON_TOP | _YES_NO)) == _YES
    else:  # noqa: RET505 - mypy follows one platform at a time
        say(title, text)
        return False


def end_process(number: int, name: str) -> bool:
    """End a program by force, if the process of that number still runs a file of that name."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x1001, False, number)  # PROCESS_TERMINATE, PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return False
        path, size = ctypes.create_unicode_buffer(1024), ctypes.c_ulong(1024)
        ours = kernel.QueryFullProcessImageNameW(handle, 0, path, ctypes.byref(size)) and Path(path.value).name == name
        ended = bool(ours and kernel.TerminateProcess(handle, 1))
        kernel.CloseHandle(handle)
        return ended
    else:  # noqa: RET505 - mypy follows one platform at a time
        return False


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


def icon_side() -> int:
    """How many pixels wide an icon is at this screen's scale (SM_CXICON)."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        return int(ctypes.windll.user32.GetSystemMetrics(11))
    else:  # noqa: RET505 - mypy follows one platform at a time
        return 32


def icon_handle(png: bytes) -> int:
    """An icon out of a picture in memory: a file for it needs room in a folder for temporary files. Raises OSError."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        make = ctypes.windll.user32.CreateIconFromResourceEx
        make.restype = ctypes.c_void_p
        handle = make(png, len(png), True, 0x00030000, 0, 0, 0x40)  # the format's version; LR_DEFAULTSIZE
        if not handle:
            raise ctypes.WinError()
        return int(handle)
    else:  # noqa: RET505 - mypy follows one platform at a time
        raise OSError("only on Windows")


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
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


def refusal(path: str) -> int:
    """Windows' own number for why a file cannot be opened to be changed; 0 when it can, and elsewhere.

    What Python's `open` is refused comes without one: a file that another program holds, and one that nobody may
    change, are both ”Permission denied” to the C runtime. Nothing is written, and others may use it meanwhile.
    """
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows only

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = ctypes.c_void_p
        read_write, share_all, existing, normal = 0xC0000000, 0x0007, 3, 0x80
        handle = kernel.CreateFileW(path, read_write, share_all, None, existing, normal, None)
        if handle is None or handle == ctypes.c_void_p(-1).value:
            return ctypes.get_last_error()
        kernel.CloseHandle(ctypes.c_void_p(handle))
        return 0
    else:  # noqa: RET505 - mypy follows one platform at a time
        return 0


def _opened(command: list[str] | str, program: str, path: Path) -> None:
    """Start what opens a file. Raises P04 when it is not there or may not be started."""
    try:
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    except OSError as error:
        detail = error.strerror or str(error)
        raise catalogue.OPENER_MISSING.error(program=program, path=path, detail=detail) from error


def show_folder(folder: Path, selected: Path | None = None) -> None:
    """Open a folder in the file manager, with one of its files selected where the system can. Raises P04."""
    if sys.platform != "win32":
        _opened(["xdg-open", str(folder)], "Filhanteraren", folder)
    elif selected is not None and selected.exists():
        _opened(f'explorer /select,"{selected}"', "Utforskaren", folder)  # explorer parses its line itself
    else:
        _opened(["explorer", str(folder)], "Utforskaren", folder)


def open_text(path: Path) -> None:
    """Open a text file in Notepad, elsewhere in the program the person has chosen for text. Raises P04."""
    if sys.platform == "win32":
        try:
            _opened(["notepad.exe", str(path)], "Anteckningar", path)
        except SyncError:
            try:
                os.startfile(path)  # noqa: S606 - Windows 11 can do without Notepad: then what is chosen for such files
            except OSError:
                raise catalogue.OPENER_MISSING.error(program="Anteckningar", path=path) from None
    else:
        _opened(["xdg-open", str(path)], "Textprogrammet", path)
