"""`journal/held.py` and `journal/places.py`: what waits for a person is kept in the ledger, with its answer."""

from __future__ import annotations

import pytest

from synccenter.contract.model import Register
from synccenter.journal.held import ACCEPTED, Held, Proposal
from synccenter.journal.places import Kept
from tests.worlds.small_shop import World


@pytest.fixture
def world(world: World) -> World:
    world.trade(receipts=3)
    return world


PROPOSAL = Proposal(Register.ARTICLES, "1001", "price_leap", ["1001", 1790], ["1001", 17900])


def test_a_proposal_is_known_by_what_it_would_write(world: World) -> None:
    shop = world.shop()
    held = Held(shop.ledger)
    held.put([PROPOSAL, Proposal(Register.STOCK, "1001", "stock_leap", None, [1])])
    assert Held(shop.ledger).waiting()[0] == PROPOSAL
    assert [one.key for one in held.all(Register.STOCK)] == ["1001"]
    held.answer([PROPOSAL], ACCEPTED, "anna")
    (other,) = held.waiting()
    assert other.register is Register.STOCK
    assert [one.state for one in held.all(Register.ARTICLES)] == [ACCEPTED]
    assert shop.ledger.history()[0][1:4] == ("anna", "accept", "articles:1001")
    held.drop([other])
    assert held.waiting() == []
    shop.close()


def test_places_are_read_and_written_many_at_once(world: World) -> None:
    shop = world.shop()
    places = Kept(shop.ledger, "prov:")
    values = {f"n{number}": str(number) for number in range(1200)}
    places.put(values)
    assert places.all() == values
    assert places.among(["n7", "n1199", "finns inte"]) == {"n7": "7", "n1199": "1199"}
    assert shop.ledger.place("prov:n7") == "7"
    places.drop(["n7"])
    assert places.among(["n7"]) == {}
    assert Kept(shop.ledger, "annat:").all() == {}
    shop.close()
