"""The one business system for tests of the engine: in memory, with faults to switch, and lists to check if asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from queue import Queue
from typing import Annotated

from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.asked import Demands
from synccenter.contract.connector import (
    AnyDescription,
    Attachment,
    BadRow,
    BankAccount,
    Booked,
    Capabilities,
    CompanyFacts,
    Connector,
    Delivered,
    Description,
    FiscalYear,
    Found,
    Lookup,
    Page,
    Sent,
    Session,
    Term,
)
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.finding import Finding, Severity
from synccenter.contract.model import (
    Account,
    Article,
    CustomerChange,
    Document,
    DocumentKind,
    Invoice,
    InvoiceRow,
    Order,
    Register,
    RegisterRow,
    Voucher,
)
from synccenter.contract.options import Option, Secret


class PlainSettings(Struct, frozen=True):
    """The system asks for nothing."""


class ListingSettings(Struct, frozen=True):
    """The system that has lists wants something that a person must have filled in."""

    key: Annotated[Secret, Option(label="Nyckel", help="Nyckel.")] = None


@dataclass
class Facts:
    """What the business system's lists tell."""

    company: CompanyFacts = field(default_factory=lambda: CompanyFacts("Demobutiken AB", "556677-8899"))
    accounts: list[Account] = field(default_factory=list)
    years: list[FiscalYear] = field(default_factory=lambda: [FiscalYear(date(2026, 1, 1), date(2026, 12, 31))])
    locked_to: date | None = None
    series: list[Term] = field(default_factory=list)
    cost_centres: list[Term] = field(default_factory=list)
    projects: list[Term] = field(default_factory=list)
    vat_codes: list[Term] = field(default_factory=list)
    bank_accounts: list[BankAccount] = field(default_factory=list)
    demands: dict[int, Demands] = field(default_factory=dict)
    troubled: dict[str, Problem] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)
    """What the connector's own check finds."""
    lacking: dict[tuple[int, int], Problem] = field(default_factory=dict)
    """By account and VAT rate, what a row there would be refused for."""
    rows_looked_at: list[InvoiceRow] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)
    """The customers that were asked about."""
    picks: list[CompanyFacts] = field(default_factory=list)
    """Where there are some, a person must sign in."""
    check: Callable[[], None] = lambda: None
    fetch: Callable[[], None] = lambda: None


@dataclass
class Books:
    """The business system: what stands in it, and how it misbehaves.

    `faults` are taken one per send: a callable that may raise before or after `commit()` is called.
    """

    vouchers: dict[str, list[Document]] = field(default_factory=dict)
    faults: list[Callable[[Document, Callable[[], None]], None]] = field(default_factory=list)
    registers: dict[Register, Sequence[RegisterRow]] = field(default_factory=dict)
    unreadable: dict[Register, list[BadRow]] = field(default_factory=dict)
    refuse: Callable[[Document], Problem | None] = lambda _document: None
    facts: Facts | None = None
    reverses: bool = False
    attaches: bool = False
    files: dict[str, list[Attachment]] = field(default_factory=dict)
    """The files that stand with the voucher of an id."""
    file_faults: list[Callable[[Callable[[], None]], None]] = field(default_factory=list)
    """Taken one per file, as `faults` are."""
    file_tries: int = 0
    sends: int = 0
    finds: int = 0
    read: list[str] = field(default_factory=list)
    others: list[Booked] = field(default_factory=list)
    """What others have booked: an import, another link, a person."""
    drafts: set[str] = field(default_factory=set)
    """What stands there and is not booked."""
    looked_through: list[tuple[date, date]] = field(default_factory=list)
    names: bool = False
    """Its lists tell references, whoever's they are."""
    listed: list[tuple[DocumentKind, date, date]] = field(default_factory=list)
    look_through: Callable[..., object] = lambda *_: None

    def count(self) -> int:
        """How many documents stand there."""
        return sum(len(documents) for documents in self.vouchers.values())

    def doubled(self) -> list[str]:
        """References that stand there more than once."""
        return [reference for reference, documents in self.vouchers.items() if len(documents) > 1]


