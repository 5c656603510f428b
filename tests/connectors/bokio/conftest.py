"""A company in Bokio for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.bokio.rig import BokioRig
from tests.connectors.bokio.world import started


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[BokioRig]:
    """See `started`."""
    yield from started(tmp_path)
