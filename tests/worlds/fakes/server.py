"""A business system that misbehaves on command: the base of every fake that speaks HTTP.

A fake answers requests (`answer`); this server loses them before or after they took effect, cuts answers off,
lets them drip, or sends something else, as the test has switched.
"""

from __future__ import annotations

import email
import email.message
import gzip
import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct, field

from tests.worlds.canaries import people_in


class Fault(Enum):
    """What may go wrong with one exchange. *After* means: after the request took effect."""

    DROP_BEFORE = "the line drops before the request takes effect"
    DROP_AFTER = "the line drops after the request took effect"
    HALF_BODY = "half the answer arrives"
    NEVER = "no answer ever comes"
    DRIP = "the answer drips in"
    DRIP_HEADERS = "even the headers drip in"
    ERROR_BEFORE = "500, not taken"
    ERROR_AFTER = "500, taken nevertheless"
    BUSY = "503 with Retry-After"
    WAIT_SECONDS = "429 with Retry-After in seconds"
    WAIT_DATE = "429 with Retry-After as a date"
    WAIT_BARE = "429 without Retry-After"
    HTML = "a web page"
    EMPTY = "nothing at all"
    GARBAGE = "bytes that are no text"
    XML = "XML"
    DEEP = "100,000 levels of nesting"
    HUGE = "200 MB without a length"
    HUGE_DECLARED = "200 MB with a length"
    BOMB = "a small packed answer of 200 MB"
    ELSEWHERE = "a redirect to another host"
    RING = "a redirect to itself"
    FORBIDDEN = "403"
    GONE = "404"
    REFUSED = "400 that nobody has heard of"
    ECHO = "400 that repeats what we sent, headers and all"
    WRONG_TYPES = "rows of the wrong types"
    NULLS = "rows of nulls"
    UNKNOWN_ENUM = "numbers nobody has heard of"
    HOSTILE_TEXT = "texts that forge log rows"


TAKES_EFFECT = {Fault.DROP_AFTER, Fault.HALF_BODY, Fault.NEVER, Fault.DRIP, Fault.DRIP_HEADERS, Fault.ERROR_AFTER}
"""The faults after which the request has been carried out."""

FOR_GOOD = float("inf")
HUGE_BYTES = 200_000_000
REFUSAL_TEXT = "Något som ingen känner till (xyzzy)"


class Request(Struct, frozen=True):
    """A request as the fake sees it. `body` is the decoded JSON, the fields of a form, or else the bytes."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None


class Reply(Struct, frozen=True):
    """An answer. `body` is sent as JSON unless it is bytes."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class _Switch(Struct):
    fault: Fault | Reply
    left: float
    on: Callable[[Request], bool]


