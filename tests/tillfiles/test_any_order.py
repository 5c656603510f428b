"""Any partition of the events, with any overlap, in any order, let go at any time: the same books.

Tells of `tillfiles/importer.py`, `tillfiles/store.py` and `tillfiles/release.py`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tillfiles.conftest import Counter
from tests.worlds.journal_file import JournalFile, vat_of

REGISTERS = {"K1": ("SNK1", "CU-1"), "K2": ("SNK2", "CU-2")}


def day_of_trade(chance: Random) -> list[tuple[JournalFile, JournalFile | None]]:
    """Each event as a file of its own, and how it looked before its Z report: the Z number was 0."""
    events: list[tuple[JournalFile, JournalFile | None]] = []
    for till in REGISTERS:
        number = 0
        for z in range(7, 7 + chance.randint(1, 3)):
            sums: dict[int, Decimal] = {}
            paid: dict[str, Decimal] = {}
            sold = returned = 0
            back = Decimal(0)
            for _ in range(chance.randint(1, 4)):
                number += 1
                kind = "Returkvitto" if chance.random() < 0.25 else "Kassakvitto"
                sign = "-" if kind == "Returkvitto" else ""
                lines = [(f"Vara {n}", f"{sign}{chance.randint(100, 99_999) / 100:.2f}", chance.choice((25, 12, 6)))
                         for n in range(chance.randint(1, 3))]  # fmt: skip
                total = sum(Decimal(amount) for _, amount, _ in lines)
                how = chance.choice(("Kort", "Swish"))
                at = f"2027-01-{z:02d}T{9 + number % 9:02d}:00:00"
                files = []
                for closed in (z, 0):
                    file = JournalFile()
                    file.registers = dict(REGISTERS)
                    file.receipt(number, lines, [(how, str(total))], kind=kind, z=closed, at=at, till=till)
                    files.append(file)
                events.append((files[0], files[1]))
                for _, amount, rate in lines:
                    sums[rate] = sums.get(rate, Decimal(0)) + vat_of(amount, rate)
                paid[how] = paid.get(how, Decimal(0)) + total
                sold, returned = sold + (kind == "Kassakvitto"), returned + (kind == "Returkvitto")
                back += total if kind == "Returkvitto" else 0
            file = JournalFile()
            file.registers = dict(REGISTERS)
            total = sum(paid.values(), Decimal(0))
            rows = [(how, str(amount)) for how, amount in paid.items()]
            vat = {rate: str(amount) for rate, amount in sums.items()}
            file.z(z, str(total), vat, rows, receipts=sold, returns=(returned, str(back)), till=till,
                   at=f"2027-01-{z:02d}T21:00:00")  # fmt: skip
            events.append((file, None))
    return events


def together(events: Sequence[JournalFile]) -> JournalFile:
    file = JournalFile()
    file.registers = dict(REGISTERS)
    file.events = [event for one in events for event in one.events]
    return file


def books(counter: Counter) -> dict[str, list[tuple[Any, ...]]]:
    return {table: rows for table, rows in counter.everything().items() if table != "cash_movement"}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), data=st.data())
def test_any_partition_and_order_of_the_events_gives_the_same_books(seed: int, data: st.DataObject) -> None:
    chance = Random(seed)
    events = day_of_trade(chance)
    with tempfile.TemporaryDirectory() as name:
        for folder in ("hel", "delad"):
            (Path(name) / folder).mkdir()
        whole, parted = Counter(Path(name) / "hel"), Counter(Path(name) / "delad")
        for one in (whole, parted):
            one.know()
        whole.read(together([closed for closed, _ in events]))
        assert whole.release().problems == []

        order = data.draw(st.permutations(range(len(events))), label="order")
        size = data.draw(st.integers(1, len(events)), label="events a file")
        overlap = data.draw(st.integers(0, 3), label="overlap")
        files = [order[max(0, at - overlap) : at + size] for at in range(0, len(order), size)]
        for places in files:
            early = data.draw(st.booleans(), label="taken before the Z report")
            parted.read(together([events[place][1] or events[place][0] if early else events[place][0]
                                  for place in places]))  # fmt: skip
            if data.draw(st.booleans(), label="let go"):
                parted.release()
        parted.read(together([closed for closed, _ in reversed(events)]))
        parted.read(together([open_ or closed for closed, open_ in events]))
        released = parted.release()
        assert released.problems == []
        assert parted.store.alarms() == []
        assert books(parted) == books(whole)
        for one in (whole, parted):
            one.store.database.close()
