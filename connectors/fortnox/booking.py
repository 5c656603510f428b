"""What the books hold of an invoice: the voucher that Fortnox made of it, and those of its payments.

Lists of vouchers have no rows, so each is read by itself, and so is a payment to know its voucher: two requests for an
invoice and two for each payment. More than some hundred invoices at a time are compared by their sums only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.formats.purposes import NOT_BOOKED, purposed
from connectors.fortnox import answers
from connectors.fortnox.books import Books
from connectors.fortnox.vouchers import Vouchers, ore, rows_of
from synccenter.contract.model import Invoice, Posting, Purpose

AT_MOST = 300
"""Invoices whose vouchers are read at a time: some 1,500 requests, five minutes of the vendor's limit."""

TOO_MANY = f"försäljning och moms per konto (mer än {AT_MOST} fakturor på en gång)"


class Booking:
    """Reads vouchers of invoices."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._vouchers = Vouchers(books)

    def of(self, invoice: answers.Invoice, payments: Sequence[answers.Payment], document: Invoice) -> list[Posting]:
        """Sales, VAT, payments and rounding by account; of one that names no voucher its VAT and the rest."""
        made = self._rows(invoice)
        if not made:
            return list(NOT_BOOKED if invoice.voucher_number else _told(invoice, document))
        paid = [row for one in payments if one.booked for row in self._rows(self._whole(one))]
        return [*purposed(made, document, Purpose.SALES), *purposed(paid, document, Purpose.PAYMENT)]

    def _whole(self, payment: answers.Payment) -> answers.Payment:
        """With its voucher, which a list does not tell."""
        return payment if payment.voucher_number else self._books.payment(payment.number)

    def _rows(self, of: answers.Invoice | answers.Payment) -> tuple[Posting, ...]:
        if not of.voucher_number:
            return ()
        there = self._vouchers.whole(f"{of.voucher_year or ''}/{of.voucher_series}/{of.voucher_number}")
        return rows_of(there) if there else ()


def _told(invoice: answers.Invoice, document: Invoice) -> Iterator[Posting]:
    if invoice.total_vat is not None:
        vat, rounded = ore(invoice.total_vat), ore(invoice.round_off) + document.rounding
        yield Posting(0, -vat, purpose=Purpose.VAT)
        yield Posting(0, vat + rounded - ore(invoice.total), purpose=Purpose.SALES)
