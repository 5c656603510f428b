"""kill -9 at random moments of a whole run, five hundred times, and no receipt is doubled or lost.

`make test-violence` kills four times as often (`KILLS=4`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.violence.harness import Kills, Nursery, Scene
from tests.violence.sabotage import FATAL, SABOTAGE

pytestmark = pytest.mark.violence

TIMES = int(os.environ.get("KILLS", "1"))
MOMENTS = {"fetch", "map", "intend", "look up", "send", "acknowledge", "log"}


@pytest.fixture
def scenes(tmp_path: Path, nursery: Nursery) -> Iterator[list[Scene]]:
    made: list[Scene] = []
    yield made
    for scene in made:
        scene.close()


def report(name: str, scene: Scene, kills: Kills) -> None:
    """What `pytest -s` shows: where the kills landed and what went wrong on the line."""
    landed = ", ".join(f"{phase} {count}" for phase, count in kills.landed.most_common())
    faults = ", ".join(f"{fault.name} {count}" for fault, count in scene.shelf.happened.most_common())
    print(
        f"\n{name}: {kills.count} kills ({landed}), {kills.finished} runs finished; on the line: {faults or 'nothing'}"
    )


@pytest.mark.parametrize(
    ("name", "kills", "options"),
    [
        ("each receipt a voucher", 60, {"unit": "receipt", "receipts": 60, "days": 30}),
        ("each receipt a paid invoice", 50, {"target": "invoice", "receipts": 60, "days": 20}),
        ("each Z report a voucher", 50, {"unit": "z", "receipts": 7, "days": 60}),
        ("each day a voucher", 25, {"unit": "day", "receipts": 7, "days": 35}),
        ("each Z report an SIE file", 40, {"unit": "z", "receipts": 7, "days": 60, "system": "files"}),
        ("each day an SIE file", 25, {"unit": "z", "receipts": 7, "days": 35, "system": "files", "per": "day"}),
    ],
)
def test_each_receipt_stands_exactly_once_in_the_books(
    tmp_path: Path, nursery: Nursery, scenes: list[Scene], name: str, kills: int, options: dict[str, Any]
) -> None:
    days = options["days"] * -(-TIMES // 2)  # so that there is something left to sell while it is killed
    scene = Scene(tmp_path, nursery, seed=kills, **options | {"days": days})
    scenes.append(scene)
    scene.shelf.unreliable = 0.08
    landed = scene.kill_while_it_sells(kills * TIMES)
    wanted = MOMENTS - ({"look up"} if scene.system == "files" else set())
    for missed in sorted(wanted - landed.landed.keys()):
        more = scene.kill_in(missed)
        landed.landed += more.landed
        landed.finished += more.finished
    report(name, scene, landed)
    scene.finish()
    assert scene.violations() == []
    assert landed.landed.keys() >= wanted, "kills must have landed in every part of a run"


@pytest.mark.parametrize("broken", SABOTAGE)
def test_a_ledger_broken_on_purpose_is_caught(
    tmp_path: Path, nursery: Nursery, scenes: list[Scene], broken: str
) -> None:
    scene = Scene(tmp_path, nursery, unit="receipt", days=6, receipts=60)
    scenes.append(scene)
    for _ in range(3):
        assert scene.kill_in(**FATAL[broken], sabotage=broken).count == 1
    scene.finish(sabotage=broken)
    wrong = [one for one in scene.violations() if one.startswith(("doubled", "lost"))]
    print(f"\n{broken}: {wrong[:3]}")
    assert wrong
