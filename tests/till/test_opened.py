"""A till's database that refuses a question says what it lacks, under its own name."""

from __future__ import annotations

import pytest

from synccenter.contract.errors import SyncError
from synccenter.core.database import Database
from synccenter.till.opened import Till


def test_a_question_that_a_missing_table_refuses_is_told_by_the_table(database: Database) -> None:
    database.execute("DROP TABLE till")
    with pytest.raises(SyncError) as refused:
        Till(database).query("SELECT id FROM till")
    assert (refused.value.problem.code, refused.value.problem.item) == ("K01", "till")


def test_what_is_wrong_with_the_question_itself_is_still_that(database: Database) -> None:
    with pytest.raises(SyncError) as refused:
        Till(database).query("SELECT nothing FROM nowhere")
    assert refused.value.problem.code == "D04"
