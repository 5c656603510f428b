"""Orders up: made with their lines in one request, found also when they have become invoices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from connectors.business_central import answers, buyers, documents, registers
from connectors.business_central.books import Books, literal
from connectors.business_central.invoices import location_id
from synccenter.contract.connector import Booked, Found, Sent
from synccenter.contract.model import Order


class Orders:
    """The orders of one company."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def send(self, document: Order) -> Sent:
        """Make an order, with prices including VAT. Raises BC27, BC40 or BC41 for the customer."""
        buyers.ensure(self._books, document.customer)
        body = documents.order(document, location_id(self._books))
        made = self._books.create("salesOrders", body, answers.SalesOrder)
        return Sent(made.id, made.number)

    def find(self, document: Order) -> list[Found]:
        """All orders that carry the reference, and invoices that were such an order: those have another id."""
        reference = documents.code(document.reference, documents.EXTERNAL_NO)
        where = f"externalDocumentNumber eq {literal(reference)}"
        orders = self._books.certain("salesOrders", answers.SalesOrder, where)
        found = [
            Found(one.id, one.number, registers.day(one.order_date))
            for one in orders
            if one.external_document_number.upper() == reference
        ]
        standing = {one.number for one in found}
        return found + [
            Found(one.id, one.order_number)
            for one in self._books.certain("salesInvoices", answers.OrderInvoice, where)
            if one.external_document_number.upper() == reference
            and one.order_number
            and one.order_number not in standing
        ]

    def every(self, first: date, last: date) -> Iterator[Booked]:
        """Every order of these days, and every invoice since then that was an order: it is of another day."""
        days = f"orderDate ge {first} and orderDate le {last}"
        for order in self._books.certain("salesOrders", answers.SalesOrder, days):
            yield Booked(
                reference=order.external_document_number,
                external_id=order.id,
                number=order.number,
                date=registers.day(order.order_date),
                customer=order.customer_number,
            )
        for one in self._books.certain("salesInvoices", answers.OrderInvoice, f"invoiceDate ge {first}"):
            if one.order_number:
                yield Booked(
                    reference=one.external_document_number,
                    external_id=one.id,
                    number=one.order_number,
                    customer=one.customer_number,
                )
