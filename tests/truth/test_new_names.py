"""Whatever has changed of who is who, any two together: nothing goes twice and nothing is forgotten.

One test over (what is sent) x (pairs of changes). A person answers what is asked, as the windows' buttons do. What the
books hold in the end is what a shop would have in which nothing had ever changed. Tells of `truth/earlier.py`,
`journal/identity.py` and `journal/renaming.py`.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from synccenter.contract.model import CustomerChange, Invoice, Order, Voucher
from synccenter.core.database import SQLite
from synccenter.journal.delivery import State
from synccenter.run.repair import Repair
from synccenter.run.who import Who, answer_to
from synccenter.truth.already import sums_of
from synccenter.truth.assessment import standing_now
from tests.worlds.books import Books
from tests.worlds.data_folder import DataFolder
from tests.worlds.selling import Selling
from tests.worlds.small_shop import DAY, World

KINDS = {
    "receipts": ("posting.unit=receipt",),
    "z": ("posting.unit=z",),
    "days": ("posting.unit=day", "posting.split_cash=true"),
    "invoices": ("posting.unit=receipt", "posting.target=invoice", "posting.cash_customer=1001"),
}
"""Orders and changed customers go up beside each of them."""

Content = dict[object, object]


class Changing(Selling):
    """A shop that has sold two days; what stood before the second of them is kept as a copy."""

    def __init__(self, folder: Path, settings: tuple[str, ...]) -> None:
        super().__init__(folder, settings)
        self.sell(1)
        assert self.run().result == "ok"
        self.copies = [(path, path.with_suffix(".kept")) for path in (self.till, self.ledger)]
        for path, copy in self.copies:
            source = SQLite(path)
            source.backup(copy)
            source.close()
        self.sell(2)
        assert self.run().result == "ok"

    def answer_all(self) -> None:
        """A person says who is who, that what stands there already is the same, and that a new till is new."""
        shop = self.shop()

        for problem in standing_now(shop).problems:
            answer = answer_to(problem)
            if answer:
                Who(shop).say(answer)
        shop.close()
        shop = self.shop()
        repair = Repair(shop)
        for one in repair.chosen("", None, found=True):
            repair.booked(one, "")
        for one in shop.ledger.in_state(State.UNKNOWN):
            repair.booked(one, "")
        shop.close()


def content(books: Books) -> Content:
    """What the books come to by day and account, with the orders, and what customers are called last."""
    found: Counter[object] = Counter()
    customers: dict[object, object] = {}
    for many in books.vouchers.values():
        for one in many:
            if isinstance(one, Voucher | Invoice):
                for account, amount in sums_of(one):
                    found[one.date, account] += amount
            elif isinstance(one, Order):
                found[one.at.date(), one.customer, one.lines] += 1
            elif isinstance(one, CustomerChange):
                customers[one.customer.number] = one.customer.name
    return {key: count for key, count in found.items() if count} | customers


def rename_company(world: DataFolder) -> None:
    for (table,) in world.sql("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%'"):
        columns = {row[1] for row in world.sql(f"SELECT * FROM pragma_table_info('{table}')")}
        if "company" in columns:
            world.sql(f"UPDATE {table} SET company='ny'")
    world.settings("general.company=ny")


def rename_till(world: DataFolder) -> None:
    for (table,) in world.sql("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%'"):
        columns = {row[1] for row in world.sql(f"SELECT * FROM pragma_table_info('{table}')")}
        if "till" in columns:
            world.sql(f"UPDATE {table} SET till='01' WHERE till='1'")
    world.sql("UPDATE till SET id='01' WHERE id='1'")


def told(world: DataFolder, **other: str) -> None:
    """The till says something else of the company."""
    for column, value in other.items():
        world.sql(f"UPDATE company SET {column}=:value", value=value)


def new_ledger(world: DataFolder) -> None:
    """Moved to another PC with the till's file only."""
    for path in world.folder.glob("*"):
        if path.name.startswith((world.ledger.name, "journal")):
            path.unlink()


def put_back(world: Changing, which: int) -> None:
    path, copy = world.copies[which]
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(copy, path)


CHANGES: dict[str, Callable[[Changing], None]] = {
    "till put back": lambda world: put_back(world, 0),
    "ledger put back": lambda world: put_back(world, 1),
    "company id": rename_company,
    "organisation number": lambda world: told(world, org_number="559999-0007"),
    "store": lambda world: told(world, store="Nya torget"),
    "till id": rename_till,
    "new ledger": new_ledger,
}
PAIRS = [(one,) for one in CHANGES] + list(combinations(CHANGES, 2))
SENSELESS = {("ledger put back", "new ledger")}


def clean(kind: str, till: Path, *names: str) -> Content:
    """What a shop with this till would have in its books that has never been called anything else."""
    world = World(till.parent / "ren")
    world.strangers = True
    world.settings(*KINDS[kind], *(["general.company=ny"] if "company id" in names else []))
    shutil.copyfile(till, world.till)
    if "new ledger" not in names:  # a new ledger cannot know which accounts the tills had
        shop = world.shop()
        shop.ledger.set_place("drawer:01" if "till id" in names else "drawer:1", "1911")
        shop.ledger.set_place("drawer:2", "1912")
        shop.close()
    world.run()
    return content(world.books)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair not in SENSELESS], ids=" + ".join)
def test_nothing_goes_twice_and_nothing_is_forgotten(pair: tuple[str, ...], kind: str, tmp_path: Path) -> None:
    world = Changing(tmp_path / "butik", KINDS[kind])
    before = content(world.books)
    for change in pair:
        CHANGES[change](world)
    for _ in range(2):  # nobody has answered yet
        world.run()
        assert content(world.books) == before
    world.later(days=5)
    world.sell(7)
    for _ in range(5):
        if not world.run().problems:
            break
        world.answer_all()
    assert [problem.sentence() for problem in world.run().problems] == []
    after = date(DAY.year, DAY.month, DAY.day + 7)
    wanted = clean(kind, world.till, *pair)
    new = {key: count for key, count in wanted.items() if not isinstance(key, tuple) or key[0] == after}
    assert content(world.books) == before | new
