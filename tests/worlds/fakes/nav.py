"""Dynamics NAV on this machine: OData V3, OData V4, SOAP and the posting codeunit, signed in by Basic or by NTLM."""

from __future__ import annotations

import base64
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.worlds.fakes.nav_books import NavBooks
from tests.worlds.fakes.nav_odata import NavOData
from tests.worlds.fakes.nav_pages import PageDef, all_pages
from tests.worlds.fakes.nav_soap import READS, NavSoap, render
from tests.worlds.fakes.server import FakeServer, Reply, Request
from tests.worlds.fakes.windows import WindowsLogon, refuse
from tests.worlds.session import Surroundings

COMPANY = "CRONUS Sverige AB"
USER, KEY = "KASSA", "b2RhdGEtbnlja2VsLWZvci1wcm92LTEyMzQ1Njc4OTA="


class FakeNav(FakeServer):
    """A server with one company. `wires` are those that are switched on; `sign_in` is basic, ntlm or negotiate."""

    def __init__(
        self, world: Surroundings, *, wires: tuple[str, ...] = ("v4", "v3", "soap"), sign_in: str = "basic"
    ) -> None:
        self.books = NavBooks(world)
        self.pages: dict[str, PageDef] = all_pages()
        self.wires = wires
        self.sign_in = sign_in
        self.windows = WindowsLogon(sign_in)
        super().__init__()
        self.instance = f"{self.address}/NAV110"
        self._make_wires()

    @property
    def handshakes(self) -> int:
        """How many connections Windows has signed in."""
        return self.windows.handshakes

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

    def admitted(self, handler: BaseHTTPRequestHandler) -> bool:
        """See `FakeServer.admitted`. NTLM signs in the connection, Basic each request."""
        if self.sign_in != "basic":
            return self.windows.admitted(handler)
        sent = handler.headers.get("Authorization", "")
        wanted = "Basic " + base64.b64encode(f"{USER}:{KEY}".encode()).decode()
        return sent == wanted or refuse(handler, 'Basic realm="NAV"')


def _plain(path: str) -> str:
    from urllib.parse import unquote

    return unquote(path)
