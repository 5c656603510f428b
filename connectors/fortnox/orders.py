"""Orders and customers up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from connectors.formats.quantities import split
from connectors.fortnox import answers
from connectors.fortnox.books import Books, day
from connectors.wire.answers import tidy
from synccenter.contract.connector import Booked, Found, Sent
from synccenter.contract.model import Customer, CustomerChange, Order

Whole = dict[str, Any]

ROW_TEXT = 50
_LENGTHS = {"Name": 1024, "OrganisationNumber": 30, "Address1": 1024, "ZipCode": 10, "City": 1024, "Email": 1024}


class Orders:
    """The orders in Fortnox."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def send(self, document: Order) -> Sent:
        """Make an order, with prices including VAT."""
        self._books.assert_customer(document.customer)
        answer = self._books.http.send("POST", "/orders", {"Order": self._body(document)}, answers.Body)
        made = self._books.opened(answer, "Order", answers.Order, uncertain=True)
        return Sent(made.document_number, made.document_number)

    def find(self, document: Order) -> list[Found]:
        """All orders that carry the reference and are not cancelled."""
        asked = {"externalinvoicereference1": document.reference}
        return [
            Found(row.document_number, row.document_number, day(row.order_date))
            for row in self._books.certain("/orders", "Orders", answers.Order, asked)
            if row.external_invoice_reference1 == document.reference and not row.cancelled
        ]

    def every(self, first: date, last: date) -> Iterator[Booked]:
        """Every order of these days that is not cancelled."""
        days = {"fromdate": first.isoformat(), "todate": last.isoformat()}
        for row in self._books.certain("/orders", "Orders", answers.Order, days):
            if not row.cancelled and first <= (day(row.order_date) or first) <= last:  # what is unknown is passed over
                yield Booked(
                    reference=row.external_invoice_reference1,
                    external_id=row.document_number,
                    number=row.document_number,
                    date=day(row.order_date),
                    customer=row.customer_number,
                )

    def _body(self, document: Order) -> Whole:
        return {
            "CustomerNumber": document.customer,
            "OrderDate": document.at.date().isoformat(),
            "VATIncluded": True,
            "ExternalInvoiceReference1": document.reference,
            "OrderRows": [
                {
                    **({"ArticleNumber": line.article} if self._books.has_article(line.article) else {}),
                    "Description": tidy(part.text, ROW_TEXT) or "-",
                    "OrderedQuantity": f"{Decimal(part.quantity).scaleb(-3).normalize():f}",
                    "Price": Decimal(part.unit).scaleb(-2),
                    "VAT": line.vat_rate,
                }
                for line in document.lines
                for part in split(line.text, line.quantity, line.amount)
            ],
        }


class Customers:
    """The customers in Fortnox. A change leaves alone what the till does not know: PUT changes what it names."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def send(self, document: CustomerChange) -> Sent:
        """Make the customer, or change what differs."""
        customer = document.customer
        there = self._there(customer.number)
        if there is None:
            body = {"CustomerNumber": customer.number, **wanted(customer)}
            self._books.http.send("POST", "/customers", {"Customer": body}, answers.Body)
        elif changes := differing(customer, there):
            self._books.http.send("PUT", _path(customer.number), {"Customer": changes}, answers.Body)
        return Sent(customer.number, customer.number)

    def find(self, document: CustomerChange) -> list[Found]:
        """The change stands there when every field of it does."""
        number = document.customer.number
        there = self._there(number)
        return [] if there is None or differing(document.customer, there) else [Found(number, number)]

    def _there(self, number: str) -> Whole | None:
        return self._books.one_or_none(_path(number), "Customer", Whole)


def wanted(customer: Customer) -> Whole:
    """The fields that the till knows, as Fortnox calls them. What the till leaves empty is left alone there."""
    fields = {
        "Name": customer.name,
        "OrganisationNumber": customer.org_number,
        "Address1": customer.address,
        "ZipCode": customer.postal_code,
        "City": customer.city,
        "Email": customer.email,
        "Phone1": customer.phone,
    }
    texts = {name: tidy(value, _LENGTHS.get(name, 1024)) for name, value in fields.items()}
    return {name: value for name, value in texts.items() if value} | {"Active": customer.active}


def differing(customer: Customer, there: Whole) -> Whole:
    """What is not so in Fortnox."""
    return {name: value for name, value in wanted(customer).items() if there.get(name) != value}


def _path(number: str) -> str:
    return f"/customers/{quote(number, safe='')}"
