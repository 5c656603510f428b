"""Customers of the till in eEkonomi: what it has no room for is told, never cut off (V20, V21)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from synccenter.contract.model import Customer, CustomerChange
from tests.connectors.visma import company
from tests.connectors.visma.rig import VismaRig
from tests.connectors.visma.test_behaviour import opened, refused
from tests.worlds.fakes.visma_rules import guid


def change(number: str, postal_code: str) -> CustomerChange:
    row = Customer(number, "Åsa AB", "556000-1111", "Lillgatan 2", postal_code, "Lund")
    return CustomerChange(1, row, datetime(2026, 11, 23, 16, 0, tzinfo=UTC))


def test_a_new_customer_that_does_not_fit_is_told_and_nothing_is_written(rig: VismaRig) -> None:
    visma = opened(rig)
    assert refused(visma, change("KUND-MED-LÅNGT-NR", "22233")).problem.code == "V20"
    error = refused(visma, change("9", "SE-222 33 LUND"))
    assert error.problem.code == "V21"
    assert "SE-222 33 LUND" in error.problem.what
    assert rig.visma.count("POST", "/v2/customers") == 0
    visma.send(change("KUND-MED-LÅNGTNR", "SE-22233XX"))
    assert rig.visma.count("POST", "/v2/customers") == 1, "16 and 10 characters go in whole"


def test_a_postal_code_that_does_not_fit_stops_a_change_of_itself_only(rig: VismaRig) -> None:
    company.add_customer(rig.visma, "8", "Åsa AB", InvoicePostalCode="22233")
    visma = opened(rig)
    assert refused(visma, change("8", "SE-222 33 LUND")).problem.code == "V21"
    assert rig.visma.count("PUT", "customers") == 0
    rig.visma.rows["customers"][guid("customers", "8")]["InvoicePostalCode"] = "SE-222 33"
    visma.send(change("8", "SE-222 33"))
    assert rig.visma.rows["customers"][guid("customers", "8")]["InvoiceAddress1"] == "Lillgatan 2"


@pytest.mark.parametrize(
    ("there", "till", "after"),
    [
        (("", ""), "070-123 45 67", ("", "070-123 45 67")),
        (("", ""), "+46 (0)70-123 45 67", ("", "+46 (0)70-123 45 67")),
        (("", ""), "0046 (0) 8 123", ("0046 (0) 8 123", "")),
        (("", "070-1"), "070-2", ("", "070-2")),
        (("", "070-1"), "08-2", ("08-2", "070-1")),
        (("08-1", ""), "08-2", ("08-2", "")),
        (("08-1", "070-1"), "08-2", ("08-2", "070-1")),
        (("08-1", "070-1"), "070-2", ("", "070-2")),
        (("08-1", "070-1"), "08-1", ("08-1", "070-1")),
        (("", "070-1"), "070-1", ("", "070-1")),
        (("", "070-1"), "", ("", "")),
        (("08-1", ""), "", ("", "")),
    ],
)
def test_a_mobile_number_stands_where_mobile_numbers_do(
    rig: VismaRig, there: tuple[str, str], till: str, after: tuple[str, str]
) -> None:
    """What the till shows next is what was typed there: the telephone, else the mobile number."""
    company.add_customer(rig.visma, "8", "Åsa AB", Telephone=there[0] or None, MobilePhone=there[1] or None)
    wanted = change("8", "11122")
    document = replace(wanted, customer=replace(wanted.customer, phone=till))
    visma = opened(rig)
    visma.send(document)
    row = rig.visma.rows["customers"][guid("customers", "8")]
    assert (row.get("Telephone") or "", row.get("MobilePhone") or "") == after
    assert visma.find(document), "and so it stands there"
