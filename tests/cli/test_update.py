"""`jobsync update`: the same as the menu's *Byt till version …*.

Tells of `cli/updating.py`.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from synccenter import __version__
from synccenter.core import update
from tests.core.test_update import program, version
from tests.places import PROJECT


def jobsync(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "jobsync.py", "--data-dir", str(data), *words],
        cwd=PROJECT, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_a_newer_version_on_the_share_is_told_installed_and_taken_back(tmp_path: Path) -> None:
    exe = program(tmp_path / "Kassa" / "JobOffice Sync Center.exe", (0, 1, 0))
    share, data = tmp_path / "Delad på ön", tmp_path / "data"
    program(share / "ny.exe", (9, 1, 0))
    assert jobsync(data, "settings", "set", f"general.update_folder={share}").returncode == 0
    sha = hashlib.sha256((share / "ny.exe").read_bytes()).hexdigest()
    told = jobsync(data, "update", "--exe", str(exe), "--install")  # unsigned, and nobody has said that it is ours
    assert told.returncode != 0
    assert "[U01]" in told.stderr
    assert sha in told.stderr
    assert str(share / "ny.exe") in told.stdout
    assert version(exe) == "0.1.0"
    assert jobsync(data, "settings", "set", f"general.update_hashes={sha}").returncode == 0
    told = jobsync(data, "--json", "update", "--exe", str(exe))
    assert (json.loads(told.stdout)["version"], json.loads(told.stdout)["sha256"]) == ("9.1.0", sha)
    assert version(exe) == "0.1.0"
    assert jobsync(data, "update", "--exe", str(exe), "--install").returncode == 0
    assert version(exe) == "9.1.0"
    assert jobsync(data, "update", "--exe", str(exe), "--back").returncode == 0
    assert version(exe) == "0.1.0"
    [log] = (data / "Loggar").glob("JobOffice Sync Center 2*.log")
    assert "Bytt till version 9.1.0" in log.read_text(encoding="utf-8-sig")


def test_with_a_publisher_an_unsigned_file_is_refused_with_a_code(tmp_path: Path) -> None:
    exe = program(tmp_path / "Kassa" / "JobOffice Sync Center.exe", (0, 1, 0))
    program(exe.with_name("ny.exe"), (9, 1, 0))
    jobsync(tmp_path / "data", "settings", "set", "general.publisher=Butiksdata AB")
    told = jobsync(tmp_path / "data", "update", "--exe", str(exe), "--install")
    assert told.returncode != 0
    assert "[U01]" in told.stderr
    assert version(exe) == "0.1.0"


def test_the_newest_is_called_the_newest(tmp_path: Path) -> None:
    exe = program(tmp_path / "JobOffice Sync Center.exe", (0, 1, 0))
    told = jobsync(tmp_path / "data", "update", "--exe", str(exe))
    assert f"Version {__version__} är den nyaste" in told.stdout
    assert update.running() is None


def test_from_source_there_is_no_file_to_change(tmp_path: Path) -> None:
    told = jobsync(tmp_path / "data", "--json", "update")
    assert (told.returncode, json.loads(told.stdout)["version"]) == (0, "")
    for word in ("--install", "--back"):
        told = jobsync(tmp_path / "data", "update", word)
        assert told.returncode == 1, "3 vore att inställningarna måste rättas"
        assert "[D95]" in told.stderr
