"""What a till sends: the documents that the rigs of systems with the same articles are tried with."""

from __future__ import annotations

from datetime import date

from synccenter.contract.model import Invoice, InvoicePayment, InvoiceRow, Posting, Voucher

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
