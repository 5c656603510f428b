"""By hand: release, send again, mark as booked, put the ledger back. Always in the history, never a double."""

from __future__ import annotations

import pytest

from synccenter.contract import catalogue
from synccenter.contract.connector import ReadsBack
from synccenter.contract.errors import Problem, SyncError
from synccenter.core.database import SQLite
from synccenter.journal.ledger import Delivery, State
from synccenter.journal.safekeeping import copies, latest_copy, make_doubtful, restore, taking_turns
from synccenter.run.repair import Repair
from synccenter.shop import Shop
from synccenter.truth.proof import prove
from tests.worlds.books import lost_after
from tests.worlds.small_shop import World

CLOSED = Problem("X", catalogue.NO_SALES_ACCOUNT.kind, "Kontot är spärrat", "", "öppna kontot.", "Bokföraren", "")


def by_hand(world: World, reference: str) -> tuple[Shop, Repair, Delivery]:
    shop = world.shop()
    return shop, Repair(shop), shop.ledger.get(reference)


def parked(world: World) -> World:
    world.trade()
    world.books.refuse = lambda document: CLOSED if document.reference == "1-Z1" else None
    world.run()
    return world


def test_release_maps_anew_and_waits_to_be_sent(world: World) -> None:
    parked(world)
    shop, repair, delivery = by_hand(world, "1-Z1")
    assert repair.release(delivery, "kontot öppnat").state is State.PENDING
    shop.close()
    world.books.refuse = lambda _document: None
    world.run()
    assert len(world.books.vouchers["1-Z1"]) == 1


def test_marked_as_booked_is_never_sent(world: World) -> None:
    parked(world)
    shop, repair, delivery = by_hand(world, "1-Z1")
    repair.booked(delivery, "verifikation F 17")
    shop.close()
    world.books.refuse = lambda _document: None
    assert world.run().result == "ok"
    assert "1-Z1" not in world.books.vouchers


def test_what_stands_in_the_books_is_not_sent_again_unless_a_person_insists(world: World) -> None:
    world.trade()
    world.run()
    shop, repair, delivery = by_hand(world, "1-Z1")
    with pytest.raises(SyncError, match="S15"):
        repair.resend(delivery, "", insist=False)
    new = repair.resend(delivery, "makulerad i bokföringen", insist=True)
    assert new.reference == "1-Z1-R2"
    shop.close()
    world.run()
    assert "1-Z1-R2" in world.books.vouchers
    assert world.run().quiet


def test_what_was_deleted_in_the_books_may_be_sent_again_and_again(world: World) -> None:
    world.trade()
    world.run()
    for reference, following in (("1-Z1", "1-Z1-R2"), ("1-Z1-R2", "1-Z1-R3")):
        del world.books.vouchers[reference]
        shop, repair, delivery = by_hand(world, reference)
        assert repair.resend(delivery, "borttagen av misstag", insist=False).reference == following
        shop.close()
        world.run()
        assert following in world.books.vouchers


def test_a_z_sent_one_way_is_refused_the_other_way(world: World) -> None:
    world.trade()
    world.run()
    world.settings("integration.system=other", "safety.cutover=2026-11-10")
    shop, repair, delivery = by_hand(world, "1-Z1")
    with pytest.raises(SyncError, match="S05"):
        repair.resend(delivery, "", insist=False)
    repair.resend(delivery, "fanns inte i det nya", insist=True)
    shop.close()
    world.run()
    assert list(world.other.vouchers) == ["1-Z1-R2"]


def test_every_act_is_in_a_history_that_cannot_be_changed(world: World) -> None:
    parked(world)
    shop, repair, delivery = by_hand(world, "1-Z1")
    repair.booked(delivery, "verifikation F 17")
    at, who, act, reference, note = shop.ledger.history()[0]
    assert (act, reference, note) == ("booked", "1-Z1", "verifikation F 17")
    assert "@" in who
    assert at == world.clock.now.timestamp()
    for statement in ("UPDATE history SET note='x'", "DELETE FROM history"):
        with pytest.raises(SyncError, match="append-only"):
            shop.ledger.database.execute(statement)
    shop.close()


