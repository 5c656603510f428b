"""Z reports and their cash become deliveries: one for each day that something was sold on, each receipt in one.

The main one (that of the business date, or of the last day when nothing was sold on it) has the Z report's plain
reference and is there even when it is empty; it is the one that accounts for the cash, whatever day it moved on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from functools import partial

import msgspec
from msgspec import Struct

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import (
    CashKind,
    CashMovement,
    Document,
    DocumentKind,
    Invoice,
    Order,
    PaymentKind,
    Receipt,
    ReceiptKey,
    Voucher,
    ZReport,
)
from synccenter.journal.delivery import CASH, DONE, MOVEMENT, RECEIPT, Cover, Delivery, State, Unit
from synccenter.journal.ledger import Ledger
from synccenter.posting import documents
from synccenter.posting.controls import check_z, finished
from synccenter.posting.rules import Rules
from synccenter.posting.shares import Closed, Share, day_of_sale, shares, split, unparted
from synccenter.till.sales import Sales
from synccenter.till.values import Unreadable

_CLOCK_SLACK = timedelta(days=1)
"""A till may be a time zone ahead of this PC, but not a day."""


class Ground(Struct, frozen=True, kw_only=True):
    """What deliveries are composed from. `cutover` is the first day that is booked at all, `today` the shop's."""

    sales: Sales
    rules: Rules
    ledger: Ledger
    route: str
    today: date
    cutover: date


class _Made(Struct):
    """What some Z reports became: deliveries by day (and whether without cash), the main one first; purchases with
    vouchers of their own that have none yet. `whole`: all stands in one since something in it cannot be believed."""

    parts: dict[tuple[date, bool], Delivery]
    whole: bool
    bought: list[Delivery]


