"""Receipts as invoices and credit memos, and orders: written, posted, closed, found again and read back.

A document takes several requests, so it may be cut short anywhere. The header carries the reference from the
start; whoever finds it (`find`) may go on where it was cut short (`finish`), and never begins a second one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from connectors.dynamics_nav import documents
from connectors.dynamics_nav.buyers import Buyers, ensure_kronor
from connectors.dynamics_nav.discovery import codeunit_name
from connectors.dynamics_nav.errors import (
    INVOICE_OPEN,
    LINE_VAT,
    LINES_DIFFER,
    NUMBER_GARBLED,
    PAYMENT_METHOD,
    PAYMENTS_WAIT,
    SYSTEM,
    TOTAL_DIFFERS,
)
from connectors.dynamics_nav.journal import Journal
from connectors.dynamics_nav.link import Bound, Link
from connectors.dynamics_nav.poster import Poster
from connectors.dynamics_nav.roles import CREDIT, ORDER, Roles, roles_of
from connectors.dynamics_nav.sentences import gone_meanwhile, is_gone, named_line
from connectors.wire.answers import strange, tidy
from connectors.wire.rows import Row, day, flag, option, text
from synccenter.contract.connector import Booked, Found, Sent
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Invoice, Order, Ore, kronor

_NUMBER = re.compile(r"[\w./ -]{1,20}")
"""A document number of NAV: Code[20]."""


class Sales:
    """Sales documents of one NAV."""

    def __init__(self, link: Link, poster: Poster, journal: Journal) -> None:
        self._link = link
        self._poster = poster
        self._journal = journal
        self._buyers = Buyers(link)
        self._closed = not link.posts or link.settings.closing == "rows"

    def forget(self) -> None:
        """Whose card it is no longer holds: a person may be about to mend it."""
        self._buyers.forget()

    # --- sending ---------------------------------------------------------------------------------------------

    def send(self, document: Invoice | Order) -> Sent:
        """Write a document. What is missing in NAV is seen before anything is written, where that can be."""
        roles = roles_of(document)
        drafts = self._link.writing(roles.draft)
        self._poster.ensure(roles.function)
        original = self._original(document)
        if isinstance(document, Invoice):
            self._buyers.ensure(document, roles.draft)
        lines = self._lines(document, original)
        location = self._link.settings.sales_location
        values = documents.header(document, original=original, location=location)
        row = drafts.tables.create(drafts.service, drafts.theirs(values))
        if not row.get("No"):  # taken, but the answer does not tell which it became: the next look-up does
            raise strange(SYSTEM, "ett dokument utan nummer", uncertain=True)
        return self._go_on(document, roles, row, lines, fresh=True)

    def find(self, document: Invoice | Order) -> list[Found]:
        """All that carry the document's reference: posted ones, and drafts, which can be gone on with."""
        roles = roles_of(document)
        found = [self._found_posted(document, roles, row) for row in self._posted(roles, document)]
        for row in self._drafts(roles, document):
            number = text(row, "no")
            found.append(Found(number, number, day(row, "date"), draft=True, unfinished=True))
        return found

    def _found_posted(self, document: Invoice | Order, roles: Roles, row: Row) -> Found:
        number = text(row, "no")
        if isinstance(document, Order):  # posted by a person, on a day of their own
            return Found(number, number)
        on = day(row, "date")
        total = documents.ore(row, "total") * (-1 if document.credit else 1) if row.get("total") is not None else None
        pays = bool(roles.function) and not self._closed and on == document.date
        return Found(number, number, on, total, unfinished=pays and self._unpaid(document, number))

    def _unpaid(self, document: Invoice, number: str) -> bool:
        """Whether payments are missing, or wait in the journal: an invoice that was closed otherwise has them there."""
        left = document.may_stay_open(self._left(document, number))
        return not left or self._journal.waits("payments", documents.paid_as(document, number))

    def finish(self, document: Invoice | Order, found: Found) -> Sent:
        """Go on with a document from wherever it was cut short."""
        roles = roles_of(document)
        if not found.draft:
            return self._settled(document, roles, found.external_id, fresh=False)
        there = [row for row in self._drafts(roles, document) if text(row, "no") == found.external_id]
        if not there:  # it was posted a moment ago: the next look-up tells
            raise gone_meanwhile(document.reference, found.number)
        lines = self._lines(document, self._original(document))
        return self._go_on(document, roles, there[0]["_"], lines, fresh=False)

    def _lines(self, document: Invoice | Order, original: str) -> list[Row]:
        words = self._journal.words(roles_of(document).draft)
        if isinstance(document, Order):
            return documents.order_lines(document, words, net=self._net(document))
        lines = self._with_vat(documents.invoice_lines(document, words, closed=self._closed), document)
        if not original:
            return lines
        if not self._link.writing(CREDIT.draft).has("your_reference"):
            lines.append(documents.text_line(f"Retur av {original}"))
        return self._tied(document, lines)

    def _with_vat(self, lines: list[Row], document: Invoice) -> list[Row]:
        """Lines on accounts with the VAT group of their rate, where the page shows it: as the till sold them."""
        if "vat_prod" not in self._link.writing(roles_of(document).draft).line_names:
            return lines
        groups = {rate: self._buyers.group_of(rate) for rate in {line["rate"] for line in lines if "rate" in line}}
        return [
            line | {"vat_prod": groups[line["rate"]]} if groups.get(line.get("rate", -1)) else line for line in lines
        ]

    def _tied(self, document: Invoice, lines: list[Row]) -> list[Row]:
        """The goods tied to the stock entries of the original, where both pages show the fields for it.

        So NAV takes the cost back that the sale had, and counts what is left to return (`Appl.-from Item Entry`). The
        credit memo is never applied to the invoice: that was closed by its payments, and NAV applies to open entries
        only; the money that was handed back closes the credit memo instead.
        """
        memos = self._link.writing(CREDIT.draft)
        stock = self._link.page("stock") if "applies_from" in memos.line_names and self._link.has("stock") else None
        if stock is None or not (stock.has("reference") and stock.has("not_returned")):
            return lines
        reference = documents.reference_of(document.credit_of)
        entries = [one for one in stock.every([("reference", "eq", reference)]) if _is(one, reference)]
        return documents.applied_from(lines, entries)

    def _net(self, document: Order) -> bool:
        """Whether NAV adds VAT to an order's prices: by the customer where the page does not let us say."""
        if self._link.writing(ORDER.draft).has("gross_prices"):
            return False
        rows = self._link.page("customers").every([("number", "eq", document.customer.upper())])
        return not (rows and flag(rows[0], "gross_prices"))

    def _original(self, document: Invoice | Order) -> str:
        """What a credit memo credits: the till's reference and, when it is posted, NAV's number."""
        if isinstance(document, Order) or not document.credit_of:
            return ""
        reference = documents.reference_of(document.credit_of)
        found = self._link.page("posted_invoices").every([("reference", "eq", reference)])
        number = next((text(row, "no") for row in found if _is(row, reference)), "")
        return f"{reference} {number}".strip()

    def _go_on(self, document: Invoice | Order, roles: Roles, header: Row, lines: list[Row], *, fresh: bool) -> Sent:
        """Lines, total, posting, payments: from wherever it stands."""
        drafts = self._link.writing(roles.draft)
        number = str(header["No"])
        try:
            there = [] if fresh else self._written(drafts, header)
            self._compare(document, number, lines, there)
            header = self._check_money(document, drafts, header)
            self._check_gross(document, drafts.ours(header), lines)
            named = [drafts.line(line) for line in lines[len(there) :]]
            added = drafts.tables.add_lines(drafts.service, header, named, len(there))
            there += [drafts.our_line(row) for row in added]
            self._check_total(document, lines, there)
            self._check_vat(document, there)
            if roles.function:
                number = self._post(roles, document, number)
        except SyncError as error:
            if is_gone(error.problem):
                raise gone_meanwhile(document.reference, str(header["No"])) from error
            error.problem = named_line(error.problem, lines)
            raise self._withdrawn(error, drafts, header, document) from error
        return self._settled(document, roles, number, fresh=fresh)

    def _written(self, drafts: Bound, header: Row) -> list[Row]:
        return [drafts.our_line(row) for row in drafts.tables.lines(drafts.service, header)]

    def _compare(self, document: Invoice | Order, number: str, lines: Sequence[Row], there: Sequence[Row]) -> None:
        same = len(there) <= len(lines) and all(map(documents.same_line, lines, there))
        if not same:
            raise LINES_DIFFER.error(item=document.reference, number=number, reference=document.reference)

    def _check_money(self, document: Invoice | Order, drafts: Bound, header: Row) -> Row:
        """The header is in kronor, and has no payment method by which NAV would close it. Raises NAV18, NAV19."""
        if isinstance(document, Order):
            return header
        ours = drafts.ours(header)
        ensure_kronor(text(ours, "currency"), document)
        if not text(ours, "payment_method"):
            return header
        header = drafts.tables.update(drafts.service, header, drafts.theirs({"payment_method": ""}))
        if method := text(drafts.ours(header), "payment_method"):
            page = drafts.need.page
            raise PAYMENT_METHOD.error(item=document.reference, customer=document.customer, method=method, page=page)
        return header

    def _check_gross(self, document: Invoice | Order, header: Row, lines: Sequence[Row]) -> None:
        """The prices include VAT, so the header must say that they do, or NAV adds it once more."""
        if header.get("gross_prices") is not None and not flag(header, "gross_prices"):
            till = kronor(documents.total_of(lines))
            raise TOTAL_DIFFERS.error(item=document.reference, till=till, there=f"{till} utan moms")

    def _check_total(self, document: Invoice | Order, wanted: Sequence[Row], there: Sequence[Row]) -> None:
        ours, theirs = documents.total_of(wanted), documents.total_of(there)
        if isinstance(document, Invoice):
            ours, theirs = documents.goods_of(document, wanted), documents.goods_of(document, there)
        if ours != theirs or len(wanted) != len(there):
            raise TOTAL_DIFFERS.error(item=document.reference, till=kronor(ours), there=kronor(theirs))

    def _check_vat(self, document: Invoice | Order, there: Sequence[Row]) -> None:
        """Each article is sold at the till's rate, where the page shows the lines' VAT group. Raises NAV51."""
        if isinstance(document, Order):
            return
        for row, line in zip(document.rows, there, strict=False):
            product = text(line, "vat_prod")
            rate = self._buyers.rate_of(document, product) if product and row.article and row.goods else None
            if rate is not None and rate != row.vat_rate:
                raise LINE_VAT.error(
                    item=document.reference,
                    article=f"Artikel {row.article}",
                    sold=row.vat_rate,
                    there=rate,
                    group=product,
                )

    def _post(self, roles: Roles, document: Invoice | Order, number: str) -> str:
        """Post by the codeunit when we are to; the number it got, or the draft's."""
        if not self._link.posts:
            return number
        posted = self._poster.post(roles.function, number)
        if not _NUMBER.fullmatch(posted):  # the codeunit does not tell, or tells something else
            on = document.date if isinstance(document, Invoice) else None
            found = [row for row in self._posted(roles, document) if day(row, "date") == on]
            if posted and not found:
                raise NUMBER_GARBLED.error(
                    item=document.reference,
                    reference=document.reference,
                    codeunit=codeunit_name(self._link.settings),
                    number=tidy(posted, 40),
                    uncertain=True,
                )
            posted = text(found[-1], "no") if found else number
        return posted

    def _withdrawn(self, error: SyncError, drafts: Bound, header: Row, document: Invoice | Order) -> SyncError:
        """A clear refusal takes our unposted draft away again, so that nothing half stands in NAV."""
        if error.uncertain or error.problem.code == LINES_DIFFER.code:
            error.uncertain = True  # the header stands, whatever its lines: it is looked up, never sent anew
            return error
        try:
            on = document.date if isinstance(document, Invoice) else None
            if not any(day(row, "date") == on for row in self._posted(roles_of(document), document)):
                drafts.tables.delete(drafts.service, header)
            else:
                error.uncertain = True
        except SyncError:
            error.uncertain = True
        return error

    # --- closing to zero -------------------------------------------------------------------------------------

    def _settled(self, document: Invoice | Order, roles: Roles, number: str, *, fresh: bool) -> Sent:
        """Pay a posted invoice with the methods used. It stands: whatever fails now is uncertain.

        One that was cut short is compared first: what somebody has changed before it was posted is not paid by us.
        """
        if isinstance(document, Order) or self._closed or not roles.function:
            return Sent(number, number)
        try:
            if fresh or self._open(document, number):
                self._pay(document, number, fresh=fresh)
            elif self._journal.waits("payments", documents.paid_as(document, number)):
                batch = self._link.settings.payment_batch
                raise PAYMENTS_WAIT.error(item=document.reference, number=number, batch=batch)
        except SyncError as error:
            error.uncertain = True
            raise
        return Sent(number, number)

    def _pay(self, document: Invoice, number: str, *, fresh: bool) -> None:
        rows = list(documents.payment_rows(document, number, self._journal.words("payments")))
        if rows:  # none of what is sold on account alone
            self._journal.complete("payments", rows, documents.paid_as(document, number), fresh=fresh)
            self._journal.post("payments", documents.paid_as(document, number))
        left = self._left(document, number)
        if not document.may_stay_open(left):
            batch = self._link.settings.payment_batch
            raise INVOICE_OPEN.error(
                item=document.reference, number=number, open=kronor(left - document.owed), batch=batch
            )

    def _left(self, document: Invoice, number: str) -> Ore:
        """What remains to pay, by the customer's ledger."""
        return sum(documents.ore(row, "left") for row in self._entries(document, number))

    def _entries(self, document: Invoice, number: str) -> list[Row]:
        """What the customer's ledger has of a posted invoice or credit memo."""
        kind = "creditmemo" if document.credit else "invoice"
        rows = self._link.page("customer_entries").every([("document", "eq", number)])
        return [row for row in rows if option(row, "document_type") == kind]

    def _open(self, document: Invoice, number: str) -> bool:
        """Whether more is left to pay than may be. Raises NAV13 when it comes to something else than the receipt."""
        rows = self._entries(document, number)
        there = sum(documents.ore(row, "amount") for row in rows)
        told = rows and all(row.get("amount") is not None for row in rows)
        if told and there != sum(payment.amount for payment in document.payments) + document.owed:
            raise LINES_DIFFER.error(item=document.reference, number=number, reference=document.reference)
        return not document.may_stay_open(sum(documents.ore(row, "left") for row in rows))

    def every(self, kinds: Iterable[Roles], first: date, last: date) -> Iterator[Booked]:
        """Every document of these days, drafts and posted ones; what was an order is posted on a day of its own."""
        for roles in kinds:
            after, before = ("date", "ge", first), ("date", "le", last)
            # A draft may have lost its date: a person clears the field.
            for row in self._link.page(roles.draft).every([after, before] if roles is ORDER else []):
                if first <= (day(row, "date") or first) <= last:
                    yield _listed(row, day(row, "date"), draft=roles is not ORDER)
            for row in self._link.page(roles.posted).every([after] if roles is ORDER else [after, before]):
                one = _listed(row, None if roles is ORDER else day(row, "date"))
                told = one.total is not None and roles is not ORDER
                sign = -1 if roles is CREDIT else 1
                yield replace(one, total=sign * one.total if told and one.total is not None else None)

    # --- looking up ------------------------------------------------------------------------------------------

    def _posted(self, roles: Roles, document: Invoice | Order) -> list[Row]:
        reference = documents.reference_of(document.reference)
        rows = self._link.page(roles.posted).every([("reference", "eq", reference)])
        return [row for row in rows if _is(row, reference)]

    def _drafts(self, roles: Roles, document: Invoice | Order) -> list[Row]:
        reference = documents.reference_of(document.reference)
        rows = self._link.writing(roles.draft).every([("reference", "eq", reference)])
        return [row for row in rows if _is(row, reference)]


def _is(row: Row, reference: str) -> bool:
    return text(row, "reference").upper() == reference


def _listed(row: Row, on: date | None, *, draft: bool = False) -> Booked:
    number = text(row, "no")
    total = documents.ore(row, "total") if row.get("total") is not None else None
    named, customer = text(row, "reference"), text(row, "customer")
    return Booked(
        reference=named, external_id=number, number=number, date=on, customer=customer, total=total, draft=draft
    )
