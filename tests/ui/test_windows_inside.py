"""The windows in the test's own process, on a virtual screen: what they show and what they do with it.

Tells of `service/trial.py`, `ui/app.py`, `ui/book.py`, `ui/dialogs.py`, `ui/form.py`, `ui/held_page.py`, `ui/host.py`,
`ui/look.py`, `ui/results.py`,
`ui/settings_acts.py`, `ui/settings_window.py`, `ui/status_window.py`, `ui/strip.py`.
"""

from __future__ import annotations

import threading
import time
import tkinter as tk
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors import REGISTRY
from synccenter import locale
from synccenter.contract import catalogue
from synccenter.contract.connector import Term
from synccenter.contract.model import Account, Register
from synccenter.core.secrets import open_keychain
from synccenter.core.settings import Settings
from synccenter.journal.held import Held, Proposal
from synccenter.posting.settings import PaymentRule
from synccenter.service.status import Progress, Status
from synccenter.ui.fields import SecretField, TableField
from synccenter.ui.menu import Act
from synccenter.ui.shell import Shell
from synccenter.ui.status_data import DAYS, Day
from synccenter.ui.table import Heading, Line, Table
from tests.ui import worlds
from tests.ui.desk import Desk
from tests.ui.inside import Inside

pytestmark = pytest.mark.screen

Open = Callable[[Path], Inside]


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worlds.demo(tmp_path_factory.mktemp("butik") / "data", days=3)


def status_window(inside: Inside) -> Any:
    inside.until(lambda: inside.service.status.last_run, "första titten")
    inside.app.show_status()
    window: Any = inside.app._status_window
    inside.until(lambda: window.strip._snapshot, "siffrorna")
    return window


def settings_window(inside: Inside) -> Any:
    inside.app.act(Act.SETTINGS)
    window: Any = inside.app._settings_window
    inside.until(lambda: window._facts.companies, "kassan")
    inside.settle(0.2)
    return window


# --- status --------------------------------------------------------------------------------------------------------


def test_the_strip_has_a_square_a_day_and_till_and_booked_days_are_booked(inside: Open, in_order: Path) -> None:
    window = status_window(inside(in_order))
    snapshot = window.strip._snapshot
    assert [name for _till, name in snapshot.tills] == ["Kassa 1", "Kassa 2"]
    last = worlds.last_day()
    for back in range(3):
        assert snapshot.days["1", last - timedelta(days=back)] is Day.LEFT
    assert ("1", last - timedelta(days=3)) not in snapshot.days
    squares = [item for item in window.strip.canvas.find_all() if window.strip.canvas.type(item) == "rectangle"]
    assert len(squares) == 2 * DAYS


def test_a_click_on_a_day_opens_its_proof_read_back_from_the_books(inside: Open, in_order: Path) -> None:
    app = inside(in_order)
    window = status_window(app)
    window._open_day("1", worlds.last_day())
    app.until(lambda: "bokfört" in window.proof.sentence.cget("text"), "beviset")
    assert "lämnat, inte inläst, skillnad 0,00." in window.proof.sentence.cget("text")
    assert window.book.shown == str(window.proof)
    accounts = [window.proof.rows.tree.set(row, "0") for row in window.proof.rows.tree.get_children()]
    assert "3001" in accounts
    assert "2611" in accounts


def test_progress_tells_the_truth_and_says_nothing_it_does_not_know(inside: Open, in_order: Path) -> None:
    app = inside(in_order)
    window = status_window(app)
    window.heard(Status(working="Synkronisera allt", progress=Progress("Artiklar", 250, 1000)))
    app.settle(0.05)
    assert (float(window.bar["value"]), float(window.bar["maximum"])) == (250.0, 1000.0)
    assert window.doing.cget("text") == "Artiklar: 250 av 1000"
    assert window.cancel.winfo_viewable()
    window.heard(Status(working="Synkronisera allt", progress=Progress("Kunder", 7, None)))
    assert str(window.bar["mode"]) == "indeterminate"
    window.heard(Status())
    app.settle(0.05)
    assert not window.bar.winfo_viewable()
    assert not window.cancel.winfo_viewable()


