"""A field with a list to choose from (`ui/dropdown.py`, `ui/droplist.py`), by mouse and keyboard on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tkinter import ttk
from typing import Any

import pytest

from synccenter.ui import look
from synccenter.ui.dropdown import Dropdown
from synccenter.ui.droplist import MOST, Box, spot
from synccenter.ui.table import Heading, Line, Table
from synccenter.ui.touchbar import Touchbar
from tests.ui import worlds
from tests.ui.desk import Desk
from tests.ui.inside import Inside

pytestmark = pytest.mark.screen

Open = Callable[[Path], Inside]
METHODS = ["Avi", "Bankkort", "Kontanter", "Kort", "Presentkort", "Swish", "Tillgodo", "Utlägg", "Åhlénkort", "Ögla"]
SCREEN = Box(0, 0, 1024, 768)


class Bench:
    """A window with two fields and a button, and a person in front of it."""

    def __init__(self, app: Inside, screen: Desk) -> None:
        self.app, self.screen = app, screen
        self.window: Any = look.child_window(app.root, "Prov", 420, 500)
        self.field = Dropdown(self.window, values=METHODS, state="readonly", width=20)
        self.typed = Dropdown(self.window, values=METHODS, width=20)
        self.button = ttk.Button(self.window, text="Knapp")
        for one in (self.field, self.typed, self.button):
            one.pack(anchor="w", padx=8, pady=8)
        self.heard: list[str] = []
        for one in (self.field, self.typed):
            one.bind("<<ComboboxSelected>>", lambda event: self.heard.append(event.widget.get()))
        app.until(self.window.winfo_viewable)
        app.settle(0.1)

    @property
    def list(self) -> Any:
        """The list that is open."""
        for one in (self.field, self.typed):
            if one.list is not None and one.list.winfo_exists():
                return one.list
        return None

    def click(self, widget: Any, x: int | None = None, y: int | None = None) -> None:
        x = widget.winfo_width() // 2 if x is None else x
        y = widget.winfo_height() // 2 if y is None else y
        self.screen.x("mousemove", widget.winfo_rootx() + x, widget.winfo_rooty() + y, "click", 1)

    def open(self, field: Any) -> Any:
        """Click on its arrow, and wait until the list has mouse and keyboard."""
        self.click(field, field.winfo_width() - 12)
        return self.wait()

    def wait(self) -> Any:
        self.app.until(lambda: self.list and self.list.tree.focus_displayof() is self.list.tree, "listan")
        return self.list

    def closed(self) -> bool:
        return bool(self.app.until(lambda: not self.list, "att listan stängs"))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.screen.x("key", key)
        self.app.settle(0.05)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worlds.new(tmp_path_factory.mktemp("ny"))


@pytest.fixture
def bench(inside: Open, folder: Path, screen: Desk) -> Iterator[Bench]:
    made = Bench(inside(folder), screen)
    yield made
    made.window.destroy()


def test_a_row_is_as_high_as_a_finger_and_is_chosen_by_one(bench: Bench) -> None:
    opened = bench.open(bench.field)
    left, top, width, height = opened.tree.bbox("1")
    assert height >= look.TOUCH
    bars = [one for one in opened.tree.master.winfo_children() if isinstance(one, Touchbar)]
    assert [one.winfo_width() for one in bars] == [look.TOUCH]
    assert opened.winfo_rooty() >= bench.field.winfo_rooty() + bench.field.winfo_height()
    bench.click(opened.tree, left + width // 2, top + height - 3)
    assert bench.closed()
    assert bench.field.get() == "Bankkort"
    assert bench.heard == ["Bankkort"]
    assert bench.window.focus_get() is bench.field
    assert not bench.window.grab_current()


def test_the_keyboard_opens_goes_through_and_chooses(bench: Bench) -> None:
    bench.field.focus_force()
    for opens in ("Down", "alt+Down", "F4", "space"):
        bench.press(opens)
        bench.wait()
        bench.press("Escape")
        assert bench.closed()
    assert bench.window.winfo_viewable(), "Escape is the list's own, and not the window's"
    assert not bench.heard
    bench.press("odiaeresis")
    opened = bench.wait()
    for keys, told in (
        (["aring"], "Åhlénkort"), (["Home"], "Avi"), (["End"], "Ögla"), (["k"], "Kontanter"), (["k"], "Kort"),
        (["k"], "Kontanter"), (["Down", "Down"], "Presentkort"), (["Up"], "Kort"),
    ):  # fmt: skip
        bench.press(*keys)
        assert METHODS[opened.marked] == told, keys
    bench.press("Return")
    assert bench.closed()
    assert bench.heard == ["Kort"]
    bench.press("Down")
    bench.wait()
    bench.press("Up", "Tab")
    assert bench.closed()
    assert bench.heard == ["Kort", "Kontanter"]
    bench.app.until(lambda: bench.window.focus_get() is bench.typed, "nästa fält")


def test_it_is_let_be_by_a_click_elsewhere_and_as_its_window_moves_or_goes(bench: Bench) -> None:
    pressed: list[int] = []
    bench.button.configure(command=lambda: pressed.append(1))
    opened = bench.open(bench.typed)
    bench.click(bench.field, 5)
    assert bench.closed()
    assert bench.window.focus_get() is bench.typed
    opened = bench.open(bench.field)
    bench.window.geometry("+300+200")
    assert bench.closed()
    bench.app.settle(0.1)
    opened = bench.open(bench.field)
    bench.window.withdraw()
    assert bench.closed()
    assert not opened.winfo_exists()
    assert not bench.heard
    bench.window.deiconify()
    bench.app.until(bench.window.winfo_viewable)
    bench.app.settle(0.1)
    bench.click(bench.button)
    bench.app.until(lambda: pressed, "knappen")


def test_in_a_dialog_that_waits_the_dialog_has_the_mouse_again(bench: Bench) -> None:
    bench.window.grab_set()
    bench.open(bench.field)
    bench.press("Down", "Return")
    assert bench.closed()
    assert bench.heard == ["Bankkort"]
    assert bench.window.grab_current() is bench.window
    bench.open(bench.field)
    bench.field.destroy()
    bench.app.settle(0.05)
    assert bench.typed.list is None


def test_what_can_be_typed_in_is_typed_in_or_chosen_in(bench: Bench) -> None:
    bench.click(bench.typed, 20)
    bench.app.until(lambda: bench.window.focus_get() is bench.typed, "tangentbordet")
    bench.press("x", "aring")
    assert bench.typed.get() == "xå"
    assert bench.list is None
    bench.open(bench.typed)
    bench.press("Return")
    assert bench.closed()
    assert bench.typed.get() == "Avi"
    bench.typed.configure(values=[])
    opened = bench.open(bench.typed)
    assert "Inget att välja bland" in opened.tree.set("0", "text")
    bench.press("Return")
    assert bench.closed()
    assert bench.typed.get() == "Avi"


def test_the_wheel_scrolls_the_list_and_changes_nothing(bench: Bench) -> None:
    for field in (bench.field, bench.typed):
        field.set("Kort")
        x, y = field.winfo_rootx() + 9, field.winfo_rooty() + 9
        bench.screen.x("mousemove", x, y, "click", 5, "click", 4, "click", 5)
    bench.app.settle(0.05)
    assert bench.field.get() == bench.typed.get() == "Kort"
    opened = bench.open(bench.field)
    before = opened.tree.yview()
    assert before[0] == 0.0
    bench.screen.x("mousemove", opened.winfo_rootx() + 9, opened.winfo_rooty() + 99, "click", 5)
    bench.app.until(lambda: opened.tree.yview() != before, "att listan rullar")
    bench.press("Escape")
    assert bench.closed()
    assert not bench.heard


@pytest.mark.parametrize(
    ("beside", "rows", "found"),
    [
        (Box(100, 100, 200, 40), 5, (100, 140, 5)),
        (Box(100, 700, 200, 40), 5, (100, 500, 5)),
        (Box(900, 100, 100, 40), 5, (724, 140, 5)),
        (Box(-40, 100, 100, 40), 5, (0, 140, 5)),
        (Box(100, 100, 200, 40), 30, (100, 140, MOST)),
        (Box(100, 380, 200, 60), 30, (100, 440, 8)),
        (Box(100, 300, 200, 300), 30, (100, 20, 7)),
        (Box(0, 0, 1024, 768), 5, (0, -40, 1)),
    ],
)  # fmt: skip
def test_it_opens_where_there_is_room(beside: Box, rows: int, found: tuple[int, int, int]) -> None:
    assert spot(beside, 300, rows, 40, SCREEN) == found


def test_the_menu_of_a_table_is_such_a_list(bench: Bench) -> None:
    table = Table(bench.window, (Heading("Kort", 100),))
    table.fill([Line("1", ("A1",)), Line("2", ("B2",))])
    table.pack()
    bench.app.settle(0.1)
    bench.screen.x("mousemove", table.tree.winfo_rootx() + 9, table.tree.winfo_rooty() + 60, "click", 3)
    menu = bench.app.until(lambda: [one for one in table.tree.winfo_children() if one.winfo_viewable()], "menyn")[0]
    bench.app.until(lambda: menu.tree.focus_displayof() is menu.tree, "tangentbordet")
    assert [menu.tree.set(row, "text") for row in menu.tree.get_children()] == [
        "Kopiera  (Ctrl+C)", "Markera alla  (Ctrl+A)", "Exportera CSV…",
    ]  # fmt: skip
    bench.press("Down", "Return")
    bench.app.until(lambda: not menu.winfo_exists(), "att menyn stängs")
    assert table.chosen() == ["1", "2"]


def test_every_field_to_choose_in_is_ours() -> None:
    """Tk's own list has rows that a finger misses."""
    ours = Path(look.__file__).parent
    using = [path.name for path in ours.glob("*.py") if "ttk.Combobox(" in path.read_text(encoding="utf-8")]
    assert using == []
