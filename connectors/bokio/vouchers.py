"""Journal entries: sent once, found again, read back, reversed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from connectors.bokio import answers, documents, registers
from connectors.bokio.books import Books
from connectors.bokio.errors import NOT_REVERSIBLE, SYSTEM
from connectors.wire.answers import strange
from synccenter.contract.connector import Booked, Delivered, Found, Sent, debit
from synccenter.contract.model import Ore, Posting, Voucher

_LIST = "/journal-entries"

_NO_TAGS: Sequence[Mapping[str, str]] = ({}, {})


class Vouchers:
    """The journal entries of one company."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def send(self, document: Voucher) -> Sent:
        """Book it. Everything that can fail is looked up first."""
        self._books.open_year(document.date)
        self._books.ensure_accounts({row.account for row in document.postings if row.amount})
        body = documents.journal_entry(document, self._books.tag)
        return _sent(self._books.write("POST", _LIST, body, answers.Entry))

    def find(self, reference: str) -> list[Found]:
        """All that carry the reference and stand in the books: one that is reversed does not."""
        return [
            Found(entry.id, entry.journal_entry_number or "", registers.day(entry.date), debit_of(entry))
            for entry in self.carrying(reference)
        ]

    def carrying(self, reference: str) -> list[answers.Entry]:
        """The journal entries whose title begins with this and that are not undone."""
        found = self._books.certain(_LIST, answers.Entry, f"title~{reference}")
        return [entry for entry in found if documents.carries(entry.title, reference) and not entry.undone]

    def book(self, body: documents.Body) -> None:
        """Book an entry that belongs to something else."""
        self._books.write("POST", _LIST, body, answers.Entry)

    def read_back(self, sent: Sequence[tuple[Delivered, Voucher]]) -> Iterator[Booked]:
        """The entries of their days, then by id whatever was moved to another day."""
        if not sent:
            return
        by_id = {one.external_id: document.reference for one, document in sent if one.external_id}
        references = {document.reference for _, document in sent}
        named = any(row.cost_centre or row.project for _, document in sent for row in document.postings)
        tags = [{tag.id: tag.name or "" for tag in self._books.tags(one)} if named else {} for one in (1, 6)]
        days = [document.date for _, document in sent]
        first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=1)
        for entry in self._books.certain(_LIST, answers.Entry, f"date>{first}&&date<{last}"):
            reference = by_id.pop(entry.id, None) or (entry.title or "").partition(" ")[0]
            if reference in references and not entry.undone:
                yield _booked(entry, reference, tags)
        for external_id, reference in by_id.items():
            there = self._books.get_or_none(f"{_LIST}/{external_id}", answers.Entry)
            if there and not there.undone:
                yield _booked(there, reference, tags)

    def every(self, first: date, last: date) -> Iterator[Booked]:
        """Every entry of these days that is not undone."""
        days = f"date>{first - timedelta(days=1)}&&date<{last + timedelta(days=1)}"
        for entry in self._books.certain(_LIST, answers.Entry, days):
            if not entry.undone:
                yield _booked(entry, entry.title or "")

    def between(self, first: date, last: date) -> dict[str, answers.Entry]:
        """Every journal entry between two days (neither of them among these), by its id."""
        found = self._books.certain(_LIST, answers.Entry, f"date>{first}&&date<{last}")
        return {entry.id: entry for entry in found}

    def one(self, entry_id: str) -> answers.Entry | None:
        """A journal entry by its id; None when it is not there."""
        return self._books.get_or_none(f"{_LIST}/{entry_id}", answers.Entry)

    def reverse(self, sent: Delivered) -> Sent:
        """Book the opposite of one of ours; asked again it tells of the entry that was made. Raises BOK20."""
        path = f"{_LIST}/{sent.external_id}"
        there = self._books.get_or_none(path, answers.Entry) if sent.external_id else None
        if there is None or not documents.carries(there.title, sent.document.reference):
            raise NOT_REVERSIBLE.error(item=sent.document.reference)
        if there.reversed_by_journal_entry_id:
            return _sent(self._books.get(f"{_LIST}/{there.reversed_by_journal_entry_id}", answers.Entry))
        return _sent(self._books.act(f"{path}/reverse", answers.Entry))


def debit_of(entry: answers.Entry) -> Ore:
    """The sum of the debit rows."""
    return debit(_postings(entry.items or ()))


def rows_of(entry: answers.Entry) -> list[Posting]:
    """Its rows, debit positive."""
    return list(_postings(entry.items or ()))


def _sent(entry: answers.Entry) -> Sent:
    return Sent(entry.id, entry.journal_entry_number or "")


def _booked(entry: answers.Entry, reference: str, tags: Sequence[Mapping[str, str]] = _NO_TAGS) -> Booked:
    """`tags`: the names of cost centres, and of projects, by the id of their tag; empty where nobody asks."""
    return Booked(
        reference=reference,
        external_id=entry.id,
        number=entry.journal_entry_number or "",
        date=registers.day(entry.date),
        postings=tuple(_postings(entry.items or (), tags)),
        dimensions=any(tags),
    )


def _postings(rows: Iterable[answers.EntryRow], tags: Sequence[Mapping[str, str]] = _NO_TAGS) -> Iterator[Posting]:
    for row in rows:
        centre, project = (
            next((names[one.tag_id] for one in row.tags or () if one.tag_id in names), "") for names in tags
        )
        try:
            amount = registers.ore(row.debit) - registers.ore(row.credit)
            yield Posting(row.account, amount, cost_centre=centre, project=project)
        except ValueError as error:
            raise strange(SYSTEM, str(error)) from None
