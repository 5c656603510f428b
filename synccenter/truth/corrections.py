"""Proposed corrections: what a bookkeeper would book when a receipt was voided after it was sent.

Never sent by itself: BFL 5 chapter 5 § wants a correction to say when and by whom, so a person makes it.
"""

from __future__ import annotations

import msgspec

from synccenter.contract.errors import SyncError
from synccenter.contract.model import Posting, Receipt, ReceiptKey
from synccenter.posting.rows import merged, receipt_postings
from synccenter.shop import Shop
from synccenter.truth.proof import Corrector


def corrector(shop: Shop) -> Corrector:
    """Makes corrections with today's rules: the receipt's own postings with the signs turned."""
    rules = shop.rules()

    def correct(key: ReceiptKey) -> tuple[Posting, ...]:
        for receipt in shop.sales.receipts_numbered(key.till, [key.number]):
            if isinstance(receipt, Receipt):
                try:
                    postings = receipt_postings(receipt, rules)
                except SyncError:
                    return ()  # a receipt that cannot be posted has been told of already
                return merged(msgspec.structs.replace(posting, amount=-posting.amount) for posting in postings)
        return ()

    return correct
