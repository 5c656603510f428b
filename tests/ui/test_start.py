"""What the program loads until its icon is there: counted, since a clock would say something else on every machine."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.ui import worlds
from tests.ui.desk import Desk, Program
from tests.worlds.waiting import until

pytestmark = pytest.mark.screen

LATER = {
    "cryptography",
    "jinja2",
    "keyring",
    "lxml",
    "oauthlib",
    "openpyxl",
    "psycopg",
    "pyodbc",
    "requests",
    "smtplib",
    "sqlalchemy",
    "sv_ttk",
    "tkinter",
    "truststore",
    "urllib3",
    "zeep",
}
"""Not before a window is opened, a mail is sent or a business system is spoken with. Tk alone is 18 MB."""

MOST = 510
"""Modules of ours, of Python's and of the icon (pystray, Pillow, GTK's bindings); 501 with six systems."""

LINE = re.compile(r"import time:\s+\d+ \|\s+\d+ \| +(\S+)")


def test_only_what_the_icon_needs_is_loaded_at_the_start(desk: Desk, tmp_path: Path) -> None:
    program = Program(desk, worlds.demo(tmp_path / "butik", days=1), {"PYTHONPROFILEIMPORTTIME": "1"})
    try:
        until(desk.tray_icon, what="ikonen")
        time.sleep(3)  # what begins after the icon counts too
        loaded = set(LINE.findall(program.output.read_text(encoding="utf-8")))
    finally:
        program.stop()
    assert "pystray" in loaded
    assert sorted(LATER & loaded) == []
    assert len(loaded) <= MOST, f"{len(loaded)} modules"
