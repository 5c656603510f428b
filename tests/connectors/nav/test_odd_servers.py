"""Servers and settings that are not quite as NAV's are: each is handled, or a sentence that says what to do."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace

from connectors.dynamics_nav.documents import paid_as
from connectors.wire.answers import in_utf8
from connectors.wire.soap import _batch_in
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Barcode, DocumentKind, Invoice, Register
from synccenter.truth.standing import Standing, compare, look_up
from tests.connectors.nav.shop import Shop, open_shop
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig, NavV3Rig, add_item
from tests.worlds.fakes.server import FOR_GOOD, Fault, Reply, Request
from tests.worlds.lookups import booked_in
from tests.worlds.session import Surroundings, free_port


def receipt(shop: Shop) -> Invoice:
    document = shop.rig.document(DocumentKind.INVOICE)
    assert isinstance(document, Invoice)
    return document


def altered(shop: Shop, change: Any) -> None:
    """The server's answers go through `change(request, reply)` first."""
    answer = shop.nav.answer

    def changed(request: Request) -> Reply:
        reply: Reply = change(request, answer(request))
        return reply

    shop.nav.answer = changed  # type: ignore[method-assign] # the fake of this test alone is bent


@pytest.mark.parametrize("sign_in", ["ntlm", "negotiate"])
def test_windows_sign_in_without_a_password_says_so(tmp_path: Path, sign_in: str) -> None:
    with open_shop(tmp_path, NavV3Rig, sign_in=sign_in) as shop:
        shop.world.secrets.entries.pop("password", None)
        assert shop.red() == ["NAV22"]


@pytest.mark.parametrize(("rig_type", "named"), [(NavRig, "@odata.nextLink"), (NavV3Rig, "odata.nextLink")])
@pytest.mark.parametrize("form", ["path", "name"])
def test_a_relative_link_to_the_next_page_is_followed(
    tmp_path: Path, rig_type: type[NavRig], named: str, form: str
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        for number in range(4, 60):
            add_item(shop.books, number)

        followed: list[str] = []

        def relative(_request: Request, reply: Reply) -> Reply:
            if isinstance(reply.body, dict) and isinstance(reply.body.get(named), str):
                followed.append(reply.body[named])
                link = reply.body[named].removeprefix(shop.nav.address)
                link = link if form == "path" else link.rpartition("/")[2]
                return replace(reply, body={**reply.body, named: link})
            return reply

        altered(shop, relative)
        assert len(shop.rows(Register.ARTICLES)) == 59
        assert followed


def test_a_mark_of_the_next_page_that_has_expired_begins_the_reading_anew(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        for number in range(4, 60):
            add_item(shop.books, number)
        asked = 0

        def forgetful(request: Request, reply: Reply) -> Reply:
            nonlocal asked
            asked += "skiptoken" in str(request.query)
            if asked == 2 and "skiptoken" in str(request.query):
                return Reply(400, {"error": {"code": "", "message": "The skip token is no longer valid."}})
            return reply

        altered(shop, forgetful)
        numbers = [row.number for row in shop.rows(Register.ARTICLES)]
        assert len(numbers) == len(set(numbers)) == 59


def test_an_answer_in_latin_1_is_read_by_its_header() -> None:
    text = '{"value": [{"No": "1", "Description": "Räksmörgås"}]}'
    assert in_utf8(text.encode("latin-1"), "application/json; charset=ISO-8859-1") == text.encode()
    assert in_utf8(text.encode(), "application/json;charset=utf-8") == text.encode()
    xml = b'<?xml version="1.0" encoding="iso-8859-1"?><a>\xe5</a>'
    assert in_utf8(xml, "text/xml; charset=iso-8859-1") == xml, "it says so itself"
    assert in_utf8(b"\xe5", "text/plain; charset=hittepå") == b"\xe5"


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "text/xml; charset=utf-8"])
def test_an_answer_in_latin_1_that_does_not_say_so_is_read_too(kind: str) -> None:
    text = '{"value": [{"No": "1", "Description": "Räksmörgås på Ö"}]}'
    assert in_utf8(text.encode("latin-1"), kind) == text.encode()


@pytest.mark.parametrize(
    "cut", [b"R\xc3\xa4ksm\xc3", b"R\xc3\xa4ka \xe5", b"10 \xe2\x82\xac \xe5", b"\xc3?ka", b"\x81\xe5"]
)
def test_utf_8_with_a_fault_in_it_is_told_as_what_it_is(cut: bytes) -> None:
    assert in_utf8(cut, "application/json") == cut
    assert in_utf8(b"\xff\xd8\xe5", "image/jpeg") == b"\xff\xd8\xe5", "no text at all"


@pytest.mark.parametrize("said", ["iso-8859-1", "utf-8"])
@pytest.mark.parametrize("rig_type", [NavRig, NavV3Rig, NavSoapRig])
def test_a_server_that_answers_in_latin_1_gives_its_letters(tmp_path: Path, rig_type: type[NavRig], said: str) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.books.rows("items")[0]["Description"] = "Räksmörgås på kavring"
        render = shop.nav.render

        def latin(body: Any) -> tuple[bytes, str]:
            if isinstance(body, dict) and "_operation" not in body:
                return json.dumps(body, ensure_ascii=False).encode("latin-1"), f"application/json; charset={said}"
            content, kind = render(body)
            text = etree.tostring(etree.fromstring(content), encoding="unicode")
            return text.encode("latin-1"), kind.replace("utf-8", said)

        shop.nav.render = latin  # type: ignore[method-assign] # the fake of this test alone is bent
        assert "Räksmörgås på kavring" in {row.name for row in shop.rows(Register.ARTICLES)}


