"""Whether anybody has written in a file since (`core/sqlite.py`, `core/server.py`): what a quiet run goes by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from synccenter.core.sqlite import SQLite


@pytest.fixture(params=["delete", "wal", "truncate", "persist"])
def till(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[SQLite, sqlite3.Connection]]:
    """A till's file in each journal mode: ours to read, the till's to write."""
    path = tmp_path / "kassa.sqlite"
    theirs = sqlite3.connect(path, isolation_level=None)
    theirs.execute(f"PRAGMA journal_mode={request.param}")
    theirs.execute("CREATE TABLE receipt (number INTEGER PRIMARY KEY, total INTEGER)")
    theirs.execute("INSERT INTO receipt VALUES (1, 100)")
    ours = SQLite(path)
    yield ours, theirs
    ours.close()
    theirs.close()


def test_reading_changes_nothing(till: tuple[SQLite, sqlite3.Connection]) -> None:
    ours, theirs = till
    before = ours.stamp()
    assert before
    ours.query("SELECT * FROM receipt")
    theirs.execute("SELECT * FROM receipt").fetchall()
    assert ours.stamp() == before


@pytest.mark.parametrize(
    "write",
    ["UPDATE receipt SET total=101", "INSERT INTO receipt VALUES (2, 5)", "DELETE FROM receipt", "DROP TABLE receipt"],
)
def test_every_write_is_seen(till: tuple[SQLite, sqlite3.Connection], write: str) -> None:
    ours, theirs = till
    before = ours.stamp()
    theirs.execute(write)
    assert ours.stamp() != before


def test_ten_writes_that_take_each_other_back_are_seen(till: tuple[SQLite, sqlite3.Connection]) -> None:
    ours, theirs = till
    seen = {ours.stamp()}
    for turn in range(10):
        theirs.execute("UPDATE receipt SET total=:total", {"total": 100 + turn % 2})
        seen.add(ours.stamp())
    assert len(seen) >= 10


def test_another_file_in_its_place_is_seen(tmp_path: Path) -> None:
    paths = [tmp_path / "a.sqlite", tmp_path / "b.sqlite"]
    for path in paths:
        database = sqlite3.connect(path, isolation_level=None)
        database.execute("CREATE TABLE receipt (number INTEGER)")
        database.close()
    stamps = set()
    for path in paths:
        ours = SQLite(path)
        stamps.add(ours.stamp())
        ours.close()
    assert len(stamps) == 2
