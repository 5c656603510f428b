"""Our AL extension, as far as it can be read without a compiler: it has what we ask for, by Microsoft's rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from connectors.business_central import answers, books
from tests.places import PROJECT
from tests.worlds.fakes.business_central import OUR_FIELDS

FOLDER = PROJECT / "docs/business-central"
FILES = sorted((FOLDER / "src").glob("*.al"))
ASKED = {
    "priceListLines": answers.PriceLine,
    "itemReferences": answers.ItemReference,
    "locationStocks": answers.LocationStock,
    "journalSetups": answers.JournalSetup,
}


def told(text: str, name: str) -> str:
    """The value of a property."""
    found = re.search(rf"\b{name} = '?([^;']+)'?;", text)
    return found[1] if found else ""


def fields(text: str) -> list[str]:
    return re.findall(r"\b(?:field|column)\((\w+);", text)


@pytest.mark.parametrize("name", ASKED)
def test_what_we_ask_of_the_extension_is_there_and_the_fake_has_the_same(name: str) -> None:
    (text,) = (one.read_text("utf-8") for one in FILES if told(one.read_text("utf-8"), "EntitySetName") == name)
    assert set(answers.select(ASKED[name]).split(",")) <= set(fields(text))
    assert set(OUR_FIELDS[name]) <= set(fields(text))
    assert "/" + "/".join(told(text, one) for one in ("APIPublisher", "APIGroup", "APIVersion")) == books.OURS


def test_the_payment_journals_have_their_action() -> None:
    text = (FOLDER / "src/JOSPaymentJournals.Page.al").read_text("utf-8")
    assert told(text, "EntitySetName") == "paymentJournals"
    assert re.search(r"\[ServiceEnabled\]\s+\[Scope\('Cloud'\)\]\s+procedure Post\(", text)


def head_of(text: str) -> tuple[str, str, str]:
    """(kind, number, name) of an object."""
    found = re.match(r'(\w+) (\d+) "([^"]+)"', text)
    assert found
    return found[1], found[2], found[3]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_each_object_keeps_microsofts_rules(file: Path) -> None:
    """AppSourceCop: ids of the range, one affix, files named after their object. CodeCop: API pages read only."""
    text = file.read_text("utf-8")
    kind, number, name = head_of(text)
    (span,) = json.loads((FOLDER / "app.json").read_text("utf-8"))["idRanges"]
    assert span["from"] <= int(number) <= span["to"]
    assert (span["from"], span["to"]) == (50100, 50149)
    assert name.startswith("JOS ")
    assert len(name) <= 30
    kinds = {"page": "Page", "query": "Query", "codeunit": "Codeunit", "permissionset": "PermissionSet"}
    assert file.name == f"{name.replace(' ', '')}.{kinds[kind]}.al"
    assert text.count("{") == text.count("}")
    if kind == "page":
        wanted = {"ODataKeyFields": "SystemId", "Extensible": "false", "DelayedInsert": "true", "PageType": "API"}
        assert {one: told(text, one) for one in wanted} == wanted
        assert all(told(text, one) == "false" for one in ("InsertAllowed", "ModifyAllowed", "DeleteAllowed"))


def test_object_numbers_are_used_once_and_every_object_may_be_run() -> None:
    heads = [head_of(one.read_text("utf-8")) for one in FILES]
    assert len({number for _, number, _ in heads}) == len(FILES)
    permissions = (FOLDER / "src/JOSTill.PermissionSet.al").read_text("utf-8")
    for kind, _, name in heads:
        assert kind == "permissionset" or f'{kind} "{name}" = X' in permissions


def test_the_readme_says_that_nobody_has_compiled_it() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    assert "inte kompilerats av oss" in text
    for file in FILES:
        name = re.search(r'"([^"]+)"', file.read_text("utf-8"))
        assert name
        assert name[1] in text
