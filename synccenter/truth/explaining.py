"""What a person may explain: a gap, all gaps of a till, or something changed after it was sent, that is there."""

from __future__ import annotations

import re
from datetime import date

from synccenter.contract.model import ReceiptKey
from synccenter.journal.delivery import CASH, RECEIPT
from synccenter.journal.ledger import Ledger
from synccenter.till.sales import Sales

_GAP = re.compile(r"(kvitto|Z):(.+):(?:(\d{1,18})-(\d{1,18})|\*)")
_EVER = date(1970, 1, 1), date(9998, 12, 31)
_CHANGED = re.compile(r"(ändrat|ändrad-Z):(.+):(\d{1,18})")


def can_be_explained(sales: Sales, ledger: Ledger, name: str) -> bool:
    """Whether the name is one of the proof's own (see `proven`), and what it names is so at this moment."""
    if gap := _GAP.fullmatch(name):
        what, till, first, last = gap.groups()
        highest = _highest(sales, what, till)
        return highest > 0 and (first is None or _is_gap(sales, what, till, (int(first), int(last)), highest))
    if change := _CHANGED.fullmatch(name):
        what, till, number = change[1], change[2], int(change[3])
        there = sales.receipt_gaps if what == "ändrat" else sales.z_gaps
        sent = ledger.covered([ReceiptKey(till, number)], RECEIPT if what == "ändrat" else CASH)
        return bool(sent) or not there(till, number, number)
    return False


def _highest(sales: Sales, what: str, till: str) -> int:
    """The highest number that a till has, or that its Z reports say of its receipts; 0 when it has none. For a till
    without a single Z report: of its receipts, which may name one."""
    if what == "Z":
        return sales.last_z(till) or sales.last_receipt(till)
    span = sales.receipt_span(till, *_EVER)
    return span[1] if span else 0


def _is_gap(sales: Sales, what: str, till: str, span: tuple[int, int], highest: int) -> bool:
    """Nothing from first to last, of numbers that have been used; a receipt may name a Z report above the highest."""
    first, last = span
    gaps = sales.receipt_gaps if what == "kvitto" else sales.z_gaps
    return first <= last and gaps(till, first, last) == [span] and (what == "Z" or last <= highest)
