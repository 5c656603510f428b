"""Journals: payments that close invoices, and vouchers of Z reports. Rows are ours by their document number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import count, repeat

from msgspec.structs import replace

from connectors.dynamics.ledger import vouchers
from connectors.dynamics_nav import documents
from connectors.dynamics_nav.documents import DOCUMENT_NO, Words
from connectors.dynamics_nav.errors import LINES_DIFFER
from connectors.dynamics_nav.kept import Kept
from connectors.dynamics_nav.link import Bound, Link
from connectors.dynamics_nav.poster import Poster
from connectors.dynamics_nav.refusals import ALREADY_THERE
from connectors.wire.rows import Row, day, text, whole
from connectors.wire.soap import Soap
from synccenter.contract.connector import Booked, Found, Sent, debit
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Posting, Voucher

_STEP = 10_000
WAITING = " i journalen"
"""What tells a voucher that waits from one that is posted, when both have the number."""
_WORDS = Words(encoded=False)
"""For comparing accounts and amounts only: how options are spelt does not matter."""


class Journal:
    """The journals of one NAV."""

    def __init__(self, link: Link, poster: Poster) -> None:
        self._link = link
        self._poster = poster
        self._entries = Kept[date, dict[str, list[Row]]](link.session.clock)
        self._waiting = Kept[str, dict[str, list[Row]]](link.session.clock)
        self._standing = Kept[str, list[Row]](link.session.clock)
        """What stands in a journal that we post, so that little does: read once for many documents."""

    def words(self, role: str) -> Words:
        """How options are spelt where a page is written: as the settings say, else as the server spells them itself."""
        return Words(encoded=True) if isinstance(self._link.writing(role).tables, Soap) else self._odata_words

    @cached_property
    def _odata_words(self) -> Words:
        chosen = self._link.settings.option_words
        if chosen != "auto":
            return Words(encoded=chosen != "plain")
        blank = self._link.blank_option()
        return Words(encoded=blank != " ", blank=blank)

    # --- rows ------------------------------------------------------------------------------------------------

    def complete(self, role: str, wanted: Sequence[Row], reference: str, *, fresh: bool = False) -> None:
        """Write the rows of a document that are not there yet. Raises NAV13 when there are others under its number.

        Where rows have line numbers each gets its own, so that one whose answer was lost cannot be stored twice.
        `fresh`: none of it has been written before, so what stood there a moment ago is as good as asking once more.
        """
        known = self._standing.known(role) if fresh else None
        try:
            self._complete(role, wanted, reference, known)
        except SyncError as error:
            self._standing.forget()
            if error.problem.code != ALREADY_THERE.code:
                raise
            self._complete(role, wanted, reference, None)  # somebody has written there since: after what stands now

    def _complete(self, role: str, wanted: Sequence[Row], reference: str, known: list[Row] | None) -> None:
        journal = self._link.writing(role)
        every = known
        if every is None and self._link.posts:
            every = self._standing.anew(role, journal.every(self._in_batch(journal)))
        there = self._rows(journal, reference) if every is None else self._of_document(every, reference)
        missing = list(wanted)
        for row in there:
            same = next((one for one in missing if documents.row_key(one) == documents.row_key(row)), None)
            if same is None:
                number = f"Journalrad {text(row, 'document')}"
                raise LINES_DIFFER.error(item=reference, number=number, reference=reference, uncertain=True)
            missing.remove(same)
        if not missing:
            return
        lines = self._free_lines(journal, there, every) if journal.has("line") else repeat(0)
        placed = [
            row | self._batch(role) | ({"line": line} if line else {})
            for row, line in zip(missing, lines, strict=False)
        ]
        try:
            journal.tables.create_many(journal.service, [journal.theirs(row) for row in placed])
        except SyncError as error:
            error.uncertain = error.uncertain or bool(there)
            raise
        if every is not None:
            every += [{"line": row["line"]} for row in placed if "line" in row]  # gone when posted; the numbers go on

    def _batch(self, role: str) -> Row:
        one = self._link.settings
        if role == "payments":
            return {"template": one.payment_template, "batch": one.payment_batch}
        return {"template": one.journal_template, "batch": one.journal_batch}

    def _rows(self, journal: Bound, reference: str) -> list[Row]:
        number = documents.reference_of(reference, DOCUMENT_NO)
        return self._of_document(journal.every([*self._in_batch(journal), ("document", "eq", number)]), reference)

    def _of_document(self, rows: Iterable[Row], reference: str) -> list[Row]:
        number = documents.reference_of(reference, DOCUMENT_NO)
        return [row for row in rows if text(row, "document").upper() == number]

    def _in_batch(self, journal: Bound) -> list[tuple[str, str, str]]:
        wanted = self._batch(journal.need.role)
        return [(word, "eq", str(value)) for word, value in wanted.items() if journal.has(word)]

    def _free_lines(self, journal: Bound, there: list[Row], every: list[Row] | None) -> Iterator[int]:
        """Line numbers after the last row of the journal; when we go on with a document, after its own last row.

        There others' rows may have come in between since: what they have taken is stepped over.
        """
        taken: set[int] = set()
        if every is None and there:
            every = journal.every(self._in_batch(journal))
        if there:
            taken = {whole(row, "line") for row in every or ()}
        elif every is not None:
            there = every
        else:
            last = journal.last("line", self._in_batch(journal))
            there = [last] if last else []
        line = max((whole(row, "line") for row in there), default=0)
        return (number for number in count(line + _STEP, _STEP) if number not in taken)

    def waits(self, role: str, reference: str) -> bool:
        """Whether rows of a document wait in the journal."""
        return bool(self._rows(self._link.writing(role), reference))

    def post(self, role: str, reference: str) -> None:
        """Post the rows of one document."""
        batch = self._batch(role)
        number = documents.reference_of(reference, DOCUMENT_NO)
        try:
            self._poster.post("PostJournal", batch["template"], batch["batch"], number)
        except SyncError:
            self._standing.forget()
            raise

    # --- vouchers --------------------------------------------------------------------------------------------

    def send(self, document: Voucher) -> Sent:
        """A voucher as rows of the general journal, posted when we are to."""
        self._poster.ensure("PostJournal")
        return self._go_on(document, fresh=True)

    def find(self, document: Voucher) -> list[Found]:
        """All vouchers with its document number: posted, or waiting in the journal for somebody to go on with."""
        number = documents.reference_of(document.reference, DOCUMENT_NO)
        found = [
            Found(one.external_id, number, one.date, debit(one.postings))
            for one in _vouchers(document, number, self._booked(number))
        ]
        waiting = self._rows(self._link.writing("journal"), document.reference)
        days = sorted({at for row in waiting if (at := day(row, "date"))})
        return [*found, *(Found(number, number, at, draft=True, unfinished=True) for at in days)]

    def finish(self, document: Voucher) -> Sent:
        """Go on with a voucher that an interruption cut short."""
        return self._go_on(document, fresh=False)

    def _go_on(self, document: Voucher, *, fresh: bool) -> Sent:
        number = documents.reference_of(document.reference, DOCUMENT_NO)
        self.complete(
            "journal", list(documents.voucher_rows(document, self.words("journal"))), document.reference, fresh=fresh
        )
        if self._link.posts:
            try:
                self.post("journal", document.reference)
            except SyncError as error:
                raise self._withdrawn(error, document, number) from error
        return Sent(number, number)

    def _withdrawn(self, error: SyncError, document: Voucher, number: str) -> SyncError:
        """A clear refusal to post takes our rows away again, so that nothing half stands in the journal."""
        if error.uncertain:
            return error
        try:
            if any(day(row, "date") == document.date for row in self._booked(number)):
                error.uncertain = True
            else:
                journal = self._link.writing("journal")
                for row in self._rows(journal, document.reference):
                    journal.tables.delete(journal.service, row["_"])
        except SyncError:
            error.uncertain = True
        return error

    def posted(self, number: str) -> list[Row]:
        """The ledger entries with a document number."""
        if not self._link.has("entries") and not self._link.posts:
            return []
        rows = self._link.page("entries").every([("document", "eq", number)])
        return [row for row in rows if text(row, "document").upper() == number]

    def _booked(self, number: str) -> list[Row]:
        """The entries of a voucher, whatever NAV numbered it as."""
        found = self.posted(number)
        if found or not self._link.has("entries") or not self._link.page("entries").has("reference"):
            return found
        return _renumbered(self._link.page("entries").every([("reference", "eq", number)]), number)

    def read_back(self, document: Voucher) -> Iterator[Booked]:
        """What stands in the books, or in the journal when it waits for a person."""
        number = documents.reference_of(document.reference, DOCUMENT_NO)
        month = self.of_month(document.date)
        posted = month.get(number) or _renumbered((row for rows in month.values() for row in rows), number)
        if posted:
            told = self._link.page("entries").tells_dimensions
            yield from _vouchers(document, number, posted, dimensions=told)
        if not (posted and self._link.posts):  # when we post nobody leaves rows behind
            told = self._link.writing("journal").tells_dimensions
            for one in _vouchers(document, number, self._left_there(number), dimensions=told):
                yield replace(one, external_id=one.external_id + WAITING if posted else one.external_id, draft=True)

    def of_month(self, on: date) -> dict[str, list[Row]]:
        """The entries of a month by document number: one question for many vouchers."""
        if not self._link.has("entries"):
            return {}
        first, last = month_of(on)
        between = [("date", "ge", first), ("date", "le", last)]
        return self._entries.get(first, lambda: _by_number(self._link.page("entries").rows(between)))

    def _left_there(self, number: str) -> list[Row]:
        """The rows of a voucher that waits in the journal: one question for all that wait there."""
        journal = self._link.writing("journal")
        return self._waiting.get("", lambda: _by_number(journal.rows(self._in_batch(journal)))).get(number, [])

    def vouchers(self, first: date, last: date) -> Iterator[Booked]:
        """The entries of these days by document number and day; none where the page is not published."""
        if not self._link.has("entries"):
            return
        found = _by_number(self._link.page("entries").rows([("date", "ge", first), ("date", "le", last)]))
        for number, rows in found.items():
            days: dict[date | None, list[Row]] = {}
            for row in rows:
                days.setdefault(day(row, "date"), []).append(row)
            for on, those in days.items():
                postings = tuple(_posting(row) for row in those)
                yield Booked(reference=number, external_id=number, number=number, date=on, postings=postings)

    def documents(self, first: date, last: date) -> Iterator[Booked]:
        """All that `find` could find of these days. Raises NAV07 where what we have posted cannot be seen."""
        if self._link.posts:
            self._link.page("entries")
        yield from self.vouchers(first, last)
        yield from self._waits_there(first, last)

    def _waits_there(self, first: date, last: date) -> Iterator[Booked]:
        """What waits in the journal to be posted, dated so: by document number."""
        journal = self._link.writing("journal")
        found: dict[tuple[str, date | None], list[Row]] = {}
        for row in journal.every(self._in_batch(journal)):
            if first <= (day(row, "date") or first) <= last:
                found.setdefault((text(row, "document"), day(row, "date")), []).append(row)
        for (number, on), rows in found.items():
            postings = tuple(_posting(row) for row in rows)
            yield Booked(reference=number, external_id=number, number=number, date=on, postings=postings, draft=True)

    def forget(self, older: timedelta) -> None:
        """What was read back so long ago no longer holds: something is being sent, or looked up."""
        self._entries.forget(older)
        self._waiting.forget(older)


def _vouchers(document: Voucher, number: str, rows: Sequence[Row], *, dimensions: bool = False) -> Iterator[Booked]:
    """The rows under a document number as vouchers: each day's are one, or as many as all its amounts are there."""
    by_day: dict[date | None, list[Row]] = {}
    for row in rows:
        by_day.setdefault(day(row, "date"), []).append(row)
    wanted = [documents.row_key(row)[::2] for row in documents.voucher_rows(document, _WORDS)]
    for on, those in by_day.items():
        those.sort(key=documents.row_key)
        known = number if on == document.date else f"{number} {on}"
        keys = [documents.row_key(row)[::2] for row in those]
        for turn, some in enumerate(vouchers(those, keys, wanted)):
            yield Booked(
                reference=document.reference,
                external_id=known if turn == 0 else f"{known} ({turn + 1})",
                number=number,
                date=on,
                postings=tuple(_posting(row) for row in some),
                dimensions=dimensions,
            )


def _renumbered(rows: Iterable[Row], number: str) -> list[Row]:
    """The entries of a voucher that the journal's *Posting No. Series* gave another document number (codeunit 13)."""
    return [row for row in rows if text(row, "reference").upper() == number]


def _by_number(pages: Iterable[list[Row]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for page in pages:
        for row in page:
            found.setdefault(text(row, "document").upper(), []).append(row)
    return found


def month_of(on: date) -> tuple[date, date]:
    """The first and last day of the month."""
    first = on.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _posting(row: Row) -> Posting:
    number = text(row, "account")
    account, amount = int(number) if number.isdigit() else 0, documents.ore(row, "amount")
    return Posting(account, amount, cost_centre=text(row, "centre"), project=text(row, "project"))
