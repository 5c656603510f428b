"""The main job from the command line, as someone does who only has the README.

Tells of `cli/demoing.py`, `cli/running.py`, `cli/settling.py`, `cli/ledgering.py`, and of `run/dryrun.py`.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from synccenter.core.database import SQLite
from tests.cli.recount import booked, expected
from tests.places import PROJECT
from tests.worlds.program import started as jobsync

SHARED = PROJECT / "../shared"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo day, synced once; tests that change it take a copy."""
    folder = tmp_path_factory.mktemp("Åkes butik på hörnet")
    done = jobsync(folder, "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    database = SQLite(folder / "kassa.sqlite", read_only=True)
    try:
        return database.query(sql)
    finally:
        database.close()


def test_the_demo_books_a_day_and_proves_it(day: Path) -> None:
    done = jobsync(day, "proof")
    assert done.returncode == 0
    assert "Varje öre är förklarad." in done.stdout
    files = list((day / "sie").glob("*.si"))
    assert len(files) == 2
    assert booked(files) == expected(day / "kassa.sqlite")


@pytest.mark.parametrize("unit", ["z", "receipt", "day"])
def test_every_account_is_what_the_tills_tables_say(tmp_path: Path, unit: str) -> None:
    assert jobsync(tmp_path, "settings", "set", f"posting.unit={unit}").returncode == 0
    assert jobsync(tmp_path, "demo", "--receipts", "60", "--days", "2", "--seed", "3").returncode == 0
    files = list((tmp_path / "sie").glob("*.si"))
    assert booked(files) == expected(tmp_path / "kassa.sqlite", unclosed=unit == "receipt")


def test_the_log_reads_like_a_good_day(day: Path) -> None:
    content = next((day / "Loggar").glob("JobOffice Sync Center 2*.log")).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.replace("\r\n", "").count("\n") == 0
    assert "FEL!" not in text
    assert "Demobutiken AB" in text
    section = text.split("Synkronisera förändringar")[1].split("----")[-1]
    assert "skillnad 0,00 kr" in text
    assert len(section.splitlines()) < 15


def test_a_second_run_says_that_nothing_was_new(day: Path) -> None:
    done = jobsync(day, "sync")
    assert done.returncode == 0
    assert done.stdout.startswith("Inget nytt.")


def test_json_is_json_and_nothing_else(day: Path) -> None:
    for words in (["status"], ["proof"], ["check"], ["sync"], ["settings", "show"], ["ledger", "list"]):
        done = jobsync(day, "--json", *words)
        assert done.returncode == 0, words
        json.loads(done.stdout)
        assert done.stderr == ""


def test_the_same_seed_gives_the_same_day_and_a_second_call_adds_days(tmp_path: Path) -> None:
    for name in ("en", "två"):
        assert jobsync(tmp_path / name, "demo", "--receipts", "30", "--seed", "7", "--no-sync").returncode == 0
    rows = "SELECT * FROM receipt_line ORDER BY till, receipt, row"
    assert query(tmp_path / "en", rows) == query(tmp_path / "två", rows)
    assert not (tmp_path / "en" / "kassa.sqlite.ledger.sqlite").exists() or not list((tmp_path / "en/sie").iterdir())
    assert jobsync(tmp_path / "en", "demo", "--days", "2", "--receipts", "30").returncode == 0
    assert query(tmp_path / "en", "SELECT COUNT(DISTINCT business_date) FROM z_report") == [(3,)]


def test_a_demo_in_any_folder_works_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert jobsync(Path("min demo"), "demo", "--receipts", "20").returncode == 0
    (tmp_path / "annanstans").mkdir()
    monkeypatch.chdir(tmp_path / "annanstans")
    assert jobsync(Path("../min demo"), "demo", "--receipts", "20").returncode == 0
    assert len(list((tmp_path / "min demo" / "sie").glob("*.si"))) == 4
    assert list((tmp_path / "annanstans").iterdir()) == []


def test_the_icon_without_its_libraries_or_a_screen_is_a_sentence_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    done = jobsync(tmp_path)
    assert "[S91]" in done.stdout + done.stderr
    (tmp_path / "PIL.py").write_text("raise ModuleNotFoundError(name='PIL')")
    monkeypatch.setenv("DISPLAY", ":9")
    start = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(PROJECT)!r}]; import jobsync;"
    start += f" sys.argv[1:] = ['--data-dir', {str(tmp_path)!r}]; sys.exit(jobsync.main())"
    command = [sys.executable, "-c", start]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "make start" in said
    assert "[S90]" in said
    assert "Traceback" not in said


