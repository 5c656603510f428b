"""Reproducible: the second build goes on beside the other tests and is compared last, and so is the folder build."""

from __future__ import annotations

from pathlib import Path

from tests.exe.conftest import Build
from tests.exe.desk import EXE, NAME
from tools.windows.inspect_exe import listing


def test_two_builds_have_the_same_contents(exe: Path, second_build: Build) -> None:
    second_build.wait()
    assert listing(second_build.folder / EXE) == listing(exe)


def test_the_folder_build_has_the_same_contents(exe: Path, second_build: Build) -> None:
    second_build.wait()
    assert listing(second_build.folder / NAME) == listing(exe)
