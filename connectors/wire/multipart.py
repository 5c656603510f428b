"""A form with a file (RFC 7578), the same bytes for the same content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from urllib3.filepost import encode_multipart_formdata


def form_with_file(field: str, name: str, data: bytes, others: Mapping[str, str] | None = None) -> tuple[bytes, str]:
    """(body, content type): a PDF under its name, and plain fields beside it."""
    boundary = hashlib.blake2b(name.encode() + data, digest_size=16).hexdigest()
    file: list[tuple[str, str | tuple[str, bytes, str]]] = [(field, (name, data, "application/pdf"))]
    return encode_multipart_formdata([*file, *(others or {}).items()], boundary)
