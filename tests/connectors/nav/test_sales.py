"""Receipts, returns, Z reports, orders and customers in NAV."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from synccenter.contract.connector import Delivered
from synccenter.contract.errors import SyncError
from synccenter.contract.model import (
    Customer,
    CustomerChange,
    DocumentKind,
    Invoice,
    InvoicePayment,
    InvoiceRow,
    Register,
    Voucher,
)
from synccenter.truth.standing import compare
from tests.connectors.nav.shop import Shop, open_shop
from tests.worlds.fakes.nav_rig import DAY, NavRig, NavSoapRig, NavV3Rig
from tests.worlds.fakes.server import Fault, Reply
from tests.worlds.lookups import booked_in, found_in

WIRES = (NavRig, NavV3Rig, NavSoapRig)


def receipt(shop: Shop, number: int = 1) -> Invoice:
    """A receipt as an invoice: three articles, a gift card, card and cash."""
    document = shop.rig.document(DocumentKind.INVOICE, number)
    assert isinstance(document, Invoice)
    return document


def returned(shop: Shop) -> Invoice:
    """The return of one article of receipt 1."""
    row = InvoiceRow("A1", "Vara 1", -1000, -10000, -2000, 25, 3001)
    payment = InvoicePayment("KORT", 1686, -10000)
    return Invoice("k1-2", DAY, "KONTANT", (row,), (payment,), credit=True, credit_of="k1-1")


def lines_of(row: dict[str, Any]) -> list[tuple[str, str, Decimal, Decimal]]:
    """Type, number, quantity and amount of a document's lines."""
    return [(one["Type"], one["No"], Decimal(str(one["Quantity"])), one["Line_Amount"]) for one in row["_lines"]]


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
def test_a_receipt_is_posted_and_closed_to_zero_with_the_methods_used(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        sent = shop.connector().send(receipt(shop))
        (invoice,) = shop.books.rows("posted_invoices")
        assert sent.number == invoice["No"]
        assert invoice["External_Document_No"] == "K1-1", "NAV keeps it in capitals"
        assert invoice["Amount_Including_VAT"] == Decimal(400)
        assert invoice["Remaining_Amount"] == 0
        assert lines_of(invoice) == [
            ("Item", "A1", Decimal(3), Decimal("299.90")),
            ("G_L_Account", "2421", Decimal(1), Decimal(100)),
            ("G_L_Account", "3740", Decimal(1), Decimal("0.10")),
        ]
        assert shop.books.rows("payments") == []
        assert shop.books.rows("invoices") == []


@pytest.mark.parametrize("rig_type", WIRES)
def test_left_for_a_person_it_is_a_draft_of_zero_and_nothing_is_posted(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type, posting="leave") as shop:
        document = receipt(shop)
        sent = shop.connector().send(document)
        (draft,) = shop.books.rows("invoices")
        assert sent.number == draft["No"]
        assert lines_of(draft)[-2:] == [
            ("G_L_Account", "1686", Decimal(-1), Decimal(-200)),
            ("G_L_Account", "1910", Decimal(-1), Decimal(-200)),
        ]
        assert sum(line["Line_Amount"] for line in draft["_lines"]) == 0
        assert shop.books.rows("posted_invoices") == []
        booked = booked_in(shop.connector(), document, sent.external_id)
        assert booked is not None
        assert (booked.total, booked.open, booked.draft) == (40000, 0, True)
        shop.books.post_sales("invoices", draft["No"])
        booked = booked_in(shop.connector(), document, sent.external_id)
        assert booked is not None
        assert (booked.total, booked.open, booked.draft) == (40000, 0, False)


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
def test_a_return_is_a_credit_memo_that_names_what_it_credits(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        original = shop.connector().send(receipt(shop))
        document = returned(shop)
        sent = shop.connector().send(document)
        (memo,) = shop.books.rows("posted_credit_memos")
        assert memo["Your_Reference"] == f"K1-1 {original.number}"
        assert lines_of(memo) == [("Item", "A1", Decimal(1), Decimal(100))]
        assert memo["Remaining_Amount"] == 0
        booked = booked_in(shop.connector(), document, sent.external_id)
        assert booked is not None
        assert (booked.total, booked.open) == (-10000, 0)
        assert found_in(shop.connector(), document) == sent


def test_goods_handed_back_on_a_receipt_with_sales_are_a_negative_quantity(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        rows = (
            InvoiceRow("A1", "Vara", 2000, 20000, 4000, 25, 3001),
            InvoiceRow("A2", "Vara", -1000, -5000, -1000, 25, 3001),
        )
        shop.connector().send(Invoice("K1-3", DAY, "KONTANT", rows, (InvoicePayment("KORT", 1686, 15000),)))
        (invoice,) = shop.books.rows("posted_invoices")
        assert lines_of(invoice)[1] == ("Item", "A2", Decimal(-1), Decimal(-50))


def test_payments_as_rows_when_the_shop_wants_no_journal(tmp_path: Path) -> None:
    with open_shop(tmp_path, closing="rows") as shop:
        document = receipt(shop)
        sent = shop.connector().send(document)
        (invoice,) = shop.books.rows("posted_invoices")
        assert invoice["Amount_Including_VAT"] == 0
        booked = booked_in(shop.connector(), document, sent.external_id)
        assert booked is not None
        assert (booked.total, booked.open) == (40000, 0)


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
@pytest.mark.parametrize("kind", [DocumentKind.INVOICE, DocumentKind.VOUCHER])
def test_a_closed_period_leaves_no_half_document_behind(
    tmp_path: Path, rig_type: type[NavRig], kind: DocumentKind
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.books.allowed_from = date(2026, 12, 1)
        error = shop.refusal(shop.rig.document(kind))
        assert error.problem.code == "NAV32"
        assert not error.uncertain
        assert shop.books.rows("invoices") == shop.books.rows("journal") == []
        shop.books.allowed_from = date(2026, 1, 1)
        shop.connector().send(shop.rig.document(kind))
        assert shop.rig.books(shop.rig.document(kind)) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"items": {"Blocked": True}}, "NAV34"),
        ({"customers": {"Blocked": "All"}}, "NAV33"),
    ],
    ids=["article", "customer"],
)
def test_what_is_blocked_in_nav_parks_the_receipt(tmp_path: Path, change: dict[str, Any], code: str) -> None:
    with open_shop(tmp_path) as shop:
        for table, values in change.items():
            shop.books.rows(table)[0].update(values)
        error = shop.refusal(receipt(shop))
        assert error.problem.code == code
        assert not error.uncertain
        assert shop.rig.books(receipt(shop)) == 0


