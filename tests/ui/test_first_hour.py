"""The first hour: a guide that looks at what it asked for, says what remains and leaves the status window open.

Tells of `ui/guide.py`, `check/steps.py`, `service/trial.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from synccenter.ui.guide import Found
from synccenter.ui.menu import Act
from synccenter.ui.status_data import Day
from tests.ui import worlds
from tests.ui.inside import Inside

pytestmark = pytest.mark.screen

Open = Callable[[Path], Inside]


@pytest.fixture(scope="module")
def new_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A till somewhere else than among the program's own files."""
    return worlds.new(tmp_path_factory.mktemp("kassan") / "ny")


def guide(app: Inside) -> Any:
    app.app.act(Act.SETTINGS)
    window: Any = app.app._settings_window
    assert window.guide
    return window


def below(widget: Any) -> list[Any]:
    return [one for child in widget.winfo_children() for one in (child, *below(child))]


def step_on(app: Inside, window: Any) -> None:
    """*Nästa*, and the answer to it."""
    before = window.steps.step
    window.steps.go_on()
    app.until(lambda: window.steps.step != before or window.steps.pass_button.winfo_manager(), "nästa steg")


def test_an_empty_path_passes_no_step_and_the_list_at_the_end_leads_back(
    inside: Open, new_shop: Path, tmp_path: Path
) -> None:
    app = inside(tmp_path / "tom")
    window = guide(app)
    app.until(lambda: "så snart kassans databas är vald" in window._found.cget("text"), "vad som kommer")
    assert str(window._found.cget("style")) == "Muted.TLabel", "ingen har gjort något fel än"
    assert window.window.focus_get() is next(iter(window.pages["Kassan"].fields.values())).focus_widget()
    step_on(app, window)
    assert window.steps.step == 0
    assert "Kassans databas finns inte" in window.note.cget("text")
    field = window.pages["Kassan"].fields["general.till_database"]
    assert str(field.label.cget("style")) == "Error.TLabel"
    window.steps.go_by()
    app.until(lambda: window.steps.pass_button.winfo_manager() == "")
    while not window.steps.at_the_end:
        step_on(app, window)
        if window.steps.pass_button.winfo_manager():
            window.steps.go_by()
    app.until(lambda: window.steps.heading.cget("text") == "Det här återstår", "listan")
    rows = [one for one in below(window.steps.last.inside) if one.winfo_class() == "TButton"]
    row = next(one for one in rows if "Kassans databas finns inte" in one.cget("text"))
    row.invoke()
    assert window.steps.step == 0
    app.until(lambda: window.window.focus_get() is field.focus_widget(), "tangentbordet i fältet")


def test_what_the_till_holds_appears_as_soon_as_its_database_is_found(
    inside: Open, new_shop: Path, tmp_path: Path
) -> None:
    app = inside(tmp_path / "tom")
    window = guide(app)
    field = window.pages["Kassan"].fields["general.till_database"]
    browse = next(one for one in below(field) if one.winfo_class() == "TButton")
    assert browse.cget("text") == "Bläddra…"
    field.text.set(str(new_shop / "kassa.sqlite"))
    found = next(one for one in below(window.pages["Kassan"]) if isinstance(one, Found))
    told = app.until(lambda: "Kassor:" in found.cget("text") and found.cget("text"), "kassan")
    assert told.splitlines()[:3] == [
        "Företag: Demobutiken AB",
        "Kassor: Kassa 1, Kassa 2",
        "Betalsätt: Kontant, Kort, Presentkort, Swish",
    ]
    assert [(row.name, row.account) for row in window.draft.value("posting.cash_tills")] == [
        ("Kassa 1", 1911),
        ("Kassa 2", 1912),
    ]
    assert "Föreslå" not in window.note.cget("text")


