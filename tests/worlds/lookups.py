"""Look-up and reading back as the program does them, for tests of one document at a time."""

from __future__ import annotations

from synccenter.contract.connector import Booked, Delivered, FinishesDocuments, ReadsBack, SendsDocuments, Sent
from synccenter.contract.model import Document
from synccenter.truth.standing import Standing, look_up


def found_in(connector: SendsDocuments, document: Document) -> Sent | None:
    """The one document that is ours, gone on with where it was cut short; None when there is none."""
    verdict = look_up(connector, document)
    if verdict.standing is Standing.MISSING:
        return None
    if verdict.standing is Standing.UNFINISHED:
        assert isinstance(connector, FinishesDocuments)
        return connector.finish(document, verdict.hits[0])
    assert verdict.standing is Standing.OURS, verdict
    return Sent(verdict.hits[0].external_id, verdict.hits[0].number)


def booked_in(connector: ReadsBack, document: Document, external_id: str) -> Booked | None:
    """The one document that was sent, as the books hold it; None when it is gone."""
    there = list(connector.read_back([Delivered(document, external_id)]))
    assert len(there) <= 1, there
    return there[0] if there else None
