"""A server that signs connections in by NTLM or Negotiate, as Windows does (RFC 4559). Both systems' fakes have one."""

from __future__ import annotations

import base64
import os
import tempfile
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import spnego

DOMAIN_USER, PASSWORD = "BUTIK\\kassa", "Hemligt-Windows-1"  # the password of the fake
_SCHEMES = {"ntlm": "NTLM", "negotiate": "Negotiate"}


class WindowsLogon:
    """The server's side. `handshakes` counts the connections that came in."""

    def __init__(self, sign_in: str) -> None:
        self._protocol = sign_in
        self._folder = tempfile.TemporaryDirectory(prefix="windows-")
        self.handshakes = 0

    def admitted(self, handler: BaseHTTPRequestHandler) -> bool:
        """Whether this connection is signed in; each step of it is an answer of its own."""
        if getattr(handler, "signed_in", False):
            return True
        scheme, sent = _SCHEMES[self._protocol], handler.headers.get("Authorization", "")
        if not sent.startswith(f"{scheme} "):
            return refuse(handler, scheme)
        return self._step(handler, scheme, base64.b64decode(sent.split(" ", 1)[1]))

    def _step(self, handler: Any, scheme: str, token: bytes) -> bool:
        os.environ["NTLM_USER_FILE"] = str(self._user_file())
        context = getattr(handler, "spnego", None) or spnego.server(protocol=self._protocol)
        handler.spnego = context
        try:
            answer = context.step(token)
        except spnego.exceptions.SpnegoError:
            handler.spnego = None
            return refuse(handler, scheme)
        if context.complete:
            handler.signed_in = True
            self.handshakes += 1
            return True
        return refuse(handler, f"{scheme} {base64.b64encode(answer or b'').decode()}")

    def _user_file(self) -> Path:
        """Who may sign in, as pyspnego's server side reads it."""
        path = Path(self._folder.name) / "users"
        if not path.exists():
            domain, user = DOMAIN_USER.split("\\")
            path.write_text(f"{domain}:{user}:{PASSWORD}\n", encoding="utf-8")
        return path


def refuse(handler: BaseHTTPRequestHandler, challenge: str) -> bool:
    """401, with what the server asks for."""
    handler.send_response(401)
    handler.send_header("WWW-Authenticate", challenge)
    handler.send_header("Content-Length", "0")
    handler.end_headers()
    return False
