"""Documents up: sent once, found again, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from connectors.visma_eekonomi import answers, documents, registers
from connectors.visma_eekonomi.books import Books
from connectors.visma_eekonomi.invoices import Invoices
from connectors.visma_eekonomi.values import between
from connectors.visma_eekonomi.vouchers import Vouchers
from synccenter.contract.connector import Booked, Delivered, Found, Sent
from synccenter.contract.model import (
    CustomerChange,
    Document,
    DocumentKind,
    Invoice,
    InvoiceRow,
    Order,
    OrderLine,
    Voucher,
)


class Sales:
    """What goes into eEkonomi's books and registers."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._http = books.http
        self._vouchers = Vouchers(books)
        self._invoices = Invoices(books)

    def send(self, document: Document) -> Sent:
        """Book a document."""
        match document:
            case Voucher():
                return self._vouchers.send(document)
            case Invoice():
                return self._invoices.send(document)
            case Order():
                return self._send_order(document)
            case CustomerChange():
                return self._send_customer(document)

    def find(self, document: Document) -> list[Found]:
        """All that carry the document's reference."""
        match document:
            case Voucher():
                return self._vouchers.find(document)
            case Invoice():
                return self._invoices.find(document)
            case Order():
                return self._find_orders(document)
            case CustomerChange():
                return self._find_customer(document)

    def finish(self, document: Document, found: Found) -> Sent:
        """Pay what an interruption left unpaid of an invoice."""
        assert isinstance(document, Invoice), "only invoices take several requests"
        return self._invoices.finish(document, found.external_id)

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """Vouchers and invoices as they stand in the books: the lists of their days, then whatever was moved."""
        given = list(sent)
        yield from self._vouchers.read_back([(one, one.document) for one in given if isinstance(one.document, Voucher)])
        yield from self._invoices.read_back([(one, one.document) for one in given if isinstance(one.document, Invoice)])

    def vouchers(self, first: date, last: date) -> Iterator[Booked]:
        """See `ListsVouchers.vouchers`."""
        return self._vouchers.every(first, last)

    def listed(self, kind: DocumentKind, first: date, last: date) -> Iterator[Booked]:
        """See `ListsDocuments.documents`."""
        match kind:
            case DocumentKind.VOUCHER:
                yield from self._vouchers.every(first, last)
            case DocumentKind.INVOICE:
                yield from self._invoices.every(first, last)
            case DocumentKind.ORDER:
                yield from self._orders(first, last)

    # --- orders ------------------------------------------------------------------------------------------------

    def _send_order(self, document: Order) -> Sent:
        customer = self._books.customer(document.customer)
        items = [self._item(line) for line in document.lines]
        body = documents.order(document, customer.id, items, includes_vat=self._books.includes_vat(customer))
        order = self._http.send("POST", "/orders", body, answers.Order)
        return Sent(order.id, str(order.number or ""))

    def _item(self, line: OrderLine) -> documents.Item:
        return self._books.item(InvoiceRow(line.article, line.text, line.quantity, line.amount, 0, line.vat_rate, 0))

    def _find_orders(self, document: Order) -> list[Found]:
        condition = f"YourReference eq {registers.quoted(document.reference)}"
        return [
            Found(order.id, str(order.number or ""), registers.day(order.order_date or ""))
            for order in self._books.matching("/orders", answers.Order, condition)
            if order.your_reference == document.reference
        ]

    def _orders(self, first: date, last: date) -> Iterator[Booked]:
        """Every order of these days."""
        for order in self._books.matching("/orders", answers.Order, between("OrderDate", [first, last])):
            on = registers.day(order.order_date or "")
            if first <= (on or first) <= last:
                name = order.your_reference or ""
                yield Booked(reference=name, external_id=order.id, number=str(order.number or ""), date=on)

    # --- customers -----------------------------------------------------------------------------------------------

    def _send_customer(self, document: CustomerChange) -> Sent:
        """Read, change, write back: PUT empties every field that is left out."""
        customer = document.customer
        known = self._books.has_customer(customer.number)
        if known is None:
            documents.ensure_fits(customer, new=True)
            body = documents.created(customer, self._books.terms_id)
            made = self._http.send("POST", "/customers", body, answers.Customer)
            return Sent(made.id, made.customer_number)
        there = self._http.get(f"/customers/{known.id}", answers.Whole)
        difference = documents.difference(customer, there)
        if difference:
            if "InvoicePostalCode" in difference:
                documents.ensure_fits(customer, new=False)
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
