"""Waiting until something is seen: never a fixed time, and a limit that only what never comes reaches."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T | None], seconds: float = 60.0, what: str = "") -> T:
    """The first answer that is true."""
    end = time.monotonic() + seconds
    while True:
        answer = look()
        if answer:
            return answer
        assert time.monotonic() < end, f"väntade förgäves på {what or look}: {answer!r}"
        time.sleep(0.01)
