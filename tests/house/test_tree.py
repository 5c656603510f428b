"""The tree in ARKITEKTUR.md is the tree that is there."""

from __future__ import annotations

import ast
import subprocess

import pytest

from tests.places import PROJECT
from tools import make_tree

DOCUMENT = make_tree.DOCUMENT.read_text("utf-8")


def test_the_tree_in_the_document_is_the_tree_of_the_program() -> None:
    assert make_tree.written(DOCUMENT) == DOCUMENT, "kör python -m tools.make_tree"


TOP = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "benchmarks",
    "build.spec",
    "connectors",
    "docs",
    "icon.ico",
    "jobsync.py",
    "pyproject.toml",
    "synccenter",
    "tests",
    "tools",
}


def test_nothing_lies_at_the_top_but_what_the_house_is_made_of() -> None:
    """An exe that was started here once left itself unpacked, 40 MB, and was committed with the rest."""
    asked = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(asked, cwd=PROJECT, check=False, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("a copy without git: nobody can commit from it")
    assert {path.partition("/")[0] for path in listed.stdout.split("\0") if path} == TOP


def test_every_file_says_what_it_is() -> None:
    files = [path for folder in ("synccenter", "connectors") for path in (PROJECT / folder).rglob("*.py")]
    assert [path for path in files if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


def test_the_tree_has_every_room_and_every_file() -> None:
    names = [path for room in make_tree.rooms() for path in room.glob("*.py")]
    there = [path for folder in ("synccenter", "connectors") for path in (PROJECT / folder).rglob("*.py")]
    assert sorted(names) == sorted(there)
    assert all(f"`{path.name}`" in DOCUMENT for path in there if path.name != "__init__.py")


def test_the_picture_has_every_room() -> None:
    picture = DOCUMENT.partition("```\n jobsync.py")[2].partition("```")[0]
    rooms = [path.name for path in (PROJECT / "synccenter").iterdir() if (path / "__init__.py").exists()]
    assert [room for room in rooms if room not in picture] == ["locale"]
