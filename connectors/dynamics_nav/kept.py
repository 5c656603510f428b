"""What is kept of NAV's answers for the rest of a run.

A connector lives as long as the program, and NAV changes meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

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
