"""A till put back from a copy gives its numbers of changed customers again: what is new under them goes up.

Tells of `journal/customers.py`.
"""

from __future__ import annotations

import pytest

from synccenter.contract.model import CustomerChange
from synccenter.core.database import SQLite
from synccenter.journal import customers
from synccenter.journal.ledger import Ledger
from synccenter.till.sales import Sales
from tests.worlds.small_shop import World
from tests.worlds.till import put


def change(world: World, sequence: int, day: int, name: str) -> None:
    """Customer 77 is changed at the till."""
    database = SQLite(world.till)
    at = f"2026-11-{day:02d}T10:00:00+01:00"
    put(database, "customer_change", sequence=sequence, at=at, number="77", name=name)
    database.close()


def names(world: World) -> list[str]:
    """What customer 77 has been called in the business system, in order."""
    there = (one for many in world.books.vouchers.values() for one in many)
    return [one.customer.name for one in there if isinstance(one, CustomerChange) and one.customer.number == "77"]


def test_numbers_that_are_used_again_are_read_again_and_the_old_ones_are_not_sent_anew(world: World) -> None:
    world.trade()
    for sequence, day in ((901, 3), (902, 4), (903, 5)):
        change(world, sequence, day, f"Dag {day}")
    assert world.run().result == "ok"
    world.sql("DELETE FROM customer_change WHERE sequence>=902")
    assert world.run().sent == 0, "put back, and nothing new as yet"
    change(world, 902, 9, "Dag 9")
    for _ in range(2):
        assert world.run().result == "ok"
    assert len(names(world)) == 4
    assert names(world).count("Dag 9") == 1
    world.sql("DELETE FROM customer_change WHERE sequence>=902")
    change(world, 902, 10, "Dag 10")
    assert world.run().result == "ok"
    assert "Dag 10" in names(world), "and once more"


def test_a_change_that_is_written_late_under_a_higher_number_is_no_new_till(world: World) -> None:
    world.trade()
    change(world, 901, 5, "Dag 5")
    change(world, 902, 4, "Dag 4")
    assert world.run().result == "ok"
    sent = len(names(world))
    assert world.run().sent == 0
    assert len(names(world)) == sent


def test_a_run_that_dies_between_the_place_and_the_time_sends_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.trade()
    assert world.run().result == "ok"
    change(world, 901, 5, "Dag 5")
    remember = customers.remember

    def dies(*_: Sales | Ledger) -> None:
        monkeypatch.setattr(customers, "remember", remember)
        raise KeyboardInterrupt  # the process is gone: nothing after this is done

    monkeypatch.setattr(customers, "remember", dies)
    with pytest.raises(KeyboardInterrupt):
        world.run()
    for _ in range(2):
        assert world.run().result == "ok"
    assert names(world) == ["Dag 5"]
    assert world.books.doubled() == []
