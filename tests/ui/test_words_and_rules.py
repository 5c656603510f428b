"""What icon, menu, toasts and forms say and when: rules without a screen."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from synccenter.contract import catalogue, errors
from synccenter.contract.errors import ErrorKind, Problem
from synccenter.contract.model import Account
from synccenter.contract.values import as_text
from synccenter.core.secrets import FileVault, Keychain
from synccenter.core.sections import sections
from synccenter.core.settings import Settings
from synccenter.posting.proposal import propose
from synccenter.posting.settings import CashRule, Posting
from synccenter.run.report import Outcome
from synccenter.service.status import Ended, Situation, Status, distinct
from synccenter.ui import icons
from synccenter.ui.draft import Draft
from synccenter.ui.grid import account_note
from synccenter.ui.manners import Manners
from synccenter.ui.menu import Act, Entry, entries
from synccenter.ui.settings_layout import PAGES, STEPS
from synccenter.ui.tray import Tray
from synccenter.ui.wording import TOAST_LONGEST, TOAST_TITLE_LONGEST, TOOLTIP_LONGEST, tooltip
from tests.ui.worlds import settings_of
from tests.worlds.clock import Clock

ERROR = catalogue.NO_SALES_ACCOUNT.problem(group="Bröd", rate=12, date="2026-11-02")
SIGN_IN = catalogue.SIGN_IN_NEEDED.problem(system="Fortnox")
OFFLINE = catalogue.NO_NETWORK.problem(host="server.se", system="Fortnox")
OTHER = catalogue.OTHER_TILL_OWNS.problem(holder="Kassa 2", until="10:15:00")


def ended(result: str, problem: Problem) -> Outcome:
    """A run that met one problem."""
    outcome = Outcome("allt", result)
    outcome.add(problem)
    return outcome


# --- icon and menu -----------------------------------------------------------------------------------------------


def test_error_wins_over_everything_and_each_state_over_the_next() -> None:
    status = Status(problems=(ERROR, SIGN_IN, OTHER, OFFLINE), working="Synkronisera allt")
    assert status.situation is Situation.ERROR
    status = msgspec.structs.replace(status, problems=(SIGN_IN, OTHER, OFFLINE))
    assert status.situation is Situation.SIGN_IN
    status = msgspec.structs.replace(status, problems=(OTHER, OFFLINE))
    assert status.situation is Situation.WORKING
    status = msgspec.structs.replace(status, working="")
    assert status.situation is Situation.OTHER_TILL
    status = msgspec.structs.replace(status, problems=(OFFLINE,))
    assert status.situation is Situation.OFFLINE
    assert msgspec.structs.replace(status, problems=()).situation is Situation.IDLE


@pytest.mark.parametrize(
    "entry",
    [catalogue.FILE_IN_USE, catalogue.DATABASE_BUSY, catalogue.ANSWER_LOST, catalogue.MEMORY_FULL],
    ids=lambda entry: entry.code,
)
def test_what_passes_by_itself_is_no_error_and_never_all_well(entry: errors.Entry) -> None:
    """A file that another program held stopped everything, under a tick and ”Allt är bra.”"""
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    status = Status(problems=(entry.problem(item="x"),), last_good=noon)
    assert status.errors == ()
    assert status.situation is Situation.OFFLINE
    assert f"{entry.title}. Nytt försök görs av sig självt." in tooltip(status)


@pytest.mark.parametrize("size", [16, 20, 24, 32, 48, 64])
@pytest.mark.parametrize("ground", ["black", "white"])
def test_states_are_told_apart_without_their_colour(size: int, ground: str) -> None:
    grey = {}
    for situation in Situation:
        sheet = Image.new("RGB", (size, size), ground)
        drawn = icons.picture(situation, size)
        sheet.paste(drawn, (0, 0), drawn)
        grey[situation] = sheet.convert("L")
    for one, other in itertools.combinations(Situation, 2):
        difference = ImageChops.difference(grey[one], grey[other]).tobytes()
        assert sum(1 for value in difference if value > 40) >= size * size * 0.08, (one, other)


def test_the_menu_shows_errors_only_when_there_are_any() -> None:
    assert not [row for row in entries(Status()) if row.act is Act.ERRORS]
    row = next(row for row in entries(Status(problems=(ERROR, SIGN_IN))) if row.act is Act.ERRORS)
    assert row.text == "Visa fel (2)"


def test_a_system_that_knows_one_kind_of_sync_shows_one() -> None:
    acts = [row.act for row in entries(Status(both_kinds=False))]
    assert Act.CHANGES not in acts
    assert Act.EVERYTHING in acts


def test_the_default_is_the_status_and_only_that() -> None:
    assert [row.text for row in entries(Status()) if row.default] == ["Visa status"]


def test_every_act_is_reached_from_some_menu() -> None:
    seen = set()
    for status in (Status(problems=(ERROR,), newer="9.9", reads_files=True), Status(paused_until=datetime.now(UTC))):
        rows = list(entries(status))
        while rows:
            row: Entry = rows.pop()
            seen.add(row.act)
            rows += row.below
    assert seen - {None} == set(Act)


# --- what Windows takes --------------------------------------------------------------------------------------------

texts = st.text(min_size=1, max_size=400)


@given(texts, texts, texts)
def test_tooltip_and_toast_are_never_longer_than_windows_takes(title: str, what: str, fix: str) -> None:
    problem = Problem("X1", ErrorKind.FIX_IN_SETTINGS, title, what, fix, "Du", "")
    assert len(tooltip(Status(problems=(problem, ERROR)))) <= TOOLTIP_LONGEST
    seconds = [0.0]
    manners = Manners(lambda: seconds[0])
    seconds[0] = 100.0
    for toast in (
        manners.on_status(Status(problems=(problem,))),
        manners.on_end(Ended(ended("problems", problem), manual=True)),
    ):
        assert toast is not None
        assert len(toast.text) <= TOAST_LONGEST
        assert len(toast.title) <= TOAST_TITLE_LONGEST


# --- manners --------------------------------------------------------------------------------------------------------


def polite() -> tuple[Manners, Clock]:
    clock = Clock()
    return Manners(clock.seconds), clock


def test_success_is_silent() -> None:
    manners, clock = polite()
    clock.later(seconds=60)
    assert manners.on_status(Status()) is None
    assert manners.on_end(Ended(Outcome("allt"), manual=False)) is None


def test_a_new_error_is_told_once_and_again_only_when_it_came_back() -> None:
    manners, clock = polite()
    clock.later(seconds=60)
    toast = manners.on_status(Status(problems=(ERROR,)))
    assert toast is not None
    assert toast.title == ERROR.title
    assert toast.text.startswith(f"Sälj som vanligt. Säg till {ERROR.who[:1].lower()}{ERROR.who[1:]}. ")
    assert ERROR.what[:40] in toast.text
    assert manners.on_status(Status(problems=(ERROR,))) is None
    assert manners.on_status(Status()) is None
    assert manners.on_status(Status(problems=(ERROR,))) is not None


def test_two_new_errors_make_one_toast() -> None:
    manners, clock = polite()
    clock.later(seconds=60)
    toast = manners.on_status(Status(problems=(ERROR, SIGN_IN)))
    assert toast is not None
    assert toast.text.endswith("Fler fel finns i ”Visa fel”.")
    assert manners.on_status(Status(problems=(ERROR, SIGN_IN))) is None


def test_it_is_quiet_after_start_and_after_sleep_and_tells_afterwards() -> None:
    manners, clock = polite()
    clock.later(seconds=14.9)
    assert manners.on_status(Status(problems=(ERROR,))) is None
    assert manners.quiet_for() == pytest.approx(0.1)
    clock.later(seconds=0.2)
    assert manners.on_status(Status(problems=(ERROR,))) is not None
    manners.slept()
    clock.later(seconds=29.9)
    assert manners.on_status(Status(problems=(SIGN_IN,))) is None
    clock.later(seconds=0.2)
    assert manners.on_status(Status(problems=(SIGN_IN,))) is not None


def test_what_passes_by_itself_makes_no_toast() -> None:
    manners, clock = polite()
    clock.later(seconds=60)
    assert manners.on_status(Status(problems=(OFFLINE, OTHER))) is None


@pytest.mark.parametrize(
    ("outcome", "title"),
    [
        (Outcome("allt"), "Inget nytt"),
        (Outcome("allt", sent=2, intended=2), "Klart"),
        (ended("cancelled", catalogue.CANCELLED.problem()), "Avbruten"),
        (ended("problems", ERROR), ERROR.title),
        (ended("waiting", OTHER), OTHER.title),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_run_by_hand_always_answers_even_in_the_quiet_time(outcome: Outcome, title: str) -> None:
    manners, _clock = polite()
    toast = manners.on_end(Ended(outcome, manual=True))
    assert toast is not None
    assert toast.title == title


def test_what_the_answer_said_is_not_said_again() -> None:
    manners, clock = polite()
    clock.later(seconds=60)
    manners.on_end(Ended(ended("problems", ERROR), manual=True))
    assert manners.on_status(Status(problems=(ERROR,))) is None


def test_errors_that_one_deed_puts_right_count_as_one() -> None:
    days = [catalogue.NO_SALES_ACCOUNT.problem(group="Bröd", rate=12, date=f"2026-11-0{day}") for day in (1, 2, 3)]
    receipts = [msgspec.structs.replace(ERROR, item=f"Kvitto 1-{number}") for number in (1, 2)]
    other = catalogue.NO_SALES_ACCOUNT.problem(group="Bröd", rate=25, date="2026-11-01")
    assert distinct([*days, *receipts, other, catalogue.CANCELLED.problem()]) == (days[0], other)


# --- accounts ------------------------------------------------------------------------------------------------------


def test_without_a_chart_the_accounts_of_bas_are_proposed() -> None:
    tills = (CashRule("1", "Kassan", 1911), CashRule("2", "Baren", 1912))
    proposal = propose(tills, [])
    assert proposal["cash_tills"] == tills
    assert proposal["card_account"] == 1686
    assert proposal["sales"] == Posting().sales


def test_an_older_chart_gets_its_own_accounts_and_an_inactive_one_is_not_proposed() -> None:
    chart = [Account(1580, "Kontokort"), Account(1686, "Kort", active=False), Account(1910, "Kassa")]
    proposal = propose((CashRule("1", "Kassan", 1911), CashRule("2", "Baren", 1912)), chart)
    assert proposal["card_account"] == 1580
    assert proposal["cash_tills"] == (CashRule("1", "Kassan", 1910), CashRule("2", "Baren", 0))
    assert "sales" not in proposal
    assert "rounding_account" not in proposal


def test_an_account_is_named_and_missing_or_inactive_ones_stand_out() -> None:
    chart = {1910: Account(1910, "Kassa"), 1930: Account(1930, "Bank", active=False)}
    assert account_note("1910", chart) == ("Kassa", True)
    assert account_note("1930", chart) == ("Bank (inaktivt)", False)
    assert account_note("1999", chart) == ("1999 finns inte i kontoplanen", False)
    assert account_note("19", {}) == ("", True)


# --- the form ------------------------------------------------------------------------------------------------------


def draft() -> Draft:
    return Draft(settings_of())


def test_every_option_has_its_place_in_the_settings_window() -> None:
    """The headings of the pages are those that options name, and each option stands under one, once."""
    shown = [group for groups in PAGES.values() for group in groups if not group.system]
    headings = [title for group in shown for title in group.of or (group.title,)]
    assert len(headings) == len(set(headings))
    declared = {option.group for section in sections({}).values() for option in section.options}
    assert declared == set(headings)
    assert [one for groups in PAGES.values() for one in groups if one.system]


def test_the_form_draws_what_is_declared_where_it_is_declared() -> None:
    form = draft()
    drawn = [
        name
        for groups in PAGES.values()
        for group in groups
        for name in (
            [name for names in form.system_groups().values() for name in names]
            if group.system
            else form.grouped(group.of or (group.title,))
        )
    ]
    assert sorted(drawn) == sorted(form.names())
    assert form.grouped(("Flera kassor",)) == ["general.till_id", "safety.lease_seconds"]


def test_an_untouched_guide_may_be_closed_though_it_proposes_a_day() -> None:
    draft = Draft(settings_of())
    draft.propose("safety.cutover", "2026-11-02")
    assert not draft.changed
    assert "safety.cutover" in draft.values()  # saved with what the person does type
    draft.put("safety.cutover", "2026-11-03")
    assert draft.changed


def test_the_guide_asks_for_nothing_that_the_form_does_not_have() -> None:
    known = {option.group for section in sections({}).values() for option in section.options}
    asked = {title for groups in STEPS.values() for one in groups if not one.system for title in one.of or (one.title,)}
    assert asked <= known


def test_a_bad_value_has_its_complaint_and_the_old_value_stands() -> None:
    form = draft()
    assert form.put("schedule.minutes", "ofta") == "Skriv ett heltal, inte ”ofta”."
    assert form.value("schedule.minutes") == 15
    assert form.complaints() == {"schedule.minutes": "Skriv ett heltal, inte ”ofta”."}
    assert form.put("schedule.minutes", "30") == ""
    assert form.complaints() == {}
    assert form.values() == {"schedule.minutes": 30}


def test_what_is_hidden_by_another_choice_is_not_complained_about() -> None:
    form = draft()
    form.put("schedule.minutes", "0")
    assert "schedule.minutes" in form.complaints()
    form.put("schedule.mode", "manual")
    assert form.complaints() == {}


def test_changed_means_different_from_what_is_saved() -> None:
    form = draft()
    seen = []
    for typed in ("15", "16", "15"):
        form.put("schedule.minutes", typed)
        seen.append(form.changed)
    for secret in ("hemligt", ""):
        form.put_secret("mail.password", secret)
        seen.append(form.changed)
    assert seen == [False, True, False, True, False]


def test_a_password_typed_into_an_address_is_saved_in_the_keychain_and_told_nowhere(tmp_path: Path) -> None:
    form = Draft(Settings(tmp_path / "settings.toml", settings_of().sections))
    secrets = Keychain("butiken", FileVault(tmp_path / "valv.json"))
    typed = "postgresql://kassa:hemligt-42@server/kassa"
    assert form.put("general.till_database", typed) == ""
    assert as_text(form.option("general.till_database"), form.value("general.till_database")) == (
        "postgresql://kassa@server/kassa"
    )
    form.save(secrets)
    assert secrets.get("general.till_password") == "hemligt-42"
    assert form.value("general.till_database") == "postgresql://kassa@server/kassa"
    form.put("general.till_database", typed)
    form.put_secret("general.till_password", "det-egna-fältet")
    form.save(secrets)
    assert secrets.get("general.till_password") == "det-egna-fältet"


class Clumsy:
    """An icon that the system does not let be shown, until it has been asked `shows` times."""

    def __init__(self, shows: int) -> None:
        self.shows, self.asked = shows, 0

    def __setattr__(self, name: str, value: object) -> None:
        if name == "visible" and self.shows:
            raise OSError(1400, "Invalid window handle")
        super().__setattr__(name, value)

    def show_again(self) -> None:
        self.asked += 1
        if self.asked < self.shows:
            raise OSError(1400, "Invalid window handle")


def test_an_icon_that_cannot_be_shown_is_told_of_and_shown_again_as_soon_as_it_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tray = Tray(Status, lambda _act: None, lambda: None)
    icon = Clumsy(shows=3)
    waits = iter([False, False, False, True])
    monkeypatch.setattr(tray._stopping, "wait", lambda _seconds: next(waits))
    tray._set_up(icon)
    assert tray._up.is_set(), "the program does not wait for it"
    assert isinstance(tray.failed, OSError)
    assert icon.asked == 3
