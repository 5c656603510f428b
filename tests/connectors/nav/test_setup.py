"""*Testa anslutning*: a row for each step, and whoever has something to publish is told what, by number and name."""

from __future__ import annotations

import datetime as dt
import ssl
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from connectors.wire.http import Http, Server
from connectors.wire.transport import fingerprint_of
from synccenter.contract.errors import Reach, SyncError
from synccenter.contract.finding import Severity
from synccenter.contract.model import DocumentKind, Register
from tests.connectors.nav.shop import Shop, open_shop
from tests.worlds.fakes.nav import FakeNav
from tests.worlds.fakes.nav_pages import Column, PageDef, all_pages
from tests.worlds.fakes.nav_rig import NavRig, NavSoapRig, NavV3Rig
from tests.worlds.fakes.server import FOR_GOOD, Reply, Request
from tests.worlds.session import NoSettings, Surroundings, free_port

WIRES = (NavRig, NavV3Rig, NavSoapRig)


def without(page: PageDef, *names: str) -> PageDef:
    """A page without some fields."""
    return replace(page, columns={name: one for name, one in page.columns.items() if name not in names})


@pytest.mark.parametrize("rig_type", WIRES)
def test_the_check_walks_through_it_step_by_step(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        findings = shop.findings()
        assert {one.severity for one in findings} <= {Severity.GREEN, Severity.YELLOW}
        titles = " | ".join(one.title for one in findings)
        for step in (shop.connector()._link.wire.upper()[:2], "CRONUS Sverige AB", "Momssatser", "KONTANT", "43"):
            assert step.replace("V", "OData V") in titles or step in titles


@pytest.mark.parametrize("rig_type", WIRES)
def test_a_missing_page_is_named_with_what_to_publish_and_the_rest_goes_on(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        pages = dict(shop.nav.pages)
        del pages["Customer"], pages["SalesOrder"]
        shop.nav.publish(pages)
        missing = [one for one in shop.findings() if one.problem and one.problem.code == "NAV07"]
        severities = [one.severity for one in missing]
        assert severities.count(Severity.YELLOW) == 1, "a shop may do without orders"
        assert Severity.RED in severities
        told = missing[0].problem.sentence() if missing[0].problem else ""
        assert "21" in told
        assert "tjänstnamn Customer" in told
        assert shop.rows(Register.ACCOUNTS), "what is published works"
        assert shop.refusal(shop.rig.document(DocumentKind.ORDER)).problem.code == "NAV07"


@pytest.mark.parametrize("rig_type", WIRES)
def test_a_renamed_field_is_named_and_the_settings_can_say_what_it_is_called(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        items = shop.nav.pages["articles"]
        columns = {**without(items, "Unit_Price").columns, "Pris_i_butik": Column("Pris_i_butik", "Edm.Decimal")}
        shop.nav.publish({**shop.nav.pages, "articles": replace(items, columns=columns)})
        for row in shop.books.rows("items"):
            row["Pris_i_butik"] = row.pop("Unit_Price")
        (problem,) = [one.problem for one in shop.findings() if one.problem and one.severity is Severity.RED]
        assert problem.code == "NAV08"
        assert "Unit_Price" in problem.what
        assert "articles" in problem.what
        fields = ({"role": "items", "field": "Unit_Price", "name": "Pris_i_butik"},)
        assert shop.rows(Register.ARTICLES, fields=fields)[0].price == 10000


def test_one_way_of_sending_is_enough(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        pages = dict(shop.nav.pages)
        del pages["SalesInvoice"]
        shop.nav.publish(pages)
        assert shop.red() == []
        del pages["GeneralJournal"]
        shop.nav.publish(pages)
        assert shop.red() == ["NAV07", "NAV07"]


def test_soap_without_a_list_of_services_is_asked_page_by_page(tmp_path: Path) -> None:
    with open_shop(tmp_path, NavSoapRig, company="CRONUS Sverige AB") as shop:
        shop.nav.fail(Reply(404, b""), times=FOR_GOOD, on=lambda one: one.path.endswith("/Services"))
        assert shop.red() == []
        assert len(shop.rows(Register.ARTICLES)) == 3


def _is(path: str, request: Request) -> bool:
    return request.path == path


def test_a_gateway_that_shows_one_company_only_is_found_when_the_company_is_named(tmp_path: Path) -> None:
    with open_shop(tmp_path, company="CRONUS Sverige AB") as shop:
        for path in ("/NAV110/ODataV4/$metadata", "/NAV110/ODataV4/Company"):
            shop.nav.fail(Reply(404, b""), times=FOR_GOOD, on=partial(_is, path))
        assert shop.connector()._link.found().wire == "v4"
        assert len(shop.rows(Register.ARTICLES)) == 3


def test_fields_that_help_but_are_not_needed_may_be_missing(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        items = without(shop.nav.pages["articles"], "Price_Includes_VAT", "GTIN", "Product_Group_Code", "Blocked")
        shop.nav.publish({**shop.nav.pages, "articles": items})
        assert shop.red() == []
        assert len(shop.rows(Register.ARTICLES)) == 3


def test_the_wire_is_chosen_by_what_the_server_answers(tmp_path: Path) -> None:
    for wires, wanted in ((("v4", "v3", "soap"), "v4"), (("v3", "soap"), "v3"), (("soap",), "soap")):
        with open_shop(tmp_path / wanted) as shop:
            shop.nav.wires = wires
            assert shop.connector()._link.found().wire == wanted
    with open_shop(tmp_path / "none") as shop:
        shop.nav.wires = ()
        assert shop.red() == ["NAV06"]


@pytest.mark.parametrize("rig_type", WIRES)
def test_an_unknown_company_is_told_which_there_are(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type, company="CRONUS Danmark") as shop:
        (finding,) = shop.findings()
        assert finding.problem is not None
        assert finding.problem.code == "NAV05"
        assert "CRONUS Sverige AB" in finding.problem.what
        assert shop.red(company="cronus sverige ab") == [], "capitals do not matter"


def test_of_several_companies_one_must_be_chosen(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.nav.v4.others = ("CRONUS Danmark",)
        (finding,) = shop.findings()
        assert finding.problem is not None
        assert finding.problem.what == ("Inget företag är valt. Servern har: CRONUS Sverige AB, CRONUS Danmark.")
        assert shop.red(company="CRONUS Sverige AB") == []


@pytest.mark.parametrize("rig_type", WIRES)
def test_a_wrong_password_asks_a_person_to_sign_in(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.world.secrets.set("password", "fel-losenord-123")
        assert shop.red() == ["NAV03"]


def test_ntlm_signs_in_the_connection_once_not_every_request(tmp_path: Path) -> None:
    with open_shop(tmp_path, NavV3Rig) as shop:
        connector = shop.connector()
        for _ in range(5):
            list(connector.fetch(Register.ARTICLES, None))
        assert shop.nav.handshakes <= 2


class _Negotiating(NavRig):
    sign_in = "negotiate"


def test_negotiate_is_spoken_where_the_server_asks_for_it(tmp_path: Path) -> None:
    with open_shop(tmp_path, _Negotiating) as shop:
        assert len(shop.rows(Register.ARTICLES)) == 3
        assert shop.nav.handshakes >= 1


def test_letters_that_basic_cannot_carry_are_told(tmp_path: Path) -> None:
    with open_shop(tmp_path, user="KÅSSA") as shop:
        assert shop.red() == ["NAV16"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"address": ""}, "NAV01"),
        ({"address": "http://navserver:7048/NAV110"}, "NAV02"),
        ({"address": "http://8.8.8.8:7048/NAV110", "plain_http": True}, "NAV15"),
        ({"user": ""}, "NAV01"),
    ],
    ids=str,
)
def test_nothing_is_sent_before_the_settings_are_fit_for_it(tmp_path: Path, values: dict[str, Any], code: str) -> None:
    with open_shop(tmp_path) as shop:
        assert shop.red(**values) == [code]
        assert shop.nav.count() == 0


def test_without_posting_the_check_says_that_it_is_a_trial(tmp_path: Path) -> None:
    with open_shop(tmp_path, posting="leave") as shop:
        assert any("Provkörning" in one.title for one in shop.findings())


def test_what_was_found_out_is_kept_and_a_changed_setting_is_found_out_anew(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.rows(Register.ARTICLES)
        before = shop.nav.count(path="$metadata")
        shop.rows(Register.ARTICLES)
        assert shop.nav.count(path="$metadata") == before
        shop.rows(Register.ARTICLES, company="CRONUS Sverige AB")
        assert shop.nav.count(path="$metadata") > before


def test_what_is_published_later_is_noticed_without_a_new_check(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        pages = dict(shop.nav.pages)
        shop.nav.publish({name: page for name, page in pages.items() if name != "Customer"})
        shop.nav.soap.published_functions.pop("PostSalesInvoice")
        assert shop.red()
        assert shop.refusal(shop.rig.document(DocumentKind.INVOICE)).problem.code == "NAV10"
        shop.nav.publish(pages)
        shop.connector().send(shop.rig.document(DocumentKind.INVOICE))
        assert shop.rows(Register.CUSTOMERS)


def test_what_was_found_out_is_looked_at_again_after_a_day(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.rows(Register.ARTICLES)
        before = shop.nav.count(path="$metadata")
        shop.world.clock.later(seconds=25 * 3600)
        shop.rows(Register.ARTICLES)
        assert shop.nav.count(path="$metadata") == before + 1


def test_with_odata_switched_off_soap_is_still_found(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        nobody = f"http://127.0.0.1:{free_port()}/NAV110"
        values = {"address": nobody, "soap_address": shop.nav.instance, "company": "CRONUS Sverige AB"}
        assert shop.connector(**values)._link.found().wire == "soap"
        assert shop.red(address=nobody) == ["N01"]


def test_without_soap_registers_still_come_down_and_posting_tells_what_is_missing(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        values = {"soap_address": f"http://127.0.0.1:{free_port()}/NAV110"}
        assert shop.rows(Register.CUSTOMERS, **values)
        assert shop.refusal(shop.rig.document(DocumentKind.VOUCHER), **values).problem.code == "NAV10"


def test_another_page_is_not_taken_for_the_item_card_because_it_has_a_similar_name(tmp_path: Path) -> None:
    with open_shop(tmp_path, services=()) as shop:
        pages = dict(shop.nav.pages)
        pages["ItemXyz"] = replace(pages.pop("articles"), name="ItemXyz")
        shop.nav.publish(pages)
        assert "NAV07" in shop.red()
        named = ({"role": "items", "name": "ItemXyz"},)
        assert shop.red(services=named) == []
        assert all_pages()["Item"].name == "Item"


# --- certificates --------------------------------------------------------------------------------------------


def self_signed(folder: Path) -> tuple[Path, str]:
    """A certificate of the server's own, for 127.0.0.1, and its fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "navserver")])
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    path = folder / "nav.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path, made.fingerprint(hashes.SHA256()).hex().upper()


def secure(shop: Shop, folder: Path) -> str:
    """Put the fake behind TLS with a certificate of its own; the fingerprint."""
    path, fingerprint = self_signed(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    shop.nav._server.socket = context.wrap_socket(shop.nav._server.socket, server_side=True)
    return fingerprint


def test_a_certificate_of_the_servers_own_is_shown_and_can_be_pinned_and_no_other_is_taken(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        fingerprint = secure(shop, tmp_path)
        address = shop.nav.instance.replace("http://", "https://")
        (finding,) = shop.findings(address=address)
        assert finding.problem is not None
        assert finding.problem.code == "NAV04"
        assert fingerprint in finding.problem.what
        assert shop.nav.seen == [], "nothing was said to a stranger"
        pinned = ":".join(fingerprint[start : start + 2] for start in range(0, 64, 2))
        assert shop.red(address=address, fingerprint=pinned) == []
        assert shop.red(address=address, fingerprint="00" * 32) == ["NAV04"]


def test_the_pin_holds_before_the_password_leaves(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        secure(shop, tmp_path)
        address = shop.nav.address.replace("http://", "https://")
        http = Http(
            Surroundings(tmp_path).session(NoSettings()), Server(system="NAV", base=address, fingerprint="11" * 32)
        )
        with pytest.raises(SyncError) as caught:
            http.raw("POST", "/NAV110/OData", body=b"hemligt", changes=True)
        assert caught.value.problem.code == "N03"
        assert not caught.value.uncertain
        assert shop.nav.seen == []
        http.close()


def test_the_fingerprint_of_nobody_is_a_clear_error() -> None:
    with pytest.raises(SyncError) as caught:
        fingerprint_of("127.0.0.1", 1)
    assert caught.value.problem.code == "N01"


def test_the_fake_refuses_a_stranger(tmp_path: Path) -> None:
    nav = FakeNav(Surroundings(tmp_path))
    try:
        http = Http(Surroundings(tmp_path).session(NoSettings()), Server(system="NAV", base=nav.address))
        with pytest.raises(SyncError):
            http.raw("GET", "/NAV110/ODataV4/$metadata")
        http.close()
    finally:
        nav.close()


@pytest.mark.parametrize("rig_type", [NavRig, NavV3Rig, NavSoapRig])
@pytest.mark.parametrize(
    ("name", "page", "register"),
    [("ItemLedgerEntries", "38", Register.STOCK), ("ItemCrossReferences", "5721", Register.BARCODES)],
)
def test_a_page_that_one_register_needs_is_a_sentence_and_everything_else_works(
    tmp_path: Path, rig_type: type[NavRig], name: str, page: str, register: Register
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        shop.nav.publish({key: one for key, one in shop.nav.pages.items() if key != name})
        told = [one.problem.sentence() for one in shop.findings() if one.problem and one.problem.code == "NAV07"]
        assert len(told) == 1
        assert page in told[0]
        assert name in told[0]
        with pytest.raises(SyncError) as caught:
            shop.rows(register)
        assert (caught.value.problem.code, caught.value.problem.reach) == ("NAV07", Reach.ONE)
        for other in set(Register) - {register}:
            shop.rows(other)
        for kind in (DocumentKind.INVOICE, DocumentKind.VOUCHER):
            shop.connector().send(shop.rig.document(kind))
            assert shop.rig.books(shop.rig.document(kind)) == 1
