"""A Windows desktop of its own for each test session: Wine on a virtual screen, with a fresh user.

Nothing here is a real Windows: what Wine shows is a strong hint, and docs/EXE.md lists what it cannot show.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.exe import sight
from tests.exe.screen import HEIGHT, LONG, PATIENCE, WIDTH, Frame, Screen, achieve, until
from tests.exe.shown import Seen, Shown, ask
from tests.exe.sight import Box
from tests.places import PROJECT

WINE = Path(os.environ.get("JOBSYNC_WINE") or Path.home() / ".cache" / "joboffice-sync-center-wine")
NAME = "JobOffice Sync Center"
EXE = f"{NAME}.exe"
TRAY = (WIDTH - 11, HEIGHT - 10)
"""The middle of the first icon by the clock, on Wine's task bar."""

NOWHERE = (40, 40)
"""A spot of the desktop where nothing is."""

NO_TITLE = "(has no name)"
"""What xwininfo says of a menu."""

RETURN, HOME, DOWN, CONTROL, A, V = 0x0D, 0x24, 0x28, 0x11, 0x41, 0x56
"""Virtual keys."""

NEEDED = ("Xvfb", "wine", "xdotool", "xwininfo", "tesseract", "osslsigncode", "x86_64-w64-mingw32-gcc")


def windows_path(path: Path) -> str:
    """A path of Linux as programs under Wine see it."""
    return "Z:" + str(path).replace("/", "\\")


