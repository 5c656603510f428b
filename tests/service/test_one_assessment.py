"""One assessment, told by everybody: icon, tooltip, menu, headline, toast, `status`, log, mail and exit codes.

The program is open the whole time, as on a till; what it shows is put beside what it shows after a restart, and both
beside the assessment itself. Tells of `service/memory.py` and `service/status.py`.
"""

from __future__ import annotations

import argparse
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from synccenter.cli import running
from synccenter.contract.model import Voucher
from synccenter.journal.delivery import State
from synccenter.reports.watch import Watchman
from synccenter.run.parked import stopped
from synccenter.service.background import Event, Service
from synccenter.service.status import Ended, Situation, Status, is_error
from synccenter.truth.assessment import standing_now
from synccenter.ui.manners import Manners, Toast
from synccenter.ui.menu import Act, entries
from synccenter.ui.wording import TOAST_TITLE_LONGEST, headline, shorten, tooltip
from tests.worlds.mail_servers import Inbox
from tests.worlds.street import Store

pytestmark = pytest.mark.slow


class Counter(Store):
    """A shop whose program is open: the service in its threads, with log, mail and manners."""

    def __init__(self, folder: Path, post: tuple[Inbox, int]) -> None:
        super().__init__(folder, *post)
        self.settings("schedule.mode=manual")
        self.seconds = 100.0
        self.begin()

    def begin(self) -> None:
        """The program is started."""
        self.toasts: list[Toast] = []
        self.ended = threading.Event()
        self.manners = Manners(lambda: self.seconds)
        self.seconds += 100
        self.service = Service(self.open, self._heard, watch=Watchman(), beat_seconds=3600)
        self.service.start()
        self.settle()

    def _heard(self, event: Event) -> None:
        toast = None
        if isinstance(event, Ended):
            self.ended.set()
            toast = self.manners.on_end(Ended(event.outcome, manual=False))  # as by the timetable
        elif isinstance(event, Status):
            toast = self.manners.on_status(event)
        self.toasts += [toast] if toast else []

    def settle(self) -> None:
        """Look how things stand, and wait until it has been done."""
        self.service._beat(None)
        done = threading.Event()
        self.service.do(lambda _shop, _log: None, lambda _none: done.set(), lambda _problem: done.set())
        assert done.wait(60)

    def run(self) -> Status:
        """A run in the open program; how it stands then."""
        self.later(minutes=15)
        self.ended.clear()
        self.service.sync(everything=False)
        assert self.ended.wait(60)
        self.settle()
        return self.service.status

    def restart(self) -> Status:
        """The program is ended and started again, and nothing is synced."""
        assert self.service.stop()
        self.begin()
        return self.service.status

    def assessed(self) -> set[str]:
        """The codes of what is red: by the assessment itself, and by what is stopped or unclear in the ledger."""
        shop = self.shop()
        try:
            red = [*standing_now(shop).problems, *stopped(shop.ledger, (State.REJECTED, State.UNKNOWN))]
        finally:
            shop.close()
        return codes(red)

    def by_command(self, capsys: Any) -> tuple[int, set[str]]:
        """`jobsync status --json`: exit code, codes."""
        shop, log = self.open()
        try:
            capsys.readouterr()
            code = int(running.status(shop, log, argparse.Namespace(json=True)))
            told = json.loads(capsys.readouterr().out)["problems"]
        finally:
            shop.close()
            log.close()
        return code, {one["code"] for one in told}

    def close(self) -> None:
        self.service.stop()
        super().close()


def codes(problems: Any) -> set[str]:
    return {one.code for one in problems if is_error(one)}


@pytest.fixture
def shop(tmp_path: Path, post: tuple[Inbox, int]) -> Iterator[Counter]:
    """A day is sold, sent and found right."""
    made = Counter(tmp_path / "butik", post)
    made.trade(tills=2)
    made.run()
    yield made
    made.close()


def named(shop: Counter) -> str:
    """What the first Z report of till 1 is called in the books."""
    return next(name for name in shop.books.vouchers if name.endswith("1-Z1"))


def changed_in_till(shop: Counter) -> None:
    shop.sql("UPDATE receipt_line SET group_code='annan' WHERE till='1' AND receipt=1")


def gone_from_books(shop: Counter) -> None:
    shop.books.vouchers.pop(named(shop))
    shop.later(days=1)  # read back each night


def doubled_in_books(shop: Counter) -> None:
    shop.books.vouchers[named(shop)] *= 2
    shop.later(days=1)


