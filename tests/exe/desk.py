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
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from PIL import Image, ImageGrab

from tests.exe import sight

T = TypeVar("T")
PROJECT = Path(__file__).parents[2]
WINE = Path(os.environ.get("JOBSYNC_WINE") or Path.home() / ".cache" / "joboffice-sync-center-wine")
NAME = "JobOffice Sync Center"
EXE = f"{NAME}.exe"
WIDTH, HEIGHT = 1280, 900
TRAY = (WIDTH - 11, HEIGHT - 10)
"""The middle of the first icon by the clock, on Wine's task bar."""

NEEDED = ("Xvfb", "wine", "xdotool", "setxkbmap", "xwininfo", "tesseract")


def until(look: Callable[[], T | None], seconds: float = 20.0, what: str = "") -> T:
    """The first answer that is true."""
    end = time.monotonic() + seconds
    while True:
        answer = look()
        if answer:
            return answer
        assert time.monotonic() < end, f"väntade förgäves på {what or look}: {answer!r}"
        time.sleep(0.05)


def windows_path(path: Path) -> str:
    """A path of Linux as programs under Wine see it."""
    return "Z:" + str(path).replace("/", "\\")


class Window(NamedTuple):
    """A window of the program on the screen."""

    identity: str
    title: str
    width: int
    height: int
    left: int
    top: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        return self.left, self.top, self.left + self.width, self.top + self.height


