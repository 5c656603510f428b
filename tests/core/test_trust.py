"""Only what is signed by the same signer, or has a hash that somebody wrote down, takes the program's place.

Tells of `core/trust.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from synccenter.contract.errors import SyncError
from synccenter.core import update
from synccenter.core.trust import FILE, Trust
from synccenter.core.update import Offer
from tests.core.test_update import program, version

US, THEM = "Butiksdata AB", "Någon annan"


@pytest.fixture
def exe(tmp_path: Path) -> Path:
    return program(tmp_path / "Kassa" / "JobOffice Sync Center.exe", (0, 1, 0))


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    return program(tmp_path / "share" / "ny.exe", (9, 1, 0))


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(SyncError) as told:
        work()
    return told.value.problem.code


@pytest.mark.parametrize(
    ("running", "publisher", "file", "accepted"),
    [
        (US, "", US, True),
        (US, "", THEM, False),
        (US, "", None, False),
        (None, "", US, False),  # unsigned as we are, anybody's signature says nothing
        (None, "", None, False),
        (US, THEM, THEM, True),  # a person has chosen otherwise
        (US, THEM, US, False),
        (None, US, US, True),
        (None, US, None, False),
    ],
)
def test_who_may_take_the_place(
    exe: Path, newer: Path, running: str | None, publisher: str, file: str | None, *, accepted: bool
) -> None:
    trust = Trust(exe, publisher=publisher, signed_by=lambda path: running if path == exe else file)
    assert trust.judge(newer).accepted is accepted
    found = update.newer("0.1.0", trust, [newer.parent])
    assert found is not None
    if accepted:
        update.install(found, trust)
        assert version(exe) == "9.1.0"
        return
    with pytest.raises(SyncError) as told:
        update.install(found, trust)
    assert told.value.problem.code == "U01"
    assert sha(newer) in told.value.problem.sentence(), "the consultant is told what to compare"
    assert version(exe) == "0.1.0"
    assert [path.name for path in exe.parent.iterdir()] == [exe.name]


def test_a_hash_that_somebody_wrote_down_is_enough_and_counts_for_that_file_only(exe: Path, newer: Path) -> None:
    trust = Trust(exe, hashes=(sha(newer).upper(),), signed_by=lambda _: None)
    found = update.newer("0.1.0", trust, [newer.parent])
    assert found is not None
    assert found.judgement.accepted
    forged = program(newer.with_name("värre.exe"), (9, 9, 0))
    found = update.newer("0.1.0", trust, [newer.parent])
    assert found is not None
    assert found.release.text == "9.1.0", "what may not take the place hides nothing that may"
    newer.unlink()
    found = update.newer("0.1.0", trust, [newer.parent])
    assert found is not None
    assert (found.release.path, found.judgement.accepted) == (forged, False)


def test_what_is_put_in_the_files_place_after_it_was_judged_is_not_run(exe: Path, newer: Path) -> None:
    trust = Trust(exe, hashes=(sha(newer),), signed_by=lambda _: None)
    found = update.newer("0.1.0", trust, [newer.parent])
    assert found is not None
    newer.write_bytes(newer.read_bytes() + b"mer")
    assert code_of(lambda: update.install(found, trust)) == "U01"
    assert version(exe) == "0.1.0"


def test_the_copy_that_is_going_to_run_is_judged_again_where_it_stands(
    exe: Path, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who may write beside us changes the copy between the check and the rename."""
    trust = Trust(exe, hashes=(sha(newer),), folder=exe.parent.parent / "data", signed_by=lambda _: None)
    found = update.newer("0.1.0", trust, [newer.parent])
    assert found is not None
    rename = Path.rename

    def swapped(self: Path, target: Path) -> Path:
        if self.name.endswith(".ny"):
            self.write_bytes(self.read_bytes() + b"elakt")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", swapped)
    assert code_of(lambda: update.install(found, trust)) == "U01"
    assert version(exe) == "0.1.0"
    assert b"elakt" not in exe.read_bytes()
    assert [path.name for path in exe.parent.iterdir()] == [exe.name]


def test_a_signer_that_changes_under_way_is_noticed(exe: Path, newer: Path) -> None:
    found = Offer(update.Release(newer, (9, 1, 0)), Trust(exe, signed_by=lambda _: US).judge(newer))
    later = Trust(exe, signed_by=lambda path: US if path == exe else None)
    assert code_of(lambda: update.install(found, later)) == "U01"


def test_going_back_takes_what_has_run_here_and_nothing_that_was_laid_in_its_place(
    tmp_path: Path, exe: Path, newer: Path
) -> None:
    trust = Trust(exe, hashes=(sha(newer),), folder=tmp_path, signed_by=lambda _: None)
    found = update.newer("0.1.0", trust, [newer.parent])
    assert found is not None
    kept = update.install(found, trust)
    assert (tmp_path / FILE).exists()
    before = kept.read_bytes()
    program(kept, (0, 0, 1))
    assert code_of(lambda: update.go_back(trust)) == "U01"
    assert version(exe) == "9.1.0"
    kept.write_bytes(before)
    assert update.go_back(trust).text == "0.1.0"
    assert update.go_back(trust).text == "9.1.0", "the newer one has run here too"


def test_a_folder_that_others_may_write_in_is_told_of(exe: Path, newer: Path) -> None:
    trust = Trust(exe, signed_by=lambda _: US)
    newer.chmod(0o644)
    newer.parent.chmod(0o755)
    assert trust.judge(newer).writers == ()
    assert "Andra kan ändra" not in trust.judge(newer).told()
    newer.parent.chmod(0o777)
    told = trust.judge(newer)
    assert told.writers != ()
    assert "Andra kan ändra i mappen" in told.told()
    assert str(newer) in told.told()
    assert US in told.told()
