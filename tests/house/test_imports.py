"""The start is kept short by counting what it loads: a clock would say something else on every machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import PROJECT

HEAVY = frozenset(
    {
        "asyncio",
        "cryptography",
        "email",
        "http.client",
        "http.server",
        "importlib.metadata",
        "jinja2",
        "keyring",
        "oauthlib",
        "openpyxl",
        "PIL",
        "psycopg",
        "pyodbc",
        "pystray",
        "requests",
        "schedule",
        "smtplib",
        "sqlalchemy",
        "ssl",
        "tenacity",
        "tkinter",
        "truststore",
        "urllib.request",
        "urllib3",
        "webbrowser",
        "xml.etree.ElementTree",
        "zeep",
    }
)
"""Loaded only by what uses it. Measured: requests 100 ms and 17 MB, SQLAlchemy 235 ms, keyring 143 ms, zeep 87 ms."""

MOST = 325
"""Modules loaded by the command line, ours and Python's: 323 with six systems and what they are asked."""


def loaded(words: list[str], folder: Path) -> set[str]:
    """The modules that a command has loaded when it is done."""
    program = (
        "import json, sys\n"
        "before = set(sys.modules)\n"
        "sys.argv = ['jobsync', *json.loads(sys.argv[1])]\n"
        "from jobsync import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write('LOADED ' + json.dumps(sorted(set(sys.modules) - before)))\n"
    )
    environment = os.environ | {"JOBSYNC_KEYCHAIN": f"file:{folder / 'valv.json'}", "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(words)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    _, found, tail = done.stderr.rpartition("LOADED ")
    assert found, done.stderr
    return set(json.loads(tail))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo shop, so that status has something to tell."""
    folder = tmp_path_factory.mktemp("butik")
    loaded(["--data-dir", str(folder), "demo", "--receipts", "20", "--no-sync"], folder)
    return folder


@pytest.mark.parametrize("words", [["--version"], ["status"], ["settings", "show"]], ids=" ".join)
def test_a_command_loads_only_what_it_needs(words: list[str], shop: Path) -> None:
    modules = loaded(["--data-dir", str(shop), *words], shop)
    assert sorted(modules & HEAVY) == []
    assert len(modules) <= MOST, f"{len(modules)} modules"


def test_a_sync_to_files_loads_nothing_of_the_web_nor_of_the_mail_server(shop: Path) -> None:
    modules = loaded(["--data-dir", str(shop), "--json", "sync"], shop)
    assert sorted(modules & HEAVY - {"email"}) == []
