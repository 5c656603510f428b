"""Windows that fit: every button within reach, lists with eight rows and targets for a finger, at every size and scale.

The widgets are asked, not a picture. Tells of `ui/touchbar.py`, `ui/tooltip.py`, `ui/look.py`,
`ui/overview_page.py`, `ui/proof_page.py`, `ui/runs_page.py`, `ui/waiting_page.py`, `ui/errors_page.py`.
"""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Iterator
from pathlib import Path
from tkinter import ttk
from typing import Any

import pytest

from synccenter.contract import catalogue
from synccenter.core.database import SQLite
from synccenter.service.status import Status
from synccenter.ui import look
from synccenter.ui.form import Scroller
from synccenter.ui.menu import Act
from synccenter.ui.status_data import DAYS
from synccenter.ui.strip import STEP
from synccenter.ui.table import Heading, Line, Table
from synccenter.ui.touchbar import Touchbar
from tests.ui import worlds
from tests.ui.desk import Desk
from tests.ui.inside import Inside

pytestmark = pytest.mark.screen

SIZES = [((1024, 768), 1.25), ((1024, 768), 1.5), ((1366, 768), 1.25), ((1366, 768), 1.5)]
LONG = "Kassan i den stora hallen vid den norra entrén"


@pytest.fixture(scope="module")
def eight_tills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = worlds.demo(tmp_path_factory.mktemp("butik") / "data", days=6, receipts=10)
    database = SQLite(folder / "kassa.sqlite")
    for number in range(3, 9):
        database.execute(
            "INSERT INTO till (company, id, name) SELECT company, :id, :name FROM till WHERE id='1'",
            {"id": str(number), "name": f"{LONG} {number}"},
        )
    database.close()
    return folder


@pytest.fixture(params=SIZES, ids=lambda one: f"{one[0][0]}x{one[0][1]}-{one[1]:.0%}")
def app(
    request: pytest.FixtureRequest, screen: Desk, eight_tills: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Inside]:
    (size, scale) = request.param
    monkeypatch.setattr(look, "screen", lambda _window: size)
    monkeypatch.setattr(look, "_scaling", lambda _root: scale)
    made = Inside(eight_tills)
    yield made
    made.close()


def below(widget: tk.Misc) -> Iterator[Any]:
    for child in widget.winfo_children():
        if not isinstance(child, tk.Toplevel):
            yield child
            yield from below(child)


def scroller_of(widget: Any) -> Any:
    while widget is not None and not isinstance(widget, Scroller):
        widget = widget.master
    return widget


def out_of_reach(window: Any) -> list[str]:
    """What can be pressed or typed in but lies outside its window, or is cut off; what scrolls may lie below."""
    wrong = []
    left, top = window.winfo_rootx(), window.winfo_rooty()
    right, bottom = left + window.winfo_width(), top + window.winfo_height()
    for one in below(window):
        if not isinstance(one, ttk.Button | ttk.Entry | ttk.Checkbutton | Touchbar | ttk.Treeview):
            continue
        if not one.winfo_viewable():
            continue
        x, y, w, h = one.winfo_rootx(), one.winfo_rooty(), one.winfo_width(), one.winfo_height()
        scrolls = scroller_of(one) is not None
        inside = left <= x and x + w <= right and (scrolls or (top <= y and y + h <= bottom))
        cut = isinstance(one, ttk.Button) and (w < one.winfo_reqwidth() or h < one.winfo_reqheight())
        if not inside or cut:
            wrong.append(f"{one.winfo_class()} {one.cget('text') if isinstance(one, ttk.Button) else one} {x, y, w, h}")
    return wrong


def cut_off(window: Any) -> list[str]:
    """Texts and columns that are wider than what shows them."""
    wrong = []
    for one in below(window):
        if one.winfo_viewable() and isinstance(one, ttk.Label) and one.winfo_reqwidth() > one.winfo_width() + 2:
            wrong.append(f"{one.cget('text')[:60]} {one.winfo_reqwidth()} > {one.winfo_width()}")
        if one.winfo_viewable() and isinstance(one, ttk.Treeview):
            columns = sum(int(one.column(name, "width")) for name in one.cget("columns"))
            if columns > one.winfo_width():
                wrong.append(f"kolumner {columns} > {one.winfo_width()}")
    return wrong


def too_small(window: Any) -> list[str]:
    """What a finger would miss."""
    wrong = []
    for one in below(window):
        if not one.winfo_viewable():
            continue
        if isinstance(one, ttk.Button | ttk.Entry | ttk.Checkbutton) and one.winfo_height() < look.TOUCH:
            wrong.append(f"{one.winfo_class()} {one} {one.winfo_height()}")
        if isinstance(one, Touchbar) and min(one.winfo_width(), one.winfo_height()) < look.TOUCH:
            wrong.append(f"rullist {one.winfo_width()}x{one.winfo_height()}")
        if isinstance(one, ttk.Treeview) and int(ttk.Style().lookup("Treeview", "rowheight")) < look.TOUCH:
            wrong.append("rad")
        if isinstance(one, ttk.Treeview) and heading_height(one) < look.TOUCH:
            wrong.append(f"rubrik {heading_height(one)}")
        if isinstance(one, ttk.Notebook) and tab_height(one) < look.TOUCH:
            wrong.append(f"flik {tab_height(one)}")
    return wrong


