"""The connector of *Hyllan*, a business system that takes every kind of document and answers all questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from connectors.wire.http import Http, Server
from connectors.wire.messages import Timeouts
from synccenter.contract.connector import (
    Booked,
    Capabilities,
    Connector,
    Delivered,
    Description,
    Found,
    Lookup,
    Page,
    Sent,
    Session,
)
from synccenter.contract.finding import Finding, Severity
from synccenter.contract.model import Article, Document, DocumentKind, Invoice, Register, Voucher
from synccenter.contract.options import Option, Url

SETTLE = 0.03
"""Seconds: so long is a "not found" not believed. The fake itself answers no look-up before what was sent earlier."""


class ShelfSettings(Struct, frozen=True):
    address: Annotated[Url, Option(label="Adress", help="Där Hyllan svarar.")] = ""


class Items(Struct):
    """The articles that changed after a version."""

    version: int
    rows: list[Article]


class Entry(Struct):
    """A document as it stands there."""

    id: str
    reference: str
    document: dict[str, Any]


class Entries(Struct):
    """The answer to a look-up."""

    rows: list[Entry]


class Shelf:
    """The connector."""

    def __init__(self, session: Session[ShelfSettings]) -> None:
        self._http = Http(
            session,
            Server(
                system="Hyllan",
                base=session.settings.address,
                timeouts=Timeouts(connect=5.0, read=1.0, total=5.0),
                patience=0.1,
                default_wait=0.01,
                log_bodies=False,
            ),
        )

    def check(self) -> Iterable[Finding]:
        """See `Connector.check`."""
        self._http.get("/items", Items, {"since": "0"})
        yield Finding(Severity.GREEN, "Hyllan svarar")

    def close(self) -> None:
        """See `Connector.close`."""
        self._http.close()

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        """See `FetchesRegisters.fetch`."""
        items = self._http.get("/items", Items, {"since": since or "0"})
        yield Page(items.rows, cursor=str(items.version), full=since is None)

    def send(self, document: Document) -> Sent:
        """See `SendsDocuments.send`."""
        body = {"reference": document.reference, "document": msgspec.to_builtins(document)}
        return Sent(self._http.send("POST", "/documents", body, Entry).id)

    def find(self, document: Document) -> Sequence[Found]:
        """See `SendsDocuments.find`."""
        rows = self._http.get("/find", Entries, {"reference": document.reference}).rows
        there = [(row.id, msgspec.convert(row.document, Document)) for row in rows]
        return [Found(external_id, date=_date_of(one)) for external_id, one in there]

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """See `ReadsBack.read_back`."""
        for reference in dict.fromkeys(one.document.reference for one in sent):
            for row in self._http.get("/find", Entries, {"reference": reference}).rows:
                one = msgspec.convert(row.document, Document)
                booked = Booked(reference=reference, external_id=row.id, date=_date_of(one))
                if isinstance(one, Voucher):
                    yield replace(booked, postings=one.postings)
                elif isinstance(one, Invoice):
                    yield replace(booked, total=sum(r.amount for r in one.rows) + one.rounding)


def _date_of(document: Document) -> date:
    return document.date if isinstance(document, Voucher | Invoice) else document.at.date()


def describe(lookup: Lookup = Lookup.BY_REFERENCE) -> Description[ShelfSettings]:
    """*Hyllan* as the registry knows it."""

    def opened(session: Session[ShelfSettings]) -> Connector:
        return Shelf(session)

    return Description(
        name="shelf",
        title="Hyllan",
        settings=ShelfSettings,
        capabilities=Capabilities(
            fetches=frozenset({Register.ARTICLES}),
            delta=frozenset({Register.ARTICLES}),
            sends=frozenset(DocumentKind),
            lookup=lookup,
            settle_seconds=SETTLE,
        ),
        open=opened,
    )
