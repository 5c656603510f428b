"""Vouchers that wait for their day, week or month to be over, and then go out together in one SIE file.

A voucher that waits has been delivered: it lies in `.jobsync/samlas/`, put there by the same three steps as one that
goes out alone (see `outbox.py`). Handing a period over has three steps too, each durable before the next:
1. `.jobsync/pending/<name>`: the period's file, read back and compared.
2. `.jobsync/samlade/<name>.txt`: which vouchers are in it.
3. the pending file is renamed into the folder. The rename is the handing over, and it is atomic.

So whatever happens in between: pending there means not handed over, and it is begun again; pending gone and the list
there means handed over, and what it lists is taken away from what waits. A voucher that comes when its period has been
handed over goes out in a file of its own with the next number; a file is never appended to, since the receiver may
have read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Struct

from connectors.formats import file_errors, sie_reader
from connectors.formats.outbox import Outbox, rows_of
from connectors.formats.sie_file import SieVoucher
from connectors.formats.sie_writer import COST_CENTRE, PROJECT
from synccenter.contract.model import Posting, Voucher

Per: TypeAlias = Literal["voucher", "day", "week", "month"]

MORNING = 6
"""Before this hour the evening before may still be trading: a Z report after midnight belongs to it."""


class Period(Struct, frozen=True, order=True):
    """A span of days that become one file. A week ends with its month: a file has never two financial years in it."""

    first: date
    last: date
    name: str

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more is to be expected of it."""
        days = (now.date() - self.last).days
        return days > 1 or (days == 1 and now.hour >= MORNING)


def period_of(day: date, per: Per) -> Period:
    """The day, week or month of a day; what waits though files are not collected any more goes by month."""
    if per == "day":
        return Period(day, day, day.isoformat())
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if per == "week":
        monday = day - timedelta(days=day.weekday())
        first, last = max(first, monday), min(last, monday + timedelta(days=6))
        return Period(first, last, f"{first} {last}")
    return Period(first, last, f"{day:%Y-%m}")


def hand_over(
    outbox: Outbox, per: Per, now: datetime, write: Callable[[Sequence[Voucher]], bytes], guard: Callable[[], None]
) -> list[str]:
    """Hand over every period that is over, and everything when files are not collected any more. The names of the
    files. Raises `SyncError`; what was handed over stays so."""
    _finish(outbox)
    waiting: dict[Period, list[str]] = {}
    for name in outbox.collected_names():
        for voucher in outbox.archived(name).vouchers:
            waiting.setdefault(period_of(voucher.on, per), []).append(name)
    made = []
    for period, names in sorted(waiting.items()):
        if per == "voucher" or period.is_over(now):
            made.append(_hand_over(outbox, period, names, write, guard))
    return made


def _finish(outbox: Outbox) -> None:
    """Take away what has been handed over from what waits: a power cut may have come between."""
    there = set(outbox.collected_names())
    for name, members in outbox.lists().items():
        if not outbox.is_pending(name):
            for member in there & set(members):
                outbox.forget_collected(member)


def _hand_over(
    outbox: Outbox,
    period: Period,
    names: Sequence[str],
    write: Callable[[Sequence[Voucher]], bytes],
    guard: Callable[[], None],
) -> str:
    vouchers = [_voucher(name, one) for name in names for one in outbox.archived(name).vouchers]
    content = write(sorted(vouchers, key=lambda one: (one.date, one.text)))
    wanted = sorted((row.account, row.amount) for voucher in vouchers for row in voucher.postings)
    name = _name(outbox, period)
    if sorted(rows_of(sie_reader.read(content, name, encoding="cp437"))) != wanted:
        raise file_errors.READ_BACK.error(item=name)
    outbox.hand_over(name, content, names, guard)
    for member in names:
        outbox.forget_collected(member)
    return name


def _name(outbox: Outbox, period: Period) -> str:
    """`JobOffice 5563343689 period 2026-11.si`, then `… period 2026-11 nr 2.si`."""
    done, number = outbox.lists(), 1
    while True:
        name = outbox.period_name(period.name if number == 1 else f"{period.name} nr {number}")
        if name not in done or outbox.is_pending(name):
            return name
        number += 1


def _voucher(name: str, voucher: SieVoucher) -> Voucher:
    """What was archived, as it was."""
    postings = []
    for row in voucher.transactions:
        objects = dict(row.objects)
        centre, project = objects.get(COST_CENTRE, ""), objects.get(PROJECT, "")
        postings.append(Posting(row.account, row.amount, row.text, cost_centre=centre, project=project))
    return Voucher(Path(name).stem, voucher.on, voucher.text, tuple(postings), voucher.series)
