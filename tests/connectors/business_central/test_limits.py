"""The vendor's limit: kept before it is hit, in a hundredth of its size."""

from __future__ import annotations

import pytest

from connectors.business_central import connector as business_central
from connectors.wire.limits import Limit
from synccenter.contract.model import Register
from tests.connectors.business_central.rig import BusinessCentralRig
from tests.worlds.fakes import business_central as fake


def test_the_limit_is_a_little_under_the_vendors() -> None:
    assert Limit(fake.AT_MOST - 200, fake.WITHIN.total_seconds()) == business_central.LIMIT


def test_the_limit_is_waited_for_and_never_hit(rig: BusinessCentralRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(business_central, "LIMIT", Limit(58, 300.0))
    monkeypatch.setattr(fake, "AT_MOST", 60)
    connector = rig.connector()
    for _ in range(200):
        assert [page.rows for page in connector.fetch(Register.ACCOUNTS, None)]
    assert rig.bc.refused_for_pace == 0
    assert sum(rig.world.cancel.waits) > 300
