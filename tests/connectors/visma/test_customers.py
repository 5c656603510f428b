"""Customers of the till in eEkonomi: what it has no room for is told, never cut off (V20, V21)."""

from __future__ import annotations

from datetime import UTC, datetime

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
