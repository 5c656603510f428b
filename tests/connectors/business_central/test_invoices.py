"""Receipts as invoices: posted, paid to nothing, each step gone on with, and read back account by account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from msgspec.structs import replace

from connectors.business_central import documents
from synccenter.contract.connector import Delivered
from synccenter.contract.model import Invoice, InvoicePayment, InvoiceRow, Posting
from synccenter.truth.standing import Standing, compare, look_up
from tests.connectors.business_central.rig import (
    BusinessCentralRig,
    add_account,
    add_customer,
    add_item,
    invoice,
    returned,
)
from tests.connectors.business_central.world import by_card, refused, writes
from tests.worlds.documents import DAY
from tests.worlds.fakes.business_central_rules import guid
from tests.worlds.fakes.server import FOR_GOOD, Fault, Reply, Request

CARD = guid("customerPaymentJournals", "KASSA1686")


def words(rig: BusinessCentralRig) -> list[str]:
    """What was asked that changes something, by its last word."""
    return [one.path.rpartition("/")[2] for one in writes(rig)]


def posts(request: Request) -> bool:
    return request.path.endswith("Microsoft.NAV.post")


def of_journal(request: Request) -> bool:
    return posts(request) and "salesInvoices" not in request.path


def test_a_receipt_takes_four_changes_and_one_look(rig: BusinessCentralRig) -> None:
    connector = rig.connector()
    connector.send(by_card(1))
    before = len(rig.bc.seen)
    connector.send(by_card(2))
    assert words(rig)[4:] == ["salesInvoices", "Microsoft.NAV.post", "$batch", "Microsoft.NAV.post"]
    assert len(rig.bc.seen) - before == 5


@pytest.mark.parametrize("extension", [True, False])
def test_a_receipt_is_paid_to_nothing_with_and_without_the_extension(
    rig: BusinessCentralRig,
    extension: bool,
) -> None:
    rig.bc.extension = extension
    sent = rig.connector().send(invoice(1))
    assert rig.bc.rows["salesInvoices"][sent.external_id]["remainingAmount"] == 0
    assert any("/joboffice/till/v1.0/" in one.path for one in writes(rig)) == extension
    assert rig.books(invoice(1)) == 1


def test_a_server_whose_journals_find_no_payments_needs_the_extension(rig: BusinessCentralRig) -> None:
    rig.bc.extension = rig.bc.journals_find_payments = False
    with refused("BC26"):
        rig.connector().send(by_card(1))
    assert writes(rig) == []
    rig.connector().send(returned(2, 1))
    assert rig.books(returned(2, 1)) == 1, "a credit memo is paid out through the general journal"


def test_the_lines_go_with_the_header_and_vat_by_their_group(rig: BusinessCentralRig) -> None:
    rig.connector().send(invoice(1))
    body = writes(rig)[0].body
    assert (body["externalDocumentNumber"], body["invoiceDate"], body["postingDate"]) == ("K1-1", str(DAY), str(DAY))
    coffee, mug, rounding = body["salesInvoiceLines"]
    assert coffee == {
        "lineType": "Item",
        "lineObjectNumber": "KAFFE",
        "description": "Kaffe",
        "quantity": 3,
        "unitPrice": 33.33333,
    }
    assert "taxCode" not in mug
    assert (rounding["lineType"], rounding["lineObjectNumber"], rounding["taxCode"]) == ("Account", "3740", "MOMSFRI")


def test_a_return_is_a_credit_memo_whose_money_is_given_back(rig: BusinessCentralRig) -> None:
    rig.connector().send(invoice(1))
    sent = rig.connector().send(returned(2, 1))
    document = returned(2, 1)
    assert sent.external_id in rig.bc.rows["salesCreditMemos"]
    (booked,) = rig.connector().read_back([Delivered(document, sent.external_id)])
    assert (booked.total, booked.open, compare(document, booked)) == (-4990, 0, ("", 0))


@pytest.mark.parametrize(("method", "status"), [({"KONTANT"}, "Paid"), (set(), "Open")])
def test_a_credit_memo_is_closed_by_its_money_where_the_customer_is_set_so(
    rig: BusinessCentralRig, method: set[str], status: str
) -> None:
    """The API cannot apply it. Either way the books are right: receivables at nothing, the money on its account."""
    rig.bc.setup.apply_to_oldest |= method
    rig.connector().send(returned(2, 1))
    (memo,) = rig.bc.rows["salesCreditMemos"].values()
    assert memo["status"] == status
    sums = {"1510": 0, "1686": 0}
    for one in rig.bc.ledger.entries:
        if one["accountNumber"] in sums:
            sums[one["accountNumber"]] += round((one["debitAmount"] - one["creditAmount"]) * 100)
    assert sums == {"1510": 0, "1686": -4990}


def test_a_credit_memo_without_its_money_is_finished(rig: BusinessCentralRig) -> None:
    rig.bc.fail(Reply(504, b""), on=of_journal)
    with refused("N04"):
        rig.connector().send(returned(2, 1))
    verdict = look_up(rig.connector(), returned(2, 1))
    assert verdict.standing is Standing.UNFINISHED
    rig.connector().finish(returned(2, 1), verdict.hits[0])
    assert rig.books(returned(2, 1)) == 1
    assert look_up(rig.connector(), returned(2, 1)).standing is Standing.OURS


@pytest.mark.parametrize("step", range(4))
def test_each_half_done_step_is_gone_on_with(rig: BusinessCentralRig, step: int) -> None:
    """Created not posted, posted not paid, the payment written and not posted: finished, never doubled."""
    met = -1

    def at_step(request: Request) -> bool:
        nonlocal met
        met += request.method != "GET" and "oauth2" not in request.path
        return met == step and request.method != "GET"

    rig.bc.fail(Reply(504, b"Gateway Timeout"), on=at_step)
    with refused("N04") as caught:
        rig.connector().send(by_card(1))
    assert caught.value.uncertain
    verdict = look_up(rig.connector(), by_card(1))
    if verdict.standing is Standing.UNFINISHED:
        rig.connector().finish(by_card(1), verdict.hits[0])
    else:
        assert (step, verdict.standing) == (0, Standing.MISSING)
        rig.connector().send(by_card(1))
    assert rig.books(by_card(1)) == 1


def test_a_server_that_gives_posted_invoices_other_ids_is_learnt_once(
    rig: BusinessCentralRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first payment is refused for the old id, and applied to the new one; from then on it is asked for."""
    post = rig.bc.sales.post

    def renaming(name: str, row: dict[str, str]) -> None:
        post(name, row)
        rows = rig.bc.rows[name]
        old = rows.pop(row["id"])
        old["id"] = guid("posted", old["id"])
        rows[old["id"]] = old

    monkeypatch.setattr(rig.bc.sales, "post", renaming)
    connector = rig.connector()
    for number in (1, 2):
        sent = connector.send(by_card(number))
        assert sent.external_id in rig.bc.rows["salesInvoices"]
        assert rig.books(by_card(number)) == 1
    connector.send(returned(3, 1))
    assert rig.books(returned(3, 1)) == 1
    assert sum("$batch" in one.path for one in writes(rig)) == 4


