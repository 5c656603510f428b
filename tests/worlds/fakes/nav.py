"""Dynamics NAV on this machine: OData V3, OData V4, SOAP and the posting codeunit, signed in by Basic or by NTLM."""

from __future__ import annotations

import base64
import os
import tempfile
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import spnego

from tests.worlds.fakes.nav_books import NavBooks
from tests.worlds.fakes.nav_odata import NavOData
from tests.worlds.fakes.nav_pages import PageDef, all_pages
from tests.worlds.fakes.nav_soap import READS, NavSoap, render
from tests.worlds.fakes.server import FakeServer, Reply, Request
from tests.worlds.session import Surroundings

COMPANY = "CRONUS Sverige AB"
USER, KEY = "KASSA", "b2RhdGEtbnlja2VsLWZvci1wcm92LTEyMzQ1Njc4OTA="
DOMAIN_USER, PASSWORD = "BUTIK\\kassa", "Hemligt-Windows-1"  # the password of the fake


class FakeNav(FakeServer):
    """A server with one company. `wires` are those that are switched on; `sign_in` is basic, ntlm or negotiate."""

    def __init__(
        self, world: Surroundings, *, wires: tuple[str, ...] = ("v4", "v3", "soap"), sign_in: str = "basic"
    ) -> None:
        self.books = NavBooks(world)
        self.pages: dict[str, PageDef] = all_pages()
        self.wires = wires
        self.sign_in = sign_in
        self.handshakes = 0
        self._users = _user_file() if sign_in != "basic" else None
        super().__init__()
        self.instance = f"{self.address}/NAV110"
        self._make_wires()

    def publish(self, pages: dict[str, PageDef]) -> None:
        """What is published from now on."""
        self.pages = pages
        self._make_wires()

    def _make_wires(self) -> None:
        self.v4 = NavOData(self.books, self.pages, 4, COMPANY)
        self.v3 = NavOData(self.books, self.pages, 3, COMPANY)
        self.soap = NavSoap(self.books, self.pages, COMPANY, f"{self.instance}/WS")

    def answer(self, request: Request) -> Reply:
        """See `FakeServer.answer`."""
        for wire, place, version in (("v4", "/NAV110/ODataV4", self.v4), ("v3", "/NAV110/OData", self.v3)):
            if request.path.startswith(f"{place}/"):
                if wire not in self.wires:
                    return Reply(404, b"")
                return version.answer(request, _plain(request.path[len(place) :]), f"{self.address}{place}")
        if request.path.startswith("/NAV110/WS/") and "soap" in self.wires:
            rest = _plain(request.path[len("/NAV110/WS") :])
            return self.soap.answer(request, rest) if isinstance(request.body, bytes) else self.soap.answer_get(rest)
        return Reply(404, b"")

    def render(self, body: Any) -> tuple[bytes, str]:
        """See `FakeServer.render`."""
        if isinstance(body, dict) and "_operation" in body:
            return render(body), "text/xml; charset=utf-8"
        return super().render(body)

    def understood(self, request: Request) -> Request:
        """See `FakeServer.understood`: a SOAP read is a POST on the wire and a GET to tests."""
        action = request.headers.get("Soapaction", "").strip('"').rpartition(":")[2]
        if request.method == "POST" and action in READS:
            return Request("GET", request.path, request.query, request.headers, request.body)
        return request

    # --- signing in ------------------------------------------------------------------------------------------

    def admitted(self, handler: BaseHTTPRequestHandler) -> bool:
        """See `FakeServer.admitted`. NTLM signs in the connection, Basic each request."""
        sent = handler.headers.get("Authorization", "")
        if self.sign_in == "basic":
            wanted = "Basic " + base64.b64encode(f"{USER}:{KEY}".encode()).decode()
            return sent == wanted or self._refuse(handler, 'Basic realm="NAV"')
        if getattr(handler, "signed_in", False):
            return True
        scheme = {"ntlm": "NTLM", "negotiate": "Negotiate"}[self.sign_in]
        if not sent.startswith(f"{scheme} "):
            return self._refuse(handler, scheme)
        return self._step(handler, scheme, base64.b64decode(sent.split(" ", 1)[1]))

    def _step(self, handler: Any, scheme: str, token: bytes) -> bool:
        os.environ["NTLM_USER_FILE"] = str(self._users)
        context = getattr(handler, "spnego", None) or spnego.server(protocol=self.sign_in)
        handler.spnego = context
        try:
            answer = context.step(token)
        except spnego.exceptions.SpnegoError:
            handler.spnego = None
            return self._refuse(handler, scheme)
        if context.complete:
            handler.signed_in = True
            self.handshakes += 1
            return True
        return self._refuse(handler, f"{scheme} {base64.b64encode(answer or b'').decode()}")

    def _refuse(self, handler: BaseHTTPRequestHandler, challenge: str) -> bool:
        handler.send_response(401)
        handler.send_header("WWW-Authenticate", challenge)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return False


def _plain(path: str) -> str:
    from urllib.parse import unquote

    return unquote(path)


_FOLDER = tempfile.TemporaryDirectory(prefix="nav-")


def _user_file() -> Path:
    """Who may sign in by NTLM, as pyspnego's server side reads it."""
    path = Path(_FOLDER.name) / "users"
    domain, user = DOMAIN_USER.split("\\")
    path.write_text(f"{domain}:{user}:{PASSWORD}\n", encoding="utf-8")
    return path
