"""What must be true of a receipt and a Z report before anything is made of them. Nothing is put right here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synccenter.contract import catalogue
from synccenter.contract.model import Line, LineKind, Ore, Percent, Receipt, ReceiptState, ZReport, kronor

RATES: frozenset[Percent] = frozenset({25, 12, 6, 0})
"""The VAT rates that Sweden has (mervärdesskattelagen 2023:200, chapter 9)."""

VAT_TOLERANCE: Ore = 3
"""So many öre may a line's stored VAT lie beside rate and amount: tills round by piece, by line or by discount."""


def vat_within(amount: Ore, rate: Percent) -> Ore:
    """The VAT that an amount holds, to the nearest öre (mervärdesskattelagen 2023:200, chapter 8: VAT is part of
    the price)."""
    vat = (2 * abs(amount) * rate + 100 + rate) // (2 * (100 + rate))
    return vat if amount >= 0 else -vat


def vat_is_believable(line: Line) -> bool:
    """Whether a line's stored VAT can be that of its rate and amount, whatever way the till rounds."""
    off = abs(line.vat * (100 + line.vat_rate) - line.amount * line.vat_rate)
    same_side = line.vat * line.amount >= 0 and abs(line.vat) <= abs(line.amount)
    exact = line.vat_rate != 0 or line.vat == 0
    return exact and same_side and off <= VAT_TOLERANCE * (100 + line.vat_rate)


def check_receipt(receipt: Receipt) -> None:
    """Raise B03 when lines + rounding are not the payments to the öre, B07 when the rounding is no rounding.

    The law rounds to the nearest krona (1970:1029 § 2), so a krona or more is never öresavrundning.
    """
    lines = sum(line.amount for line in receipt.lines)
    payments = receipt.total
    difference = payments - lines - receipt.rounding
    item = f"Kvitto {receipt.key}"
    if difference:
        raise catalogue.RECEIPT_UNBALANCED.error(
            item=item,
            lines=kronor(lines),
            rounding=kronor(receipt.rounding),
            payments=kronor(payments),
            difference=kronor(difference),
        )
    if abs(receipt.rounding) >= 100:
        raise catalogue.ROUNDING_TOO_BIG.error(item=item, rounding=kronor(receipt.rounding))


WITHOUT_VAT: Mapping[LineKind, str] = {
    LineKind.GIFT_CARD: "ett presentkort",
    LineKind.TIP: "dricks",
    LineKind.OWNER_TIP: "dricks",
}
"""What a line that can have no VAT is, in Swedish; a line of another kind without VAT is sold for another."""


def check_vat(line: Line, receipt: Receipt, *, may_have: bool = True) -> None:
    """Raise B30 when a line's VAT is not that of its rate and amount, B35 when it has a rate where none may be (not
    `may_have`): gift cards, tips, what is sold for another."""
    if line.vat_rate and not may_have:
        raise catalogue.VAT_WHERE_NONE_IS.error(
            item=f"Kvitto {receipt.key}",
            row=line.row,
            kind=WITHOUT_VAT.get(line.kind, "sålt för annans räkning"),
            rate=line.vat_rate,
            vat=kronor(line.vat),
        )
    if not vat_is_believable(line):
        raise catalogue.VAT_WRONG.error(
            item=f"Kvitto {receipt.key}",
            row=line.row,
            rate=line.vat_rate,
            amount=kronor(line.amount),
            vat=kronor(line.vat),
            expected=kronor(vat_within(line.amount, line.vat_rate)),
        )


def finished(receipts: Sequence[Receipt]) -> list[Receipt]:
    """Only finished receipts are sales; cancelled, parked and voided ones are counted but not booked."""
    return [receipt for receipt in receipts if receipt.state is ReceiptState.FINISHED]


def check_z(z: ZReport, receipts: Sequence[Receipt]) -> None:
    """Raise B04 (or B09 when a receipt is missing, B31 when totals are) unless the Z report's stored totals are
    those of its receipts.

    Compared to the öre: the total, the rounding, sales and VAT of each rate, and each payment method.
    """
    sales = finished(receipts)
    item = f"Z {z.number} kassa {z.till}"
    for what, stored, summed in _z_totals(z, sales):
        if stored == summed:
            continue
        numbers = {receipt.number for receipt in receipts}
        missing = [number for number in range(z.first_receipt, z.last_receipt + 1) if number not in numbers]
        if missing and len(missing) <= 1000:
            raise catalogue.Z_RECEIPT_MISSING.error(
                item=item, first=z.first_receipt, last=z.last_receipt, missing=", ".join(map(str, missing[:5]))
            )
        lacks = _lacking(z, sales)
        if lacks:
            raise catalogue.Z_TOTALS_MISSING.error(item=item, what=lacks[0], table=lacks[1])
        raise catalogue.Z_DIFFERS.error(
            item=item, what=what, z=kronor(stored), receipts=kronor(summed), difference=kronor(stored - summed)
        )
    if lacks := _lacking(z, sales):  # a day of 0 kr must have its totals too
        raise catalogue.Z_TOTALS_MISSING.error(item=item, what=lacks[0], table=lacks[1])


def _lacking(z: ZReport, sales: Sequence[Receipt]) -> tuple[str, str] | None:
    """(what the Z report gives no totals of, in which table) although its receipts have some."""
    if not z.vat_totals and any(receipt.lines for receipt in sales):
        return "försäljning per momssats", "z_vat"
    if not z.method_totals and any(receipt.payments for receipt in sales):
        return "belopp per betalsätt", "z_method"
    return None


def _z_totals(z: ZReport, sales: Sequence[Receipt]) -> list[tuple[str, Ore, Ore]]:
    """(what, as the Z report says, as its receipts sum) for everything that must agree."""
    sold: dict[Percent, Ore] = {}
    vat: dict[Percent, Ore] = {}
    methods: dict[str, Ore] = {}
    for receipt in sales:
        for line in receipt.lines:
            sold[line.vat_rate] = sold.get(line.vat_rate, 0) + line.amount
            vat[line.vat_rate] = vat.get(line.vat_rate, 0) + line.vat
        for payment in receipt.payments:
            methods[payment.method] = methods.get(payment.method, 0) + payment.amount
    stored = {total.rate: total for total in z.vat_totals}
    stored_methods = {total.method: total.amount for total in z.method_totals}
    rows = [
        ("Totalt", z.total, sum(receipt.total for receipt in sales)),
        ("Öresavrundning", z.rounding, sum(receipt.rounding for receipt in sales)),
    ]
    for rate in sorted(stored.keys() | vat.keys()):
        there = stored.get(rate)
        rows += [
            (f"Moms {rate} %", there.vat if there else 0, vat.get(rate, 0)),
            (f"Försäljning {rate} %", there.sales if there else 0, sold.get(rate, 0)),
        ]
    rows += [
        (f"Betalsätt {code}", stored_methods.get(code, 0), methods.get(code, 0))
        for code in sorted(stored_methods.keys() | methods.keys())
    ]
    return rows