def test_an_error_says_what_to_do_and_its_button_goes_there(inside: Open, in_order: Path) -> None:
    app = inside(in_order)
    window = status_window(app)
    went: list[Act] = []
    window.errors._act = went.append
    for problem, text, act in (
        (catalogue.NO_SALES_ACCOUNT.problem(group="A", rate=12, date="i dag"), "Öppna inställningar", Act.SETTINGS),
        (catalogue.VOIDED_AFTER_SENDING.problem(amount="1", number="A1"), "Försök igen", Act.CHANGES),
        (catalogue.UNEXPECTED.problem(), "Öppna dagens logg", Act.LOG),
    ):
        window.errors.fill([problem])
        app.settle(0.05)
        assert problem.fix in window.errors.fix.cget("text")
        assert problem.code in window.errors.who.cget("text")
        assert window.errors.button.cget("text") == text
        window.errors.button.invoke()
        assert act is Act.SETTINGS or went[-1] is act
    settings: Any = app.app._settings_window
    assert settings.book.shown == str(settings.pages["Konton"])


def test_closing_hides_and_opening_again_is_the_same_window(inside: Open, in_order: Path) -> None:
    app = inside(in_order)
    window = status_window(app)
    window.hide()
    assert window.window.state() == "withdrawn"
    app.app.show_status()
    assert app.app._status_window is window


# --- tables --------------------------------------------------------------------------------------------------------


@pytest.fixture
def table(inside: Open, in_order: Path) -> Table:
    root = inside(in_order).root
    top = tk.Toplevel(root)
    made = Table(top, (Heading("Namn", 100), Heading("Belopp", 80, number=True)))
    made.pack()
    made.fill(
        [
            Line("a", ("Öl", "1 200,00"), ("Öl", 120000)),
            Line("b", ("=SUMMA(A1)", "-30,00"), ("=SUMMA(A1)", -3000)),
            Line("c", ("Ärtor; torkade", "9,00"), ("Ärtor; torkade", 900)),
        ]
    )
    root.update()
    return made


def order(table: Table) -> list[str]:
    return list(table.tree.get_children())


def test_amounts_sort_as_amounts_and_the_same_heading_turns_the_order(table: Table) -> None:
    table.sort(1)
    assert order(table) == ["b", "c", "a"]
    table.sort(1)
    assert order(table) == ["a", "c", "b"]
    table.fill([Line("d", ("Ny", "50,00"), ("Ny", 5000)), Line("e", ("Till", "60,00"), ("Till", 6000))])
    assert order(table) == ["e", "d"]


def test_selection_is_kept_when_the_rows_come_anew(table: Table) -> None:
    table.choose("c")
    table.fill([Line("c", ("Ärtor", "10,00")), Line("f", ("Ny", "1,00"))])
    assert table.chosen() == ["c"]


def test_copy_gives_a_spreadsheet_what_it_takes(table: Table) -> None:
    table.choose("a")
    table.copy()
    assert table.clipboard_get() == "Namn\tBelopp\nÖl\t1 200,00"
    table.select_all()
    table.copy()
    assert table.clipboard_get().count("\n") == 3


