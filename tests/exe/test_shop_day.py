"""The exe in a shop, from the first double-click on. Each story begins on a desk with nothing left on it."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from pathlib import Path

from tests.exe import sight
from tests.exe.desk import EXE, Desk, windows_path
from tests.exe.measured import look_at_the_start
from tests.exe.release import with_version
from tests.exe.screen import achieve, until

MENU = (
    "Visa status", "Synkronisera förändringar", "Synkronisera allt", "Pausa", "Öppna dagens logg",
    "Öppna katalog för loggfiler", "Öppna inställningar", "Om", "Avsluta",
)  # fmt: skip


def test_the_first_double_click_opens_the_guide(desk: Desk, placed: Path) -> None:
    desk.double_click(placed)
    guide = desk.window("Kom i gång")
    guide.wait_for("Steg 1 av 5")
    guide.wait_for("Nästa")
    guide.close()
    desk.leave()


def test_the_icon_comes_soon_and_the_memory_is_at_most_90_megabytes(desk: Desk, installed: Path) -> None:
    """CI's machine is shared, so not the seconds on the clock are judged here but those of the processor; the 2.5
    seconds of an idle machine are measured by `python -m tests.exe.measured` and stand in docs/EXE.md."""
    figures = look_at_the_start(desk, installed)
    assert figures.processor <= 2.5
    assert sum(figures.memory) <= 90


def test_started_out_of_a_zip_it_says_so_and_leads_no_shortcut_there(desk: Desk, installed: Path) -> None:
    """As Explorer does with a zip that was looked into. It unpacks in the user's own folder all the same."""
    at = desk.temporary / "Temp1_sync.zip" / installed.name
    at.parent.mkdir(parents=True)
    shutil.copy(installed, at)
    desk.double_click(at)
    [folder] = desk.unpacked()
    assert folder.parent == desk.data / "Program"
    until(lambda: "[P08]" in desk.log_text(), "P08 i loggen")
    assert "Visa fel (1)" in desk.seen().menu
    desk.open("Visa fel (1)", "Status").wait_for("tillfällig mapp")
    desk.leave()
    assert list(desk.startup.iterdir()) == []


def test_the_menu_is_swedish(desk: Desk, installed: Path) -> None:
    desk.double_click(installed)
    until(lambda: [row for row in desk.seen().menu if row] == list(MENU), "menyns rader")
    found = desk.read_menu("meny")
    missing = [phrase for phrase in MENU if sight.find(phrase, found) is None]
    assert not missing, sight.text(found)


def test_an_older_one_by_hand_says_that_a_newer_starts_with_windows_and_a_second_start_shows_it(
    desk: Desk, installed: Path
) -> None:
    newer = desk.startup / installed.name
    newer.write_bytes(with_version(installed, (9, 1, 0)))
    desk.double_click(installed)
    until(lambda: "[P10]" in desk.log_text(), "P10 i loggen")
    assert "version 9.1.0" in desk.log_text()
    before = desk.processes()
    desk.start(str(installed))
    status = desk.window("Status")
    status.wait_for("Senaste körningar")
    status.wait_for("En nyare version startar med Windows")
    until(lambda: desk.processes() == before, "att den andra går")
    assert newer.exists()


def test_a_first_sync_through_the_menu_also_where_temp_leads_nowhere(desk: Desk, installed: Path) -> None:
    desk.start_with("C:\\finns\\inte", installed)
    until(lambda: desk.seen().menu, "programmets svar")
    achieve(lambda: desk.choose("Synkronisera allt"), lambda: "Klart: 2 skickade" in desk.log_text(), "slutet i loggen")
    assert len(list((desk.data / "sie").glob("*.si"))) == 2
    text = desk.log_text()
    assert text.startswith("JobOffice Sync Center")
    assert re.search(r"^Företag: +Demobutiken AB$", text, re.MULTILINE)
    assert re.search(r"^\d\d:\d\d:\d\d Artiklar: 120 hämtade, 120 nya", text, re.MULTILINE)
    assert "FEL!" not in text
    status = desk.open("Visa status", "Status")
    status.wait_for("Senaste körningar")
    status.close()


def test_about_tells_the_version_and_has_the_licences(desk: Desk, installed: Path) -> None:
    desk.double_click(installed)
    about = desk.open("Om", "Om")
    about.wait_for("MIT-licensen")
    about.wait_for("Licenser")
    desk.save_picture("om")
    about.close()


