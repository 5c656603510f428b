"""A company with folders and a session, for the tests of the file connector."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from connectors.files import FileConnector
from connectors.formats.file_options import FileSettings
from synccenter.contract.model import Posting, Voucher
from synccenter.contract.values import decode
from tests.worlds.session import Surroundings

ORG_NUMBER = "556334-3689"
NOW = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)


class Shop:
    """Folders under one temporary folder, and connectors that use them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inward = root / "in"
        self.out = root / "ut"
        self.inward.mkdir(exist_ok=True)
        self.out.mkdir(exist_ok=True)
        self.world = Surroundings(root)
        self.world.company_name = "Kåbe & Söner AB"
        self.world.clock.now = NOW
        self.clock = self.world.clock
        self.cancel = self.world.cancel
        self.org_number = ORG_NUMBER
        self.guard: Callable[[], None] = lambda: None

    def connector(self, **values: Any) -> FileConnector:
        self.world.org_number = self.org_number
        chosen = {"folder_in": str(self.inward), "folder_out": str(self.out), "price_vat": "included"} | values
        return FileConnector(replace(self.world.session(decode(FileSettings, chosen)), guard=self.check_guard))

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