def heading_height(tree: Any) -> int:
    return sum(tree.identify_region(30, y) == "heading" for y in range(120))


def tab_height(book: Any) -> int:
    return sum(str(book.tk.call(str(book), "identify", "tab", 30, y)) != "" for y in range(120))


def rows_of(table: Table) -> int:
    """How many rows a table shows at once."""
    tree: Any = table.tree
    if not tree.get_children():
        tree.insert("", "end", iid="prov", values=["x"])
        tree.update()
    box = tree.bbox(tree.get_children()[0])
    high = int(tree.winfo_height()) - int(box[1])
    return high // int(ttk.Style().lookup("Treeview", "rowheight"))


def told_whole(table: Table) -> list[str]:
    """The columns that show the whole of the first row."""
    tree, columns = table.tree, [str(number) for number in range(len(table._headings))]
    row = tree.get_children()[0]
    return [one for one in columns if str(tree.set(row, f"#{int(one) + 1}")) == str(tree.set(row, one))]


def test_every_page_of_the_status_window_fits(app: Inside) -> None:
    app.until(lambda: app.service.status.last_run, "första titten")
    app.app.show_status()
    window: Any = app.app._status_window
    app.until(lambda: window.strip._snapshot, "siffrorna")
    problems = (catalogue.NO_PAYMENT_ACCOUNT.problem(method="KLARNA"), catalogue.NO_CUTOVER.problem())
    window.heard(Status(problems=problems, company="Demobutiken AB", system="SIE-filer", waiting=3, parked=2))
    for page in (
        window.overview,
        window.errors,
        window.waiting,
        window.held,
        window.runs,
        window.proof,
        window.gift_cards,
    ):
        window.book.show(page)
        app.settle(0.08)
        assert out_of_reach(window.window) == [], page
        assert too_small(window.window) == [], page
        assert cut_off(window.window) == [], page
        tables = [one for one in below(page) if isinstance(one, Table) and one.winfo_viewable()]
        for table in tables if page is not window.errors else []:
            assert rows_of(table) >= 8, page
    assert told_whole(window.proof.table) == list("01234567"), "dates, amounts and how it stands"
    assert told_whole(window.runs.table)[:3] == list("012"), "when, what and how it went"
    window.book.rename(window.waiting, "Väntar", 1_000_000)
    assert str(window.book.tab(str(window.waiting), "text")) == "Väntar (999+)", "room is left for the other tabs"
    window._open_day("1", worlds.last_day())
    app.until(window.proof.rows.tree.get_children, "beviset")
    app.settle(0.05)
    assert window.proof.back_button.winfo_viewable()
    assert not window.proof.table.winfo_viewable()
    assert out_of_reach(window.window) == []
    assert rows_of(window.proof.rows) >= 8


