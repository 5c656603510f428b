"""Real answers of Fortnox: whatever it has been recorded to say is read, and its refusals are known or told in full."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.fortnox import answers
from connectors.fortnox.connector import Fortnox
from connectors.fortnox.options import FortnoxSettings
from connectors.fortnox.refusals import UNKNOWN, explain
from synccenter.contract.model import Article, Barcode, Customer, Register
from tests.connectors.fortnox.rig import FortnoxRig
from tests.worlds.fakes.fortnox import CLIENT
from tests.worlds.fakes.fortnox_recorded import Recorded, Replayed, recorded
from tests.worlds.session import Surroundings

LISTS: dict[str, type[Any]] = {
    "Articles": answers.Article,
    "Customers": answers.Customer,
    "Invoices": answers.Invoice,
    "Orders": answers.Order,
    "Projects": answers.Project,
}
SINGLE: dict[str, type[Any]] = {
    "Article": answers.Article,
    "Customer": answers.Customer,
    "Invoice": answers.Invoice,
    "Order": answers.Order,
    "Project": answers.Project,
}
NOT_READ = {"Unit", "Units", "TermsOfPayment", "TermsOfPayments"}
"""What was recorded and the connector has no use for."""


def taken() -> list[Recorded]:
    """Answers that went well."""
    return [one for one in recorded() if one.status < 300]


def refused() -> list[Recorded]:
    """Answers that did not."""
    return [one for one in recorded() if one.status >= 400]


def test_all_recorded_answers_are_here() -> None:
    assert (len(taken()), len(refused())) == (112, 13)


@pytest.mark.parametrize("one", taken(), ids=lambda one: f"{one.where} {one.method} {one.path}")
def test_a_recorded_answer_is_read(one: Recorded) -> None:
    names = set(one.body) - {"MetaInformation"}
    assert len(names) == 1, "what is asked for stands under its name"
    (name,) = names
    content = one.body[name]
    if name in LISTS:
        rows = [answers.decoded(json.dumps(row).encode(), LISTS[name]) for row in content]
        meta = answers.decoded(json.dumps(one.body["MetaInformation"]).encode(), answers.Meta)
        assert meta.rows is not None
        assert len(rows) <= meta.rows
    elif name in SINGLE:
        assert answers.decoded(json.dumps(content).encode(), SINGLE[name])
    else:
        assert name in NOT_READ


@pytest.mark.parametrize("one", refused(), ids=lambda one: f"{one.where} {one.method} {one.path}")
def test_a_recorded_refusal_is_told_with_fortnox_own_words(one: Recorded) -> None:
    said = {name.lower(): value for name, value in one.body["ErrorInformation"].items()}
    error = explain(one.status, json.dumps(one.body).encode())
    assert error is not None
    assert f"{said['message']} ({said['code']})" in error.problem.sentence()
    housework = one.method == "POST"
    assert (error.problem.code == UNKNOWN.code) == housework, "only those of house work are none of ours"


@pytest.fixture
def replayed(tmp_path: Path) -> Iterator[Fortnox]:
    """The connector on a Fortnox that has just what was recorded."""
    world = Surroundings(tmp_path)
    rig = FortnoxRig(world)  # signs in
    server = Replayed()
    yield Fortnox(world.session(FortnoxSettings(way="full", client_id=CLIENT, api_address=server.address)))
    server.close()
    rig.close()


def test_the_recorded_articles_come_down(replayed: Fortnox) -> None:
    """Lists have no VAT where the company has none: it is read of the article. Only two were recorded by themselves."""
    (page,) = replayed.fetch(Register.ARTICLES, None)
    assert page.full
    assert list(page.rows) == [Article("1", "Test article", "", 0), Article("102", "Updated description", "", 0)]
    assert list(page.also[Register.BARCODES]) == [Barcode("5901234123457", "1")]
    assert [one.key for one in page.bad] == ["2", "3", "101", "103"]


def test_the_recorded_customers_and_projects_come_down(replayed: Fortnox) -> None:
    (page,) = replayed.fetch(Register.CUSTOMERS, None)
    assert not page.bad
    assert page.full
    assert page.rows[0] == Customer("1", "Updated name", postal_code="10001", city="New York")
    assert len(page.rows) == 7
    (told,) = [one.body["Projects"] for one in recorded() if one.path == "/3/projects" and one.where == "all"]
    assert [one.code for one in replayed.projects()] == [row["ProjectNumber"] for row in told]
