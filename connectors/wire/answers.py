"""What came over the wire, made into typed values or into an error that says what was wrong with it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from synccenter.contract import catalogue
from synccenter.contract.connector import BadRow
from synccenter.contract.errors import SyncError
from synccenter.contract.model import RegisterRow
from synccenter.contract.shown import shown
from synccenter.contract.visible import HIDDEN

T = TypeVar("T")

NOT_JSON = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
"""What msgspec raises for what is no JSON, of another sort than was asked for, too deep, or not UTF-8."""

EXCERPT = 2000
_SECRET = re.compile(
    r"(?i)(bearer\s+|basic\s+(?=[A-Za-z0-9._~+/=-]{16})|[\"']?code[\"']?\s*[=:]\s*[\"']?(?=[A-Za-z0-9._~+/=-]{16})|"
    r"[\"']?(?:access_token|refresh_token|id_token|client_secret|password)[\"']?\s*[=:]\s*[\"']?)"
    r"[A-Za-z0-9._~+/=-]{6,}"
)
"""What is no secret stays: *Basic* and *Code* are words of business systems too, so theirs must be long."""
_NAMES = ("bearer", "basic", "_token", "client_secret", "password", "code")
_NOT_PRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def taken(
    rows: Iterable[T], row_of: Callable[[T], RegisterRow | None], bad_of: Callable[[T, str], BadRow]
) -> tuple[list[RegisterRow], list[BadRow]]:
    """(rows of ours made of theirs, those that could not be). `row_of` says None for what is not ours to take, and
    raises `ValueError` with a Swedish clause for what cannot be understood; `bad_of` makes the bad row of the sentence.
    """
    good: list[RegisterRow] = []
    bad: list[BadRow] = []
    for row in rows:
        try:
            made = row_of(row)
        except ValueError as error:
            bad.append(bad_of(row, str(error)[:1].upper() + str(error)[1:] + "."))
        else:
            good += [] if made is None else [made]
    return good, bad


def decode(body: bytes, into: type[T], *, host: str, uncertain: bool = False) -> T:
    """JSON as `into`. Raises N06. An empty body is taken where `into` is `None`."""
    body = body.removeprefix(b"\xef\xbb\xbf")
    if into is type(None):
        body = b"null"
    try:
        return cast("T", _decoder(cast("Hashable", into)).decode(body))
    except msgspec.ValidationError as error:
        what = f"ett värde av fel sort ({error})"
    except msgspec.DecodeError as error:
        what = _unlike_json(body, error)
    except RecursionError:
        what = "något nästlat i för många nivåer"
    except UnicodeDecodeError:
        what = "tecken som inte är UTF-8"
    raise strange(host, what, uncertain=uncertain)


def in_utf8(body: bytes, content_type: str) -> bytes:
    """A text in the character set that its header names, as UTF-8; what says for itself what it is, as it came."""
    found = re.search(r"charset=[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    name = found[1].lower() if found else "utf-8"
    if b"encoding=" in body[:200]:
        return body
    if name in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return _from_windows(body) if _TEXT.search(content_type) else body
    try:
        return body.decode(name).encode()
    except (LookupError, UnicodeDecodeError):
        return body


_TEXT = re.compile(r"json|xml|text/", re.IGNORECASE)
_OF_UTF_8 = re.compile(rb"[\xc2\xc3]|[\xc4-\xf4][\x80-\xbf]")
"""Bytes that Swedish in Windows' own character set has no use for (Ã and Â), or that stand so in UTF-8 only."""


def _from_windows(body: bytes) -> bytes:
    """A text that is Windows-1252 without saying so, as UTF-8.

    One that is UTF-8 with a fault in it stays as it came, to be told as what it is: every name would be changed.
    """
    try:
        body.decode()
    except UnicodeDecodeError:
        if _OF_UTF_8.search(body):
            return body
        try:
            return body.decode("cp1252").encode()
        except UnicodeDecodeError:
            return body
    return body


def strange(host: str, what: str, *, uncertain: bool = False) -> SyncError:
    """N06 with a readable reason."""
    return catalogue.ANSWER_STRANGE.error(host=host, what=what, expected="JSON", uncertain=uncertain)


@cache
def _decoder(into: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cast("Any", into))


def _unlike_json(body: bytes, error: Exception) -> str:
    head = body[:300].lstrip().lower()
    if not head:
        return "ingenting"
    if head.startswith(b"<!doctype html") or (head.startswith(b"<") and b"<html" in head):
        return "en webbsida"
    if head.startswith(b"<"):
        return "XML"
    return f"något som inte är JSON ({error})"


def excerpt(body: bytes, most: int = EXCERPT) -> str:
    """The beginning of a body on one line, whatever it holds."""
    text = body[:most].decode("utf-8", "replace")
    text = _NOT_PRINTED.sub(" ", text)
    return text + (f" …({len(body)} B)" if len(body) > most else "")


def words(body: bytes, most: int) -> str:
    """A refusal as a person reads it: JSON without its \\u escapes, anything else as it came.

    Of JSON and XML what is said about the error, and what may be shown of the rest: a refusal often repeats what it
    refused.
    """
    with contextlib.suppress(*NOT_JSON):
        body = msgspec.json.encode(msgspec.json.decode(body))
    told = shown(body, most, words=True)
    return tidy(told, most) if told[:1] in {"{", "[", "<"} and not told.endswith(" B>") else excerpt(body, most)


def tidy(text: str | None, most: int) -> str:
    """A text of the other side fit for a register, a label or a log row: one line, at most so many characters."""
    if not text:
        return ""
    if not text.isprintable():
        text = HIDDEN.sub("", _NOT_PRINTED.sub(" ", text))
    if "  " in text:
        text = " ".join(text.split())
    return text.strip()[:most].rstrip()


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """Without tokens and passwords: those known by value, and those known by their name."""
    for secret in secrets:
        for part in secret.split():
            if len(part) >= 6:
                text = text.replace(part, "***")
    plain = text.lower()
    return _SECRET.sub(r"\1***", text) if any(name in plain for name in _NAMES) else text
