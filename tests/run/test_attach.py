"""The Z report goes with its voucher: once, after it, and never in its way.

Tells of `run/attach.py`, `run/evidence.py` and `journal/attachments.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from synccenter.contract import catalogue
from synccenter.contract.model import DocumentKind, Voucher
from synccenter.journal.attachments import AT_ONCE, FIRST_PAUSE, Attachments, Stage
from synccenter.journal.delivery import State
from synccenter.run.evidence import page_of
from tests.pages.test_page import text_of
from tests.worlds.small_shop import World

SETTLE = 90.0


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = World(tmp_path / "butik", settle=SETTLE)
    found.books.attaches = True
    found.trade(days=2, receipts=8)
    return found


def stages(world: World) -> dict[Stage, int]:
    shop = world.shop()
    try:
        return Attachments(shop.ledger).stages()
    finally:
        shop.close()


def names(world: World) -> list[str]:
    return sorted(file.name for files in world.books.files.values() for file in files)


def wanted(world: World) -> list[str]:
    """What the files of the vouchers in the books are called; orders and customers have none."""
    return sorted(f"{name}.pdf" for name, found in world.books.vouchers.items() if isinstance(found[0], Voucher))


def lost_before(_commit: Callable[[], None]) -> None:
    raise catalogue.ANSWER_LOST.error(uncertain=True)


def lost_after(commit: Callable[[], None]) -> None:
    commit()
    raise catalogue.ANSWER_LOST.error(uncertain=True)


def refused(_commit: Callable[[], None]) -> None:
    raise catalogue.REFUSED_UNKNOWN.error(host="bokforing.example", status=400, detail="nej")


def no_right(_commit: Callable[[], None]) -> None:
    raise catalogue.NOT_ALLOWED.error(system="Minnessystemet", detail="inget scope")


def broken(_commit: Callable[[], None]) -> None:
    raise RuntimeError("en bugg")


class Killed(BaseException):
    """The program was ended."""


def killed_before(_commit: Callable[[], None]) -> None:
    raise Killed


def killed_after(commit: Callable[[], None]) -> None:
    commit()
    raise Killed


def test_each_z_report_stands_with_its_voucher_and_the_next_run_is_quiet(world: World) -> None:
    assert world.run().result == "ok"
    assert names(world) == wanted(world) != []
    assert any("Z-rapporter är bifogade" in row for row in world.report.rows)
    (reference, *_) = [name.removesuffix(".pdf") for name in names(world)]
    (file,) = world.books.files[f"id-{reference}"]
    assert f"Verifikation {reference}" in text_of(file.data)
    tries = world.books.file_tries
    world.run()
    assert world.books.file_tries == tries
    assert stages(world) == {Stage.DONE: len(wanted(world))}


@pytest.mark.parametrize("fault", [lost_before, lost_after, refused, broken], ids=lambda one: one.__name__)
def test_what_goes_wrong_with_a_file_is_yellow_and_is_tried_again(fault: Callable[..., None], world: World) -> None:
    world.books.file_faults = [fault]
    outcome = world.run()
    assert (outcome.result, outcome.parked, outcome.unknown, outcome.problems) == ("ok", 0, 0, [])
    (told,) = [row for row in world.report.rows if "[S81]" in row]
    assert told.startswith("OBS! ")
    assert not world.report.errors
    sends = world.books.sends
    world.later(seconds=SETTLE + 1)
    world.run()
    assert names(world) == wanted(world)
    assert world.books.sends == sends, "the vouchers are not sent again"
    assert not [row for row in world.report.rows if "[S81]" in row]


@pytest.mark.parametrize("fault", [killed_before, killed_after], ids=lambda one: one.__name__)
def test_a_kill_in_the_middle_leaves_one_file(fault: Callable[..., None], world: World) -> None:
    world.books.file_faults = [fault]
    with pytest.raises(Killed):
        world.run()
    world.run()  # at once: what was set going may still come, so that one rests
    assert Stage.WAITING in stages(world)
    world.later(seconds=SETTLE + 1)
    world.run()
    assert names(world) == wanted(world)
    assert stages(world) == {Stage.DONE: len(wanted(world))}


def test_a_right_that_is_missing_is_one_yellow_row_and_asked_for_once(world: World) -> None:
    world.books.file_faults = [no_right] * 50
    assert world.run().result == "ok"
    assert len([row for row in world.report.rows if "[S81]" in row]) == 1
    assert world.books.file_tries == 1
    world.books.file_faults = []
    world.run()
    assert stages(world) == {Stage.DONE: len(wanted(world))}


def test_what_is_refused_for_ever_is_asked_for_more_and_more_seldom(world: World) -> None:
    world.books.file_faults = [refused] * 10_000
    tries = []
    for _ in range(40):
        before = world.books.file_tries
        world.run()
        tries.append(world.books.file_tries - before)
        world.later(seconds=FIRST_PAUSE)
    assert tries[0] > 0
    assert sum(tries[:AT_ONCE]) > sum(tries[-AT_ONCE:])
    assert sum(tries) < 40


def test_a_ledger_that_lost_its_memory_puts_nothing_there_twice(world: World) -> None:
    world.run()
    before = names(world)
    world.ledger.unlink()
    for _ in range(3):
        world.run()
        world.later(seconds=SETTLE + 1)
    assert names(world) == before


def test_receipts_of_their_own_have_no_page_but_their_cash_has(world: World) -> None:
    world.settings("posting.unit=receipt")
    world.run()
    assert names(world)
    assert all("-K" in name for name in names(world)), "the cash of a Z report; a receipt is its own evidence"


def test_a_day_of_several_tills_is_one_file_with_all_its_z_reports(world: World) -> None:
    world.settings("posting.unit=day")
    world.run()
    shop = world.shop()
    (day, *_) = [one for one in shop.ledger.in_state(State.SENT) if len(one.source) > 1]
    text = text_of(page_of(shop, day))
    assert page_of(shop, day) == page_of(shop, day)
    shop.close()
    for key in day.source:
        assert f"Z-rapport {key.number} kassa {key.till}" in text
    assert text.count(f"Verifikation {day.reference}") == 1
    assert f"{day.reference}.pdf" in names(world)


def test_a_shop_that_wants_no_pages_has_none(world: World) -> None:
    world.books.attaches = False
    world.run()
    assert not world.books.file_tries


def test_a_clock_that_was_set_back_holds_nothing_for_ever(world: World) -> None:
    world.later(days=400)
    world.books.file_faults = [lost_before]
    world.run()
    world.later(days=-400)
    world.run()
    assert stages(world) == {Stage.DONE: len(wanted(world))}


def test_what_is_stuck_is_told_with_its_reason(world: World) -> None:
    world.books.file_faults = [refused] * 50
    world.run()
    shop = world.shop()
    stuck = Attachments(shop.ledger).stuck()
    assert {problem.code for _, problem in stuck} == {catalogue.REFUSED_UNKNOWN.code}
    assert shop.ledger.get(stuck[0][0]).kind is DocumentKind.VOUCHER
    shop.close()
