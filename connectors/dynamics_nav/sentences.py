"""What NAV's own sentences are about: table, number, field and value, English or Swedish, said in Swedish."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from connectors.dynamics_nav.errors import SYSTEM
from connectors.wire.answers import tidy
from connectors.wire.rows import Row, text
from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError

_TABLES: tuple[tuple[str, str], ...] = (
    (r"G/L Account|Redovisningskonto|Finanskonto", "Konto"),
    (r"Item|Artikel", "Artikel"),
    (r"Customer|Kund", "Kund"),
    (r"Gen\. Journal Batch|Redov\.journalnamn|Journalnamn", "Journal"),
    (r"Gen\. Journal Template|Redov\.journalmall|Journalmall", "Journalmall"),
    (r"Sales Header|Försäljningshuvud", "Försäljningsdokument"),
    (r"Sales Line|Försäljningsrad", "Försäljningsrad"),
    (r"Gen\. Journal Line|Redov\.journalrad", "Journalrad"),
    (r"General Posting Setup|Bokföringsinställning", "Bokföringsinställning"),
    (r"VAT Posting Setup|Momsbokföringsinställning", "Momsbokföringsinställning"),
    (r"Dimension Value|Dimensionsvärde", "Dimensionsvärde"),
    (r"Location|Lagerställe", "Lagerställe"),
    (r"Item Unit of Measure|Artikelenhet", "Artikelenhet"),
)
_OURS = {"Försäljningsdokument": "Dokumentet", "Journalrad": "Journalraden"}
"""What was only just written has a number that says nothing, and that would make each a cause of its own."""
_GONE = "Dokumentet finns inte."
_LINE = re.compile(r"Försäljningsrad (\d+)")
_NEUTER = {"Konto", "Försäljningsdokument", "Dimensionsvärde", "Lagerställe"}
_TABLE = "|".join(pattern for pattern, _ in _TABLES)

_MOST = 600
"""Characters of a refusal that are looked at."""

_MUST = re.compile(
    rf"(?P<field>[^:;]{{2,60}}?) (?:must be|måste vara) (?:equal to |lika med )?(?P<value>.{{0,40}}?) +(?:in|i) "
    rf"(?P<table>{_TABLE})\b:? *(?P<key>.*)",
    re.IGNORECASE,
)
_HAVE = re.compile(
    rf"(?P<field>.{{2,60}}?) (?:must have a value|måste ha ett värde) (?:in|i) (?P<table>{_TABLE})\b:? *(?P<key>.*)",
    re.IGNORECASE,
)
_MISSING = re.compile(
    rf"(?:The )?(?P<table>{_TABLE})(?:en|et)? (?:does not exist|finns inte)[^:]*:? *(?P<key>.*)", re.IGNORECASE
)
_NOT_THERE = re.compile(rf"(?P<table>{_TABLE})\b (?P<key>[^.]*=.*?) (?:does not exist|finns inte)", re.IGNORECASE)
"""As a page says of a row that was deleted after it was read (*Update*, *Delete* over SOAP)."""
_DIMENSION = re.compile(
    rf"(?:Dimension Code|dimensionskod(?:en)?) '?(?P<code>[^\s',]+)'?,? (?:for|för) (?:the )?(?P<table>{_TABLE})\b "
    rf"(?P<key>[^\s.,]+)",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"blank|empty|tomt?\b", re.IGNORECASE)
_CUSTOMER = re.compile(r"(?:customer|kund(?:en)?) (?P<key>\S+) (?:is|är) (?:blocked|spärrad)", re.IGNORECASE)
_RELATED = re.compile(
    r"(?:field|fältet) (?P<field>.{1,40}?) (?:of table|i tabellen) .{1,60}? \((?P<value>[^)]*)\)", re.IGNORECASE
)
_STOCK = re.compile(r"(?:\bItem|\bArtikel\w*) (?P<key>[^\s.,]+) .*?(?:inventory|lager)", re.IGNORECASE)
_VALUE = re.compile(r"=\s*'?([^',=]*?)(?:'|,|\.\s|\.?$)")


def about(said: str) -> str:
    """What a refusal is about as a sentence with a blank after it, "" when the sentence is not known."""
    plain = " ".join(said[:_MOST].split())
    for pattern, told in _SAYINGS:
        if found := pattern.search(plain):
            return tidy(told(found), 150) + " "
    return ""


def is_gone(problem: Problem) -> bool:
    """Whether what we write in is not there: NAV speaks of no document of ours but that."""
    return problem.what.startswith(_GONE)


def gone_meanwhile(reference: str, number: str) -> SyncError:
    """N75 for a document that somebody has deleted or posted meanwhile; which, the next look-up tells."""
    return catalogue.GONE_MEANWHILE.error(item=reference, number=number, system=SYSTEM, uncertain=True)


def named_line(problem: Problem, lines: Sequence[Row]) -> Problem:
    """A problem with a line of a document, with the article or the account of that line in place of its number."""
    found = _LINE.search(problem.what)
    if found is None or not 0 < int(found[1]) <= len(lines):
        return problem
    line = lines[int(found[1]) - 1]
    name = f"Raden med {'artikel' if text(line, 'type') == 'Item' else 'konto'} {text(line, 'no')}"
    what, cause = (one.replace(found[0], name) for one in (problem.what, problem.cause))
    return replace(problem, what=what, cause=cause)


def _dimension(found: re.Match[str]) -> str:
    what = "får inte finnas" if _EMPTY.search(found.string) else "saknas"
    name = _named(found["table"], found["key"])
    return f"Dimension {found['code']} {what} på {name[:1].lower()}{name[1:]}."


def _must(found: re.Match[str]) -> str:
    """`Blocked must be equal to 'No' in Item: No.=1000`: the article is blocked."""
    name, field = _named(found["table"], found["key"]), found["field"].strip().casefold()
    if field.endswith(("blocked", "spärrad")):
        return f"{name} är {'spärrat' if name.partition(' ')[0] in _NEUTER else 'spärrad'}."
    if field.endswith(("direct posting", "direktbokföring")):
        return f"{name} tillåter inte direktbokföring."
    return f"{name}: {found['field'].strip()} ska vara {found['value'].strip(chr(39))}."


def _named(table: str, key: str) -> str:
    """`Konto 3001`: our word for the table, and the number or code out of its key."""
    word = next(ours for pattern, ours in _TABLES if re.fullmatch(pattern, table, re.IGNORECASE))
    if word in _OURS:
        return _OURS[word]
    values = [value.strip() for value in _VALUE.findall(key)] if "=" in key else [key.strip(" .'")]
    if word == "Försäljningsrad":  # Line No. stands last, and ours are whole tens of thousands
        values = [str(int(values[-1]) // 10_000)] if values and values[-1].isdigit() else []
    return " ".join([word, *dict.fromkeys(value for value in values if value)])


_SAYINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_DIMENSION, _dimension),
    (_CUSTOMER, lambda found: f"Kund {found['key']} är spärrad."),
    (_MUST, _must),
    (_HAVE, lambda found: f"{_named(found['table'], found['key'])} saknar {found['field'].strip()}."),
    (_MISSING, lambda found: f"{_named(found['table'], found['key'])} finns inte."),
    (_NOT_THERE, lambda found: f"{_named(found['table'], found['key'])} finns inte."),
    (_STOCK, lambda found: f"Artikel {found['key']} räcker inte i lager."),
    (_RELATED, lambda found: f"”{found['value']}” i fältet {found['field']} finns inte."),
)
