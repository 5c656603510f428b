"""A connector such as a business system with paged JSON needs, on the same tools as the real ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Annotated

import msgspec
from msgspec import Struct

from connectors.wire import ahead
from connectors.wire.http import Http, Server
from connectors.wire.limits import Limit
from synccenter.contract.connector import (
    BadRow,
    Capabilities,
    Connector,
    Description,
    Found,
    Lookup,
    Page,
    Sent,
    Session,
)
from synccenter.contract.finding import Finding, Severity
from synccenter.contract.model import Article, Barcode, Document, DocumentKind, Ore, Register
from synccenter.contract.options import Option, Url


class BenchSettings(Struct, frozen=True):
    address: Annotated[Url, Option(label="Adress")] = ""
    page: Annotated[int, Option(label="Rader per sida")] = 500
    at_once: Annotated[int, Option(label="Sidor samtidigt")] = 4
    limited: Annotated[bool, Option(label="Med gräns")] = False
    cursor: Annotated[str, Option(label="Tid, om systemet inte säger den")] = ""


class Row(Struct, rename="pascal", gc=False):
    """An article there. Prices are without VAT, as text; every other field is not even decoded."""

    article_number: str
    description: str
    sales_price: str
    unit: str = "st"
    vat: str = msgspec.field(default="25", name="VAT")
    ean: str = msgspec.field(default="", name="EAN")
    article_group: str = ""
    active: bool = True


class Head(Struct, gc=False):
    """What an answer says about itself."""

    pages: int = msgspec.field(name="@TotalPages")
    now: str = msgspec.field(default="", name="@Now")


class Articles(Struct, rename={"head": "MetaInformation", "rows": "Articles"}):
    """A page."""

    head: Head
    rows: list[Row]


class Receipt(Struct):
    """The answer to a posted document."""

    id: str
    number: int


class Bench:
    """The connector."""

    def __init__(self, session: Session[BenchSettings]) -> None:
        settings = session.settings
        self._size = settings.page
        self._at_once = settings.at_once
        self._cursor = settings.cursor
        limit = Limit(25, 5.0) if settings.limited else None
        self._http = Http(session, Server(system="Bänken", base=settings.address, limit=limit))

    def check(self) -> Iterable[Finding]:
        """See `Connector.check`."""
        yield Finding(Severity.GREEN, "Bänken svarar")

    def close(self) -> None:
        """See `Connector.close`."""
        self._http.close()

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:  # noqa: ARG002 - articles only
        """See `FetchesRegisters.fetch`. The first answer tells how many pages there are."""
        wanted = {"lastmodified": since} if since else {}

        def read(number: int) -> tuple[Head, Page]:
            answer = self._http.get("/3/articles", Articles, {"page": number, "limit": self._size, **wanted})
            return answer.head, _page(answer.rows)

        head, first = read(1)
        rest = ahead.numbered(lambda number: read(number)[1], range(2, head.pages + 1), self._at_once)
        for number, page in enumerate(chain([first], rest), 1):
            last = number >= head.pages
            cursor = (head.now or self._cursor) if last else None
            yield msgspec.structs.replace(page, cursor=cursor, full=last and since is None)

    def send(self, document: Document) -> Sent:
        """See `SendsDocuments.send`."""
        answer = self._http.send("POST", "/receipts", document, Receipt)
        return Sent(answer.id, str(answer.number))

    def find(self, document: Document) -> Sequence[Found]:
        """See `SendsDocuments.find`."""
        answer = self._http.get_or_none("/receipts", Receipt, {"reference": document.reference})
        return [Found(answer.id, str(answer.number))] if answer else []


def _page(rows: list[Row]) -> Page:
    articles: list[Article] = []
    barcodes: list[Barcode] = []
    bad: list[BadRow] = []
    for row in rows:
        number = row.article_number
        try:
            rate = int(row.vat)
            price = _with_vat(row.sales_price, rate)
        except ValueError:
            bad.append(BadRow(f"Artikel {number}", "Pris eller moms är inget tal."))
            continue
        name = row.description
        if not name.isprintable():
            name = " ".join(name.split())
        articles.append(Article(number, name[:100], row.article_group, rate, price, 0, row.unit, row.active))
        if row.ean:
            barcodes.append(Barcode(row.ean, number))
    return Page(articles, bad, also={Register.BARCODES: barcodes})


def _with_vat(text: str, rate: int) -> Ore:
    """`"3605.65"` without VAT as öre with it, half up; never through a float."""
    if text[-3:-2] == ".":
        net = int(text[:-3] + text[-2:])
    else:
        kronor, _, part = text.partition(".")
        net = int(kronor + part.ljust(2, "0")[:2])
    return (net * (100 + rate) + 50) // 100


def _open(session: Session[BenchSettings]) -> Connector:
    return Bench(session)


DESCRIPTION = Description(
    name="bench",
    title="Bänken",
    settings=BenchSettings,
    capabilities=Capabilities(
        fetches=frozenset({Register.ARTICLES}),
        delta=frozenset({Register.ARTICLES}),
        along={Register.BARCODES: Register.ARTICLES},
        sends=frozenset({DocumentKind.VOUCHER, DocumentKind.INVOICE}),
        lookup=Lookup.BY_REFERENCE,
    ),
    open=_open,
)
