"""Registers down, and *Kontrollera inställningar*."""

from __future__ import annotations

import pytest

from connectors.bokio.options import BokioSettings
from synccenter.contract.finding import Finding, Severity
from synccenter.contract.model import Article, Customer, Register
from synccenter.contract.options import options_of
from synccenter.contract.values import BadValue, parse
from tests.connectors.bokio.rig import BokioRig, add_customer, add_item
from tests.connectors.bokio.world import refused
from tests.worlds.documents import voucher
from tests.worlds.fakes.bokio import guid
from tests.worlds.fakes.server import Reply


def articles(rig: BokioRig) -> tuple[list[Article], list[str]]:
    pages = list(rig.connector().fetch(Register.ARTICLES, None))
    rows = [row for page in pages for row in page.rows if isinstance(row, Article)]
    return rows, [f"{bad.where}: {bad.why}" for page in pages for bad in page.bad]


def test_an_item_is_an_article_at_its_price_with_vat(rig: BokioRig) -> None:
    add_item(rig.bokio, "Kaffe", unitPrice=35.7143, taxRate=12.0, unitType="kilogram")
    ((article,), _) = articles(rig)
    assert article == Article(guid("items", "Kaffe"), "Kaffe", vat_rate=12, price=4000, unit="kg")


def test_a_text_is_no_article_and_foreign_vat_is_told(rig: BokioRig) -> None:
    identity = guid("text")
    text = {"id": identity, "description": "Tack för köpet", "itemType": "descriptionOnlyItem"}
    rig.bokio.rows["items"][identity] = text
    add_item(rig.bokio, "Vin", taxRate=19.0)
    rows, bad = articles(rig)
    assert rows == []
    assert bad == ["Vin: 19 % moms finns inte i Sverige."]


def test_the_first_word_may_be_the_number_and_two_of_one_number_are_told(rig: BokioRig) -> None:
    rig.options["number_from"] = "word"
    for text in ("100 Kaffe", "101 Te", "100 Kakao"):
        add_item(rig.bokio, text)
    rows, bad = articles(rig)
    assert [(row.number, row.name) for row in rows] == [("100", "Kaffe"), ("101", "Te")]
    assert bad == ["100 Kakao: Artikelnumret 100 finns redan."]


def test_a_customer_comes_with_its_usual_contact(rig: BokioRig) -> None:
    contacts = [{"email": "a@example.se"}, {"email": "b@example.se", "isDefault": True}]
    add_customer(rig.bokio, "Kafé Hörnan", orgNumber="556000-1111", contactsDetails=contacts)
    rows = [row for page in rig.connector().fetch(Register.CUSTOMERS, None) for row in page.rows]
    found = next(row for row in rows if isinstance(row, Customer) and row.name == "Kafé Hörnan")
    assert (found.number, found.org_number, found.email) == (
        guid("customers", "Kafé Hörnan"),
        "556000-1111",
        "b@example.se",
    )


def checked(rig: BokioRig) -> list[Finding]:
    return list(rig.connector().check())


def red(findings: list[Finding]) -> list[str]:
    return [one.problem.code for one in findings if one.problem and one.severity is Severity.RED]


def test_the_check_names_the_company_and_what_bokio_does_not_have(rig: BokioRig) -> None:
    titles = [one.title for one in checked(rig)]
    assert titles[0] == "Bokio svarar för Hörnans Livs AB, 556677-8899"
    assert "streckkoder" in titles[-1]


def test_each_right_that_the_token_lacks_is_told(rig: BokioRig) -> None:
    rig.bokio.lacks = {"journal-entries:read", "invoices:read", "items:read"}
    told = {one.severity: one.problem.what for one in checked(rig) if one.problem}
    assert told == {
        Severity.RED: "Bokio nekar journal-entries:read.",
        Severity.YELLOW: "Bokio nekar items:read, invoices:read.",
    }


def test_a_plan_without_tags_is_no_hindrance_to_those_who_have_none(rig: BokioRig) -> None:
    rig.bokio.has_tags = False
    findings = checked(rig)
    assert red(findings) == []
    assert [one.problem.what for one in findings if one.problem] == ["Bokio nekar tags:read."]


def test_a_token_that_was_taken_away_is_told_at_once(rig: BokioRig) -> None:
    rig.bokio.token = "another-token-0123456789"
    assert red(checked(rig)) == ["BOK02"]
    assert rig.bokio.count() == 1


def test_another_companys_id_is_told(rig: BokioRig) -> None:
    rig.options["company_id"] = guid("another company")
    assert red(checked(rig)) == ["BOK06"]


@pytest.mark.parametrize("missing", ["token", "company_id"])
def test_what_is_not_filled_in_is_named(missing: str, rig: BokioRig) -> None:
    rig.world.secrets.delete(missing)
    rig.options["company_id"] = "" if missing == "company_id" else rig.values()["company_id"]
    (finding,) = checked(rig)
    assert finding.problem
    assert finding.problem.code == "BOK01"
    assert {"token": "API-token", "company_id": "Företagets id"}[missing] in finding.problem.what


def test_a_closed_year_is_red(rig: BokioRig) -> None:
    rig.bokio.rows["fiscal-years"][guid("fiscal-years", 2026)]["status"] = "closed"
    assert red(checked(rig)) == ["BOK07"]


def test_an_id_that_is_none_is_refused_in_the_settings() -> None:
    option = next(one for one in options_of(BokioSettings) if one.name == "company_id")
    with pytest.raises(BadValue, match="adressfältet"):
        parse(option, "Hörnans Livs AB")


def test_a_list_without_rows_is_no_empty_list(rig: BokioRig) -> None:
    rig.bokio.fail(Reply(200, {"totalItems": 0, "totalPages": 0}))
    with refused("N06"):
        list(rig.connector().fetch(Register.ARTICLES, None))


def test_names_are_compared_where_there_is_no_organisation_number(rig: BokioRig) -> None:
    rig.world.company_name = "Kafé Lunden"
    assert [one.problem.code for one in checked(rig) if one.problem] == []
    rig.bokio.company["organizationNumber"] = ""
    assert [one.problem.code for one in checked(rig) if one.problem] == ["BOK21"]


def test_an_answer_for_another_company_is_told(rig: BokioRig) -> None:
    rig.bokio.company["id"] = guid("another company")
    assert red(checked(rig)) == ["BOK06"]


def test_the_company_without_its_wrapping_is_taken(rig: BokioRig) -> None:
    rig.bokio.fail(Reply(200, rig.bokio.company))
    assert rig.connector().company().name == "Hörnans Livs AB"


def test_a_list_that_does_not_tell_its_pages_is_read_to_the_last(rig: BokioRig) -> None:
    rig.seed(Register.ARTICLES, 130)
    rig.bokio.shape.tells_pages = False
    rows, bad = articles(rig)
    assert (len(rows), bad) == (130, [])


@pytest.mark.parametrize("header", ["Retry-After", "Bokio-RateLimit-RetryAfter", "X-Bokio-RateLimit-RetryAfter"])
def test_bokio_says_how_long_to_wait_in_a_header_of_its_own(header: str, rig: BokioRig) -> None:
    rig.bokio.fail(Reply(429, {"code": "too-many-requests", "message": "Rate limit exceeded"}, {header: "42"}))
    rig.connector().send(voucher(1))
    assert 42.0 in rig.world.cancel.waits
    assert rig.books(voucher(1)) == 1
