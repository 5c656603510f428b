"""The real program in a process of its own, as a consultant starts it from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import requests

from tests.places import PROJECT

AT_MOST = 240
"""Seconds for a run; a busy machine takes its time."""


def command(folder: Path, *words: str) -> list[str]:
    """What is started."""
    return [sys.executable, str(PROJECT / "jobsync.py"), "--data-dir", str(folder), *words]


def surroundings(folder: Path) -> dict[str, str]:
    """Passwords lie in a file of the folder, and no browser is opened."""
    return {**os.environ, "PYTHONPATH": str(PROJECT), "JOBSYNC_KEYCHAIN": f"file:{folder}/valv.json", "BROWSER": "true"}


def started(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        command(folder, *words),
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=surroundings(folder),
        timeout=AT_MOST,
    )


def jobsync(folder: Path, *words: str, stdin: str = "") -> str:
    """What it printed; it must succeed."""
    done = started(folder, *words, stdin=stdin)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def sign_in(folder: Path) -> str:
    """`sign-in`, with a browser that signs in at once; what it said afterwards."""
    process = subprocess.Popen(
        command(folder, "sign-in"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env=surroundings(folder),
    )
    assert process.stdout
    said = [process.stdout.readline()]
    while not said[-1].startswith("http"):
        assert said[-1], "".join(said)
        said.append(process.stdout.readline())
    assert "Inloggningen är klar" in requests.get(said[-1].strip(), timeout=10).text
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0, rest
    return rest
