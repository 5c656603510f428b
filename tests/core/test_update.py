"""Changing to a newer version: found, checked, in its place by rename, and back.

Tells of `core/signature.py`.
"""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from synccenter.contract.errors import SyncError
from synccenter.core import update
from synccenter.core.trust import Trust
from synccenter.core.update import Offer


def program(path: Path, version: tuple[int, int, int], product: str = "JobOffice Sync Center") -> Path:
    """A file that looks like an exe of ours to someone who reads its version resource."""
    fixed = struct.pack("<IIII", 0xFEEF04BD, 0x10000, version[0] << 16 | version[1], version[2] << 16)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        b"MZ" + bytes(200) + fixed + bytes(40) + product.encode("utf-16-le") + bytes(repr(version), "ascii")
    )
    return path


@pytest.fixture
def exe(tmp_path: Path) -> Path:
    return program(tmp_path / "Kassa på Ön" / "JobOffice Sync Center.exe", (0, 1, 0))


def trusting(exe: Path) -> Trust:
    """Everything is signed as we are; who may take the place is told in test_trust.py."""
    return Trust(exe, folder=exe.parent.parent / "data", signed_by=lambda _: "Butiksdata AB")


def offer(path: Path, exe: Path) -> Offer:
    found = update.release(path)
    assert found
    return Offer(found, trusting(exe).judge(path))


def version(path: Path) -> str:
    found = update.release(path)
    assert found
    return found.text


def test_the_newest_of_those_beside_it_and_on_the_share_is_told(tmp_path: Path, exe: Path) -> None:
    share = tmp_path / "share"
    assert update.newer("0.1.0", trusting(exe), [share]) is None
    program(exe.with_name("JobOffice Sync Center 0.2.exe"), (0, 2, 0))
    program(share / "JobOffice Sync Center.exe", (0, 10, 0))
    program(share / "Annat.exe", (9, 0, 0), product="Annat program")
    (share / "Trasig.exe").write_bytes(b"MZ")
    found = update.newer("0.1.0", trusting(exe), [share, tmp_path / "finns inte"])
    assert found is not None
    assert (found.release.text, found.release.path.parent) == ("0.10.0", share)


def test_an_older_or_equal_one_is_not_told(exe: Path) -> None:
    program(exe.with_name("lika.exe"), (0, 1, 0))
    program(exe.with_name("äldre.exe"), (0, 0, 9))
    assert update.newer("0.1.0", trusting(exe)) is None


def test_the_newer_takes_its_place_and_one_can_go_back_and_forth(tmp_path: Path, exe: Path) -> None:
    found = offer(program(tmp_path / "share" / "ny.exe", (0, 2, 0)), exe)
    kept = update.install(found, trusting(exe))
    assert (version(exe), version(kept)) == ("0.2.0", "0.1.0")
    assert update.newer("0.2.0", trusting(exe)) is None
    assert update.go_back(trusting(exe)).text == "0.1.0"
    assert (version(exe), version(kept)) == ("0.1.0", "0.2.0")
    assert update.go_back(trusting(exe)).text == "0.2.0"
    assert sorted(path.name for path in exe.parent.iterdir()) == sorted([exe.name, kept.name])


def test_when_windows_refuses_the_old_one_stays(tmp_path: Path, exe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = offer(program(tmp_path / "share" / "ny.exe", (0, 2, 0)), exe)
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name.endswith(".ny"):
            raise PermissionError(13, "upptagen")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(SyncError) as told:
        update.install(found, trusting(exe))
    assert told.value.problem.code == "U02"
    assert version(exe) == "0.1.0"
    assert [path.name for path in exe.parent.iterdir()] == [exe.name]


def test_a_file_that_was_changed_after_it_was_found_is_refused(tmp_path: Path, exe: Path) -> None:
    found = offer(program(tmp_path / "share" / "ny.exe", (0, 2, 0)), exe)
    program(found.release.path, (0, 3, 0))
    with pytest.raises(SyncError, match="bytts ut"):
        update.install(found, trusting(exe))
    assert version(exe) == "0.1.0"


def test_going_back_without_a_version_before_says_so(exe: Path) -> None:
    with pytest.raises(SyncError, match="ingen föregående"):
        update.go_back(trusting(exe))
    assert version(exe) == "0.1.0"


@pytest.mark.parametrize("folder", ["Startup", "StartUp", "Autostart"])
def test_an_update_in_the_startup_folder_leaves_no_second_program_there(tmp_path: Path, folder: str) -> None:
    """Whatever lies there starts at log-on, the version before too."""
    exe = program(tmp_path / "Program" / folder / "JobOffice Sync Center.exe", (0, 1, 0))
    for number in (2, 3):
        found = offer(program(tmp_path / "share" / "ny.exe", (0, number, 0)), exe)
        update.install(found, trusting(exe))
        assert [path.name for path in exe.parent.iterdir()] == [exe.name]
    assert version(exe) == "0.3.0"
    assert update.go_back(trusting(exe)).text == "0.2.0"
    assert [path.name for path in exe.parent.iterdir()] == [exe.name]
    assert [path.name for path in (tmp_path / "Program").iterdir() if path.is_file()] == [
        "JobOffice Sync Center (föregående).exe"
    ]
