"""The connector of *Hyllan*, a business system that takes every kind of document and answers all questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from connectors.wire.http import Http, Server
from connectors.wire.messages import Timeouts
from synccenter.contract.connector import (
    Booked,
    Capabilities,
    Connector,
    Description,
    Finding,
    Lookup,
    Page,
    Sent,
    Session,
    Severity,
)
from synccenter.contract.model import Article, Document, DocumentKind, Invoice, Posting, Register, Voucher
from synccenter.contract.options import Kind, Option

SETTLE = 0.03
"""Seconds: how long a request that its sender gave up may still lie in the fake's thread."""


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

    def __init__(self, session: Session) -> None:
        self._http = Http(
            session,
            Server(
                system="Hyllan",
                base=session.values["address"],
                timeouts=Timeouts(connect=2.0, read=0.2, total=1.0),
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

    def find(self, document: Document) -> Sent | None:
        """See `SendsDocuments.find`."""
        rows = self._http.get("/find", Entries, {"reference": document.reference}).rows
        return Sent(rows[0].id) if rows else None

    def booked(self, document: Document, external_id: str) -> Booked | None:
        """See `ReadsBack.booked`. All that stands there under the reference counts."""
        rows = self._http.get("/find", Entries, {"reference": document.reference}).rows
        if not any(row.id == external_id for row in rows):
            return None
        if isinstance(document, Voucher):
            found = [msgspec.convert(row.document, Voucher) for row in rows]
            return Booked(external_id, postings=tuple(Posting(p.account, p.amount) for v in found for p in v.postings))
        if isinstance(document, Invoice):
            invoices = [msgspec.convert(row.document, Invoice) for row in rows]
            return Booked(external_id, total=sum(r.amount for i in invoices for r in i.rows) + invoices[0].rounding)
        return Booked(external_id)


def describe(lookup: Lookup = Lookup.BY_REFERENCE) -> Description:
    """*Hyllan* as the registry knows it."""

    def opened(session: Session) -> Connector:
        return Shelf(session)

    return Description(
        name="shelf",
        title="Hyllan",
        options=(Option(name="address", label="Adress", help="Där Hyllan svarar.", kind=Kind.URL),),
        capabilities=Capabilities(
            fetches=frozenset({Register.ARTICLES}),
            delta=frozenset({Register.ARTICLES}),
            sends=frozenset(DocumentKind),
            lookup=lookup,
            settle_seconds=SETTLE,
            reads_back=True,
        ),
        open=opened,
    )
