"""The address is taken as the consultant has it."""

from __future__ import annotations

import pytest

from connectors.dynamics_nav.address import is_public, read_address

ODATA, SOAP = "https://nav:7048/DynamicsNAV110", "https://nav:7047/DynamicsNAV110"


@pytest.mark.parametrize(
    ("typed", "company"),
    [
        ("https://nav:7048/DynamicsNAV110", ""),
        ("nav:7048/DynamicsNAV110", ""),
        ("https://nav:7048/DynamicsNAV110/OData/", ""),
        ("https://nav:7048/DynamicsNAV110/ODataV4/Company('CRONUS%20Sverige%20AB')/Item", "CRONUS Sverige AB"),
        ("https://nav:7048/DynamicsNAV110/OData/Company('Lars''s Bod')", "Lars's Bod"),
        ("https://nav:7047/DynamicsNAV110/WS/CRONUS%20Sverige%20AB/Page/Item", "CRONUS Sverige AB"),
        ("https://nav:7047/DynamicsNAV110/WS/Services", ""),
        ("  https://nav:7047/DynamicsNAV110/WS/SystemService ", ""),
    ],
)
def test_any_address_of_nav_leads_to_both_services(typed: str, company: str) -> None:
    address = read_address(typed)
    assert address is not None
    assert (address.odata, address.soap, address.company) == (ODATA, SOAP, company)


def test_a_port_of_the_companys_own_is_kept_for_both_unless_soap_is_elsewhere() -> None:
    address = read_address("http://10.0.0.5:8080/NAV")
    assert address is not None
    assert address.odata == address.soap == "http://10.0.0.5:8080/NAV"
    elsewhere = read_address("http://10.0.0.5:8080/NAV", "http://10.0.0.5:8081/NAV/WS")
    assert elsewhere is not None
    assert elsewhere.soap == "http://10.0.0.5:8081/NAV"
    assert not elsewhere.encrypted


NO_ADDRESSES = (
    "",
    "nav",
    "https://nav:7048",
    "https://nav:7048/OData",
    "ftp://nav/NAV",
    "https://[nav/NAV",
    "nav:x/NAV",
)


@pytest.mark.parametrize("typed", NO_ADDRESSES)
def test_an_address_without_server_and_instance_is_none(typed: str) -> None:
    assert read_address(typed) is None


def test_only_a_public_number_is_certainly_on_the_internet() -> None:
    assert is_public("http://8.8.8.8:7048/NAV")
    assert not is_public("http://192.168.1.10:7048/NAV")
    assert not is_public("http://navserver:7048/NAV")
