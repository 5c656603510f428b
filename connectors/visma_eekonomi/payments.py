"""Which entries pay which invoices where no voucher says so: by account, day and amount, each entry once. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from msgspec import Struct

from connectors.formats.assignment import cheapest
from connectors.formats.purposes import OUTPUT_VAT, ROUNDING_ACCOUNT
from connectors.visma_eekonomi import answers
from connectors.visma_eekonomi.vouchers import posting
from synccenter.contract.model import Ore

MANUAL = 2
"""VoucherType by the vendor's description: what a person or we have made."""

Beside: TypeAlias = Mapping[int, Ore]
"""What a voucher has beside a payment: account -> öre in debit, VAT by the first three figures of its account."""

_NEAR = 5
"""So many öre may the parts of what was sold differ by, over all accounts, and be rounding."""


class Wanted(Struct, frozen=True):
    """What an invoice was paid with on an account, in debit. `beside`: its part of what was sold, by the cash
    method."""

    invoice: str
    account: int
    amount: Ore
    on: date
    beside: Beside = {}


class Entry(Struct, frozen=True, gc=False):
    """What a voucher has on an account, in debit. Without a voucher: part of what stands there that day."""

    account: int
    amount: Ore
    on: date
    voucher: answers.Voucher | None = None
    beside: Beside = {}

    @property
    def number(self) -> str:
        """What its voucher is called."""
        return (self.voucher.number_and_number_series or "") if self.voucher else ""

    @property
    def text(self) -> str:
        """What its voucher says."""
        return (self.voucher.voucher_text or "") if self.voucher else ""

    @property
    def by_hand(self) -> bool:
        """Whether a person booked it, who may have meant anything."""
        return self.voucher is not None and self.voucher.voucher_type == MANUAL


class Others(Struct, frozen=True):
    """What is known of others' payments: how many invoices of a day were paid with an amount, on whatever account.

    `parts`: those of a till's, of which any payment may be a part. `whole`: the days when nobody else's invoice was
    paid: an entry more than was wanted is no other's then.
    """

    paid: Counter[tuple[date, Ore]]
    whole: Collection[date] = ()
    parts: Counter[tuple[date, Ore]] = Counter()

    def may_have(self, on: date, amount: Ore) -> int:
        """How many others may have paid so much on a day."""
        parts = (count for (day, paid), count in self.parts.items() if day == on and paid * amount >= amount * amount)
        return self.paid[on, amount] + sum(parts)


class Matched(Struct):
    """The entries of each invoice that has any, and the invoices whose entries may as well be another's.

    `doubt`: whether one may be, or a person's was taken, or one is missing or too many, or a till's receipts were read
    in part.
    """

    found: dict[str, list[Entry]] = {}
    unsure: set[str] = set()
    doubt: bool = False


def matched(wanted: Sequence[Wanted], entries: Iterable[Entry], others: Others, *, sums: bool = True) -> Matched:
    """The entries of each invoice, one for one over all of a day: those that fit what was sold best.

    An entry of the same day first, then one of another; then, with `sums`, what is wanted of an account on a day is
    there when the account comes to just that. An entry more than was wanted, that says the same as one of an invoice,
    is that invoice's too: it is doubled. Where others were paid as much too, and there are not as many entries as there
    should be for all, nobody can tell whose is missing, or too many.
    """
    return _Matching(wanted, list(entries), others).run(sums=sums)


