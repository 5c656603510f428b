"""Only a gap or a change that is there is explained, and each one that the proof names is (`truth/explaining.py`)."""

from __future__ import annotations

from datetime import date

from synccenter.truth.explaining import can_be_explained
from synccenter.truth.proof import prove
from tests.worlds.small_shop import World


def test_a_name_is_one_of_the_proofs_own_and_of_something_that_is_there(world: World) -> None:
    world.trade()
    world.run()
    first, *_between, last = sorted(number for (number,) in world.sql("SELECT number FROM receipt WHERE till='1'"))
    gone = first + 1
    for number in (gone, last):  # its Z report still names the last
        world.sql("DELETE FROM receipt WHERE till='1' AND number=:number", number=number)
    shop = world.shop()
    for name in (
        "1:57",
        f"kvitto:1:{first}-{first}",  # there it is
        f"kvitto:1:{first}-{gone}",
        f"kvitto:1:{gone}-{first}",
        f"kvitto:1:{last + 1}-{last + 1}",  # not sold yet
        f"kvitto:1:{gone}-{10**30}",
        f"kvitto:9:{gone}-{gone}",
        "kvitto:9:*",
        "Z:1:1-1",
        f"ändrat:1:{last + 7}",
        "ändrad-Z:1:99",
    ):
        assert not can_be_explained(shop.sales, shop.ledger, name), name
    for name in (
        f"kvitto:1:{gone}-{gone}",
        f"kvitto:1:{last}-{last}",
        "kvitto:1:*",
        "Z:1:*",
        "Z:1:2-2",  # a receipt may name a report that is not there
        f"ändrat:1:{first}",
        f"ändrat:1:{gone}",
        "ändrad-Z:1:1",
    ):
        assert can_be_explained(shop.sales, shop.ledger, name), name
    shop.close()


def test_a_till_without_a_single_z_report_may_have_receipts_that_name_one(world: World) -> None:
    """Then the proof shows the report as a gap, in red: it is explained as any other."""
    world.trade()
    world.run()
    world.sql("DELETE FROM z_report WHERE till='1'")
    shop = world.shop()
    proof = prove(shop.sales, shop.ledger, date(2026, 1, 1), date(2026, 12, 31), books=None)
    shown = [gap.name for gap in proof.gaps if gap.till == "1"]
    assert "Z:1:1-1" in shown
    for name in (*shown, "Z:1:*"):
        assert can_be_explained(shop.sales, shop.ledger, name), name
    shop.close()
