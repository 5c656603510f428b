"""Questions that only a person can answer, answered in the status window (`ui/choices.py`, `ui/who_bar.py`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.core.logs import Log
from synccenter.journal.delivery import State
from synccenter.run.who import Answer
from synccenter.shop import Shop
from synccenter.ui import dialogs
from tests.ui import worlds
from tests.ui.inside import Inside
from tests.ui.test_windows_inside import status_window

pytestmark = pytest.mark.screen

Open = Callable[[Path], Inside]


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worlds.demo(tmp_path_factory.mktemp("butik") / "data", days=2)


@pytest.mark.parametrize("anyway", [True, False])
def test_what_is_there_already_is_answered_under_waiting(inside: Open, in_order: Path, anyway: bool) -> None:
    app = inside(in_order)
    window = status_window(app)
    name = "X-JA" if anyway else "X-NEJ"

    def hold(shop: Shop, _log: Log) -> None:
        old = next(one for one in shop.ledger.between(worlds.last_day(), worlds.last_day()) if one.document)
        problem = catalogue.ALREADY_THERE.problem(
            item=name, system="Demo", number="A17", day=old.business_date, text="Import", reference=name
        )
        held = replace(old, reference=name, covers=(), state=State.REJECTED, problem=problem, external_number="A17")
        with shop.ledger.together():
            shop.ledger.intend([held])

    app.service.do(hold)

    def seen() -> Any:
        window.refresh()
        app.settle(0.05)
        return window.waiting.table.tree.get_children()

    app.until(seen, "underlaget")
    assert window.waiting.table.tree.set(name, "3") == "finns redan"
    window.book.show(window.waiting)
    app.settle(0.1)
    assert window.waiting.choices.winfo_viewable()
    said: list[tuple[list[str], bool]] = []

    def choose(names: list[str], choice: bool) -> None:
        said.append((names, choice))
        window._choose(names, choice)

    window.waiting.choices._choose = choose
    button = window.waiting.choices.anyway if anyway else window.waiting.choices.booked
    button.invoke()
    assert said == [([name], anyway)]

    def state() -> Any:
        found: list[State] = []
        app.service.do(lambda shop, _log: found.append(shop.ledger.get(name).state))
        app.until(lambda: found, "läget")
        return found[0] is not State.REJECTED and found[0]

    became = app.until(state, "svaret")
    assert became is State.MANUAL if not anyway else became is not State.MANUAL
    app.until(lambda: not seen(), "att det inte frågar mer")
    assert not window.waiting.choices.winfo_viewable()


WHO = {
    "T01": catalogue.COMPANY_RENAMED.problem(name="Butik", new="2", old="1"),
    "T02": catalogue.OTHER_COMPANY.problem(new="B", old="A"),
    "T03": catalogue.TILL_RENAMED.problem(item="Kassa 01", old="Kassa 1", new="Kassa 01"),
    "T04": catalogue.TILL_GONE.problem(till="Kassa 2", left=""),
    "T05": catalogue.TILL_ANEW.problem(till="1", last=5, first=1),
    "T06": catalogue.TILL_RESTORED.problem(till="1", what="kvitton", kept=3, first=4),
}
ANSWERS = {
    "T01": Answer("company-renamed", "1"),
    "T02": Answer("company-corrected"),
    "T03": Answer("till-renamed", "Kassa 1", "Kassa 01"),
    "T04": Answer("till-closed", "Kassa 2"),
    "T05": Answer("till-new", "1"),
    "T06": Answer("till-new", "1"),
}


def test_who_is_who_is_answered_where_it_is_told(inside: Open, in_order: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = inside(in_order)
    window = status_window(app)
    window.book.show(window.errors)
    said: list[Answer] = []
    window.errors.who_is_who._answered = said.append
    agreed = [0]
    monkeypatch.setattr(dialogs, "ask", lambda *_words, **_more: agreed[0])
    for code, problem in WHO.items():
        window.errors.fill([problem])
        app.settle(0.05)
        assert window.errors.who_is_who.winfo_viewable(), code
        window.errors.who_is_who.invoke()
    assert said == list(ANSWERS.values())
    agreed[0] = 1
    window.errors.who_is_who.invoke()
    assert len(said) == len(ANSWERS), "asked once more first"
    window.errors.fill([catalogue.UNEXPECTED.problem()])
    app.settle(0.05)
    assert not window.errors.who_is_who.winfo_viewable()


def test_what_was_answered_is_done(inside: Open, in_order: Path) -> None:
    app = inside(in_order)
    status_window(app)._answered(Answer("till-closed", "2"))
    history: list[Any] = []
    app.service.do(lambda shop, _log: history.extend(shop.ledger.history()))
    app.until(lambda: history, "historiken")
    assert ("identity", "till:2") in {(row[2], row[3]) for row in history}
