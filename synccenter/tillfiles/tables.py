"""Writes a Z report that ties, with its receipts and the changes of the float, into the tables of the till's contract.

Called in one transaction. The Z report's sums are those of its receipts: what the till printed was the control.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from synccenter.contract.model import CashKind, Ore, Percent
from synccenter.till import schema
from synccenter.till.table import Table
from synccenter.tillfiles.interpret import Interpreted
from synccenter.tillfiles.store import Numbered, Store
from synccenter.tillfiles.values import FileReceipt, FileZ


class Closing(Struct, frozen=True):
    """A Z report of a till and its receipts, as they were read and as they are understood."""

    till: Numbered
    z: FileZ
    receipts: Sequence[tuple[FileReceipt, Interpreted]]


def write(store: Store, codes: Mapping[str, str], closing: Closing, zone: ZoneInfo) -> None:
    """Write it all, and remember that it is let go. `codes`: a payment text -> the code of its method."""
    till, z, receipts = closing.till, closing.z, closing.receipts

    def put(table: Table, rows: list[dict[str, Any]]) -> None:
        columns = ("company", "till", *(rows[0] if rows else ()))
        found = [(till.company, till.till, *row.values()) for row in rows]
        store.database.upsert(table.name, table.key, columns, found)

    times = _times(receipts, zone)
    put(schema.RECEIPT, [_head(till, z, one, at) for one, at in zip(receipts, times, strict=True)])
    put(schema.RECEIPT_LINE, [line for one, found in receipts for line in _lines(one.number, found)])
    put(schema.RECEIPT_PAYMENT, [line for one, found in receipts for line in _payments(one.number, found, codes)])
    numbers = [one.number for one, _ in receipts] or [0]
    report = {
        "number": z.number,
        "at": z.at,
        "business_date": (times or [z.at])[0][:10],  # the day of the first receipt: a Z report may be made at night
        "first_receipt": min(numbers),
        "last_receipt": max(numbers),
        "total": sum(one.total for _, one in receipts),
        "rounding": sum(one.rounding for _, one in receipts),
    }
    put(schema.Z_REPORT, [report])
    vat, methods = _sums(receipts, codes)
    put(
        schema.Z_VAT,
        [{"z_number": z.number, "rate": rate, "sales": sales, "vat": of_it} for rate, (sales, of_it) in vat.items()],
    )
    put(schema.Z_METHOD, [{"z_number": z.number, "method": code, "amount": sum_} for code, sum_ in methods.items()])
    put(schema.CASH_MOVEMENT, list(_cash(store, till, z)))
    store.let_go(till.id, z.number)


def _head(till: Numbered, z: FileZ, receipt: tuple[FileReceipt, Interpreted], at: str) -> dict[str, Any]:
    one, found = receipt
    return {
        "number": one.number,
        "state": "finished",
        "at": at,
        "z_number": z.number,
        "customer": "",
        "rounding": found.rounding,
        "return_till": None if one.original is None else till.till,
        "return_number": one.original,
        "cashier": one.cashier,
    }


def _lines(number: int, found: Interpreted) -> Iterator[dict[str, Any]]:
    for place, row in enumerate(found.rows, 1):
        yield {
            "receipt": number,
            "row": place,
            "kind": row.kind,
            "article": row.article,
            "text": row.text,
            "group_code": row.group,
            "quantity": row.quantity,
            "amount": row.amount,
            "vat": row.vat,
            "vat_rate": row.rate,
            "discount": row.discount,
        }


def _payments(number: int, found: Interpreted, codes: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for place, (text, amount) in enumerate(found.payments, 1):
        yield {"receipt": number, "row": place, "method": codes[text], "amount": amount, "reference": ""}


def _sums(
    receipts: Sequence[tuple[FileReceipt, Interpreted]], codes: Mapping[str, str]
) -> tuple[dict[Percent, tuple[Ore, Ore]], dict[str, Ore]]:
    vat: dict[Percent, tuple[Ore, Ore]] = {}
    methods: dict[str, Ore] = {}
    for _, found in receipts:
        for row in found.rows:
            sales, of_it = vat.get(row.rate, (0, 0))
            vat[row.rate] = (sales + row.amount, of_it + row.vat)
        for text, amount in found.payments:
            methods[codes[text]] = methods.get(codes[text], 0) + amount
    return vat, methods


def _times(receipts: Sequence[tuple[FileReceipt, Interpreted]], zone: ZoneInfo) -> list[str]:
    """When each was sold. The hour that comes twice in October is told apart by the numbers: after a time that has
    gone back, it is the second one."""
    times: list[str] = []
    latest, second = "", False
    for one, _ in receipts:
        at = datetime.fromisoformat(one.at)
        local = at.replace(tzinfo=zone)
        if at.tzinfo is not None or local.utcoffset() == local.replace(fold=1).utcoffset():
            times.append(one.at)
            continue
        second = second or one.at < latest
        latest = one.at
        times.append(at.replace(tzinfo=zone, fold=int(second)).isoformat())
    return times


def _cash(store: Store, till: Numbered, z: FileZ) -> Iterator[dict[str, Any]]:
    """The changes of the float up to the Z report, as statements: a float is moved, not earned, and is not booked."""
    first, changes = store.take_cash(till, z)
    for number, (at, amount) in enumerate(changes, first):
        yield {
            "number": number,
            "kind": CashKind.FLOAT.value,
            "at": at,
            "amount": abs(amount),
            "reason": "Växelkassa in" if amount >= 0 else "Växelkassa ut",
            "z_number": z.number,
            "expected": None,
        }
