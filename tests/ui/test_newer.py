"""A newer version is told once, in the menu and by a notice, and changed to on a person's word."""

from __future__ import annotations

from pathlib import Path

from synccenter.core.update import Release
from synccenter.service.status import Status
from synccenter.ui.menu import Act, entries
from synccenter.ui.newer import Newer
from tests.core.test_update import program, version


def test_the_menu_offers_it_only_when_there_is_one() -> None:
    assert Act.UPDATE not in [entry.act for entry in entries(Status())]
    [offer] = [entry for entry in entries(Status(newer="9.1.0")) if entry.act is Act.UPDATE]
    assert offer.text == "Byt till version 9.1.0"


def test_each_version_is_told_once_and_the_last_told_is_changed_to(tmp_path: Path) -> None:
    exe = program(tmp_path / "Kassa" / "JobOffice Sync Center.exe", (0, 1, 0))
    share = tmp_path / "share"
    told: list[Release] = []
    newer = Newer(lambda: [share], told.append, exe)
    newer.look()
    program(share / "a.exe", (9, 1, 0))
    newer.look()
    newer.look()
    program(share / "b.exe", (9, 2, 0))
    newer.look()
    assert [release.text for release in told] == ["9.1.0", "9.2.0"]
    newer.change("")
    assert version(exe) == "9.2.0"
