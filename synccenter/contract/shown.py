"""What of a request or an answer may be written down: fields by name and values by shape, and nothing else.

A body is full of people. So it is not searched for what must go; what may stay is listed. A value is shown when the
last word of its field's name says what may be told (`CODES`, `NUMBERS`), no word of it is one of `PERSONAL`
(`PhoneNumber`, `ZipCode`), and the value itself looks like a code, a number or a time. `true`, `false`, `null` and
GUIDs are shown anywhere. The rest becomes its kind and length: `<text 17>`, `<tal 10>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

CODES = frozenset({
    "active", "banned", "booked", "cancelled", "closed", "code", "codes", "credit", "currency", "debit",
    "draft", "excluded", "finished", "has", "included", "is", "kind", "level", "locked", "paid", "posted",
    "sandbox", "sent", "status", "type", "unit", "vat", "version",
})  # fmt: skip
"""Last words of names whose values may be words: what sort, in which state."""

NUMBERS = frozenset({
    "account", "amount", "at", "balance", "barcode", "count", "created", "date", "day", "days", "due", "ean",
    "end", "errorcode", "financialyear", "from", "gross", "gtin", "guid", "id", "ids", "index", "key",
    "lastmodified", "length", "limit", "line", "lines", "modified", "month", "net", "no", "nr", "number",
    "numbers", "offset", "page", "pages", "percent", "percentage", "period", "price", "prices", "quantity",
    "rate", "ratio", "reference", "response", "row", "rows", "saldo", "sequence", "series", "size", "skip",
    "start", "started", "sum", "term", "time", "timestamp", "to", "top", "total", "totals", "until", "updated",
    "utc", "value", "year", "years",
})  # fmt: skip
"""Last words of names whose values have a digit in them: which, how much, when."""

PERSONAL = frozenset({
    "address", "adress", "bank", "bankgiro", "bic", "birth", "born", "card", "cell", "city", "clearing",
    "company", "contact", "corporate", "email", "epost", "fax", "gln", "house", "iban", "identification",
    "identity", "kund", "mail", "mobil", "mobile", "name", "names", "namn", "org", "organisation",
    "organization", "orgnr", "ort", "owner", "pan", "passport", "person", "personal", "personnummer", "phone",
    "place", "plusgiro", "post", "postal", "postcode", "postnr", "private", "registration", "secret",
    "signature", "social", "ssn", "street", "swift", "tax", "telefon", "telephone", "token", "user", "website",
    "your", "zip",
})  # fmt: skip
"""Words that make a number or a code somebody's own."""

WORDS = frozenset({
    "description", "detail", "details", "developererrormessage", "error", "errordescription", "errormessage",
    "errors", "exceptionmessage", "fault", "faultcode", "faultstring", "message", "msg", "reason", "title",
})  # fmt: skip
"""Fields that hold the other side's words about an error: shown only where the words are what is asked for."""

_PARTS = re.compile(r"[A-ZÅÄÖ]+(?![a-zåäö])|[A-ZÅÄÖ]?[a-zåäö]+|\d+")
_CODE = re.compile(r"[\w.:/+-]{1,40}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.]{5,18}(?:Z|[+-]\d\d:?\d\d)?)?")
_GUID = re.compile(r"\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?")
_BORN = re.compile(r"(?<!\d)(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])[-+]?\d{4}(?!\d)")
_LONG = re.compile(r"\d{9}")
_BARCODE = re.compile(r"\d{8}|\d{12,14}")
_KEY = re.compile(r"(?:[A-Za-z_][\w-]{0,60})?(?:@odata\.[A-Za-z.]{1,40})?")

_JSON = re.compile(r'("(?:[^"\\]|\\.)*(?:"|$))(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)|([{}\[\],])')
_XML = re.compile(r"<[?!][^>]*>?|<(/?)([\w.-]+:)?([\w.-]+)([^<>]*)>?|([^<]+)")


@lru_cache(2048)
def _last_word(name: str) -> str:
    """The word that says what a field of this name holds; "" when it may not be shown.

    Kept, since a page repeats its names.
    """
    parts = [part.lower() for part in _PARTS.findall(name)] if len(name) <= 100 else []
    fits = bool(parts) and (parts[-1] in CODES or parts[-1] in NUMBERS) and not PERSONAL.intersection(parts)
    return parts[-1] if fits else ""


def may_show(name: str, value: str) -> bool:
    """Whether a field of this name may be written down with this value."""
    if len(value) >= 36 and _GUID.fullmatch(value):
        return True
    last = _last_word(name)
    if not last:
        return False
    if _TIME.fullmatch(value):
        return True
    if last in {"barcode", "ean", "gtin"}:
        return bool(_BARCODE.fullmatch(value))
    if last in NUMBERS and not any(sign.isdigit() for sign in value):
        return False
    return bool(_CODE.fullmatch(value)) and not _BORN.search(value) and not _LONG.search(value)


