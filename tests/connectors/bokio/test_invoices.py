"""Invoices and credit notes in Bokio: exact to the öre, gone on with when cut short, and never left half."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from connectors.bokio import invoices
from synccenter.contract.connector import Booked, Delivered
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Invoice, InvoicePayment, InvoiceRow, Purpose
from synccenter.truth.standing import Standing, compare, look_up, payments_untold
from tests.connectors.bokio.rig import BokioRig, invoice, returned
from tests.connectors.bokio.world import refused, writes
from tests.worlds.documents import DAY
from tests.worlds.fakes.bokio import guid
from tests.worlds.fakes.server import Fault, Request

MUG = InvoiceRow("MUGG", "Mugg", 1000, 4990, 998, 25, 3001)


@pytest.mark.parametrize("rate", [25, 12, 6, 0])
def test_the_sum_with_vat_comes_out_to_the_ore(rate: int, rig: BokioRig) -> None:
    connector = rig.connector()
    for number, amount in enumerate((1, 99, 1990, 3333, 100_001), 1):
        row = InvoiceRow("A", "Vara", 7000, amount, 0, rate, {25: 3001, 12: 3002, 6: 3003, 0: 3004}[rate])
        paid = InvoicePayment("KORT", 1686, amount)
        sent = connector.send(Invoice(f"K1-{number}", DAY, "Kontantkund", (row,), (paid,)))
        there = rig.bokio.rows["invoices"][sent.external_id]
        assert round(there["totalAmount"] + there["totalTax"], 2) == amount / 100 == there["paidAmount"]


def test_an_account_that_bokio_sets_by_itself_is_not_named(rig: BokioRig) -> None:
    gift_card = InvoiceRow("", "Presentkort", 1000, 10000, 0, 0, 2421)
    paid = InvoicePayment("KORT", 1686, 14990)
    sent = rig.connector().send(replace(invoice(1), rows=(MUG, gift_card), payments=(paid,), rounding=0))
    lines = rig.bokio.rows["invoices"][sent.external_id]["lineItems"]
    assert [line.get("bookkeepingAccountNumber") for line in lines] == [None, 2421]


def test_a_customer_is_known_by_name_or_organisation_number_or_id(rig: BokioRig) -> None:
    rig.bokio.rows["customers"][guid("customers", "Kontantkund")]["orgNumber"] = "556000-1111"
    connector = rig.connector()
    for number, called in enumerate(("kontantkund", "556000-1111", guid("customers", "Kontantkund")), 1):
        document = replace(invoice(number), customer=called)
        sent = connector.send(document)
        (booked,) = connector.read_back([Delivered(document, sent.external_id)])
        assert booked.customer == called


def test_a_return_credits_the_invoice_of_its_receipt_and_the_money_is_booked_back(rig: BokioRig) -> None:
    connector = rig.connector()
    connector.send(invoice(1))
    sent = connector.send(returned(2, 1))
    note = rig.bokio.rows["credit-notes"][sent.external_id]
    assert note["status"] == "published"
    assert note["creditDate"] == "2026-11-23"
    assert round(note["totalAmount"] + note["totalTax"], 2) == 49.90
    (payout,) = [one for one in rig.bokio.rows["journal-entries"].values() if one["title"].startswith("Utbetalning")]
    rows = [(row["account"], row["debit"] - row["credit"]) for row in payout["items"]]
    assert rows == [(1510, 49.9), (1686, -49.9)]
    assert look_up(connector, returned(2, 1)).standing is Standing.OURS
    assert look_up(connector, invoice(1)).standing is Standing.OURS


@pytest.mark.parametrize("step", range(5))
def test_a_credit_note_that_is_cut_short_at_any_step_is_gone_on_with(step: int, rig: BokioRig) -> None:
    connector = rig.connector()
    connector.send(invoice(1))
    before = len(writes(rig))
    for fault in (Fault.DROP_AFTER, Fault.REFUSED):
        document = returned(10 + list(Fault).index(fault), 1)
        rig.bokio.fail(fault, on=_nth(step))
        with pytest.raises(SyncError) as told:
            connector.send(document)
        rig.bokio.heal()
        assert told.value.uncertain or (step == 0 and fault is Fault.REFUSED)
        verdict = look_up(connector, document)
        if verdict.standing is Standing.UNFINISHED:
            connector.finish(document, verdict.hits[0])
        elif verdict.standing is Standing.MISSING:
            connector.send(document)
        assert rig.books(document) == 1
    assert len(rig.bokio.rows["credit-notes"]) == 2, "no draft is left behind"
    assert len(writes(rig)) > before


def _nth(step: int) -> Callable[[Request], bool]:
    met = -1

    def matches(request: Request) -> bool:
        nonlocal met
        met += request.method != "GET"
        return request.method != "GET" and met == step

    return matches


def test_a_return_of_what_is_no_invoice_there_is_told_before_anything_is_sent(rig: BokioRig) -> None:
    for original in (returned(2, 1), replace(returned(2, 1), credit_of="")):
        with refused("BOK17"):
            rig.connector().send(original)
    assert writes(rig) == []


def test_an_exchange_for_something_dearer_is_an_invoice(rig: BokioRig) -> None:
    rows = (replace(MUG, amount=-4990, vat=-998), replace(MUG, amount=9990, vat=1998))
    exchange = replace(returned(2, 1), rows=rows, payments=(InvoicePayment("KORT", 1686, 5000),))
    connector = rig.connector()
    connector.send(exchange)
    assert look_up(connector, exchange).standing is Standing.OURS
    assert rig.bokio.rows["credit-notes"] == {}


def test_a_draft_that_comes_to_something_else_is_taken_away_again(rig: BokioRig) -> None:
    counted = rig.bokio._counted
    rig.bokio._counted = lambda row: counted(row | {"lineItems": row["lineItems"][:1]})  # type: ignore[method-assign]
    with refused("BOK16") as told:
        rig.connector().send(invoice(1))
    assert not told.value.uncertain
    assert rig.bokio.rows["invoices"] == {}


def test_what_is_published_and_differs_is_left_for_a_person(rig: BokioRig) -> None:
    connector = rig.connector()
    sent = connector.send(invoice(1))
    rig.bokio.rows["invoices"][sent.external_id]["lineItems"].pop()
    assert look_up(connector, invoice(1)).standing is Standing.DIFFERENT


def test_invoices_are_not_sent_with_the_cash_method(rig: BokioRig) -> None:
    rig.bokio.rows["fiscal-years"][guid("fiscal-years", 2026)]["accountingMethod"] = "cash"
    with refused("BOK18"):
        rig.connector().send(invoice(1))
    assert writes(rig) == []


def test_a_customer_that_is_missing_or_stands_there_twice_is_told(rig: BokioRig) -> None:
    with refused("BOK15"):
        rig.connector().send(replace(invoice(1), customer="Ingen"))
    double = dict(rig.bokio.rows["customers"][guid("customers", "Kontantkund")], id=guid("double"))
    rig.bokio.rows["customers"][double["id"]] = double
    with refused("BOK15"):
        rig.connector().send(invoice(1))
    assert writes(rig) == []


def test_avbryt_in_the_middle_is_uncertain(rig: BokioRig) -> None:
    connector = rig.connector()

    def stop(request: Request) -> bool:
        if request.path.endswith("/publish"):
            rig.world.cancel.set()
        return False

    rig.bokio.fail(Fault.REFUSED, on=stop)
    with refused("BOK19") as told:
        connector.send(invoice(1))
    assert told.value.uncertain


def test_what_is_recorded_at_once_is_not_recorded_again(rig: BokioRig) -> None:
    rig.bokio.shape.records_at_once = True
    rig.connector().send(invoice(1))
    assert rig.books(invoice(1)) == 1
    assert not [request for request in writes(rig) if request.path.endswith("/record")]


# --- read back by account ----------------------------------------------------------------------------------------


def by_purpose(booked: Booked) -> dict[tuple[Purpose, int], int]:
    sums: Counter[tuple[Purpose, int]] = Counter()
    for row in booked.postings:
        sums[row.purpose, row.account] += row.amount
    return {key: amount for key, amount in sums.items() if amount}


def test_an_invoice_reads_back_by_account_from_its_journal_entries(rig: BokioRig) -> None:
    document = invoice(1)
    sent = rig.connector().send(document)
    (booked,) = rig.connector().read_back([Delivered(document, sent.external_id)])
    assert by_purpose(booked) == {
        (Purpose.SALES, 3001): -3992, (Purpose.VAT, 2611): -998,
        (Purpose.SALES, 3002): -8929, (Purpose.VAT, 2621): -1071,
        (Purpose.ROUNDING, 3740): -10,
        (Purpose.PAYMENT, 1910): 5000, (Purpose.PAYMENT, 1686): 10000,
    }  # fmt: skip
    assert compare(document, booked) == ("", 0)


def test_a_credit_note_and_the_money_given_back_read_back_by_account(rig: BokioRig) -> None:
    rig.connector().send(invoice(1))
    document = returned(2, 1)
    sent = rig.connector().send(document)
    (booked,) = rig.connector().read_back([Delivered(document, sent.external_id)])
    assert by_purpose(booked) == {
        (Purpose.SALES, 3001): 3992, (Purpose.VAT, 2611): 998, (Purpose.PAYMENT, 1686): -4990,
    }  # fmt: skip
    assert compare(document, booked) == ("", 0)


@pytest.mark.parametrize(("account", "to", "why"), [(2611, 3001, "momsen"), (1910, 1930, "annan betalning")])
def test_what_somebody_moved_in_the_entries_is_seen(account: int, to: int, why: str, rig: BokioRig) -> None:
    document = invoice(1)
    sent = rig.connector().send(document)
    for entry in rig.bokio.rows["journal-entries"].values():
        entry["items"] = [
            row | {"account": to if row["account"] == account else row["account"]} for row in entry["items"]
        ]
    (booked,) = rig.connector().read_back([Delivered(document, sent.external_id)])
    assert why in compare(document, booked)[0]


def test_of_many_invoices_sales_and_vat_are_read_off_the_list_of_entries(
    rig: BokioRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [invoice(number) for number in (1, 2, 3)]
    there = [Delivered(one, rig.connector().send(one).external_id) for one in documents]
    entry = next(one for one in rig.bokio.rows["journal-entries"].values() if one["items"][0]["account"] == 1510)
    entry["items"] = [row | {"account": {2611: 2621}.get(row["account"], row["account"])} for row in entry["items"]]
    monkeypatch.setattr(invoices, "AT_MOST", 2)
    before = rig.bokio.count("GET")
    back = {one.reference: one for one in rig.connector().read_back(there)}
    assert rig.bokio.count("GET") - before == 3, "lists only"
    assert [bool(compare(one, back[one.reference])[0]) for one in documents] == [True, False, False]
    assert all(payments_untold(one, back[one.reference]) for one in documents)