class Reports:
    """Composes what is made from Z reports."""

    def __init__(self, ground: Ground) -> None:
        self._sales = ground.sales
        self._rules = ground.rules
        self._ledger = ground.ledger
        self._route = ground.route
        self._today = ground.today
        self._cutover = ground.cutover

    def new(self, unit: Unit, reports: Sequence[ZReport]) -> list[Delivery]:
        """What some Z reports of one business date become: the main delivery first, then other days'.

        Empty when all of it is from before the start date, or stands in other deliveries already.
        """
        made = self._made(unit, reports, None)
        found = [one for one in made.parts.values() if one.covers or one.document]
        return [*(self._named_anew(one) for one in found), *made.bought]

    def again(self, old: Delivery, reports: Sequence[ZReport]) -> Delivery:
        """The same delivery made anew; it gives away what belongs to other days and stands in no delivery yet."""
        made = self._made(old.unit, reports, old)
        root, cards = _root(old)
        by_day = old.unit is Unit.DAY or root.endswith(f"-{old.business_date:%m%d}")
        main = old.business_date == reports[0].business_date if old.unit is Unit.DAY else not by_day
        first = next(iter(made.parts), (old.business_date, False))
        place = first if made.whole else (old.business_date if by_day else first[0], cards)
        same = made.parts.pop(place, None)
        if same is None:  # all that it held is another day's now
            same = msgspec.structs.replace(old, state=State.EMPTY, problem=None, document=None, covers=(), total=0)
        elif by_day:
            same = msgspec.structs.replace(same, business_date=old.business_date)
        # Only the main one gives: two that are made anew together must not give the same.
        given = [one for one in made.parts.values() if self._is_new(one)] if main and not cards else []
        gives = tuple(self._named_anew(one) for one in given)
        return msgspec.structs.replace(same, gives=(*gives, *made.bought) if main and not cards else ())

    def purchase_again(self, old: Delivery) -> Delivery | None:
        """A purchase made anew; None when the till no longer has it."""
        key = old.source[0]
        moves = self._sales.cash_of_z(key.till, key.number)
        return next((self._purchase(move, key) for move in moves if move.number == old.number), None)

    def late_cash(self, z: ZReport, numbers: Sequence[str]) -> Delivery:
        """Cash movements of a Z report that was sent without them; the Z report itself is the first document's."""
        moved = [one for one in self._sales.cash_of_z(z.till, z.number) if str(one.number) in numbers]
        share = Share(z.business_date, main=True, parts=(Closed(z, [], moved),))
        blank = Delivery(
            reference=self._rules.names.cash(z.till, z.number),
            unit=Unit.CASH,
            till=z.till,
            number=z.number,
            business_date=z.business_date,
            kind=DocumentKind.VOUCHER,
            route=self._route,
            source=(),
            covers=tuple(Cover(z.till, int(number), what=MOVEMENT) for number in numbers),
        )
        named = self._named_anew(blank)
        return compose(named, self._today, lambda: documents.cash_voucher(named.reference, share, self._rules))

    def late_again(self, old: Delivery) -> Delivery | None:
        """Late cash made anew; None when its Z report cannot be read now."""
        found = self._sales.z_numbered(old.till, [old.number])
        z = found[0] if found else None
        numbers = late_numbers(self._ledger, old.reference)
        return self.late_cash(z, numbers) if isinstance(z, ZReport) and numbers else None

    def unread(self, z: Unreadable, day: date, reference: str) -> Delivery:
        """A Z report that cannot be read, parked with what it closed."""
        receipts = self._readable(self._sales.receipts_of_z(z.till, z.number))
        owners = self._ledger.covered(receipt.key for receipt in finished(receipts))
        mine = [one for one in finished(receipts) if owners.get(one.key, reference) == reference]
        covers = tuple(Cover(one.till, one.number, one.total) for one in mine)
        cash = Cover(z.till, z.number, what=CASH)
        if self._ledger.covered([cash.key], CASH).get(cash.key, reference) == reference:
            covers = (*covers, cash)
        return Delivery(
            reference=reference,
            unit=Unit.Z,
            till=z.till,
            number=z.number,
            business_date=day,
            kind=DocumentKind.VOUCHER,
            route=self._route,
            source=(ReceiptKey(z.till, z.number),),
            covers=covers,
            total=sum(cover.amount for cover in covers),
            state=State.REJECTED,
            problem=z.problem,
        )

    def _made(self, unit: Unit, reports: Sequence[ZReport], old: Delivery | None) -> _Made:
        """What some Z reports become. `old`: what it accounts for may be had again."""
        day = reports[0].business_date
        receipts = {_key(z): self._receipts(unit, z) for z in reports}
        everything = [receipt for found in receipts.values() for receipt in found]
        owners = self._ledger.covered(receipt.key for receipt in finished(self._readable(everything)))
        cash_owners = self._ledger.covered([_key(z) for z in reports], CASH)
        mine = {None, old.reference if old else None}
        # What a person sends again may be from before a new start date: it was decided then.
        since = min(self._cutover, old.business_date) if old else self._cutover
        broken = next((receipt.problem for receipt in everything if isinstance(receipt, Unreadable)), None)
        closed, bought = list[Closed](), list[Delivery]()
        for z in reports:
            moves, problem = self._cash(z, cash_owners.get(_key(z)), unit, old)
            broken = broken or problem
            apart = [move for move in moves if self._is_purchase(move)]
            bought += [self._purchase(move, _key(z)) for move in apart if move.at.date() >= since]
            rest = self._not_elsewhere([move for move in moves if move not in apart], z, old)
            closed.append(Closed(z, self._readable(receipts[_key(z)]), rest))
        whole = broken is not None or day > self._today + _CLOCK_SLACK
        found = (unparted if whole else shares)(day, closed, since, lambda key: owners.get(key) in mine)
        if not whole and unit is not Unit.CASH and (self._rules.split_cash or (old and _root(old)[1])):
            found = split(found, self._has_cash)
        moved = [Cover(z.till, z.number, what=CASH) for z in reports if cash_owners.get(_key(z)) in mine]
        made: dict[tuple[date, bool], Delivery] = {}
        for share in found:
            blank = self._blank(unit, reports, share, [] if made else moved)
            if broken:
                one = msgspec.structs.replace(blank, state=State.REJECTED, problem=broken)
            else:
                one = compose(blank, self._today, partial(self._voucher, blank, share, closed))
            made[share.day, share.cards] = one
        return _Made(made, whole, [one for one in bought if not self._ledger.has(one.reference)])

    def _not_elsewhere(self, moves: list[CashMovement], z: ZReport, old: Delivery | None) -> list[CashMovement]:
        """The movements without those that stand in a delivery of their own day already, when one is made anew: only
        the main one accounts for the cash, so nothing else tells."""
        days = {day_of_sale(move.at, z.business_date) for move in moves}
        if old is None or days <= {old.business_date}:
            return moves
        there = {
            one.business_date
            for one in self._ledger.between(min(days), max(days))
            if one.unit in {Unit.Z, Unit.DAY, Unit.CASH}
            and one.reference != old.reference
            and one.state is not State.REPLACED
            and _key(z) in one.source
        }
        there.discard(old.business_date)
        return [move for move in moves if day_of_sale(move.at, z.business_date) not in there]

    def _has_cash(self, receipt: Receipt) -> bool:
        return any(self._rules.kinds.get(payment.method) is PaymentKind.CASH for payment in receipt.payments)

    def _is_purchase(self, move: CashMovement) -> bool:
        """Whether it has a voucher of its own: by its reason, or since it got one when the settings said so."""
        if move.kind not in {CashKind.PAY_IN, CashKind.PAY_OUT}:
            return False
        row = self._rules.movement(move.reason)
        return bool(row and row.purchase) or self._ledger.has(self._rules.names.purchase(move.till, move.number))

    def _purchase(self, move: CashMovement, closer: ReceiptKey) -> Delivery:
        reference = self._rules.names.purchase(move.till, move.number)
        blank = Delivery(
            reference=reference,
            unit=Unit.PURCHASE,
            till=move.till,
            number=move.number,
            business_date=move.at.date(),
            kind=DocumentKind.VOUCHER,
            route=self._route,
            source=(closer,),
        )
        return compose(blank, self._today, lambda: documents.purchase_voucher(reference, move, self._rules))

    def _blank(self, unit: Unit, reports: Sequence[ZReport], share: Share, cash: Sequence[Cover]) -> Delivery:
        names, first = self._rules.names, reports[0]
        part = 1
        if unit is Unit.DAY:
            part = self._ledger.parts_of_day(share.day) + 1
            reference = names.day(share.day, part)
        else:
            reference = (names.cash if unit is Unit.CASH else names.z)(first.till, first.number)
            reference = reference if share.main else names.other_day(reference, share.day)
        reference = names.cards(reference) if share.cards else reference
        covers = (*(Cover(one.till, one.number, one.total) for one in share.receipts), *cash)
        return Delivery(
            reference=reference,
            unit=unit,
            till="" if unit is Unit.DAY else first.till,
            number=0 if unit is Unit.DAY else first.number,
            part=part,
            business_date=share.day,
            kind=DocumentKind.VOUCHER,
            route=self._route,
            source=tuple(_key(z) for z in reports),
            covers=covers,
            total=sum(cover.amount for cover in covers),
        )

    def _voucher(self, blank: Delivery, share: Share, closed: Sequence[Closed]) -> Voucher:
        """The document of a share; the Z reports that it comes from must agree with all their receipts."""
        make = {
            Unit.Z: documents.z_voucher,
            Unit.DAY: documents.day_voucher,
            Unit.CASH: documents.cash_voucher,
        }[blank.unit]
        voucher = make(blank.reference, share, self._rules)
        if blank.unit is not Unit.CASH:
            for one in closed:
                check_z(one.z, one.receipts)
        return voucher

    def hindrance(self, z: ZReport) -> Problem | None:
        """What cannot be read among a Z report's receipts and cash."""
        unread = (one.problem for one in self._receipts(Unit.Z, z) if isinstance(one, Unreadable))
        return next(unread, None) or self._cash(z, None, Unit.Z, None)[1]

    def _receipts(self, unit: Unit, z: ZReport) -> list[Receipt | Unreadable]:
        """What a Z report closed, and what may be its own but does not say so readably."""
        if unit is Unit.CASH:
            return []
        return [*self._sales.receipts_of_z(z.till, z.number), *self._sales.receipts_astray(z)]

    def _cash(
        self, z: ZReport, owner: str | None, unit: Unit, old: Delivery | None
    ) -> tuple[list[CashMovement], Problem | None]:
        """The cash of a Z report, unless something else accounts for it (another way of booking, an earlier sending);
        or why it cannot be read."""
        names = self._rules.names
        if owner is not None and old is not None and owner != old.reference:
            bases = {Unit.Z: names.z(z.till, z.number), Unit.CASH: names.cash(z.till, z.number)}
            base = bases.get(unit) or names.day(z.business_date, 1)
            if not re.fullmatch(rf"{re.escape(base)}(-\d+)?B?(-R\d+)?", owner):
                return [], None
        elif owner is not None and old is None:
            return [], None
        try:
            return self._sales.cash_of_z(z.till, z.number), None
        except SyncError as error:
            return [], error.problem

    def _is_new(self, one: Delivery) -> bool:
        """Whether it holds something that stands in no delivery, and none that waits will take it in."""
        if not self._ledger.has(one.reference):
            return True
        late = any(cover.what == RECEIPT for cover in one.covers)
        return late and self._ledger.get(one.reference).state in DONE

    def _named_anew(self, one: Delivery) -> Delivery:
        """Under a reference that no delivery has yet: what comes late to a day that was sent gets `1-Z57-2`."""
        number, reference = 1, one.reference
        while self._ledger.has(reference):
            number += 1
            reference = f"{one.reference}-{number}"
        return one if number == 1 else renamed(one, reference)

    @staticmethod
    def _readable(receipts: Collection[Receipt | Unreadable]) -> list[Receipt]:
        return [receipt for receipt in receipts if isinstance(receipt, Receipt)]


