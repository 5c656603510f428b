"""Whether an invoice's sales stand on the right accounts, where the system chooses them itself by its posting groups.

Where all sales stand as the till's own rows name the accounts nothing is looked at. Where some differ, the invoices of
the same reading tell: an article that stands on one account before and after, to the same customer, and oftener there
than elsewhere, stands there in between too; the first of them stands where the till and all after it have it. Then the
system's set-up is asked, where it can be: what it has now and the till names alike is right. What nothing tells of is
said not to be read: neither right nor wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract.connector import Booked, rounding_of
from synccenter.contract.model import Invoice, InvoiceRow, Ore, Posting, Purpose

UNREAD = "försäljningens konton (inget visar vilka konton som artiklarna ska stå på)"

REVENUE = range(3000, 4000)
"""BAS: *rörelsens inkomster*. What else an invoice books (the cost of its goods) comes to nothing."""


class Sold(Struct, frozen=True):
    """What decides an account there: the customer, whether it is a credit memo, and the article."""

    customer: str
    credit: bool
    article: str


_Kind: TypeAlias = tuple[Sold, int, int]
"""What the till thinks alike of: customer and credit, its own account, and its rate."""
Now: TypeAlias = Callable[[Iterable[Sold]], Mapping[Sold, int]]
"""The accounts that the system's set-up has now, for those that it tells of."""


def net_of(rows: Iterable[Posting]) -> dict[int, Ore]:
    """What stands as sales by account, debit positive."""
    sums = Counter[int]()
    for row in rows:
        if row.purpose is Purpose.SALES:
            sums[row.account] += row.amount
    return {account: amount for account, amount in sums.items() if amount}


def apart(document: Invoice, net: Mapping[int, Ore], wanted: Mapping[int, Ore | Decimal]) -> dict[int, Ore | Decimal]:
    """What stands on each account beyond what should, but for rounding."""
    found = {one: Decimal(net.get(one, 0) - wanted.get(one, 0)) for one in {*net, *wanted}}
    return {one: amount for one, amount in found.items() if abs(amount) > rounding_of(document)}


def as_sold(document: Invoice, net: Mapping[int, Ore]) -> bool:
    """Whether the sales stand on the accounts that the till's own rows name, but for rounding."""
    own = Counter[int]()
    for row in document.rows:
        own[row.account] += row.vat - row.amount
    return not apart(document, net, own)


def judged(read: Iterable[tuple[Invoice, Booked]], now: Now = lambda _: {}) -> list[Booked]:
    """What was read back, with `coded` where sales stand on another account than they should, and `unread` where that
    cannot be told. `now` is asked only of what the reading itself does not tell."""
    given = list(read)
    cases = sorted((_Case(*one) for one in given if _tells(*one)), key=lambda case: case.place)
    if not any(case.odd for case in cases):
        return [booked for _, booked in given]
    history = _History()
    for at, case in enumerate(cases):
        for sold in case.parts:
            if account := case.stands(sold):
                history.add(sold, at, account)
                history.add(case.kinds[sold], at, account)
    told = {id(case.booked): case.judged(at, history) for at, case in enumerate(cases)}
    unsure = [case for case in cases if told[id(case.booked)].unread]
    found = now(sorted({sold for case in unsure for sold in case.parts}, key=repr)) if unsure else {}
    if found:
        for sold, account in found.items():
            history.add(sold, len(cases), account)
        history.now = found
        told = {id(case.booked): case.judged(at, history) for at, case in enumerate(cases)}
    return [told.get(id(booked), booked) for _, booked in given]


