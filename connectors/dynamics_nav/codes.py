"""Barcodes out of one of NAV's registers: each once, and none of another unit than the item is sold in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.dynamics_nav import registers
from connectors.wire.rows import Row, text
from synccenter.contract.model import Barcode

_NAMED = 5


class Codes:
    """The codes of a register. `role`, `code` and `item`: its page and what its fields are called; `seen` is shared
    with the registers read before; `units`: the unit that each item is sold and priced in."""

    def __init__(self, place: tuple[str, str, str], seen: set[tuple[str, str]], units: Mapping[str, str]) -> None:
        self._role, self._code, self._item = place
        self._seen = seen
        self._units = units
        self._others: list[str] = []

    def of(self, row: Row) -> Iterator[Barcode]:
        """The barcode of a row, when it is one that a till may scan."""
        if self._role == "cross_references" and not registers.is_barcode(row):
            return
        if self._of_other_unit(row):
            self._others.append(text(row, self._code))
            return
        one = registers.barcode(row, code=self._code, item=self._item)
        if one and (one.code, one.article) not in self._seen:
            self._seen.add((one.code, one.article))
            yield one

    def notes(self) -> tuple[str, ...]:
        """What was left out."""
        if not self._others:
            return ()
        named = ", ".join(self._others[:_NAMED])
        what = "gäller en annan enhet än den varan säljs i (kartong) och hämtas inte, för kassan har bara priset på en"
        return (f"Streckkoder: {len(self._others)} {what} ({named}).",)

    def _of_other_unit(self, row: Row) -> bool:
        """A carton must not scan at the price of one piece."""
        unit = text(row, "unit").upper() if self._units and row.get("unit") is not None else ""
        sold_in = self._units.get(text(row, self._item).upper(), "")
        return bool(unit and sold_in) and unit != sold_in