def test_a_cell_that_is_too_narrow_ends_with_an_ellipsis_and_is_told_and_copied_whole(app: Inside) -> None:
    window = look.child_window(app.root, "Prov", 400, 300)
    table = Table(
        window, (Heading("Kassa", 60), Heading("Belopp", 90, number=True), Heading("Varför", 90, stretch=True))
    )
    table.pack(fill="both", expand=True)
    table.fill([Line("a", ("1", "1 234 567 890,00", f"{LONG} har inget konto")), Line("b", ("2", "1,00", "kort"))])
    app.settle(0.3)
    shown = [[str(table.tree.set(row, f"#{place}")).strip() for place in (1, 2, 3)] for row in ("a", "b")]
    assert shown[1] == ["2", "1,00", "kort"]
    for place, cell in enumerate(shown[0][1:], 2):
        assert cell.endswith("…")
        assert look.wide(cell, "SunValleyBodyFont") < int(table.tree.column(f"#{place}", "width"))
    x, y, _wide, high = (int(one) for one in table.tree.bbox("a", "#3"))
    table.tip.point(x + 5, y + high // 2)
    assert table.tip.shown == f"{LONG} har inget konto"
    table.tip.hide()
    table.copy()
    assert "…" not in window.clipboard_get()
    window.geometry(f"{look.px(400) + 1000}x300")
    app.settle(0.2)
    table.tree.column("#3", width=1000)
    table.tree.event_generate("<ButtonRelease-1>", x=1, y=1)
    assert str(table.tree.set("a", "#3")) == f"{LONG} har inget konto"
    window.destroy()


def test_eight_tills_with_long_names_are_shortened_and_told_whole(app: Inside) -> None:
    app.until(lambda: app.service.status.last_run, "första titten")
    app.app.show_status()
    window: Any = app.app._status_window
    app.until(lambda: window.strip._snapshot, "siffrorna")
    window.book.show(window.overview)
    app.settle(0.1)
    strip = window.strip
    names = [str(strip.names.itemcget(one, "text")) for one in strip.names.find_all()]
    assert sum(name.endswith("…") for name in names) == 6
    row = int(strip._top() + 3 * STEP + 20 - strip.names.canvasy(0))
    strip.tip.point(5, row)
    assert strip.tip.shown == f"{LONG} 4"
    strip.tip.hide()
    assert strip._place(strip.canvas.winfo_width() - 5, row) == (3, DAYS - 1), "the latest day is in sight first"


def squares_of(strip: Any) -> list[tuple[int, int]]:
    """Width and height of each square, as it is drawn."""
    canvas = strip.canvas
    boxes = [canvas.coords(one) for one in canvas.find_all() if canvas.type(one) == "rectangle"]
    return [(int(right - left), int(low - top)) for left, top, right, low in boxes]


def test_a_square_of_the_strip_is_as_large_as_a_finger_and_every_one_is_reached(app: Inside) -> None:
    app.until(lambda: app.service.status.last_run, "första titten")
    app.app.show_status()
    window: Any = app.app._status_window
    strip = window.strip
    app.until(lambda: strip._snapshot, "siffrorna")
    window.book.show(window.overview)
    app.settle(0.1)
    assert set(squares_of(strip)) == {(look.TOUCH, look.TOUCH)}
    assert len(squares_of(strip)) == 8 * DAYS
    assert strip.across.winfo_viewable()
    assert strip.across.winfo_height() >= look.TOUCH
    strip.across.event_generate("<Button-1>", x=2, y=5)
    app.settle(0.05)
    assert strip._place(2, strip._top() + 2) == (0, 0), "the first day is scrolled to"
    window.refresh()
    app.settle(0.3)
    assert strip._place(2, strip._top() + 2) == (0, 0), "and stays, though new numbers come"
    strip.canvas.focus_force()
    app.settle(0.05)
    strip._step(7, 0)
    app.settle(0.05)
    row, place = strip._at
    x, y = place * STEP + 5 - strip.canvas.canvasx(0), strip._top() + row * STEP + 5 - strip.canvas.canvasy(0)
    assert (row, place) == (7, DAYS - 1)
    assert 0 <= x < strip.canvas.winfo_width()
    assert 0 <= y < strip.canvas.winfo_height()


def test_every_page_of_the_settings_fits(app: Inside) -> None:
    app.app.act(Act.SETTINGS)
    window: Any = app.app._settings_window
    app.until(lambda: window._facts.companies, "kassan")
    for page in window.pages.values():
        window.book.show(page)
        app.settle(0.05)
        assert out_of_reach(window.window) == [], page
        assert too_small(window.window) == [], page
        window.say("Ett långt besked om vad som är fel, var det rättas och vem som gör det. " * 3, bad=True)
        app.settle(0.03)
        assert cut_off(window.window) == [], page
        assert too_wide(page) == {}
        page.unfold()
        app.settle(0.1)
        assert too_wide(page) == {}, "with all settings shown"
        titles = [one for one in below(page) if str(one).split("!")[-1].startswith("grid") for one in below(one)]
        for title in (one for one in titles if isinstance(one, ttk.Label) and one.cget("text")):
            longest = max(look.wide(word, "JobsyncSmall") for word in title.cget("text").split())
            assert longest <= title.winfo_reqwidth(), "no word of a heading is broken"


def too_wide(page: Any) -> dict[str, int]:
    room = page.canvas.winfo_width() + 1
    wide = {name: field.winfo_reqwidth() for name, field in page.fields.items()}
    return {} if page.inside.winfo_reqwidth() <= room else wide | {"sidan": page.inside.winfo_reqwidth(), "rum": room}


Open = Callable[[Path], Inside]


def test_a_page_is_as_wide_with_its_scroll_bar_as_without(inside: Open, eight_tills: Path) -> None:
    """Else a text that wraps needs the bar at one width and not at the other, and is laid out for ever."""
    app = inside(eight_tills)
    window = look.child_window(app.root, "Prov", 400, 300)
    scroller = Scroller(window)
    scroller.pack(fill="both", expand=True)
    text = ttk.Label(scroller.inside, text="kort")
    text.pack(fill="x")
    look.wrapped(text)
    app.settle(0.2)
    assert not scroller.bar.winfo_viewable()
    wide = scroller.canvas.winfo_width()
    text.configure(text="Ett långt besked. " * 400)
    app.until(scroller.bar.winfo_viewable, "rullisten")
    app.settle(0.1)
    assert scroller.canvas.winfo_width() == wide
    window.destroy()


def test_the_wheel_never_changes_a_value(inside: Open, eight_tills: Path) -> None:
    app = inside(eight_tills)
    app.app.act(Act.SETTINGS)
    window: Any = app.app._settings_window
    window.book.show(window.pages["Konton"])
    app.settle(0.1)
    box = window.pages["Konton"].fields["posting.unit"].box
    before = box.get()
    for event in ("<Button-4>", "<Button-5>", "<MouseWheel>"):
        box.event_generate(event, x=3, y=3)
    app.settle(0.05)
    assert box.get() == before


def test_the_wheel_goes_through_the_days(inside: Open, tmp_path: Path) -> None:
    app = inside(worlds.demo(tmp_path / "butik", days=1, receipts=5))
    app.app.show_status()
    window: Any = app.app._status_window
    app.until(lambda: window.strip._snapshot, "siffrorna")
    app.settle(0.1)
    canvas = window.strip.canvas
    assert canvas.xview()[1] == 1.0
    canvas.event_generate("<Button-4>", x=5, y=5)
    app.settle(0.05)
    assert canvas.xview()[1] < 1.0
    for _turn in range(20):
        canvas.event_generate("<Button-5>", x=5, y=5)
    app.settle(0.05)
    assert canvas.xview()[1] == 1.0


def test_dark_and_light_are_followed_while_running(
    inside: Open, eight_tills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = inside(eight_tills)
    app.app.show_status()
    window: Any = app.app._status_window
    assert str(window.strip.canvas.cget("background")) == look.LIGHT.ground
    monkeypatch.setenv("GTK_THEME", "Adwaita:dark")
    look.follow(app.root)
    app.settle(0.1)
    assert str(window.strip.canvas.cget("background")) == look.DARK.ground
    assert str(window.window.cget("background")) == look.DARK.ground
    assert ttk.Style().lookup("Note.TLabel", "foreground") == look.DARK.muted
    monkeypatch.setenv("GTK_THEME", "Adwaita")
    look.follow(app.root)
    assert str(window.strip.canvas.cget("background")) == look.LIGHT.ground


def test_the_colours_are_ours_after_the_first_window_too(inside: Open, eight_tills: Path) -> None:
    app = inside(eight_tills)
    app.app.show_status()
    window: Any = app.app._status_window
    app.settle(0.2)
    app.app.act(Act.SETTINGS)
    app.settle(0.2)
    settings: Any = app.app._settings_window
    for canvas in (window.strip.canvas, settings.pages["Gemensamt"].canvas):
        assert str(canvas.cget("background")) == look.LIGHT.ground
    assert str(window.errors.table.tree.tag_configure("red", "foreground")) == look.LIGHT.red


def in_tab_order(window: Any) -> list[Any]:
    found: list[Any] = []
    one = window.tk_focusNext()
    while one is not None and one not in found and len(found) < 200:
        found.append(one)
        one = one.tk_focusNext()
    return found


def test_the_keyboard_goes_as_one_reads(inside: Open, eight_tills: Path) -> None:
    app = inside(eight_tills)
    app.app.show_status()
    window: Any = app.app._status_window
    app.until(lambda: window.strip._snapshot, "siffrorna")
    for page, first, last in (
        (window.overview, window.strip.canvas, window.overview.proof_button),
        (window.runs, window.runs.table.tree, window.runs.button),
        (window.proof, window.proof.table.tree, window.proof.open_button),
    ):
        window.book.show(page)
        app.settle(0.05)
        order = in_tab_order(window.window)
        assert order.index(first) < order.index(last), page
    app.app.act(Act.SETTINGS)
    settings: Any = app.app._settings_window
    app.settle(0.1)
    order = in_tab_order(settings.window)
    fields = [field.focus_widget() for field in settings.pages["Gemensamt"].fields.values()]
    shown = [order.index(one) for one in fields if one in order]
    assert shown == sorted(shown)
    bar = [order.index(one) for one in settings.bar.winfo_children()]
    assert max(shown) < min(bar)


def test_small_windows_belong_to_theirs_and_the_keyboard_is_in_the_first_field(inside: Open, eight_tills: Path) -> None:
    app = inside(eight_tills)
    app.app.act(Act.SETTINGS)
    window: Any = app.app._settings_window
    app.until(lambda: window._facts.companies, "kassan")
    app.settle(0.1)
    first = next(iter(window.pages["Gemensamt"].fields.values()))
    assert window.window.focus_get() is first.focus_widget()
    window.acts.test()
    results = [one for one in window.window.winfo_children() if one.winfo_class() == "Jobsync"][-1]
    assert str(results.transient()) == str(window.window)
    app.settle(0.3)
