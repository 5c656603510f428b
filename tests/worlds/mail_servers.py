"""Real SMTP servers on this machine: good, picky, slow and dead ones."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

PASSWORD = "rätt-lösenord-7"
TOKEN = "ya29.rätt"


class Inbox:
    """What the server took. `answer` is its reply to each mail, by default a yes."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.receivers: list[list[str]] = []
        self.encrypted: list[bool] = []
        self.answer = "250 OK"
        self.refused: set[str] = set()
        self.later: set[str] = set()
        self.largest = 0

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 Ingen sådan mottagare"
        if address in self.later:
            return "451 4.7.1 Greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.largest and len(envelope.content or b"") > self.largest:
            return "552 5.3.4 Message too big"
        if self.answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.mails.append(message)
            self.receivers.append([str(address) for address in envelope.rcpt_tos])
            self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return self.answer

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:
        import base64

        words = base64.b64decode(args[1]).decode()
        if words == f"user=kassa@butik.se\x01auth=Bearer {TOKEN}\x01\x01":
            return AuthResult(success=True)
        await server.push("334 " + base64.b64encode(b'{"status":"401"}').decode())
        await server._reader.readline()
        return AuthResult(success=False, handled=False)


def _check(server: Any, session: Session, envelope: Envelope, mechanism: str, auth: Any) -> AuthResult:
    good = isinstance(auth, LoginPassword) and auth.login == b"kassa@butik.se" and auth.password == PASSWORD.encode()
    return AuthResult(success=good, handled=False)


@cache
def authority() -> trustme.CA:
    """A certificate authority of our own."""
    return trustme.CA()


def trusting() -> ssl.SSLContext:
    """Trusts our own authority and nobody else."""
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


@contextmanager
def smtp(
    encryption: str = "none", *, sign_in: bool = False, name: str = "localhost", utf8: bool = True
) -> Iterator[tuple[Inbox, int]]:
    """A mail server; gives its inbox and its port."""
    inbox, more = Inbox(), dict[str, Any]()
    if encryption != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority().issue_cert(name).configure_cert(context)
        more = {"ssl_context": context} if encryption == "tls" else {"tls_context": context, "require_starttls": True}
    if sign_in:
        more |= {"authenticator": _check, "auth_required": True, "auth_require_tls": encryption == "starttls"}
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=utf8, **more)
    controller.start()
    try:
        yield inbox, controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def dripping_server(seconds: float) -> Iterator[int]:
    """Says a letter now and then and is never done: never silent, never useful."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            while not done.wait(seconds):
                connection.sendall(b"2")

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        done.set()
        listener.close()


@contextmanager
def odd_server(greeting: bytes | None) -> Iterator[int]:
    """Takes a connection and says `greeting` and no more; None: hangs up at once."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if greeting is None:
                connection.close()
            else:
                connection.sendall(greeting)
                kept.append(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        for connection in kept:
            connection.close()
