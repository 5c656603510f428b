"""A till that only gives files, from the window: a file read in, its questions answered, the answers taken along.

Tells of `ui/till_files_page.py` and `ui/till_files_acts.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tkinter import filedialog
from typing import Any

import pytest

from synccenter.service.status import Status
from synccenter.ui.menu import Act, entries
from tests.ui import worlds
from tests.ui.inside import Inside
from tests.worlds.journal_file import JournalFile

Open = Callable[[Path], Inside]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop whose till gives journal files, and a file of a day with two questions in it."""
    made = tmp_path / "butik"
    (made / "sie").mkdir(parents=True)
    words = (
        "general.till_source=journal",
        "integration.system=files",
        f"files.folder_out={made}/sie",
        "safety.cutover=2026-01-01",
        "schedule.mode=manual",
    )
    assert worlds.command(made, "settings", "set", *words) == 0
    file = JournalFile()
    file.receipt(1, [("Kaffe", "125.00", 25), ("Presentkort 500", "500.00", 0)], [("Kort", "625.00")])
    file.z(12, "625.00", {25: "25.00", 0: "0.00"}, [("Kort", "1625.00")], receipts=1)
    (tmp_path / "dag.xml").write_text(file.text().replace("2027-01-04", "2026-11-04"), encoding="utf-8")
    return made


def page_of(app: Inside) -> Any:
    app.app.act(Act.JOURNAL)
    window: Any = app.app._status_window
    app.until(lambda: window.files and window.files.folder.cget("text"), "sidan")
    assert window.book.tab(window.gift_cards, "state") == "hidden", "such files name no cards"
    return window.files


def test_the_menu_offers_it_only_where_the_till_gives_files() -> None:
    for reads in (False, True):
        texts = [entry.text for entry in entries(Status(reads_files=reads))]
        assert ("Läs in journalfil…" in texts) == reads


def test_a_file_is_read_in_and_its_questions_answered(
    inside: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = inside(folder)
    app.until(lambda: app.service.status.ready, "inställningarna")
    page = page_of(app)
    dialog = filedialog
    monkeypatch.setattr(dialog, "askopenfilenames", lambda **_: (str(folder.parent / "dag.xml"),))
    page.read()
    app.until(lambda: len(page.table.tree.get_children()) == 2, "frågorna")
    asked = [page.table.tree.item(row)["values"][2].strip() for row in page.table.tree.get_children()]
    assert sorted(asked) == ["Kort", "Presentkort"]

    page.word.set("Rymdvaluta")
    page.answer()
    assert "Välj ett svar" in page.said.cget("text")
    for subject, word, account in (("Kort", "Kort", "1580"), ("Presentkort", "Presentkort", "")):
        page.table.choose(str([one.subject for one in page._files.questions].index(subject)))
        app.settle(0.05)
        page.word.set(word)
        page.account.insert(0, account)
        page.answer()
        answered = partial(lambda one: one not in [left.subject for left in page._files.questions], subject)
        app.until(answered, subject)

    app.until(lambda: page._files.proposals, "förslaget")  # the Z report's payments hold the float
    assert "payments (Exempelkassa)" in page.note.cget("text")
    page.let_warn()
    app.until(lambda: not page._files.proposals and "1 klara" in page.said.cget("text"), "släppt")

    kept = folder.parent / "svar.json"
    monkeypatch.setattr(dialog, "asksaveasfilename", lambda **_: str(kept))
    page.keep()
    app.until(kept.exists, "svaren")
    taken = json.loads(kept.read_text("utf-8"))
    assert {one["subject"]: one["answer"] for one in taken["answers"]} == {"Kort": "card", "Presentkort": "gift_card"}
    assert [one["control"] for one in taken["controls"]] == ["payments"]
    assert "1580" in (folder / "settings.toml").read_text("utf-8")


def test_answers_of_another_shop_are_taken_and_alarms_seen(
    inside: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [
        {"make": "Exempelkassa", "what": "payment", "subject": "Kort", "answer": "card"},
        {"make": "Exempelkassa", "what": "line", "subject": "Presentkort", "answer": "gift_card"},
    ]
    controls = [{"make": "Exempelkassa", "control": "payments", "level": "warn"}]
    (folder.parent / "svar.json").write_text(json.dumps({"answers": answers, "controls": controls}), encoding="utf-8")
    (folder.parent / "fel.json").write_text("{}", encoding="utf-8")
    app = inside(folder)
    app.until(lambda: app.service.status.ready, "inställningarna")
    page = page_of(app)
    dialog = filedialog
    for name, said in (("fel.json", "J12"), ("svar.json", "Svaren är hämtade")):
        monkeypatch.setattr(dialog, "askopenfilename", lambda name=name, **_: str(folder.parent / name))
        page.take()
        app.until(partial(lambda words: words in page.said.cget("text"), said), said)
    changed = (folder.parent / "dag.xml").read_text("utf-8").replace("125.00", "126.00")
    (folder.parent / "ändrad.xml").write_text(changed, encoding="utf-8")
    for name in ("dag.xml", "ändrad.xml"):
        monkeypatch.setattr(dialog, "askopenfilenames", lambda name=name, **_: (str(folder.parent / name),))
        page.read()
        app.settle(0.3)
    app.until(lambda: page._files.alarms, "larmet")
    assert "J04" in page.note.cget("text")
    page.see()
    app.until(lambda: not page._files.alarms, "sett")
