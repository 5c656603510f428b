"""A window of the program, and what a person does in it. What stands there is asked of the program, each time anew:
a page that has just opened still moves, and a picture tells neither where the keyboard is nor what a field holds."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from synccenter.service.instance import BUSY, CARD, Question
from synccenter.ui.seen import Box, Part, Window
from tests.exe.screen import PATIENCE, Screen, achieve, until

FIELDS = {"TEntry", "TCombobox", "TCheckbutton"}


class Seen(msgspec.Struct):
    """What the program tells of itself."""

    menu: list[str] = []
    windows: list[Window] = []


def ask(data: Path) -> Seen:
    """What the program of a data folder shows; nothing when it does not answer just now."""
    try:
        card = json.loads((data / CARD).read_bytes())
        with socket.create_connection(("127.0.0.1", card["port"]), timeout=PATIENCE) as door:
            door.sendall(f"{card['word']} {Question.SEEN.value}".encode())
            told = b"".join(iter(lambda: door.recv(65536), b""))
    except (OSError, ValueError):  # it starts or leaves at this moment
        return Seen()
    return Seen() if told in {b"", BUSY} else msgspec.json.decode(told, type=Seen)


def middle(box: Box) -> tuple[int, int]:
    return box[0] + box[2] // 2, box[1] + box[3] // 2


class Hands(Protocol):
    """What a window needs of the desk that it stands on."""

    screen: Screen

    def seen(self) -> Seen: ...

    def type(self, text: str) -> None: ...


class Shown:
    """A window by the beginning of its title, open or not."""

    def __init__(self, desk: Hands, title: str) -> None:
        self._desk = desk
        self.title = title

    # --- what stands there ------------------------------------------------------------------------------------

    def seek(self) -> Window | None:
        """The window as it is at this moment."""
        return next((one for one in self._desk.seen().windows if one.title.startswith(self.title)), None)

    def parts(self) -> list[Part]:
        window = self.seek()
        return window.parts if window else []

    def says(self, phrase: str) -> bool:
        """Whether the phrase stands in it."""
        return any(phrase in f"{part.text}\n{part.value}" for part in self.parts())

    def wait_for(self, phrase: str) -> None:
        """Until it says this."""
        try:
            until(lambda: self.says(phrase), phrase)
        except AssertionError:
            stands = [part.text or part.value for part in self.parts()]
            raise AssertionError(
                f"”{phrase}” står inte i {self.title}, men: {' | '.join(filter(None, stands))}"
            ) from None

    def field(self, label: str) -> Part | None:
        """The field to the right of a label."""
        parts = self.parts()
        name = next((part for part in parts if part.kind == "TLabel" and part.text == label), None)
        if name is None:
            return None
        beside = [
            part
            for part in parts
            if part.kind in FIELDS and part.box[0] > name.box[0] and abs(middle(part.box)[1] - middle(name.box)[1]) < 16
        ]
        return min(beside, key=lambda part: part.box[0], default=None)

    def value(self, label: str) -> str:
        """What a field holds; "" when there is none."""
        found = self.field(label)
        return found.value if found else ""

    def has(self, label: str, state: str) -> bool:
        """Whether a field is in a state: focus, selected."""
        found = self.field(label)
        return found is not None and state in found.state

    # --- what a person does -----------------------------------------------------------------------------------

    def press(self, text: str) -> None:
        """Click on a button or a tab, if it is there at this moment and nothing covers it."""
        kinds = {"TButton", "Tab"}
        part = next((one for one in self.parts() if one.kind in kinds and one.text.startswith(text)), None)
        if part is not None and part.open:
            self._desk.screen.click(middle(part.box))

    def open_tab(self, text: str) -> None:
        achieve(
            lambda: self.press(text),
            lambda: any(part.kind == "Tab" and part.text.startswith(text) and part.state for part in self.parts()),
            f"fliken {text}",
        )

    def reveal(self, label: str) -> None:
        """Turn the mouse wheel until a field can be clicked on."""

        def turn() -> bool:
            found = self.field(label)
            window = self.seek()
            if window is not None and (found is None or not found.open):
                self._desk.screen.x("mousemove", window.box[0] + 40, middle(window.box)[1], "click", 5)
            return found is not None and found.open

        until(turn, f"”{label}” i {self.title}")

    def fill_in(self, label: str, text: str) -> None:
        """Type over what stands in a field."""

        def type_in() -> None:
            self._click_field(label)
            with suppress(AssertionError):  # then the next try
                until(lambda: self.has(label, "focus"), f"tangentbordet i {label}", PATIENCE)
                self._desk.type(text)

        achieve(type_in, lambda: self.value(label) == text, f"{label} = {text}")

    def tick(self, label: str) -> None:
        """Tick a box that is not ticked."""
        achieve(lambda: self._click_field(label), lambda: self.has(label, "selected"), f"krysset {label}")

    def _click_field(self, label: str) -> None:
        found = self.field(label)
        if found is not None and found.open and not self.has(label, "selected"):
            self._desk.screen.click(middle(found.box))

    def close(self) -> None:
        """By the cross in its corner, which Wine draws above what the program knows of."""

        def cross() -> None:
            window = self.seek()
            if window is not None:
                self._desk.screen.click((window.box[0] + window.box[2] - 10, window.box[1] - 11))

        achieve(cross, lambda: self.seek() is None, f"att {self.title} stängs")
