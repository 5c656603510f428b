"""What can become of a document in the books after it was sent: changed, emptied, unpaid, made a draft, doubled.

Done by the rig to what stands in its business system, and seen by the program's own night.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from msgspec.structs import replace

from synccenter.contract.model import Invoice, Purpose, Voucher


class Harm(Enum):
    """How a document is spoilt."""

    NO_VAT = "its VAT moved to 0"
    EMPTIED = "emptied"
    AMOUNT = "an amount changed"
    DATE = "another date"
    CUSTOMER = "another customer"
    UNPAID = "its payment removed"
    HALF_PAID = "paid by half"
    DRAFT = "made a draft"


def harmed(document: Voucher, harm: Harm) -> Voucher | None:
    """A voucher as it stands there then, balanced; None when nothing of the kind can become of it."""
    rows = list(document.postings)
    vat = next((at for at, row in enumerate(rows) if row.purpose is Purpose.VAT and row.amount), None)
    sales = next((at for at, row in enumerate(rows) if row.purpose is Purpose.SALES and row.amount), None)
    if harm is Harm.EMPTIED:
        return replace(document, postings=())
    if harm is Harm.DATE:
        return replace(document, date=document.date + timedelta(days=1))
    if harm is Harm.NO_VAT and vat is not None and sales is not None:
        rows[sales] = replace(rows[sales], amount=rows[sales].amount + rows[vat].amount)
        del rows[vat]
        return replace(document, postings=tuple(rows))
    if harm is Harm.AMOUNT and len(rows) > 1:
        rows[0] = replace(rows[0], amount=rows[0].amount + 100)
        rows[-1] = replace(rows[-1], amount=rows[-1].amount - 100)
        return replace(document, postings=tuple(rows))
    return None


def suits(document: Voucher | Invoice, harm: Harm) -> bool:
    """Whether a document is one that the harm changes something in."""
    if isinstance(document, Voucher):
        return harmed(document, harm) is not None or harm is Harm.DRAFT
    total = sum(payment.amount for payment in document.payments)
    return not document.credit and total > 0 and (harm is not Harm.NO_VAT or any(row.vat for row in document.rows))