class Desk:
    """The screen, the user's folders and everything that runs there."""

    width, height = WIDTH, HEIGHT

    def __init__(self) -> None:
        missing = [name for name in NEEDED if shutil.which(name) is None]
        assert not missing, f"paketen i tools/apt-packages.txt saknas: {missing}"
        self.folder = Path(tempfile.mkdtemp(prefix="desk-", dir=WINE))
        self.prefix = self.folder / "prefix"
        # Hard links: Wine replaces its registry files whole and writes no other file of a prefix in place.
        subprocess.run(["cp", "-al", str(WINE / "prefix"), str(self.prefix)], check=True)
        shutil.rmtree(self.prefix / "drive_c" / "Python")  # the exe must do without
        self.user = self.prefix / "drive_c" / "users" / os.environ.get("USER", "root")
        self.environment = dict(os.environ) | {
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml,winedbg.exe=",
        }
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

    def wine(self, *command: str, seconds: float = 60, given: str = "") -> subprocess.CompletedProcess[str]:
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
        until(lambda: self.picture().getpixel((WIDTH // 2, HEIGHT - 10)) == (255, 255, 255), 40, "aktivitetsfältet")
        # Not with pipes: what starts at log-on would inherit them and hold them open.
        subprocess.run(
            ["wine", "wineboot"],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=60, check=True,
        )  # fmt: skip

    def log_off(self) -> None:
        """Everything of the user's ends at once."""
        subprocess.run(["wineserver", "-k"], env=self.environment, check=False)
        subprocess.run(["wineserver", "-w"], env=self.environment, check=False, timeout=30)

    def wait_for_end(self) -> None:
        """Until Wine itself has left."""
        subprocess.run(["wineserver", "-w"], env=self.environment, check=True, timeout=60)

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
        until(lambda: not self.processes(), what="slutet")

    # --- The screen -------------------------------------------------------------------------------------------

    def picture(self, box: tuple[int, int, int, int] | None = None) -> Image.Image:
        return ImageGrab.grab(box, xdisplay=self.environment["DISPLAY"]).convert("RGB")

    def x(self, *words: object) -> str:
        """xdotool."""
        command = ["xdotool", *(str(word) for word in words)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def click(self, place: tuple[int, int], button: int = 1) -> None:
        self.x("mousemove", *place)
        time.sleep(0.1)
        self.x("click", button)

    def type(self, text: str) -> None:
        self.x("type", "--delay", 15, text)

    def windows(self) -> list[Window]:
        """The program's windows that can be seen."""
        told = subprocess.run(
            ["xwininfo", "-root", "-tree"], env=self.environment, capture_output=True, text=True, check=True
        ).stdout
        found = []
        for line in told.splitlines():
            if f'"{EXE.lower()}"' not in line:
                continue
            head, _, tail = line.rpartition(")")
            size, _, at = tail.split()[:2][0], None, tail.split()[1]
            width, height = (int(part) for part in size.split("+")[0].split("x"))
            left, top = (int(part) for part in at.replace("+", " ").split())
            identity, _, rest = head.strip().partition(" ")
            if width > 30 and height > 30 and self._is_shown(identity):
                found.append(Window(identity, rest.partition(": (")[0].strip('"'), width, height, left, top))
        return found

    def _is_shown(self, identity: str) -> bool:
        told = subprocess.run(
            ["xwininfo", "-id", identity], env=self.environment, capture_output=True, text=True, check=False
        ).stdout
        return "IsViewable" in told

    def window(self, title: str, seconds: float = 30.0) -> Window:
        """A window by the beginning of its title."""
        return until(
            lambda: next((one for one in self.windows() if one.title.startswith(title)), None), seconds, f"”{title}”"
        )

    def read(self, window: Window | None = None) -> list[sight.Word]:
        """What stands in a window, or on the whole screen."""
        box = window.box if window else (0, 0, WIDTH, HEIGHT)
        return sight.words(self.picture(box), *box[:2])

    def find(
        self, phrase: str, window: Window | None = None, seconds: float = 15.0, *, lowest: bool = False
    ) -> sight.Word:
        """Where a phrase stands."""
        last: list[sight.Word] = []

        def look() -> sight.Word | None:
            last[:] = self.read(window)
            return sight.find(phrase, last, lowest=lowest)

        try:
            return until(look, seconds)
        except AssertionError:
            raise AssertionError(f"”{phrase}” står inte på skärmen, men: {sight.text(last)}") from None

    def scroll_to(self, phrase: str, window: Window) -> sight.Word:
        """Turn the mouse wheel until a phrase is seen."""
        middle = (window.left + window.width // 2, window.top + window.height // 2)
        for _ in range(30):
            found = sight.find(phrase, self.read(window))
            if found is not None and found.top < window.top + window.height - 120:
                return found
            self.x("mousemove", *middle, "click", 5, "click", 5)
            time.sleep(0.3)
        raise AssertionError(f"”{phrase}” finns inte i {window.title}")

    def save_picture(self, name: str, box: tuple[int, int, int, int]) -> None:
        """A picture for docs/INSTALL.md, kept when JOBSYNC_PICTURES=1."""
        if os.environ.get("JOBSYNC_PICTURES"):
            self.picture(box).quantize(64).save(PROJECT / "docs" / "bilder" / f"{name}.png", optimize=True)

    def press(self, phrase: str, window: Window | None = None, *, lowest: bool = False) -> None:
        """Click on a text. The lowest of several is the one on a button."""
        self.click(self.find(phrase, window, lowest=lowest).middle)

    # --- The icon ---------------------------------------------------------------------------------------------

    def icon(self) -> bool:
        """Whether there is an icon by the clock."""
        box = (TRAY[0] - 8, TRAY[1] - 8, TRAY[0] + 8, TRAY[1] + 8)
        return any(colour != (255, 255, 255) for _, colour in self.picture(box).getcolors(1000) or [])

    def open_menu(self) -> Window:
        """The menu of the icon, by a right click."""
        before = {one.identity for one in self.windows()}
        self.click(TRAY, button=3)
        menu = until(lambda: next((w for w in self.windows() if w.identity not in before), None), 10, "menyn")
        self.x("mousemove", 40, 40)  # or the icon's tooltip lies over the menu
        time.sleep(0.5)
        return menu

    def read_menu(self, picture: str = "") -> list[sight.Word]:
        """What the menu says. It is left by choosing *Visa status*: a menu under Wine does not hear the keyboard."""
        menu = self.open_menu()
        found = self.read(menu)
        if picture:
            self.save_picture(picture, (menu.left - 240, menu.top - 20, WIDTH, HEIGHT))
        self.press("Visa status", menu)
        self.close_window(self.window("Status"))
        return found

    def close_window(self, window: Window) -> None:
        """By the cross in its corner."""
        self.click((window.left + window.width - 12, window.top + 12))
        until(lambda: window.identity not in {one.identity for one in self.windows()}, 20, "att fönstret stängs")

    def choose(self, phrase: str) -> None:
        """Choose in the menu."""
        menu = self.open_menu()
        self.press(phrase, menu)
