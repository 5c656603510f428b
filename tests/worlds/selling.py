"""A shop whose days are small and known to the öre: on every till three receipts by card, cash to the bank, a Z report,
an order, and a customer with a new name."""

from __future__ import annotations

from pathlib import Path

from synccenter.core.database import SQLite
from synccenter.till.demo import open_shop
from tests.worlds.small_shop import DAY, World
from tests.worlds.till import put, put_receipt, put_z


class Selling(World):
    """Till and ledger meet at the first run; the business system's lists tell references."""

    def __init__(self, folder: Path, settings: tuple[str, ...] = ()) -> None:
        super().__init__(folder)
        self.strangers = True
        self.books.names = True
        self.settings(*settings)
        database = self.empty_till()
        open_shop(database)
        database.close()

    def sell(self, day: int) -> None:
        """A day of trade on every till: receipts, cash to the bank, a Z report, an order, a customer's new name."""
        on = f"2026-11-{DAY.day + day:02d}"
        (company,) = self.sql("SELECT company FROM company")[0]
        tills = [str(till) for (till,) in self.sql("SELECT id FROM till ORDER BY id")]
        database = SQLite(self.till)
        for turn, till in enumerate(tills, 1):
            key = {"till": till, "company": company}
            first = 1 + self._last("receipt", till)
            amounts = [10_000 * day + 100 * number + turn for number in (1, 2, 3)]
            for number, amount in enumerate(amounts, first):
                vat = amount // 5
                put_receipt(database, number, amount, f"{on}T1{number % 10}:00:00+01:00", z_number=day, **key)
                database.execute(f"UPDATE receipt_line SET vat={vat} WHERE till='{till}' AND receipt={number}")
            z = 1 + self._last("z_report", till)
            database.execute(f"UPDATE receipt SET z_number={z} WHERE till='{till}' AND number>={first}")
            vats = sum(amount // 5 for amount in amounts)
            put_z(database, z, on, first, first + 2, sum(amounts), company=company, vat=vats, till=till)
            number = 1 + self._last("cash_movement", till)
            cash = {"amount": 1000 * day + turn, "reason": "Bankinsättning", "z_number": z}
            put(database, "cash_movement", number=number, kind="pay_out", at=f"{on}T18:00:00+01:00", **cash, **key)
            number = 1 + self._last("customer_order", till)
            put(database, "customer_order", number=number, at=f"{on}T10:00:00+01:00", customer="1001", **key)
            line = {"article": "1001", "text": "Vara", "quantity": 1000, "amount": 1000 * day + turn, "vat_rate": 25}
            put(database, "customer_order_line", order_number=number, row=1, **line, **key)
        number = 1 + self._last("customer_change")
        name = {"number": "1001", "name": f"Kund dag {day}"}
        put(database, "customer_change", company=company, sequence=number, at=f"{on}T18:00:00+01:00", **name)
        database.close()

    def _last(self, table: str, till: str = "") -> int:
        number = "number" if till else "sequence"
        where = f" WHERE till='{till}'" if till else ""
        return int(self.sql(f"SELECT COALESCE(MAX({number}), 0) FROM {table}{where}")[0][0])
