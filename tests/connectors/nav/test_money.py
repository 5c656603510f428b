"""Money through NAV's invoices: by account, by the till's own payments, and what the books say of it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from synccenter.contract.connector import Booked
from synccenter.contract.errors import SyncError
from synccenter.contract.model import DocumentKind, Hindered, Invoice, InvoicePayment, InvoiceRow, Purpose, Register
from synccenter.truth.standing import Standing, compare, look_up
from tests.connectors.nav.shop import Shop, open_shop
from tests.worlds.fakes.nav_rig import DAY, NavRig, NavSoapRig, add_customer
from tests.worlds.lookups import booked_in

WAYS: tuple[dict[str, Any], ...] = ({}, {"closing": "rows"})
MUG = InvoiceRow("A1", "Vara 1", 1000, 10000, 2000, 25, 3001)


def receipt(shop: Shop) -> Invoice:
    document = shop.rig.document(DocumentKind.INVOICE)
    assert isinstance(document, Invoice)
    return document


def booked(shop: Shop, document: Invoice) -> Booked:
    sent = shop.connector().send(document)
    there = booked_in(shop.connector(), document, sent.external_id)
    assert there
    return there


def by_account(shop: Shop) -> dict[str, Decimal]:
    sums: Counter[str] = Counter()
    for row in shop.books.rows("entries"):
        sums[row["G_L_Account_No"]] += row["Amount"]
    return {account: Decimal(amount) for account, amount in sums.items() if amount}


def pays_by_itself(shop: Shop, number: str = "KONTANT") -> None:
    """A payment method with a balancing account on the customer's card."""
    shop.books.add("payment_methods", Code="KONTANT", Description="Kontant", Bal_Account_No="1910")
    customer = shop.books.find("customers", No=number)
    assert customer
    customer["Payment_Method_Code"] = "KONTANT"


def hide(shop: Shop, page: str, field: str) -> None:
    """The company's page does not show a field."""
    there = shop.nav.pages[page]
    columns = {name: one for name, one in there.columns.items() if name != field}
    shop.nav.publish({**shop.nav.pages, page: replace(there, columns=columns)})


def hide_on_lines(shop: Shop, page: str, field: str) -> None:
    """The same for its lines."""
    there = shop.nav.pages[page]
    columns = {name: one for name, one in there.line_columns.items() if name != field}
    shop.nav.publish({**shop.nav.pages, page: replace(there, line_columns=columns)})


# --- payments -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
@pytest.mark.parametrize("way", WAYS, ids=["journal", "rows"])
def test_the_customers_own_payment_method_pays_nothing(
    tmp_path: Path, rig_type: type[NavRig], way: dict[str, Any]
) -> None:
    with open_shop(tmp_path, rig_type, **way) as shop:
        pays_by_itself(shop)
        document = receipt(shop)
        assert compare(document, booked(shop, document)) == ("", 0)
        sums = by_account(shop)
        assert (sums["1686"], sums["1910"]) == (Decimal(200), Decimal(200)), "card is card, cash is cash"
        assert "1510" not in sums


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
@pytest.mark.parametrize("way", WAYS, ids=["journal", "rows"])
@pytest.mark.parametrize("sign", [1, -1], ids=["sold", "returned"])
def test_cash_back_on_a_card_is_taken_from_the_card(
    tmp_path: Path, rig_type: type[NavRig], way: dict[str, Any], sign: int
) -> None:
    with open_shop(tmp_path, rig_type, **way) as shop:
        shop.books.add("accounts", No="1930", Name="Bank", Account_Type="Posting", Direct_Posting=True)
        document = replace(
            receipt(shop),
            rows=(replace(MUG, quantity=sign * 1000, amount=sign * 10000, vat=sign * 2000),),
            rounding=0,
            credit=sign < 0,
            payments=(
                InvoicePayment("KORT", 1686, sign * 8000),
                InvoicePayment("SWISH", 1930, sign * 7000),
                InvoicePayment("KONTANT", 1910, -sign * 5000),
            ),
        )
        assert compare(document, booked(shop, document)) == ("", 0)
        sums = by_account(shop)
        assert [int(sums[account]) for account in ("1686", "1930", "1910")] == [sign * 80, sign * 70, -sign * 50]
        assert "1510" not in sums, "nothing is left open at the customer"


def test_a_header_that_keeps_the_payment_method_is_taken_away_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_shop(tmp_path) as shop:
        pays_by_itself(shop)
        insert, modify = shop.books.insert, shop.books.modify
        monkeypatch.setattr(shop.books, "insert", lambda page, values: _kept(insert(page, values)))
        monkeypatch.setattr(shop.books, "modify", lambda page, row, values: _kept(modify(page, row, values)))
        error = shop.refusal(receipt(shop))
        assert (error.problem.code, error.uncertain) == ("NAV18", False)
        assert shop.books.rows("invoices") == shop.books.rows("posted_invoices") == []


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    if "Payment_Method_Code" in row:
        row["Payment_Method_Code"] = "KONTANT"
    return row