def test_an_extension_that_is_taken_away_meanwhile_is_done_without(rig: BusinessCentralRig) -> None:
    connector = rig.connector()
    connector.send(by_card(1))
    rig.bc.extension = False
    connector.send(by_card(2))
    assert rig.books(by_card(2)) == 1


def test_an_invoice_that_gets_another_id_when_posted_is_no_loss(rig: BusinessCentralRig) -> None:
    def renamed(request: Request) -> bool:
        if of_journal(request):
            invoices = rig.bc.rows["salesInvoices"]
            for old in list(invoices):
                row = invoices.pop(old)
                row["id"] = guid("posted", old)
                invoices[row["id"]] = row
                for lines in rig.bc.lines.values():
                    for line in lines:
                        line["_invoice"] = row["id"]
        return False

    rig.bc.fail(Reply(), times=FOR_GOOD, on=renamed)
    sent = rig.connector().send(by_card(1))
    assert sent.external_id in rig.bc.rows["salesInvoices"]
    assert look_up(rig.connector(), by_card(1)).standing is Standing.OURS


def test_a_customer_without_vat_in_the_prices_costs_one_draft_and_then_none(rig: BusinessCentralRig) -> None:
    rig.bc.setup.gross_customers.discard("KONTANT")
    connector = rig.connector()
    connector.send(by_card(1))
    assert [one.method for one in writes(rig)[:3]] == ["POST", "DELETE", "POST"]
    before = len(writes(rig))
    connector.send(by_card(2))
    assert [one.method for one in writes(rig)[before:]] == ["POST"] * 4
    assert rig.books(by_card(1)) == rig.books(by_card(2)) == 1
    assert len(rig.bc.rows["salesInvoices"]) == 2


