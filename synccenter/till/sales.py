"""Reads what the till has sold. Reads only: this file holds no statement that writes (SKVFS 2014:9 chapter 6).

All questions are keyed on company and till. Many receipts take three statements a batch, never three a receipt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from synccenter.contract.errors import SyncError
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
from synccenter.till.values import Reading, Unreadable, number_of, spans

__all__ = ["LIMIT", "Sales", "Unreadable", "companies"]

LIMIT = 500
"""Receipts or Z reports a batch: small in memory, and no reader holds the till's database for long."""


def companies(database: Database) -> list[Company]:
    """The companies that the till's database holds, by id."""
    reading = Reading(schema.COMPANY, UTC)
    rows = database.query(f"SELECT company, {reading.names} FROM company ORDER BY company")
    return [Company(str(row[0]), *reading.values(row[1:])) for row in rows]


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

    # --- What the shop has ------------------------------------------------------------------------------

    def tills(self) -> list[Till]:
        """The tills, by id."""
        return [Till(*values) for values in self._all(schema.TILL)]

    def payment_methods(self) -> list[PaymentMethod]:
        """The payment methods, by code."""
        return [PaymentMethod(*values) for values in self._all(schema.PAYMENT_METHOD)]

    def groups(self) -> list[ArticleGroup]:
        """The article groups, by code."""
        return [ArticleGroup(*values) for values in self._all(schema.ARTICLE_GROUP)]

    # --- Receipts ---------------------------------------------------------------------------------------

    def receipts_after(self, till: str, number: int, limit: int = LIMIT) -> list[Receipt | Unreadable]:
        """The next receipts after a number, of every state, in order."""
        return self._receipts(till, self._after(self._receipt, till, number, limit))

    def receipts_numbered(self, till: str, numbers: Sequence[int]) -> list[Receipt | Unreadable]:
        """The receipts with these numbers, in order; those that do not exist are left out."""
        return self._receipts(till, self._numbered(self._receipt, till, numbers))

    def receipts_of_z(self, till: str, z_number: int) -> list[Receipt | Unreadable]:
        """The receipts that a Z report closed, of every state, in order."""
        sql = f"SELECT {self._receipt.names} FROM receipt WHERE {self._of_till} AND z_number=:z ORDER BY number"
        return self._receipts(till, self.database.query(sql, self._till(till, z=z_number)))

    def last_receipt(self, till: str) -> int:
        """The highest receipt number, 0 when there is none."""
        sql = f"SELECT MAX(number) FROM receipt WHERE {self._of_till}"
        return self._number(schema.RECEIPT, sql, self._till(till)) or 0

    def _receipts(self, till: str, heads: Sequence[Row]) -> list[Receipt | Unreadable]:
        numbers = [number_of(schema.RECEIPT, row[1]) for row in heads]
        lines = self._parts(self._line, till, "receipt", numbers)
        payments = self._parts(self._payment, till, "receipt", numbers)
        found: list[Receipt | Unreadable] = []
        for number, head in zip(numbers, heads, strict=True):
            try:
                found.append(self._one(head, lines[number], payments[number]))
            except SyncError as error:
                found.append(Unreadable.of("Kvitto", till, number, error))
        return found

    def _one(self, head: Row, lines: Iterable[Row], payments: Iterable[Row]) -> Receipt:
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
            lines=tuple(Line(*self._line.values(row)[2:]) for row in lines),
            payments=tuple(Payment(*self._payment.values(row)[3:]) for row in payments),
        )

    # --- Z reports and cash -----------------------------------------------------------------------------

    def z_after(self, till: str, number: int, limit: int = LIMIT) -> list[ZReport | Unreadable]:
        """The next Z reports after a number, in order."""
        return self._z_reports(till, self._after(self._z, till, number, limit))

    def z_numbered(self, till: str, numbers: Sequence[int]) -> list[ZReport | Unreadable]:
        """The Z reports with these numbers, in order; those that do not exist are left out."""
        return self._z_reports(till, self._numbered(self._z, till, numbers))

    def last_z(self, till: str) -> int:
        """The highest Z number, 0 when there is none."""
        sql = f"SELECT MAX(number) FROM z_report WHERE {self._of_till}"
        return self._number(schema.Z_REPORT, sql, self._till(till)) or 0

    def cash_of_z(self, till: str, z_number: int) -> list[CashMovement]:
        """The cash movements that a Z report closed, in order."""
        reading = Reading(schema.CASH_MOVEMENT, self.zone)
        sql = f"SELECT {reading.names} FROM cash_movement WHERE {self._of_till} AND z_number=:z ORDER BY number"
        rows = self.database.query(sql, self._till(till, z=z_number))
        return [CashMovement(*reading.values(row)) for row in rows]

    def _z_reports(self, till: str, heads: Sequence[Row]) -> list[ZReport | Unreadable]:
        numbers = [number_of(schema.Z_REPORT, row[1]) for row in heads]
        vat = self._parts(self._z_vat, till, "z_number", numbers)
        methods = self._parts(self._z_method, till, "z_number", numbers)
        found: list[ZReport | Unreadable] = []
        for number, head in zip(numbers, heads, strict=True):
            try:
                found.append(self._one_z(head, vat[number], methods[number]))
            except SyncError as error:
                found.append(Unreadable.of("Z", till, number, error))
        return found

    def _one_z(self, head: Row, vat: Iterable[Row], methods: Iterable[Row]) -> ZReport:
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
            vat_totals=tuple(VatTotal(*self._z_vat.values(row)[2:]) for row in vat),
            method_totals=tuple(MethodTotal(*self._z_method.values(row)[2:]) for row in methods),
        )

    # --- Orders and customers ---------------------------------------------------------------------------

    def orders_after(self, till: str, number: int) -> list[Order]:
        """The next orders after a number, in order. Raises SyncError (K04) for a value that cannot be read."""
        orders = Reading(schema.CUSTOMER_ORDER, self.zone)
        lines = Reading(schema.CUSTOMER_ORDER_LINE, self.zone)
        heads = [orders.values(row) for row in self._after(orders, till, number, LIMIT)]
        rows = self._parts(lines, till, "order_number", [head[1] for head in heads])
        return [
            Order(till, number, at, customer, tuple(OrderLine(*lines.values(row)[3:]) for row in rows[number]))
            for till, number, at, customer in heads
        ]

    def customer_changes_after(self, sequence: int) -> list[CustomerChange]:
        """The next customers created or changed at a till. Raises SyncError (K04) as above."""
        reading = Reading(schema.CUSTOMER_CHANGE, self.zone)
        select = f"SELECT {reading.names} FROM customer_change WHERE company=:company AND sequence>:n ORDER BY sequence"
        rows = self.database.query(self.database.dialect.first(select, LIMIT), {"company": self.company, "n": sequence})
        return [_change(reading.values(row)) for row in rows]

    def last_customer_change(self) -> int:
        """The highest sequence of them all, by the key alone; 0 when there is none."""
        sql = "SELECT MAX(sequence) FROM customer_change WHERE company=:company"
        return int(self.database.query(sql, {"company": self.company})[0][0] or 0)

    def latest_change_of(self, number: str) -> CustomerChange | None:
        """A customer as it is in the till after its latest change; None when the till no longer has the change."""
        reading = Reading(schema.CUSTOMER_CHANGE, self.zone)
        select = (
            f"SELECT {reading.names} FROM customer_change WHERE company=:company AND number=:number"
            " ORDER BY sequence DESC"
        )
        rows = self.database.query(self.database.dialect.first(select, 1), {"company": self.company, "number": number})
        return _change(reading.values(rows[0])) if rows else None

    # --- How rows are found -----------------------------------------------------------------------------

    def _all(self, table: Table) -> list[list[Any]]:
        reading = Reading(table, self.zone)
        sql = f"SELECT {reading.names} FROM {table.name} WHERE company=:company ORDER BY {table.key[1]}"
        return [reading.values(row) for row in self.database.query(sql, {"company": self.company})]

    def _after(self, reading: Reading, till: str, number: int, limit: int) -> list[Row]:
        select = (
            f"SELECT {reading.names} FROM {reading.table.name} WHERE {self._of_till} AND number>:number ORDER BY number"
        )
        return self.database.query(self.database.dialect.first(select, limit), self._till(till, number=number))

    def _numbered(self, reading: Reading, till: str, numbers: Sequence[int]) -> list[Row]:
        rows: list[Row] = []
        for condition, wanted in spans("number", numbers):
            sql = f"SELECT {reading.names} FROM {reading.table.name}"
            sql += f" WHERE {self._of_till} AND {condition} ORDER BY number"
            rows.extend(row for row in self.database.query(sql, self._till(till)) if row[1] in wanted)
        return rows

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
