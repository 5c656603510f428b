"""A general journal of our own: lines are written, looked at, and posted; nothing of others is ever posted.

*Microsoft.NAV.post* posts everything that stands in a journal. So the journal is read before anything is written and
again before it is posted: whatever stands there that is not ours stops it, and what we wrote is taken away again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from connectors.business_central import answers, batch
from connectors.business_central.books import OURS, Books, literal
from connectors.business_central.documents import Body, code
from connectors.business_central.errors import (
    COPIES_VAT,
    INTERRUPTED,
    JOURNAL_BUSY,
    JOURNAL_MISSING,
    LINES_DIFFER,
)
from connectors.business_central.refusals import LOCKED
from connectors.dynamics.prices import ore
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Ore

Key = tuple[str, Ore]


class Journal:
    """The chosen journal of one company."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def chosen(self) -> answers.Journal:
        """The journal by the name in the settings. Raises BC08, and BC19 where our extension tells of the VAT."""
        wanted = self._books.settings.journal.upper()
        found = next((one for one in self._books.journals if one.code.upper() == wanted), None)
        if found is None:
            there = ", ".join(one.code for one in self._books.journals) or "ingen"
            raise JOURNAL_MISSING.error(journal=wanted or "(tomt)", there=there)
        return found

    def check_vat(self) -> bool:
        """Whether it is known that the journal reckons no VAT of its own. Raises BC19 when it does."""
        if not self._books.extension:
            return False
        wanted = self._books.settings.journal.upper()
        for one in self._books.every("journalSetups", answers.JournalSetup, api=OURS):
            if one.code.upper() == wanted and one.copy_vat_setup:
                raise COPIES_VAT.error(journal=wanted)
        return True

    def lines(self, reference: str = "") -> list[answers.JournalLine]:
        """What stands there unposted, all of it or one document's."""
        where = f"documentNumber eq {literal(code(reference))}" if reference else ""
        rows = self._books.certain(f"journals({self.chosen().id})/journalLines", answers.JournalLine, where)
        return [row for row in rows if not reference or row.document_number.upper() == code(reference)]

    def post(self, reference: str, wanted: Sequence[Body]) -> None:
        """Write what is missing of a document's lines and post them.

        Raises certain errors only where nothing is left behind.
        """
        journal, there = self.chosen(), self.lines()
        missing = self._missing(reference, wanted, there)
        with self._taken_away(reference):
            if missing:
                parts = [batch.Part("POST", f"journals({journal.id})/journalLines", body) for body in missing]
                self._written(parts)
            standing = self.lines()
            self._missing(reference, wanted, standing)
            self._books.post("journals", journal.id)

    def _written(self, parts: list[batch.Part]) -> None:
        """Write lines; after a lock once more, since it is all or nothing."""
        for seconds in (1.0, 3.0):
            try:
                batch.send(self._books, parts)
            except SyncError as error:
                if error.problem.code != LOCKED.code or error.uncertain or len(parts) > batch.MOST:
                    raise
                if self._books.session.cancel.wait(seconds):
                    raise catalogue.CANCELLED.error() from None
            else:
                return
        batch.send(self._books, parts)

    def _missing(self, reference: str, wanted: Sequence[Body], there: Sequence[answers.JournalLine]) -> list[Body]:
        """The lines that are not there yet. Raises BC09 for lines of others, BC11 for others under our number."""
        number = code(reference)
        foreign = sorted({row.document_number for row in there if row.document_number.upper() != number})
        if foreign:
            shown = ", ".join(foreign[:3])
            raise JOURNAL_BUSY.error(journal=self.chosen().code, document=shown or "(tomt)")
        left = Counter(_key(row) for row in there)
        missing: list[Body] = []
        for body in wanted:
            if left[body_key(body)] > 0:
                left[body_key(body)] -= 1
            else:
                missing.append(body)
        if left.total():
            raise LINES_DIFFER.error(item=reference, number=number, uncertain=True)
        return missing

    @contextmanager
    def _taken_away(self, reference: str) -> Iterator[None]:
        """What was refused leaves nothing behind: our lines go. Where that fails too it is uncertain."""
        try:
            yield
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                if self._books.session.cancelled():
                    raise INTERRUPTED.error(item=reference, uncertain=True) from error
                raise
            if not error.uncertain:
                self._clear(reference, error)
            raise

    def _clear(self, reference: str, error: SyncError) -> None:
        try:
            for row in self.lines(reference):
                self._books.remove(f"journals({self.chosen().id})/journalLines", row)
        except SyncError:
            error.uncertain = True


def _key(row: answers.JournalLine) -> Key:
    return row.account_number.upper(), ore(row.amount)


def body_key(body: Body) -> Key:
    """What tells a line of ours from another."""
    return str(body["accountNumber"]).upper(), ore(body["amount"])
