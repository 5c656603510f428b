"""OAuth2 tokens (RFC 6749): kept in the keychain, renewed by one process at a time, never lost.

A refresh token may work only once, so a new one is stored before it is used, and whoever waited for the lock
reads what the other stored instead of asking again. oauthlib builds the messages; our own HTTP layer carries
them. That the Windows keychain takes only 1,280 characters an entry is the keychain's own concern
(`core/secrets.py` keeps a long value in parts).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlencode

import filelock
import msgspec
from msgspec import Struct
from oauthlib.oauth2 import BackendApplicationClient, WebApplicationClient

from connectors.wire.answers import decode, masked, strange
from connectors.wire.http import Http, Server
from connectors.wire.limits import retry_after
from connectors.wire.messages import Incoming, Timeouts
from synccenter.contract import catalogue
from synccenter.contract.connector import Secrets, Session
from synccenter.contract.errors import SyncError

_MARGIN = 60.0
_LOCK_SECONDS = 90.0
_LIMIT_WAIT = 60.0
"""Seconds to wait after a 429 that does not say how long."""

_CLIENT_AT_FAULT = {"invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type"}
_PASSING = {"temporarily_unavailable", "server_error", "slow_down"}


class Token(Struct, frozen=True):
    """A token as kept. `expires_at` is in seconds since 1970 by this machine's clock."""

    access: str
    expires_at: float
    refresh: str = ""
    scope: str = ""


class Endpoints(Struct, frozen=True, kw_only=True):
    """Where and as whom to sign in. `client_secret` is sent as HTTP Basic, never in the body; without one (a public
    client, RFC 6749, 2.1) the client's id stands in the body instead.

    `headers` go with every request for a token: some vendors have the company there (Fortnox: `TenantId`).
    `revoke` is where a token is ended (RFC 7009), "" where the vendor has no such place.
    """

    system: str
    authorize: str
    token: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    extra: tuple[tuple[str, str], ...] = ()
    pkce: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    revoke: str = ""


class TokenStore:
    """A token in the keychain, as one entry so that it is never half old and half new."""

    def __init__(self, secrets: Secrets, name: str) -> None:
        self._secrets = secrets
        self._name = name

    def load(self) -> Token | None:
        """The token, or None when there is none or it cannot be read."""
        try:
            return msgspec.json.decode(self._secrets.get(self._name) or "", type=Token)
        except msgspec.MsgspecError:
            return None

    def save(self, token: Token) -> None:
        """Keep the token; it is durable when this returns."""
        self._secrets.set(self._name, msgspec.json.encode(token).decode())

    def forget(self) -> None:
        """Sign out."""
        self._secrets.delete(self._name)


