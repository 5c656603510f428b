"""Texts for people in the chosen language. The source texts are Swedish; `en` holds their English.

`tools/messages.py` collects the texts and compiles the catalogues. The words that argparse itself says are English
in their source; `sv` holds their Swedish, for the command line.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

DOMAIN = "jobsync"
ARGPARSE_DOMAIN = "argparse"
FOLDER = Path(__file__).parent
SOURCE = "sv"

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_spoken = SOURCE


def use(language: str) -> None:
    """Choose the language of windows and menu: `sv` or `en`. An unknown one means Swedish."""
    global _catalogue, _spoken
    _catalogue, _spoken = gettext.translation(DOMAIN, FOLDER, [language], fallback=True), language


def spoken() -> str:
    """The language in use."""
    return _spoken


def _(text: str) -> str:
    """The text in the chosen language; a text without a translation stays Swedish."""
    return _catalogue.gettext(text) if text else ""


def counted(one: str, many: str, number: int) -> str:
    """The form of a text that fits a number, e.g. `1 fel` and `2 fel`."""
    return _catalogue.ngettext(one, many, number)


def argparse_in_swedish() -> None:
    """Let argparse find its own words (usage, error, invalid choice …) in our catalogue."""
    os.environ["LANGUAGE"] = SOURCE
    gettext.bindtextdomain(ARGPARSE_DOMAIN, str(FOLDER))
    gettext.textdomain(ARGPARSE_DOMAIN)
