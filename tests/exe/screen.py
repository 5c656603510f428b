"""A virtual screen: its mouse, its picture and the windows that X knows of. The keyboard is `hand.c`."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from PIL import Image, ImageGrab

from tests.exe import sight
from tests.exe.sight import Box
from tests.worlds import waiting

T = TypeVar("T")
LONG = 150.0
"""Seconds. What has not come by then does not come."""

PATIENCE = 15.0
"""Seconds after which a person clicks once more."""

WIDTH, HEIGHT = 1280, 900
WHOLE: Box = (0, 0, WIDTH, HEIGHT)


def until(look: Callable[[], T | None], what: str, seconds: float = LONG) -> T:
    """The first answer that is true, with all the patience that Wine needs."""
    return waiting.until(look, seconds, what)


def achieve(act: Callable[[], object], seen: Callable[[], T | None], what: str) -> T:
    """Do something until its effect is seen, as a person does who sees that nothing happened. `act` looks anew each
    time where things are."""
    for _ in range(4):
        act()
        with suppress(AssertionError):
            return until(seen, what, PATIENCE)
        print(f"en gång till: {what}")
    return until(seen, what)


class Frame(NamedTuple):
    """A window that X knows of, its frame included."""

    identity: str
    title: str
    width: int
    height: int
    left: int
    top: int

    @property
    def box(self) -> Box:
        return self.left, self.top, self.left + self.width, self.top + self.height


class Screen:
    """Xvfb. `program`: the class of the windows that are looked at."""

    def __init__(self, environment: dict[str, str], program: str) -> None:
        """Puts DISPLAY into `environment`."""
        self.environment = environment
        self._program = program
        self._read: tuple[Box, bytes, list[sight.Word]] | None = None
        self._server = self._start()

    def _start(self) -> subprocess.Popen[Any]:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-dpi", "96"]
        server = subprocess.Popen(
            [*command, "-nolisten", "tcp", "-noreset"], pass_fds=(write,), stderr=subprocess.DEVNULL
        )
        os.close(write)
        with os.fdopen(read) as answer:
            self.environment["DISPLAY"] = f":{answer.readline().strip()}"
        return server

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(10)

    # --- the mouse --------------------------------------------------------------------------------------------

    def x(self, *words: object) -> str:
        """xdotool."""
        command = ["xdotool", *(str(word) for word in words)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def click(self, place: tuple[int, int], button: int = 1) -> None:
        self.x("mousemove", *place)
        time.sleep(0.1)  # as a hand does: Wine tells a window of the mouse before it tells of the click
        self.x("click", button)

    # --- the picture ------------------------------------------------------------------------------------------

    def picture(self, box: Box = WHOLE) -> Image.Image:
        return ImageGrab.grab(box, xdisplay=self.environment["DISPLAY"]).convert("RGB")

    def read(self, box: Box = WHOLE) -> list[sight.Word]:
        """What stands in a part of the screen that cannot be asked. An unchanged part is not read twice."""
        picture = self.picture(box)
        pixels = picture.tobytes()
        if self._read is None or self._read[:2] != (box, pixels):
            self._read = box, pixels, sight.words(picture, *box[:2])
        return self._read[2]

    # --- windows as X knows them ------------------------------------------------------------------------------

    def frames(self) -> list[Frame]:
        """The program's windows that can be seen, menus among them."""
        found = []
        for line in until(self._tree, "skärmens fönster").splitlines():
            if f'"{self._program.lower()}"' not in line:
                continue
            size, at = line.rpartition(")")[2].split()[:2]
            width, height = (int(part) for part in size.split("+")[0].split("x"))
            left, top = (int(part) for part in at.replace("+", " ").split())
            identity, _, rest = line.strip().partition(" ")
            if width > 30 and height > 30 and self.is_shown(identity):
                found.append(Frame(identity, rest.partition(": (")[0].strip('"'), width, height, left, top))
        return found

    def _tree(self) -> str:
        """All windows as xwininfo lists them; "" when one of them closed while it looked."""
        told = subprocess.run(
            ["xwininfo", "-root", "-tree"], env=self.environment, capture_output=True, text=True, check=False
        )
        return "" if told.returncode else told.stdout

    def is_shown(self, identity: str) -> bool:
        told = subprocess.run(
            ["xwininfo", "-id", identity], env=self.environment, capture_output=True, text=True, check=False
        ).stdout
        return "IsViewable" in told
