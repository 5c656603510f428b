"""How much is asked of a business system: no more than is needed."""

from __future__ import annotations

import sqlite3

import pytest

from synccenter.core import faults
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


def test_a_till_that_another_program_never_lets_go_is_waited_for_once_and_all_is_sent_afterwards(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.trade()
    pauses: list[float] = []
    monkeypatch.setattr("synccenter.core.faults.time.sleep", pauses.append)
    monkeypatch.setattr("synccenter.core.sqlite.BUSY_SECONDS", 0)
    other = sqlite3.connect(world.till, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    world.strangers = True
    assert [problem.code for problem in world.run().problems] == ["D03"]
    assert len(pauses) == faults.TRIES - 1
    other.close()
    world.strangers = False
    assert world.run().sent
    assert all(len(documents) == 1 for documents in world.books.vouchers.values())
