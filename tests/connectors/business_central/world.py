"""What the tests of Business Central's own rules share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from synccenter.contract.errors import SyncError
from synccenter.contract.finding import Finding, Severity
from synccenter.contract.model import Invoice, InvoicePayment, InvoiceRow
from tests.connectors.business_central.rig import BusinessCentralRig
from tests.worlds.documents import DAY
from tests.worlds.fakes.server import Request
from tests.worlds.session import Surroundings


def started(tmp_path: Path) -> Iterator[BusinessCentralRig]:
    """A company in Business Central; nothing that was asked displeased the derived description."""
    rig = BusinessCentralRig(Surroundings(tmp_path))
    yield rig
    rig.close()
    assert list(rig.complaints()) == []


def refused(code: str) -> pytest.RaisesExc[SyncError]:
    """Expects an error with this code."""
    return pytest.raises(SyncError, match=rf"\[{code}\]")


def writes(rig: BusinessCentralRig) -> list[Request]:
    """What was asked that changes something."""
    return [one for one in rig.bc.seen if one.method != "GET" and "oauth2" not in one.path]


def told(findings: list[Finding]) -> set[str]:
    """The codes of what is not green."""
    return {one.problem.code for one in findings if one.problem and one.severity is not Severity.GREEN}


def by_card(number: int) -> Invoice:
    """A mug, paid by card."""
    rows = (InvoiceRow("MUGG", "Mugg", 1000, 4990, 998, 25, 3001),)
    return Invoice(f"K1-{number}", DAY, "KONTANT", rows, (InvoicePayment("KORT", 1686, 4990),))
