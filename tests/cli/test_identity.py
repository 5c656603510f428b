"""`jobsync identity …`: what the ledger knows of company and tills, and a person's answer (`cli/identifying.py`)."""

from __future__ import annotations

import json
from pathlib import Path

from synccenter.core.database import SQLite
from tests.worlds.program import started as jobsync


def change(folder: Path, *statements: str) -> None:
    database = SQLite(folder / "kassa.sqlite")
    for statement in statements:
        database.execute(statement)
    database.close()


def test_a_till_that_is_gone_is_told_and_answered(tmp_path: Path) -> None:
    assert jobsync(tmp_path, "demo", "--receipts", "20").returncode == 0
    shown = jobsync(tmp_path, "identity", "show")
    assert shown.returncode == 0
    assert "Demobutiken AB" in shown.stdout
    change(tmp_path, "DELETE FROM till WHERE id='2'")
    assert "[T04]" in jobsync(tmp_path, "sync").stderr + jobsync(tmp_path, "identity", "show").stderr
    told = json.loads(jobsync(tmp_path, "--json", "identity", "show").stdout)
    assert [problem["code"] for problem in told["changed"]] == ["T04"]
    assert jobsync(tmp_path, "identity", "till-closed", "9").returncode == 1
    assert jobsync(tmp_path, "identity", "till-closed", "2", "--note", "såld på auktion").returncode == 0
    assert "såld på auktion" in jobsync(tmp_path, "ledger", "history").stdout
    assert jobsync(tmp_path, "sync").returncode == 0


def test_a_till_renamed_by_command_goes_on(tmp_path: Path) -> None:
    assert jobsync(tmp_path, "demo", "--receipts", "20").returncode == 0
    tables = ("receipt", "receipt_line", "receipt_payment", "z_report", "z_vat", "z_method", "cash_movement",
              "gift_card", "customer_order", "customer_order_line")  # fmt: skip
    change(
        tmp_path, "UPDATE till SET id='01' WHERE id='1'", *(f"UPDATE {t} SET till='01' WHERE till='1'" for t in tables)
    )
    assert jobsync(tmp_path, "sync").returncode == 1
    done = jobsync(tmp_path, "identity", "till-renamed", "1", "01")
    assert "följer med" in done.stdout
    assert jobsync(tmp_path, "sync").returncode == 0
    assert len(list((tmp_path / "sie").glob("*.si"))) == 2
