"""A newer version is told once, in the menu and by a notice, and changed to on a person's word."""

from __future__ import annotations

from pathlib import Path

from synccenter.core.trust import Trust
from synccenter.core.update import Offer
from synccenter.service.status import Status
from synccenter.ui.menu import Act, entries
from synccenter.ui.newer import Newer
from tests.core.test_update import program, trusting, version


def test_the_menu_offers_it_only_when_there_is_one() -> None:
    assert Act.UPDATE not in [entry.act for entry in entries(Status())]
    [offer] = [entry for entry in entries(Status(newer="9.1.0")) if entry.act is Act.UPDATE]
    assert offer.text == "Byt till version 9.1.0"


def test_each_version_is_told_once_and_the_last_told_is_changed_to(tmp_path: Path) -> None:
    exe = program(tmp_path / "Kassa" / "JobOffice Sync Center.exe", (0, 1, 0))
    share = tmp_path / "share"
    told: list[Offer] = []
    newer = Newer(lambda: [share], told.append, trusting, exe)
    newer.look()
    program(share / "a.exe", (9, 1, 0))
    newer.look()
    newer.look()
    program(share / "b.exe", (9, 2, 0))
    newer.look()
    assert [one.release.text for one in told] == ["9.1.0", "9.2.0"]
    newer.change()
    assert version(exe) == "9.2.0"


def test_what_may_not_take_our_place_is_not_offered(tmp_path: Path) -> None:
    exe = program(tmp_path / "Kassa" / "JobOffice Sync Center.exe", (0, 1, 0))
    program(tmp_path / "share" / "a.exe", (9, 1, 0))
    told: list[Offer] = []
    newer = Newer(lambda: [tmp_path / "share"], told.append, lambda own: Trust(own, signed_by=lambda _: None), exe)
    newer.look()
    assert told == []
