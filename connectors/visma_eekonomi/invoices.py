"""Receipts up as customer invoices: made, paid with what they were paid with, gone on with when cut short, read back.

An invoice is found by *YourReference*. What it is booked as is read off the vouchers that eEkonomi makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from connectors.formats.dimensions import with_dimensions
from connectors.visma_eekonomi import answers, documents, registers
from connectors.visma_eekonomi.booking import AFTER, BEFORE, Asks, Booking, Method
from connectors.visma_eekonomi.books import Books
from connectors.visma_eekonomi.buyers import buyer
from connectors.visma_eekonomi.cases import Case
from connectors.visma_eekonomi.coding import Coded, Coding
from connectors.visma_eekonomi.errors import (
    INVOICE_DIFFERS,
    PAYMENT_INTERRUPTED,
    ROUNDING_ON,
    YEAR_MISSING,
)
from connectors.visma_eekonomi.values import between, ore
from synccenter.contract import catalogue
from synccenter.contract.connector import Booked, Delivered, Found, Sent
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Invoice, Ore, Posting, kronor

_KRONOR = {"", "SEK"}


class Invoices:
    """The customer invoices in eEkonomi."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._http = books.http

    def send(self, document: Invoice) -> Sent:
        """Everything is looked up before anything is booked: a refusal up to there is certain."""
        customer = buyer(self._books, document.customer, document.reference)
        back = [documents.given_row(one, document) for one in documents.given_back(document)]
        items = [self._books.item(row) for row in (*document.rows, *back)]
        for payment in documents.payments(document, documents.rows_of(document)):
            self._books.bank_account(payment.account, payment.method)
        to_pay = sum(one.amount for one in document.payments) + document.owed
        if self._books.company.domestic_currency_rounding and to_pay % 100:
            raise ROUNDING_ON.error(item=document.reference)
        dimensions = self._books.dimensions_of(document.rows)
        includes_vat = self._books.includes_vat(customer)
        body = documents.invoice(document, customer.id, items, dimensions, includes_vat=includes_vat)
        invoice = self._http.send("POST", "/customerinvoices", body, answers.Invoice)
        return self._paid(document, invoice)

    def finish(self, document: Invoice, external_id: str) -> Sent:
        """Pay what an interruption left unpaid."""
        invoice = self._http.get(f"/customerinvoices/{external_id}", answers.Invoice)
        return self._paid(document, invoice)

    def _paid(self, document: Invoice, invoice: answers.Invoice) -> Sent:
        """Pay what remains, and see that nothing does. The invoice stands: whatever fails now is uncertain.

        Also when it is *Avbryt*, which otherwise says that nothing was done: the look-up pays the rest.
        """
        try:
            self._pay(document, invoice)
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                raise PAYMENT_INTERRUPTED.error(item=document.reference, uncertain=True) from error
            error.uncertain = True
            raise
        return Sent(invoice.id, str(invoice.invoice_number or ""))

    def _pay(self, document: Invoice, invoice: answers.Invoice) -> None:
        total = _due(document, invoice)
        todo = documents.still_to_pay(document, total, _remaining(invoice))
        if todo is None or not _ours(document, invoice):
            raise _differs(document, invoice)
        side = -1 if _raw_remaining(invoice) < 0 else 1
        for payment in todo:
            body = {
                "CompanyBankAccountId": self._books.bank_account(payment.account, payment.method),
                "PaymentDate": document.date.isoformat(),
                "PaymentAmount": documents.in_kronor(side * payment.amount),
                "PaymentCurrency": invoice.currency_code or "SEK",
                "PaymentType": payment.kind,
                "Reference": document.reference,
            }
            self._http.send("POST", f"/customerinvoices/{invoice.id}/payments", body, answers.WHOLE_OR_NOTHING)
        if todo:
            after = self._http.get(f"/customerinvoices/{invoice.id}", answers.Invoice)
            if _remaining(after) != documents.left_open(document, total):
                raise _differs(document, after)

    def find(self, document: Invoice) -> list[Found]:
        """All invoices, or credit invoices, that carry the reference."""
        condition = f"YourReference eq {registers.quoted(document.reference)}"
        return [
            Found(
                invoice.id,
                str(invoice.invoice_number or ""),
                registers.day(invoice.invoice_date or ""),
                _signed_total(invoice),
                unfinished=_remaining(invoice) > documents.left_open(document, _due(document, invoice)),
            )
            for invoice in self._books.matching("/customerinvoices", answers.Invoice, condition)
            if invoice.your_reference == document.reference and bool(invoice.is_credit_invoice) == document.credit
        ]

    def read_back(self, sent: Sequence[tuple[Delivered, Invoice]]) -> Iterator[Booked]:
        """The invoices of their days, then by id whatever was moved, each with the vouchers that book it."""
        if not sent:
            return
        by_id = {one.external_id: document for one, document in sent if one.external_id}
        sent_as = {(document.reference, document.credit): document for _, document in sent}
        days = [document.date for _, document in sent]
        named = any(row.cost_centre or row.project for _, document in sent for row in document.rows)
        names = self._books.dimension_names() if named else {}
        listed = list(self._books.matching("/customerinvoices", answers.Invoice, between("InvoiceDate", days)))
        cases: list[Case] = []
        for invoice in listed:
            known = by_id.pop(invoice.id, None)
            document = known or sent_as.get((invoice.your_reference or "", bool(invoice.is_credit_invoice)))
            if document is not None:
                cases.append(Case(invoice, document, names=names))
        for external_id, document in by_id.items():
            there = self._http.get_or_none(f"/customerinvoices/{external_id}", answers.Invoice)
            if there:
                cases.append(Case(there, document, names=names))
        booking = Booking(cases, listed, self._vouchers(days), self._asks(days))
        stands = [(one, booking.of(one)) for one in cases]
        coding = Coding(self._books, stands)
        yield from with_dimensions([(one.document, _booked(one, rows, coding.of(one))) for one, rows in stands])

    def every(self, first: date, last: date) -> Iterator[Booked]:
        """Every invoice and credit invoice of these days, without what books it."""
        for one in self._books.matching("/customerinvoices", answers.Invoice, between("InvoiceDate", [first, last])):
            on = registers.day(one.invoice_date or "")
            if first <= (on or first) <= last:
                yield Booked(
                    reference=one.your_reference or "",
                    external_id=one.id,
                    number=str(one.invoice_number or ""),
                    date=on,
                    total=_signed_total(one),
                )

    def _vouchers(self, days: Sequence[date]) -> list[answers.Voucher] | None:
        """The vouchers of the days; None where the company's variant keeps no books."""
        try:
            return list(self._books.matching("/vouchers", answers.Voucher, between("VoucherDate", days)))
        except SyncError as error:
            if not self._books.lacks(error):
                raise
            return None

    def _asks(self, days: Sequence[date]) -> Asks:
        around = [min(days) - BEFORE, max(days) + AFTER]
        return Asks(
            self._voucher_of,
            self._method,
            lambda: self._vouchers(around) or (),
            lambda accounts: self._books.banked(accounts, min(days), max(days)),
        )

    def _voucher_of(self, invoice: answers.Invoice) -> answers.Voucher | None:
        """The voucher that an invoice says it was booked by; None when it is gone. Raises V10."""
        year = self._books.year(registers.day(invoice.invoice_date) or date.min)
        return self._http.get_or_none(f"/vouchers/{year.id}/{invoice.voucher_id}", answers.Voucher)

    def _method(self, on: date) -> Method | None:
        try:
            method = self._books.year(on).bookkeeping_method
        except SyncError as error:
            if error.problem.code != YEAR_MISSING.code:
                raise
            return None
        return Method(method) if method in {one.value for one in Method} else None


