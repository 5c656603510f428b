"""`truth/standing.py`: what the books hold is compared with what was sent, account by account."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from synccenter.contract.connector import Booked, Found, Sent
from synccenter.contract.model import Document, Invoice, InvoicePayment, InvoiceRow, Posting, Purpose, Voucher
from synccenter.truth.standing import (
    Standing,
    compare,
    dimensions_untold,
    look_up,
    moved,
    payments_untold,
    vat_per_rate,
    vat_rounded,
)

DAY = date(2026, 11, 2)
RECEIPT = Invoice(
    "1-17",
    DAY,
    "1",
    (InvoiceRow("A1", "Mugg", 1000, 12500, 2500, 25, 3001),),
    (InvoicePayment("KORT", 1686, 10000), InvoicePayment("KONTANT", 1910, 2500)),
)
ROWS = (
    Posting(3041, -10000, purpose=Purpose.SALES),
    Posting(2611, -2500, purpose=Purpose.VAT),
    Posting(1686, 10000, purpose=Purpose.PAYMENT),
    Posting(1910, 2500, purpose=Purpose.PAYMENT),
)
PAID = ROWS[2:]
THERE = Booked(reference="1-17", external_id="7", number="1007", date=DAY, customer="1", total=12500, postings=ROWS)


def test_an_invoice_is_right_whatever_account_the_system_sells_on() -> None:
    assert compare(RECEIPT, THERE) == ("", 0)
    assert compare(RECEIPT, replace(THERE, postings=(), customer="", total=None)) == ("", 0), "nothing is told"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"total": 12400}, "fakturans belopp är ett annat"),
        ({"customer": "2"}, "fakturan står på kund 2 i stället för 1"),
        ({"open": 2500}, "fakturan är inte helt betald"),
        ({"postings": (replace(ROWS[0], amount=-12500), *ROWS[2:])}, "momsen är 0,00 kr i stället för 25,00 kr"),
        ({"postings": (ROWS[0], ROWS[1], Posting(1910, 12500, purpose=Purpose.PAYMENT))}, "konto 1686, 1910"),
    ],
)
def test_what_is_different_in_an_invoice_is_said(change: dict[str, Any], why: str) -> None:
    assert why in compare(RECEIPT, replace(THERE, **change))[0]


def test_sales_stand_where_the_systems_own_coding_puts_them() -> None:
    coded = replace(THERE, coded=(Posting(3041, -10001),))
    assert compare(RECEIPT, coded)[0] == "", "an öre is rounding"
    why = (
        "försäljningen är 0,00 kr i stället för 100,00 kr på konto 3001, 100,00 kr i stället för 0,00 kr på konto 3041"
    )
    for otherwise in (replace(THERE, coded=(Posting(3001, -10000),)), replace(THERE, by_rows=True)):
        assert compare(RECEIPT, otherwise) == (why, 10000)


def test_a_payment_that_has_no_entry_is_missing_where_entries_are_told() -> None:
    summed = tuple(replace(row, account=0) for row in ROWS[:2])  # what an invoice tells of itself
    for rows in (ROWS[:2], summed):  # whether the accounts of its sales are told is another matter
        gone = replace(THERE, postings=rows, entries=True)
        assert compare(RECEIPT, gone)[0].endswith("1910 har 0,00 kr i stället för 25,00 kr; ingen verifikation)")
        assert not payments_untold(RECEIPT, gone)
    for there in (replace(THERE, postings=summed), replace(THERE, postings=())):
        assert (compare(RECEIPT, there), payments_untold(RECEIPT, there)) == (("", 0), True)
    doubled = replace(THERE, postings=(*ROWS, Posting(1910, 2500, "B17", Purpose.PAYMENT)))
    assert compare(RECEIPT, doubled)[0].endswith("1910 har 50,00 kr i stället för 25,00 kr; verifikation B17)")


def test_a_cost_centre_that_is_another_is_seen_where_the_books_tell_them() -> None:
    sent = replace(VOUCHER, postings=tuple(replace(row, cost_centre="HORN") for row in VOUCHER.postings))
    other = tuple(replace(row, cost_centre="TORG" if row.account == 3001 else "HORN") for row in VOUCHER.postings)
    there = Booked(reference="1-Z1", external_id="7", date=DAY, postings=other)
    assert compare(sent, there) == ("", 0), "not told"
    assert compare(sent, replace(there, dimensions=True)) == ("annat kostnadsställe på konto 3001", 10000)
    assert compare(sent, replace(there, dimensions=True, postings=sent.postings)) == ("", 0)
    assert compare(VOUCHER, replace(there, dimensions=True)) == ("", 0), "an account has its own there"


def test_a_vouchers_row_without_a_cost_centre_may_have_got_its_accounts_own() -> None:
    with_and_without = (Posting(3001, -8000, cost_centre="HORN"), Posting(3001, -2000), Posting(1910, 10_000))
    sent = replace(VOUCHER, postings=with_and_without)

    def there(*sales: tuple[str, int]) -> Booked:
        rows = (*(Posting(3001, -amount, cost_centre=centre) for centre, amount in sales), Posting(1910, 10_000))
        return Booked(reference="1-Z1", external_id="7", date=DAY, postings=rows, dimensions=True)

    assert compare(sent, there(("HORN", 10_000))) == ("", 0)
    assert compare(sent, there(("HORN", 8_000), ("TORG", 2_000))) == ("", 0)
    assert compare(sent, there(("HORN", 7_000), ("TORG", 3_000))) == ("annat kostnadsställe på konto 3001", 1_000)


def _at(sold: Invoice, *centres: str) -> Invoice:
    """Its row once for each cost centre, each at 100 kr net."""
    rows = tuple(replace(sold.rows[0], cost_centre=one) for one in centres)
    return replace(sold, rows=rows, payments=())


def _there(*rows: tuple[str, int]) -> Booked:
    """Sales by cost centre, whatever account they are on."""
    sales = [Posting(3041, -net, purpose=Purpose.SALES, cost_centre=centre) for centre, net in rows]
    vat = Posting(2611, -sum(net for _, net in rows) // 4, purpose=Purpose.VAT)
    return replace(THERE, total=None, postings=(*sales, vat), entries=True, dimensions=True)


def test_an_invoices_cost_centre_that_is_another_or_gone_is_seen_over_all_accounts() -> None:
    sent = _at(RECEIPT, "HORN", "TORG")
    assert compare(sent, _there(("Horn", 10_000), ("TORG", 10_000))) == ("", 0)
    for other in ("TORG", "KAJ", ""):
        why = "annat kostnadsställe: HORN har 0,00 kr i stället för 100,00 kr"
        assert compare(sent, _there((other, 10_000), ("TORG", 10_000))) == (why, 10_000)
    assert compare(sent, _there(("HORN", 10_001), ("TORG", 9_999))) == ("", 0), "an öre is rounding"


def test_an_invoices_project_is_compared_as_its_cost_centre_is() -> None:
    sent = replace(RECEIPT, rows=(replace(RECEIPT.rows[0], project="JUL"),))
    there = replace(THERE, dimensions=True)
    assert compare(sent, there)[0] == "annat projekt: JUL har 0,00 kr i stället för 100,00 kr"
    assert compare(sent, replace(there, postings=(replace(ROWS[0], project="jul"), *ROWS[1:]))) == ("", 0)


def test_what_an_invoice_was_sent_without_may_have_got_a_cost_centre_of_its_own() -> None:
    sent = _at(RECEIPT, "HORN", "")
    for there in (_there(("HORN", 20_000)), _there(("HORN", 10_000), ("TORG", 10_000))):
        assert compare(sent, there) == ("", 0)
    assert "HORN" in compare(sent, _there(("TORG", 20_000)))[0]


def test_cost_centres_that_an_invoice_was_sent_with_and_no_entry_tells_are_said_not_to_be_read() -> None:
    sent = _at(RECEIPT, "HORN", "TORG")
    told = _there(("HORN", 10_000), ("TORG", 10_000))
    silent = replace(told, dimensions=False, postings=_there(("", 20_000)).postings)
    assert (compare(sent, silent), dimensions_untold(sent, silent)) == (("", 0), True)
    assert not dimensions_untold(sent, told)
    assert not dimensions_untold(RECEIPT, silent), "it has none"
    assert not dimensions_untold(sent, replace(silent, draft=True)), "a draft is not in the books"


def test_vat_that_is_rounded_on_the_sum_is_right_and_told_by_how_much() -> None:
    for less in (0, 1):
        there = replace(THERE, postings=(replace(ROWS[0], amount=-10000 + less), replace(ROWS[1], amount=-2501), *PAID))
        assert (compare(RECEIPT, there), vat_rounded(RECEIPT, there)) == (("", 0), 1)
    odd = replace(THERE, postings=(replace(ROWS[0], amount=-10003), replace(ROWS[1], amount=-2501)))
    assert "momsen är 25,01 kr" in compare(RECEIPT, odd)[0], "what is sold differs too: no rounding"
    much = replace(THERE, postings=(replace(ROWS[0], amount=-9998), replace(ROWS[1], amount=-2502)))
    assert "momsen är 25,02 kr" in compare(RECEIPT, much)[0], "two öre on one row is no rounding"


def test_vat_is_compared_rate_by_rate_where_the_books_tell_the_account() -> None:
    rows = (InvoiceRow("A", "Vara", 1000, 12_500, 2_500, 25, 3001), InvoiceRow("B", "Bok", 1000, 10_600, 600, 6, 3003))
    sold = replace(RECEIPT, rows=rows, payments=())

    def booked(high: int, low: int) -> Booked:
        vat = (Posting(2611, -high, purpose=Purpose.VAT), Posting(2631, -low, purpose=Purpose.VAT))
        return replace(THERE, total=None, postings=(Posting(3001, -20_000, purpose=Purpose.SALES), *vat))

    assert compare(sold, booked(2_500, 600)) == ("", 0)
    # One öre more of the one and less of the other is rounding, and told although it sums to nothing.
    assert (compare(sold, booked(2_501, 599)), vat_per_rate(sold, booked(2_501, 599))) == (("", 0), {25: 1, 6: -1})
    # A whole row's VAT on another rate is no rounding, although the sum is right.
    assert compare(sold, booked(3_100, 0)) == ("momsen 25 % är 31,00 kr i stället för 25,00 kr", 600)


@pytest.mark.parametrize(("account", "kind"), [(2614, "omvänd"), (2615, "import"), (2612, "egna uttag"), (2611, "")])
def test_vat_that_is_moved_within_its_rate_to_where_no_sale_stands_is_seen(account: int, kind: str) -> None:
    there = replace(THERE, postings=(ROWS[0], replace(ROWS[1], account=account), *PAID))
    why, amount = compare(RECEIPT, there)
    assert (kind in why, amount) == (True, 2500 if kind else 0)


@pytest.mark.parametrize(
    ("left", "paid", "why"),
    [
        (2500, 0, ""),
        (1000, 1500, ""),
        (0, 2500, ""),
        (12500, 0, "inte helt betald"),
        (-100, 2600, "inte helt betald"),
        (2500, 700, "annan betalning på konto 1930"),
    ],
    ids=["as sold", "part is paid since", "all is paid since", "the card is missing", "too much", "out of nowhere"],
)
def test_a_debt_may_stay_open_or_be_paid_later(left: int, paid: int, why: str) -> None:
    sold = replace(RECEIPT, payments=RECEIPT.payments[:1], owed=2500)
    rows = ROWS[:3] + ((Posting(1930, paid, purpose=Purpose.PAYMENT),) if paid else ())
    found = compare(sold, replace(THERE, open=left, postings=rows))[0]
    assert why in found
    assert bool(found) == bool(why)


def test_a_moved_date_is_said() -> None:
    assert moved(DAY, THERE) == ""
    assert moved(date(2026, 10, 2), THERE) == "det har datum 2026-11-02 i stället för 2026-10-02"


class ListsOnly:
    """A connector that cannot read back: only its lists tell."""

    def __init__(self, *found: Found) -> None:
        self.found = found

    def send(self, document: Document) -> Sent:
        raise AssertionError(document)

    def find(self, document: Document) -> tuple[Found, ...]:
        return self.found


VOUCHER = Voucher("1-Z1", DAY, "Z 1", (Posting(1910, 12500), Posting(3001, -10000), Posting(2611, -2500)))


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        ((), Standing.MISSING),
        ((Found("7", date=DAY, total=12500),), Standing.OURS),
        ((Found("7", date=DAY, total=12500), Found("8", date=DAY, total=12500)), Standing.DOUBLED),
        ((Found("7", date=date(2025, 11, 2), total=12500),), Standing.MISSING),
        ((Found("7", date=date(2025, 11, 2), total=12500), Found("8", date=DAY, total=12500)), Standing.OURS),
        ((Found("7", date=DAY, total=12400),), Standing.DIFFERENT),
        ((Found("7", date=date(2026, 11, 5), total=12500),), Standing.DIFFERENT),
        ((Found("7", date=date(2026, 11, 5), total=990),), Standing.MISSING),
        ((Found("7", date=DAY),), Standing.UNREAD),
        ((Found("7", total=12500),), Standing.UNREAD),
        ((Found("7", date=DAY, unfinished=True),), Standing.UNFINISHED),
        ((Found("7", date=DAY, unfinished=True), Found("8", date=DAY, total=12500)), Standing.DOUBLED),
        ((Found("7", date=date(2025, 11, 2), unfinished=True),), Standing.MISSING),
    ],
)
def test_where_nothing_can_be_read_back_the_list_has_to_tell(found: tuple[Found, ...], standing: Standing) -> None:
    assert look_up(ListsOnly(*found), VOUCHER).standing is standing
