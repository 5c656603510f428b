"""What the documents point at is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from synccenter.contract.model import CashKind, LineKind, PaymentKind
from synccenter.contract.options import options_of
from synccenter.posting.settings import Posting
from tests.places import PROJECT
from tools import make_posting

DOCUMENTS = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8")):
        assert target.startswith("http") or (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_readme_leads_to_every_document() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    lost = [path.name for path in (PROJECT / "docs").glob("*.md") if f"docs/{path.name}" not in readme]
    assert lost == []


def test_the_table_of_postings_is_what_the_program_books() -> None:
    assert make_posting.TARGET.read_text(encoding="utf-8") == make_posting.text(), "kör python -m tools.make_posting"
    assert set(make_posting.LINE_SOURCE) == set(LineKind)
    assert set(make_posting.PAYMENT_SOURCE) == set(PaymentKind)
    assert set(make_posting.CASH_SOURCE) == set(CashKind)


def test_the_table_of_postings_names_the_accounts_that_are_the_defaults() -> None:
    text = (PROJECT / "docs/KONTERING.md").read_text(encoding="utf-8")
    named = {int(number) for number in re.findall(r"^\|[^|]*\|[^|]*\| (\d{4}) \|", text, re.MULTILINE)}
    defaults = {
        int(number) for one in options_of(Posting) for number in re.findall(r"\b[1-3]\d{3}\b", str(one.default))
    }
    own = {1911, 3105, 3108, 3231, 3990, 5460, 2641}  # the till's, why there is no VAT, and the examples' own
    assert named - own <= defaults
    assert {3001, 3002, 3003, 3004, 2611, 2621, 2631, 1911, 1686, 1930, 2421, 3740, 3790} <= named


def test_the_glossary_and_the_guide_to_tests_name_modules_that_are_there() -> None:
    for document in ("docs/ORDLISTA.md", "docs/TESTING.md", "docs/ARKITEKTUR.md", "docs/NY-INTEGRATION.md"):
        for path in re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", (PROJECT / document).read_text(encoding="utf-8")):
            places = (PROJECT, PROJECT / "synccenter", PROJECT / "tests/worlds", PROJECT / "tests")
            assert any((place / path).exists() for place in places), f"{document}: {path}"
