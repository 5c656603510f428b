"""A ledger that is new, or was restored: one list of the invoices, in place of six look-ups for each receipt."""

from __future__ import annotations

from pathlib import Path

from synccenter.contract.model import DocumentKind
from tests.conformance.job import Trial
from tests.conformance.suite import Bench
from tests.connectors.visma.rig import VismaRig
from tests.worlds import documents
from tests.worlds.session import Surroundings


def test_what_a_look_up_finds_of_invoices_is_listed_too(rig: VismaRig) -> None:
    """Invoices and credit invoices: what the list lacks the program would take for not sent."""
    connector = rig.connector()
    sold, returned = documents.invoice(1, "1"), documents.returned(2, 1, "1")
    for document in (sold, returned):
        connector.send(document)
    listed = {one.reference for one in connector.documents(DocumentKind.INVOICE, documents.DAY, documents.DAY)}
    for document in (sold, returned):
        assert connector.find(document)
        assert document.reference in listed


def test_the_first_day_asks_for_no_receipt_by_itself(tmp_path: Path) -> None:
    world = Surroundings(tmp_path)
    rig = VismaRig(world)
    trial = Trial(Bench(rig, world), DocumentKind.INVOICE)
    trial.until_quiet()
    trial.assert_right()
    asked = [one for one in rig.visma.seen if "YourReference" in one.query.get("$filter", "")]
    assert len(trial.sent()) > 10
    assert len(asked) <= 2
    rig.close()


def test_a_variant_that_shows_no_books_is_sent_to_all_the_same(tmp_path: Path) -> None:
    """Also by a new ledger, which looks through the books for what another may have booked. The check tells."""
    world = Surroundings(tmp_path)
    rig = VismaRig(world)
    rig.visma.variant_has_books = False
    trial = Trial(Bench(rig, world), DocumentKind.INVOICE)
    trial.until_quiet()
    trial.assert_right()
    assert len(trial.sent()) > 10
    assert [one.problem.code for one in rig.connector().check() if one.problem] == ["V60"]
    rig.close()
