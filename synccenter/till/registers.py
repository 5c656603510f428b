"""Writes the registers that come down from the business system. Only what differs is written.

A page is compared with what the till has before anything is locked, so an unchanged page costs the till nothing,
and a changed one holds the write lock only while its own rows go in.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import astuple

from synccenter.core.database import Database, Row
from synccenter.core.model import ROW_TYPE, Article, Ore, Price, Register, RegisterRow
from synccenter.till import schema
from synccenter.till.table import Table

TABLE: dict[Register, Table] = {
    Register.ACCOUNTS: schema.ACCOUNT,
    Register.GROUPS: schema.ARTICLE_GROUP,
    Register.ARTICLES: schema.ARTICLE,
    Register.BARCODES: schema.BARCODE,
    Register.PRICES: schema.PRICE,
    Register.STOCK: schema.STOCK,
    Register.CUSTOMERS: schema.CUSTOMER,
}

_FIELD = {"group": "group_code"}
"""Where a field of the model has another name as a column (GROUP is a word of SQL)."""

COMPARED = 500
"""Keys in one comparing SELECT; SQLite before 3.32 takes 999 parameters, SQL Server 2,100."""

RETIRED = 500
"""Rows taken out of use in one transaction."""


class PriceChange(NamedTuple):
    """An article whose price differs from what the till had, in öre including VAT."""

    article: str
    name: str
    old: Ore
    new: Ore


class Written(Struct):
    """What became of a page."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    price_changes: list[PriceChange] = []


class Seen:
    """The keys that a full fetch has brought, 8 bytes each however many they are."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._sorted = True

    def add(self, rows: Iterable[RegisterRow]) -> None:
        """Remember that these rows are in the business system."""
        self._hashes.extend(hash(_key(row)) for row in rows)
        self._sorted = False

    def has(self, key: Row) -> bool:
        """Whether a row with this key was seen. Two keys share a hash once in some thousand million registers."""
        if not self._sorted:
            self._hashes = array("q", sorted(set(self._hashes)))
            self._sorted = True
        wanted = hash(key)
        at = bisect_left(self._hashes, wanted)
        return at < len(self._hashes) and self._hashes[at] == wanted


class _Plan(Struct, frozen=True):
    """How a register lies in its table."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    search: str  # the key column whose values narrow a page down best

    @property
    def retires(self) -> bool:
        """Whether rows are taken out of use by `active` and not deleted."""
        return "active" in self.columns


def _plan(register: Register) -> _Plan:
    table = TABLE[register]
    columns = tuple(_FIELD.get(name, name) for name in ROW_TYPE[register].__struct_fields__)
    key = table.key[1:]
    return _Plan(table.name, columns, key, "article" if "article" in key else key[0])


_PLANS = {register: _plan(register) for register in Register}
_KEYS = {ROW_TYPE[register]: tuple(plan.columns.index(name) for name in plan.key) for register, plan in _PLANS.items()}


def _key(row: RegisterRow) -> Row:
    values = _values(row)
    return tuple(values[index] for index in _KEYS[type(row)])


def _values(row: RegisterRow) -> Row:
    """A row as the database holds it: 0 or 1 for true and false, ISO text for dates."""
    values = astuple(row)
    if isinstance(row, Price):
        return tuple(value.isoformat() if isinstance(value, date) else value for value in values)
    return (*values[:-1], int(values[-1])) if values[-1] is True or values[-1] is False else values


def _stored(row: Row) -> Row:
    """A row of the database in the same form."""
    return tuple(value.isoformat() if isinstance(value, date) else value for value in row)


