"""A file per day, week or month: each voucher in exactly one of them, wherever the power goes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats import outbox as outbox_module
from connectors.formats.periods import Per, period_of
from connectors.formats.sie_reader import read
from synccenter.contract.disk import write_atomically
from synccenter.contract.errors import SyncError
from synccenter.contract.model import Posting, Voucher
from tests.connectors.files.worlds import Shop
from tests.places import PROJECT
from tests.worlds.lookups import booked_in

FIRST = datetime(2026, 12, 1, 9, tzinfo=UTC)
STEPS = ("pending", "pending written", "list", "list written", "guard", "rename", "renamed", "unlink", "unlinked")


class PowerCut(BaseException):
    """The till PC goes dark: no clean-up that catches errors may run."""


def sold(day: date, number: int) -> Voucher:
    rows = (
        Posting(1910, 12500, "Kontanter", cost_centre="Söder"),
        Posting(2611, -2500, "Utgående moms 25 %"),
        Posting(3001, -10000, "Försäljning 25 %", cost_centre="Söder", project="P1"),
    )
    return Voucher(
        f"1-Z{number}", day, f"1-Z{number} Z-rapport {number} kassa 1 kvitto {number}-{number + 9}", rows, "K"
    )


def vouchers_in(shop: Shop) -> Counter[str]:
    """The vouchers in all files of the folder, by what their texts begin with."""
    found: Counter[str] = Counter()
    for name in shop.delivered():
        content = read((shop.out / name).read_bytes(), name, encoding="cp437")
        found.update(voucher.text.partition(" ")[0] for voucher in content.vouchers)
    return found


def traded(shop: Shop, per: str = "month") -> None:
    """Two days of November and one of December have been sent, and it is the first of December."""
    shop.clock.now = FIRST
    connector = shop.connector(per=per)
    for number, day in enumerate((date(2026, 11, 28), date(2026, 11, 30), date(2026, 12, 1)), 1):
        connector.send(sold(day, number))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_month_becomes_one_file_when_it_is_over(shop: Shop) -> None:
    shop.clock.now = datetime(2026, 11, 30, 23, tzinfo=UTC)
    connector = shop.connector(per="month")
    for number in (1, 2):
        connector.send(sold(date(2026, 11, 28 + number), number))
    assert connector.hand_over() == []
    assert shop.delivered() == []
    shop.clock.now = datetime(2026, 12, 1, 5, tzinfo=UTC)  # the night may still be trading
    assert connector.hand_over() == []
    shop.clock.now = FIRST
    assert connector.hand_over() == ["JobOffice 5563343689 period 2026-11.si"]
    content = read((shop.out / "JobOffice 5563343689 period 2026-11.si").read_bytes())
    assert [(one.series, one.on.day, one.text) for one in content.vouchers] == [
        ("K", 29, "1-Z1 Z-rapport 1 kassa 1 kvitto 1-10"),
        ("K", 30, "1-Z2 Z-rapport 2 kassa 1 kvitto 2-11"),
    ]
    assert [(row.account, row.amount, row.objects, row.text) for row in content.vouchers[0].transactions] == [
        (1910, 12500, ((1, "Söder"),), "Kontanter"),
        (2611, -2500, (), "Utgående moms 25 %"),
        (3001, -10000, ((1, "Söder"), (6, "P1")), "Försäljning 25 %"),
    ]
    assert connector.hand_over() == []


def test_what_comes_late_gets_a_file_with_a_number(shop: Shop) -> None:
    traded(shop)
    connector = shop.connector(per="month")
    connector.hand_over()
    whole = (shop.out / "JobOffice 5563343689 period 2026-11.si").read_bytes()
    for number in (8, 9):
        connector.send(sold(date(2026, 11, 30), number))
        assert connector.hand_over() == [f"JobOffice 5563343689 period 2026-11 nr {number - 6}.si"]
    assert (shop.out / "JobOffice 5563343689 period 2026-11.si").read_bytes() == whole
    assert vouchers_in(shop) == {"1-Z1": 1, "1-Z2": 1, "1-Z8": 1, "1-Z9": 1}


@pytest.mark.parametrize(
    ("per", "names"),
    [
        ("day", ["period 2026-11-28", "period 2026-11-30"]),
        ("week", ["period 2026-11-23 2026-11-29", "period 2026-11-30 2026-11-30"]),
        ("month", ["period 2026-11"]),
    ],
)
def test_days_weeks_and_months(shop: Shop, per: str, names: list[str]) -> None:
    traded(shop, per)
    assert shop.connector(per=per).hand_over() == [f"JobOffice 5563343689 {name}.si" for name in names]


@given(st.dates(date(1999, 1, 1), date(2040, 1, 1)), st.sampled_from(["day", "week", "month"]))
def test_every_day_lies_in_one_period_that_never_leaves_its_month(day: date, per: Per) -> None:
    period = period_of(day, per)
    assert period.first <= day <= period.last
    assert (period.first.year, period.first.month) == (period.last.year, period.last.month)
    assert period_of(period.first, per) == period_of(period.last, per) == period
    assert period_of(period.last + timedelta(days=1), per) != period


def test_what_waits_is_delivered_and_not_taken_until_the_receiver_has_the_month(shop: Shop) -> None:
    traded(shop)
    connector = shop.connector(per="month")
    one = sold(date(2026, 11, 30), 2)
    assert len(connector.find(one)) == 1
    connector.hand_over()
    waiting = booked_in(shop.connector(per="month"), one, "JobOffice 5563343689 1-Z2.si")
    assert waiting is not None
    assert not waiting.taken
    path = shop.out / "JobOffice 5563343689 period 2026-11.si"
    path.write_bytes(path.read_bytes().replace(b"#FLAGGA 0", b"#FLAGGA 1"))
    proof = booked_in(shop.connector(per="month"), one, "JobOffice 5563343689 1-Z2.si")
    assert proof is not None
    assert proof.taken
    assert [(row.account, row.amount) for row in proof.postings] == [(1910, 12500), (2611, -2500), (3001, -10000)]
    path.unlink()
    connector.send(one)
    assert connector.hand_over() == []


def test_a_shop_that_goes_back_to_a_file_each_gets_what_waits_at_once(shop: Shop) -> None:
    traded(shop)
    back = shop.connector(per="voucher")
    back.send(sold(date(2026, 12, 1), 3))  # it waits already: it does not go out twice
    back.hand_over()
    assert vouchers_in(shop) == {"1-Z1": 1, "1-Z2": 1, "1-Z3": 1}


def test_a_foreign_file_is_never_written_over(shop: Shop) -> None:
    traded(shop)
    target = shop.out / "JobOffice 5563343689 period 2026-11.si"
    target.write_bytes(b"annat")
    with pytest.raises(SyncError) as error:
        shop.connector(per="month").hand_over()
    assert error.value.problem.code == "FIL06"
    assert target.read_bytes() == b"annat"
    target.unlink()
    assert shop.connector(per="month").hand_over() == [target.name]


def cut(shop: Shop, step: str, put: Callable[[Any, str, Any], None] = setattr) -> None:
    """Let the power go just before (or just after) a step of handing over."""
    writes = {"pending": 0, "list": 1}
    done: list[Path] = []

    def write(path: Path, content: bytes, *, shared: bool = False) -> None:
        if writes.get(step) == len(done):
            raise PowerCut
        write_atomically(path, content, shared=shared)
        done.append(path)
        if step.endswith("written") and writes[step.split(maxsplit=1)[0]] == len(done) - 1:
            raise PowerCut

    rename, unlink = Path.rename, Path.unlink

    def renames(self: Path, target: Path) -> Path:
        if step == "rename":
            raise PowerCut
        result = rename(self, target)
        if step == "renamed":
            raise PowerCut
        return result

    def unlinks(self: Path, *, missing_ok: bool = False) -> None:
        if step == "unlink" and "samlas" in self.parts:
            raise PowerCut
        unlink(self, missing_ok=missing_ok)
        if step == "unlinked" and "samlas" in self.parts:
            raise PowerCut

    def guard() -> None:
        if step == "guard":
            raise PowerCut

    put(outbox_module, "write_atomically", write)
    put(Path, "rename", renames)
    put(Path, "unlink", unlinks)
    shop.guard = guard


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("receiver", ["waits", "takes away"])
@pytest.mark.parametrize("more", [False, True], ids=["", "and a late one comes"])
def test_a_power_cut_at_any_step_neither_loses_nor_doubles(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str, receiver: str, *, more: bool
) -> None:
    traded(shop)
    with monkeypatch.context() as patch:
        cut(shop, step, patch.setattr)
        with pytest.raises(PowerCut):
            shop.connector(per="month").hand_over()
    shop.guard = lambda: None
    seen = vouchers_in(shop)
    assert seen == ({} if step in STEPS[:6] else {"1-Z1": 1, "1-Z2": 1})
    if receiver == "takes away":
        for name in shop.delivered():
            (shop.out / name).unlink()
    else:
        seen.clear()
    if more:
        shop.connector(per="month").send(sold(date(2026, 11, 30), 7))
    shop.connector(per="month").hand_over()
    seen += vouchers_in(shop)
    assert seen == {"1-Z1": 1, "1-Z2": 1, **({"1-Z7": 1} if more else {})}
    assert shop.connector(per="month").hand_over() == []


KILLED = """
import os, sys
from pathlib import Path
from tests.connectors.files import test_periods
from tests.connectors.files.worlds import Shop
class Gone(BaseException):
    def __init__(self): os._exit(9)