class MemoryConnector:
    """Speaks with `Books`."""

    def __init__(self, books: Books, session: Session[Struct]) -> None:
        self._books = books
        self._session = session

    def check(self) -> Iterable[Finding]:
        return [Finding(Severity.GREEN, "Förbindelsen fungerar")]

    def close(self) -> None:
        """Nothing to let go of."""

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        rows = self._books.registers.get(register, ())
        bad = self._books.unreadable.get(register, ())
        cursor = str(hash((tuple(rows), tuple(bad))))
        if since == cursor:
            yield Page((), cursor=cursor)
        else:
            yield Page(rows, bad, cursor=cursor, full=True)

    def send(self, document: Document) -> Sent:
        self._session.guard()
        self._books.sends += 1
        problem = self._books.refuse(document)
        if problem:
            raise SyncError(problem)

        def commit() -> None:
            self._books.vouchers.setdefault(document.reference, []).append(document)

        if self._books.faults:
            self._books.faults.pop(0)(document, commit)
        else:
            commit()
        number = len(self._books.vouchers.get(document.reference, ())) - 1
        return Sent(id_of(document, number), f"V{self._books.count()}")

    def find(self, document: Document) -> Sequence[Found]:
        self._books.finds += 1
        there = self._books.vouchers.get(document.reference, [])
        if isinstance(document, CustomerChange):  # it stands there when the customer has all of it
            there = [one for one in there[-1:] if isinstance(one, CustomerChange) and one.customer == document.customer]
        return [Found(id_of(one, number), date=date_of(one)) for number, one in enumerate(there)]

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        for one in sent:
            reference = one.document.reference
            self._books.read.append(reference)
            for number, document in enumerate(self._books.vouchers.get(reference, ())):
                draft = reference in self._books.drafts
                yield replace(booked_as(document, id_of(document, number)), draft=draft)

    def vouchers(self, first: date, last: date, known: Collection[str]) -> Iterator[Booked]:
        self._books.look_through(first, last)
        self._books.looked_through.append((first, last))
        for reference, documents in self._books.vouchers.items():
            for number, one in enumerate(documents):
                if isinstance(one, Voucher) and first <= one.date <= last:
                    yield replace(booked_as(one, id_of(one, number)), reference=f"{reference} {one.text}")
        yield from (one for one in self._books.others if one.date and first <= one.date <= last)


class NamingConnector(MemoryConnector):
    """Whose lists tell what stands there, whoever sent it."""

    def documents(self, kind: DocumentKind, first: date, last: date) -> Iterator[Booked]:
        self._books.listed.append((kind, first, last))
        for documents in self._books.vouchers.values():
            for number, one in enumerate(documents):
                if KINDS[type(one)] is kind and first <= date_of(one) <= last:
                    yield booked_as(one, id_of(one, number))


class ReversingConnector(MemoryConnector):
    """Whose books can undo a voucher by its opposite."""

    def reverse(self, sent: Delivered) -> Sent:
        self._session.guard()
        self._books.vouchers.pop(sent.document.reference, None)
        return Sent(f"reversed-{sent.external_id}", "V99")


class AttachingConnector(MemoryConnector):
    """Whose books take a file with a voucher; one that is there is not put there again."""

    def attach(self, sent: Delivered, file: Attachment, stored: Callable[[str], None]) -> None:
        self._session.guard()
        self._books.file_tries += 1
        there = self._books.files.setdefault(sent.external_id, [])
        if (file.tried or file.doubtful) and any(one.name == file.name for one in there):
            return

        def commit() -> None:
            stored(f"fil-{file.name}")
            there.append(file)

        if self._books.file_faults:
            self._books.file_faults.pop(0)(commit)
        else:
            commit()


KINDS = {
    Voucher: DocumentKind.VOUCHER,
    Invoice: DocumentKind.INVOICE,
    Order: DocumentKind.ORDER,
    CustomerChange: DocumentKind.CUSTOMER,
}


def id_of(document: Document, number: int) -> str:
    """What a document is known by there."""
    return f"id-{document.reference}" + (f"-{number + 1}" if number else "")


def date_of(document: Document) -> date:
    """The day a document is booked on."""
    return document.date if isinstance(document, Voucher | Invoice) else document.at.date()


def booked_as(document: Document, external_id: str) -> Booked:
    """A document as it reads back from books that hold it unchanged."""
    known = Booked(reference=document.reference, external_id=external_id, date=date_of(document))
    if isinstance(document, Voucher):
        return replace(known, postings=document.postings)
    if isinstance(document, Invoice):
        total = sum(row.amount for row in document.rows) + document.rounding
        return replace(known, total=total, customer=document.customer)
    return known