def test_where_the_page_cannot_say_it_the_customer_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        hide(shop, "SalesInvoice", "Payment_Method_Code")
        pays_by_itself(shop)
        error = shop.refusal(receipt(shop))
        assert error.problem.code == "NAV18"
        assert "KONTANT" in error.problem.what
        assert shop.nav.count("POST") == 0


def test_an_invoice_that_something_else_has_closed_is_not_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Card and Swish in the journal, the invoice closed against the cash account: never OK at the next run."""
    with open_shop(tmp_path) as shop:
        post = shop.books.post_sales

        def closed(table: str, number: str) -> str:
            pays_by_itself(shop)
            header = shop.books.find(table, No=number)
            assert header
            header["Payment_Method_Code"] = "KONTANT"
            return post(table, number)

        monkeypatch.setattr(shop.books, "post_sales", closed)
        document = receipt(shop)
        assert shop.refusal(document).uncertain
        connector = shop.connector()
        verdict = look_up(connector, document)
        assert verdict.standing is Standing.UNFINISHED
        with pytest.raises(SyncError) as caught:
            connector.finish(document, verdict.hits[0])
        assert caught.value.problem.code == "NAV21"
        shop.books.rows("payments").clear()  # somebody throws them away: then the books tell
        verdict = look_up(shop.connector(), document)
        assert verdict.standing is Standing.DIFFERENT
        assert "betalning på konto 1686, 1910" in verdict.why


@pytest.mark.parametrize("way", WAYS, ids=["journal", "rows"])
def test_what_is_sold_on_account_stays_open_in_the_customer_ledger(tmp_path: Path, way: dict[str, Any]) -> None:
    with open_shop(tmp_path, **way) as shop:
        for owed, payments in ((30000, (InvoicePayment("KORT", 1686, 10000),)), (40000, ())):
            document = replace(receipt(shop), reference=f"k1-{owed}", payments=payments, owed=owed)
            there = booked(shop, document)
            assert (there.total, there.open) == (40000, owed)
            assert compare(document, there) == ("", 0)
            assert look_up(shop.connector(), document).standing is Standing.OURS
        assert by_account(shop)["1510"] == 700


def test_a_gift_card_bought_and_used_on_one_receipt_is_both(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        document = replace(
            receipt(shop), payments=(InvoicePayment("PRESENTKORT", 2421, 30000), InvoicePayment("KORT", 1686, 10000))
        )
        there = booked(shop, document)
        assert compare(document, there) == ("", 0)
        sold = sum(row.amount for row in there.postings if row.account == 2421 and row.purpose is Purpose.SALES)
        assert sold == -10000


# --- the books are read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("way", WAYS, ids=["journal", "rows"])
def test_an_item_with_another_vat_is_seen(tmp_path: Path, *, published: bool, way: dict[str, Any]) -> None:
    with open_shop(tmp_path, **way) as shop:
        hide_on_lines(shop, "SalesInvoice", "VAT_Prod_Posting_Group")
        shop.books.rows("items")[0]["VAT_Prod_Posting_Group"] = "MOMS12"
        document = receipt(shop)
        sent = shop.connector().send(document)
        if not published:
            shop.nav.publish({name: page for name, page in shop.nav.pages.items() if name != "GLEntries"})
        reader = shop.connector()
        reader._link.discover()
        there = booked_in(reader, document, sent.external_id)
        assert there
        assert "momsen är 32,13 kr i stället för 59,98 kr" in compare(document, there)[0]


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
@pytest.mark.parametrize("way", [*WAYS, {"posting": "leave"}], ids=["journal", "rows", "left"])
def test_an_item_with_another_vat_is_refused_before_it_is_booked_where_the_lines_show_it(
    tmp_path: Path, rig_type: type[NavRig], way: dict[str, Any]
) -> None:
    with open_shop(tmp_path, rig_type, **way) as shop:
        shop.books.rows("items")[0]["VAT_Prod_Posting_Group"] = "MOMS12"
        error = shop.refusal(receipt(shop))
        assert (error.problem.code, error.uncertain) == ("NAV51", False)
        assert "Artikel A1 såldes med 25 % moms men får 12 % i NAV" in error.problem.what
        assert shop.books.rows("invoices") == shop.books.rows("posted_invoices") == []


def test_the_kontantkund_itself_may_have_the_wrong_vat_group(tmp_path: Path) -> None:
    """Nothing to compare it with but the rates on the receipt."""
    with open_shop(tmp_path) as shop:
        shop.books.rows("customers")[0]["VAT_Bus_Posting_Group"] = "EXPORT"
        error = shop.refusal(receipt(shop))
        assert error.problem.code == "NAV20"
        assert "EXPORT" in error.problem.what
        assert "25 %" in error.problem.what
        assert shop.nav.count("POST") == 0


def test_a_rate_that_is_not_set_up_is_no_fault_of_the_customers(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.books.tables["vat_setup"] = [row for row in shop.books.rows("vat_setup") if row["VAT_Percent"] != 25]
        problem = shop.refusal(receipt(shop)).problem
        assert problem.code == "NAV35"
        assert "saknar 25 %" in problem.what
        assert shop.nav.count("POST") == 0


def test_a_posted_invoice_that_is_empty_is_seen_although_it_sums_to_nothing(tmp_path: Path) -> None:
    with open_shop(tmp_path, closing="rows") as shop:
        document = receipt(shop)
        sent = shop.connector().send(document)
        shop.books.rows("entries").clear()
        shop.books.rows("posted_invoices")[0]["Amount"] = Decimal(0)
        shop.nav.publish({name: page for name, page in shop.nav.pages.items() if name != "GLEntries"})
        reader = shop.connector()
        reader._link.discover()
        there = booked_in(reader, document, sent.external_id)
        assert there
        assert "momsen är 0,00 kr" in compare(document, there)[0]


def test_a_draft_whose_payments_somebody_changed_is_seen(tmp_path: Path) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        document = receipt(shop)
        sent = shop.connector().send(document)
        shop.books.rows("invoices")[0]["_lines"][-1]["Line_Amount"] = Decimal(-150)
        there = booked_in(shop.connector(), document, sent.external_id)
        assert there
        assert "inte helt betald" in compare(document, there)[0]


# --- customers that cannot be -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"Currency_Code": "EUR"}, "NAV19"),
        ({"VAT_Bus_Posting_Group": "EXPORT"}, "NAV20"),
        ({"Blocked": "All"}, "NAV33"),
        ({"Blocked": "Ship"}, ""),
        ({"VAT_Bus_Posting_Group": "BUTIK"}, ""),
        ({"Currency_Code": "SEK"}, ""),
    ],
    ids=str,
)
def test_a_customer_is_looked_at_before_anything_is_written(tmp_path: Path, values: dict[str, Any], code: str) -> None:
    with open_shop(tmp_path) as shop:
        add_customer(shop.books, "20000", "Bolaget AB")
        for row in [row for row in shop.books.rows("vat_setup") if row["VAT_Bus_Posting_Group"] == "SVERIGE"]:
            shop.books.add("vat_setup", **{**row, "VAT_Bus_Posting_Group": "BUTIK"})
        shop.books.rows("customers")[-1].update(values)
        document = replace(receipt(shop), customer="20000")
        if not code:
            blocked = values.get("Blocked")
            if not blocked:
                shop.connector().send(document)
            return
        error = shop.refusal(document)
        assert error.problem.code == code
        assert "20000" in error.problem.what
        assert shop.nav.count("POST") == 0, "a parked receipt costs no writing at each run"


def test_a_customer_who_is_not_there_is_named(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        error = shop.refusal(replace(receipt(shop), customer="99999"))
        assert error.problem.code == "NAV44"
        assert "Kund 99999 finns inte" in error.problem.what


def test_whose_card_it_is_costs_one_question_for_many_receipts(tmp_path: Path) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        connector = shop.connector()
        for number in range(1, 6):
            connector.send(replace(receipt(shop), reference=f"K1-{number}"))
        asked = [one for one in shop.nav.seen if one.method == "GET" and one.path.endswith("/Customer")]
        assert len(asked) <= 2, "the card, and how its blank options are spelt"


def test_a_receipt_is_dated(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        assert booked(shop, receipt(shop)).date == DAY


def test_an_account_says_why_nothing_can_be_booked_on_it(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.books.add("accounts", No="1510", Name="Kundfordringar", Account_Type="Posting", Direct_Posting=False)
        hindered = {one.number: one.why for one in shop.connector().accounts(DAY) if isinstance(one, Hindered)}
        assert hindered == {1510: "tillåter inte direktbokföring"}
        assert not shop.rig.description.capabilities.pays_bank_accounts, "any account that allows it may be paid to"


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
def test_a_heading_is_an_account_that_nothing_can_be_booked_on_and_no_row_of_the_register(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        for number, kind in (("1900", "Heading"), ("1999", "End_Total"), ("1", "Total"), ("19", "Begin_Total")):
            shop.books.add("accounts", No=number, Name="Kassa och bank", Account_Type=kind)
        hindered = {one.number: one.why for one in shop.connector().accounts(DAY) if isinstance(one, Hindered)}
        rubric, total = "är ett rubrikkonto", "är ett summakonto"
        assert hindered == {1900: rubric, 1999: total, 1: total, 19: rubric}
        assert not {1900, 1999, 1, 19} & {row.number for row in shop.rows(Register.ACCOUNTS)}
