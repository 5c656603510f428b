"""Registers down: prices, VAT, pages and what our extension adds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connectors.business_central import answers, items, registers
from connectors.business_central.books import PAGE_SIZE, literal
from connectors.business_central.options import VatGroup
from synccenter.contract.connector import Page
from synccenter.contract.model import Article, Barcode, Hindered, Price, Register, Stock
from synccenter.truth.standing import Standing, look_up
from tests.connectors.business_central.rig import BusinessCentralRig, add_customer, add_item, order, price_line
from tests.worlds.documents import voucher
from tests.worlds.fakes.server import Reply, Request


def pages(rig: BusinessCentralRig, register: Register, since: str | None = None) -> list[Page]:
    return list(rig.connector().fetch(register, since))


def rows(rig: BusinessCentralRig, register: Register) -> list[Any]:
    return [row for page in pages(rig, register) for row in page.rows]


@pytest.mark.parametrize(
    ("price", "includes", "rounding", "wanted"),
    [
        (79.9, True, "krona_up", 7990),
        (80.0, False, "none", 10000),
        (79.9, False, "krona_up", 10000),
        (79.9, False, "none", 9988),
    ],
)
def test_a_price_has_vat(rig: BusinessCentralRig, price: float, includes: bool, rounding: str, wanted: int) -> None:
    rig.seed(Register.ARTICLES, 0)
    rig.options["rounding"] = rounding
    add_item(rig.bc, "A1", unitPrice=price, priceIncludesTax=includes)
    (article,) = rows(rig, Register.ARTICLES)
    assert article.price == wanted


def test_the_rate_of_a_group_is_in_its_name_or_in_the_settings() -> None:
    groups = [answers.TaxGroup("", code, name) for code, name in (("MOMS25", ""), ("L", "Livs 6 %"), ("X", "Y"))]
    assert registers.rates(groups, ()) == {"MOMS25": 25, "L": 6}
    assert registers.rates(groups, (VatGroup("x", 12), VatGroup("L", 12)))["X"] == 12
    assert registers.rates(groups, (VatGroup("L", 12),))["L"] == 12
    assert registers.rates([answers.TaxGroup("", "A250", "")], ()) == {}, "250 is not 25"


def test_an_item_of_unknown_rate_is_named_and_kept_in_the_till(rig: BusinessCentralRig) -> None:
    rig.seed(Register.ARTICLES, 2)
    add_item(rig.bc, "A3", taxGroupCode="LIVS")
    (page,) = pages(rig, Register.ARTICLES)
    assert [(one.key, one.why) for one in page.bad] == [("A3", "Momsgruppen LIVS har ingen känd momssats.")]
    assert len(page.rows) == 2


def test_a_group_has_the_rate_of_most_of_its_items(rig: BusinessCentralRig) -> None:
    rig.seed(Register.GROUPS, 2)
    for number, tax in enumerate(("MOMS12", "MOMS12", "MOMS25")):
        add_item(rig.bc, f"B{number}", itemCategoryCode="G1", taxGroupCode=tax)
    found = {one.code: one.vat_rate for one in rows(rig, Register.GROUPS)}
    assert found == {"G1": 12, "G2": 25}


def test_only_the_needed_fields_travel(rig: BusinessCentralRig) -> None:
    rows(rig, Register.ARTICLES)
    asked = next(one for one in rig.bc.seen if one.path.endswith("/items"))
    assert asked.query["$select"].split(",") == [
        "id", "number", "displayName", "itemCategoryCode", "blocked", "unitPrice", "priceIncludesTax", "taxGroupCode",
        "baseUnitOfMeasureCode", "gtin",
    ]  # fmt: skip
    assert asked.headers["Prefer"] == f"odata.maxpagesize={PAGE_SIZE}"


@pytest.mark.parametrize("most", [1, 3, 7])
def test_every_next_link_is_followed_whatever_the_servers_page_is(rig: BusinessCentralRig, most: int) -> None:
    rig.bc.page_limit = most
    rig.seed(Register.CUSTOMERS, 7)
    assert len(rows(rig, Register.CUSTOMERS)) == 7
    asked = [one for one in rig.bc.seen if one.path.endswith("/customers")]
    assert len(asked) == -(-7 // most)


def test_a_list_that_moves_while_it_is_read_is_not_whole(rig: BusinessCentralRig) -> None:
    rig.bc.page_limit = 3
    rig.seed(Register.CUSTOMERS, 7)
    met = 0

    def gone(request: Request) -> bool:
        nonlocal met
        met += request.path.endswith("/customers")
        if met == 2 and "$skiptoken" in request.query:
            last = max(rig.bc.rows["customers"])
            del rig.bc.rows["customers"][last]
            met += 10
        return False

    rig.bc.fail(Reply(), on=gone)
    assert not pages(rig, Register.CUSTOMERS)[-1].full


def test_a_list_that_moves_never_says_that_an_order_is_not_there(rig: BusinessCentralRig) -> None:
    rig.connector().send(order(1))
    rig.bc.fail(Reply(200, {"value": [], "@odata.count": 1}), on=lambda one: one.path.endswith("/salesOrders"))
    assert look_up(rig.connector(), order(1)).standing is Standing.OURS


def test_a_next_link_under_the_servers_own_name_is_asked_where_we_came(rig: BusinessCentralRig) -> None:
    """Also where the link says how many remain (`$top`): it is asked as it stands."""
    link = "https://bc-intern:7048/BC/api/v2.0/x/customers?$skiptoken=0&$top=3"
    first = {"value": [], "@odata.nextLink": link}
    rig.bc.fail(Reply(200, first), on=lambda request: request.path.endswith("/customers"))
    assert rows(rig, Register.CUSTOMERS)
    assert rig.bc.seen[-1].query == {"$skiptoken": "0", "$top": "3"}


def test_pages_in_a_ring_are_told(rig: BusinessCentralRig) -> None:
    ring = {"value": [], "@odata.nextLink": "https://x/customers?$skiptoken=abc"}
    rig.bc.fail(Reply(200, ring), times=2, on=lambda request: request.path.endswith("/customers"))
    with pytest.raises(Exception, match="ring"):
        rows(rig, Register.CUSTOMERS)


def test_a_customers_vat_number_is_its_organisation_number(rig: BusinessCentralRig) -> None:
    rig.seed(Register.CUSTOMERS, 0)
    add_customer(rig.bc, "C1", taxRegistrationNumber="SE556677889901", blocked="All")
    add_customer(rig.bc, "C2", blocked="Ship")
    found = {one.number: one for one in rows(rig, Register.CUSTOMERS)}
    assert (found["C1"].org_number, found["C1"].active) == ("556677-8899", False)
    assert found["C2"].active, "goods may be sold to one that nothing is sent to"


def test_without_the_extension_gtin_and_stock_come_and_prices_stay_the_tills(rig: BusinessCentralRig) -> None:
    rig.bc.extension = False
    rig.seed(Register.ARTICLES, 0)
    add_item(rig.bc, "A1", gtin="7310001", inventory=2.5)
    add_item(rig.bc, "A2", type="Service")
    assert rows(rig, Register.BARCODES) == [Barcode("7310001", "A1")]
    assert rows(rig, Register.STOCK) == [Stock("A1", "", 2500)]
    (page,) = pages(rig, Register.PRICES)
    assert (page.rows, page.full, len(page.notes)) == ((), False, 1)
    assert pages(rig, Register.STOCK)[-1].full


def test_with_the_extension_references_join_the_gtin(rig: BusinessCentralRig) -> None:
    rig.seed(Register.ARTICLES, 0)
    add_item(rig.bc, "A1", gtin="7310001")
    for place, code in enumerate(("7310001", "7310002")):
        rig.bc.add("itemReferences", {"itemNumber": "A1", "referenceNumber": code}, key=place)
    assert sorted(rows(rig, Register.BARCODES), key=str) == [Barcode("7310001", "A1"), Barcode("7310002", "A1")]
    found = pages(rig, Register.BARCODES)
    assert [page.full for page in found] == [False, True]


def test_stock_is_that_of_the_chosen_locations(rig: BusinessCentralRig) -> None:
    rig.seed(Register.ARTICLES, 0)
    for place, code in enumerate(("BUTIK", "LAGER")):
        row = {"itemNumber": "A1", "locationCode": code, "quantity": 1.5}
        rig.bc.add("locationStocks", row, key=place)
    assert len(rows(rig, Register.STOCK)) == 2
    rig.options["locations"] = ["butik"]
    assert rows(rig, Register.STOCK) == [Stock("A1", "BUTIK", 1500)]


def test_prices_are_those_that_the_till_can_have(rig: BusinessCentralRig) -> None:
    rig.seed(Register.ARTICLES, 1)
    kept = price_line("A1", minimumQuantity=3, unitPrice=80.0, priceIncludesTax=False)
    for place, row in enumerate(
        (
            kept,
            price_line("A1", currencyCode="EUR"),
            price_line("A1", unitOfMeasureCode="KRT"),
            price_line("A1", endingDate="2026-01-31"),
            price_line("A9"),
        )
    ):
        rig.bc.add("priceListLines", row, key=place)
    found = rows(rig, Register.PRICES)
    assert found == [Price("BUTIK", "A1", registers.day("2026-01-01") or registers.LONG_AGO, 10000, 3000)]


def test_what_the_server_has_nothing_for_may_be_null(rig: BusinessCentralRig) -> None:
    rig.seed(Register.ARTICLES, 0)
    add_item(rig.bc, "A1", itemCategoryCode=None, baseUnitOfMeasureCode=None, unitPrice=12.5)
    add_item(rig.bc, "A2")["number"] = None
    (page,) = pages(rig, Register.ARTICLES)
    (row,) = page.rows
    assert isinstance(row, Article)
    assert (row.number, row.group, row.unit, row.price) == ("A1", "", "st", 1250)
    assert [one.why for one in page.bad] == ["Artikelnumret saknas."]
    sent = rig.connector().send(voucher(1))
    for one in rig.bc.ledger.entries:
        one["documentType"] = one["accountId"] = None
    assert [one.external_id for one in rig.connector().find(voucher(1))] == [sent.external_id]


def test_the_blank_date_is_none_and_a_quote_is_doubled() -> None:
    assert registers.day("0001-01-01") is None
    assert registers.day("nonsens") is None
    assert literal("O'Hara") == "'O''Hara'"
    assert items.OVERLAP.total_seconds() > 0
    assert registers.price(
        answers.PriceLine(item_number="A", price_list_code="L", unit_price=Decimal(8)),
        answers.ItemFacts(number="A", tax_group_code="MOMS25"),
        {"MOMS25": 25},
        "none",
    ).price == 1000  # fmt: skip


def test_a_barcode_of_another_unit_than_the_till_sells_in_is_left_out(rig: BusinessCentralRig) -> None:
    """The code of a box would ring up one piece."""
    rig.seed(Register.ARTICLES, 1)
    for place, (code, unit) in enumerate((("73100", ""), ("73101", "st"), ("73102", "KARTONG"))):
        row = {"itemNumber": "A1", "referenceNumber": code, "unitOfMeasureCode": unit}
        rig.bc.add("itemReferences", row, key=place)
    assert sorted(one.code for one in rows(rig, Register.BARCODES)) == ["73100", "73101"]


def test_with_the_extension_a_quiet_run_asks_once_for_the_items_that_have_changed(rig: BusinessCentralRig) -> None:
    """And what was changed, and what lost its barcode, is seen by every register that is made of them."""
    rig.seed(Register.ARTICLES, 3)
    add_item(rig.bc, "GAMMAL", gtin="7310001")
    cursor = list(rig.connector().fetch(Register.ARTICLES, None))[-1].cursor
    rig.world.server_clock.later(seconds=3600)
    old = next(one for one in rig.bc.rows["items"].values() if one["number"] == "GAMMAL")
    old |= {"gtin": "", "lastModifiedDateTime": rig.bc._stamp()}
    add_item(rig.bc, "NY", gtin="7310002", lastModifiedDateTime=rig.bc._stamp())
    before, connector = len(rig.bc.seen), rig.connector()
    codes = [row for page in connector.fetch(Register.BARCODES, None) for row in page.rows]
    for register in (Register.GROUPS, Register.PRICES):
        assert list(connector.fetch(register, None))
    changed = [row for page in connector.fetch(Register.ARTICLES, cursor) for row in page.rows]
    (asked,) = [one for one in rig.bc.seen[before:] if one.path.endswith("/items")]
    assert asked.query["$filter"] == f"lastModifiedDateTime gt {cursor}"
    assert {one.number for one in changed if isinstance(one, Article)} == {"GAMMAL", "NY"}
    assert codes == [Barcode("7310002", "NY")]


def test_a_changed_item_that_cannot_be_read_takes_no_barcode_away(rig: BusinessCentralRig) -> None:
    add_item(rig.bc, "A9", gtin="7310001")
    list(rig.connector().fetch(Register.ARTICLES, None))
    rig.world.server_clock.later(seconds=3600)
    row = next(one for one in rig.bc.rows["items"].values() if one["number"] == "A9")
    row |= {"gtin": 7, "lastModifiedDateTime": rig.bc._stamp()}
    last = list(rig.connector().fetch(Register.BARCODES, None))
    assert [(bad.key, bad.article) for page in last for bad in page.bad] == [("", "A9")]


def test_a_quiet_run_reads_the_list_of_items_once(rig: BusinessCentralRig) -> None:
    """Groups, barcodes and stock share one reading, which also tells that no article has changed; the next run, within
    the same minute, reads anew."""
    rig.bc.extension = False
    connector = rig.connector()
    cursor = list(connector.fetch(Register.ARTICLES, None))[-1].cursor
    wanted = (Register.GROUPS, Register.BARCODES, Register.STOCK)
    for turn in (1, 2):
        add_item(rig.bc, f"NY{turn}", gtin=f"73100{turn:03}", inventory=turn)
        before = len(rig.bc.seen)
        found = {
            register: [row for page in connector.fetch(register, None) for row in page.rows] for register in wanted
        }
        list(connector.fetch(Register.ARTICLES, cursor))
        assert sum(one.path.endswith("/items") for one in rig.bc.seen[before:]) == 1
        assert Barcode(f"73100{turn:03}", f"NY{turn}") in found[Register.BARCODES]
        assert Stock(f"NY{turn}", "", turn * 1000) in found[Register.STOCK]


@pytest.mark.parametrize("unreadable", [False, True], ids=["a time", "no time that can be read"])
def test_what_may_have_changed_is_asked_for_by_itself_without_the_extension(
    rig: BusinessCentralRig, unreadable: bool
) -> None:
    rig.bc.extension = False
    add_item(rig.bc, "A1")
    connector = rig.connector()
    cursor = list(connector.fetch(Register.ARTICLES, None))[-1].cursor
    rig.world.server_clock.later(seconds=3600)
    (item,) = (one for one in rig.bc.rows["items"].values() if one["number"] == "A1")
    item |= {"displayName": "Nytt namn", "lastModifiedDateTime": "nyss" if unreadable else rig.bc._stamp()}
    before = len(rig.bc.seen)
    list(connector.fetch(Register.STOCK, None))
    (row,) = (row for page in connector.fetch(Register.ARTICLES, cursor) for row in page.rows)
    assert sum(one.path.endswith("/items") for one in rig.bc.seen[before:]) == 2
    assert isinstance(row, Article)
    assert row.name == "Nytt namn"


def test_a_heading_and_a_blocked_account_say_why_nothing_can_be_booked_on_them() -> None:
    chart = registers.chart(
        [
            answers.Account(number="1900", account_type="Heading"),
            answers.Account(number="1999", account_type="End_x002D_Total", display_name="Summa"),
            answers.Account(number="1910", account_type="Posting", blocked=True),
            answers.Account(number="1510", account_type="Posting", direct_posting=False),
            answers.Account(number="1930", account_type="Posting"),
            answers.Account(number="X1", account_type="Posting"),
        ]
    )
    why = {one.number: one.why for one in chart if isinstance(one, Hindered)}
    assert why[1900] == "är ett rubrikkonto"
    assert why[1999] == "är ett summakonto"
    assert why[1910] == "är spärrat"
    assert why[1510] == "tillåter inte direktbokföring"
    assert [one.number for one in chart if one.active] == [1930]
