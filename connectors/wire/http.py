"""The one HTTP layer: what is allowed, when, how often, and what an answer means.

A connector declares its server once (`Server`) and then asks for typed answers. The rules here:

- Only declared hosts are spoken to, over https (plain http only to this machine); redirects included.
- Reads are tried again when that may help. A change is tried again only when it is certain that the first try
  was not taken: refused with 401 or 429. Anything else that went wrong after sending is `uncertain`.
- The lease is checked just before a change, *Avbryt* before each request and during each wait.
- Everything leaves a row in the Debug log; secrets are masked here as well as there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

import msgspec
from msgspec import Struct
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_after_delay

from connectors.wire.answers import EXCERPT, decode, in_utf8, masked, tidy, words
from connectors.wire.limits import Limit, Pacer, http_date, retry_after
from connectors.wire.messages import Incoming, Outgoing, SignsInConnections, Timeouts, host_of
from synccenter import __version__
from synccenter.contract import catalogue
from synccenter.contract.connector import Session
from synccenter.contract.errors import ErrorKind, SyncError
from synccenter.contract.shown import shown, shown_address

T = TypeVar("T")
Parameters = Mapping[str, str | int | bool]

USER_AGENT = f"JobOfficeSyncCenter/{__version__}"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_REDIRECTS = {301, 302, 303, 307, 308}
_NO_ANSWER_YET = {408, 425, 499}
PAGE_EXCERPT = 500
"""Bytes of a page that went well in the Debug log; a change and a refusal get more."""

_ENCODER = msgspec.json.Encoder(decimal_format="number")
"""Amounts go out as JSON numbers, exactly as they are."""

_ATTEMPTS = 3
_RETRY_SECONDS = 60.0


class Server(Struct, frozen=True, kw_only=True):
    """A server as a connector declares it.

    `base` ends before the paths given later. `hosts` may be spoken to besides that of `base`. `explain` turns
    a refusal into one of the connector's own errors, or None when it does not know it; `wait_hint` finds the
    seconds to wait in an answer's text where the vendor puts them there, `wait_headers` name headers of its own for
    them. `pace_key` names what the limit counts by. `patience`: the longest wait, in seconds, that is worth sitting
    out within a run. `handshake` and `fingerprint`: see `Transport`. `faults_are_final`: a 5xx that `explain` knows is
    a refusal, as SOAP says no (SOAP 1.1, 6.2), and certain.
    """

    system: str
    base: str
    hosts: frozenset[str] = frozenset()
    limit: Limit | None = None
    pace_key: Callable[[str], str] = lambda path: ""  # noqa: ARG005
    explain: Callable[[int, bytes], SyncError | None] = lambda status, body: None  # noqa: ARG005
    wait_hint: Callable[[int, bytes], float | None] = lambda status, body: None  # noqa: ARG005
    wait_headers: tuple[str, ...] = ()
    timeouts: Timeouts = Timeouts()
    size_limit: int = 64_000_000
    patience: float = 75.0
    default_wait: float = 10.0
    plain_http: bool = False
    log_bodies: bool = True
    handshake: SignsInConnections | None = None
    fingerprint: str = ""
    faults_are_final: bool = False
    at_once: int = 0


class Authority(Protocol):
    """What signs requests in."""

    def headers(self) -> Mapping[str, str]:
        """Headers that sign a request in. Raises N09 when a person must sign in."""
        ...

    def renew(self, refused: Mapping[str, str]) -> None:
        """These headers were refused (401): get new ones, unless somebody has already."""
        ...


class _Last(threading.local):
    """What this thread was answered last."""

    headers: Mapping[str, str] = {}


class Http:
    """Requests to one server. For many threads."""

    def __init__(self, session: Session[Struct], server: Server, authority: Authority | None = None) -> None:
        from connectors.wire.transport import Transport  # noqa: PLC0415 - requests costs 100 ms: only when it is used

        self.host = host_of(server.base)
        """The server's name, for people."""
        self._session = session
        self._server = server
        self._authority = authority
        self._hosts = server.hosts | {_split(server.base).netloc}
        self._pacer = Pacer(session, server.limit)
        self._transport = Transport(
            server.timeouts, server.size_limit, handshake=server.handshake, fingerprint=server.fingerprint
        )
        self._last = _Last()
        self._places = threading.BoundedSemaphore(server.at_once) if server.at_once else nullcontext()
        self._check_address(server.base)

    def get(self, path: str, into: type[T], parameters: Parameters | None = None) -> T:
        """Read. `path` is relative to the base, or a whole address on a declared host (a next-link)."""
        answer = self._persist("GET", path, parameters)
        return decode(answer.body, into, host=self.host)

    def get_or_none(self, path: str, into: type[T], parameters: Parameters | None = None) -> T | None:
        """Read what may be gone: None for 404."""
        answer = self._persist("GET", path, parameters, missing=True)
        return None if answer.status == 404 else decode(answer.body, into, host=self.host)

    def send(
        self,
        method: str,
        path: str,
        body: Any,
        into: type[T],
        *,
        parameters: Parameters | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """Change something. Never repeated unless it is certain that the first was not taken.

        204 (no content) is `None`: take it by `into=Something | None`.
        """
        content = {"Content-Type": "application/json", **(headers or {})}
        answer = self._persist(method, path, parameters, body=_ENCODER.encode(body), headers=content, changes=True)
        said = b"null" if answer.status == 204 else answer.body
        return decode(said, into, host=self.host, uncertain=True)

    def raw(
        self,
        method: str,
        path: str,
        *,
        parameters: Parameters | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        changes: bool = False,
        missing: bool = False,
    ) -> Incoming:
        """A request in another format than JSON. A POST that only reads (SOAP) is `changes=False`.

        `missing`: an answer of 404 is given back, else it is an error.
        """
        return self._persist(method, path, parameters, body=body, headers=headers, changes=changes, missing=missing)

    def form(self, path: str, body: str, headers: Mapping[str, str]) -> Incoming:
        """Post an encoded form, tried once; the answer whatever its status is. For token end points."""
        content = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self._once(self._outgoing("POST", path, None, body.encode(), content, changes=False))

    def absolute(self, path: str, link: str) -> str:
        """The whole address of a link out of the answer to `path`, however it is written (RFC 3986, 5)."""
        asked = path if "://" in path else self._server.base.rstrip("/") + path
        return urljoin(asked, link)

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    @property
    def last_headers(self) -> Mapping[str, str]:
        """The headers of the last answer that this thread got."""
        return self._last.headers

    @property
    def server_time(self) -> datetime | None:
        """What the server's clock was at that answer, where it says so (`Date`, RFC 9110, 6.6.1)."""
        return http_date(self.last_headers.get("Date", ""))

    # --- one call, tried as often as is safe -------------------------------------------------------------

    def _persist(
        self,
        method: str,
        path: str,
        parameters: Parameters | None,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        changes: bool = False,
        missing: bool = False,
    ) -> Incoming:
        request = self._outgoing(method, path, parameters, body, headers or {}, changes=changes)
        tries = Retrying(
            stop=stop_after_attempt(_ATTEMPTS) | stop_after_delay(_RETRY_SECONDS + self._server.patience),
            retry=retry_if_exception(lambda error: self._worth_another(error, changes=changes)),
            wait=self._wait,
            sleep=self._pacer.pause,
            reraise=True,
        )
        return tries(self._signed_in, request, missing)

    def _worth_another(self, error: BaseException, *, changes: bool) -> bool:
        if not isinstance(error, SyncError) or error.problem.code == catalogue.CANCELLED.code:
            return False
        if (error.retry_after or 0.0) > self._server.patience:
            return False
        kind = error.problem.kind
        asked = error.retry_after is not None and not error.uncertain  # not taken, and worth another try: a lock
        return kind is ErrorKind.WAIT or (kind is ErrorKind.RETRY and (asked or not changes))

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, SyncError) else None
        return asked if asked is not None else 0.5 * 2.0**state.attempt_number

    def _signed_in(self, request: Outgoing, missing: bool) -> Incoming:
        """One try, and one more with fresh headers after a 401 (which says that nothing was done)."""
        signature = self._authority.headers() if self._authority else {}
        answer = self._once(request, signature)
        if answer.status == 401 and self._authority:
            self._authority.renew(signature)
            signature = self._authority.headers()
            answer = self._once(request, signature)
        if answer.status < 300 or (missing and answer.status == 404):
            return answer
        raise self._refusal(request, answer, signature)

    def _once(self, request: Outgoing, signature: Mapping[str, str] | None = None) -> Incoming:
        """One request, redirects within the declared hosts followed for reads."""
        for _ in range(4):
            answer = self._exchange(request, signature or {})
            target = answer.headers.get("Location", "")
            if answer.status not in _REDIRECTS or request.method != "GET" or not target:
                return answer
            request = msgspec.structs.replace(request, url=_joined(request.url, target))
            self._check_address(request.url)
        raise catalogue.ANSWER_STRANGE.error(host=self.host, what="hänvisningar i ring", expected="ett svar")

    def _exchange(self, request: Outgoing, signature: Mapping[str, str]) -> Incoming:
        if self._session.cancelled():
            raise catalogue.CANCELLED.error()
        place = self._pacer.wait_for(self._key(request))
        if request.changes:
            self._session.guard()
        started = time.monotonic()
        signed = msgspec.structs.replace(request, headers={**request.headers, **signature})
        try:
            with self._places:
                answer = self._transport.exchange(signed, self._session.guard if request.changes else _nobody)
        except SyncError as error:
            self._trace(request, started, error.problem.code, b"", signature)
            raise
        finally:
            self._pacer.answered(self._key(request), place)
        answer = msgspec.structs.replace(answer, body=in_utf8(answer.body, answer.headers.get("Content-Type", "")))
        self._trace(request, started, str(answer.status), answer.body, signature)
        self._last.headers = answer.headers
        return answer

    # --- what a request is and what an answer means ------------------------------------------------------

    def _outgoing(
        self,
        method: str,
        path: str,
        parameters: Parameters | None,
        body: bytes,
        headers: Mapping[str, str],
        *,
        changes: bool,
    ) -> Outgoing:
        url = path if "://" in path else self._server.base.rstrip("/") + path
        if parameters:
            plain = {name: _plain(value) for name, value in parameters.items()}
            url += ("&" if "?" in url else "?") + urlencode(plain, quote_via=quote, safe="$:(),'")
        self._check_address(url)
        common = {"Accept": "application/json", "User-Agent": USER_AGENT}
        return Outgoing(method, url, {**common, **headers}, body, changes)

    def _check_address(self, url: str) -> None:
        """Refuse what is not declared, before anything is sent. Raises N13."""
        parts = _split(url)
        why = ""
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            why = "adressen ska se ut som https://server.se, utan användarnamn"
        elif parts.netloc not in self._hosts:
            why = f"bara {', '.join(sorted(self._hosts))} hör till {self._server.system}"
        elif parts.scheme == "http" and parts.hostname not in _LOOPBACK and not self._server.plain_http:
            why = "förbindelsen vore okrypterad; adressen ska börja med https://"
        if why:
            place = parts.netloc.rpartition("@")[2]
            raise catalogue.ADDRESS_REFUSED.error(address=f"{parts.scheme}://{place}", why=why)

    def _refusal(self, request: Outgoing, answer: Incoming, signature: Mapping[str, str]) -> SyncError:
        """The error behind an answer that is not 2xx."""
        status, changes = answer.status, request.changes
        detail = masked(words(answer.body, 500), signature.values())
        if status == 429:
            return self._asked_to_wait(request, answer)
        final = self._server.explain(status, answer.body) if status >= 500 and self._server.faults_are_final else None
        if final:
            return final
        if status >= 500 or status in _NO_ANSWER_YET:
            wait = retry_after(answer.headers, self._session.clock) if status in {503, 504} else None
            return catalogue.SERVER_ERROR.error(
                host=self.host, status=status, detail=detail, uncertain=changes, retry_after=wait
            )
        if status < 400:
            what = f"en hänvisning ({status})"
            return catalogue.ANSWER_STRANGE.error(host=self.host, what=what, expected="JSON", uncertain=changes)
        told = self._server.explain(status, answer.body)
        if told is None and changes and not _speaks(answer.body):
            return self._unspoken(status, answer.body)
        return told or self._plain_refusal(status, detail)

    def _unspoken(self, status: int, body: bytes) -> SyncError:
        """A change met an answer that is not the other program's own: a maintenance page, a firewall's refusal, an
        address that is gone for a while. What became of the change, nobody has said."""
        what = "en webbsida" if body.lstrip()[:1] == b"<" else "inget"
        said = f"{what} ({status})"
        return catalogue.ANSWER_STRANGE.error(host=self.host, what=said, expected="besked om ändringen", uncertain=True)

    def _plain_refusal(self, status: int, detail: str) -> SyncError:
        """A refusal that the connector does not know better."""
        system = self._server.system
        general = {
            401: catalogue.SIGN_IN_NEEDED.error(system=system, detail=detail),
            403: catalogue.NOT_ALLOWED.error(system=system, detail=detail),
            407: catalogue.PROXY_FAILED.error(detail=detail),
        }
        return general.get(status) or catalogue.REFUSED_UNKNOWN.error(host=self.host, status=status, detail=detail)

    def _asked_to_wait(self, request: Outgoing, answer: Incoming) -> SyncError:
        """429: certain that nothing was done. The wait stands in a header, in the text, or nowhere."""
        names = ("Retry-After", *self._server.wait_headers)
        told = (retry_after(answer.headers, self._session.clock, name) for name in names)
        wait = next((seconds for seconds in told if seconds is not None), None)
        if wait is None:
            wait = self._server.wait_hint(answer.status, answer.body)
        if wait is None:
            wait = self._server.default_wait
        self._pacer.hold(self._key(request), wait)
        return catalogue.RATE_LIMITED.error(host=self.host, seconds=round(wait), retry_after=wait)

    def _key(self, request: Outgoing) -> str:
        return self._server.pace_key(urlsplit(request.url).path)

    def _trace(
        self, request: Outgoing, started: float, outcome: str, answer: bytes, signature: Mapping[str, str]
    ) -> None:
        """One Debug row a request, with what may be shown of the beginning of what went and came."""
        took = round((time.monotonic() - started) * 1000)
        row = f"{request.method} {shown_address(request.url)} {outcome} {took} ms,"
        row += f" {len(request.body)} B upp, {len(answer)} B ner"
        if self._server.log_bodies:
            most = PAGE_EXCERPT if request.method == "GET" and outcome == "200" else EXCERPT
            bodies = (("⇒", request.body), ("⇐", answer))
            row += "".join(f" {arrow} {shown(body, most)}" for arrow, body in bodies if body)
        self._session.debug(masked(row, signature.values()))


def _speaks(body: bytes) -> bool:
    """Whether a refusal has content that a program may have written: JSON, or XML that is no web page."""
    start = body[:500].lstrip().lower()
    return bool(start) and not start.startswith((b"<!doctype html", b"<html"))


def _nobody() -> None:
    """A read needs no guard."""


def _plain(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _split(url: str) -> SplitResult:
    """An address in its parts. Raises N13 when it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        raise catalogue.ADDRESS_REFUSED.error(address=tidy(url, 100), why="det är ingen adress") from None


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        raise catalogue.ADDRESS_REFUSED.error(address=tidy(target, 100), why="det är ingen adress") from None
