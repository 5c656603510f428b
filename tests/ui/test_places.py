"""Every place that a text names exists under that name, and an error opens the very field.

Tells of `ui/places.py`, `ui/settings_layout.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import REGISTRY
from synccenter.contract import catalogue
from synccenter.contract.errors import Entry
from synccenter.posting.settings import PaymentRule
from synccenter.service.status import Status
from synccenter.ui.draft import Draft
from synccenter.ui.menu import entries
from synccenter.ui.places import OURS, Place, labels, place_of
from synccenter.ui.settings_layout import PAGES
from tests.ui.worlds import settings_of

STATUS_PAGES = {"Översikt", "Journalfiler", "Fel", "Väntar", "Register", "Senaste körningar", "Bevis", "Presentkort"}
OWN_OR_ALL = [*((entry, "") for entry in catalogue.entries())] + [
    (entry, name) for name, one in REGISTRY.items() for entry in one.errors
]


def draft(system: str = "files") -> Draft:
    settings = settings_of()
    settings.set("integration.system", system)
    return Draft(settings)


def named(entry: Entry) -> Iterator[tuple[str, str]]:
    """(page, what follows) of each place in our settings that the texts of an entry name."""
    for text in (entry.what, entry.fix, entry.then):
        for match in OURS.finditer(text):
            yield match[1], match[2] if f"{match[1]} > " in match[0] else ""


@pytest.mark.parametrize(("entry", "system"), OWN_OR_ALL, ids=lambda one: getattr(one, "code", one))
def test_every_place_in_the_settings_that_a_text_names_is_there(entry: Entry, system: str) -> None:
    for page, rest in named(entry):
        assert page in PAGES, f"{entry.code}: Inställningar > {page}"
        if rest:
            shown = draft(system or "files")
            known = [label for label, _name in labels(page, shown)]
            assert any(re.match(rf"{re.escape(label)}(?!\w)", rest) for label in known), (
                f"{entry.code}: {page} > {rest}"
            )


def test_every_page_of_the_status_window_and_every_choice_of_the_menu_that_a_text_names_is_there() -> None:
    choices = {entry.text for entry in entries(Status(ready=True))}
    for entry, _system in OWN_OR_ALL:
        for text in (entry.what, entry.fix, entry.then):
            for page in re.findall(r"Visa status(?:”)? > (\w+)", text):
                assert page in STATUS_PAGES, f"{entry.code}: {page}"
            for choice in re.findall(r"(?:välj|Välj) ”(Visa|Öppna|Synkronisera|Pausa|Om)( [^”]+)?”", text):
                assert "".join(choice) in choices, f"{entry.code}: {choice}"


def test_the_places_that_the_guides_for_people_name_are_there() -> None:
    for path in (Path(__file__).parents[2] / "docs").glob("*.md"):
        if path.name in {"FEL.md", "BOKIO.md", "FORTNOX.md", "NAV.md", "VISMA.md"}:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("|"):
                continue  # tables of the business systems' own settings
            for match in re.finditer(r"Inställningar > (\w+)(?: > ([\wåäöÅÄÖ() ]+))?", line):
                assert match[1] in PAGES, f"{path.name}: {line}"


def test_an_error_leads_to_its_very_field_with_the_row_that_is_wanted() -> None:
    known = draft()
    for problem, place in (
        (
            catalogue.NO_PAYMENT_ACCOUNT.problem(method="KLARNA"),
            Place("Konton", "posting.payments", {"method": "KLARNA"}),
        ),
        (
            catalogue.NO_SALES_ACCOUNT.problem(group="Café", rate=12, date="i dag"),
            Place("Konton", "posting.sales", {"group": "Café", "rate": "12"}),
        ),
        (catalogue.DATABASE_MISSING.problem(item="x"), Place("Gemensamt", "general.till_database")),
        (catalogue.NO_CUTOVER.problem(), Place("Säkerhet", "safety.cutover")),
        (catalogue.LOG_FOLDER.problem(item="x", folder="x", fallback="x"), Place("Gemensamt", "general.log_folder")),
        (catalogue.SIGN_IN_NEEDED.problem(system="Fortnox"), Place("Integration")),
        (
            catalogue.ACCOUNT_MISSING.problem(account=1686, system="Fortnox", use="kort"),
            Place("Konton", "posting.card_account"),
        ),
    ):
        assert place_of(problem, known) == place
    assert place_of(catalogue.UNEXPECTED.problem(), known) is None


def test_an_account_that_is_missing_leads_to_the_table_that_has_it() -> None:
    settings = settings_of()
    settings.set("posting.payments", (PaymentRule("KLARNA", "", 1580),))
    problem = catalogue.ACCOUNT_MISSING.problem(account=1580, system="Fortnox", use="x")
    assert place_of(problem, Draft(settings)) == Place("Konton", "posting.payments")