def cannot_be_made(shop: Counter) -> None:
    shop.trade(tills=2)
    last = "SELECT MAX(number) FROM receipt WHERE till='1' AND state='finished'"
    shop.sql(f"UPDATE receipt_line SET vat=vat+5000 WHERE till='1' AND receipt=({last})")


def another_company(shop: Counter) -> None:
    shop.sql("UPDATE company SET org_number='556000-0167', name='En annan AB'")
    shop.sql("UPDATE receipt SET at='2026-11-09' || substr(at, 11)")


def till_is_gone(shop: Counter) -> None:
    shop.sql("DELETE FROM till WHERE id='2'")


def numbers_are_missing(shop: Counter) -> None:
    shop.trade(tills=2)
    shop.trade(tills=2)
    for table, column in (("z_vat", "z_number"), ("z_method", "z_number"), ("z_report", "number")):
        shop.sql(f"DELETE FROM {table} WHERE till='1' AND {column}=2")


def ledger_is_forgotten(shop: Counter) -> None:
    """Laid away, with one voucher changed in the books meanwhile."""
    shop.service.stop()
    for suffix in ("", "-wal", "-shm"):
        shop.ledger.with_name(shop.ledger.name + suffix).unlink(missing_ok=True)
    (voucher,) = shop.books.vouchers[named(shop)]
    assert isinstance(voucher, Voucher)
    shop.books.vouchers[named(shop)] = [replace(voucher, postings=voucher.postings[:-1])]
    shop.strangers = True
    shop.begin()


STATES: dict[str, tuple[Callable[[Counter], object], str]] = {
    "green": (lambda _shop: None, ""),
    "changed in the till": (changed_in_till, "T12"),
    "gone from the books": (gone_from_books, "T13"),
    "doubled in the books": (doubled_in_books, "S30"),
    "cannot be made": (cannot_be_made, "B30"),
    "another company": (another_company, "T02"),
    "a till is gone": (till_is_gone, "T04"),
    "numbers are missing": (numbers_are_missing, "T10"),
    "the ledger is forgotten": (ledger_is_forgotten, "S18"),
}


@pytest.mark.parametrize("state", STATES)
def test_all_that_tell_tell_the_same(shop: Counter, state: str, capsys: Any) -> None:
    provoke, code = STATES[state]
    provoke(shop)
    shop.toasts.clear()
    live = shop.run()
    wanted = shop.assessed()
    assert (code in wanted) if code else not wanted
    for status in (live, shop.restart()):
        shown = codes(status.problems)
        assert shown == wanted
        assert status.situation is (Situation.ERROR if wanted else Situation.IDLE)
        assert (headline(status) == "Allt är bra.") == (not wanted)
        assert headline(status)[:40] in tooltip(status)
        (errors,) = [one.text for one in entries(status) if one.act is Act.ERRORS] or [""]
        assert errors == (f"Visa fel ({len(status.errors)})" if wanted else "")
    titles = {shorten(one.title, TOAST_TITLE_LONGEST) for one in live.errors}
    assert bool(shop.toasts) == bool(wanted)
    assert {toast.title for toast in shop.toasts} <= titles
    exit_code, told = shop.by_command(capsys)
    assert told == wanted
    assert exit_code == (1 if wanted else 0)
    ran = shop.sync(capsys)
    assert ran.code in ({1, 3} if wanted else {0})
    assert {found[-1] for row in ran.errors if (found := re.findall(r"\[([A-Z]+\d+)\]", row))} == wanted
    mailed = json.loads((shop.folder / "mejlat.json").read_text("utf-8"))["standing"] if wanted else {}
    assert {key.split("|")[1] for key in mailed} == wanted


def test_what_waits_is_not_green_and_not_red(shop: Counter, capsys: Any) -> None:
    shop.trade(tills=2)
    shop.settle()
    for status in (shop.service.status, shop.restart()):
        assert status.situation is Situation.IDLE
        assert "väntar" in headline(status)
        assert shop.assessed() == set()
    assert shop.by_command(capsys) == (4, set())


def test_a_run_that_did_not_come_to_it_makes_nothing_green(shop: Counter, capsys: Any) -> None:
    """Another till has the sync: what is wrong is as wrong as before, in the open program as by command."""
    changed_in_till(shop)
    assert codes(shop.run().problems) == {"T12"}
    assert shop.service.stop()
    shop.begin()
    shop.service._let_lease_go()
    shop.taken_by("den andra kassan")
    status = shop.run()
    assert "T12" in codes(status.problems)
    assert status.situation is Situation.ERROR
    assert "T12" in shop.by_command(capsys)[1]
