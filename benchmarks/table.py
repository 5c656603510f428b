"""Writes docs/PRESTANDA.md: the table with the machine named, and the profiles that stand in benchmarks/PROFILER.md."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.cases import Row
from benchmarks.measure import ROOT

INTRODUCTION = (
    "Skriven av `make bench`; ändra inte för hand. Varje rad är medianen av {rounds} omgångar där golvet och "
    "programmet körts växelvis på samma dator. *Golvet* är det minsta som Python kan göra för samma sak: `requests`, "
    "`orjson` och en upsert per rad (`benchmarks/floor.py`)."
)


def write(rows: Sequence[Row], rounds: int) -> None:
    """The whole document, from the rows."""
    marks = {True: "ja", False: "**nej**", None: ""}
    lines = [
        "# Prestanda",
        "",
        INTRODUCTION.format(rounds=rounds),
        "",
        f"**Datorn:** {machine()}. Mätt {datetime.now(UTC):%Y-%m-%d}, belastning {_load()} vid slutet.",
        "",
        "| Vad | Golvet | JobOffice Sync Center | Mål | Nått |",
        "|---|---|---|---|---|",
        *(f"| {row.what} | {row.floor} | {row.ours} | {row.goal} | {marks[row.kept]} |" for row in rows),
        "",
        (ROOT / "benchmarks" / "PROFILER.md").read_text(encoding="utf-8").strip(),
        "",
    ]
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "PRESTANDA.md").write_text("\n".join(lines), encoding="utf-8")


def machine() -> str:
    """System, processor, cores, Python and SQLite."""
    info = Path("/proc/cpuinfo")
    told = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in told if line.startswith("model name")]
    return (
        f"{platform.system()} {platform.machine()}, {names[0] if names else 'okänd processor'}, "
        f"{os.cpu_count()} kärnor, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "okänd"
