"""A Z report's own figures against its receipts: control sums, never what is posted.

Makes of tills differ, so a figure may tie in any of the ways seen in the field, and each control may be set to *warn*
for a make. The total and the VAT are what the books stand on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from synccenter.contract.model import Ore, Percent, kronor
from synccenter.tillfiles.interpret import Interpreted
from synccenter.tillfiles.values import FileReceipt, FileZ

CONTROLS: dict[str, str] = {
    "total": "Försäljning",
    "vat": "Moms",
    "payments": "Betalsätt",
    "receipts": "Antal kvitton",
    "returns": "Returer",
    "numbers": "Kvittonummer i följd",
    "z_numbers": "Z-nummer i följd",
}
"""The controls, by the name they have on the command line. The last two hold nothing: a gap is red in the proof, unless
the make is known to skip numbers."""


class Untied(Struct, frozen=True):
    """A control that does not tie: which, what of it, the Z report's figure and the receipts'."""

    control: str
    what: str
    z: str
    receipts: str


def untied(z: FileZ, receipts: Sequence[tuple[FileReceipt, Interpreted]]) -> Iterator[Untied]:
    """Every control that does not tie."""
    sold = sum(found.total for _, found in receipts)
    rounding = sum(found.rounding for _, found in receipts)
    # Some makes count the rounding of cash as sales, some do not.
    if z.total not in {sold, sold - rounding}:
        yield _amounts("total", CONTROLS["total"], z.total, sold)
    yield from _vat(z, receipts)
    yield from _payments(z, receipts)
    yield from _counts(z, receipts)


def _amounts(control: str, what: str, stored: Ore, summed: Ore) -> Untied:
    return Untied(control, what, f"{kronor(stored)} kr", f"{kronor(summed)} kr")


def _vat(z: FileZ, receipts: Sequence[tuple[FileReceipt, Interpreted]]) -> Iterator[Untied]:
    if z.vat is None:
        return
    stored: dict[Percent, Ore] = {}
    for rate, vat in z.vat:
        stored[rate] = stored.get(rate, 0) + vat
    summed: dict[Percent, Ore] = {}
    for _, found in receipts:
        for row in found.rows:
            summed[row.rate] = summed.get(row.rate, 0) + row.vat
    for rate in sorted(stored.keys() | summed.keys()):
        if stored.get(rate, 0) != summed.get(rate, 0):
            yield _amounts("vat", f"Moms {rate} %", stored.get(rate, 0), summed.get(rate, 0))


def _payments(z: FileZ, receipts: Sequence[tuple[FileReceipt, Interpreted]]) -> Iterator[Untied]:
    if not z.payments:  # the schema wants a row; a real till leaves it empty
        return
    stored: dict[str, Ore] = {}
    for text, amount in z.payments:
        stored[text] = stored.get(text, 0) + amount
    summed: dict[str, Ore] = {}
    for _, found in receipts:
        for text, amount in found.payments:
            summed[text] = summed.get(text, 0) + amount
    for text in sorted(stored.keys() | summed.keys()):
        if stored.get(text, 0) != summed.get(text, 0):
            yield _amounts("payments", f"Betalsätt {text}", stored.get(text, 0), summed.get(text, 0))


def _counts(z: FileZ, receipts: Sequence[tuple[FileReceipt, Interpreted]]) -> Iterator[Untied]:
    returned = [(one, found) for one, found in receipts if one.returned]
    sales = len(receipts) - len(returned)
    if z.receipts is not None and z.receipts not in {sales, len(receipts)}:
        yield Untied("receipts", CONTROLS["receipts"], str(z.receipts), str(len(receipts)))
    if z.returns is not None and z.returns != len(returned):
        yield Untied("returns", "Antal returer", str(z.returns), str(len(returned)))
    amount = abs(sum(found.total for _, found in returned))
    if z.returned is not None and abs(z.returned) != amount:
        yield _amounts("returns", "Returernas belopp", abs(z.returned), amount)
