"""The line: Microsoft's limits, time-outs, and what its refusals are in English and in Swedish."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, Event, Semaphore

import pytest

from connectors.business_central import connector, explain
from connectors.business_central.connector import AT_ONCE, LIMIT
from connectors.business_central.options import BusinessCentralSettings
from connectors.dynamics.refusals import Refusal, refusal_of
from connectors.wire.limits import Limit
from synccenter.contract.model import DocumentKind, Register
from synccenter.truth.standing import Standing, look_up
from tests.connectors.business_central.rig import BusinessCentralRig
from tests.connectors.business_central.world import by_card, refused, writes
from tests.worlds.documents import DAY, voucher
from tests.worlds.fakes import business_central as fake
from tests.worlds.fakes.server import FOR_GOOD, Reply, Request


def posts(request: Request) -> bool:
    return request.path.endswith("Microsoft.NAV.post")


def test_the_limits_are_microsofts_with_a_margin() -> None:
    assert (LIMIT.requests, LIMIT.seconds, AT_ONCE) == (5_800, 300.0, 5)
    assert LIMIT.requests < fake.AT_MOST


def test_five_are_on_their_way_and_no_sixth(rig: BusinessCentralRig, monkeypatch: pytest.MonkeyPatch) -> None:
    there = rig.connector()
    there.accounts(DAY)
    _, http = there._connected()
    inside, free = Semaphore(0), Event()

    def held(_handler: object) -> bool:
        inside.release()
        return free.wait(20)

    monkeypatch.setattr(rig.bc, "admitted", held)
    path = there._books.path("customers")
    with ThreadPoolExecutor(AT_ONCE + 3) as threads:
        asked = [threads.submit(http.raw, "GET", path) for _ in range(AT_ONCE + 3)]
        assert all(inside.acquire(timeout=20) for _ in range(AT_ONCE))
        assert isinstance(http._places, BoundedSemaphore)
        assert not http._places.acquire(blocking=False), "all places are taken"
        free.set()
    assert [one.result().status for one in asked] == [200] * (AT_ONCE + 3)


def test_a_smaller_limit_of_the_same_kind_is_never_hit(
    rig: BusinessCentralRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "LIMIT", Limit(58, 300.0))
    monkeypatch.setattr(fake, "AT_MOST", 60)
    there = rig.connector()
    for number in range(1, 41):
        there.send(voucher(number))
    assert rig.refused_for_pace() == 0
    assert sum(rig.world.cancel.waits) > 300
    assert all(rig.books(voucher(number)) == 1 for number in range(1, 41))


@pytest.mark.parametrize("headers", [{"Retry-After": "13"}, {}])
def test_429_is_waited_out_with_and_without_being_told_how_long(
    rig: BusinessCentralRig, headers: dict[str, str]
) -> None:
    said = {"error": {"code": "Application_TooManyRequests", "message": "Too many requests."}}
    rig.bc.fail(Reply(429, said, headers), on=posts)
    rig.connector().send(voucher(1))
    assert rig.books(voucher(1)) == 1
    assert sum(rig.world.cancel.waits) >= (13 if headers else 60)


@pytest.mark.parametrize("status", [503, 504])
@pytest.mark.parametrize("headers", [{"Retry-After": "13"}, {}])
def test_a_read_waits_out_503_and_504(rig: BusinessCentralRig, status: int, headers: dict[str, str]) -> None:
    rig.bc.fail(Reply(status, b"busy", headers), times=2, on=lambda request: request.path.endswith("/customers"))
    assert next(iter(rig.connector().fetch(Register.CUSTOMERS, None))).rows
    assert sum(rig.world.cancel.waits) >= (26 if headers else 2)


@pytest.mark.parametrize("status", [408, 503, 504])
@pytest.mark.parametrize("kind", [DocumentKind.VOUCHER, DocumentKind.INVOICE])
@pytest.mark.parametrize("taken", [True, False])
def test_a_504_after_posting_is_unclear_and_looked_up(
    rig: BusinessCentralRig,
    status: int,
    kind: DocumentKind,
    taken: bool,
) -> None:
    document = voucher(1) if kind is DocumentKind.VOUCHER else by_card(1)
    met = 0

    def at_last(request: Request) -> bool:
        nonlocal met
        met += posts(request)
        hit = posts(request) and met == (1 if kind is DocumentKind.VOUCHER else 2)
        if hit and taken:
            rig.bc.answer(request)
        return hit

    rig.bc.fail(Reply(status, b"Gateway Timeout"), on=at_last)
    with refused("N04") as caught:
        rig.connector().send(document)
    assert caught.value.uncertain
    verdict = look_up(rig.connector(), document)
    assert verdict.standing is (Standing.OURS if taken else Standing.UNFINISHED)
    if not taken:
        rig.connector().finish(document, verdict.hits[0])
    assert rig.books(document) == 1


def test_a_lock_that_lasts_is_given_up_and_waits_for_the_next_run(rig: BusinessCentralRig) -> None:
    said = {"error": {"code": "Internal_ServerError", "message": "The operation could not complete."}}
    rig.bc.fail(Reply(409, said), times=FOR_GOOD, on=posts)
    with refused("BC51") as caught:
        rig.connector().send(voucher(1))
    assert caught.value.problem.passes
    assert sum(map(posts, writes(rig))) == 4


WORDS = (
    (Refusal.DATE, "Bokföringsdatum ligger inte inom intervallet för tillåtna bokföringsdatum."),
    (Refusal.DATE, "Posting Date is not within your range of allowed posting dates in Gen. Journal Line."),
    (Refusal.CHANGED_MEANWHILE, "Another user has modified the record for this Customer after you retrieved it."),
    (Refusal.CHANGED_MEANWHILE, "En annan användare har redan ändrat posten."),
    (Refusal.LOCKED, "The operation could not complete because a record in the table was locked by another user."),
    (Refusal.CUSTOMER_BLOCKED, "You cannot post this type of document when Customer C1 is blocked with type All"),
    (Refusal.ACCOUNT_BLOCKED, "Blocked must be equal to 'No'  in G/L Account: No.=3001. Current value is 'Yes'."),
    (Refusal.ITEM_BLOCKED, "Blocked must be equal to 'No'  in Item: No.=1000. Current value is 'Yes'."),
    (Refusal.NOT_DIRECT, "Direct Posting must be equal to 'Yes'  in G/L Account: No.=1510. Current value is 'No'."),
    (Refusal.VAT_SETUP, "The VAT Posting Setup does not exist. Identification fields and values: VAT Bus..."),
    (Refusal.VAT_SETUP, "Momsbokföringsinställning finns inte. Identifieringsfält och värden: INRIKES, MOMS25"),
    (Refusal.POSTING_SETUP, "The General Posting Setup does not exist. Identification fields and values: X, Y"),
    (Refusal.POSTING_SETUP, "Customer Posting Group must have a value in Customer: No.=C00690."),
    (Refusal.RIGHTS, "Sorry, the current permissions prevented the action. You do not have the following permissions"),
    (Refusal.RIGHTS, "Du har inte följande behörigheter för TableData Sales Header: Infoga"),
    (Refusal.NO_ACCOUNT, "a value (9999) that cannot be found in the related table (G/L Account)."),
    (Refusal.NO_ACCOUNT, 'The "accountNumber" does not match to an Account.'),
    (Refusal.NO_ITEM, "contains a value (X) that cannot be found in the related table (Item)."),
    (Refusal.NO_CUSTOMER, 'The "customerNumber" does not match to a Customer.'),
    (Refusal.UNBALANCED, "Document No. K1-5 is out of balance by 1. Please check that Posting Date is correct."),
    (Refusal.NOTHING, "Det finns inget att bokföra."),
    (Refusal.EXISTS, "Kunden finns redan. Identifieringsfält och värden: Nr='C1'"),
    (Refusal.NO_STOCK, "You have insufficient quantity of Item 1000 on inventory."),
    (Refusal.DIMENSION, "Select a Dimension Value Code for the Dimension Code AVDELNING for G/L Account 3001."),
    (Refusal.NO_VALUE, "Document Date must have a value in Sales Header. It cannot be zero or empty."),
    (Refusal.DATE, "Bokföringsdatum ligger utanför det intervall som är tillåtet för bokföring i Sales Header."),
    (Refusal.STOCK_CLOSED, "You cannot post before 2026-12-01 because the Inventory Period is already closed."),
    (Refusal.STOCK_CLOSED, "Du kan inte bokföra före 2026-12-01 eftersom Lagerperiod redan är stängd."),
    (Refusal.NUMBERS, "Du får inte ange nummer manuellt. Aktivera Manuella nr i Nummerserie KUND."),
    (Refusal.NO_SERIES, "Posting No. Series must have a value in Sales Header: No.=1001. It cannot be zero or empty."),
    (Refusal.DATE, "The VAT Date is not within the range of allowed VAT dates."),
    (Refusal.DATE, "VAT Return Period is closed for the selected date. Please select another date."),
    (Refusal.CHANGED_MEANWHILE, "The changes to the Customer record cannot be saved: the page is not up-to-date."),
    (Refusal.LOCKED, "We can't save your changes because a record is being updated in a transaction done by another"),
    (Refusal.LOCKED, "Your activity was deadlocked with another user who was modifying the G/L Entry table."),
    (Refusal.CUSTOMER_BLOCKED, "You cannot create this type of document when Customer C1 is blocked for privacy."),
    (
        Refusal.ITEM_BLOCKED,
        "You cannot sell Item 1000 because the Sales Blocked check box is selected on its card.",
    ),
    (Refusal.POSTING_SETUP, "Sales Account is missing in General Posting Setup."),
    (Refusal.VAT_SETUP, "Sales VAT Account is missing in VAT Posting Setup."),
    (Refusal.RIGHTS, "Sorry, the current permissions prevented the action. (TableData 36 Sales Header Insert)"),
    (Refusal.LICENCE, "Your license does not grant you the following permissions on TableData G/L Entry: Insert."),
    (Refusal.NO_SERIES, "It is not possible to assign numbers automatically: activate Default Nos. in No. Series X."),
    (Refusal.DIMENSION, "The combination of dimensions used in Sales Invoice 1 is blocked."),
    (None, "Something nobody has heard of"),
)


@pytest.mark.parametrize(("wanted", "said"), WORDS, ids=lambda value: str(value)[:40])
def test_words_of_microsofts_in_both_languages(wanted: Refusal | None, said: str) -> None:
    assert refusal_of(said) is wanted


@pytest.mark.parametrize(
    ("status", "code", "said", "wanted"),
    [
        (400, "Internal_CompanyNotFound", "x", "BC05"),
        (403, "Authorization_RequestDenied", "x", "BC30"),
        (409, "Request_EntityChanged", "x", "BC50"),
        (409, "Internal_ServerError", "x", "BC51"),
        (412, "BadRequest_PreconditionFailed", "x", "BC50"),
        (400, "Application_StringExceededLength", "x", "BC48"),
        (400, "Application_DialogException", "något nytt", "N08"),
    ],
)
def test_microsofts_codes(status: int, code: str, said: str, wanted: str) -> None:
    body = json.dumps({"error": {"code": code, "message": f"{said}  CorrelationId:  0f8fad5b-d9cb-469f-a165."}})
    found = explain.explain_for(BusinessCentralSettings(), "BC")(status, body.encode())
    assert found
    assert found.problem.code == wanted
    assert "CorrelationId" not in str(found)


def test_what_is_none_of_business_centrals_is_left_to_the_line() -> None:
    told = explain.explain_for(BusinessCentralSettings(), "BC")
    assert told(400, b"<html>") is None
    assert told(403, b'{"Message": "no"}') is None
