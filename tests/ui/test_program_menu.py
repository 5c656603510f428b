"""The real program on a virtual screen: every item of the menu, with the mouse.

Tells of `ui/about.py`, `ui/tray.py`.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from synccenter.ui.icons import ORANGE
from tests.ui import worlds
from tests.ui.conftest import Sit
from tests.ui.seat import Seat
from tests.worlds.waiting import until

pytestmark = pytest.mark.screen

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MENU = [
    "Visa status",
    "Synkronisera förändringar",
    "Synkronisera allt",
    "Pausa",
    "Öppna dagens logg",
    "Öppna katalog för loggfiler",
    "Öppna inställningar",
    "Om",
    "Avsluta",
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company, in order."""
    return worlds.demo(tmp_path_factory.mktemp("butiken åäö") / "data mapp", days=3)


@pytest.fixture
def seat(sit: Sit, shop: Path) -> Seat:
    return sit(shop)


def test_the_menu_has_the_wording_of_the_product_page(seat: Seat) -> None:
    rows = seat.menu()
    assert [row["text"] for row in rows] == MENU
    assert all(row["enabled"] for row in rows)


def test_the_icon_is_orange_and_its_tooltip_tells_last_and_next_run(seat: Seat) -> None:
    until(lambda: "Senast" in seat.tooltip(), what="senaste körning")
    name, state, when = seat.tooltip().split("\n")
    assert name == "JobOffice Sync Center"
    assert state == "Allt är bra."
    assert when.endswith("körs bara för hand")
    assert "#{:02x}{:02x}{:02x}".format(*seat.icon_colour()) == ORANGE


def test_left_click_shows_the_status_and_closing_hides_it(seat: Seat) -> None:
    seat.left_click_icon()
    assert seat.find("Allt är bra.")
    seat.shut("Status")
    assert seat.program.process.poll() is None
    seat.choose("Visa status")
    assert seat.find("Allt är bra.")


def test_a_run_by_hand_always_answers(seat: Seat) -> None:
    before = len(seat.desk.toasts())
    seat.choose("Synkronisera förändringar")
    until(lambda: len(seat.desk.toasts()) > before, what="svaret")
    assert seat.desk.toasts()[-1] == {"title": "Inget nytt", "text": "Allt är redan synkroniserat."}


def test_synkronisera_allt_runs_and_stands_in_the_log_and_among_the_runs(seat: Seat, shop: Path) -> None:
    before = len(seat.desk.toasts())
    seat.choose("Synkronisera allt")
    until(lambda: len(seat.desk.toasts()) > before, what="svaret")
    log = next((shop / "Loggar").glob("JobOffice Sync Center 20*.log")).read_text(encoding="utf-8-sig")
    assert "Synkronisera allt ---" in log
    seat.left_click_icon()
    seat.tab("Senaste körningar")
    assert seat.find(kind="Treeview", has="allt | utan fel")


@pytest.mark.parametrize(
    ("item", "minutes"), [("30 minuter", 30), ("2 timmar", 120), ("Till i morgon", None)], ids=["30", "120", "morgon"]
)
def test_pause_shows_until_when_and_ends_by_hand(seat: Seat, item: str, minutes: int | None) -> None:
    seat.choose("Pausa", item)
    until(lambda: "Pausad till" in seat.tooltip(), what="pausen")
    if minutes is not None:
        now = datetime.now(STOCKHOLM)
        wanted = [f"{now + timedelta(minutes=minutes - back):%H:%M}" for back in (0, 1)]
        assert any(one in seat.tooltip() for one in wanted)
    else:
        assert "06:00" in seat.tooltip()
    seat.choose("Fortsätt nu")
    until(lambda: "Allt är bra" in seat.tooltip(), what="pausens slut")


def test_pause_survives_a_restart(sit: Sit, shop: Path) -> None:
    seat = sit(shop)
    seat.choose("Pausa", "2 timmar")
    until(lambda: "Pausad till" in seat.tooltip(), what="pausen")
    time.sleep(0.5)
    seat.choose("Avsluta")
    assert seat.program.process.wait(15) == 0
    again = sit(shop)
    until(lambda: "Pausad till" in again.tooltip(), what="pausen efter omstart")
    again.choose("Fortsätt nu")
    until(lambda: "Allt är bra" in again.tooltip(), what="pausens slut")


def test_the_log_opens_as_text_and_its_folder_in_the_file_manager(seat: Seat, shop: Path) -> None:
    seat.choose("Öppna dagens logg")
    until(seat.desk.opened, what="loggen")
    assert seat.desk.opened()[-1].endswith(".log")
    seat.choose("Öppna katalog för loggfiler")
    until(lambda: seat.desk.opened()[-1] == str(shop / "Loggar"), what="katalogen")


def test_settings_and_about_open(seat: Seat) -> None:
    seat.choose("Öppna inställningar")
    assert seat.find("Provkörning", "TButton")
    seat.press("Avbryt")
    seat.choose("Om")
    assert seat.find(has="MIT-licensen")
    seat.press("Stäng")


def test_starting_it_again_shows_the_status_of_the_first(seat: Seat) -> None:
    assert not seat.desk.window_ids("Status")
    assert seat.program.again() == 0
    until(lambda: seat.desk.window_ids("Status"), what="statusfönstret")
    assert seat.find("Allt är bra.")


def test_the_icon_comes_back_when_the_tray_has_crashed(seat: Seat) -> None:
    tray = next(one for one in seat.desk.processes if one.args[0] == "trayer" and one.poll() is None)  # type: ignore[index]
    tray.terminate()
    tray.wait()
    seat.desk.start_tray()
    assert [row["text"] for row in seat.menu()] == MENU


def test_avsluta_leaves_nothing_behind(seat: Seat) -> None:
    seat.choose("Avsluta")
    assert seat.program.process.wait(15) == 0
    assert seat.program.output.read_text(encoding="utf-8") == ""
    assert "ledig just nu" in seat.program.command("status").stdout
