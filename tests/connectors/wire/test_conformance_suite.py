"""The suite itself: a good connector passes every case, and whoever breaks a rule is caught."""

from __future__ import annotations

import contextlib
import itertools
import socket
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from synccenter.contract import catalogue
from synccenter.contract.connector import Booked, Connector, Delivered, Found, Page, Sent, Session
from synccenter.contract.errors import Reach, SyncError
from synccenter.contract.model import Article, Document, DocumentKind, Posting, Register, Voucher
from tests.conformance import suite as conformance
from tests.worlds.books import date_of
from tests.worlds.fakes import toy
from tests.worlds.fakes.toy_system import ToyRig
from tests.worlds.session import Surroundings


@pytest.mark.parametrize("case", conformance.cases(ToyRig), ids=str)
def test_the_guides_example_conforms(case: conformance.Case, tmp_path: Path) -> None:
    case.run(ToyRig, tmp_path)


def test_there_are_at_least_sixty_cases_even_for_the_smallest_connector() -> None:
    assert len(conformance.cases(ToyRig)) >= 60


class StopsEarly(toy.Toy):
    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        yield replace(next(super().fetch(register, since)), full=True)


class NeverWhole(toy.Toy):
    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        for page in super().fetch(register, since):
            yield replace(page, full=False)


class TakesDeletedForThere(toy.Toy):
    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        for page in super().fetch(register, since):
            yield replace(page, rows=[*page.rows, Article("A2", "Kvar")] if page.full else page.rows)


class OwnClock(toy.Toy):
    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        for page in super().fetch(register, since):
            yield replace(page, cursor=self._session.clock().isoformat() if page.cursor else None)


class LocalTime(toy.Toy):
    """Takes the time of our own zone for UTC."""

    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        now = self._session.clock().replace(tzinfo=UTC)
        for page in super().fetch(register, since):
            yield replace(page, cursor=now.isoformat() if page.cursor else None)


class NoOverlap(toy.Toy):
    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        for page in super().fetch(register, since):
            later = page.cursor.replace("+00:00", "-00:02") if page.cursor else None
            yield replace(page, cursor=later)


class AlwaysEverything(toy.Toy):
    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        list(super().fetch(register, None))
        yield from super().fetch(register, since)


class NoCursor(toy.Toy):
    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        for page in super().fetch(register, since):
            yield replace(page, cursor=None)


class TriesAgain(toy.Toy):
    def send(self, document: Document) -> Sent:
        try:
            return super().send(document)
        except SyncError:
            return super().send(document)


class SaysCertain(toy.Toy):
    def send(self, document: Document) -> Sent:
        try:
            return super().send(document)
        except SyncError as error:
            error.uncertain = False
            raise


class SaysUncertain(toy.Toy):
    def send(self, document: Document) -> Sent:
        try:
            return super().send(document)
        except SyncError as error:
            error.uncertain = True
            raise


class FindsByBeginning(toy.Toy):
    def find(self, document: Document) -> Sequence[Found]:
        found = self._http.get("/sales", toy.Sales, {"reference": document.reference}).rows
        return [Found(sale.id, date=date.fromisoformat(sale.day)) for sale in found]


class FindsNothing(toy.Toy):
    def find(self, document: Document) -> Sequence[Found]:
        return []


class FindsEverything(toy.Toy):
    def find(self, document: Document) -> Sequence[Found]:
        return [Found("S1", date=date_of(document))]


class FindsTheFirst(toy.Toy):
    def find(self, document: Document) -> Sequence[Found]:
        return super().find(document)[:1]


class FindsOnTheFirstPage(toy.Toy):
    """Looks its own up in the day's list, and no further than the first page of it."""

    def find(self, document: Document) -> Sequence[Found]:
        day = date_of(document).isoformat()
        rows = self._http.get("/sales", toy.Sales, {"from": day, "to": day, "page": 1, "size": toy.ROWS}).rows
        return [Found(sale.id, date=date_of(document)) for sale in rows if sale.reference == document.reference]


class FindsTheLatest(toy.Toy):
    """The same from the other end of the list."""

    def find(self, document: Document) -> Sequence[Found]:
        rows = list(self._sales_of([Delivered(document)]))[-toy.ROWS :]
        return [Found(sale.id, date=date_of(document)) for sale in rows if sale.reference == document.reference]


class ReadsBackTheFirstPage(toy.Toy):
    def _sales_of(self, sent: Iterable[Delivered]) -> Iterator[toy.Sale]:
        yield from itertools.islice(super()._sales_of(sent), toy.ROWS)


class FindsByAmount(toy.Toy):
    """Two cups of coffee on the same day are one to it."""

    def find(self, document: Document) -> Sequence[Found]:
        assert isinstance(document, Voucher)
        wanted = sum(row.amount for row in document.postings if row.amount > 0)
        return [
            Found(sale.id, date=document.date)
            for sale in self._sales_of([Delivered(document)])
            if sum(amount for _, amount in sale.rows if amount > 0) == wanted
        ]


