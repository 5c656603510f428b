"""One catalogue: every error has a code of its own, says what to do, and stands in docs/FEL.md.

Tells of `contract/catalogue/`.
"""

from __future__ import annotations

import re
import string
from collections import Counter

import pytest

from connectors import files
from synccenter.contract import catalogue
from synccenter.contract.errors import Entry
from tests.places import PROJECT
from tools.make_fel import TARGET, groups, text

ENTRIES = [entry for _, found in groups() for entry in found]


def test_docs_fel_md_is_what_the_catalogue_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == text(), "run: python -m tools.make_fel"


def test_every_code_is_used_once() -> None:
    codes = [entry.code for entry in ENTRIES]
    assert len(codes) == len(set(codes))


def test_every_entry_is_met_somewhere() -> None:
    """An error that nothing raises is a promise that nobody keeps."""
    files_ = [path for one in ("synccenter", "connectors") for path in (PROJECT / one).rglob("*.py")]
    source = [path.read_text(encoding="utf-8") for path in (PROJECT / "jobsync.py", *files_)]
    words = Counter(word for text_ in source for word in re.findall(r"\b[A-Z][A-Z0-9_]+\b", text_))
    named = {
        name
        for text_ in source
        for name in re.findall(r"^([A-Z][A-Z0-9_]+)(?:: Entry)? = Entry\(", text_, re.MULTILINE)
    }
    assert len(named) > 300
    assert [name for name in sorted(named) if words[name] < 2] == []


def test_every_entry_that_the_source_declares_is_documented() -> None:
    declared: set[str] = set()
    for folder in ("synccenter", "connectors"):
        for path in (PROJECT / folder).rglob("*.py"):
            declared |= set(
                re.findall(r"\bEntry\(\s*(?:code=)?\"([A-Z]{1,4}\d{2,3})\"", path.read_text(encoding="utf-8"))
            )
    assert declared == {entry.code for entry in ENTRIES}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_an_entry_is_a_whole_swedish_sentence_with_a_remedy(entry: Entry) -> None:
    names = {
        name
        for field in (entry.title, entry.what, entry.fix, entry.then)
        for _, name, _, _ in string.Formatter().parse(field)
        if name
    }
    problem = entry.problem(item="Kvitto 1-1042", **dict.fromkeys(names, "X"))
    sentence = problem.sentence()
    assert sentence.startswith("Kvitto 1-1042: ")
    assert sentence.endswith(f"[{entry.code}]")
    assert "Gör så här: " in sentence
    assert entry.title[0].isupper()
    assert not entry.title.endswith(".")
    assert entry.fix.endswith((".", "!"))
    assert not entry.who.endswith(".")
    assert "{" not in sentence


@pytest.mark.parametrize("entry", [*catalogue.entries(), *files.DESCRIPTION.errors], ids=lambda entry: entry.code)
def test_an_entry_says_what_happens_next(entry: Entry) -> None:
    assert entry.then.endswith(".")
