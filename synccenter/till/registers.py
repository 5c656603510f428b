"""Writes the registers that come down from the business system. Only what differs is written.

A page is compared with what the till has before anything is locked, so an unchanged page costs the till nothing,
and a changed one holds the write lock only while its own rows go in.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct, field
from msgspec.structs import astuple

from synccenter.contract.model import ROW_TYPE, Account, Ore, Register, RegisterRow
from synccenter.core.database import Database, Row
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

PART = 100_000
"""Keys compared at a time: a set of so many takes some 8 MB."""

RETIRED = 500
"""Rows taken out of use in one transaction."""


class PriceChange(NamedTuple):
    """An article whose price differs from what the till had, in öre including VAT."""

    article: str
    name: str
    old: Ore
    new: Ore


Judge: TypeAlias = "Callable[[Register, RegisterRow | None, RegisterRow], bool]"
"""Asked of each row that differs: what the till has (None: nothing), what would be written; False: it waits."""


class Written(Struct):
    """What became of a page. `held` are the rows that wait."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    held: int = 0
    price_changes: list[PriceChange] = field(default_factory=list)


class Seen:
    """The keys that a full fetch has brought, as hashes of 8 bytes, however many they are.

    They are compared part by part, so that a million take little memory. Two keys share a hash once in some thousand
    million registers.
    """

    def __init__(self) -> None:
        self._hashes = array("q")

    def __len__(self) -> int:
        """How many keys there are; one that came twice is one."""
        return sum(map(len, self._in_parts(len(self._hashes))))

    def add(self, keys: Iterable[Any]) -> None:
        """Remember that rows with these keys are in use in the business system."""
        self._hashes.extend(map(hash, keys))

    def lacks(self, other: Seen) -> set[int]:
        """The hashes that the other one has and this one has not."""
        most = max(len(self._hashes), len(other._hashes))
        parts = zip(self._in_parts(most), other._in_parts(most), strict=True)
        return {hashed for mine, its in parts for hashed in its - mine}

    def _in_parts(self, keys: int) -> Iterator[set[int]]:
        """The hashes, each once, in as many parts as so many keys want."""
        parts = 1 + keys // PART
        for part in range(parts):
            yield {hashed for hashed in self._hashes if hashed % parts == part}


