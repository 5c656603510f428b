"""What else a process may be killed in: opening a ledger of an earlier version, putting it back, saving settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

CHORES: dict[str, Callable[[Path], None]] = {}
