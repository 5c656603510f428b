"""E-mail addresses as the wire wants them: a domain with åäö as punycode (RFC 5890); what is none is told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

_LOCAL = re.compile(r"[^\s@,;<>()\[\]\"\\]+")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.IGNORECASE)


def written(address: str) -> str:
    """The address with its domain in ASCII. Raises ValueError when it is none."""
    local, _, domain = address.strip().rpartition("@")
    host = ascii_host(domain)
    if not _LOCAL.fullmatch(local) or not all(_LABEL.fullmatch(part) for part in host.split(".")):
        raise ValueError(address)
    return f"{local}@{host}"


def ascii_host(name: str) -> str:
    """A host name in ASCII; as it is when it cannot be written so (then nobody finds it either)."""
    with suppress(UnicodeError):
        return name.encode("idna").decode("ascii")
    return name


def sorted_out(addresses: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those that can be written to, as they are written, and those that are no addresses, as a person wrote them."""
    good, bad = [], []
    for address in addresses:
        try:
            good.append(written(address))
        except ValueError:
            bad.append(address)
    return tuple(good), tuple(bad)
