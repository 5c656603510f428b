"""Years of trade, already sent: receipts, Z reports and the ledger's deliveries, made by the database itself.

One line and one payment a receipt, one delivery a receipt with a document of usual size.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from benchmarks.world import make, opened
from synccenter.till.demo_shop import COMPANY, TILLS

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
_DAY = "date(:first, '+' || ((i - 1) / :per_day) || ' days')"
_AMOUNT = "(1000 + i % 1800 * 5)"


def _posting(account: int, amount: str, purpose: str) -> str:
    """A row of a voucher as JSON, put together by the database."""
    return (
        f"""'{{"account":{account},"amount":' || ({amount}) || ',"text":"Kassa","purpose":"{purpose}","""
        """"cost_centre":"","project":""}'"""
    )


_DOCUMENT = " || ".join(
    (
        """'{"type":"voucher","reference":"' || :till || '-' || i || '","date":"' || day""",
        """'","text":"Kvitto","postings":['""",
        " || ',' || ".join(
            (
                _posting(1686, _AMOUNT, "payment"),
                _posting(2611, f"-({_AMOUNT} / 5)", "vat"),
                _posting(3001, f"{_AMOUNT} / 5 - 500", "sales"),
                _posting(3002, f"500 - {_AMOUNT}", "sales"),
            )
        ),
        """'],"series":"A"}'""",
    )
)


def fill(folder: Path, *, receipts: int, reports: int, address: str) -> None:
    """A folder with so many receipts and Z reports on two tills, the last ones from yesterday, all of them sent."""
    days = reports // len(TILLS)
    first = date.today() - timedelta(days=days)  # noqa: DTZ011 - a benchmark's own trade
    make(folder, bench__address=address, posting__unit="receipt", safety__cutover=first, integration__registers="stock")
    shop, log = opened(folder)
    per_day = receipts // len(TILLS) // days
    for till in TILLS:
        values = {"company": COMPANY.id, "till": till.id, "per_day": per_day, "first": first.isoformat()}
        for database, statements, count in (
            (shop.till, _RECEIPTS, per_day * days),
            (shop.till, _REPORTS, days),
            (shop.ledger.database, _SENT, per_day * days),
        ):
            with database.transaction():
                for statement in statements:
                    database.execute(statement, {**values, "count": count})
        for what, last in (("receipt", per_day * days), ("cash", days), ("void", per_day * days)):
            shop.ledger.set_place(f"{what}:{till.id}", str(last))
    shop.close()
    log.close()


_RECEIPTS = (
    (
        f"{NUMBERS} INSERT INTO receipt (company, till, number, state, at, z_number, cashier)"
        f" SELECT :company, :till, i, 'finished', {_DAY} || 'T12:00:00+01:00', (i - 1) / :per_day + 1, 'AB' FROM n"
    ),
    (
        f"{NUMBERS} INSERT INTO receipt_line (company, till, receipt, row, kind, article, text, group_code, quantity,"
        f" amount, vat, vat_rate) SELECT :company, :till, i, 1, 'goods', i % 500, 'Vara', '40', 1000, {_AMOUNT},"
        f" {_AMOUNT} / 5, 25 FROM n"
    ),
    (
        f"{NUMBERS} INSERT INTO receipt_payment (company, till, receipt, row, method, amount)"
        f" SELECT :company, :till, i, 1, 'KORT', {_AMOUNT} FROM n"
    ),
)

_REPORTS = (
    (
        f"{NUMBERS} INSERT INTO z_report (company, till, number, at, business_date, first_receipt, last_receipt, total)"
        " SELECT :company, :till, i, date(:first, '+' || (i - 1) || ' days') || 'T20:00:00+01:00',"
        " date(:first, '+' || (i - 1) || ' days'), (i - 1) * :per_day + 1, i * :per_day, (SELECT SUM(p.amount)"
        " FROM receipt_payment p WHERE p.company=:company AND p.till=:till"
        " AND p.receipt BETWEEN (i - 1) * :per_day + 1 AND i * :per_day) FROM n"
    ),
    (
        "INSERT INTO z_vat (company, till, z_number, rate, sales, vat)"
        " SELECT company, till, number, 25, total, total / 5 FROM z_report WHERE company=:company AND till=:till"
    ),
    (
        "INSERT INTO z_method (company, till, z_number, method, amount)"
        " SELECT company, till, number, 'KORT', total FROM z_report WHERE company=:company AND till=:till"
    ),
)

_SENT = (
    (
        f"{NUMBERS}, d(i, day) AS (SELECT i, {_DAY} FROM n) INSERT INTO delivery (company, reference, unit, till,"
        " number, part, business_date, kind, route, state, document, vat, source, total, attempts, generation,"
        " external_id, external_number, replaces, changed, created) SELECT :company, :till || '-' || i, 'receipt',"
        f" :till, i, 1, day, 'voucher', 'bench', 'sent', {_DOCUMENT}, {_AMOUNT} / 5,"
        f" '[[\"' || :till || '\",' || i || ']]', {_AMOUNT}, 1, 1, i, i, '',"
        " 1.0 * i, 1.0 * i FROM d"
    ),
    (
        f"{NUMBERS} INSERT INTO covered (company, what, till, number, reference, amount)"
        f" SELECT :company, 'receipt', :till, i, :till || '-' || i, {_AMOUNT} FROM n"
    ),
)
