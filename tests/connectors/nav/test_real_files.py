"""The descriptions of real NAV servers are read: $metadata of V3 and V4, WSDLs of pages and codeunits."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from connectors.wire.odata_metadata import read_metadata
from connectors.wire.soap_wsdl import Wsdl
from synccenter.contract.errors import SyncError
from tests.worlds.fakes.nav_pages import SPECS
from tests.worlds.fakes.nav_soap import schema

WSDLS = sorted(SPECS.glob("wsdl*/*.wsdl"))


def test_there_are_real_files_to_read() -> None:
    assert len(WSDLS) >= 20


def test_a_real_v3_server_publishes_sales_orders_with_lines() -> None:
    found = read_metadata((SPECS / "edmx/packt-NAVODATA-ch03.edmx").read_bytes(), host="nav")
    assert found.version == 3
    order = found.services["SalesOrder"]
    assert order.key == ("Document_Type", "No")
    assert order.lines_name == "SalesOrderSalesLines"
    assert order.lines is not None
    assert set(order.lines.key) == {"Document_Type", "Document_No", "Line_No"}
    assert found.services["Customers"].fields["Last_Date_Modified"].kind == "Edm.DateTime"


def test_a_v4_server_tells_lengths() -> None:
    found = read_metadata((SPECS / "edmx/nav2018-odatav4.derived.edmx").read_bytes(), host="nav")
    assert found.version == 4
    assert found.services["Customer"].fields["Name"].length == 50
    assert found.services["SalesInvoice"].lines_name == "SalesInvoiceSalesLines"


@pytest.mark.parametrize("path", sorted(SPECS.glob("edmx/*.edmx")), ids=lambda path: path.stem)
def test_every_edmx_is_read(path: Path) -> None:
    assert read_metadata(path.read_bytes(), host="nav").services


@pytest.mark.parametrize("path", WSDLS, ids=lambda path: path.stem)
def test_every_wsdl_is_read_and_its_functions_named(path: Path) -> None:
    wsdl = Wsdl(path.read_bytes(), path.stem, "nav")
    assert wsdl.functions
    if "ReadMultiple" in wsdl.functions:
        assert wsdl.service().fields


def test_a_row_goes_out_in_the_order_of_the_real_item_card_however_it_is_given() -> None:
    content = (SPECS / "wsdl/coolOrange-ItemCard.wsdl").read_bytes()
    wsdl = Wsdl(content, "ItemCard", "nav")
    values = {"Unit_Price": Decimal("79.60"), "Description": "Skruv & mutter", "No": "1000"}
    message = wsdl.message("Create", {wsdl.entity: wsdl.row(values)})
    body = etree.fromstring(message)[0][0]
    schema(content).assertValid(body)
    assert [etree.QName(one).localname for one in body[0]] == ["No", "Description", "Unit_Price"]


def test_a_real_codeunit_lists_its_parameters() -> None:
    wsdl = Wsdl((SPECS / "wsdl/packt-codeunit-B2BManagement.wsdl").read_bytes(), "B2BManagement", "nav")
    assert wsdl.functions["GetItemInventory"] == ("itemNo",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Logga in</body></html>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<?xml version="1.0"?><a/>',
        "<a>\u00e5</a>".encode("latin-1"),
        b"<a>" * 50_000,
    ],
)
def test_what_is_no_metadata_ends_in_a_clear_error(content: bytes) -> None:
    with pytest.raises(SyncError) as caught:
        read_metadata(content, host="nav")
    assert caught.value.problem.code == "N06"
    with pytest.raises(SyncError):
        Wsdl(content, "Item", "nav")
