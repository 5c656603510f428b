"""Mending where one stands: from the row to what is in it, what a person may do, and the answer in the same window.

Tells of `ui/deliveries.py`, `ui/delivery_window.py`, `ui/status_deeds.py`, `ui/more.py`, `ui/sign_in.py`,
`ui/status_data.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from connectors.files import FileConnector
from synccenter.contract import catalogue
from synccenter.contract.connector import Delivered, Sent
from synccenter.core.database import SQLite
from synccenter.service.status import Status
from synccenter.service.trial import SignedIn, Typed
from synccenter.ui.sign_in import SignInCard, SignInWindow, card_text
from synccenter.ui.status_data import Day
from tests.pages.test_page import text_of
from tests.ui import worlds
from tests.ui.inside import Inside

pytestmark = pytest.mark.screen

Open = Callable[[Path], Inside]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worlds.without_account(tmp_path_factory.mktemp("butik") / "data")


@pytest.fixture
def shop(stopped: Path, tmp_path: Path) -> Path:
    """A copy of its own, on the same paths as it was made with but for the folder."""
    folder = Path(shutil.copytree(stopped, tmp_path / "data"))
    for name in ("files.folder_in", "files.folder_out"):
        part = "register" if name.endswith("in") else "sie"
        worlds.command(folder, "settings", "set", f"{name}={folder / part}")
    return folder


def below(widget: Any) -> list[Any]:
    return [one for child in widget.winfo_children() for one in (child, *below(child))]


def status(app: Inside, page: str = "") -> Any:
    app.until(lambda: app.service.status.last_run or app.service.status.errors, "första titten")
    app.app.show_status(page)
    window: Any = app.app._status_window
    app.until(lambda: window.strip._snapshot, "siffrorna")
    return window


def child(app: Inside, window: Any) -> Any:
    return app.until(lambda: [one for one in window.winfo_children() if one.winfo_class() == "Jobsync"], "fönstret")[-1]


def texts(window: Any) -> str:
    return "\n".join(str(one.cget("text")) for one in below(window) if one.winfo_class() in {"TLabel", "TButton"})


def filled(folder: Path) -> bool:
    return any(folder.glob("*"))


def answers(monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    for module in ("status_deeds", "delivery_window"):
        monkeypatch.setattr(f"synccenter.ui.{module}.ask_text", lambda *_words: text)


def test_a_row_of_what_waits_opens_with_its_postings_its_reason_and_its_deeds(
    inside: Open, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = inside(shop)
    window = status(app)
    references = app.until(window.waiting.table.tree.get_children, "det stoppade")
    window.waiting.table.choose(references[0])
    window.waiting.open_button.invoke()
    opened = child(app, window.window)
    app.until(lambda: "Märk som bokförd…" in texts(opened), "underlaget")
    said = texts(opened)
    assert references[0] in said
    assert "[B02]" in said
    assert "Skicka igen" in said
    answers(monkeypatch, "ver 17 i boken")
    next(
        one for one in below(opened) if one.winfo_class() == "TButton" and one.cget("text") == "Märk som bokförd…"
    ).invoke()
    app.until(lambda: references[0] not in window.waiting.table.tree.get_children(), "att det är märkt")
    app.until(lambda: "ver 17 i boken" in texts(opened), "anteckningen")
    assert "skickas aldrig" in texts(opened)


def test_many_are_marked_as_booked_at_once_and_no_note_marks_none(
    inside: Open, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = inside(shop)
    window = status(app)
    count = len(app.until(window.waiting.table.tree.get_children, "det stoppade"))
    asked: list[str] = []
    note: list[str | None] = [None, "bokfört"]

    def ask_text(_master: Any, _title: str, question: str, _label: str) -> str | None:
        asked.append(question)
        return note.pop(0)

    monkeypatch.setattr("synccenter.ui.status_deeds.ask_text", ask_text)
    window.waiting.booked_button.invoke()
    app.settle(0.2)
    assert not asked, "ingen har markerat något, och det som märks skickas aldrig"
    assert "Markera först" in window.waiting.note.cget("text")
    window.waiting.table.select_all()
    window.waiting.booked_button.invoke()
    app.settle(0.2)
    assert asked[0].startswith(f"{count} underlag (")
    assert len(window.waiting.table.tree.get_children()) == count
    window.waiting.booked_button.invoke()
    app.until(lambda: not window.waiting.table.tree.get_children(), "att alla är märkta")


def opened(app: Inside, window: Any, button: str) -> Any:
    """The window of what was sent of a day, by its square in the strip, once it has its buttons."""
    window.overview.show_day("1", worlds.last_day())
    window.overview.delivery_button.invoke()
    made = child(app, window.window)
    app.until(lambda: button in texts(made), "underlaget")
    return made


def press(window: Any, text: str) -> None:
    next(one for one in below(window) if one.winfo_class() == "TButton" and one.cget("text") == text).invoke()


def sent(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "sie").glob("*.si"))


def test_what_was_sent_is_sent_again_when_a_person_insists(
    inside: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    app = inside(folder)
    window = status(app)
    made = opened(app, window, "Skicka om…")
    assert "Vänd verifikationen…" not in texts(made), "en SIE-fil går inte att vända"
    before, asked = sent(folder), []
    answers(monkeypatch, "filen kom bort")

    def ask(_master: Any, _title: str, question: str, *_more: Any, **_choices: Any) -> int:
        asked.append(question)
        return 1 if len(asked) == 1 else 0

    monkeypatch.setattr("synccenter.ui.delivery_window.ask", ask)
    press(made, "Skicka om…")
    app.until(lambda: asked, "frågan")
    assert "två gånger" in asked[0]
    app.settle(0.2)
    assert sent(folder) == before, "den som ångrar sig skickar inget"
    press(made, "Skicka om…")
    app.until(lambda: "skickas om som" in texts(made), "svaret")
    app.until(lambda: any("R2" in name for name in sent(folder)), "den nya filen", 30)
    app.until(lambda: "filen kom bort" in texts(made), "anteckningen")
    assert made.title().endswith("-R2"), "fönstret följer med till det nya"


def test_a_voucher_is_reversed_where_the_business_system_can(
    inside: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    reversed_: list[str] = []

    def reverse(_connector: Any, sent: Delivered) -> Sent:
        reversed_.append(sent.external_id)
        return Sent("v99", "A99")

    monkeypatch.setattr(FileConnector, "reverse", reverse, raising=False)
    app = inside(folder)
    made = opened(app, status(app), "Vänd verifikationen…")
    answers(monkeypatch, None)
    press(made, "Vänd verifikationen…")
    app.settle(0.2)
    assert reversed_ == [], "den som avbryter frågan vänder inget"
    answers(monkeypatch, "fel dag")
    press(made, "Vänd verifikationen…")
    app.until(lambda: "är vänd i affärssystemet som A99" in texts(made), "svaret")
    app.until(lambda: "A99: fel dag" in texts(made), "historien")
    assert len(reversed_) == 1


def test_an_error_opens_its_field_saving_tries_again_at_once_and_the_status_window_stays(
    inside: Open, shop: Path
) -> None:
    app = inside(shop)
    window = status(app, "errors")
    app.until(lambda: app.service.status.errors, "felet")
    window.refresh()
    app.settle(0.2)
    window.errors.button.invoke()
    settings: Any = app.app._settings_window
    field = settings.pages["Konton"].fields["posting.sales"]
    assert settings.book.shown == str(settings.pages["Konton"])
    assert str(field.label.cget("style")) == "Error.TLabel"
    row = field.grid_widget._rows[-1]
    assert row.texts[0].get() == "12"
    app.until(lambda: field.grid_widget._facts.groups, "varugrupperna")
    box = row.cells[1]
    assert box.winfo_class() == "TCombobox"
    assert box.cget("values"), "kassans egna varugrupper att välja bland"
    row.texts[1].set("")
    row.texts[3].set("3002")
    row.texts[4].set("2621")
    settings.save()
    app.until(lambda: settings.closed, "sparat")
    kept: Any = app.app._status_window
    assert kept is window
    assert window.window.winfo_viewable()
    app.until(lambda: not app.service.status.errors and not app.service.status.parked, "att felet är borta", 30)


def test_klarna_means_klarna_and_what_the_till_does_not_have_is_told(inside: Open, stopped: Path) -> None:
    app = inside(stopped)
    app.app.show_settings()
    window: Any = app.app._settings_window
    app.until(lambda: window._facts.methods, "kassan")
    window.book.show(window.pages["Konton"])
    grid = window.pages["Konton"].fields["posting.payments"].grid_widget
    grid.add()
    row = grid._rows[-1]
    assert "KORT" in row.cells[0].cget("values")
    row.texts[0].set("Kort")
    row.texts[2].set("1686")
    assert window.draft.value("posting.payments")[-1].method == "KORT"
    row.texts[0].set("Klara")
    assert "finns inte i kassan" in row.note.cget("text")


def test_a_stopped_day_says_why_and_what_to_do_and_leads_on(inside: Open, shop: Path) -> None:
    app = inside(shop)
    window = status(app)
    red = next(key for key, day in window.strip._snapshot.days.items() if day is Day.STOPPED)
    window.overview.show_day(*red)
    app.settle(0.05)
    assert "Gör så här: öppna Inställningar > Konton > Försäljning och moms" in window.overview.why.cget("text")
    window.overview.delivery_button.invoke()
    assert "[B02]" in app.until(
        lambda: "[B02]" in texts(child(app, window.window)) and texts(window.window), "underlaget"
    )


def test_a_file_is_handed_over_until_it_is_marked_or_gone(inside: Open, tmp_path: Path) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    app = inside(folder)
    window = status(app)
    day = worlds.last_day()
    assert window.strip._snapshot.days["1", day] is Day.LEFT
    first, second = sorted((folder / "sie").glob("*.si"))
    first.write_bytes(first.read_bytes().replace(b"#FLAGGA 0", b"#FLAGGA 1"))
    second.unlink()
    window.refresh()
    app.until(lambda: window.strip._snapshot.days["1", day] is Day.BOOKED, "att den ena är inläst")
    assert window.strip._snapshot.days["2", day] is Day.BOOKED


def test_a_run_is_opened_and_read(inside: Open, tmp_path: Path) -> None:
    app = inside(worlds.demo(tmp_path / "butik", days=1))
    window = status(app)
    window.runs.button.invoke()
    opened = child(app, window.window)
    text = next(one for one in below(opened) if one.winfo_class() == "Text")
    app.until(lambda: "skickade" in text.get("1.0", "end") or "skickat" in text.get("1.0", "end"), "körningens rader")
    assert "Artiklar: " in text.get("1.0", "end")


def test_a_z_report_is_saved_as_a_page_with_its_voucher(
    inside: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    app = inside(folder)
    window = status(app)
    shown: list[Path] = []
    monkeypatch.setattr("synccenter.core.windows.show_folder", lambda _folder, path: shown.append(path))
    window._open_day("1", worlds.last_day())
    app.until(window.proof.rows.tree.get_children, "beviset")
    window.proof.page_button.invoke()
    [page] = app.until(lambda: shown, "sidan", 30)
    assert page == folder / "Z-rapporter" / "Z-rapport 1-1.pdf"
    assert "Verifikation" in text_of(page.read_bytes())
    (folder / "Z-rapporter" / "Z-rapport 1-1.pdf").unlink()
    (folder / "Z-rapporter").rmdir()
    (folder / "Z-rapporter").write_text("ingen mapp")
    window.proof.page_button.invoke()
    app.until(lambda: "går inte" in window.proof.sentence.cget("text"), "felet")


def test_a_gap_is_explained_a_month_read_back_and_both_packets_made(
    inside: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1, receipts=20)
    database = SQLite(folder / "kassa.sqlite")
    database.execute("DELETE FROM receipt_line WHERE till='1' AND receipt=3")
    database.execute("DELETE FROM receipt_payment WHERE till='1' AND receipt=3")
    database.execute("DELETE FROM receipt WHERE till='1' AND number=3")
    database.close()
    app = inside(folder)
    window = status(app)
    [gap] = app.until(lambda: [one for one in window.proof._questions if one.startswith("kvitto")], "luckan")
    monkeypatch.setattr("synccenter.core.windows.show_folder", lambda *_paths: None)
    answers(monkeypatch, "provkvitto vid service")
    runs = len(window.runs.table.tree.get_children())
    assert window.proof.table.tree.get_children()[0] == gap, "det som ska förklaras står överst"
    window.proof.table.choose(gap)
    app.until(lambda: "Lucka: kvitto 3" in window.proof.note.cget("text"), "hela texten")
    window.proof.table.tree.selection_set([])
    window.proof.open()
    app.until(lambda: window.proof._questions[gap].explained == "provkvitto vid service", "förklaringen")
    app.until(lambda: len(window.runs.table.tree.get_children()) > runs, "att det rödas prövas igen")
    window.proof.month_button.invoke()
    app.until(lambda: "bokfört" in window.proof.note.cget("text"), "månaden")
    for button, place in ((window.proof.packet_button, "Månadspaket"), (window.proof.support_button, "Support")):
        button.invoke()
        app.until(partial(filled, folder / place), place, 30)


def test_sales_that_are_in_no_delivery_are_rows_of_the_proof(
    inside: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was cancelled when the day was sent and is finished after all, and one that cannot be read."""
    folder = worlds.demo(tmp_path / "butik", days=1, receipts=20, sync=False)
    worlds.command(folder, "settings", "set", "posting.unit=receipt")
    database = SQLite(folder / "kassa.sqlite")
    database.execute("UPDATE receipt SET state='cancelled' WHERE till='1' AND number=4")
    database.execute("UPDATE receipt SET number='sex' WHERE till='1' AND number=6")
    worlds.command(folder, "sync")
    database.execute("UPDATE receipt SET state='finished' WHERE till='1' AND number=4")
    database.close()
    app = inside(folder)
    window = status(app)
    rows = window.proof.table.tree
    forgotten = app.until(lambda: [one for one in rows.get_children() if one == "ändrat:1:4"], "den glömda")
    assert "Kvitto 1-4" in rows.set(forgotten[0], "7")
    assert rows.set(forgotten[0], "0") == "1"
    [unread] = [one for one in rows.get_children() if one.startswith("fel:")]
    window.proof.table.choose(unread)
    window.proof.open()
    assert "Gör så här" in window.proof.note.cget("text")
    answers(monkeypatch, "bokfört för hand, A 12")
    window.proof.table.choose(forgotten[0])
    window.proof.open()
    app.until(lambda: forgotten[0] not in rows.get_children(), "att den är förklarad")


