"""Which program starts with Windows, and is it this one? Mended, or said."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest

from synccenter.contract.errors import SyncError
from synccenter.core import autostart, installation, windows
from synccenter.core.installation import Found, look_after
from tests.core.test_update import program


class Pc:
    """A Startup folder, with what Windows would say of a shortcut in it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.startup = folder / "Program" / "Startup"
        self.startup.mkdir(parents=True)
        self.exe = program(folder / "Kassan" / "JobOffice Sync Center.exe", (1, 0, 0))
        self.folder = folder
        self._patch = monkeypatch
        self.target: Path | None = None
        self.by_hand: dict[Path, Path] = {}
        self.refuses = False
        monkeypatch.setattr(autostart, "_startup_file", lambda: self.startup / "JobOffice Sync Center.lnk")
        monkeypatch.setattr(autostart, "shortcuts", self._shortcuts)
        monkeypatch.setattr(autostart, "_set", self._set)
        self.runs(self.exe)
        for name in ("TMP", "TEMP", "TMPDIR"):
            monkeypatch.setenv(name, str(folder / "Temp"))
        (folder / "Temp").mkdir()

    def _shortcuts(self) -> dict[Path, Path]:
        ours = {} if self.target is None else {autostart.own_shortcut(): self.target}
        return ours | {path: target for path, target in self.by_hand.items() if path.exists()}

    def runs(self, exe: Path) -> None:
        """Which exe this is."""
        self._patch.setattr(installation, "running", lambda: exe)
        self._patch.setattr(windows, "program", lambda: [str(exe)])
        self._patch.setattr(autostart, "program", lambda: [str(exe)])

    def shortcut(self, name: str, target: Path) -> Path:
        """One that a person has put in the Startup folder."""
        path = self.startup / f"{name}.lnk"
        path.write_bytes(b"L")
        self.by_hand[path] = target
        return path

    def _set(self, command: list[str], *, on: bool) -> None:
        if self.refuses:
            raise PermissionError(13, "Åtkomst nekad")
        self.target = Path(command[0]) if on else None

    def look(self, exe: Path | None = None, version: str = "1.0.0") -> Found:
        exe = exe or self.exe
        return look_after(exe, version, [str(exe)])


@pytest.fixture
def pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pc:
    return Pc(tmp_path, monkeypatch)


def codes(found: Found) -> list[str]:
    return [problem.code for problem in found.problems]


def test_where_all_is_well_nothing_is_said(pc: Pc) -> None:
    assert pc.look() == Found()
    pc.target = pc.exe
    assert pc.look() == Found()
    assert look_after(None, "1.0.0", ["python"]) == Found()


def test_a_shortcut_to_a_file_that_is_gone_is_mended(pc: Pc) -> None:
    pc.target = pc.folder / "borta.exe"
    found = pc.look()
    assert codes(found) == []
    assert "som inte finns" in found.mended[0]
    assert pc.target == pc.exe


def test_a_shortcut_to_a_persons_own_script_is_left(pc: Pc) -> None:
    script = pc.target = pc.folder / "start.cmd"
    script.write_text("@echo off")
    assert pc.look() == Found()
    assert pc.target == script


def test_a_shortcut_to_an_older_version_is_mended(pc: Pc) -> None:
    pc.target = program(pc.folder / "Gamla" / "JobOffice Sync Center.exe", (0, 9, 0))
    found = pc.look()
    assert "0.9.0" in found.mended[0]
    assert pc.target == pc.exe


def test_a_persons_own_shortcut_to_an_older_version_or_to_nothing_gives_place_to_ours(pc: Pc) -> None:
    """INSTALL.md lets one put a shortcut there by hand; it has another name than ours, and was never looked at."""
    older = program(pc.folder / "Gamla" / "JobOffice Sync Center.exe", (0, 9, 0))
    for name, target in (("Kassan", older), ("JobOffice Sync Center – genväg", pc.folder / "borta.exe")):
        pc.target = None
        path = pc.shortcut(name, target)
        found = pc.look()
        assert (codes(found), len(found.mended)) == ([], 1)
        assert path.name in found.mended[0]
        assert not path.exists()
        assert pc.target == pc.exe


def test_a_persons_own_shortcut_to_this_file_stays_unless_it_starts_a_second_time(pc: Pc) -> None:
    path = pc.shortcut("Kassan", pc.exe)
    assert pc.look() == Found()
    assert path.exists()
    pc.target = pc.exe
    assert "borttagen" in pc.look().mended[0]
    assert not path.exists()
    own = program(pc.startup / "JobOffice Sync Center.exe", (1, 0, 0))
    path, pc.target = pc.shortcut("Kassan", own), None
    assert len(pc.look(own).mended) == 1
    assert not path.exists()
    assert pc.target is None


def test_a_persons_own_shortcut_to_a_newer_version_or_another_copy_is_said_and_others_are_left(pc: Pc) -> None:
    pc.shortcut("Nya", program(pc.folder / "Nya" / "x.exe", (1, 1, 0)))
    pc.shortcut("Kopian", program(pc.folder / "Kopian" / "x.exe", (1, 0, 0)))
    pc.shortcut("Kassaprogrammet", program(pc.folder / "Annat" / "x.exe", (0, 1, 0), product="Kassan"))
    pc.shortcut("Borta", pc.folder / "annat.exe")
    assert sorted(codes(pc.look())) == ["P10", "P11"]
    assert len(list(pc.startup.iterdir())) == 4


