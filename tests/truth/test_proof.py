"""Completeness is shown: every way in which the books can differ from the till turns the proof red."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec
import pytest
from msgspec.structs import replace

from synccenter.contract.connector import Booked
from synccenter.contract.model import DocumentKind, Invoice, InvoicePayment, InvoiceRow, Posting, Voucher
from synccenter.journal.delivery import Delivery, State, Unit
from synccenter.run.repair import Repair
from synccenter.truth.corrections import corrector
from synccenter.truth.proof import _unread, prove
from synccenter.truth.proven import Proof
from tests.worlds.small_shop import DAY, World

LAST = date(2026, 11, 20)


def proof_of(world: World, first: date = DAY, last: date = LAST) -> Proof:
    shop = world.shop()
    try:
        connector = shop.connector()
        return prove(shop.sales, shop.ledger, first, last, books=connector, correct=corrector(shop))  # type: ignore[arg-type]
    finally:
        shop.close()


def synced(world: World, unit: str = "z") -> World:
    world.settings(f"posting.unit={unit}")
    world.trade(days=2)
    assert world.run().result == "ok"
    return world


@pytest.mark.parametrize("unit", ["receipt", "z", "day"])
def test_a_good_period_is_clean_with_till_sent_and_booked_equal(world: World, unit: str) -> None:
    proof = proof_of(synced(world, unit))
    assert proof.clean
    till, sent, booked = proof.total()
    assert till == sent == booked
    assert till > 0
    assert [(report.till, report.number) for report in proof.reports] == [("1", 1), ("2", 1), ("1", 2), ("2", 2)]


def test_what_could_not_be_read_back_is_said_and_never_promised() -> None:
    proof = Proof(DAY, LAST)
    assert proof.verdict == "Varje öre är förklarad."
    proof.not_read = [("betalningarna", f"1-{number}") for number in range(1, 8)]
    assert proof.clean, "neither right nor wrong"
    assert proof.verdict == "Varje öre är förklarad, utom det som inte kunde läsas tillbaka."
    told = (
        "Kunde inte läsas tillbaka ur bokföringen: betalningarna, på 7 underlag (1-1, 1-2, 1-3, 1-4, 1-5 och 2 till)."
    )
    assert proof.more() == [(True, told)]


def test_payments_and_cost_centres_that_no_entry_tells_are_not_read() -> None:
    row = InvoiceRow("A1", "Mugg", 1000, 12500, 2500, 25, 3001, cost_centre="HORN")
    document = Invoice("1-17", DAY, "1", (row,), (InvoicePayment("KORT", 1686, 12500),))
    sent = Delivery(
        reference="1-17", unit=Unit.RECEIPT, till="1", number=17, business_date=DAY, kind=DocumentKind.INVOICE,
        route="receipt", source=(), document=document, state=State.SENT,
    )  # fmt: skip
    there = Booked(reference="1-17", external_id="7")
    assert _unread(sent, there) == ("betalningarna", "kostnadsställen och projekt")
    assert _unread(sent, replace(there, entries=True, dimensions=True, unread=("något annat",))) == ("något annat",)


def test_cancelled_parked_and_voided_receipts_are_counted(world: World) -> None:
    proof = proof_of(synced(world))
    counted = {
        state: sum(states.get(state, 0) for states in proof.states.values()) for state in ("cancelled", "voided")
    }
    assert all(counted.values())


def one_ore_in_the_books(world: World) -> None:
    document = world.books.vouchers["1-Z1"][0]
    assert isinstance(document, Voucher)
    first, second, *rest = document.postings
    changed = (
        msgspec.structs.replace(first, amount=first.amount + 1),
        msgspec.structs.replace(second, amount=second.amount - 1),
    )
    world.books.vouchers["1-Z1"] = [msgspec.structs.replace(document, postings=(*changed, *rest))]


def moved_to_another_account(world: World) -> None:
    document = world.books.vouchers["1-Z1"][0]
    assert isinstance(document, Voucher)
    rows = tuple(
        msgspec.structs.replace(row, account=1999) if row.account == 1686 else row for row in document.postings
    )
    world.books.vouchers["1-Z1"] = [msgspec.structs.replace(document, postings=rows)]


def deleted_in_the_books(world: World) -> None:
    del world.books.vouchers["1-Z1"]


def doubled_in_the_books(world: World) -> None:
    world.books.vouchers["1-Z1"] *= 2


def z_total_off_by_one(world: World) -> None:
    world.sql("UPDATE z_report SET total=total+1 WHERE till='1' AND number=1")


def payment_changed_after_sending(world: World) -> None:
    world.sql("UPDATE receipt_payment SET amount=amount+1 WHERE till='1' AND receipt=1 AND row=1")


def voided_after_sending(world: World) -> None:
    world.sql("UPDATE receipt SET state='voided' WHERE till='1' AND number=1")


def receipt_gone_from_the_till(world: World) -> None:
    world.sql("DELETE FROM receipt WHERE till='1' AND number=3")


def z_gone_from_the_till(world: World) -> None:
    world.sql("UPDATE z_report SET number=9 WHERE till='1' AND number=2")


@pytest.mark.parametrize(
    "spoil",
    [
        one_ore_in_the_books,
        moved_to_another_account,
        deleted_in_the_books,
        doubled_in_the_books,
        z_total_off_by_one,
        payment_changed_after_sending,
        voided_after_sending,
        receipt_gone_from_the_till,
        z_gone_from_the_till,
    ],
)
def test_anything_but_zero_is_red(world: World, spoil: Callable[[World], None]) -> None:
    synced(world)
    spoil(world)
    assert not proof_of(world).clean


def test_a_void_after_sending_comes_with_the_correction_a_bookkeeper_would_make(world: World) -> None:
    synced(world, "receipt")
    voided_after_sending(world)
    deviation = proof_of(world).deviations[0]
    assert str(deviation.key) == "1-1"
    document = world.books.vouchers["1-1"][0]
    assert isinstance(document, Voucher)
    booked = {row.account: row.amount for row in document.postings}
    assert {row.account: -row.amount for row in deviation.correction} == booked


def test_a_gap_is_named_and_a_persons_note_explains_it(world: World) -> None:
    synced(world)
    world.sql("UPDATE receipt SET number=number+1 WHERE till='1' AND number>=3 AND number<0")
    number = world.sql("SELECT number FROM receipt WHERE till='1' AND state<>'finished'")[0][0]
    world.sql("DELETE FROM receipt WHERE till='1' AND number=:number", number=number)
    gap = proof_of(world).gaps[0]
    assert (gap.what, gap.till, gap.first, gap.last) == ("kvitto", "1", number, number)
    shop = world.shop()
    Repair(shop).explain(gap.name, "Strömavbrott, dagen bokfördes för hand")
    shop.close()
    assert proof_of(world).gaps[0].explained == "Strömavbrott, dagen bokfördes för hand"


def test_what_waits_is_not_clean(world: World) -> None:
    world.trade()
    assert not proof_of(world).clean


def test_rows_on_one_account_may_be_split_or_merged_in_the_books(world: World) -> None:
    synced(world)
    document = world.books.vouchers["1-Z1"][0]
    assert isinstance(document, Voucher)
    account, amount = document.postings[0].account, document.postings[0].amount
    split = (Posting(account, 1), Posting(account, amount - 1), *document.postings[1:])
    world.books.vouchers["1-Z1"] = [msgspec.structs.replace(document, postings=split)]
    assert proof_of(world).clean


def test_the_vat_of_a_delivery_that_an_earlier_version_wrote_is_read_from_its_document(world: World) -> None:
    synced(world, "receipt")
    proof = proof_of(world)
    shop = world.shop()
    shop.ledger.database.execute("UPDATE delivery SET vat=NULL")
    shop.close()
    earlier = proof_of(world)
    assert earlier.clean
    assert earlier.vat_sent == proof.vat_sent == proof.vat_till > 0


def test_the_vat_of_a_parked_receipt_counts_when_it_is_mapped_anew(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.trade()
    line = "receipt_line WHERE till='1' AND kind='goods' AND receipt IN (SELECT number FROM receipt WHERE till='1'"
    line += " AND state='finished') AND vat>0"
    number, row, amount = world.sql(f"SELECT receipt, row, amount FROM {line} ORDER BY receipt, row LIMIT 1")[0]
    change = "UPDATE receipt_line SET amount=:amount WHERE till='1' AND receipt=:number AND row=:row"
    world.sql(change, amount="tolv kronor", number=number, row=row)
    assert world.run().parked == 1
    world.sql(change, amount=amount, number=number, row=row)
    assert world.run().result == "ok"
    proof = proof_of(world)
    assert proof.clean
    assert proof.vat_sent == proof.vat_till
