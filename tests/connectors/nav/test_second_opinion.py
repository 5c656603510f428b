"""Independent servers out of NAV's own description files: an OData V4 server of SAP's, a SOAP server of node-soap's.

They know nothing of our fake, so what both of us misunderstood alike would show here. What they cannot show: NAV's
business rules, its nextLink, its ETags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.dynamics_nav.connector import Nav
from connectors.dynamics_nav.options import NavSettings
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Severity
from synccenter.contract.model import (
    Account,
    Article,
    Customer,
    CustomerChange,
    Document,
    Invoice,
    InvoicePayment,
    InvoiceRow,
    Order,
    OrderLine,
    Posting,
    Register,
    Stock,
    Voucher,
)
from tests.connectors.nav.peers import odata_server, soap_server
from tests.worlds.fakes.nav_pages import SPECS
from tests.worlds.lookups import booked_in, found_in
from tests.worlds.session import Surroundings, decoded

COMPANY = "CRONUS Sverige AB"
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EDMX = SPECS / "edmx/nav2018-odatav4.derived.edmx"
ITEM = {
    "Unit_Price": 79.6, "Price_Includes_VAT": False, "VAT_Prod_Posting_Group": "MOMS25", "Base_Unit_of_Measure": "ST",
    "Item_Category_Code": "G1", "Blocked": False, "Last_Date_Modified": "2026-11-20",
}  # fmt: skip
TABLES: Mapping[str, Any] = {
    "Company": [{"Name": COMPANY}],
    "Customer": [
        {"No": "KONTANT", "Name": "Kontantkund", "Last_Date_Modified": "2026-11-01", "Blocked": "_blank_",
         "VAT_Bus_Posting_Group": "SVERIGE", "Customer_Posting_Group": "INRIKES"},
    ],
    "Item": [ITEM | {"No": f"A{number:03}", "Description": f"Vara {number}"} for number in range(1, 121)],
    "ChartOfAccounts": [{"No": "3001", "Name": "Försäljning", "Account_Type": "Posting", "Direct_Posting": True}],
    "ItemLedgerEntries": [
        {"Entry_No": number, "Item_No": f"A{number % 2 + 1:03}", "Location_Code": "BUTIK", "Remaining_Quantity": 2.5,
         "Open": True, "Posting_Date": "2026-11-20"}
        for number in range(1, 5)
    ],
}  # fmt: skip
VALUES: Mapping[str, Any] = {
    "company": COMPANY, "wire": "auto", "sign_in": "basic", "user": "KASSA", "cash_customer": "KONTANT",
    "posting": "leave", "barcodes": "gtin", "journal_template": "ALLMÄN", "journal_batch": "KASSA",
    "vat_rates": ({"group": "MOMS25", "rate": 25},), "timeout": 20,
}  # fmt: skip


@contextmanager
def connected(folder: Path, address: str, **values: Any) -> Iterator[Nav]:
    world = Surroundings(folder)
    world.secrets.set("password", "nyckel")
    nav = Nav(world.session(decoded(NavSettings, {**VALUES, "address": address, "soap_address": address, **values})))
    try:
        yield nav
    finally:
        nav.close()


@contextmanager
def over_odata(folder: Path, edmx: str = "", tables: Mapping[str, Any] = TABLES, **values: Any) -> Iterator[Nav]:
    edmx = edmx or EDMX.read_text(encoding="utf-8")
    with odata_server(folder, edmx, tables) as address, connected(folder, address, **values) as nav:
        yield nav


@contextmanager
def over_soap(folder: Path, change: Mapping[str, str | None] | None = None, **values: Any) -> Iterator[Nav]:
    wsdls = {path.stem: path.read_text(encoding="utf-8") for path in (SPECS / "wsdl-derived").glob("*.wsdl")}
    posted = wsdls["PostedSalesInvoice"].replace("PostedSalesInvoice", "PostedSalesCreditMemo")
    wsdls["PostedSalesCreditMemo"] = posted.replace("postedsalesinvoice", "postedsalescreditmemo")
    for name, content in (change or {}).items():
        wsdls.pop(name)
        if content:
            wsdls[name] = content
    tables = {name: rows for name, rows in TABLES.items() if name in wsdls}
    with soap_server(folder, wsdls, tables) as address, connected(folder, address, wire="soap", **values) as nav:
        yield nav


@pytest.fixture(params=[over_odata, over_soap], ids=["odata", "soap"])
def nav(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Nav]:
    with request.param(tmp_path) as made:
        yield made


def rows(nav: Nav, register: Register) -> list[Any]:
    return [row for page in nav.fetch(register, None) for row in page.rows]


def problems(nav: Nav, severity: Severity) -> list[Problem]:
    return [one.problem for one in nav.check() if one.severity is severity and one.problem]


def receipt(*, credit: bool = False) -> Invoice:
    sign = -1 if credit else 1
    goods = (
        InvoiceRow("A001", "Vara 1", sign * 3000, sign * 29990, sign * 5998, 25, 3001),
        InvoiceRow("", "Presentkort", sign * 1000, sign * 10000, 0, 0, 2421),
    )
    payments = (InvoicePayment("KORT", 1686, sign * 40000),)
    reference = "k1-2" if credit else "k1-1"
    return Invoice(
        reference, DAY, "KONTANT", goods, payments, rounding=sign * 10, rounding_account=3740, credit=credit,
        credit_of="k1-1" if credit else "",
    )  # fmt: skip


def test_articles_and_customers_come_down(nav: Nav) -> None:
    articles = rows(nav, Register.ARTICLES)
    assert [article.number for article in articles] == [f"A{number:03}" for number in range(1, 121)]
    assert articles[0] == Article("A001", "Vara 1", group="G1", vat_rate=25, price=10000, unit="st")
    assert [customer.name for customer in rows(nav, Register.CUSTOMERS)] == ["Kontantkund"]


def test_accounts_and_stock_come_down_over_odata(tmp_path: Path) -> None:
    with over_odata(tmp_path) as nav:
        assert rows(nav, Register.ACCOUNTS) == [Account(3001, "Försäljning")]
        assert set(rows(nav, Register.STOCK)) == {Stock("A001", "BUTIK", 5000), Stock("A002", "BUTIK", 5000)}


def test_a_delta_asks_by_date_and_the_server_understands(nav: Nav) -> None:
    pages = list(nav.fetch(Register.ARTICLES, None))
    assert [row for page in nav.fetch(Register.ARTICLES, pages[-1].cursor) for row in page.rows] == []


@pytest.mark.parametrize(
    "document",
    [receipt(), Order("K1", 7, AT, "KONTANT", (OrderLine("A002", "Vara 2", 2000, 20000, 25),))],
    ids=["receipt", "order"],
)
def test_what_the_till_sends_stands_there_and_is_found_again(nav: Nav, document: Document) -> None:
    assert found_in(nav, document) is None
    sent = nav.send(document)
    assert sent.number
    assert found_in(nav, document) == sent, "with the same lines, so nothing is added"
    if isinstance(document, Invoice):
        booked = booked_in(nav, document, sent.external_id)
        assert booked is not None
        assert booked.total == 40000
        assert booked.draft, "it waits for a person"


def test_a_return_stands_there_as_a_credit_memo(nav: Nav) -> None:
    nav.send(receipt())
    memo = receipt(credit=True)
    sent = nav.send(memo)
    booked = booked_in(nav, memo, sent.external_id)
    assert booked is not None
    assert booked.total == -40000
    assert found_in(nav, memo) == sent


def test_a_z_report_stands_in_the_journal(nav: Nav) -> None:
    rows = (Posting(1910, 12500, "Kontant"), Posting(3001, -10000, "Försäljning"), Posting(2611, -2500, "Moms"))
    voucher = Voucher("K1-Z1", DAY, "Z-rapport 1", rows)
    sent = nav.send(voucher)
    assert found_in(nav, voucher) == sent
    booked = booked_in(nav, voucher, sent.external_id)
    assert booked is not None
    assert sorted(one.amount for one in booked.postings) == [-10000, -2500, 12500]


def test_a_customer_is_made_and_then_changed(nav: Nav) -> None:
    for city in ("Lund", "Malmö"):
        change = CustomerChange(1, Customer("N1", "Nya AB", city=city), AT)
        assert found_in(nav, change) is None
        nav.send(change)
        assert found_in(nav, change) is not None
    (made,) = [one for one in rows(nav, Register.CUSTOMERS) if one.number == "N1"]
    assert made.city == "Malmö"


def without_set(edmx: str, name: str) -> str:
    return re.sub(rf'<EntitySet Name="{name}"[^>]*?(?:/>|></EntitySet>)', "", edmx)


def test_pages_that_the_edmx_has_not_are_named_with_what_to_publish(tmp_path: Path) -> None:
    edmx = EDMX.read_text(encoding="utf-8")
    with over_odata(tmp_path, without_set(edmx, "Customer").replace('Name="CustomerList"', 'Name="X"')) as nav:
        red = problems(nav, Severity.RED)
        assert {one.code for one in red} == {"NAV07"}
        said = " ".join(one.sentence() for one in red)
        assert "Sidan 21 Kundkort (Customer Card) behövs för kunder" in said
        assert "objekttyp Sida, objekt-ID 21, tjänstnamn Customer" in said
        yellow = " ".join(one.sentence() for one in problems(nav, Severity.YELLOW))
        assert "5730" in yellow
        assert len(rows(nav, Register.ARTICLES)) == 120, "what is published works"


def test_a_renamed_field_of_the_edmx_is_named_and_the_settings_can_say_what_it_is_called(tmp_path: Path) -> None:
    edmx = re.sub(r'(<EntityType Name="Item">.*?)Name="Unit_Price"', r'\1Name="Pris_i_butik"', EDMX.read_text("utf-8"),
                  count=1, flags=re.DOTALL)  # fmt: skip
    items = [{("Pris_i_butik" if name == "Unit_Price" else name): value for name, value in row.items()}
             for row in TABLES["Item"]]  # fmt: skip
    with over_odata(tmp_path / "1", edmx, {**TABLES, "Item": items}) as nav:
        (red,) = problems(nav, Severity.RED)
        assert red.code == "NAV08"
        assert "Fältet Unit_Price behövs för artiklar och priser men finns inte i tjänsten Item" in red.what
        assert "Fält med andra namn" in red.fix
        with pytest.raises(SyncError):
            rows(nav, Register.ARTICLES)
        assert rows(nav, Register.CUSTOMERS), "what is whole works"
    named = ({"role": "items", "field": "Unit_Price", "name": "Pris_i_butik"},)
    with over_odata(tmp_path / "2", edmx, {**TABLES, "Item": items}, fields=named) as nav:
        assert rows(nav, Register.ARTICLES)[0].price == 10000


def test_a_wsdl_that_is_missing_or_has_a_field_renamed_is_named_too(tmp_path: Path) -> None:
    wsdl = (SPECS / "wsdl-derived/SalesInvoice.wsdl").read_text(encoding="utf-8")
    renamed = wsdl.replace("External_Document_No", "Externt_nr")
    change = {"SalesInvoice": renamed, "Customer": None, "CustomerList": None}
    with over_soap(tmp_path, change) as nav:
        said = {(one.code, one.what) for one in problems(nav, Severity.RED) + problems(nav, Severity.YELLOW)}
        assert any(code == "NAV08" and "External_Document_No" in what and "43" in what for code, what in said)
        assert any(code == "NAV07" and "Sidan 21 Kundkort" in what for code, what in said)
        with pytest.raises(SyncError) as caught:
            nav.send(receipt())
        assert caught.value.problem.code == "NAV08"
        assert not caught.value.uncertain


def test_over_soap_too_a_return_names_its_original_in_a_line_when_the_field_is_missing(tmp_path: Path) -> None:
    wsdl = (SPECS / "wsdl-derived/SalesCreditMemo.wsdl").read_text(encoding="utf-8")
    with over_soap(tmp_path, {"SalesCreditMemo": wsdl.replace("Your_Reference", "Er_referens")}) as nav:
        assert "NAV17" in {one.code for one in problems(nav, Severity.YELLOW)}
        memo = receipt(credit=True)
        sent = nav.send(memo)
        assert found_in(nav, memo) == sent, "the line is known again"
        booked = booked_in(nav, memo, sent.external_id)
        assert booked is not None
        assert booked.total == -40000


def test_the_real_item_card_of_nav_2017_is_read_and_written_by_its_own_wsdl(tmp_path: Path) -> None:
    wsdl = (SPECS / "wsdl/coolOrange-ItemCard.wsdl").read_text(encoding="utf-8")
    items = [ITEM | {"No": f"A{number}", "Description": f"Vara {number}"} for number in range(3)]
    tables = {"ItemCard": items, "Customer": TABLES["Customer"]}
    customer = (SPECS / "wsdl-derived/Customer.wsdl").read_text(encoding="utf-8")
    with (
        soap_server(tmp_path, {"ItemCard": wsdl, "Customer": customer}, tables) as address,
        connected(tmp_path, address, wire="soap") as nav,
    ):
        assert [one.price for one in rows(nav, Register.ARTICLES)] == [10000] * 3