def test_csv_opens_in_a_swedish_excel_and_runs_no_formula(table: Table, tmp_path: Path) -> None:
    table.export(tmp_path / "ut.csv")
    raw = (tmp_path / "ut.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = raw.decode("utf-8-sig").splitlines()
    assert rows[0] == "Namn;Belopp"
    assert "'=SUMMA(A1);-30,00" in rows
    assert '"Ärtor; torkade";9,00' in rows


# --- settings ------------------------------------------------------------------------------------------------------


def test_a_secret_is_masked_never_shown_and_kept_in_the_keychain_only(inside: Open, tmp_path: Path) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    app = inside(folder)
    window = settings_window(app)
    field = window.pages["Gemensamt"].fields["mail.password"]
    assert isinstance(field, SecretField)
    field.text.set("hemligare")
    assert str(field.entry.cget("show")) == "•"
    window.save()
    app.until(lambda: window.closed, "sparat")
    assert "hemligare" not in "".join(path.read_text("utf-8", "replace") for path in folder.glob("*.toml"))
    keychain = open_keychain(f"JobOffice Sync Center {folder.resolve()}")
    assert keychain.get("mail.password") == "hemligare"

    window = settings_window(app)
    field = window.pages["Gemensamt"].fields["mail.password"]
    assert field.text.get() == ""
    assert "Sparad i lösenordsvalvet" in field.note.cget("text")
    field.remove.invoke()
    window.save()
    app.until(lambda: window.closed, "sparat")
    assert keychain.get("mail.password") is None


def test_rows_are_added_checked_and_removed_in_a_table(inside: Open, tmp_path: Path) -> None:
    app = inside(worlds.demo(tmp_path / "butik", days=1))
    window = settings_window(app)
    window.book.show(window.pages["Konton"])
    field = window.pages["Konton"].fields["posting.payments"]
    assert isinstance(field, TableField)
    field.grid_widget.add()
    row = field.grid_widget._rows[-1]
    row.texts[0].set("KLARNA")
    row.texts[2].set("15")
    assert "kontonummer med minst fyra siffror" in field.note.cget("text")
    row.texts[2].set("1580")
    assert window.draft.value("posting.payments") == (PaymentRule("KLARNA", "", 1580),)
    row.button.invoke()
    assert window.draft.value("posting.payments") == ()


def test_accounts_get_their_names_and_inactive_ones_are_marked(inside: Open, tmp_path: Path) -> None:
    app = inside(worlds.demo(tmp_path / "butik", days=1))
    window = settings_window(app)
    window.book.show(window.pages["Konton"])
    window._show_accounts(
        (Account(1686, "Kontokort"), Account(1930, "Bank", active=False), Account(3001, "Försäljning"))
    )
    fields = window.pages["Konton"].fields
    assert fields["posting.card_account"].note.cget("text").startswith("Kontokort")
    assert fields["posting.swish_account"].note.cget("text").startswith("Bank (inaktivt)")
    assert str(fields["posting.swish_account"].note.cget("style")) == "NoteError.TLabel"
    assert "2611 finns inte i kontoplanen" in fields["posting.sales"].grid_widget._rows[0].note.cget("text")


def test_a_voucher_series_is_chosen_among_those_that_take_vouchers(inside: Open, tmp_path: Path) -> None:
    app = inside(worlds.demo(tmp_path / "butik", days=1))
    window = settings_window(app)
    window.book.show(window.pages["Konton"])
    field = window.pages["Konton"].fields["posting.series"]
    field.text.set("K")
    window._show_series((Term("A", "Redovisning"), Term("K", "Kassa"), Term("X")))
    assert field.box.cget("values") == ("A – Redovisning", "K – Kassa", "X")
    assert field.text.get() == "K – Kassa"
    assert window.draft.value("posting.series") == "K"
    field.text.set("A – Redovisning")
    assert window.draft.value("posting.series") == "A"
    field.text.set("F")
    assert window.draft.value("posting.series") == "F", "what is not in the list may be written"


def test_what_the_business_system_gives_is_chosen_by_name_and_kept_by_id(inside: Open, tmp_path: Path) -> None:
    app = inside(worlds.demo(tmp_path / "butik", days=1))
    window = settings_window(app)
    window.draft.put("integration.system", "business_central")
    page, company = window.pages["Integration"], "9b408943-7a1e-47ac-85a7-ac52b2c210d3"
    window.book.show(page)
    page.draw()
    window._show_choices({"business_central.company_id": [Term(company, "Hörnans Livs AB")]})
    field = page.fields["business_central.company_id"]
    assert field.box.cget("values") == (f"Hörnans Livs AB ({company})",)
    field.text.set(f"Hörnans Livs AB ({company})")
    assert window.draft.value("business_central.company_id") == company


def test_a_person_is_asked_to_sign_in_only_where_that_is_chosen(inside: Open, tmp_path: Path) -> None:
    window = settings_window(inside(worlds.demo(tmp_path / "butik", days=1)))
    system = REGISTRY["business_central"]
    assert not window.draft.chosen(system).capabilities.needs_sign_in
    window.draft.put("business_central.sign_in", "person")
    assert window.draft.chosen(system).capabilities.needs_sign_in


def test_several_accounts_are_named_and_never_joined(inside: Open, tmp_path: Path) -> None:
    app = inside(worlds.demo(tmp_path / "butik", days=1))
    window = settings_window(app)
    page = window.pages["Konton"]
    window.book.show(page)
    page._fold()
    window._show_accounts((Account(1686, "Kontokort"), Account(1930, "Bank")))
    field = page.fields["posting.cash_accounts"]
    for typed, told in (
        ("1686, 1911", "1911 finns inte i kontoplanen"),
        ("1686 1930", "”1686 1930” är inget kontonummer."),
        ("1686; 1930", "Kontokort · Bank"),
    ):
        field.text.set(typed)
        assert field.note.cget("text").startswith(told)
    assert window.draft.value("posting.cash_accounts") == (1686, 1930)


def test_fields_come_and_go_with_the_choice_they_belong_to(inside: Open, tmp_path: Path) -> None:
    app = inside(worlds.demo(tmp_path / "butik", days=1))
    window = settings_window(app)
    page = window.pages["Gemensamt"]
    assert "schedule.minutes" not in page.fields
    mode = page.fields["schedule.mode"]
    mode.box.current(0)
    mode.box.event_generate("<<ComboboxSelected>>")
    app.settle(0.1)
    assert "schedule.minutes" in page.fields


def test_saving_goes_to_the_page_and_field_that_is_wrong(inside: Open, tmp_path: Path) -> None:
    app = inside(worlds.demo(tmp_path / "butik", days=1))
    window = settings_window(app)
    window.pages["Säkerhet"].fields["safety.cutover"].text.set("i går")
    window.save()
    app.settle(0.1)
    assert not window.closed
    assert window.book.shown == str(window.pages["Säkerhet"])
    assert "Skriv datumet som åååå-mm-dd" in window.pages["Säkerhet"].fields["safety.cutover"].note.cget("text")


def test_a_keychain_that_says_no_is_told_and_nothing_is_lost(
    inside: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    app = inside(folder)
    window = settings_window(app)

    def refuses(_keychain: object, _name: str, _value: str) -> None:
        raise catalogue.SECRET_UNAVAILABLE.error(item="mail.password")

    monkeypatch.setattr("synccenter.core.secrets.Keychain.set", refuses)
    window.pages["Gemensamt"].fields["mail.password"].text.set("hemligt")
    window.pages["Gemensamt"].fields["mail.to"].text.set("a@b.se")
    window.save()
    app.until(lambda: "Lösenordsvalvet" in window.note.cget("text"), "felet")
    assert not window.closed
    assert "a@b.se" not in (folder / "settings.toml").read_text(encoding="utf-8")
    assert window.draft.values() == {"mail.to": ("a@b.se",)}


def test_what_is_tried_out_is_what_stands_in_the_form_and_is_not_saved(inside: Open, tmp_path: Path) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    app = inside(folder)
    window = settings_window(app)
    window.pages["Säkerhet"].fields["safety.cutover"].text.set("")
    window.acts.test()
    results = app.until(lambda: [one for one in window.window.winfo_children() if one.winfo_class() == "Jobsync"])
    text = next(one for one in all_below(results[-1]) if one.winfo_class() == "Text")
    app.until(lambda: "Startdatum saknas" in text.get("1.0", "end"), "fyndet")
    assert Settings.load(folder / "settings.toml", {})._document()["safety"]["cutover"]


def all_below(widget: Any) -> list[Any]:
    return [one for child in widget.winfo_children() for one in (child, *all_below(child))]


def test_english_windows_are_english_through_and_through(inside: Open, tmp_path: Path) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    worlds.command(folder, "settings", "set", "general.language=en")
    app = inside(folder)
    try:
        window = settings_window(app)
        said = {str(one.cget("text")) for one in all_below(window.window) if "text" in one.keys()}  # noqa: SIM118
        assert {"Save", "Cancel", "Test connection", "Dry run", "Schedule", "Weekdays"} <= said
        swedish = [text for text in said if any(letter in text for letter in "åäöÅÄÖ") and "”" not in text]
        assert [text for text in swedish if "Storgatan" not in text and "Åk" not in text] == []
    finally:
        locale.use("sv")


def words_of(window: tk.Misc) -> set[str]:
    """Every text of a window: labels, buttons, tabs, headings, rows, and what is drawn."""
    said: set[str] = set()
    for one in all_below(window):
        kind = one.winfo_class()
        if "text" in one.keys():  # noqa: SIM118
            said.add(str(one.cget("text")))
        if kind == "TNotebook":
            said |= {str(one.tab(page, "text")) for page in one.tabs()}
        if kind == "Treeview":
            said |= {str(one.heading(column)["text"]) for column in one.cget("columns")}
            said |= {str(cell) for row in one.get_children() for cell in one.item(row)["values"]}
        if kind == "Canvas":
            said |= {str(one.itemcget(item, "text")) for item in one.find_all() if one.type(item) == "text"}
    return said


def test_the_status_window_is_english_page_by_page(inside: Open, tmp_path: Path) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    worlds.command(folder, "settings", "set", "general.language=en")
    app = inside(folder)
    try:
        window = status_window(app)
        window._open_day("1", worlds.last_day())
        app.until(window.proof.rows.tree.get_children, "beviset")
        window.proof.month_button.invoke()
        app.until(lambda: "booked SEK" in window.proof.note.cget("text"), "månaden")
        said = words_of(window.window)
        assert {"Overview", "Waiting", "Proof", "Errors", "Read the month back"} <= {text.strip() for text in said}
        ours = {text for text in said if any(letter in text.replace("öre", "") for letter in "åäöÅÄÖ")}
        rows = window.proof.rows.tree
        postings = {str(cell) for row in rows.get_children() for cell in rows.item(row)["values"]}
        assert not [text for text in said - postings if "register" in text and "registers" not in text], "systemet med"
        assert ours - postings == set(), "verifikationens egna texter är svenska, annat inte"
    finally:
        locale.use("sv")


# --- the main thread -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("socket", [True, False], ids=["socket", "tråd"])
def test_what_is_posted_from_any_thread_runs_on_the_main_thread_at_once(
    screen: Desk, monkeypatch: pytest.MonkeyPatch, *, socket: bool
) -> None:
    errors: list[BaseException] = []
    shell = Shell(errors.append)
    ran: list[tuple[int, float]] = []
    if not socket:
        monkeypatch.setattr(Shell, "_watch_socket", Shell._watch_by_thread)
    main = threading.get_ident()

    def post_all() -> None:
        for number in range(20):
            asked = time.monotonic()
            shell.post(lambda asked=asked: ran.append((threading.get_ident(), time.monotonic() - asked)))  # type: ignore[misc]
            time.sleep(0.02 if number % 2 else 0.0)
        shell.post(shell.stop)

    def open_root() -> None:
        shell.root()

    shell.post(open_root)
    threading.Timer(0.3, post_all).start()
    shell.run()
    assert errors == []
    assert len(ran) == 20
    assert {thread for thread, _wait in ran} == {main}
    assert max(wait for _thread, wait in ran) < 0.5


def test_an_error_on_the_main_thread_is_told_and_the_program_goes_on() -> None:
    errors: list[BaseException] = []
    shell = Shell(errors.append)
    ran: list[int] = []

    def fails() -> None:
        raise ValueError("fel")

    shell.post(fails)
    shell.post(lambda: ran.append(1))
    shell.later(0.01, shell.stop)
    shell.run()
    assert [str(error) for error in errors] == ["fel"]
    assert ran == [1]


def test_changes_that_wait_are_answered_in_the_window(inside: Open, in_order: Path) -> None:
    app = inside(in_order)
    window = status_window(app)
    old, new = (["1", "Kaffe", "", 25, price, 0, "st", True] for price in (1000, 10000))
    held = Proposal(Register.ARTICLES, "1", "price_leap", old, new)
    app.service.do(lambda shop, _log: Held(shop.ledger).put([held]))

    def rows() -> Any:
        window.refresh()
        app.settle(0.05)
        return window.held.table.tree.get_children()

    app.until(rows, "ändringen")
    assert "pris 10,00 → 100,00" in window.held.table.tree.set(held.id, "1")
    window.held.accept.invoke()
    app.until(lambda: not rows(), "svaret")


def test_what_stops_nothing_but_wants_a_choice_is_yellow_among_the_errors(inside: Open, in_order: Path) -> None:
    """A reason on the suspense account: shown, and no error of the window's count."""
    app = inside(in_order)
    window = status_window(app)
    remark = catalogue.NO_CASH_ACCOUNT.problem(item="Orsak Blommor", reason="Blommor", account=2999)
    window.heard(Status(remarks=(remark,)))
    app.settle(0.05)
    [row] = window.errors.table.tree.get_children()
    assert window.errors.table.tree.item(row)["tags"] == ["amber"]
    assert "2999" in window.errors.what.cget("text")
    assert window.book.tab(window.errors, "text") == "Fel"
