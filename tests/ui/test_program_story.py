"""The real program on a virtual screen: the first start, an error and its cure, leaving at the worst moment.

Tells of `ui/gtk_icon.py`.
"""

from __future__ import annotations

import json
import signal
import time
import tomllib
from pathlib import Path

import pytest

from synccenter.ui.icons import RED
from tests.places import PROJECT
from tests.ui import worlds
from tests.ui.conftest import Sit
from tests.ui.desk import Desk, Program, gtk_for_this_python
from tests.ui.seat import Seat
from tests.worlds.waiting import until

pytestmark = pytest.mark.screen


def test_the_guide_leads_a_new_shop_to_its_first_synced_day(sit: Sit, tmp_path: Path) -> None:
    folder = worlds.new(tmp_path / "ny butik")
    seat = sit(folder)
    assert seat.find("Steg 1 av 5")
    assert seat.find(has="Företag: Demobutiken AB")
    assert seat.find(has="Kassor: Kassa 1, Kassa 2")
    seat.press("Nästa")
    assert seat.find("Steg 2 av 5")
    seat.fill("Mapp för register in", str(folder / "register"))
    seat.fill("Mapp för SIE-filer ut", str(folder / "sie"))
    seat.press("Nästa")
    assert seat.find("Steg 3 av 5")
    assert seat.find(has="Kontona är föreslagna ur BAS.")
    assert seat.find("Kontanter")
    seat.press("Nästa")
    assert seat.find("Steg 4 av 5")
    seat.press("Nästa")
    assert seat.find("Steg 5 av 5")
    for key in ("ctrl+slash", "Delete"):  # the keyboard stands in the only field
        seat.key(key)
    seat.desk.x("type", "--delay", 4, worlds.last_day().isoformat())
    seat.press("Nästa")
    assert seat.find("Klart", seconds=30)
    seat.press("Spara och synkronisera")
    assert seat.find(has="De senaste 35 dagarna")
    until(lambda: any(one["title"] == "Klart" for one in seat.desk.toasts()), 30, "första synkroniseringen")
    until(lambda: "Allt är bra" in seat.tooltip(), what="allt bra")
    assert len(list((folder / "sie").glob("*.si"))) == 2
    saved = tomllib.loads((folder / "settings.toml").read_text("utf-8"))["posting"]["cash_tills"]
    assert saved == [
        {"till": "1", "name": "Kassa 1", "account": 1911},
        {"till": "2", "name": "Kassa 2", "account": 1912},
    ]
    proof = seat.program.command("--json", "proof")
    assert json.loads(proof.stdout)["clean"] is True


def test_the_guide_does_not_go_on_while_something_is_wrong(sit: Sit, tmp_path: Path) -> None:
    seat = sit(worlds.new(tmp_path / "ny"))
    seat.press("Nästa")
    assert seat.find("Steg 2 av 5")
    seat.press("Nästa")
    assert seat.find(has="Mapp för SIE-filer är inte vald")
    assert seat.find("Steg 2 av 5")
    seat.press("Fortsätt ändå")
    assert seat.find("Steg 3 av 5")
    seat.press("Nästa")
    assert seat.find("Steg 4 av 5")
    seat.fill("Minuter emellan", "ofta")
    assert seat.find(has="Skriv ett heltal, inte ”ofta”.")
    seat.press("Nästa")
    assert seat.find("Ett fält behöver rättas.")
    assert seat.find("Steg 4 av 5")
    seat.fill("Minuter emellan", "15")
    seat.press("Nästa")
    assert seat.find("Steg 5 av 5")


