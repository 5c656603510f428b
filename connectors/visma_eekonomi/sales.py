"""Documents up: sent once, found again, read back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from connectors.visma_eekonomi import answers, documents, registers
from connectors.visma_eekonomi.books import Books
from connectors.visma_eekonomi.errors import INVOICE_DIFFERS, PAYMENT_INTERRUPTED, ROUNDING_ON, SYSTEM
from connectors.wire.answers import strange
from synccenter.contract import catalogue
from synccenter.contract.connector import Booked, Sent
from synccenter.contract.errors import SyncError
from synccenter.contract.model import (
    CustomerChange,
    Document,
    Invoice,
    InvoiceRow,
    Order,
    OrderLine,
    Ore,
    Posting,
    Voucher,
    kronor,
)


class Sales:
    """What goes into eEkonomi's books and registers."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._http = books.http

    def send(self, document: Document) -> Sent:
        """Book a document, in the right company and in no other."""
        if self._books.wrong_company:
            raise SyncError(self._books.wrong_company)
        match document:
            case Voucher():
                return self._send_voucher(document)
            case Invoice():
                return self._send_invoice(document)
            case Order():
                return self._send_order(document)
            case CustomerChange():
                return self._send_customer(document)

    def find(self, document: Document) -> Sent | None:
        """Look a document up by its reference."""
        match document:
            case Voucher():
                return self._find_voucher(document)
            case Invoice():
                found = self._find_invoice(document)
                return self._paid(document, found) if found else None
            case Order():
                return self._find_order(document)
            case CustomerChange():
                return self._find_customer(document)

    def booked(self, document: Document, external_id: str) -> Booked | None:
        """Read a document back."""
        match document:
            case Voucher():
                return self._booked_voucher(document, external_id)
            case Invoice():
                invoice = self._http.get_or_none(f"/customerinvoices/{external_id}", answers.Invoice)
                return _booked_invoice(invoice) if invoice else None
            case Order():
                order = self._http.get_or_none(f"/orders/{external_id}", answers.Order)
                return _booked_order(order) if order else None
            case CustomerChange():
                there = self._http.get_or_none(f"/customers/{external_id}", answers.Customer)
                return Booked(there.id, there.customer_number) if there else None

    # --- vouchers --------------------------------------------------------------------------------------------

    def _send_voucher(self, document: Voucher) -> Sent:
        dimensions = self._dimensions(document.postings)
        switches = {"useAutomaticVatCalculation": False, "useDefaultVoucherSeries": not document.series}
        body = documents.voucher(document, dimensions)
        voucher = self._http.send("POST", "/vouchers", body, answers.Voucher, parameters=switches)
        return _sent_voucher(voucher)

    def _find_voucher(self, document: Voucher) -> Sent | None:
        condition = f"contains(VoucherText,{registers.quoted(document.reference)})"
        for voucher in self._books.matching("/vouchers", answers.Voucher, condition):
            if documents.is_voucher(voucher.voucher_text, document.reference):
                return _sent_voucher(voucher)
        return None

    def _booked_voucher(self, document: Voucher, external_id: str) -> Booked | None:
        year = self._books.year(document.date)
        voucher = self._http.get_or_none(f"/vouchers/{year.id}/{external_id}", answers.Voucher)
        if voucher is None:
            return None
        return Booked(
            voucher.id,
            voucher.number_and_number_series or "",
            registers.day(voucher.voucher_date),
            tuple(_posting(row) for row in voucher.rows or ()),
        )

    # --- invoices --------------------------------------------------------------------------------------------

    def _send_invoice(self, document: Invoice) -> Sent:
        """Everything is looked up before anything is booked: a refusal up to there is certain."""
        customer = self._books.customer(document.customer)
        items = [self._books.item(row.article, row.vat_rate, row.account) for row in document.rows]
        for payment in document.payments:
            self._books.bank_account(payment.account, payment.method)
        if self._books.company.domestic_currency_rounding and sum(one.amount for one in document.payments) % 100:
            raise ROUNDING_ON.error(item=document.reference)
        includes_vat = self._includes_vat(customer)
        body = documents.invoice(
            document, customer.id, items, self._dimensions(document.rows), includes_vat=includes_vat
        )
        invoice = self._http.send("POST", "/customerinvoices", body, answers.Invoice)
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
        total = abs(_total(invoice))
        todo = documents.still_to_pay(document, total, _remaining(invoice))
        if total not in documents.totals(document) or todo is None:
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
            if _remaining(after):
                raise _differs(document, after)

    def _find_invoice(self, document: Invoice) -> answers.Invoice | None:
        condition = f"YourReference eq {registers.quoted(document.reference)}"
        for invoice in self._books.matching("/customerinvoices", answers.Invoice, condition):
            if invoice.your_reference == document.reference and bool(invoice.is_credit_invoice) == document.credit:
                return invoice
        return None

    def _includes_vat(self, customer: answers.Customer) -> bool:
        """eEkonomi decides whether unit prices include VAT: for private persons, unless the company says not."""
        return bool(customer.is_private_person) and not self._books.company.show_prices_excl_vat_pc

    def _dimensions(self, rows: Iterable[Posting | InvoiceRow]) -> documents.Dimensions:
        centres = {row.cost_centre for row in rows if row.cost_centre}
        projects = {row.project for row in rows if row.project}
        return self._books.dimensions(centres, projects)

    # --- orders ------------------------------------------------------------------------------------------------

    def _send_order(self, document: Order) -> Sent:
        customer = self._books.customer(document.customer)
        items = [self._item(line) for line in document.lines]
        body = documents.order(document, customer.id, items, includes_vat=self._includes_vat(customer))
        order = self._http.send("POST", "/orders", body, answers.Order)
        return Sent(order.id, str(order.number or ""))

    def _item(self, line: OrderLine) -> documents.Item:
        return self._books.item(line.article, line.vat_rate, 0)

    def _find_order(self, document: Order) -> Sent | None:
        condition = f"YourReference eq {registers.quoted(document.reference)}"
        for order in self._books.matching("/orders", answers.Order, condition):
            if order.your_reference == document.reference:
                return Sent(order.id, str(order.number or ""))
        return None

    # --- customers -----------------------------------------------------------------------------------------------

    def _send_customer(self, document: CustomerChange) -> Sent:
        """Read, change, write back: PUT empties every field that is left out."""
        customer = document.customer
        known = self._books.has_customer(customer.number)
        if known is None:
            body = documents.created(customer, self._books.terms_id)
            made = self._http.send("POST", "/customers", body, answers.Customer)
            return Sent(made.id, made.customer_number)
        there = self._http.get(f"/customers/{known.id}", answers.Whole)
        if not documents.same(customer, there):
            self._http.send(
                "PUT", f"/customers/{known.id}", documents.changed(customer, there), answers.WHOLE_OR_NOTHING
            )
        return Sent(known.id, known.customer_number)

    def _find_customer(self, document: CustomerChange) -> Sent | None:
        """The change stands there when every field of it does. Sending it again would change nothing else."""
        known = self._books.has_customer(document.customer.number)
        if known is None:
            return None
        there = self._http.get_or_none(f"/customers/{known.id}", answers.Whole)
        if there is None or not documents.same(document.customer, there):
            return None
        return Sent(known.id, known.customer_number)


