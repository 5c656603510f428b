"""Which entries pay which invoices where no voucher says so: by account, day and amount, each entry once. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import partial

from msgspec import Struct

from connectors.visma_eekonomi import answers
from synccenter.contract.model import Ore


class Wanted(Struct, frozen=True):
    """What an invoice was paid with on an account, in debit."""

    invoice: str
    account: int
    amount: Ore
    on: date


class Entry(Struct, frozen=True, gc=False):
    """What a voucher has on an account, in debit. Without a voucher: part of what stands there that day."""

    account: int
    amount: Ore
    on: date
    voucher: answers.Voucher | None = None

    @property
    def number(self) -> str:
        """What its voucher is called."""
        return (self.voucher.number_and_number_series or "") if self.voucher else ""

    @property
    def text(self) -> str:
        """What its voucher says."""
        return (self.voucher.voucher_text or "") if self.voucher else ""


def matched(
    wanted: Sequence[Wanted], entries: Iterable[Entry], whole: Collection[date], *, sums: bool = True
) -> dict[str, list[Entry]]:
    """The entries of each invoice that has any.

    An entry of the same day first, then one of another; then, with `sums`, what is wanted of an account on a day is
    there when the account comes to just that. An entry more than was wanted, that says the same as one of an invoice,
    is that invoice's too: it is doubled. `whole`: the days all of whose invoices are among the wanted, since on others
    an entry more may be another's.
    """
    there = list(entries)
    left = _Left(there)
    found: dict[str, list[Entry]] = {}

    def take(some: Iterable[Wanted], suits: Callable[[Wanted, Entry], bool]) -> list[Wanted]:
        """Give each its entry; those that there is none for."""
        missing = []
        for one in some:
            entry = left.take(one, partial(suits, one))
            if entry:
                found.setdefault(one.invoice, []).append(entry)
            else:
                missing.append(one)
        return missing

    missing = take(wanted, lambda one, entry: entry.on == one.on)
    missing = take(missing, lambda _, entry: entry.on in whole)
    for one in _summed_up(wanted, missing, there) if sums else ():
        found.setdefault(one.invoice, []).append(Entry(one.account, one.amount, one.on))
    for some in found.values():
        for entry in [one for one in some if one.voucher and one.on in whole]:
            while twin := left.take(entry, partial(_says_the_same, entry)):
                some.append(twin)
    return found


def _says_the_same(one: Entry, other: Entry) -> bool:
    return (one.on, one.text) == (other.on, other.text)


class _Left:
    """The entries that nothing has taken, by account and amount."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by: dict[tuple[int, Ore], list[Entry]] = {}
        for entry in entries:
            self._by.setdefault((entry.account, entry.amount), []).append(entry)

    def take(self, like: Wanted | Entry, suits: Callable[[Entry], bool]) -> Entry | None:
        """Take the first of this account and amount that suits."""
        some = self._by.get((like.account, like.amount), [])
        for at, entry in enumerate(some):
            if suits(entry):
                return some.pop(at)
        return None


def _summed_up(wanted: Iterable[Wanted], missing: Iterable[Wanted], entries: Iterable[Entry]) -> list[Wanted]:
    """Those of the missing whose account comes, that day, to just what is wanted of it."""
    left = Counter[tuple[int, date]]()
    for one in wanted:
        left[one.account, one.on] += one.amount
    for entry in entries:
        left[entry.account, entry.on] -= entry.amount
    return [one for one in missing if not left[one.account, one.on]]
