"""A person in front of a desk: sees the icon, the menu and the windows, and uses mouse and keyboard."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, TypeVar

from tests.ui.desk import SPIES, SYSTEM_PYTHON, Desk, Program
from tests.worlds.waiting import until

T = TypeVar("T")
Widget = dict[str, Any]


def steady(look: Callable[[], T], seconds: float = 60.0, what: str = "") -> T:
    """The answer once two looks agree: windows are still being placed when they first show."""
    end = time.monotonic() + seconds
    last: T | None = None
    while True:
        now = look()
        if now and now == last:
            return now
        last = now
        assert time.monotonic() < end, f"väntade förgäves på {what}: {now!r}"
        time.sleep(0.06 if now else 0.03)


class Seat:
    """Sits at a desk with the program running."""

    def __init__(self, desk: Desk, program: Program) -> None:
        self.desk = desk
        self.program = program
        environment = {**desk.environment, "PYTHONPATH": "", "NO_AT_BRIDGE": "1"}
        options: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
        self._menu = subprocess.Popen([SYSTEM_PYTHON, "-W", "ignore", str(SPIES / "menu.py")], **options)
        self._windows = subprocess.Popen([sys.executable, str(SPIES / "windows.py")], **options)

    def close(self) -> None:
        for spy in (self._menu, self._windows):
            assert spy.stdin
            assert spy.stdout
            spy.stdin.close()
            spy.wait(5)
            spy.stdout.close()

    def _ask(self, spy: subprocess.Popen[str], question: str = "") -> Any:
        assert spy.stdin
        assert spy.stdout
        spy.stdin.write(f"{question}\n")
        spy.stdin.flush()
        return json.loads(spy.stdout.readline())

    # --- the icon --------------------------------------------------------------------------------------------

    def icon(self) -> tuple[int, int, int, int]:
        """(x, y, width, height) of the icon in the tray."""

        found = steady(self.desk.tray_icon, what="ikonen")
        assert found
        return found[1:]

    def tooltip(self) -> str:
        """What the icon says when the mouse rests on it."""
        found = self.desk.tray_icon()
        if not found:
            return ""
        said = self.desk.run("xprop", "-id", found[0], "-notype", "8u", "_NET_WM_NAME")
        text = re.search(r'"(.*)"', said, re.DOTALL)
        return text[1].replace("\\n", "\n") if text else ""

    def icon_colour(self) -> tuple[int, int, int]:
        """The icon's commonest strong colour."""
        x, y, w, h = self.icon()
        seen = self.desk.picture().crop((x, y, x + w, y + h)).convert("RGB")
        counts: dict[tuple[int, int, int], int] = {}
        data = seen.tobytes()
        for r, g, b in zip(data[::3], data[1::3], data[2::3], strict=True):
            if r - b > 100:
                counts[r, g, b] = counts.get((r, g, b), 0) + 1
        return max(counts, key=lambda colour: counts[colour], default=(0, 0, 0))

    def left_click_icon(self) -> None:
        x, y, w, h = self.icon()
        self.desk.x("mousemove", x + w // 2, y + h // 2, "click", 1)

    def menu(self) -> list[dict[str, Any]]:
        """Right-click the icon; the rows of the menu."""
        for _try in range(6):  # a click that lands before GTK has placed its window is lost
            x, y, w, h = self.icon()
            self.desk.x("mousemove", x + w // 2, y + h // 2, "click", 3)
            try:
                rows: list[dict[str, Any]] = steady(lambda: self._ask(self._menu), 3.0, "menyn")
            except AssertionError:
                continue
            return rows
        raise AssertionError("menyn öppnades aldrig")

    def menu_texts(self) -> list[str]:
        """The texts of the menu, which is closed again."""
        texts = [row["text"] for row in self.menu()]
        self.desk.x("key", "Escape")
        until(lambda: not self._ask(self._menu), what="menyn stängd")
        return texts

    def choose(self, *path: str) -> None:
        """Choose an item of the menu, or of a menu below it."""
        rows = self.menu()
        for number, text in enumerate(path):
            row = next(one for one in rows if one["text"] == text)
            self.desk.x("mousemove", row["x"], row["y"], "click", 1)
            if number + 1 < len(path):
                rows = steady(
                    lambda n=number: [  # type: ignore[misc]
                        one for one in self._ask(self._menu) if one["text"] == path[n + 1]
                    ],
                    what=path[number + 1],
                )

    # --- the windows -----------------------------------------------------------------------------------------

    def tcl(self, code: str) -> str:
        """Run a line in the program's Tk, to look at what no widget tells; "" when it cannot answer just now."""
        return str(self._ask(self._windows, code) or "")

    def widgets(self) -> list[Widget]:
        found: list[Widget] = self._ask(self._windows)
        return [one for one in found if one["seen"] == "1"]

    def find(
        self, text: str | None = None, kind: str | None = None, *, has: str | None = None, seconds: float = 15.0
    ) -> Widget:
        """The widget that says this; `has`: whose text or value contains this."""

        def look() -> Widget | None:
            for one in self.widgets():
                fits = text is None or one["text"] == text
                holds = has is None or has in f"{one['text']}\n{one['value']}"
                if fits and holds and (kind is None or one["kind"] == kind):
                    return one
            return None

        found = steady(look, seconds, f"{text or has} ({kind})")
        assert found
        return found

    def sees(self, text: str) -> bool:
        return any(text in f"{one['text']}\n{one['value']}" for one in self.widgets())

    def click(self, widget: Widget, button: int = 1) -> None:
        """Click in the middle of a widget once it lies there and nothing covers it: a window that has just opened may
        still be moved or raised."""
        until(lambda: self._aim(widget["path"]), what=f"{widget['text'] or widget['path']} att klicka på")
        self.desk.x("click", button)

    def _aim(self, path: str) -> bool:
        """Move the mouse to the middle of a widget; whether the widget is what it points at."""
        place = "[expr {[winfo rootx %s] + [winfo width %s] / 2}] [expr {[winfo rooty %s] + [winfo height %s] / 2}]"
        x, _, y = self.tcl(f"list {place % (path, path, path, path)}").partition(" ")
        if not y:
            return False
        self.desk.x("mousemove", x, y)
        return self.tcl(f"winfo containing {x} {y}").startswith(path)

    def shut(self, title: str) -> None:
        """Close a window by the keys of the window manager, as often as it takes: keys go to the window in front, and
        a window that has just opened may not be that yet."""

        def shut() -> bool:
            for window in self.desk.window_ids(title):
                self.desk.x("windowactivate", "--sync", window, "key", "alt+F4")
            return not self.desk.window_ids(title)

        until(shut, what=f"{title} stängt")

    def key(self, name: str) -> None:
        """Press a key once one of the program's windows has the keyboard."""
        until(lambda: self.tcl("focus"), what="tangentbordet")
        self.desk.x("key", name)

    def press(self, text: str) -> None:
        """Click a button."""
        self.click(self.find(text, "TButton"))

    def tab(self, text: str) -> None:
        """Show a page of the notebook in front."""
        book = self.find(kind="TNotebook", has=text)
        titles = str(book["value"]).split("\n")
        place = next(number for number, title in enumerate(titles) if title.startswith(text))
        for x in range(int(book["x"]) + 10, int(book["x"]) + int(book["w"]), 12):
            where = f"[{book['path']} index @{x - int(book['x'])},14]"
            if self.tcl(f"expr {{{where} eq {{}} ? -1 : {where}}}") == str(place):
                self.desk.x("mousemove", x + 6, int(book["y"]) + 14, "click", 1)
                return
        raise AssertionError(f"fliken {text} syns inte")

    def labelled(self, text: str) -> Widget:
        """The field to the right of a label."""
        label = self.find(text, "TLabel")
        kinds = {"TEntry", "TCombobox", "TCheckbutton"}
        beside = [
            one
            for one in self.widgets()
            if one["kind"] in kinds and abs(int(one["y"]) - int(label["y"])) < 24 and int(one["x"]) > int(label["x"])
        ]
        assert beside, f"inget fält bredvid {text}"
        return min(beside, key=lambda one: int(one["x"]))

    def reveal(self, label: str) -> None:
        """Turn the wheel until a label is in sight."""
        for _turn in range(60):
            widget = self.find(label, "TLabel")
            middle = int(widget["y"]) + int(widget["h"]) // 2
            pages = [
                one for one in self.widgets() if one["kind"] == "Canvas" and widget["path"].startswith(one["path"])
            ]
            page = min(pages, key=lambda one: len(one["path"]), default=None)
            if page is None or int(page["y"]) + 20 < middle < int(page["y"]) + int(page["h"]) - 30:
                return
            down = middle > int(page["y"]) + int(page["h"]) // 2
            x, y = int(page["x"]) + 60, int(page["y"]) + int(page["h"]) // 2
            self.desk.x("mousemove", x, y, "click", 5 if down else 4)
        raise AssertionError(f"{label} går inte att rulla fram")

    def fill(self, label: str, text: str) -> None:
        """Type in a field, over what stands there."""
        self.reveal(label)
        self.click(self.labelled(label))
        self.key("ctrl+slash")  # Tk on X11: select all
        self.key("Delete")
        if text:
            self.desk.x("type", "--delay", 4, text)
        until(lambda: self.labelled(label)["value"] == text, what=f"{label} = {text}")
