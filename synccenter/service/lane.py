"""A thread that owns a shop and does its work in order: nothing that touches the till or the ledger runs elsewhere."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable
from typing import TypeAlias, TypeVar

from synccenter.contract.errors import Problem
from synccenter.core.logs import Log
from synccenter.core.refusal import problem_of
from synccenter.shop import Shop

T = TypeVar("T")
OpenShop: TypeAlias = Callable[[], tuple[Shop, Log]]
Job: TypeAlias = Callable[[], None]

LEAVING_SECONDS = 20.0


class Lane:
    """One thread, one shop, opened for the first job. Jobs wait politely for each other."""

    def __init__(self, name: str, open_shop: OpenShop) -> None:
        self._open_shop = open_shop
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._held: tuple[Shop, Log] | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def submit(
        self,
        work: Callable[[Shop, Log], T],
        done: Callable[[T], None] = lambda _: None,
        failed: Callable[[Problem], None] = lambda _: None,
    ) -> None:
        """Do some work after what already waits. `done` or `failed` is called in this lane's thread."""

        def job() -> None:
            try:
                answer = work(*self._opened())
            except Exception as error:  # noqa: BLE001 - the border of the thread: told to a person, details in Debug
                self._debug(error)
                failed(problem_of(error))
            else:
                done(answer)

        self._jobs.put(job)

    def reopen(self) -> None:
        """After a change of settings: what is done from here on sees a shop opened anew."""
        self._jobs.put(self._let_go)

    @property
    def waiting(self) -> int:
        """How many jobs have not begun."""
        return self._jobs.qsize()

    def stop(self, timeout: float = LEAVING_SECONDS) -> bool:
        """Finish what waits and let go of everything. False: still at it."""
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._do(job)
        self._do(self._let_go)

    def _do(self, job: Job) -> None:
        """Whoever hears of a job may fail in its turn: the next job is done all the same."""
        try:
            job()
        except Exception as error:  # noqa: BLE001 - the border of the thread: in the Debug log
            self._debug(error)

    def _opened(self) -> tuple[Shop, Log]:
        if self._held is None:
            self._held = self._open_shop()
        return self._held

    def _let_go(self) -> None:
        if self._held is not None:
            shop, log = self._held
            self._held = None
            shop.close()
            log.close()

    def _debug(self, error: Exception) -> None:
        if self._held is not None:
            self._held[1].debug("".join(traceback.format_exception(error)))
