"""What goes over the wire and what comes back, as plain values: known without loading the HTTP library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from msgspec import Struct


class Timeouts(Struct, frozen=True):
    """Seconds. `read` is the longest silence, `total` the longest that one answer may take from first to last."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 120.0


class Outgoing(Struct, frozen=True):
    """A request as it goes over the wire. `changes` says that it changes something on the other side."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    changes: bool = False


class Incoming(Struct, frozen=True):
    """An answer, complete in memory."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class SignsInConnections(Protocol):
    """What signs in connection by connection (NTLM, Negotiate). Requests and answers are those of `requests`."""

    def follow(self, response: Any, request: Any, send: Callable[[Any], Any]) -> Any:
        """Go on from the first answer; the answer to the request once the connection is signed in."""
        ...


def host_of(url: str) -> str:
    """`host` or `host:port` of an address, for people."""
    try:
        return urlsplit(url).netloc or url
    except ValueError:  # "https://[": no address at all
        return url
