"""How many questions NAV is asked: few, counted, and the same however many receipts a month has."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from synccenter.contract.connector import Delivered
from synccenter.contract.model import Article, DocumentKind, Invoice, Register, Voucher
from tests.connectors.nav.shop import Shop, open_shop
from tests.connectors.nav.test_sales import receipt
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig, NavV3Rig
from tests.worlds.fakes.server import Fault
from tests.worlds.lookups import booked_in

MONTH = 150


def month(shop: Shop) -> list[Invoice]:
    return [receipt(shop, number) for number in range(1, MONTH + 1)]


@pytest.mark.parametrize(
    ("rig_type", "values", "gets", "posts"),
    [
        (NavRig, {"posting": "leave"}, 0, 6),
        (NavV3Rig, {"posting": "leave"}, 0, 6),
        (NavSoapRig, {"posting": "leave"}, 0, 2),
        (NavRig, {"posting": "auto", "closing": "rows"}, 0, 3),
        (NavRig, {"posting": "auto"}, 1, 6),
        (NavSoapRig, {"posting": "auto"}, 1, 5),
    ],
    ids=["v4 leave", "v3 leave", "soap leave", "v4 rows", "v4 journal", "soap journal"],
)
def test_a_receipt_costs_so_many_requests_and_no_look_up_before_it_is_sent(
    tmp_path: Path, rig_type: type[NavRig], values: dict[str, str], gets: int, posts: int
) -> None:
    with open_shop(tmp_path, rig_type, **values) as shop:
        connector = shop.connector()
        connector.send(receipt(shop, 1))
        before = shop.nav.count("GET"), shop.nav.count("POST")
        for number in (2, 3, 4):
            connector.send(receipt(shop, number))
        asked = shop.nav.count("GET") - before[0], shop.nav.count("POST") - before[1]
        assert asked == (3 * gets, 3 * posts)


def test_a_page_that_is_not_there_over_soap_is_written_over_odata_and_asked_for_once(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.nav.soap.pages = {}
        shop.connector().send(receipt(shop, 1))
        before = len(shop.nav.seen)
        connector = shop.connector()
        connector.send(receipt(shop, 2))
        asked = [one.path.rpartition("/")[2] for one in shop.nav.seen[before:] if "/WS/" in one.path]
        assert asked == ["JobOfficePosting", "JobOfficePosting"]
        assert [shop.rig.books(receipt(shop, number)) for number in (1, 2)] == [1, 1]


def test_a_receipt_whose_lines_were_written_and_whose_answer_was_lost_is_gone_on_with_over_soap(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        lines = "SalesInvoice:Update"
        shop.nav.fail(Fault.DROP_AFTER, on=lambda one: lines.lower() in one.headers.get("Soapaction", "").lower())
        assert shop.refusal(receipt(shop)).uncertain
        connector = shop.connector()
        (found,) = connector.find(receipt(shop))
        assert found.unfinished
        connector.finish(receipt(shop), found)
        assert shop.rig.books(receipt(shop)) == 1
        assert shop.books.rows("invoices") == []


@pytest.mark.parametrize("line", [30_000, 40_000], ids=["where our first row goes", "where our second row goes"])
@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
def test_a_row_that_somebody_writes_in_the_journal_between_two_receipts_is_stepped_over(
    tmp_path: Path, rig_type: type[NavRig], line: int
) -> None:
    """The journal is read once for many receipts, so what is written there meanwhile is met when our rows are."""
    with open_shop(tmp_path, rig_type) as shop:
        connector = shop.connector()
        connector.send(receipt(shop, 1))
        theirs = {"Journal_Template_Name": "INBET", "Journal_Batch_Name": "KASSA", "Line_No": line}
        shop.books.add("payments", Document_No="ANNAN", **theirs)
        sent = connector.send(receipt(shop, 2))
        assert shop.rig.books(receipt(shop, 2)) == 1
        (booked,) = connector.read_back([Delivered(receipt(shop, 2), sent.external_id)])
        assert booked.open == 0
        assert [row["Document_No"] for row in shop.books.rows("payments")] == ["ANNAN"]


@pytest.mark.parametrize(
    ("rig_type", "most"),
    [(NavRig, -(-MONTH // 20) + -(-MONTH * 9 // 20)), (NavSoapRig, 2 + 2 + 4)],  # nine ledger entries a receipt
    ids=["v4 in pages of 20", "soap, a card without amounts"],
)
def test_a_month_of_posted_receipts_is_read_back_by_its_pages_alone(
    tmp_path: Path, rig_type: type[NavRig], most: int
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        connector = shop.connector()
        documents = month(shop)
        sent = [connector.send(document) for document in documents]
        before = shop.nav.count()
        told = [Delivered(document, one.external_id) for document, one in zip(documents, sent, strict=True)]
        booked = list(connector.read_back(told))
        assert [(one.total, one.open) for one in booked] == [(40000, 0)] * MONTH
        assert shop.nav.count() - before <= most


def test_a_month_left_for_a_person_is_read_back_by_its_pages_alone(tmp_path: Path) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        connector = shop.connector()
        documents = month(shop)
        sent = [connector.send(document) for document in documents]
        before = shop.nav.count()
        booked = [
            booked_in(connector, document, one.external_id) for document, one in zip(documents, sent, strict=True)
        ]
        assert all(one is not None and one.total == 40000 and one.draft for one in booked)
        pages = -(-MONTH // 20) + -(-MONTH * 5 // 20)
        assert shop.nav.count() - before <= pages + 1, "the documents, their lines, and one look among the posted"


def test_vouchers_that_wait_in_the_journal_are_read_back_with_one_question(tmp_path: Path) -> None:
    with open_shop(tmp_path, NavSoapRig, posting="leave") as shop:
        connector = shop.connector()
        first = shop.rig.document(DocumentKind.VOUCHER)
        assert isinstance(first, Voucher)
        vouchers = [replace(first, reference=f"K1-Z{number}") for number in range(1, 31)]
        for voucher in vouchers:
            connector.send(voucher)
        before = shop.nav.count()
        assert all(booked_in(connector, voucher, voucher.reference) for voucher in vouchers)
        assert shop.nav.count() - before <= 3


def test_what_was_read_back_is_asked_for_anew_by_the_next_run_of_the_same_program(tmp_path: Path) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        connector = shop.connector()
        documents = month(shop)[:2]
        sent = connector.send(documents[0])
        assert booked_in(connector, documents[0], sent.external_id)
        second = connector.send(documents[1])
        assert booked_in(connector, documents[1], second.external_id), "sent since"
        for draft in list(shop.books.rows("invoices")):
            shop.books.post_sales("invoices", draft["No"])
        shop.world.clock.later(seconds=300)
        booked = booked_in(connector, documents[0], sent.external_id)
        assert booked is not None
        assert not booked.draft, "a person has posted it since"


def test_vat_and_the_kontantkund_are_asked_for_anew_by_the_next_run(tmp_path: Path) -> None:
    with open_shop(tmp_path, rounding="none") as shop:
        connector = shop.connector()

        def rates() -> set[int]:
            pages = connector.fetch(Register.ARTICLES, None)
            return {row.vat_rate for page in pages for row in page.rows if isinstance(row, Article)}

        assert rates() == {25}
        for row in shop.books.rows("vat_setup"):
            if (row["VAT_Bus_Posting_Group"], row["VAT_Prod_Posting_Group"]) == ("SVERIGE", "MOMS25"):
                row["VAT_Percent"] = 12
        shop.world.clock.later(seconds=300)
        assert rates() == {12}
