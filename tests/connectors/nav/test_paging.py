"""Rows come, go and are renumbered while a register is read in pages of 20: nothing is lost and nothing doubled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.wire import soap
from connectors.wire.odata_paging import goes_on_by_key
from synccenter.contract.model import Article, Barcode, Register, Stock
from tests.connectors.nav.shop import Shop, open_shop
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig, NavV3Rig, add_item


class _ByPosition(NavRig):
    """A server whose link to the next page is a number of rows to skip."""

    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.nav.v4.by_position = True


class _V3ByPosition(NavV3Rig):
    def __init__(self, world: Any) -> None:
        super().__init__(world)
        self.nav.v3.by_position = True


SERVERS = (NavRig, NavV3Rig, NavSoapRig, _ByPosition, _V3ByPosition)
COUNT = 70


@pytest.fixture(autouse=True)
def pages_of_twenty(monkeypatch: pytest.MonkeyPatch) -> None:
    """SOAP pages are as long as we ask for."""
    monkeypatch.setattr(soap, "PAGE", 20)


def read(shop: Shop, meanwhile: Callable[[list[dict[str, Any]]], None]) -> list[str]:
    """The numbers of all articles, when something happens after the first page."""
    pages = shop.connector().fetch(Register.ARTICLES, None)
    numbers = [row.number for row in next(pages).rows if isinstance(row, Article)]
    meanwhile(shop.books.rows("items"))
    return numbers + [row.number for page in pages for row in page.rows if isinstance(row, Article)]


def numbered(*numbers: int) -> set[str]:
    return {f"A{number}" for number in numbers}


@pytest.mark.parametrize("rig_type", SERVERS)
def test_rows_that_go_away_on_a_page_already_read_take_no_others_with_them(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.rig.seed(Register.ARTICLES, COUNT)
        numbers = read(shop, lambda items: items.__delitem__(slice(0, 5)))
        assert numbered(*range(6, COUNT + 1)) <= set(numbers)
        assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("rig_type", SERVERS)
def test_the_last_row_of_a_page_may_go_away_too(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.rig.seed(Register.ARTICLES, COUNT)

        def both_last_ones(items: list[dict[str, Any]]) -> None:  # the reader looks one page ahead
            del items[39], items[19]

        numbers = read(shop, both_last_ones)
        assert numbered(*(set(range(1, COUNT + 1)) - {20, 40})) <= set(numbers)
        assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("rig_type", SERVERS)
def test_new_rows_before_the_place_double_none(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.rig.seed(Register.ARTICLES, COUNT)

        def come(items: list[dict[str, Any]]) -> None:
            for number in (901, 902, 903):
                add_item(shop.books, number)
                items.insert(0, items.pop())

        numbers = read(shop, come)
        assert numbered(*range(1, COUNT + 1)) <= set(numbers)
        assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("rig_type", SERVERS)
def test_a_renumbered_row_is_there_under_its_new_number_at_the_latest_by_the_next_delta(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.rig.seed(Register.ARTICLES, COUNT)

        def renumber(items: list[dict[str, Any]]) -> None:
            row = items.pop(60)
            row |= {"No": "A0", "Last_Date_Modified": shop.books.today}
            items.insert(0, row)

        pages = shop.connector().fetch(Register.ARTICLES, None)
        first = next(pages)
        renumber(shop.books.rows("items"))
        rest = list(pages)
        numbers = [row.number for page in (first, *rest) for row in page.rows if isinstance(row, Article)]
        later = [row.number for row in shop.rows(Register.ARTICLES, rest[-1].cursor)]
        assert numbered(*(set(range(COUNT + 1)) - {61})) <= {*numbers, *later}
        assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("rig_type", SERVERS)
def test_stock_is_not_counted_twice_when_entries_move(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.rig.seed(Register.STOCK, COUNT)
        entries, answered = shop.books.rows("stock"), 0

        def asked(request: Any) -> bool:
            """Before the second page a new entry comes first, so that every other one moves a place."""
            nonlocal answered
            answered += "ItemLedgerEntries" in request.path
            if answered == 3:  # the newest entry, the first page, and now
                answered += 1
                shop.rig.touch(Register.STOCK, 2)
                entries.insert(0, entries.pop())
            return False

        shop.nav.fail(_never(), on=asked)
        stock = {row.article: row.quantity for row in shop.rows(Register.STOCK) if isinstance(row, Stock)}
        assert answered >= 4
        assert {stock[f"A{number}"] for number in range(3, COUNT + 1)} == {5000}
        assert stock["A2"] in {5000, 10_000}


def _never() -> Any:
    from tests.worlds.fakes.server import Reply

    return Reply(500, b"")


@pytest.mark.parametrize("rig_type", SERVERS)
def test_barcodes_over_many_pages_are_all_there_once(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.rig.seed(Register.BARCODES, COUNT)
        codes = [row.code for row in shop.rows(Register.BARCODES) if isinstance(row, Barcode)]
        assert len(codes) == len(set(codes)) == COUNT


def test_a_soap_server_that_gives_fewer_rows_than_asked_for_is_asked_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soap, "PAGE", 500)
    with open_shop(tmp_path, NavSoapRig) as shop:
        shop.rig.seed(Register.ARTICLES, COUNT)
        shop.nav.soap.most = 20
        assert len(shop.rows(Register.ARTICLES)) == COUNT


@pytest.mark.parametrize("most", [30, 37, 64])
def test_any_limit_of_a_soap_server_is_read_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(soap, "PAGE", 500)
    with open_shop(tmp_path, NavSoapRig) as shop:
        shop.nav.soap.most = most
        for number in range(4, COUNT + 1):
            add_item(shop.books, number)
        pages = list(shop.connector().fetch(Register.ARTICLES, None))
        assert {row.number for page in pages for row in page.rows if isinstance(row, Article)} == numbered(
            *range(1, COUNT + 1)
        )


def test_a_list_that_is_shorter_than_what_the_server_gave_before_is_asked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soap, "PAGE", 500)
    with open_shop(tmp_path, NavSoapRig) as shop:
        for number in range(4, COUNT + 4):
            add_item(shop.books, number)
        for number in range(1000, 1043):
            shop.books.add("accounts", No=str(number), Name="Konto", Account_Type="Posting", Direct_Posting=True)
        connector = shop.connector()
        list(connector.fetch(Register.ARTICLES, None))
        before = len(shop.nav.seen)
        list(connector.fetch(Register.ACCOUNTS, None))
        assert len(shop.nav.seen) - before == 1


@pytest.mark.parametrize("rig_type", [NavRig, NavV3Rig])
def test_a_server_that_goes_on_by_key_is_not_walked_twice(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.rig.seed(Register.ACCOUNTS, COUNT)
        shop.connector().check()
        before = shop.nav.count(path="ChartOfAccounts")
        assert len(shop.rows(Register.ACCOUNTS)) == COUNT
        assert shop.nav.count(path="ChartOfAccounts") - before == 4


@pytest.mark.parametrize(
    ("link", "by_key"),
    [
        ("http://nav/Item?$skiptoken='1000'", True),
        ("http://nav/Item?$skiptoken=%271000%27&$select=No", True),
        ("http://nav/Item?$skiptoken=No-'1000'", True),
        ("http://nav/Item?aid=FIN&$skiptoken=7d7f1ea2-05c9-eb11-8b86-000d3a1f2b3c", True),
        ("http://nav/Item?$skiptoken=20", False),
        ("http://nav/Item?$skip=1000", False),
        ("http://nav/Item?page=2", False),
    ],
)
def test_what_a_link_goes_on_by(link: str, by_key: bool) -> None:
    assert goes_on_by_key(link, {"No": "1000"}, ("No",), 20) is by_key


def test_a_number_that_may_be_key_or_position_is_taken_for_a_position() -> None:
    link = "http://nav/Entries?$skiptoken=20"
    assert not goes_on_by_key(link, {"Entry_No": 20}, ("Entry_No",), 20)
    assert goes_on_by_key(link, {"Entry_No": 20}, ("Entry_No",), 10)