def test_a_header_that_will_not_have_prices_with_vat_is_taken_away_again(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        insert = shop.books.insert

        def stubborn(page: Any, values: Any) -> dict[str, Any]:
            return _net(insert(page, values))

        shop.books.insert = stubborn  # type: ignore[method-assign]
        error = shop.refusal(receipt(shop))
        assert error.problem.code == "NAV11"
        assert not error.uncertain
        assert shop.books.rows("invoices") == []


def _net(row: dict[str, Any]) -> dict[str, Any]:
    row["Prices_Including_VAT"] = False
    return row


def test_a_discount_that_nav_adds_by_itself_is_seen_before_posting(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        add_line = shop.books.add_line

        def discounted(*arguments: Any) -> dict[str, Any]:
            line = add_line(*arguments)
            line["Line_Amount"] -= 1
            return line

        shop.books.add_line = discounted  # type: ignore[method-assign, assignment]
        error = shop.refusal(receipt(shop))
        assert error.problem.code == "NAV11"
        assert not error.uncertain
        assert shop.books.rows("invoices") == shop.books.rows("posted_invoices") == []


def test_a_missing_codeunit_is_seen_before_anything_is_written(tmp_path: Path) -> None:
    with open_shop(tmp_path, codeunit="Annan") as shop:
        for kind in (DocumentKind.INVOICE, DocumentKind.VOUCHER):
            assert shop.refusal(shop.rig.document(kind)).problem.code == "NAV10"
        assert shop.nav.count("POST") == 0


def test_a_number_too_long_for_nav_is_told_not_cut(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        document = replace(receipt(shop), reference="K" * 36)
        assert shop.refusal(document).problem.code == "NAV14"
        voucher = shop.rig.document(DocumentKind.VOUCHER)
        assert isinstance(voucher, Voucher)
        assert shop.refusal(replace(voucher, reference="Z" * 21)).problem.code == "NAV14"


def test_a_draft_that_somebody_changed_is_left_for_a_person(tmp_path: Path) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        shop.connector().send(receipt(shop))
        shop.books.rows("invoices")[0]["_lines"][0]["Quantity"] = 99
        with pytest.raises(SyncError) as caught:
            found_in(shop.connector(), receipt(shop))
        assert caught.value.problem.code == "NAV13"
        assert caught.value.uncertain
        assert len(shop.books.rows("invoices")) == 1


def test_a_payment_that_cannot_be_posted_leaves_the_receipt_uncertain_and_is_finished_by_the_look_up(
    tmp_path: Path,
) -> None:
    with open_shop(tmp_path) as shop:
        text = "Posting Date is not within your range of allowed posting dates in Gen. Journal Line."
        wanted = "PostJournal"
        shop.nav.fail(
            Reply(500, _fault(text), {"Content-Type": "text/xml"}),
            on=lambda request: wanted in request.headers.get("Soapaction", ""),
        )
        error = shop.refusal(receipt(shop))
        assert error.problem.code == "NAV32"
        assert error.uncertain, "the invoice is posted"
        sent = found_in(shop.connector(), receipt(shop))
        assert sent is not None
        assert shop.rig.books(receipt(shop)) == 1


def _fault(text: str) -> bytes:
    from tests.worlds.fakes.nav_soap import fault

    return fault(text)


def test_a_month_of_receipts_is_read_back_with_a_handful_of_questions(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        connector = shop.connector()
        documents = [receipt(shop, number) for number in range(1, 61)]
        sent = [connector.send(document) for document in documents]
        before = shop.nav.count()
        reader = shop.connector()
        given = [Delivered(document, one.external_id) for document, one in zip(documents, sent, strict=True)]
        booked = list(reader.read_back(given))
        assert [compare(document, there) for document, there in zip(documents, booked, strict=True)] == [("", 0)] * 60
        rows = len(shop.books.rows("entries"))
        assert shop.nav.count() - before <= 3 + -(-rows // 20), "60 receipts and their ledger entries, pages of 20"


def test_a_receipt_costs_no_look_up_before_it_is_sent(tmp_path: Path) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        connector = shop.connector()
        connector.send(receipt(shop, 1))
        before = shop.nav.count()
        connector.send(receipt(shop, 2))
        assert shop.nav.count() - before == 6, "one header, five lines"


# --- customers -----------------------------------------------------------------------------------------------


def changed(shop: Shop, **values: str) -> CustomerChange:
    """The kontantkund, changed at the till."""
    customer = Customer("KONTANT", "Kontantkund", city="Lund")
    return CustomerChange(1, replace(customer, **values), shop.world.clock())


@pytest.mark.parametrize("rig_type", WIRES)
def test_a_change_touches_only_what_changed(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.connector().send(changed(shop, phone="046-12 34 56"))
        row = shop.books.rows("customers")[0]
        assert row["Phone_No"] == "046-12 34 56"
        assert row["Customer_Posting_Group"] == "INRIKES"
        before = shop.nav.count()
        shop.connector().send(changed(shop, phone="046-12 34 56"))
        assert shop.nav.count() - before == 1, "nothing to change"


@pytest.mark.parametrize("rig_type", WIRES)
def test_a_new_customer_gets_the_posting_groups_of_the_kontantkund(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.connector().send(shop.rig.document(DocumentKind.CUSTOMER))
        row = shop.books.find("customers", No="N1")
        assert row is not None
        assert row["VAT_Bus_Posting_Group"] == "SVERIGE"
        assert row["Customer_Posting_Group"] == "INRIKES"


def test_an_organisation_number_goes_up_as_the_vat_number_that_it_came_down_as(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.connector().send(changed(shop, org_number="556677-8899"))
        assert shop.books.rows("customers")[0]["VAT_Registration_No"] == "SE556677889901"
        (customer,) = shop.rows(Register.CUSTOMERS)
        assert customer.org_number == "556677-8899"


@pytest.mark.parametrize("rig_type", WIRES)
def test_somebody_elses_change_meanwhile_is_read_again_once(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.books.touched_meanwhile = 1
        shop.connector().send(changed(shop, phone="046-1"))
        assert shop.books.rows("customers")[0]["Phone_No"] == "046-1"
        shop.books.touched_meanwhile = 2
        error = shop.refusal(changed(shop, phone="046-2"))
        assert error.problem.code == "NAV30"
        assert not error.uncertain


@pytest.mark.parametrize("rig_type", [NavRig, NavV3Rig])
def test_a_server_that_loses_etags_is_still_changed(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.nav.v3.etags = shop.nav.v4.etags = False
        shop.connector().send(changed(shop, phone="046-1"))
        assert shop.books.rows("customers")[0]["Phone_No"] == "046-1"


def test_an_answer_without_the_number_is_looked_up_and_finished(tmp_path: Path) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        insert = shop.nav.v4._shown

        def silent(row: Any, columns: Any, wanted: Any) -> dict[str, Any]:
            shown = insert(row, columns, wanted)
            return {name: value for name, value in shown.items() if name != "No" or "Sell_to_Customer_No" not in row}

        shop.nav.v4._shown = silent  # type: ignore[method-assign]
        assert shop.refusal(receipt(shop)).uncertain
        shop.nav.v4._shown = insert  # type: ignore[method-assign]
        assert found_in(shop.connector(), receipt(shop)) is not None
        assert shop.rig.books(receipt(shop)) == 1


def test_a_posted_row_of_the_wrong_sort_is_a_clear_error(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        sent = shop.connector().send(receipt(shop))
        shop.books.rows("posted_invoices")[0]["Posting_Date"] = "i går"
        shop.nav.v4._meant = lambda *arguments: True  # type: ignore[method-assign]
        with pytest.raises(SyncError) as caught:
            booked_in(shop.connector(), receipt(shop), sent.external_id)
        assert caught.value.problem.code == "N06"


def test_a_lost_answer_half_way_through_the_lines_is_finished_not_doubled(tmp_path: Path) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        shop.nav.fail(
            Fault.DROP_AFTER, on=lambda one: one.method == "POST" and (one.body or {}).get("Line_No") == 20000
        )
        assert shop.refusal(receipt(shop)).uncertain
        assert len(shop.books.rows("invoices")[0]["_lines"]) == 2
        assert found_in(shop.connector(), receipt(shop)) is not None
        assert shop.rig.books(receipt(shop)) == 1


def test_an_order_on_a_page_that_cannot_say_with_vat_is_priced_as_the_customer_is(tmp_path: Path) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        page = shop.nav.pages["SalesOrder"]
        columns = {name: one for name, one in page.columns.items() if name != "Prices_Including_VAT"}
        shop.nav.publish({**shop.nav.pages, "SalesOrder": replace(page, columns=columns)})
        document = shop.rig.document(DocumentKind.ORDER)
        shop.connector().send(document)
        assert lines_of(shop.books.rows("orders")[0]) == [("Item", "A1", Decimal(2), Decimal(160))]
        shop.books.rows("customers")[0]["Prices_Including_VAT"] = True
        shop.connector().send(shop.rig.document(DocumentKind.ORDER, 2))
        assert lines_of(shop.books.rows("orders")[1]) == [("Item", "A1", Decimal(2), Decimal(200))]


@pytest.mark.parametrize(
    ("blank", "account"), [("_blank_", "G_L_Account"), ("_x0020_", "G_L_Account"), (" ", "G/L Account")]
)
def test_options_are_spelt_as_the_server_spells_them_itself(tmp_path: Path, blank: str, account: str) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        shop.books.rows("customers")[0]["Blocked"] = blank
        words = shop.connector()._journal.words("invoices")
        assert (words.account, words.blank) == (account, blank)
        before = shop.nav.count()
        assert shop.connector()._journal.words("invoices").account == account
        assert shop.nav.count() == before, "it was found out once"
        assert shop.connector(option_words="plain")._journal.words("invoices").account == "G/L Account"
