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
    if isinstance(settings.get("verify"), str) and (wrong := certificates_gone()):
        raise wrong
    proxy = utils.select_proxy(url, settings.get("proxies"))
    if proxy:
        _check_proxy(str(proxy))


def certificates_gone() -> SyncError | None:
    """D39 for the first variable that points at something which is not there, or is no list of certificates."""
    for name in CERTIFICATES:
        value = os.environ.get(name, "")
        if value and not _holds_certificates(Path(value)):
            return catalogue.CERTIFICATES_GONE.error(variable=name, path=value)
    return None


def _holds_certificates(path: Path) -> bool:
    try:
        if path.is_dir():
            return True
        state = path.stat()
        return _is_list_of_certificates(path, state.st_mtime_ns, state.st_size)
    except (OSError, ValueError):
        return False


@lru_cache(maxsize=8)
def _is_list_of_certificates(path: Path, _changed: int, _size: int) -> bool:
    """A file that has not changed since it was read is not read again: reading costs 30 ms, and each client asks."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        return False
    return True


def _check_proxy(proxy: str) -> None:
    shown = re.sub(r"//[^/@]*@", "//***@", proxy)
    if re.match(r"socks", proxy, re.IGNORECASE):
        raise catalogue.PROXY_SOCKS.error(proxy=shown)
    try:
        parts = parse_url(utils.prepend_scheme_if_needed(proxy, "http"))  # type: ignore[no-untyped-call]
        fine = parts.scheme in {"http", "https"} and bool(parts.host) and (parts.port is None or parts.port > 0)
    except (LocationParseError, ValueError):
        fine = False
    if not fine:
        raise catalogue.PROXY_ADDRESS.error(proxy=shown)
