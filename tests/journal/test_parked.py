"""What does not go on is read without its documents: who, why, and which way it was meant to go."""

from __future__ import annotations

from synccenter.contract import catalogue
from synccenter.contract.model import CustomerChange
from synccenter.journal.delivery import State, Unit
from synccenter.journal.parked import elsewhere, held, waiting
from tests.worlds.books import lost_before, not_reached
from tests.worlds.small_shop import World

LOCKED = catalogue.NOT_BANK_ACCOUNT.problem(account=1910, use="", system="M")


def test_what_was_refused_and_what_could_not_be_made_are_told_apart(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    world.sql("UPDATE receipt_payment SET amount=amount+1 WHERE row=1 AND till='1' AND receipt=1")
    world.books.refuse = lambda one: LOCKED if isinstance(one, CustomerChange) else None
    world.run()
    shop = world.shop()
    found = {one.unit: one for one in held(shop.ledger, route="memory")}
    assert (found[Unit.RECEIPT].reference, found[Unit.RECEIPT].problem.code) == ("1-1", "B03")
    assert not found[Unit.RECEIPT].refused
    assert found[Unit.CUSTOMER].refused
    assert found[Unit.CUSTOMER].problem.cause == LOCKED.cause
    assert [one.unit for one in held(shop.ledger, unit=Unit.CUSTOMER)] == [Unit.CUSTOMER]
    assert list(held(shop.ledger, route="other")) == []
    shop.close()


def test_what_was_meant_for_another_system_is_counted_and_never_waits_for_this_one(world: World) -> None:
    world.trade()
    world.books.faults = [lost_before, not_reached, not_reached, not_reached]
    world.run()
    shop = world.shop()
    names = {one.reference for one in shop.ledger.in_state(State.PENDING)}
    assert names
    assert waiting(shop.ledger, route="memory") == names
    assert waiting(shop.ledger, route="other") == set()
    ((route, count),) = elsewhere(shop.ledger, route="other")
    assert (route, count) == ("memory", len(names) + 1)
    assert elsewhere(shop.ledger, route="memory") == []
    assert [one.reference for one in held(shop.ledger, (State.UNKNOWN,))] != []
    shop.close()
