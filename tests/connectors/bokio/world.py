"""What the tests of Bokio's own rules share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from synccenter.contract.errors import SyncError
from tests.connectors.bokio.rig import BokioRig
from tests.worlds.fakes.server import Request
from tests.worlds.session import Surroundings


def started(tmp_path: Path) -> Iterator[BokioRig]:
    """A company in Bokio; nothing that was asked displeased the vendor's file."""
    rig = BokioRig(Surroundings(tmp_path))
    yield rig
    rig.close()
    assert rig.complaints() == []


def refused(code: str) -> pytest.RaisesExc[SyncError]:
    """Expects an error with this code."""
    return pytest.raises(SyncError, match=rf"\[{code}\]")


def writes(rig: BokioRig) -> list[Request]:
    """What was asked that changes something."""
    return [request for request in rig.bokio.seen if request.method != "GET"]
