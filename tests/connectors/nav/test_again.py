"""What NAV has refused is not written and deleted at each run: NAV's cards tell whether the reason still stands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.dynamics_nav import again
from connectors.dynamics_nav.connector import Nav
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Document, DocumentKind, Invoice
from synccenter.truth.standing import Standing, look_up
from tests.connectors.nav.shop import Shop, open_shop
from tests.worlds.fakes.nav_rig import SAID, NavRig, NavSoapRig, add_customer, add_item
from tests.worlds.fakes.nav_soap import fault
from tests.worlds.fakes.server import FOR_GOOD, Reply

INVOICE, VOUCHER = DocumentKind.INVOICE, DocumentKind.VOUCHER


def writes(shop: Shop) -> int:
    """Requests that change something."""
    return sum(shop.nav.count(method) for method in ("POST", "PATCH", "PUT", "DELETE"))


def account(shop: Shop, number: str, **values: Any) -> None:
    row = shop.books.find("accounts", No=number)
    assert row
    row.update(values)


def item(shop: Shop, **values: Any) -> None:
    shop.books.rows("items")[0].update(values)


def closed(shop: Shop, first: date) -> None:
    shop.books.rows("ledger_setup").clear()
    shop.books.add("ledger_setup", Primary_Key="", Allow_Posting_From=first, Allow_Posting_To=date(1, 1, 1))


def demand(shop: Shop, rule: str) -> None:
    shop.books.rows("default_dimensions").clear()
    shop.books.add("default_dimensions", No="3001", Dimension_Code="AVD", Dimension_Value_Code="", Value_Posting=rule)


def group(shop: Shop, name: str) -> None:
    item(shop, Gen_Prod_Posting_Group=name)


def without_item(shop: Shop) -> None:
    shop.books.tables["items"] = [row for row in shop.books.rows("items") if row["No"] != "A1"]


def with_item(shop: Shop) -> None:
    add_item(shop.books, 1)


CASES: list[tuple[str, DocumentKind, Callable[[Shop], Any], Callable[[Shop], Any]]] = [
    ("NAV34", INVOICE, lambda shop: item(shop, Blocked=True), lambda shop: item(shop, Blocked=False)),
    ("NAV44", INVOICE, without_item, with_item),
    (
        "NAV46",
        INVOICE,
        lambda shop: account(shop, "2421", Blocked=True),
        lambda shop: account(shop, "2421", Blocked=False),
    ),
    (
        "NAV47",
        INVOICE,
        lambda shop: account(shop, "2421", Direct_Posting=False),
        lambda shop: account(shop, "2421", Direct_Posting=True),
    ),
    (
        "NAV51",
        INVOICE,
        lambda shop: item(shop, VAT_Prod_Posting_Group="MOMS12"),
        lambda shop: item(shop, VAT_Prod_Posting_Group="MOMS25"),
    ),
    ("NAV35", INVOICE, lambda shop: group(shop, "NYA"), lambda shop: group(shop, "VAROR")),
    ("NAV35", INVOICE, lambda shop: group(shop, ""), lambda shop: group(shop, "VAROR")),
    ("NAV32", INVOICE, lambda shop: closed(shop, date(2026, 12, 1)), lambda shop: closed(shop, date(2026, 1, 1))),
    ("NAV48", INVOICE, lambda shop: demand(shop, "Code_Mandatory"), lambda shop: demand(shop, "Same_Code_")),
    ("NAV32", VOUCHER, lambda shop: closed(shop, date(2026, 12, 1)), lambda shop: closed(shop, date(2026, 1, 1))),
    ("NAV48", VOUCHER, lambda shop: demand(shop, "Code_Mandatory"), lambda shop: demand(shop, "")),
    (
        "NAV47",
        VOUCHER,
        lambda shop: account(shop, "1910", Direct_Posting=False),
        lambda shop: account(shop, "1910", Direct_Posting=True),
    ),
    (
        "NAV46",
        VOUCHER,
        lambda shop: account(shop, "3001", Blocked=True),
        lambda shop: account(shop, "3001", Blocked=False),
    ),
]


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
@pytest.mark.parametrize(
    ("code", "kind", "spoil", "mend"),
    CASES,
    ids=[f"{number} {one[0]} {one[1].value}" for number, one in enumerate(CASES)],
)
def test_a_parked_document_is_written_once_and_sent_as_soon_as_it_is_mended(
    tmp_path: Path,
    rig_type: type[NavRig],
    code: str,
    kind: DocumentKind,
    spoil: Callable[[Shop], Any],
    mend: Callable[[Shop], Any],
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        document = shop.rig.document(kind)
        spoil(shop)
        said = shop.refusal(document).problem
        assert said.code == code
        before = writes(shop)
        for _ in range(2):  # each by a program of its own
            shop.world.clock.later(seconds=900)
            assert shop.refusal(document).problem == said
        assert writes(shop) == before, "a quiet run writes nothing"
        mend(shop)
        shop.connector().send(document)
        assert shop.rig.books(document) == 1


def test_a_refusal_that_no_page_explains_is_tried_with_one_document_of_its_cause(tmp_path: Path) -> None:
    with open_shop(tmp_path, NavSoapRig) as shop:
        documents = [replace(invoice(shop), reference=f"k1-{number}") for number in range(1, 6)]
        for name in ("GeneralLedgerSetup", "UserSetup"):
            shop.nav.publish({key: page for key, page in shop.nav.pages.items() if key != name})
        shop.books.allowed_from = date(2026, 12, 1)
        first = shop.connector()
        for document in documents:
            assert refused(first, document) == "NAV32"
        shop.world.clock.later(seconds=900)
        before = shop.nav.count("POST", "Codeunit")
        second = shop.connector()
        for document in documents:
            assert refused(second, document) == "NAV32"
        assert shop.nav.count("POST", "Codeunit") - before == 1, "one shows how it is with all"
        shop.books.allowed_from = date(2026, 1, 1)
        shop.world.clock.later(seconds=900)
        for document in documents:
            second.send(document)
            assert shop.rig.books(document) == 1


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
def test_payments_that_are_refused_wait_in_the_journal_and_are_not_posted_again_while_the_reason_stands(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        account(shop, "1686", Blocked=True)
        document = invoice(shop)
        error = shop.refusal(document)
        assert (error.problem.code, error.uncertain) == ("NAV46", True)
        before = writes(shop)
        for _ in range(2):
            verdict = look_up(shop.connector(), document)
            assert verdict.standing is Standing.UNFINISHED
            with pytest.raises(SyncError) as caught:
                shop.connector().finish(document, verdict.hits[0])
            assert (caught.value.problem, caught.value.uncertain) == (error.problem, True)
        assert writes(shop) == before
        account(shop, "1686", Blocked=False)
        shop.connector().finish(document, look_up(shop.connector(), document).hits[0])
        assert look_up(shop.connector(), document).standing is Standing.OURS
        assert shop.rig.books(document) == 1


@pytest.mark.parametrize("closing", ["blocked", "journal"])
def test_no_more_invoices_are_posted_whose_payments_would_be_refused_too(tmp_path: Path, closing: str) -> None:
    with open_shop(tmp_path) as shop:
        values = {"payment_batch": "FEL"} if closing == "journal" else {}
        if closing == "blocked":
            account(shop, "1686", Blocked=True)
        first, second = (replace(invoice(shop), reference=f"k1-{number}") for number in (1, 2))
        connector = shop.connector(**values)
        error = shop_refuses(connector, first)
        assert error.uncertain, "it is posted, and its payment is not"
        before = len(shop.books.rows("posted_invoices"))
        for seconds in (0, 900):  # in the same run; and in the next, where the first is gone on with before
            shop.world.clock.later(seconds=seconds)
            if seconds:
                with pytest.raises(SyncError):
                    connector.finish(first, look_up(connector, first).hits[0])
            again = shop_refuses(connector, second)
            assert (again.problem.code, again.uncertain) == (error.problem.code, False)
            assert len(shop.books.rows("posted_invoices")) == before
        other = replace(second, reference="k1-3", payments=tuple(one for one in second.payments if one.account == 1910))
        if closing == "blocked":  # what is paid otherwise goes
            rows = replace(other, rows=(replace(other.rows[0], amount=other.payments[0].amount, vat=0, article=""),))
            connector.send(replace(rows, rows=(replace(rows.rows[0], account=2421, vat_rate=0),), rounding=0))
            account(shop, "1686", Blocked=False)
            connector.finish(first, look_up(connector, first).hits[0])
            connector.send(second)
            assert shop.rig.books(second) == 1


def shop_refuses(connector: Nav, document: Invoice) -> SyncError:
    with pytest.raises(SyncError) as caught:
        connector.send(document)
    return caught.value


def test_what_no_page_shows_is_tried_more_and_more_seldom(tmp_path: Path) -> None:
    """Each try takes a number of NAV's series; a check begins anew, and so does a period that was opened."""
    with open_shop(tmp_path) as shop:
        document = invoice(shop)
        shop.nav.publish({key: page for key, page in shop.nav.pages.items() if key != "UserSetup"})
        closed(shop, date(2026, 12, 1))

        def tries(runs: int) -> list[int]:
            made = []
            for run in range(runs):
                before = writes(shop)
                shop.world.clock.later(seconds=900)
                assert refused(shop.connector(), document) == "NAV32"
                if writes(shop) > before:
                    made.append(run)
            return made

        assert tries(32) == [0, 1, 2, 4, 8, 16, 24]
        list(shop.connector().check())
        assert tries(2) == [0, 1]
        closed(shop, date(2026, 1, 1))
        list(shop.connector().check())
        shop.connector().send(document)
        assert shop.rig.books(document) == 1


