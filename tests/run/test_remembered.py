"""What only a run could see is kept until the next one: no more, and no less."""

from __future__ import annotations

from synccenter.contract import catalogue
from synccenter.contract.model import Document
from synccenter.run.remembered import found_before
from tests.worlds.books import not_reached
from tests.worlds.small_shop import World


def remembered(world: World) -> list[str]:
    shop = world.shop()
    found = [one.code for one in found_before(shop)]
    shop.close()
    return found


def test_what_concerns_all_is_kept_until_a_run_finds_otherwise(world: World) -> None:
    def closed(_document: Document, _commit: object) -> None:
        raise catalogue.SIGN_IN_NEEDED.error(system="Minnessystemet")

    world.trade()
    for fault in (closed, not_reached):
        world.books.faults.append(fault)
        (problem,) = world.run().problems
        assert remembered(world) == [problem.code]
    assert world.run().result == "ok"
    assert remembered(world) == []


def test_what_ledger_and_assessment_tell_is_not_kept_beside_them(world: World) -> None:
    world.trade()
    world.sql("UPDATE receipt_payment SET method='OKÄND' WHERE till='1' AND receipt=1")
    assert world.run().problems
    assert remembered(world) == [], "it is stopped in the ledger, and so told as long as it is"