@pytest.mark.shared
def test_the_real_article_register_is_taken_whole(tmp_path: Path) -> None:
    register = SHARED / "data" / "real-article-register.csv"
    done = jobsync(tmp_path, "demo", "--receipts", "60", "--articles", str(register))
    assert done.returncode == 0, done.stdout + done.stderr
    with register.open(encoding="cp1252", newline="") as file:
        real = {row["nr"]: row for row in csv.DictReader(file)}
    taken = dict(query(tmp_path, "SELECT number, price FROM article WHERE active=1"))
    assert taken.keys() == real.keys()
    assert all(taken[number] == round(float(row["Prisinklmoms"]) * 100) for number, row in real.items())
    deposits = dict(query(tmp_path, "SELECT number, deposit FROM article WHERE deposit>0"))
    assert len(deposits) == sum(bool(row["Pant"]) for row in real.values())
    rates = dict(query(tmp_path, "SELECT number, vat_rate FROM article"))
    assert {rates[number] for number, row in real.items() if row["Varugrupp"].startswith("Alkoholfritt")} == {6}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small day of its own."""
    assert jobsync(tmp_path, "demo", "--receipts", "20").returncode == 0
    return tmp_path


def test_proof_has_exit_code_1_when_the_books_differ_by_an_ore(shop: Path) -> None:
    database = SQLite(shop / "kassa.sqlite")
    database.execute("UPDATE z_report SET total=total+1 WHERE till='1'")
    database.close()
    done = jobsync(shop, "proof", "--z", "1:1")
    assert done.returncode == 1
    assert "0,01" in done.stdout
    assert jobsync(shop, "proof", "--z", "2:1").returncode == 0


def test_settings_are_shown_set_and_refused_with_a_sentence(shop: Path) -> None:
    assert jobsync(shop, "settings", "set", "posting.unit=receipt", "general.log_days=30").returncode == 0
    shown = jobsync(shop, "settings", "show").stdout
    assert "posting.unit = receipt" in shown
    refused = jobsync(shop, "settings", "set", "general.log_days=många")
    assert refused.returncode == 1
    assert refused.stderr.startswith("FEL! ")
    assert "heltal" in refused.stderr
    assert "I03" in jobsync(shop, "settings", "set", "general.finns_inte=1").stderr


def test_a_secret_comes_from_standard_input_and_is_never_shown(shop: Path) -> None:
    assert jobsync(shop, "settings", "secret", "mail.password", stdin="hemligt-lösen-123\n").returncode == 0
    shown = jobsync(shop, "settings", "show")
    assert "(sparad)" in shown.stdout
    everything = shown.stdout + "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in shop.rglob("*")
        if path.suffix in {".log", ".toml"}
    )
    assert "hemligt-lösen-123" not in everything


def test_a_dry_run_shows_the_vouchers_and_changes_nothing(tmp_path: Path) -> None:
    assert jobsync(tmp_path, "demo", "--receipts", "20", "--no-sync").returncode == 0
    done = jobsync(tmp_path, "sync", "--dry-run")
    assert done.returncode == 0
    assert "Z-rapport 1 kassa 1" in done.stdout
    assert "1686 debet" in done.stdout
    assert list((tmp_path / "sie").glob("*.si")) == []
    assert query(tmp_path, "SELECT COUNT(*) FROM article") == [(0,)]
    assert "Inget väntar" in jobsync(tmp_path, "ledger", "list").stdout


def test_ledger_commands_work_by_hand(shop: Path) -> None:
    assert "1686" in jobsync(shop, "ledger", "show", "1-Z1").stdout
    refused = jobsync(shop, "ledger", "resend", "1-Z1")
    assert refused.returncode == 1
    assert "S15" in refused.stderr
    assert jobsync(shop, "ledger", "resend", "1-Z1", "--insist", "--note", "filen kom bort").returncode == 0
    assert jobsync(shop, "sync").returncode == 0
    assert len(list((shop / "sie").glob("*R2*"))) == 1
    assert "filen kom bort" in jobsync(shop, "ledger", "history").stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [(["sync", "--hela"], 2), (["nonsens"], 2), (["proof", "--day", "igår"], 2), ([], 0), (["--version"], 0)],
)
def test_usage_errors_have_code_2(tmp_path: Path, words: Sequence[str], code: int) -> None:
    if words:
        assert jobsync(tmp_path, *words).returncode == code


def test_a_missing_till_says_what_to_do(tmp_path: Path) -> None:
    done = jobsync(tmp_path, "sync")
    assert done.returncode != 0
    assert "Kassans databas finns inte" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
