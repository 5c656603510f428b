"""Green is never false: whatever happens in whatever order, a green night is one that a recount of our own agrees with.

Sales come and are closed, books are changed, emptied and doubled by hand, ledger and till are put back from copies,
answers are lost, the program is restarted between all of it. Tells of `truth/assessment.py`.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from msgspec.structs import replace

from synccenter.contract.model import Voucher
from synccenter.core.database import SQLite
from synccenter.service.status import is_error
from synccenter.truth.assessment import standing_now
from tests.worlds.books import lost_after, lost_before, not_reached
from tests.worlds.selling import Selling

CARD, BANK = 1686, 1914
GREEN: list[int] = []
"""Nights that said that all was well: a machine that sees none proves nothing."""

WHICH = st.integers(0, 30)


class Shop(RuleBasedStateMachine):
    """What may befall a shop."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))  # in memory, where tests lie
        self.day = 0

    @initialize(unit=st.sampled_from(["receipt", "z", "day"]))
    def open(self, unit: str) -> None:
        self.world = Selling(self.folder / "butik", (f"posting.unit={unit}",))
        self.sell()

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- the shop ---------------------------------------------------------------------------------------------

    @precondition(lambda self: self.day < 6)
    @rule()
    def sell(self) -> None:
        self.day += 1
        self.world.sell(self.day)

    @rule()
    def sync(self) -> None:
        self.world.later(minutes=15)
        self.world.run()

    @rule(which=WHICH)
    def change_in_till(self, which: int) -> None:
        self.world.sql(f"UPDATE receipt_payment SET amount=amount+100 WHERE receipt={which % 18 + 1} AND till='1'")
        self.world.sql(f"UPDATE receipt_line SET amount=amount+100 WHERE receipt={which % 18 + 1} AND till='1'")

    @rule(fault=st.sampled_from([lost_before, lost_after, not_reached]))
    def lose_an_answer(self, fault: object) -> None:
        self.world.books.faults.append(fault)  # type: ignore[arg-type]

    # --- a person in the books --------------------------------------------------------------------------------

    def voucher(self, which: int) -> str | None:
        names = sorted(
            name for name, many in self.world.books.vouchers.items() if many and isinstance(many[0], Voucher)
        )
        return names[which % len(names)] if names else None

    @rule(which=WHICH)
    def change_in_books(self, which: int) -> None:
        name = self.voucher(which)
        for voucher in self.world.books.vouchers.get(name or "", [])[:1]:
            assert isinstance(voucher, Voucher)
            first, second, *rest = voucher.postings
            moved = (replace(first, amount=first.amount + 100), replace(second, amount=second.amount - 100), *rest)
            self.world.books.vouchers[name or ""][0] = replace(voucher, postings=moved)

    @rule(which=WHICH)
    def take_from_books(self, which: int) -> None:
        self.world.books.vouchers.pop(self.voucher(which) or "", None)

    @rule(which=WHICH)
    def double_in_books(self, which: int) -> None:
        if name := self.voucher(which):
            self.world.books.vouchers[name].append(self.world.books.vouchers[name][0])

    # --- copies -----------------------------------------------------------------------------------------------

    @rule()
    def keep(self) -> None:
        for path in (self.world.till, self.world.ledger):
            if path.exists():
                database = SQLite(path)
                path.with_suffix(".kept").unlink(missing_ok=True)
                database.backup(path.with_suffix(".kept"))
                database.close()

    @rule(till=st.booleans())
    def put_back(self, till: bool) -> None:
        path = self.world.till if till else self.world.ledger
        if path.with_suffix(".kept").exists():
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            shutil.copyfile(path.with_suffix(".kept"), path)

    @rule()
    def lose_the_ledger(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self.world.ledger.with_name(self.world.ledger.name + suffix).unlink(missing_ok=True)

    # --- the judge --------------------------------------------------------------------------------------------

    @rule()
    def night(self) -> None:
        """After a night that says that all is well, books and till agree on every account of every day."""
        self.world.later(days=1)
        outcome = self.world.run()
        shop = self.world.shop()
        standing = standing_now(shop)
        counts = shop.ledger.counts()
        shop.close()
        told = [one for one in outcome.problems if is_error(one)]
        assert {one.code for one in standing.problems} <= {one.code for one in outcome.problems}
        if outcome.result == "ok" and not (told or standing.problems or standing.unsent or counts):
            assert self.booked() == self.sold()
            GREEN.append(1)

    def booked(self) -> Counter[object]:
        found: Counter[object] = Counter()
        for many in self.world.books.vouchers.values():
            for one in many:
                if isinstance(one, Voucher):
                    for row in one.postings:
                        found[str(one.date), row.account if row.account in {CARD, BANK} else "other"] += row.amount
        return Counter({key: amount for key, amount in found.items() if amount})

    def sold(self) -> Counter[object]:
        """With SQL of our own: cards and what went to the bank, and what stands against them."""
        found: Counter[object] = Counter()
        for day, amount in self.world.sql(
            "SELECT substr(r.at, 1, 10), SUM(p.amount) FROM receipt r JOIN receipt_payment p"
            " ON p.till=r.till AND p.receipt=r.number WHERE r.z_number IS NOT NULL GROUP BY 1"
        ):
            found[day, CARD] += amount
            found[day, "other"] -= amount
        for day, amount in self.world.sql("SELECT substr(at, 1, 10), SUM(amount) FROM cash_movement GROUP BY 1"):
            found[day, BANK] += amount
            found[day, "other"] -= amount
        return Counter({key: amount for key, amount in found.items() if amount})


def play(examples: int, *, again: bool) -> None:
    run_state_machine_as_test(
        Shop, settings=settings(max_examples=examples, stateful_step_count=14, derandomize=again, deadline=None)
    )


@pytest.mark.slow
def test_green_is_never_false() -> None:
    GREEN.clear()
    play(60, again=True)
    assert len(GREEN) >= 10
