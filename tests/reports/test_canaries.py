"""Canaries in the till: whatever breaks, no packet sings of a customer, and no log of a card."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.worlds.program import started as jobsync

PERSON = {
    "name": "Kanariefågel Ek",
    "org_number": "850312-9876",
    "address": "Kanariestigen 17",
    "postal_code": "987 65",
    "city": "Kanarieby",
    "email": "kanarie.ek@exempel.se",
    "phone": "070-765 43 21",
}
CARD, EAN = "4111111111111111", "7310865004703"
BREAKS = (
    "UPDATE customer_change SET active='{address}'",
    "UPDATE customer_change SET price_list=X'ff', at='{email}'",
    "UPDATE customer SET active='{phone}'",
    "UPDATE customer_change SET email=CAST('ny{email}' AS BLOB) || X'ff', phone=CAST('{phone}' AS BLOB) || X'ff'",
    "UPDATE customer_change SET active='Kanariestigen 17'",
    "UPDATE receipt SET at='{name}' WHERE number=2",
    "UPDATE receipt SET customer='{address}' WHERE number=3",
    "UPDATE receipt_line SET amount='{org_number}' WHERE receipt=4",
    "UPDATE customer_order SET customer='{name}'",
)


def planted(folder: Path) -> None:
    """Every customer is the same person, one who changed something, and a card's number in every free text."""
    assert jobsync(folder, "demo", "--no-sync", "--receipts", "8").returncode == 0
    database = sqlite3.connect(folder / "kassa.sqlite")
    for table in ("customer", "customer_change"):
        database.execute(f"UPDATE {table} SET {', '.join(f'{name}=?' for name in PERSON)}", tuple(PERSON.values()))
    for table, column in (("receipt_line", "text"), ("cash_movement", "reason"), ("article", "name")):
        database.execute(f"UPDATE {table} SET {column}=?", (f"Present {CARD}, {EAN}",))
    database.commit()
    database.close()


@pytest.mark.parametrize("statement", BREAKS)
def test_what_breaks_tells_nothing_of_anybody(tmp_path: Path, statement: str) -> None:
    planted(tmp_path)
    database = sqlite3.connect(tmp_path / "kassa.sqlite")
    database.execute(statement.format(**PERSON))
    database.commit()
    database.close()
    for words in (("sync",), ("check",), ("support",)):
        jobsync(tmp_path, *words)
    [packet] = (tmp_path / "Support").glob("*.zip")
    with zipfile.ZipFile(packet) as inside:
        told = {name: inside.read(name).decode() for name in inside.namelist()}
    assert any(name.startswith("loggar/") for name in told)
    for name, text in told.items():
        sung = [canary for canary in (*PERSON.values(), CARD) if canary.casefold() in text.casefold()]
        assert not sung, f"{name}: {sung}"
    for log in (tmp_path / "Loggar").iterdir():
        assert CARD not in log.read_text("utf-8-sig"), log.name
