"""What the rows of a business system's own vouchers stand for, by BAS, when it has booked an invoice or a payment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from synccenter.contract.model import Invoice, Posting, Purpose

ROUNDING_ACCOUNT = 3740
"""BAS: *öres- och kronutjämning*, where the document names no account of its own."""

CLAIMS = range(1500, 1520)
"""BAS: *kundfordringar*. What an invoice puts there its payments take away again."""

OUTPUT_VAT = range(2610, 2650)
"""BAS: *utgående moms*."""


def purposed(
    rows: Iterable[Posting], document: Invoice, otherwise: Purpose, *, receivables: int = 0
) -> Iterator[Posting]:
    """Rows of a voucher of an invoice or of its payment, each with its purpose: VAT, rounding, and what the voucher is
    about (`otherwise`: SALES or PAYMENT). Claims are left out: `receivables` names one more of them."""
    for row in rows:
        if row.account in CLAIMS or row.account == receivables or not row.amount:
            continue
        if row.account in OUTPUT_VAT:
            purpose = Purpose.VAT
        elif row.account == (document.rounding_account or ROUNDING_ACCOUNT):
            purpose = Purpose.ROUNDING
        else:
            purpose = otherwise
        yield replace(row, text="", purpose=purpose)


NOT_BOOKED = (Posting(0, 0, purpose=Purpose.VAT), Posting(0, 0, purpose=Purpose.SALES))
"""An invoice whose voucher is not there: nothing of it stands in the books."""