def test_a_dialog_that_is_the_first_window_keeps_nobody_waiting(desk: Desk, installed: Path) -> None:
    desk.double_click(installed)
    desk.open("Om", "Om")
    desk.start(str(installed))
    desk.window("Status").wait_for("Senaste körningar")


def test_settings_with_swedish_letters_are_found_again_after_a_restart(desk: Desk, installed: Path) -> None:
    desk.double_click(installed)
    window = desk.open("Öppna inställningar", "Inställningar")
    window.open_tab("Säkerhet")
    window.reveal("Den här kassan")
    window.fill_in("Den här kassan", "Kassa Åsa på Ön – café")
    achieve(
        lambda: window.press("Spara"),
        lambda: "Kassa Åsa på Ön – café" in (desk.data / "settings.toml").read_text(encoding="utf-8"),
        "sparandet",
    )
    desk.leave()
    desk.double_click(installed)
    window = desk.open("Öppna inställningar", "Inställningar")
    window.open_tab("Säkerhet")
    until(lambda: window.value("Den här kassan") == "Kassa Åsa på Ön – café", "namnet i fältet")


def test_autostart_by_the_tick_box_starts_it_at_log_on(desk: Desk, installed: Path) -> None:
    desk.double_click(installed)
    window = desk.open("Öppna inställningar", "Inställningar")
    window.reveal("Starta med Windows")
    window.tick("Starta med Windows")
    achieve(lambda: window.press("Spara"), lambda: list(desk.startup.glob("*.lnk")), "genvägen i Autostart")
    [shortcut] = desk.startup.iterdir()
    shutil.copy(shortcut, desk.startup / "Kassan – genväg.lnk")  # put there by hand, and one start too many
    desk.log_off()
    desk.log_on()
    until(desk.icon, "ikonen efter inloggning")
    assert desk.processes()
    until(lambda: list(desk.startup.iterdir()) == [shortcut], "att den andra genvägen tas bort")


def test_a_copy_in_the_startup_folder_starts_at_log_on(desk: Desk, installed: Path) -> None:
    shutil.copy(installed, desk.startup / EXE)
    desk.log_off()
    desk.log_on()
    until(desk.icon, "ikonen efter inloggning")
    window = desk.open("Öppna inställningar", "Inställningar")
    window.reveal("Starta med Windows")
    until(lambda: window.has("Starta med Windows", "selected"), "krysset som säger att den startar")
    window.close()
    (desk.startup / EXE).rename(desk.startup / "undan.exe")  # a running exe can be renamed: that is how it is updated
    desk.leave()


def test_secrets_lie_in_the_credential_store_and_in_no_file(desk: Desk, installed: Path) -> None:
    secret = "hemligt-Åäö-4711"
    command = [str(installed), "--data-dir", windows_path(desk.data), "settings"]
    code, said = desk.wine_refused(1312, *command, "secret", "mail.password", given=secret + "\n")
    assert code == 1
    assert "[D42]" in said, "ERROR_NO_SUCH_LOGON_SESSION: nobody is logged on"
    assert secret not in said
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


def test_a_file_that_another_program_holds_is_called_so(desk: Desk, installed: Path) -> None:
    """To Windows' C runtime, and so to SQLite and Python, it cannot be told from one that nobody may open."""
    command = [str(installed), "--data-dir", windows_path(desk.data)]
    for name, words in (("kassa.sqlite", ("status",)), ("settings.toml", ("settings", "set", "general.till_id=1"))):
        with desk.held(desk.data / name):
            told = until(partial(refused_by, desk, [*command, *words]), what=f"att {name} hålls")
        assert "[D37]" in told
        assert "Ett annat program har filen öppen" in told
    assert desk.wine(*command, "status").returncode == 0


def refused_by(desk: Desk, command: list[str]) -> str:
    """What a command that came to nothing says; "" of one that did."""
    told = desk.wine(*command)
    return told.stderr if told.returncode else ""


def test_the_command_line_speaks_through_pipes(desk: Desk, installed: Path) -> None:
    told = desk.wine(str(installed), "--data-dir", windows_path(desk.data), "--json", "status")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)
    wrong = desk.wine(str(installed), "finns-inte")
    assert wrong.returncode == 2
    assert "finns-inte" in wrong.stderr
