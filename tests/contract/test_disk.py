"""A file is written whole or not at all, whatever happens in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from synccenter.contract.disk import write_atomically

WRITER = """
import sys
from pathlib import Path
from synccenter.contract.disk import write_atomically
path, number = Path(sys.argv[1]), 0
while True:
    number += 1
    write_atomically(path, (str(number) * 20_000).encode())
    if number == 1:
        print("skriver", flush=True)
"""


@pytest.mark.slow
def test_kill_9_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("0" * 20_000)
    for round_ in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline(), "it writes, however long it took to start"
        time.sleep(0.013 * round_)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        text = path.read_text()
        number = text[: len(text) // 20_000]
        assert text == number * 20_000
    assert int(number) > 0


def test_an_atomic_write_that_fails_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "fil"
    write_atomically(path, b"gammal")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        write_atomically(path, b"ny")
    assert path.read_bytes() == b"gammal"
    assert list(tmp_path.iterdir()) == [path]


def test_a_scanner_that_holds_the_file_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refusals = Path.replace, [PermissionError(13, "Åtkomst nekad")] * 2

    def replace(self: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    write_atomically(tmp_path / "fil", b"ny")
    assert (tmp_path / "fil").read_bytes() == b"ny"


def test_what_the_system_refuses_is_told_by_the_name_that_a_person_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.toml"
    with pytest.raises(FileNotFoundError) as refused:
        write_atomically(tmp_path / "borta" / "settings.toml", b"x")
    assert refused.value.filename == str(tmp_path / "borta" / "settings.toml")

    def no(*_paths: object) -> None:
        raise OSError(28, "No space left on device", ".settings.toml.1-2.tmp", None, str(path))

    monkeypatch.setattr("synccenter.contract.disk._replace", no)
    with pytest.raises(OSError, match="No space left") as full:
        write_atomically(path, b"x")
    assert (full.value.errno, full.value.filename, full.value.filename2) == (28, str(path), None)
    assert not list(tmp_path.glob(".settings*")), "nothing is left beside it"


def test_a_disk_where_nothing_can_be_written_is_told_by_the_name_that_a_person_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*names: object, **_: object) -> None:
        raise OSError(30, os.strerror(30), str(names[0]))

    path = tmp_path / "settings.toml"
    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(OSError, match="Read-only") as told:
        write_atomically(path, b"ny")
    assert told.value.filename == str(path)
