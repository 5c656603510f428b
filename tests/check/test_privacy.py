"""What others on the computer can read is narrowed at each start, and told when it cannot be.

Tells of `check/privacy.py`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors import REGISTRY
from synccenter.check import privacy
from synccenter.core.dayfile import DayFile
from synccenter.core.logs import NAME
from tests.worlds.clock import Clock
from tests.worlds.data_folder import DataFolder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="mode bits")


@pytest.fixture
def world(tmp_path: Path) -> DataFolder:
    world = DataFolder(tmp_path / "butik", dict(REGISTRY), Clock())
    world.settings("general.log_days=80", f"general.log_folder={tmp_path / 'loggar'}")
    return world


def wide(path: Path, mode: int = 0o666) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.touch()
    path.chmod(mode)
    return path


def modes(*paths: Path) -> list[int]:
    return [path.stat().st_mode & 0o777 for path in paths]


def test_what_an_earlier_version_left_is_narrowed_wherever_it_lies(world: DataFolder, tmp_path: Path) -> None:
    log = DayFile(tmp_path / "loggar", NAME, str).path(Clock()().date())
    foreign = wide(tmp_path / "loggar" / "kassans egen.log")
    ours = [
        wide(path)
        for path in (
            world.folder / "settings.toml",
            world.folder / "settings.bak.toml",
            world.folder / "utkorg" / "1.eml",
            world.folder / "Support" / "paket.zip",
            world.ledger,
            world.ledger.with_name(world.ledger.name + ".20261101.copy"),
            log,
        )
    ]
    shop = world.shop()
    assert privacy.keep_private(shop) == []
    shop.close()
    assert set(modes(*ours)) == {0o600}
    assert modes(foreign) == [0o666], "what somebody else has laid there is left alone"
    assert modes(world.folder) == [0o700]


def test_the_folder_is_left_as_it_is_while_the_tills_own_file_lies_in_it(world: DataFolder) -> None:
    till = wide(world.till)
    world.folder.chmod(0o755)
    shop = world.shop()
    assert privacy.keep_private(shop) == []
    shop.close()
    assert modes(till, world.folder) == [0o666, 0o755]


def test_what_cannot_be_narrowed_is_named(world: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    path = wide(world.folder / "utkorg" / "1.eml")

    def refuse(_self: Path, _mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refuse)
    shop = world.shop()
    assert path in privacy.keep_private(shop)
    shop.close()
