"""Journal entries in Bokio: what they look like there, what refuses them, and what undoes them."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from synccenter.contract.connector import Delivered
from synccenter.contract.model import Posting, Voucher
from synccenter.truth.standing import Standing, look_up
from tests.connectors.bokio.rig import ACCOUNTS, BokioRig
from tests.connectors.bokio.world import refused, writes
from tests.worlds.documents import voucher
from tests.worlds.fakes.bokio import COMPANY, guid
from tests.worlds.fakes.server import Reply

ENTRIES = f"/v1/companies/{COMPANY}/journal-entries"


def test_the_title_begins_with_the_reference_once(rig: BokioRig) -> None:
    connector = rig.connector()
    connector.send(voucher(1))
    connector.send(replace(voucher(2), text="K1-Z2 Z-rapport 2 kassa K1"))
    titles = [entry["title"] for entry in rig.bokio.rows["journal-entries"].values()]
    assert titles == ["K1-Z1 Z-rapport 1 kassa K1", "K1-Z2 Z-rapport 2 kassa K1"]


def test_cost_centre_and_project_are_tags_of_their_rows(rig: BokioRig) -> None:
    sales = Posting(3001, -8000, cost_centre="horn", project="JUL")
    rig.connector().send(Voucher("K1-Z1", date(2026, 11, 23), "", (Posting(1910, 8000), sales)))
    (entry,) = rig.bokio.rows["journal-entries"].values()
    assert entry["items"][0]["tags"] == []
    assert [tag["tagId"] for tag in entry["items"][1]["tags"]] == [guid("tag", "HORN"), guid("tag", "JUL")]
    assert {tag["weight"] for tag in entry["items"][1]["tags"]} == {1}


def test_a_group_of_tags_without_a_number_is_known_by_its_name(rig: BokioRig) -> None:
    rig.bokio.rows["tag-groups"][guid("tag-groups", 1)] |= {"dimensionNumber": None, "name": "Kostnadsställe"}
    assert [term.code for term in rig.connector().cost_centres()] == ["HORN"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (replace(voucher(1), postings=(Posting(1910, 100, cost_centre="LUND"), Posting(3001, -100))), "BOK14"),
        (replace(voucher(1), postings=(Posting(1910, 100), Posting(3999, -100))), "BOK09"),
        (replace(voucher(1), date=date(2025, 11, 3)), "BOK07"),
        (replace(voucher(1), date=date(2027, 1, 2)), "BOK08"),
    ],
    ids=["a tag that is missing", "an account that is missing", "a closed year", "a year that is missing"],
)
def test_what_can_be_known_before_is_refused_before_anything_is_sent(
    document: Voucher, code: str, rig: BokioRig
) -> None:
    with refused(code) as told:
        rig.connector().send(document)
    assert not told.value.uncertain
    assert writes(rig) == []


def test_a_missing_account_is_named_and_is_a_cause_of_its_own(rig: BokioRig) -> None:
    causes = set()
    for account in (3998, 3999):
        with refused("BOK09") as told:
            rig.connector().send(replace(voucher(1), postings=(Posting(1910, 100), Posting(account, -100))))
        assert str(account) in told.value.problem.what
        causes.add(told.value.problem.cause)
    assert len(causes) == 2


def test_the_shapes_of_the_notes_are_taken_as_those_of_the_file(rig: BokioRig) -> None:
    rig.bokio.shape.list_key, rig.bokio.shape.wrapped_errors = "result", True
    connector = rig.connector()
    sent = connector.send(voucher(1))
    assert [hit.external_id for hit in connector.find(voucher(1))] == [sent.external_id]
    rig.bokio.fail(rig.refusals()["BOK11"], on=lambda request: request.method == "POST")
    with refused("BOK11"):
        connector.send(voucher(2))


def test_a_filter_that_is_refused_is_no_answer(rig: BokioRig) -> None:
    connector = rig.connector()
    sent = connector.send(voucher(1))
    rig.bokio.fail(rig.refusals()["BOK10"], on=lambda request: "query" in request.query)
    assert [hit.external_id for hit in connector.find(voucher(1))] == [sent.external_id]


def test_all_that_carry_the_reference_are_found_and_no_longer_one(rig: BokioRig) -> None:
    connector = rig.connector()
    connector.send(voucher(1))
    rig.place(voucher(1))
    rig.place(replace(voucher(1), date=date(2025, 11, 3)))
    connector.send(voucher(11))
    assert [hit.date and hit.date.year for hit in connector.find(voucher(1))] == [2026, 2026, 2025]


def test_more_than_a_page_of_hits_is_read_to_the_last(rig: BokioRig) -> None:
    for _ in range(205):
        rig.place(voucher(1))
    assert len(rig.connector().find(voucher(1))) == 205


def test_a_reversed_entry_and_its_reversal_are_not_in_the_books(rig: BokioRig) -> None:
    connector = rig.connector()
    sent = connector.send(voucher(1))
    made = connector.reverse(Delivered(voucher(1), sent.external_id))
    assert made.number == "V2"
    assert connector.find(voucher(1)) == []
    assert list(connector.read_back([Delivered(voucher(1), sent.external_id)])) == []


def test_reversing_again_tells_of_the_same_reversal(rig: BokioRig) -> None:
    connector = rig.connector()
    sent = connector.send(voucher(1))
    made = connector.reverse(Delivered(voucher(1), sent.external_id))
    before = len(writes(rig))
    assert connector.reverse(Delivered(voucher(1), sent.external_id)) == made
    assert len(writes(rig)) == before


@pytest.mark.parametrize("whose", ["nobody's", "another's", "a person's"])
def test_only_ours_is_reversed(whose: str, rig: BokioRig) -> None:
    connector = rig.connector()
    rig.place(voucher(1))
    (entry,) = rig.bokio.rows["journal-entries"].values()
    given = {
        "nobody's": (Delivered(voucher(1), guid("nothing")), "BOK20"),
        "another's": (Delivered(voucher(2), entry["id"]), "BOK20"),
        "a person's": (Delivered(voucher(1), entry["id"]), "BOK11"),
    }
    delivered, code = given[whose]
    with refused(code):
        connector.reverse(delivered)
    assert len(rig.bokio.rows["journal-entries"]) == 1


def test_one_that_was_moved_to_another_day_is_read_back_by_its_id(rig: BokioRig) -> None:
    connector = rig.connector()
    sent = connector.send(voucher(1))
    rig.bokio.rows["journal-entries"][sent.external_id]["date"] = "2026-10-01"
    (booked,) = connector.read_back([Delivered(voucher(1), sent.external_id)])
    assert booked.date == date(2026, 10, 1)


def test_the_settings_may_offer_what_stands_there(rig: BokioRig) -> None:
    connector = rig.connector()
    assert [(year.start.year, year.locked) for year in connector.fiscal_years()] == [(2025, True), (2026, False)]
    assert [one.number for one in connector.accounts(date(2026, 11, 23))] == list(ACCOUNTS)
    assert [term.code for term in connector.projects()] == ["JUL"]
    assert (connector.company().name, connector.company().org_number) == ("Hörnans Livs AB", "556677-8899")


def test_a_list_that_moved_while_it_was_read_is_read_again(rig: BokioRig) -> None:
    """A row that slips onto a page that has been read would be sent once more."""
    rig.place(voucher(1))
    empty = Reply(200, {"totalItems": 1, "totalPages": 1, "currentPage": 1, "items": []})
    rig.bokio.fail(empty, on=lambda one: one.path == ENTRIES)
    assert look_up(rig.connector(), voucher(1)).standing is Standing.OURS
    for _ in range(3):
        rig.bokio.fail(empty, on=lambda one: one.path == ENTRIES)
    with refused("N06"):
        look_up(rig.connector(), voucher(1))
