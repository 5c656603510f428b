"""What every earlier release left on a shop's disk is taken over by this one, and nothing is sent again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
RELEASES = sorted(path for path in HERE.iterdir() if (path / "settings.toml").exists())


def jobsync(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "jobsync.py", "--data-dir", str(data), *words],
        cwd=HERE.parents[1], capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_there_is_something_to_take_over() -> None:
    assert "0.1.0" in [release.name for release in RELEASES]


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_settings_and_ledger_of_a_release_are_taken_over(release: Path, tmp_path: Path) -> None:
    data = tmp_path / "butik"
    shutil.copytree(release, data)
    settings = data / "settings.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("{folder}", str(data)), encoding="utf-8")
    (data / "sie").mkdir()
    shown = jobsync(data, "--json", "settings", "show")
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["files"]["folder_out"] == str(data / "sie")
    run = jobsync(data, "sync", "--all")
    assert run.returncode == 0, run.stdout + run.stderr
    assert list((data / "sie").glob("*.si")) == []  # both Z reports are in the ledger already
    proof = jobsync(data, "proof", "--day", "2026-11-02", "--no-books")
    assert proof.returncode == 0, proof.stdout
    assert "5 805,39" in proof.stdout.replace("\xa0", " ")
