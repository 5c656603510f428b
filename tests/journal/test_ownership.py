"""The lease (`journal/ownership.py`): lost when another has taken it, and never to oneself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from synccenter.contract.errors import SyncError
from synccenter.core.database import Database, SQLite
from synccenter.journal import ownership
from synccenter.journal.ledger import Ledger
from synccenter.journal.ownership import Lease
from tests.worlds.clock import Clock
from tests.worlds.small_shop import World


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = SQLite(tmp_path / "journal.sqlite", ours=True)
    Ledger(database, "1", Clock())
    yield database
    database.close()


@pytest.fixture
def awake(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Our own stopwatch: the last of them is now."""
    now = [1000.0]
    monkeypatch.setattr(ownership, "awake_seconds", lambda: now[-1])
    return now


def run_out(database: Database) -> None:
    """So much time has passed by the database's clock that another may take it."""
    database.execute("UPDATE lease SET expires=1.0")


def test_one_that_was_slow_and_alone_goes_on(database: Database, awake: list[float]) -> None:
    lease = Lease(database, "1", "kassa 1", 60)
    lease.acquire()
    awake.append(awake[-1] + 600)
    run_out(database)
    with pytest.raises(SyncError):
        lease.guard()  # nothing goes over the wire before the database has been asked
    lease.ensure()
    lease.guard()


def test_one_that_was_slow_and_is_not_alone_stops_and_says_who(database: Database, awake: list[float]) -> None:
    lease = Lease(database, "1", "kassa 1", 60)
    lease.acquire()
    awake.append(awake[-1] + 600)
    run_out(database)
    Lease(database, "1", "kassa 2", 60).acquire()
    with pytest.raises(SyncError, match="kassa 2 har tagit över") as caught:
        lease.ensure()
    assert caught.value.problem.code == "S02"


def test_one_that_has_let_go_does_not_take_it_back(database: Database, awake: list[float]) -> None:
    lease = Lease(database, "1", "kassa 1", 60)
    lease.acquire()
    lease.release()
    with pytest.raises(SyncError):
        lease.ensure()


def test_a_long_collection_renews_it_between_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A till lost its lease to itself: what it had to read took longer than the lease."""
    now = [1000.0]
    monkeypatch.setattr(ownership, "awake_seconds", lambda: now[-1])
    monkeypatch.setattr("synccenter.run.collect.BATCH", 2)
    intend = Ledger.intend

    def slowly(ledger: Ledger, deliveries: object) -> None:
        now.append(now[-1] + 200)  # of a lease of 300 seconds
        intend(ledger, deliveries)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "intend", slowly)
    world.settings("posting.unit=receipt")
    world.trade(receipts=12)
    outcome = world.run()
    assert now[-1] - now[0] > 1000
    assert outcome.result == "ok", outcome.problems
    assert outcome.sent >= 12
