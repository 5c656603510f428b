"""What one voucher holds of the Z reports that were closed on a day: sales of one day of sale, each receipt once.

A Z report may hold several days (a till that was not closed for the weekend), and a month's, a VAT period's or a
year's end may lie between them: BFL 5 chapter 6 § and the VAT return want each sale on its own day. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeAlias

from msgspec import Struct

from synccenter.contract.model import CashMovement, Receipt, ReceiptKey, ZReport
from synccenter.posting.controls import finished

Wanted: TypeAlias = Callable[[ReceiptKey], bool]
"""Whether a receipt is to be had, or belongs to something else already."""

NIGHT_ENDS = 6
"""Before this hour a sale may still belong to the evening before: when the till's own Z report says so."""


class Closed(Struct, frozen=True):
    """A Z report with what it closed, or with some of it."""

    z: ZReport
    receipts: Sequence[Receipt]
    cash: Sequence[CashMovement]


class Share(Struct, frozen=True):
    """What becomes one voucher. `main`: the one that has the Z report's own name; `cards`: without any cash in it."""

    day: date
    main: bool
    parts: tuple[Closed, ...]
    cards: bool = False

    @property
    def receipts(self) -> list[Receipt]:
        """All receipts in it."""
        return [receipt for part in self.parts for receipt in part.receipts]


def day_of_sale(at: datetime, business_date: date) -> date:
    """The day that a sale is booked on: its own, but a sale after midnight stays with the evening that the Z report
    is for, as the till counts it."""
    late = at.date() == business_date + timedelta(days=1) and at.hour < NIGHT_ENDS
    return business_date if late else at.date()


def shares(business_date: date, closed: Sequence[Closed], cutover: date, wanted: Wanted) -> list[Share]:
    """One share for each day that something was sold or moved on, the main one first.

    The main one is that of the business date, or of the last day when nothing was sold on it; it is there even when
    it is empty. Nothing from before the start date is in them, whatever day the Z report was taken: it means the
    same for receipts, Z reports and days. `wanted` says which receipts are to be had.
    """
    days: dict[date, list[Closed]] = {}

    def day_of(at: datetime) -> date:
        day = day_of_sale(at, business_date)
        return at.date() if day < cutover else day

    for one in closed:
        sold = [r for r in finished(one.receipts) if r.at.date() >= cutover and wanted(r.key)]
        moved = [move for move in one.cash if move.at.date() >= cutover]
        for day in {day_of(item.at) for item in sold} | {day_of(item.at) for item in moved}:
            of_day = [receipt for receipt in sold if day_of(receipt.at) == day]
            days.setdefault(day, []).append(Closed(one.z, of_day, [m for m in moved if day_of(m.at) == day]))
    if not days and business_date >= cutover:
        days[business_date] = [Closed(one.z, (), ()) for one in closed]
    main = business_date if business_date in days else max(days, default=business_date)
    ordered = sorted(days, key=lambda day: (day != main, day))
    return [Share(day, day == main, tuple(days[day])) for day in ordered]


def unparted(business_date: date, closed: Sequence[Closed], cutover: date, wanted: Wanted) -> list[Share]:
    """Everything in one share, for Z reports that cannot be parted because something in them cannot be believed."""
    parts = [
        Closed(
            one.z,
            [one for one in finished(one.receipts) if one.at.date() >= cutover and wanted(one.key)],
            one.cash,
        )
        for one in closed
    ]
    return [Share(business_date, True, tuple(parts))]


def split(found: Sequence[Share], is_cash: Callable[[Receipt], bool]) -> list[Share]:
    """Each share in two: receipts with cash in them, and cash movements; then the others. BFL 5 chapter 2 § wants cash
    booked the next working day, the rest as soon as may be. A receipt paid with both stands whole with the cash."""
    halves: list[Share] = []
    for share in found:
        cash = [Closed(one.z, [r for r in one.receipts if is_cash(r)], one.cash) for one in share.parts]
        cards = [Closed(one.z, [r for r in one.receipts if not is_cash(r)], ()) for one in share.parts]
        halves.append(Share(share.day, share.main, tuple(cash)))
        if any(one.receipts for one in cards):
            halves.append(Share(share.day, share.main, tuple(cards), True))
    return halves
