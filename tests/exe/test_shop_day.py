"""The exe in a shop, from the first double-click on, on one desk. The tests tell one story, in this order."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from tests.exe import sight
from tests.exe.desk import EXE, Desk, windows_path
from tests.exe.measured import look_at_the_start
from tests.exe.screen import achieve, until

MENU = (
    "Visa status", "Synkronisera förändringar", "Synkronisera allt", "Pausa", "Öppna dagens logg",
    "Öppna katalog för loggfiler", "Öppna inställningar", "Om", "Avsluta",
)  # fmt: skip


def test_the_first_double_click_opens_the_guide(desk: Desk, placed: Path) -> None:
    desk.double_click(placed)
    guide = desk.window("Kom i gång")
    desk.find("Steg 1 av 5", guide.box)
    desk.find("Nästa", guide.foot)
    desk.save_picture("kom-i-gang", guide.box)
    desk.close_window(guide)
    desk.leave()


def test_the_icon_comes_soon_and_the_memory_is_at_most_90_megabytes(desk: Desk, installed: Path) -> None:
    """CI's machine is shared, so not the seconds on the clock are judged here but those of the processor; the 2.5
    seconds of an idle machine are measured by `python -m tests.exe.measured` and stand in docs/EXE.md."""
    figures = look_at_the_start(desk, installed)
    assert figures.processor <= 2.5
    assert sum(figures.memory) <= 90


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
    status = desk.window("Status")
    desk.find("Senaste körningar", status.box)
    until(lambda: desk.processes() == before, "att den andra går")
    desk.close_window(status)


def test_a_first_sync_through_the_menu(desk: Desk) -> None:
    achieve(lambda: desk.choose("Synkronisera allt"), lambda: "Klart: 2 skickade" in desk.log_text(), "slutet i loggen")
    assert len(list((desk.data / "sie").glob("*.si"))) == 2
    text = desk.log_text()
    assert text.startswith("JobOffice Sync Center")
    assert re.search(r"^Företag: +Demobutiken AB$", text, re.MULTILINE)
    assert re.search(r"^\d\d:\d\d:\d\d Artiklar: 120 hämtade, 120 nya", text, re.MULTILINE)
    assert "FEL!" not in text
    status = desk.open("Visa status", "Status")
    desk.find("Senaste körningar", status.box)
    desk.save_picture("status", status.box)
    desk.close_window(status)


def test_about_tells_the_version_and_has_the_licences(desk: Desk) -> None:
    about = desk.open("Om", "Om")
    desk.find("MIT-licensen", about.box)
    desk.find("Licenser", about.foot)
    desk.save_picture("om", about.box)
    desk.close_window(about)


def test_settings_with_swedish_letters_are_found_again_after_a_restart(desk: Desk, installed: Path) -> None:
    window = desk.open("Öppna inställningar", "Inställningar")
    label = desk.open_tab("Säkerhet", "Den här kassan", window)
    achieve(
        lambda: desk.fill_in((label.left + 260, label.middle[1]), "Kassa Åsa på Ön"),
        lambda: sight.find("Kassa Åsa på Ön", desk.read(window.box)),
        "texten i fältet",
    )
    desk.save_picture("installningar", window.box)
    achieve(
        lambda: desk.press_button("Spara", window),
        lambda: "Kassa Åsa på Ön" in (desk.data / "settings.toml").read_text(encoding="utf-8"),
        "sparandet",
    )
    desk.leave()
    desk.double_click(installed)
    window = desk.open("Öppna inställningar", "Inställningar")
    desk.open_tab("Säkerhet", "Kassa Åsa på Ön", window)
    desk.close_window(window)


def test_autostart_by_the_tick_box_starts_it_at_log_on(desk: Desk, installed: Path) -> None:
    window = desk.open("Öppna inställningar", "Inställningar")
    row = desk.scroll_to("Starta med Windows", window)
    tick = (row.left + 212, row.middle[1])
    achieve(lambda: desk.click(tick), lambda: desk.is_blue(tick), "krysset")
    desk.save_picture("autostart", window.box)
    achieve(
        lambda: desk.press_button("Spara", window), lambda: list(desk.startup.glob("*.lnk")), "genvägen i Autostart"
    )
    desk.log_off()
    desk.log_on()
    until(desk.icon, "ikonen efter inloggning")
    assert desk.processes()


def test_a_copy_in_the_startup_folder_starts_at_log_on(desk: Desk, installed: Path) -> None:
    for shortcut in desk.startup.glob("*.lnk"):
        shortcut.unlink()
    desk.leave()
    shutil.copy(installed, desk.startup / EXE)
    desk.log_off()
    desk.log_on()
    until(desk.icon, "ikonen efter inloggning")
    (desk.startup / EXE).rename(desk.startup / "undan.exe")  # a running exe can be renamed: that is how it is updated
    desk.leave()
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
    desk.double_click(installed)
    assert len(desk.processes()) == 2  # the boot loader and the program
    desk.leave()
    assert desk.unpacked() == []


def test_after_kill_9_the_next_start_is_clean(desk: Desk, installed: Path) -> None:
    desk.double_click(installed)
    [left] = desk.unpacked()
    desk.kill()
    assert left.exists()
    desk.double_click(installed)
    until(lambda: left not in desk.unpacked(), "att det gamla städas bort")
    assert len(desk.unpacked()) == 1
    desk.leave()
    assert desk.unpacked() == []


def test_the_command_line_speaks_through_pipes(desk: Desk, installed: Path) -> None:
    told = desk.wine(str(installed), "--data-dir", windows_path(desk.data), "--json", "status")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)
    wrong = desk.wine(str(installed), "finns-inte")
    assert wrong.returncode == 2
    assert "finns-inte" in wrong.stderr
