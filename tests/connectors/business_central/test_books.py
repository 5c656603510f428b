"""What Business Central's ledger holds of invoices, as the proof reads it: account by account."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from connectors.business_central import documents
from synccenter.contract.connector import Delivered
from synccenter.contract.model import Invoice, Purpose
from synccenter.truth.standing import compare, dimensions_untold, payments_untold
from tests.connectors.business_central.rig import BusinessCentralRig, invoice
from tests.connectors.business_central.world import by_card


def test_books_are_read_back_account_by_account(rig: BusinessCentralRig) -> None:
    sent = rig.connector().send(invoice(1))
    (booked,) = rig.connector().read_back([Delivered(invoice(1), sent.external_id)])
    assert {(one.account, one.amount) for one in booked.postings if one.purpose is Purpose.PAYMENT} == {
        (1910, 5000),
        (1686, 10000),
    }
    vat = {(one.account, one.amount) for one in booked.postings if one.purpose is Purpose.VAT}
    assert vat == {(2621, -1071), (2611, -998)}
    assert compare(invoice(1), booked) == ("", 0)


def test_a_payment_that_a_person_moved_is_told(rig: BusinessCentralRig) -> None:
    sent = rig.connector().send(by_card(1))
    for one in rig.bc.ledger.entries:
        one["accountNumber"] = "1930" if one["accountNumber"] == "1686" else one["accountNumber"]
    (booked,) = rig.connector().read_back([Delivered(by_card(1), sent.external_id)])
    assert "annan betalning på konto 1686, 1930" in compare(by_card(1), booked)[0]


@pytest.mark.parametrize("told", [True, False], ids=["its sales are told", "its entries come to another net"])
def test_a_payment_that_has_no_entry_is_missing_whether_or_not_its_sales_are_told(
    rig: BusinessCentralRig, told: bool
) -> None:
    sent = rig.connector().send(by_card(1))
    entries = rig.bc.ledger.entries
    entries[:] = [one for one in entries if not one["description"].startswith(documents.PAYMENT)]
    sales = next(one for one in entries if one["accountNumber"] == "3001")
    sales["creditAmount"] += 0 if told else 100
    (booked,) = rig.connector().read_back([Delivered(by_card(1), sent.external_id)])
    assert any(one.account == 3001 for one in booked.postings) == told
    assert "annan betalning på konto 1686" in compare(by_card(1), booked)[0]
    assert not payments_untold(by_card(1), booked)


def test_invoices_of_a_month_are_read_back_by_three_lists(rig: BusinessCentralRig) -> None:
    connector = rig.connector()
    sent = [Delivered(by_card(one), connector.send(by_card(one)).external_id) for one in range(1, 11)]
    before = rig.bc.count("GET")
    booked = list(rig.connector().read_back(sent))
    assert len(booked) == 10
    assert rig.bc.count("GET") - before == 2, "the ledger and the invoices"


def centred(number: int, *, centre: str = "HORN", project: str = "JUL") -> Invoice:
    document = by_card(number)
    return replace(document, rows=tuple(replace(row, cost_centre=centre, project=project) for row in document.rows))


@pytest.mark.parametrize(("code", "what"), [("AVD", "kostnadsställe: HORN"), ("PROJ", "projekt: JUL")])
def test_a_dimension_that_is_taken_off_an_invoice_is_seen_and_costs_no_request(
    rig: BusinessCentralRig, code: str, what: str
) -> None:
    there = [Delivered(one, rig.connector().send(one).external_id) for one in (centred(1), centred(2))]
    first = next(row for row in rig.bc.ledger.entries if row["dimensionSetLines"])
    first["dimensionSetLines"] = [one for one in first["dimensionSetLines"] if one["code"] != code]
    before = rig.bc.count("GET")
    back = {one.reference: one for one in rig.connector().read_back(there)}
    assert rig.bc.count("GET") - before == 3, "what the dimensions are, the ledger and the invoices"
    assert f"annat {what} har 0,00 kr" in compare(centred(1), back["K1-1"])[0]
    assert compare(centred(2), back["K1-2"]) == ("", 0)


def test_a_cost_centre_without_a_dimension_of_its_own_was_never_sent(rig: BusinessCentralRig) -> None:
    next(iter(rig.bc.rows["generalLedgerSetup"].values()))["shortcutDimension1Code"] = ""
    sent = rig.connector().send(centred(1, project=""))
    (booked,) = rig.connector().read_back([Delivered(centred(1, project=""), sent.external_id)])
    assert compare(centred(1), booked) == ("", 0)
    assert dimensions_untold(centred(1), booked)
