"""The suite, on all three wires: OData V4 and SOAP with posting, OData V3 left for a person to post."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import suite as conformance
from tests.places import SHARED, WITHOUT_PAPERS
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig, NavV3Rig

if not SHARED.is_dir():  # the cases are told by a rig, and the rig is made from the papers
    pytest.skip(WITHOUT_PAPERS, allow_module_level=True)


@pytest.mark.parametrize("case", conformance.cases(NavRig), ids=str)
def test_over_odata_v4(case: conformance.Case, tmp_path: Path) -> None:
    case.run(NavRig, tmp_path)


@pytest.mark.parametrize("case", conformance.cases(NavV3Rig), ids=str)
def test_over_odata_v3(case: conformance.Case, tmp_path: Path) -> None:
    case.run(NavV3Rig, tmp_path)


@pytest.mark.parametrize("case", conformance.cases(NavSoapRig), ids=str)
def test_over_soap(case: conformance.Case, tmp_path: Path) -> None:
    case.run(NavSoapRig, tmp_path)
