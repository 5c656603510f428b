"""From the till to deliveries: reads what a document is made of, has `posting` make it, and says what it covers.

Used for what is new and, again, for everything parked: a document is always made from the till's receipts and
today's settings, so that a changed account needs no change in the till.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem
from synccenter.contract.model import (
    CustomerChange,
    Document,
    DocumentKind,
    Order,
    Receipt,
    ReceiptKey,
    ReceiptState,
    ZReport,
)
from synccenter.journal.agreed import Agreed, changed_here
from synccenter.journal.delivery import CASH, MOVEMENT, RECEIPT, Cover, Delivery, State, Unit
from synccenter.journal.printing import printed
from synccenter.journal.reports import Ground, Reports, compose, renamed
from synccenter.posting import documents
from synccenter.posting.controls import finished
from synccenter.till.values import Unreadable


class Composer:
    """Makes deliveries for one route with one set of rules."""

    def __init__(self, ground: Ground) -> None:
        self._sales = ground.sales
        self._rules = ground.rules
        self._ledger = ground.ledger
        self._route = ground.route
        self._today = ground.today
        self._cutover = ground.cutover
        self._reports = Reports(ground)

    def receipt(self, receipt: Receipt | Unreadable, day: date) -> Delivery:
        """A receipt on its own; `day` is its business date (today for one that cannot be read)."""
        key = ReceiptKey(receipt.till, receipt.number)
        amount = receipt.total if isinstance(receipt, Receipt) else 0
        invoice = self._rules.target == "invoice"
        blank = Delivery(
            reference=self._rules.names.receipt(key),
            unit=Unit.RECEIPT,
            till=key.till,
            number=key.number,
            business_date=day,
            kind=DocumentKind.INVOICE if invoice else DocumentKind.VOUCHER,
            route=self._route,
            source=(key,),
            covers=(Cover(key.till, key.number, amount),),
            total=amount,
        )
        if isinstance(receipt, Unreadable):
            return msgspec.structs.replace(blank, state=State.REJECTED, problem=receipt.problem)
        if receipt.state is not ReceiptState.FINISHED:  # voided while it waited: no sale any more
            nothing = (Cover(key.till, key.number),)
            return msgspec.structs.replace(blank, state=State.EMPTY, covers=nothing, total=0)
        make = documents.receipt_invoice if invoice else documents.receipt_voucher
        return compose(blank, self._today, lambda: make(receipt, self._rules))

    def z(self, z: ZReport | Unreadable) -> list[Delivery]:
        """A Z report with all its receipts and cash: one delivery for each day that something was sold on."""
        if isinstance(z, Unreadable):
            return [self._reports.unread(z, self._today, self._rules.names.z(z.till, z.number))]
        return self._reports.new(Unit.Z, [z])

    def too_early(self, made: Delivery, day: date) -> Delivery:
        """Parked with T07: it is dated before the start date although its number comes after it."""
        problem = catalogue.BEFORE_START.problem(
            item=made.reference, day=day, start=self._cutover, reference=made.reference
        )
        return msgspec.structs.replace(made, state=State.REJECTED, problem=problem, business_date=day)

    def day(self, reports: Sequence[ZReport]) -> list[Delivery]:
        """All Z reports of one business date together: one delivery for each day that something was sold on."""
        return self._reports.new(Unit.DAY, reports)

    def hindrance(self, z: ZReport) -> Problem | None:
        """What cannot be read among a Z report's receipts and cash, which keeps it out of a day's voucher."""
        return self._reports.hindrance(z)

    def cash(self, z: ZReport) -> list[Delivery]:
        """The cash movements of a Z report, when its receipts are sent one by one."""
        return self._reports.new(Unit.CASH, [z])

    def late_cash(self, z: ZReport, numbers: Sequence[str]) -> Delivery:
        """Cash movements of a Z report that came after it was sent, as a document of their own."""
        return self._reports.late_cash(z, numbers)

    def other(self, document: Order | CustomerChange) -> Delivery:
        """An order, sent as it is; of a customer what the till has changed since it was last fetched."""
        order = isinstance(document, Order)
        if isinstance(document, Order):
            document = msgspec.structs.replace(document, named=self._rules.names.order(document.till))
        else:
            document = self._changed_here(document)
        return Delivery(
            reference=document.reference,
            unit=Unit.ORDER if order else Unit.CUSTOMER,
            till=document.till if isinstance(document, Order) else "",
            number=document.number if isinstance(document, Order) else document.sequence,
            business_date=document.at.date(),
            kind=DocumentKind.ORDER if order else DocumentKind.CUSTOMER,
            route=self._route,
            source=(),
            document=document,
        )

    def again(self, old: Delivery) -> Delivery:
        """The same delivery made anew from the till, with its reference and part kept; itself when nothing is there."""
        return self.all_again([old])[0]

    def all_again(self, old: Sequence[Delivery]) -> list[Delivery]:
        """See `again`. The receipts of all are read together."""
        numbers: dict[str, list[int]] = {}
        for one in old:
            if one.unit is Unit.RECEIPT:
                numbers.setdefault(one.till, []).append(one.number)
        receipts = {
            ReceiptKey(till, receipt.number): receipt
            for till, wanted in numbers.items()
            for receipt in self._sales.receipts_numbered(till, sorted(wanted))
        }
        return self.printed([self._kept(one, self._again(one, receipts)) for one in old])

    def printed(self, made: Sequence[Delivery]) -> list[Delivery]:
        """Each with the prints of what it was made from, so that a later change in the till is seen."""
        return printed(self._sales, made)

    def _kept(self, old: Delivery, made: Delivery | None) -> Delivery:
        if made is None:
            return old
        made = msgspec.structs.replace(renamed(made, old.reference), part=old.part)
        early = old.problem is not None and old.problem.code == catalogue.BEFORE_START.code
        if early and made.business_date < self._cutover:
            made = self.too_early(made, made.business_date)
        return msgspec.structs.replace(made, covers=self._own(old, made))

    def gives(self, reference: str) -> bool:
        """Whether a reference is one that this shop and its tills of today give."""
        return self._rules.names.own(reference, [till.id for till in self._sales.tills()])

    def other_names(self, one: Delivery) -> list[str]:
        """The references that the same sales or cash would have had in the other ways of booking."""
        if one.unit is Unit.PURCHASE:
            return []  # it has the same in all
        if isinstance(one.document, Order):  # only a ledger from before there were marks named it otherwise
            return [msgspec.structs.replace(one.document, named="").reference] if one.document.named else []
        receipts: list[Receipt | Unreadable] = []
        keys = list(one.source)
        if one.unit is Unit.RECEIPT:
            found = _readable(self._sales.receipts_numbered(one.till, [one.number]))
            keys = [ReceiptKey(receipt.till, receipt.z_number) for receipt in found if receipt.z_number is not None]
        elif one.unit is not Unit.CASH:
            receipts = [receipt for key in keys for receipt in self._sales.receipts_of_z(key.till, key.number)]
        sold = finished(_readable(receipts))
        reports = [z for key in keys for z in self._sales.z_numbered(key.till, [key.number])]
        days = {one.business_date, *(z.business_date for z in reports if isinstance(z, ZReport))}
        names = [self._rules.names.z(key.till, key.number) for key in keys]
        names += [self._rules.names.cash(key.till, key.number) for key in keys if one.unit is not Unit.RECEIPT]
        names += [self._rules.names.receipt(receipt.key) for receipt in (*sold[:1], *sold[-1:])]
        names += [self._rules.names.day(day, 1) for day in sorted(days)]
        # A ledger from before there were marks named the same things without one.
        mark = f"{self._rules.names.shop}-"
        names += [name.removeprefix(mark) for name in [*names, one.reference] if name.startswith(mark)]
        return [name for name in dict.fromkeys(names) if name != one.reference]

    def _own(self, old: Delivery, made: Delivery) -> tuple[Cover, ...]:
        owners = {
            what: self._ledger.covered((cover.key for cover in made.covers if cover.what == what), what)
            for what in (RECEIPT, CASH, MOVEMENT)
        }
        return tuple(
            cover for cover in made.covers if owners[cover.what].get(cover.key, old.reference) == old.reference
        )

    def _again(self, old: Delivery, receipts: Mapping[ReceiptKey, Receipt | Unreadable]) -> Delivery | None:
        if old.document is not None and old.unit in {Unit.ORDER, Unit.CUSTOMER}:
            fresh = self._latest(old.document)
            return msgspec.structs.replace(old, state=State.PENDING, problem=None, route=self._route, document=fresh)
        if old.unit is Unit.RECEIPT:
            found = receipts.get(ReceiptKey(old.till, old.number))
            return self.receipt(found, _day_of(found, old)) if found else None
        if old.unit is Unit.PURCHASE:
            return self._reports.purchase_again(old)
        if old.unit is Unit.CASH and not old.source:
            return self._reports.late_again(old)
        return self._again_reports(old)

    def _latest(self, document: Document) -> Document:
        """A customer as it is in the till now: a change that had to wait must not undo a later one."""
        if not isinstance(document, CustomerChange):
            return document
        latest = self._sales.latest_change_of(document.customer.number)
        if latest is None or latest.sequence <= document.sequence:
            return document
        return msgspec.structs.replace(document, customer=self._changed_here(latest).customer)

    def _changed_here(self, change: CustomerChange) -> CustomerChange:
        """A field that only the business system has changed must not be written over by what the till still has."""
        number = change.customer.number
        base = Agreed(self._ledger).of([number]).get(number)
        return msgspec.structs.replace(change, customer=changed_here(change.customer, base))

    def _again_reports(self, old: Delivery) -> Delivery | None:
        reports = [z for key in old.source for z in self._sales.z_numbered(key.till, [key.number])]
        readable = [z for z in reports if isinstance(z, ZReport)]
        if old.unit is Unit.Z and reports and isinstance(reports[0], Unreadable):
            return self._reports.unread(reports[0], old.business_date, old.reference)
        if not readable or (old.unit is Unit.DAY and len(readable) < len(old.source)):
            return None
        return self._reports.again(old, readable)


def _day_of(found: Receipt | Unreadable, old: Delivery) -> date:
    """The business date by the till's present word; the old one while it cannot be read."""
    if isinstance(found, Receipt):
        return found.at.date()
    return old.business_date


def _readable(receipts: Sequence[Receipt | Unreadable]) -> list[Receipt]:
    return [receipt for receipt in receipts if isinstance(receipt, Receipt)]
