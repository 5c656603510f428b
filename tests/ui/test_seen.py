"""The program tells at its door what stands in its windows."""

from __future__ import annotations

import threading
import tkinter as tk
from pathlib import Path
from tkinter import ttk
from typing import Any

import msgspec
import pytest

from synccenter.service.instance import Question
from synccenter.ui.seen import Part
from tests.ui import worlds
from tests.ui.inside import Inside
from tests.ui.test_windows_inside import Open, settings_window, status_window

pytestmark = pytest.mark.screen


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worlds.demo(tmp_path_factory.mktemp("butik") / "data", days=3)


def told(inside: Inside, title: str) -> list[Part]:
    """The parts of a window as the program tells them at its door."""
    answers: list[bytes] = []
    threading.Thread(target=lambda: answers.append(inside.app.answer(Question.SEEN))).start()
    inside.until(lambda: answers, "svaret")
    seen = msgspec.json.decode(answers[0])
    assert "Avsluta" in seen["menu"]
    [parts] = [one["parts"] for one in seen["windows"] if one["title"].startswith(title)]
    return msgspec.convert(parts, list[Part])


def test_a_window_tells_what_it_holds_and_where_and_keeps_secrets(inside: Open, in_order: Path) -> None:
    made = inside(in_order)
    window = settings_window(made)
    parts = told(made, "Inställningar")
    assert {"Gemensamt", "Säkerhet"} <= {part.text for part in parts if part.kind == "Tab"}
    [chosen] = [part.text for part in parts if part.kind == "Tab" and "selected" in part.state]
    assert chosen == "Gemensamt"
    [save] = [part for part in parts if part.kind == "TButton" and part.text == "Spara"]
    left, top, width, height = save.box
    under = window.window.winfo_containing(left + width // 2, top + height // 2)
    assert under.cget("text") == "Spara"
    [secret] = [entry for entry in every(window.window, ttk.Entry) if str(entry.cget("show"))][:1]
    secret.insert(0, "hemligt")
    made.settle(0.1)
    values = [part.value for part in told(made, "Inställningar")]
    assert "hemligt" not in values
    assert "•" * 7 in values


def test_a_table_tells_its_rows(inside: Open, in_order: Path) -> None:
    made = inside(in_order)
    window = status_window(made)
    window.book.show(window.runs)
    made.settle()
    rows = [part for part in told(made, "Status") if part.kind == "Row"]
    assert rows
    assert all(row.box[2] > 0 and row.text for row in rows)


def every(widget: tk.Misc, kind: type[Any]) -> list[Any]:
    found = [child for child in widget.winfo_children() if isinstance(child, kind)]
    return found + [one for child in widget.winfo_children() for one in every(child, kind)]