def test_nobody_waits_for_another_for_ever(tmp_path: Path) -> None:
    """Two receipts of the same cause, of which one is mended: it goes within some runs, whoever comes first."""
    with open_shop(tmp_path, NavSoapRig) as shop:
        first, second = (replace(invoice(shop), reference=f"k1-{number}") for number in (1, 2))
        second = replace(second, date=date(2026, 11, 24))
        shop.nav.publish({key: page for key, page in shop.nav.pages.items() if key != "UserSetup"})
        closed(shop, date(2026, 12, 1))
        connector = shop.connector()
        assert [refused(connector, one) for one in (first, second)] == ["NAV32", "NAV32"]
        closed(shop, date(2026, 11, 24))
        for _ in range(12):
            shop.world.clock.later(seconds=900)
            assert refused(connector, first) == "NAV32"
            with suppress(SyncError):
                connector.send(second)
                break
        assert shop.rig.books(second) == 1


def test_what_nav_said_once_without_a_reason_is_tried_again(tmp_path: Path) -> None:
    """Nothing on the cards speaks against it."""
    with open_shop(tmp_path, NavSoapRig) as shop:
        document = invoice(shop)
        reply = Reply(500, fault(SAID["NAV34"]), {"Content-Type": "text/xml"})
        shop.nav.fail(reply, on=lambda one: "PostSalesInvoice" in one.headers.get("Soapaction", ""))
        assert shop.refusal(document).problem.code == "NAV34"
        shop.connector().send(document)
        assert shop.rig.books(document) == 1


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
def test_a_page_that_may_not_be_read_holds_nothing_back(tmp_path: Path, rig_type: type[NavRig]) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        demand(shop, "Code_Mandatory")
        document = invoice(shop)
        assert shop.refusal(document).problem.code == "NAV48"
        shop.nav.fail(
            shop.rig.refusals()["NAV36"], times=FOR_GOOD, on=lambda one: one.path.endswith("/DefaultDimensions")
        )
        assert shop.refusal(document).problem.code == "NAV48", "tried again"
        shop.books.rows("default_dimensions").clear()
        shop.connector().send(document)
        assert shop.rig.books(document) == 1