class _History:
    """Where each article stood, in the order that the invoices were booked."""

    def __init__(self) -> None:
        self._of: dict[Sold | _Kind, list[tuple[int, int]]] = {}
        self.now: Mapping[Sold, int] = {}
        """What the set-up has now. That it agrees with the till, and with all others, is no chance."""

    def add(self, key: Sold | _Kind, at: int, account: int) -> None:
        """An article stood on an account in the invoice of this place."""
        self._of.setdefault(key, []).append((at, account))

    def expected(self, case: _Case, sold: Sold, at: int) -> tuple[int, bool]:
        """(the account that an article should stand on in the invoice of this place, whether that is sure)."""
        rows, there, own = self._of.get(sold, []), case.stands(sold), case.own[sold]
        before, after = [one for place, one in rows if place < at], [one for place, one in rows if place > at]
        around = {*before} & {*after}
        most = Counter(account for _, account in rows).most_common(2)
        if around and most[0][0] in around and (len(most) == 1 or most[0][1] > most[1][1]):
            return most[0][0], True
        others, first = {*before, *after}, not before and len(after) > 1
        if others == {own} and (first or self.now.get(sold) == own):
            return own, True
        if not there:
            return (others.pop() if len(others) == 1 else 0), False
        alike = others or self._others(case.kinds[sold], at)
        known = alike == {there} or (there in others and around <= {there})
        return there, known or there == own

    def _others(self, key: Sold | _Kind, at: int) -> set[int]:
        return {account for place, account in self._of.get(key, ()) if place != at}


class _Case:
    """An invoice of the till and its sales as they stand."""

    def __init__(self, document: Invoice, booked: Booked) -> None:
        self.document, self.booked = document, booked
        self.net, self._beside = _split(document, net_of(booked.postings))
        self.odd = not as_sold(document, self.net)
        self._fixed = Counter[int]()
        self.own: dict[Sold, int] = {}
        self.parts: dict[Sold, Ore] = {}
        self.kinds: dict[Sold, _Kind] = {}
        for row in document.rows:
            self._take(row)
        self.parts = {sold: amount for sold, amount in self.parts.items() if amount}
        rest = list(apart(document, self.net, self._fixed))
        self._all_on = rest[0] if len(rest) == 1 else 0
        """The one account that all of its articles stand on; 0: they stand on several."""

    @property
    def place(self) -> tuple[date, int, str]:
        """Where it comes among the others: by day and number."""
        return self.booked.date or self.document.date, len(self.booked.number), self.booked.number

    def _take(self, row: InvoiceRow) -> None:
        """A row of an article is booked as the system has it; any other on the account that it was sent with."""
        if not (row.article and row.goods):
            self._fixed[row.account] += row.vat - row.amount
            return
        customer = (self.booked.customer or self.document.customer).upper()
        sold = Sold(customer, self.document.credit, row.article.upper())
        self.parts[sold] = self.parts.get(sold, 0) + row.vat - row.amount
        self.own[sold] = row.account
        self.kinds[sold] = (replace(sold, article=""), row.account, row.vat_rate)

    def stands(self, sold: Sold) -> int:
        """The account of an article; 0: that cannot be told."""
        return self._all_on if self.odd else self.own[sold]

    def judged(self, at: int, history: _History) -> Booked:
        """It with what it should come to, or with what cannot be told."""
        wanted, sure = Counter(self._fixed), True
        for sold, amount in self.parts.items():
            account, known = history.expected(self, sold, at)
            wanted[account] += amount
            sure = sure and known
        off = bool(apart(self.document, self.net, wanted))
        # Of an article that nothing tells of: all on one account, and another's there, is wrong whichever is its own;
        # on several, each where it is seen elsewhere, is right.
        if not sure and off != bool(self._all_on):
            return replace(self.booked, unread=(*self.booked.unread, UNREAD))
        if not off:
            return self.booked
        rows = {**wanted, **self._beside}
        return replace(self.booked, coded=tuple(Posting(one, amount) for one, amount in sorted(rows.items())))


def _tells(document: Invoice, booked: Booked) -> bool:
    """Whether the accounts of its sales are told, and come to what was sold: of another sum the sum is the fault."""
    net = net_of(booked.postings)
    return not booked.draft and any(net) and _comes_to(document, net)


def _comes_to(document: Invoice, net: Mapping[int, Ore]) -> bool:
    return abs(sum(net.values()) - sum(row.vat - row.amount for row in document.rows)) <= rounding_of(document)


def _split(document: Invoice, net: Mapping[int, Ore]) -> tuple[dict[int, Ore], dict[int, Ore]]:
    """Sales by account, and what else the invoice has booked beside them."""
    named = {row.account for row in document.rows}
    ours = {account: amount for account, amount in net.items() if account in REVENUE or account in named}
    if not _comes_to(document, ours):
        return dict(net), {}  # not BAS: any account may be one of sales
    return ours, {account: amount for account, amount in net.items() if account not in ours}
