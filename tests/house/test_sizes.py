"""Files and functions small enough to hold in the head, and statements where they belong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.places import PROJECT

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
MEDIAN_FILE = 180

FOLDERS = ("synccenter", "connectors", "tests", "tools", "benchmarks")
FILES = sorted(
    [PROJECT / "jobsync.py", *(path for folder in FOLDERS for path in (PROJECT / folder).rglob("*.py"))],
    key=lambda path: path.as_posix(),
)
OURS = [path for path in FILES if "node_modules" not in path.parts]

STATEMENT = re.compile(
    r"\s*(SELECT |INSERT INTO |UPDATE \w+ SET |DELETE FROM |CREATE (TABLE|INDEX|UNIQUE) |ALTER TABLE )"
)
SQL_LIVES_IN = (
    "synccenter/till/",
    "synccenter/tillfiles/",
    "synccenter/journal/",
    "synccenter/core/dialects.py",
    "synccenter/core/sqlite.py",
    "synccenter/core/server.py",
)


def name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_file_is_too_long() -> None:
    assert {name(path): lines(path) for path in OURS if lines(path) > LONGEST_FILE} == {}


def test_half_of_the_program_s_files_are_short() -> None:
    assert median(lines(path) for path in OURS if name(path).startswith(("synccenter", "connectors"))) <= MEDIAN_FILE


@pytest.mark.parametrize("folder", ["jobsync.py", *FOLDERS])
def test_no_function_is_too_long(folder: str) -> None:
    long = {}
    for path in OURS:
        if name(path).startswith(folder):
            for one in functions(ast.parse(path.read_text("utf-8"))):
                length = (one.end_lineno or one.lineno) - one.lineno + 1
                if length > LONGEST_FUNCTION:
                    long[f"{name(path)}: {one.name}"] = length
    assert long == {}


def test_sql_stands_only_with_the_till_and_the_journal() -> None:
    elsewhere = []
    for path in OURS:
        if name(path).startswith(("synccenter", "connectors", "jobsync")) and not name(path).startswith(SQL_LIVES_IN):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
                    elsewhere.append(f"{name(path)}:{node.lineno}")
    assert elsewhere == []


TWICE = {
    "script": "each kind of database has its own transaction",
    "carries, is_voucher": "how a voucher's text begins is the system's own (eEkonomi, Bokio)",
    "day": "a date as two vendors happen to write it alike",
    "code, reference_of": "how a reference is stored, each with its own error (Business Central, NAV)",
}
"""Functions that say the same in two files, and why they are not one."""


@pytest.mark.slow
def test_no_function_stands_in_two_files() -> None:
    """What two files say alike is one fact, and one of them will be forgotten when it changes."""
    found: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = {}
    for path in OURS:
        if name(path).startswith(("synccenter", "connectors")):
            for one in functions(ast.parse(path.read_text("utf-8"))):
                body = one.body[1:] if ast.get_docstring(one) else one.body
                text = "".join(ast.dump(part) for part in body)
                if len(text) > 400:
                    found.setdefault(text, []).append(one)
    twice = {", ".join(sorted({one.name for one in same})) for same in found.values() if len(same) > 1}
    assert twice - TWICE.keys() == set()


def test_nothing_is_called_utils() -> None:
    assert [name(path) for path in OURS if path.stem in {"utils", "util", "helpers", "common", "misc"}] == []
