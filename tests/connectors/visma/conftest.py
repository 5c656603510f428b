"""A company in the fake eEkonomi, which must have had nothing to complain of when the test is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.visma.rig import VismaRig
from tests.worlds.session import Surroundings


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[VismaRig]:
    made = VismaRig(Surroundings(tmp_path))
    yield made
    made.close()
    assert not made.visma.complaints


@pytest.fixture(params=["told", "banked", "untold"])
def shop(request: pytest.FixtureRequest, rig: VismaRig) -> VismaRig:
    """With a word of what is paid, in the voucher or in the bank transaction, and without one."""
    rig.visma.tells_what_is_paid = request.param == "told"
    rig.visma.tells_transactions = request.param == "banked"
    return rig
