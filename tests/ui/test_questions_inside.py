"""Questions that only a person can answer, answered in the status window (`ui/choices.py`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.core.logs import Log
from synccenter.journal.delivery import State
from synccenter.shop import Shop
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