def test_an_error_shows_in_icon_menu_window_and_log_and_goes_when_it_is_put_right(sit: Sit, tmp_path: Path) -> None:
    folder = worlds.without_account(tmp_path / "fel")
    seat = sit(folder)
    until(lambda: "Försäljningen har inget konto" in seat.tooltip(), what="felet i ikonens text")
    assert "#{:02x}{:02x}{:02x}".format(*seat.icon_colour()) == RED
    assert "Visa fel (1)" in seat.menu_texts()
    toast = until(
        lambda: [one for one in seat.desk.toasts() if one["title"] == "Försäljningen har inget konto"], 30, "felet sägs"
    )
    assert len(toast) == 1
    assert "Sälj som vanligt. Säg till bokföraren." in toast[0]["text"]
    seat.choose("Visa fel (1)")
    assert seat.find(has="Café och restaurang")
    log = next((folder / "Loggar").glob("JobOffice Sync Center 20*.log")).read_text(encoding="utf-8-sig")
    assert "\nFEL! " in log.replace("\r\n", "\n")
    seat.tab("Väntar")
    assert seat.find(kind="Treeview", has="1-Z1 | ")
    seat.program.command(
        "settings",
        "set",
        "posting.sales=[{rate=25,account=3001,vat_account=2611},"
        "{rate=12,account=3002,vat_account=2621},{rate=6,account=3003,vat_account=2631},"
        "{rate=0,account=3004}]",
    )
    seat.choose("Öppna inställningar")  # read anew, and saved as they are
    seat.press("Spara")
    until(lambda: not seat.desk.window_ids("Inställningar"), what="sparat")
    seat.left_click_icon()
    seat.tab("Väntar")
    seat.press("Försök igen")
    until(lambda: "Allt är bra" in seat.tooltip(), 30, "felet är borta")
    assert not [text for text in seat.menu_texts() if text.startswith("Visa fel")]
    seat.tab("Väntar")
    assert seat.find(has="Inget väntar, inget är stoppat.")


def test_typing_is_checked_beside_the_field_and_unsaved_changes_are_asked_about(sit: Sit, tmp_path: Path) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    seat = sit(folder)
    seat.choose("Öppna inställningar")
    seat.fill("Larma efter (timmar)", "0")
    assert seat.find(has="Skriv ett tal som är minst 1.")
    seat.press("Spara")
    assert seat.find("Ett fält behöver rättas.")
    seat.fill("Larma efter (timmar)", "48")
    seat.key("Escape")
    assert seat.find(has="Du har ändrat inställningar som inte är sparade.")
    seat.press("Spara inte")
    until(lambda: not seat.desk.window_ids("Inställningar"), what="stängt")
    assert "alarm_hours" not in (folder / "settings.toml").read_text(encoding="utf-8")
    seat.choose("Öppna inställningar")
    seat.fill("Larma efter (timmar)", "48")
    seat.key("ctrl+s")
    until(lambda: not seat.desk.window_ids("Inställningar"), what="sparat")
    assert "alarm_hours = 48" in (folder / "settings.toml").read_text(encoding="utf-8")


def test_the_keyboard_alone_is_enough(sit: Sit, tmp_path: Path) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    seat = sit(folder)
    seat.choose("Öppna inställningar")
    seat.find("Spara", "TButton")
    time.sleep(0.3)
    seen = set()
    for _press in range(40):
        seat.key("Tab")
        widget = seat.tcl("focus")
        seen.add(widget)
    assert len(seen) > 20
    assert all(seat.tcl(f"winfo viewable {widget}") == "1" for widget in seen if widget)
    until(lambda: seat.tcl("winfo class [focus]") not in {"", "Tk", "Toplevel"})
    seat.key("Escape")
    until(lambda: not seat.desk.window_ids("Inställningar"), what="stängt")


def test_english_is_chosen_in_the_settings_and_heard_everywhere(sit: Sit, tmp_path: Path) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    seat = sit(folder)
    seat.left_click_icon()
    assert seat.find("Allt är bra.")
    seat.program.command("settings", "set", "general.language=en")
    until(lambda: "Sync changes" in seat.menu_texts(), what="engelsk meny")  # the running program sees it by itself
    seat.left_click_icon()
    assert seat.find("All is well.")


# --- leaving at the worst moment ---------------------------------------------------------------------------------


ROWS = 700_000


