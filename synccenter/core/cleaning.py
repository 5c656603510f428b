"""Old logs are removed once a day, unless the clock has leapt: a computer whose date is wrong would remove them all."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.disk import write_atomically
from synccenter.core.logs import Log

FILE = "stadat.json"
"""In the data folder, not among the logs."""

CLOSED = timedelta(days=5)
"""So long, over Easter, is a shop closed without anybody wondering. After more than that the logs wait."""

LEAP = timedelta(days=31)
"""So long without a start is a shop that was closed, or a clock that leapt. Nobody can tell which, so it is said."""

TRIED_DAYS = 7
"""On so many different days in a row the clock must have gone right before it is believed."""


BACK = timedelta(days=1)
"""A day back is another time zone, or midnight. More has not happened: one of the two days was wrong."""


class Seen(Struct):
    """`last`: the last day that was believed. `days`: days after a leap that are not believed yet.

    `behind`: for so many days more what was logged while the clock was behind is left, which by its date is old.
    """

    last: date
    days: list[date] = []
    behind: int = 0


def clean(folder: Path, log: Log, today: date) -> None:
    """Remove logs that are too old; after days without a start, or a leap of the clock, wait until it has gone right a
    while, and after a long one say so (P13). Never raises: logs that are left lie in nobody's way."""
    noted = _read(folder / FILE)
    seen = noted or Seen(today)
    gone = today - seen.last
    if -BACK <= gone <= CLOSED:
        after = Seen(today, behind=max(0, seen.behind - (today > seen.last)))
        if not after.behind:
            log.clean()
    else:
        near = [day for day in seen.days if timedelta(0) <= today - day <= LEAP]
        after = Seen(seen.last, sorted({*near, today}), TRIED_DAYS if gone < -BACK else seen.behind)
        if len(after.days) > TRIED_DAYS:
            after = Seen(today)
        elif today not in seen.days and not -BACK <= gone <= LEAP:
            say_that_it_leapt(log, str(seen.last), str(today))
    if after != noted:
        with suppress(OSError):  # a full disk: nothing was lost
            write_atomically(folder / FILE, msgspec.json.encode(after))


def say_that_it_leapt(log: Log, before: str, now: str) -> None:
    """P13, a row in the log worth a look: nothing has stopped."""
    log.warning(catalogue.CLOCK_LEAPT.problem(before=before, now=now).sentence())


def _read(path: Path) -> Seen | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Seen)
    except (OSError, msgspec.MsgspecError):
        return None
