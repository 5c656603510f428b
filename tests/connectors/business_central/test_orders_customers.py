"""Orders and customers up: found whatever has become of them, and never over somebody else's change."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from synccenter.contract.connector import Found
from synccenter.contract.model import CustomerChange
from synccenter.truth.standing import Standing, look_up
from tests.connectors.business_central.rig import BusinessCentralRig, add_customer, customer, order
from tests.connectors.business_central.world import refused, writes
from tests.worlds.fakes.business_central_rules import guid
from tests.worlds.fakes.server import FOR_GOOD, Reply, Request


def test_an_order_has_prices_with_vat(rig: BusinessCentralRig) -> None:
    rig.connector().send(order(1))
    body = writes(rig)[0].body
    assert (body["pricesIncludeTax"], body["externalDocumentNumber"], body["orderDate"]) == (
        True,
        "K1-O1",
        "2026-11-23",
    )
    assert body["salesOrderLines"][0] | {"description": ""} == {
        "lineType": "Item",
        "lineObjectNumber": "MUGG",
        "description": "",
        "quantity": 2,
        "unitPrice": 49.9,
    }


def test_a_text_alone_is_a_comment(rig: BusinessCentralRig) -> None:
    lines = (replace(order(1).lines[0], article="", text="Hämtas fredag"), *order(1).lines)
    rig.connector().send(replace(order(1), lines=lines))
    assert writes(rig)[0].body["salesOrderLines"][0] == {"lineType": "Comment", "description": "Hämtas fredag"}


def test_an_order_that_became_an_invoice_is_found_by_its_reference(rig: BusinessCentralRig) -> None:
    """Shipped and invoiced it is gone as an order, and the invoice has an id of its own: that is not a loss."""
    sent = rig.connector().send(order(1))
    row = rig.bc.rows["salesOrders"].pop(sent.external_id)
    made = row | {"id": guid("invoiced"), "number": "103999", "orderNumber": sent.number, "invoiceDate": "2026-11-24"}
    rig.bc.rows["salesInvoices"][made["id"]] = made
    assert rig.connector().find(order(1)) == [Found(made["id"], sent.number)]
    assert look_up(rig.connector(), order(1)).standing is Standing.OURS


def test_a_change_writes_only_what_differs_and_names_the_version(rig: BusinessCentralRig) -> None:
    add_customer(rig.bc, "K1", displayName="Anna 1", phoneNumber="0702")
    rig.connector().send(customer(1))
    (patch,) = writes(rig)
    assert (patch.method, patch.body) == ("PATCH", {"addressLine1": "Nygatan 2", "city": "Malmö"})
    assert patch.headers["If-Match"].startswith("W/")


def test_what_the_till_does_not_know_is_left_alone(rig: BusinessCentralRig) -> None:
    add_customer(rig.bc, "K1")
    rig.connector().send(customer(1))
    there = rig.bc.rows["customers"][guid("customers", "K1")]
    assert there["email"] == "kund@example.se"


def test_a_conflict_is_read_again_and_done_once_more(rig: BusinessCentralRig) -> None:
    there = add_customer(rig.bc, "K1")
    met = 0

    def meanwhile(request: Request) -> bool:
        nonlocal met
        if request.method == "PATCH" and met == 0:
            met += 1
            there.update(city="Malmö", _version=7)
        return False

    rig.bc.fail(Reply(), times=FOR_GOOD, on=meanwhile)
    rig.connector().send(customer(1))
    first, second = writes(rig)
    assert "city" in first.body
    assert "city" not in second.body, "somebody else had written it already"
    assert there["addressLine1"] == "Nygatan 2"


@pytest.mark.parametrize("status", [409, 412])
def test_a_second_conflict_waits_for_the_next_run(rig: BusinessCentralRig, status: int) -> None:
    add_customer(rig.bc, "K1")
    said = {"error": {"code": "Request_EntityChanged", "message": "Another user has already changed the record."}}
    rig.bc.fail(Reply(status, said), times=FOR_GOOD, on=lambda request: request.method == "PATCH")
    with refused("BC50") as caught:
        rig.connector().send(customer(1))
    assert not caught.value.uncertain
    assert len(writes(rig)) == 2


def test_a_lock_is_no_conflict(rig: BusinessCentralRig) -> None:
    add_customer(rig.bc, "K1")
    said = {"error": {"code": "Internal_ServerError", "message": "The operation could not complete."}}
    rig.bc.fail(Reply(409, said), on=lambda request: request.method == "PATCH")
    rig.connector().send(customer(1))
    first, second = writes(rig)
    assert first.body == second.body
    assert rig.bc.count("GET", "/customers") == 1, "nothing was read again"


def test_a_new_customer_is_like_the_chosen_one(rig: BusinessCentralRig) -> None:
    add_customer(rig.bc, "MALL", taxLiable=True, taxAreaId=guid("SVENSK"), paymentTermsId=guid("30"))
    rig.options["cash_customer_like"] = "mall"
    rig.connector().send(customer(1))
    body = writes(rig)[0].body
    assert (body["number"], body["taxLiable"], body["taxAreaId"]) == ("K1", True, guid("SVENSK"))
    assert "paymentMethodId" not in body


def test_a_new_customer_gets_the_chosen_payment_method(rig: BusinessCentralRig) -> None:
    rig.options["payment_method"] = "kontant"
    rig.connector().send(customer(1))
    assert writes(rig)[0].body["paymentMethodId"] == guid("paymentMethods", "KONTANT")
    rig.options["payment_method"] = "GULD"
    with refused("BC16"):
        rig.connector().send(customer(2))
    assert len(writes(rig)) == 1


def test_an_organisation_number_goes_as_a_vat_number(rig: BusinessCentralRig) -> None:
    change = customer(1)
    business = CustomerChange(1, replace(change.customer, org_number="556677-8899"), change.at)
    rig.connector().send(business)
    assert writes(rig)[0].body["taxRegistrationNumber"] == "SE556677889901"
    assert look_up(rig.connector(), business).standing is Standing.OURS


@pytest.mark.parametrize(("code", "field", "value"), [("BC41", "blocked", "All"), ("BC27", "currencyCode", "EUR")])
def test_an_order_to_a_customer_who_cannot_buy_in_kronor_is_not_made(
    rig: BusinessCentralRig, code: str, field: str, value: str
) -> None:
    """In another currency the till's kronor would become as many of that."""
    add_customer(rig.bc, order(1).customer)[field] = value
    with refused(code):
        rig.connector().send(order(1))
    assert not writes(rig)
