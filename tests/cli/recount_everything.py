"""Every account of `demo --everything`, month by month, counted from the till's tables with SQL and decimal arithmetic
and none of the program's posting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from connectors.formats.sie_reader import read
from synccenter.core.database import SQLite

Sums = dict[tuple[str, int], int]
"""(year and month, account) -> öre."""

CASH = {"1": 1911, "2": 1912}
PAID = {"KORT": 1686, "SWISH": 1930, "PRESENTKORT": 2421, "FAKTURA": 1510}
DEBTS = {"gift_card": 2421, "single_purpose": 2429, "agent": 2890, "tip": 2829, "owner_tip": 3999}
SALES = {25: (3001, 2611), 12: (3002, 2621), 6: (3003, 2631)}
FREE = {"Export": 3105, "EU": 3108, "Omvänd moms": 3231}
MOVED = {"Bankinsättning": 1914, "Växel": 1919, "Växel från bank": 1930, "Dricks": 2829}
BOUGHT = {"Kaffe till personalen": (5460, 12), "Parkering": (5800, 25)}
PER_MILLE, ITS_VAT = 60, 25
"""The commission on lottery tickets."""


def rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def vat_in(amount: int, rate: int) -> int:
    return rounded(Decimal(amount) * rate / (100 + rate))


def booked(files: Iterable[Path]) -> Sums:
    """What the SIE files hold."""
    sums: Counter[tuple[str, int]] = Counter()
    for path in files:
        for voucher in read(path.read_bytes(), path.name).vouchers:
            assert sum(row.amount for row in voucher.transactions) == 0
            for row in voucher.transactions:
                sums[f"{voucher.on:%Y-%m}", row.account] += row.amount
    return {key: amount for key, amount in sums.items() if amount}


def expected(till: Path, *, cash: bool = True) -> Sums:
    """What the books should hold; `cash`: with what was moved in and out of the drawers."""
    database = SQLite(till, read_only=True)
    try:
        sums: Counter[tuple[str, int]] = Counter()
        for row in database.query("SELECT till, number, at, rounding FROM receipt WHERE state='finished'"):
            _receipt(database, sums, *row)
        for row in database.query("SELECT till, kind, at, amount, reason, expected FROM cash_movement") if cash else ():
            _movement(sums, *row)
    finally:
        database.close()
    return {key: amount for key, amount in sums.items() if amount}


def _receipt(database: SQLite, sums: Counter[tuple[str, int]], till: str, number: int, at: str, rounding: int) -> None:
    month, own = at[:7], {"t": till, "n": number}

    def add(account: int, amount: int) -> None:
        sums[month, account] += amount

    add(3740, -rounding)
    goods: set[int] = set()
    lines: list[Any] = database.query(
        "SELECT kind, group_code, vat_rate, amount, vat FROM receipt_line WHERE till=:t AND receipt=:n", own
    )
    for kind, group, rate, amount, vat in lines:
        if kind == "agent" or group == "Lotter":
            add(2890, -amount)
            if group == "Lotter":
                earned = rounded(Decimal(amount) * PER_MILLE / 1000)
                add(2890, earned)
                add(2611, -vat_in(earned, ITS_VAT))
                add(3990, vat_in(earned, ITS_VAT) - earned)
            continue
        account = DEBTS.get(kind) or (SALES[rate][0] if rate else FREE.get(group, 3004))
        add(account, vat - amount)
        if vat:
            add(SALES[rate][1], -vat)
        if kind == "goods":
            goods.add(rate)
    payments: list[Any] = database.query("SELECT method, amount FROM receipt_payment WHERE till=:t AND receipt=:n", own)
    for method, amount in payments:
        if method == "BOKCHECK":
            [rate] = goods
            add(2429, amount - vat_in(amount, rate))
            add(SALES[rate][1], vat_in(amount, rate))
        else:
            add(PAID.get(method) or CASH[till], amount)


def _movement(
    sums: Counter[tuple[str, int]], till: str, kind: str, at: str, amount: int, reason: str, wanted: int | None
) -> None:
    month = at[:7]
    if kind == "counted" and wanted is not None:
        sums[month, CASH[till]] += amount - wanted
        sums[month, 3790] -= amount - wanted
    if kind not in {"pay_in", "pay_out"}:
        return
    into = amount if kind == "pay_in" else -amount
    sums[month, CASH[till]] += into
    if reason in BOUGHT:
        account, rate = BOUGHT[reason]
        sums[month, 2641] -= vat_in(into, rate)
        sums[month, account] -= into - vat_in(into, rate)
    else:
        sums[month, MOVED.get(reason, 2999)] -= into
