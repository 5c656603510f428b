"""Between the daily full compares a sweep finds what a delta does not tell: stock, prices, codes taken away.

Tells of `run/fetch.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.connector import Connector, Page, Session
from synccenter.contract.model import Article, Barcode, Price, Register, RegisterRow, Stock
from synccenter.contract.options import Option
from tests.worlds.books import MemoryConnector
from tests.worlds.small_shop import DAY, World


class Deaf(MemoryConnector):
    """Its delta tells of articles that were renamed, and of nothing else."""

    there: ClassVar[dict[Register, list[RegisterRow]]] = {}
    asked: ClassVar[list[tuple[Register, bool]]] = []
    cut: ClassVar[bool] = False

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        self.asked.append((register, since is None))
        rows = self.there.get(register, [])
        names = "|".join(row.name for row in rows if isinstance(row, Article))
        if since == names:
            yield Page((), cursor=names)
            return
        also: dict[Register, Sequence[RegisterRow]] = {}
        if register is Register.ARTICLES:
            if self.cut:
                yield Page(rows[:1])
                raise catalogue.NO_NETWORK.error(host="lager.example")
            also = {one: self.there.get(one, []) for one in (Register.BARCODES, Register.STOCK)}
        yield Page(rows, cursor=names, full=since is None, also=also)


class Rounded(Struct, frozen=True):
    """How its prices are read."""

    rounding: Annotated[str, Option(label="Avrunda", help="Priser.")] = ""


@pytest.fixture
def shop(tmp_path: Path) -> World:
    """A shop that has been in trade for a while: its first fetch is done."""
    world = World(tmp_path / "Åsas butik")
    world.trade(receipts=3)
    for table in ("article", "barcode", "stock", "price"):
        world.sql(f"DELETE FROM {table}")
    along = {Register.BARCODES: Register.ARTICLES, Register.STOCK: Register.ARTICLES}

    def opened(session: Session[Struct]) -> Connector:
        return Deaf(world.books, session)

    described = world.registry["memory"]
    whole = frozenset({Register.ARTICLES, Register.PRICES})
    can = replace(described.capabilities, fetches=whole, delta=whole, along=along, swept=whole)
    world.registry["memory"] = replace(described, settings=Rounded, capabilities=can, open=opened)
    Deaf.there = {
        Register.ARTICLES: [Article("1", "Kaffe", price=1000), Article("2", "Te", price=2000)],
        Register.BARCODES: [Barcode("KOD-1", "1"), Barcode("KOD-2", "2")],
        Register.STOCK: [Stock("1", "", 5000)],
        Register.PRICES: [Price("Medlem", "1", DAY, 900), Price("Medlem", "2", DAY, 1900)],
    }
    world.run()
    Deaf.asked = []
    return world


def in_till(world: World) -> tuple[dict[str, str], int, set[str]]:
    """The codes, the stock of article 1, and the articles with a member's price."""
    codes = dict(world.sql("SELECT code, article FROM barcode"))
    ((stock,),) = world.sql("SELECT quantity FROM stock WHERE article='1'")
    return codes, int(stock), {str(row[0]) for row in world.sql("SELECT article FROM price")}


def changed_silently() -> None:
    """Five are sold elsewhere, a code is taken off its article, a member's price is taken away."""
    Deaf.there[Register.STOCK] = [Stock("1", "", 3000)]
    Deaf.there[Register.BARCODES] = [Barcode("KOD-1", "1")]
    Deaf.there[Register.PRICES] = [Price("Medlem", "1", DAY, 900)]


BEFORE = ({"KOD-1": "1", "KOD-2": "2"}, 5000, {"1", "2"})
AFTER = ({"KOD-1": "1"}, 3000, {"1"})


def test_what_a_delta_does_not_tell_is_there_within_four_hours(shop: World) -> None:
    changed_silently()
    shop.later(hours=3, minutes=45)
    shop.run()
    assert in_till(shop) == BEFORE
    assert Deaf.asked == [(Register.ARTICLES, False), (Register.PRICES, False)], "a delta asks for news only"
    shop.later(minutes=30)
    assert shop.run().result == "ok"
    assert in_till(shop) == AFTER
    assert Deaf.asked[2:] == [(Register.ARTICLES, True), (Register.PRICES, True)]
    Deaf.asked = []
    shop.later(hours=3)
    shop.run()
    assert not any(whole for _, whole in Deaf.asked), "and then it counts from there"


def test_how_often_is_the_shops_to_say(shop: World) -> None:
    shop.settings("integration.sweep_hours=1")
    changed_silently()
    shop.later(minutes=61)
    shop.run()
    assert in_till(shop) == AFTER


def test_a_sweep_takes_no_article_out_of_use(shop: World) -> None:
    Deaf.there[Register.ARTICLES] = [Article("1", "Kaffe", price=1000)]
    shop.later(hours=5)
    shop.run()
    assert shop.sql("SELECT active FROM article WHERE number='2'") == [(1,)], "that is for the full compare"
    shop.run(everything=True)
    assert shop.sql("SELECT active FROM article WHERE number='2'") == [(0,)]


def test_a_sweep_that_finds_nothing_says_nothing(shop: World) -> None:
    shop.later(hours=5)
    outcome = shop.run()
    assert outcome.quiet
    assert not any("hämtade" in row for row in shop.report.rows)


def test_a_sweep_that_would_empty_the_codes_waits_for_a_person(shop: World) -> None:
    Deaf.there[Register.BARCODES] = [Barcode(f"KOD-{number}", "1") for number in range(100)]
    shop.later(hours=5)
    shop.run()
    Deaf.there[Register.BARCODES] = []
    shop.later(hours=5)
    shop.run()
    assert shop.sql("SELECT COUNT(*) FROM barcode")[0][0] > 50, "held: a list that came out empty is no truth"


def test_what_failed_half_way_is_swept_in_the_next_run(shop: World) -> None:
    changed_silently()
    shop.later(hours=5)
    Deaf.cut = True
    assert shop.run().result != "ok"
    Deaf.cut = False
    shop.later(minutes=15)
    shop.run()
    assert in_till(shop) == AFTER


@pytest.mark.parametrize("hours", [-30, -3])
def test_a_clock_that_was_set_back_is_no_reason_to_wait(shop: World, hours: int) -> None:
    changed_silently()
    shop.later(hours=hours)
    shop.run()
    assert in_till(shop) == AFTER


def test_a_full_compare_counts_as_a_sweep(shop: World) -> None:
    shop.later(hours=3)
    shop.run(everything=True)
    Deaf.asked = []
    shop.later(hours=2)
    shop.run()
    assert not any(whole for _, whole in Deaf.asked)


def test_when_our_own_settings_change_all_is_read_by_them_in_the_next_run(shop: World) -> None:
    shop.settings("memory.rounding=up")
    shop.later(minutes=15)
    shop.run()
    assert Deaf.asked == [(Register.ARTICLES, True), (Register.PRICES, True)]
    shop.later(minutes=15)
    shop.run()
    assert Deaf.asked[2:] == [(Register.ARTICLES, False), (Register.PRICES, False)], "and then by what has changed"
