from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from synccenter.core.database import Database, connect
from synccenter.till import schema

_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables, of each kind that a till can have here."""
    if request.param == "sqlite":
        database = connect(str(tmp_path / "till.db"))
    else:
        database = connect(request.getfixturevalue("postgres_url"), schema=f"till{next(_numbers)}")
    yield database
    database.close()


@pytest.fixture
def database(empty: Database) -> Database:
    """A till database with the tables of the contract."""
    schema.create(empty)
    return empty


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """A till database in a file."""
    database = connect(str(tmp_path / "file.db"))
    schema.create(database)
    yield database
    database.close()
