"""Amounts and spans of days as documents have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from connectors.visma_eekonomi import registers
from connectors.visma_eekonomi.errors import SYSTEM
from connectors.wire.answers import strange
from synccenter.contract.model import Ore


def ore(amount: Decimal | None) -> Ore:
    """An amount of a document. Raises N06 when it cannot be one."""
    try:
        return registers.ore(amount)
    except ValueError as error:
        raise strange(SYSTEM, str(error), uncertain=True) from None


def between(field: str, days: Sequence[date]) -> str:
    """The days and one on either side, whatever zone the other side reckons in; "" for no days."""
    if not days:
        return ""
    first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=1)
    return f"{field} ge {first.isoformat()}T00:00:00Z and {field} le {last.isoformat()}T00:00:00Z"
