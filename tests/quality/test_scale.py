"""The quality scale is honest: every connector has its file, every rule stands in it, and *done* can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from connectors import REGISTRY
from synccenter.contract.connector import Connector
from tests.places import PROJECT
from tests.quality.scale import FOLDER, RULES, Rule, Status, marks
from tests.worlds.session import Surroundings
from tools import make_quality

NAMES = {rule.name for rule in RULES}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str], Connector]]:
    """Opens a connector as it stands before anybody has set it up: it speaks to nobody yet."""
    found: list[Connector] = []

    def make(name: str) -> Connector:
        description = REGISTRY[name]
        found.append(description.open(Surroundings(tmp_path).session(description.settings())))
        return found[-1]

    yield make
    for connector in found:
        connector.close()


def test_every_connector_has_its_file_and_no_file_is_a_strangers() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(REGISTRY)


@pytest.mark.parametrize("name", REGISTRY)
def test_every_rule_is_there_and_what_is_not_done_says_why(name: str) -> None:
    found = marks(name)
    assert set(found) == NAMES
    for rule, mark in found.items():
        assert mark.status is Status.DONE or mark.reason, f"{rule}: {mark.status.value} needs a reason"
        assert not mark.reason.endswith("."), f"{rule}: a reason is no sentence"


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.shown], ids=lambda rule: rule.name)
@pytest.mark.parametrize("name", REGISTRY)
def test_what_the_object_shows_is_what_is_said(name: str, rule: Rule, opened: Callable[[str], Connector]) -> None:
    assert rule.shown is not None
    shown = rule.shown(REGISTRY[name], opened(name))
    assert shown == (marks(name)[rule.name].status is Status.DONE), "and what is done is not called todo either"


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.proof], ids=lambda rule: rule.name)
@pytest.mark.parametrize("name", REGISTRY)
def test_what_is_said_to_be_proven_names_its_proof(name: str, rule: Rule) -> None:
    mark = marks(name)[rule.name]
    assert (mark.status is Status.DONE) == bool(mark.where)
    assert not mark.where or (PROJECT / mark.where).is_file()


@pytest.mark.parametrize("name", REGISTRY)
def test_the_suite_is_run_by_the_test_that_is_named(name: str) -> None:
    text = (PROJECT / marks(name)["suite"].where).read_text(encoding="utf-8")
    assert "conformance.cases(" in text
    assert ".run(" in text


@pytest.mark.parametrize("name", [name for name in REGISTRY if marks(name)["limits"].status is Status.DONE])
def test_a_limit_that_is_kept_has_a_fake_that_says_no(name: str) -> None:
    """By the suite, when the rig has a limit; else in a test that counts the refusals."""
    where = marks(name)["limits"].where
    proof = import_module(where.removesuffix(".py").replace("/", "."))
    rigs: list[Any] = [
        one for one in vars(proof).values() if isinstance(one, type) and hasattr(one, "refused_for_pace")
    ]
    counted = "refused_for_pace == 0" in (PROJECT / where).read_text(encoding="utf-8")
    assert counted or any(rig.limit for rig in rigs)


def test_the_readme_shows_it_as_it_is() -> None:
    text = make_quality.DOCUMENT.read_text(encoding="utf-8")
    assert make_quality.drawn(text) == text, "run: python -m tools.make_quality"
