"""Customers up: created, or changed field by field, at once when they change at the till."""

from __future__ import annotations

from connectors.dynamics.prices import vat_number_of
from connectors.dynamics_nav import documents
from connectors.dynamics_nav.link import Bound, Link
from connectors.dynamics_nav.pages import LENGTHS
from connectors.wire.rows import Row, text
from synccenter.contract.connector import Found, Sent
from synccenter.contract.model import Customer, CustomerChange

_COPIED = ("gen_bus", "vat_bus", "posting_group", "terms", "price_list", "gross_prices")
"""What a new customer gets from the one it is to be like: without posting groups it could not be invoiced."""


class Customers:
    """The customer register of one NAV."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def send(self, document: CustomerChange) -> Sent:
        """Bring a customer in NAV into line with the till."""
        customer = document.customer
        page = self._link.page("customers")
        there = self._there(page, customer.number)
        values = self._values(page, customer)
        if there is None:
            made = {"number": customer.number, **values, **self._like(page)}
            page.tables.create(page.service, page.theirs({word: value for word, value in made.items() if value}))
            return Sent(customer.number, customer.number)
        changes = documents.customer_changes(values, there)
        if changes:
            page.tables.update(page.service, there["_"], page.theirs(changes))
        return Sent(customer.number, customer.number)

    def find(self, document: CustomerChange) -> list[Found]:
        """The change stands there when all of it does. Sending it again would change nothing else."""
        page = self._link.page("customers")
        there = self._there(page, document.customer.number)
        if there is None or documents.customer_changes(self._values(page, document.customer), there):
            return []
        return [Found(document.customer.number, document.customer.number)]

    def _there(self, page: Bound, number: str) -> Row | None:
        rows = page.every([("number", "eq", number.upper())])
        return next((row for row in rows if text(row, "number").upper() == number.upper()), None)

    def _values(self, page: Bound, customer: Customer) -> dict[str, str]:
        lengths = {word: page.length(word, usual) for word, usual in LENGTHS.items()}
        values = documents.customer_values(customer, lengths)
        if page.names.get("org_number") == "VAT_Registration_No":
            values["org_number"] = vat_number_of(values["org_number"])
        return values

    def _like(self, page: Bound) -> Row:
        """The posting groups of the customer that new ones are to be like."""
        number = self._link.settings.new_customers_like or self._link.settings.cash_customer
        model = self._there(page, number) if number else None
        return {word: model[word] for word in _COPIED if model.get(word)} if model else {}
