"""A shop whose every receipt is rung by the test itself, for stories where an accountant follows each öre.

The Z reports' totals are what the till would have stored: summed here with SQL of our own.
"""

from __future__ import annotations

from collections import Counter as Sums
from collections.abc import Sequence
from typing import Any, NamedTuple

from synccenter.contract.model import Voucher
from synccenter.core.database import SQLite
from synccenter.till import schema
from tests.worlds.small_shop import World

METHODS = (
    ("KONTANT", "Kontant", "cash"),
    ("KORT", "Kort", "card"),
    ("SWISH", "Swish", "swish"),
    ("PRESENTKORT", "Presentkort", "gift_card"),
    ("FAKTURA", "Faktura", "invoice"),
)


def vat(amount: int, rate: int) -> int:
    """The VAT within an amount, to the nearest öre."""
    tax = (2 * abs(amount) * rate + 100 + rate) // (2 * (100 + rate))
    return tax if amount >= 0 else -tax


class Row(NamedTuple):
    """A line of a receipt."""

    amount: int
    rate: int
    kind: str = "goods"
    group: str = ""


class CounterWorld(World):
    """One company; tills are put up by the test."""

    def open(self, *tills: str) -> CounterWorld:
        """Put up the tables, the company and some tills."""
        database = SQLite(self.till)
        schema.create(database)
        database.close()
        self.sql("INSERT INTO company VALUES ('1', 'Torgets Bod AB', '556677-8899', 'Torget 1', 1)")
        for code, name, kind in METHODS:
            self.sql("INSERT INTO payment_method VALUES ('1', :code, :name, :kind)", code=code, name=name, kind=kind)
        for till in tills:
            self.put_up(till)
        return self

    def put_up(self, till: str, name: str = "") -> None:
        """Put up another till."""
        self.sql("INSERT INTO till VALUES ('1', :till, :name, 'Torget 1')", till=till, name=name or f"Kassa {till}")

    def group(self, code: str, name: str, rate: int = 25, account: int = 0) -> None:
        """Put up an article group."""
        self.sql(
            "INSERT INTO article_group VALUES ('1', :code, :name, :rate, :account)",
            code=code,
            name=name,
            rate=rate,
            account=account,
        )

    def sell(
        self,
        number: int,
        at: str,
        *lines: Row,
        pay: Sequence[tuple[str, int]] | str = "KORT",
        till: str = "1",
        z: int | None = 1,
        rounding: int = 0,
        customer: str = "",
    ) -> None:
        """Ring a receipt; one method pays all of it, or several are named."""
        total = sum(line.amount for line in lines) + rounding
        self.sql(
            "INSERT INTO receipt VALUES ('1', :till, :n, 'finished', :at, :z, :customer, :rounding, NULL, NULL, 'AB')",
            till=till,
            n=number,
            at=at,
            z=z,
            customer=customer,
            rounding=rounding,
        )
        for row, line in enumerate(lines, start=1):
            amount, rate, kind, group = line
            self.sql(
                "INSERT INTO receipt_line VALUES ('1', :till, :n, :row, :kind, 'A1', 'Vara', :group, :quantity,"
                " :amount, :vat, :rate, 0)",
                till=till,
                n=number,
                row=row,
                kind=kind,
                group=group,
                quantity=1000 if amount >= 0 else -1000,
                amount=amount,
                vat=vat(amount, rate),
                rate=rate,
            )
        paid = [(pay, total)] if isinstance(pay, str) else pay
        for row, (method, amount) in enumerate(paid, start=1):
            self.sql(
                "INSERT INTO receipt_payment VALUES ('1', :till, :n, :row, :method, :amount, '')",
                till=till,
                n=number,
                row=row,
                method=method,
                amount=amount,
            )

    def cash(
        self, number: int, kind: str, at: str, amount: int, reason: str = "", *, till: str = "1", z: int | None = 1
    ) -> None:
        """Money in or out of the drawer."""
        self.sql(
            "INSERT INTO cash_movement VALUES ('1', :till, :n, :kind, :at, :amount, :reason, :z, NULL)",
            till=till,
            n=number,
            kind=kind,
            at=at,
            amount=amount,
            reason=reason,
            z=z,
        )

    def close(self, z: int, day: str, *, till: str = "1", at: str = "") -> None:
        """Take the Z report of a till: its totals as the till would store them."""
        own: dict[str, Any] = {"till": till, "z": z}
        closed = "r.company='1' AND r.till=:till AND r.z_number=:z AND r.state='finished'"
        heads = self.sql(f"SELECT MIN(number), MAX(number), SUM(rounding) FROM receipt r WHERE {closed}", **own)
        first, last, rounding = (int(str(value or 0)) for value in heads[0])
        paid = self.sql(
            "SELECT p.method, SUM(p.amount) FROM receipt_payment p JOIN receipt r ON r.company=p.company"
            f" AND r.till=p.till AND r.number=p.receipt WHERE {closed} GROUP BY p.method",
            **own,
        )
        sold = self.sql(
            "SELECT l.vat_rate, SUM(l.amount), SUM(l.vat) FROM receipt_line l JOIN receipt r ON r.company=l.company"
            f" AND r.till=l.till AND r.number=l.receipt WHERE {closed} GROUP BY l.vat_rate",
            **own,
        )
        total = sum(int(str(amount)) for _, amount in paid)
        self.sql(
            "INSERT INTO z_report VALUES ('1', :till, :z, :at, :day, :first, :last, :total, :rounding)",
            **own,
            at=at or f"{day}T21:00:00",
            day=day,
            first=first,
            last=last,
            total=total,
            rounding=rounding,
        )
        for rate, amount, tax in sold:
            self.sql("INSERT INTO z_vat VALUES ('1', :till, :z, :r, :a, :v)", **own, r=rate, a=amount, v=tax)
        for method, amount in paid:
            self.sql("INSERT INTO z_method VALUES ('1', :till, :z, :m, :a)", **own, m=method, a=amount)

    def vouchers(self) -> dict[str, Voucher]:
        """Reference -> voucher in the books."""
        return {
            reference: one
            for reference, found in self.books.vouchers.items()
            for one in found
            if isinstance(one, Voucher)
        }

    def balances(self, *references: str) -> dict[int, int]:
        """Account -> öre over some vouchers, or over all."""
        sums: Sums[int] = Sums()
        for reference, voucher in self.vouchers().items():
            if not references or reference in references:
                for row in voucher.postings:
                    sums[row.account] += row.amount
        return {account: amount for account, amount in sums.items() if amount}
