"""How much is asked of a business system: no more than is needed."""

from __future__ import annotations

import pytest

from synccenter.contract.connector import Booked
from synccenter.contract.model import Document
from tests.worlds.books import MemoryConnector
from tests.worlds.small_shop import World


def test_a_busy_day_is_not_read_back_anew_by_every_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.settings("posting.unit=receipt")
    world.trade(receipts=120)
    world.run()
    asked: list[str] = []
    read = MemoryConnector.booked

    def counted(self: MemoryConnector, document: Document, external_id: str) -> Booked | None:
        asked.append(external_id)
        return read(self, document, external_id)

    monkeypatch.setattr(MemoryConnector, "booked", counted)
    world.trade(receipts=5)
    world.sql("UPDATE receipt SET at=replace(at, '2026-11-03', '2026-11-02')")
    assert world.run().sent
    assert asked == []
