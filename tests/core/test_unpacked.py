"""The unpack folder of the one-file program: swept when it was left, never while it is used."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from synccenter.core import unpacked


def folder(parent: Path, name: str, *, mark: bool, age: float = 0.0) -> Path:
    made = parent / name
    made.mkdir(parents=True)
    (made / "python313.dll").write_bytes(b"MZ")
    if mark:
        (made / unpacked.MARK).touch()
    os.utime(made, (time.time() - age, time.time() - age))
    return made


def test_what_an_ended_program_left_is_removed(tmp_path: Path) -> None:
    own = folder(tmp_path, "_MEI1", mark=True)
    left = folder(tmp_path, "_MEI2", mark=True)
    old = folder(tmp_path, "_MEI3", mark=False, age=3600)
    other = folder(tmp_path, "annat", mark=False, age=3600)
    assert sorted(unpacked.sweep(own)) == [left, old]
    assert own.exists()
    assert other.exists()


def test_one_that_is_being_unpacked_is_left_alone(tmp_path: Path) -> None:
    own = folder(tmp_path, "_MEI1", mark=True)
    young = folder(tmp_path, "_MEI2", mark=False)
    assert unpacked.sweep(own) == []
    assert young.exists()


def test_one_whose_mark_is_held_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = folder(tmp_path, "_MEI1", mark=True)
    used = folder(tmp_path, "_MEI2", mark=True, age=3600)

    def held(_self: Path) -> None:  # what Windows answers
        raise PermissionError(13, "används av en annan process")

    monkeypatch.setattr(Path, "unlink", held)
    assert unpacked.sweep(own) == []
    assert used.exists()


def test_a_program_that_is_no_one_file_program_sweeps_nothing(tmp_path: Path) -> None:
    left = folder(tmp_path, "_MEI2", mark=True)
    assert unpacked.own_folder() is None
    unpacked.claim(None)
    assert unpacked.sweep(None) == []
    assert left.exists()


def test_a_claimed_folder_holds_the_mark(tmp_path: Path) -> None:
    own = folder(tmp_path, "_MEI1", mark=False)
    unpacked.claim(own)
    assert (own / unpacked.MARK).exists()
