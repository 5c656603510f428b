"""The customers that invoices go to: a receipt is in kronor and with Swedish VAT, so they must be so too."""

from __future__ import annotations

from connectors.visma_eekonomi import answers
from connectors.visma_eekonomi.books import Books
from connectors.visma_eekonomi.errors import CUSTOMER_ABROAD, CUSTOMER_CURRENCY, CUSTOMER_INACTIVE


def buyer(books: Books, number: str, item: str = "") -> answers.Customer:
    """The customer, who can be invoiced as the till sold. Raises V04, V22, V23 or V206."""
    customer = books.customer(number)
    if customer.is_active is False:
        raise CUSTOMER_INACTIVE.error(item=item, customer=number)
    if customer.currency_code not in {None, "", "SEK"}:
        raise CUSTOMER_CURRENCY.error(item=item, customer=number, currency=customer.currency_code)
    abroad = (customer.invoice_country_code or "SE").upper() != "SE"
    if abroad and not (customer.is_private_person or customer.force_bookkeep_vat):
        raise CUSTOMER_ABROAD.error(item=item, customer=number, country=customer.invoice_country_code)
    return customer
