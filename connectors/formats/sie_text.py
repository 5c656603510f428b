"""The letters and fields of SIE: character sets, splitting of a line, quoting, transliteration.

Rules are from SIE 4B (2008-09-30) sections 5.5 to 5.9 and 10.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TypeAlias

Field: TypeAlias = "str | tuple[str, ...]"
"""A field of a record: a text, or the parts of an object list `{1 "0123" 6 "47"}`."""

TEXT_LIMIT = 50
"""Fortnox refuses longer texts (its guide for SIE files); others cut them."""

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # tab is a blank between fields
_FIELD = re.compile(
    r"[ \t]*(?:"
    r'"(?P<quoted>(?:\\"|"(?=[^ \t{])|[^"])*)"(?=[ \t{]|$)'  # a stray quotation mark inside a word is kept
    r'|\{(?P<objects>(?:"(?:\\"|[^"])*"|[^"{}])*)\}'
    r'|(?P<plain>(?:\\"|[^ \t"{])[^ \t]*)'
    r")"
)
_PART = re.compile(r'[ \t]*(?:"((?:\\"|[^"])*)"|([^ \t"]+))')

_SWEDISH_437 = frozenset("åäöÅÄÖéÉüÜ".encode("cp437"))
_SWEDISH_LATIN = frozenset("åäöÅÄÖéÉüÜ".encode("latin-1"))

_SPELLED_OUT = {
    "€": "EUR", "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "′": "'", "″": '"',
    "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-", "…": "...", "×": "x", "•": "*", "™": "TM", "©": "(c)",
    "®": "(R)", "¤": "*", "ø": "ö", "Ø": "Ö", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "œ": "oe", "Œ": "OE",
    "ł": "l", "Ł": "L", "¾": "3/4", "³": "3", "¹": "1", "¸": ",", "¦": "|", "§": "par.", "\\": "/", "{": "(", "}": ")",
}  # fmt: skip


class BadFields(ValueError):
    """A line that cannot be split into fields; the text is Swedish and says why."""


def encoding_of(data: bytes) -> str:
    """The character set of an SIE file: `utf-8`, `cp437`, `iso8859-15` or `cp1252`.

    The format allows code page 437 only (5.8), but files in UTF-8 and Latin exist in numbers. Valid UTF-8 with
    letters outside ASCII is never anything else; between the rest the Swedish letters decide.
    """
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    high = [byte for byte in data if byte > 127]
    if not high:
        return "cp437"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    pc8 = sum(byte in _SWEDISH_437 for byte in high)
    latin = sum(byte in _SWEDISH_LATIN for byte in high)
    if latin <= pc8:
        return "cp437"
    return "cp1252" if any(128 <= byte < 160 for byte in high) else "iso8859-15"


def split_fields(line: str) -> list[Field]:
    """The fields of a record, label first. Raises `BadFields` for control characters, quotes or braces amiss."""
    control = CONTROL.search(line)
    if control:
        raise BadFields(f"raden innehåller styrtecknet {ord(control[0])}")
    fields: list[Field] = []
    at, end = 0, len(line)
    while at < end:
        match = _FIELD.match(line, at)
        if match is None:
            if not line[at:].strip(" \t"):
                break
            raise BadFields(_what_is_amiss(line[at:].lstrip(" \t")))
        quoted, objects, plain = match.group("quoted", "objects", "plain")
        if objects is not None:
            fields.append(tuple(_unescape(one or two) for one, two in _PART.findall(objects)))
        else:
            fields.append(_unescape(quoted if quoted is not None else plain))
        at = match.end()
    return fields


def _what_is_amiss(rest: str) -> str:
    if rest.startswith("{"):
        return "en klammer { avslutas inte med }"
    return "ett citationstecken saknar sin motsvarighet"


def _unescape(text: str) -> str:
    return text.replace('\\"', '"') if "\\" in text else text


def checksummed(fields: list[Field]) -> bytes:
    """The bytes of a record that go into #KSUMMA: label and fields without blanks, quotes and braces (10.14)."""
    text = "".join(part if isinstance(part, str) else "".join(part) for part in fields)
    return text.encode("cp437", "replace")


def transliterate(text: str) -> str:
    """A text as code page 437 can hold it, on one line.

    Known signs are spelled out (€ becomes EUR), accents that the page lacks are taken off, blanks and line breaks
    of any kind become one blank, and what is left (emoji, other alphabets) is dropped. A backslash becomes a
    slash: the format has no way to write one before a quotation mark. Braces become parentheses: readers in use
    (BL's among them) take one in a text for that of an object list.
    """
    text = unicodedata.normalize("NFC", text)
    text = "".join(_SPELLED_OUT.get(sign, sign) for sign in text)
    text = " ".join(text.split())
    return " ".join("".join(_in_437(sign) for sign in text).split())


def _in_437(sign: str) -> str:
    if " " <= sign < "\x7f" and sign not in "\\{}":
        return sign
    for candidate in (sign, unicodedata.normalize("NFKD", sign)):
        kept = candidate.encode("cp437", "ignore").decode("cp437")
        kept = "".join(part for part in kept if part >= " " and part not in "\x7f\\{}")
        if kept:
            return kept
    return ""


def quote(text: str, limit: int = TEXT_LIMIT) -> str:
    """A text as a quoted field, cut at `limit` characters, with quotation marks escaped."""
    return '"' + transliterate(text)[:limit].rstrip().replace('"', '\\"') + '"'
