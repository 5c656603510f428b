"""The border of the icon and its windows: what the system refuses is a sentence on the screen, and all else goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synccenter.contract import catalogue
from synccenter.contract.errors import Problem, SyncError
from synccenter.core import autostart, installation, windows
from synccenter.core.installation import Found
from synccenter.core.trust import Trust
from synccenter.service.instance import FirstHangs
from synccenter.service.status import Status
from synccenter.ui import app as program
from synccenter.ui.menu import Act
from synccenter.ui.newer import Newer
from tests.ui import worlds
from tests.ui.inside import Inside

pytestmark = pytest.mark.screen


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worlds.demo(tmp_path_factory.mktemp("butik") / "data", days=2)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system's own box would show."""
    texts: list[str] = []
    monkeypatch.setattr(windows, "say", lambda _title, text: texts.append(text))
    return texts


def full(*_: object) -> None:
    raise OSError(28, "No space left on device", "/butik/fil")


def test_what_fails_in_a_window_is_told_by_a_box_with_its_code_and_once(
    inside: Callable[[Path], Inside], in_order: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = inside(in_order)
    monkeypatch.setattr(windows, "open_text", full)
    monkeypatch.setattr(windows, "show_folder", full)
    made.until(made.service.log_path, "loggen")
    for _ in range(3):
        made.app.post(lambda: made.app.act(Act.LOG))
    made.until(lambda: said, "rutan")
    made.settle()
    assert len(said) == 1
    assert said[0].endswith("[L01]")
    made.app.post(made.app.show_status)
    made.until(lambda: made.app._status_window, "fönstret")


def test_notepad_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for act in (windows.open_text, windows.show_folder):
        with pytest.raises(SyncError, match=r"\[P04\]"):
            act(tmp_path)


def test_the_settings_open_though_the_startup_folder_cannot_be_looked_into(
    inside: Callable[[Path], Inside], in_order: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> Path:
        raise PermissionError(13, "Åtkomst nekad", "Autostart")

    monkeypatch.setattr(autostart, "_startup_file", refuse)
    made = inside(in_order)
    made.app.act(Act.SETTINGS)
    window: Any = made.app._settings_window
    made.until(lambda: window._facts.tills, "kassan")
    window.pages["Gemensamt"].fields["general.autostart"].focus_widget().invoke()
    window.save()
    made.until(lambda: "[P05]" in window.note.cget("text"), "att det sägs")
    assert said == []


def test_an_icon_that_cannot_be_changed_freezes_nothing_else(
    inside: Callable[[Path], Inside], in_order: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No room in %TEMP%: the icon stood on ”all well”, and no window and no toast was told."""
    monkeypatch.setattr(program, "ICON_AGAIN_SECONDS", 0.2)
    made = inside(in_order)
    made.until(lambda: made.service.status.last_run, "första titten")
    heard: list[Any] = []
    made.app.show_status()
    window: Any = made.app._status_window
    monkeypatch.setattr(window, "heard", heard.append)
    works = False

    def show(_status: Status) -> None:
        if not works:
            full()

    monkeypatch.setattr(made.app._tray, "show", show)
    made.app._on_event(made.service.status)
    made.until(lambda: "P14" in codes(made), "beskedet om ikonen")
    assert heard
    works = True
    made.until(lambda: "P14" not in codes(made), "nästa försök")
    assert said == []


def codes(made: Inside) -> list[str]:
    return [problem.code for problem in made.service.status.problems]


@pytest.mark.parametrize("name", ["_hear_icon", "_hear_manners", "_hear_window"])
def test_one_who_fails_to_hear_never_stops_the_others(
    inside: Callable[[Path], Inside], in_order: Path, said: list[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made = inside(in_order)
    heard: list[str] = []
    for one in ("_hear_icon", "_hear_manners", "_hear_window"):
        monkeypatch.setattr(made.app, one, lambda _event, one=one: full() if one == name else heard.append(one))
    made.app._on_event(made.service.status)
    assert len(heard) == 2
    made.until(lambda: said, "rutan")


def test_who_hears_of_a_job_may_fail_and_the_next_job_is_done(inside: Callable[[Path], Inside], in_order: Path) -> None:
    made = inside(in_order)
    told: list[Problem] = []
    made.service.do(lambda _shop, _log: 1, full)
    made.service.do(full, failed=full)
    made.service.do(full, failed=told.append)
    made.until(lambda: told, "nästa arbete")
    assert told[0].code == "L01"


def test_settings_that_others_changed_are_used(inside: Callable[[Path], Inside], in_order: Path) -> None:
    made = inside(in_order)
    made.until(lambda: made.service.status.last_run, "första titten")
    assert worlds.command(in_order, "settings", "set", "general.language=en") == 0
    try:
        made.app._reload()
        made.app.show_status()
        window: Any = made.app._status_window
        assert made.until(lambda: "Status" in window.window.title(), "fönstret")
        made.until(
            lambda: made.service._memory and made.service._memory.shop.settings.general.language == "en", "språket"
        )
    finally:
        worlds.command(in_order, "settings", "set", "general.language=sv")
        made.app.use_language()


def language(made: Inside) -> str:
    memory = made.service._memory
    return memory.shop.settings.general.language if memory else ""


# --- threads that nobody waits for, and leaving -----------------------------------------------------------------------


def test_the_installation_that_cannot_be_looked_after_is_told_and_the_program_goes_on(
    inside: Callable[[Path], Inside], in_order: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = inside(in_order)
    monkeypatch.setattr(installation, "look_after", full)
    made.app._look_after()
    made.until(lambda: said, "rutan")
    assert said[0].endswith("[L01]")


def test_what_is_wrong_with_the_installation_is_an_error_on_the_screen_and_a_row_in_the_log(
    inside: Callable[[Path], Inside], in_order: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer version in the Startup folder, a zip: it stood in the windows alone, and who read the log saw nothing."""
    made = inside(in_order)
    problem = catalogue.NEWER_ELSEWHERE.problem(own="1.0.0", path="C:\\Autostart\\x.exe", version="1.1.0")
    found = Found(["En kopia är flyttad."], [problem])
    monkeypatch.setattr(installation, "look_after", lambda *_: found)
    made.app._look_after()
    log = made.until(made.service.log_path, "loggen")
    made.until(lambda: "[P10]" in log.read_text("utf-8-sig"), "raden i loggen")
    made.until(lambda: "En kopia är flyttad." in log.read_text("utf-8-sig"), "det rättade")
    made.until(lambda: "P10" in codes(made), "felet i fönstren")
    assert said == []


def test_a_look_for_a_newer_version_that_fails_is_told_once_and_made_again(tmp_path: Path) -> None:
    told: list[Exception] = []
    looks: list[int] = []

    def folders() -> list[Path]:
        looks.append(1)
        if len(looks) != 3:
            full()
        return []

    newer = Newer(
        folders, lambda _offer: None, lambda exe: Trust(exe, folder=tmp_path), tmp_path / "x.exe", failed=told.append
    )
    for _look in range(4):
        newer.try_to_look()
    assert len(looks) == 4
    assert len(told) == 2, "en gång, och igen när det har gått bra däremellan"


@pytest.mark.parametrize("stuck", ["_stop_looking", "_close_door", "_start_next"])
def test_a_program_that_was_told_to_leave_leaves_whatever_does_not_let_go(
    inside: Callable[[Path], Inside], in_order: Path, said: list[str], monkeypatch: pytest.MonkeyPatch, stuck: str
) -> None:
    """An exe to start next that the antivirus holds would keep the old program there, without an icon."""
    made = inside(in_order)
    left: list[int] = []
    monkeypatch.setattr(made.app, stuck, full)
    monkeypatch.setattr(made.app._tray, "stop", lambda: left.append(1))
    monkeypatch.setattr(made.app._shell, "stop", lambda: left.append(2))
    made.app._gone()
    assert left == [1, 2]
    assert said[0].endswith("[L01]")


# --- a first program that hangs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [True, False])
def test_a_first_program_that_hangs_is_told_and_ended_if_one_wants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    asked: list[str] = []
    ended: list[int] = []

    def confirm(_title: str, text: str) -> bool:
        asked.append(text)
        return answer

    monkeypatch.setattr(windows, "confirm", confirm)

    def end(number: int, _name: str) -> bool:
        ended.append(number)
        return True

    monkeypatch.setattr(windows, "end_process", end)
    tries: list[int] = []

    def first(*_: object) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise FirstHangs(4711)

    monkeypatch.setattr(program, "first", first)
    assert program.start(tmp_path, {}, worlds.opener(tmp_path)) == (0 if answer else 1)
    assert "[P07]" in asked[0]
    assert "4711" in asked[0]
    assert ended == ([4711] if answer else [])