MEMORY: dict[str, Sent] = {}


class Remembers(toy.Toy):
    """Asks its own memory what stands there."""

    def send(self, document: Document) -> Sent:
        MEMORY[document.reference] = super().send(document)
        return MEMORY[document.reference]

    def find(self, document: Document) -> Sequence[Found]:
        sent = MEMORY.get(document.reference)
        return [Found(sent.external_id, date=date_of(document))] if sent else []


class ReadsBackWhatWasMeant(toy.Toy):
    """Finds what stands there, and tells of each what it should have been."""

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        given = list(sent)
        meant = {one.document.reference: one.document for one in given}
        for booked in super().read_back(given):
            document = meant[booked.reference]
            assert isinstance(document, Voucher)
            yield replace(booked, postings=document.postings, date=document.date)


class ReadsBackTwoAsOne(toy.Toy):
    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        yield from {booked.reference: booked for booked in super().read_back(sent)}.values()


class TakesRefusedForSent(toy.Toy):
    def send(self, document: Document) -> Sent:
        try:
            return super().send(document)
        except SyncError as error:
            if error.uncertain:
                raise
            return Sent("S0", "0")


class TakesDraftsForBooked(toy.Toy):
    def find(self, document: Document) -> Sequence[Found]:
        return [replace(hit, draft=False) for hit in super().find(document)]


class ProvesByDrafts(toy.Toy):
    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        for booked in super().read_back(sent):
            yield replace(booked, draft=False)


class ReadsBackWrong(toy.Toy):
    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        for booked in super().read_back(sent):
            yield replace(booked, postings=(Posting(1910, 1), Posting(3001, -1)))


class GoesByTheText(toy.Toy):
    """Stores the text and looks for the reference: in the suite's own documents they may be the same."""

    def send(self, document: Document) -> Sent:
        assert isinstance(document, Voucher)
        return super().send(replace(document, reference=document.text))


class ReadsBackByIdOnly(toy.Toy):
    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        given = list(sent)
        ids = {one.external_id for one in given}
        yield from (booked for booked in super().read_back(given) if booked.external_id in ids)


class TakesLastYearsForOurs(toy.Toy):
    """Never looks at the date that stands there."""

    def find(self, document: Document) -> Sequence[Found]:
        return [replace(hit, date=date_of(document)) for hit in super().find(document)]

    def read_back(self, sent: Iterable[Delivered]) -> Iterator[Booked]:
        for one in sent:
            for hit in super().find(one.document):
                for booked in super().read_back([Delivered(one.document, hit.external_id)]):
                    yield replace(booked, date=date_of(one.document))


class SaysOne(toy.Toy):
    """What concerns everything is told as one document's fault: a POST each, and each is parked."""

    def send(self, document: Document) -> Sent:
        try:
            return super().send(document)
        except SyncError as error:
            raise SyncError(replace(error.problem, reach=Reach.ONE), uncertain=error.uncertain) from error


class CannotReadBack(toy.Toy):
    read_back = None  # type: ignore[assignment]


class IgnoresTheLease(toy.Toy):
    def __init__(self, session: Session[toy.ToySettings]) -> None:
        super().__init__(replace(session, guard=lambda: None))


class IgnoresAvbryt(toy.Toy):
    def __init__(self, session: Session[toy.ToySettings]) -> None:
        super().__init__(replace(session, cancel=Surroundings(Path()).cancel))


class CrashesOnDirt(toy.Toy):
    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        items = self._http.get("/items", toy.Items, {"page": 1, "size": toy.ROWS, "since": since or ""})
        rows = [Article(str(row["number"]), str(row["name"]) + "", price=row["price"] + 0) for row in items.rows]  # type: ignore[operator]
        yield Page(rows, cursor=items.now, full=True)


class DropsDirtSilently(toy.Toy):
    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        for page in super().fetch(register, since):
            yield replace(page, bad=())


class LetsForeignErrorsOut(toy.Toy):
    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        try:
            yield from super().fetch(register, since)
        except SyncError as error:
            raise ConnectionError(str(error)) from error


class HidesTheUnknown(toy.Toy):
    def send(self, document: Document) -> Sent:
        try:
            return super().send(document)
        except SyncError as error:
            raise catalogue.UNEXPECTED.error(uncertain=error.uncertain) from error


class WritesSecretsDown(toy.Toy):
    def send(self, document: Document) -> Sent:
        self._session.debug(f"POST /sales X-Key: {self._session.secrets.get('key')}")
        return super().send(document)


class ForgesRows(toy.Toy):
    def send(self, document: Document) -> Sent:
        self._session.debug(f"sending {document.text}\nFEL! nothing")  # type: ignore[union-attr]
        return super().send(document)


class CallsHome(toy.Toy):
    def check(self) -> Any:
        with contextlib.suppress(OSError), socket.socket() as line:
            line.settimeout(0.1)
            line.connect(("127.0.0.2", 9))
        return super().check()