def lost_before(_document: Document, _commit: Callable[[], None]) -> None:
    """The request never arrived, and we cannot know that."""
    raise catalogue.ANSWER_LOST.error(uncertain=True)


def lost_after(_document: Document, commit: Callable[[], None]) -> None:
    """It was booked, but the answer was lost."""
    commit()
    raise catalogue.ANSWER_LOST.error(uncertain=True)


def not_reached(_document: Document, _commit: Callable[[], None]) -> None:
    """The network is down: certain that nothing was booked."""
    raise catalogue.NO_NETWORK.error(host="bokforing.example")


class ListingConnector(MemoryConnector):
    """The business system in memory, with lists to check against."""

    def __init__(self, books: Books, facts: Facts, session: Session[Struct]) -> None:
        super().__init__(books, session)
        self.facts = facts
        self.session = session

    def check(self) -> list[Finding]:
        self.facts.check()
        return [Finding(Severity.GREEN, "Förbindelsen fungerar"), *self.facts.found]

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        self.facts.fetch()
        return super().fetch(register, since)

    def company(self) -> CompanyFacts:
        return self.facts.company

    def accounts(self, on: date) -> list[Account]:
        return self.facts.accounts

    def fiscal_years(self) -> list[FiscalYear]:
        return self.facts.years

    def locked_to(self) -> date | None:
        return self.facts.locked_to

    def voucher_series(self) -> list[Term]:
        return self.facts.series

    def cost_centres(self) -> list[Term]:
        return self.facts.cost_centres

    def projects(self) -> list[Term]:
        return self.facts.projects

    def vat_codes(self) -> list[Term]:
        return self.facts.vat_codes

    def bank_accounts(self) -> list[BankAccount]:
        return self.facts.bank_accounts

    def demands(self, on: date) -> dict[int, Demands]:
        return self.facts.demands

    def look_at_buyers(self, numbers: Sequence[str]) -> dict[str, Problem]:
        self.facts.looked_at += numbers
        return {number: problem for number, problem in self.facts.troubled.items() if number in numbers}

    def look_at_rows(self, rows: Sequence[InvoiceRow]) -> list[Problem | None]:
        self.facts.rows_looked_at += rows
        return [self.facts.lacking.get((row.account, row.vat_rate)) for row in rows]


class SigningConnector(ListingConnector):
    """A person signs in, and picks a company in the browser: the first of `Facts.picks`."""

    def sign_in(self, open_page: Callable[[str], object], pasted: Queue[str] | None = None) -> None:
        open_page("https://bokforing.example/sign-in")
        self.facts.company = self.facts.picks.pop(0)

    def sign_out(self) -> None:
        self.facts.company = CompanyFacts("")


def describe(
    books: Books,
    name: str = "memory",
    title: str = "Minnessystemet",
    *,
    lookup: Lookup = Lookup.BY_REFERENCE,
    settle: float = 0.0,
    sends: frozenset[DocumentKind] = frozenset(DocumentKind),
    fetches: frozenset[Register] = frozenset({Register.ARTICLES}),
) -> AnyDescription:
    """The system as a registry knows it."""

    def opened(session: Session[Struct]) -> Connector:
        if books.reverses:
            return ReversingConnector(books, session)
        if books.names:
            return NamingConnector(books, session)
        if books.attaches:
            return AttachingConnector(books, session)
        if books.facts is None:
            return MemoryConnector(books, session)
        return (SigningConnector if books.facts.picks else ListingConnector)(books, books.facts, session)

    return Description(
        name=name,
        title=title,
        settings=ListingSettings if books.facts else PlainSettings,
        capabilities=Capabilities(
            fetches=fetches,
            delta=fetches,
            sends=sends,
            lookup=lookup,
            settle_seconds=settle,
            lists_all_series=books.facts is not None,
            pays_in_rows=True,
            attaches=True,  # the object says whether it can
            listed=frozenset({DocumentKind.VOUCHER, DocumentKind.INVOICE}),  # as above
        ),
        open=opened,
    )


def articles(count: int, *, price: int = 1000) -> list[Article]:
    return [Article(str(number), f"Vara {number}", price=price) for number in range(1, count + 1)]
