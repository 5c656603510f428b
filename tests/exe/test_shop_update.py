"""A newer version in a shop: copied over the old one, offered by the running one, signed or not."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from tests.exe.desk import Desk, windows_path
from tests.exe.release import with_version
from tests.exe.screen import achieve, until
from tests.exe.signing import Publisher


def test_a_new_exe_over_the_old_one_keeps_settings_ledger_and_log(desk: Desk, installed: Path) -> None:
    command = [str(installed), "--data-dir", windows_path(desk.data)]
    desk.wine(*command, "settings", "set", "general.till_id=Kassa Åke på Ön")
    told = desk.wine(*command, "sync", "--all")
    assert told.returncode == 0, told.stderr
    settings, log = desk.wine(*command, "settings", "show").stdout, desk.log_text()
    assert "Kassa Åke på Ön" in settings
    assert "Klart" in log

    installed.write_bytes(with_version(installed, (9, 0, 0)))
    assert desk.wine(*command, "settings", "show").stdout == settings
    told = desk.wine(*command, "--json", "sync", "--all")
    assert json.loads(told.stdout)["sent"] == 0, told.stdout  # it knows what is booked: nothing goes twice
    assert desk.log_text().startswith(log)


def test_a_newer_version_on_the_share_is_offered_changed_to_and_taken_back(desk: Desk, installed: Path) -> None:
    newer = desk.prefix / "drive_c" / "Butikens delade mapp – åäö" / "ny.exe"
    newer.parent.mkdir(exist_ok=True)
    newer.write_bytes(with_version(installed, (9, 1, 0)))
    command = [str(installed), "--data-dir", windows_path(desk.data)]
    desk.wine(*command, "settings", "set", f"general.update_folder={windows_path(newer.parent)}")
    told = desk.wine(*command, "update", "--install")
    assert "[U01]" in told.stderr, "nothing unsigned takes our place before somebody has written its hash down"
    sha = hashlib.sha256(newer.read_bytes()).hexdigest()
    assert sha in told.stderr
    desk.wine(*command, "settings", "set", f"general.update_hashes={sha}")
    desk.double_click(installed)
    before = desk.processes()
    until(lambda: "Byt till version 9.1.0" in desk.seen().menu, "erbjudandet i menyn")
    desk.read_menu("ny-version")
    question = desk.open("Byt till version 9.1.0", "Byt till version")
    kept = installed.with_name("JobOffice Sync Center (föregående).exe")
    achieve(lambda: question.press("Byt version"), kept.exists, "bytet")
    until(lambda: desk.processes() and not set(desk.processes()) & set(before), "omstarten")
    until(desk.icon, "ikonen")
    assert installed.read_bytes() == newer.read_bytes()
    told = desk.wine(*command, "update", "--back")  # while it runs: a running exe can be renamed
    assert "0.1.0" in told.stdout, told.stderr
    assert kept.read_bytes() == newer.read_bytes()
    desk.leave()


def test_after_an_update_in_the_startup_folder_only_the_new_one_starts_at_log_on(desk: Desk, installed: Path) -> None:
    at = desk.startup / installed.name
    shutil.copy(installed, at)
    newer = installed.with_name("ny.exe")
    newer.write_bytes(with_version(installed, (9, 1, 0)))
    sha = hashlib.sha256(newer.read_bytes()).hexdigest()
    own = [f"general.update_folder={windows_path(newer.parent)}", f"general.update_hashes={sha}"]
    command = [str(at), "--data-dir", windows_path(desk.data)]
    desk.wine(*command, "settings", "set", *own)
    told = desk.wine(*command, "update", "--install")
    assert told.returncode == 0, told.stderr
    desk.log_off()
    desk.log_on()
    until(lambda: desk.seen().menu, "programmets svar")
    assert len(desk.processes()) == 2  # the boot loader and the program, of one exe
    assert list(desk.startup.iterdir()) == [at]
    assert at.read_bytes() == newer.read_bytes()
    kept = desk.startup.parent / "JobOffice Sync Center (föregående).exe"
    assert kept.read_bytes() == installed.read_bytes()


def test_when_a_publisher_is_set_only_a_file_signed_by_it_is_taken(desk: Desk, installed: Path) -> None:
    command = [str(installed), "--data-dir", windows_path(desk.data)]
    newer = installed.with_name("ny version på väg.exe")
    kept = installed.with_name("JobOffice Sync Center (föregående).exe")

    def trust(publisher: str) -> None:
        """What is said next depends on it, so it is looked at: a busy Wine may not have started it at all."""
        words = f"general.publisher={publisher}"
        achieve(
            lambda: desk.wine(*command, "settings", "set", words),
            lambda: publisher in desk.wine(*command, "settings", "show").stdout,
            "utgivaren",
        )

    unsigned = desk.folder / "osignerad.exe"
    unsigned.write_bytes(with_version(installed, (9, 2, 0)))
    shutil.copy(unsigned, newer)
    assert "9.2.0" in desk.wine(*command, "update").stdout
    trust("Butiksdata AB")
    told = desk.wine(*command, "update", "--install")
    assert "[U01]" in told.stderr
    assert "ingen giltig signatur" in told.stderr

    newer.unlink()
    Publisher("Butiksdata AB", desk.folder).sign(unsigned, newer)
    signed = newer.read_bytes()
    newer.write_bytes(signed[:9_000_000] + b"X" + signed[9_000_001:])  # changed after it was signed
    assert "ingen giltig signatur" in desk.wine(*command, "update", "--install").stderr
    newer.write_bytes(signed)
    trust("Någon Annan AB")
    told = desk.wine(*command, "update", "--install")
    assert "signerad av ”Butiksdata AB”" in told.stderr
    assert not kept.exists()

    trust("Butiksdata AB")
    told = desk.wine(*command, "update", "--install")
    assert told.returncode == 0, told.stderr
    assert installed.read_bytes() == newer.read_bytes()
    told = desk.wine(*command, "--json", "status")  # the signed one runs
    assert told.returncode == 0, told.stderr
    assert "0.1.0" in desk.wine(*command, "update", "--back").stdout
