"""The exe in a shop, from the first double-click to the uninstallation, on one desk. The tests tell one story."""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import time
from pathlib import Path

import pytest

from tests.exe import sight
from tests.exe.desk import EXE, Desk, until, windows_path
from tests.exe.measured import note

MENU = (
    "Visa status", "Synkronisera förändringar", "Synkronisera allt", "Pausa", "Öppna dagens logg",
    "Öppna katalog för loggfiler", "Öppna inställningar", "Om", "Avsluta",
)  # fmt: skip
TICKS = os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def installed(desk: Desk, exe: Path) -> Path:
    """The exe where a shop might put it: a path with blanks and åäö. The demo company lies in the user's data."""
    place = desk.prefix / "drive_c" / "Butiken på Ön" / "Kassa 1 – åäö" / EXE
    place.parent.mkdir(parents=True)
    shutil.copy(exe, place)
    told = desk.wine(str(place), "--data-dir", windows_path(desk.data), "--json", "demo", "--no-sync", seconds=120)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["receipts"] == 300
    desk.wine(str(place), "--data-dir", windows_path(desk.data), "settings", "set", "schedule.mode=manual")
    return place


def start(desk: Desk, exe: Path) -> float:
    """Double-click and wait for the icon; the seconds that took."""
    began = time.monotonic()
    desk.start(str(exe))
    until(desk.icon, 60, "ikonen")
    return time.monotonic() - began


def leave(desk: Desk) -> None:
    desk.choose("Avsluta")
    until(lambda: not desk.processes(), 30, "slutet")


def log_text(desk: Desk) -> str:
    """Today's log, by the name that the product page promises; empty before there is one."""
    found = list((desk.data / "Loggar").glob("JobOffice Sync Center 2[0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].log"))
    return found[-1].read_text(encoding="utf-8-sig") if found else ""


def test_the_icon_comes_within_two_and_a_half_seconds_and_90_megabytes(desk: Desk, installed: Path) -> None:
    """The limit holds for an idle machine, and this one is shared: so the processor's time is what is judged."""
    start(desk, installed)
    leave(desk)
    seconds = start(desk, installed)
    worked = sum(processor_seconds(process) for process in desk.processes())
    time.sleep(3)
    memory = [memory_of(process) for process in desk.processes()]
    note("start", {"seconds to the icon": round(seconds, 2), "processor seconds": round(worked, 2)})
    note("memory", {"MB of each process": memory, "MB in all": round(sum(memory), 1)})
    assert worked <= 2.5
    assert sum(memory) <= 90


def processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_of(process: int) -> float:
    """MB, pages that several programs share counted once among them."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    assert found
    return round(int(found.group(1)) / 1024, 1)


def test_it_unpacks_in_the_users_folder_and_not_in_temp(desk: Desk) -> None:
    [folder] = desk.unpacked()
    assert folder.parent == desk.data / "Program"


def test_the_menu_is_swedish(desk: Desk) -> None:
    found = desk.read_menu("meny")
    missing = [phrase for phrase in MENU if sight.find(phrase, found) is None]
    assert not missing, sight.text(found)


def test_a_second_start_shows_the_first(desk: Desk, installed: Path) -> None:
    before = desk.processes()
    desk.start(str(installed))
    status = desk.window("Status", 60)
    desk.find("Senaste körningar", status, 30)
    desk.save_picture("status", status.box)
    until(lambda: desk.processes() == before, 30, "att den andra går")
    desk.close_window(status)


def test_a_first_sync_through_the_menu(desk: Desk) -> None:
    desk.choose("Synkronisera allt")
    until(lambda: "Klart: 2 skickade" in log_text(desk), 90, "slutet i loggen")
    assert len(list((desk.data / "sie").glob("*.si"))) == 2
    text = log_text(desk)
    assert text.startswith("JobOffice Sync Center")
    assert re.search(r"^Företag: +Demobutiken AB$", text, re.MULTILINE)
    assert re.search(r"^\d\d:\d\d:\d\d Artiklar: 120 hämtade, 120 nya", text, re.MULTILINE)
    assert "FEL!" not in text


def test_settings_with_swedish_letters_are_found_again_after_a_restart(desk: Desk, installed: Path) -> None:
    desk.choose("Öppna inställningar")
    window = desk.window("Inställningar")
    desk.press("Säkerhet", window)
    label = desk.find("Den här kassan", window)
    desk.click((label.left + 260, label.middle[1]))
    desk.type("Kassa Åsa på Ön")
    desk.find("Kassa Åsa på Ön", window)
    desk.save_picture("installningar", window.box)
    desk.press("Spara", window, lowest=True)
    until(lambda: "Kassa Åsa på Ön" in (desk.data / "settings.toml").read_text(encoding="utf-8"), 20, "sparandet")
    leave(desk)
    start(desk, installed)
    desk.choose("Öppna inställningar")
    window = desk.window("Inställningar")
    desk.press("Säkerhet", window)
    desk.find("Kassa Åsa på Ön", window)
    desk.press("Avbryt", window)


def test_autostart_by_the_tick_box_starts_it_at_log_on(desk: Desk, installed: Path) -> None:
    desk.choose("Öppna inställningar")
    window = desk.window("Inställningar")
    tick = desk.scroll_to("Starta med Windows", window)
    desk.click((tick.left + 212, tick.middle[1]))
    desk.save_picture("autostart", window.box)
    desk.press("Spara", window, lowest=True)
    until(lambda: list(desk.startup.glob("*.lnk")), 20, "genvägen")
    desk.log_off()
    desk.log_on()
    until(desk.icon, 60, "ikonen efter inloggning")
    assert desk.processes()


def test_a_copy_in_the_startup_folder_starts_at_log_on(desk: Desk, installed: Path) -> None:
    for shortcut in desk.startup.glob("*.lnk"):
        shortcut.unlink()
    leave(desk)
    shutil.copy(installed, desk.startup / EXE)
    desk.log_off()
    desk.log_on()
    until(desk.icon, 60, "ikonen efter inloggning")
    (desk.startup / EXE).rename(desk.startup / "undan.exe")  # a running exe can be renamed: that is how it is updated
    leave(desk)
    (desk.startup / "undan.exe").unlink()


def test_secrets_lie_in_the_credential_store_and_in_no_file(desk: Desk, installed: Path) -> None:
    secret = "hemligt-Åäö-4711"
    command = [str(installed), "--data-dir", windows_path(desk.data), "settings"]
    told = desk.wine(*command, "secret", "mail.password", given=secret + "\n")
    assert told.returncode == 0, told.stderr
    desk.log_off()
    for path in desk.data.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path
    assert "Credential Manager" in (desk.prefix / "user.reg").read_text(encoding="utf-8", errors="replace")
    told = desk.wine(*command, "show")
    assert re.search(r"mail\.password = \(sparad\)", told.stdout), told.stdout
    desk.log_on()


def test_quit_leaves_nothing_behind(desk: Desk, installed: Path) -> None:
    start(desk, installed)
    assert len(desk.processes()) == 2  # the boot loader and the program
    leave(desk)
    assert desk.unpacked() == []


def test_after_kill_9_the_next_start_is_clean(desk: Desk, installed: Path) -> None:
    start(desk, installed)
    [left] = desk.unpacked()
    desk.kill()
    assert left.exists()
    start(desk, installed)
    until(lambda: left not in desk.unpacked(), 20, "att det gamla städas bort")
    assert len(desk.unpacked()) == 1
    leave(desk)
    assert desk.unpacked() == []


def test_a_newer_version_is_offered_changed_to_and_taken_back(desk: Desk, installed: Path) -> None:
    newer = installed.with_name("ny version på väg.exe")
    newer.write_bytes(with_version(installed, (9, 1, 0)))
    start(desk, installed)
    before = desk.processes()
    until(lambda: sight.find("Byt till version 9.1.0", desk.read_menu()), 60, "erbjudandet i menyn")
    desk.choose("Byt till version 9.1.0")
    desk.press("Byt version", desk.window("Byt till version"))
    kept = installed.with_name("JobOffice Sync Center (föregående).exe")
    until(kept.exists, 30, "bytet")
    until(lambda: desk.processes() and not set(desk.processes()) & set(before), 60, "omstarten")
    until(desk.icon, 60, "ikonen")
    assert installed.read_bytes() == newer.read_bytes()
    assert "Kassa Åsa på Ön" in (desk.data / "settings.toml").read_text(encoding="utf-8")
    told = desk.wine(str(installed), "update", "--back")  # while it runs: a running exe can be renamed
    assert "0.1.0" in told.stdout, told.stderr
    assert kept.read_bytes() == newer.read_bytes()
    leave(desk)
    newer.unlink()
    kept.unlink()


def with_version(exe: Path, version: tuple[int, int, int]) -> bytes:
    """The same program with another number in its version resource."""
    data = exe.read_bytes()
    at = data.index(b"\xbd\x04\xef\xfe") + 8
    return data[:at] + struct.pack("<II", version[0] << 16 | version[1], version[2] << 16) + data[at + 8 :]


def test_a_file_that_nobody_has_signed_is_refused_when_a_publisher_is_set(desk: Desk, installed: Path) -> None:
    newer = installed.with_name("osignerad.exe")
    newer.write_bytes(with_version(installed, (9, 2, 0)))
    command = [str(installed), "--data-dir", windows_path(desk.data)]
    desk.wine(*command, "settings", "set", "general.publisher=Butiksdata AB")
    told = desk.wine(*command, "update", "--install")
    assert "[U01]" in told.stderr, told.stdout
    assert not installed.with_name("JobOffice Sync Center (föregående).exe").exists()
    newer.unlink()


def test_the_command_line_speaks_through_pipes(desk: Desk, installed: Path) -> None:
    told = desk.wine(str(installed), "--data-dir", windows_path(desk.data), "--json", "status")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)
    wrong = desk.wine(str(installed), "finns-inte")
    assert wrong.returncode == 2
    assert "finns-inte" in wrong.stderr
