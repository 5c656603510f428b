"""What the rows of a business system's own vouchers stand for, by BAS, when it has booked an invoice or a payment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from synccenter.contract.model import Invoice, Ore, Posting, Purpose

ROUNDING_ACCOUNT = 3740
"""BAS: *öres- och kronutjämning*, where the document names no account of its own."""

CLAIMS = range(1500, 1520)
"""BAS: *kundfordringar*. What an invoice puts there its payments take away again."""

OUTPUT_VAT = range(2610, 2650)
"""BAS: *utgående moms*."""


def purposed(
    rows: Iterable[tuple[int, Ore]], document: Invoice, otherwise: Purpose, *, receivables: int = 0
) -> Iterator[Posting]:
    """Rows (account, öre with debit positive) of a voucher of an invoice or of its payment: VAT, rounding, and what
    the voucher is about (`otherwise`: SALES or PAYMENT). Claims are left out: `receivables` names one more of them."""
    for account, amount in rows:
        if account in CLAIMS or account == receivables or not amount:
            continue
        if account in OUTPUT_VAT:
            purpose = Purpose.VAT
        elif account == (document.rounding_account or ROUNDING_ACCOUNT):
            purpose = Purpose.ROUNDING
        else:
            purpose = otherwise
        yield Posting(account, amount, purpose=purpose)


NOT_BOOKED = (Posting(0, 0, purpose=Purpose.VAT), Posting(0, 0, purpose=Purpose.SALES))
"""An invoice whose voucher is not there: nothing of it stands in the books."""
