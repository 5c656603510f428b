"""Tests mirror the rooms: what a module does is told by a test in the folder of its room, and says so itself."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest

from connectors import REGISTRY
from tests.places import PROJECT

STORIES = {
    "cli": "the room `cli`, by way of the command line alone",
    "conformance": "what every connector must do, once; their own folders call it",
    "connectors": "a folder for each business system, and one for the tools they share",
    "errors": "each error from its cause to its cure, through every room",
    "exe": "the Windows program, built and used",
    "house": "the house itself: imports, sizes, links, this",
    "quality": "how far each connector has come, as README shows it",
    "releases": "what earlier versions left on disk is taken over",
    "violence": "kill -9, many tills at once, state machines",
    "worlds": "the fakes and worlds that tests stand in",
}
"""Folders of tests/ that are no room of synccenter/, each with its reason."""

PROGRAM = PROJECT / "synccenter"
ROOMS = sorted(path.name for path in PROGRAM.iterdir() if (path / "__init__.py").exists() and path.name != "locale")
"""`locale` holds catalogues of texts: tests/ui/test_language.py."""

ELSEWHERE = {
    "contract/connector.py": "tests/conformance/suite.py",  # promises without code: each is asked of every connector
    "contract/lists.py": "tests/conformance/send.py",  # the same
    "contract/model.py": "tests/posting/test_receipt.py",  # values: their few sums are what posting lives by
    "core/dialects.py": "tests/violence/test_dialects.py",  # one statement, three servers
    "core/notice.py": "tests/run/test_express.py",  # what it is for: a customer that goes at once
    "journal/compose.py": "tests/run/test_engine.py",
    "posting/proposal.py": "tests/ui/test_words_and_rules.py",
    "run/dryrun.py": "tests/cli/test_main_job.py",  # all it does is to show
    "run/till_files.py": "tests/cli/test_till_files.py",  # a folder, a question, an answer, a sync: by command
    "service/doorbell.py": "tests/run/test_express.py",
    "service/trial.py": "tests/ui/test_windows_inside.py",
}
"""Modules that a test outside their room tells of, and which; the reason beside it."""


def modules(room: str) -> list[str]:
    """`run/engine.py`, `contract/catalogue/till.py`, ..."""
    paths = sorted((PROGRAM / room).rglob("*.py"))
    return [path.relative_to(PROGRAM).as_posix() for path in paths if path.name != "__init__.py"]


def named_in(tree: ast.Module) -> Iterator[str]:
    """What a test imports of the program, and what its first text names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("synccenter."):
            path = node.module.removeprefix("synccenter.").replace(".", "/")
            yield f"{path}.py"
            yield from (f"{path}/{alias.name}.py" for alias in node.names)
    yield from told_by(tree)


def told_by(tree: ast.Module) -> list[str]:
    """The paths in a test's first text: `run/engine.py`, or a folder."""
    return re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.py)?)`", ast.get_docstring(tree) or "")


def named_by_tests(room: str) -> set[str]:
    """Everything that the tests of a room name."""
    files = sorted((PROJECT / "tests" / room).glob("test_*.py"))
    return {name for file in files for name in named_in(ast.parse(file.read_text("utf-8")))}


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_is_named_by_a_test_of_its_room(room: str) -> None:
    named = named_by_tests(room)
    folders = tuple(name for name in named if name.endswith("/"))
    untold = [name for name in modules(room) if name not in named and not name.startswith(folders)]
    assert [name for name in untold if name not in ELSEWHERE] == [], (
        f"name them in the first text of a test in tests/{room}"
    )


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_test_says_that_it_tells_of_is_there(room: str) -> None:
    for file in sorted((PROJECT / "tests" / room).glob("test_*.py")):
        assert [name for name in told_by(ast.parse(file.read_text("utf-8"))) if not (PROGRAM / name).exists()] == []


@pytest.mark.parametrize(("module", "test"), ELSEWHERE.items())
def test_what_is_told_elsewhere_is_told_there(module: str, test: str) -> None:
    assert (PROGRAM / module).exists()
    assert module in set(named_in(ast.parse((PROJECT / test).read_text("utf-8"))))


def test_a_connector_is_forbidden_every_room_but_the_contract() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (contract,) = (one for one in declared if one["name"].startswith("Connectors know the contract"))
    there = {path.stem for path in PROGRAM.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert set(contract["forbidden_modules"]) == {f"synccenter.{name}" for name in there - {"contract", "__init__"}}


def test_no_folder_of_tests_mirrors_nothing() -> None:
    folders = {path.name for path in (PROJECT / "tests").iterdir() if path.is_dir() and any(path.glob("**/*.py"))}
    assert folders - set(ROOMS) - STORIES.keys() == set()
    assert STORIES.keys() - folders == set()


def test_every_connector_has_its_folder_of_tests() -> None:
    folders = {path.name for path in (PROJECT / "tests/connectors").iterdir() if (path / "__init__.py").exists()}
    systems = {path.stem for path in (PROJECT / "connectors").iterdir() if path.suffix == ".py" or path.is_dir()}
    named = systems | {word for one in systems for word in one.split("_")}
    assert folders - {"wire"} - named == set()
    for name in REGISTRY:
        assert folders & {name, *name.split("_")}, f"tests/connectors/ has no folder for {name}"
