"""What a till sends: the documents that the rigs of systems with the same articles are tried with."""

from __future__ import annotations

from datetime import UTC, date, datetime

from synccenter.contract.model import (
    Customer,
    CustomerChange,
    Invoice,
    InvoicePayment,
    InvoiceRow,
    Order,
    OrderLine,
    Posting,
    Voucher,
)

DAY = date(2026, 11, 23)


def voucher(number: int) -> Voucher:
    """A Z report: 1 000 kr, of which cash 400 and card 600."""
    rows = (Posting(1910, 40000, "Kontant"), Posting(1686, 60000, "Kort"), Posting(3001, -80000), Posting(2611, -20000))
    return Voucher(f"K1-Z{number}", DAY, f"Z-rapport {number} kassa K1", rows)


def invoice(number: int, customer: str) -> Invoice:
    """A receipt: three coffees and a mug, paid with cash and card, rounded by ten öre."""
    rows = (
        InvoiceRow("KAFFE", "Kaffe", 3000, 10000, 1071, 12, 3002),
        InvoiceRow("MUGG", "Mugg", 1000, 4990, 998, 25, 3001),
    )
    paid = (InvoicePayment("KONTANT", 1910, 5000), InvoicePayment("KORT", 1686, 10000))
    return Invoice(f"K1-{number}", DAY, customer, rows, paid, rounding=10, rounding_account=3740)


def returned(number: int, original: int, customer: str) -> Invoice:
    """The mug of a receipt comes back."""
    rows = (InvoiceRow("MUGG", "Mugg", -1000, -4990, -998, 25, 3001),)
    paid = (InvoicePayment("KORT", 1686, -4990),)
    return Invoice(f"K1-{number}", DAY, customer, rows, paid, credit=True, credit_of=f"K1-{original}")


def unrounded(number: int) -> Invoice:
    """A receipt: three coffees and a mug, paid with cash and card to the öre."""
    rows = (
        InvoiceRow("KAFFE", "Kaffe", 3000, 10000, 1071, 12, 3002),
        InvoiceRow("MUGG", "Mugg", 1000, 4990, 998, 25, 3001),
    )
    return Invoice(
        f"K1-{number}", DAY, "1", rows, (InvoicePayment("KONTANT", 1910, 5000), InvoicePayment("KORT", 1686, 9990))
    )


def order(number: int) -> Order:
    """An order of two mugs."""
    at = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    return Order("K1", number, at, "1", (OrderLine("MUGG", "Mugg", 2000, 9980, 25),))


def customer(number: int) -> CustomerChange:
    """A customer created at the till."""
    row = Customer(
        f"9{number}", f"Ny kund {number}", "556000-1111", "Lillgatan 2", "22233", "Lund", "ny@example.se", "0701"
    )
    return CustomerChange(number, row, datetime(2026, 11, 23, 16, 0, tzinfo=UTC))
