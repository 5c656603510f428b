"""What is asked when something is shown is read off the object, as every ability is.

Tells of `contract/asked.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from synccenter.contract.asked import LeavesToCollect, TellsSignIn


class Folder:
    """Leaves files, and has nobody signed in."""

    def uncollected(self, ids: Iterable[str]) -> frozenset[str]:
        return frozenset(ids)


class Cloud:
    """Has somebody signed in."""

    def signed_in(self) -> datetime | None:
        return datetime(2026, 12, 24, tzinfo=UTC)


def test_an_ability_is_what_the_object_can() -> None:
    assert isinstance(Folder(), LeavesToCollect)
    assert not isinstance(Folder(), TellsSignIn)
    assert isinstance(Cloud(), TellsSignIn)
    assert not isinstance(Cloud(), LeavesToCollect)
