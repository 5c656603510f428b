"""What the program costs the till while nothing happens, and how soon its icon is there: the real process on a screen.

    python -m benchmarks.idle [SECONDS]      (60)

The program runs on a virtual screen with the demo company and the default schedule, which has nothing to do. It is
measured from outside, by /proc, after 75 s of settling. Memory is what is the process's own and its share of what it
shares (PSS); on Linux the GTK libraries of the tray are among it, which Windows does not need: a process that only
shows an icon is the floor.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from tests.ui import worlds
from tests.ui.desk import Desk, Program, gtk_for_this_python

SETTLE = 75.0
STARTS = 5
BARE = """
import gi, time
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk, GLib
icon = Gtk.StatusIcon.new_from_icon_name("document-open")
icon.set_visible(True)
GLib.MainLoop().run()
"""


class Rest(Struct, frozen=True):
    """What a minute costs, and the memory in MB."""

    cpu_ms: float
    wake_ups: float
    memory: float


class AtRest(Struct, frozen=True):
    """What was measured. `start` is seconds until the icon is seen; `bare` the MB of Python with GTK and an icon."""

    start: float
    bare: float
    icon_only: Rest
    after_a_window: Rest


def _ticks(pid: int) -> tuple[float, int]:
    """(CPU milliseconds, wake-ups) of a process and all its threads so far."""
    cpu, wakes = 0.0, 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        cpu += int((thread / "schedstat").read_text().split()[0]) / 1e6
        for line in (thread / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                wakes += int(line.split()[1])
    return cpu, wakes


def _memory(pid: int) -> float:
    """The process's own and its share of what it shares (PSS)."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


def _bare_icon(desk: Desk) -> float:
    """The memory of Python with GTK and an icon, and nothing of ours."""
    environment = {**desk.environment, "PYTHONPATH": str(gtk_for_this_python(desk.folder))}
    process = subprocess.Popen([sys.executable, "-c", BARE], env=environment, stderr=subprocess.DEVNULL)
    try:
        time.sleep(3)
        return _memory(process.pid)
    finally:
        process.terminate()
        process.wait()


def _rest(pid: int, seconds: float) -> Rest:
    before = _ticks(pid)
    time.sleep(seconds)
    after = _ticks(pid)
    cpu, wakes = (late - early for early, late in zip(before, after, strict=True))
    return Rest(cpu * 60 / seconds, wakes * 60 / seconds, _memory(pid))


def _start(desk: Desk, folder: Path) -> tuple[float, Program]:
    """Start it; the seconds until its icon lies in the tray."""
    started = time.perf_counter()
    program = Program(desk, folder)
    while not desk.tray_icon():
        time.sleep(0.005)
    return time.perf_counter() - started, program


def measure(seconds: float = 60.0) -> AtRest:
    """Start it some times, leave it alone, look."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = worlds.demo(Path(temporary) / "butik")
        desk = Desk()
        try:
            _bare_icon(desk)  # the font cache of a new home costs the first GTK program 50 MB
            bare = _bare_icon(desk)
            took, program = _start(desk, folder)
            program.command("settings", "set", "schedule.mode=interval", "schedule.minutes=1440")
            starts = []
            for _ in range(STARTS):
                program.stop()
                while desk.tray_icon():
                    time.sleep(0.05)
                took, program = _start(desk, folder)
                starts.append(took)
            time.sleep(SETTLE)
            icon_only = _rest(program.process.pid, seconds)
            program.again()  # shows the status window
            time.sleep(5)
            desk.x("key", "Escape")
            time.sleep(SETTLE / 2)
            after = _rest(program.process.pid, seconds)
            program.stop()
            return AtRest(statistics.median(starts), bare, icon_only, after)
        finally:
            desk.close()


def main(seconds: float) -> None:
    """Measure and print."""
    found = measure(seconds)
    print(json.dumps(asdict(found), default=asdict, indent=1))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
