"""What eEkonomi's refusals say, as a person meets it: by code, and by what its sentence is about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.visma_eekonomi.said import about, explain
from synccenter.contract.errors import ErrorKind, Reach
from tests.connectors.visma.rig import VismaRig
from tests.connectors.visma.test_behaviour import opened, refused
from tests.worlds import documents
from tests.worlds.fakes.server import Reply


def body(code: int, text: str = "", **more: Any) -> bytes:
    return json.dumps({"ErrorCode": code, "DeveloperErrorMessage": text, "ErrorId": "x", **more}).encode()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Account 3001 is not active", "V19"),
        ("Konto 3001 är spärrat för manuell bokföring", "V19"),
        ("The customer is inactive", "V19"),
        ("CanNotBeCreatedOrUpdated", "V19"),
        ("NoAccessToModule: order_standard", "V402"),
        ("No access to module: api_standard", "V499"),
        ("NoAccessToModule: api_standard", "V499"),
        ("ForbiddenRequestException - no access to module 'API'", "V499"),
        ("No access to module apioteket", "V402"),
    ],
)
def test_4002_is_told_by_what_it_says(rig: VismaRig, text: str, code: str) -> None:
    said = {"ErrorCode": 4002, "DeveloperErrorMessage": text, "ErrorId": "x"}
    rig.visma.fail(Reply(400, said), times=1, on=lambda one: one.method == "POST")
    error = refused(opened(rig), documents.voucher(1))
    assert error.problem.code == code
    assert text in error.problem.detail


def test_every_particular_of_a_refusal_is_told(rig: VismaRig) -> None:
    particular = {"Field": "VoucherDate", "ErrorCode": 2000, "Message": "is required", "Key": "k"}
    said = {"ErrorCode": 2000, "DeveloperErrorMessage": "Invalid", "ErrorId": "x", "Errors": [particular]}
    rig.visma.fail(Reply(400, said), times=1, on=lambda one: one.method == "POST")
    assert "VoucherDate: is required" in refused(opened(rig), documents.voucher(1)).problem.detail


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Account 3001 was not found in the fiscal year", "Konto 3001 finns inte."),
        ("AccountNumber '3001' does not exist.", "Konto 3001 finns inte."),
        ("CanNotBeCreatedOrUpdated: Account 3001 is not active", "Konto 3001 är inaktivt."),
        ("Konto 3001 är spärrat för manuell bokföring", "Konto 3001 är spärrat för manuell bokföring."),
        ("The account 3001 is blocked for manual booking", "Konto 3001 är spärrat för manuell bokföring."),
        ("Bank account not found", "Kassa- eller bankkontot finns inte."),
        ("Bank account 1930 is inactive", "Kassa- eller bankkonto 1930 är inaktivt."),
        ("Customer 1 is inactive", "Kund 1 är inaktiv."),
        ("The customer is inactive", "Kunden är inaktiv."),
        ("Kund 4711 är spärrad", "Kund 4711 är spärrad."),
        ("Article KAFFE not found", "Artikel KAFFE finns inte."),
        ("Cost center is not allowed on account 3740", "Konto 3740 tar inte emot kostnadsställe."),
        ("Account 3001 requires a cost center", "Konto 3001 kräver kostnadsställe."),
        ("Kontot 3001 kräver projekt", "Konto 3001 kräver projekt."),
        ("Project P1 has ended", "Projekt P1 är avslutat."),
        ("Cost center HORN is inactive", "Kostnadsställe HORN är inaktivt."),
        ("Number series K does not exist", "Verifikationsserie K finns inte."),
        ("Something went wrong", ""),
        ("The voucher does not balance", ""),
    ],
)
def test_what_a_sentence_of_theirs_is_about(said: str, told: str) -> None:
    assert about(said) == told


@pytest.mark.parametrize(
    ("field", "message", "told"),
    [
        ("InvoicePostalCode", "The field exceeds the max length of 10", "Postnummer är för långt."),
        ("Rows[0].AccountNumber", "is required", "Kontonummer saknas."),
        ("CorporateIdentityNumber", "is invalid", "Organisationsnummer godtas inte."),
        ("Rows[2].AccountNumber", "Account 3001 is inactive", "Konto 3001 är inaktivt."),
    ],
)
def test_a_field_of_theirs_is_called_what_people_call_it(field: str, message: str, told: str) -> None:
    error = explain(400, body(2000, "Invalid model", Errors=[{"Field": field, "Message": message}]))
    assert error
    assert error.problem.what.startswith(f"{told} ")
    assert message in error.problem.detail


def test_two_accounts_are_two_causes() -> None:
    first, other = (explain(400, body(4002, f"Account {number} is not active")) for number in (3001, 3002))
    assert first
    assert other
    assert first.problem.cause != other.problem.cause


@pytest.mark.parametrize(
    ("code", "ours", "reach"),
    [
        (4007, "V407", Reach.ALIKE),
        (4008, "V408", Reach.ONE),
        (4011, "V411", Reach.ALL),
        (4013, "V413", Reach.ONE),
        (4025, "V425", Reach.ONE),
        (4034, "V434", Reach.ALL),
        (5005, "V505", Reach.ONE),
        (5006, "V506", Reach.ONE),
        (6000, "V600", Reach.ONE),
        (6001, "V600", Reach.ONE),
    ],
)
def test_the_codes_of_the_newer_description_have_sentences(code: int, ours: str, reach: Reach) -> None:
    error = explain(400, body(code, "Their own words"))
    assert error
    assert (error.problem.code, error.problem.reach) == (ours, reach)
    assert "Their own words" in error.problem.detail


@pytest.mark.parametrize("code", [4014, 4027, 4031, 4037, 4039, 4100, 5003, 5007, 7777])
def test_a_code_that_means_nothing_to_us_is_told_as_it_is(code: int) -> None:
    error = explain(400, body(code, "ReconciliationSet: their own words"))
    assert error
    assert error.problem.code == "V205"
    assert str(code) in error.problem.what
    assert "their own words" in error.problem.detail
    assert not error.uncertain


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("code", [5000, 5001, 5002])
def test_a_fault_of_theirs_leaves_the_document_unclear(rig: VismaRig, code: int, status: int) -> None:
    said = {"ErrorCode": code, "DeveloperErrorMessage": "CantReachSystemDependendency", "ErrorId": "x"}
    rig.visma.fail(Reply(status, said), times=1, on=lambda one: one.method == "POST")
    error = refused(opened(rig), documents.voucher(1))
    assert (error.problem.code, error.problem.kind) == ("N04", ErrorKind.RETRY)
    assert error.uncertain, "it may have been booked: looked up before anything is sent again"


def test_a_refused_bank_account_is_told_with_where_it_is_kept() -> None:
    error = explain(400, body(4002, "The bank account is inactive"))
    assert error
    assert "Kassa- eller bankkontot är inaktivt." in error.problem.what
    assert "Inställningar > Kassa- och bankkonton" in error.problem.fix
