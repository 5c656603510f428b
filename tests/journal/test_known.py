"""What the ledger knows to stand in the books (`journal/known.py`)."""

from __future__ import annotations

from datetime import date

from synccenter.contract import catalogue
from synccenter.contract.connector import Sent
from synccenter.contract.model import Voucher
from synccenter.journal import known
from synccenter.journal.delivery import State
from tests.worlds.small_shop import World

ALL = date(2026, 1, 1), date(2026, 12, 31)


def test_changed_customers_are_no_sales(world: World) -> None:
    world.trade()
    world.books.refuse = lambda one: catalogue.UNEXPECTED.problem() if isinstance(one, Voucher) else None
    world.run()
    assert world.books.sends, "customers went up"
    shop = world.shop()
    assert not known.has_sent(shop.ledger)
    shop.close()


def test_what_was_sent_is_known_by_id_and_by_reference(world: World) -> None:
    world.trade()
    world.run()
    shop = world.shop()
    ids, references = known.there(shop.ledger, *ALL)
    assert known.has_sent(shop.ledger)
    for reference in world.books.vouchers:
        assert reference in references
        assert f"id-{reference}" in ids
    shop.close()


def test_what_is_held_for_what_it_is_is_known_by_its_ids_alone(world: World) -> None:
    world.trade()
    world.books.refuse = lambda _document: catalogue.UNEXPECTED.problem()
    world.run()
    shop = world.shop()
    one = shop.ledger.in_state(State.REJECTED)[0]
    shop.ledger.database.execute("UPDATE delivery SET state='pending' WHERE reference=:r", {"r": one.reference})
    problem = catalogue.ALREADY_THERE.problem(reference=one.reference, system="X", number="A1", day="", text="")
    shop.ledger.hold(one.reference, problem, Sent("a|b", "A1 och A2"))
    ids, references = known.there(shop.ledger, *ALL)
    assert {"a", "b"} <= ids
    assert one.reference not in references
    shop.ledger.remember("jag", "anyway", one.reference, "")
    assert known.acted(shop.ledger, "anyway") == {one.reference}
    shop.close()
