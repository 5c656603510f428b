"""Orders up: made with their lines in one request, found also when they have become invoices."""

from __future__ import annotations

from connectors.business_central import answers, documents, registers
from connectors.business_central.books import Books, literal
from connectors.business_central.invoices import location_id
from synccenter.contract.connector import Found, Sent
from synccenter.contract.model import Order


class Orders:
    """The orders of one company."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def send(self, document: Order) -> Sent:
        """Make an order, with prices including VAT."""
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