def test_a_draft_with_prices_without_vat_is_made_anew_after_an_interruption_too(rig: BusinessCentralRig) -> None:
    rig.bc.setup.gross_customers.discard("KONTANT")
    rig.bc.fail(Fault.DROP_AFTER, on=lambda request: request.path.endswith("/salesInvoices"))
    with refused("N11") as caught:
        rig.connector().send(by_card(1))
    assert caught.value.uncertain
    verdict = look_up(rig.connector(), by_card(1))
    assert verdict.standing is Standing.UNFINISHED
    rig.connector().finish(by_card(1), verdict.hits[0])
    assert rig.books(by_card(1)) == 1
    assert len(rig.bc.rows["salesInvoices"]) == 1


def test_a_draft_with_other_vat_is_taken_away_and_refused(rig: BusinessCentralRig) -> None:
    rig.bc.rows["items"][guid("items", "MUGG")]["taxGroupCode"] = "MOMS12"
    with refused("BC13") as caught:
        rig.connector().send(by_card(1))
    assert not caught.value.uncertain
    assert "Momsen är 5,35 kr" in str(caught.value)
    assert rig.bc.rows["salesInvoices"] == {}
    assert rig.bc.ledger.entries == []


def test_a_draft_whose_lines_are_not_reckoned_in_the_answer_is_read_again(
    rig: BusinessCentralRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = rig.bc.sales.create

    def unreckoned(name: str, body: dict[str, object]) -> dict[str, object]:
        row = made(name, body)
        return row | {"totalAmountIncludingTax": 0, "totalTaxAmount": 0}

    monkeypatch.setattr(rig.bc.sales, "create", unreckoned)
    rig.connector().send(by_card(1))
    assert rig.books(by_card(1)) == 1


def test_a_payment_account_without_journal_is_told_before_anything_is_made(rig: BusinessCentralRig) -> None:
    with refused("BC14") as caught:
        rig.connector().send(replace(by_card(1), payments=(InvoicePayment("SWISH", 1930, 4990),)))
    assert "1930" in str(caught.value)
    assert writes(rig) == []


def test_a_gift_card_worth_more_gives_the_rest_from_account_to_account(rig: BusinessCentralRig) -> None:
    paid = (InvoicePayment("KORT", 1686, 10000), InvoicePayment("KONTANT", 1910, -5010))
    document = replace(by_card(1), payments=paid)
    assert documents.split(document) == (
        [InvoicePayment("KORT", 1686, 4990)],
        [Posting(1686, 5010), Posting(1910, -5010)],
    )
    sent = rig.connector().send(document)
    (booked,) = rig.connector().read_back([Delivered(document, sent.external_id)])
    assert compare(document, booked) == ("", 0)


def test_a_customer_whose_method_pays_by_itself_is_told(rig: BusinessCentralRig) -> None:
    """Its invoice is paid as soon as it is posted, to another account: ours has nothing left to be applied to."""
    rig.bc.setup.pays_itself["KONTANT"] = "1930"
    with refused("BC24") as caught:
        rig.connector().send(by_card(1))
    assert caught.value.uncertain, "the invoice is posted"
    assert rig.bc.lines[CARD] == [], "the payment that was refused is taken away"


def test_what_the_customers_method_paid_is_told_by_its_account(rig: BusinessCentralRig) -> None:
    rig.bc.setup.pays_itself["KONTANT"] = "1930"
    with refused("BC24"):
        rig.connector().send(by_card(1))
    (hit,) = rig.connector().find(by_card(1))
    (booked,) = rig.connector().read_back([Delivered(by_card(1), hit.external_id)])
    assert "annan betalning på konto 1686, 1930" in compare(by_card(1), booked)[0]


def test_two_that_were_cut_short_do_not_wait_for_each_other(rig: BusinessCentralRig) -> None:
    """What is left of one is taken away by the other, and written again when it is gone on with itself."""
    rig.bc.fail(Reply(504, b""), on=of_journal)
    with refused("N04"):
        rig.connector().send(by_card(1))
    rig.connector().send(by_card(2))
    assert rig.bc.lines[CARD] == []
    verdict = look_up(rig.connector(), by_card(1))
    rig.connector().finish(by_card(1), verdict.hits[0])
    assert rig.books(by_card(1)) == rig.books(by_card(2)) == 1


def test_others_payments_in_our_journal_are_never_posted(rig: BusinessCentralRig) -> None:
    rig.connector().send(by_card(1))
    row = {"customerNumber": "KONTANT", "postingDate": str(DAY), "documentNumber": "BG-7", "amount": -1}
    journal = rig.bc.rows["customerPaymentJournals"][CARD]
    rig.bc._add_line(
        "customerPayments", journal, row | {"appliesToInvoiceId": next(iter(rig.bc.rows["salesInvoices"]))}
    )
    with refused("BC09") as caught:
        rig.connector().send(by_card(2))
    assert caught.value.uncertain, "the invoice is posted"
    assert [line["documentNumber"] for line in rig.bc.lines[CARD]] == ["BG-7"]
    rig.bc.lines[CARD].clear()
    verdict = look_up(rig.connector(), by_card(2))
    rig.connector().finish(by_card(2), verdict.hits[0])
    assert rig.books(by_card(2)) == 1


def test_an_exchange_for_something_dearer_is_an_invoice(rig: BusinessCentralRig) -> None:
    add_item(rig.bc, "KANNA")
    rows = (
        InvoiceRow("MUGG", "Mugg", -1000, -4990, -998, 25, 3001),
        InvoiceRow("KANNA", "Kanna", 1000, 9990, 1998, 25, 3001),
    )
    document = Invoice("K1-9", DAY, "KONTANT", rows, (InvoicePayment("KORT", 1686, 5000),), credit=True)
    rig.connector().send(document)
    assert rig.books(document) == 1
    assert [one["quantity"] for one in writes(rig)[0].body["salesInvoiceLines"]] == [-1, 1]


def test_a_gift_card_that_is_sold_is_a_line_on_its_account_without_vat(rig: BusinessCentralRig) -> None:
    rows = (InvoiceRow("GIFT", "Presentkort", 1000, 50000, 0, 0, 2421, goods=False),)
    document = Invoice("K1-9", DAY, "KONTANT", rows, (InvoicePayment("KORT", 1686, 50000),))
    rig.connector().send(document)
    (line,) = writes(rig)[0].body["salesInvoiceLines"]
    assert (line["lineType"], line["lineObjectNumber"], line["taxCode"]) == ("Account", "2421", "MOMSFRI")
    assert rig.books(document) == 1


def test_two_groups_of_one_rate_leave_the_group_to_the_account(rig: BusinessCentralRig) -> None:
    rig.bc.add("taxGroups", {"code": "TJ0", "displayName": "Tjänst 0 %"})
    rig.connector().send(invoice(1))
    assert "taxCode" not in writes(rig)[0].body["salesInvoiceLines"][2]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda rig: rig.bc.rows["items"].pop(guid("items", "MUGG")), "BC38"),
        (lambda rig: rig.bc.rows["customers"].pop(guid("customers", "KONTANT")), "BC40"),
        (lambda rig: rig.bc.rows["customers"][guid("customers", "KONTANT")].update(blocked="All"), "BC41"),
    ],
)
def test_what_business_central_refuses_is_named(
    rig: BusinessCentralRig, spoil: Callable[[BusinessCentralRig], object], code: str
) -> None:
    spoil(rig)
    with refused(code):
        rig.connector().send(by_card(1))
    assert rig.bc.ledger.entries == []