def test_only_what_fits_the_state_can_be_done(world: World) -> None:
    world.trade()
    world.run()
    shop, repair, delivery = by_hand(world, "1-Z1")
    with pytest.raises(SyncError, match="S16"):
        repair.release(delivery, "")
    with pytest.raises(SyncError, match="S16"):
        repair.booked(delivery, "")
    shop.close()


def test_a_damaged_ledger_stops_everything_and_the_way_back_doubles_nothing(world: World) -> None:
    world.trade()
    world.run()
    world.books.faults = [lost_after]
    world.trade()
    world.run()
    path = world.folder / "kassa.sqlite.ledger.sqlite"
    content = bytearray(path.read_bytes())
    content[4096 : 4096 * 3] = b"\xff" * 8192
    path.write_bytes(content)
    world.later(days=2)
    outcome = world.run()
    assert outcome.problems[0].code == "D07"
    booked = world.books.count()
    shop = world.shop()
    assert restore(path, world.clock.now) is not None
    make_doubtful(shop.ledger)
    shop.close()
    assert world.run().result == "ok"
    assert world.books.doubled() == []
    assert world.books.count() >= booked
    assert world.run().quiet


def test_a_copy_is_made_each_week_and_four_are_kept(world: World) -> None:
    world.trade()
    path = world.folder / "kassa.sqlite.ledger.sqlite"
    for _ in range(6):
        world.run()
        world.run()
        world.later(days=8)
    assert len(copies(path)) == 4
    newest = latest_copy(path)
    assert newest is not None
    copy = SQLite(newest, read_only=True)
    assert copy.query("SELECT COUNT(*) FROM delivery")[0][0] > 0
    copy.close()


def reversible(world: World) -> None:
    world.books.reverses = True
    world.trade()
    world.run()


def test_a_wrong_voucher_is_reversed_and_sent_again(world: World) -> None:
    reversible(world)
    shop, repair, delivery = by_hand(world, "1-Z1")
    assert repair.reverse(delivery, "fel konto för kort").number == "V99"
    assert shop.ledger.history()[0][2:] == ("reverse", "1-Z1", "V99: fel konto för kort")
    assert repair.resend(delivery, "rätt konto", insist=False).reference == "1-Z1-R2"
    shop.close()
    world.run()
    assert "1-Z1" not in world.books.vouchers
    assert "1-Z1-R2" in world.books.vouchers


def test_until_it_is_sent_again_the_proof_says_that_it_is_missing(world: World) -> None:
    reversible(world)
    shop, repair, delivery = by_hand(world, "1-Z1")
    repair.reverse(delivery, "fel konto för kort")
    connector = shop.connector()
    assert isinstance(connector, ReadsBack)
    day = delivery.business_date
    assert [one.reference for one in prove(shop.sales, shop.ledger, day, day, books=connector).books] == ["1-Z1"]
    shop.close()


def test_what_cannot_be_reversed_is_told_and_nothing_is_noted(world: World) -> None:
    world.trade()
    world.run()
    shop, repair, delivery = by_hand(world, "1-Z1")
    with pytest.raises(SyncError, match="S60"):
        repair.reverse(delivery, "fel konto")
    assert list(shop.ledger.history()) == []
    shop.close()


def test_only_what_is_sent_is_reversed_and_not_beside_a_run(world: World) -> None:
    reversible(world)
    shop, repair, delivery = by_hand(world, "1-Z1")
    with taking_turns(shop.lock_path), pytest.raises(SyncError, match="S14"):
        repair.reverse(delivery, "")
    new = repair.resend(delivery, "", insist=True)
    with pytest.raises(SyncError, match="S16"):
        repair.reverse(new, "väntar")
    shop.close()