class ChecksByBooking(toy.Toy):
    def check(self) -> Any:
        self._http.send("POST", "/sales", {"reference": "test", "day": "2026-01-01", "rows": []}, toy.Sale)
        return super().check()


class ClosesOnce(toy.Toy):
    closed = False

    def close(self) -> None:
        assert not self.closed
        self.closed = True


class NoPace(toy.Toy):
    def fetch(self, register: Register, since: str | None) -> Iterator[Page]:
        fresh = toy.Toy(self._session)  # a new pacer each time
        yield from fresh.fetch(register, since)


class TextRig(ToyRig):
    """A rig whose documents say no more than their reference, and that counts by how a text begins."""

    def document(self, kind: DocumentKind, number: int = 1) -> Document:
        document = super().document(kind, number)
        return replace(document, text=document.reference)

    def books(self, document: Document) -> int:
        texts = [f"{sale['reference']} " for sale in self.system.sales]
        return sum(text.startswith(f"{document.reference} ") for text in texts)


RIGS = {GoesByTheText: TextRig}

LOST = "nothing is doubled or lost when now and then: the line drops after the request took effect"
BREAKERS = {
    StopsEarly: "articles: every row arrives, to the last",
    NeverWhole: "articles: every row arrives, to the last",
    TakesDeletedForThere: "articles: a deleted row is found by the full compare",
    OwnClock: "articles: our clock being wrong loses nothing",
    LocalTime: "articles: our time zone being another loses nothing",
    NoOverlap: "articles: a change in the very second of the cursor arrives",
    AlwaysEverything: "articles: nothing new takes at most one request and gives a cursor",
    NoCursor: "articles: nothing new takes at most one request and gives a cursor",
    TriesAgain: "voucher: exactly once when each answer in turn is: the line drops after the request took effect",
    SaysCertain: "voucher: exactly once when each answer in turn is: half the answer arrives",
    SaysUncertain: "voucher: certain that nothing was booked: 403",
    FindsByBeginning: "voucher: a longer reference with the same beginning is another",
    FindsNothing: "voucher: is found afterwards",
    FindsEverything: "voucher: is not found before it is sent",
    FindsTheFirst: "voucher: sent twice by hand it is found as often as it stands there",
    ReadsBackWrong: "voucher: is read back",
    FindsOnTheFirstPage: "voucher: is found and read back among many",
    FindsTheLatest: "voucher: is found and read back among many",
    ReadsBackTheFirstPage: "voucher: is found and read back among many",
    FindsByAmount: "voucher: is found afterwards",
    Remembers: f"main job, voucher: {LOST}",
    ReadsBackWhatWasMeant: "voucher: is told as it stands there when its amounts are others",
    ReadsBackTwoAsOne: "main job, voucher: one that stands there twice is told by look-up and proof",
    TakesRefusedForSent: "voucher: certain that nothing was booked: 403",
    TakesDraftsForBooked: "voucher: is told as a draft while it is one",
    ProvesByDrafts: "voucher: is told as a draft while it is one",
    GoesByTheText: f"main job, voucher: {LOST}",
    ReadsBackByIdOnly: "main job, voucher: one that stands there twice is told by look-up and proof",
    TakesLastYearsForOurs: "main job, voucher: what stood there last year under its name is not ours",
    SaysOne: "main job, voucher: TOY02 concerns everything and is met once",
    CannotReadBack: "abilities: what it sends to the books it can read back",
    IgnoresTheLease: "voucher: a lost lease stops it before anything is changed",
    IgnoresAvbryt: "voucher: is not sent after Avbryt",
    CrashesOnDirt: "one bad row stops nothing: rows of the wrong types",
    DropsDirtSilently: "one bad row stops nothing: rows of nulls",
    LetsForeignErrorsOut: "a read ends in a clear error: a web page",
    HidesTheUnknown: "voucher: certain that nothing was booked: 400 that nobody has heard of",
    WritesSecretsDown: "voucher: is booked once",
    ForgesRows: "voucher: is booked once",
    CallsHome: "check is green on a healthy system",
    ChecksByBooking: "check changes nothing",
    ClosesOnce: "check is green on a healthy system",
    NoPace: "the limit is kept before it is hit",
}


@pytest.mark.parametrize(("breaker", "name"), BREAKERS.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_who_breaks_a_rule_is_caught(breaker: type[toy.Toy], name: str, tmp_path: Path) -> None:
    def open_breaker(session: Session[toy.ToySettings]) -> Connector:
        return breaker(session)

    class BrokenRig(RIGS.get(breaker, ToyRig)):  # type: ignore[misc]
        description = replace(toy.DESCRIPTION, open=open_breaker)

    case = next(one for one in conformance.cases(BrokenRig) if one.name == name)
    with pytest.raises(Exception):  # noqa: B017, PT011 - a case fails by assertion or by the foreign error itself
        case.run(BrokenRig, tmp_path)
