"""From the till to deliveries: reads what a document is made of, has `posting` make it, and says what it covers.

Used for what is new and, again, for everything parked: a document is always made from the till's receipts and
today's settings, so that a changed account needs no change in the till.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from synccenter.contract import catalogue
from synccenter.contract.errors import SyncError
from synccenter.contract.model import (
    CustomerChange,
    Document,
    DocumentKind,
    Invoice,
    Order,
    Receipt,
    ReceiptKey,
    ReceiptState,
    Voucher,
    ZReport,
)
from synccenter.journal.delivery import CASH, RECEIPT, Cover, Delivery, State, Unit
from synccenter.journal.ledger import Ledger
from synccenter.posting import documents
from synccenter.posting.controls import finished
from synccenter.posting.rules import Rules
from synccenter.till.sales import Sales
from synccenter.till.values import Unreadable

_CLOCK_SLACK = timedelta(days=1)
"""A till may be a time zone ahead of this PC, but not a day."""


class Composer:
    """Makes deliveries for one route with one set of rules."""

    def __init__(self, sales: Sales, rules: Rules, ledger: Ledger, route: str, today: date) -> None:
        self._sales = sales
        self._rules = rules
        self._ledger = ledger
        self._route = route
        self._today = today

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
        return self._made(blank, lambda: make(receipt, self._rules))

    def z(self, z: ZReport | Unreadable, day: date) -> Delivery:
        """A Z report with all its receipts and cash."""
        receipts = self._sales.receipts_of_z(z.till, z.number)
        reference = self._rules.names.z(z.till, z.number)
        covers, elsewhere = self._cover(reference, receipts)
        own_cash = self._own_cash(reference, z)
        blank = Delivery(
            reference=reference,
            unit=Unit.Z,
            till=z.till,
            number=z.number,
            business_date=day,
            kind=DocumentKind.VOUCHER,
            route=self._route,
            source=(ReceiptKey(z.till, z.number),),
            covers=(*covers, *own_cash),
            total=sum(cover.amount for cover in covers),
        )
        broken = z if isinstance(z, Unreadable) else _unreadable(receipts)
        if broken or isinstance(z, Unreadable):
            return msgspec.structs.replace(blank, state=State.REJECTED, problem=broken.problem if broken else None)
        cash = self._sales.cash_of_z(z.till, z.number) if own_cash else []
        return self._made(blank, lambda: documents.z_voucher(z, _readable(receipts), cash, self._rules, elsewhere))

    def day(self, day: date, reports: Sequence[ZReport], part: int) -> Delivery:
        """All Z reports of a day."""
        reference = self._rules.names.day(day, part)
        closed = [(z, self._sales.receipts_of_z(z.till, z.number)) for z in reports]
        everything = [receipt for _, receipts in closed for receipt in receipts]
        covers, elsewhere = self._cover(reference, everything)
        own_cash = {(z.till, z.number): self._own_cash(reference, z) for z in reports}
        blank = Delivery(
            reference=reference,
            unit=Unit.DAY,
            till="",
            number=0,
            part=part,
            business_date=day,
            kind=DocumentKind.VOUCHER,
            route=self._route,
            source=tuple(ReceiptKey(z.till, z.number) for z in reports),
            covers=(*covers, *(cover for own in own_cash.values() for cover in own)),
            total=sum(cover.amount for cover in covers),
        )
        if broken := _unreadable(everything):
            return msgspec.structs.replace(blank, state=State.REJECTED, problem=broken.problem)
        whole = [
            (z, _readable(receipts), self._sales.cash_of_z(z.till, z.number) if own_cash[z.till, z.number] else [])
            for z, receipts in closed
        ]
        return self._made(blank, lambda: documents.day_voucher(day, part, whole, self._rules, elsewhere))

    def cash(self, z: ZReport) -> Delivery:
        """The cash movements of a Z report, when its receipts are sent one by one."""
        cash = self._sales.cash_of_z(z.till, z.number)
        reference = self._rules.names.cash(z.till, z.number)
        blank = Delivery(
            reference=reference,
            unit=Unit.CASH,
            till=z.till,
            number=z.number,
            business_date=z.business_date,
            kind=DocumentKind.VOUCHER,
            route=self._route,
            source=(ReceiptKey(z.till, z.number),),
            covers=self._own_cash(reference, z),
        )
        return self._made(blank, lambda: documents.cash_voucher(z, cash, self._rules))

    def other(self, document: Order | CustomerChange) -> Delivery:
        """An order or a changed customer, sent as it is."""
        order = isinstance(document, Order)
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
        return [self._kept(one, self._again(one, receipts)) for one in old]

    def _kept(self, old: Delivery, made: Delivery | None) -> Delivery:
        if made is None:
            return old
        document = made.document
        if isinstance(document, Voucher | Invoice):
            document = renamed(document, old.reference)
        return msgspec.structs.replace(made, reference=old.reference, document=document, covers=self._own(old, made))

    def other_names(self, one: Delivery) -> list[str]:
        """The references that the same sales or cash would have had in the other ways of booking."""
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
        return [name for name in dict.fromkeys(names) if name != one.reference]

    def _own(self, old: Delivery, made: Delivery) -> tuple[Cover, ...]:
        owners = {
            what: self._ledger.covered((cover.key for cover in made.covers if cover.what == what), what)
            for what in (RECEIPT, CASH)
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
        return self._again_reports(old)

    def _latest(self, document: Document) -> Document:
        """A customer as it is in the till now: a change that had to wait must not undo a later one."""
        if not isinstance(document, CustomerChange):
            return document
        latest = self._sales.latest_change_of(document.customer.number)
        if latest is None or latest.sequence <= document.sequence:
            return document
        return msgspec.structs.replace(document, customer=latest.customer)

    def _again_reports(self, old: Delivery) -> Delivery | None:
        reports = [z for key in old.source for z in self._sales.z_numbered(key.till, [key.number])]
        if not reports:
            return None
        first = reports[0]
        if old.unit is Unit.Z:
            return self.z(first, _day_of(first, old))
        readable = [z for z in reports if isinstance(z, ZReport)]
        if old.unit is Unit.CASH:
            return self.cash(readable[0]) if readable else None
        if old.unit is not Unit.DAY or len(readable) < len(old.source):
            return None
        return self.day(old.business_date, readable, old.part)

    def _made(self, blank: Delivery, make: Callable[[], Document]) -> Delivery:
        """The delivery with its document, or parked with the reason why there is none."""
        if blank.business_date > self._today + _CLOCK_SLACK:
            future = catalogue.FUTURE_DATE.problem(item=blank.reference, day=blank.business_date, today=self._today)
            return msgspec.structs.replace(blank, state=State.REJECTED, problem=future)
        try:
            document = make()
        except SyncError as error:
            return msgspec.structs.replace(blank, state=State.REJECTED, problem=error.problem)
        except Exception as error:  # noqa: BLE001 - a bug that one receipt brings out must not stop the rest
            what = type(error).__name__
            problem = catalogue.UNEXPECTED.problem(item=blank.reference, detail=f"{what}: {error}", error=what)
            return msgspec.structs.replace(blank, state=State.REJECTED, problem=problem)
        if isinstance(document, Voucher) and not document.postings:
            return msgspec.structs.replace(blank, state=State.EMPTY)
        return msgspec.structs.replace(blank, document=document)

    def _own_cash(self, reference: str, z: ZReport | Unreadable) -> tuple[Cover, ...]:
        """The cash of a Z report, unless another delivery accounts for it already."""
        cover = Cover(z.till, z.number, what=CASH)
        owner = self._ledger.covered([cover.key], CASH).get(cover.key, reference)
        return (cover,) if _same(owner, reference) else ()

    def _cover(
        self, reference: str, receipts: Sequence[Receipt | Unreadable]
    ) -> tuple[tuple[Cover, ...], set[ReceiptKey]]:
        """(what this delivery covers, what others cover already)."""
        sales = [
            receipt for receipt in receipts if isinstance(receipt, Receipt) and receipt.state is ReceiptState.FINISHED
        ]
        owners = self._ledger.covered(receipt.key for receipt in sales)
        elsewhere = {key for key, owner in owners.items() if not _same(owner, reference)}
        return (
            tuple(
                Cover(receipt.till, receipt.number, receipt.total) for receipt in sales if receipt.key not in elsewhere
            ),
            elsewhere,
        )


def renamed(document: Voucher | Invoice, reference: str) -> Voucher | Invoice:
    """The document under another reference. A text that begins with the old one follows: look-ups go by it."""
    text = re.sub(rf"^{re.escape(document.reference)}(?= |$)", lambda _: reference, document.text)
    return msgspec.structs.replace(document, reference=reference, text=text)


def _day_of(found: Receipt | ZReport | Unreadable, old: Delivery) -> date:
    """The business date by the till's present word; the old one while it cannot be read."""
    if isinstance(found, Receipt):
        return found.at.date()
    return found.business_date if isinstance(found, ZReport) else old.business_date


def _same(owner: str, reference: str) -> bool:
    """Whether an owner is this delivery or a later version of it (`1-Z57-R2` of `1-Z57`)."""
    return owner == reference or owner.startswith(f"{reference}-R")


def _unreadable(receipts: Sequence[Receipt | Unreadable]) -> Unreadable | None:
    return next((receipt for receipt in receipts if isinstance(receipt, Unreadable)), None)


def _readable(receipts: Sequence[Receipt | Unreadable]) -> list[Receipt]:
    return [receipt for receipt in receipts if isinstance(receipt, Receipt)]