def long_work(folder: Path) -> Path:
    """A shop whose register takes some seconds to come down."""
    worlds.demo(folder, days=2, sync=False)
    with (folder / "register" / "artiklar.csv").open("w", encoding="utf-8-sig", newline="") as file:
        file.write("Artikelnr;Namn;Varugrupp;Moms;Pris inkl moms;Streckkod\r\n")
        file.writelines(f"A{number};Vara {number};Livsmedel;6;19,90;\r\n" for number in range(ROWS))
    return folder


def begin(seat: Seat) -> None:
    """Start a long run and see it working."""
    seat.choose("Synkronisera allt")
    until(lambda: "pågår" in seat.tooltip(), what="att den arbetar")


def booked_once(seat: Seat) -> None:
    """A run afterwards completes, and every öre is in the books once."""
    assert seat.program.command("sync").returncode == 0
    assert json.loads(seat.program.command("--json", "proof").stdout)["clean"] is True


def test_avsluta_during_a_run_asks_and_finishes_cleanly(sit: Sit, tmp_path: Path) -> None:
    seat = sit(long_work(tmp_path / "stor"))
    begin(seat)
    seat.choose("Avsluta")
    assert seat.find(has="En synkronisering pågår.")
    seat.press("Fortsätt")
    assert seat.program.process.poll() is None
    seat.choose("Avsluta")
    seat.find(has="En synkronisering pågår.")
    seat.press("Avsluta")
    assert seat.program.process.wait(30) == 0
    assert seat.program.output.read_text(encoding="utf-8") == ""
    booked_once(seat)


def test_log_off_while_a_question_is_open_ends_the_program(sit: Sit, tmp_path: Path) -> None:
    seat = sit(worlds.demo(tmp_path / "butik", days=1))
    seat.choose("Öppna inställningar")
    seat.fill("Larma efter (timmar)", "47")
    seat.key("Escape")
    seat.find(has="Du har ändrat inställningar som inte är sparade.")
    seat.program.process.send_signal(signal.SIGTERM)
    assert seat.program.process.wait(8) == 0
    assert seat.program.output.read_text(encoding="utf-8") == ""


def test_log_off_in_the_middle_of_a_run_loses_nothing(sit: Sit, tmp_path: Path) -> None:
    seat = sit(long_work(tmp_path / "stor"))
    begin(seat)
    seat.program.process.send_signal(signal.SIGTERM)
    assert seat.program.process.wait(8) == 0
    booked_once(seat)


def test_avbryt_in_the_status_window_stops_the_run(sit: Sit, tmp_path: Path) -> None:
    seat = sit(long_work(tmp_path / "stor"))
    begin(seat)
    seat.left_click_icon()
    seat.press("Avbryt")
    until(lambda: any(one["title"] == "Avbruten" for one in seat.desk.toasts()), 30, "svaret")
    seat.tab("Senaste körningar")
    assert seat.find(kind="Treeview", has="avbruten")


NO_TEMPORARY = """
import tempfile

def refused(*_):
    raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

tempfile.mktemp = tempfile.gettempdir = tempfile._get_default_tempdir = refused
"""


def test_without_any_room_for_temporary_files_the_icon_turns_red_and_the_notice_comes(
    desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "utan").mkdir()
    (tmp_path / "utan" / "sitecustomize.py").write_text(NO_TEMPORARY, encoding="utf-8")
    path = f"{gtk_for_this_python(desk.folder)}:{PROJECT}:{tmp_path / 'utan'}"
    program = Program(desk, worlds.without_account(tmp_path / "fel"), {"PYTHONPATH": path})
    before = len(desk.toasts())
    try:
        title = "Försäljningen har inget konto"
        until(lambda: [one for one in desk.toasts()[before:] if one["title"] == title], 30, "felet sägs")
        seat = Seat(desk, program)
        assert "#{:02x}{:02x}{:02x}".format(*seat.icon_colour()) == RED
        seat.close()
    finally:
        program.stop()