test_periods.PowerCut = Gone
shop = Shop(Path(sys.argv[1]))
shop.clock.now = test_periods.FIRST
test_periods.cut(shop, sys.argv[2])
shop.connector(per="month").hand_over()
"""


@pytest.mark.parametrize("step", ["list written", "rename", "renamed", "unlinked"])
def test_a_killed_process_neither_loses_nor_doubles(shop: Shop, step: str) -> None:
    traded(shop)
    command = [sys.executable, "-c", KILLED, str(shop.root), step]
    ended = subprocess.run(command, cwd=PROJECT, env=os.environ | {"PYTHONPATH": str(PROJECT)}, check=False, timeout=60)
    assert ended.returncode == 9
    shop.connector(per="month").hand_over()
    assert vouchers_in(shop) == {"1-Z1": 1, "1-Z2": 1}


@settings(max_examples=30, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 40), st.booleans(), st.sampled_from(["voucher", "day", "week", "month"])), max_size=25
    )
)
def test_whatever_the_days_and_settings_each_voucher_goes_out_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, bool, str]]
) -> None:
    """Settings change back and forth, days come late: in the end every voucher stands in one file."""
    shop = Shop(tmp_path_factory.mktemp("butik"))
    shop.clock.now = datetime(2026, 11, 1, 9, tzinfo=UTC)
    for number, (ago, now, per) in enumerate(steps, 1):
        shop.clock.now += timedelta(days=1)
        connector = shop.connector(per=per)
        connector.send(sold(shop.clock.now.date() - timedelta(days=ago), number))
        if now:
            connector.hand_over()
    shop.clock.now += timedelta(days=40)
    shop.connector(per="month").hand_over()
    assert vouchers_in(shop) == {f"1-Z{number}": 1 for number in range(1, len(steps) + 1)}
