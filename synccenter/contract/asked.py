"""Abilities of a connector that are asked when something is shown: what lies to be collected, who is signed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, runtime_checkable


@runtime_checkable
class LeavesToCollect(Protocol):
    """Ability: what is sent lies waiting for another program, and is not booked until that has read it in."""

    def uncollected(self, ids: Iterable[str]) -> frozenset[str]:
        """Which of these (`Sent.external_id`) nobody has read in yet. Quick: asked when a window is opened."""
        ...


@runtime_checkable
class TellsSignIn(Protocol):
    """Ability: tells how long the sign-in that is kept holds."""

    def signed_in(self) -> datetime | None:
        """Until when the key that is kept is good (it renews itself); None when nobody is signed in."""
        ...
