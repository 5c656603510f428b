"""Which pages a kind of document lives on."""

from __future__ import annotations

from msgspec import Struct

from synccenter.contract.model import Invoice, Order


class Roles(Struct, frozen=True):
    """The pages of a kind of document, and the codeunit's function that posts it."""

    draft: str
    posted: str
    function: str


INVOICE = Roles("invoices", "posted_invoices", "PostSalesInvoice")
CREDIT = Roles("credit_memos", "posted_credit_memos", "PostSalesCreditMemo")
ORDER = Roles("orders", "posted_invoices", "")


def roles_of(document: Invoice | Order) -> Roles:
    """Those of a document."""
    if isinstance(document, Order):
        return ORDER
    return CREDIT if document.credit else INVOICE
