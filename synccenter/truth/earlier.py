"""What a ledger that has lost its memory may have sent before under another name.

A reference begins with the shop's mark and the till's name. A ledger that is new on another PC and whose company,
organisation number, store or till has another name as well would look its sales up under names that nothing stands
under, and send all of it again. So what stands there of these days is listed once, and known by the rest of its name,
its day and its amount. Whatever is found waits for a person's one answer (T30).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from synccenter.contract.connector import Booked, Delivered, Found, ReadsBack, SendsDocuments
from synccenter.contract.lists import ListsDocuments
from synccenter.contract.model import DocumentKind, Invoice, Order, Ore, Purpose, Voucher
from synccenter.journal.compose import Composer
from synccenter.journal.delivery import Delivery
from synccenter.journal.reports import document_renamed
from synccenter.posting.names import Name
from synccenter.truth.standing import MOVED, Standing, Verdict, comes_to, compare, total_of

_ONE_KRONA = 100
"""So much may an order come to otherwise there: prices without VAT are rounded."""

_DATED = (Voucher, Invoice, Order)


class Earlier:
    """What stands in the business system under other names. `waiting`: all that is to be looked up; `whole`: the kinds
    whose list tells all that a look-up could find (`Capabilities.listed`)."""

    def __init__(
        self,
        connector: SendsDocuments,
        composer: Composer,
        waiting: Iterable[Delivery],
        whole: frozenset[DocumentKind] = frozenset(),
    ) -> None:
        self._connector = connector
        self._whole = whole if isinstance(connector, ListsDocuments) else frozenset()
        self._composer = composer
        self._days: dict[DocumentKind, tuple[date, date]] = {}
        self._listed: dict[DocumentKind, dict[str, list[Booked]]] = {}
        self._back: dict[DocumentKind, dict[str, list[Booked]]] = {}
        self._waiting: dict[DocumentKind, list[Voucher | Invoice]] = {}
        for one in waiting:
            if isinstance(one.document, _DATED) and not one.changed:
                on = _day(one.document)
                first, last = self._days.get(one.kind, (on, on))
                self._days[one.kind] = min(first, on), max(last, on)
                if isinstance(one.document, Voucher | Invoice):
                    self._waiting.setdefault(one.kind, []).append(one.document)

    def of(self, delivery: Delivery) -> Booked | None:
        """What seems to be the same there; None where there is nothing, or nothing can be listed."""
        document = delivery.document
        if delivery.changed or not isinstance(document, _DATED):
            return None
        own = Name.read(document.reference)
        there = [one for one in self._like(delivery.kind, own) if not self._is_named(document, one)]
        same = [one for one in there if self._is_same(document, own, one)]
        same = same or [one for one in there if self._is_with_late_cash(document, own, one)]
        if same:
            return same[0]
        parts = [one for one in there if Name.read(one.reference)[:2] == Name.read(there[0].reference)[:2]]
        whole = sum(comes_to(one) or 0 for one in parts)  # a day that was sent in parts
        return parts[0] if len(parts) > 1 and whole == total_of(document) else None

    def stands(self, delivery: Delivery) -> Verdict | None:
        """What lists alone prove: that it stands there once, as it is. None where they do not tell.

        So the documents of a year are known again by the pages of lists, and only what is otherwise is looked up.
        """
        document = delivery.document
        if delivery.changed or not isinstance(document, Voucher | Invoice) or delivery.kind not in self._whole:
            return None
        one = self._only(document, delivery.kind)
        held = one if one is None or one.postings else self._held(document, delivery.kind, one)
        if held is None or not _tells(document, held) or compare(document, held)[0]:
            return None
        return Verdict(Standing.OURS, (Found(held.external_id, held.number, held.date),))

    def _only(self, document: Voucher | Invoice, kind: DocumentKind) -> Booked | None:
        """What is listed under its name, when that is one and stands in the books on its day."""
        called = document.reference.casefold()
        there = [one for one in self._like(kind, Name.read(document.reference)) if _named(one) == called]
        return there[0] if len(there) == 1 and there[0].date == document.date and not there[0].draft else None

    def _held(self, document: Voucher | Invoice, kind: DocumentKind, one: Booked) -> Booked | None:
        """What the books hold of it: read back together with all the others that are to be looked up."""
        if kind not in self._back and isinstance(self._connector, ReadsBack):
            back = self._back[kind] = {}  # known from now on: should it fail each is looked up by itself
            waiting = [(other, self._only(other, kind)) for other in self._waiting[kind]]
            given = [Delivered(other, listed.external_id) for other, listed in waiting if listed]
            for found in self._connector.read_back(given):
                back.setdefault(found.reference, []).append(found)
        there = self._back.get(kind, {}).get(document.reference, ())
        return there[0] if len(there) == 1 and there[0].external_id == one.external_id and not there[0].draft else None

    def may_stand(self, delivery: Delivery, reference: str) -> bool:
        """Whether a look-up under this name could find anything: not, where the list of all these days has none such.

        One list, then, in place of a look-up for each of thousands of documents under each of their names.
        """
        named = Name.read(reference)
        if delivery.changed or delivery.kind not in self._whole or not named.what:
            return True
        called = reference.casefold()
        return any(_named(one) == called for one in self._like(delivery.kind, named))

    def _like(self, kind: DocumentKind, own: Name) -> Sequence[Booked]:
        """What is called so by the last part of its name, whoever's it is."""
        if not isinstance(self._connector, ListsDocuments) or kind not in self._days or not own.what:
            return ()
        if kind not in self._listed:
            first, last = self._days[kind]
            found = self._listed[kind] = {}
            for one in self._connector.documents(kind, first - MOVED, last + MOVED):
                found.setdefault(Name.read(one.reference).what, []).append(one)
        return self._listed[kind].get(own.what, ())

    def _is_named(self, document: Voucher | Invoice | Order, one: Booked) -> bool:
        """Whether it carries a name that this shop gives now: then it was looked up, or is another till's."""
        named = Name.read(one.reference)
        return named == Name.read(document.reference) or self._composer.gives(one.reference)

    def _is_same(self, document: Voucher | Invoice | Order, own: Name, one: Booked) -> bool:
        on, named = _day(document), Name.read(one.reference)
        if isinstance(document, Order):
            return one.date in {None, on} and (named.till == own.till or _alike(document, one))
        moved = one.date is None or abs(one.date - on) > (MOVED if named.till == own.till else timedelta())
        if moved:
            return False
        return self._comes_to(document, one) == total_of(document)

    def _is_with_late_cash(self, document: Voucher | Invoice | Order, own: Name, one: Booked) -> bool:
        """Whether it is a Z report or a day whose cash came after it, and went up as documents of their own."""
        named = Name.read(one.reference)
        if not isinstance(document, Voucher) or own.what[:1] not in {"z", "d"} or one.date != document.date:
            return False
        late = [
            cash
            for what, some in self._listed[DocumentKind.VOUCHER].items()
            for cash in some
            if what.startswith("k")
            and Name.read(cash.reference).mark == named.mark
            and (cash.date == one.date if named.till == "" else Name.read(cash.reference).till == named.till)
            and (named.till == "" or what.partition("-")[0] == f"k{named.what[1:].partition('-')[0]}")
        ]
        totals = [self._comes_to(document, found) for found in (one, *late)]
        return bool(late) and None not in totals and sum(filter(None, totals)) == total_of(document)

    def _comes_to(self, document: Voucher | Invoice, one: Booked) -> Ore | None:
        total = comes_to(one)
        return next((comes_to(found) for found in self._read(document, one)), None) if total is None else total

    def _read(self, document: Voucher | Invoice, one: Booked) -> Iterator[Booked]:
        if isinstance(self._connector, ReadsBack):
            named = document_renamed(document, one.reference.partition(" ")[0])
            there = self._connector.read_back([Delivered(named, one.external_id)])
            yield from (found for found in there if found.external_id == one.external_id)


def _tells(document: Voucher | Invoice, held: Booked) -> bool:
    """Whether what was read holds all that the document could be cut short of: its rows, and what paid it."""
    paid = isinstance(document, Voucher) or not document.netted()
    return bool(held.postings) and (paid or any(row.purpose is Purpose.PAYMENT for row in held.postings))


def _named(one: Booked) -> str:
    return one.reference.partition(" ")[0].casefold()


def _alike(document: Order, one: Booked) -> bool:
    """Whether an order of another till is the same by what there is to be told of it."""
    if one.total is None and not one.customer:
        return True
    total = one.total is None or abs(one.total - total_of(document)) <= _ONE_KRONA
    return total and one.customer in {"", document.customer}


def _day(document: Voucher | Invoice | Order) -> date:
    return document.at.date() if isinstance(document, Order) else document.date
