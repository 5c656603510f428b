"""The full way: articles and customers down in few requests, receipts up as invoices that come to 0, to the öre."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.fortnox import BOOKKEEPING, DESCRIPTION, FULL
from connectors.fortnox.booking import AT_MOST, TOO_MANY
from connectors.fortnox.connector import Fortnox as Connector
from connectors.fortnox.options import FortnoxSettings
from connectors.fortnox.prices import ALWAYS
from synccenter.contract.connector import Booked, Delivered
from synccenter.contract.errors import SyncError
from synccenter.contract.finding import Severity
from synccenter.contract.model import (
    Article,
    Customer,
    DocumentKind,
    Invoice,
    InvoicePayment,
    InvoiceRow,
    Price,
    Purpose,
    Register,
    Stock,
)
from synccenter.truth.standing import Standing, compare, dimensions_untold, look_up
from tests.connectors.fortnox.rig import FortnoxRig, add_article, add_customer, add_price
from tests.worlds.data_folder import DataFolder
from tests.worlds.documents import DAY, customer, unrounded
from tests.worlds.fakes.server import Fault
from tests.worlds.session import Surroundings


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[FortnoxRig]:
    made = FortnoxRig(Surroundings(tmp_path))
    yield made
    made.close()
    assert not made.complaints()


def articles(connector: Connector, since: str | None = None) -> dict[str, Article]:
    """The articles by number."""
    rows = [row for page in connector.fetch(Register.ARTICLES, since) for row in page.rows]
    return {row.number: row for row in rows if isinstance(row, Article)}


# --- which way ---------------------------------------------------------------------------------------------------


def test_the_setting_chooses_what_of_fortnox_is_used() -> None:
    assert DESCRIPTION.within(FortnoxSettings()).capabilities == BOOKKEEPING
    assert DESCRIPTION.within(FortnoxSettings(way="full")).capabilities == FULL
    assert BOOKKEEPING.sends == {DocumentKind.VOUCHER}
    assert BOOKKEEPING.fetches == {Register.ACCOUNTS}


def test_the_program_goes_by_the_chosen_way(rig: FortnoxRig, tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "butik", {"fortnox": DESCRIPTION}, rig.world.clock)
    for way, sends in (("full", FULL.sends), ("bookkeeping", BOOKKEEPING.sends)):
        data.settings("integration.system=fortnox", f"fortnox.way={way}")
        shop = data.shop()
        assert shop.description.capabilities.sends == sends
        shop.close()


def test_a_licence_that_is_missing_is_told_by_its_name(rig: FortnoxRig) -> None:
    rig.fortnox.unlicensed = {"orders"}
    red = [one for one in rig.connector().check() if one.severity is Severity.RED]
    assert [one.title for one in red] == ["Ordrar: Licensen i Fortnox räcker inte"]


def test_bookkeeping_only_asks_for_nothing_of_the_full_way(rig: FortnoxRig) -> None:
    rig.options = {"way": "bookkeeping"}
    rig.fortnox.unlicensed = {"orders", "articles", "customers", "invoices", "invoicepayments"}
    assert {one.severity for one in rig.connector().check()} == {Severity.GREEN}


def test_the_check_says_that_the_warehouse_module_is_on(rig: FortnoxRig) -> None:
    rig.fortnox.warehouse = True
    assert "säger inte om lagermodulen är på" in [one.title for one in rig.connector().check()][-1]
    rig.fortnox.scopes += " warehouse"
    assert [one.problem.code for one in rig.connector().check() if one.problem] == ["F17"]
    rig.fortnox.warehouse = False
    assert [one.title for one in rig.connector().check()][-1] == "Lagermodulen är inte på"


# --- down ------------------------------------------------------------------------------------------------------------


def test_ten_thousand_articles_take_21_requests(rig: FortnoxRig) -> None:
    rig.seed(Register.ARTICLES, 10_000)
    rig.fortnox.rows["articles"][9_999]["Active"] = False
    before = rig.fortnox.count("GET")
    found = articles(rig.connector())
    assert len(found) == 10_000
    assert [number for number, row in found.items() if not row.active] == ["A10000"]
    assert rig.fortnox.count("GET") - before == 21
    assert rig.fortnox.refused_for_pace == 0


def test_an_article_has_its_price_with_vat_however_fortnox_has_it(rig: FortnoxRig) -> None:
    add_article(rig.fortnox, "TE", 902, VAT=12, SalesPrice=44.64, Unit=None)
    assert articles(rig.connector())["TE"] == Article("TE", "Vara TE", "", 12, 5000)
    rig.options = {"prices_with_vat": True}
    assert articles(rig.connector())["TE"].price == 4464


def test_vat_that_the_list_lacks_is_read_of_that_article_alone(rig: FortnoxRig) -> None:
    row = add_article(rig.fortnox, "PANT", 903, VAT=None)
    before = rig.fortnox.count("GET", "/articles/")
    connector = rig.connector()
    (page,) = connector.fetch(Register.ARTICLES, None)
    assert [(one.key, one.why) for one in page.bad] == [("PANT", "Artikeln har ingen moms i Fortnox.")]
    assert rig.fortnox.count("GET", "/articles/") - before == 1
    row["VAT"] = 0
    assert articles(connector)["PANT"].vat_rate == 0


def test_a_vat_rate_that_is_not_swedish_and_a_price_that_is_none_are_told(rig: FortnoxRig) -> None:
    add_article(rig.fortnox, "NO", 904, VAT=15)
    add_article(rig.fortnox, "DYR", 905, SalesPrice=99_999_999)
    add_article(rig.fortnox, "ÖPPEN", 906, SalesPrice=None)
    (page,) = rig.connector().fetch(Register.ARTICLES, None)
    assert {one.key for one in page.bad} == {"NO", "DYR"}
    assert {row.number: row.price for row in page.rows if isinstance(row, Article)}["ÖPPEN"] == 0
    assert "NO" not in {row.article for row in page.also[Register.STOCK] if isinstance(row, Stock)}


def test_a_customer_made_inactive_is_so_after_the_next_change(rig: FortnoxRig) -> None:
    rig.world.server_clock.later(seconds=3600)
    connector = rig.connector()
    *_, last = connector.fetch(Register.CUSTOMERS, None)
    rig.world.server_clock.later(seconds=3600)
    add_customer(rig.fortnox, "77", "Borta AB", Active=False)
    (page,) = connector.fetch(Register.CUSTOMERS, last.cursor)
    assert [row for row in page.rows if isinstance(row, Customer) and not row.active] == [
        Customer("77", "Borta AB", "", "Storgatan 1", "11122", "Stockholm", active=False)
    ]


# --- invoices up -----------------------------------------------------------------------------------------------------


def standing(rig: FortnoxRig, document: Invoice) -> tuple[Standing, int]:
    """What the program thinks of an invoice after it was sent, and how often it is in the books."""
    return look_up(rig.connector(), document).standing, rig.books(document)


def test_an_invoice_is_made_booked_and_paid_per_account(rig: FortnoxRig) -> None:
    rig.connector().send(unrounded(1))
    assert standing(rig, unrounded(1)) == (Standing.OURS, 1)
    paid = {one["ModeOfPaymentAccount"]: (one["Amount"], one.get("ModeOfPayment")) for one in _payments(rig)}
    assert paid == {1910: (50.0, "KASSA"), 1686: (99.9, None)}
    (row,) = rig.fortnox.rows["invoices"]
    assert (row["Total"], row["VATIncluded"], row["ExternalInvoiceReference1"]) == (149.9, True, "K1-1")


def _payments(rig: FortnoxRig) -> list[dict[str, object]]:
    return rig.fortnox.rows["invoicepayments"]


@pytest.mark.parametrize("rounds", [False, True])
def test_till_and_books_agree_to_the_ore_whether_or_not_fortnox_rounds(rig: FortnoxRig, rounds: bool) -> None:
    rig.fortnox.rounds = rounds
    document = unrounded(1)  # 149,90 kr
    rig.connector().send(document)
    assert standing(rig, document) == (Standing.OURS, 1)
    (booked,) = rig.connector().read_back([Delivered(document, "1")])
    assert (booked.total, booked.open) == (14990, 0)
    written_off = [off for one in _payments(rig) for off in one.get("WriteOffs", ())]  # type: ignore[attr-defined]
    assert written_off == ([{"AccountNumber": 3740, "Amount": 0.1}] if rounds else [])


def test_cash_that_was_rounded_is_a_row_of_the_invoice(rig: FortnoxRig) -> None:
    rows = (InvoiceRow("MUGG", "Mugg", 1000, 4990, 998, 25, 3001),)
    document = Invoice("K1-8", DAY, "1", rows, (InvoicePayment("KONTANT", 1910, 5000),), 10, 3740)
    rig.connector().send(document)
    assert standing(rig, document) == (Standing.OURS, 1)
    (row,) = rig.fortnox.rows["invoices"]
    assert row["InvoiceRows"][1] == {
        "Description": "Öresavrundning", "DeliveredQuantity": "1", "Price": 0.1, "VAT": 0, "AccountNumber": 3740,
    }  # fmt: skip


def test_goods_handed_back_are_a_credit_that_says_what_it_returns(rig: FortnoxRig) -> None:
    rows = (InvoiceRow("MUGG", "Mugg", -1000, -4990, -998, 25, 3001),)
    document = Invoice(
        "K1-9",
        DAY,
        "1",
        rows,
        (InvoicePayment("KORT", 1686, -4990),),
        credit=True,
        credit_of="K1-1",
        text="Kvitto K1-9",
    )
    rig.connector().send(document)
    assert standing(rig, document) == (Standing.OURS, 1)
    (row,) = rig.fortnox.rows["invoices"]
    assert (row["Total"], row["Remarks"], row["Credit"]) == (-49.9, "Retur av K1-1", "true")


def test_what_is_no_article_in_fortnox_is_booked_by_its_account(rig: FortnoxRig) -> None:
    add_article(rig.fortnox, "1GAVA", 907)
    rows = (InvoiceRow("GAVA", "Presentkort", 1000, 20000, 0, 0, 2421),)
    rig.connector().send(Invoice("K1-7", DAY, "1", rows, (InvoicePayment("KORT", 1686, 20000),)))
    (row,) = rig.fortnox.rows["invoices"]
    assert "ArticleNumber" not in row["InvoiceRows"][0], "a search for GAVA finds 1GAVA, which is another article"
    assert row["InvoiceRows"][0]["AccountNumber"] == 2421


def test_with_the_warehouse_module_the_invoice_is_marked_as_ready_before_it_is_booked(rig: FortnoxRig) -> None:
    rig.fortnox.warehouse = True
    rig.connector().send(unrounded(1))
    assert standing(rig, unrounded(1)) == (Standing.OURS, 1)
    assert rig.fortnox.count("PUT", "warehouseready") == 1


def test_an_invoice_that_somebody_cancelled_is_not_there(rig: FortnoxRig) -> None:
    rig.connector().send(unrounded(1))
    rig.fortnox.rows["invoices"][0]["Cancelled"] = True
    assert look_up(rig.connector(), unrounded(1)).standing is Standing.MISSING


@pytest.mark.parametrize("step", range(6))
def test_an_invoice_that_was_cut_short_is_gone_on_with_where_it_was(rig: FortnoxRig, step: int) -> None:
    """Made, booked, and two payments that are each made and booked: six changes, each lost in turn."""
    met = -1

    def nth(request: object) -> bool:
        nonlocal met
        met += getattr(request, "method", "GET") != "GET"
        return getattr(request, "method", "GET") != "GET" and met == step

    rig.fortnox.fail(Fault.DROP_AFTER, on=nth)
    with pytest.raises(SyncError) as caught:
        rig.connector().send(unrounded(1))
    assert caught.value.uncertain
    verdict = look_up(rig.connector(), unrounded(1))
    if verdict.standing is Standing.UNFINISHED:
        rig.connector().finish(unrounded(1), verdict.hits[0])
    assert standing(rig, unrounded(1)) == (Standing.OURS, 1)
    assert len(_payments(rig)) == 2


def test_a_payment_that_is_not_the_receipts_is_for_a_person(rig: FortnoxRig) -> None:
    rig.connector().send(unrounded(1))
    row = rig.fortnox.rows["invoices"][0]
    row["Balance"] = 99.9
    _payments(rig)[:] = [{**_payments(rig)[0], "ModeOfPaymentAccount": 1930, "Booked": True}]
    verdict = look_up(rig.connector(), unrounded(1))
    assert verdict.standing is Standing.UNFINISHED
    with pytest.raises(SyncError) as caught:
        rig.connector().finish(unrounded(1), verdict.hits[0])
    assert caught.value.problem.code == "F16"
    assert len(_payments(rig)) == 1, "nothing is added to it"


def test_a_customer_that_is_missing_is_known_before_anything_is_sent(rig: FortnoxRig) -> None:
    with pytest.raises(SyncError) as caught:
        rig.connector().send(replace(unrounded(1), customer="404"))
    assert caught.value.problem.code == "F12"
    assert not caught.value.uncertain
    assert not rig.fortnox.rows["invoices"]


def test_an_invoice_takes_eight_requests_once_the_books_are_known(rig: FortnoxRig) -> None:
    connector = rig.connector()
    connector.send(unrounded(1))
    before = rig.fortnox.count()
    connector.send(unrounded(2))
    assert rig.fortnox.count() - before == 8, "six changes, the payments there are, and what remains"


# --- customers up ---------------------------------------------------------------------------------------


def test_a_changed_customer_keeps_what_the_till_does_not_know(rig: FortnoxRig) -> None:
    change = customer(1)
    add_customer(rig.fortnox, change.customer.number, "Gammalt namn")
    rig.connector().send(change)
    row = rig.fortnox.rows["customers"][-1]
    assert (row["Name"], row["Phone1"], row["Comments"]) == ("Ny kund 1", "0701", "Ring före leverans")
    (asked,) = [one for one in rig.fortnox.seen if one.method == "PUT"]
    assert "Active" not in asked.body["Customer"], "only what differs is sent"


def prices(connector: Connector) -> list[Price]:
    return [row for page in connector.fetch(Register.PRICES, None) for row in page.rows if isinstance(row, Price)]


def test_price_lists_beyond_the_preselected_one_come_down_with_vat_and_quantity(rig: FortnoxRig) -> None:
    add_price(rig.fortnox, "MUGG", "A", Price=80)  # the article's own price
    add_price(rig.fortnox, "MUGG", "B")
    add_price(rig.fortnox, "KAFFE", "B", Price=50, FromQuantity=10)
    found = prices(rig.connector())
    assert found == [Price("B", "MUGG", ALWAYS, 7500, 0), Price("B", "KAFFE", ALWAYS, 5600, 10_000)]
    rig.options = {"prices_with_vat": True}
    assert [row.price for row in prices(rig.connector())] == [6000, 5000]


def test_a_price_that_cannot_be_used_is_told_and_its_article_keeps_what_it_has(rig: FortnoxRig) -> None:
    add_price(rig.fortnox, "FINNS-INTE", "B")
    add_price(rig.fortnox, "MUGG", "B", Price=None)
    (page,) = rig.connector().fetch(Register.PRICES, None)
    assert {one.article for one in page.bad} == {"FINNS-INTE", "MUGG"}


def test_a_shop_with_one_price_list_is_asked_for_no_prices_and_keeps_those_of_the_till(rig: FortnoxRig) -> None:
    rig.fortnox.rows["pricelists"].pop()
    (page,) = rig.connector().fetch(Register.PRICES, None)
    assert (list(page.rows), page.full) == ([], False)
    assert not rig.fortnox.count("GET", "/3/prices")


def test_thirty_thousand_prices_take_82_requests(rig: FortnoxRig) -> None:
    rig.seed(Register.ARTICLES, 10_000)
    rig.fortnox.rows["prices"] += [
        {"ArticleNumber": f"A{number}", "PriceList": code, "FromQuantity": 0, "Price": 60}
        for code in ("A", "B", "C")
        for number in range(1, 10_001)
    ]
    rig.fortnox.put("pricelists", Code="C", Description="C", PreSelected=False)
    before = rig.fortnox.count("GET")
    assert len(prices(rig.connector())) == 20_000
    assert rig.fortnox.count("GET") - before == 1 + 60 + 20 + 1 - 1
    assert rig.fortnox.refused_for_pace == 0


def asked_for_articles(rig: FortnoxRig, connector: Connector, cursor: str) -> tuple[int, dict[str, int]]:
    """The requests for articles that a run takes for articles and price lists, and the prices by article."""
    before = len(rig.fortnox.seen)
    articles(connector, cursor)
    found = {one.article: one.price for one in prices(connector)}
    seen = rig.fortnox.seen[before:]
    return sum(one.path == "/3/articles" and "filter" not in one.query for one in seen), found


def test_price_lists_learn_their_vat_from_the_articles_that_the_run_has_read(rig: FortnoxRig) -> None:
    """From those that have changed, and from a file for the rest: also by a program that has just been started."""
    add_price(rig.fortnox, "MUGG", "B", Price=100)
    add_price(rig.fortnox, "KAFFE", "B", Price=100)
    cursor = list(rig.connector().fetch(Register.ARTICLES, None))[-1].cursor
    assert cursor
    rig.world.clock.later(seconds=900)
    assert asked_for_articles(rig, rig.connector(), cursor) == (1, {"MUGG": 12500, "KAFFE": 11200})
    mug = next(row for row in rig.fortnox.rows["articles"] if row["ArticleNumber"] == "MUGG")
    mug |= {"VAT": 6, "#changed": rig.fortnox.stamp()}
    add_article(rig.fortnox, "NY", 99)
    add_price(rig.fortnox, "NY", "B", Price=100)
    wanted = {"MUGG": 10600, "KAFFE": 11200, "NY": 12500}
    assert asked_for_articles(rig, rig.connector(), cursor) == (1, wanted)
    rig.world.clock.later(seconds=900)
    before = len(rig.fortnox.seen)
    assert {one.article: one.price for one in prices(rig.connector())} == wanted
    (asked,) = [one for one in rig.fortnox.seen[before:] if one.path == "/3/articles"]
    assert "lastmodified" in asked.query, "without the articles before it asks itself what has changed"


def test_without_the_file_or_with_an_article_that_cannot_be_read_all_vat_is_read_again(rig: FortnoxRig) -> None:
    add_price(rig.fortnox, "KAFFE", "B", Price=100)
    cursor = list(rig.connector().fetch(Register.ARTICLES, None))[-1].cursor
    assert cursor
    rig.world.clock.later(seconds=900)
    add_article(rig.fortnox, "UDDA", 98, SalesPrice="gratis")
    for _ in range(2):
        assert asked_for_articles(rig, rig.connector(), cursor) == (2, {"KAFFE": 11200})


def test_a_sign_in_without_the_right_to_prices_leaves_the_rest_alone(rig: FortnoxRig) -> None:
    rig.fortnox.scopes = rig.fortnox.scopes.replace(" price ", " ")
    rig.sign_in()
    (page,) = rig.connector().fetch(Register.PRICES, None)
    assert (list(page.rows), page.full) == ([], False)
    assert ["F132" in note for note in page.notes] == [True]
    assert not rig.fortnox.count("GET", "/3/price")
    assert {one.severity for one in rig.connector().check()} == {Severity.GREEN, Severity.YELLOW}
    rig.options = {"price_lists": False}
    assert {one.severity for one in rig.connector().check()} == {Severity.GREEN}


# --- read back by account ----------------------------------------------------------------------------------------


def by_purpose(booked: Booked) -> dict[tuple[Purpose, int], int]:
    sums: Counter[tuple[Purpose, int]] = Counter()
    for row in booked.postings:
        sums[row.purpose, row.account] += row.amount
    return {key: amount for key, amount in sums.items() if amount}


@pytest.mark.parametrize("rounds", [False, True])
def test_an_invoice_reads_back_by_account_from_its_vouchers(rig: FortnoxRig, rounds: bool) -> None:
    rig.fortnox.rounds = rounds
    document = unrounded(1)
    sent = rig.connector().send(document)
    (booked,) = rig.connector().read_back([Delivered(document, sent.external_id)])
    assert by_purpose(booked) == {
        (Purpose.SALES, 3001): -3992, (Purpose.VAT, 2611): -998,
        (Purpose.SALES, 3002): -8929, (Purpose.VAT, 2621): -1071,
        (Purpose.PAYMENT, 1910): 5000, (Purpose.PAYMENT, 1686): 9990,
    }  # fmt: skip
    assert compare(document, booked) == ("", 0)


def test_cash_rounding_and_a_return_read_back_by_account_too(rig: FortnoxRig) -> None:
    rows = (InvoiceRow("MUGG", "Mugg", 1000, 4990, 998, 25, 3001),)
    bought = Invoice("K1-8", DAY, "1", rows, (InvoicePayment("KONTANT", 1910, 5000),), 10, 3740)
    back = (InvoiceRow("MUGG", "Mugg", -1000, -4990, -998, 25, 3001),)
    returned = Invoice("K1-9", DAY, "1", back, (InvoicePayment("KORT", 1686, -4990),), credit=True)
    for document in (bought, returned):
        sent = rig.connector().send(document)
        (booked,) = rig.connector().read_back([Delivered(document, sent.external_id)])
        assert compare(document, booked) == ("", 0)
    sums = by_purpose(booked)
    assert sums == {(Purpose.SALES, 3001): 3992, (Purpose.VAT, 2611): 998, (Purpose.PAYMENT, 1686): -4990}


@pytest.mark.parametrize(
    ("account", "to", "why"),
    [(2611, 3001, "momsen"), (1910, 1930, "annan betalning"), (3001, 2611, "momsen")],
)
def test_what_somebody_moved_in_the_vouchers_is_seen(account: int, to: int, why: str, rig: FortnoxRig) -> None:
    document = unrounded(1)
    sent = rig.connector().send(document)
    for voucher in rig.fortnox.rows["vouchers"]:
        for row in voucher["VoucherRows"]:
            row["Account"] = to if row["Account"] == account else row["Account"]
    (booked,) = rig.connector().read_back([Delivered(document, sent.external_id)])
    assert why in compare(document, booked)[0]


def test_a_cost_centre_that_is_taken_off_an_invoices_voucher_is_seen_where_others_have_theirs(rig: FortnoxRig) -> None:
    documents = [unrounded(number) for number in (1, 2)]
    documents = [
        replace(one, rows=tuple(replace(row, cost_centre=rig.centre) for row in one.rows)) for one in documents
    ]
    there = [Delivered(one, rig.connector().send(one).external_id) for one in documents]
    made = [one for one in rig.fortnox.rows["vouchers"] if one.get("ReferenceType") == "INVOICE"]
    told: list[tuple[list[bool], bool]] = []
    for spoilt in ((), made[:1], made):
        for row in (row for one in spoilt for row in one["VoucherRows"]):
            row["CostCenter"] = None
        back = list(rig.connector().read_back(there))
        wrong = ["kostnadsställe" in compare(one, at)[0] for one, at in zip(documents, back, strict=True)]
        told.append((wrong, dimensions_untold(documents[0], back[0])))
    assert told == [([False, False], False), ([True, False], False), ([False, False], True)]


def test_more_than_some_hundred_invoices_are_compared_by_their_sums(rig: FortnoxRig) -> None:
    documents = [unrounded(number) for number in range(1, AT_MOST + 3)]
    for document in documents:
        rig.place(document)
    before = rig.fortnox.count("GET")
    found = list(rig.connector().read_back([Delivered(one) for one in documents]))
    assert len(found) == AT_MOST + 2
    assert {(one.postings, one.unread) for one in found} == {((), (TOO_MANY,))}, "which the proof says"
    assert rig.fortnox.count("GET") - before < 10


def test_an_invoice_without_a_voucher_tells_its_vat_and_the_rest(rig: FortnoxRig) -> None:
    """A company may keep its books elsewhere: the invoice itself is all there is."""
    document = unrounded(1)
    sent = rig.connector().send(document)
    (row,) = rig.fortnox.rows["invoices"]
    for name in ("VoucherNumber", "VoucherSeries", "VoucherYear"):
        row[name] = None
    (booked,) = rig.connector().read_back([Delivered(document, sent.external_id)])
    assert by_purpose(booked) == {(Purpose.VAT, 0): -2069, (Purpose.SALES, 0): -12921}
    assert compare(document, booked) == ("", 0)
    row["TotalVAT"] = 0
    (booked,) = rig.connector().read_back([Delivered(document, sent.external_id)])
    assert "momsen" in compare(document, booked)[0]
