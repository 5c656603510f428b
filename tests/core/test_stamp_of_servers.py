"""Whether anybody has written in a till on PostgreSQL, without reading it: what the server counts by itself.

Tells of `core/server.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from synccenter.core.database import Database, connect
from synccenter.till import schema
from tests.worlds.till import put, put_receipt

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def till(postgres_url: str) -> Iterator[Database]:
    """A till with a receipt, in a schema of its own."""
    database = connect(postgres_url, schema="stamp")
    schema.create(database)
    put(database, "company", name="Torgets Bod AB", fiscal_year_start=1)
    put_receipt(database, 1)
    counted(database, "")
    yield database
    database.execute("DROP SCHEMA stamp CASCADE")
    database.close()


def counted(database: Database, before: str) -> str:
    """The stamp when it has become another: the server hands its counts over within a second or so."""
    end = time.monotonic() + 30
    while (stamp := database.stamp()) in {before, ""}:
        assert time.monotonic() < end, stamp
        time.sleep(0.05)
    return stamp


def test_it_is_another_when_anything_is_written_and_the_same_when_nothing_is(till: Database) -> None:
    stamp = counted(till, "")
    for statement in (
        "UPDATE receipt_payment SET amount=amount+1",
        "DELETE FROM receipt_line",
        "TRUNCATE receipt_payment",
    ):
        till.execute(statement)
        stamp, before = counted(till, stamp), stamp
        assert stamp != before
    till.query("SELECT * FROM receipt")
    settled = till.stamp()
    assert till.stamp() == settled


def test_behind_a_view_nobody_knows(till: Database) -> None:
    till.execute("CREATE VIEW kvitton AS SELECT * FROM receipt")
    assert till.stamp() == ""
