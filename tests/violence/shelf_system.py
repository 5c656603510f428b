"""The business system *Hyllan* itself, with a server that misbehaves at random."""

from __future__ import annotations

import select
import socket
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

from tests.worlds.fakes.server import FakeServer, Fault, Reply, Request

LOSSES = (
    Fault.DROP_BEFORE,
    Fault.DROP_AFTER,
    Fault.DROP_AFTER,
    Fault.HALF_BODY,
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.WAIT_SECONDS,
    Fault.WAIT_DATE,
    Fault.WAIT_BARE,
    Fault.BUSY,
    Fault.GARBAGE,
    Fault.REFUSED,
    Fault.NEVER,
)
"""What may happen to a document on its way: dropped before or after it took effect, refused, told to wait, ..."""

READ_LOSSES = (Fault.DROP_BEFORE, Fault.HALF_BODY, Fault.ERROR_BEFORE, Fault.WAIT_BARE, Fault.EMPTY)


class _Server(ThreadingHTTPServer):
    """Knows its open connections, and says nothing of those that are cut."""

    def __init__(self, *args: Any) -> None:
        self.open: set[Any] = set()
        super().__init__(*args)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        self.open.add(request)
        return True

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Quiet."""


class ShelfSystem(FakeServer):
    """Keeps documents by id. `unreliable` is the share of exchanges that go wrong."""

    server_type = _Server
    _server: _Server

    def __init__(self, seed: int = 1) -> None:
        self.documents: list[dict[str, Any]] = []
        self.items: dict[str, tuple[int, dict[str, Any]]] = {}
        self.version = 0
        self.unreliable = 0.0
        self.happened: Counter[Fault] = Counter()
        self.random = Random(seed)
        self._here = threading.local()
        super().__init__()

    def admitted(self, handler: BaseHTTPRequestHandler) -> bool:
        """A look-up is answered when what was sent before it has been: on a busy machine the document of a sender that
        is dead, or has given up, may lie for long where no thread has come to it yet."""
        self._here.connection = handler.connection
        if handler.path.startswith("/find"):
            while any(map(_unread, self._server.open - {handler.connection})) and not self.closing.wait(0.001):
                pass
        return True

    def answer(self, request: Request) -> Reply:
        """See `FakeServer.answer`."""
        if request.path == "/items":
            since = int(request.query["since"])
            rows = [item for version, item in self.items.values() if version > since]
            return Reply(200, {"version": self.version, "rows": rows})
        if request.path == "/documents":
            entry = {"id": f"H{len(self.documents) + 1}", **request.body}
            self.documents.append(entry)
            return Reply(201, entry)
        found = [one for one in self.documents if one["reference"] == request.query["reference"]]
        return Reply(200, {"rows": found})

    def fault_for(self, request: Request) -> Fault | Reply | None:
        """A switched fault, else one by chance."""
        switched = super().fault_for(request)
        if switched is not None or self.random.random() >= self.unreliable:
            return switched
        fault = self.random.choice(LOSSES if request.method == "POST" else READ_LOSSES)
        self.happened[fault] += 1
        if fault is Fault.NEVER:  # taken, and long to wait for
            self._server.open.discard(self._here.connection)
        return fault

    def price(self, number: int, price: int) -> None:
        """An article gets a price: something for the tills to fetch."""
        self.version += 1
        name = f"A{number}"
        self.items[name] = (self.version, {"number": name, "name": f"Vara {number}", "price": price})

    def references(self) -> Counter[str]:
        """How often each reference stands there."""
        return Counter(one["reference"] for one in self.documents)


def _unread(connection: socket.socket) -> bool:
    """Whether something lies there that its thread has not come to: a request, or that the sender has gone."""
    try:
        return bool(select.select([connection], [], [], 0)[0])
    except (OSError, ValueError):  # closed at this end too
        return False
