"""What a file is when it is not what was asked for, by its first bytes and not by its name."""

from __future__ import annotations

import re

_BEGINS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "en Excel-fil (eller ett annat kalkylark)"),
    (b"\xd0\xcf\x11\xe0", "en gammal Excel-fil (.xls)"),
    (b"%PDF", "en PDF-fil"),
    (b"\x1f\x8b", "en packad fil (gzip)"),
    (b"SQLite format 3\0", "en databas"),
)
_TEXTS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"<\w*:?Sie(?:Entry)?\b[^>]*sie5|<Sie\b|<SieEntry\b", re.IGNORECASE), "en SIE 5-fil (XML)"),
    (re.compile(rb"\A\s*(?:<!doctype html|<html|<head|<body|<table)", re.IGNORECASE), "en webbsida"),
    (re.compile(rb"\A\s*<\?xml|\A\s*<[A-Za-z][\w:.-]*[\s>/]"), "en XML-fil"),
    (re.compile(rb"\A\s*#FLAGGA\b", re.IGNORECASE), "en SIE-fil"),
    (re.compile(rb"\A\s*[{\[]\s*[\"{\[]"), "en JSON-fil"),
    (re.compile(rb"\A\{\\rtf"), "ett ordbehandlingsdokument (RTF)"),
)


def kind_of(data: bytes) -> str:
    """What a file is, in Swedish with its article; "" for a text that may be a table."""
    for begin, kind in _BEGINS:
        if data.startswith(begin):
            return kind
    head = data[:2000].removeprefix(b"\xef\xbb\xbf")
    return next((kind for pattern, kind in _TEXTS if pattern.search(head)), "")
