"""Writes the registers that come down from the business system. Only what differs is written.

A page is compared with what the till has before anything is locked, so an unchanged page costs the till nothing,
and a changed one holds the write lock only while its own rows go in.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import astuple

from synccenter.core.database import Database, Row
from synccenter.core.model import ROW_TYPE, Ore, Price, Register, RegisterRow
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
    price_changes: list[PriceChange] = field(default_factory=list)


class Seen:
    """The keys that a full fetch has brought, 8 bytes each however many they are."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._sorted = True

    def add(self, rows: Iterable[RegisterRow]) -> None:
        """Remember that these rows are in the business system."""
        self._hashes.extend(hash(_KEY_OF[type(row)](_values(row))) for row in rows)
        self._sorted = False

    def has(self, key: Any) -> bool:
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
    key_of: Callable[[Row], Any]  # the key of a row: its value, or a tuple when there are several
    search: str  # the key column whose values narrow a page down best

    @property
    def retires(self) -> bool:
        """Whether rows are taken out of use by `active` and not deleted."""
        return "active" in self.columns

    def stored(self, rows: list[Row]) -> list[Row]:
        """Rows of the database with dates as ISO text, whatever the database gives."""
        return [_plain(row) for row in rows] if "valid_from" in self.columns else rows


def _plan(register: Register) -> _Plan:
    table = TABLE[register]
    columns = tuple(_FIELD.get(name, name) for name in ROW_TYPE[register].__struct_fields__)
    key = table.key[1:]
    key_of = itemgetter(*(columns.index(name) for name in key))
    return _Plan(table.name, columns, key, key_of, "article" if "article" in key else key[0])


_PLANS = {register: _plan(register) for register in Register}
_KEY_OF = {ROW_TYPE[register]: plan.key_of for register, plan in _PLANS.items()}


def _plain(row: Row) -> Row:
    return tuple(value.isoformat() if isinstance(value, date) else value for value in row)


def _values(row: RegisterRow) -> Row:
    """A row as the database holds it: 0 or 1 for true and false, ISO text for dates."""
    values = astuple(row)
    if isinstance(row, Price):
        return _plain(values)
    last = values[-1]
    return (*values[:-1], int(last)) if last is True or last is False else values


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
        written = Written()
        changes: list[Row] = []
        wanted = {plan.key_of(values): values for values in map(_values, rows)}
        existing = self._existing(plan, wanted)
        for key, new in wanted.items():
            old = existing.get(key)
            if old == new:
                written.unchanged += 1
                continue
            changes.append((self.company, *new))
            if old is None:
                written.new += 1
            else:
                written.changed += 1
                self._note_price(register, old, new, written)
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
        """The keys of rows in use that were not seen."""
        plan = _PLANS[register]
        sql = f"SELECT {', '.join(plan.key)} FROM {plan.table} WHERE company=:company{' AND active=1' * plan.retires}"
        for row in self.database.stream(sql, {"company": self.company}):
            key = _plain(row)
            if not keep.has(key[0] if len(key) == 1 else key):
                yield key

    def _existing(self, plan: _Plan, wanted: Mapping[Any, Row]) -> dict[Any, Row]:
        """What the till has now of the wanted rows, by key."""
        search = plan.columns.index(plan.search)
        values = list({new[search] for new in wanted.values()})
        existing: dict[Any, Row] = {}
        for start in range(0, len(values), COMPARED):
            parameters = {f"k{n}": value for n, value in enumerate(values[start : start + COMPARED])}
            sql = f"SELECT {', '.join(plan.columns)} FROM {plan.table} WHERE company=:company AND {plan.search} IN "
            sql += "(:" + ",:".join(parameters) + ")"
            rows = self.database.query(sql, {"company": self.company, **parameters})
            existing.update((plan.key_of(row), row) for row in plan.stored(rows))
        return existing

    def _note_price(self, register: Register, old: Row, new: Row, written: Written) -> None:
        if register not in {Register.ARTICLES, Register.PRICES}:
            return
        article, name = (new[0], new[1]) if register is Register.ARTICLES else (new[1], f"prislista {new[0]}")
        at = _PLANS[register].columns.index("price")
        if old[at] != new[at]:
            written.price_changes.append(PriceChange(article, name, old[at], new[at]))
