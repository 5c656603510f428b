"""What a person does to a document in NAV while it is being written: it stops that document, never the others."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from connectors.dynamics_nav.explain import Explainer
from connectors.dynamics_nav.sentences import about
from synccenter.contract.connector import Found
from synccenter.contract.errors import SyncError
from synccenter.contract.model import DocumentKind, Invoice, Voucher
from synccenter.truth.standing import Standing, compare, look_up
from tests.connectors.nav.shop import Shop, open_shop
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig, NavV3Rig
from tests.worlds.fakes.nav_soap import fault
from tests.worlds.fakes.server import Reply, Request
from tests.worlds.lookups import booked_in

WIRES = (NavRig, NavV3Rig, NavSoapRig)
Deed = Callable[[Shop], object]


def receipt(shop: Shop) -> Invoice:
    document = shop.rig.document(DocumentKind.INVOICE)
    assert isinstance(document, Invoice)
    return document


def just_before(shop: Shop, deed: Deed, *, posting: bool) -> None:
    """Once, before lines are written to the draft, or before the draft is posted."""
    answer, done = shop.nav.answer, False

    def meanwhile(request: Request) -> Reply:
        nonlocal done
        drafted = bool(shop.books.rows("invoices"))
        wanted = (
            "/Codeunit/" in request.path if posting else request.method == "POST" and "Quantity" in str(request.body)
        )
        if drafted and wanted and not done:
            done = True
            deed(shop)
        return answer(request)

    shop.nav.answer = meanwhile  # type: ignore[method-assign] # the fake of this test alone is bent


def delete_draft(shop: Shop) -> None:
    shop.books.rows("invoices").clear()


def add_line(shop: Shop) -> None:
    (draft,) = shop.books.rows("invoices")
    page = next(page for page in shop.nav.pages.values() if page.table == "invoices")
    shop.books.add_line(page, draft, {"Type": "Item", "No": "A2", "Quantity": 1, "Unit_Price": 10})


@pytest.mark.parametrize("rig_type", WIRES)
@pytest.mark.parametrize("posting", [False, True], ids=["lines", "posting"])
def test_a_draft_that_is_deleted_meanwhile_is_said_to_be_gone_and_sent_anew(
    tmp_path: Path, rig_type: type[NavRig], *, posting: bool
) -> None:
    with open_shop(tmp_path, rig_type, posting="auto" if posting else "leave", closing="rows") as shop:
        just_before(shop, delete_draft, posting=posting)
        error = shop.refusal(receipt(shop))
        assert error.problem.code == "N75"
        assert "1001" in error.problem.what
        assert error.uncertain, "it may have been posted as well"
        assert not error.problem.stops
        assert look_up(shop.connector(), receipt(shop)).standing is Standing.MISSING
        shop.connector().send(receipt(shop))
        assert shop.rig.books(receipt(shop)) == 1


def test_lines_that_somebody_adds_meanwhile_stop_that_receipt_only(tmp_path: Path) -> None:
    with open_shop(tmp_path, NavSoapRig, posting="leave") as shop:
        just_before(shop, add_line, posting=False)
        error = shop.refusal(receipt(shop))
        assert error.problem.code == "NAV30"
        assert error.uncertain
        assert not error.problem.stops
        connector = shop.connector()
        connector.send(replace(receipt(shop), reference="K1-77"))
        verdict = look_up(connector, receipt(shop))
        assert verdict.standing is Standing.UNFINISHED
        with pytest.raises(SyncError) as raised:
            connector.finish(receipt(shop), verdict.hits[0])
        assert raised.value.problem.code == "NAV13", "whose lines they are a person decides"


@pytest.mark.parametrize("rig_type", WIRES)
def test_a_draft_that_is_gone_when_it_is_gone_on_with_waits_for_the_next_look(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type) as shop, pytest.raises(SyncError) as raised:
        shop.connector().finish(receipt(shop), Found("1001", "1001", draft=True, unfinished=True))
    assert raised.value.problem.code == "N75"
    assert raised.value.uncertain
    assert not raised.value.problem.stops


@pytest.mark.parametrize(
    "said",
    [
        "Sales Header Document Type='Invoice',No.='1001' does not exist.",
        "The Sales Header does not exist. Identification fields and values: Document Type='Invoice',No.='1001'",
        "Försäljningshuvud Dokumenttyp='Faktura',Nr='1001' finns inte.",
    ],
)
def test_nav_says_in_more_than_one_way_that_a_document_is_not_there(said: str) -> None:
    assert about(said) == "Dokumentet finns inte. "


@pytest.mark.parametrize("rig_type", WIRES)
def test_a_line_that_somebody_writes_in_the_journal_at_that_moment_is_stepped_over(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type, posting="auto", closing="journal") as shop:
        answer, done = shop.nav.answer, False

        def meanwhile(request: Request) -> Reply:
            nonlocal done
            if request.method == "POST" and "Applies_to" in str(request.body) and not done:
                done = True
                there = {"Journal_Template_Name": "INBET", "Journal_Batch_Name": "KASSA", "Line_No": 10000}
                shop.books.add("payments", **there, Document_No="LÖN1", Account_No="1930", Amount=Decimal(500))
            return answer(request)

        shop.nav.answer = meanwhile  # type: ignore[method-assign] # the fake of this test alone is bent
        shop.connector().send(receipt(shop))
        assert done
        assert shop.rig.books(receipt(shop)) == 1
        assert [row["Document_No"] for row in shop.books.rows("payments")] == ["LÖN1"]


@pytest.mark.parametrize("rig_type", WIRES)
def test_a_voucher_that_the_journal_numbers_anew_is_known_by_its_reference(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type, posting="auto", closing="journal") as shop:
        shop.books.rows("batches")[1]["Posting_No_Series"] = "RB"
        (told,) = [one.problem for one in shop.findings() if one.problem and one.problem.code == "NAV76"]
        assert "ALLMÄN KASSA" in told.what
        document = shop.rig.document(DocumentKind.VOUCHER)
        assert isinstance(document, Voucher)
        sent = shop.connector().send(document)
        assert {row["Document_No"] for row in shop.books.rows("entries")} == {"9001"}
        assert look_up(shop.connector(), document).standing is Standing.OURS
        there = booked_in(shop.connector(), document, sent.external_id)
        assert there
        assert compare(document, there) == ("", 0)


def test_a_journal_with_a_number_series_that_wants_another_number_first_is_said_to_have_one() -> None:
    said = (
        "You have one or more documents that must be posted before you post document no. K1-Z1 according to your "
        "company's No. Series setup."
    )
    error = Explainer("", "nav")(500, fault(said))
    assert error
    assert error.problem.code == "NAV71"
