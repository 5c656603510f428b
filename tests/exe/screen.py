"""The hands and eyes of a person at the till: looks, reads, clicks, types, and tries again when nothing happens.

The machine may be busy, so nothing here waits a fixed time for an effect: it waits until the effect is seen, with a
limit so generous (`LONG`) that only what never happens reaches it.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, TypeVar

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
    """Do something until its effect is seen, as a person does who sees that nothing happened."""
    for _ in range(4):
        act()
        with suppress(AssertionError):
            return until(seen, what, PATIENCE)
        print(f"en gång till: {what}")
    return until(seen, what)


class Window(NamedTuple):
    """A window of the program on the screen."""

    identity: str
    title: str
    width: int
    height: int
    left: int
    top: int

    @property
    def box(self) -> Box:
        return self.left, self.top, self.left + self.width, self.top + self.height

    @property
    def head(self) -> Box:
        """Where the tabs are."""
        return self.left, self.top + 24, self.left + self.width, self.top + 90

    @property
    def foot(self) -> Box:
        """Where the buttons are."""
        return self.left, self.top + self.height - 70, self.left + self.width, self.top + self.height


class Screen:
    """What stands on a display, and a mouse and a keyboard. `program`: the class of the windows that are looked at."""

    def __init__(self, environment: dict[str, str], program: str) -> None:
        """`environment` names the display."""
        self.environment = environment
        self._program = program
        self._read: tuple[Box, bytes, list[sight.Word]] | None = None

    # --- Hands ------------------------------------------------------------------------------------------------

    def x(self, *words: object) -> str:
        """xdotool."""
        command = ["xdotool", *(str(word) for word in words)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def click(self, place: tuple[int, int], button: int = 1) -> None:
        self.x("mousemove", *place)
        time.sleep(0.1)
        self.x("click", button)

    def fill_in(self, place: tuple[int, int], text: str) -> None:
        """Replace what stands in a field."""
        self.click(place)
        self.x("key", "ctrl+a")
        self.x("type", "--delay", 15, text)

    def press(self, phrase: str, where: Box) -> None:
        """Click on a text. The lowest of several is the one on a button."""
        self.click(self.find(phrase, where, lowest=True).middle)

    def press_button(self, phrase: str, window: Window) -> None:
        """Click on a button at the foot of a window, if the window is still there."""
        if self.is_open(window):
            self.press(phrase, window.foot)

    def open_tab(self, tab: str, phrase: str, window: Window) -> sight.Word:
        """Click on a tab until its page shows a phrase; where that stands."""
        return achieve(
            lambda: self.press(tab, window.head), lambda: sight.find(phrase, self.read(window.box)), f"fliken {tab}"
        )

    def close_window(self, window: Window) -> None:
        """By the cross in its corner."""

        def cross() -> None:
            if self.is_open(window):
                self.click((window.left + window.width - 12, window.top + 12))

        achieve(cross, lambda: not self.is_open(window), f"att {window.title} stängs")

    def scroll_to(self, phrase: str, window: Window) -> sight.Word:
        """Turn the mouse wheel until a phrase is seen."""
        middle = (window.left + window.width // 2, window.top + window.height // 2)

        def look() -> sight.Word | None:
            found = sight.find(phrase, self.read(window.box))
            if found is not None and found.top < window.top + window.height - 120:
                return found
            self.x("mousemove", *middle, "click", 5, "click", 5, "click", 5)
            return None

        return until(look, f"”{phrase}” i {window.title}")

    # --- Eyes -------------------------------------------------------------------------------------------------

    def picture(self, box: Box = WHOLE) -> Image.Image:
        return ImageGrab.grab(box, xdisplay=self.environment["DISPLAY"]).convert("RGB")

    def read(self, box: Box = WHOLE) -> list[sight.Word]:
        """What stands in a part of the screen. An unchanged part is not read twice."""
        picture = self.picture(box)
        pixels = picture.tobytes()
        if self._read is None or self._read[:2] != (box, pixels):
            self._read = box, pixels, sight.words(picture, *box[:2])
        return self._read[2]

    def find(self, phrase: str, where: Box = WHOLE, *, lowest: bool = False) -> sight.Word:
        """Where a phrase stands."""
        try:
            return until(lambda: sight.find(phrase, self.read(where), lowest=lowest), phrase)
        except AssertionError:
            raise AssertionError(f"”{phrase}” står inte på skärmen, men: {sight.text(self.read(where))}") from None

    def is_blue(self, place: tuple[int, int]) -> bool:
        """Whether the spot is in the colour of what is chosen."""
        spot = self.picture((place[0] - 8, place[1] - 8, place[0] + 8, place[1] + 8))
        reds, _, blues = (band.tobytes() for band in spot.split())
        return any(blue > 150 and red < 60 for red, blue in zip(reds, blues, strict=True))

    def windows(self) -> list[Window]:
        """The program's windows that can be seen."""
        found = []
        for line in until(self._tree, "skärmens fönster").splitlines():
            if f'"{self._program.lower()}"' not in line:
                continue
            size, at = line.rpartition(")")[2].split()[:2]
            width, height = (int(part) for part in size.split("+")[0].split("x"))
            left, top = (int(part) for part in at.replace("+", " ").split())
            identity, _, rest = line.strip().partition(" ")
            if width > 30 and height > 30 and self._is_shown(identity):
                found.append(Window(identity, rest.partition(": (")[0].strip('"'), width, height, left, top))
        return found

    def _tree(self) -> str:
        """All windows as xwininfo lists them; "" when one of them closed while it looked."""
        told = subprocess.run(
            ["xwininfo", "-root", "-tree"], env=self.environment, capture_output=True, text=True, check=False
        )
        return "" if told.returncode else told.stdout

    def _is_shown(self, identity: str) -> bool:
        told = subprocess.run(
            ["xwininfo", "-id", identity], env=self.environment, capture_output=True, text=True, check=False
        ).stdout
        return "IsViewable" in told

    def is_open(self, window: Window) -> bool:
        """Whether a window is still seen."""
        return self._is_shown(window.identity)

    def seek(self, title: str) -> Window | None:
        """A window by the beginning of its title, when there is one at this moment."""
        return next((one for one in self.windows() if one.title.startswith(title)), None)

    def window(self, title: str) -> Window:
        """A window by the beginning of its title."""
        return until(lambda: self.seek(title), f"fönstret ”{title}”")