class FakeServer:
    """Listens on this machine. Subclasses implement `answer`; tests use `fail` and `seen`."""

    server_type: type[ThreadingHTTPServer] = ThreadingHTTPServer

    def __init__(self) -> None:
        self.seen: list[Request] = []
        self.people: set[str] = set()
        """Texts about somebody that went over the wire, either way."""
        self.sent_bytes = 0
        self.drip_seconds = 0.1
        self.elsewhere = "http://127.0.0.1:1/v2"
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._switches: list[_Switch] = []
        self._lock = threading.RLock()
        self.closing = threading.Event()
        self._server = self.server_type(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{self.host}"

    def answer(self, request: Request) -> Reply:
        """What the business system answers."""
        raise NotImplementedError

    def render(self, body: Any) -> tuple[bytes, str]:
        """A body that is not bytes as it goes over the wire, with its content type."""
        return json.dumps(body).encode(), "application/json; charset=utf-8"

    def understood(self, request: Request) -> Request:
        """The request as tests are to see it: a fake whose reads are POSTs calls them GET here."""
        return request

    def admitted(self, handler: BaseHTTPRequestHandler) -> bool:
        """Whether the connection is signed in; when not, the fake has answered."""
        return True

    def fail(
        self, fault: Fault | Reply, *, times: float = 1, on: Callable[[Request], bool] = lambda request: True
    ) -> None:
        """Switch a fault on for the next `times` matching requests (`FOR_GOOD`). A `Reply` is sent as it is."""
        if fault is Fault.BOMB:
            _bomb()  # takes longer than the time-outs of tests
        self._switches.append(_Switch(fault, times, on))

    def heal(self) -> None:
        """Switch all faults off."""
        self._switches.clear()

    def count(self, method: str = "", path: str = "") -> int:
        """How many requests came with this method and this in their path."""
        return sum(1 for one in self.seen if (not method or one.method == method) and path in one.path)

    def close(self) -> None:
        """Stop listening: further connections are refused."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def fault_for(self, request: Request) -> Fault | Reply | None:
        """The fault that hits this request, used up once."""
        for switch in self._switches:
            if switch.left > 0 and switch.on(request):
                switch.left -= 1
                return switch.fault
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(_Handler):
            server_fake = fake

        return Handler


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server_fake: FakeServer
    protocol_version = "HTTP/1.1"
    timeout = 20
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Quiet."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The fake's own time."""
        return super().date_time_string(int(timestamp or self.server_fake.clock().timestamp()))

    def _serve(self) -> None:
        fake = self.server_fake
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if len(raw) < length:  # the sender gave up in the middle: nobody acts on half a request
            self._hang_up()
            return
        fake.people.update(people_in(raw))
        request = fake.understood(self._request(raw))
        if not fake.admitted(self):
            return
        with fake._lock:
            fake.seen.append(request)
            fault = fake.fault_for(request)
            taken = fault is None or (isinstance(fault, Fault) and fault in TAKES_EFFECT | _CHANGED)
            reply = fake.answer(request) if taken else Reply()
        if fault is None:
            self._send(reply)
        elif isinstance(fault, Reply):
            self._send(fault)
        else:
            self._misbehave(fault, reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

    def _request(self, raw: bytes) -> Request:
        parts = urlsplit(self.path)
        kind = self.headers.get("Content-Type", "")
        body: Any = None
        if raw and "json" in kind:
            body = json.loads(raw)
        elif raw and "multipart" in kind:
            body = _parts(kind, raw)
        elif raw and "form" in kind:
            body = dict(parse_qsl(raw.decode()))
        elif raw:
            body = raw
        headers = {name.title(): value for name, value in self.headers.items()}
        return Request(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)

    def _send(self, reply: Reply) -> None:
        body = reply.body if isinstance(reply.body, bytes) else b""
        headers = dict(reply.headers)
        if not isinstance(reply.body, bytes) and reply.body is not None:
            body, kind = self.server_fake.render(reply.body)
            headers.setdefault("Content-Type", kind)
        self.server_fake.people.update(people_in(body))
        self._head(reply.status, headers | {"Content-Length": str(len(body))})
        self._write(body)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.server_fake.sent_bytes += len(data)

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(2)
        except OSError:
            return

    def _misbehave(self, fault: Fault, reply: Reply) -> None:
        if fault in {Fault.DROP_BEFORE, Fault.DROP_AFTER}:
            self._hang_up()
        elif fault is Fault.NEVER:
            self.server_fake.closing.wait(15)
            self._hang_up()
        elif fault in {Fault.HALF_BODY, Fault.DRIP, Fault.DRIP_HEADERS}:
            self._piecemeal(fault, self.server_fake.render(reply.body)[0])
        elif fault in {Fault.HUGE, Fault.HUGE_DECLARED}:
            self._huge(declared=fault is Fault.HUGE_DECLARED)
        elif fault in _CHANGED:
            self._send(Reply(reply.status, _spoilt(reply.body, fault), reply.headers))
        else:
            self._send(self._canned(fault))

    def _piecemeal(self, fault: Fault, body: bytes) -> None:
        fake = self.server_fake
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        if fault is Fault.HALF_BODY:
            self._write(head + body[: len(body) // 2])
            self._hang_up()
            return
        whole = head + body if fault is Fault.DRIP_HEADERS else body
        try:
            if fault is Fault.DRIP:
                self._write(head)
            for start in range(len(whole)):
                self._write(whole[start : start + 1])
                if fake.closing.wait(fake.drip_seconds):
                    break
        except OSError:
            pass
        self._hang_up()

    def _huge(self, *, declared: bool) -> None:
        headers = {"Content-Type": "application/json"}
        headers |= {"Content-Length": str(HUGE_BYTES)} if declared else {"Connection": "close"}
        try:
            self._head(200, headers)
            for _ in range(HUGE_BYTES // 1_000_000):
                self._write(b"[" + b" " * 999_999)
        except OSError:
            pass
        self._hang_up()

    def _canned(self, fault: Fault) -> Reply:
        date = self.date_time_string(self.server_fake.clock().timestamp() + 3)
        here = f"{self.server_fake.address}{self.path}"
        replies = {
            Fault.ERROR_BEFORE: lambda: Reply(500, {"Message": "An error has occurred."}),
            Fault.ERROR_AFTER: lambda: Reply(500, {"Message": "An error has occurred."}),
            Fault.BUSY: lambda: Reply(503, b"busy", {"Retry-After": "2"}),
            Fault.WAIT_SECONDS: lambda: Reply(429, b"slow down", {"Retry-After": "7"}),
            Fault.WAIT_DATE: lambda: Reply(429, b"slow down", {"Retry-After": date}),
            Fault.WAIT_BARE: lambda: Reply(429, b"slow down"),
            Fault.HTML: lambda: Reply(
                200, b"<!DOCTYPE html><html><body>Logga in</body></html>", {"Content-Type": "text/html"}
            ),
            Fault.EMPTY: lambda: Reply(200, b""),
            Fault.GARBAGE: lambda: Reply(200, bytes(range(256)) * 8),
            Fault.XML: lambda: Reply(200, b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
            Fault.DEEP: lambda: Reply(200, b'{"Data":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
            Fault.BOMB: lambda: Reply(200, _bomb(), {"Content-Encoding": "gzip", "Content-Type": "application/json"}),
            Fault.ELSEWHERE: lambda: Reply(302, b"", {"Location": self.server_fake.elsewhere}),
            Fault.RING: lambda: Reply(302, b"", {"Location": here}),
            Fault.FORBIDDEN: lambda: Reply(403, {"Message": REFUSAL_TEXT}),
            Fault.GONE: lambda: Reply(404, {"Message": REFUSAL_TEXT}),
            Fault.REFUSED: lambda: Reply(400, {"Message": REFUSAL_TEXT}),
            Fault.ECHO: lambda: Reply(400, {"Message": REFUSAL_TEXT, "Got": dict(self.headers.items())}),
        }
        return replies[fault]()


def _parts(kind: str, raw: bytes) -> dict[str, Any]:
    """A form with files, read by Python's own mail parser: a file is its name, type and bytes."""
    message = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw)
    fields: dict[str, Any] = {}
    for part in message.get_payload():
        assert isinstance(part, email.message.Message)
        name, data = str(part.get_param("name", header="Content-Disposition")), part.get_payload(decode=True)
        assert isinstance(data, bytes)
        file = part.get_filename()
        fields[name] = {"name": file, "type": part.get_content_type(), "data": data} if file else data.decode()
    return fields


_CHANGED = {Fault.WRONG_TYPES, Fault.NULLS, Fault.UNKNOWN_ENUM, Fault.HOSTILE_TEXT}

HOSTILE = "Kaffe\r\nFEL! 2026-01-01 allt är skickat\x1b[2J\u202e\x00" + "x" * 5000


@cache
def _bomb() -> bytes:
    return gzip.compress(b" " * HUGE_BYTES, 1)


def _spoilt(body: Any, fault: Fault) -> Any:
    """The answer with its first row spoilt."""
    rows = first_rows(body)
    if rows:
        rows[0] = {name: _spoilt_value(name, value, fault) for name, value in rows[0].items()}
    return body


def _spoilt_value(name: str, value: Any, fault: Fault) -> Any:
    if fault is Fault.NULLS:
        return None
    if fault is Fault.WRONG_TYPES:
        return {"wrong": [value]}
    if fault is Fault.UNKNOWN_ENUM and isinstance(value, int) and not isinstance(value, bool):
        return 987654
    if fault is Fault.HOSTILE_TEXT and isinstance(value, str) and "name" in name.lower():
        return HOSTILE
    return value


def first_rows(body: Any) -> list[dict[str, Any]]:
    """The first list of objects anywhere in an answer."""
    if isinstance(body, list) and body and isinstance(body[0], dict):
        return body
    parts = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    for part in parts:
        found = first_rows(part)
        if found:
            return found
    return []