def late_numbers(ledger: Ledger, reference: str) -> list[str]:
    """The late cash movements that a delivery accounts for."""
    return [str(key.number) for key in ledger.covers_of(reference, MOVEMENT)]


def renamed(one: Delivery, reference: str) -> Delivery:
    """The delivery under another reference; its document follows."""
    document = one.document
    if isinstance(document, Voucher | Invoice):
        document = document_renamed(document, reference)
    return msgspec.structs.replace(one, reference=reference, document=document)


def document_renamed(document: Voucher | Invoice | Order, reference: str) -> Voucher | Invoice | Order:
    """The document under another reference. A text that begins with the old one follows: look-ups go by it."""
    if isinstance(document, Order):
        return msgspec.structs.replace(document, named=reference.rpartition("-O")[0])
    text = re.sub(rf"^{re.escape(document.reference)}(?= |$)", lambda _: reference, document.text)
    return msgspec.structs.replace(document, reference=reference, text=text)


def compose(blank: Delivery, today: date, make: Callable[[], Document]) -> Delivery:
    """The delivery with its document, or parked with the reason why there is none."""
    if blank.business_date > today + _CLOCK_SLACK:
        future = catalogue.FUTURE_DATE.problem(item=blank.reference, day=blank.business_date, today=today)
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


def _key(z: ZReport) -> ReceiptKey:
    return ReceiptKey(z.till, z.number)


def _root(one: Delivery) -> tuple[str, bool]:
    """(the reference without its revision, whether it is the half without cash)."""
    root = re.sub(r"-R\d+$", "", one.reference)
    return root.removesuffix("B"), root.endswith("B")
