"""Documents of ours become bodies for eEkonomi, exact to the öre."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.visma_eekonomi import documents
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Customer, Invoice, InvoicePayment, InvoiceRow, Posting, Voucher
from tests.worlds.documents import unrounded

PIECES = st.integers(-500, 500).filter(bool).map(lambda pieces: pieces * 1000)
QUANTITIES = st.one_of(PIECES, st.integers(-50_000, 50_000))


def total(rows: list[dict[str, Any]]) -> int:
    """What eEkonomi makes of rows: each rounded to the öre."""
    return sum(round(round(row["UnitPrice"] * 100) * round(row["Quantity"] * 1000) / 1000) for row in rows)


@given(QUANTITIES, st.integers(-5_000_000, 5_000_000))
def test_rows_come_to_the_amount_whatever_the_quantity(quantity: int, amount: int) -> None:
    rows = list(documents.parts("Vara", quantity, amount))
    assert total(rows) == amount
    for row in rows:
        assert round(row["UnitPrice"] * 100) == pytest.approx(row["UnitPrice"] * 100)
        assert round(row["Quantity"] * 100) == pytest.approx(row["Quantity"] * 100), "two decimals, by the 2020 file"


@given(PIECES, st.integers(0, 5_000_000))
def test_pieces_are_never_lost_for_the_stocks_sake(quantity: int, amount: int) -> None:
    rows = list(documents.parts("Vara", quantity, amount))
    assert sum(round(row["Quantity"] * 1000) for row in rows) == quantity


def test_three_for_a_hundred_is_two_rows() -> None:
    first, second = documents.parts("Läsk", 3000, 10000)
    assert (first["Quantity"], first["UnitPrice"]) == (2, Decimal("33.33"))
    assert (second["Quantity"], second["UnitPrice"]) == (1, Decimal("33.34"))


def test_a_weight_that_does_not_come_out_says_so_in_its_text() -> None:
    (row,) = documents.parts("Ost", 1234, 9999)
    assert row == {"Text": "1,234 × Ost", "Quantity": 1, "UnitPrice": Decimal("99.99")}


AMOUNTS = st.lists(st.integers(1, 100_000), min_size=1, max_size=4)


@given(AMOUNTS, st.integers(0, 5), st.booleans())
def test_an_interrupted_payment_goes_on_where_it_stopped(amounts: list[int], done: int, credit: bool) -> None:
    sign = -1 if credit else 1
    rows = (InvoiceRow("A", "A", 1000, sign * sum(amounts), 0, 25, 3001),)
    paid = tuple(InvoicePayment(f"M{n}", 1900 + n, sign * amount) for n, amount in enumerate(amounts))
    invoice = Invoice("K1-1", date(2026, 11, 23), "1", rows, paid, credit=credit)
    todo = documents.payments(invoice, sum(amounts))
    done = min(done, len(todo))
    remaining = sum(amounts) - sum(payment.amount for payment in todo[:done])
    assert documents.still_to_pay(invoice, sum(amounts), remaining) == todo[done:]
    assert sum(payment.amount for payment in todo) == sum(amounts)
    assert [payment.kind for payment in todo] == [documents.PARTIAL] * (len(todo) - 1) + [documents.COMPLETE]


def test_a_remaining_amount_that_we_never_left_is_not_paid() -> None:
    assert documents.still_to_pay(unrounded(1), 14990, 123) is None


def test_cash_rounding_goes_with_the_whole_kronor_last() -> None:
    rows = (InvoiceRow("A", "A", 1000, 12345, 0, 25, 3001),)
    paid = (InvoicePayment("KONTANT", 1910, 5000), InvoicePayment("KORT", 1686, 7345))
    rounded = Invoice("K1-1", date(2026, 11, 23), "1", rows, (replace(paid[0], amount=4900), paid[1]), rounding=-100)
    last = documents.payments(rounded, 12345)[-1]
    assert (last.account, last.amount, last.kind) == (1910, 4900, documents.ROUNDED)


def test_thirty_ore_in_cash_is_rounding_only() -> None:
    rows = (InvoiceRow("A", "Påse", 1000, 30, 6, 25, 3001),)
    invoice = Invoice("K1-1", date(2026, 11, 23), "1", rows, (InvoicePayment("KONTANT", 1910, 0),), rounding=-30)
    assert documents.payments(invoice, 30) == [documents.Payment("KONTANT", 1910, 0, documents.ROUNDED)]


def test_a_voucher_begins_with_its_reference_and_leaves_zero_rows_out() -> None:
    voucher = Voucher(
        "K1-Z7", date(2026, 11, 23), "Z\r\n7", (Posting(1910, 100), Posting(3001, -100), Posting(3740, 0))
    )
    body = documents.voucher(voucher, documents.Dimensions())
    assert body["VoucherText"] == "K1-Z7 Z 7"
    assert body["Rows"] == [{"AccountNumber": 1910, "DebitAmount": 1.0}, {"AccountNumber": 3001, "CreditAmount": 1.0}]
    assert documents.is_voucher("K1-Z7 Z 7", "K1-Z7")
    assert documents.is_voucher("K1-Z7", "K1-Z7")
    assert not documents.is_voucher("K1-Z77", "K1-Z7")
    assert not documents.is_voucher(None, "K1-Z7")


def test_an_invoice_that_cannot_become_the_receipts_amount_is_stopped_before_it_is_booked() -> None:
    rows = (InvoiceRow("A", "A", 1000, 1003, 201, 25, 3001),)  # 8.02 + 25 % is 10.03; 8.03 would be 10.04
    item = [documents.Item("a", "A", 25)]
    invoice = Invoice("K1-1", date(2026, 11, 23), "2", rows, (InvoicePayment("KORT", 1686, 1003),))
    assert documents.invoice(invoice, "c", item, documents.Dimensions(), includes_vat=False)
    odd = replace(invoice, rows=(replace(rows[0], amount=1002, vat=200),))
    assert documents.invoice(odd, "c", item, documents.Dimensions(), includes_vat=False), "closed as rounding"
    bent = replace(invoice, rows=(replace(rows[0], amount=1003, vat=190),))
    with pytest.raises(SyncError) as caught:
        documents.invoice(bent, "c", item, documents.Dimensions(), includes_vat=False)
    assert caught.value.problem.code == "V07"
    assert not caught.value.uncertain


def test_a_change_keeps_what_the_till_does_not_know() -> None:
    there = {
        "Id": "x",
        "Name": "Gammal",
        "Note": "Ring",
        "Telephone": None,
        "ChangedUtc": "…",
        "DiscountPercentage": 0.1,
    }
    customer = Customer("1", "Ny", "", "Gatan 1", "111 22", "Lund")
    body = documents.changed(customer, there)
    assert body["Note"] == "Ring"
    assert body["DiscountPercentage"] == 0.1
    assert body["Name"] == "Ny"
    assert not body.keys() & documents.CUSTOMER_READ_ONLY
    assert None not in body.values()


def test_a_mobile_number_is_not_written_into_the_telephone_field() -> None:
    there = {"Name": "Ada", "Telephone": None, "MobilePhone": "070-123 45 67", "EmailAddress": "ada@example.se"}
    ada = Customer("1", "Ada Ny", email="ada@example.se", phone="070-123 45 67")
    assert documents.difference(ada, there) == {"Name": "Ada Ny"}
    assert documents.difference(replace(ada, name="Ada", phone="070-7"), there) == {"MobilePhone": "070-7"}
    new = documents.wanted(ada)
    assert (new.get("Telephone"), new["MobilePhone"]) == (None, "070-123 45 67")
    assert documents.wanted(replace(ada, phone="08-12 34"))["Telephone"] == "08-12 34"


def test_an_emptied_email_is_emptied_there_and_the_rest_left_alone() -> None:
    there = {"Name": "Ada", "EmailAddress": "ada@example.se", "InvoiceCity": "Lund", "CorporateIdentityNumber": "1"}
    bare = Customer("1", "Ada")
    assert "EmailAddress" not in documents.changed(bare, there)
    assert documents.changed(bare, there)["InvoiceCity"] == "Lund"
    assert documents.same(bare, documents.changed(bare, there))


def test_a_field_that_the_till_holds_shortened_is_not_written_back_short() -> None:
    there = {"Name": "N" * 60, "InvoicePostalCode": "SW1A 1AA LONDON"}
    held = Customer("1", "N" * 50, postal_code="SW1A 1AA L")
    assert documents.same(held, there)


def test_what_the_vendor_marks_read_only_is_not_written_back() -> None:
    from tests.worlds.fakes.visma_spec import vendor

    fields = vendor().definitions["CustomerApi"]["properties"]
    assert {name for name, field in fields.items() if field.get("readOnly")} == documents.CUSTOMER_READ_ONLY


@pytest.mark.parametrize(
    ("org_number", "private"), [("556677-8899", False), ("800101-1234", True), ("", True), ("16556677-8899", False)]
)
def test_a_company_is_told_by_the_third_digit(org_number: str, private: bool) -> None:
    assert documents.is_private(org_number) is private


def test_a_new_customer_without_town_is_stopped() -> None:
    with pytest.raises(SyncError, match="postnummer och ort"):
        documents.created(Customer("1", "Ny"), "terms")
