"""`truth/standing.py`: what the books hold is compared with what was sent, account by account."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from synccenter.contract.connector import Booked, Found, Sent
from synccenter.contract.model import Document, Invoice, InvoicePayment, InvoiceRow, Posting, Purpose, Voucher
from synccenter.truth.standing import Standing, compare, look_up, moved

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
