"""Whether the vouchers that a system makes of invoices tell their cost centres and projects.

What such a voucher takes over from the rows of its invoice is not in every vendor's description. It is seen: on a
voucher that has what its invoice was sent with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from synccenter.contract.connector import Booked
from synccenter.contract.model import Invoice, InvoiceRow, Posting


def with_dimensions(read: Sequence[tuple[Invoice, Booked]]) -> Iterator[Booked]:
    """What was read back of invoices. They tell `dimensions` when one of them has what it was sent with; else only
    those that have one at all, which somebody has given them."""
    taken_over = any(_named(document.rows) & _named(booked.postings) for document, booked in read)
    for _, booked in read:
        told = taken_over or bool(_named(booked.postings))
        yield replace(booked, dimensions=booked.entries and told)


def _named(rows: Iterable[InvoiceRow | Posting]) -> set[tuple[str, str]]:
    found = {("centre", row.cost_centre.casefold()) for row in rows if row.cost_centre}
    return found | {("project", row.project.casefold()) for row in rows if row.project}
