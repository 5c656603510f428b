"""What every account should hold, counted from the till's tables with plain SQL and none of the program's posting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from connectors.formats.sie_reader import read
from synccenter.core.database import SQLite

CASH = {"1": 1911, "2": 1912}
PAID = {"KORT": 1686, "SWISH": 1930, "PRESENTKORT": 2421}
DEBTS = {"gift_card": 2421, "single_purpose": 2429, "agent": 2890, "tip": 2829, "owner_tip": 3999}
MOVED = {"Dricks": 2829, "Bankinsättning": 1914, "Växel": 1919}
SALES = {25: (3001, 2611), 12: (3002, 2621), 6: (3003, 2631), 0: (3004, 0)}


def booked(files: Iterable[Path]) -> dict[int, int]:
    """Account -> sum over SIE files."""
    sums: Counter[int] = Counter()
    for path in files:
        for voucher in read(path.read_bytes(), path.name).vouchers:
            for row in voucher.transactions:
                sums[row.account] += row.amount
    return {account: amount for account, amount in sums.items() if amount}


def expected(till: Path, company: str = "1", *, unclosed: bool = False) -> dict[int, int]:
    """Account -> sum, by the defaults of the settings. `unclosed`: receipts count before their Z report has come."""
    database = SQLite(till, read_only=True)
    try:
        return _count(database, company, unclosed)
    finally:
        database.close()


def _count(database: SQLite, company: str, unclosed: bool) -> dict[int, int]:
    sums: Counter[int] = Counter()
    own = {"company": company}
    closed = "" if unclosed else " AND r.z_number IS NOT NULL"
    finished = (
        "JOIN receipt r ON r.company=x.company AND r.till=x.till AND r.number=x.receipt"
        f" WHERE x.company=:company AND r.state='finished'{closed}"
    )
    for till, method, amount in database.query(
        f"SELECT x.till, x.method, x.amount FROM receipt_payment x {finished}", own
    ):
        sums[PAID.get(method) or CASH[till]] += amount
    for kind, rate, amount, vat in database.query(
        f"SELECT x.kind, x.vat_rate, x.amount, x.vat FROM receipt_line x {finished}", own
    ):
        account, vat_account = SALES[rate]
        account = DEBTS.get(kind, account)
        sums[account] += vat - amount
        sums[vat_account] -= vat
    for (rounding,) in database.query(
        f"SELECT r.rounding FROM receipt r WHERE r.company=:company AND r.state='finished'{closed}", own
    ):
        sums[3740] -= rounding
    for till, kind, amount, wanted, reason in database.query(
        "SELECT till, kind, amount, expected, reason FROM cash_movement WHERE company=:company", own
    ):
        if kind in {"pay_in", "pay_out"}:
            sums[CASH[till]] += amount if kind == "pay_in" else -amount
            sums[MOVED[reason]] -= amount if kind == "pay_in" else -amount
        elif kind == "counted" and wanted is not None:
            sums[CASH[till]] += amount - wanted
            sums[3790] -= amount - wanted
    return {account: amount for account, amount in sums.items() if amount}