def test_cost_centre_and_location_stand_on_the_invoice(rig: BusinessCentralRig) -> None:
    rig.options["sales_location"] = "butik"
    rows = tuple(replace(row, cost_centre="HORN", project="JUL") for row in by_card(1).rows)
    rig.connector().send(replace(by_card(1), rows=rows))
    body = writes(rig)[0].body
    assert (body["shortcutDimension1Code"], body["shortcutDimension2Code"]) == ("HORN", "JUL")
    assert body["salesInvoiceLines"][0]["locationId"] == guid("locations", "BUTIK")
    rig.options["sales_location"] = "MÅNEN"
    with refused("BC16"):
        rig.connector().send(by_card(2))


def test_rows_of_other_cost_centres_have_their_own(rig: BusinessCentralRig) -> None:
    """Not all the first one's; and a dimension that is not global stands on the lines, for a document has none such."""
    rows = (
        InvoiceRow("MUGG", "Mugg", 1000, 4990, 998, 25, 3001, cost_centre="HORN", project="JUL"),
        InvoiceRow("KAFFE", "Kaffe", 1000, 1000, 107, 12, 3002, cost_centre="KAJ", project="JUL"),
    )
    document = replace(by_card(1), rows=rows, payments=(InvoicePayment("KORT", 1686, 5990),))
    rig.connector().send(document)
    body = writes(rig)[0].body
    assert "shortcutDimension1Code" not in body
    assert body["shortcutDimension2Code"] == "JUL"
    lines = [line["dimensionSetLines"] for line in body["salesInvoiceLines"]]
    assert lines == [[{"code": "AVD", "valueCode": "HORN"}], [{"code": "AVD", "valueCode": "KAJ"}]]
    rig.options["project_dimension"] = "KAMPANJ"
    before = len(writes(rig))
    rig.connector().send(replace(by_card(2), rows=(replace(rows[0], cost_centre=""),)))
    (line,) = writes(rig)[before].body["salesInvoiceLines"]
    assert line["dimensionSetLines"] == [{"code": "KAMPANJ", "valueCode": "JUL"}]


