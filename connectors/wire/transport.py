"""One request over the wire and no more: certificates, time-outs, size, and whether anything was sent.

Everything that can go wrong below HTTP becomes a `SyncError` here. A write that failed before its first byte
left the machine is certain (`uncertain=False`); after that nobody knows (`uncertain=True`).
"""

from __future__ import annotations

import hashlib
import io
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPResponse
from typing import Any

import requests
import truststore
import urllib3
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectTimeout, ProxyError, SSLError
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from connectors.wire import surroundings
from connectors.wire.messages import Incoming, Outgoing, SignsInConnections, Timeouts, host_of
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError

__all__ = ["Incoming", "Outgoing", "Timeouts", "Transport", "host_of"]

_CHUNK = 64 * 1024

_ALWAYS = {"Accept-Encoding": "gzip, deflate", "Connection": "keep-alive"}
_PLAIN_URL = re.compile(r"https?://[a-z0-9.:-]+(?:/(?:[\w.~:@!$&'()*+,;=/?-]|%[0-9A-Fa-f]{2})*)?", re.ASCII)
"""Addresses that go out as they are; others are quoted first."""

SURROUNDINGS_FOR = 60.0
"""Seconds that proxy settings are believed."""


class _Progress(threading.local):
    """What the connection of this thread has done with the current request."""

    sent = False
    deadline = 0.0
    late = False
    guard: Callable[[], None] = staticmethod(lambda: None)


_progress = _Progress()


class _Timed(io.RawIOBase):
    """An answer on its way, cut off at the request's deadline: also one that drips."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._silence = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = _progress.deadline - time.monotonic()
        _progress.late = left <= 0
        if _progress.late:
            raise TimeoutError
        self._sock.settimeout(left if self._silence is None else min(left, self._silence))
        try:
            return self._raw.readinto(buffer)
        except TimeoutError:
            _progress.late = time.monotonic() >= _progress.deadline
            raise

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """Read through `_Timed`."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock))


class _Watched:
    """Mixed into urllib3's connections: notes the first byte sent, and cuts off answers that drip."""

    sock: Any
    response_class: Any = _Response

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        _progress.sent = False  # what a proxy's CONNECT sent does not count

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _progress.guard()
        _progress.sent = True
        super().send(data)  # type: ignore[misc]


class _PlainConnection(_Watched, HTTPConnection):
    """http, watched."""


class _TLSConnection(_Watched, HTTPSConnection):
    """https, watched."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


_POOLS = {"http": _PlainPool, "https": _TLSPool}


class _SystemTrust(HTTPAdapter):
    """Trust what Windows trusts, not a list of our own; REQUESTS_CA_BUNDLE still counts."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        kwargs["ssl_context"] = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        kwargs["ssl_context"] = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        if verify is True:
            conn.cert_reqs = "CERT_REQUIRED"
            return
        super().cert_verify(conn, url, verify, cert)  # type: ignore[no-untyped-call]


