"""A company with folders and a session, for the tests of the file connector."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from connectors.files import FileConnector
from connectors.formats.file_options import FileSettings
from synccenter.contract.connector import Secrets, Session
from synccenter.contract.model import Posting, Voucher
from synccenter.contract.values import decode
from tests.worlds.clock import Clock

ORG_NUMBER = "556334-3689"
NOW = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)


class NoSecrets(Secrets):
    """The file connector has none."""

    def get(self, name: str) -> str | None:
        raise AssertionError(name)

    def set(self, name: str, value: str) -> None:
        raise AssertionError(name)

    def delete(self, name: str) -> None:
        raise AssertionError(name)


class Shop:
    """Folders under one temporary folder, and connectors that use them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inward = root / "in"
        self.out = root / "ut"
        self.inward.mkdir(exist_ok=True)
        self.out.mkdir(exist_ok=True)
        self.clock = Clock(NOW)
        self.org_number = ORG_NUMBER
        self.cancel = threading.Event()
        self.guard: Callable[[], None] = lambda: None

    def connector(self, **values: Any) -> FileConnector:
        chosen = {"folder_in": str(self.inward), "folder_out": str(self.out)} | values
        return FileConnector(
            Session(
                settings=decode(FileSettings, chosen),
                company_name="Kåbe & Söner AB",
                org_number=self.org_number,
                fiscal_year_start=1,
                secrets=NoSecrets(),
                clock=self.clock,
                debug=lambda _text: None,
                folder=self.root,
                cancel=self.cancel,
                guard=self.check_guard,
            )
        )

    def check_guard(self) -> None:
        self.guard()

    def put(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        path = self.inward / name
        path.write_bytes(text.encode(encoding))
        return path

    def delivered(self) -> list[str]:
        return sorted(path.name for path in self.out.iterdir() if path.is_file())


def voucher(reference: str = "Z-1-17", amount: int = 12500) -> Voucher:
    return Voucher(
        reference,
        date(2026, 11, 24),
        "Z-rapport 17",
        (Posting(1910, amount, "Kontanter", cost_centre="Norr"), Posting(3001, -amount)),
        series="F",
    )
