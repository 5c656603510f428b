"""kill -9 while a ledger is brought to a new version or put back, and while settings are saved."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from synccenter.core.database import SQLite
from synccenter.journal import tables
from synccenter.journal.ledger import Ledger
from synccenter.journal.safekeeping import DOUBTFUL, keep_copy
from tests.violence.chores import LEDGER, NOW
from tests.violence.harness import Nursery, Scene
from tests.violence.nursery import open_shop

pytestmark = pytest.mark.violence


@pytest.fixture
def scene(tmp_path: Path, nursery: Nursery) -> Iterator[Scene]:
    made = Scene(tmp_path, nursery, unit="receipt", days=2, receipts=20, seed=3)
    made.till.close_up()
    yield made
    made.close()


def killed(scene: Scene, chore: str, length: float) -> bool:
    """Do a chore in a child and kill it within `length` seconds; whether it was still at it."""
    child = scene.nursery.start(**scene.order(chore=chore))
    time.sleep(scene.random.random() * length)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(scene.nursery.bury(child))


def test_a_ledger_killed_in_its_migration_is_of_one_version_or_the_other(scene: Scene) -> None:
    scene.run()
    path, spare = scene.folder / LEDGER, scene.folder / "före.sqlite"
    database = SQLite(path)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    deliveries = database.query("SELECT COUNT(*) FROM delivery")
    database.close()
    shutil.copy(path, spare)
    versions: set[int] = set()
    kills, length = 0, 0.1
    while kills < 15 or len(versions) < 2:
        for old in scene.folder.glob(f"{LEDGER}*"):
            old.unlink()
        shutil.copy(spare, path)
        was_killed = killed(scene, "migrate", length)
        kills += was_killed
        length *= 1.2 if was_killed else 0.9
        database = SQLite(path)
        columns = database.columns("delivery") or {}
        version = database.query("SELECT MAX(version) FROM ledger_version")[0][0]
        grown = "extra199" in columns
        assert ("extra0" in columns) == grown == (version == tables.VERSION + 1)
        assert database.query("SELECT COUNT(*) FROM delivery") == deliveries
        database.close()
        versions.add(version)
    print(f"\nmigration: {kills} kills, versions found afterwards: {sorted(versions)}")


def test_a_ledger_killed_while_it_is_put_back_knows_that_it_has_forgotten(scene: Scene) -> None:
    shop = open_shop(scene.folder, scene.ahead)
    keep_copy(shop.ledger.database, NOW)  # knows nothing of what is sent next
    shop.close()
    scene.run()
    kills, length = 0, 0.03
    while kills < 8:
        was_killed = killed(scene, "put back", length)
        kills += was_killed
        length *= 1.2 if was_killed else 0.8  # finds the moment on any machine
        shop = open_shop(scene.folder, scene.ahead)
        sent = shop.ledger.database.query("SELECT COUNT(*) FROM delivery WHERE state='sent'")[0][0]
        doubts = shop.ledger.place(DOUBTFUL) is not None
        shop.close()
        assert sent or doubts, "an older ledger that does not know it would send everything again"
        scene.run()
        assert scene.violations() == []
    print(f"\nput back: {kills} kills")


def test_settings_killed_while_saved_are_the_old_or_the_new_ones_whole(scene: Scene) -> None:
    kills, length = 0, 0.1
    while kills < 20:
        was_killed = killed(scene, "save settings", length)
        kills += was_killed
        length *= 1.2 if was_killed else 0.8
        shop = open_shop(scene.folder)
        assert shop.settings.problems == []
        assert shop.settings.posting.unit == "receipt"
        shop.close()


@pytest.mark.parametrize("kind", ["new", "earlier"])
def test_every_earlier_version_is_brought_to_the_present_one(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.sqlite"
    if kind == "earlier":
        database = SQLite(path)
        Ledger(database, "1", lambda: NOW).set_place("z:1", "57")
        database.close()
    later = tables.VERSION + 1
    monkeypatch.setattr(tables, "MIGRATIONS", {**tables.MIGRATIONS, later: ("CREATE TABLE extra (company {text})",)})
    monkeypatch.setattr(tables, "VERSION", later)
    database = SQLite(path)
    ledger = Ledger(database, "1", lambda: NOW)
    assert database.columns("extra") is not None
    assert database.query("SELECT MAX(version) FROM ledger_version")[0][0] == later
    assert ledger.place("z:1") == ("57" if kind == "earlier" else None)
    Ledger(database, "1", lambda: NOW)
    database.close()