class _Matching:
    """The entries that nothing has taken yet, and what has been found."""

    def __init__(self, wanted: Sequence[Wanted], entries: Sequence[Entry], others: Others) -> None:
        self._wanted, self._entries, self._others = wanted, entries, others
        self._left: dict[tuple[int, Ore], list[Entry]] = {}
        for entry in entries:
            self._left.setdefault((entry.account, entry.amount), []).append(entry)
        self._more = Counter((one.on, one.amount) for one in entries if not one.by_hand)
        self._more.subtract((one.on, one.amount) for one in wanted)
        self._got = Matched()

    def run(self, *, sums: bool) -> Matched:
        """See `matched`."""
        alike: dict[tuple[int, Ore], list[Wanted]] = {}
        for one in self._wanted:
            alike.setdefault((one.account, one.amount), []).append(one)
        missing = [one for key, some in alike.items() for one in self._give(some, self._left.get(key, []))]
        for one in _summed_up(self._wanted, missing, self._entries) if sums else ():
            self._got.found.setdefault(one.invoice, []).append(Entry(one.account, one.amount, one.on))
        for some in self._got.found.values():
            for entry in [one for one in some if one.voucher and one.on in self._others.whole]:
                some.extend(self._twins(entry))
        alone = {one.on for one in self._wanted} & {on for on, _ in self._others.parts}
        self._got.doubt = self._got.doubt or bool(self._got.unsure or alone)
        return self._got

    def _give(self, wanted: Sequence[Wanted], left: list[Entry]) -> list[Wanted]:
        """Give those of one account and amount their entries, day by day. Those that there is none for."""
        missing: list[Wanted] = []
        for day in sorted({one.on for one in wanted}):
            mine = [one for one in wanted if one.on == day]
            made = [one for one in left if one.on == day and not one.by_hand]
            by_hand = [one for one in left if one.on == day and one.by_hand]
            theirs, more = self._others.may_have(day, mine[0].amount), self._more[day, mine[0].amount]
            too_many = len(made) > len(mine) and more > theirs and day not in self._others.whole
            if (theirs and more < theirs) or too_many:
                self._got.unsure |= {one.invoice for one in mine}
            rest = self._pair(mine, made, left)
            missing += self._pair(rest, by_hand, left)
            self._got.doubt = self._got.doubt or bool(rest or theirs)
        return self._pair(missing, [one for one in left if one.on in self._others.whole], left)

    def _pair(self, wanted: Sequence[Wanted], entries: Sequence[Entry], left: list[Entry]) -> list[Wanted]:
        """Those that there was no entry for."""
        pairs = _assigned(wanted, entries)
        taken = {id(entries[at]) for at in pairs.values()}
        for number, at in pairs.items():
            self._got.found.setdefault(wanted[number].invoice, []).append(entries[at])
        left[:] = [one for one in left if id(one) not in taken]
        return [one for number, one in enumerate(wanted) if number not in pairs]

    def _twins(self, entry: Entry) -> list[Entry]:
        """Take what is left over and says the same."""
        left = self._left[entry.account, entry.amount]
        twins = [one for one in left if (one.on, one.text) == (entry.on, entry.text)]
        left[:] = [one for one in left if one not in twins]
        self._got.doubt = self._got.doubt or bool(twins)
        return twins


def _assigned(wanted: Sequence[Wanted], entries: Sequence[Entry]) -> dict[int, int]:
    """Which entry each is given, by their places: what fits goes together, of the rest what fits best together."""
    pairs: dict[int, int] = {}
    left = list(range(len(entries)))
    for number, one in enumerate(wanted):
        fitting = next((at for at in left if _apart(one.beside, entries[at].beside) <= _NEAR), None)
        if fitting is not None:
            left.remove(fitting)
            pairs[number] = fitting
    rest = [number for number in range(len(wanted)) if number not in pairs]
    costs = [[_apart(wanted[number].beside, entries[at].beside) for at in left] for number in rest]
    return pairs | {rest[row]: left[column] for row, column in cheapest(costs).items()}


def _apart(one: Beside, other: Beside) -> Ore:
    return sum(abs(one.get(key, 0) - other.get(key, 0)) for key in {*one, *other}) if one else 0


def beside(rows: Iterable[tuple[int, Ore]]) -> Beside:
    """Rows (account, öre) as they are compared: without rounding."""
    sums = Counter[int]()
    for account, amount in rows:
        if account != ROUNDING_ACCOUNT:
            sums[account // 10 if account in OUTPUT_VAT else account] += amount
    return sums


def entries_of(voucher: answers.Voucher, on: date, accounts: Collection[int]) -> list[Entry]:
    """A voucher's entries on some accounts, each with what stands beside it on others."""
    rows = [posting(row) for row in voucher.rows or ()]
    return [
        Entry(
            row.account,
            row.amount,
            on,
            voucher,
            beside((other.account, other.amount) for other in rows if other.account not in accounts),
        )
        for row in rows
        if row.account in accounts
    ]


def _summed_up(wanted: Iterable[Wanted], missing: Iterable[Wanted], entries: Iterable[Entry]) -> list[Wanted]:
    """Those of the missing whose account comes, that day, to just what is wanted of it."""
    left = Counter[tuple[int, date]]()
    for one in wanted:
        left[one.account, one.on] += one.amount
    for entry in entries:
        left[entry.account, entry.on] -= entry.amount
    return [one for one in missing if not left[one.account, one.on]]
