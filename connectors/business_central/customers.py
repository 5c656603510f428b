"""Customers up: made, or changed field by field where nobody else has changed them meanwhile."""

from __future__ import annotations

from typing import Any

from connectors.business_central import answers, documents
from connectors.business_central.books import Books, literal
from connectors.business_central.documents import Body, code
from connectors.business_central.errors import ITEM_UNKNOWN
from connectors.business_central.refusals import CHANGED
from connectors.dynamics.prices import vat_number_of
from synccenter.contract.connector import Found, Sent
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Customer, CustomerChange

_NO_ID = "00000000-0000-0000-0000-000000000000"
_FIELDS = {
    "displayName": "display_name",
    "addressLine1": "address_line1",
    "postalCode": "postal_code",
    "city": "city",
    "email": "email",
    "phoneNumber": "phone_number",
    "taxRegistrationNumber": "tax_registration_number",
}


class Customers:
    """The customers of one company."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def send(self, document: CustomerChange) -> Sent:
        """Make the customer, or change what differs. One that somebody changed meanwhile is read again, once."""
        number = code(document.customer.number)
        try:
            self._bring(document.customer, number)
        except SyncError as error:
            if error.problem.code != CHANGED.code:
                raise
            self._bring(document.customer, number)
        return Sent(number, number)

    def _bring(self, customer: Customer, number: str) -> None:
        there, wanted = self._there(number), _wanted(customer)
        if there is None:
            self._books.create("customers", {"number": number, **wanted, **self._new()}, answers.CustomerRow)
        elif changes := _differing(wanted, there):
            self._books.change("customers", there, changes, answers.CustomerRow)

    def find(self, document: CustomerChange) -> list[Found]:
        """The change stands there when every field of it does."""
        number = code(document.customer.number)
        there = self._there(number)
        return [] if there is None or _differing(_wanted(document.customer), there) else [Found(number, number)]

    def _there(self, number: str) -> answers.CustomerRow | None:
        rows = self._books.certain("customers", answers.CustomerRow, f"number eq {literal(number)}")
        return next((row for row in rows if row.number.upper() == number), None)

    def payment_method(self) -> str:
        """The id of the payment method that new customers get, "" for none. Raises BC16."""
        wanted = self._books.settings.payment_method
        for one in self._books.payment_methods if wanted else ():
            if one.code.upper() == wanted.upper():
                return one.id
        if wanted:
            raise ITEM_UNKNOWN.error(kind="Betalningssätt", number=wanted, place="Betalningssätt")
        return ""

    def _new(self) -> Body:
        """What a new customer gets besides what the till knows of it."""
        method = self.payment_method()
        return self._like() | ({"paymentMethodId": method} if method else {})

    def _like(self) -> Body:
        """VAT and terms of the customer that new ones are to be like."""
        model = self._books.settings.cash_customer_like
        if not model:
            return {}
        rows = self._books.every("customers", answers.CustomerLike, f"number eq {literal(model.upper())}")
        if not rows:
            return {}
        one = rows[0]
        ids = {"taxAreaId": one.tax_area_id, "paymentTermsId": one.payment_terms_id}
        ids |= {"paymentMethodId": one.payment_method_id}
        return {"taxLiable": one.tax_liable} | {name: value for name, value in ids.items() if value not in {"", _NO_ID}}


def _wanted(customer: Customer) -> Body:
    return documents.customer(customer, vat_number_of(customer.org_number) if customer.org_number else "")


def _differing(wanted: Body, there: answers.CustomerRow) -> dict[str, Any]:
    """What is not so in Business Central."""
    return {name: value for name, value in wanted.items() if getattr(there, _FIELDS[name]) != value}
