"""One request over the wire and no more: certificates, time-outs, size, and whether anything was sent.

Everything that can go wrong below HTTP becomes a `SyncError` here. A write that failed before its first byte
left the machine is certain (`uncertain=False`); after that nobody knows (`uncertain=True`).
"""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from typing import Any

import requests
import truststore
import urllib3
from msgspec import Struct
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.exceptions import ConnectTimeout, ProxyError, SSLError
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from synccenter.core import catalogue
from synccenter.core.errors import SyncError

_CHUNK = 64 * 1024


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


class _Progress(threading.local):
    """What the connection of this thread has done with the current request."""

    sent = False
    deadline = 0.0
    late = False


_progress = _Progress()


class _Watched:
    """Mixed into urllib3's connections: notes the first byte sent, and cuts off headers that drip."""

    sock: Any

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        _progress.sent = False  # what a proxy's CONNECT sent does not count

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _progress.sent = True
        super().send(data)  # type: ignore[misc]

    def getresponse(self) -> Any:
        progress, sock = _progress, self.sock
        cut = threading.Timer(max(0.0, progress.deadline - time.monotonic()), _cut, (sock,))
        cut.daemon = True
        cut.start()
        try:
            return super().getresponse()  # type: ignore[misc]
        finally:
            cut.cancel()
            progress.late = time.monotonic() >= progress.deadline


def _cut(sock: Any) -> None:
    try:
        sock.shutdown(2)
    except OSError:  # closed meanwhile: nothing left to cut
        return


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


class _HeadersOnly(AuthBase):
    """Keeps requests from putting a password of .netrc in place of our Authorization header."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


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


class _Straight(requests.Session):
    """Follows no redirect and does not even look at its address: `Http` judges it."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, ever."""


class Transport:
    """A pool of connections. `limit` is the greatest size of an answer in bytes, unpacked.

    `handshake` signs in connection by connection (NTLM, Negotiate). `fingerprint` pins the server's certificate.
    """

    def __init__(
        self, timeouts: Timeouts, limit: int, *, handshake: AuthBase | None = None, fingerprint: str = ""
    ) -> None:
        self._timeouts = timeouts
        self._limit = limit
        self._auth = handshake or _HeadersOnly()
        self._session = _Straight()
        self._session.mount("https://", _Pinned(fingerprint) if fingerprint else _SystemTrust())
        self._session.mount("http://", _SystemTrust())

    def exchange(self, request: Outgoing) -> Incoming:
        """Send and receive. Raises N01, N02, N03, N06, N07, N11 or N12."""
        _progress.sent = _progress.late = False
        _progress.deadline = time.monotonic() + self._timeouts.total
        try:
            response = self._session.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.body or None,
                auth=self._auth,
                timeout=(self._timeouts.connect, self._timeouts.read),
                stream=True,
                allow_redirects=False,
            )
            with response:
                body = self._read(response, request)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise self._fault(request, error) from error
        return Incoming(response.status_code, response.headers, body)

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
        while part := response.raw.read1(_CHUNK, decode_content=True):
            size += len(part)
            if size > self._limit:
                raise self._too_big(request)
            if time.monotonic() > _progress.deadline:
                raise self._too_slow(request)
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

    def _too_slow(self, request: Outgoing) -> SyncError:
        seconds = round(self._timeouts.total, 1)
        return catalogue.TIMED_OUT.error(host=host_of(request.url), seconds=seconds, uncertain=request.changes)


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


def host_of(url: str) -> str:
    """`host` or `host:port` of an address, for people."""
    return urllib3.util.parse_url(url).netloc or url


def _words(error: Exception) -> str:
    """The innermost reason, without addresses of objects in memory."""
    inner: Any = error
    while True:
        following = getattr(inner, "reason", None) or next((a for a in inner.args if isinstance(a, Exception)), None)
        if not isinstance(following, Exception):
            break
        inner = following
    return str(inner).rpartition(">: ")[2][:300] or type(inner).__name__
