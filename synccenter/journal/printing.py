"""The prints of what a delivery was made from, and what is different when they are compared again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from synccenter.journal.delivery import CASH, MOVEMENT, RECEIPT, Cover, Delivery
from synccenter.till.prints import receipt_prints, z_prints
from synccenter.till.sales import Sales

APART = 500
"""Numbers this near to each other are read together."""


class CashPrint(Struct, frozen=True):
    """The print of a Z report and of each of its cash movements, as `Cover.print` holds them."""

    report: str
    cash: Mapping[str, str] = {}

    def text(self) -> str:
        """As it is kept."""
        return msgspec.json.encode(self).decode()


_decoder = msgspec.json.Decoder(CashPrint)


def cash_print(text: str) -> CashPrint:
    """From what was kept."""
    return _decoder.decode(text)


def printed(sales: Sales, made: Sequence[Delivery]) -> list[Delivery]:
    """The deliveries, each cover with the print of what the till has now."""
    wanted: dict[tuple[str, str], set[int]] = {}
    for one in made:
        for cover in one.covers:
            if cover.what != MOVEMENT:  # its Z report's print has it
                wanted.setdefault((cover.what, cover.till), set()).add(cover.number)
    prints: dict[tuple[str, str, int], str] = {}
    for (what, till), numbers in wanted.items():
        for first, last in _runs(sorted(numbers)):
            for number, text in present(sales, what, till, first, last):
                prints[what, till, number] = text
    return [_with_prints(one, prints) for one in made]


def present(sales: Sales, what: str, till: str, first: int, last: int) -> Iterator[tuple[int, str]]:
    """(number, print) of what the till has between two numbers, in number order."""
    if what == RECEIPT:
        yield from receipt_prints(sales, till, first, last)
        return
    for one in z_prints(sales, till, first, last):
        yield one.number, CashPrint(one.report, one.cash).text()


def _with_prints(one: Delivery, prints: Mapping[tuple[str, str, int], str]) -> Delivery:
    covers = tuple(_printed(cover, prints) for cover in one.covers)
    return msgspec.structs.replace(one, covers=covers, gives=tuple(_with_prints(other, prints) for other in one.gives))


def _printed(cover: Cover, prints: Mapping[tuple[str, str, int], str]) -> Cover:
    return msgspec.structs.replace(cover, print=prints.get((cover.what, cover.till, cover.number), ""))


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Spans that hold all numbers, without reading over long stretches of others."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number - last > APART:
            yield first, last
            first = number
        last = number
    yield first, last


def with_late(before: CashPrint, now: CashPrint, late: Collection[str]) -> CashPrint:
    """The print with some late movements as they are now: they have not been sent yet."""
    there = {number: one for number, one in now.cash.items() if number in late}
    return CashPrint(before.report, {number: one for number, one in before.cash.items() if number not in late} | there)


def late_cash(before: CashPrint, now: CashPrint) -> list[str]:
    """The cash movements that came after the Z report was sent; nothing when something else is different too."""
    same = before.report == now.report and all(now.cash.get(number) == one for number, one in before.cash.items())
    return sorted(now.cash.keys() - before.cash.keys()) if same else []


def changed(what: str, before: str, now: str) -> str:
    """What is different, in Swedish; "" when nothing is, or when only cash was added, which is sent by itself."""
    if before in {"", now}:
        return ""
    if what != CASH:
        return "rader, betalningar, datum, kund eller avrundning är ändrade"
    was, there = cash_print(before), cash_print(now)
    found = ["datum eller summa är ändrade"] if was.report != there.report else []
    gone = sorted(was.cash.keys() - there.cash.keys())
    other = sorted(number for number, one in was.cash.items() if there.cash.get(number, one) != one)
    found += [f"kassarörelse {_and(gone)} är borttagen"] if gone else []
    found += [f"kassarörelse {_and(other)} är ändrad"] if other else []
    return " och ".join(found)


def _and(numbers: Sequence[str]) -> str:
    return ", ".join(numbers)
