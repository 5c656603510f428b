"""Every command, as a script sees it: documented, one JSON document, an exit code that is the documented one.

Tells of `cli/main.py`, `cli/packing.py`, `cli/signing_in.py`.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from synccenter.cli.arguments import parser
from synccenter.cli.output import Exit
from synccenter.contract.options import options_of
from synccenter.posting.settings import Posting
from tests.places import PROJECT
from tests.worlds.program import started as jobsync

GUIDE = (PROJECT / "docs/KOMMANDORADEN.md").read_text(encoding="utf-8")


def commands(top: argparse.ArgumentParser, name: str = "jobsync") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its parser, acts included."""
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, sub in action.choices.items():
                yield from commands(sub, f"{name} {word}")
            return
    yield name, top


def test_every_command_and_option_is_in_the_guide() -> None:
    rows = [line.split(" | ")[0] for line in GUIDE.splitlines() if line.startswith("| `jobsync")]
    for name, command in commands(parser()):
        row = next((row for row in rows if re.match(rf"\| `{name}[ `]", row)), None)
        assert row, f"{name} is not in docs/KOMMANDORADEN.md"
        for action in command._actions:
            option = next((word for word in action.option_strings if word.startswith("--")), "--help")
            assert option == "--help" or option in row, f"{name} {option} is not in docs/KOMMANDORADEN.md"


def test_every_exit_code_is_in_the_guide() -> None:
    documented = {int(number) for number in re.findall(r"^\| (\d) \|", GUIDE, re.MULTILINE)}
    assert documented == {code.value for code in Exit}


STORY = (
    ("proof --z 1:1", Exit.OK),
    ("sync --dry-run", Exit.OK),
    ("sync --all", Exit.OK),
    ("sign-in", Exit.OK),
    ("update", Exit.OK),
    ("settings set general.log_days=80", Exit.OK),
    ("settings secret mail.password --delete", Exit.OK),
    ("ledger show 1-Z1", Exit.OK),
    ("ledger show 9-Z9", Exit.DIFFERENCE),
    ("ledger release 1-Z1", Exit.DIFFERENCE),
    ("ledger reverse 1-Z1 --note konto", Exit.DIFFERENCE),
    ("ledger resend 2-Z1 --insist", Exit.OK),
    ("ledger explain ändrat:1:1 --note provkörning", Exit.OK),
    ("ledger explain 1:900 --note provkörning", Exit.DIFFERENCE),
    ("ledger history", Exit.OK),
    ("proof --z 1:999", Exit.DIFFERENCE),
    ("demo --no-sync --receipts 5", Exit.OK),
    ("testmail", Exit.DIFFERENCE),
    ("month 2026-11", Exit.DIFFERENCE),
    ("month 9999-01", Exit.DIFFERENCE),
    ("support", Exit.OK),
    ("ledger restore", Exit.OK),
    ("settings set general.company=nej", Exit.OK),
    ("proof", Exit.DIFFERENCE),
)
"""What a consultant's script does to one shop, in this order, and the exit codes it gets."""


def test_every_command_answers_a_program_with_one_json_document(tmp_path: Path) -> None:
    assert jobsync(tmp_path, "demo", "--receipts", "20").returncode == 0
    for words, code in STORY:
        done = jobsync(tmp_path, "--json", *words.split())
        assert json.loads(done.stdout), words
        assert done.returncode == code, words + done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_the_columns_of_every_table_are_told_where_settings_are_described(tmp_path: Path) -> None:
    told = jobsync(tmp_path, "settings", "show", "--describe").stdout
    for option in options_of(Posting):
        if option.columns:
            columns = told.partition(f"posting.{option.name} =")[2].partition("posting.")[0]
            assert all(f"{one.name} ({one.label})" in columns for one in option.columns), option.name


def test_the_settings_list_the_companies_found_in_the_till(tmp_path: Path) -> None:
    assert "(saknas)" in jobsync(tmp_path, "settings", "show").stdout  # no till yet is no trouble
    assert jobsync(tmp_path, "demo", "--receipts", "5", "--no-sync").returncode == 0
    assert re.search(
        r"general\.company = –\n +1: Demobutiken AB, Storgatan 1\n", jobsync(tmp_path, "settings", "show").stdout
    )


@pytest.mark.parametrize("option", ["--days", "--receipts"])
@pytest.mark.parametrize("value", ["0", "-3", "många"])
def test_a_demo_of_nothing_is_refused(tmp_path: Path, option: str, value: str) -> None:
    done = jobsync(tmp_path, "demo", f"{option}={value}")
    assert done.returncode == Exit.USAGE
    assert "skriv ett tal från 1" in done.stderr
    assert not (tmp_path / "kassa.sqlite").exists()


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    """`jobsync settings show | head -1`, and a sync whose screen has gone still runs to its end."""
    assert jobsync(tmp_path, "demo", "--receipts", "20", "--no-sync").returncode == 0
    for words in (["settings", "show", "--describe"], ["sync"]):
        process = subprocess.Popen(
            [sys.executable, str(PROJECT / "jobsync.py"), "--data-dir", str(tmp_path), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=PROJECT,
        )
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        told = process.stderr.read().decode()
        process.wait(60)
        assert "Traceback" not in told
        assert "Broken" not in told
    assert len(list((tmp_path / "sie").glob("*.si"))) == 2


def test_what_was_never_done_by_hand_is_said_and_a_month_is_asked_for_as_a_month(tmp_path: Path) -> None:
    assert jobsync(tmp_path, "demo", "--no-sync", "--receipts", "5").returncode == Exit.OK
    assert jobsync(tmp_path, "ledger", "history").stdout == "Inget är gjort för hand.\n"
    for words in (("month", "2026-13"), ("proof", "--month", "nov")):
        said = jobsync(tmp_path, *words)
        assert said.returncode == Exit.USAGE
        assert f"skriv månaden som åååå-mm, inte ”{words[-1]}”" in said.stderr
    for code, told in (("D60", ("ledger", "explain", "1:57", "--note", "x")), ("D61", ("month", "9999-01"))):
        said = jobsync(tmp_path, *told)
        assert said.returncode == Exit.DIFFERENCE
        assert f"[{code}]" in said.stderr
    assert not (tmp_path / "Månadspaket").exists()
