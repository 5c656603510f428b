"""What the books must hold, reckoned from the till's tables by SQL of our own: no line is shared with the program.

The default accounts (BAS 2026, as the settings have them) are written out here once more on purpose.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from synccenter.core.database import Database

METHOD = {"KORT": 1686, "SWISH": 1930, "PRESENTKORT": 2421}
CASH = {"1": 1911, "2": 1912}
SALES = {25: 3001, 12: 3002, 6: 3003, 0: 3004}
VAT = {25: 2611, 12: 2621, 6: 2631}
ROUNDING, DIFFERENCE = 3740, 3790
DEBTS = {"gift_card": 2421, "single_purpose": 2429, "agent": 2890, "tip": 2829, "owner_tip": 3999}
MOVED = {"Dricks": 2829, "Bankinsättning": 1914, "Växel": 1919}

SOLD = "r.state='finished' AND r.z_number IS NOT NULL"


def accounts(till: Database, only: tuple[str, int] | None = None) -> dict[int, int]:
    """Account -> öre (debit positive) for all closed sales and cash, or for `only` one till's one Z report."""
    sums: Counter[int] = Counter()
    sold, closed = SOLD, "z_number IS NOT NULL"
    if only:
        sold += f" AND r.till='{only[0]}' AND r.z_number={only[1]}"
        closed += f" AND till='{only[0]}' AND z_number={only[1]}"
    for method, place, amount in till.query(
        "SELECT p.method, p.till, SUM(p.amount) FROM receipt_payment p JOIN receipt r ON r.company=p.company"
        f" AND r.till=p.till AND r.number=p.receipt WHERE {sold} GROUP BY p.method, p.till"
    ):
        sums[METHOD.get(method) or CASH[place]] += int(amount)
    for kind, rate, amount, vat in till.query(
        "SELECT l.kind, l.vat_rate, SUM(l.amount), SUM(l.vat) FROM receipt_line l JOIN receipt r"
        f" ON r.company=l.company AND r.till=l.till AND r.number=l.receipt WHERE {sold} GROUP BY l.kind, l.vat_rate"
    ):
        sums[DEBTS.get(kind) or SALES[rate]] -= int(amount) - int(vat)
        if vat:
            sums[VAT[rate]] -= int(vat)
    rounding = till.query(f"SELECT SUM(r.rounding) FROM receipt r WHERE {sold}")[0][0]
    sums[ROUNDING] -= int(rounding or 0)
    for place, kind, amount, expected, reason in till.query(
        f"SELECT till, kind, amount, expected, reason FROM cash_movement WHERE {closed}"
    ):
        sign = {"pay_in": 1, "pay_out": -1}.get(kind, 0)
        moved, other = sign * amount, MOVED.get(reason, 0)
        if kind == "counted":
            moved, other = amount - expected, DIFFERENCE
        sums[CASH[place]] += moved
        sums[other] -= moved
    return {account: amount for account, amount in sums.items() if amount}


def booked(documents: list[dict[str, Any]]) -> dict[int, int]:
    """Account -> öre by the business system's documents, vouchers and paid invoices alike."""
    sums: Counter[int] = Counter()
    for entry in documents:
        document = entry["document"]
        for row in document.get("postings", ()):
            sums[row["account"]] += row["amount"]
        if document["type"] == "invoice":
            for row in document["rows"]:
                sums[row["account"]] -= row["amount"] - row["vat"]
                if row["vat"]:
                    sums[VAT[row["vat_rate"]]] -= row["vat"]
            for payment in document["payments"]:
                sums[payment["account"]] += payment["amount"]
            if document["rounding"]:
                sums[document["rounding_account"]] -= document["rounding"]
    return {account: amount for account, amount in sums.items() if amount}


def references(till: Database, unit: str) -> set[str]:
    """The references that must stand in the books when all has been sent."""
    if unit == "receipt":
        receipts = till.query(f"SELECT r.till, r.number FROM receipt r WHERE {SOLD}")
        found = {f"{place}-{number}" for place, number in receipts}
        cash = till.query(
            "SELECT DISTINCT till, z_number FROM cash_movement WHERE z_number IS NOT NULL"
            " AND (kind IN ('pay_in', 'pay_out') OR (kind='counted' AND amount<>expected))"
        )
        found |= {f"{place}-K{number}" for place, number in cash}
    elif unit == "z":
        # Sales and returns are never netted: a report has its voucher when anything was sold, paid or moved.
        reports = till.query("SELECT till, number FROM z_report")
        found = {f"{place}-Z{number}" for place, number in reports if _any(till, place, number)}
    else:
        days = till.query("SELECT DISTINCT business_date FROM z_report")
        found = {"D" + str(day).replace("-", "") for (day,) in days}
    return found


def others(till: Database) -> set[str]:
    """The references of orders and changed customers."""
    orders = till.query("SELECT till, number FROM customer_order")
    changes = till.query("SELECT number, sequence FROM customer_change")
    return {f"{place}-O{number}" for place, number in orders} | {f"KUND{who}-{number}" for who, number in changes}


def _any(till: Database, place: str, number: int) -> bool:
    own = f"r.till='{place}' AND r.z_number={number} AND r.state='finished'"
    for part in ("receipt_line", "receipt_payment"):
        sql = (
            f"SELECT 1 FROM receipt r JOIN {part} p ON p.till=r.till AND p.receipt=r.number WHERE {own} AND p.amount<>0"
        )
        if till.query(sql):
            return True
    return bool(accounts(till, (place, number)))