def _total(invoice: answers.Invoice) -> Ore:
    amount = invoice.total_amount_invoice_currency
    return ore(invoice.total_amount if amount is None else amount)


def _raw_remaining(invoice: answers.Invoice) -> Ore:
    amount = invoice.remaining_amount_invoice_currency
    return ore(invoice.remaining_amount if amount is None else amount)


def _remaining(invoice: answers.Invoice) -> Ore:
    return abs(_raw_remaining(invoice))


def _due(document: Invoice, invoice: answers.Invoice) -> Ore:
    """What was to pay of it from the start: its total, which may be told before eEkonomi rounded it to kronor."""
    total, left = abs(_total(invoice)), _remaining(invoice)
    rounded = total + ore(invoice.total_roundings)
    fits = [due for due in (total, rounded) if documents.still_to_pay(document, due, left) is not None]
    return fits[0] if fits else total


def _ours(document: Invoice, invoice: answers.Invoice) -> bool:
    """Whether it comes to what the document does."""
    return documents.comes_to(document, abs(_total(invoice)), includes_vat=invoice.includes_vat is True)


def _differs(document: Invoice, invoice: answers.Invoice) -> SyncError:
    return INVOICE_DIFFERS.error(
        item=document.reference,
        number=invoice.invoice_number or invoice.id,
        there=kronor(abs(_total(invoice))),
        open=kronor(_remaining(invoice)),
        till=kronor(documents.rows_of(document)),
    )


def _signed_total(invoice: answers.Invoice) -> Ore:
    """A credit invoice is negative to us, whatever sign it has there."""
    return (-1 if invoice.is_credit_invoice else 1) * abs(_total(invoice))


def _booked(case: Case, postings: tuple[Posting, ...], coded: Coded) -> Booked:
    """The invoice in the till's terms: what was rounded off in cash, an odd öre of VAT and money given back are all
    accounted for when it comes to what the document does, whether eEkonomi counts them into its total or not."""
    invoice, document = case.invoice, case.document
    sign = -1 if invoice.is_credit_invoice else 1
    total, left = _signed_total(invoice), _remaining(invoice)
    as_sold = documents.left_open(document, _due(document, invoice))
    currency = (invoice.currency_code or "").upper()
    if left <= max(as_sold, 0) and bool(invoice.is_credit_invoice) == document.credit and _ours(document, invoice):
        total = document.total
    return Booked(
        reference=document.reference,
        external_id=invoice.id,
        number=str(invoice.invoice_number or ""),
        date=registers.day(invoice.invoice_date or ""),
        customer=invoice.customer_number or "",
        postings=postings,
        entries=case.told,
        coded=coded.postings,
        unread=(*coded.unread, *case.unread),
        currency=currency if currency not in _KRONOR else "",
        total=total,
        open=document.owed if document.owed and left == as_sold else sign * left,
    )
