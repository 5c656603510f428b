"""The first hour: a guide that looks at what it asked for, says what remains and leaves the status window open.

Tells of `ui/guide.py`, `check/steps.py`, `service/trial.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synccenter.ui.guide import Found
from synccenter.ui.menu import Act
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
