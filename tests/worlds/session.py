"""What a connector is given in tests: the fake clock, waits that take no time, secrets in memory."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract.connector import Session
from synccenter.contract.errors import SyncError
from synccenter.contract.options import S, options_of
from synccenter.contract.values import BadValue, parse
from tests.worlds.clock import Clock

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class NoSettings(Struct, frozen=True):
    """The section of a system that has nothing to set: for the shared tools, which look at none of it."""


class Waiting(threading.Event):
    """The cancel event of a session: its waits move the clock instead of taking time."""

    def __init__(self, *clocks: Clock) -> None:
        super().__init__()
        self.clocks = list(clocks)
        self.waits: list[float] = []
        self.cancel_at_wait = False

    def wait(self, timeout: float | None = None) -> bool:
        """No time passes but the clocks'."""
        if self.cancel_at_wait:
            self.set()
        if timeout and not self.is_set():
            self.waits.append(timeout)
            for clock in self.clocks:
                clock.later(seconds=timeout)
        return self.is_set()


class Keychain:
    """Secrets in memory. Two worlds may share one, as two processes do."""

    def __init__(self, start: Mapping[str, str] | None = None) -> None:
        self.entries = dict(start or {})
        self.ever: set[str] = set(self.entries.values())

    def get(self, name: str) -> str | None:
        """The secret, or None."""
        return self.entries.get(name)

    def set(self, name: str, value: str) -> None:
        """Store."""
        self.entries[name] = value
        self.ever.add(value)

    def delete(self, name: str) -> None:
        """Forget."""
        self.entries.pop(name, None)


class Surroundings:
    """What is around one connector: ours (`clock`) and the business system's time (`server_clock`).

    `timeout` is what a rig gives its connector as the seconds to wait for an answer: long, since the machine may be
    busy, and short only where a case is about silence.
    """

    def __init__(self, folder: Path) -> None:
        self.clock = Clock(NOW)
        self.server_clock = Clock(NOW)
        self.cancel = Waiting(self.clock, self.server_clock)
        self.secrets = Keychain()
        self.folder = folder
        self.debug_rows: list[str] = []
        self.guarded = 0
        self.on_guard: Callable[[], None] = lambda: None
        self.lost_lease: SyncError | None = None
        self.company_name = "Hörnans Livs AB"
        self.org_number = "556677-8899"
        self.timeout = 5.0

    def guard(self) -> None:
        """Counts, and raises when the lease is lost."""
        self.guarded += 1
        self.on_guard()
        if self.lost_lease:
            raise self.lost_lease

    def session(self, settings: S) -> Session[S]:
        """What a connector is opened with."""
        return Session(
            settings=settings,
            company_name=self.company_name,
            org_number=self.org_number,
            fiscal_year_start=1,
            secrets=self.secrets,
            clock=self.clock,
            debug=self.debug_rows.append,
            folder=self.folder,
            cancel=self.cancel,
            guard=self.guard,
        )


def decoded(record: type[S], values: Mapping[str, Any]) -> S:
    """A system's section, as from a file: what is refused is told elsewhere and leaves the default.

    The wait for an answer may be shorter than a person may choose.
    """
    found = replace(record(), timeout=values["timeout"]) if "timeout" in values else record()
    for option in options_of(record):
        if option.name in values and option.name != "timeout":
            with suppress(BadValue):
                found = replace(found, **{option.attribute: parse(option, values[option.name])})
    return found


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def watched_connections() -> Iterator[set[str]]:
    """Every `host:port` that this process connects to meanwhile."""
    seen: set[str] = set()
    original = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple):
            seen.add(f"{address[0]}:{address[1]}")
        original(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]
    try:
        yield seen
    finally:
        socket.socket.connect = original  # type: ignore[method-assign]
