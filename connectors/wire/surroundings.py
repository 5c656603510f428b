"""What the machine says about the way out: proxies and certificates. What points nowhere is named before it is tried.

`requests` reads the same variables: REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE (a file or a folder), HTTPS_PROXY and the
like; OpenSSL reads SSL_CERT_FILE and SSL_CERT_DIR. Windows' own proxy settings come the same way.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from requests import utils
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError

CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""The variables that say whom to trust."""


def check(url: str, settings: Mapping[str, Any]) -> None:
    """Raise D39, D40 or D41 for what `requests` was told about the way to an address and cannot follow."""
    verify = settings.get("verify")
    if isinstance(verify, str) and (wrong := certificates_gone(only=verify)):
        raise wrong
    proxy = utils.select_proxy(url, settings.get("proxies"))
    if proxy:
        _check_proxy(str(proxy))


def certificates_gone(only: str = "") -> SyncError | None:
    """D39 for the first variable that points at something which is not there, or holds no certificates.

    `only`: among those with this value, since nobody looks at the others.
    """
    for name in CERTIFICATES:
        value = os.environ.get(name, "")
        if value and only in {"", value} and not _holds_certificates(name, value):
            return catalogue.CERTIFICATES_GONE.error(variable=name, path=value)
    return None


_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")
"""What OpenSSL looks for in a folder: certificates under the hash of their subject (`openssl rehash`)."""


def _holds_certificates(name: str, value: str) -> bool:
    try:
        if name == "SSL_CERT_DIR":
            return any(_is_folder_of_certificates(Path(folder)) for folder in value.split(os.pathsep) if folder)
        path = Path(value)
        if path.is_dir():
            return name != "SSL_CERT_FILE" and _is_folder_of_certificates(path)
        state = path.stat()
        return _is_list_of_certificates(path, state.st_mtime_ns, state.st_size)
    except (OSError, ValueError):
        return False


def _is_folder_of_certificates(folder: Path) -> bool:
    return any(_HASHED.fullmatch(one.name) for one in folder.iterdir())


@lru_cache(maxsize=8)
def _is_list_of_certificates(path: Path, _changed: int, _size: int) -> bool:
    """A file that has not changed since it was read is not read again: reading costs 30 ms, and each client asks."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        return False
    return True


def _check_proxy(proxy: str) -> None:
    # With or without http:// before it, and whatever letters the password has.
    shown = re.sub(r"^(\w+://)?.*@", r"\1***@", proxy, flags=re.DOTALL)
    if re.match(r"socks", proxy, re.IGNORECASE):
        raise catalogue.PROXY_SOCKS.error(proxy=shown)
    try:
        parts = parse_url(utils.prepend_scheme_if_needed(proxy, "http"))  # type: ignore[no-untyped-call]
        fine = parts.scheme in {"http", "https"} and bool(parts.host) and (parts.port is None or parts.port > 0)
        fine = fine and "@" not in f"{parts.path}{parts.query}{parts.fragment}"  # / ? or # in the password: %2F %3F %23
    except (LocationParseError, ValueError, TypeError):  # the last: a name and a password before no host at all
        fine = False
    if not fine:
        raise catalogue.PROXY_ADDRESS.error(proxy=shown)
