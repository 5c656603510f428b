"""What a person does with deliveries, in the same words by command line and windows; a failure stops no other.

Tells of `run/by_hand.py`.
"""

from __future__ import annotations

import re
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
    first, *_between, last = sorted(number for (number,) in world.sql("SELECT number FROM receipt WHERE till='1'"))
    world.sql("DELETE FROM receipt WHERE till='1' AND number=:number", number=first + 1)
    shop = world.shop()
    log = Log(tmp_path, tmp_path, dict, clock=shop.clock, keep_days=90, masker=Masker())
    gone = first + 1
    for name in (
        "1:57",
        f"kvitto:1:{first}-{first}",  # there it is
        f"kvitto:1:{first}-{gone}",
        f"kvitto:1:{gone}-{first}",
        f"kvitto:1:{last + 1}-{last + 1}",  # not sold yet
        f"kvitto:9:{gone}-{gone}",
        "kvitto:9:*",
        "Z:1:1-1",
        f"ändrat:1:{last + 7}",
        "ändrad-Z:1:99",
        f"kvitto:1:{gone}-{10**30}",
    ):
        with pytest.raises(SyncError, match=re.escape(name)) as refused:
            by_hand.explain(shop, log, name, "x")
        assert refused.value.problem.code == "D60"
    assert shop.ledger.explanations() == {}
    names = [f"kvitto:1:{gone}-{gone}", "kvitto:1:*", f"ändrat:1:{first}", f"ändrat:1:{gone}", "ändrad-Z:1:1"]
    for name in names:
        assert by_hand.explain(shop, log, name, "provkvitto") == f"Luckan {name} är förklarad."
    world.sql("DELETE FROM receipt WHERE till='1' AND number=:number", number=last)  # its Z report still names it
    names.append(f"kvitto:1:{last}-{last}")
    by_hand.explain(shop, log, names[-1], "borta")
    assert list(shop.ledger.explanations()) == names
    log.close()
    shop.close()
