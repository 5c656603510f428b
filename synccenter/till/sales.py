"""Reads what the till has sold. Reads only: this file holds no statement that writes (SKVFS 2014:9 chapter 6).

All questions are keyed on company and till. Many receipts take three statements a batch, never three a receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from synccenter.contract.errors import Problem, SyncError
from synccenter.contract.model import (
    ArticleGroup,
    CashMovement,
    Company,
    Customer,
    CustomerChange,
    Line,
    MethodTotal,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Receipt,
    ReceiptKey,
    Till,
    VatTotal,
    ZReport,
)
from synccenter.core.database import Database, Row
from synccenter.till import schema
from synccenter.till.facts import Facts
from synccenter.till.table import Table
from synccenter.till.values import FRACTION, MOST, Reading, Unreadable, named, number_of, shown, spans

__all__ = ["LIMIT", "Listing", "Sales", "Unreadable", "companies", "unread_companies"]

LIMIT = 500
"""Receipts or Z reports a batch: small in memory, and no reader holds the till's database for long."""


class Listing(NamedTuple):
    """A small table read whole: the rows by their code, and what is wrong with those that cannot be read.

    A wrong row without a code to go by is there under `?` and a number.
    """

    rows: dict[str, list[Any]]
    unread: dict[str, Problem]


def companies(database: Database) -> list[Company]:
    """The companies that the till's database holds, by id; a row that cannot be read is in `unread_companies`.

    The store is a label and nothing hangs on it: one that cannot be read is empty, and told in `nameless_stores`.
    """
    return [Company(*values) for values in _companies(database)[0].rows.values()]


def unread_companies(database: Database) -> dict[str, Problem]:
    """What is wrong with the companies whose rows cannot be read, by id."""
    return _companies(database)[0].unread


def nameless_stores(database: Database) -> dict[str, Problem]:
    """What is wrong with the name of a company's store, by the company's id."""
    return _companies(database)[1]


def _companies(database: Database) -> tuple[Listing, dict[str, Problem]]:
    reading, stores, rows = Reading(schema.COMPANY, UTC, whole=True), {}, []
    place = [column.name for column in reading.columns].index("store")
    for row in database.query(f"SELECT {reading.names} FROM company ORDER BY company"):
        wrong = reading.wrong(row)
        if set(wrong) == {"store"}:
            then = "Butikens namn lämnas tomt; allt annat går som vanligt."
            stores[str(row[0])] = replace(named(wrong["store"], f"Företag {shown(row[0])}"), then=then)
            rows.append((*row[:place], "", *row[place + 1 :]))
        else:
            rows.append(row)
    return _listed(reading, rows, "Företag"), stores


def _listed(reading: Reading, rows: Sequence[Row], what: str) -> Listing:
    """Rows by their first column. The same row given twice is one row; two that differ are none."""
    found = Listing({}, {})
    for row in rows:
        code = str(row[0]) if isinstance(row[0], str | int) else f"?{len(found.unread) + 1}"
        try:
            values = reading.values(row)
            if found.rows.setdefault(str(values[0]), values) != values:
                raise reading.twice(row)
        except SyncError as error:
            found.unread[code] = named(error.problem, f"{what} {shown(row[0])}")
    for code in found.unread:
        found.rows.pop(code, None)
    return found


