"""Amounts as quantity times unit price, for systems whose unit prices have two decimals."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from synccenter.contract.model import Ore, Thousandths


class Part(Struct, frozen=True):
    """A row: so many at this price. `unit` is never negative unless the amount is and the quantity is not."""

    text: str
    quantity: Thousandths
    unit: Ore


def split(text: str, quantity: Thousandths, amount: Ore) -> Iterator[Part]:
    """An amount as rows that come to it exactly, to the öre.

    3 pieces for 100 kr become 2 at 33.33 and 1 at 33.34. What cannot be split (a weight with three decimals, or
    one whose price does not come out) becomes one row of quantity 1 that says the weight in its text.
    """
    if quantity and quantity % 1000 == 0:
        pieces = abs(quantity) // 1000
        side = 1 if quantity > 0 else -1
        unit, dearer = divmod(amount * side, pieces)
        if pieces > dearer:
            yield Part(text, side * (pieces - dearer) * 1000, unit)
        if dearer:
            yield Part(text, side * dearer * 1000, unit + 1)
        return
    if quantity and quantity % 10 == 0:
        unit = round(Decimal(amount * 1000) / quantity)
        off = abs(unit * quantity - amount * 1000)  # in thousandths of an öre; half an öre is rounded either way
        if off < 500:
            yield Part(text, quantity, unit)
            return
    weight = f"{abs(quantity) / 1000:g}".replace(".", ",") + " × " if quantity not in {0, 1000} else ""
    side = -1 if amount < 0 else 1
    yield Part(weight + text, side * 1000, abs(amount))
