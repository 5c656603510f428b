"""Customers that documents go to, looked at before anything is written: who is there, open, and sold to in kronor.

Their VAT the API does not tell in words that could be judged (*taxAreaId* is a name of the company's own), nor whether
their payment method pays by itself: a draft's sums tell the first (BC13), a payment that is refused the second (BC24).
"""

from __future__ import annotations

from connectors.business_central import answers
from connectors.business_central.books import Books, literal
from connectors.business_central.errors import CURRENCY
from connectors.business_central.refusals import CUSTOMER_BLOCKED, NO_CUSTOMER
from connectors.dynamics.prices import BLOCKED_WHOLLY


def ensure(books: Books, number: str) -> None:
    """A customer who can be sold to as the till sold. Each is asked for once in a while. Raises BC27, BC40 or BC41."""
    key = number.upper()
    if key in books.buyers:
        return
    rows = books.certain("customers", answers.Buyer, f"number eq {literal(key)}")
    there = next((row for row in rows if row.number.upper() == key), None)
    if there is None:
        raise NO_CUSTOMER.error(detail="", about=f"Kund {number or '(tom)'} finns inte. ")
    if there.blocked.lower() in BLOCKED_WHOLLY:
        raise CUSTOMER_BLOCKED.error(detail="", about=f"Kund {number} är spärrad. ")
    if there.currency_code.upper() not in {"", "SEK", books.setup.local_currency_code.upper()}:
        raise CURRENCY.error(customer=number, currency=there.currency_code)
    books.buyers.add(key)
