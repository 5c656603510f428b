"""Reading ahead: the next pages are on their way while the last one is written.

Each read goes through `Http`, so the rate limit, *Avbryt* and time-outs hold for all of them together. Pages come
out in order, an error comes where its page would have come, and no more pages are in memory than are on their way.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

N = TypeVar("N")
T = TypeVar("T")

AT_ONCE = 4
"""Pages on their way at the same time: at 100 ms a request four hide the wait, and more gain nothing."""

PATIENCE = 0.02
"""Seconds that a page may take before the next ones are read ahead. A server that is faster than the writer is
read in turn with it: threads would only take the processor from one another, and the till's database gets no rest."""

SLOW = 3
"""Pages in a row that must have been slow: one alone may be a busy processor."""


def numbered(read: Callable[[N], T], numbers: Iterable[N], at_once: int = AT_ONCE) -> Iterator[T]:
    """`read(number)` for each number, in order, for pages that can be asked for by number or offset."""
    waiting = iter(numbers)
    slow = 0
    for number in waiting:
        started = time.monotonic()
        page = read(number)
        slow = slow + 1 if time.monotonic() - started > PATIENCE else 0
        yield page
        if slow == SLOW:
            break
    yield from _at_once(read, waiting, at_once)


def _at_once(read: Callable[[N], T], waiting: Iterator[N], at_once: int) -> Iterator[T]:
    pool = ThreadPoolExecutor(at_once, "page")
    under_way: deque[Future[T]] = deque()
    try:
        under_way.extend(pool.submit(read, number) for number in islice(waiting, at_once))
        while under_way:
            page = under_way.popleft().result()
            under_way.extend(pool.submit(read, number) for number in islice(waiting, 1))
            yield page
    finally:
        pool.shutdown(cancel_futures=True)