class Tokens:
    """Signs requests in with a token that is always fresh. An `Authority` for `Http`.

    A person began it in the browser (`connectors/wire/sign_in.py`); or, with `machine`, the client itself is
    let in (client credentials) and no person is needed.
    """

    def __init__(
        self,
        session: Session[Struct],
        endpoints: Endpoints,
        *,
        name: str = "token",
        machine: bool = False,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - a frozen struct
    ) -> None:
        self.endpoints = endpoints
        self.store = TokenStore(session.secrets, name)
        self._session = session
        self._machine = machine
        self._lock = session.folder / f"{name}.lock"
        self._held: Token | None = None
        server = Server(system=endpoints.system, base=endpoints.token, log_bodies=False, timeouts=timeouts)
        self._http = Http(session, server)

    def headers(self) -> Mapping[str, str]:
        """See `Authority.headers`."""
        token = self._held or self.store.load()
        if token is None or not self._fresh(token):
            token = self._renewed(token.access if token else "")
        self._held = token
        return _bearer(token)

    def renew(self, refused: Mapping[str, str]) -> None:
        """See `Authority.renew`."""
        self._held = self._renewed(refused.get("Authorization", "").removeprefix("Bearer "))

    def good_until(self) -> datetime | None:
        """When the key that is kept runs out; None when there is none. With a refresh key it is renewed by itself."""
        token = self.store.load()
        return datetime.fromtimestamp(token.expires_at, UTC) if token else None

    def exchange(self, code: str, redirect: str, verifier: str = "") -> Token:
        """Trade an authorisation code for the first token, and keep it. Raises N09 or N14."""
        client = WebApplicationClient(self.endpoints.client_id)
        body = client.prepare_request_body(
            code=code, redirect_uri=redirect, include_client_id=False, code_verifier=verifier or None
        )
        with self._locked():
            return self._ask(body, None)

    def sign_out(self) -> None:
        """Forget the token, and tell the other side that it is over (RFC 7009). A line that is down hinders nobody."""
        token = self.store.load()
        self._held = None
        self.store.forget()
        if token is None or not token.refresh or not self.endpoints.revoke:
            return
        body = urlencode({"token": token.refresh, "token_type_hint": "refresh_token"})
        try:
            answer = self._http.form(self.endpoints.revoke, body, {"Authorization": self._basic()})
        except SyncError as error:
            self._session.debug(f"Utloggningen nådde inte {self._http.host}: {error.problem.title}.")
        else:
            if answer.status >= 300:
                self._session.debug(f"{self._http.host} avslutade inte inloggningen: {answer.status}.")

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _fresh(self, token: Token) -> bool:
        return bool(token.access) and token.expires_at - _MARGIN > self._session.clock().timestamp()

    def _renewed(self, used: str) -> Token:
        """A token other than the used one: what another process has stored meanwhile, or a new one."""
        with self._locked():
            stored = self.store.load()
            if stored and stored.access != used and self._fresh(stored):
                return stored
            if self._machine:
                machine = BackendApplicationClient(self.endpoints.client_id)
                return self._ask(machine.prepare_request_body(scope=list(self.endpoints.scopes)), None)
            if not stored or not stored.refresh:
                raise catalogue.SIGN_IN_NEEDED.error(system=self.endpoints.system)
            client = WebApplicationClient(self.endpoints.client_id)
            return self._ask(client.prepare_refresh_body(refresh_token=stored.refresh), stored)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One at a time, whether thread, object or process. Raises N02 or S06."""
        self._session.folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self._lock, thread_local=False)
        try:
            lock.acquire(timeout=_LOCK_SECONDS, cancel_check=self._session.cancelled)
        except filelock.Timeout:
            if self._session.cancelled():
                raise catalogue.CANCELLED.error() from None
            raise catalogue.TIMED_OUT.error(host=self._http.host, seconds=round(_LOCK_SECONDS)) from None
        try:
            yield
        finally:
            lock.release()

    def _ask(self, body: str, previous: Token | None) -> Token:
        """Ask the token end point; the answer is stored before anybody uses it."""
        headers = dict(self.endpoints.headers)
        if self.endpoints.client_secret:
            headers["Authorization"] = self._basic()
        else:
            body += "&" + urlencode({"client_id": self.endpoints.client_id})
        answer = self._http.form("", body, headers)
        if answer.status >= 300:
            raise self._refusal(answer)
        said = decode(answer.body, _Said, host=self._http.host)
        if said.error:
            raise self._refused(said.error)
        if not said.access_token:
            raise strange(self._http.host, "ett svar utan access_token")
        token = Token(
            access=said.access_token,
            expires_at=self._session.clock().timestamp() + _seconds(said.expires_in),
            refresh=said.refresh_token or (previous.refresh if previous else ""),
            scope=said.scope or (previous.scope if previous else ""),
        )
        self.store.save(token)
        return token

    def _refusal(self, answer: Incoming) -> SyncError:
        """Why no token was given. Only the end point's own words (RFC 6749, 5.2) say that a person must sign in.

        A limit, a firewall's or a maintenance page, or an address that is gone for a while says nothing of the token.
        """
        host = self._http.host
        if answer.status == 429:
            wait = retry_after(answer.headers, self._session.clock)
            wait = _LIMIT_WAIT if wait is None else wait
            return catalogue.RATE_LIMITED.error(host=host, seconds=round(wait), retry_after=wait)
        try:
            why = decode(answer.body, _Said, host=host).error
        except SyncError:  # no JSON: a page from something in between
            why = ""
        if answer.status >= 500 or (not why and answer.status not in {400, 401}) or why in _PASSING:
            wait = retry_after(answer.headers, self._session.clock) if answer.status == 503 else None
            return catalogue.SERVER_ERROR.error(host=host, status=answer.status, retry_after=wait)
        if not why and answer.body.lstrip()[:1] == b"<":
            return strange(host, "en webbsida")
        return self._refused(why or str(answer.status))

    def _refused(self, why: str) -> SyncError:
        if why in _CLIENT_AT_FAULT:
            return catalogue.CLIENT_REFUSED.error(system=self.endpoints.system, why=why)
        return catalogue.SIGN_IN_NEEDED.error(system=self.endpoints.system, detail=masked(why[:100]))

    def _basic(self) -> str:
        pair = f"{self.endpoints.client_id}:{self.endpoints.client_secret}"
        return "Basic " + base64.b64encode(pair.encode()).decode()


class _Said(Struct):
    """The token end point's answer (RFC 6749, 5.1 and 5.2)."""

    access_token: str = ""
    expires_in: float | str | None = None
    refresh_token: str | None = None
    scope: str | None = None
    error: str = ""


def _seconds(lifetime: float | str | None) -> float:
    """`expires_in`, which some send as text; an hour when it is missing (RFC 6749, 5.1: RECOMMENDED)."""
    try:
        return float(lifetime or 3600)
    except ValueError:
        return 3600.0


def _bearer(token: Token) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token.access}"}
