"""What must not get out of the program: a password in a database address, and files that others may read."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from tests.worlds.program import started as jobsync

PASSWORD = "hemligt-Å42"
ADDRESSES = (
    f"postgresql://kassa:{PASSWORD}@127.0.0.1:9/kassa",
    f"postgresql://127.0.0.1:9/kassa?user=kassa&password={PASSWORD}",
    f"mssql://sa@127.0.0.1:9/kassa;PWD={PASSWORD}",
)


def everything_in(folder: Path) -> str:
    """Every file but the keychain itself, packed ones too."""
    found = []
    for path in folder.rglob("*"):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as packet:
                found += [packet.read(name) for name in packet.namelist()]
        elif path.is_file() and path.name != "valv.json":
            found.append(path.read_bytes())
    return b"\n".join(found).decode("utf-8", "replace")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_password_in_an_address_is_nowhere_but_in_the_keychain(tmp_path: Path, address: str) -> None:
    said = ""
    for words in (
        ("settings", "set", f"general.till_database={address}"),
        ("settings", "show"),
        ("--json", "settings", "show"),
        ("check",),
        ("sync",),
        ("status",),
        ("support",),
    ):
        done = jobsync(tmp_path, *words)
        said += done.stdout + done.stderr
    assert "Sparat: general.till_database." in said
    assert PASSWORD not in said + everything_in(tmp_path)
    assert PASSWORD in (tmp_path / "valv.json").read_text("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="mode bits")
def test_everything_of_ours_is_the_owners_only_also_what_an_earlier_version_left(tmp_path: Path) -> None:
    def wide() -> set[str]:
        ours = [path for path in tmp_path.rglob("*") if path.suffix != ".lock"]
        return {str(path.relative_to(tmp_path)) for path in ours if stat.S_IMODE(path.stat().st_mode) & 0o077}

    not_ours = {"kassa.sqlite", "register", "sie"}
    before = os.umask(0)
    try:
        for words in (("demo", "--receipts", "3"), ("support",), ("month", "2026-11")):
            jobsync(tmp_path, *words)
        outbox = tmp_path / "utkorg"
        outbox.mkdir()
        (outbox / "20261124T130000000000Z-abcdef.eml").write_text("Subject: väntar\n\n")
        assert {name for name in wide() if name.partition("/")[0] not in not_ours} == {
            "utkorg",
            "utkorg/20261124T130000000000Z-abcdef.eml",
        }
        assert not {name for name in wide() if "arkiv" in name}
        for path in tmp_path.rglob("*"):
            path.chmod(0o777 if path.is_dir() else 0o666)
        jobsync(tmp_path, "status")
    finally:
        os.umask(before)
    assert {name.partition("/")[0] for name in wide()} == not_ours
    till = tmp_path / "kassa.sqlite"
    assert stat.S_IMODE(till.stat().st_mode) == 0o666, "the till's own file is not ours to narrow"