def shown(body: bytes, most: int, *, words: bool = False) -> str:
    """The beginning of a body on one line, with what may be shown. `words`: also what an error is said to be."""
    text = body[: 4 * most].decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if text[:1] in {"{", "["}:
        pieces = _json(text, words=words)
    elif text[:1] == "<" and b"<html" not in body[:500].lower() and b"<!doctype html" not in body[:500].lower():
        pieces = _xml(text, words=words)
    else:
        return f"<{len(body)} B>"
    found, size = [], 0
    for piece in pieces:
        found.append(piece)
        size += len(piece)
        if size > most:
            return "".join(found)[:most] + f" …({len(body)} B)"
    return "".join(found) + (f" …({len(body)} B)" if len(body) > 4 * most else "")


def _json(text: str, *, words: bool) -> Iterator[str]:
    """JSON without blanks, also when its end is cut off: what may be half a value is not judged by its half."""
    name = ""
    for found in _JSON.finditer(text):
        quoted, colon, number, constant, sign = found.groups("")
        if colon:
            name = quoted[1:-1]
            yield f'"{name}":' if _KEY.fullmatch(name) else f'"<text {len(name)}>":'
        elif quoted:
            whole = len(quoted) > 1 and quoted.endswith('"')
            yield _value(name if whole else "", quoted.strip('"'), words=words and whole, quote='"')
        elif number:
            whole = found.end() < len(text)
            yield number if whole and may_show(name, number) else f"<tal {len(number)}>"
        else:
            yield constant or sign


def _xml(text: str, *, words: bool) -> Iterator[str]:
    """XML without attributes, which are names of formats or text that nobody has listed."""
    name = ""
    for found in _XML.finditer(text):
        closes, _space, tag, _attributes, inside = found.groups("")
        if tag:
            name = "" if closes else tag
            yield f"<{closes}{tag}>"
        elif inside.strip():
            whole = found.end() < len(text)
            yield _value(name if whole else "", inside.strip(), words=words and whole)


def _value(name: str, value: str, *, words: bool, quote: str = "") -> str:
    said = words and name.replace("_", "").lower() in WORDS
    plain = said or not value or bool(name and may_show(name, value))
    return f"{quote}{value}{quote}" if plain else f"<text {len(value)}>"


_SEGMENT = re.compile(r"[\w.$():,=-]*")
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_NAMED_LITERAL = re.compile(r"([\w/]+)\s+(?:eq|ne|gt|ge|lt|le)\s+'((?:[^']|'')*)'")


def shown_address(url: str) -> str:
    """An address with the parts of its path and its question that may be shown."""
    place, mark, question = url.partition("?")
    scheme, double, rest = place.partition("://")
    host, slash, path = rest.partition("/")
    place = f"{scheme}{double}{host}{slash}{'/'.join(map(_segment, path.split('/')))}" if double else place
    return f"{place}?{'&'.join(map(_parameter, question.split('&')))}" if mark else place


def _segment(part: str) -> str:
    plain = unquote(part)
    if _GUID.search(plain) or (_SEGMENT.fullmatch(plain) and not _BORN.search(plain) and not _LONG.search(plain)):
        return part
    return _hide(plain) if _LITERAL.search(plain) else f"<text {len(plain)}>"


def _parameter(part: str) -> str:
    name, equals, value = part.partition("=")
    plain = unquote(value.replace("+", " "))
    if not equals:
        return part if _CODE.fullmatch(part) else f"<text {len(part)}>"
    if name.lstrip("$").lower() in {"select", "orderby", "expand", "top", "skip", "count", "format", "inlinecount"}:
        return part if "'" not in plain else f"{name}=<text {len(plain)}>"
    if name.lstrip("$").lower() == "filter":
        return f"{name}={_filter(plain)}"
    return part if may_show(name, plain) else f"{name}=<text {len(plain)}>"


def _filter(text: str) -> str:
    """OData: a comparison is shown as a field is; any other text in quotes is not."""
    pieces, end = [], 0
    for found in _NAMED_LITERAL.finditer(text):
        known = may_show(found[1].rpartition("/")[2], found[2])
        pieces += [_hide(text[end : found.start()]), found[0] if known else _hide(found[0])]
        end = found.end()
    return "".join([*pieces, _hide(text[end:])])


def _hide(text: str) -> str:
    return _LITERAL.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    return f"'<text {len(found[0]) - 2}>'"