def test_what_is_no_database_is_told_as_what_it_is_and_a_path_is_taken_as_windows_copies_it(
    inside: Open, new_shop: Path, tmp_path: Path
) -> None:
    app = inside(tmp_path / "tom")
    window = guide(app)
    field = window.pages["Kassan"].fields["general.till_database"]
    other = tmp_path / "kvitton.xlsx"
    other.write_bytes(b"PK" + bytes(4000))
    for path, code in ((new_shop, "D62"), (other, "D63")):
        field.text.set(str(path))
        step_on(app, window)
        assert window.steps.step == 0
        assert f"[{code}]" in window.note.cget("text")
        assert str(field.label.cget("style")) == "Error.TLabel", "fältet är märkt"
    assert other.stat().st_size == 4002
    assert window.steps.pass_button.winfo_manager(), "Fortsätt ändå"
    field.text.set(f'"{new_shop / "kassa.sqlite"}"')
    assert not window.steps.pass_button.winfo_manager(), "det är rättat, så ingen går förbi det"
    step_on(app, window)
    assert window.steps.step == 1


def test_what_a_person_typed_is_not_proposed_over(inside: Open, new_shop: Path, tmp_path: Path) -> None:
    app = inside(tmp_path / "tom")
    window = guide(app)
    window.pages["Konton"].fields["posting.card_account"].text.set("1580")
    window.pages["Kassan"].fields["general.till_database"].text.set(str(new_shop / "kassa.sqlite"))
    app.until(lambda: window.draft.value("posting.cash_tills"), "förslaget")
    assert window.draft.value("posting.card_account") == 1580


def test_nowhere_to_send_stops_the_second_step_and_the_test_and_the_whole_way_ends_in_status(
    inside: Open, new_shop: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(new_shop, tmp_path / "ny"))
    app = inside(folder)
    window = guide(app)
    app.until(lambda: window._facts.tills, "kassan")
    step_on(app, window)
    step_on(app, window)
    assert window.steps.step == 1
    assert "FIL07" in window.note.cget("text")
    window.acts.test()
    results = [one for one in window.window.winfo_children() if one.winfo_class() == "Jobsync"]
    text = next(one for one in below(results[-1]) if one.winfo_class() == "Text")
    app.until(lambda: "FIL07" in text.get("1.0", "end"), "svaret")
    app.settle(0.1)
    first_red = text.tag_ranges("red")[0]
    assert text.bbox(first_red), "det första röda är i sikte"
    assert text.yview()[0] == 0.0 or text.compare(first_red, ">", "1.0")
    (folder / "sie").mkdir(exist_ok=True)
    window.pages["Affärssystem"].fields["files.folder_out"].text.set(str(folder / "sie"))
    window.pages["Startdatum"].fields["safety.cutover"].text.set(worlds.last_day().isoformat())
    page = window.pages["Schema"]
    assert next(iter(page.fields)) == "general.autostart", "frågas först på sin sida, inte efter allt annat"
    for step in range(1, 5):
        step_on(app, window)
        assert window.steps.step == step + 1, window.note.cget("text")
    app.until(lambda: window.steps.heading.cget("text") != "Kontrollerar…", "sista sidan")
    assert window.steps.heading.cget("text") == "Klart", [one.cget("text") for one in below(window.steps.last.inside)]
    window.steps.go_on()
    app.until(lambda: window.closed, "sparat")
    status: Any = app.until(lambda: app.app._status_window, "statusfönstret")
    app.until(status.window.winfo_viewable, "statusfönstret")
    app.until(lambda: app.service.status.last_good, "första synkroniseringen")
    assert len(list((folder / "sie").glob("*.si"))) == 2


def test_a_day_before_the_start_date_is_not_said_to_be_booked(inside: Open, tmp_path: Path) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1, receipts=10, sync=False)
    day = worlds.last_day()
    worlds.command(folder, "settings", "set", f"safety.cutover={day + timedelta(days=1)}")
    worlds.command(folder, "sync")
    app = inside(folder)
    app.app.show_status()
    status: Any = app.app._status_window
    app.until(lambda: status.strip._snapshot, "siffrorna")
    assert status.strip._snapshot.days["1", day] is Day.BEFORE
    assert [status.proof.table.tree.set(row, "7") for row in status.proof.table.tree.get_children()] == [
        "före startdatumet",
        "före startdatumet",
    ]