class Desk:
    """The screen, the user's folders and everything that runs there."""

    def __init__(self) -> None:
        missing = [name for name in NEEDED if shutil.which(name) is None]
        assert not missing, f"paketen i tools/apt-packages.txt saknas: {missing}"
        self.folder = Path(tempfile.mkdtemp(prefix="desk-", dir=WINE))
        self.prefix = self.folder / "prefix"
        self.user = self.prefix / "drive_c" / "users" / os.environ.get("USER", "root")
        self.environment = dict(os.environ) | {
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml,winedbg.exe=",
        }
        self.screen = Screen(self.environment, EXE)
        self._keyboard = self.folder / "hand.exe"
        compiler = ["x86_64-w64-mingw32-gcc", "-municode", "-Os", "-s", "-o", str(self._keyboard)]
        subprocess.run([*compiler, str(Path(__file__).with_name("hand.c"))], check=True)
        self.spoiled = False
        self.set_up()

    def set_up(self) -> None:
        """A Windows that nobody has used, and a user who logs on."""
        shutil.rmtree(self.prefix, ignore_errors=True)
        subprocess.run(["cp", "-al", str(WINE / "prefix"), str(self.prefix)], check=True)
        for register in (WINE / "prefix").glob("*.reg"):  # Wine writes these in place: never through a hard link
            (self.prefix / register.name).unlink()
            shutil.copy(register, self.prefix)
        shutil.rmtree(self.prefix / "drive_c" / "Python")  # the exe must do without
        with (self.prefix / "user.reg").open("a", encoding="utf-8") as register_file:
            register_file.write('\n[Software\\\\Wine\\\\Explorer] 1\n"Desktop"="shell"\n')
            register_file.write(f'\n[Software\\\\Wine\\\\Explorer\\\\Desktops] 1\n"shell"="{WIDTH}x{HEIGHT}"\n')
        self.log_on()

    def clear(self) -> None:
        """As at the start of a story: nothing of ours runs, and the user has no data of ours.

        Windows itself is made anew after a story that failed, and when something of the one before does not go.
        """
        if not self.spoiled:
            try:
                self.kill()
            except AssertionError as error:
                print(f"ett nytt skrivbord: {error}")
                self.spoiled = True
        if self.spoiled:
            self.log_off()
            self.set_up()
        for path in (self.data, self.startup):
            shutil.rmtree(path, ignore_errors=True)
        self.startup.mkdir(parents=True)
        self.spoiled = False

    # --- Windows itself --------------------------------------------------------------------------------------

    def wine(self, *command: str, seconds: float = LONG, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program of Windows to its end; its streams are pipes."""
        return subprocess.run(
            ["wine", *command], env=self.environment, capture_output=True, encoding="utf-8", errors="replace",
            timeout=seconds, check=False, input=given,
        )  # fmt: skip

    def wine_refused(self, number: int, *command: str, given: str) -> tuple[int, str]:
        """Run the program while Windows refuses it the Credential Manager with a number; exit code and what it says.
        It is given its line only then."""
        pipe = subprocess.PIPE
        started = subprocess.Popen(["wine", *command], env=self.environment, stdin=pipe, stdout=pipe, stderr=pipe)
        refuse = (windows_path(self._keyboard), f"!{number}", EXE)
        until(lambda: self.wine(*refuse).returncode == 2, "att Windows nekar")  # the boot loader and the program
        _, told = started.communicate(given.encode(), timeout=LONG)
        return started.returncode, told.decode(errors="replace")

    def start(self, *command: str) -> None:
        """Start a program as a double-click does: without standard streams."""
        self._begin("start", "/unix", *command)

    def start_with(self, temporary: str, exe: Path) -> None:
        """Start a program to which %TEMP% is another folder than Windows'."""
        self._begin("cmd", "/c", "set", f"TEMP={temporary}&", "set", f"TMP={temporary}&", windows_path(exe))

    def _begin(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["wine", *command],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def log_on(self) -> None:
        """Desktop and task bar come up, and Windows starts what is to start at log-on."""
        # With somebody who sits there from the first moment: Wine closes a desktop that was not used for a second.
        self._begin("explorer", f"/desktop=shell,{WIDTH}x{HEIGHT}", windows_path(self._keyboard))
        until(self._bar, "aktivitetsfältet")
        # Not with pipes: what starts at log-on would inherit them and hold them open.
        assert self._begin("wineboot").wait(LONG) == 0

    def log_off(self) -> None:
        """Everything of the user's ends at once."""
        subprocess.run(["wineserver", "-k"], env=self.environment, check=False)
        subprocess.run(["wineserver", "-w"], env=self.environment, check=False, timeout=LONG)

    def close(self) -> None:
        """Take everything away."""
        self.log_off()
        self.screen.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- Folders ----------------------------------------------------------------------------------------------

    @property
    def data(self) -> Path:
        """The program's folder of the user."""
        return self.user / "AppData" / "Local" / NAME

    @property
    def startup(self) -> Path:
        """What starts at log-on."""
        roaming = self.user / "AppData" / "Roaming"
        return roaming / "Microsoft" / "Windows" / "Start Menu" / "Programs" / "StartUp"

    @property
    def temporary(self) -> Path:
        """%TEMP%, as Wine names it."""
        return self.user / "Temp"

    def unpacked(self) -> list[Path]:
        """Folders that a one-file program has unpacked itself into."""
        return [*(self.data / "Program").glob("_MEI*"), *self.temporary.glob("_MEI*")]

    def log_text(self) -> str:
        """The latest day's log, by the name that the product page promises; empty before there is one."""
        found = sorted((self.data / "Loggar").glob("JobOffice Sync Center 2[0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].log"))
        return found[-1].read_text(encoding="utf-8-sig") if found else ""

    # --- Processes --------------------------------------------------------------------------------------------

    def processes(self) -> list[int]:
        """The numbers of this desk's processes of the program, whatever its file is called; the boot loader first."""
        return sorted(int(entry.name) for entry in Path("/proc").iterdir() if self._is_ours(entry))

    def _is_ours(self, entry: Path) -> bool:
        if not entry.name.isdigit():
            return False
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
            ours = f"WINEPREFIX={self.prefix}".encode() in (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            return False
        path = command.replace("\\", "/").lower()
        # At its root: the Startup folder too lies in a folder called Windows.
        theirs = path[1:].startswith(":/windows/") or path.endswith(f"/{self._keyboard.name}")
        return ours and path.endswith(".exe") and not theirs and path[1:3] == ":/"

    def kill(self) -> None:
        """End the program by force, as a power cut does."""
        for number in self.processes():
            with suppress(ProcessLookupError):  # it has just left by itself
                os.kill(number, signal.SIGKILL)
        until(lambda: not self.processes(), "slutet")
        until(lambda: not self.icon(), "att ikonen går")

    # --- The program ------------------------------------------------------------------------------------------

    def seen(self) -> Seen:
        """What it shows."""
        return ask(self.data)

    def window(self, title: str) -> Shown:
        """A window of it, once it is open."""
        found = Shown(self, title)
        until(found.seek, f"fönstret ”{title}”")
        return found

    def keys(self, *codes: int) -> None:
        """Press keys, one after another."""
        self._hand(*(word for code in codes for word in (f"+{code:x}", f"-{code:x}")))

    def type(self, text: str) -> None:
        """Put a text over what stands where the keyboard is."""
        over = (f"+{CONTROL:x}", f"+{A:x}", f"-{A:x}", f"+{V:x}", f"-{V:x}", f"-{CONTROL:x}")
        self._hand(f"={text.encode('utf-16-be').hex()}", *over)

    def _hand(self, *words: str) -> None:
        told = self.wine(windows_path(self._keyboard), *words)
        assert told.returncode == 0, told.stderr

    @contextmanager
    def held(self, path: Path) -> Iterator[None]:
        """While a program of somebody else's holds a file, so that no other may open it."""
        holder = self._begin(windows_path(self._keyboard), f"@{windows_path(path)}")
        try:
            yield
        finally:
            holder.kill()
            holder.wait(LONG)

    # --- The icon ---------------------------------------------------------------------------------------------

    def icon(self) -> bool:
        """Whether there is an icon by the clock."""
        box = (TRAY[0] - 8, TRAY[1] - 8, TRAY[0] + 8, TRAY[1] + 8)
        return self._bar() and any(
            colour != (255, 255, 255) for _, colour in self.screen.picture(box).getcolors(1000) or []
        )

    def _bar(self) -> bool:
        """Whether there is a task bar at all."""
        return self.screen.picture().getpixel((WIDTH - 100, HEIGHT - 10)) == (255, 255, 255)

    def double_click(self, exe: Path) -> float:
        """Start the program and wait for the icon; the seconds that took."""
        began = time.monotonic()
        self.start(str(exe))
        until(self.icon, "ikonen")
        took = time.monotonic() - began
        until(lambda: self.seen().menu, "programmets svar")
        return took

    def leave(self) -> None:
        """Choose *Avsluta* and wait until it is gone."""
        achieve(lambda: self.choose("Avsluta"), lambda: not self.processes(), "slutet")
        until(lambda: not self.icon(), "att ikonen går")

    def menu(self) -> Frame | None:
        """The menu of the icon, while it is open."""
        return next((one for one in self.screen.frames() if one.title == NO_TITLE and one.height > 100), None)

    def open_menu(self) -> Frame:
        """By a right click. It reaches down to the task bar."""
        menu = achieve(self._ask_for_menu, self.menu, "menyn")
        self.screen.x("mousemove", *NOWHERE)  # or the icon's tooltip lies over the menu
        return menu

    def _ask_for_menu(self) -> None:
        """From a little beside, so that the icon hears the mouse come. A menu that is half open is put away first."""
        self.screen.click(NOWHERE)
        self.screen.x("mousemove", TRAY[0] - 60, TRAY[1])
        self.screen.click(TRAY, button=3)

    def choose(self, phrase: str) -> None:
        """Choose in the menu, by the arrows, if the program runs and has such a choice at this moment."""
        rows = [row for row in self.seen().menu if row]
        if phrase not in rows:
            return
        self.open_menu()
        self.keys(HOME, *[DOWN] * rows.index(phrase), RETURN)
        with suppress(AssertionError):  # whether the choice was heard, its effect tells
            until(lambda: self.menu() is None, "att menyn stängs", PATIENCE)

    def read_menu(self, picture: str = "") -> list[sight.Word]:
        """What stands in the drawn menu."""
        menu = self.open_menu()
        found = until(lambda: self._whole(self.screen.read(menu.box)), "menyns text")
        if picture:
            self.save_picture(picture, (menu.left - 240, menu.top - 20, WIDTH, HEIGHT))
        self.screen.click(NOWHERE)
        return found

    def _whole(self, words: list[sight.Word]) -> list[sight.Word] | None:
        return words if sight.find("Avsluta", words) else None

    def open(self, phrase: str, title: str) -> Shown:
        """Choose what opens a window."""
        found = Shown(self, title)
        achieve(lambda: self.choose(phrase), found.seek, f"fönstret ”{title}”")
        return found

    def save_picture(self, name: str, box: Box | None = None) -> None:
        """A picture for docs/INSTALL.md, kept when JOBSYNC_PICTURES=1. Without `box`: the uppermost window."""
        if os.environ.get("JOBSYNC_PICTURES"):
            found = box or self.screen.frames()[0].box
            self.screen.picture(found).save(PROJECT / "docs" / "bilder" / f"{name}.png", optimize=True)