class _Plan(Struct, frozen=True):
    """How a register lies in its table."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    key_of: Callable[[Row], Any]  # the key of a row: its value, or a tuple when there are several
    values_of: Callable[[RegisterRow], Row]  # a row as it compares with the database's; True equals 1
    search: str  # the key column whose values narrow a page down best

    @property
    def retires(self) -> bool:
        """Whether rows are taken out of use by `active` and not deleted."""
        return "active" in self.columns

    def keys_in_use(self, rows: Iterable[Row]) -> Iterable[Any]:
        """The keys of the rows that are in use."""
        return map(self.key_of, filter(itemgetter(-1), rows) if self.retires else rows)

    def searched(self, rows: Iterable[Row]) -> Sequence[Any]:
        """The values of the rows in the column that is searched by."""
        values = map(itemgetter(self.columns.index(self.search)), rows)
        return list(values) if len(self.key) == 1 else list(dict.fromkeys(values))

    def by_key(self, rows: Sequence[Row]) -> dict[Any, Row]:
        """Rows by their key; the last one when it comes twice."""
        return dict(zip(map(self.key_of, rows), rows, strict=True))

    def written(self, rows: Iterable[Row]) -> Iterable[Row]:
        """Rows as every database takes them: 1 or 0 for true and false."""
        return ((*row[:-1], int(row[-1])) for row in rows) if self.retires else rows

    def stored(self, rows: list[Row]) -> list[Row]:
        """Rows of the database with dates as ISO text, whatever the database gives."""
        return [_plain(row) for row in rows] if "valid_from" in self.columns else rows


def _plan(register: Register) -> _Plan:
    table = TABLE[register]
    columns = tuple(_FIELD.get(name, name) for name in ROW_TYPE[register].__struct_fields__)
    key = table.key[1:]
    key_of = itemgetter(*(columns.index(name) for name in key))
    values_of = {Register.PRICES: _price_values, Register.ACCOUNTS: _account_values}.get(register, astuple)
    return _Plan(table.name, columns, key, key_of, values_of, "article" if "article" in key else key[0])


def _plain(row: Row) -> Row:
    """Dates as ISO text."""
    return tuple(value.isoformat() if isinstance(value, date) else value for value in row)


def _price_values(row: RegisterRow) -> Row:
    return _plain(astuple(row))


def _account_values(row: RegisterRow) -> Row:
    """Without what hinders it: that is for the check, the till keeps whether it is active."""
    return astuple(row)[: len(Account.__struct_fields__)]


_PLANS = {register: _plan(register) for register in Register}


class Registers:
    """The registers of one company in the till."""

    def __init__(self, database: Database, company: str) -> None:
        self.database = database
        self.company = company

    def batch(self, judge: Judge | None = None) -> Batch:
        """For pages that are compared one by one and written together."""
        return Batch(self, judge)

    def write(self, register: Register, rows: Sequence[RegisterRow], seen: Seen | None = None) -> Written:
        """Make the till's register say what these rows say. When a key comes twice the last row counts.

        Articles whose group is not in the till's groups are taken as they are. `seen` remembers the keys.
        """
        batch = self.batch()
        written = batch.take(register, rows, seen)
        batch.write()
        return written

    def count(self, register: Register) -> int:
        """How many rows of a register are in use."""
        plan = _PLANS[register]
        sql = f"SELECT COUNT(*) FROM {plan.table} WHERE company=:company{' AND active=1' * plan.retires}"
        return int(self.database.query(sql, {"company": self.company})[0][0])

    def raw(self, register: Register, row: RegisterRow) -> Row:
        """A row as it lies in its table."""
        return _PLANS[register].values_of(row)

    def key_of(self, register: Register, row: RegisterRow) -> str:
        """The key of a row in words."""
        plan = _PLANS[register]
        key = plan.key_of(plan.values_of(row))
        return " ".join(str(part) for part in key if part != "") if isinstance(key, tuple) else str(key)

    def now(self, register: Register, rows: Sequence[RegisterRow]) -> list[RegisterRow]:
        """What the till has of these rows' kin, in the till's own values."""
        plan = _PLANS[register]
        found = self.existing(plan, plan.searched([plan.values_of(row) for row in rows]))
        return [ROW_TYPE[register](*row) for row in found]

    def put(self, register: Register, rows: Iterable[Row]) -> None:
        """Write rows as they lie in their table."""
        plan = _PLANS[register]
        ready = [(self.company, *row) for row in plan.written(rows)]
        if ready:
            with self.database.transaction():
                self.database.upsert(plan.table, ("company", *plan.key), ("company", *plan.columns), ready)

    def group_names(self) -> dict[str, str]:
        """What the groups are called, by code."""
        sql = "SELECT code, name FROM article_group WHERE company=:company"
        return dict(self.database.query(sql, {"company": self.company}))

    def account_names(self) -> dict[int, str]:
        """What the accounts are called, by number."""
        sql = "SELECT number, name FROM account WHERE company=:company"
        return {int(number): str(name) for number, name in self.database.query(sql, {"company": self.company})}

    def zeroed(self) -> dict[str, str]:
        """The articles in use whose numbers begin with zeros, by the number without them."""
        sql = "SELECT number FROM article WHERE company=:company AND active=1 AND number>='0' AND number<'1'"
        rows = self.database.query(sql, {"company": self.company})
        return {str(number).lstrip("0"): str(number) for (number,) in rows}

    def in_use(self, articles: Collection[str]) -> set[str]:
        """Which of these articles are in use."""
        plan = _PLANS[Register.ARTICLES]
        wanted = set(articles)
        rows = self.existing(plan, sorted(wanted))
        return {row[0] for row in rows if row[-1] and row[0] in wanted}

    def holds(self, register: Register) -> bool:
        """Whether any row of a register is in use."""
        plan = _PLANS[register]
        select = f"SELECT {plan.key[0]} FROM {plan.table} WHERE company=:company{' AND active=1' * plan.retires}"
        first = self.database.dialect.first(f"{select} ORDER BY {plan.key[0]}", 1)
        return bool(self.database.query(first, {"company": self.company}))

    def missing(
        self, register: Register, keep: Seen, keys: Collection[str] = (), articles: Collection[str] = ()
    ) -> list[Row]:
        """The keys of the rows in use that a full fetch did not bring; groups are never missed.

        What could not be read is not gone: `keys` are such rows of the register, `articles` those whose barcodes,
        prices and balances stay.
        """
        unseen = [] if register is Register.GROUPS else self._unseen(register, keep)
        if keys:
            unseen = [key for key in unseen if str(key[0]) not in keys]
        plan = _PLANS[register]
        if not unseen or not articles or "article" not in plan.columns:
            return unseen
        if "article" in plan.key:
            at = plan.key.index("article")
            return [key for key in unseen if key[at] not in articles]
        rows = self.existing(plan, [key for (key,) in unseen])
        at = plan.columns.index("article")
        kept = {plan.key_of(row) for row in rows if row[at] in articles}
        return [key for key in unseen if key[0] not in kept]

    def remove(self, register: Register, unseen: Sequence[Row]) -> int:
        """Take rows out of use by their keys; how many there were.

        Articles, customers and accounts keep their row (receipts point at them), with active = 0. Barcodes,
        prices and stock are deleted. Groups stay: old receipts are posted by them.
        """
        plan = _PLANS[register]
        act = f"UPDATE {plan.table} SET active=0" if plan.retires else f"DELETE FROM {plan.table}"
        where = " AND ".join(f"{name}=:{name}" for name in plan.key)
        for start in range(0, len(unseen), RETIRED):
            with self.database.transaction():
                for key in unseen[start : start + RETIRED]:
                    parameters = dict(zip(plan.key, key, strict=True), company=self.company)
                    self.database.execute(f"{act} WHERE company=:company AND {where}", parameters)
        return len(unseen)

    def _unseen(self, register: Register, keep: Seen) -> list[Row]:
        """The keys of rows in use that were not seen. All that were seen are written, so as many is the same."""
        if len(keep) == self.count(register):
            return []
        here = Seen()
        here.add(self._keys_in_use(register))
        missing = keep.lacks(here)
        if not missing:
            return []
        single = len(_PLANS[register].key) == 1
        return [(key,) if single else key for key in self._keys_in_use(register) if hash(key) in missing]

    def _keys_in_use(self, register: Register) -> Iterator[Any]:
        """The keys of rows in use: values, or tuples where a key has several columns."""
        plan = _PLANS[register]
        sql = f"SELECT {', '.join(plan.key)} FROM {plan.table} WHERE company=:company{' AND active=1' * plan.retires}"
        rows = self.database.stream(sql, {"company": self.company})
        return map(_plain, rows) if len(plan.key) > 1 else map(itemgetter(0), rows)

    def existing(self, plan: _Plan, values: Sequence[Any]) -> list[Row]:
        """What the till has now of the rows with these values in the column that is searched by."""
        select = f"SELECT {', '.join(plan.columns)} FROM {plan.table}"
        return plan.stored(self.database.among(select, self.company, plan.search, values))


class Batch:
    """Compares pages with what the till has, and writes what differs in one short transaction.

    Each page is compared while it is fresh: five pages held together and compared at once take a quarter longer,
    since they no longer fit in the processor's cache.
    """

    def __init__(self, registers: Registers, judge: Judge | None = None) -> None:
        self._registers = registers
        self._judge = judge
        self._changes: dict[Register, dict[Any, Row]] = {}

    def __len__(self) -> int:
        """How many rows wait to be written."""
        return sum(map(len, self._changes.values()))

    def take(
        self, register: Register, rows: Sequence[RegisterRow], seen: Seen | None = None, *, judged: bool = False
    ) -> Written:
        """Compare a page of a register; what became of it counts from now on. `seen` remembers the keys.

        `judged`: somebody has said yes to these rows already.
        """
        plan = _PLANS[register]
        # In the order in which a database gives them, so that a page without news is found by one comparison.
        new_rows = sorted(map(plan.values_of, rows), key=plan.key_of)
        old_rows = self._registers.existing(plan, plan.searched(new_rows))
        changes = self._changes.setdefault(register, {})
        if new_rows == old_rows and not changes:
            if seen is not None:
                seen.add(plan.keys_in_use(new_rows))
            return Written(unchanged=len(new_rows))
        wanted = plan.by_key(new_rows)
        existing = plan.by_key(old_rows)
        existing |= {key: changes[key] for key in wanted.keys() & changes.keys()}
        judge = None if judged else self._judge
        made = ROW_TYPE[register]
        written, here = Written(), dict[Any, Row]()
        for key, new in wanted.items():
            old = existing.get(key)
            if old == new:
                written.unchanged += 1
            elif judge is not None and not judge(register, None if old is None else made(*old), made(*new)):
                written.held += 1
                if old is not None:
                    here[key] = old  # it stays as the till has it, in use or not
                continue
            else:
                changes[key] = new
                written.new += old is None
                written.changed += old is not None
                _note_price(register, old, new, written)
            here[key] = new
        if seen is not None:
            seen.add(plan.keys_in_use(here.values()))
        return written

    def write(self) -> None:
        """Write what waits."""
        waiting = [(_PLANS[register], changes) for register, changes in self._changes.items() if changes]
        self._changes = {}
        company = self._registers.company
        ready = [(plan, [(company, *row) for row in plan.written(changes.values())]) for plan, changes in waiting]
        if not ready:
            return
        database = self._registers.database
        with database.transaction():
            for plan, rows in ready:
                database.upsert(plan.table, ("company", *plan.key), ("company", *plan.columns), rows)


def _note_price(register: Register, old: Row | None, new: Row, written: Written) -> None:
    if old is None or register not in {Register.ARTICLES, Register.PRICES}:
        return
    article, name = (new[0], new[1]) if register is Register.ARTICLES else (new[1], f"prislista {new[0]}")
    at = _PLANS[register].columns.index("price")
    if old[at] != new[at]:
        written.price_changes.append(PriceChange(article, name, old[at], new[at]))
