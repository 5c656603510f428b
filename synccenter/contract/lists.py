"""Two abilities of a connector: the books are looked through, whoever made what stands there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Protocol, runtime_checkable

from synccenter.contract.connector import Booked
from synccenter.contract.model import DocumentKind


@runtime_checkable
class ListsVouchers(Protocol):
    """Ability: the books of some days looked through, whoever made what stands there."""

    def vouchers(self, first: date, last: date, known: Collection[str]) -> Iterable[Booked]:
        """Every voucher dated from first to last, with its postings; `reference` is its whole text, "" without any.

        Vouchers that are undone or not booked are left out, and those whose ids are `known` may be. Read by pages of
        lists where there are such. Asked only when somebody else may have booked the same (`truth/already.py`).
        """
        ...


@runtime_checkable
class ListsDocuments(Protocol):
    """Ability: what stands there of some days is told with its references, whoever sent it and under which name."""

    def documents(self, kind: DocumentKind, first: date, last: date) -> Iterable[Booked]:
        """Every voucher, invoice or order dated from first to last, as lists tell of them, drafts too.

        `reference` is the whole text that begins with one, or the reference itself, "" without any. Postings, total and
        customer where the list has them (an order's `total` with VAT). An order also when it has become something else
        since. Asked only by a ledger that has lost its memory (`truth/earlier.py`), once for all its days.
        """
        ...
