"""Bokio keeps every rule of the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import suite as conformance
from tests.connectors.bokio.rig import BokioRig


@pytest.mark.parametrize("case", conformance.cases(BokioRig), ids=str)
def test_conforms(case: conformance.Case, tmp_path: Path) -> None:
    case.run(BokioRig, tmp_path)
