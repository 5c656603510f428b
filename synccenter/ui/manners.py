"""When to speak up: silence on success, one toast per new distinct error, quiet after start and after sleep."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from synccenter.locale import _
from synccenter.service.status import Ended, Status
from synccenter.ui.wording import TOAST_LONGEST, TOAST_TITLE_LONGEST, advice, answer, shorten

AFTER_START = 15.0
AFTER_SLEEP = 30.0


class Toast(Struct, frozen=True):
    """A short notice by the clock."""

    title: str
    text: str

    @classmethod
    def of(cls, title: str, text: str) -> Toast:
        """Cut to what Windows takes."""
        return cls(shorten(title, TOAST_TITLE_LONGEST), shorten(text, TOAST_LONGEST))


class Manners:
    """Decides. `clock` counts seconds and only goes forward."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._quiet_until = clock() + AFTER_START
        self._told: set[str] = set()

    def slept(self) -> None:
        """The computer woke up: networks need a moment."""
        self._quiet_until = max(self._quiet_until, self._clock() + AFTER_SLEEP)

    def quiet_for(self) -> float:
        """Seconds until it is allowed to speak; 0 when it is."""
        return max(0.0, self._quiet_until - self._clock())

    def on_status(self, status: Status) -> Toast | None:
        """One toast for the errors that are new; one that has gone is new when it comes back."""
        if self.quiet_for():
            return None
        now = {one.cause: one for one in status.errors}
        new = [problem for key, problem in now.items() if key not in self._told]
        self._told = set(now)
        if not new:
            return None
        more = _(" Fler fel finns i ”Visa fel”.") if len(new) > 1 else ""
        return Toast.of(_(new[0].title), f"{advice(new[0])}{more}")

    def on_end(self, ended: Ended) -> Toast | None:
        """A run by hand always gets an answer; what it says is not said twice."""
        if not ended.manual:
            return None
        self._told |= {problem.cause for problem in ended.outcome.problems}
        return Toast.of(*answer(ended.outcome))
