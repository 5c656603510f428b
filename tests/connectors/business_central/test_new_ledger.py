"""A ledger that is new, or was restored: one list tells what stands there, in place of a look-up for each receipt."""

from __future__ import annotations

from pathlib import Path

from synccenter.contract.model import DocumentKind
from tests.conformance.job import Trial
from tests.conformance.suite import Bench
from tests.connectors.business_central.rig import BusinessCentralRig, invoice, returned
from tests.worlds.documents import DAY
from tests.worlds.session import Surroundings


def test_what_a_look_up_finds_of_invoices_is_listed_too(rig: BusinessCentralRig) -> None:
    """Posted, a draft, a credit memo: what the list lacks the program would take for not sent."""
    connector = rig.connector()
    documents = [invoice(1), returned(2, 1), invoice(3)]
    for document in documents[:2]:
        connector.send(document)
    rig.draft(documents[2])
    listed = {one.reference for one in connector.documents(DocumentKind.INVOICE, DAY, DAY)}
    for document in documents:
        assert connector.find(document)
        assert document.reference in listed


def test_the_first_day_asks_for_no_receipt_by_itself(tmp_path: Path) -> None:
    world = Surroundings(tmp_path)
    rig = BusinessCentralRig(world)
    trial = Trial(Bench(rig, world), DocumentKind.INVOICE)
    trial.until_quiet()
    trial.assert_right()
    asked = [one for one in rig.bc.seen if "externalDocumentNumber" in one.query.get("$filter", "")]
    assert len(trial.sent()) > 10
    assert len(asked) <= 2
    rig.close()
