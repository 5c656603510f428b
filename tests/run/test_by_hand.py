"""What a person does with deliveries, in the same words by command line and windows; a failure stops no other.

Tells of `run/by_hand.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from synccenter.contract.errors import SyncError
from synccenter.core.logs import Log
from synccenter.core.masking import Masker
from synccenter.journal.ledger import State
from synccenter.run import by_hand
from tests.worlds.small_shop import World


def test_what_cannot_be_done_is_told_and_the_others_are_done(world: World, tmp_path: Path) -> None:
    world.trade()
    world.run()
    shop = world.shop()
    log = Log(tmp_path, tmp_path, dict, clock=shop.clock, keep_days=90, masker=Masker())
    chosen = [shop.ledger.get("1-Z1"), shop.ledger.get("2-Z1")]
    refused = by_hand.do(shop, log, "booked", chosen, "nej")
    assert [one.problem.code for one in refused if one.problem] == ["S16", "S16"]
    world.books.vouchers.pop("1-Z1")
    done = by_hand.do(shop, log, "resend", chosen, "borttagen i boken")
    assert done[0].text == "1-Z1 skickas om som 1-Z1-R2 vid nästa synkronisering."
    assert done[1].problem
    assert done[1].problem.code == "S15"
    assert shop.ledger.get("1-Z1").state is State.REPLACED
    log.close()
    shop.close()


def test_only_what_is_there_is_explained(world: World, tmp_path: Path) -> None:
    world.trade()
    world.run()
    shop = world.shop()
    log = Log(tmp_path, tmp_path, dict, clock=shop.clock, keep_days=90, masker=Masker())
    with pytest.raises(SyncError, match="kvitto:1:900-901") as refused:
        by_hand.explain(shop, log, "kvitto:1:900-901", "x")
    assert refused.value.problem.code == "D60"
    assert by_hand.explain(shop, log, "ändrat:1:1", "provkvitto") == "Luckan ändrat:1:1 är förklarad."
    assert shop.ledger.explanations() == {"ändrat:1:1": "provkvitto"}
    log.close()
    shop.close()
