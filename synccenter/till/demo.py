"""Builds a demo company with days of trade in a till database.

THE DEMO PLAYS THE TILL. This is the only file of the program that writes to the tables of sales, and it writes
them for its own made-up company only; everything else just reads them (SKVFS 2014:9 chapter 6 section 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import astuple

from synccenter.contract import catalogue
from synccenter.contract.model import Article, Customer, Receipt, Register, ZReport
from synccenter.core.database import Database, Row
from synccenter.till import demo_everything, schema
from synccenter.till.demo_day import CLOSED, ZONE, Day, GiftCard, Numbers, Trade
from synccenter.till.demo_shop import COMPANY, METHODS, TILLS, Shop, shop_on
from synccenter.till.registers import Registers
from synccenter.till.sales import Sales, companies
from synccenter.till.table import Table


class DemoSummary(Struct, frozen=True):
    """What `build` added."""

    company: str
    first_day: date
    last_day: date
    tills: int
    receipts: int
    z_reports: int
    articles: int
    skipped_articles: int = 0


def days_to_play(database: Database, start: date, days: int, now: datetime) -> tuple[date, int]:
    """The first day and how many that `build` may add, so that nothing is sold after `now`.

    A day is played when it is over: the shop has closed and its Z report is taken. Days that would lie later are
    moved back where there is nothing yet, and left out where the shop has traded already.
    """
    open_shop(database)
    local = now.astimezone(ZONE)
    last = local.date() if local.time() > CLOSED else local.date() - timedelta(days=1)
    first = _next_day(database, start)
    if _last_day(database) is None:
        first = min(first, last - timedelta(days=days - 1))
    return first, max(0, min(days, (last - first).days + 1))


def build(
    database: Database,
    *,
    seed: int,
    days: int,
    receipts: int,
    start: date,
    articles: Sequence[Article] | None = None,
) -> DemoSummary:
    """Add days of trade with so many receipts a day on two tills, from `start` or after the last day there is.

    With `articles` (a shop's own register) the days sell those and no register is written; without, the demo's
    own registers are written too. Articles out of use or without a price are not sold. The same arguments on
    the same database give the same days.

    Raises SyncError: K05 when the database holds another company's sales, K06 when nothing can be sold.
    """
    open_shop(database)
    first = _next_day(database, start)
    last = first + timedelta(days=days - 1)
    shop = shop_on(last)
    offered = shop.articles if articles is None else articles
    sold = [article for article in offered if article.active and article.price > 0]
    if not sold:
        raise catalogue.DEMO_NOTHING_TO_SELL.error(count=len(offered))
    if articles is None:
        _fill_registers(database, shop)
    z_reports = _trade(
        database,
        seed=seed,
        span=(first, last),
        receipts=receipts,
        articles=None if articles is None else sold,
        customers=shop.customers,
    )
    return DemoSummary(
        COMPANY.id, first, last, len(TILLS), days * receipts, z_reports, len(offered), len(offered) - len(sold)
    )


def build_everything(database: Database, *, seed: int, start: date) -> DemoSummary:
    """Add the four days of `demo_everything.py`, from `start` or after the last day there is."""
    open_shop(database)
    first = _next_day(database, start)
    day = demo_everything.play(seed, first, _numbers(database))
    with database.transaction():
        methods = ((m.code, m.name, m.kind.value) for m in demo_everything.METHODS)
        _insert(database, schema.PAYMENT_METHOD, methods)
        _write_day(database, day)
    last = first + timedelta(days=demo_everything.DAYS - 1)
    return DemoSummary(COMPANY.id, first, last, len(TILLS), len(day.receipts), len(day.z_reports), 0)


def _trade(
    database: Database,
    *,
    seed: int,
    span: tuple[date, date],
    receipts: int,
    articles: Sequence[Article] | None,
    customers: Sequence[Customer],
) -> int:
    """Play the days one by one, the demo's own goods at each day's VAT rate; the number of Z reports."""
    numbers = _numbers(database)
    sequence = _highest(database, "customer_change", "sequence")
    z_reports = 0
    on, last = span
    while on <= last:
        trade = Trade(
            on,
            seed=seed,
            articles=shop_on(on).articles if articles is None else articles,
            customers=customers,
            numbers=numbers,
            sequence=sequence,
        )
        day = trade.play(receipts)
        sequence += len(day.changes)
        z_reports += len(day.z_reports)
        with database.transaction():
            _write_day(database, day)
        on += timedelta(days=1)
    return z_reports


def _next_day(database: Database, start: date) -> date:
    """The day after the last that has receipts, or `start` when that is later or there are none."""
    last = _last_day(database)
    return max(start, last + timedelta(days=1)) if last else start


def _last_day(database: Database) -> date | None:
    last = database.query("SELECT MAX(at) FROM receipt WHERE company=:company", {"company": COMPANY.id})[0][0]
    return datetime.fromisoformat(last).date() if last else None


def _numbers(database: Database) -> dict[str, Numbers]:
    sales = Sales(database, COMPANY.id, ZONE)
    return {
        till.id: Numbers(
            sales.last_receipt(till.id),
            sales.last_z(till.id),
            _highest(database, "cash_movement", "number", till.id),
            _highest(database, "customer_order", "number", till.id),
        )
        for till in TILLS
    }


def _highest(database: Database, table: str, column: str, till: str | None = None) -> int:
    sql = f"SELECT COALESCE(MAX({column}), 0) FROM {table} WHERE company=:company"
    if till is None:
        return int(database.query(sql, {"company": COMPANY.id})[0][0])
    return int(database.query(f"{sql} AND till=:till", {"company": COMPANY.id, "till": till})[0][0])


# --- The demo plays the till: nothing else in the program writes what follows --------------------------------


def open_shop(database: Database) -> None:
    """Create the demo company with its tills, once. Raises SyncError (K05) in another company's database."""
    schema.create(database)
    others = [
        company.name for company in companies(database) if company.id != COMPANY.id or company.name != COMPANY.name
    ]
    if others:
        raise catalogue.DEMO_ON_REAL_TILL.error(company=", ".join(others))
    with database.transaction():
        _insert(database, schema.COMPANY, [astuple(COMPANY)[1:]])
        _insert(database, schema.TILL, map(astuple, TILLS))
        _insert(database, schema.PAYMENT_METHOD, [(m.code, m.name, m.kind.value) for m in METHODS])


def _fill_registers(database: Database, shop: Shop) -> None:
    registers = Registers(database, COMPANY.id)
    registers.write(Register.GROUPS, shop.groups)
    registers.write(Register.ARTICLES, shop.articles)
    registers.write(Register.BARCODES, shop.barcodes)
    registers.write(Register.PRICES, shop.prices)
    registers.write(Register.STOCK, shop.stock)
    registers.write(Register.CUSTOMERS, shop.customers)


def _write_day(database: Database, day: Day) -> None:
    _write_receipts(database, day.receipts, day.gift_cards)
    _write_z_reports(database, day.z_reports)
    _insert(
        database,
        schema.CASH_MOVEMENT,
        (
            (c.till, c.number, c.kind.value, c.at.isoformat(), c.amount, c.reason, c.z_number, c.expected)
            for c in day.cash
        ),
    )
    _insert(database, schema.CUSTOMER_ORDER, ((o.till, o.number, o.at.isoformat(), o.customer) for o in day.orders))
    _insert(
        database,
        schema.CUSTOMER_ORDER_LINE,
        ((o.till, o.number, row, *astuple(line)) for o in day.orders for row, line in enumerate(o.lines, start=1)),
    )
    _insert(
        database,
        schema.CUSTOMER_CHANGE,
        (
            (change.sequence, change.at.isoformat(), *astuple(change.customer)[:-1], int(change.customer.active))
            for change in day.changes
        ),
    )


def _write_z_reports(database: Database, reports: Sequence[ZReport]) -> None:
    heads = ((z.till, z.number, z.at.isoformat(), z.business_date.isoformat(), *_span(z)) for z in reports)
    _insert(database, schema.Z_REPORT, heads)
    vat = ((z.till, z.number, *astuple(total)) for z in reports for total in z.vat_totals)
    _insert(database, schema.Z_VAT, vat)
    methods = ((z.till, z.number, *astuple(total)) for z in reports for total in z.method_totals)
    _insert(database, schema.Z_METHOD, methods)


def _span(z: ZReport) -> Row:
    return z.first_receipt, z.last_receipt, z.total, z.rounding


def _write_receipts(database: Database, receipts: Sequence[Receipt], gift_cards: Sequence[GiftCard]) -> None:
    _insert(database, schema.RECEIPT, map(_head, receipts))
    _insert(
        database,
        schema.RECEIPT_LINE,
        ((r.till, r.number, line.row, line.kind.value, *astuple(line)[2:]) for r in receipts for line in r.lines),
    )
    _insert(
        database,
        schema.RECEIPT_PAYMENT,
        (
            (r.till, r.number, row, *astuple(payment))
            for r in receipts
            for row, payment in enumerate(r.payments, start=1)
        ),
    )
    _insert(database, schema.GIFT_CARD, map(astuple, gift_cards))


def _head(receipt: Receipt) -> Row:
    original = receipt.return_of
    return (
        receipt.till,
        receipt.number,
        receipt.state.value,
        receipt.at.isoformat(),
        receipt.z_number,
        receipt.customer,
        receipt.rounding,
        original.till if original else None,
        original.number if original else None,
        receipt.cashier,
    )


def _insert(database: Database, table: Table, rows: Iterable[Row]) -> None:
    """Write rows (without the company) in the table's column order."""
    whole = [(COMPANY.id, *row) for row in rows]
    database.upsert(table.name, table.key, table.names, whole)
