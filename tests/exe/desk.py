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
from pathlib import Path
from typing import Any

from tests.exe import sight
from tests.exe.screen import HEIGHT, LONG, WIDTH, Screen, Window, achieve, until
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

NEEDED = ("Xvfb", "wine", "xdotool", "setxkbmap", "xwininfo", "tesseract", "osslsigncode")


def windows_path(path: Path) -> str:
    """A path of Linux as programs under Wine see it."""
    return "Z:" + str(path).replace("/", "\\")


class Desk(Screen):
    """The screen, the user's folders and everything that runs there."""

    def __init__(self) -> None:
        missing = [name for name in NEEDED if shutil.which(name) is None]
        assert not missing, f"paketen i tools/apt-packages.txt saknas: {missing}"
        self.folder = Path(tempfile.mkdtemp(prefix="desk-", dir=WINE))
        self.prefix = self.folder / "prefix"
        # Hard links: Wine replaces its registry files whole and writes no other file of a prefix in place.
        subprocess.run(["cp", "-al", str(WINE / "prefix"), str(self.prefix)], check=True)
        shutil.rmtree(self.prefix / "drive_c" / "Python")  # the exe must do without
        self.user = self.prefix / "drive_c" / "users" / os.environ.get("USER", "root")
        environment = dict(os.environ) | {
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml,winedbg.exe=",
        }
        super().__init__(environment, EXE)
        self._asked = False
        self._screen = self._start_screen()
        self.wine("reg", "add", r"HKCU\Software\Wine\Explorer", "/v", "Desktop", "/d", "shell", "/f")
        size = f"{WIDTH}x{HEIGHT}"
        self.wine("reg", "add", r"HKCU\Software\Wine\Explorer\Desktops", "/v", "shell", "/d", size, "/f")
        self.wait_for_end()
        self.log_on()

    def _start_screen(self) -> subprocess.Popen[Any]:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-dpi", "96"]
        screen = subprocess.Popen(
            [*command, "-nolisten", "tcp", "-noreset"], pass_fds=(write,), stderr=subprocess.DEVNULL
        )
        os.close(write)
        with os.fdopen(read) as answer:
            self.environment["DISPLAY"] = f":{answer.readline().strip()}"
        subprocess.run(["setxkbmap", "se"], env=self.environment, check=True)  # åäö as keys
        return screen

    # --- Windows itself --------------------------------------------------------------------------------------

    def wine(self, *command: str, seconds: float = LONG, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program of Windows to its end; its streams are pipes."""
        return subprocess.run(
            ["wine", *command], env=self.environment, capture_output=True, encoding="utf-8", errors="replace",
            timeout=seconds, check=False, input=given,
        )  # fmt: skip

    def start(self, *command: str) -> None:
        """Start a program as a double-click does: without standard streams."""
        subprocess.Popen(
            ["wine", "start", "/unix", *command],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def log_on(self) -> None:
        """Desktop and task bar come up, and Windows starts what is to start at log-on."""
        subprocess.Popen(
            ["wine", "explorer", f"/desktop=shell,{WIDTH}x{HEIGHT}"],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(lambda: self.picture().getpixel((WIDTH // 2, HEIGHT - 10)) == (255, 255, 255), "aktivitetsfältet")
        # Not with pipes: what starts at log-on would inherit them and hold them open.
        subprocess.run(
            ["wine", "wineboot"],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=LONG, check=True,
        )  # fmt: skip

    def log_off(self) -> None:
        """Everything of the user's ends at once."""
        subprocess.run(["wineserver", "-k"], env=self.environment, check=False)
        subprocess.run(["wineserver", "-w"], env=self.environment, check=False, timeout=LONG)

    def wait_for_end(self) -> None:
        """Until Wine itself has left."""
        subprocess.run(["wineserver", "-w"], env=self.environment, check=True, timeout=LONG)

    def close(self) -> None:
        """Take everything away."""
        self.log_off()
        self._screen.terminate()
        self._screen.wait(10)
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

    def unpacked(self) -> list[Path]:
        """Folders that a one-file program has unpacked itself into."""
        return [*(self.data / "Program").glob("_MEI*"), *(self.user / "AppData/Local/Temp").glob("_MEI*")]

    # --- Processes --------------------------------------------------------------------------------------------

    def processes(self, name: str = EXE) -> list[int]:
        """The numbers of this desk's processes of a program; the boot loader comes first."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and self._is_ours(entry, name):
                found.append(int(entry.name))
        return sorted(found)

    def _is_ours(self, entry: Path, name: str) -> bool:
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
            ours = f"WINEPREFIX={self.prefix}".encode() in (entry / "environ").read_bytes().split(b"\0")
            return ours and command.replace("\\", "/").rpartition("/")[2].strip() == name
        except OSError:
            return False

    def kill(self) -> None:
        """End the program by force, as a power cut does."""
        for number in self.processes():
            os.kill(number, signal.SIGKILL)
        until(lambda: not self.processes() and not self.icon(), "slutet")

    def log_text(self) -> str:
        """Today's log, by the name that the product page promises; empty before there is one."""
        found = list((self.data / "Loggar").glob("JobOffice Sync Center 2[0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].log"))
        return found[-1].read_text(encoding="utf-8-sig") if found else ""

    # --- The icon ---------------------------------------------------------------------------------------------

    def icon(self) -> bool:
        """Whether there is an icon by the clock."""
        box = (TRAY[0] - 8, TRAY[1] - 8, TRAY[0] + 8, TRAY[1] + 8)
        return any(colour != (255, 255, 255) for _, colour in self.picture(box).getcolors(1000) or [])

    def double_click(self, exe: Path) -> float:
        """Start the program and wait for the icon; the seconds that took."""
        began = time.monotonic()
        self.start(str(exe))
        until(self.icon, "ikonen")
        return time.monotonic() - began

    def leave(self) -> None:
        """Choose *Avsluta* and wait until it is gone."""
        achieve(lambda: self.choose("Avsluta"), lambda: not self.processes(), "slutet")
        until(lambda: not self.icon(), "att ikonen går")

    def open_menu(self) -> Window:
        """The menu of the icon, by a right click. It reaches down to the task bar."""
        menu = achieve(self._ask_for_menu, self._menu, "menyn")
        self.x("mousemove", *NOWHERE)  # or the icon's tooltip lies over the menu
        return menu

    def _ask_for_menu(self) -> None:
        """From a little beside, so that the icon hears the mouse come. A menu that is half open is put away first."""
        if self._asked:
            self.click(NOWHERE)
        self._asked = True
        self.x("mousemove", TRAY[0] - 60, TRAY[1])
        self.click(TRAY, button=3)

    def _menu(self) -> Window | None:
        found = next((one for one in self.windows() if one.title == NO_TITLE and one.height > 100), None)
        self._asked = self._asked and found is None
        return found

    def read_menu(self, picture: str = "") -> list[sight.Word]:
        """What the menu says. It is left by choosing *Visa status*: a menu under Wine does not hear the keyboard."""
        menu = self.open_menu()
        self.find("Avsluta", menu.box)
        found = self.read(menu.box)
        if picture:
            self.save_picture(picture, (menu.left - 240, menu.top - 20, WIDTH, HEIGHT))
        self._take("Visa status", menu)
        self.close_window(self.window("Status"))
        return found

    def choose(self, phrase: str) -> None:
        """Choose in the menu."""
        self._take(phrase, self.open_menu())

    def _take(self, phrase: str, menu: Window) -> None:
        def click() -> None:
            if self.is_open(menu):
                self.press(phrase, menu.box)

        achieve(click, lambda: not self.is_open(menu), "att menyn stängs")

    def open(self, phrase: str, title: str) -> Window:
        """Choose what opens a window."""
        return achieve(lambda: self.choose(phrase), lambda: self.seek(title), f"fönstret ”{title}”")

    def save_picture(self, name: str, box: Box) -> None:
        """A picture for docs/INSTALL.md, kept when JOBSYNC_PICTURES=1."""
        if os.environ.get("JOBSYNC_PICTURES"):
            self.picture(box).save(PROJECT / "docs" / "bilder" / f"{name}.png", optimize=True)
