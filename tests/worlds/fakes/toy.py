"""A connector for a business system that does not exist, as small as the contract allows: the guide's example.

*Lådan* has articles and vouchers. Its answers: `{"now": time, "pages": n, "rows": [...]}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated

from msgspec import Struct

from connectors.wire import clock
from connectors.wire.answers import tidy
from connectors.wire.http import Http, Server
from connectors.wire.limits import Limit
from connectors.wire.messages import Timeouts
from synccenter.contract import catalogue
from synccenter.contract.connector import (
    BadRow,
    Booked,
    Capabilities,
    CompanyFacts,
    Connector,
    Delivered,
    Description,
    Found,
    Lookup,
    Page,
    Sent,
    Session,
)
from synccenter.contract.errors import Entry, ErrorKind, Reach, SyncError
from synccenter.contract.finding import Finding, good
from synccenter.contract.model import Account, Article, Document, DocumentKind, Posting, Register, Voucher
from synccenter.contract.options import Option, Secret, Url

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

NOT_PAID = Entry(
    "TOY02",
    ErrorKind.FIX_IN_BUSINESS_SYSTEM,
    Reach.ALL,
    "Lådan är inte betald",
    "Abonnemanget på Lådan har gått ut.",
    "öppna Lådan > Konto och betala.",
    catalogue.OWNER,
    "Allt väntar tills det är betalt.",
)


class Company(Struct):
    """Who Lådan belongs to, and the accounts there."""

    name: str
    org_number: str
    accounts: list[int]


class ToySettings(Struct, frozen=True):
    """The section `toy`."""

    address: Annotated[Url, Option(label="Adress", help="Där Lådan svarar.")] = "https://api.ladan.example/v1"
    key: Annotated[Secret, Option(label="Nyckel", help="Fås i Lådan under Inställningar.")] = None
    timeout: Annotated[int, Option(label="Väntetid", help="Sekunder.", advanced=True)] = 30


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
    draft: bool = False


class Sales(Struct):
    """A page of vouchers."""

    rows: list[Sale]
    pages: int = 1


class Key:
    """Signs requests in with a key that a person has pasted into the settings: an `Authority`."""

    def __init__(self, session: Session[ToySettings]) -> None:
        self._key = session.secrets.get("key") or ""

    def headers(self) -> Mapping[str, str]:
        """See `Authority.headers`."""
        return {"X-Key": self._key}

    def renew(self, refused: Mapping[str, str]) -> None:
        """See `Authority.renew`: a key cannot be renewed by itself."""
        raise catalogue.SIGN_IN_NEEDED.error(system="Lådan")


class Toy:
    """The connector."""

    def __init__(self, session: Session[ToySettings]) -> None:
        self._session = session
        seconds = float(session.settings.timeout)
        self._http = Http(
            session,
            Server(
                system="Lådan",
                base=session.settings.address,
                limit=Limit(30, 10.0),
                timeouts=Timeouts(connect=seconds, read=seconds, total=2 * seconds),
                explain=explain,
            ),
            Key(session),
        )

    def check(self) -> Iterable[Finding]:
        """See `Connector.check`."""
        self._http.get("/items", Items, {"page": 1, "size": 1})
        yield good("Lådan svarar")
        yield from clock.compared(self._http.server_time, self._session.clock(), "Lådan")

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

    def company(self) -> CompanyFacts:
        """See `TellsCompany.company`."""
        there = self._http.get("/company", Company)
        return CompanyFacts(there.name, there.org_number)

    def accounts(self, on: date) -> Sequence[Account]:
        """See `ListsFacts.accounts`."""
        return [Account(number, f"Konto {number}") for number in self._http.get("/company", Company).accounts]

    def send(self, document: Document) -> Sent:
        """See `SendsDocuments.send`."""
        assert isinstance(document, Voucher)
        rows = [(row.account, row.amount) for row in document.postings]
        body = {"reference": document.reference, "day": document.date.isoformat(), "rows": rows}
        return Sent(self._http.send("POST", "/sales", body, Sale).id)

    def find(self, document: Document) -> Sequence[Found]:
        """See `SendsDocuments.find`. Lådan finds what begins with the reference: the rest is another's."""
        found = self._http.get("/sales", Sales, {"reference": document.reference}).rows
        return [
            Found(
                sale.id,
                date=date.fromisoformat(sale.day),
                total=sum(amount for _, amount in sale.rows if amount > 0),
                draft=sale.draft,
            )
            for sale in found
            if sale.reference == document.reference
        ]

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        """See `ReadsBack.read_back`: the sales of those days, page by page; what was moved away is asked for by id."""
        wanted = {one.document.reference: one for one in sent}
        missing = {one.external_id: reference for reference, one in wanted.items() if one.external_id}
        for sale in self._sales_of(wanted.values()):
            reference = missing.pop(sale.id, sale.reference)
            if reference in wanted:
                yield _booked(sale, reference)
        for external_id, reference in missing.items():
            gone_or = self._http.get_or_none(f"/sales/{external_id}", Sale)
            if gone_or:
                yield _booked(gone_or, reference)

    def _sales_of(self, sent: Iterable[Delivered]) -> Iterator[Sale]:
        days = sorted(one.document.date for one in sent if isinstance(one.document, Voucher))
        number, pages = 1, 1 if days else 0
        while number <= pages:
            span = {"from": days[0].isoformat(), "to": days[-1].isoformat()}
            answer = self._http.get("/sales", Sales, {**span, "page": number, "size": ROWS})
            pages = answer.pages
            yield from answer.rows
            number += 1


def _booked(sale: Sale, reference: str) -> Booked:
    rows = tuple(Posting(account, amount) for account, amount in sale.rows)
    day = date.fromisoformat(sale.day)
    return Booked(reference=reference, external_id=sale.id, date=day, postings=rows, draft=sale.draft)


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
    if status == 402:
        return NOT_PAID.error()
    return BOOKS_CLOSED.error() if status == 409 and b"closed" in body else None


def open_toy(session: Session[ToySettings]) -> Connector:
    """See `Description.open`."""
    return Toy(session)


DESCRIPTION = Description(
    name="toy",
    title="Lådan",
    settings=ToySettings,
    capabilities=Capabilities(
        fetches=frozenset({Register.ARTICLES}),
        delta=frozenset({Register.ARTICLES}),
        sends=frozenset({DocumentKind.VOUCHER}),
        lookup=Lookup.BY_REFERENCE,
        settle_seconds=30,
    ),
    open=open_toy,
    errors=(BOOKS_CLOSED, NOT_PAID),
)
