"""The Windows corner: what it does here, and what it asks Windows to do there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from synccenter.core import autostart, windows
from synccenter.core.autostart import Autostart

PATHS = {"PYTHONPATH": os.pathsep.join(sys.path)}


def test_autostart_is_a_file_that_starts_the_program_with_blanks_and_aao(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert autostart.autostart() is Autostart.OFF
    autostart.set_autostart(on=True, command=["/opt/Åsas program/jobsync", '100 % "rätt" $HOME `x` \\'])
    assert autostart.autostart() is Autostart.ON
    entry = (tmp_path / "autostart" / "joboffice-sync-center.desktop").read_text(encoding="utf-8")
    line = next(row.removeprefix("Exec=") for row in entry.splitlines() if row.startswith("Exec="))
    unescaped = line.replace("\\\\", "\\").replace("%%", "%")  # the two layers of the desktop entry format
    said = subprocess.run(["sh", "-c", f"printf '%s\\n' {unescaped}"], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == ["/opt/Åsas program/jobsync", '100 % "rätt" $HOME `x` \\']
    autostart.set_autostart(on=False)
    autostart.set_autostart(on=False)
    assert autostart.autostart() is Autostart.OFF


def test_the_command_starts_this_program_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["jobsync.py", "--x"])
    assert windows.program() == [sys.executable, str(Path("jobsync.py").resolve())]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert windows.program() == [sys.executable]


def test_the_data_folder_follows_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert windows.data_folder() == tmp_path / "JobOffice Sync Center"


def test_what_is_only_for_windows_is_harmless_elsewhere() -> None:
    program = (
        "import sys; from synccenter.core import autostart, windows\n"
        "windows.be_dpi_aware(); windows.set_identity(); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=PATHS)
    assert not {"ctypes", "winreg", "msvcrt"} & set(done.stdout.split())


def test_folder_and_log_are_opened_with_the_persons_own_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" >> "{ran}"\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    windows.show_folder(tmp_path, tmp_path / "JobOffice Sync Center 2026-11-24.log")
    windows.open_text(tmp_path / "Åsas logg.log")
    wanted = {str(tmp_path), str(tmp_path / "Åsas logg.log")}
    until = time.monotonic() + 10
    while not (ran.exists() and set(ran.read_text().splitlines()) == wanted) and time.monotonic() < until:
        time.sleep(0.01)
    assert set(ran.read_text().splitlines()) == wanted


def test_an_appended_write_lands_at_the_end_whatever_others_do(tmp_path: Path) -> None:
    path = tmp_path / "logg"
    first, second = windows.open_append(path), windows.open_append(path)
    os.write(first, b"ett ")
    os.write(second, b"tva ")
    os.write(first, b"tre")
    os.close(first)
    os.close(second)
    assert path.read_bytes() == b"ett tva tre"
