"""Journals of our own: lines are written, looked at, and posted; nothing of others is ever posted.

*Microsoft.NAV.post* posts everything that stands in a journal. So whatever stands there that is not ours stops us: it
is looked for before anything is written, and again in the very request that writes. What we wrote is taken away then.
Payments are posted through `journals` too, which finds a journal by its id whatever its template (from Microsoft's
source); where our extension is, by its own action.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct

from connectors.business_central import answers, batch
from connectors.business_central.books import OURS, PASSING, Books, literal
from connectors.business_central.documents import PAYMENT, Body, carries, code
from connectors.business_central.errors import (
    COPIES_VAT,
    INTERRUPTED,
    JOURNAL_BALANCES,
    JOURNAL_BUSY,
    JOURNAL_MISSING,
    LINES_DIFFER,
    PAYMENT_JOURNAL_MISSING,
)
from connectors.dynamics.prices import ore
from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Ore

Key = tuple[str, Ore]
Line = answers.JournalLine | answers.PaymentLine


class Sort(Struct, frozen=True):
    """A sort of lines: where they stand under a journal, and which field tells whom or what they are on."""

    path: str
    row: type[answers.JournalLine] | type[answers.PaymentLine]
    field: str


LINES = Sort("journals({})/journalLines", answers.JournalLine, "accountNumber")
PAYMENTS = Sort("customerPaymentJournals({})/customerPayments", answers.PaymentLine, "customerNumber")


class Journal:
    """A journal of one company."""

    def __init__(self, books: Books, row: answers.Journal | answers.PaymentJournal, sort: Sort) -> None:
        self._books = books
        self.id = journal_id = row.id
        self.name = row.code
        self._balancing = row.balancing_account_number
        self._sort = sort
        self._list = sort.path.format(journal_id)

    def ready(self) -> None:
        """Raises BC22 for a general journal with a balancing account: every line would get it, and be another."""
        if self._sort is LINES and self._balancing:
            raise JOURNAL_BALANCES.error(journal=self.name, account=self._balancing)

    def lines(self, reference: str = "") -> list[Line]:
        """What stands there unposted, all of it or one document's."""
        where = f"documentNumber eq {literal(code(reference))}" if reference else ""
        rows: list[Line] = list(self._books.certain(self._list, self._sort.row, where))
        return [row for row in rows if not reference or row.document_number.upper() == code(reference)]

    def post(self, reference: str, wanted: Sequence[Body]) -> None:
        """Write what is missing of a document's lines and post them. Raises certain errors only where nothing is
        left behind."""
        self.ready()
        there = [] if self.id in self._books.empty else self._without_leftovers(reference)
        missing = self._missing(reference, wanted, there)
        self._books.empty.discard(self.id)
        with self._taken_away(reference):
            if missing:
                there = self._write(missing)
                if self._missing(reference, wanted, there):
                    raise LINES_DIFFER.error(item=reference, number=code(reference), uncertain=True)
            self._act()
        self._books.empty.add(self.id)

    def _without_leftovers(self, reference: str) -> list[Line]:
        """What stands there, without what is left of other documents of ours that were cut short: that is taken away,
        and written again when they are gone on with. Else each would wait for the other."""
        kept: list[Line] = []
        for row in self.lines():
            if row.document_number.upper() != code(reference) and _is_ours(row):
                self._books.remove(self._list, row)
            else:
                kept.append(row)
        return kept

    def _act(self) -> None:
        if self._sort is not PAYMENTS or not self._books.extension:
            self._books.post("journals", self.id)
            return
        try:
            self._books.post("paymentJournals", self.id, api=OURS)
        except SyncError as error:
            if error.uncertain or error.problem.passes or self._books.look_again():
                raise
            self._books.post("journals", self.id)  # it was taken away since we looked

    def _write(self, missing: Sequence[Body]) -> list[Line]:
        """Write lines and read all that stand there, in one request. A lock or a limit is waited out: it is all or
        nothing, where it is one batch."""
        parts = [batch.Part("POST", self._list, body) for body in missing]
        parts.append(batch.Part("GET", f"{self._list}?$select={answers.select(self._sort.row)}"))
        for seconds in (1.0, 3.0, None):
            try:
                return list(self._books.rows_of(batch.send(self._books, parts)[-1], self._sort.row))
            except SyncError as error:
                passes = error.problem.code in {*PASSING, catalogue.RATE_LIMITED.code} and not error.uncertain
                if not passes or seconds is None or len(parts) > batch.MOST:
                    raise
                if self._books.session.cancel.wait(error.retry_after or seconds):
                    raise catalogue.CANCELLED.error() from None
        raise AssertionError("the last turn returns or raises")

    def _missing(self, reference: str, wanted: Sequence[Body], there: Sequence[Line]) -> list[Body]:
        """The lines that are not there yet. Raises BC09 for lines of others, BC11 for others under our number."""
        number = code(reference)
        foreign = sorted({row.document_number for row in there if row.document_number.upper() != number})
        if foreign:
            raise JOURNAL_BUSY.error(journal=self.name, document=", ".join(foreign[:3]) or "(tomt)")
        left = Counter(_key(row) for row in there)
        missing: list[Body] = []
        for body in wanted:
            key = str(body[self._sort.field]).upper(), ore(body["amount"])
            if left[key] > 0:
                left[key] -= 1
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
                raise INTERRUPTED.error(item=reference, uncertain=True) from error
            if not error.uncertain:
                self._clear(reference, error)
            raise

    def _clear(self, reference: str, error: SyncError) -> None:
        try:
            for row in self.lines(reference):
                self._books.remove(self._list, row)
        except SyncError:
            error.uncertain = True


def general(books: Books) -> Journal:
    """The general journal by the name in the settings. Raises BC08."""
    wanted = books.settings.journal.upper()
    found = next((one for one in books.journals if one.code.upper() == wanted), None)
    if found is None:
        there = ", ".join(one.code for one in books.journals) or "ingen"
        raise JOURNAL_MISSING.error(journal=wanted or "(tomt)", there=there)
    return Journal(books, found, LINES)


def payments(books: Books, account: int) -> Journal:
    """The payment journal that has the account as its balancing account. Raises BC14."""
    for one in books.our_payment_journals:
        if one.balancing_account_number == str(account):
            return Journal(books, one, PAYMENTS)
    raise PAYMENT_JOURNAL_MISSING.error(prefix=books.settings.payment_journals or "(tomt)", account=account)


def check_vat(books: Books) -> bool:
    """Whether it is known that the general journal reckons no VAT of its own. Raises BC19 when it does."""
    if not books.extension:
        return False
    wanted = books.settings.journal.upper()
    for one in books.journal_setups:
        if one.code.upper() == wanted and one.copy_vat_setup:
            raise COPIES_VAT.error(journal=wanted)
    return True


def number_series(books: Books) -> str:
    """The number series of the general journal, as our extension tells; "" for none, or when nobody tells."""
    wanted = books.settings.journal.upper()
    rows = books.journal_setups if books.extension else ()
    return next((one.number_series for one in rows if one.code.upper() == wanted), "")


def _is_ours(row: Line) -> bool:
    """Whether we wrote a line: both its numbers and the beginning of its text are the reference."""
    number = row.document_number
    begins = number, f"{PAYMENT} {number}"
    return (
        bool(number)
        and row.external_document_number.upper() == number.upper()
        and any(carries(row.description, one) for one in begins)
    )


def _key(row: Line) -> Key:
    whom = row.account_number if isinstance(row, answers.JournalLine) else row.customer_number
    return whom.upper(), ore(row.amount)
