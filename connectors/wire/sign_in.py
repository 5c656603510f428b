"""Signing in: the browser, a loopback address that it comes back to, and a page that says how it went.

RFC 8252: the redirect address is on this machine only and open just while a person signs in. Where the vendor
has registered an https address (which no browser trusts on localhost), the person pastes the address that the
browser ended on instead.
"""

from __future__ import annotations

import html
import os
import queue
import secrets as random
import socket
import threading
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from oauthlib.oauth2 import MismatchingStateError, OAuth2Error, WebApplicationClient

from connectors.wire.oauth import Token, Tokens
from synccenter.contract import catalogue
from synccenter.contract.connector import Session

WAIT_SECONDS = 300.0
"""As long as a person may take; authorisation codes live about as long."""

_PAGE = """<!doctype html><html lang="sv"><meta charset="utf-8"><title>JobOffice Sync Center</title>
<style>body{{font:18px/1.5 "Segoe UI",sans-serif;max-width:34em;margin:12vh auto;padding:0 1em;color:#222}}
h1{{font-size:1.5em;color:{colour}}}</style>
<script>history.replaceState(null,"","/")</script>
<h1>{title}</h1><p>{text}</p></html>"""


class SignIn:
    """One attempt to sign in. `state` ties the browser's answer to this attempt (RFC 6749, 10.12)."""

    def __init__(self, session: Session[Struct], tokens: Tokens, redirect: str) -> None:
        self._session = session
        self._tokens = tokens
        self._redirect = redirect
        self._client = WebApplicationClient(tokens.endpoints.client_id)
        self._state = random.token_urlsafe(24)
        self._verifier = self._client.create_code_verifier(64) if tokens.endpoints.pkce else ""

    def address(self) -> str:
        """The page where the person signs in."""
        endpoints = self._tokens.endpoints
        more = dict(endpoints.extra)
        if self._verifier:
            challenge = self._client.create_code_challenge(self._verifier, "S256")
            more |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        secure, plain = endpoints.authorize, ""
        if secure.startswith("http://"):  # oauthlib refuses it; that only this machine may be plain is our rule
            plain, secure = "http://", secure.replace("http://", "https://", 1)
        address = self._client.prepare_request_uri(
            secure, redirect_uri=self._redirect, scope=list(endpoints.scopes), state=self._state, **more
        )
        return plain + address.removeprefix("https://") if plain else str(address)

    def finish(self, came_back_to: str) -> Token:
        """The token for the address that the browser came back to. Raises N09, N14 or N15."""
        secure = came_back_to.strip().replace("http://", "https://", 1)
        try:
            answer = self._client.parse_request_uri_response(secure, state=self._state)
        except MismatchingStateError:
            raise catalogue.SIGN_IN_FAILED.error(why="Svaret hörde inte till den här inloggningen.") from None
        except OAuth2Error as error:
            raise catalogue.SIGN_IN_FAILED.error(why=_reason(str(error.error))) from None
        return self._tokens.exchange(str(answer["code"]), self._redirect, self._verifier)

    def run(self, open_page: Callable[[str], object] | None = None, pasted: queue.Queue[str] | None = None) -> Token:
        """The whole of it: open the browser, wait, trade the code. Raises N15 when nobody signed in, S06 by *Avbryt*.

        `pasted` may bring the address from a person instead of from the browser.
        """
        inbox: queue.Queue[str] = pasted or queue.Queue()
        listener = _listen(self._redirect, inbox, self._finished)
        try:
            (open_page or webbrowser.open)(self.address())
            waited = 0.0
            while waited < WAIT_SECONDS:
                if self._session.cancelled():
                    raise catalogue.CANCELLED.error()
                try:
                    address = inbox.get(timeout=0.2)
                except queue.Empty:
                    waited += 0.2
                    continue
                return self.finish(address)
            raise catalogue.SIGN_IN_FAILED.error(why="Ingen loggade in i webbläsaren inom fem minuter.")
        finally:
            if listener:
                listener.shutdown()
                listener.server_close()

    def _finished(self, query: str) -> bool:
        """Whether this is the answer to our attempt (and not a stray or forged visit)."""
        return f"state={self._state}" in query.split("&")


def _listen(redirect: str, inbox: queue.Queue[str], ours: Callable[[str], bool]) -> ThreadingHTTPServer | None:
    """Listen on the redirect address when it is plain http on this machine."""
    parts = urlsplit(redirect)
    if parts.scheme != "http" or parts.hostname not in {"localhost", "127.0.0.1"}:
        return None
    try:
        server = _Alone(("127.0.0.1", parts.port or 80), _handler(parts.path or "/", inbox, ours))
    except OSError as error:
        why = f"Port {parts.port} används av ett annat program ({error.strerror})."
        raise catalogue.SIGN_IN_FAILED.error(why=why) from error
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    return server


class _Alone(ThreadingHTTPServer):
    """On this machine only, and on a port that nobody else has or can get meanwhile.

    `HTTPServer` asks for SO_REUSEADDR, which on Windows lets another program take over a port that is in use
    (learn.microsoft.com: Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE): the code would go to it. Elsewhere it only
    lets a port be used again whose last visitor has just left, so that one can sign in twice within a minute;
    a second listener is refused all the same (socket(7), POSIX).
    """

    allow_reuse_address = os.name != "nt"
    allow_reuse_port = False
    daemon_threads = True

    def server_bind(self) -> None:
        """Without asking a name server for our own name, as `HTTPServer` does."""
        if exclusive := getattr(socket, "SO_EXCLUSIVEADDRUSE", None):
            self.socket.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", int(self.server_address[1])


def _handler(path: str, inbox: queue.Queue[str], ours: Callable[[str], bool]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers the browser with a page and hands on the address."""

        timeout = 10

        def do_GET(self) -> None:
            """The browser comes back."""
            parts = urlsplit(self.path)
            if parts.path != path:
                self.send_error(404)
                return
            known = ours(parts.query)
            if known and "error=" not in parts.query:
                page = _page("Inloggningen är klar", "Du kan stänga den här fliken och gå tillbaka till kassan.")
            else:
                text = "Gå tillbaka till JobOffice Sync Center och välj ”Logga in igen”."
                page = _page("Inloggningen blev inte klar", text, failed=True)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(page)
            if known:
                inbox.put(f"http://localhost{self.path}")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing: the path holds the code."""

    return Handler


def _page(title: str, text: str, *, failed: bool = False) -> bytes:
    return _PAGE.format(
        title=html.escape(title), text=html.escape(text), colour="#b00020" if failed else "#1a7f37"
    ).encode()


def _reason(error: str) -> str:
    if error == "access_denied":
        return "Inloggningen avbröts eller nekades i webbläsaren."
    return f"Svaret från inloggningen var ”{error[:100]}”."
