"""Documents up: sent once, found again, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from connectors.visma_eekonomi import answers, documents, registers
from connectors.visma_eekonomi.books import Books
from connectors.visma_eekonomi.errors import INVOICE_DIFFERS, PAYMENT_INTERRUPTED, ROUNDING_ON, SYSTEM
from connectors.wire.answers import strange
from synccenter.contract import catalogue
from synccenter.contract.connector import Booked, Delivered, Found, Sent
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
        """Book a document."""
        match document:
            case Voucher():
                return self._send_voucher(document)
            case Invoice():
                return self._send_invoice(document)
            case Order():
                return self._send_order(document)
            case CustomerChange():
                return self._send_customer(document)

    def find(self, document: Document) -> list[Found]:
        """All that carry the document's reference."""
        match document:
            case Voucher():
                return self._find_vouchers(document)
            case Invoice():
                return self._find_invoices(document)
            case Order():
                return self._find_orders(document)
            case CustomerChange():
                return self._find_customer(document)

    def finish(self, document: Document, found: Found) -> Sent:
        """Pay what an interruption left unpaid of an invoice."""
        assert isinstance(document, Invoice), "only invoices take several requests"
        invoice = self._http.get(f"/customerinvoices/{found.external_id}", answers.Invoice)
        return self._paid(document, invoice)

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """Vouchers and invoices as they stand in the books: the lists of their days, then whatever was moved."""
        given = list(sent)
        yield from self._vouchers_back([(one, one.document) for one in given if isinstance(one.document, Voucher)])
        yield from self._invoices_back([(one, one.document) for one in given if isinstance(one.document, Invoice)])

    # --- vouchers --------------------------------------------------------------------------------------------

    def _send_voucher(self, document: Voucher) -> Sent:
        dimensions = self._dimensions(document.postings)
        switches = {"useAutomaticVatCalculation": False, "useDefaultVoucherSeries": not document.series}
        body = documents.voucher(document, dimensions)
        voucher = self._http.send("POST", "/vouchers", body, answers.Voucher, parameters=switches)
        return _sent_voucher(voucher)

    def _find_vouchers(self, document: Voucher) -> list[Found]:
        condition = f"contains(VoucherText,{registers.quoted(document.reference)})"
        return [
            Found(
                voucher.id,
                voucher.number_and_number_series or "",
                registers.day(voucher.voucher_date),
                _debit(voucher) if voucher.rows else None,
            )
            for voucher in self._books.matching("/vouchers", answers.Voucher, condition)
            if documents.is_voucher(voucher.voucher_text, document.reference)
        ]

    def _vouchers_back(self, sent: Sequence[tuple[Delivered, Voucher]]) -> Iterator[Booked]:
        by_id = {one.external_id: document for one, document in sent if one.external_id}
        references = {document.reference for _, document in sent}
        condition = _between("VoucherDate", [document.date for _, document in sent])
        for voucher in self._books.matching("/vouchers", answers.Voucher, condition) if sent else ():
            known = by_id.pop(voucher.id, None)
            said = (voucher.voucher_text or "").partition(" ")[0]
            if known is not None or said in references:
                yield _booked_voucher(voucher, known.reference if known else said)
        for external_id, document in by_id.items():
            year = self._books.year(document.date)
            there = self._http.get_or_none(f"/vouchers/{year.id}/{external_id}", answers.Voucher)
            if there:
                yield _booked_voucher(there, document.reference)

    # --- invoices --------------------------------------------------------------------------------------------

    def _send_invoice(self, document: Invoice) -> Sent:
        """Everything is looked up before anything is booked: a refusal up to there is certain."""
        customer = self._books.customer(document.customer)
        items = [self._books.item(row.article, row.vat_rate, row.account, row.text) for row in document.rows]
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

    def _find_invoices(self, document: Invoice) -> list[Found]:
        condition = f"YourReference eq {registers.quoted(document.reference)}"
        return [
            Found(
                invoice.id,
                str(invoice.invoice_number or ""),
                registers.day(invoice.invoice_date or ""),
                _signed_total(invoice),
                unfinished=bool(_remaining(invoice)),
            )
            for invoice in self._books.matching("/customerinvoices", answers.Invoice, condition)
            if invoice.your_reference == document.reference and bool(invoice.is_credit_invoice) == document.credit
        ]

    def _invoices_back(self, sent: Sequence[tuple[Delivered, Invoice]]) -> Iterator[Booked]:
        by_id = {one.external_id: document for one, document in sent if one.external_id}
        sent_as = {(document.reference, document.credit): document for _, document in sent}
        condition = _between("InvoiceDate", [document.date for _, document in sent])
        for invoice in self._books.matching("/customerinvoices", answers.Invoice, condition) if sent else ():
            known = by_id.pop(invoice.id, None)
            said = invoice.your_reference or ""
            document = known or sent_as.get((said, bool(invoice.is_credit_invoice)))
            if document is not None:
                yield _booked_invoice(invoice, document)
        for external_id, document in by_id.items():
            there = self._http.get_or_none(f"/customerinvoices/{external_id}", answers.Invoice)
            if there:
                yield _booked_invoice(there, document)

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
        return self._books.item(line.article, line.vat_rate, 0, line.text)

    def _find_orders(self, document: Order) -> list[Found]:
        condition = f"YourReference eq {registers.quoted(document.reference)}"
        return [
            Found(order.id, str(order.number or ""), registers.day(order.order_date or ""))
            for order in self._books.matching("/orders", answers.Order, condition)
            if order.your_reference == document.reference
        ]

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

    def _find_customer(self, document: CustomerChange) -> list[Found]:
        """The change stands there when every field of it does. Sending it again would change nothing else."""
        known = self._books.has_customer(document.customer.number)
        if known is None:
            return []
        there = self._http.get_or_none(f"/customers/{known.id}", answers.Whole)
        if there is None or not documents.same(document.customer, there):
            return []
        return [Found(known.id, known.customer_number)]


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


def _signed_total(invoice: answers.Invoice) -> Ore:
    """A credit invoice is negative to us, whatever sign it has there."""
    return (-1 if invoice.is_credit_invoice else 1) * abs(_total(invoice))


def _booked_invoice(invoice: answers.Invoice, document: Invoice) -> Booked:
    """What was rounded off in cash is not in an invoice's total there, but in the payment that closed it (type 3)."""
    total, left = _signed_total(invoice), _remaining(invoice)
    if not left and total == sum(row.amount for row in document.rows):
        total += document.rounding
    return Booked(
        reference=document.reference,
        external_id=invoice.id,
        number=str(invoice.invoice_number or ""),
        date=registers.day(invoice.invoice_date or ""),
        total=total,
        open=(-1 if invoice.is_credit_invoice else 1) * left,
    )


def _booked_voucher(voucher: answers.Voucher, reference: str) -> Booked:
    return Booked(
        reference=reference,
        external_id=voucher.id,
        number=voucher.number_and_number_series or "",
        date=registers.day(voucher.voucher_date),
        postings=tuple(_posting(row) for row in voucher.rows or ()),
    )


def _debit(voucher: answers.Voucher) -> Ore:
    return sum(_ore(row.debit_amount) for row in voucher.rows or ())


def _between(field: str, days: Sequence[date]) -> str:
    """The days and one on either side, whatever zone the other side reckons in."""
    if not days:
        return ""
    first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=1)
    return f"{field} ge {first.isoformat()}T00:00:00Z and {field} le {last.isoformat()}T00:00:00Z"