def test_a_persons_own_shortcut_that_cannot_be_removed_is_said(pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    pc.shortcut("Kassan", program(pc.folder / "Gamla" / "JobOffice Sync Center.exe", (0, 9, 0)))

    def refuse(_self: Path) -> None:
        raise PermissionError(13, "Åtkomst nekad")

    monkeypatch.setattr(Path, "unlink", refuse)
    assert codes(pc.look()) == ["P05"]


def test_what_was_put_there_by_hand_is_on_and_is_taken_away_when_a_person_says_so(pc: Pc) -> None:
    path = pc.shortcut("Kassan", pc.exe)
    assert autostart.autostart() is autostart.Autostart.ON
    installation.start_with_windows(True, pc.folder)
    assert pc.target is None, "one start is enough"
    installation.start_with_windows(False, pc.folder)
    assert not path.exists()
    assert autostart.autostart() is autostart.Autostart.OFF
    installation.start_with_windows(True, pc.folder)
    assert pc.target == pc.exe


def test_the_program_that_lies_in_startup_is_on_and_says_why_it_cannot_be_off(pc: Pc) -> None:
    own = program(pc.startup / "JobOffice Sync Center.exe", (1, 0, 0))
    pc.runs(own)
    path = pc.shortcut("Kassan", own)
    assert autostart.autostart() is autostart.Autostart.ON
    with pytest.raises(SyncError, match=r"\[P12\]"):
        installation.start_with_windows(False, pc.folder)
    assert not path.exists()
    assert own.exists()


def test_a_program_in_a_zip_is_not_started_with_windows_whoever_asks(pc: Pc) -> None:
    pc.runs(program(pc.folder / "sync.zip" / "JobOffice Sync Center.exe", (1, 0, 0)))
    with pytest.raises(SyncError, match=r"\[P08\]"):
        installation.start_with_windows(True, pc.folder)
    assert pc.target is None


def test_a_shortcut_to_a_newer_version_or_another_copy_is_said(pc: Pc) -> None:
    newer = pc.target = program(pc.folder / "Nya" / "JobOffice Sync Center.exe", (1, 1, 0))
    assert codes(pc.look()) == ["P10"]
    pc.target = program(pc.folder / "Kopian" / "JobOffice Sync Center.exe", (1, 0, 0))
    assert codes(pc.look()) == ["P11"]
    assert newer.exists()


def test_a_shortcut_that_windows_does_not_let_us_mend_is_said(pc: Pc) -> None:
    pc.target, pc.refuses = pc.folder / "borta.exe", True
    assert codes(pc.look()) == ["P05"]


def test_old_and_equal_copies_in_startup_are_moved_out_of_it(pc: Pc) -> None:
    """What an earlier version's update left there: at the third log-on the old one ran."""
    program(pc.startup / "JobOffice Sync Center (föregående).exe", (0, 9, 0))
    program(pc.startup / "JobOffice Sync Center.exe", (1, 0, 0))
    program(pc.startup / "Kassaprogrammet.exe", (0, 1, 0), product="Kassan")
    found = pc.look()
    assert codes(found) == []
    assert len(found.mended) == 2
    assert [path.name for path in pc.startup.iterdir()] == ["Kassaprogrammet.exe"]
    program(pc.startup / "JobOffice Sync Center.exe", (1, 0, 0))
    pc.look()
    moved = sorted(path.name for path in pc.startup.parent.glob("*.exe"))
    assert moved == [
        "JobOffice Sync Center (föregående).exe", "JobOffice Sync Center – 2.exe", "JobOffice Sync Center.exe",
    ]  # fmt: skip


def test_the_one_in_startup_that_runs_stays_and_needs_no_shortcut(pc: Pc) -> None:
    own = program(pc.startup / "JobOffice Sync Center.exe", (1, 0, 0))
    program(pc.startup / "JobOffice Sync Center (föregående).exe", (0, 9, 0))
    pc.target = own
    found = pc.look(own)
    assert codes(found) == []
    assert [path.name for path in pc.startup.iterdir()] == [own.name]
    assert pc.target is None


def test_a_newer_copy_in_startup_is_said_and_stays(pc: Pc) -> None:
    newer = program(pc.startup / "JobOffice Sync Center.exe", (1, 2, 0))
    assert codes(pc.look()) == ["P10"]
    assert newer.exists()


def test_a_copy_that_cannot_be_moved_is_said(pc: Pc, monkeypatch: pytest.MonkeyPatch) -> None:
    program(pc.startup / "JobOffice Sync Center.exe", (0, 9, 0))

    def refuse(_self: Path, _target: Any) -> Path:
        raise PermissionError(13, "Åtkomst nekad")

    monkeypatch.setattr(Path, "rename", refuse)
    assert codes(pc.look()) == ["P09"]


@pytest.mark.parametrize("place", ["Temp/Temp1_sync.zip/sync", "Hämtade filer/sync.zip", "Temp/7zO4F2A", "a.RAR/b/c"])
def test_a_program_in_a_zip_or_among_temporary_files_is_said_and_leads_no_shortcut_there(pc: Pc, place: str) -> None:
    pc.target = pc.folder / "borta.exe"
    assert codes(pc.look(program(pc.folder / place / "JobOffice Sync Center.exe", (1, 0, 0)))) == ["P08"]
    assert pc.target == pc.folder / "borta.exe"
    assert installation.passing_folder(pc.exe) is None


def test_where_nothing_temporary_can_be_written_the_programs_own_folder_is_not_called_so(
    pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """%TEMP% missing, or no room in it: Python's own search ends in the folder that the program was started in."""
    (pc.folder / "Temp").rmdir()
    monkeypatch.setattr(tempfile, "tempdir", str(pc.exe.parent))
    assert pc.look() == Found()
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", list)
    assert pc.look() == Found()
    for name in ("TMP", "TEMP", "TMPDIR"):
        monkeypatch.delenv(name)
    assert pc.look() == Found()
