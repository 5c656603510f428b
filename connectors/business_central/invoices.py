"""Invoices and credit memos: drafted, posted and paid to nothing, each step gone on with when cut short.

A document is found by `externalDocumentNumber`, drafts and posted ones in the same list. A draft is not in the books,
so its sums are compared before it is posted, and one that differs is taken away again. A payment goes through a payment
journal whose balancing account it lands on; the money of a credit memo, and what one payment account gives another,
goes through the general journal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from connectors.business_central import answers, buyers, documents, journal, registers
from connectors.business_central.books import Books, literal
from connectors.business_central.documents import is_credit
from connectors.business_central.errors import (
    INTERRUPTED,
    INVOICE_DIFFERS,
    ITEM_UNKNOWN,
    PAID_BY_METHOD,
    PAYMENTS_NEED_EXTENSION,
)
from connectors.business_central.ledger import Ledger
from connectors.business_central.refusals import CUSTOMER_BLOCKED, DATE_REFUSED, DIMENSION
from connectors.business_central.sums import Day, by_purpose
from connectors.business_central.vouchers import ensure_accounts
from connectors.dynamics.prices import ore
from connectors.formats.sales_accounts import judged
from synccenter.contract import catalogue
from synccenter.contract.connector import Booked, Delivered, Found, Sent
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Invoice, Ore, Percent, kronor

T = TypeVar("T")


_BEFORE_NUMBERING = {DATE_REFUSED.code, CUSTOMER_BLOCKED.code, DIMENSION.code}
"""What Business Central looks at before a document gets its number (*Sales-Post* in Microsoft's base app)."""


class Invoices:
    """The invoices and credit memos of one company."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._ledger = Ledger(books)
        self._withdrawn: SyncError | None = None
        """Why a draft was taken away again: nothing is left of it."""

    # --- sending -----------------------------------------------------------------------------------------------

    def send(self, document: Invoice) -> Sent:
        """Everything that can fail is looked up before the first change; what fails after it is uncertain."""
        documents.code(document.reference)
        self._ensure(document)
        draft = self._drafted(document)
        return self._sure(document, lambda: self._complete(document, draft, {}))

    def finish(self, document: Invoice, found: Found) -> Sent:
        """Go on where it was cut short."""
        there = self._books.one(_list(document), found.external_id, _row(document))
        standing = there or self._posted(document, found.external_id)  # posted meanwhile under another id
        return self._sure(
            document, lambda: self._complete(document, self._right(document, standing), self._paid(document))
        )

    def _ensure(self, document: Invoice) -> None:
        """Raises BC16, BC14 or BC08 for what the document needs and is not there; BC27, BC40 or BC41 for its buyer."""
        buyers.ensure(self._books, document.customer)
        accounts = {row.account for row in document.rows if not (row.article and row.goods)}
        accounts |= {one.account for one in document.payments}
        accounts |= {document.rounding_account} if document.rounding else set()
        ensure_accounts(self._books, accounts)
        closing, beyond = documents.split(document)
        for one in [] if is_credit(document) else closing:
            journal.payments(self._books, one.account)
        if closing and not is_credit(document) and not self._books.posts_payments:
            raise PAYMENTS_NEED_EXTENSION.error()
        if is_credit(document) or beyond:
            journal.general(self._books).ready()

    def _drafted(self, document: Invoice) -> answers.Sale:
        """The draft. Whether the customer's prices have VAT only the answer tells; if not, it is made anew without."""
        there = self._create(document)
        return self._sure(document, lambda: self._right(document, there))

    def _right(self, document: Invoice, there: answers.Sale) -> answers.Sale:
        """The document as it stands, but for a draft whose prices were taken for prices without VAT: that is made anew
        without it, and it is remembered of the customer."""
        wanted = ore(there.total_amount_including_tax) == abs(document.total)
        if not there.draft or there.prices_include_tax or wanted or document.customer in self._books.net:
            return there
        self._books.net.add(document.customer)
        self._books.remove(_list(document), there)
        return self._create(document)

    def _create(self, document: Invoice) -> answers.Sale:
        body = documents.invoice(
            document,
            self._taxes(),
            net=document.customer in self._books.net,
            location=location_id(self._books),
            sorts=(self._sort(project=False), self._sort(project=True)),
        )
        return self._books.create(_list(document), body, _row(document))

    def _sort(self, *, project: bool) -> documents.Sort:
        """The dimension of cost centres or projects; a document has fields of its own for the two global ones."""
        code, setup = self._books.dimension(project=project), self._books.setup
        fields = {
            setup.shortcut_dimension1_code: "shortcutDimension1Code",
            setup.shortcut_dimension2_code: "shortcutDimension2Code",
        }
        return documents.Sort(project, code, fields.get(code, "") if code else "")

    def _taxes(self) -> Mapping[Percent, str]:
        """The VAT group of each rate, where one group only has it: lines on accounts say theirs."""
        known = registers.rates(self._books.tax_groups, self._books.settings.vat_groups)
        by_rate: dict[Percent, list[str]] = {}
        for one in self._books.tax_groups:
            if one.code.upper() in known:
                by_rate.setdefault(known[one.code.upper()], []).append(one.code)
        return {rate: codes[0] for rate, codes in by_rate.items() if len(codes) == 1}

    def _sure(self, document: Invoice, step: Callable[[], T]) -> T:
        """Something stands there: whatever fails from here on is uncertain, *Avbryt* too, but for the error of a draft
        that was taken away again."""
        try:
            return step()
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                raise INTERRUPTED.error(item=document.reference, uncertain=True) from error
            error.uncertain = error is not self._withdrawn
            raise

    def _complete(self, document: Invoice, there: answers.Sale, paid: Mapping[int, Ore]) -> Sent:
        """From a draft, or from what is posted, to paid."""
        if there.draft:
            self._compare(document, there)
            self._post(document, there)
            there = self._posted(document, there.id) if self._books.renames else there
        if is_credit(document):
            self._pay_out(document, paid)
        else:
            self._pay_in(document, there, paid)
        posted = self._posted(document, there.id)
        if isinstance(posted, answers.SalesInvoice) and not document.may_stay_open(ore(posted.remaining_amount)):
            raise self._differs(document, posted, "Obetalt", ore(posted.remaining_amount), document.owed)
        return Sent(posted.id, posted.number)

    def _posted(self, document: Invoice, draft_id: str) -> answers.Sale:
        """The document now. It keeps its id when it is posted; where it does not, its reference tells."""
        there = self._books.one(_list(document), draft_id, _row(document))
        if there is not None and not there.draft:
            return there
        for one in self._carrying(document):
            if not one.draft and registers.day(one.posting_date) == document.date:
                return one
        raise catalogue.SERVER_ERROR.error(host="Business Central", status=404, detail="fakturan finns inte kvar")

    def _compare(self, document: Invoice, there: answers.Sale) -> None:
        """A draft's sums. A deep insert may be answered before its lines are reckoned: then they are read.

        Raises BC13, certain when the draft is gone again.
        """
        wanted, vat = abs(document.total), abs(sum(row.vat for row in document.rows))
        if ore(there.total_amount_including_tax) != wanted:
            there = self._books.one(_list(document), there.id, _row(document)) or there
        total, tax = ore(there.total_amount_including_tax), ore(there.total_tax_amount)
        if total != wanted:
            raise self._differs(document, there, "Summan", total, wanted)
        if abs(tax - vat) > len(document.rows) // 2 + 1:  # a till rounds each row, Business Central the sum
            raise self._differs(document, there, "Momsen", tax, vat)

    def _differs(self, document: Invoice, there: answers.Sale, what: str, is_: Ore, wanted: Ore) -> SyncError:
        """A draft is taken away, so that nothing is left behind; what is posted stays for a person."""
        error = INVOICE_DIFFERS.error(
            item=document.reference,
            what=what,
            number=there.number or "(utkast)",
            there=kronor(is_),
            till=kronor(wanted),
        )
        if there.draft:
            self._withdraw(document, there, error)
        return error

    def _post(self, document: Invoice, draft: answers.Sale) -> None:
        """Post a draft. What is refused before it gets a number is taken away again, and the others go on.

        A draft that was refused later has a number; deleted it would leave an empty invoice in the series
        (*PostSales-Delete* in Microsoft's base app). It stays, and is posted when the fault is put right.
        """
        try:
            self._books.post(_list(document), draft.id)
        except SyncError as error:
            if not error.uncertain and error.problem.code in _BEFORE_NUMBERING:
                there = self._books.one(_list(document), draft.id, _row(document))
                if there is not None and there.draft:
                    self._withdraw(document, there, error)
            raise

    def _withdraw(self, document: Invoice, draft: answers.Sale, why: SyncError) -> None:
        self._books.remove(_list(document), draft)
        self._withdrawn = why

    # --- payments ----------------------------------------------------------------------------------------------

    def _pay_in(self, document: Invoice, there: answers.Sale, paid: Mapping[int, Ore]) -> None:
        """Pay the invoice. One that got another id when it was posted is paid by that. Raises BC24 where a payment is
        refused because the customer's method has paid it all."""
        try:
            self._pay(document, there, paid)
        except SyncError as error:
            if error.uncertain or error.problem.passes:
                raise
            now = self._posted(document, there.id)
            if now.id != there.id:
                self._books.renames = True
                self._pay(document, now, paid)
                return
            closed = isinstance(now, answers.SalesInvoice) and not ore(now.remaining_amount)
            if closed and not paid and not self._paid(document):
                raise PAID_BY_METHOD.error(
                    item=document.reference, number=now.number, customer=document.customer, detail=error.problem.detail
                ) from error
            raise

    def _pay(self, document: Invoice, there: answers.Sale, paid: Mapping[int, Ore]) -> None:
        """Each payment that is not there, then what goes between payment accounts."""
        closing, beyond = documents.split(document)
        for one in closing:
            if paid.get(one.account, 0) <= 0:
                body = documents.payment(document, one, there.id)
                journal.payments(self._books, one.account).post(document.reference, [body])
        if beyond and not any(amount < 0 for amount in paid.values()):
            self._general(document, documents.transfer_lines(document, beyond))

    def _pay_out(self, document: Invoice, paid: Mapping[int, Ore]) -> None:
        """The money of a credit memo, if it is not given back already."""
        if not paid and document.netted():
            self._general(document, documents.payout_lines(document))

    def _general(self, document: Invoice, bodies: list[documents.Body]) -> None:
        journal.general(self._books).post(document.reference, bodies)

    def _paid(self, document: Invoice) -> dict[int, Ore]:
        """What is paid already, by account."""
        return Day(self._ledger.payments(document.reference, document.date)).paid(document, None)

    # --- finding and reading back ------------------------------------------------------------------------------

    def _carrying(self, document: Invoice) -> list[answers.Sale]:
        """All that carry the reference, drafts and posted ones, without those that are undone."""
        reference = documents.code(document.reference, documents.EXTERNAL_NO)
        where = f"externalDocumentNumber eq {literal(reference)}"
        rows = self._books.certain(_list(document), _row(document), where)
        return [row for row in rows if row.external_document_number.upper() == reference and not row.undone]

    def find(self, document: Invoice) -> list[Found]:
        """All that carry the reference; of our own day also whether it can be gone on with."""
        sign = -1 if is_credit(document) else 1
        return [
            Found(
                one.id,
                one.number,
                registers.day(one.posting_date),
                sign * ore(one.total_amount_including_tax),
                draft=one.draft,
                unfinished=self._unfinished(document, one),
            )
            for one in self._carrying(document)
        ]

    def _unfinished(self, document: Invoice, there: answers.Sale) -> bool:
        """Whether it can be gone on with. One that is posted and comes to something else is for a person to judge."""
        if there.draft:
            return True
        if ore(there.total_amount_including_tax) != abs(document.total):
            return False
        if registers.day(there.posting_date) != document.date:
            return False
        if isinstance(there, answers.SalesInvoice) and not document.may_stay_open(ore(there.remaining_amount)):
            return True
        _, beyond = documents.split(document)
        if is_credit(document):
            return bool(document.netted()) and not self._paid(document)
        return bool(beyond) and not any(amount < 0 for amount in self._paid(document).values())

    def read_back(self, sent: Sequence[tuple[Delivered, Invoice]]) -> Iterator[Booked]:
        """Invoices and credit memos of their days with what paid them, then by id whatever was moved."""
        if not sent:
            return
        days = [document.date for _, document in sent]
        codes = self._books.codes_of(row for _, document in sent for row in document.rows)
        day = Day(self._ledger.between(min(days), max(days), codes), codes)
        for credit in (False, True):
            some = [one for one in sent if is_credit(one[1]) == credit]
            if some:
                yield from judged(self._back(some, day, min(days), max(days)))

    def every(self, first: date, last: date) -> Iterator[Booked]:
        """Every invoice and credit memo of these days that is not undone, without what paid it."""
        days = f"postingDate ge {first} and postingDate le {last}"
        for sign, name, row in (
            (1, "salesInvoices", answers.SalesInvoice),
            (-1, "salesCreditMemos", answers.CreditMemo),
        ):
            for one in self._books.certain(name, row, days):
                if not one.undone:
                    yield Booked(
                        reference=one.external_document_number,
                        external_id=one.id,
                        number=one.number,
                        date=registers.day(one.posting_date),
                        customer=one.customer_number,
                        total=sign * ore(one.total_amount_including_tax),
                        draft=one.draft,
                    )

    def _back(
        self, sent: Sequence[tuple[Delivered, Invoice]], day: Day, first: date, last: date
    ) -> Iterator[tuple[Invoice, Booked]]:
        name, row = _list(sent[0][1]), _row(sent[0][1])
        by_reference = {documents.code(one.reference, documents.EXTERNAL_NO): one for _, one in sent}
        by_id = {one.external_id: document for one, document in sent if one.external_id}
        rows = self._books.certain(name, row, f"postingDate ge {first} and postingDate le {last}")
        standing = Counter(_twin(one) for one in rows if not (one.draft or one.undone))
        for there in rows:
            ours = by_id.pop(there.id, None)
            document = ours or by_reference.get(there.external_document_number.upper())
            if document and not there.undone:
                yield document, self._booked(there, document, day, max(1, standing[_twin(there)]))
        for external_id, document in by_id.items():
            one = self._books.one(name, external_id, row)
            if one and not one.undone:
                yield document, self._booked(one, document, day)

    def _booked(self, there: answers.Sale, document: Invoice, day: Day, twins: int = 1) -> Booked:
        sign = -1 if is_credit(document) else 1
        paid, sales = day.paid(document, there, twins), day.sales(document, there)
        if isinstance(there, answers.SalesInvoice):
            left = ore(there.remaining_amount)
        else:
            left = sum(one.amount for one in document.payments) + document.owed - sum(paid.values())
        return Booked(
            reference=document.reference,
            external_id=there.id,
            number=there.number,
            date=registers.day(there.posting_date),
            customer=there.customer_number,
            postings=() if there.draft else by_purpose(document, there, sales, day.vat(there), paid),
            entries=not there.draft,
            dimensions=bool(sales) and day.tells_dimensions(there),
            total=sign * ore(there.total_amount_including_tax),
            open=left,
            draft=there.draft,
        )


def location_id(books: Books) -> str:
    """The id of the stock location for sales, "" when none is chosen. Raises BC16."""
    wanted = books.settings.sales_location
    if not wanted:
        return ""
    for one in books.locations:
        if one.code.upper() == wanted.upper():
            return one.id
    raise ITEM_UNKNOWN.error(kind="Lagerställe", number=wanted, place="Lagerställen")


def _twin(there: answers.Sale) -> tuple[str, str]:
    return there.external_document_number.upper(), there.posting_date


def _list(document: Invoice) -> str:
    return "salesCreditMemos" if is_credit(document) else "salesInvoices"


def _row(document: Invoice) -> type[answers.SalesInvoice] | type[answers.CreditMemo]:
    return answers.CreditMemo if is_credit(document) else answers.SalesInvoice