class Registers:
    """The registers of one company in the till."""

    def __init__(self, database: Database, company: str) -> None:
        self.database = database
        self.company = company

    def write(self, register: Register, rows: Sequence[RegisterRow]) -> Written:
        """Make the till's register say what these rows say. When a key comes twice the last row counts.

        Articles whose group is not in the till's groups are taken as they are.
        """
        plan = _PLANS[register]
        at = _KEYS[ROW_TYPE[register]]
        written = Written()
        changes: list[Row] = []
        wanted = {tuple(values[i] for i in at): values for values in map(_values, rows)}
        for key, old, new in self._compare(plan, at, wanted):
            if old == new:
                written.unchanged += 1
                continue
            changes.append((self.company, *new))
            if old is None:
                written.new += 1
            else:
                written.changed += 1
                self._note_price(register, key, old, new, written)
        if changes:
            with self.database.transaction():
                self.database.upsert(plan.table, ("company", *plan.key), ("company", *plan.columns), changes)
        return written

    def count(self, register: Register) -> int:
        """How many rows of a register are in use."""
        plan = _PLANS[register]
        sql = f"SELECT COUNT(*) FROM {plan.table} WHERE company=:company{' AND active=1' * plan.retires}"
        return int(self.database.query(sql, {"company": self.company})[0][0])

    def missing(self, register: Register, keep: Seen) -> int:
        """How many rows `retire` would take out of use."""
        return sum(1 for _ in self._unseen(register, keep))

    def retire(self, register: Register, keep: Seen) -> int:
        """Take rows that a full fetch did not bring out of use; how many there were.

        Articles, customers and accounts keep their row (receipts point at them), with active = 0. Barcodes,
        prices and stock are deleted. Groups stay: old receipts are posted by them.
        """
        if register is Register.GROUPS:
            return 0
        plan = _PLANS[register]
        act = f"UPDATE {plan.table} SET active=0" if plan.retires else f"DELETE FROM {plan.table}"
        where = " AND ".join(f"{name}=:{name}" for name in plan.key)
        unseen = list(self._unseen(register, keep))
        for start in range(0, len(unseen), RETIRED):
            with self.database.transaction():
                for key in unseen[start : start + RETIRED]:
                    parameters = dict(zip(plan.key, key, strict=True), company=self.company)
                    self.database.execute(f"{act} WHERE company=:company AND {where}", parameters)
        return len(unseen)

    def _unseen(self, register: Register, keep: Seen) -> Iterator[Row]:
        plan = _PLANS[register]
        sql = f"SELECT {', '.join(plan.key)} FROM {plan.table} WHERE company=:company{' AND active=1' * plan.retires}"
        for row in self.database.stream(sql, {"company": self.company}):
            key = _stored(row)
            if not keep.has(key):
                yield key

    def _compare(self, plan: _Plan, at: tuple[int, ...], wanted: dict[Row, Row]) -> Iterator[tuple[Row, Any, Row]]:
        """Each wanted row with its key and what the till has now (None when it is new)."""
        search = plan.columns.index(plan.search)
        values = list({new[search] for new in wanted.values()})
        existing: dict[Row, Row] = {}
        for start in range(0, len(values), COMPARED):
            parameters = {f"k{n}": value for n, value in enumerate(values[start : start + COMPARED])}
            sql = f"SELECT {', '.join(plan.columns)} FROM {plan.table} WHERE company=:company AND {plan.search} IN "
            sql += "(" + ",".join(f":{name}" for name in parameters) + ")"
            for row in self.database.query(sql, {"company": self.company, **parameters}):
                old = _stored(row)
                existing[tuple(old[i] for i in at)] = old
        return ((key, existing.get(key), new) for key, new in wanted.items())

    def _note_price(self, register: Register, key: Row, old: Row, new: Row, written: Written) -> None:
        if register is Register.ARTICLES:
            price = Article.__struct_fields__.index("price")
            name = str(new[1])
        elif register is Register.PRICES:
            price = Price.__struct_fields__.index("price")
            name = f"prislista {new[0]}"
        else:
            return
        if old[price] != new[price]:
            written.price_changes.append(
                PriceChange(str(key[-1 if register is Register.ARTICLES else 1]), name, old[price], new[price])
            )
