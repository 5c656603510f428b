"""A row that could not be read is not gone (`run/unread.py`): the till keeps what it has of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from synccenter.contract.connector import BadRow
from synccenter.contract.model import Article, Barcode, Register, RegisterRow, Stock
from tests.worlds.small_shop import World

ROWS: dict[Register, list[RegisterRow]] = {
    Register.ARTICLES: [Article(str(number), f"Vara {number}", price=1000) for number in range(1, 101)],
    Register.BARCODES: [Barcode(f"A{number}", str(number)) for number in range(1, 101)],
    Register.STOCK: [Stock(str(number), "", 5000) for number in range(1, 101)],
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A till with 100 articles, their barcodes and balances."""
    one = World(tmp_path, fetches=frozenset(ROWS))
    one.empty_till().close()
    one.trade(receipts=3)
    for table in ("article", "barcode", "stock"):
        one.sql(f"DELETE FROM {table}")
    one.books.registers.update(ROWS)
    assert one.run(everything=True).result == "ok"
    assert counts(one) == (100, 100, 100)
    return one


def counts(world: World) -> tuple[int, int, int]:
    return (
        world.sql("SELECT COUNT(*) FROM article WHERE active=1")[0][0],
        world.sql("SELECT COUNT(*) FROM barcode")[0][0],
        world.sql("SELECT COUNT(*) FROM stock")[0][0],
    )


def without(world: World, *numbers: int) -> None:
    """The business system brings everything but what belongs to these articles."""
    gone = {str(number) for number in numbers}
    for register, rows in ROWS.items():
        name = "number" if register is Register.ARTICLES else "article"
        world.books.registers[register] = [row for row in rows if getattr(row, name) not in gone]


def test_articles_that_could_not_be_read_keep_all_that_the_till_has(world: World) -> None:
    """45 of 100 articles were once taken out of use since their prices could not be read."""
    world.books.unreadable[Register.ARTICLES] = [
        BadRow(f"rad {number}", "priset är inget tal", key=str(number)) for number in range(1, 46)
    ]
    without(world, *range(1, 46))
    world.run(everything=True)
    assert counts(world) == (100, 100, 100)


def test_what_is_gone_beside_what_could_not_be_read_is_still_gone(world: World) -> None:
    world.books.unreadable[Register.ARTICLES] = [BadRow("rad 1", "namn saknas", key="1")]
    world.books.unreadable[Register.STOCK] = [BadRow("rad 2", "saldot är inget tal", article="2")]
    without(world, 1, 2, 3)
    world.run(everything=True)
    assert counts(world) == (98, 98, 99)
    kept = world.sql("SELECT article FROM stock WHERE article IN ('1','2','3') ORDER BY article")
    assert [row[0] for row in kept] == ["1", "2"]


def test_when_it_is_not_known_whose_row_it_was_nothing_is_taken_out_of_use_and_that_is_told(world: World) -> None:
    world.books.unreadable[Register.ARTICLES] = [BadRow("varor.csv rad 7", "numret är avrundat")]
    without(world, 1, 2, 3)
    world.run(everything=True)
    assert counts(world) == (100, 100, 100)
    assert any("varor.csv rad 7" in row and "tas inget ur bruk" in row for row in world.report.rows)
