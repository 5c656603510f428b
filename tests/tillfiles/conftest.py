"""A till that only gives files: its store, and what a person has answered about its make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from synccenter.core.database import SQLite
from synccenter.tillfiles import importer
from synccenter.tillfiles.importer import FileResult
from synccenter.tillfiles.questions import Answer, Book, Control
from synccenter.tillfiles.release import Released, release
from synccenter.tillfiles.store import Store
from tests.worlds.journal_file import JournalFile

ZONE = ZoneInfo("Europe/Stockholm")


class Counter:
    """What is done with a till's files, and what the till's tables hold then."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(SQLite(folder / "journalkassa.sqlite"))
        self.book = Book(self.store.database)
        self._files = 0

    def know(self, make: str = "Exempelkassa") -> None:
        """A person has answered about the usual payments and 0 % lines."""
        payments = {"Kontant": "cash", "Kort": "card", "Swish": "swish", "Kvittning": "other"}
        for text, kind in payments.items():
            self.book.answer(Answer(make, "payment", text, kind))
        for text, kind in {"Presentkort": "gift_card", "Öresavrundning": "rounding"}.items():
            self.book.answer(Answer(make, "line", text, kind))

    def allow(self, control: str, make: str = "Exempelkassa") -> None:
        """A control of a make only warns from now on."""
        self.book.set_level(Control(make, control, "warn"))

    def read(self, file: JournalFile | bytes) -> FileResult:
        """Read an export."""
        self._files += 1
        path = self.folder / f"uttag{self._files}.xml"
        if isinstance(file, JournalFile):
            file.write(path)
        else:
            path.write_bytes(file)
        return importer.import_file(self.store, path)

    def release(self) -> Released:
        return release(self.store, ZONE)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.store.database.query(sql)

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """The whole content of the till's tables of sales."""
        tables = ("receipt", "receipt_line", "receipt_payment", "z_report", "z_vat", "z_method", "cash_movement")
        return {table: self.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4") for table in tables}


@pytest.fixture
def new_counter(tmp_path: Path) -> Iterator[Callable[[], Counter]]:
    made: list[Counter] = []

    def make() -> Counter:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Counter(folder))
        made[-1].know()
        return made[-1]

    yield make
    for one in made:
        one.store.database.close()


@pytest.fixture
def counter(new_counter: Callable[[], Counter]) -> Counter:
    return new_counter()
