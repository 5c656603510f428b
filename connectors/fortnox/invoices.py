"""Receipts up as customer invoices: made, booked, paid and the payments booked, each step gone on with after a crash.

An invoice is found by `ExternalInvoiceReference1`. Its rows name account and VAT, so that what Fortnox does not have
as an article (gift cards, deposits) needs none. Cash that was rounded is a row of its own; where Fortnox itself rounds
to whole kronor, what it rounded is written off with the first payment, so that till and books agree to the öre.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from connectors.formats.dimensions import with_dimensions
from connectors.formats.purposes import ROUNDING_ACCOUNT
from connectors.formats.quantities import split
from connectors.fortnox import answers
from connectors.fortnox.booking import AT_MOST, TOO_MANY, Booking
from connectors.fortnox.books import Books, day
from connectors.fortnox.errors import INVOICE_DIFFERS, INVOICE_INTERRUPTED, INVOICE_NOT_PAID, PAYMENT_DIFFERS
from connectors.fortnox.vouchers import ore
from connectors.wire.ahead import numbered
from connectors.wire.answers import tidy
from synccenter.contract import catalogue
from synccenter.contract.connector import Booked, Delivered, Found, Sent
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Invoice, InvoiceRow, Ore, Posting, kronor

ROW_TEXT, REMARKS = 50, 1024


class Invoices:
    """The invoices in Fortnox."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._http = books.http

    def send(self, document: Invoice) -> Sent:
        """Make, book and pay. Whatever Fortnox can be asked is asked before: a refusal up to there is certain."""
        books = self._books
        year = books.open_year(document.date)
        rounding = {document.rounding_account or ROUNDING_ACCOUNT} if document.rounding else set()
        books.assert_accounts(
            year, {row.account for row in document.rows} | {one.account for one in document.payments} | rounding
        )
        books.assert_dimensions(
            {row.cost_centre for row in document.rows if row.cost_centre},
            {row.project for row in document.rows if row.project},
        )
        books.assert_buyer(document.customer)
        body = {"Invoice": self._body(document)}
        answer = self._http.send("POST", "/invoices", body, answers.Body)
        made = books.opened(answer, "Invoice", answers.Invoice, uncertain=True)
        return self._finished(document, made)

    def finish(self, document: Invoice, number: str) -> Sent:
        """Go on with an invoice that was cut short."""
        return self._finished(document, self._one(number))

    def find(self, document: Invoice) -> list[Found]:
        """All invoices that carry the reference and are not cancelled."""
        asked = {"externalinvoicereference1": document.reference}
        return [
            Found(
                row.document_number,
                row.document_number,
                day(row.invoice_date),
                ore(row.total),
                draft=not row.booked,
                unfinished=self._unfinished(document, row),
            )
            for row in self._books.certain("/invoices", "Invoices", answers.Invoice, asked)
            if row.external_invoice_reference1 == document.reference and not row.cancelled
        ]

    def read_back(self, sent: Sequence[tuple[Delivered, Invoice]]) -> Iterator[Booked]:
        """What carries one of the references in their days, and what has one of the ids, each with its vouchers."""
        found = list(self._there(sent))
        if len(found) > AT_MOST:
            yield from (replace(self._booked(row, document, ()), unread=(TOO_MANY,)) for row, document in found)
            return
        booked = list(numbered(lambda one: self._booked(*one, self._booking(*one)), found))
        yield from with_dimensions([(document, one) for (_, document), one in zip(found, booked, strict=True)])

    def every(self, first: date, last: date) -> Iterator[Booked]:
        """Every invoice of these days that is not cancelled, without what books it."""
        days = {"fromdate": first.isoformat(), "todate": last.isoformat()}
        for row in self._books.certain("/invoices", "Invoices", answers.Invoice, days):
            if not row.cancelled:
                yield Booked(
                    reference=row.external_invoice_reference1,
                    external_id=row.document_number,
                    number=row.document_number,
                    date=day(row.invoice_date),
                    customer=row.customer_number,
                    total=ore(row.total),
                )

    def _there(self, sent: Sequence[tuple[Delivered, Invoice]]) -> Iterator[tuple[answers.Invoice, Invoice]]:
        by_id = {one.external_id: document for one, document in sent if one.external_id}
        by_reference = {document.reference: document for _, document in sent}
        days = [document.date for _, document in sent]
        dates = {"fromdate": min(days).isoformat(), "todate": max(days).isoformat()} if days else {}
        for row in self._books.certain("/invoices", "Invoices", answers.Invoice, dates) if days else ():
            document = by_id.pop(row.document_number, None) or by_reference.get(row.external_invoice_reference1)
            if document is not None and not row.cancelled:
                yield row, document
        for number, document in by_id.items():
            there = self._books.one_or_none(_path(number), "Invoice", answers.Invoice)
            if there is not None and not there.cancelled:
                yield there, document

    def _booking(self, row: answers.Invoice, document: Invoice) -> Sequence[Posting]:
        if not row.booked:
            return ()
        whole = row if row.voucher_number else self._one(row.document_number)
        return Booking(self._books).of(whole, self._payments(row.document_number), document)

    # --- the steps ---------------------------------------------------------------------------------------------

    def _finished(self, document: Invoice, invoice: answers.Invoice) -> Sent:
        """What remains of the steps. The invoice stands: whatever fails now is uncertain, also *Avbryt*."""
        try:
            self._go_on(document, invoice)
        except SyncError as error:
            if error.problem.code == catalogue.CANCELLED.code:
                raise INVOICE_INTERRUPTED.error(item=document.reference, uncertain=True) from error
            error.uncertain = True
            raise
        return Sent(invoice.document_number, invoice.document_number)

    def _go_on(self, document: Invoice, invoice: answers.Invoice) -> None:
        number = invoice.document_number
        total, rounded = ore(invoice.total), ore(invoice.round_off)
        if total - rounded != document.total:
            raise INVOICE_DIFFERS.error(
                item=document.reference, number=number, there=kronor(total - rounded), till=kronor(document.total)
            )
        if not invoice.warehouse_ready and not invoice.booked:
            self._put(_path(number) + "/warehouseready")
        if not invoice.booked:
            self._put(_path(number) + "/bookkeep")
        self._pay(document, number, rounded)
        left = ore(self._one(number).balance)
        if not document.may_stay_open(left):
            raise INVOICE_NOT_PAID.error(item=document.reference, number=number, open=kronor(left - document.owed))

    def _pay(self, document: Invoice, number: str, rounded: Ore) -> None:
        """The payments that are not there yet, and the booking of those that are not booked."""
        todo = payments(document)
        there = [self._whole(payment) for payment in self._payments(number)]
        for payment in there:
            if document.owed and payment.mode_of_payment_account not in todo:
                continue  # the customer has paid of the debt since
            if todo.pop(payment.mode_of_payment_account, None) != ore(payment.amount):
                raise PAYMENT_DIFFERS.error(
                    item=document.reference,
                    number=number,
                    payment=payment.number,
                    amount=kronor(ore(payment.amount)),
                    account=payment.mode_of_payment_account,
                )
        for payment in there:
            if not payment.booked:
                self._put(_payment(payment.number) + "/bookkeep")
        written_off = 0 if there else rounded  # it goes with the first payment
        for account, amount in todo.items():
            body = self._payment_body(document, number, account, amount)
            if written_off:
                off = {"AccountNumber": document.rounding_account or ROUNDING_ACCOUNT, "Amount": _kronor(written_off)}
                body["WriteOffs"] = [off]
                written_off = 0
            answer = self._http.send("POST", "/invoicepayments", {"InvoicePayment": body}, answers.Body)
            made = self._books.opened(answer, "InvoicePayment", answers.Payment, uncertain=True)
            if not made.booked:
                self._put(_payment(made.number) + "/bookkeep")

    def _whole(self, payment: answers.Payment) -> answers.Payment:
        """With its account, which a list does not tell."""
        if payment.mode_of_payment_account:
            return payment
        return self._books.payment(payment.number)

    def _payment_body(self, document: Invoice, number: str, account: int, amount: Ore) -> dict[str, Any]:
        mode = self._books.modes.get(account, "")
        return {
            "InvoiceNumber": int(number),
            "Amount": _kronor(amount),
            "PaymentDate": document.date.isoformat(),
            "ModeOfPaymentAccount": account,
            **({"ModeOfPayment": mode} if mode else {}),
        }

    def _payments(self, number: str) -> list[answers.Payment]:
        return self._books.certain("/invoicepayments", "InvoicePayments", answers.Payment, {"invoicenumber": number})

    def _put(self, path: str) -> None:
        """A step that has no body of its own."""
        self._books.body(self._http.raw("PUT", path, changes=True))

    def _one(self, number: str) -> answers.Invoice:
        return self._books.one(_path(number), "Invoice", answers.Invoice)

    def _unfinished(self, document: Invoice, row: answers.Invoice) -> bool:
        """Whether a step is missing; of one that is booked and paid, whether each payment is booked."""
        if not row.booked or not document.may_stay_open(ore(row.balance)):
            return True
        return not all(payment.booked for payment in self._payments(row.document_number))

    # --- what goes over the wire -----------------------------------------------------------------------------------

    def _body(self, document: Invoice) -> dict[str, Any]:
        """The invoice with prices including VAT. Goods handed back are rows of a negative quantity."""
        rows = [part for row in document.rows for part in self._rows(row)]
        if document.rounding:
            account = document.rounding_account or ROUNDING_ACCOUNT
            rows.append(_row("Öresavrundning", 1000, document.rounding, 0, account))
        about = f"Retur av {document.credit_of}" if document.credit_of else document.text
        remarks = {"Remarks": tidy(about, REMARKS)} if about.strip() else {}
        return {
            "CustomerNumber": document.customer,
            "InvoiceDate": document.date.isoformat(),
            **({} if document.owed else {"DueDate": document.date.isoformat()}),  # a debt: by the customer's terms
            "InvoiceType": "INVOICE",
            "Currency": "SEK",
            "VATIncluded": True,
            "ExternalInvoiceReference1": document.reference,
            "InvoiceRows": rows,
            **remarks,
        }

    def _rows(self, row: InvoiceRow) -> Iterator[dict[str, Any]]:
        extra = {
            "ArticleNumber": row.article if self._books.has_article(row.article) else "",
            "CostCenter": row.cost_centre,
            "Project": row.project,
        }
        named = {name: value for name, value in extra.items() if value}
        for part in split(row.text, row.quantity, row.amount):
            yield _row(part.text, part.quantity, part.unit, row.vat_rate, row.account) | named

    def _booked(self, row: answers.Invoice, document: Invoice, postings: Sequence[Posting]) -> Booked:
        told, total = any(one.account for one in postings), ore(row.total)
        if total != sum(one.amount for one in document.rows) + document.rounding:
            total -= ore(self._one(row.document_number).round_off)  # lists do not tell what was rounded
        return Booked(
            reference=document.reference,
            external_id=row.document_number,
            number=row.document_number,
            date=day(row.invoice_date),
            customer=row.customer_number,
            postings=tuple(postings),
            by_rows=told,
            entries=told,
            total=total,
            open=ore(row.balance),
            draft=not row.booked,
        )


def payments(document: Invoice) -> dict[int, Ore]:
    """What is paid, by account in öre: taken together, so that what is there tells how far sending came."""
    return {one.account: one.amount for one in document.netted()}


def _row(text: str, quantity: int, unit: Ore, rate: int, account: int) -> dict[str, Any]:
    return {
        "Description": tidy(text, ROW_TEXT) or "-",
        "DeliveredQuantity": f"{Decimal(quantity).scaleb(-3).normalize():f}",
        "Price": _kronor(unit),
        "VAT": rate,
        "AccountNumber": account,
    }


def _kronor(amount: Ore) -> Decimal:
    return Decimal(amount).scaleb(-2)


def _path(number: str) -> str:
    return f"/invoices/{quote(number, safe='')}"


def _payment(number: str) -> str:
    return f"/invoicepayments/{quote(number, safe='')}"
