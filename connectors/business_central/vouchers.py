"""Vouchers: lines of a general journal, posted, found again in journal and ledger, and read back.

A voucher is found by the text of its entries, which begins with its reference, and by its document number. What is
posted is compared with what we meant, account for account, before it counts as sent (BC10).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from connectors.business_central import answers, documents, ledger, registers
from connectors.business_central.books import NO_CODES, Books, Codes
from connectors.business_central.errors import ITEM_UNKNOWN, NOT_REVERSIBLE, VAT_SPLIT
from connectors.business_central.journal import Line, check_vat, general
from connectors.business_central.ledger import Ledger
from connectors.business_central.note import Note
from connectors.dynamics.ledger import alive, nothing, vouchers
from connectors.dynamics.prices import ore
from connectors.wire.answers import strange
from synccenter.contract.connector import Booked, Delivered, Found, Sent
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Ore, Posting, Voucher

WAITING = "journal:"
"""What the id of a voucher begins with while it stands in the journal."""


class Vouchers:
    """The vouchers of one company."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._ledger = Ledger(books)
        self._note = Note(books.session)

    # --- sending -----------------------------------------------------------------------------------------------

    def send(self, document: Voucher) -> Sent:
        """Book it. Everything that can fail is looked up first."""
        bodies = self._bodies(document)
        self._ensure(document)
        check_vat(self._books)
        self._trap_is_cleared()
        general(self._books).post(document.reference, bodies)
        return self._booked_right(document)

    def _bodies(self, document: Voucher) -> list[documents.Body]:
        return documents.journal_lines(document, lambda project: self._books.dimension(project=project))

    def finish(self, document: Voucher, found: Found) -> Sent:  # noqa: ARG002 - the protocol's shape
        """Go on where it was cut short: lines that are missing are written, then all are posted."""
        return self.send(document)

    def _ensure(self, document: Voucher) -> None:
        """Raises BC16 for the first account that is missing, blocked or not for direct posting."""
        ensure_accounts(self._books, {row.account for row in document.postings if row.amount})

    def _booked_right(self, document: Voucher) -> Sent:
        """What was posted, if it is what we meant. Raises BC10, and keeps in mind that it happened."""
        try:
            alive = self._alive(document, self._ledger.of_day(document.reference, document.date))
        except SyncError as error:
            error.uncertain = True
            raise
        if not alive:
            raise strange("Business Central", "en bokförd journal utan transaktioner", uncertain=True)
        rows = alive[-1]
        wrong = _differences(document, rows)
        if wrong:
            raise self._split(document, rows, wrong)
        return Sent(str(rows[0].entry_number), rows[0].document_number)

    def _split(self, document: Voucher, rows: Sequence[answers.Entry], wrong: Iterable[int]) -> SyncError:
        """BC10, kept in mind."""
        accounts, journal = ", ".join(str(account) for account in sorted(wrong)), self._books.settings.journal
        self._note.write(str(rows[0].entry_number), accounts)
        return VAT_SPLIT.error(
            item=document.reference, number=rows[0].document_number, accounts=accounts, journal=journal, uncertain=True
        )

    def _trap_is_cleared(self) -> None:
        """After a voucher that came out wrong nothing is booked until it is reversed. Raises BC10."""
        entry, accounts = self._note.read()
        if not entry:
            return
        rows = self._ledger.document(entry)
        if nothing(ledger.keys(rows)):
            self._note.forget()
            return
        accounts = accounts or ", ".join(sorted({row.account_number for row in rows}))  # noted by an earlier version
        journal = self._books.settings.journal
        raise VAT_SPLIT.error(item="", number=rows[0].document_number, accounts=accounts, journal=journal)

    # --- undoing -----------------------------------------------------------------------------------------------

    def reverse(self, sent: Delivered) -> Sent:
        """Book the opposite through the same journal, on the same day; asked again it tells of it. Raises BC25."""
        document = sent.document
        assert isinstance(document, Voucher), "only vouchers are reversed"
        ours = Counter((str(row.account), row.amount) for row in document.postings if row.amount)
        opposite = Counter((account, -amount) for account, amount in ours.elements())
        rows = self._ledger.of_day(document.reference, document.date)
        if Counter(ledger.keys(rows)) == ours:
            check_vat(self._books)
            bodies = [body | {"amount": -body["amount"]} for body in self._bodies(document)]
            general(self._books).post(document.reference, bodies)
            rows = self._ledger.of_day(document.reference, document.date)
            if not nothing(ledger.keys(rows)):
                raise self._split(document, rows, {int(key[0]) for key in ours})
        if Counter(ledger.keys(rows)) != ours + opposite:
            raise NOT_REVERSIBLE.error(item=document.reference)
        made = rows[len(rows) // 2]  # by their numbers: first what was sent, then what undid it
        return Sent(str(made.entry_number), made.document_number)

    # --- finding -----------------------------------------------------------------------------------------------

    def find(self, document: Voucher) -> list[Found]:
        """All that carry the reference: posted ones of every year, and lines that wait in the journal."""
        reference, found = document.reference, list[Found]()
        for rows in _documents(self._ledger.carrying(reference)):
            for one in self._alive(document, rows):
                total = sum(max(0, ledger.amount(row)) for row in one)
                found.append(Found(str(one[0].entry_number), one[0].document_number, ledger.day(one[0]), total))
        days: dict[str, list[Line]] = {}
        for line in general(self._books).lines(reference):
            days.setdefault(line.posting_date, []).append(line)
        for day, lines in days.items():
            total = sum(max(0, ore(line.amount)) for line in lines)
            external_id = WAITING + lines[0].document_number
            found.append(
                Found(external_id, lines[0].document_number, registers.day(day), total, draft=True, unfinished=True)
            )
        return found

    def _alive(self, document: Voucher, rows: Sequence[answers.Entry]) -> list[list[answers.Entry]]:
        wanted = [(str(row.account), row.amount) for row in document.postings if row.amount]
        return vouchers(rows, ledger.keys(rows), wanted)

    # --- reading back ------------------------------------------------------------------------------------------

    def read_back(self, sent: Sequence[tuple[Delivered, Voucher]]) -> Iterator[Booked]:
        """The vouchers of their days, then by id whatever was moved or renamed, then what waits in the journal."""
        if not sent:
            return
        days = [document.date for _, document in sent]
        first, last = min(days), max(days)
        codes = self._books.codes_of(row for _, document in sent for row in document.postings)
        groups = self._groups(first, last, codes)
        met: set[str] = set()
        for document in {one.reference: one for _, one in sent}.values():
            mine = [one for one in groups.get(document.reference.upper(), ()) if ledger.is_of(one, document.reference)]
            met |= {str(one.entry_number) for one in mine}
            for rows in _documents(sorted(mine, key=lambda row: row.entry_number)):
                for one in self._alive(document, rows):
                    yield _as_booked(document, one, codes)
        for delivered, document in sent:
            if delivered.external_id.isdigit() and delivered.external_id not in met:
                yield from self._by_id(document, delivered.external_id, codes)
        yield from self._waiting([document for _, document in sent])

    def every(self, first: date, last: date) -> Iterator[Booked]:
        """Every document of these days that is not undone: its entries under one number and day."""
        for rows in _documents(self._ledger.between(first, last)):
            if not nothing(ledger.keys(rows)):
                yield _listed(rows[0].description, rows)

    def documents(self, first: date, last: date) -> Iterator[Booked]:
        """All that `find` could find of these days, under each name that it would be found by."""
        for name, mine in self._groups(first, last).items():
            for rows in _documents(sorted(mine, key=lambda row: row.entry_number)):
                if not nothing(ledger.keys(rows)):
                    yield _listed(name, rows)
        waiting: dict[tuple[str, str], list[Line]] = {}
        for line in general(self._books).lines():
            waiting.setdefault((line.document_number, line.posting_date), []).append(line)
        for (number, day), lines in waiting.items():
            on = registers.day(day)
            if first <= (on or first) <= last:
                postings = tuple(map(_posting, lines))
                yield Booked(
                    reference=number,
                    external_id=WAITING + number,
                    number=number,
                    date=on,
                    postings=postings,
                    draft=True,
                )

    def _groups(self, first: date, last: date, codes: Codes = NO_CODES) -> dict[str, list[answers.Entry]]:
        """The entries of some days, by the reference that they may carry: their text's first word, or their number."""
        found: dict[str, list[answers.Entry]] = {}
        for row in self._ledger.between(first, last, codes):
            if row.description.startswith(f"{documents.PAYMENT} "):
                continue
            named = {row.description.partition(" ")[0].upper(), row.document_number.upper()}
            for name in named:
                found.setdefault(name, []).append(row)
        return found

    def _by_id(self, document: Voucher, external_id: str, codes: Codes) -> Iterator[Booked]:
        """A voucher by its first entry, whatever it says now."""
        rows = self._ledger.document(external_id, codes)
        for one in self._alive(document, rows):
            if str(one[0].entry_number) == external_id:
                yield _as_booked(document, one, codes)

    def _waiting(self, wanted: Sequence[Voucher]) -> Iterator[Booked]:
        """What stands in the journal and is not in the books."""
        by_number: dict[str, list[Line]] = {}
        for line in general(self._books).lines():
            by_number.setdefault(line.document_number.upper(), []).append(line)
        for document in wanted if by_number else ():
            lines = by_number.get(documents.code(document.reference), [])
            if lines:
                yield Booked(
                    reference=document.reference,
                    external_id=WAITING + lines[0].document_number,
                    number=lines[0].document_number,
                    date=registers.day(lines[0].posting_date),
                    postings=tuple(_posting(line) for line in lines),
                    draft=True,
                )


def ensure_accounts(books: Books, wanted: set[int]) -> None:
    """Raises BC16 for the first of these accounts that cannot be booked on."""
    usable = {one.number for one in registers.chart(books.accounts) if one.active}
    for account in sorted(wanted - usable):
        raise ITEM_UNKNOWN.error(kind="Konto", number=account, place="Kontoplan")


def _documents(rows: Iterable[answers.Entry]) -> list[Sequence[answers.Entry]]:
    """Entries as documents: one number and day each, without those of a day that undo each other."""
    found: dict[tuple[str, str], list[answers.Entry]] = {}
    for row in rows:
        found.setdefault((row.document_number, row.posting_date), []).append(row)
    days: dict[str, list[list[answers.Entry]]] = {}
    for (_, day), some in found.items():
        days.setdefault(day, []).append(some)
    return [one for some in days.values() for one in alive(some, ledger.keys)]


def _differences(document: Voucher, rows: Sequence[answers.Entry]) -> dict[int, Ore]:
    sums: dict[int, Ore] = {}
    for sign, some in ((1, document.postings), (-1, ledger.postings(rows))):
        for row in some:
            sums[row.account] = sums.get(row.account, 0) + sign * row.amount
    return {account: left for account, left in sorted(sums.items()) if left}


def _listed(reference: str, rows: Sequence[answers.Entry]) -> Booked:
    return Booked(
        reference=reference,
        external_id=str(min(row.entry_number for row in rows)),
        number=rows[0].document_number,
        date=ledger.day(rows[0]),
        postings=ledger.postings(rows),
    )


def _as_booked(document: Voucher, rows: Sequence[answers.Entry], codes: Codes) -> Booked:
    return Booked(
        reference=document.reference,
        external_id=str(rows[0].entry_number),
        number=rows[0].document_number,
        date=ledger.day(rows[0]),
        postings=ledger.postings(rows, codes),
        dimensions=ledger.tells(rows, codes),
    )


def _posting(line: Line) -> Posting:
    assert isinstance(line, answers.JournalLine), "a general journal has no other lines"
    return Posting(int(line.account_number) if line.account_number.isdigit() else 0, ore(line.amount))
