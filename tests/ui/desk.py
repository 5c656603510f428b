"""A throw-away desktop: a virtual screen, a session bus, notifications, a window manager and a tray. Nothing is shared
with the user's own session, and every process is ended by its number."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image, ImageGrab

from tests.places import PROJECT
from tests.worlds.waiting import until

SPIES = Path(__file__).parent / "spies"
SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's, which has its own GTK bindings; the spies run in it."""

NEEDED = ("Xvfb", "xdotool", "trayer", "openbox", "dbus-daemon", "setxkbmap", "xwininfo", "xprop")


class Desk:
    """The screen and everything on it but the program."""

    def __init__(
        self, *, size: str = "1280x900", dpi: int = 96, dark: bool = False, tray: bool = True, manager: bool = True
    ) -> None:
        missing = [name for name in NEEDED if shutil.which(name) is None]
        assert not missing, f"paketen i tools/apt-packages.txt saknas: {missing}"
        self.folder = Path(tempfile.mkdtemp(prefix="desk-"))
        self.processes: list[subprocess.Popen[Any]] = []
        try:
            self._up(size, dpi, dark=dark, tray=tray, manager=manager)
        except BaseException:
            self.close()
            raise

    def _up(self, size: str, dpi: int, *, dark: bool, tray: bool, manager: bool) -> None:
        read, write = os.pipe()
        # Without -noreset a screen that its first client leaves starts anew under the next one.
        screen = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-dpi", str(dpi), "-noreset"]
        self.environment = dict(os.environ)
        self.start([*screen, "-nolisten", "tcp"], pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as answer:
            display = answer.readline().strip()
        self.environment |= {
            "DISPLAY": f":{display}",
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "LANG": "C.UTF-8",
            "GTK_THEME": "Adwaita:dark" if dark else "Adwaita",
            "NO_AT_BRIDGE": "0",
            "PATH": f"{self._opener()}:{os.environ['PATH']}",
        }
        subprocess.run(["setxkbmap", "se"], env=self.environment, check=True)  # åäö as keys
        self._bus()
        if manager:
            self.start(["openbox"])
        if tray:
            self.start_tray()

    def _opener(self) -> Path:
        """An xdg-open that only writes down what it was asked to open."""
        folder = self.folder / "bin"
        folder.mkdir()
        opener = folder / "xdg-open"
        opener.write_text(f'#!/bin/sh\necho "$1" >> "{self.folder}/opened"\n')
        opener.chmod(0o755)
        return folder

    def _bus(self) -> None:
        bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--print-address=1", "--nofork"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=self.environment,
        )
        self.processes.append(bus)
        assert bus.stdout
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        notifier = subprocess.Popen(
            [SYSTEM_PYTHON, str(SPIES / "notifications.py"), str(self.folder / "toasts")],
            stdout=subprocess.PIPE,
            text=True,
            env=self.environment,
        )
        self.processes.append(notifier)
        assert notifier.stdout
        notifier.stdout.readline()

    def start(self, command: list[str], **options: Any) -> subprocess.Popen[Any]:
        with (self.folder / f"{Path(command[0]).name}.err").open("ab") as errors:
            process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=errors, env=self.environment, **options
            )
        self.processes.append(process)
        return process

    def start_tray(self) -> subprocess.Popen[Any]:
        """The bar with the icons; starting it anew is what Explorer does when it has crashed."""
        bar = ["trayer", "--edge", "bottom", "--align", "right", "--widthtype", "request", "--heighttype", "pixel"]
        tray = self.start([*bar, "--height", "32", "--SetDockType", "true"])
        until(lambda: "0x" in self.run("xprop", "-root", "_NET_SUPPORTED") or True)
        time.sleep(0.3)
        return tray

    def run(self, *command: str) -> str:
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def tree(self) -> str:
        """All windows of the screen."""
        return self.run("xwininfo", "-root", "-tree")

    def tray_icon(self) -> tuple[str, int, int, int, int] | None:
        """(window, x, y, width, height) of the program's icon; None while there is none."""
        pattern = (
            r'(0x[0-9a-f]+) (?:"[^"]*"|\(has no name\)): \("jobsync\.py" "Jobsync\.py"\)'
            r"\s+(\d+)x(\d+)\S*\s+\+(-?\d+)\+(-?\d+)"
        )
        for window, width, height, x, y in re.findall(pattern, self.tree()):
            if 14 <= int(width) <= 40 and 14 <= int(height) <= 40 and int(x) > 0 and int(y) > 0:
                return window, int(x), int(y), int(width), int(height)
        return None

    def x(self, *words: object) -> str:
        """xdotool."""
        return self.run("xdotool", *(str(word) for word in words))

    def picture(self) -> Image.Image:
        return ImageGrab.grab(xdisplay=self.environment["DISPLAY"])

    def window_ids(self, name: str) -> list[str]:
        """The visible windows whose title begins like this."""
        return self.x("search", "--onlyvisible", "--name", f"^{name}").split()

    def toasts(self) -> list[dict[str, str]]:
        path = self.folder / "toasts"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    def opened(self) -> list[str]:
        path = self.folder / "opened"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def close(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            if process.stdout:
                process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def gtk_for_this_python(folder: Path) -> Path:
    """Debian's GTK bindings alone, made visible to this Python of the same version."""
    found = folder / "gi-path"
    found.mkdir(exist_ok=True)
    packages = Path("/usr/lib/python3/dist-packages")
    for name in ["gi", *(path.name for path in packages.glob("PyGObject*"))]:
        if not (found / name).exists():
            (found / name).symlink_to(packages / name)
    return found


class Program:
    """The real program, in a process of its own on a desk."""

    def __init__(self, desk: Desk, data: Path, extra: Mapping[str, str] | None = None) -> None:
        self.desk = desk
        self.data = data
        self.environment = {
            **desk.environment,
            "PYSTRAY_BACKEND": "gtk",
            "PYTHONPATH": f"{gtk_for_this_python(desk.folder)}:{PROJECT}",
            "JOBSYNC_KEYCHAIN": f"file:{desk.folder / 'keychain.json'}",
            **(extra or {}),
        }
        self.output = desk.folder / f"program-{time.monotonic_ns()}.out"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(PROJECT / "jobsync.py"), "--data-dir", str(data)],
                env=self.environment,
                cwd=desk.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        desk.processes.append(self.process)

    def again(self) -> int:
        """Start it a second time; what the second one says."""
        command = [sys.executable, str(PROJECT / "jobsync.py"), "--data-dir", str(self.data)]
        return subprocess.run(command, env=self.environment, timeout=30, check=False).returncode

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another command of the program on the same data folder."""
        command = [sys.executable, str(PROJECT / "jobsync.py"), "--data-dir", str(self.data), *words]
        return subprocess.run(command, env=self.environment, timeout=60, check=False, capture_output=True, text=True)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