def _sent_voucher(voucher: answers.Voucher) -> Sent:
    return Sent(voucher.id, voucher.number_and_number_series or "")


def _posting(row: answers.VoucherRow) -> Posting:
    return Posting(row.account_number, _ore(row.debit_amount) - _ore(row.credit_amount))


def _ore(amount: Decimal | None) -> Ore:
    """An amount of a document. Raises N06 when it cannot be one."""
    try:
        return registers.ore(amount)
    except ValueError as error:
        raise strange(SYSTEM, str(error), uncertain=True) from None


def _total(invoice: answers.Invoice) -> Ore:
    amount = invoice.total_amount_invoice_currency
    return _ore(invoice.total_amount if amount is None else amount)


def _raw_remaining(invoice: answers.Invoice) -> Ore:
    amount = invoice.remaining_amount_invoice_currency
    return _ore(invoice.remaining_amount if amount is None else amount)


def _remaining(invoice: answers.Invoice) -> Ore:
    return abs(_raw_remaining(invoice))


def _differs(document: Invoice, invoice: answers.Invoice) -> SyncError:
    return INVOICE_DIFFERS.error(
        item=document.reference,
        number=invoice.invoice_number or invoice.id,
        there=kronor(abs(_total(invoice))),
        open=kronor(_remaining(invoice)),
        till=kronor(abs(sum(row.amount for row in document.rows))),
    )


def _booked_invoice(invoice: answers.Invoice) -> Booked:
    """A credit invoice is negative to us, whatever sign it has there."""
    sign = -1 if invoice.is_credit_invoice else 1
    return Booked(
        invoice.id,
        str(invoice.invoice_number or ""),
        registers.day(invoice.invoice_date),
        total=sign * abs(_total(invoice)),
        open=sign * _remaining(invoice),
    )


def _booked_order(order: answers.Order) -> Booked:
    """Whether an order's amount includes VAT depends on its customer."""
    total = _ore(order.amount)
    if order.includes_vat is False:
        total += _ore(order.vat_amount)
    return Booked(order.id, str(order.number or ""), registers.day(order.order_date), total=total)
