"""The ledger survives: damage is noticed, said in one sentence, and the way back doubles nothing.

Tells of `journal/delivery.py`.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from synccenter.cli.main import run
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.core.database import SQLite
from synccenter.journal import safekeeping
from synccenter.journal.ledger import Ledger
from synccenter.journal.ownership import Lease
from synccenter.journal.safekeeping import check_intact, copies, keep_copy, latest_copy, restore, taking_turns
from tests.worlds.small_shop import World


def ledger_of(world: World) -> Path:
    return world.folder / "kassa.sqlite.ledger.sqlite"


def no_tray(_folder: Path) -> int:
    raise AssertionError("the command line opens no window")


def spoil(path: Path, start: int, size: int) -> None:
    content = bytearray(path.read_bytes())
    content[start : start + size] = b"\xff" * len(content[start : start + size])
    path.write_bytes(content)


@pytest.mark.parametrize("where", ["the first bytes", "the middle", "cut off"])
def test_whatever_is_damaged_the_sentence_is_d07_and_nothing_is_sent(world: World, where: str) -> None:
    world.trade()
    world.run()
    path = ledger_of(world)
    if where == "cut off":
        path.write_bytes(path.read_bytes()[:8192])
    else:
        spoil(path, 0 if where == "the first bytes" else 4096, 8192)
    world.trade()
    world.later(days=2)
    sends = world.books.sends
    problem = world.run().problems[0]
    assert problem.code == "D07"
    assert "jobsync ledger restore" in problem.fix
    assert ".copy" in problem.what
    assert world.books.sends == sends


@pytest.mark.parametrize(
    "change",
    [
        "document=substr(document, 1, 40)",
        "document=CAST(x'ff00fe' AS TEXT)",
        "document='[]'",
        "source='x'",
        "source='[1]'",
        "unit='vecka'",
        "business_date='igår'",
    ],
)
def test_a_row_that_is_no_longer_as_it_was_written_is_named_and_is_no_bug(world: World, change: str) -> None:
    world.trade()
    world.run()
    (reference,) = world.sql("SELECT MIN(reference) FROM delivery", ledger_of(world))[0]
    world.sql(f"UPDATE delivery SET {change} WHERE reference='{reference}'", ledger_of(world))
    shop = world.shop()
    with pytest.raises(SyncError) as told:
        shop.ledger.get(reference)
    shop.close()
    assert told.value.problem.code == "D64"
    assert reference in told.value.problem.what
    world.trade()
    assert "S10" not in {problem.code for problem in world.run(everything=True).problems}


def test_damage_that_comes_within_the_day_is_noticed_at_the_next_start(world: World) -> None:
    world.trade()
    world.run()
    spoil(ledger_of(world), 4096, 1 << 20)
    world.trade()
    first = {problem.code for problem in world.run().problems}
    second = {problem.code for problem in world.run().problems}
    assert "D07" in first | second
    assert "D07" in second
    assert world.books.doubled() == []


def test_the_way_back_by_the_command_line_doubles_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBSYNC_KEYCHAIN", f"file:{world.folder / 'valv.json'}")
    world.trade()
    world.run()
    world.trade()
    world.run()  # after the copy of the first run: the copy does not know of it
    before = world.books.count()
    spoil(ledger_of(world), 0, 4096)
    assert run(world.registry, ["--data-dir", str(world.folder), "ledger", "restore"], no_tray) == 0
    outcome = world.run()
    assert (outcome.sent, outcome.confirmed > 0) == (0, True)
    assert world.books.count() == before
    assert world.books.doubled() == []
    assert world.run().quiet
    assert list(world.folder.glob("*.damaged")), "the damaged file is kept for support"


def test_nobody_puts_a_ledger_back_under_a_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBSYNC_KEYCHAIN", f"file:{world.folder / 'valv.json'}")
    world.trade()
    world.run()
    shop = world.shop()
    with taking_turns(shop.lock_path):
        assert run(world.registry, ["--data-dir", str(world.folder), "ledger", "restore"], no_tray) == 4
    shop.close()
    assert not list(world.folder.glob("*.damaged"))


def test_what_was_parked_in_the_copy_is_looked_up_too_before_it_is_sent(world: World) -> None:
    world.trade()
    closed = catalogue.NO_SALES_ACCOUNT.problem(group="–", rate=25, date="")
    world.books.refuse = lambda _document: closed
    assert world.run().parked
    shop = world.shop()
    for copy in copies(ledger_of(world)):
        copy.unlink()
    keep_copy(shop.ledger.database, world.clock.now)
    shop.close()
    world.books.refuse = lambda _document: None
    assert world.run().result == "ok"
    sent = world.books.count()
    restore(ledger_of(world), world.clock.now)
    assert world.run().sent == 0
    assert world.books.count() == sent
    assert world.books.doubled() == []


def test_a_copy_dated_in_the_future_neither_stops_copies_nor_is_taken_for_the_newest(world: World) -> None:
    world.trade()
    world.later(days=2000)
    world.run()
    world.later(days=-2000)
    world.run()
    newest = latest_copy(ledger_of(world), world.clock.now)
    assert newest is not None
    assert f"{world.clock.now:%Y%m%d}" in newest.name


def test_a_lease_taken_while_the_clock_was_a_year_ahead_does_not_lock_the_others_out(tmp_path: Path) -> None:
    database = SQLite(tmp_path / "journal.sqlite")
    Ledger(database, "1", lambda: World(tmp_path / "x").clock.now)
    Lease(database, "1", "kassa 1", 60).acquire()
    database.execute("UPDATE lease SET expires=expires+365*86400")
    second = Lease(database, "1", "kassa 2", 60)
    second.acquire()
    assert second.took_over_from == "kassa 1"
    database.close()


def test_a_big_ledger_is_looked_through_once_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes seconds where there are years of sales; the next run of the day does not even open the file."""
    world.trade()
    world.run()
    path = ledger_of(world)
    Path(f"{path}.checked").unlink(missing_ok=True)
    looks: list[Path] = []

    def look(one: Path) -> str:
        looks.append(one)
        return "ok"

    monkeypatch.setattr(safekeeping, "_verdict", look)
    for hours in (0, 1, 22):
        check_intact(path, world.clock.now + timedelta(hours=hours))
    assert looks == [path]
    check_intact(path, world.clock.now + timedelta(hours=25))
    assert looks == [path, path]


def test_a_ledger_of_a_newer_program_is_left_alone(world: World) -> None:
    world.trade()
    world.run()
    database = SQLite(ledger_of(world))
    database.execute("INSERT INTO ledger_version (version) VALUES (99)")
    database.close()
    assert world.run().problems[0].code == "D08"
    with pytest.raises(SyncError, match="D08"):
        world.shop().ledger.counts()
