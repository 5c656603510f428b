"""What the exe leaves out, nothing of ours needs: every module is imported without it, docstrings left out too."""

from __future__ import annotations

import subprocess
import sys

from tests.places import PROJECT
from tools.windows.contents import EXCLUDED_MODULES, modules

PROGRAM = """
import sys
blocked, wanted = sys.stdin.read().split("|")
for name in blocked.split():
    sys.modules[name] = None
for name in wanted.split():
    __import__(name)

import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.dialects.mssql.pyodbc
import requests, keyring.backend, PIL.Image, PIL.IcoImagePlugin, io, zeep
PIL.Image.new("RGBA", (16, 16)).save(io.BytesIO(), "ICO")
from synccenter.pages.paper import Sheet, Table, pdf
table = Table("Summa å", [("a", "1,00")], (0.5, 0.5), frozenset({1}), ("b", "c"), total=True)
assert b"Summa" in pdf("Z", [Sheet("Z-rapport", ["rad"], [table])])
"""
ON_THIS_SIDE = {"pystray._gtk", "pystray._xorg", "pystray._appindicator", "gi", "Xlib", "asyncio.unix_events"}
"""What pystray and asyncio use on Linux, where this test runs."""


def test_nothing_of_ours_needs_what_is_left_out() -> None:
    blocked = [name for name in EXCLUDED_MODULES if name not in ON_THIS_SIDE]
    wanted = ["jobsync", *modules(PROJECT, "synccenter"), *modules(PROJECT, "connectors")]
    ran = subprocess.run(
        [sys.executable, "-OO", "-c", PROGRAM], input=" ".join(blocked) + "|" + " ".join(wanted),
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
