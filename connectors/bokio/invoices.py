"""Customer invoices and credit notes: drafted, published, recorded and paid, each step gone on with when cut short.

An invoice is found by `orderNumberReference`. A draft is not in the books, so its sums are compared before it is
published, and one that differs is taken away again. Bokio credits an invoice that is there and has no payments of
credit notes: the money given back is a journal entry of its own (`documents.payout`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

from connectors.bokio import answers, documents, registers
from connectors.bokio.books import Books
from connectors.bokio.errors import (
    CASH_METHOD,
    CUSTOMER_MISSING,
    INTERRUPTED,
    INVOICE_DIFFERS,
    ORIGINAL_MISSING,
    SYSTEM,
)
from connectors.bokio.vouchers import Vouchers, rows_of
from connectors.formats.purposes import NOT_BOOKED, purposed
from connectors.wire.answers import strange
from synccenter.contract import catalogue
from synccenter.contract.connector import Booked, Delivered, Found, Sent
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Invoice, Ore, Posting, Purpose, kronor

AT_MOST = 300
"""Invoices whose payments are read at a time: one request each besides the lists. Of more than that only sales and VAT
are, off the list of journal entries."""

_NOBODY: Collection[str] = ("", "-")


class Invoices:
    """The invoices and credit notes of one company."""

    def __init__(self, books: Books, automatic: Collection[int], receivables: int) -> None:
        self._books = books
        self._vouchers = Vouchers(books)
        self._automatic = automatic
        self._receivables = receivables

    # --- sending -----------------------------------------------------------------------------------------------

    def send(self, document: Invoice) -> Sent:
        """Everything that can fail is looked up before the first change; what fails after it is uncertain."""
        customer = self._books.customer(document.customer)
        if self._books.open_year(document.date).accounting_method == "cash":
            raise CASH_METHOD.error(item=document.reference)
        accounts = {row.account for row in document.rows} | {one.account for one in document.payments}
        accounts |= {document.rounding_account} if document.rounding else set()
        self._books.ensure_accounts(accounts - {0} | ({self._receivables} if is_credit(document) else set()))
        if is_credit(document):
            draft = self._credit_draft(document)
        else:
            body = documents.invoice(document, customer.id, self._automatic)
            draft = self._books.write("POST", "/invoices", body, answers.Invoice)
        return self._sure(document, draft)

    def finish(self, document: Invoice, found: Found) -> Sent:
        """Go on where it was cut short."""
        return self._sure(document, self._books.get(f"{_list(document)}/{found.external_id}", answers.Invoice))

    def _credit_draft(self, document: Invoice) -> answers.Invoice:
        """A draft credit note on the invoice of the receipt that is returned; one that nobody has touched is used."""
        originals = self._carrying("/invoices", document.credit_of) if document.credit_of else []
        original = next((one for one in originals if not one.draft), None)
        if original is None:
            raise ORIGINAL_MISSING.error(item=document.reference, original=document.credit_of or "?")
        untouched = {None, *_NOBODY, document.credit_of}
        for note in self._books.certain("/credit-notes", answers.Invoice, "status==draft"):
            of = note.invoice_ref and note.invoice_ref.id
            if note.draft and of == original.id and note.order_number_reference in untouched:
                return note
        return self._books.act(f"/invoices/{original.id}/credit", answers.Invoice)

    def _sure(self, document: Invoice, there: answers.Invoice) -> Sent:
        """Something stands there: whatever fails from here on is uncertain, *Avbryt* too, but for a draft that is
        taken away again."""
        try:
            return self._complete(document, there)
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                raise INTERRUPTED.error(item=document.reference, uncertain=True) from error
            error.uncertain = error.problem.code != INVOICE_DIFFERS.code or error.uncertain
            raise

    def _complete(self, document: Invoice, there: answers.Invoice) -> Sent:
        path = f"{_list(document)}/{there.id}"
        if is_credit(document) and there.draft and not self._right(document, there):
            body = documents.credit_note(document, there.id, self._automatic)
            there = self._books.write("PUT", path, body, answers.Invoice)
        if not self._right(document, there):
            raise self._differs(document, there, path)
        if there.draft:
            there = self._books.act(f"{path}/publish", answers.Invoice)
        if not _recorded(there):
            there = self._books.act(f"{path}/record", answers.Invoice)
        if is_credit(document):
            self._give_back(document)
        else:
            self._pay(document, path)
        return Sent(there.id, there.invoice_number or "")

    def _right(self, document: Invoice, there: answers.Invoice) -> bool:
        return there.order_number_reference == document.reference and _total(there) == abs(document.total)

    def _differs(self, document: Invoice, there: answers.Invoice, path: str) -> SyncError:
        """A draft is taken away, so that nothing is left behind; what is published stays for a person."""
        error = INVOICE_DIFFERS.error(
            item=document.reference,
            number=there.invoice_number or "(utkast)",
            there=kronor(_total(there)),
            till=kronor(abs(document.total)),
        )
        if there.draft and there.order_number_reference == document.reference:
            self._books.remove(path)
        else:
            error.uncertain = True
        return error

    def _pay(self, document: Invoice, path: str) -> None:
        """Each payment that is not there, and each that is not recorded."""
        missing = Counter((one.account, one.amount) for one in document.payments if one.amount)
        for payment in self._payments(path):
            missing[_key(payment)] -= 1
            if not _recorded(payment):
                self._books.act(f"{path}/payments/{payment.id}/record", answers.Payment)
        for (account, amount), count in missing.items():
            for _ in range(count):
                body = {
                    "date": document.date.isoformat(),
                    "sumBaseCurrency": documents.in_kronor(amount),
                    "bookkeepingAccountNumber": account,
                }
                made = self._books.write("POST", f"{path}/payments", body, answers.Payment)
                if not _recorded(made):
                    self._books.act(f"{path}/payments/{made.id}/record", answers.Payment)

    def _payments(self, path: str) -> list[answers.Payment]:
        return self._books.certain(f"{path}/payments", answers.Payment, "")

    def _give_back(self, document: Invoice) -> None:
        if not self._payouts(document) and any(one.amount for one in document.payments):
            self._vouchers.book(documents.payout(document, self._receivables))

    def _payouts(self, document: Invoice) -> list[answers.Entry]:
        found = self._vouchers.carrying(documents.payout_title(document.reference))
        return [one for one in found if registers.day(one.date) == document.date]

    # --- finding and reading back ------------------------------------------------------------------------------

    def find(self, document: Invoice) -> list[Found]:
        """All invoices, or credit notes, that carry the reference."""
        sign = -1 if is_credit(document) else 1
        return [
            Found(
                there.id,
                there.invoice_number or "",
                _day(there),
                sign * _total(there),
                draft=there.draft,
                unfinished=self._unfinished(document, there),
            )
            for there in self._carrying(_list(document), document.reference)
        ]

    def _carrying(self, path: str, reference: str) -> list[answers.Invoice]:
        found = self._books.certain(path, answers.Invoice, f"orderNumberReference=={reference}")
        return [one for one in found if one.order_number_reference == reference]

    def _unfinished(self, document: Invoice, there: answers.Invoice) -> bool:
        """Whether it can be gone on with. One that comes to something else is for a person to judge."""
        if not there.draft and _total(there) != abs(document.total):
            return False
        if there.draft or not _recorded(there):
            return True
        if is_credit(document):
            return not self._payouts(document) and any(one.amount for one in document.payments)
        left = not document.may_stay_open(_open(there))
        return left or not all(_recorded(payment) for payment in self._payments(f"/invoices/{there.id}"))

    def read_back(self, sent: Sequence[tuple[Delivered, Invoice]]) -> Iterator[Booked]:
        """Invoices and credit notes of their days, then by id whatever was moved."""
        for credit in (False, True):
            yield from self._back([one for one in sent if is_credit(one[1]) == credit])

    def every(self, first: date, last: date) -> Iterator[Booked]:
        """Every invoice and credit note of these days, without what books it."""
        days = f"invoiceDate>{first - timedelta(days=1)}&&invoiceDate<{last + timedelta(days=1)}"
        for sign, path, query in ((1, "/invoices", days), (-1, "/credit-notes", "")):
            for one in self._books.certain(path, answers.Invoice, query):
                if first <= (_day(one) or first) <= last:
                    yield Booked(
                        reference=one.order_number_reference or "",
                        external_id=one.id,
                        number=one.invoice_number or "",
                        date=_day(one),
                        total=sign * _total(one),
                        draft=one.draft,
                    )

    def _back(self, sent: Sequence[tuple[Delivered, Invoice]]) -> Iterator[Booked]:
        if not sent:
            return
        path, by_id = _list(sent[0][1]), {one.external_id: document for one, document in sent if one.external_id}
        by_reference = {document.reference: document for _, document in sent}
        days = [document.date for _, document in sent]
        first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=1)
        entries = self._vouchers.between(first, last)
        few = len(sent) <= AT_MOST
        field = "creditDate" if path == "/credit-notes" else "invoiceDate"
        query = f"{field}>{first}&&{field}<{last}" if field == "invoiceDate" else ""
        for there in self._books.certain(path, answers.Invoice, query):
            moved_or_ours = by_id.pop(there.id, None)
            document = moved_or_ours or by_reference.get(there.order_number_reference or "")
            near = first < (_day(there) or first) < last
            if document is not None and (moved_or_ours or near):
                yield self._booked(there, document, entries, payments=few)
        for external_id, document in by_id.items():
            one = self._books.get_or_none(f"{path}/{external_id}", answers.Invoice)
            if one:
                yield self._booked(one, document, entries, payments=few)

    def _postings(
        self, there: answers.Invoice, document: Invoice, entries: Mapping[str, answers.Entry], *, payments: bool
    ) -> Iterator[Posting]:
        """Sales, VAT, rounding and `payments` by account, off the journal entries that Bokio made of it."""
        made = self._rows_of(there, entries)
        if not made:
            yield from NOT_BOOKED if _recorded(there) else ()
            return
        paid = self._paid(there, document, entries) if payments else []
        for rows, purpose in ((made, Purpose.SALES), (paid, Purpose.PAYMENT)):
            yield from purposed(rows, document, purpose, receivables=self._receivables)

    def _paid(self, there: answers.Invoice, document: Invoice, entries: Mapping[str, answers.Entry]) -> list[Posting]:
        if is_credit(document):
            return [row for entry in self._payouts(document) for row in rows_of(entry)]
        return [row for one in self._payments(f"/invoices/{there.id}") for row in self._rows_of(one, entries)]

    def _rows_of(self, of: answers.Invoice | answers.Payment, entries: Mapping[str, answers.Entry]) -> list[Posting]:
        entry_id = of.journal_entry_ref.id if of.journal_entry_ref else None
        if not entry_id:
            return []
        entry = entries.get(entry_id) or self._vouchers.one(entry_id)
        return rows_of(entry) if entry and not entry.undone else []

    def _booked(
        self, there: answers.Invoice, document: Invoice, entries: Mapping[str, answers.Entry], *, payments: bool
    ) -> Booked:
        credit = is_credit(document)
        postings = tuple(self._postings(there, document, entries, payments=payments))
        told = any(one.account for one in postings)
        return Booked(
            reference=document.reference,
            external_id=there.id,
            number=there.invoice_number or "",
            date=_day(there),
            customer=self._customer(there, document),
            postings=postings,
            by_rows=told,
            entries=told and payments,
            total=-_total(there) if credit else _total(there),
            open=0 if credit else _open(there),
            draft=there.draft or not _recorded(there),
        )

    def _customer(self, there: answers.Invoice, document: Invoice) -> str:
        """As the till calls it when it is the same, else as Bokio does."""
        ref = there.customer_ref or answers.Ref()
        if not ref.id:
            return ""
        try:
            same = self._books.customer(document.customer).id == ref.id
        except SyncError as error:
            if error.problem.code != CUSTOMER_MISSING.code:
                raise
            same = False
        return document.customer if same else ref.name or ref.id


def is_credit(document: Invoice) -> bool:
    """Whether it becomes a credit note: money goes back. An exchange for something dearer is an invoice."""
    return document.credit and document.total < 0


def _list(document: Invoice) -> str:
    return "/credit-notes" if is_credit(document) else "/invoices"


def _recorded(there: answers.Invoice | answers.Payment) -> bool:
    return bool(there.journal_entry_ref and there.journal_entry_ref.id)


def _key(payment: answers.Payment) -> tuple[int, Ore]:
    return payment.bookkeeping_account_number, registers.ore(payment.sum_base_currency)


def _day(there: answers.Invoice) -> date | None:
    return registers.day(there.invoice_date or there.credit_date)


def _total(there: answers.Invoice) -> Ore:
    try:
        return abs(documents.total_of(there.line_items or ()))
    except ValueError as error:
        raise strange(SYSTEM, str(error)) from None


def _open(there: answers.Invoice) -> Ore:
    try:
        return _total(there) - registers.ore(there.paid_amount)
    except ValueError as error:
        raise strange(SYSTEM, str(error)) from None
