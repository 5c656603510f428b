"""What can become of a document in the books after it was sent: changed, emptied, unpaid, made a draft, doubled.

Done by the rig to what stands in its business system, and seen by the program's own night.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

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
    SALES_MOVED = "net moved to another sales account"
    VAT_MOVED = "VAT moved to another VAT account"
    VAT_REVERSED = "VAT moved to the account of reverse charge at its rate"
    PAYMENT_MOVED = "a payment's entry moved to another account"
    PAYMENT_GONE = "a payment's entry gone, though it says that it is paid"
    PAYMENT_DOUBLED = "a payment's entry doubled, though it says that it is paid"


_PAIRS: Mapping[Harm, tuple[range, int, int]] = {
    Harm.SALES_MOVED: (range(3000, 3700), 3001, 3002),
    Harm.VAT_MOVED: (range(2610, 2650), 2611, 2621),
    Harm.VAT_REVERSED: (range(2610, 2650), 2611, 2614),
    Harm.PAYMENT_MOVED: (range(1580, 3000), 1910, 1930),
}
"""The accounts that it may stand on by BAS, and the two accounts that it is moved between."""

OF_PAYMENTS = {Harm.PAYMENT_MOVED, Harm.PAYMENT_GONE, Harm.PAYMENT_DOUBLED}
"""Done to the entries of a payment; the document itself says what it said."""


OF_ENTRIES = {*_PAIRS, *OF_PAYMENTS}
"""Done to what the system has booked, and nothing else."""


def move(rows: Iterable[dict[str, Any]], field: str, harm: Harm) -> bool:
    """Move the first of a voucher's rows that the harm is about; `field` holds its account. False: it has none such."""
    among, one, other = _PAIRS[harm]
    for row in rows:
        account = int(row[field]) if str(row[field]).isdigit() else 0
        if account in among:
            row[field] = type(row[field])(other if account == one else one)
            return True
    return False


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
    if harm in _PAIRS:
        among, one, other = _PAIRS[harm]
        at = next((at for at, row in enumerate(rows) if row.account in among and row.amount), None)
        if at is None:
            return None
        rows[at] = replace(rows[at], account=other if rows[at].account == one else one)
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
