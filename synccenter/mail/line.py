"""The line to an e-mail server: one deadline over the whole conversation, whatever is said on it."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class DeadlineError(TimeoutError):
    """The conversation took longer than it may."""


class Deadline:
    """Cuts a line when its time is up, so that whatever waits on it ends."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def watch(self, line: socket.socket) -> None:
        """This is the line to cut."""
        self._socket = line
        if self.over:
            self._cut()

    def _cut(self) -> None:
        self.over = True
        if self._socket is not None:
            with suppress(OSError):  # as the plain socket that it is: TLS has no way to be ended from outside
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Until the block ends. Raises `DeadlineError` in place of what the cut line led to."""
        self._timer.start()
        try:
            yield
        except Exception as error:
            if self.over:
                raise DeadlineError from error
            raise
        finally:
            self._timer.cancel()


class Line(smtplib.SMTP):
    """SMTP, or SMTP in TLS from the first byte, that a deadline watches. A TLS handshake ends by the time-out."""

    def __init__(
        self,
        own_name: str,
        time_out: float,
        deadline: Deadline,
        context: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        """`context`: TLS at once. Connect with `connect`."""
        super().__init__(local_hostname=own_name, timeout=time_out)
        self._deadline = deadline
        self._at_once = context

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = socket.create_connection((host, port), timeout)
        self._deadline.watch(line)
        if self._at_once is not None:
            line = self._at_once().wrap_socket(line, server_hostname=host)
            self._deadline.watch(line)
        return line

    def greet(self, host: str, port: int) -> None:
        """Connect, and hear the server out. Raises as `smtplib.SMTP` does when it is made with a host."""
        code, words = self.connect(host, port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)

    def secure(self, host: str, context: ssl.SSLContext) -> None:
        """STARTTLS."""
        self._host = host  # the name that the certificate must have
        self.starttls(context=context)
        if self.sock is not None:
            self._deadline.watch(self.sock)
