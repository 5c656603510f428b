"""Collects the texts for people and compiles the catalogues.

    python -m tools.messages          collect, keep what is translated, compile; tells what lacks a translation

Ours are Swedish in the source: what stands in `_("…")` and `counted("…", "…", n)` in any room or connector, and what is
declared as data (options, groups of the settings form, names of states). The words of argparse are English in its
source.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from connectors import REGISTRY
from synccenter import locale
from synccenter.contract import catalogue
from synccenter.contract.errors import KIND_TEXT, Entry
from synccenter.contract.model import REGISTER_NAMES
from synccenter.contract.options import Option
from synccenter.core.sections import sections
from synccenter.run.repair import FOUND_ALREADY, STATE_NAMES
from synccenter.service.background import TITLES
from synccenter.till.gift_cards import NEVER_SOLD, OVERDRAWN, SINGLE_PURPOSE
from synccenter.ui.errors_page import GOES_TO, OF_CODE
from synccenter.ui.runs_page import RESULTS
from synccenter.ui.settings_layout import PAGES, STEPS
from synccenter.ui.till_files_page import ANSWER_TEXT, QUESTION_TEXT
from synccenter.ui.who_bar import SAYS

PROJECT = Path(__file__).parents[1]
OURS = locale.FOLDER / "en" / "LC_MESSAGES" / f"{locale.DOMAIN}.po"
ARGPARSE = locale.FOLDER / "sv" / "LC_MESSAGES" / f"{locale.ARGPARSE_DOMAIN}.po"

Message = str | tuple[str, str]


def ours() -> list[Message]:
    """All texts of ours, in a stable order."""
    return [message for message in dict.fromkeys([*_in_source(), *declared()]) if message]


def _in_source() -> Iterator[Message]:
    """What every room and connector that takes `_` or `counted` from the locale asks it for."""
    for folder in ("synccenter", "connectors"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            source = path.read_text("utf-8")
            if "from synccenter.locale import" in source:
                yield from _asked_for(ast.parse(source), "counted")


def _asked_for(tree: ast.Module, plural: str) -> Iterator[Message]:
    """The texts in `_("…")` and `plural("…", "…", n)`, as they come."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        assert isinstance(call.func, ast.Name)
        texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if call.func.id == "_" and texts:
            yield texts[0]
        elif call.func.id == plural and len(texts) == 2:
            yield texts[0], texts[1]


def declared() -> Iterator[str]:
    """What is declared as data and translated when it is shown."""
    for section in sections(REGISTRY).values():
        yield section.title
        yield from _of_options(section.options)
    for pages in (PAGES, STEPS):
        for title, groups in pages.items():
            yield title
            for group in groups:
                yield from (group.title, group.lead)
    yield from (*TITLES.values(), *RESULTS.values(), *STATE_NAMES.values(), FOUND_ALREADY, *REGISTER_NAMES.values())
    yield from (*KIND_TEXT.values(), *ANSWER_TEXT.values(), *QUESTION_TEXT.values(), *SAYS.values())
    yield from (text for text, _act in GOES_TO.values())
    yield from OF_CODE.values()
    yield from (NEVER_SOLD, OVERDRAWN, SINGLE_PURPOSE)
    yield from ("förändringar", "allt")
    for entry in entries():
        yield from (entry.title, entry.who)


def of_the_program() -> list[Message]:
    """What must be translated: the texts of windows and menu and the program's own options."""
    found = list(_in_source())
    for section in sections({}).values():
        found += list(_of_options(section.options))
    return [message for message in found if message]


def entries() -> list[Entry]:
    """All errors, the business systems' too: their titles stand in windows and toasts. Whole sentences are Swedish, as
    in the log."""
    own = [value for value in vars(catalogue).values() if isinstance(value, Entry)]
    return [*own, *(entry for description in REGISTRY.values() for entry in description.errors)]


def _of_options(options: Iterable[Option]) -> Iterator[str]:
    for option in options:
        yield from (option.label, option.help, option.group)
        yield from (label for _key, label in option.choices)
        for column in option.columns:
            yield column.label
            yield from (label for _key, label in column.choices)


def of_argparse() -> list[Message]:
    """The texts that this Python's argparse asks gettext for."""
    return list(dict.fromkeys(_asked_for(ast.parse(inspect.getsource(argparse)), "ngettext")))


def read(path: Path) -> Catalog:
    """A catalogue; an empty one when there is none."""
    if not path.exists():
        return Catalog(locale=path.parts[-3], project="JobOffice Sync Center", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def update(path: Path, messages: Iterable[Message]) -> list[str]:
    """Bring a catalogue up to these messages and compile it; what lacks a translation."""
    old = read(path)
    new = Catalog(locale=path.parts[-3], project="JobOffice Sync Center", charset="utf-8", fuzzy=False)
    new.creation_date = old.creation_date
    new.revision_date = old.revision_date
    lacking = []
    for message in messages:
        key = message if isinstance(message, str) else message[0]
        known = old.get(key)
        text = known.string if known else "" if isinstance(message, str) else ("", "")
        new.add(message, text, flags=known.flags if known else ())
        if not all(text if isinstance(text, tuple) else (text,)):
            lacking.append(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_po(new))
    path.with_suffix(".mo").write_bytes(as_mo(new))
    return lacking


def as_po(catalogue_: Catalog) -> bytes:
    """The text form."""
    file = io.BytesIO()
    write_po(file, catalogue_, width=120, no_location=True, omit_header=False, sort_output=False)
    return file.getvalue()


def as_mo(catalogue_: Catalog) -> bytes:
    """The compiled form."""
    file = io.BytesIO()
    write_mo(file, catalogue_)
    return file.getvalue()


def main() -> int:
    """Update both; 1 when something lacks a translation."""
    lacking = [*update(OURS, ours()), *update(ARGPARSE, of_argparse())]
    for text in lacking:
        print("saknar översättning:", text)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