def test_a_document_that_has_become_another_and_other_settings_are_tried(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        item(shop, Blocked=True)
        document = invoice(shop)
        assert shop.refusal(document).problem.code == "NAV34"
        other = replace(
            document, rows=tuple(replace(row, article="A2") if row.article else row for row in document.rows)
        )
        shop.connector().send(other)
        assert shop.rig.books(other) == 1
        again = replace(document, reference="k1-2")
        assert shop.refusal(again).problem.code == "NAV34"
        before = writes(shop)
        assert shop.refusal(again, sales_location="BUTIK").problem.code == "NAV34"
        assert writes(shop) > before, "another setting may be just what was needed"


def test_a_customer_who_is_mended_is_asked_for_at_once(tmp_path: Path) -> None:
    """The program goes on living: what was known of the card before does not hold it back."""
    with open_shop(tmp_path) as shop:
        add_customer(shop.books, "20000", "Bolaget AB")
        customer = shop.books.rows("customers")[-1]
        customer["Blocked"] = "All"
        document = replace(invoice(shop), customer="20000")
        connector = shop.connector()
        assert refused(connector, document) == "NAV33"
        customer["Blocked"] = "_blank_"
        connector.send(document)
        assert shop.rig.books(document) == 1


def test_the_note_of_what_was_refused_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "_MOST", 3)
    with open_shop(tmp_path) as shop:
        item(shop, Blocked=True)
        connector = shop.connector()
        for number in range(5):
            assert refused(connector, replace(invoice(shop), reference=f"k1-{number}")) == "NAV34"
        assert len(connector._again._known().refused) == 3


def invoice(shop: Shop) -> Invoice:
    document = shop.rig.document(DocumentKind.INVOICE)
    assert isinstance(document, Invoice)
    return document


def refused(connector: Nav, document: Document) -> str:
    with pytest.raises(SyncError) as caught:
        connector.send(document)
    return caught.value.problem.code


@pytest.mark.parametrize("rig_type", [NavRig, NavSoapRig])
def test_what_is_older_than_the_first_day_that_may_be_posted_is_known_before_it_is_written(
    tmp_path: Path, rig_type: type[NavRig]
) -> None:
    with open_shop(tmp_path, rig_type) as shop:
        assert shop.connector().locked_to() is None
        closed(shop, date(2026, 11, 1))
        assert shop.connector().locked_to() == date(2026, 10, 31)
        user = str(shop.values["user"]).rpartition("\\")[2].upper()
        shop.books.add("user_setup", User_ID=user, Allow_Posting_From=date(2026, 9, 1))
        assert shop.connector().locked_to() == date(2026, 8, 31), "the user's own span goes before the company's"
        pages = {name: page for name, page in shop.nav.pages.items() if page.table != "user_setup"}
        shop.nav.publish(pages)
        connector = shop.connector()
        list(connector.check())
        assert connector.locked_to() is None, "whether this user has another span nothing shows"
