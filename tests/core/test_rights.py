"""Our files are for their owner only: new ones, and those of an earlier version; nothing is ever widened."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from synccenter.contract.disk import create_private, own_folder, write_atomically
from synccenter.core import rights
from synccenter.core.dayfile import DayFile
from synccenter.core.sqlite import SQLite
from tests.worlds.clock import Clock

pytestmark = pytest.mark.skipif(os.name != "posix", reason="mode bits; tests/exe looks at Windows' lists of rights")


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    """A computer that makes every file readable and writable for all."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_is_written_is_its_owners_only(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"x")
    create_private(tmp_path / "b")
    own_folder(tmp_path / "c")
    rights.private_folder(tmp_path / "d" / "e")
    assert [mode(tmp_path / name) for name in ("a", "b", "c", "d/e")] == [0o600, 0o600, 0o700, 0o700]


def test_what_is_for_another_program_follows_the_folder_and_is_never_widened(tmp_path: Path) -> None:
    path = tmp_path / "a.si"
    write_atomically(path, b"x", shared=True)
    assert mode(path) == 0o666
    path.chmod(0o640)
    write_atomically(path, b"y", shared=True)
    assert mode(path) == 0o640


@pytest.mark.parametrize(("before", "after"), [(0o666, 0o600), (0o444, 0o400), (0o600, 0o600), (0o400, 0o400)])
def test_what_was_wider_is_narrowed_and_nothing_is_widened(tmp_path: Path, before: int, after: int) -> None:
    path = tmp_path / "gammal"
    path.touch()
    path.chmod(before)
    assert rights.keep_private(path)
    assert mode(path) == after


def test_what_is_not_there_or_leads_elsewhere_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "annans"
    other.touch()
    other.chmod(0o666)
    (tmp_path / "länk").symlink_to(other)
    assert rights.keep_private(tmp_path / "finns inte")
    assert rights.keep_private(tmp_path / "länk")
    assert mode(other) == 0o666


def test_what_cannot_be_narrowed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "annans"
    path.touch()
    path.chmod(0o644)

    def not_ours(_self: Path, _mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", not_ours)
    assert rights.keep_all_private([path]) == [path]


def test_a_ledger_and_what_sqlite_lays_beside_it_are_private(tmp_path: Path) -> None:
    path = tmp_path / "kassa.sqlite.ledger.sqlite"
    ledger = SQLite(path, ours=True)
    ledger.execute("CREATE TABLE t (x)")
    assert {one.name: mode(one) for one in tmp_path.iterdir()} == dict.fromkeys(
        (path.name, f"{path.name}-wal", f"{path.name}-shm"), 0o600
    )
    ledger.backup(tmp_path / "kopia")
    assert mode(tmp_path / "kopia") == 0o600
    ledger.close()


def test_a_ledger_of_an_earlier_version_is_narrowed_and_the_tills_own_file_never(tmp_path: Path) -> None:
    for name in ("ledger", "till"):
        sqlite3.connect(tmp_path / name).execute("CREATE TABLE t (x)").connection.close()
        (tmp_path / name).chmod(0o664)
    SQLite(tmp_path / "ledger", ours=True).close()
    SQLite(tmp_path / "till").close()
    assert (mode(tmp_path / "ledger"), mode(tmp_path / "till")) == (0o600, 0o664)


def test_logs_are_private_also_in_a_folder_that_is_not_and_the_folder_stays_as_it_was(tmp_path: Path) -> None:
    shared = tmp_path / "delad"
    shared.mkdir(mode=0o777)
    day = Clock()().date()
    for folder in (shared, tmp_path / "Loggar"):
        log = DayFile(folder, "Logg", str)
        log.append(day, "rad\r\n")
        log.close()
        assert mode(log.path(day)) == 0o600
    assert (mode(shared), mode(tmp_path / "Loggar")) == (0o777, 0o700)


def test_who_may_write_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert rights.writers(tmp_path) == ()
    tmp_path.chmod(0o775)
    assert rights.writers(tmp_path) == ("grupp",)
    tmp_path.chmod(0o757)
    assert rights.writers(tmp_path) == ("andra",)
