"""A connector for a business system that does not exist, as small as the contract allows: the guide's example.

*Lådan* has articles and vouchers. Its answers: `{"now": time, "pages": n, "rows": [...]}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from connectors.wire.answers import tidy
from connectors.wire.http import Http, Server
from connectors.wire.limits import Limit
from connectors.wire.messages import Timeouts
from synccenter.contract import catalogue
from synccenter.contract.connector import (
    BadRow,
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
from synccenter.contract.errors import Entry, ErrorKind, Reach, SyncError
from synccenter.contract.model import Article, Document, DocumentKind, Posting, Register, Voucher
from synccenter.contract.options import Kind, Option

ROWS = 20

BOOKS_CLOSED = Entry(
    "TOY01",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ONE,
    "Lådan är stängd",
    "Lådan tar inte emot något för den dagen.",
    "öppna Lådan > Dagar och lås upp dagen.",
    catalogue.BOOKKEEPER,
    "Underlaget väntar.",
)


class Items(Struct):
    """A page of articles."""

    now: str
    pages: int
    rows: list[dict[str, object]]


class Sale(Struct):
    """A voucher there."""

    id: str
    reference: str
    day: str
    rows: list[tuple[int, int]]


class Sales(Struct):
    """The answer to a look-up."""

    rows: list[Sale]


class Key:
    """Signs requests in with a key that a person has pasted into the settings: an `Authority`."""

    def __init__(self, session: Session) -> None:
        self._key = session.secrets.get("key") or ""

    def headers(self) -> Mapping[str, str]:
        """See `Authority.headers`."""
        return {"X-Key": self._key}

    def renew(self, refused: Mapping[str, str]) -> None:
        """See `Authority.renew`: a key cannot be renewed by itself."""
        raise catalogue.SIGN_IN_NEEDED.error(system="Lådan")


class Toy:
    """The connector."""

    def __init__(self, session: Session) -> None:
        self._session = session
        seconds = float(session.values["timeout"])
        self._http = Http(
            session,
            Server(
                system="Lådan",
                base=session.values["address"],
                limit=Limit(30, 10.0),
                timeouts=Timeouts(connect=seconds, read=seconds, total=2 * seconds),
                explain=explain,
            ),
            Key(session),
        )

    def check(self) -> Iterable[Finding]:
        """See `Connector.check`."""
        self._http.get("/items", Items, {"page": 1, "size": 1})
        yield Finding(Severity.GREEN, "Lådan svarar")

    def close(self) -> None:
        """See `Connector.close`."""
        self._http.close()

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        """See `FetchesRegisters.fetch`. `since` is Lådan's own time, a minute back for safety's sake."""
        number, pages = 1, 1
        while number <= pages:
            items = self._http.get("/items", Items, {"page": number, "size": ROWS, "since": since or ""})
            pages = items.pages
            last = number >= pages
            rows, bad = _articles(items.rows)
            yield Page(rows, bad, cursor=items.now if last else None, full=last and since is None)
            number += 1

    def send(self, document: Document) -> Sent:
        """See `SendsDocuments.send`."""
        assert isinstance(document, Voucher)
        rows = [(row.account, row.amount) for row in document.postings]
        body = {"reference": document.reference, "day": document.date.isoformat(), "rows": rows}
        return Sent(self._http.send("POST", "/sales", body, Sale).id)

    def find(self, document: Document) -> Sent | None:
        """See `SendsDocuments.find`."""
        found = self._http.get("/sales", Sales, {"reference": document.reference}).rows
        return next((Sent(sale.id) for sale in found if sale.reference == document.reference), None)

    def booked(self, document: Document, external_id: str) -> Booked | None:
        """See `ReadsBack.booked`."""
        sale = self._http.get_or_none(f"/sales/{external_id}", Sale)
        if sale is None:
            return None
        rows = tuple(Posting(account, amount) for account, amount in sale.rows)
        return Booked(sale.id, date=date.fromisoformat(sale.day), postings=rows)


def _articles(raw: list[dict[str, object]]) -> tuple[list[Article], list[BadRow]]:
    rows: list[Article] = []
    bad: list[BadRow] = []
    for number, one in enumerate(raw, 1):
        match one:
            case {"number": str(code), "name": str(name), "price": int(price), "gone": bool(gone)}:
                rows.append(Article(code, tidy(name, 50), price=price, active=not gone))
            case _:
                bad.append(BadRow(f"Artikel, rad {number}", "Ett fält har fel typ."))
    return rows, bad


def explain(status: int, body: bytes) -> SyncError | None:
    """Lådan's own refusals."""
    return BOOKS_CLOSED.error() if status == 409 and b"closed" in body else None


def open_toy(session: Session) -> Connector:
    """See `Description.open`."""
    return Toy(session)


DESCRIPTION = Description(
    name="toy",
    title="Lådan",
    options=(
        Option(name="address", label="Adress", help="Där Lådan svarar.", kind=Kind.URL),
        Option(name="key", label="Nyckel", help="Fås i Lådan under Inställningar.", kind=Kind.SECRET),
        Option(name="timeout", label="Väntetid", help="Sekunder.", kind=Kind.NUMBER, default=30, advanced=True),
    ),
    capabilities=Capabilities(
        fetches=frozenset({Register.ARTICLES}),
        delta=frozenset({Register.ARTICLES}),
        sends=frozenset({DocumentKind.VOUCHER}),
        lookup=Lookup.BY_REFERENCE,
        settle_seconds=30,
        reads_back=True,
    ),
    open=open_toy,
    errors=(BOOKS_CLOSED,),
)