class Sales(Facts):
    """The sales of one company. Times come out in `zone`, the shop's."""

    def __init__(self, database: Database, company: str, zone: ZoneInfo) -> None:
        super().__init__(database, company, zone)
        self._receipt = Reading(schema.RECEIPT, zone)
        self._line = Reading(schema.RECEIPT_LINE, zone)
        self._payment = Reading(schema.RECEIPT_PAYMENT, zone)
        self._z = Reading(schema.Z_REPORT, zone)
        self._z_vat = Reading(schema.Z_VAT, zone)
        self._z_method = Reading(schema.Z_METHOD, zone)
        self._cash = Reading(schema.CASH_MOVEMENT, zone)

    # --- What the shop has ------------------------------------------------------------------------------

    def tills(self) -> list[Till]:
        """The tills, by id. One whose name or store cannot be read is still a till."""
        rows, _ = self._tills()
        return [Till(*values) for _, values in sorted(rows.items())]

    def payment_methods(self) -> list[PaymentMethod]:
        """The payment methods that can be read, by code."""
        return [PaymentMethod(*values) for values in self._all(schema.PAYMENT_METHOD, "Betalsätt").rows.values()]

    def groups(self) -> list[ArticleGroup]:
        """The article groups that can be read, by code."""
        return [ArticleGroup(*values) for values in self._all(schema.ARTICLE_GROUP, "Varugrupp").rows.values()]

    def unread(self) -> dict[tuple[str, str], Problem]:
        """What is wrong with the rows of tills, payment methods and article groups that cannot be read, and with the
        store's name.

        By what it is (`till`, `method`, `group`, `company`) and its code. A till without a readable id is (`till`, "").
        """
        found = {("till", code): problem for code, problem in self._tills().unread.items()}
        if problem := nameless_stores(self.database).get(self.company):
            found["company", self.company] = problem
        for what, table, word in (
            ("method", schema.PAYMENT_METHOD, "Betalsätt"),
            ("group", schema.ARTICLE_GROUP, "Varugrupp"),
        ):
            found |= {(what, code): problem for code, problem in self._all(table, word).unread.items()}
        return found

    def _tills(self) -> Listing:
        found = self._all(schema.TILL, "Kassa")
        nameless = {code for code in found.unread if not code.startswith("?")}
        rows = found.rows | {code: [code, "", ""] for code in nameless}
        unread = {"" if code.startswith("?") else code: problem for code, problem in found.unread.items()}
        return Listing(rows, unread)

    # --- Receipts ---------------------------------------------------------------------------------------

    def receipts_after(self, till: str, number: int, limit: int = LIMIT) -> list[Receipt | Unreadable]:
        """The next receipts after a number, of every state, in order."""
        return self._receipts(till, self._after(self._receipt, till, number, limit))

    def receipts_numbered(self, till: str, numbers: Sequence[int]) -> list[Receipt | Unreadable]:
        """The receipts with these numbers, in order; those that do not exist are left out."""
        return self._receipts(till, self._rows_numbered(self._receipt, till, numbers))

    def receipts_of_z(self, till: str, z_number: int) -> list[Receipt | Unreadable]:
        """The receipts that a Z report closed, of every state, in order. One that another report has too is D20."""
        sql = f"SELECT {self._receipt.names} FROM receipt WHERE {self._of_till} AND z_number=:z ORDER BY number"
        rows = self.database.query(sql, self._till(till, z=z_number))
        return self._receipts(till, self._with_doubles(self._receipt, till, rows))

    def last_receipt(self, till: str) -> int:
        """The highest receipt number, 0 when there is none."""
        sql = f"SELECT MAX(number) FROM receipt WHERE {self._numbered}"
        return self._number(sql, self._till(till)) or 0

    def receipts_astray(self, z: ZReport) -> list[Unreadable]:
        """Receipts within a Z report's span whose own Z number cannot be read: the report waits for them."""
        within = f"{self._of_till} AND number BETWEEN :first AND :last AND z_number IS NOT NULL AND z_number<>:z"
        sql = f"SELECT {self._receipt.names} FROM receipt WHERE {within} ORDER BY number"
        rows = self.database.query(sql, self._till(z.till, first=z.first_receipt, last=z.last_receipt, z=z.number))
        astray = [row for row in rows if "z_number" in self._receipt.wrong(row)]
        return [one for one in self._receipts(z.till, astray) if isinstance(one, Unreadable)]

    def _receipts(self, till: str, rows: Sequence[Row]) -> list[Receipt | Unreadable]:
        heads = self._heads(self._receipt, rows)
        lines = self._parts(self._line, till, "receipt", list(heads))
        payments = self._parts(self._payment, till, "receipt", list(heads))
        found: list[Receipt | Unreadable] = []
        for number, head in heads.items():
            try:
                self._receipt.check_once(head)
                found.append(self._one(head[0], lines[number], payments[number]))
            except SyncError as error:
                found.append(Unreadable.of("Kvitto", till, number, error))
        return found

    def _one(self, head: Row, lines: Sequence[Row], payments: Sequence[Row]) -> Receipt:
        till, number, state, at, z_number, customer, rounding, return_till, return_number, cashier = (
            self._receipt.values(head)
        )
        return Receipt(
            till=till,
            number=number,
            state=state,
            at=at,
            z_number=z_number,
            customer=customer,
            rounding=rounding,
            return_of=None if return_number is None else ReceiptKey(return_till or till, return_number),
            cashier=cashier,
            lines=tuple(Line(*values[2:]) for values in self._line.all_values(lines)),
            payments=tuple(Payment(*values[3:]) for values in self._payment.all_values(payments)),
        )

    def untaken(self, place: Callable[[str], str | None], unit: str) -> int:
        """How many receipts (`unit` receipt) or Z reports came after the places that a run has read to.

        A shop that has changed its way is counted as it went before until a run has gone the new one.
        """
        ways = [("receipt", "receipt", " AND state='finished'"), ("z", "z_report", "")]
        count = 0
        for till in self.tills():
            for what, table, where in ways if unit == "receipt" else reversed(ways):
                read = place(f"{what}:{till.id}")
                if read is not None:
                    sql = f"SELECT COUNT(*) FROM {table} WHERE {self._of_till} AND number>:number{where}"
                    count += int(self.database.query(sql, self._till(till.id, number=int(read)))[0][0])
                    break
        return count

    # --- Z reports and cash -----------------------------------------------------------------------------

    def z_after(self, till: str, number: int, limit: int = LIMIT) -> list[ZReport | Unreadable]:
        """The next Z reports after a number, in order."""
        return self._z_reports(till, self._after(self._z, till, number, limit))

    def z_numbered(self, till: str, numbers: Sequence[int]) -> list[ZReport | Unreadable]:
        """The Z reports with these numbers, in order; those that do not exist are left out."""
        return self._z_reports(till, self._rows_numbered(self._z, till, numbers))

    def last_z(self, till: str) -> int:
        """The highest Z number, 0 when there is none."""
        sql = f"SELECT MAX(number) FROM z_report WHERE {self._numbered}"
        return self._number(sql, self._till(till)) or 0

    def cash_of_z(self, till: str, z_number: int) -> list[CashMovement]:
        """The cash movements that a Z report closed, in order. Raises K04 or D20 when one cannot be read.

        So does one whose Z number cannot be read, when its own number lies between those of this report's neighbours.
        """
        sql = f"SELECT {self._cash.names} FROM cash_movement WHERE {self._of_till} AND z_number=:z ORDER BY number"
        rows = self._with_doubles(self._cash, till, self.database.query(sql, self._till(till, z=z_number)))
        for row in (*self._cash_astray(till, z_number), *rows):
            try:
                self._cash.values(row)
            except SyncError as error:
                raise SyncError(named(error.problem, f"Kassarörelse {till}-{shown(row[1])}")) from None
        return [CashMovement(*values) for values in self._cash.all_values(rows)]

    def _cash_astray(self, till: str, z_number: int) -> list[Row]:
        """Cash movements without a readable Z number that may be this report's."""
        unreadable = f"(z_number<1 OR z_number>{MOST} OR {FRACTION.format(column='z_number')})"
        sql = f"SELECT {self._cash.names} FROM cash_movement WHERE {self._of_till} AND {unreadable}"
        found = []
        for row in self.database.query(sql, self._till(till)):
            within = f"FROM cash_movement WHERE {self._of_till} AND z_number BETWEEN 1 AND {MOST} AND number"
            bounds = f"SELECT (SELECT MAX(z_number) {within}<:number), (SELECT MIN(z_number) {within}>:number)"
            number = number_of(row[1]) or 0
            before, after = self.database.query(bounds, self._till(till, number=number))[0]
            if (before or 0) <= z_number <= (after or MOST):
                found.append(row)
        return found

    def _z_reports(self, till: str, rows: Sequence[Row]) -> list[ZReport | Unreadable]:
        heads = self._heads(self._z, rows)
        vat = self._parts(self._z_vat, till, "z_number", list(heads))
        methods = self._parts(self._z_method, till, "z_number", list(heads))
        found: list[ZReport | Unreadable] = []
        for number, head in heads.items():
            try:
                self._z.check_once(head)
                found.append(self._one_z(head[0], vat[number], methods[number]))
            except SyncError as error:
                found.append(Unreadable.of("Z", till, number, error))
        return found

    def _one_z(self, head: Row, vat: Sequence[Row], methods: Sequence[Row]) -> ZReport:
        till, number, at, business_date, first, last, total, rounding = self._z.values(head)
        return ZReport(
            till=till,
            number=number,
            at=at,
            business_date=business_date,
            first_receipt=first,
            last_receipt=last,
            total=total,
            rounding=rounding,
            vat_totals=tuple(VatTotal(*values[2:]) for values in self._z_vat.all_values(vat)),
            method_totals=tuple(MethodTotal(*values[2:]) for values in self._z_method.all_values(methods)),
        )

    # --- Orders and customers ---------------------------------------------------------------------------

    def orders_after(self, till: str, number: int, limit: int = LIMIT) -> list[Order | Unreadable]:
        """The next orders after a number, in order."""
        orders = Reading(schema.CUSTOMER_ORDER, self.zone)
        lines = Reading(schema.CUSTOMER_ORDER_LINE, self.zone)
        heads = self._heads(orders, self._after(orders, till, number, limit))
        rows = self._parts(lines, till, "order_number", list(heads))
        found: list[Order | Unreadable] = []
        for own, head in heads.items():
            try:
                orders.check_once(head)
                parts = tuple(OrderLine(*values[3:]) for values in lines.all_values(rows[own]))
                own_till, _, at, customer = orders.values(head[0])
                found.append(Order(own_till, own, at, customer, parts))
            except SyncError as error:
                found.append(Unreadable.of("Order", till, own, error))
        return found

    def customer_changes_after(self, sequence: int, limit: int = LIMIT) -> list[CustomerChange | Unreadable]:
        """The next customers created or changed at a till, in order."""
        reading = Reading(schema.CUSTOMER_CHANGE, self.zone)
        select = f"SELECT {reading.names} FROM customer_change WHERE company=:company AND sequence>:n ORDER BY sequence"
        rows = self.database.query(self.database.dialect.first(select, limit), {"company": self.company, "n": sequence})
        found: list[CustomerChange | Unreadable] = []
        for own, head in self._heads(reading, rows, 0).items():
            try:
                reading.check_once(head)
                found.append(_change(reading.values(head[0])))
            except SyncError as error:
                found.append(Unreadable("", own, named(error.problem, f"Kundändring {own}")))
        return found

    def last_customer_change(self) -> int:
        """The highest sequence of them all, by the key alone; 0 when there is none."""
        sql = f"SELECT MAX(sequence) FROM customer_change WHERE company=:company AND sequence BETWEEN 1 AND {MOST}"
        return int(self.database.query(sql, {"company": self.company})[0][0] or 0)

    def latest_change_of(self, number: str) -> CustomerChange | None:
        """A customer as it is in the till after its latest change; None when that is gone or cannot be read."""
        reading = Reading(schema.CUSTOMER_CHANGE, self.zone)
        select = (
            f"SELECT {reading.names} FROM customer_change WHERE company=:company AND number=:number"
            " ORDER BY sequence DESC"
        )
        rows = self.database.query(self.database.dialect.first(select, 1), {"company": self.company, "number": number})
        return _change(reading.values(rows[0])) if rows and not reading.wrong(rows[0]) else None

    # --- How rows are found -----------------------------------------------------------------------------

    def _all(self, table: Table, what: str) -> Listing:
        reading = Reading(table, self.zone)
        sql = f"SELECT {reading.names} FROM {table.name} WHERE company=:company ORDER BY {table.key[1]}"
        return _listed(reading, self.database.query(sql, {"company": self.company}), what)

    def _heads(self, reading: Reading, rows: Sequence[Row], at: int = 1) -> dict[int, list[Row]]:
        """Rows by the number in their key (at that place in the row). One without a number is noted in `aside`."""
        heads: dict[int, list[Row]] = {}
        for row in rows:
            number = number_of(row[at])
            if number is None:
                self.set_aside(reading, row)
            else:
                heads.setdefault(number, []).append(row)
        return heads

    def _after(self, reading: Reading, till: str, number: int, limit: int) -> list[Row]:
        select = (
            f"SELECT {reading.names} FROM {reading.table.name} WHERE {self._of_till} AND number>:number ORDER BY number"
        )
        rows = self.database.query(self.database.dialect.first(select, limit + 1), self._till(till, number=number))
        # A row that comes twice must not be one because the other lies beyond the end of the batch.
        return rows if len(rows) > limit and rows[limit][1] == rows[limit - 1][1] else rows[:limit]

    def _rows_numbered(self, reading: Reading, till: str, numbers: Sequence[int]) -> list[Row]:
        rows: list[Row] = []
        for condition, wanted in spans("number", numbers):
            sql = f"SELECT {reading.names} FROM {reading.table.name}"
            sql += f" WHERE {self._of_till} AND {condition} ORDER BY number"
            rows.extend(row for row in self.database.query(sql, self._till(till)) if row[1] in wanted)
        return rows

    def _with_doubles(self, reading: Reading, till: str, rows: list[Row]) -> list[Row]:
        """The rows of one Z report, and those of the same number that another one has: a view may give a row twice with
        different Z numbers, and whose it is nobody can tell."""
        numbers = sorted(number for row in rows if (number := number_of(row[1])) is not None)
        if not numbers:
            return rows
        within = f"{self._of_till} AND number BETWEEN :first AND :last"
        sql = f"SELECT number FROM {reading.table.name} WHERE {within} GROUP BY number HAVING COUNT(*)>1"
        found = self.database.query(sql, self._till(till, first=numbers[0], last=numbers[-1]))
        doubled = {row[0] for row in found} & set(numbers)
        if not doubled:
            return rows
        alone = [row for row in rows if row[1] not in doubled]
        return [*alone, *self._rows_numbered(reading, till, sorted(doubled))]

    def _parts(self, reading: Reading, till: str, owner: str, numbers: Sequence[int]) -> dict[int, list[Row]]:
        """The rows that belong to receipts, Z reports or orders, by their number, in the order of their key."""
        parts: dict[int, list[Row]] = {number: [] for number in numbers}
        for condition, _ in spans(owner, numbers):
            order = ", ".join(reading.table.key[2:])
            sql = f"SELECT {reading.names} FROM {reading.table.name}"
            sql += f" WHERE {self._of_till} AND {condition} ORDER BY {order}"
            for row in self.database.query(sql, self._till(till)):
                if row[1] in parts:
                    parts[row[1]].append(row)
        return parts


def _change(values: list[Any]) -> CustomerChange:
    return CustomerChange(values[0], Customer(*values[2:]), values[1])
