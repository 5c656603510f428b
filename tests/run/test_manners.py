"""How much is asked of a business system: no more than is needed."""

from __future__ import annotations

from tests.worlds.small_shop import World


def test_a_busy_day_is_not_read_back_anew_by_every_run(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade(receipts=120)
    world.run()
    world.books.read.clear()
    world.trade(receipts=5)
    world.sql("UPDATE receipt SET at=replace(at, '2026-11-03', '2026-11-02')")
    assert world.run().sent
    assert world.books.read == []
