"""What may be written down: secrets masked, texts without customers' personal data."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from synccenter.core.cards import without_cards

MASK = "***"

_TOKEN_LENGTH = 8
"""From this length on a secret is masked wherever it stands; a shorter one only as a whole word."""

_SHORTEST = 4
"""A shorter secret would shred the log ("1" is in every row): it is masked only after its name, `password=1`."""

_NAMED = r"(?:password|passwd|pwd|passphrase|secret|token|lösenord|api[_-]?key|private[_-]?key|assertion|code_verifier)"
_QUOTED = r"""(?:"(?:[^"\\]|\\.)*"?|\\+"(?:[^"\\]|\\+[^"\\])*(?:\\*")?|'[^']*'?)"""
"""A quoted value: JSON, JSON inside JSON, or Python's repr. A value whose end was cut off counts too."""

_VALUE = rf"""(?:{_QUOTED}|\{{[^}}]*\}}|[^\s&,;<>"']+)"""

_NAMES = ("pass", "pwd", "secret", "token", "lösenord", "key", "assertion", "verifier")

# Each with the words without which it fits nothing: most rows hold none of them and cost next to nothing.
# Every repetition that may start at many places is bounded: an answer of 64,000 hostile characters costs no second.
_PATTERNS: tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...] = (
    # Authorization: Basic abc= (header, JSON or repr); the rest of the line or of the quoted value
    (
        ("authorization", "cookie"),
        re.compile(
            r"(?i)(\b(?:proxy-)?authorization|\b(?:set-)?cookie)(\\*[\"']?\s*[:=]\s*)"
            rf"(?:{_QUOTED}|[^\r\n\"',]+)"
        ),
        rf"\1\2{MASK}",
    ),
    (("bearer",), re.compile(r"\b([Bb]earer|BEARER)\s+[\w+/=.~-]{4,}"), rf"\1 {MASK}"),
    (
        ("basic", "negotiate", "ntlm", "digest"),
        re.compile(r"\b(Basic|Negotiate|NTLM|Digest)\s+(?=\S*[0-9A-Z+/=])[\w+/=.~-]{6,}"),
        rf"\1 {MASK}",
    ),
    (
        _NAMES,
        re.compile(rf"(?i)({_NAMED}[\w-]{{0,40}}\\{{0,9}}[\"']?\s{{0,9}}[:=]\s{{0,9}}){_VALUE}"),
        rf"\1{MASK}",
    ),
    (
        _NAMES,
        re.compile(rf"(?i)(<(?:[\w-]+:)?[\w-]*{_NAMED}[\w-]*(?:\s[^<>]*)?>)[^<]+"),
        rf"\1{MASK}",
    ),
    (("code=", "sig"), re.compile(r"([?&](?:code|sig|signature)=)[^\s&\"']+"), rf"\1{MASK}"),
    (("eyj",), re.compile(r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?"), MASK),
    (
        ("://",),
        re.compile(r"(://)(?:[^\s/:@]{1,99}:(?!\d+/)\S{0,300}|[^\s/@]{0,300})@"),
        rf"\1{MASK}@",
    ),
)


class Masker:
    """Knows every secret that was read or set, and masks them in whatever is written down. For many threads."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._regex: re.Pattern[str] | None = None
        self._lock = threading.Lock()

    def add(self, value: str) -> None:
        """Remember a secret, the forms it takes in URLs and JSON, and the secrets inside a JSON value."""
        with self._lock:
            self._known.update(form for form in _forms(value) if len(form) >= _SHORTEST)
            ordered = sorted(self._known, key=len, reverse=True)
            self._regex = re.compile("|".join(_literal(form) for form in ordered)) if ordered else None

    def mask(self, text: str) -> str:
        """The text with every known secret, and whatever looks like one or like a card's number, replaced."""
        if self._regex is not None:
            text = self._regex.sub(MASK, text)
        plain = text.lower()
        for words, pattern, replacement in _PATTERNS:
            if any(word in plain for word in words):
                text = pattern.sub(replacement, text)
        return without_cards(text)


def _literal(secret: str) -> str:
    escaped = re.escape(secret)
    return escaped if len(secret) >= _TOKEN_LENGTH else rf"(?<!\w){escaped}(?!\w)"


def _forms(value: str) -> Iterator[str]:
    for plain in _parts(value):
        yield from (plain, quote(plain, safe=""), quote_plus(plain), json.dumps(plain)[1:-1])
        yield json.dumps(plain, ensure_ascii=False)[1:-1]


def _parts(value: str) -> Iterator[str]:
    yield value
    yield value.strip()
    lines = value.splitlines()
    if len(lines) > 1:  # a private key: a log row holds one of its lines at a time
        yield from (line.strip() for line in lines if len(line.strip()) >= _TOKEN_LENGTH)
    if value.lstrip().startswith("{"):
        try:
            document = json.loads(value)
        except ValueError:
            return
        yield from (part for part in document.values() if isinstance(part, str) and len(part) >= _TOKEN_LENGTH)


_PERSONAL: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), "<e-post>"),
    (re.compile(r"(?<![\d:.,+-])07\d{8}(?!\d)"), "<telefon>"),
    # Personnummer and samordningsnummer: (yy)yymmdd-nnnn, day 01-31 or 61-91. An organisation number has a
    # third digit of at least 2 (SKV 709), so it can never be read as a month.
    (
        re.compile(
            r"(?<!\d)(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])[-+ ]?\d{4}(?!\d)"
        ),
        "<personnummer>",
    ),
    (re.compile(r"(?<![\d-])(?:\+46|0046)[ -]?(?:\(0\))?[ -]?\d(?:[ -]?\d){6,9}(?!\d)"), "<telefon>"),
    (re.compile(r"(?<![\d:.,+-])0\d{1,3}[ -/]\d(?:[ -]?\d){4,7}(?![\d:])"), "<telefon>"),
)

_PERSONAL_FIELD = re.compile(
    r"(?i)([\"']?\b(?:customer_?name|contact_?name|your_?reference|first_?name|last_?name|name1?|kundnamn|namn|e-?mail"
    r"(?:address)?|phone\d?|phone_?number|telephone\d?|mobile|mobil|telefon|address\d?|adress|street|zip_?code|"
    r"postal_?code|post_?code|city|ort)\\*[\"']?\s*[:=]\s*)"
    rf"{_QUOTED}"
)


def without_people(text: str) -> str:
    """Text for a stranger's eyes: addresses, telephone and personal numbers, and quoted customer fields removed."""
    text = _PERSONAL_FIELD.sub(r"\1<borttaget>", text)
    for pattern, replacement in _PERSONAL:
        text = pattern.sub(replacement, text)
    return text
