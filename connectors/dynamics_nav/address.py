"""The address as the consultant has it: any of NAV's web service addresses, or just server and instance."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote, urlsplit

from msgspec import Struct

_COMPANY = re.compile(r"Company\('((?:[^']|'')+)'\)", re.IGNORECASE)
_SERVICES = {"ws", "odata", "odatav4"}
_SOAP_PORT, _ODATA_PORT = 7047, 7048


class Address(Struct, frozen=True):
    """`odata` and `soap` end with the instance: `https://nav:7048/DynamicsNAV110`. `company` is "" when not told."""

    odata: str
    soap: str
    company: str = ""

    @property
    def encrypted(self) -> bool:
        """Whether both are https."""
        return self.odata.startswith("https://") and self.soap.startswith("https://")


def read_address(typed: str, soap_typed: str = "") -> Address | None:
    """Take an address apart; None when there is no server and instance in it.

    `http://nav:7047/DynamicsNAV110/WS/CRONUS/Page/Item` and `http://nav:7048/DynamicsNAV110/OData` are the same
    server. NAV's own ports are 7047 for SOAP and 7048 for OData; with any other port both are asked there, unless
    `soap_typed` says where SOAP is.
    """
    typed = typed.strip()
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        port = parts.port
    except ValueError:  # a bracket that is no IPv6 address, a port that is none
        return None
    words = [unquote(word) for word in parts.path.split("/") if word]
    if parts.scheme not in {"http", "https"} or not parts.hostname or not words or words[0].lower() in _SERVICES:
        return None
    instance = words[0]
    soap_port = _SOAP_PORT if port == _ODATA_PORT else port
    odata_port = _ODATA_PORT if port == _SOAP_PORT else port
    soap = _base(parts.scheme, parts.hostname, soap_port, instance)
    if soap_typed.strip():
        other = read_address(soap_typed)
        if other is None:
            return None
        soap = other.soap
    return Address(_base(parts.scheme, parts.hostname, odata_port, instance), soap, _company(unquote(typed), words))


def _base(scheme: str, host: str, port: int | None, instance: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}{f':{port}' if port else ''}/{instance}"


def _company(typed: str, words: list[str]) -> str:
    found = _COMPANY.search(typed)
    if found:
        return found[1].replace("''", "'")
    lower = [word.lower() for word in words]
    if "ws" in lower:
        following = words[lower.index("ws") + 1 :]
        if len(following) > 1 and following[0].lower() not in {"services", "systemservice"}:
            return following[0]
    return ""


def is_public(base: str) -> bool:
    """Whether an address is certainly out on the internet: a public IP address."""
    try:
        return ipaddress.ip_address(urlsplit(base).hostname or "").is_global
    except ValueError:
        return False
