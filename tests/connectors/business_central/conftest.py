"""The rig as a fixture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.business_central.rig import BusinessCentralRig
from tests.connectors.business_central.world import started


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[BusinessCentralRig]:
    """A company in Business Central."""
    yield from started(tmp_path)
