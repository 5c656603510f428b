"""A small business system on this machine: pages of articles ready in memory, and a place to post receipts.

    python -m benchmarks.server COUNT     prints four ports, then serves until its input is closed

Ports: at once; after 100 ms; at most 25 requests in 5 s (429 beyond); both.
GET /3/articles?page=&limit=&lastmodified=   POST /receipts   GET /receipts?reference=
POST /control?changed=0|1 (every hundredth article has a new price), and the counters since the last call.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import deque
from urllib.parse import parse_qsl

import msgspec

from benchmarks import data

RATE, SECONDS = 25, 5.0


class Store:
    """What the business system holds."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._lines = {changed: data.articles(count, changed) for changed in (False, True)}
        self._pages: dict[tuple[object, ...], bytes] = {}
        self.changed = False
        self.receipts: dict[str, int] = {}
        self.counts = {"requests": 0, "refused": 0, "posted": 0}

    def page(self, number: int, size: int, since: str) -> bytes:
        """A page, made once and kept while there are few of them."""
        key = (self.changed, number, size, since)
        found = self._pages.get(key)
        if found is None:
            lines, total = self._lines[self.changed], self.count
            if since:
                lines = [line for line in lines[7::100] if self.changed and since <= data.NEW]
                total = len(lines) * max(1, self.count // data.BLOCK)
            found = data.page(lines, total, number, size)
            if self.count <= data.BLOCK:
                self._pages[key] = found
        return found

    def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body."""
        if path == "/control":
            self.changed = query.get("changed") == "1"
            told = msgspec.json.encode(self.counts | {"receipts": len(self.receipts)})
            self.counts = dict.fromkeys(self.counts, 0)
            return 200, told
        self.counts["requests"] += 1
        if method == "POST":
            self.counts["posted"] += 1
            at = body.index(b'"reference":"') + 13
            reference = body[at : body.index(b'"', at)].decode()
            number = self.receipts[reference] = len(self.receipts) + 1
            return 201, b'{"id":"%d","number":%d}' % (number, number)
        if path == "/receipts":
            found = self.receipts.get(query["reference"])
            return (200, b'{"id":"%d","number":%d}' % (found, found)) if found else (404, b"{}")
        return 200, self.page(int(query["page"]), int(query["limit"]), query.get("lastmodified", ""))


class Line(asyncio.Protocol):
    """One connection."""

    transport: asyncio.Transport

    def __init__(self, store: Store, delay: float, window: deque[float] | None) -> None:
        self._store = store
        self._delay = delay
        self._window = window
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, rest = self._read.partition(b"\r\n\r\n")
        if not found:
            return
        words = head.decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in words[1:])
        length = int(fields.get("content-length", 0))
        if len(rest) < length:
            return
        self._read = rest[length:]
        method, target, _ = words[0].split(" ")
        path, _, query = target.partition("?")
        answer = self._answer(method, path, dict(parse_qsl(query)), rest[:length])
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._send, answer)
        else:
            self._send(answer)

    def _answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if self._window is not None and path != "/control":
            now = time.monotonic()
            while self._window and now - self._window[0] > SECONDS:
                self._window.popleft()
            if len(self._window) >= RATE:
                self._store.counts["refused"] += 1
                return 429, b"{}"
            self._window.append(now)
        return self._store.answer(method, path, query, body)

    def _send(self, answer: tuple[int, bytes]) -> None:
        status, body = answer
        if not self.transport.is_closing():
            head = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            self.transport.write(head % (status, len(body)) + body)


async def serve(count: int) -> None:
    """Serve until the input is closed."""
    loop = asyncio.get_running_loop()
    store = Store(count)
    window: deque[float] = deque()
    kinds = [(0.0, None), (0.1, None), (0.0, window), (0.1, window)]
    ports: list[int] = []
    for delay, limit in kinds:
        server = await loop.create_server(
            lambda delay=delay, limit=limit: Line(store, delay, limit),  # type: ignore[misc]
            "127.0.0.1",
            0,
        )
        ports.append(server.sockets[0].getsockname()[1])
    for number in range(1, -(-min(count, data.BLOCK) // 500) + 1):
        store.page(number, 500, "")
    print(*ports, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
