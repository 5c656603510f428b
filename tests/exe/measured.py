"""The start and the memory of the exe on a Wine desk: measured, kept in build/exe-measured.json.

python -m tests.exe.measured [ROUNDS]     the figures of docs/EXE.md, on a machine that does nothing else
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import sys
import time
from pathlib import Path
from typing import NamedTuple

from tests.exe.desk import EXE, Desk, windows_path
from tests.places import PROJECT

FILE = PROJECT / "build" / "exe-measured.json"
TICKS = os.sysconf("SC_CLK_TCK")


class Figures(NamedTuple):
    """One start: seconds until the icon is seen, seconds of processor until then, MB of each process a while later."""

    seconds: float
    processor: float
    memory: list[float]


def look_at_the_start(desk: Desk, exe: Path) -> Figures:
    """Start it once for the disk's cache and once for the figures; it runs on."""
    desk.double_click(exe)
    desk.leave()
    seconds = desk.double_click(exe)
    worked = sum(processor_seconds(process) for process in desk.processes())
    time.sleep(3)
    figures = Figures(round(seconds, 2), round(worked, 2), [memory_of(process) for process in desk.processes()])
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(figures._asdict() | {"load": os.getloadavg()[0]}), encoding="utf-8")
    return figures


def processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_of(process: int) -> float:
    """MB, pages that several programs share counted once among them."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    assert found
    return round(int(found.group(1)) / 1024, 1)


def main(rounds: int) -> None:
    """Measure dist/JobOffice Sync Center.exe with the demo company, and print."""
    desk = Desk()
    try:
        exe = desk.prefix / "drive_c" / "Kassan" / EXE
        exe.parent.mkdir()
        shutil.copy(PROJECT / "dist" / EXE, exe)
        desk.wine(str(exe), "--data-dir", windows_path(desk.data), "demo", "--no-sync")
        found = []
        for _ in range(rounds):
            found.append(look_at_the_start(desk, exe))
            print(*found[-1], f"load {os.getloadavg()[0]:.2f}")
            desk.leave()
        for name, values in (
            ("seconds to the icon", [one.seconds for one in found]),
            ("processor seconds", [one.processor for one in found]),
            ("MB in all", [sum(one.memory) for one in found]),
        ):
            print(f"{name}: median {statistics.median(values):.2f}, {min(values):.2f} to {max(values):.2f}")
    finally:
        desk.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5)
