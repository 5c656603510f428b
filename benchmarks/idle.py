"""What the program costs the till while nothing happens: CPU, wake-ups and memory of the real process with its icon.

    python -m benchmarks.idle [SECONDS]      (60; goal a minute: at most 10 ms CPU and 10 wake-ups, 55 MB)

The program runs on a virtual screen with the demo company and the default schedule, which has nothing to do. It is
measured from outside, by /proc, after 75 s of settling. Memory is what is the process's own and its share of what it
shares (PSS); on Linux the GTK libraries of the tray are among it, which Windows does not need: their part is measured
in a process that only shows an icon, and shown beside.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.ui import worlds
from tests.ui.desk import Desk, Program, gtk_for_this_python

SETTLE = 75.0
BARE = """
import gi, time
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk, GLib
icon = Gtk.StatusIcon.new_from_icon_name("document-open")
icon.set_visible(True)
GLib.MainLoop().run()
"""


def ticks(pid: int) -> tuple[float, int]:
    """(CPU milliseconds, wake-ups) of a process and all its threads so far."""
    cpu, wakes = 0.0, 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        cpu += int((thread / "schedstat").read_text().split()[0]) / 1e6
        for line in (thread / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                wakes += int(line.split()[1])
    return cpu, wakes


def memory(pid: int) -> dict[str, float]:
    """MB by kind."""
    rows = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:] if ":" in line
    )
    size = {name: int(value.split()[0]) / 1024 for name, value in rows.items()}
    return {
        "rss": round(size["Rss"], 1),
        "pss": round(size["Pss"], 1),
        "private": round(size["Private_Clean"] + size["Private_Dirty"], 1),
    }


def bare_icon(desk: Desk) -> dict[str, float]:
    """The memory of Python with GTK and an icon, and nothing of ours."""
    environment = {**desk.environment, "PYTHONPATH": str(gtk_for_this_python(desk.folder))}
    process = subprocess.Popen([sys.executable, "-c", BARE], env=environment, stderr=subprocess.DEVNULL)
    try:
        time.sleep(3)
        return memory(process.pid)
    finally:
        process.terminate()
        process.wait()


def idle(pid: int, seconds: float) -> dict[str, float]:
    """A minute's cost, and the memory."""
    before = ticks(pid)
    time.sleep(seconds)
    after = ticks(pid)
    return {
        "cpu_ms_per_minute": round((after[0] - before[0]) * 60 / seconds, 1),
        "wake_ups_per_minute": round((after[1] - before[1]) * 60 / seconds, 1),
        **memory(pid),
    }


def main(seconds: float) -> None:
    """Measure and print a line of JSON for each state."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = worlds.demo(Path(temporary) / "butik")
        desk = Desk()
        try:
            bare = bare_icon(desk)  # first: the font cache of a new home costs the first GTK program 50 MB
            program = Program(desk, folder)
            program.command("settings", "set", "schedule.mode=interval", "schedule.minutes=1440")
            time.sleep(SETTLE)
            print(json.dumps({"bare": "Python with GTK and an icon", **bare}))
            print(json.dumps({"since the start": "icon only", **idle(program.process.pid, seconds)}))
            program.again()  # shows the status window
            time.sleep(5)
            desk.x("key", "Escape")
            time.sleep(SETTLE / 2)
            print(json.dumps({"after": "a window that was shown and hidden", **idle(program.process.pid, seconds)}))
            program.stop()
        finally:
            desk.close()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
