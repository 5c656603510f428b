"""A till's file that is not what it should be: whatever is asked, the same is said, and it is said by its name.

Tells of `till/probe.py`, `check/preflight.py`, `run/dryrun.py`, and how `proof` counts receipts.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors import REGISTRY
from synccenter.cli import main
from synccenter.cli.output import Exit
from synccenter.till.schema import CONTRACT
from tests.ui.worlds import no_tray

Damage = Callable[[Path], object]


def sql(*statements: str) -> Damage:
    """Change the till as whoever keeps its database might."""

    def do(till: Path) -> None:
        with sqlite3.connect(till) as database:
            for statement in statements:
                database.execute(statement)
        database.close()

    return do


def emptied(till: Path) -> None:
    till.write_bytes(b"")


def another_programs(till: Path) -> None:
    till.unlink()
    sql("CREATE TABLE bookmarks (url TEXT)", "INSERT INTO bookmarks VALUES ('https://x.se')")(till)


def a_folder(till: Path) -> None:
    till.unlink()
    till.mkdir()


_HALF = ("receipt_line", "z_vat", "z_method", "cash_movement", "gift_card", "article", "barcode", "price")

FILES: dict[str, tuple[Damage, str]] = {
    "empty": (emptied, "K01"),
    "another program's": (another_programs, "K01"),
    "half of the tables": (sql(*(f"DROP TABLE {table}" for table in _HALF)), "K01"),
    "no company table": (sql("DROP TABLE company"), "K01"),
    "a column gone": (sql("ALTER TABLE receipt RENAME COLUMN number TO nummer"), "K02"),
    "a view of what is gone": (
        sql(
            "ALTER TABLE receipt RENAME TO own",
            "CREATE VIEW receipt AS SELECT * FROM own",
            "PRAGMA legacy_alter_table=ON",
            "ALTER TABLE own RENAME TO other",
        ),
        "K20",
    ),
    "one byte": (lambda till: till.write_bytes(b"x"), "D63"),
    "text": (lambda till: till.write_text("Artikel;Pris\n1;10\n"), "D63"),
    "a folder": (a_folder, "D62"),
    "gone": (Path.unlink, "D01"),
    "no company": (sql("DELETE FROM company"), "I09"),
}

ASKED = (
    "status",
    "proof",
    "sync",
    "sync --dry-run",
    "giftcards",
    "month 2026-11",
    "till export {}/x.sie --month 2026-11",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A company that trades, and whose till can be damaged."""
    monkeypatch.setenv("JOBSYNC_KEYCHAIN", f"file:{tmp_path}/valv.json")
    assert run(tmp_path, "demo") == Exit.OK
    capsys.readouterr()
    return tmp_path


def run(folder: Path, *words: str) -> int:
    return main.run(REGISTRY, ["--data-dir", str(folder), *words], no_tray)


@pytest.mark.parametrize("file", FILES)
def test_every_command_says_what_is_wrong_with_the_tills_file(
    folder: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    damage, code = FILES[file]
    damage(folder / "kassa.sqlite")
    for command in ASKED:
        assert run(folder, *command.format(folder).split()) != Exit.OK, command
        told = capsys.readouterr()
        said = [row for row in (told.out + told.err).splitlines() if "FEL!" in row]
        assert said, command
        assert all(row.endswith(f"[{code}]") for row in said), f"{command}: {said}"
        assert len(set(said)) == len(said), f"{command} says it twice: {said}"


@pytest.mark.parametrize("file", FILES)
def test_the_check_says_it_as_a_finding_and_blames_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    damage, code = FILES[file]
    damage(folder / "kassa.sqlite")
    assert run(folder, "--json", "check") == Exit.REFUSED
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    red = [one for one in found if one["severity"] == "red"]
    assert {(one["title"], one["problem"]["code"]) for one in red} == {("Kassans databas", code)}
    assert any(one["severity"] == "green" for one in found), "the other steps are shown too"


def test_status_names_every_table_that_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emptied(folder / "kassa.sqlite")
    run(folder, "status")
    told = capsys.readouterr().err
    assert all(table.name in told for table in CONTRACT)


def test_a_ledger_is_not_laid_beside_what_is_no_till(folder: Path) -> None:
    for path in folder.glob("*.ledger.sqlite*"):
        path.unlink()
    another_programs(folder / "kassa.sqlite")
    before = (folder / "kassa.sqlite").read_bytes()
    for command in ("status", "proof", "sync"):
        run(folder, command)
    assert not (folder / "kassa.sqlite.ledger.sqlite").exists()
    assert (folder / "kassa.sqlite").read_bytes() == before


def test_a_question_of_ours_that_is_wrong_is_still_our_bug(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(main.COMMANDS, "status", lambda shop, *_: shop.till.query("SELECT * FROM finns_inte"))
    run(folder, "status")
    assert "[D04]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ((), "Kassa 2: inga kvitton."),
        (("finished",), "Kassa 2: 1 avslutat kvitto."),
        (("cancelled",), "Kassa 2: inga avslutade kvitton, 1 avbrutet."),
        (("voided", "parked", "finished", "finished"), "Kassa 2: 2 avslutade kvitton, 1 parkerat, 1 felslag."),
    ],
)
def test_receipts_are_counted_in_swedish(
    folder: Path, capsys: pytest.CaptureFixture[str], states: tuple[str, ...], said: str
) -> None:
    named = [f"UPDATE receipt SET state='{state}' WHERE till='2' AND number={n}" for n, state in enumerate(states, 1)]
    sql(f"DELETE FROM receipt WHERE till='2' AND number>{len(states)}", *named)(folder / "kassa.sqlite")
    run(folder, "proof")
    assert said in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(("copy", "code"), [(True, "I01"), (False, "I11")])
def test_settings_that_cannot_be_read_are_said_by_status_as_by_the_icon(
    folder: Path, capsys: pytest.CaptureFixture[str], copy: bool, code: str
) -> None:
    (folder / "settings.toml").write_bytes(b"[general")
    if not copy:
        (folder / "settings.bak.toml").unlink()
    assert run(folder, "--json", "status") == Exit.DIFFERENCE
    assert code in {one["code"] for one in json.loads(capsys.readouterr().out)["problems"]}
