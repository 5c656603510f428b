"""VAT that is a little wrong on every line, always the same way: no line tells, the Z report does.

Tells of `till/agreement.py` and `truth/assessment.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from synccenter.check import preflight
from synccenter.truth.assessment import assess, assess_all
from tests.worlds.counter import CounterWorld, Row

SWEETS = 500
"""5 kr at 6 %: 28 öre of VAT; 30 when it is reckoned on the amount without VAT."""


def street(folder: Path, vat: tuple[int, ...]) -> CounterWorld:
    world = CounterWorld(folder / "butik").open("1")
    for number, one in enumerate(vat, 1):
        world.sell(number, f"2026-11-02T10:{number:02}:00", Row(SWEETS, 6))
        world.sql("UPDATE receipt_line SET vat=:v WHERE receipt=:n", v=one, n=number)
    world.close(1, "2026-11-02")
    return world


def test_small_errors_that_all_lean_one_way_are_told_before_and_in_every_run(tmp_path: Path) -> None:
    world = street(tmp_path, (30,) * 8)
    shop = world.shop()
    assert "B37" in {one.problem.code for one in preflight.findings(shop) if one.problem}
    shop.close()
    for _ in range(3):  # the third has nothing new, and remembers
        outcome = world.run()
        assert outcome.result == "ok", "booked as the till has it"
        (told,) = [one for one in outcome.remarks if one.code == "B37"]
        assert "8 rader med 6 % är 2,40 kr, men på beloppen blir den 2,26 kr" in told.sentence()


def test_the_night_tells_it_too(tmp_path: Path) -> None:
    world = street(tmp_path, (30,) * 8)
    world.run()
    shop = world.shop()
    assert "B37" in {one.code for one in assess_all(shop, None).remarks}
    shop.close()


@pytest.mark.parametrize("vat", [(28,) * 8, (29,) * 8, (27, 30, 28, 29, 27, 30, 27, 29), (30,) * 4])
def test_rounding_of_any_kind_does_not_lean(tmp_path: Path, vat: tuple[int, ...]) -> None:
    world = street(tmp_path, vat)
    world.run()
    shop = world.shop()
    assert assess(shop).remarks == ()
    shop.close()
