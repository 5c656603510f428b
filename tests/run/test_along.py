"""Registers whose rows stand in another's answers: a shop's barcodes come with its articles, for no request more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from synccenter.contract.connector import Connector, Page, Session
from synccenter.contract.model import Article, Barcode, Register
from tests.worlds.books import MemoryConnector, articles
from tests.worlds.small_shop import World


class WithBarcodes(MemoryConnector):
    """Brings each article's barcode along, two articles a page."""

    asked: list[tuple[Register, str | None]]

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        self.asked.append((register, since))
        rows = self._books.registers.get(register, ())
        new = rows[len(rows) - 1 :] if since else rows
        for start in range(0, len(new), 2):
            part = [row for row in new[start : start + 2] if isinstance(row, Article)]
            codes = [Barcode(f"73{row.number}", row.number) for row in part]
            last = start + 2 >= len(new)
            yield Page(
                part, cursor=str(len(rows)) if last else None, full=last and not since, also={Register.BARCODES: codes}
            )


@pytest.fixture
def shop(tmp_path: Path) -> World:
    """A shop whose business system sends articles with their barcodes."""
    world = World(tmp_path / "butik")
    world.trade(receipts=2)
    for table in ("article", "barcode"):
        world.sql(f"DELETE FROM {table}")
    WithBarcodes.asked = []

    def opened(session: Session[Struct]) -> Connector:
        return WithBarcodes(world.books, session)

    plain = world.registry["memory"]
    along = msgspec.structs.replace(plain.capabilities, along={Register.BARCODES: Register.ARTICLES})
    world.registry["memory"] = msgspec.structs.replace(plain, capabilities=along, open=opened)
    world.books.registers = {Register.ARTICLES: articles(5)}
    return world


def codes(world: World) -> list[tuple[object, ...]]:
    return world.sql("SELECT code, article FROM barcode ORDER BY code")


def test_barcodes_come_with_their_articles_and_are_not_asked_for(shop: World) -> None:
    outcome = shop.run()
    assert outcome.fetched == {"articles": 5, "barcodes": 5}
    assert codes(shop) == [(f"73{number}", str(number)) for number in range(1, 6)]
    assert WithBarcodes.asked == [(Register.ARTICLES, None)]
    assert any("Streckkoder: 5 hämtade, 5 nya, 0 ändrade" in row for row in shop.report.rows)


def test_they_share_the_cursor(shop: World) -> None:
    shop.run()
    shop.later(minutes=10)
    shop.books.registers = {Register.ARTICLES: articles(6)}
    assert shop.run().fetched == {"articles": 1, "barcodes": 1}
    assert WithBarcodes.asked[-1] == (Register.ARTICLES, "5")


def test_one_that_was_not_wanted_before_is_read_from_the_beginning(shop: World) -> None:
    shop.settings("integration.registers=articles")
    shop.run()
    assert codes(shop) == []
    shop.later(minutes=10)
    shop.settings("integration.registers=")
    shop.run()
    assert len(codes(shop)) == 5
    assert WithBarcodes.asked[-1] == (Register.ARTICLES, None)


def test_a_full_comparison_takes_those_that_are_gone_away(shop: World) -> None:
    shop.run()
    shop.sql("INSERT INTO barcode (company, code, article) SELECT company, '999', '1' FROM company")
    shop.later(minutes=10)
    outcome = shop.run(everything=True)
    assert len(codes(shop)) == 5
    assert outcome.written == 1
