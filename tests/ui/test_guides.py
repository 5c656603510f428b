"""The guides, gone through as a consultant would: every command can be typed, and every setting and place is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import REGISTRY
from synccenter.core.sections import sections
from synccenter.ui.draft import Draft
from synccenter.ui.places import labels
from synccenter.ui.settings_layout import PAGES
from tests.places import PROJECT
from tests.ui.worlds import settings_of

GUIDES = {
    "bokio": "BOKIO.md",
    "business_central": "BUSINESS-CENTRAL.md",
    "dynamics_nav": "NAV.md",
    "fortnox": "FORTNOX.md",
    "visma_eekonomi": "VISMA.md",
}
DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
SECTIONS = set(sections(REGISTRY))
OTHERS = re.compile(r"(?:under|i|:) $")
"""What stands before a place that is the business system's own: `Fortnox: Inställningar > …`."""


def draft_of(system: str) -> Draft:
    settings = settings_of()
    settings.set("integration.system", system)
    return Draft(settings)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def commands(path: Path, verb: str) -> Iterator[str]:
    """What is typed after `jobsync settings <verb>` in a block of commands or in the text."""
    for line in text_of(path).splitlines():
        for found in re.findall(rf"jobsync settings {verb} (.+?)(?:  +\(|`|\. |$)", line):
            if "NAMN" not in found:
                yield found


def test_the_guides_name_every_business_system() -> None:
    assert set(REGISTRY) - set(GUIDES) == {"files"}, "the file connector's are SIE.md and REGISTERFILER.md"
    assert sum(1 for path in DOCUMENTS for _ in commands(path, "set")) >= 10, "or nothing is looked at"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_with_settings_can_be_typed_as_it_stands(path: Path) -> None:
    settings = settings_of()
    for command in commands(path, "set"):
        for word in shlex.split(command):
            name, sign, value = word.partition("=")
            assert sign, f"{path.name}: {command}"
            settings.set(name, value.rstrip("."))
    for command in commands(path, "secret"):
        settings.option(shlex.split(command)[0])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_setting_that_is_written_with_its_section_is_there(path: Path) -> None:
    settings = settings_of()
    for name in re.findall(r"`([a-z_]+\.[a-z_]+)(?:=[^`]*)?`", text_of(path)):
        section, _, option = name.partition(".")
        if section in SECTIONS and option not in {"py", "md", "toml", "csv"}:
            settings.option(name)


@pytest.mark.parametrize("system", GUIDES)
def test_every_row_of_a_guides_table_of_settings_is_a_setting(system: str) -> None:
    """By its name in the file, or by what it is called in the window."""
    names = set(REGISTRY[system].settings.__struct_fields__)
    shown = {label.casefold() for page in PAGES for label, _name in labels(page, draft_of(system))}
    rows = 0
    inside = False
    for line in text_of(PROJECT / "docs" / GUIDES[system]).splitlines():
        heading = re.match(r"\| (inställning|fält) \| (betyder|vad som ska stå där)", line)
        if inside and line.startswith("| "):
            cell = re.sub(r"\(.*?\)", "", line.split("|")[1]).strip()
            rows += 1
            for name in cell.split(", "):
                known = name.strip("`") in names if "`" in name else name.casefold() in shown
                assert known, f"{GUIDES[system]}: {name}"
        inside = bool(heading) or (inside and line.startswith("|"))
    assert rows, "the table has another heading"


@pytest.mark.parametrize("system", GUIDES)
def test_every_place_in_our_window_that_a_guide_names_is_there(system: str) -> None:
    draft = draft_of(system)
    for line in text_of(PROJECT / "docs" / GUIDES[system]).splitlines():
        for found in re.finditer(r"Inställningar > (\w+)(?: > ([^.|*,;:)”]+))?", line):
            page, rest = found[1], found[2]
            if page not in PAGES or OTHERS.search(line[: found.start()].replace("öppna ", "")):
                continue
            known = [label for label, _name in labels(page, draft)]
            assert not rest or any(re.match(rf"{re.escape(label)}(?!\w)", rest) for label in known), line
