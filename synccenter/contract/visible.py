"""Text from outside as one visible row: what it holds can neither begin a row of its own, nor act, nor speak for us.

The one function for every way out: log, terminal, windows, history, mail and packets. What a till, a file, a server or
a person has written may hold line breaks, escapes that a terminal obeys (ECMA-48, C0 and C1), marks that turn the
reading direction (Trojan Source, CVE-2021-42574) or letters without width; and `FEL!`, which only we write (CWE-117).
"""

from __future__ import annotations

import json
import re

ERROR_MARK = "FEL!"

BREAKS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000110bd\U000110cd"
    "\U00013430-\U00013455\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Control characters, format characters and letters that leave no mark (Unicode: Default_Ignorable_Code_Point)."""

_MARK = re.compile("[FＦ][EＥ][LＬ][!！﹗ǃ]")


def one_line(text: str) -> str:
    """Line breaks become `⏎`; control characters and direction marks become their code."""
    if text.isascii() and text.isprintable():
        return text
    text = BREAKS.sub(" ⏎ ", text).replace("\t", " ")
    return HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def visible(text: str) -> str:
    """The same, and `FEL!` cannot be read in it: the mark that begins a row is ours to write."""
    return _MARK.sub("FEL !", one_line(text))


def visible_json(document: str) -> str:
    """JSON with the same values, in which nothing acts on the terminal that shows it."""
    hidden = re.compile(f"(?![\n]){HIDDEN.pattern}|[\u2028\u2029]")
    return hidden.sub(lambda match: json.dumps(match[0])[1:-1], document)