@pytest.mark.parametrize("said", ["", "\ufffd\x00103", "SalesInvoiceHeader: 103001, K1-1, KONTANT"])
def test_a_garbled_number_from_the_codeunit_is_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    with open_shop(tmp_path) as shop:
        connector = shop.connector()
        post = connector._sales._poster.post

        def garbled(function: str, *arguments: str) -> str:
            posted = post(function, *arguments)
            return posted if function == "PostJournal" else said

        monkeypatch.setattr(connector._sales._poster, "post", garbled)
        sent = connector.send(receipt(shop))
        assert sent.number == shop.books.rows("posted_invoices")[0]["No"]
        assert shop.rig.books(receipt(shop)) == 1


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
@pytest.mark.parametrize("length", [20, 21, 35])
def test_a_reference_that_is_longer_than_a_document_number_goes_through(
    tmp_path: Path, rig_type: type[NavRig], length: int
) -> None:
    """External Document No. holds 35 characters, Document No. of a journal 20."""
    with open_shop(tmp_path, rig_type) as shop:
        document = replace(
            receipt(shop), reference="HORNANS-LIVS-KASSA-1-" + "0" * (length - 21) if length > 20 else "K" * 20
        )
        sent = shop.connector().send(document)
        there = booked_in(shop.connector(), document, sent.external_id)
        assert there
        assert compare(document, there) == ("", 0)
        assert look_up(shop.connector(), document).standing is Standing.OURS
        assert shop.books.rows("payments") == []
        assert len(paid_as(document, "103001")) <= 20


def test_the_batch_of_a_journal_is_found_where_it_is_a_parameter() -> None:
    """Some servers want it in each operation of a worksheet, beside the filter or the rows that say it too."""
    assert _batch_in({"filter": [{"Field": "Journal_Batch_Name", "Criteria": "'KASSA'"}], "setSize": 5}) == "KASSA"
    rows = {"GeneralJournal_List": {"GeneralJournal": [{"Line_No": 1, "Journal_Batch_Name": "KASSA"}]}}
    assert _batch_in(rows) == "KASSA"
    assert _batch_in({"filter": [{"Field": "No", "Criteria": "1"}]}) == ""


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
def test_a_mistyped_journal_is_seen_by_the_check(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type, payment_batch="KASA") as shop:
        (red,) = [one.problem for one in shop.findings() if one.problem and one.problem.code == "NAV23"]
        assert "INBET KASA" in red.what


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
def test_a_mistyped_journal_of_vouchers_says_that_it_hinders_only_them(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type, journal_batch="KASA") as shop:
        (one,) = [one for one in shop.findings() if one.problem and one.problem.code == "NAV23"]
        assert one.only_for is DocumentKind.VOUCHER


def test_the_code_of_a_carton_never_scans_at_the_price_of_one(tmp_path: Path) -> None:
    with open_shop(tmp_path, gtin=False) as shop:
        for code, unit in (("7310000000017", "ST"), ("7310000000024", "KART"), ("7310000000031", "")):
            shop.books.add(
                "cross_references",
                Item_No="A1",
                Cross_Reference_Type="Bar_Code",
                Cross_Reference_No=code,
                Unit_of_Measure=unit,
            )
        pages = list(shop.connector().fetch(Register.BARCODES, None))
        got = [row.code for page in pages for row in page.rows if isinstance(row, Barcode)]
        assert got == ["7310000000017", "7310000000031"]
        assert "1 gäller en annan enhet" in pages[-1].notes[0]
        assert "7310000000024" in pages[-1].notes[0]


class ApartRig(NavSoapRig):
    """Journals whose batch is a parameter of each operation and no field of their rows, as worksheets publish it."""

    def __init__(self, world: Surroundings) -> None:
        super().__init__(world)
        self.nav.soap.batch_stands_apart = True


@pytest.mark.parametrize("posting", ["auto", "leave"])
def test_a_journal_whose_batch_stands_apart_is_written_read_and_taken_back(tmp_path: Path, posting: str) -> None:
    with open_shop(tmp_path, ApartRig, posting=posting) as shop:
        voucher = shop.rig.document(DocumentKind.VOUCHER)
        for document in (receipt(shop), voucher):
            shop.connector().send(document)
            assert shop.rig.books(document) == 1
            assert look_up(shop.connector(), document).standing is (
                Standing.OURS if posting == "auto" else Standing.UNFINISHED
            )
        if posting == "leave":
            assert {row["Journal_Batch_Name"] for row in shop.books.rows("journal")} == {"KASSA"}
            return
        assert shop.books.rows("journal") == shop.books.rows("payments") == []
        shop.books.allowed_from = date(2026, 12, 1)
        another = replace(voucher, reference="K1-Z2")
        assert shop.refusal(another).problem.code == "NAV32"
        assert shop.books.rows("journal") == [], "taken back"


@pytest.mark.parametrize(("fault", "code"), [(Fault.DROP_BEFORE, "N11"), (None, "N01")])
def test_a_server_in_the_shop_that_does_not_answer_is_looked_for_on_the_shops_own_net(
    tmp_path: Path, fault: Fault | None, code: str
) -> None:
    with open_shop(tmp_path) as shop:
        nobody = {"address": f"http://127.0.0.1:{free_port()}/NAV110/OData", "wire": "v4"}
        connector = shop.connector(**({} if fault else nobody))
        if fault:
            shop.nav.fail(fault, times=FOR_GOOD)
        with pytest.raises(SyncError) as caught:
            list(connector.fetch(Register.ARTICLES, None))
        assert caught.value.problem.code == code
        assert "eget nät" in caught.value.problem.fix
