"""What NAV says no with becomes a sentence about what it concerns, in English and in Swedish."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.dynamics_nav.explain import Explainer
from connectors.dynamics_nav.sentences import about
from synccenter.contract.model import DocumentKind, Invoice
from tests.connectors.nav.shop import open_shop
from tests.worlds.fakes.nav_rig import SAID, NavSoapRig
from tests.worlds.fakes.nav_soap import fault
from tests.worlds.fakes.server import Reply

SAYINGS = [
    (
        "Blocked must be equal to 'No'  in G/L Account: No.=3001. Current value is 'Yes'.",
        "NAV46",
        "Konto 3001 är spärrat.",
    ),
    ("Spärrad måste vara lika med 'Nej' i Redovisningskonto: Nr=3001.", "NAV46", "Konto 3001 är spärrat."),
    ("Blocked must be equal to 'No'  in Item: No.=1000. Current value is 'Yes'.", "NAV34", "Artikel 1000 är spärrad."),
    (
        "Spärrad måste vara lika med 'Nej' i Artikel: Nr=1000. Aktuellt värde är 'Ja'.",
        "NAV34",
        "Artikel 1000 är spärrad.",
    ),
    (
        "Direct Posting must be equal to 'Yes'  in G/L Account: No.=1510. Current value is 'No'.",
        "NAV47",
        "Konto 1510 tillåter inte direktbokföring.",
    ),
    ("Direktbokföring måste vara lika med 'Ja' i Redovisningskonto: Nr=1510.", "NAV47", "Konto 1510 tillåter"),
    (
        "Select a Dimension Value Code for the Dimension Code AVD for G/L Account 3001.",
        "NAV48",
        "Dimension AVD saknas på konto 3001.",
    ),
    (
        "Välj ett dimensionsvärde för dimensionskoden AVD för Redovisningskonto 3740.",
        "NAV48",
        "Dimension AVD saknas på konto 3740.",
    ),
    (
        "The Dimension Value Code must be blank for the Dimension Code AVD for G/L Account 3740.",
        "NAV48",
        "Dimension AVD får inte finnas på konto 3740.",
    ),
    (
        (
            "The Gen. Journal Batch does not exist. Identification fields and values: "
            "Journal Template Name='INBET',Name='KASA'"
        ),
        "NAV49",
        "Journal INBET KASA finns inte.",
    ),
    (
        "Gen. Prod. Posting Group must have a value in Item: No.=1000. It cannot be zero or empty.",
        "NAV35",
        "Artikel 1000",
    ),
    (
        "Posting No. Series must have a value in Sales Header: Document Type=Invoice, No.=1001. It cannot be empty.",
        "NAV71",
        "Dokumentet saknar Posting No. Series.",
    ),
    (
        "Item 1000 is not on inventory. You have insufficient quantity of Item 1000 on inventory.",
        "NAV39",
        "Artikel 1000 räcker inte i lager.",
    ),
    ("The Customer does not exist. Identification fields and values: No.='9'", "NAV44", "Kund 9 finns inte."),
    ("Kunden finns inte. Identifieringsfält och värden: Nr='9'", "NAV44", "Kund 9 finns inte."),
    ("Kunden 10000 är spärrad.", "NAV33", "Kund 10000 är spärrad."),
    (
        (
            "The field Account No. of table Gen. Journal Line contains a value (3009) that cannot be found in the "
            "related table (G/L Account)."
        ),
        "NAV44",
        "”3009” i fältet Account No. finns inte.",
    ),
]


ALONE = [
    ("Dimension Value AVD BUTIK does not exist.", "NAV48"),
    ("The Gen. Journal Template does not exist. Identification fields and values: Name='X'", "NAV49"),
    ("Bokföringsdatum ligger inte inom intervallet för tillåtna bokföringsdatum i Försäljningshuvud.", "NAV32"),
    ("You cannot assign new numbers from the number series S-FAKT+ on 26-11-23.", "NAV71"),
    ("It is not possible to assign numbers automatically: activate Default Nos. in No. Series F-FAKT.", "NAV71"),
    ("You cannot post before 2026-12-01 because the Inventory Period is already closed.", "NAV70"),
    ("Du har inte behörighet att läsa tabellen Kund.", "NAV36"),
    ("The Sales Line table cannot be changed because it is locked by another user.", "NAV31"),
    ("Blocked must be equal to ' '  in Customer: No.=10000. Current value is 'All'.", "NAV33"),
    ("Your entry of 'G/L Account' is not an acceptable value for 'Type'. Existing options are: Item.", "NAV42"),
    ("The skip token is no longer valid.", "NAV50"),
    ("There is nothing to post.", "N08"),
]


@pytest.mark.parametrize(("said", "code"), [*ALONE, *((said, code) for code, said in SAID.items())], ids=str)
def test_which_refusal_it_is_is_known_by_its_words(said: str, code: str) -> None:
    error = Explainer("kassa", "navserver")(500, fault(said))
    assert error
    assert error.problem.code == code


@pytest.mark.parametrize(("said", "code", "told"), SAYINGS, ids=str)
def test_a_refusal_says_what_it_is_about(said: str, code: str, told: str) -> None:
    error = Explainer("kassa", "navserver")(500, fault(said))
    assert error
    assert error.problem.code == code
    assert error.problem.what.startswith(told)
    assert said.replace("  ", " ") in error.problem.detail, "NAV's own words stand with it, nothing of them masked"
    assert error.problem.cause != code, "another account is another cause"


def test_a_page_that_is_published_no_more_is_named() -> None:
    said = "Resource not found for the segment 'ItemLedgerEntries'."
    error = Explainer("kassa", "navserver")(404, json.dumps({"error": {"code": "x", "message": said}}).encode())
    assert error
    assert (error.problem.code, "38 Artikeltransaktioner" in error.problem.what) == ("NAV07", True)


def test_words_that_nobody_knows_over_odata_may_come_after_it_was_done() -> None:
    """OData says no with 400; what breaks with 500 is looked up before it is sent again."""
    explain, body = Explainer("kassa", "navserver"), b'{"error":{"code":"x","message":"Internal server error"}}'
    assert explain(500, body) is None
    refused = explain(400, body)
    assert refused
    assert refused.problem.code == "N08"


def test_words_that_nobody_knows_are_are_left_as_they_are() -> None:
    assert about("Något helt annat har hänt.") == ""
    assert about("=" * 5000 + " must be " * 400) == ""


def test_a_line_that_nav_numbers_is_named_by_what_stands_on_it(tmp_path: Path) -> None:
    with open_shop(tmp_path, NavSoapRig) as shop:
        document = shop.rig.document(DocumentKind.INVOICE)
        assert isinstance(document, Invoice)
        number = 1 + next(at for at, row in enumerate(document.rows) if not row.article)
        key = f"Document Type=Invoice, Document No.=1001, Line No.={number}0000"
        said = f"Gen. Prod. Posting Group must have a value in Sales Line: {key}. It cannot be zero or empty."
        reply = Reply(500, fault(said), {"Content-Type": "text/xml"})
        shop.nav.fail(reply, on=lambda one: "PostSalesInvoice" in one.headers.get("Soapaction", ""))
        problem = shop.refusal(document).problem
        account = document.rows[number - 1].account
        assert problem.what.startswith(f"Raden med konto {account} saknar Gen. Prod. Posting Group.")
        assert str(account) in problem.cause, "the next receipt with it meets the same"


def test_a_passing_lock_is_tried_again_before_anybody_is_told(tmp_path: Path) -> None:
    with open_shop(tmp_path, NavSoapRig) as shop:
        reply = Reply(500, fault(SAID["NAV31"]), {"Content-Type": "text/xml"})
        shop.nav.fail(reply, times=2, on=lambda one: "PostSalesInvoice" in one.headers.get("Soapaction", ""))
        document = shop.rig.document(DocumentKind.INVOICE)
        shop.connector().send(document)
        assert shop.rig.books(document) == 1


def test_a_lock_that_stays_is_told_and_nothing_half_is_left(tmp_path: Path) -> None:
    with open_shop(tmp_path, NavSoapRig) as shop:
        reply = Reply(500, fault(SAID["NAV31"]), {"Content-Type": "text/xml"})
        shop.nav.fail(reply, times=9, on=lambda one: "PostSalesInvoice" in one.headers.get("Soapaction", ""))
        error = shop.refusal(shop.rig.document(DocumentKind.INVOICE))
        assert (error.problem.code, error.uncertain) == ("NAV31", False)
        assert shop.books.rows("invoices") == []
