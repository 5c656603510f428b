"""Reads a journal export of a gigabyte (or of so many megabytes): processor time and memory, database included.

python -m benchmarks.journal_file make FILE MEGABYTES      python -m benchmarks.journal_file read FILE
"""

from __future__ import annotations

import json
import re
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from synccenter.core.database import SQLite
from synccenter.tillfiles import importer
from synccenter.tillfiles.store import Store
from tests.worlds.journal_file import JournalFile

RECEIPTS = 200
"""Receipts a day and Z report."""

_MARK = re.compile(r"770000(\d{3})|(880000)|2027-01-04")


def make(path: Path, megabytes: int) -> int:
    """Write an export of whole days, one Z report each, until it is large enough; how many receipts it holds."""
    day = JournalFile()
    for number in range(RECEIPTS):
        lines = [("Kaffe", "39.00", 6), ("Bulle", "35.00", 6), ("Mugg", "149.00", 25), ("Pant", "2.00", 25)]
        day.receipt(770_000_000 + number, lines, [("Kort", "225.00")], z=880_000)
    day.z(880_000, f"{RECEIPTS * 225}.00", {}, [], receipts=RECEIPTS)
    text = day.text()
    head, _, rest = text.partition("<k:RegistreringLISTA>")
    events, _, tail = rest.partition("</k:RegistreringLISTA>")
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(head + "<k:RegistreringLISTA>")
        while file.tell() < megabytes * 1_000_000:
            on = date(2010, 1, 1) + timedelta(days=count // RECEIPTS)
            file.write(_MARK.sub(partial(_told, on=on, first=count), events))
            count += RECEIPTS
        file.write("</k:RegistreringLISTA>" + tail)
    return count


def _told(found: re.Match[str], on: date, first: int) -> str:
    if found[1]:
        return str(first + int(found[1]) + 1)
    return str(first // RECEIPTS + 1) if found[2] else on.isoformat()


def read(path: Path) -> dict[str, object]:
    """Read it into a new database, as the folder's door does."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(SQLite(Path(folder) / "journalkassa.sqlite"))
        before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        result = importer.import_file(store, path)
        after, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter() - started
        store.database.close()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size = path.stat().st_size / 1_000_000
    return {
        "receipts": result.new,
        "z": result.z_reports,
        "problems": len(result.problems),
        "megabytes": size,
        "cpu": cpu,
        "wall": wall,
        "speed": size / cpu,
        "idle": before.ru_maxrss / 1024,
        "peak": after.ru_maxrss / 1024,
    }


def main() -> None:
    act, path, *more = sys.argv[1:]
    found = {"receipts": make(Path(path), int(more[0]))} if act == "make" else read(Path(path))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
