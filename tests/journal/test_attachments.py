"""What the ledger remembers of pages: `journal/attachments.py`. The stories are in tests/run/test_attach.py."""

from __future__ import annotations

from synccenter.contract import catalogue
from synccenter.journal.attachments import Attachments, Stage
from tests.worlds.small_shop import World


def test_a_page_is_wanted_once_and_goes_from_waiting_to_done(world: World) -> None:
    world.trade(receipts=4)
    world.run()
    shop = world.shop()
    attachments = Attachments(shop.ledger)
    first = "1-Z1"
    with shop.ledger.together():
        attachments.want(first, doubtful=False)
        attachments.want(first, doubtful=True)
    (one,) = attachments.due("memory", 10)
    assert (one.delivery.reference, one.attempts, one.stored, one.doubtful) == (first, 0, "", False)
    with shop.ledger.together():
        attachments.begin(first, 90.0)
    assert attachments.due("memory", 10) == []
    attachments.keep(first, "fil-1")
    attachments.failed(one, catalogue.ANSWER_LOST.problem(), settle=0.0)
    (again,) = attachments.due("memory", 10)
    assert (again.attempts, again.stored) == (1, "fil-1")
    assert [reference for reference, _ in attachments.stuck()] == [first]
    assert attachments.due("other", 10) == [], "another way's pages are not this one's"
    attachments.done(first)
    assert attachments.stages() == {Stage.DONE: 1}
    assert attachments.stuck() == []
    shop.close()


def test_a_ledger_put_back_from_a_copy_doubts_the_pages_that_wait(world: World) -> None:
    world.trade(receipts=4)
    world.run()
    shop = world.shop()
    attachments = Attachments(shop.ledger)
    with shop.ledger.together():
        attachments.want("1-Z1", doubtful=False)
    shop.ledger.doubt_waiting()
    (one,) = attachments.due("memory", 10)
    assert one.doubtful
    shop.close()
