"""What is kept of NAV's answers: for the rest of a run in memory, and from run to run in a file beside the ledger.

A connector lives as long as the program, and NAV changes meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from synccenter.contract.disk import write_atomically

K = TypeVar("K")
V = TypeVar("V")

HOLDS = timedelta(minutes=2)
"""Long enough for many documents to share one question, short enough for the next run to ask anew."""


class Kept(Generic[K, V]):
    """Answers by question, each asked for when it is not known or too old."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._answers: dict[K, tuple[datetime, V]] = {}

    def get(self, key: K, ask: Callable[[], V]) -> V:
        """The answer, asked for if need be."""
        now = self._clock()
        at, answer = self._answers.get(key, (None, None))
        if at is None or answer is None or abs(now - at) > HOLDS:
            answer = self.anew(key, ask())
        return answer

    def anew(self, key: K, answer: V) -> V:
        """An answer that was asked for now."""
        self._answers[key] = (self._clock(), answer)
        return answer

    def known(self, key: K) -> V | None:
        """The answer, when it is known and not too old."""
        at, answer = self._answers.get(key, (None, None))
        return answer if at is not None and abs(self._clock() - at) <= HOLDS else None

    def forget(self, older: timedelta = timedelta.min) -> None:
        """Something was changed: ask anew, for what was asked for so long ago."""
        now = self._clock()
        self._answers = {key: (at, one) for key, (at, one) in self._answers.items() if now - at < older}


class KeptFile(Generic[V]):
    """One value as JSON. What cannot be read is not known, and what cannot be written is asked of NAV once more."""

    def __init__(self, path: Path, kind: type[V]) -> None:
        self._path = path
        self._kind = kind

    def read(self) -> V | None:
        """What was kept, None when nothing that can be read was."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=self._kind)
        except (OSError, msgspec.MsgspecError):
            return None

    def write(self, value: V) -> None:
        """Keep it in place of what was."""
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, msgspec.json.encode(value))

    def forget(self) -> None:
        """Nothing is kept any more."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def print_of(value: object) -> str:
    """A short text that is another as soon as the value is another."""
    return hashlib.blake2b(repr(value).encode(), digest_size=8).hexdigest()
