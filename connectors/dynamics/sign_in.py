"""Windows' sign-in to a Dynamics server of one's own, as both systems name it in their settings."""

from __future__ import annotations

import re
from collections.abc import Mapping

from connectors.wire.logon import Handshake

WINDOWS: Mapping[str, str] = {"ntlm": "NTLM", "negotiate": "Negotiate"}
"""The scheme of each choice (RFC 4559). Negotiate is Kerberos in a domain, and falls back on NTLM by itself."""


def handshake(sign_in: str, user: str, password: str) -> Handshake | None:
    """What signs the connections in; None where each request is signed instead."""
    return Handshake(WINDOWS[sign_in], user, password) if sign_in in WINDOWS else None


def plain_fingerprint(written: str) -> str:
    """A certificate's SHA-256 as a person wrote it, without blanks and colons, in small letters."""
    return re.sub(r"[\s:]", "", written).lower()
