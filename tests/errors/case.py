"""What a provoked error is: how its cause comes and goes, and what a cashier must read.

A case breaks the world in `do`; what it patches is put back by itself, the rest in `undo`.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from synccenter.contract.connector import Lookup
from tests.worlds.street import Store

Patch = pytest.MonkeyPatch
Act = Callable[[Store, Patch], object]


def nothing(_store: Store, _patch: Patch) -> None:
    """The patch was all."""


@dataclass(frozen=True)
class Case:
    """One provoked error. `words` stand in its row. `everything`: met when all is synchronised."""

    name: str
    code: str
    words: tuple[str, ...]
    do: Act
    undo: Act = nothing
    system: str = "memory"
    unit: str = "z"
    lookup: Lookup | None = None
    everything: bool = False

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


def put(*pairs: str) -> Act:
    """Change settings."""
    return lambda store, _patch: store.settings(*pairs)


def full(*_: object, **__: object) -> Any:
    """What the system says when the disk is full."""
    raise OSError(errno.ENOSPC, "No space left on device")
