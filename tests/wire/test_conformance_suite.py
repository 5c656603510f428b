"""The suite itself: a good connector passes every case, and whoever breaks a rule is caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import conformance
from tests.fakes.toy_system import ToyRig


@pytest.mark.parametrize("case", conformance.cases(ToyRig), ids=str)
def test_the_guides_example_conforms(case: conformance.Case, tmp_path: Path) -> None:
    case.run(ToyRig, tmp_path)


def test_there_are_at_least_sixty_cases_even_for_the_smallest_connector() -> None:
    assert len(conformance.cases(ToyRig)) >= 60