class _Pinned(_SystemTrust):
    """Trust one certificate, known by its SHA-256 fingerprint, and no other: for servers that signed their own."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # the fingerprint is checked instead, before anything is sent
        kwargs["assert_fingerprint"] = self._fingerprint
        HTTPAdapter.init_poolmanager(self, *args, ssl_context=context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:  # noqa: ARG002
        conn.cert_reqs = "CERT_NONE"


def _prepared(request: Outgoing) -> requests.PreparedRequest:
    """The request as it is, and nothing of a session: no cookies, no password of .netrc in place of our header.

    What a session merges in costs as much again as the exchange itself.
    """
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.headers = CaseInsensitiveDict({**_ALWAYS, **request.headers})
    if _PLAIN_URL.fullmatch(request.url):
        prepared.url = request.url
    else:
        prepared.prepare_url(request.url, None)
    prepared.body = request.body or None
    if request.body or request.method not in {"GET", "HEAD"}:
        prepared.headers["Content-Length"] = str(len(request.body))
    return prepared


class Transport:
    """A pool of connections. `limit` is the greatest size of an answer in bytes, unpacked.

    `handshake` signs in connection by connection (NTLM, Negotiate). `fingerprint` pins the server's certificate.
    """

    def __init__(
        self, timeouts: Timeouts, limit: int, *, handshake: SignsInConnections | None = None, fingerprint: str = ""
    ) -> None:
        self._timeouts = timeouts
        self._limit = limit
        self._handshake = handshake
        self._known: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._session = requests.Session()
        self._session.mount("https://", _Pinned(fingerprint) if fingerprint else _SystemTrust())
        self._session.mount("http://", _SystemTrust())

    def exchange(self, request: Outgoing, guard: Callable[[], None] = lambda: None) -> Incoming:
        """Send and receive. Raises N01, N02, N03, N06, N07, N11, N12, D39, D40 or D41.

        `guard` is asked before each piece that goes out: a machine that was suspended with the request half made
        must not send the rest of it when it wakes.
        """
        _progress.sent = _progress.late = False
        _progress.guard = guard
        _progress.deadline = time.monotonic() + self._timeouts.total
        try:
            response = self._answer(_prepared(request), request.url)
            with response:
                body = self._read(response, request)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise self._fault(request, error) from error
        return Incoming(response.status_code, response.headers, body)

    def _answer(self, prepared: requests.PreparedRequest, url: str) -> requests.Response:
        """Send, and once more for each step of signing the connection in."""
        adapter, around = self._session.get_adapter(url), self._surroundings(url)
        timeout = (self._timeouts.connect, self._timeouts.read)

        def send(one: requests.PreparedRequest) -> requests.Response:
            return adapter.send(one, timeout=timeout, stream=True, **around)

        response = send(prepared)
        return self._handshake.follow(response, prepared, send) if self._handshake else response

    def _surroundings(self, url: str) -> Mapping[str, Any]:
        """Proxy and certificates as the machine says; asked now and then, since asking costs a third of a request."""
        origin, now = "/".join(url.split("/", 3)[:3]), time.monotonic()
        until, settings = self._known.get(origin, (0.0, {}))
        if now >= until:
            settings = dict(self._session.merge_environment_settings(url, {}, None, None, None))
            settings.pop("stream", None)
            surroundings.check(url, settings)
            self._known[origin] = (now + SURROUNDINGS_FOR, settings)
        return settings

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def _read(self, response: requests.Response, request: Outgoing) -> bytes:
        """The body, within the limits of size and time."""
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > self._limit:
            raise self._too_big(request)
        parts: list[bytes] = []
        size = 0
        if declared.isdigit() and "Content-Encoding" not in response.headers:
            body: bytes = response.raw.read(int(declared), decode_content=False)  # in one piece, without a copy
            if len(body) == int(declared):
                return body
            parts, size = [body], len(body)  # the rest is missing, and reading on says why
        while part := response.raw.read1(_CHUNK, decode_content=True):
            size += len(part)
            if size > self._limit:
                raise self._too_big(request)
            parts.append(part)
        return b"".join(parts)

    def _fault(self, request: Outgoing, error: Exception) -> SyncError:
        """What happened, in the catalogue's words."""
        host = host_of(request.url)
        uncertain = request.changes and _progress.sent
        detail = _words(error)
        if _progress.late or isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
            seconds = self._timeouts.connect if isinstance(error, ConnectTimeout) else self._timeouts.read
            seconds = self._timeouts.total if _progress.late else seconds
            return catalogue.TIMED_OUT.error(host=host, seconds=round(seconds, 1), uncertain=uncertain)
        if isinstance(error, ProxyError):
            return catalogue.PROXY_FAILED.error(detail=detail, uncertain=uncertain)
        if isinstance(error, SSLError) and not _progress.sent:
            if wrong := surroundings.certificates_gone():
                return wrong
            return catalogue.CERTIFICATE.error(host=host, detail=detail)
        if isinstance(error, urllib3.exceptions.DecodeError | requests.exceptions.ContentDecodingError):
            return catalogue.ANSWER_STRANGE.error(
                host=host, what="ett packat svar som inte går att packa upp", expected="JSON", uncertain=uncertain
            )
        entry = catalogue.CONNECTION_LOST if _progress.sent else catalogue.NO_NETWORK
        return entry.error(host=host, detail=detail, uncertain=uncertain)

    def _too_big(self, request: Outgoing) -> SyncError:
        limit = round(self._limit / 1_000_000)
        return catalogue.ANSWER_TOO_BIG.error(host=host_of(request.url), limit=limit, uncertain=request.changes)


def fingerprint_of(host: str, port: int) -> str:
    """The SHA-256 fingerprint of the certificate that a server shows, for a person to compare. Raises N01."""
    try:
        with socket.create_connection((host, port), timeout=10) as plain:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE  # looked at only; nothing is sent
            with context.wrap_socket(plain, server_hostname=host) as secure:
                shown = secure.getpeercert(binary_form=True) or b""
    except OSError as error:
        raise catalogue.NO_NETWORK.error(host=f"{host}:{port}", detail=str(error)) from error
    return hashlib.sha256(shown).hexdigest().upper()


def _words(error: Exception) -> str:
    """The innermost reason, without addresses of objects in memory."""
    inner: Any = error
    while True:
        following = getattr(inner, "reason", None) or next((a for a in inner.args if isinstance(a, Exception)), None)
        if not isinstance(following, Exception):
            break
        inner = following
    return str(inner).rpartition(">: ")[2][:300] or type(inner).__name__