@pytest.mark.parametrize("finishing", [False, True])
def test_what_is_refused_before_it_has_a_number_leaves_nothing_behind(rig: BusinessCentralRig, finishing: bool) -> None:
    """Certain, so it is parked and the others go on; also where a draft stood there since an interruption."""
    if finishing:
        rig.bc.fail(Reply(504, b""), on=posts)
        with refused("N04"):
            rig.connector().send(by_card(1))
    rig.bc.rows["generalLedgerSetup"][guid("generalLedgerSetup", "1")]["allowPostingTo"] = "2026-11-01"
    with refused("BC31") as caught:
        if finishing:
            rig.connector().finish(by_card(1), look_up(rig.connector(), by_card(1)).hits[0])
        else:
            rig.connector().send(by_card(1))
    assert not caught.value.uncertain
    assert rig.bc.rows["salesInvoices"] == {}
    assert rig.connector().find(by_card(1)) == []


def test_what_is_refused_after_it_has_a_number_stays_and_is_gone_on_with(rig: BusinessCentralRig) -> None:
    """Deleted it would leave an empty invoice in the number series."""
    said = {"error": {"code": "Application_DialogException", "message": "The General Posting Setup does not exist."}}
    rig.bc.fail(Reply(400, said), on=posts)
    with refused("BC35") as caught:
        rig.connector().send(by_card(1))
    assert caught.value.uncertain
    rig.connector().finish(by_card(1), look_up(rig.connector(), by_card(1)).hits[0])
    assert rig.books(by_card(1)) == 1


def test_a_draft_that_was_posted_after_all_is_not_taken_away(rig: BusinessCentralRig) -> None:
    """It says no, and stands there posted: what can be seen counts."""

    def meanwhile(request: Request) -> bool:
        if posts(request):
            rig.bc.answer(request)
        return posts(request)

    said = {"error": {"code": "Application_DialogException", "message": "Posting Date is not an allowed posting date"}}
    rig.bc.fail(Reply(400, said), on=meanwhile)
    with refused("BC31") as caught:
        rig.connector().send(by_card(1))
    assert caught.value.uncertain
    assert len(rig.bc.rows["salesInvoices"]) == 1


def test_money_given_back_needs_a_journal_without_balancing_account(rig: BusinessCentralRig) -> None:
    rig.bc.rows["journals"][guid("journals", "KASSA")]["balancingAccountNumber"] = "1930"
    with refused("BC22"):
        rig.connector().send(returned(2, 1))
    assert writes(rig) == []


def test_a_sale_without_a_price_with_vat_of_an_account_that_is_missing(rig: BusinessCentralRig) -> None:
    add_account(rig.bc, 3999, blocked=True)
    rows = (InvoiceRow("", "Diverse", 1000, 100, 20, 25, 3999),)
    with refused("BC16"):
        rig.connector().send(replace(by_card(1), rows=rows, payments=(InvoicePayment("KORT", 1686, 100),)))
    assert writes(rig) == []


def test_one_that_was_cancelled_there_is_not_there(rig: BusinessCentralRig) -> None:
    sent = rig.connector().send(by_card(1))
    rig.bc.rows["salesInvoices"][sent.external_id]["status"] = "Canceled"
    assert rig.connector().find(by_card(1)) == []
    assert list(rig.connector().read_back([Delivered(by_card(1), sent.external_id)])) == []


def test_another_customers_name_in_capitals_is_the_same(rig: BusinessCentralRig) -> None:
    add_customer(rig.bc, "ANNA")
    document = replace(by_card(1), customer="anna", date=date(2026, 11, 22))
    sent = rig.connector().send(document)
    (booked,) = rig.connector().read_back([Delivered(document, sent.external_id)])
    assert compare(document, booked) == ("", 0)