def test_a_cause_says_how_many_documents_it_concerns(inside: Open, shop: Path) -> None:
    app = inside(shop)
    window = status(app, "errors")
    waiting = app.until(window.waiting.table.tree.get_children, "det stoppade")
    window.book.show(window.errors)
    rows = window.errors.table.tree
    [key] = rows.get_children()
    app.until(lambda: rows.set(key, "1") == f"{len(waiting)} underlag", "antalet")
    assert waiting[0] in window.errors.what.cget("text"), "vilka står under listan"


def test_an_error_is_sent_to_the_bookkeeper_or_says_what_is_missing(inside: Open, shop: Path) -> None:
    app = inside(shop)
    window = status(app, "errors")
    window.errors.fill([catalogue.NO_PAYMENT_ACCOUNT.problem(method="KLARNA")])
    assert window.errors.send_button.cget("text") == "Skicka till bokföraren"
    window.errors.send_button.invoke()
    app.until(lambda: "[E02]" in window.errors.sent.cget("text"), "svaret")


def test_the_padlock_leads_straight_to_the_sign_in_whose_field_can_be_seen(
    inside: Open, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = inside(shop)
    window = status(app)
    asked: list[Any] = []
    monkeypatch.setattr("synccenter.ui.status_deeds.SignInWindow", lambda *words: asked.append(words))
    window.heard(Status(problems=(catalogue.SIGN_IN_NEEDED.problem(system="Fortnox"),), company="x"))
    assert window.sync.cget("text") == "Logga in"
    window.sync.invoke()
    window.errors.button.invoke()
    assert len(asked) == 2
    opened = SignInWindow(window.window, app.app, Typed({}, {}), lambda: None)
    app.settle(0.2)
    assert opened.entry.winfo_width() > 200
    assert opened.entry.winfo_height() >= 40
    opened._results.window.destroy()
    app.settle(0.1)


def test_the_card_says_who_to_which_company_and_until_when(inside: Open, shop: Path) -> None:
    until = datetime(2026, 12, 24, 15, 0, tzinfo=UTC)
    known = SignedIn("Fortnox", until, "Demobutiken AB (556677-8899)")
    assert card_text(known).startswith("Inloggad i Fortnox: Demobutiken AB (556677-8899).\nGäller till tor 24/12 15:00")
    assert card_text(SignedIn("Fortnox")) == "Ingen är inloggad i Fortnox."
    out: list[str] = []
    card = SignInCard(inside(shop).root, lambda: None, lambda: out.append("ut"))
    card.show(known)
    assert card.button.cget("text") == "Logga in igen"
    assert card.out_button.winfo_manager()
    card.out_button.invoke()
    assert out == ["ut"]
    card.show(SignedIn("Fortnox"))
    assert card.button.cget("text") == "Logga in"
    assert not card.out_button.winfo_manager()


def says(text: Any, words: str) -> bool:
    return words in text.get("1.0", "end")


def test_what_is_seldom_asked_for_lies_under_more(
    inside: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = worlds.demo(tmp_path / "butik", days=1)
    assert worlds.command(folder, "ledger", "explain", "ändrat:1:1", "--note", "rättat för hand") == 0
    app = inside(folder)
    window = status(app)
    window.book.show(window.proof)
    app.settle(0.1)

    def choose(row: int) -> None:
        window.proof.more_button.invoke()
        more = window.proof.more_button.winfo_children()[-1]
        more._take(str(row))

    for row, told in ((1, "rättat för hand"), (2, "Kassa 2: senaste kvitto ")):
        choose(row)
        text = next(one for one in below(child(app, window.window)) if one.winfo_class() == "Text")
        app.until(partial(says, text, told), told)
        text.winfo_toplevel().destroy()
    target = tmp_path / "revisor.xml"
    monkeypatch.setattr("tkinter.filedialog.asksaveasfilename", lambda **_words: str(target))
    choose(0)
    app.until(lambda: "kvitton och 2 Z-rapporter." in window.proof.note.cget("text"), "journalfilen")
    assert target.read_bytes().startswith(b"<?xml")
