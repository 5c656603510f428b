"""Vouchers up, found and read back; and those that eEkonomi makes of an invoice and its payments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from connectors.visma_eekonomi import answers, documents, registers
from connectors.visma_eekonomi.books import Books
from connectors.visma_eekonomi.values import between, ore
from synccenter.contract.connector import Booked, Delivered, Found, Sent
from synccenter.contract.model import Invoice, Ore, Posting, Purpose, Voucher

_OUTPUT_VAT = range(2610, 2650)
_CLAIMS = range(1500, 1520)
_ROUNDING = 3740
"""Account numbers of BAS: VAT of sales, claims on customers, *öres- och kronutjämning*."""

_MANUAL = 2
_OF_INVOICES = {14, 15, 23, 24}
"""VoucherType by the vendor's description: what a person or we have made, and what is made of an invoice."""


class Vouchers:
    """The vouchers in eEkonomi."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._http = books.http

    def send(self, document: Voucher) -> Sent:
        """Book a voucher."""
        dimensions = self._books.dimensions_of(document.postings)
        switches = {"useAutomaticVatCalculation": False, "useDefaultVoucherSeries": not document.series}
        body = documents.voucher(document, dimensions)
        voucher = self._http.send("POST", "/vouchers", body, answers.Voucher, parameters=switches)
        return Sent(voucher.id, voucher.number_and_number_series or "")

    def find(self, document: Voucher) -> list[Found]:
        """All whose text begins with the reference."""
        condition = f"contains(VoucherText,{registers.quoted(document.reference)})"
        return [
            Found(
                voucher.id,
                voucher.number_and_number_series or "",
                registers.day(voucher.voucher_date),
                _debit(voucher) if voucher.rows else None,
            )
            for voucher in self._books.matching("/vouchers", answers.Voucher, condition)
            if documents.is_voucher(voucher.voucher_text, document.reference)
        ]

    def read_back(self, sent: Sequence[tuple[Delivered, Voucher]]) -> Iterator[Booked]:
        """The vouchers of their days, then by id whatever was moved."""
        by_id = {one.external_id: document for one, document in sent if one.external_id}
        references = {document.reference for _, document in sent}
        condition = between("VoucherDate", [document.date for _, document in sent])
        for voucher in self._books.matching("/vouchers", answers.Voucher, condition) if sent else ():
            known = by_id.pop(voucher.id, None)
            said = (voucher.voucher_text or "").partition(" ")[0]
            if known is not None or said in references:
                yield _booked(voucher, known.reference if known else said)
        for external_id, document in by_id.items():
            year = self._books.year(document.date)
            there = self._http.get_or_none(f"/vouchers/{year.id}/{external_id}", answers.Voucher)
            if there:
                yield _booked(there, document.reference)

    def every(self, first: date, last: date) -> Iterator[Booked]:
        """Every voucher of these days."""
        for voucher in self._books.matching("/vouchers", answers.Voucher, between("VoucherDate", [first, last])):
            if first <= (registers.day(voucher.voucher_date) or first) <= last:
                yield _booked(voucher, voucher.voucher_text or "")


class Booking:
    """The vouchers of some days, by the invoices that they were made of.

    `look_up` reads the voucher that an invoice says it was booked by, wherever it is; None where there are no books.
    """

    def __init__(
        self,
        vouchers: Iterable[answers.Voucher],
        look_up: Callable[[answers.Invoice], answers.Voucher | None] | None = None,
    ) -> None:
        self._look_up = look_up
        self._by_id: dict[str, answers.Voucher] = {}
        self._of: dict[str, list[answers.Voucher]] = {}
        for voucher in vouchers:
            self._by_id[voucher.id] = voucher
            for name in {voucher.source_id or "", *_words(voucher)} - {""}:
                self._of.setdefault(name, []).append(voucher)

    def of(self, invoice: answers.Invoice, document: Invoice) -> tuple[Posting, ...]:
        """What the books hold of an invoice: its sales and VAT, and its payments where their vouchers are to be seen.

        Without its voucher the invoice itself tells its VAT; when it does not, nothing is known.
        """
        sourced = self._of.get(invoice.id, [])
        own = [self._by_id.get(invoice.voucher_id or ""), *(one for one in sourced if one.voucher_type in _OF_INVOICES)]
        made = next((one for one in own if one is not None), None)
        if made is None and invoice.voucher_id and self._look_up:
            made = self._look_up(invoice)
            if made is None:
                return _NOT_BOOKED
        if made is None:
            return _paid_at_once(sourced, document) or _told(invoice)
        named = self._of.get(document.reference, [])
        paid = [one for one in sourced if one.id != made.id] or [one for one in named if one.id != made.id]
        return (*_sold(made, invoice, document), *(row for one in paid for row in _paid(one, document)))


_NOT_BOOKED = (Posting(0, 0, purpose=Purpose.VAT), Posting(0, 0, purpose=Purpose.SALES))
"""An invoice whose voucher is not there: nothing of it stands in the books."""


def _paid_at_once(vouchers: Sequence[answers.Voucher], document: Invoice) -> tuple[Posting, ...]:
    """By the cash method (*kontantmetoden*) an invoice is booked when it is paid, by the vouchers of its payments.

    Empty where there are none, where something is owed, and where a payment's account is one of the sales' too.
    """
    paying = {one.account for one in document.payments}
    if document.owed or paying & {row.account for row in document.rows}:
        return ()
    rows = [_posting(row) for one in vouchers for row in one.rows or ()]
    if not any(row.account not in paying for row in rows):
        return ()
    return tuple(replace(row, purpose=_purpose(row, paying, document)) for row in rows)


def _purpose(row: Posting, paying: set[int], document: Invoice) -> Purpose:
    if row.account in _OUTPUT_VAT:
        return Purpose.VAT
    if row.account == (document.rounding_account or _ROUNDING):
        return Purpose.ROUNDING
    return Purpose.PAYMENT if row.account in paying else Purpose.SALES


def _words(voucher: answers.Voucher) -> Sequence[str]:
    """What a voucher that eEkonomi made says of what it is about."""
    return () if voucher.voucher_type == _MANUAL else (voucher.voucher_text or "").replace(",", " ").split()


def _told(invoice: answers.Invoice) -> tuple[Posting, ...]:
    vat = invoice.total_vat_amount_invoice_currency
    vat = invoice.total_vat_amount if vat is None else vat
    if vat is None:
        return ()
    sign = -1 if invoice.is_credit_invoice else 1
    total = invoice.total_amount_invoice_currency
    total = invoice.total_amount if total is None else total
    rest = abs(ore(total)) - ore(invoice.total_roundings) - abs(ore(vat))
    return (
        Posting(0, -sign * abs(ore(vat)), purpose=Purpose.VAT),
        Posting(0, -sign * rest, purpose=Purpose.SALES),
    )


def _sold(voucher: answers.Voucher, invoice: answers.Invoice, document: Invoice) -> Iterator[Posting]:
    back = {one.account for one in documents.given_back(document)}
    rows = [_posting(row) for row in voucher.rows or ()]
    total = (-1 if invoice.is_credit_invoice else 1) * abs(ore(invoice.total_amount))
    claims = [row for row in rows if row.account in _CLAIMS] or [row for row in rows if row.amount == total][:1]
    for row in rows:
        if row in claims:
            continue
        if row.account in _OUTPUT_VAT:
            yield Posting(row.account, row.amount, purpose=Purpose.VAT)
        elif row.account == (document.rounding_account or _ROUNDING):
            yield Posting(row.account, row.amount, purpose=Purpose.ROUNDING)
        else:
            yield Posting(row.account, row.amount, purpose=Purpose.PAYMENT if row.account in back else Purpose.SALES)


def _paid(voucher: answers.Voucher, document: Invoice) -> Iterator[Posting]:
    for row in map(_posting, voucher.rows or ()):
        if row.account == (document.rounding_account or _ROUNDING):
            yield Posting(row.account, row.amount, purpose=Purpose.ROUNDING)
        elif row.account not in _CLAIMS:
            yield Posting(row.account, row.amount, purpose=Purpose.PAYMENT)


def _posting(row: answers.VoucherRow) -> Posting:
    return Posting(row.account_number, ore(row.debit_amount) - ore(row.credit_amount))


def _booked(voucher: answers.Voucher, reference: str) -> Booked:
    return Booked(
        reference=reference,
        external_id=voucher.id,
        number=voucher.number_and_number_series or "",
        date=registers.day(voucher.voucher_date),
        postings=tuple(_posting(row) for row in voucher.rows or ()),
    )


def _debit(voucher: answers.Voucher) -> Ore:
    return sum(ore(row.debit_amount) for row in voucher.rows or ())
