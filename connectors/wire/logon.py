"""Signing in to servers on a local network: Basic, NTLM and Negotiate (Kerberos where Windows gives it).

NTLM and Negotiate sign in the connection, not the request (RFC 4559). On Windows, Windows itself does it (SSPI, by
sspilib, which is also what pyspnego uses there); elsewhere pyspnego. Either is imported only when it is used. The exe
is without pyspnego: the cryptography that it imports is 4 MB.
"""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError

_MOST_OF_A_REFUSAL = 64 * 1024


class Basic:
    """See `Authority`. `refused` makes the error for a 401: there is nothing to renew."""

    def __init__(self, user: str, password: str, refused: Callable[[], SyncError]) -> None:
        self._value = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._refused = refused

    def headers(self) -> Mapping[str, str]:
        """See `Authority.headers`."""
        return {"Authorization": f"Basic {self._value}"}

    def renew(self, refused: Mapping[str, str]) -> None:  # noqa: ARG002
        """See `Authority.renew`."""
        raise self._refused()


class Windows:
    """One sign-in by Windows' own NTLM or Negotiate; without a user it is whoever is logged on."""

    def __init__(self, scheme: str, host: str, user: str, password: str) -> None:
        import sspilib  # noqa: PLC0415 - there is none but on Windows

        domain, _, name = user.rpartition("\\")
        credential = sspilib.UserCredential(name or None, password or None, domain or None, scheme)
        self._context = sspilib.ClientSecurityContext(credential, f"HTTP/{host}")

    def step(self, challenge: bytes | None = None) -> bytes | None:
        """The next token for the server; None when there is nothing more to say."""
        return self._context.step(challenge) or None


class Handshake:
    """See `SignsInConnections`. NTLM or Negotiate; without a user Windows signs in whoever is logged on."""

    def __init__(self, scheme: str, user: str = "", password: str = "") -> None:
        self._scheme = scheme
        self._user = user
        self._password = password

    def follow(self, response: Any, request: Any, send: Callable[[Any], Any]) -> Any:
        """See `SignsInConnections.follow`: on from a 401 that offers our scheme, on the same connection."""
        if response.status_code != 401 or self._challenge(response) is None:
            return response
        client = self._client(request.url)
        token = client.step()
        for _ in range(4):
            if token is None:
                break
            response = self._again(response, request, token, send)
            challenge = self._challenge(response)
            if response.status_code != 401 or not challenge:
                break
            token = client.step(challenge)
        return response

    def _client(self, url: str) -> Any:
        if sys.platform == "win32":
            return Windows(self._scheme, urlsplit(url).hostname or "", self._user, self._password)
        return self._elsewhere(url)

    def _elsewhere(self, url: str) -> Any:
        try:
            import spnego  # noqa: PLC0415 - 60 ms, and only for those who use it
        except ImportError as error:
            raise catalogue.UNEXPECTED.error(detail="Biblioteket pyspnego saknas: installera .[nav]") from error
        protocol = "ntlm" if self._scheme.lower() == "ntlm" else "negotiate"
        host = urlsplit(url).hostname or ""
        return spnego.client(
            self._user or None, self._password or None, hostname=host, service="HTTP", protocol=protocol
        )

    def _again(self, response: Any, request: Any, token: bytes, send: Callable[[Any], Any]) -> Any:
        """The same request with the next token, on the connection of the answer."""
        response.raw.read(_MOST_OF_A_REFUSAL)
        response.raw.release_conn()
        signed = request.copy()
        signed.headers["Authorization"] = f"{self._scheme} {base64.b64encode(token).decode()}"
        return send(signed)

    def _challenge(self, response: Any) -> bytes | None:
        """What the server asks: None when it does not offer our scheme."""
        offered = response.headers.get("WWW-Authenticate", "")
        found = re.search(rf"(?:^|,\s*){self._scheme}(?:\s+([A-Za-z0-9+/=]+))?\s*(?:,|$)", offered, re.IGNORECASE)
        if found is None:
            return None
        return base64.b64decode(found[1] or "")
