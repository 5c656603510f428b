"""Whether an invoice's sales stand on the right accounts, where the system chooses them itself by its posting groups.

Where all sales stand as the till's own rows name the accounts nothing is looked at. Where some differ, the invoices of
the same reading tell: an article that stands on one account before and after, to the same customer, and oftener there
than elsewhere, stands there in between too. What nothing tells of is said not to be read: neither right nor wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from synccenter.contract.connector import Booked
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


def as_sold(document: Invoice, net: Mapping[int, Ore]) -> bool:
    """Whether the sales stand on the accounts that the till's own rows name, but for rounding."""
    own = Counter[int]()
    for row in document.rows:
        own[row.account] += row.vat - row.amount
    return not _apart(document, net, own)


def slack_of(document: Invoice) -> int:
    """So much may an account differ by rounding: half an öre a row, and half for the sum."""
    return len(document.rows) // 2 + 1


def judged(read: Iterable[tuple[Invoice, Booked]], now: Now = lambda _: {}) -> list[Booked]:
    """What was read back, with `coded` where sales stand on another account than they should, and `unread` where that
    cannot be told. `now` is asked only of what the reading itself does not tell."""
    given = list(read)
    cases = sorted((_Case(*one) for one in given if _tells(one[1])), key=lambda case: case.place)
    if not any(case.odd for case in cases):
        return [booked for _, booked in given]
    history = _History(cases)
    told = {id(case.booked): case.judged(at, history) for at, case in enumerate(cases)}
    unsure = [case for case in cases if told[id(case.booked)].unread]
    found = now(sorted({sold for case in unsure for sold in case.parts}, key=repr)) if unsure else {}
    for sold, account in found.items():
        history.add(sold, len(cases), account)
    if found:
        told = {id(case.booked): case.judged(at, history) for at, case in enumerate(cases)}
    return [told.get(id(booked), booked) for _, booked in given]


class _History:
    """Where each article stood, in the order that the invoices were booked."""

    def __init__(self, cases: Sequence[_Case]) -> None:
        self._of: dict[Sold | _Kind, list[tuple[int, int]]] = {}
        for at, case in enumerate(cases):
            for sold in case.parts:
                if account := case.stands(sold):
                    self.add(sold, at, account)
                    self.add(case.kinds[sold], at, account)

    def add(self, key: Sold | _Kind, at: int, account: int) -> None:
        """An article stood on an account in the invoice of this place."""
        self._of.setdefault(key, []).append((at, account))

    def right(self, sold: Sold, at: int) -> int:
        """The account that it stands on before and after this place, and oftener than on any other; 0: none is."""
        both = self._around(sold, at)
        counts = Counter(account for _, account in self._of.get(sold, ()))
        most = counts.most_common(2)
        clear = len(most) == 1 or (len(most) > 1 and most[0][1] > most[1][1])
        return most[0][0] if clear and most[0][0] in both else 0

    def known(self, sold: Sold, kind: _Kind, at: int, account: int) -> bool:
        """Whether others stand so: of the article, else all of its kind; and none of another account around it."""
        others = self._others(sold, at)
        if others:
            return account in others and self._around(sold, at) <= {account}
        return self._others(kind, at) == {account}

    def usual(self, sold: Sold, at: int) -> int:
        """The account that it stands on wherever else it is sold; 0: none, or several."""
        others = self._others(sold, at)
        return others.pop() if len(others) == 1 else 0

    def _others(self, key: Sold | _Kind, at: int) -> set[int]:
        return {account for place, account in self._of.get(key, ()) if place != at}

    def _around(self, sold: Sold, at: int) -> set[int]:
        rows = self._of.get(sold, ())
        return {account for place, account in rows if place < at} & {account for place, account in rows if place > at}


class _Case:
    """An invoice of the till and its sales as they stand."""

    def __init__(self, document: Invoice, booked: Booked) -> None:
        self.document, self.booked = document, booked
        net = net_of(booked.postings)
        named = {row.account for row in document.rows}
        ours = {account: amount for account, amount in net.items() if account in REVENUE or account in named}
        whole = sum(row.vat - row.amount for row in document.rows)
        if abs(sum(ours.values()) - whole) > slack_of(document):
            ours = net  # not BAS: any account may be one of sales
        self.net = ours
        self._beside = {account: amount for account, amount in net.items() if account not in ours}
        self.odd = not as_sold(document, ours)
        self._fixed, self._own = Counter[int](), dict[Sold, int]()
        self.parts: dict[Sold, Ore] = {}
        self.kinds: dict[Sold, _Kind] = {}
        for row in document.rows:
            self._take(row)
        self.parts = {sold: amount for sold, amount in self.parts.items() if amount}
        self._all_on = self._only_account()

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
        self._own[sold] = row.account
        self.kinds[sold] = (replace(sold, article=""), row.account, row.vat_rate)

    def _only_account(self) -> int:
        """The one account that all of its articles stand on; 0: they stand on several."""
        rest = _apart(self.document, self.net, self._fixed)
        return next(iter(rest)) if len(rest) == 1 else 0

    def stands(self, sold: Sold) -> int:
        """The account of an article; 0: that cannot be told."""
        return self._all_on if self.odd else self._own[sold]

    def judged(self, at: int, history: _History) -> Booked:
        """It with what it should come to, or with what cannot be told."""
        wanted, sure, wrong = Counter(self._fixed), True, False
        for sold, amount in self.parts.items():
            there, right = self.stands(sold), history.right(sold, at)
            if not there:
                sure = sure and bool(right)
                right = right or history.usual(sold, at)
            elif not right:
                sure = sure and (there == self._own[sold] or history.known(sold, self.kinds[sold], at, there))
                right = there
            wrong = wrong or right != there
            wanted[right] += amount
        off = bool(_apart(self.document, self.net, wanted))
        if not off and (sure or not self._all_on):
            return self.booked
        if off and (sure or (wrong and (self._all_on or not self.odd))):
            rows = {**wanted, **self._beside}
            return replace(self.booked, coded=tuple(Posting(one, amount) for one, amount in sorted(rows.items())))
        return replace(self.booked, unread=(*self.booked.unread, UNREAD))


def _tells(booked: Booked) -> bool:
    """Whether the accounts of its sales are told."""
    return not booked.draft and any(row.purpose is Purpose.SALES and row.account for row in booked.postings)


def _apart(document: Invoice, net: Mapping[int, Ore], wanted: Mapping[int, Ore]) -> dict[int, Ore]:
    """What stands on each account beyond what should, but for rounding."""
    apart = {one: net.get(one, 0) - wanted.get(one, 0) for one in {*net, *wanted}}
    return {one: amount for one, amount in apart.items() if abs(amount) > slack_of(document)}
