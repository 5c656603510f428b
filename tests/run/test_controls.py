"""A wrong view in the till's database, met by check, run and proof: told, parked, and the rest goes on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from synccenter.check import preflight
from synccenter.contract.finding import Severity
from synccenter.truth.proof import prove
from tests.worlds.counter import CounterWorld, Row


@pytest.fixture
def shop(tmp_path: Path) -> CounterWorld:
    world = CounterWorld(tmp_path / "butik").open("1")
    world.sell(1, "2026-11-02T10:00:00", Row(10_000, 25))
    world.sell(2, "2026-11-03T10:00:00", Row(20_000, 25), z=2)
    world.sql("UPDATE receipt_line SET vat=0 WHERE receipt=1")
    world.close(1, "2026-11-02")
    world.close(2, "2026-11-03")
    return world


@pytest.mark.parametrize("unit", ["receipt", "z", "day"])
def test_a_line_without_its_vat_parks_its_own_and_the_rest_goes_on(shop: CounterWorld, unit: str) -> None:
    shop.settings(f"posting.unit={unit}")
    outcome = shop.run()
    told = [problem for problem in outcome.problems if problem.code == "B30"]
    assert len(told) == 1
    sentence = told[0].sentence()
    for words in ("Kvitto 1-1", "Rad 1", "100,00 kr", "20,00 kr", "0,00 kr"):
        assert words in sentence
    assert shop.balances() == {1686: 20_000, 3001: -16_000, 2611: -4_000}
    shop.sql("UPDATE receipt_line SET vat=2000 WHERE receipt=1")
    shop.sql("UPDATE z_vat SET vat=2000 WHERE z_number=1")
    shop.run()
    assert shop.balances() == {1686: 30_000, 3001: -24_000, 2611: -6_000}


def test_the_check_tells_of_the_line_and_of_missing_totals_before_anything_is_sent(shop: CounterWorld) -> None:
    shop.sql("DELETE FROM z_method WHERE z_number=2")
    opened = shop.shop()
    found = [one for one in preflight.findings(opened) if one.problem]
    opened.close()
    assert [(one.severity, one.problem.code) for one in found if one.problem and one.problem.code[0] == "B"] == [
        (Severity.YELLOW, "B30"),
        (Severity.YELLOW, "B32"),
        (Severity.YELLOW, "B32"),
    ]
    assert any("z_method" in one.problem.sentence() for one in found if one.problem)


def test_vat_that_went_wrong_after_it_was_sent_makes_the_proof_red(tmp_path: Path) -> None:
    world = CounterWorld(tmp_path / "butik").open("1")
    world.sell(1, "2026-11-02T10:00:00", Row(10_000, 25))
    world.close(1, "2026-11-02")
    world.run()
    shop = world.shop()
    day = date(2026, 11, 2)
    assert prove(shop.sales, shop.ledger, day, day, books=None).clean
    world.sql("UPDATE receipt_line SET vat=2010")
    world.sql("UPDATE z_vat SET vat=2010")
    proof = prove(shop.sales, shop.ledger, day, day, books=None)
    assert "momsen på 1 kvittorader" in proof.reports[0].note
    assert not proof.clean
    shop.close()
